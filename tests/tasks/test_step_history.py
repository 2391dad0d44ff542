"""Everything that has happened in a step, in order, by the name that it has now."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from models.errors import UnknownError
from models.events import Outcome
from tasks.history import step_histories, step_history
from tests.hands import import_meetings, move_meeting
from tests.tasks.conftest import MakeTown
from tests.tasks.played import play
from tests.tasks.town import Town, own_definition, replaced
from views.history import StepHistory


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
        "planeringsforutsattningar",
        "ekonomichef",
        None,
        by="Eva Exempel <eva.ekonomichef@orsa.example>",
        comment="Underlaget är klart",
    )


def test_what_was_done_decided_and_corrected_comes_in_order(year: Town) -> None:
    to_ks(year)
    year.on("2027-04-12").decide(
        "planeringsforutsattningar",
        "KS",
        Outcome.ATERREMISS,
        by="Petra",
        on=date(2027, 4, 12),
        paragraph="KS § 31/2027",
        reason="Siffrorna är gamla",
    )
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
        year.on("2027-04-09"),
        "KS",
        date(2027, 4, 12),
        date(2027, 4, 19),
        by="Petra",
        reason="Många är sjuka",
    )
    moved = told(history(year, "planeringsforutsattningar"), "möte")
    assert moved == [
        (
            "2027-04-09",
            "Nya datum: delar senast 2027-03-22 → 2027-04-12, KS 2027-04-12 → 2027-04-19",
            "Petra",
            "Många är sjuka",
        )
    ]
    assert told(history(year, "kommunplan-kf"), "möte") == []


def test_each_change_of_a_meeting_is_a_line_of_its_own_with_its_reason(year: Town) -> None:
    """Also two in a row by one person with one reason; and so are the mails about each."""
    to_ks(year)
    on = year.on("2027-04-09")
    days = [date(2027, 4, day) for day in (12, 19, 20, 12)]
    for (before, after), reason in zip(
        pairwise(days), ("Sjuka", "Lokalen", "Lokalen"), strict=True
    ):
        move_meeting(on, "KS", before, after, by="Petra", reason=reason)
    found = history(year, "planeringsforutsattningar")
    assert [(what.rpartition("KS ")[2], said) for _, what, _, said in told(found, "möte")] == [
        ("2027-04-12 → 2027-04-19", "Sjuka"),
        ("2027-04-19 → 2027-04-20", "Lokalen"),
        ("2027-04-20 → 2027-04-12", "Lokalen"),
    ]
    assert len([one for one in told(found, "mejl") if "nya datum" in one[1]]) == 3


def test_a_meeting_that_was_moved_and_moved_back_is_told_as_it_was_said_both_times(
    make_town: MakeTown,
) -> None:
    town = make_town()
    town.on("2027-11-02").start_year(2028)
    town.on("2027-11-02").report("skattesats-kf", "ekonomichef", None, by="Eva")
    planned, later, on = date(2027, 11, 29), date(2027, 12, 6), town.on("2027-11-08")
    for before, after in ((planned, later), (later, planned)):
        move_meeting(on, "KF", before, after, by="Petra", reason="Lokalen")
    assert [what for _, what, _, _ in told(history(town, "skattesats-kf"), "möte")] == [
        "Nya datum: delar senast 2027-11-08 → 2027-11-15, KF 2027-11-29 → 2027-12-06",
        "Nya datum: delar senast 2027-11-15 → 2027-11-08, KF 2027-12-06 → 2027-11-29",
    ]


def test_a_meeting_that_the_directory_moves_stands_in_the_history_too(
    tmp_path: Path, make_town: MakeTown
) -> None:
    directory = own_definition(tmp_path)
    town = make_town(definition=directory)
    town.on("2027-04-01").start_year(2028)
    [file] = [
        one for one in directory.rglob("*") if one.is_file() and "2027-04-12" in one.read_text()
    ]
    replaced(file, "2027-04-12", "2027-04-19")
    town.on("2027-04-02").load()
    [(day, what, who, _)] = told(history(town, "planeringsforutsattningar"), "möte")
    assert (day, who) == ("2027-04-02", "las-in")
    assert what.endswith("KS 2027-04-12 → 2027-04-19")


def test_a_file_read_in_is_one_line(year: Town, tmp_path: Path) -> None:
    to_ks(year)
    plan = tmp_path / "plan.csv"
    held = ("2027-02-01", "2027-03-15", "2027-04-19", "2027-05-10", "2027-06-07", "2027-09-13")
    rows = (f"KS;{day}\n" for day in (*held, "2027-10-18", "2027-11-15"))
    plan.write_text(f"instans;datum\n{''.join(rows)}", encoding="utf-8")
    import_meetings(year.on("2027-04-09"), plan, by="Petra", whole=True, reason="ny")
    [(_, what, who, said)] = told(history(year, "planeringsforutsattningar"), "möte")
    assert what.endswith("KS 2027-04-12 → 2027-04-19")
    assert (who, said) == ("Petra", "inläst ur plan.csv; ny")


def test_a_mail_about_a_calendar_says_to_whom_it_went(year: Town) -> None:
    year.on("2027-03-01").check()
    year.on("2027-03-02").report("arsredovisning", "ekonomichef", None, by="Eva")
    move_meeting(
        year.on("2027-03-02"), "SU", date(2027, 3, 30), date(2027, 4, 6), by="Petra", reason="x"
    )
    lines = told(history(year, "arsredovisning"), "mejl")
    [(_, what, who, _)] = [one for one in lines if "kalender" in one[1]]
    assert what.startswith("Mejl, ändring i kalendern, väntar: ")
    assert who == "Eva Exempel"
    assert all(one[2] for one in lines)


def test_an_item_sent_back_from_a_later_step_says_so_in_the_earlier(year: Town) -> None:
    play(year, until=date(2027, 10, 15))
    year.on("2027-10-18").decide(
        "kommunplan-ks",
        "KS",
        Outcome.ATERREMISS,
        by="Petra",
        on=date(2027, 10, 18),
        reason="Ramarna räknas om",
    )
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
