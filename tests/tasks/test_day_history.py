"""What became of each day, told from the log of the meetings alone."""

from __future__ import annotations

from datetime import date

from models.plan import Gone, Meeting
from tasks.meetings.day_history import DayChange, DayHistory, day_history_of
from tests.factories import day

PLANNED = "2027-01-04"


def history(*changes: tuple[str | None, str | None, str]) -> DayHistory:
    """Of KS, by hand but for the first plan: the day before, the day after, and when it was done."""
    return day_history_of(
        DayChange(
            "instans",
            "KS",
            day(before) if before else None,
            day(after) if after else None,
            "fil" if done_on == PLANNED else "hand",
            day(done_on),
        )
        for before, after, done_on in changes
    )


def since(found: DayHistory, held: str) -> date | None:
    [meeting] = found.of([Meeting(day=day(held), body="KS", step=None)])
    return meeting.since


FIRST = (None, "2027-06-01", PLANNED)
MOVED = ("2027-06-01", "2027-06-08", "2027-05-03")


def test_what_was_planned_from_the_first_has_always_been_there() -> None:
    found = history(FIRST)
    assert since(found, "2027-06-01") is None
    assert not found.gone


def test_a_moved_meeting_is_known_on_its_day_from_when_it_was_moved() -> None:
    found = history(FIRST, MOVED)
    assert since(found, "2027-06-08") == day("2027-05-03")
    assert found.original["instans", "KS", day("2027-06-08")] == day("2027-06-01")
    assert not found.gone, "it is held"


def test_what_is_only_held_if_needed_from_now_on_neither_came_nor_went() -> None:
    altered = (None, "2027-06-08", "2027-05-20")
    assert history(FIRST, MOVED, altered) == history(FIRST, MOVED)
    assert history(FIRST, (None, "2027-06-01", "2027-05-20")) == history(FIRST)


def test_what_is_cancelled_after_it_was_moved_is_gone_from_both_days() -> None:
    found = history(FIRST, MOVED, ("2027-06-08", None, "2027-05-20"))
    assert found.gone == (Gone("KS", day("2027-06-01"), day("2027-06-08"), day("2027-05-20")),)


def test_away_and_back_within_a_day_is_as_if_nothing_had_been() -> None:
    there, back = MOVED, ("2027-06-08", "2027-06-01", "2027-05-03")
    found = history(FIRST, there, back)
    assert since(found, "2027-06-01") is None
    assert not found.gone


def test_what_comes_back_another_day_is_known_from_then() -> None:
    gone, back = ("2027-06-01", None, "2027-05-03"), (None, "2027-06-01", "2027-05-10")
    found = history(FIRST, gone, back)
    assert since(found, "2027-06-01") == day("2027-05-10")
    assert not found.gone
