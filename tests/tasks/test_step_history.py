"""Everything that has happened in a step, in order, by the name that it has now."""

from __future__ import annotations

from datetime import date

import pytest

from bench.year import run_year
from models.errors import UnknownError
from models.events import Outcome
from tasks.meetings.entry import move_meeting
from tasks.views.step_history import StepHistory, step_histories, step_history
from tests.tasks.conftest import MakeTown
from tests.tasks.town import Town


def history(town: Town, step: str, day: str = "2027-12-31") -> StepHistory:
    return step_history(town.database, date.fromisoformat(day), step, 2028)


def told(found: StepHistory, source: str = "händelse") -> list[tuple[str, str, str, str]]:
    return [
        (str(line.day), line.what, line.who, line.said)
        for line in found.lines
        if line.source == source
    ]


def to_ks(town: Town) -> None:
    """April: planeringsförutsättningar lie before KS."""
    town.on("2027-04-01").check()
    town.on("2027-04-08").report(
        "planeringsforutsattningar", "ekonomichef", None,
        by="Eva Exempel <eva.ekonomichef@orsa.example>", comment="Underlaget är klart",
    )  # fmt: skip


def test_what_was_done_decided_and_corrected_comes_in_order(year: Town) -> None:
    to_ks(year)
    year.on("2027-04-12").decide(
        "planeringsforutsattningar", "KS", Outcome.ATERREMISS, by="Petra", on=date(2027, 4, 12),
        paragraph="KS § 31/2027", reason="Siffrorna är gamla",
    )  # fmt: skip
    assert told(history(year, "K4")) == [
        ("2027-04-01", "Steget öppnades", "kontroll", ""),
        ("2027-04-08", "Klar: ekonomichef", "Eva Exempel", "Underlaget är klart"),
        ("2027-04-12", "Kommunstyrelsen: återremiss, KS § 31/2027", "Petra", "Siffrorna är gamla"),
    ]
    number = next(line.number for line in history(year, "K4").lines if line.kind == "beslut")
    assert number is not None
    year.on("2027-04-13").correct(
        number, by="Petra", why="Paragrafen var fel", paragraph="KS § 32/2027", budget_year=2028
    )
    after = history(year, "K4").lines
    [wrong] = [line for line in after if line.number == number]
    [right] = [line for line in after if line.kind == "rattelse" and line.source == "händelse"]
    assert wrong.corrected_by == right.number
    assert (right.what, right.said) == (
        "Ett beslut var fel registrerat. Rätt är: Kommunstyrelsen: återremiss, KS § 32/2027",
        "Paragrafen var fel",
    )


def test_a_mail_says_to_which_role_it_went_and_by_which_rule(year: Town) -> None:
    mails = told(history(year, "bokslut"), "mejl")
    assert len(mails) == 1  # eight parts, one line
    day, what, roles, _ = mails[0]
    assert (day, what) == ("2027-01-04", "Mejl, ny uppgift, väntar: sänds när steget öppnas")
    assert roles.count(";") == 7
    assert "verksamhetsområdeschef, Omsorg" in roles


def test_a_moved_meeting_stands_in_the_steps_whose_dates_it_moved(year: Town) -> None:
    to_ks(year)
    move_meeting(
        year.on("2027-04-09"), "KS", date(2027, 4, 12), date(2027, 4, 19), by="Petra",
        reason="Många är sjuka",
    )  # fmt: skip
    moved = told(history(year, "planeringsforutsattningar"), "möte")
    assert moved == [
        ("2027-04-09", "Nya datum: delar senast 2027-04-09 → 2027-04-12, KS 2027-04-12 → 2027-04-19",
         "Petra", "Många är sjuka")
    ]  # fmt: skip
    assert told(history(year, "kommunplan-kf"), "möte") == []


def test_an_item_sent_back_from_a_later_step_says_so_in_the_earlier(year: Town) -> None:
    run_year(year.database, year.settings, 2028, until=date(2027, 10, 15))
    year.on("2027-10-18").decide(
        "kommunplan-ks", "KS", Outcome.ATERREMISS, by="Petra", on=date(2027, 10, 18),
        reason="Ramarna räknas om",
    )  # fmt: skip
    last = told(history(year, "kommunplan-su"))[-1]
    assert last == (
        "2027-10-18",
        "Ärendet kom tillbaka från Kommunplan i KS. Kommunstyrelsen: återremiss",
        "Petra",
        "Ramarna räknas om",
    )


def test_every_step_has_the_history_that_it_has_alone(year: Town) -> None:
    to_ks(year)
    together = step_histories(year.database, date(2027, 4, 8), 2028)
    assert together == [history(year, one.slug, "2027-04-08") for one in together]
    assert len({one.slug for one in together}) == len(together) > 30


def test_a_step_that_there_is_none_of_is_named_with_those_there_are(make_town: MakeTown) -> None:
    town = make_town()
    town.on("2027-01-04").start_year(2028)
    with pytest.raises(UnknownError, match="kommunplan-kf"):
        history(town, "kommunplann")
