"""Which mail a notice goes in: urgent matters at once, the rest in one mail a day or a week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from calendars.schedule import plan_year
from calendars.workdays import WORKDAYS
from models.events import Event, Outcome
from models.fold import apply
from models.mail_choices import Pace
from models.process import TaskKey
from notifications.announcements import announcements
from notifications.changed_dates import MeetingChange, Rescheduling
from notifications.items import Item
from notifications.notices import Kind, Notice
from notifications.recipients import Recipient
from notifications.rescheduling import MEETINGS as MEETINGS_RULE
from notifications.rescheduling import moved_notices
from notifications.sorting import Envelope, Form, sort_items
from notifications.urgency import due_today
from tests.factories import (
    EKONOMICHEF,
    completed_before_start,
    decided,
    make_definition,
    make_meetings,
    make_year,
    opened,
    reported,
)

MEETINGS = make_meetings(KS=["2027-10-18", "2027-11-15"], KF=["2027-11-29"])
SPRING: list[Event] = [opened("underlag", "2027-01-04"), opened("budgetdag", "2027-04-01")]
AUTUMN: list[Event] = [
    completed_before_start("underlag", "2027-09-01"),
    opened("forslag", "2027-10-01"),
    opened("budget", "2027-10-01"),
]
ADDRESS = "eva@lillby.example"


def items_on(
    today: str,
    *events: Event,
    pace: Pace = Pace.DAILY,
    notices: Iterable[Notice] | None = None,
    told: Iterable[Kind] = (),
    **overrides: Any,
) -> list[Item]:
    """What the ekonomichef, Eva, is to be told on the day, but for the kinds that she has been told."""
    definition = make_definition(**overrides)
    state = make_year(*events, definition=definition)
    plan = plan_year(definition, 2028, MEETINGS, state)
    eva = Recipient("Eva Ek", ADDRESS, pace=pace)
    found = notices or due_today(state, plan, WORKDAYS, date.fromisoformat(today))
    return [
        Item(notice, eva, state, plan)
        for notice in found
        if notice.to == EKONOMICHEF and notice.kind not in told
    ]


def sort(today: str, items: Iterable[Item], taken: Iterable[str] = ()) -> list[Envelope]:
    return sort_items(items, WORKDAYS, date.fromisoformat(today), set(taken))


def told(envelopes: Iterable[Envelope]) -> list[tuple[str, list[tuple[str, Kind]]]]:
    return [
        (envelope.kind, [(item.notice.step, item.notice.kind) for item in envelope.items])
        for envelope in envelopes
    ]


def test_what_can_wait_is_one_mail_a_day_in_the_order_of_the_deadlines() -> None:
    [mail] = sort("2027-04-08", reversed(items_on("2027-04-08", *SPRING)))
    assert (mail.form, mail.key) == (Form.COLLECTED, f"uppgifter/2027-04-08/{ADDRESS}")
    assert [item.notice.due for item in mail.items] == sorted(i.notice.due for i in mail.items)
    assert [item.notice.step for item in mail.sections] == ["underlag", "budgetdag"]
    assert mail.sections[0].notice.kind is Kind.OVERDUE, "that it is late, not that it has opened"


def test_one_thing_alone_is_the_plain_letter_about_it() -> None:
    [mail] = sort("2027-01-04", items_on("2027-01-04", SPRING[0]))
    assert (mail.is_letter, mail.kind) == (True, "oppnat")
    assert mail.key.startswith("uppgifter/"), "and counts as the day's collected mail"


def test_nobody_gets_a_second_collected_mail_on_a_day() -> None:
    items = items_on("2027-04-08", *SPRING)
    taken = [f"uppgifter/2027-04-08/{ADDRESS}"]
    mails = sort("2027-04-08", items, taken)
    assert told(mails) == [
        ("oppnat", [("underlag", Kind.OPENED)]),
        ("oppnat", [("budgetdag", Kind.OPENED)]),
    ]
    assert [mail.form for mail in mails] == [Form.SINGLE] * 2
    assert sort("2027-04-08", items_on("2027-04-08", *SPRING, told=[Kind.OPENED]), taken) == []
    assert len(sort("2027-04-09", items, taken)) == 1


def test_who_wants_each_mail_at_once_gets_each_alone() -> None:
    mails = sort("2027-04-08", items_on("2027-04-08", *SPRING, pace=Pace.AT_ONCE))
    assert len(mails) == 3
    assert {mail.form for mail in mails} == {Form.SINGLE}


@pytest.mark.parametrize(
    ("today", "goes"),
    [
        ("2027-04-08", False),  # a Thursday: budgetdag opened on the 1st, but the week has begun
        ("2027-04-12", True),
        ("2027-04-14", True),
    ],
)
def test_a_weekly_mail_goes_on_the_first_working_day_of_the_week(today: str, goes: bool) -> None:
    """What arose after that day waits; after a day of downtime it goes on the next."""
    items = [
        item
        for item in items_on(today, *SPRING, pace=Pace.WEEKLY)
        if item.notice.kind is Kind.OVERDUE
    ]
    mails = sort(today, items)
    assert bool(mails) is goes
    if mails:
        assert mails[0].key == f"uppgifter/2027-v15/{ADDRESS}"
        assert sort(today, items, [mails[0].key]) == []


def test_easter_monday_is_not_the_first_working_day() -> None:
    items = items_on("2027-03-30", *SPRING[:1], pace=Pace.WEEKLY, told=[Kind.OPENED])
    assert len(sort("2027-03-30", items)) == 1, "the reminder of the 24th"
    assert sort("2027-03-29", items) == []


def test_a_week_that_is_quiet_has_no_weekly_mail() -> None:
    items = items_on("2027-03-30", *SPRING[:1], pace=Pace.WEEKLY, tysta_dagar={"veckor": [14]})
    assert items
    assert sort("2027-04-06", items) == []


@pytest.mark.parametrize("pace", list(Pace))
def test_a_statutory_limit_that_is_near_makes_a_mail_of_its_own(pace: Pace) -> None:
    items = items_on("2027-10-15", *AUTUMN, pace=pace)
    mails = [mail for mail in sort("2027-10-15", items) if mail.form is Form.SINGLE]
    assert {item.notice.step for mail in mails for item in mail.items} >= {"forslag"}
    assert all(len(mail.items) == 1 for mail in mails)


def test_a_return_comes_at_once_alone_and_a_decision_with_the_next_morning() -> None:
    year = [*AUTUMN, reported("forslag", EKONOMICHEF, "2027-10-04")]
    for outcome, kind in ((Outcome.ATERREMISS, Kind.RETURNED), (Outcome.BIFALL, Kind.DECISION)):
        by = decided("forslag", "KS", "2027-10-18", outcome=outcome, reason="x")
        before = make_year(*year)
        notices = list(announcements(before, apply(before, by), by, by.on))
        if kind is Kind.RETURNED:  # who works it over is told by the state, not by the event
            items = [item for item in items_on("2027-10-18", *year, by) if item.notice.kind is kind]
        else:
            items = [
                item
                for item in items_on("2027-10-18", *year, by, notices=notices)
                if item.notice.kind is kind
            ]
        taken = [f"uppgifter/2027-10-18/{ADDRESS}"]
        if kind is Kind.RETURNED:
            [mail] = sort("2027-10-18", items, taken)
            assert (mail.form, mail.kind) == (Form.SINGLE, kind.value)
            continue
        assert sort("2027-10-18", items, taken) == []
        waited = [replace(item, came_on=by.on) for item in items]
        [mail] = sort("2027-10-19", waited, taken)
        assert (mail.key, mail.kind) == (f"uppgifter/2027-10-19/{ADDRESS}", kind.value)


# --- A change that gives steps other dates ---


def items_of_a_change(today: str, pace: Pace = Pace.DAILY) -> list[Item]:
    """KF on 22 November, not the 29th: all that Eva, who is the process owner too, is to be told."""
    state = make_year(*AUTUMN, definition=make_definition())
    day = date.fromisoformat(today)
    was = plan_year(state.definition, 2028, MEETINGS, state)
    plan = plan_year(
        state.definition,
        2028,
        make_meetings(KS=["2027-10-11", "2027-11-15"], KF=["2027-11-22"]),
        state,
    )
    why = Rescheduling(
        token="sammantraden/7",
        rule=MEETINGS_RULE,
        by="Petra",
        reason="x",
        was=was.steps,
        meetings=(MeetingChange("KF", True, "flyttat"),),
    )
    eva = Recipient("Eva Ek", ADDRESS, pace=pace)
    found = [*moved_notices(state, plan, day, why), *due_today(state, plan, WORKDAYS, day)]
    return [
        Item(notice, eva, state, plan)
        for notice in found
        if notice.to in (EKONOMICHEF, TaskKey(role=state.definition.municipality.owner))
    ]


@pytest.mark.parametrize("pace", list(Pace))
def test_all_that_one_change_gives_other_dates_is_one_mail(pace: Pace) -> None:
    """Also the reminders that it makes due, and whatever the reader wants of other mails."""
    items = items_of_a_change("2027-10-15", pace)
    redated = {item.notice.step for item in items if item.notice.kind is Kind.MOVED}
    assert {item.notice.kind for item in items if item.notice.step in redated} > {Kind.MOVED}
    envelopes = sort("2027-10-15", items)
    [mail] = [one for one in envelopes if one.form is Form.MOVED]
    assert mail.key == f"flyttat/sammantraden/7/{ADDRESS}"
    assert mail.rule == MEETINGS_RULE
    assert {item.notice.step for item in mail.items} == redated
    for other in envelopes:
        assert other is mail or not redated & {item.notice.step for item in other.items}


def test_a_step_is_told_once_to_who_has_a_part_in_it_and_owns_the_process() -> None:
    [mail] = [
        m for m in sort("2027-10-15", items_of_a_change("2027-10-15")) if m.form is Form.MOVED
    ]
    moved = [item for item in mail.sections if item.notice.kind is Kind.MOVED]
    assert Counter(item.notice.step for item in moved) == {"forslag": 1, "budget": 1}
    assert {item.notice.to for item in moved} == {EKONOMICHEF}, "where she has something to do"
