"""What stands in the calendars, by state and plan: last days, sammanträden, days of their own."""

from __future__ import annotations

from collections.abc import Mapping

from calendars.schedule import plan_year
from models.events import Event, Outcome, SetAside
from models.fold import fold
from models.plan import Meeting
from models.process import Definition, TaskKey
from notifications.calendar_entry import CalendarEntry, Standing, entries
from tests.factories import (
    EKONOMICHEF,
    NORR,
    completed_before_start,
    day,
    decided,
    make_definition,
    make_meetings,
    make_raw,
    opened,
    orsa,
    orsa_meetings,
    overridden,
    reported,
)

MEETINGS = (
    *make_meetings(KS=["2027-10-04", "2027-10-18", "2027-11-01"], KF=["2027-11-22"]),
    Meeting(None, "budgetdag", day("2027-04-15")),
)


def lillby(
    *events: Event, definition: Definition | None = None, meetings: tuple[Meeting, ...] = MEETINGS
) -> Mapping[str, CalendarEntry]:
    """Every entry of Lillby's year after the events, by its name without the year."""
    state = fold(definition or make_definition(), events)
    plan = plan_year(state.definition, 2028, meetings, state)
    return {entry.name.partition("/")[2]: entry for entry in entries(state, plan)}


def ahead(found: Mapping[str, CalendarEntry]) -> dict[str, str]:
    return {
        name: str(entry.appointment.day)
        for name, entry in found.items()
        if entry.standing is Standing.AHEAD and entry.appointment
    }


def test_a_year_that_has_not_begun_has_every_day_that_is_planned() -> None:
    assert ahead(lillby()) == {
        "underlag/sista-dag/chef:norr": "2027-03-31",
        "underlag/sista-dag/chef:soder": "2027-03-31",
        "underlag/sista-dag/ekonomichef": "2027-03-31",
        "budgetdag/sista-dag/ekonomichef": "2027-04-15",
        "budgetdag/dag": "2027-04-15",
        "forslag/sista-dag/ekonomichef": "2027-09-27",
        "forslag/sammantrade/KS": "2027-10-18",
        "forslag/registrera/KS": "2027-10-21",
        "budget/sista-dag/ekonomichef": "2027-10-25",
        "budget/sammantrade/KS": "2027-11-01",
        "budget/registrera/KS": "2027-11-04",
        "budget/sammantrade/KF": "2027-11-22",
        "budget/registrera/KF": "2027-11-25",
    }


def test_an_entry_says_what_in_which_role_by_which_meeting_and_statute() -> None:
    found = lillby()
    part = found["forslag/sista-dag/ekonomichef"].appointment
    assert part is not None
    assert part.summary == "Sista dag: forslag (ekonomichef) · Kommunplan 2028"
    assert part.description.splitlines() == [
        "ekonomichef: forslag (Kommunplan 2028) ska vara klart senast måndag 27 september 2027.",
        "Går till Instans KS, som sammanträder måndag 18 oktober 2027.",
        "Lagfrist söndag 31 oktober 2027: KS lägger förslaget (KL 11 kap. 8 §).",
    ]
    assert part.categories == ("Kommunplan 2028", "Sista dag")
    meeting = found["forslag/sammantrade/KS"].appointment
    assert meeting is not None
    assert meeting.summary == "KS: forslag · Kommunplan 2028"
    assert "Lagfrist söndag 31 oktober 2027" in meeting.description
    assert meeting.categories == ("Kommunplan 2028", "Sammanträde")
    assert "Lagfrist" not in str(found["budget/sammantrade/KS"].appointment)


def test_a_meeting_belongs_to_those_with_a_part_and_the_clerk_and_its_registering_to_the_clerk() -> (
    None
):
    found = lillby()
    clerk = TaskKey(role="sekreterare")
    assert found["budget/sammantrade/KF"].concerns == (EKONOMICHEF, clerk)
    assert found["budget/registrera/KF"].concerns == (clerk,)
    assert {found[f"budget/{what}/KF"].body for what in ("sammantrade", "registrera")} == {"KF"}
    assert found["underlag/sista-dag/chef:norr"].concerns == (NORR,)


def test_a_part_that_is_in_is_done_and_the_others_stand() -> None:
    found = lillby(opened("underlag", "2027-01-04"), reported("underlag", NORR, "2027-02-01"))
    assert found["underlag/sista-dag/chef:norr"].standing is Standing.DONE
    assert found["underlag/sista-dag/chef:soder"].standing is Standing.AHEAD


def test_a_part_that_the_step_went_on_without_is_not_done_but_gone() -> None:
    found = lillby(
        opened("underlag", "2027-01-04"),
        reported("underlag", NORR, "2027-02-01"),
        overridden("underlag", "2027-03-01"),
    )
    assert found["underlag/sista-dag/chef:norr"].standing is Standing.DONE
    assert found["underlag/sista-dag/chef:soder"].standing is Standing.OFF


def test_a_held_meeting_stays_where_it_was_and_the_next_is_the_current_one() -> None:
    events: list[Event] = [
        completed_before_start("underlag", "2027-10-01"),
        completed_before_start("forslag", "2027-10-01"),
        opened("budget", "2027-10-01"),
        reported("budget", EKONOMICHEF, "2027-10-11"),
        decided("budget", "KS", "2027-11-01"),
    ]
    found = lillby(*events)
    assert found["budget/sammantrade/KS"].standing is Standing.HELD
    assert found["budget/registrera/KS"].standing is Standing.DONE
    current = [name for name, one in found.items() if one.step == "budget" and one.is_current]
    assert current == [
        "budget/sista-dag/ekonomichef",
        "budget/sammantrade/KF",
        "budget/registrera/KF",
    ]


def test_an_item_that_is_sent_back_has_its_meeting_ahead_again() -> None:
    events: list[Event] = [
        completed_before_start("underlag", "2027-10-01"),
        opened("forslag", "2027-10-01"),
        reported("forslag", EKONOMICHEF, "2027-10-02"),
    ]
    back = decided("forslag", "KS", "2027-10-18", outcome=Outcome.ATERREMISS, back_step="forslag")
    found = lillby(*events, back)
    assert ahead(found)["forslag/sammantrade/KS"] == "2027-11-01"
    assert found["forslag/sista-dag/ekonomichef"].standing is Standing.AHEAD


def test_a_meeting_that_none_fits_has_no_entry() -> None:
    found = lillby(meetings=make_meetings(KS=["2027-10-18"]))
    assert found["budget/sammantrade/KF"].standing is Standing.OFF
    assert found["budget/sammantrade/KF"].appointment is None
    assert "budgetdag/dag" not in ahead(found)


def test_a_step_that_is_left_out_leaves_nothing_ahead() -> None:
    raw = make_raw()
    raw["steg"][1]["valfri"] = True
    events: list[Event] = [
        opened("budgetdag", "2027-04-01"),
        SetAside(step="budgetdag", on=day("2027-04-02"), round=1, reason="inställd"),
    ]
    definition = make_definition(**raw)
    found = lillby(*events, definition=definition)
    standing = {one.standing for one in found.values() if one.step == "budgetdag"}
    assert standing == {Standing.OFF}


def test_what_only_a_failure_would_start_stands_in_no_calendar() -> None:
    state = fold(orsa(), [])
    plan = plan_year(state.definition, 2028, orsa_meetings(), state)
    conditional = {s.slug for s in orsa().steps if s.starts and s.starts.missing_by}
    dormant = {slug for slug, dates in plan.steps.items() if dates.dormant}
    assert conditional
    assert dormant
    shown = {one.step for one in entries(state, plan) if one.standing is Standing.AHEAD}
    assert not shown & (conditional | dormant)


def test_every_entry_of_orsas_year_has_a_name_of_its_own() -> None:
    state = fold(orsa(), [])
    plan = plan_year(state.definition, 2028, orsa_meetings(), state)
    names = [one.name for one in entries(state, plan)]
    assert len(names) == len(set(names)) > 100
