"""Meetings that are held only if needed, and meetings that move: what the plan makes of them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.schedule import plan_year
from calendars.workdays import WORKDAYS
from models.events import Event, Outcome
from models.plan import Meeting
from models.process import Definition
from tests.factories import (
    EKONOMICHEF,
    day,
    decided,
    make_body,
    make_definition,
    make_limit,
    make_meetings,
    make_need,
    make_step,
    make_year,
    opened,
    orsa,
    orsa_meetings,
    reported,
)


def chain(**overrides: object) -> Definition:
    """One step that KS and then KF decide in October and November."""
    return make_definition(
        instans=[make_body("KS"), make_body("KF", ledtid=14)],
        steg=[
            make_step(
                "budget",
                slag="beslut",
                fonster={"fran": "oktober", "till": "november"},
                beslutskedja=["KS", "KF"],
                **overrides,
            )
        ],
    )


def extra(body: str, on: str) -> Meeting:
    return Meeting(body, None, day(on), if_needed=True)


def planned(*meetings: Meeting, **overrides: object) -> list[str]:
    plan = plan_year(chain(**overrides), 2028, meetings)
    return [str(link.meeting) for link in plan["budget"].links]


def test_an_ordinary_meeting_that_fits_is_chosen_though_a_later_one_is_held_if_needed() -> None:
    ordinary = make_meetings(KS=["2027-10-18"], KF=["2027-11-08"])
    assert planned(*ordinary, extra("KS", "2027-10-25"), extra("KF", "2027-11-29")) == [
        "2027-10-18",
        "2027-11-08",
    ]


def test_one_held_if_needed_is_chosen_where_no_ordinary_one_fits() -> None:
    ordinary = make_meetings(KS=["2027-10-18"], KF=["2027-12-20"])
    assert planned(*ordinary, extra("KF", "2027-11-29")) == ["2027-10-18", "2027-11-29"]


def test_a_chain_needs_as_few_of_them_as_can_be() -> None:
    """KF's ordinary meeting is too near KS's: one of the two must give way, and one is enough."""
    ordinary = make_meetings(KS=["2027-11-08"], KF=["2027-11-15"])
    assert planned(*ordinary, extra("KS", "2027-10-25"), extra("KF", "2027-11-29")) == [
        "2027-10-25",
        "2027-11-15",
    ]
    assert planned(*ordinary, extra("KF", "2027-11-29")) == ["2027-11-08", "2027-11-29"]


def test_one_in_time_for_the_statute_goes_before_an_ordinary_one_that_is_late() -> None:
    limit = make_limit(senast="31 oktober", instans="KS")
    ordinary = make_meetings(KS=["2027-11-08"], KF=["2027-11-29"])
    assert planned(*ordinary, extra("KS", "2027-10-25"), lagfrister=[limit]) == [
        "2027-10-25",
        "2027-11-29",
    ]
    assert planned(*ordinary, extra("KS", "2027-11-01"), lagfrister=[limit])[0] == "2027-11-08"


def test_after_a_return_the_next_ordinary_meeting_is_planned() -> None:
    definition = chain()
    returned = decided("budget", "KS", "2027-10-18", outcome=Outcome.ATERREMISS, reason="mer")
    events: list[Event] = [
        opened("budget", "2027-10-01"),
        reported("budget", EKONOMICHEF, "2027-10-04"),
        returned,
    ]
    meetings = (
        *make_meetings(KS=["2027-10-18", "2027-11-08"], KF=["2027-11-29"]),
        extra("KS", "2027-10-25"),
    )
    plan = plan_year(definition, 2028, meetings, make_year(*events, definition=definition))
    assert [str(link.meeting) for link in plan["budget"].links] == ["2027-11-08", "2027-11-29"]


def test_a_step_that_follows_another_waits_for_an_ordinary_meeting_that_is_in_time() -> None:
    definition = make_definition(
        instans=[make_body("KS"), make_body("KF", ledtid=14)],
        steg=[
            make_step(
                "forslag",
                slag="beslut",
                fonster={"fran": "oktober", "till": "november"},
                beslutskedja=["KS"],
            ),
            make_step(
                "budget",
                slag="beslut",
                fonster={"fran": "november", "till": "november"},
                beslutskedja=["KF"],
                kraver=[make_need("forslag")],
            ),
        ],
    )
    meetings = (
        *make_meetings(KS=["2027-11-08"], KF=["2027-11-01", "2027-11-29"]),
        extra("KF", "2027-11-22"),
    )
    plan = plan_year(definition, 2028, meetings)
    assert plan["budget"].links[0].meeting == date(2027, 11, 29)


@pytest.mark.parametrize("budget_year", [2027, 2028, 2029])
def test_meetings_held_if_needed_change_nothing_where_the_ordinary_ones_are_enough(
    budget_year: int,
) -> None:
    extras = [
        Meeting(m.body, None, WORKDAYS.add(m.day, 2), if_needed=True)
        for m in orsa_meetings()
        if m.body
    ]
    before = plan_year(orsa(), budget_year, orsa_meetings())
    assert plan_year(orsa(), budget_year, [*orsa_meetings(), *extras]) == before


@settings(deadline=None, max_examples=60)
@given(
    index=st.integers(0, len(orsa_meetings()) - 1),
    days=st.integers(-60, 60),
    budget_year=st.sampled_from([2027, 2028, 2029]),
)
def test_moving_a_meeting_there_and_back_restores_every_date(
    index: int, days: int, budget_year: int
) -> None:
    before = orsa_meetings()
    meeting = before[index]
    there = Meeting(meeting.body, meeting.step, WORKDAYS.add(meeting.day, days), meeting.example)
    away = [m for m in before if m != meeting]
    moved = plan_year(orsa(), budget_year, [*away, there])
    restored = plan_year(orsa(), budget_year, [*away, meeting])  # last, where it was not before
    assert restored == plan_year(orsa(), budget_year, before)
    assert (moved == restored) or there.day != meeting.day
