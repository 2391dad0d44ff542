"""The rehearsed year: everything ends, everybody is told in time, and twice the same."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.work_time import work_after
from calendars.workdays import WORKDAYS
from models.plan import Meeting
from models.process import Step
from models.state import Status
from notifications.notices import Kind
from tests.examples import examples
from tests.factories import make_definition, orsa, orsa_meetings
from views.rehearsal import Rehearsal, in_year_order, rehearse

YEARS = (2027, 2028, 2029)
USUAL = ("atgardsplan-balanskrav", "skattesats-december", "skattesats-december-skatteverket")
DORMANT = {
    2027: {"overgripande-mal", "styrmodell-oversyn", *USUAL},  # 2026 is the fourth year of its term
    2028: {"styrmodell-oversyn", "val-av-revisorer", *USUAL},
    2029: {"overgripande-mal", "val-av-revisorer", *USUAL},
}
"""What nothing has started when everybody keeps to the plan: no deficit, no budget in December, and another
year of the term."""


@cache
def rehearsal(budget_year: int) -> Rehearsal:
    return rehearse(orsa(), budget_year, orsa_meetings())


def awake(year: Rehearsal) -> list[Step]:
    """The steps that are to be done that year."""
    return [step for step in year.state.definition.steps if not year.plan[step.slug].dormant]


@pytest.mark.parametrize("budget_year", YEARS)
def test_what_nothing_has_started_is_left_alone(budget_year: int) -> None:
    year = rehearsal(budget_year)
    dormant = {slug for slug, dates in year.plan.steps.items() if dates.dormant}
    assert dormant == DORMANT[budget_year]
    assert {year.state[slug].status for slug in dormant} == {Status.PLANNED}
    assert not dormant & {notice.step for _, notice in year.notices}


@pytest.mark.parametrize("budget_year", YEARS)
def test_every_step_is_completed_within_its_window(budget_year: int) -> None:
    year = rehearsal(budget_year)
    assert year.plan.gaps == ()
    for slug in (step.slug for step in awake(year)):
        step = year.state[slug]
        assert step.status is Status.COMPLETED, slug
        assert step.completed_on is not None
        assert step.completed_on <= year.plan[slug].window_end, slug


@pytest.mark.parametrize("budget_year", YEARS)
def test_every_part_is_told_of_its_opening_the_day_that_work_opens(budget_year: int) -> None:
    year = rehearsal(budget_year)
    told = {
        (notice.step, notice.to): day
        for day, notice in year.notices
        if notice.kind is Kind.OPENED and notice.body is None
    }
    for step in awake(year):
        plan = year.plan[step.slug]
        for task in orsa().tasks_of(step):
            assert told[step.slug, task] == work_after(
                orsa().quiet, plan.opens - timedelta(days=1), 1
            )


@pytest.mark.parametrize("budget_year", YEARS)
def test_every_clerk_is_told_before_the_day_of_the_meeting(budget_year: int) -> None:
    """Also of an item that waits for another of the same sitting, and in time for a reminder of it."""
    year = rehearsal(budget_year)
    told = {
        (notice.step, notice.body): day
        for day, notice in year.notices
        if notice.kind is Kind.OPENED and notice.body is not None
    }
    for step in awake(year):
        for link in year.plan[step.slug].links:
            assert link.meeting is not None
            assert told[step.slug, link.body] < link.meeting, step.id
    assert told["kommunplan-kf", "KF"] == told["skattesats-kf", "KF"]
    assert told["budgetberedning", "SU"] == told["uppfoljning-april", "SU"]


@pytest.mark.parametrize("budget_year", YEARS)
def test_every_step_has_a_reminder_in_reach(budget_year: int) -> None:
    """What is to be done within a working day has time for one only on the day itself, if nobody knew of it
    before."""
    year = rehearsal(budget_year)
    reminders = [n for _, n in year.notices if n.kind is Kind.REMINDER]
    at_once = {step.slug for step in awake(year) if step.starts and step.starts.within is not None}
    assert at_once == {"skattesatsforslag-skatteverket", "skattesats-skatteverket"}
    assert {n.step for n in reminders} == {step.slug for step in awake(year)}
    rules = [n.rule for n in reminders if n.step == "skattesats-skatteverket"]
    assert rules == ["sänds på sista dagen"]


@pytest.mark.parametrize("budget_year", YEARS)
def test_nobody_who_keeps_the_plan_is_called_late(budget_year: int) -> None:
    kinds = Counter(notice.kind for _, notice in rehearsal(budget_year).notices)
    assert kinds[Kind.OVERDUE] == kinds[Kind.ESCALATION] == kinds[Kind.RETURNED] == 0


@pytest.mark.parametrize("budget_year", YEARS)
def test_every_decision_and_every_completion_is_told(budget_year: int) -> None:
    year = rehearsal(budget_year)
    notices = [notice for _, notice in year.notices]
    completed = {n.step for n in notices if n.kind is Kind.COMPLETED}
    decisions = {(n.step, n.body) for n in notices if n.kind is Kind.DECISION}
    assert completed == {step.slug for step in awake(year)}
    assert decisions == {(step.slug, body) for step in awake(year) for body in step.chain}


@pytest.mark.parametrize("budget_year", YEARS)
def test_no_notice_is_sent_twice_and_none_on_a_day_off(budget_year: int) -> None:
    notices = rehearsal(budget_year).notices
    assert set(Counter(notice.key for _, notice in notices).values()) == {1}
    assert [day for day, _ in notices] == sorted(day for day, _ in notices)
    assert all(WORKDAYS.is_workday(day) for day, _ in notices)


def test_a_rehearsal_is_the_same_every_time() -> None:
    again = rehearse(orsa(), 2028, orsa_meetings())
    assert again.notices == rehearsal(2028).notices
    assert again.plan == rehearsal(2028).plan


def test_the_year_2027_on_some_of_its_days() -> None:
    state = rehearsal(2028).state
    assert state["bokslut"].completed_on == date(2027, 3, 31)
    assert state["arsredovisning"].completed_on == date(2027, 5, 24)
    assert state["kommunplan-ks"].completed_on == date(2027, 10, 18)
    assert state["kommunplan-kf"].completed_on == date(2027, 11, 29)


def test_a_year_without_meetings_ends_too() -> None:
    year = rehearse(make_definition(), 2028, ())
    assert {step.status for step in year.state.steps.values()} == {Status.COMPLETED}
    assert len(year.plan.gaps) == 4


def test_steps_are_shown_by_window() -> None:
    order = [step.id for step in in_year_order(orsa(), rehearsal(2028).plan)]
    assert order == [
        "K1",
        "K2",
        "T12",
        "X8.1",
        "X8.2",
        "X8.3",
        "K3",
        "U1",
        "U4",
        "T2",
        "X9",
        "T8",
        "K4",
        "K5",
        "T9",
        "T13a",
        "T16",
        "X6",
        "A2",
        "A3",
        "K6",
        "K7",
        "U2",
        "X7",
        "A4.1",
        "K8",
        "T18",
        "K9",
        "T3",
        "T11",
        "A5.1",
        "A6",
        "X4",
        "X5",
        "U3",
        "T1",
        "K10",
        "K11",
        "K12",
        "T13b",
        "T14",
        "X2",
        "A9",
        "X1",
        "K13",
        "K14",
        "T15",
        "T17",
        "T20",
        "X3",
        "A1",
        "T4",
        "A7",
        "A8",
        "T6",
    ]


AWAKE_WITHOUT_A_BUDGET = {"skattesats-december", "skattesats-december-skatteverket"}
"""Where no KF decides the budget in November (KL 11 kap. 11 §)."""
BODIES = st.sampled_from(["SU", "KS", "KF"])
DAYS = st.dates(date(2027, 1, 1), date(2028, 3, 31)).filter(WORKDAYS.is_workday)


@given(st.lists(st.builds(Meeting, BODIES, st.none(), DAYS), max_size=40))
@settings(deadline=None, max_examples=examples(4))
def test_a_year_ends_and_tells_nothing_twice_whatever_the_calendar(meetings: list[Meeting]) -> None:
    year = rehearse(orsa(), 2028, meetings)
    assert {year.state[step.slug].status for step in awake(year)} == {Status.COMPLETED}
    dormant = {slug for slug, dates in year.plan.steps.items() if dates.dormant}
    assert dormant | AWAKE_WITHOUT_A_BUDGET == DORMANT[2028]
    assert set(Counter(notice.key for _, notice in year.notices).values()) == {1}
