"""A year started by mistake: refused where it is far off, and taken back while nothing rests on it."""

from __future__ import annotations

import sqlite3

import pytest

from models.errors import RefusedError, UnknownError
from models.events import Outcome
from tests.tasks.town import Tables, Town

OWN = ("event", "claim", "shown", "mail", "mail_content", "notice", "answer_link", "cycle")


@pytest.mark.parametrize(
    ("today", "budget_year", "allowed"),
    [
        ("2026-12-31", 2026, "2027 pågår, och 2028 är nästa"),
        ("2026-12-31", 2029, "2027 pågår, och 2028 är nästa"),
        ("2027-01-01", 2026, "2027 och 2028 pågår, och 2029 är nästa"),
        ("2027-01-01", 2030, "2027 och 2028 pågår, och 2029 är nästa"),
        ("2027-02-01", 2027, "2028 pågår, och 2029 är nästa"),
        ("2027-12-31", 2100, "2028 pågår, och 2029 är nästa"),
    ],
)
def test_a_year_that_is_neither_under_way_nor_next_is_refused_with_those_that_can_be_started(
    town: Town, today: str, budget_year: int, allowed: str
) -> None:
    before = town.tables()
    with pytest.raises(RefusedError, match=rf"{budget_year} startas inte.*{allowed}.*--anda"):
        town.on(today).start_year(budget_year)
    assert town.tables() == before


@pytest.mark.parametrize(
    ("today", "budget_year"),
    [
        ("2026-12-31", 2027),
        ("2026-12-31", 2028),
        ("2027-01-01", 2028),
        ("2027-01-01", 2029),
        # what its KF decided in November is distributed until the end of January
        ("2027-01-31", 2027),
    ],
)
def test_the_year_under_way_and_the_next_start_without_a_question(
    town: Town, today: str, budget_year: int
) -> None:
    assert town.on(today).start_year(budget_year).is_new


def test_another_year_is_started_knowingly(town: Town) -> None:
    done = town.on("2027-03-10").start_year(2022, knowingly=True)
    assert (done.budget_year, done.is_new) == (2022, True)


def test_a_started_year_is_told_to_be_under_way_also_when_it_has_long_been_over(town: Town) -> None:
    town.on("2026-11-23").start_year(2027)
    done = town.on("2029-03-01").start_year(2027)
    assert (done.is_new, done.budget_year) == (False, 2027)


def test_a_year_that_cannot_be_is_refused_knowingly_too(town: Town) -> None:
    with pytest.raises(RefusedError, match=r"Budgetåret 2101 går inte"):
        town.on("2027-03-10").start_year(2101, knowingly=True)


def of_years(tables: Tables) -> Tables:
    """But for the meetings: the example ones of 2029, which are no year's, stay as those of 2027 do; and for
    the chain, which tells what was there."""
    others = ("meeting", "meeting_change", "chain")
    return {name: rows for name, rows in tables.items() if name not in others}


def test_an_undone_start_leaves_nothing_of_the_year(town: Town) -> None:
    town.on("2027-03-10").start_year(2028)
    before = town.tables()
    town.on("2027-03-10").start_year(2029)
    undone = town.on("2027-03-10").undo_start(2029)
    assert undone == "Kommunplan 2029 är borttaget, som om det aldrig hade startats."
    assert of_years(town.tables()) == of_years(before)


def test_mails_that_wait_go_with_the_year_and_it_can_be_started_again(town: Town) -> None:
    empty = town.tables()
    first = town.on("2027-03-10").start_year(2028)
    started = town.tables()
    assert first.mails > 0
    town.on("2027-03-11").undo_start(2028)
    assert {name: town.tables()[name] for name in OWN} == {name: empty[name] for name in OWN}
    again = town.on("2027-03-10").start_year(2028)
    assert (again.is_new, again.mails, again.events) == (True, first.mails, first.events)
    assert len(town.tables()["mail"]) == len(started["mail"])


def test_what_the_checks_have_done_since_by_themselves_does_not_hinder(town: Town) -> None:
    town.on("2027-01-01").start_year(2028)
    town.on("2027-01-04").check()
    assert town.kinds()
    town.on("2027-01-04").undo_start(2028)
    assert town.tables()["cycle"] == []


def test_once_somebody_has_done_something_the_year_stays(town: Town) -> None:
    town.on("2027-03-10").start_year(2028)
    town.on("2027-03-10").report("skatteprognos", "ekonomichef", None, by="Eva Ek")
    before = town.tables()
    with pytest.raises(
        RefusedError, match=r"Kommunplan 2028 kan inte tas bort: skatteprognos.*Eva Ek.*kopia"
    ):
        town.on("2027-03-10").undo_start(2028)
    assert town.tables() == before


def test_a_step_that_somebody_has_opened_early_is_something_done(town: Town) -> None:
    town.on("2027-01-01").start_year(2028)
    town.on("2027-01-01").open_early("bokslut", by="Petra", reason="vi börjar nu")
    with pytest.raises(RefusedError, match=r"bokslut.*Petra"):
        town.on("2027-01-01").undo_start(2028)


def test_once_a_mail_has_gone_the_year_stays(town: Town) -> None:
    town.on("2027-03-10").start_year(2028)
    town.change("UPDATE mail SET status = 'skickad', sent_at = '2027-03-10 09:00:00' WHERE id = 2")
    to = town.mails()[1].address
    before = town.tables()
    with pytest.raises(
        RefusedError, match=rf"1 mejl om det har redan gått, först till {to}.*kopia"
    ):
        town.on("2027-03-10").undo_start(2028)
    assert town.tables() == before


def test_a_mail_that_is_being_delivered_counts_as_gone(town: Town) -> None:
    town.on("2027-03-10").start_year(2028)
    town.change("UPDATE mail SET claimed_until = '2027-03-10 09:15:00' WHERE id = 1")
    with pytest.raises(RefusedError, match=r"1 mejl om det har redan gått"):
        town.on("2027-03-10").undo_start(2028)


def test_a_mail_that_tells_of_another_year_too_is_not_torn_up(town: Town) -> None:
    """One person's mail of one day holds what both years ask."""
    town.on("2026-12-31").start_year(2027)
    town.on("2026-12-31").start_year(2028)
    town.change("DELETE FROM calendar_sent")
    town.change("DELETE FROM notice")
    town.change("DELETE FROM mail_content")
    town.change("DELETE FROM answer_link")
    town.change("DELETE FROM mail")
    town.on("2027-01-04").check()
    shared = {
        notice.mail_id: {n.cycle_id for n in town.notices() if n.mail_id == notice.mail_id}
        for notice in town.notices()
    }
    assert any(len(years) == 2 for years in shared.values())
    before = town.tables()
    with pytest.raises(RefusedError, match=r"ett mejl om det gäller också ett annat år"):
        town.on("2027-01-04").undo_start(2028)
    assert town.tables() == before


def test_the_log_can_only_be_added_to_before_and_after(town: Town) -> None:
    town.on("2027-03-10").start_year(2028)
    town.on("2027-03-10").start_year(2029)
    town.on("2027-03-10").undo_start(2029)
    with pytest.raises(sqlite3.IntegrityError, match=r"append-only"):
        town.change("DELETE FROM event")


def test_the_other_years_decisions_stand(town: Town) -> None:
    town.on("2027-03-01").start_year(2028)
    town.on("2027-03-02").report("uppfoljning-mars", "ekonomichef", None, by="Eva")
    town.on("2027-03-02").decide("uppfoljning-mars", "SU", Outcome.FORESLAR, by="Kim")
    before = town.tables()
    town.on("2027-03-02").start_year(2029)
    town.on("2027-03-02").undo_start(2029)
    assert of_years(town.tables()) == of_years(before)


def test_a_year_that_is_not_started_cannot_be_undone(town: Town) -> None:
    town.on("2027-03-10").start_year(2028)
    with pytest.raises(UnknownError, match=r"2029.*Välj bland: 2028"):
        town.on("2027-03-10").undo_start(2029)
