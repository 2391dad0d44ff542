"""`status` and `granska` say the same of the law, on every day of a year, whatever was done in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from calendars.law.case import ExceptionDecided, Severity, running_case
from calendars.law.review import review
from calendars.schedule import plan_year
from calendars.workdays import WORKDAYS
from models.events import Decided, Event, Opened, Outcome, Reported
from models.fold import fold
from models.plan import Meeting, YearPlan
from models.process import Definition, TaskKey
from models.state import Status, YearState
from tests.calendars.lagby import (
    as_it_should,
    held,
    instead,
    lagby,
    on_every_day,
    taken,
    without_step,
)
from tests.factories import day, make_decision
from views.reviewed_year import reviewed_year
from views.sheet import YearSheet
from views.sheet_of_year import sheet_of

ALL_YEARS = (2027, 2028, 2029, 2030, 2031, 2032, 2033, 2034)
LATE = instead(
    instead(
        as_it_should(),
        "arsredovisning",
        *taken("arsredovisning", [("KS", "2027-04-19"), ("KF", "2027-05-24")]),
    ),
    "budget-ks",
    *taken("budget-ks", [("KS", "2027-11-08")]),
)

RATE = make_decision(
    "skatt-ks", "KS", avser="skattesatsforslag", fonster={"fran": "oktober", "till": "oktober"}
)


def mondays(year: int) -> tuple[Meeting, ...]:
    """Meetings of any year: Mondays as a municipality would have them."""

    def monday(month: int, number: int) -> date:
        first = date(year, month, 1)
        return first + timedelta(days=-first.weekday() % 7, weeks=number - 1)

    ks = [monday(3, 3), monday(4, 2), monday(10, 3)]
    kf = [
        monday(5, 4),
        monday(6, 3),
        max(d for d in (monday(11, 4), monday(11, 5)) if d.month == 11),
    ]
    return (*(Meeting("KS", None, one) for one in ks), *(Meeting("KF", None, one) for one in kf))


def everybody_in_time(
    definition: Definition, meetings: Sequence[Meeting], budget_year: int
) -> list[Event]:
    """The year as it is planned: parts on their last day, each body when it meets."""
    plan = plan_year(definition, budget_year, meetings)
    events: list[Event] = []
    for step in definition.steps:
        dates = plan[step.slug]
        events.append(Opened(step=step.slug, on=min(dates.opens, dates.due)))
        part = TaskKey(role="ekonomichef")
        events.append(Reported(step=step.slug, on=dates.due, round=1, task=part))
        for link, one in enumerate(dates.links):
            assert one.meeting
            events.append(
                Decided(
                    step=step.slug,
                    on=one.meeting,
                    round=1,
                    link=link,
                    body=one.body,
                    outcome=Outcome.BIFALL,
                )
            )
    return sorted(events, key=lambda event: event.on)


def compared(
    definition: Definition,
    meetings: Sequence[Meeting],
    events: Sequence[Event],
    today: date,
    budget_year: int = 2028,
    exceptions: Sequence[ExceptionDecided] = (),
) -> YearSheet:
    """The sheet of a day, once both have been held to each other."""
    state = fold(definition, [event for event in events if event.on <= today])
    plan = plan_year(definition, budget_year, meetings, state, today)
    sheet = sheet_of(state, plan, meetings, today, exceptions=exceptions)
    case = running_case(state, plan, meetings, today, exceptions=exceptions)
    assert sheet.breaches == reviewed_year(case).breaches, today
    broken = {f.step for f in review(case) if f.severity is Severity.BREACH}
    for line in sheet.lines:
        assert line.against_law == (line.slug in broken), (today, line.slug)
        if line.against_law and line.status != Status.COMPLETED.value:
            assert line.risk, (today, line.slug)
    missing = passed_with_nothing_done(state, plan, today)
    assert missing - broken <= ({"budget-ks"} if exceptions else set()), today
    return sheet


def passed_with_nothing_done(state: YearState, plan: YearPlan, today: date) -> set[str]:
    """The steps with a limit that passed while its body, which has not met in time either, decided
    nothing."""
    found = set()
    for slug, dates in plan.steps.items():
        own = state[slug]
        for limit in dates.limits:
            link = next((one for one in dates.links if one.body == limit.body), None)
            has_decided = any(decision.body == limit.body for decision in own.decisions)
            waits = link is not None and link.meeting and link.register_by >= today
            is_open = own.status is not Status.COMPLETED and not dates.dormant
            if (
                is_open
                and today > WORKDAYS.forward(limit.last_day)
                and not has_decided
                and not waits
            ):
                found.add(slug)
    return found


def test_they_agree_on_every_day_of_a_year() -> None:
    """In which the årsredovisning is late in the spring, and the budget proposal in the autumn."""
    days = on_every_day(day("2027-01-01"), day("2028-01-31"))
    sheets = [compared(lagby(), held(), LATE, one) for one in days]
    told = [one for sheet in sheets for one in sheet.breaches]
    assert {one.rule for one in told if one.happened} == {"KL-11-20", "KL-11-8"}
    # foretold from the day after the meeting that was missed; KF's turn was then planned for November
    assert {one.rule for one in told if not one.happened} == {"KL-11-20", "KL-11-8", "KL-5-24"}


@pytest.mark.parametrize(
    ("events", "rules"),
    [
        (as_it_should(), set()),
        (without_step(as_it_should(), "skv", "skv-forslag", "budget-webb"), {"SKV-3A", "KL-8-14"}),
        (
            without_step(as_it_should(), "revisorsbudget", "revisionsberattelse"),
            {"KL-11-8-REV", "KL-12-12"},
        ),
    ],
    ids=["as it should", "nobody is told", "no auditors"],
)
def test_they_agree_in_years_of_other_kinds(events: list[Event], rules: set[str]) -> None:
    days = list(on_every_day(day("2027-01-01"), day("2028-01-31")))[::5]
    sheets = [compared(lagby(), held(), events, one) for one in days]
    assert {one.rule for sheet in sheets for one in sheet.breaches} == rules


@pytest.mark.parametrize("year", ALL_YEARS)
def test_a_year_in_time_breaks_nothing_on_any_day_whatever_the_calendar(year: int) -> None:
    """Of every kind of year: with an election (2030, 2034), a leap day, limits on each weekday."""
    definition, meetings = lagby(), mondays(year)
    events = everybody_in_time(definition, meetings, year + 1)
    for one in range(0, 395, 10):
        today = date(year, 1, 1) + timedelta(days=one)
        sheet = compared(definition, meetings, events, today, year + 1)
        assert sheet.breaches == (), (today, sheet.breaches)


@pytest.mark.parametrize("year", ALL_YEARS)
def test_a_year_in_which_nothing_is_done_is_told_alike_by_both(year: int) -> None:
    definition, meetings = lagby(), mondays(year)
    for one in range(0, 395, 30):
        today = date(year, 1, 1) + timedelta(days=one)
        compared(definition, meetings, [], today, year + 1)
    told = {
        one.rule
        for one in compared(definition, meetings, [], date(year + 1, 1, 20), year + 1).breaches
    }
    expected = {"KL-11-8", "KL-11-8-REV", "KL-11-10", "KL-11-11", "KL-11-16", "KL-11-20", "KL-5-24"}
    assert expected <= told


def test_20_may_both_say_that_15_april_has_passed() -> None:
    events = without_step(as_it_should(), "arsredovisning", "arsredovisning-webb", "bedomning-ar")
    sheet = compared(lagby(), held(), events, day("2027-05-20"))
    assert "KL-11-20" in {one.rule for one in sheet.breaches if one.happened}
    assert "Lagfristen 2027-04-15 har passerat" in (sheet["arsredovisning"].risk or "")


def test_status_knows_the_exceptions_that_granska_knows() -> None:
    """KS takes the budget on 8 November for särskilda skäl that it has found, the rate proposed in
    October."""
    definition = lagby(
        change={
            "budget-ks": {
                "fonster": {"fran": "oktober", "till": "november"},
                "lagfrister": [
                    {
                        "vad": "KS lägger förslaget",
                        "senast": "31 oktober",
                        "instans": "KS",
                        "lagrum": "KL 11 kap. 8 §",
                    }
                ],
            }
        },
        more=[RATE],
    )
    meetings = held(KS=("2027-03-15", "2027-04-12", "2027-10-18", "2027-11-08"))
    events = without_step(as_it_should(), "budget-ks", "budget-webb", "budget-kf", "skv")
    events += [
        Opened(step="skatt-ks", on=day("2027-10-01")),
        *taken("skatt-ks", [("KS", "2027-10-18")]),
    ]
    events.sort(key=lambda event: event.on)
    found = (ExceptionDecided("KL-11-8", "KS", day("2027-10-18"), "Statens budget kom sent"),)
    without = compared(definition, meetings, events, day("2027-11-03"))
    excused = compared(definition, meetings, events, day("2027-11-03"), exceptions=found)
    assert without["budget-ks"].against_law
    assert "har passerat" in (without["budget-ks"].risk or "")
    assert (excused["budget-ks"].against_law, excused["budget-ks"].risk) == (False, None)


def test_what_is_near_a_limit_is_not_told_as_broken() -> None:
    sheet = compared(lagby(), held(), [], day("2027-04-09"))
    line = sheet["arsredovisning"]
    assert not line.against_law
    assert line.risk
    assert line.risk.startswith("4 arbetsdagar kvar")
