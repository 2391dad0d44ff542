"""Who is told what, and on which day: the ladder of reminders on literal dates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.schedule import plan_year
from calendars.workdays import WORKDAYS
from models.events import Event, Outcome
from models.fold import apply
from models.plan import Meeting, YearPlan
from models.process import TaskKey
from models.state import YearState
from notifications.announcements import announcements
from notifications.notices import Kind, Notice
from notifications.obligations import obligations
from tests.factories import (
    EKONOMICHEF,
    NORR,
    SODER,
    completed_before_start,
    decided,
    make_decision,
    make_definition,
    make_meetings,
    make_need,
    make_year,
    opened,
    overridden,
    reopened,
    reported,
)

LILLBY = make_definition()
OWNER = TaskKey(role="processagare")
CLERK = TaskKey(role="sekreterare")
MEETINGS = make_meetings(
    KS=["2027-10-04", "2027-10-18", "2027-11-15"], KF=["2027-11-01", "2027-11-29"]
)
UNDERLAG: list[Event] = [completed_before_start("underlag", "2027-09-01")]
OPENED: list[Event] = [opened("underlag", "2027-01-04")]
"""`underlag` is due on 31 March 2027, a Wednesday after Easter."""
AWAITING: list[Event] = [
    *UNDERLAG,
    opened("forslag", "2027-10-01"),
    reported("forslag", EKONOMICHEF, "2027-10-04"),
]


def plan_of(state: YearState, meetings: Iterable[Meeting] = MEETINGS) -> YearPlan:
    return plan_year(LILLBY, 2028, tuple(meetings), state)


def due_on(today: str, *events: Event) -> list[Notice]:
    state = make_year(*events)
    return list(obligations(state, plan_of(state), WORKDAYS, date.fromisoformat(today)))


def of(kind: Kind, notices: Iterable[Notice]) -> list[tuple[TaskKey, date]]:
    return [(notice.to, notice.rung) for notice in notices if notice.kind is kind]


def kinds_to(task: TaskKey, notices: Iterable[Notice]) -> list[Kind]:
    return [notice.kind for notice in notices if notice.to == task]


def announced(*events: Event, by: Event, today: str) -> list[Notice]:
    before = make_year(*events)
    return list(announcements(before, apply(before, by), by, date.fromisoformat(today)))


# --- Opening ---


def test_every_open_part_is_told_when_the_step_opens() -> None:
    notices = due_on("2027-01-04", *OPENED)
    assert [(n.kind, n.to, n.due) for n in notices] == [
        (Kind.OPENED, task, date(2027, 3, 31)) for task in (NORR, SODER, EKONOMICHEF)
    ]


def test_nobody_is_told_anything_of_a_planned_or_a_completed_step() -> None:
    assert due_on("2027-12-31") == []
    assert due_on("2027-12-31", *UNDERLAG) == []
    assert due_on("2027-12-31", *AWAITING, decided("forslag", "KS", "2027-10-18")) == []


def test_who_has_reported_is_left_alone() -> None:
    notices = due_on("2027-04-20", *OPENED, reported("underlag", NORR, "2027-02-01"))
    assert kinds_to(NORR, notices) == []
    assert kinds_to(SODER, notices) == [Kind.OPENED, Kind.OVERDUE]


def test_nobody_is_told_anything_after_an_override() -> None:
    assert due_on("2027-04-20", *OPENED, overridden("underlag", "2027-04-01")) == []


def test_opening_is_one_notice_a_round_even_when_the_deadline_moves() -> None:
    state = make_year(*UNDERLAG, opened("forslag", "2027-10-01"))
    today = date(2027, 10, 1)
    early, late = (
        next(iter(obligations(state, plan_of(state, make_meetings(KS=[day])), WORKDAYS, today)))
        for day in ("2027-10-18", "2027-10-26")
    )
    assert early.due != late.due
    assert early.key == late.key


def test_who_must_work_it_over_is_told_of_the_return_instead_of_an_opening() -> None:
    returned = decided("forslag", "KS", "2027-10-18", outcome=Outcome.ATERREMISS, reason="x")
    first = due_on("2027-10-01", *AWAITING[:2])
    second = due_on("2027-10-18", *AWAITING, returned)
    assert [(n.kind, n.decision) for n in second] == [(Kind.RETURNED, returned)]
    assert second[0].rule == "sänds när KS har återvisat ärendet"
    assert first[0].key != second[0].key


def test_the_bodys_clerk_is_told_when_it_is_its_turn() -> None:
    [notice] = due_on("2027-10-04", *AWAITING)
    assert (notice.kind, notice.to, notice.body) == (Kind.OPENED, CLERK, "KS")
    assert notice.due == date(2027, 10, 21)
    assert notice.rule == "sänds när KS står i tur"


def test_one_clerk_of_two_bodies_is_told_for_each() -> None:
    chain: list[Event] = [
        *AWAITING,
        decided("forslag", "KS", "2027-10-18"),
        opened("budget", "2027-10-01"),
        reported("budget", EKONOMICHEF, "2027-10-04"),
    ]
    [ks] = [n for n in due_on("2027-10-18", *chain) if n.kind is Kind.OPENED]
    decision = decided("budget", "KS", "2027-10-18")
    [kf] = [n for n in due_on("2027-10-18", *chain, decision) if n.kind is Kind.OPENED]
    assert (ks.to, kf.to) == (CLERK, CLERK)
    assert ks.key != kf.key


def test_what_is_only_held_back_by_another_step_asks_nothing_of_anybody() -> None:
    held: list[Event] = [
        opened("forslag", "2027-10-01"),
        reported("forslag", EKONOMICHEF, "2027-10-04"),
    ]
    assert due_on("2027-12-01", *held) == []


SAME_SITTING = make_definition(
    steg=[
        make_decision("skatt-ks", "KS"),
        make_decision("skatt", "KF", kraver=[make_need("skatt-ks")]),
        make_decision("plan", "KF", kraver=[make_need("skatt")]),
    ]
)
"""Two items of one sitting, 29 November, of which `plan` may be decided after `skatt` only."""
PLAN_WAITS: list[Event] = [
    *(opened(step, "2027-10-01") for step in ("skatt-ks", "skatt", "plan")),
    reported("skatt-ks", EKONOMICHEF, "2027-10-04"),
    reported("plan", EKONOMICHEF, "2027-10-06"),
]
KS_HAS_DECIDED = decided("skatt-ks", "KS", "2027-10-18")
KF_SITS: list[Event] = [
    reported("skatt", EKONOMICHEF, "2027-11-08"),
    decided("skatt", "KF", "2027-11-29"),
]


def of_plan(today: str, *events: Event) -> list[Notice]:
    state = make_year(*events, definition=SAME_SITTING)
    plan = plan_year(SAME_SITTING, 2028, MEETINGS, state)
    assert plan["plan"].links[0].meeting == plan["skatt"].links[0].meeting == date(2027, 11, 29)
    found = obligations(state, plan, WORKDAYS, date.fromisoformat(today))
    return [notice for notice in found if notice.step == "plan"]


def test_the_clerk_is_told_of_what_waits_for_another_item_of_the_same_sitting() -> None:
    """Whose parts may be missing still: its day is the same."""
    [told] = of_plan("2027-10-18", *PLAN_WAITS, KS_HAS_DECIDED)
    assert (told.kind, told.to, told.body) == (Kind.OPENED, CLERK, "KF")
    assert (told.due, told.rung) == (date(2027, 12, 2), date(2027, 10, 18))
    assert told.rule == "sänds när KF står i tur så snart skatt är klart"


def test_the_clerk_is_told_of_no_item_that_another_body_is_to_decide_on_first() -> None:
    assert of_plan("2027-10-17", *PLAN_WAITS) == []


def test_who_has_been_told_of_an_item_that_waits_is_told_no_more_when_its_turn_comes() -> None:
    waits, turn = [*PLAN_WAITS, KS_HAS_DECIDED], [*PLAN_WAITS, KS_HAS_DECIDED, *KF_SITS]
    before, after = of_plan("2027-11-29", *waits), of_plan("2027-11-29", *turn)
    assert [n.kind for n in before] == [Kind.OPENED, Kind.REMINDER]
    assert {n.key for n in after} <= {n.key for n in before}


def test_nobody_is_called_late_with_what_another_item_holds_back() -> None:
    assert of_plan("2027-12-20", *PLAN_WAITS, KS_HAS_DECIDED) == []
    late = of_plan("2027-12-20", *PLAN_WAITS, KS_HAS_DECIDED, *KF_SITS)
    assert {n.kind for n in late} == {Kind.OPENED, Kind.OVERDUE, Kind.ESCALATION}


# --- The ladder ---


@pytest.mark.parametrize("today", ["2027-03-15", "2027-03-16", "2027-03-17"])
def test_the_first_reminder_goes_ten_working_days_before(today: str) -> None:
    """31 March less ten working days, with Good Friday and Easter Monday off, is 15 March."""
    assert of(Kind.REMINDER, due_on(today, *OPENED)) == [
        (task, date(2027, 3, 15)) for task in (NORR, SODER, EKONOMICHEF)
    ]


def test_there_is_no_reminder_the_day_before_the_first_rung() -> None:
    assert of(Kind.REMINDER, due_on("2027-03-12", *OPENED)) == []


def test_the_second_reminder_goes_three_working_days_before() -> None:
    day_before = of(Kind.REMINDER, due_on("2027-03-23", *OPENED))
    on_the_day = of(Kind.REMINDER, due_on("2027-03-24", *OPENED))
    on_the_last_day = of(Kind.REMINDER, due_on("2027-03-31", *OPENED))
    assert {rung for _, rung in day_before} == {date(2027, 3, 15)}
    assert {rung for _, rung in on_the_day} == {date(2027, 3, 24)}
    assert on_the_last_day == on_the_day


def test_overdue_goes_the_next_working_day_and_then_weekly() -> None:
    rungs = {
        today: of(Kind.OVERDUE, due_on(today, *OPENED))
        for today in ("2027-03-31", "2027-04-01", "2027-04-07", "2027-04-08", "2027-04-30")
    }
    assert rungs["2027-03-31"] == []
    assert [{rung for _, rung in told} for told in list(rungs.values())[1:]] == [
        {date(2027, 4, 1)},
        {date(2027, 4, 1)},
        {date(2027, 4, 8)},
        {date(2027, 4, 29)},
    ]


def test_a_last_day_before_a_weekend_is_overdue_on_monday() -> None:
    """What KS decides on Tuesday 19 October is to be registered by Friday the 22nd."""
    year: list[Event] = [
        *AWAITING,
        decided("forslag", "KS", "2027-10-18"),
        opened("budget", "2027-10-01"),
        reported("budget", EKONOMICHEF, "2027-10-04"),
    ]
    meetings = make_meetings(KS=["2027-10-19"], KF=["2027-11-29"])
    state = make_year(*year)
    plan = plan_of(state, meetings)
    assert plan["budget"].links[0].register_by == date(2027, 10, 22)
    for today, kinds in [
        (date(2027, 10, 22), [Kind.OPENED, Kind.REMINDER]),
        (date(2027, 10, 24), [Kind.OPENED]),  # the day has gone
        (date(2027, 10, 25), [Kind.OPENED, Kind.OVERDUE]),
    ]:
        notices = obligations(state, plan, WORKDAYS, today)
        assert [notice.kind for notice in notices if notice.step == "budget"] == kinds


def test_the_process_owner_is_told_after_three_working_days_and_of_whom() -> None:
    before = due_on("2027-04-02", *OPENED, reported("underlag", NORR, "2027-02-01"))
    after = due_on("2027-04-05", *OPENED, reported("underlag", NORR, "2027-02-01"))
    assert of(Kind.ESCALATION, before) == []
    [escalation] = [n for n in after if n.kind is Kind.ESCALATION]
    assert escalation.to == OWNER
    assert escalation.missing == (SODER, EKONOMICHEF)
    assert escalation.rule == "sänds 3 arbetsdagar efter sista dagen"


def test_an_escalation_is_the_same_notice_every_day_and_whoever_reports() -> None:
    first = due_on("2027-04-05", *OPENED)
    later = due_on("2027-05-10", *OPENED, reported("underlag", NORR, "2027-05-07"))
    keys = [{n.key for n in day if n.kind is Kind.ESCALATION} for day in (first, later)]
    assert keys[0] == keys[1]
    assert len(keys[0]) == 1


def test_after_downtime_only_the_latest_rung_goes() -> None:
    notices = [n for n in due_on("2027-04-20", *OPENED) if n.to == NORR]
    assert [(n.kind, n.rung) for n in notices] == [
        (Kind.OPENED, date(2027, 1, 4)),
        (Kind.OVERDUE, date(2027, 4, 15)),
    ]


def test_a_rung_from_before_the_work_began_is_not_sent() -> None:
    late_start: list[Event] = [opened("underlag", "2027-03-18")]
    assert of(Kind.REMINDER, due_on("2027-03-18", *late_start)) == []
    assert {rung for _, rung in of(Kind.REMINDER, due_on("2027-03-24", *late_start))} == {
        date(2027, 3, 24)
    }


def test_a_rung_from_before_another_step_let_the_body_in_is_not_sent() -> None:
    """KS is to be registered by 21 October, so its last reminder is on the 18th."""
    year: list[Event] = [*AWAITING[1:], completed_before_start("underlag", "2027-10-19")]
    assert [n.kind for n in due_on("2027-10-19", *year)] == [Kind.OPENED]
    assert Kind.REMINDER in [n.kind for n in due_on("2027-10-19", *AWAITING)]


def test_who_is_asked_after_the_last_day_is_late_only_when_a_day_has_passed() -> None:
    late_start: list[Event] = [opened("underlag", "2027-04-05")]
    assert [n.kind for n in due_on("2027-04-05", *late_start)] == [Kind.OPENED] * 3
    next_day = due_on("2027-04-06", *late_start)
    assert of(Kind.OVERDUE, next_day) == [
        (task, date(2027, 4, 6)) for task in (NORR, SODER, EKONOMICHEF)
    ]
    assert of(Kind.ESCALATION, due_on("2027-04-07", *late_start)) == []
    assert of(Kind.ESCALATION, due_on("2027-04-08", *late_start)) == [(OWNER, date(2027, 4, 8))]


def test_a_deferral_is_reminded_of_the_next_meeting() -> None:
    deferred = decided("forslag", "KS", "2027-10-18", outcome=Outcome.BORDLAGGNING)
    notices = due_on("2027-11-15", *AWAITING, deferred)
    reminder = next(n for n in notices if n.kind is Kind.REMINDER)
    assert reminder.due == date(2027, 11, 18)
    assert of(Kind.OVERDUE, notices) == []


# --- Announcements ---


def test_a_decision_is_told_to_who_prepared_it_and_the_owner() -> None:
    by = decided("forslag", "KS", "2027-10-18")
    notices = announced(*AWAITING, by=by, today="2027-10-19")
    decisions = [n for n in notices if n.kind is Kind.DECISION]
    assert [n.to for n in decisions] == [EKONOMICHEF, OWNER]
    assert {n.due for n in decisions} == {date(2027, 10, 18)}
    assert {n.decision for n in decisions} == {by}


def test_a_completed_step_is_told_to_the_owner_and_to_who_builds_on_it() -> None:
    notices = announced(*AWAITING, by=decided("forslag", "KS", "2027-10-18"), today="2027-10-19")
    completed = [n for n in notices if n.kind is Kind.COMPLETED]
    assert [(n.step, n.to) for n in completed] == [("forslag", OWNER), ("forslag", EKONOMICHEF)]


def test_a_completed_step_is_not_told_to_those_who_are_done_themselves() -> None:
    year: list[Event] = [completed_before_start("forslag", "2027-02-01"), *OPENED]
    by = overridden("underlag", "2027-03-31")
    told = {n.to for n in announced(*year, by=by, today="2027-03-31")}
    assert told == {OWNER, EKONOMICHEF}  # budgetdag rests on it too
    year = [*year, completed_before_start("budgetdag", "2027-02-01")]
    assert {n.to for n in announced(*year, by=by, today="2027-03-31")} == {OWNER}


def test_a_return_from_kf_is_told_to_the_clerk_of_ks_the_owner_and_who_works_it_over() -> None:
    chain: list[Event] = [
        *AWAITING,
        decided("forslag", "KS", "2027-10-18"),
        opened("budget", "2027-10-01"),
        reported("budget", EKONOMICHEF, "2027-10-04"),
        decided("budget", "KS", "2027-10-18"),
    ]
    by = decided("budget", "KF", "2027-11-01", link=1, outcome=Outcome.ATERREMISS, reason="x")
    notices = announced(*chain, by=by, today="2027-11-02")
    assert [(n.kind, n.to, n.round) for n in notices] == [
        (Kind.RETURNED, CLERK, 2),
        (Kind.RETURNED, OWNER, 2),
    ]
    [told] = due_on("2027-11-02", *chain, by)
    assert (told.kind, told.to, told.round) == (Kind.RETURNED, EKONOMICHEF, 2)
    assert notices[0].rule == "sänds när KF har återvisat ärendet"


def test_a_deferral_is_told_as_a_decision_and_completes_nothing() -> None:
    by = decided("forslag", "KS", "2027-10-18", outcome=Outcome.BORDLAGGNING)
    notices = announced(*AWAITING, by=by, today="2027-10-19")
    assert {n.kind for n in notices} == {Kind.DECISION}


def test_what_was_completed_before_the_start_is_told_to_nobody() -> None:
    by = completed_before_start("underlag", "2027-09-01")
    assert announced(by=by, today="2027-09-01") == []


def test_a_part_that_completes_nothing_is_told_to_nobody() -> None:
    assert announced(*OPENED, by=reported("underlag", NORR, "2027-02-01"), today="2027-02-01") == []


# --- Keys ---

YEARS: list[list[Event]] = [
    OPENED,
    [*OPENED, reported("underlag", NORR, "2027-02-01")],
    AWAITING,
    [*AWAITING, decided("forslag", "KS", "2027-10-18", outcome=Outcome.BORDLAGGNING)],
    [*AWAITING, decided("forslag", "KS", "2027-10-18", outcome=Outcome.ATERREMISS, reason="x")],
    [
        *UNDERLAG,
        reopened("underlag", "2027-09-06"),
        opened("budget", "2027-10-01"),
        opened("budgetdag", "2027-04-01"),
        opened("forslag", "2027-10-01"),
    ],
]


@given(st.sampled_from(YEARS), st.dates(date(2027, 1, 1), date(2028, 2, 1)))
@settings(deadline=None, max_examples=100)
def test_the_same_day_asks_for_the_same_and_each_only_once(
    events: list[Event], today: date
) -> None:
    first, second = ([n.key for n in due_on(str(today), *events)] for _ in range(2))
    assert first == second
    assert len(set(first)) == len(first)


@given(st.sampled_from(YEARS), st.dates(date(2027, 1, 1), date(2028, 2, 1)), st.integers(1, 60))
@settings(deadline=None, max_examples=100)
def test_downtime_sends_no_notice_that_daily_checks_would_not_have(
    events: list[Event], last: date, days: int
) -> None:
    daily = {
        notice.key
        for back in range(days)
        for notice in due_on(str(last - timedelta(days=back)), *events)
    }
    after_downtime = [notice.key for notice in due_on(str(last), *events)]
    assert set(after_downtime) <= daily


@given(st.sampled_from(YEARS), st.dates(date(2027, 1, 1), date(2028, 2, 1)))
@settings(deadline=None, max_examples=100)
def test_each_one_waited_for_gets_the_opening_and_at_most_one_rung(
    events: list[Event], today: date
) -> None:
    notices = [n for n in due_on(str(today), *events) if n.kind is not Kind.ESCALATION]
    for part in {(n.step, n.to) for n in notices}:
        kinds = [n.kind for n in notices if (n.step, n.to) == part]
        assert kinds[0] in (Kind.OPENED, Kind.RETURNED)
        assert len(kinds) <= 2
        assert all(n.rung <= today for n in notices if n.kind in (Kind.REMINDER, Kind.OVERDUE))
