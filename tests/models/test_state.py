"""Where a step stands after its events: every way forward, and every way back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.schedule import plan_year
from models.errors import KommunplanError, RefusedError
from models.events import EVENT, Decided, Effect, Event, Outcome, Reopened
from models.fold import _settled, apply, fold
from models.opening import open_step
from models.plan import YearPlan
from models.process import Definition
from models.state import Status, YearState, deadline, is_late, not_started, reconsider_from
from tests.factories import (
    EKONOMICHEF,
    NORR,
    SODER,
    completed_before_start,
    day,
    decided,
    make_arende,
    make_decision,
    make_definition,
    make_meetings,
    make_need,
    make_raw,
    make_year,
    opened,
    overridden,
    reopened,
    reported,
)
from tests.rules import decide, override, reopen, report, uphold

LILLBY = make_definition()
WITH_ARENDE = make_definition(
    steg=[*make_raw()["steg"][:3], make_decision("budget", "KF", kraver=[make_need("forslag")])],
    arende=[make_arende("budgeten", "forslag", "budget")],
)
"""The same as one ärende: what KF sends back goes to the forslag, in KS."""
MEETINGS = make_meetings(
    KS=["2027-10-04", "2027-10-18", "2027-11-15"], KF=["2027-11-01", "2027-11-29"]
)
UNDERLAG_DONE: list[Event] = [completed_before_start("underlag", "2027-09-01")]
FORSLAG_DONE: list[Event] = [
    *UNDERLAG_DONE,
    opened("forslag", "2027-10-01"),
    reported("forslag", EKONOMICHEF, "2027-10-04"),
    decided("forslag", "KS", "2027-10-18"),
]
UNDERLAG_DONE_ANEW: list[Event] = [
    *FORSLAG_DONE,
    reopened("underlag", "2027-10-19"),
    overridden("underlag", "2027-10-20", round=2),
]


def lillby_plan(state: YearState | None = None) -> YearPlan:
    return plan_year(state.definition if state else LILLBY, 2028, MEETINGS, state)


# --- Forward ---


def test_every_step_is_planned_at_first() -> None:
    year = not_started(LILLBY)
    assert {step.status for step in year.steps.values()} == {Status.PLANNED}


def test_an_opened_step_is_in_progress_in_its_first_round() -> None:
    step = make_year(opened("underlag", "2027-01-04"))["underlag"]
    assert (step.status, step.round) == (Status.IN_PROGRESS, 1)
    assert step.opened_on == step.round_began == date(2027, 1, 4)


def test_a_step_waits_for_every_responsible() -> None:
    year = make_year(
        opened("underlag", "2027-01-04"),
        reported("underlag", NORR, "2027-02-01"),
        reported("underlag", EKONOMICHEF, "2027-02-02"),
    )
    assert year["underlag"].status is Status.IN_PROGRESS
    assert year.missing(LILLBY.step("underlag")) == (SODER,)


def test_the_last_part_completes_a_step_without_a_chain() -> None:
    step = make_year(
        opened("underlag", "2027-01-04"),
        reported("underlag", NORR, "2027-02-01"),
        reported("underlag", EKONOMICHEF, "2027-02-02"),
        reported("underlag", SODER, "2027-02-03"),
    )["underlag"]
    assert (step.status, step.completed_on) == (Status.COMPLETED, date(2027, 2, 3))


def test_an_override_lets_the_step_go_on_without_the_missing_parts() -> None:
    year = make_year(opened("underlag", "2027-01-04"), overridden("underlag", "2027-03-31"))
    assert year["underlag"].status is Status.COMPLETED
    assert year["underlag"].overridden
    assert year.missing(LILLBY.step("underlag")) == ()


def test_with_all_parts_in_a_decision_step_awaits_its_first_body() -> None:
    year = make_year(*FORSLAG_DONE[:-1])
    assert year["forslag"].status is Status.AWAITING
    assert year.awaited_body(LILLBY.step("forslag")) == "KS"


def test_a_decision_step_is_not_completed_by_its_parts() -> None:
    assert make_year(*FORSLAG_DONE[:-1])["forslag"].completed_on is None


def test_the_last_body_completes_the_step_on_the_day_it_decided() -> None:
    step = make_year(*FORSLAG_DONE)["forslag"]
    assert (step.status, step.completed_on) == (Status.COMPLETED, date(2027, 10, 18))
    assert step.standing == step.decisions
    assert len(step.standing) == 1


def test_a_chain_goes_body_by_body() -> None:
    year = make_year(
        *FORSLAG_DONE,
        opened("budget", "2027-10-01"),
        reported("budget", EKONOMICHEF, "2027-10-04"),
        decided("budget", "KS", "2027-10-18", outcome=Outcome.FORESLAR),
    )
    assert year.awaited_body(LILLBY.step("budget")) == "KF"
    year = apply(year, decided("budget", "KF", "2027-11-29", link=1))
    assert year["budget"].status is Status.COMPLETED


@pytest.mark.parametrize("outcome", [o for o in Outcome if o.effect is Effect.PASS])
def test_every_outcome_that_passes_carries_the_step_on(outcome: Outcome) -> None:
    year = make_year(*FORSLAG_DONE[:-1], decided("forslag", "KS", "2027-10-18", outcome=outcome))
    assert year["forslag"].status is Status.COMPLETED


def test_what_was_done_before_the_start_is_completed_with_no_decision() -> None:
    step = make_year(completed_before_start("forslag", "2027-12-01"))["forslag"]
    assert (step.status, step.before_start, step.round) == (Status.COMPLETED, True, 1)
    assert step.standing == ()


# --- Hard requirements ---


def test_a_hard_requirement_holds_back_the_last_word_of_a_single_body() -> None:
    year = make_year(
        opened("forslag", "2027-10-01"), reported("forslag", EKONOMICHEF, "2027-10-04")
    )
    assert year["forslag"].status is Status.IN_PROGRESS
    assert year.missing(LILLBY.step("forslag")) == ()
    assert year.blocked_by(LILLBY.step("forslag")) == ("underlag",)


def test_a_hard_requirement_does_not_hold_back_the_bodies_that_prepare() -> None:
    year = make_year(opened("budget", "2027-10-01"), reported("budget", EKONOMICHEF, "2027-10-04"))
    assert year.awaited_body(LILLBY.step("budget")) == "KS"
    year = apply(year, decided("budget", "KS", "2027-10-18"))
    assert year["budget"].status is Status.IN_PROGRESS
    assert year.awaited_body(LILLBY.step("budget")) is None


def test_the_last_body_is_awaited_as_soon_as_the_requirement_is_met() -> None:
    year = make_year(
        opened("budget", "2027-10-01"),
        reported("budget", EKONOMICHEF, "2027-10-04"),
        decided("budget", "KS", "2027-10-18"),
        *FORSLAG_DONE,
    )
    assert year.awaited_body(LILLBY.step("budget")) == "KF"


def test_what_only_waits_for_another_item_of_its_body_waits_for_the_body() -> None:
    """As soon as the other one waits for it too; a decision on the second before the first is refused."""
    definition = make_definition(
        steg=[
            make_decision("skatt", "KF"),
            make_decision("plan", "KF", kraver=[make_need("skatt")]),
        ]
    )
    plan, skatt = definition.step("plan"), definition.step("skatt")
    year = make_year(
        opened("skatt", "2027-10-01"),
        opened("plan", "2027-10-01"),
        reported("plan", EKONOMICHEF, "2027-10-04"),
        definition=definition,
    )
    assert (year.next_body(plan), year.waits_for(plan)) == ("KF", None)
    year = apply(year, reported("skatt", EKONOMICHEF, "2027-10-05"))
    assert (year.next_body(plan), year.waits_for(plan), year.awaited_body(plan)) == (
        "KF",
        "KF",
        None,
    )
    on = date(2027, 11, 1)
    with pytest.raises(RefusedError, match="Först måste bli klart: skatt"):
        decide(year, plan, "KF", Outcome.BIFALL, on=on, today=on, by="x")
    year = apply(year, decided("skatt", "KF", "2027-11-01"))
    assert year.awaited_body(plan) == "KF"
    assert year.waits_for(skatt) is None
    year = apply(year, reopened("skatt", "2027-11-02"))
    assert (year.next_body(plan), year.waits_for(plan)) == ("KF", None)


def test_a_step_without_a_chain_is_completed_with_what_it_required() -> None:
    definition = make_definition(
        steg=[
            *make_definition().model_dump(mode="json", by_alias=True)["steg"][:1],
            {
                **make_definition().step("budgetdag").model_dump(mode="json", by_alias=True),
                "kraver": [{"steg": "underlag", "slag": "hard", "kalla": "x"}],
            },
        ]
    )
    year = make_year(
        opened("underlag", "2027-01-04"),
        opened("budgetdag", "2027-03-01"),
        reported("budgetdag", EKONOMICHEF, "2027-03-05"),
        definition=definition,
    )
    assert year["budgetdag"].status is Status.IN_PROGRESS
    year = apply(year, overridden("underlag", "2027-03-31"))
    assert year["budgetdag"].status is Status.COMPLETED
    assert year["budgetdag"].completed_on == date(2027, 3, 31)


def test_a_step_is_never_completed_before_its_own_last_part_came_in() -> None:
    definition = make_definition(
        steg=[
            LILLBY.step("forslag").model_dump(mode="json", by_alias=True) | {"kraver": []},
            LILLBY.step("budgetdag").model_dump(mode="json", by_alias=True)
            | {
                "kraver": [{"steg": "forslag", "slag": "hard", "kalla": "x"}],
                "fonster": {"fran": "oktober", "till": "oktober"},
            },
        ]
    )
    year = make_year(
        opened("forslag", "2027-10-01"),
        reported("forslag", EKONOMICHEF, "2027-10-04"),
        opened("budgetdag", "2027-10-01"),
        reported("budgetdag", EKONOMICHEF, "2027-10-20"),
        decided("forslag", "KS", "2027-10-18"),  # registered on the 21st
        definition=definition,
    )
    assert year["budgetdag"].completed_on == date(2027, 10, 20)


def test_a_soft_requirement_holds_nothing_back() -> None:
    year = make_year(
        opened("budgetdag", "2027-04-01"), reported("budgetdag", EKONOMICHEF, "2027-04-15")
    )
    assert year["budgetdag"].status is Status.COMPLETED


def test_completed_stays_completed_when_what_it_rests_on_is_reopened() -> None:
    year = make_year(*FORSLAG_DONE, reopened("underlag", "2027-10-20"))
    assert year["underlag"].status is Status.REOPENED
    assert year["forslag"].status is Status.COMPLETED
    assert year.blocked_by(LILLBY.step("forslag")) == ()


def test_what_only_waited_for_its_last_word_is_held_back_again_by_a_reopening() -> None:
    year = make_year(*FORSLAG_DONE[:-1], reopened("underlag", "2027-10-05"))
    assert year["forslag"].status is Status.IN_PROGRESS


# --- Back ---


@pytest.mark.parametrize("outcome", [Outcome.ATERREMISS, Outcome.AVSLAG])
def test_a_return_begins_a_new_round_with_all_parts_open(outcome: Outcome) -> None:
    year = make_year(
        *FORSLAG_DONE[:-1],
        decided("forslag", "KS", "2027-10-18", outcome=outcome, reason="räcker inte"),
    )
    step = year["forslag"]
    assert (step.status, step.round, step.reason) == (Status.IN_PROGRESS, 2, "räcker inte")
    assert step.round_began == date(2027, 10, 18)
    assert step.opened_on == date(2027, 10, 1)
    assert year.missing(LILLBY.step("forslag")) == (EKONOMICHEF,)
    assert len(step.decisions) == 1
    assert step.standing == ()


def test_a_return_from_the_second_body_goes_back_to_the_first() -> None:
    year = make_year(
        *FORSLAG_DONE,
        opened("budget", "2027-10-01"),
        reported("budget", EKONOMICHEF, "2027-10-04"),
        decided("budget", "KS", "2027-10-18"),
        decided("budget", "KF", "2027-11-01", link=1, outcome=Outcome.ATERREMISS, reason="x"),
    )
    assert year["budget"].link == 0
    assert year["budget"].standing == ()
    assert len(year["budget"].decisions) == 2
    year = apply(year, reported("budget", EKONOMICHEF, "2027-11-05", round=2))
    assert year.awaited_body(LILLBY.step("budget")) == "KS"


@pytest.mark.parametrize("outcome", [Outcome.BORDLAGGNING, Outcome.UTGAR])
def test_a_deferral_keeps_the_round_the_parts_and_the_turn(outcome: Outcome) -> None:
    year = make_year(*FORSLAG_DONE[:-1], decided("forslag", "KS", "2027-10-18", outcome=outcome))
    step = year["forslag"]
    assert (step.status, step.round) == (Status.AWAITING, 1)
    assert year.awaited_body(LILLBY.step("forslag")) == "KS"
    assert len(step.decisions) == 1
    assert step.standing == ()


def test_a_rerun_opens_the_parts_anew_and_keeps_the_decisions_as_history() -> None:
    year = make_year(*FORSLAG_DONE, reopened("forslag", "2027-10-20"))
    step = year["forslag"]
    assert (step.status, step.round, step.link) == (Status.REOPENED, 2, 0)
    assert step.completed_on is None
    assert step.standing == ()
    assert [decision.on for decision in step.decisions] == [date(2027, 10, 18)]
    assert year.missing(LILLBY.step("forslag")) == (EKONOMICHEF,)


def test_a_rerun_is_completed_by_a_new_decision() -> None:
    year = make_year(
        *FORSLAG_DONE,
        reopened("forslag", "2027-10-20"),
        reported("forslag", EKONOMICHEF, "2027-10-25", round=2),
        decided("forslag", "KS", "2027-11-15", round=2),
    )
    step = year["forslag"]
    assert (step.status, step.completed_on) == (Status.COMPLETED, date(2027, 11, 15))
    assert [decision.on for decision in step.standing] == [date(2027, 11, 15)]
    assert len(step.decisions) == 2


def test_a_reopened_step_stays_reopened_while_parts_are_missing() -> None:
    year = make_year(
        completed_before_start("underlag", "2027-05-01"),
        reopened("underlag", "2027-05-10"),
        reported("underlag", NORR, "2027-05-11", round=2),
    )
    assert year["underlag"].status is Status.REOPENED
    assert not year["underlag"].before_start


def test_an_override_holds_for_its_round_only() -> None:
    year = make_year(
        opened("underlag", "2027-01-04"),
        overridden("underlag", "2027-03-31"),
        reopened("underlag", "2027-04-05"),
    )
    assert year.missing(LILLBY.step("underlag")) == (NORR, SODER, EKONOMICHEF)


# --- Late ---


def test_the_deadline_is_the_parts_then_the_bodys_then_none() -> None:
    step, plan = LILLBY.step("forslag"), lillby_plan()["forslag"]
    days = [deadline(make_year(*FORSLAG_DONE[:count]), step, plan) for count in (1, 2, 3, 4)]
    assert days == [plan.due, plan.due, date(2027, 10, 21), None]


def test_a_step_is_late_the_day_after_its_deadline() -> None:
    year, step = make_year(*FORSLAG_DONE[:-1]), LILLBY.step("forslag")
    plan = lillby_plan()["forslag"]
    assert not is_late(year, step, plan, date(2027, 10, 21))
    assert is_late(year, step, plan, date(2027, 10, 22))


def test_a_step_whose_parts_came_in_is_not_late_since_another_holds_it_back() -> None:
    year = make_year(
        opened("forslag", "2027-10-01"), reported("forslag", EKONOMICHEF, "2027-10-04")
    )
    step, plan = LILLBY.step("forslag"), lillby_plan()["forslag"]
    assert not is_late(year, step, plan, plan.due + timedelta(days=1))
    assert is_late(year, step, plan, date(2027, 10, 22))


def test_a_planned_step_is_late_when_its_window_has_passed() -> None:
    year, step, plan = not_started(LILLBY), LILLBY.step("underlag"), lillby_plan()["underlag"]
    assert not is_late(year, step, plan, date(2027, 3, 31))
    assert is_late(year, step, plan, date(2027, 4, 1))


def test_a_completed_step_is_never_late() -> None:
    year = make_year(*FORSLAG_DONE)
    assert not is_late(year, LILLBY.step("forslag"), lillby_plan()["forslag"], date(2030, 1, 1))


# --- Events as they are stored ---


@pytest.mark.parametrize(
    "event",
    [*FORSLAG_DONE, overridden("underlag", "2027-03-31"), reopened("forslag", "2027-10-20")],
    ids=lambda event: event.kind,
)
def test_an_event_is_read_back_as_it_was_written(event: Event) -> None:
    assert EVENT.validate_json(event.model_dump_json()) == event


def test_a_deferral_and_a_decision_on_the_same_day_are_two_facts() -> None:
    """A clerk who wrote the wrong outcome can write the right one on the meeting's own date."""
    deferred = decided("forslag", "KS", "2027-10-18", outcome=Outcome.BORDLAGGNING)
    assert deferred.key != decided("forslag", "KS", "2027-10-18").key


# --- Any year that the commands let happen ---

Choice = tuple[str, int, int, int]
Past = tuple[Definition, list[Event]]
CHOICE: st.SearchStrategy[Choice] = st.tuples(
    st.sampled_from(
        [
            "report",
            "report",
            "report",
            "decide",
            "decide",
            "decide",
            "decide",
            "override",
            "reopen",
            "uphold",
        ]
    ),
    st.sampled_from([0, 1, 2, 2, 3, 3, 3]),
    st.integers(0, 2 * len(Outcome) - 1),
    st.integers(0, 12),
)
CHOICES = st.lists(CHOICE, max_size=15) | st.lists(CHOICE, min_size=20, max_size=50)


def play(definition: Definition, past: list[Event], choices: list[Choice]) -> Past:
    """What the commands answer to whatever people try, day after day; refusals change nothing. It goes on
    from a past, in October, or begins with the year."""
    events = [*past]
    state, today = fold(definition, events), day("2027-10-20" if past else "2027-01-01")
    plan = lillby_plan()
    for verb, which, how, later in choices:
        today += timedelta(days=later)
        asked = [open_step(state, step, plan[step.slug], today) for step in definition.steps]
        step = definition.steps[which]
        for event in asked:
            if event is not None:
                events.append(event)
                state = apply(state, event)
        try:
            answer = attempt(state, today, verb, step.slug, how)
        except KommunplanError:
            continue
        if answer is not None:
            events.append(answer)
            state = apply(state, answer)
    return definition, events


def attempt(state: YearState, today: date, verb: str, slug: str, how: int) -> Event | None:
    step = state.definition.step(slug)
    by: dict[str, Any] = {"today": today, "by": "prov"}
    match verb:
        case "report":
            tasks = state.definition.tasks_of(step)
            key = tasks[how % len(tasks)]
            return report(state, step, key.role, key.unit, comment="", **by)
        case "override":
            return override(state, step, reason="skäl", **by)
        case "decide":  # mostly the one whose turn it is, and mostly something that passes
            body = state.awaited_body(step) or ("KS", "KF")[how % 2]
            outcome = [*Outcome, *[Outcome.BIFALL] * len(Outcome)][how]
            return decide(state, step, body, outcome, on=today, reason="skäl", changes="höjs", **by)
        case "uphold":
            ready = [s for s in state.definition.steps if reconsider_from(state, s)]
            return uphold(state, ready[0] if ready else step, reason="", **by)
        case "reopen":  # mostly one that is completed, so that others rest on it no more
            done = [s for s in state.definition.steps if state[s.slug].status is Status.COMPLETED]
            step = done[how % len(done)] if done else step
            return reopen(state, step, reason="skäl", token=f"{step.slug}-{today}", **by)
    return None


BEGINNINGS: st.SearchStrategy[list[Event]] = st.sampled_from(
    [[], UNDERLAG_DONE, FORSLAG_DONE, UNDERLAG_DONE_ANEW]
)
PASTS: st.SearchStrategy[Past] = st.builds(
    play, st.sampled_from([LILLBY, WITH_ARENDE]), BEGINNINGS, CHOICES
)


def test_the_years_that_are_played_come_far_enough_to_show_something() -> None:
    """Among the years that the properties below are held against: completed chains, returns that go to
    another step, marks and answers to them."""
    seen: set[str] = set()

    @given(PASTS)
    @settings(deadline=None, max_examples=800, derandomize=True, database=None)
    def play_many(past: Past) -> None:
        definition, events = past
        state = not_started(definition)
        for event in events:
            state = apply(state, event)
            seen.update(slug for slug in state.steps if state[slug].status is Status.COMPLETED)
            seen.update("mark" for own in state.steps.values() if own.marks)
            seen.add(event.kind)
            if isinstance(event, Decided):
                seen.add(event.outcome.effect)
                seen.update(["another step"] if event.back_step not in ("", event.step) else [])

    play_many()
    assert seen >= {
        "underlag",
        "budgetdag",
        "forslag",
        "budget",
        "mark",
        "another step",
        "star-fast",
        "ateroppnat",
        "gar-vidare",
        *Effect,
    }


@given(PASTS)
@settings(deadline=None, max_examples=250)
def test_no_step_is_completed_without_its_parts_its_chain_and_its_requirements(past: Past) -> None:
    definition, events = past
    state = not_started(definition)
    for event in events:
        before, state = state, apply(state, event)
        for step in definition.steps:
            own = state[step.slug]
            if own.status is not Status.COMPLETED:
                assert own.completed_on is None
                continue
            assert own.completed_on is not None
            if own.before_start:
                continue
            assert tuple(decision.body for decision in own.standing) == step.chain
            assert own.overridden or set(own.reported) == set(definition.tasks_of(step))
            if before[step.slug].status is not Status.COMPLETED:
                assert all(state[slug].status is Status.COMPLETED for slug in step.hard)
            else:  # it stands as it was, whatever is asked of it
                assert replace(own, marks=()) == replace(before[step.slug], marks=())


@given(PASTS)
@settings(deadline=None, max_examples=250)
def test_a_completed_step_begins_anew_by_a_rerun_or_by_a_return_in_its_arende(past: Past) -> None:
    definition, events = past
    state = not_started(definition)
    for event in events:
        before, state = state, apply(state, event)
        for step in definition.steps:
            was, own = before[step.slug], state[step.slug]
            if was.status is not Status.COMPLETED or own.status is Status.COMPLETED:
                continue
            assert own.round == was.round + 1
            assert own.marks == ()
            if isinstance(event, Decided):
                later = definition.step(event.step)
                assert event.outcome.effect is Effect.RETURN
                assert definition.arende_of(later) == definition.arende_of(step)
                assert step.slug in later.hard
            else:
                assert isinstance(event, Reopened)
                assert event.step == step.slug


@given(PASTS)
@settings(deadline=None, max_examples=250)
def test_only_a_completed_step_is_asked_whether_it_stands_and_of_nothing_but_its_ground(
    past: Past,
) -> None:
    definition, events = past
    state = fold(definition, events)
    for step in definition.steps:
        marks = state[step.slug].marks
        assert not marks or state[step.slug].status is Status.COMPLETED
        assert len({mark.step for mark in marks}) == len(marks)
        for mark in marks:
            assert mark.round <= state[mark.step].round
            ground, found = set(step.rests_on), set[str]()
            while ground - found:
                found |= ground
                ground |= {slug for one in found for slug in definition.step(one).rests_on}
            assert mark.step in found


@given(PASTS)
@settings(deadline=None, max_examples=150)
def test_statuses_and_counts_always_agree(past: Past) -> None:
    definition, events = past
    state = fold(definition, events)
    for step in definition.steps:
        own = state[step.slug]
        assert (own.round == 0) == (own.status is Status.PLANNED)
        assert 0 <= own.link <= len(step.chain)
        assert (state.awaited_body(step) is not None) == (own.status is Status.AWAITING)
        assert len(own.standing) == own.link
        assert [decision.link for decision in own.standing] == list(range(own.link))
        assert set(own.standing) <= set(own.decisions)
        if own.status is Status.IN_PROGRESS:
            assert state.missing(step) or state.blocked_by(step)
    assert len({event.key for event in events}) == len(events)


@given(PASTS, st.integers(0, 60))
@settings(deadline=None, max_examples=60)
def test_folding_in_two_halves_is_folding_whole(past: Past, cut: int) -> None:
    definition, events = past
    halfway = fold(definition, events[:cut])
    for event in events[cut:]:
        halfway = apply(halfway, event)
    assert halfway == fold(definition, events)


@given(PASTS)
@settings(deadline=None, max_examples=60)
def test_applying_an_event_leaves_the_state_before_it_as_it_was(past: Past) -> None:
    definition, events = past
    state = not_started(definition)
    for event in events:
        kept = dict(state.steps)
        apply(state, event)
        assert dict(state.steps) == kept
        state = apply(state, event)


@given(PASTS)
@settings(deadline=None, max_examples=60)
def test_an_event_settles_all_that_it_touches(past: Past) -> None:
    """Whatever an event has not touched, nothing is left to follow for."""
    definition, events = past
    state = not_started(definition)
    for event in events:
        state = apply(state, event)
        assert _settled(state, event.on, state.steps) == state


@given(PASTS)
@settings(deadline=None, max_examples=60)
def test_any_year_can_be_planned(past: Past) -> None:
    definition, events = past
    state = fold(definition, events)
    plan = lillby_plan(state)
    for step in definition.steps:
        for decision in state[step.slug].standing:
            assert plan[step.slug].links[decision.link].meeting == decision.on
