"""The ladder as data: rungs for each kind of step, the chef's chef before the owner, quiet days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from calendars.schedule import plan_year
from calendars.workdays import WORKDAYS
from models.events import Event
from models.process import Definition, QuietDays, TaskKey
from notifications.notices import Kind, Notice
from notifications.urgency import due_today, near_limit
from tests.factories import (
    EKONOMICHEF,
    NORR,
    SODER,
    completed_before_start,
    decided,
    make_definition,
    make_meetings,
    make_role,
    make_year,
    opened,
    reported,
)

OWNER = TaskKey(role="processagare")
BOSS = TaskKey(role="kommunchef")
MEETINGS = make_meetings(KS=["2027-10-18"], KF=["2027-11-29"])
OPENED: list[Event] = [opened("underlag", "2027-01-04")]
"""`underlag` is work, due on Wednesday 31 March 2027."""


def town(chef: str | None = "kommunchef", **overrides: Any) -> Definition:
    """Lillby with a kommunchef over the two chefer; the ekonomichef answers to nobody."""
    superior = {"chef": chef} if chef else {}
    return make_definition(
        roll=[
            make_role("processagare"),
            make_role("ekonomichef"),
            make_role("sekreterare"),
            make_role("kommunchef"),
            make_role("chef", enheter=["norr", "soder"], **superior),
        ],
        **overrides,
    )


def due(definition: Definition, today: str, *events: Event) -> list[Notice]:
    state = make_year(*events, definition=definition)
    plan = plan_year(definition, 2028, MEETINGS, state)
    return list(due_today(state, plan, WORKDAYS, date.fromisoformat(today)))


def escalated(definition: Definition, today: str, *events: Event) -> list[tuple[Any, ...]]:
    return [
        (notice.to, str(notice.rung), notice.missing)
        for notice in due(definition, today, *events)
        if notice.kind is Kind.ESCALATION
    ]


def told(definition: Definition, today: str, *events: Event) -> list[tuple[Kind, str]]:
    """What the ekonomichef is told, and by which rule."""
    return [(n.kind, n.rule) for n in due(definition, today, *events) if n.to == EKONOMICHEF]


def test_the_chefs_chef_is_told_first_and_the_owner_then_of_all() -> None:
    lillby = town()
    reports = [*OPENED, reported("underlag", EKONOMICHEF, "2027-02-01")]
    assert escalated(lillby, "2027-04-02", *reports) == []
    assert escalated(lillby, "2027-04-05", *reports) == [(BOSS, "2027-04-05", (NORR, SODER))]
    assert escalated(lillby, "2027-04-06", *reports) == [(BOSS, "2027-04-05", (NORR, SODER))]
    assert escalated(lillby, "2027-04-07", *reports) == [
        (BOSS, "2027-04-05", (NORR, SODER)),
        (OWNER, "2027-04-07", (NORR, SODER)),
    ]


def test_who_has_no_superior_is_the_owners_on_the_same_day() -> None:
    assert escalated(town(), "2027-04-05", *OPENED) == [
        (BOSS, "2027-04-05", (NORR, SODER)),
        (OWNER, "2027-04-05", (EKONOMICHEF,)),
    ]
    assert escalated(town(), "2027-04-07", *OPENED)[-1] == (
        OWNER,
        "2027-04-07",
        (NORR, SODER, EKONOMICHEF),
    )
    assert escalated(town(chef=None), "2027-04-20", *OPENED) == [
        (OWNER, "2027-04-05", (NORR, SODER, EKONOMICHEF))
    ]


def test_an_owner_who_is_the_chef_too_is_told_once() -> None:
    assert escalated(town("processagare"), "2027-04-20", *OPENED) == [
        (OWNER, "2027-04-05", (NORR, SODER, EKONOMICHEF))
    ]


def test_an_earlier_definition_in_which_the_owner_comes_first_keeps_its_days() -> None:
    lillby = town(paminnelser={"eskalera": 2})
    assert escalated(lillby, "2027-04-02", *OPENED) == [
        (BOSS, "2027-04-02", (NORR, SODER)),
        (OWNER, "2027-04-02", (NORR, SODER, EKONOMICHEF)),
    ]


def test_on_the_day_is_a_rung_of_its_own_where_the_data_say_so() -> None:
    assert told(town(), "2027-03-31", *OPENED)[-1] == (
        Kind.REMINDER,
        "sänds 3 arbetsdagar före sista dagen",
    )
    on_the_day = town(paminnelser={"samma_dag": True})
    assert told(on_the_day, "2027-03-30", *OPENED)[-1][1] == "sänds 3 arbetsdagar före sista dagen"
    assert told(on_the_day, "2027-03-31", *OPENED)[-1] == (Kind.REMINDER, "sänds på sista dagen")


def test_a_kind_of_step_may_have_rungs_of_its_own() -> None:
    lillby = town(paminnelser={"fore": [10, 3], "arbete": {"fore": [20], "forsenad": 2}})
    assert told(lillby, "2027-03-01", *OPENED)[-1][1] == "sänds 20 arbetsdagar före sista dagen"
    assert told(lillby, "2027-03-24", *OPENED)[-1][1] == "sänds 20 arbetsdagar före sista dagen"
    assert told(lillby, "2027-03-31", *OPENED)[-1][0] is Kind.REMINDER
    assert told(lillby, "2027-04-01", *OPENED)[-1][0] is Kind.OPENED, "it is past, and not yet late"
    assert told(lillby, "2027-04-02", *OPENED)[-1][1] == "sänds 2 arbetsdagar efter sista dagen"
    day = [opened("budgetdag", "2027-04-01")]  # a meeting: as for all
    assert told(lillby, "2027-04-16", *day)[-1][1] == "sänds 10 arbetsdagar före sista dagen"


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2027-05-07", "är en klämdag"),
        ("2027-07-12", "ligger i semestervecka 28"),
        ("2027-07-05", "ligger i juli"),
        ("2027-12-27", "ligger mellan jul och nyår"),
        ("2027-05-10", None),
        ("2027-08-09", None),
    ],
)
def test_quiet_days_are_data(day: str, why: str | None) -> None:
    quiet = QuietDays(weeks=(28,), july=True, bridges=True, yule=True)
    assert quiet.reason(date.fromisoformat(day), WORKDAYS) == why
    assert QuietDays().reason(date.fromisoformat(day), WORKDAYS) is None


def test_no_reminder_goes_on_a_day_off_or_a_quiet_day_but_on_the_next_ordinary_one() -> None:
    """Ascension Day 2027 is Thursday 6 May; the weekly reminder of 1 April falls on it."""
    quiet = town(tysta_dagar={"klamdagar": True})
    before = told(quiet, "2027-05-05", *OPENED)
    assert (Kind.OVERDUE, "upprepas var 7:e dag efter sista dagen") in before
    for day in ("2027-05-06", "2027-05-07", "2027-05-08", "2027-05-09"):
        assert due(quiet, day, *OPENED) == []
    assert [n.rung for n in due(quiet, "2027-05-10", *OPENED) if n.kind is Kind.OVERDUE] == [
        date(2027, 5, 6)
    ] * 3
    assert due(town(), "2027-05-07", *OPENED) != [], "a klämdag is quiet only where the data say so"


def test_a_statutory_limit_that_is_near_breaks_the_quiet() -> None:
    """KS is to propose by 31 October 2027, a Sunday: the engine works towards Friday the 29th."""
    quiet = town(tysta_dagar={"veckor": [41, 42, 43]})
    year: list[Event] = [
        completed_before_start("underlag", "2027-09-01"),
        opened("forslag", "2027-10-01"),
    ]
    days = [date(2027, 10, 11) + timedelta(days=n) for n in range(12)]
    spoken = [day for day in days if due(quiet, str(day), *year)]
    assert spoken[0] == date(2027, 10, 15), "ten working days before the 29th"
    assert date(2027, 10, 18) in spoken
    assert due(quiet, "2027-10-18", opened("budgetdag", "2027-04-01")) == []


def test_a_limit_that_is_met_or_far_off_is_no_urgent_matter() -> None:
    lillby = town()
    year: list[Event] = [
        completed_before_start("underlag", "2027-09-01"),
        opened("forslag", "2027-10-01"),
    ]

    def near(today: str, *events: Event) -> bool:
        state = make_year(*year, *events, definition=lillby)
        plan = plan_year(lillby, 2028, MEETINGS, state)["forslag"]
        step = lillby.step("forslag")
        return near_limit(state, step, plan, WORKDAYS, date.fromisoformat(today)) is not None

    assert not near("2027-10-14")
    assert near("2027-10-15")
    assert near("2027-11-15"), "a limit that has passed is no less urgent"
    done: list[Event] = [
        reported("forslag", EKONOMICHEF, "2027-10-04"),
        decided("forslag", "KS", "2027-10-18"),
    ]
    assert not near("2027-10-19", *done)
