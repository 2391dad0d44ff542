"""What is not done is carried forward: nobody's decision is planned before what it requires can be ready."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.definition import ORSA
from calendars.schedule import plan_year
from models.plan import Meeting, YearPlan
from models.process import Definition, Step
from models.state import Status, YearState
from tests.calendars.late_year import NEVER, days_of_year
from tests.examples import examples
from tests.factories import (
    COMING_YEARS,
    EKONOMICHEF,
    make_body,
    make_decision,
    make_definition,
    make_meetings,
    make_need,
    make_step,
    municipality,
    opened,
    orsa,
    orsa_meetings,
    reported,
)
from tests.factories import make_year as folded
from views.labels import sentence
from views.legal_risk import legal_risk


@cache
def k9_is_late() -> Mapping[date, tuple[YearState, YearPlan]]:
    """Orsa's 2028, where the utskott never leave their verksamhetsplan."""
    days = days_of_year(orsa(), 2028, orsa_meetings(), {"verksamhetsplan-forslag": NEVER})
    return {day: (state, plan) for day, state, plan in days}


def meeting(plan: YearPlan, slug: str) -> date | None:
    return plan[slug].links[-1].meeting


def test_a_part_that_is_missing_moves_all_that_requires_it() -> None:
    state, plan = k9_is_late()[date(2027, 10, 13)]
    assert meeting(plan, "verksamhetsplan-forslag") == date(2027, 11, 2)
    assert meeting(plan, "kommunplan-su") == date(2027, 11, 2)
    assert meeting(plan, "kommunplan-ks") == date(2027, 11, 15)
    step = orsa().step("kommunplan-ks")
    said = str(sentence(state, step, plan[step.slug]))
    assert said.endswith("KS först 2027-11-15, efter K11 (Kommunplan i strategiutskottet).")


def test_the_law_that_is_broken_then_is_told_with_what_would_solve_it_while_it_can() -> None:
    state, plan = k9_is_late()[date(2027, 10, 13)]
    step = orsa().step("kommunplan-ks")
    risk = legal_risk(state, step, plan[step.slug], date(2027, 10, 13))
    assert risk is not None
    assert risk.startswith("KS sammanträder 2027-11-15, efter lagfristen 2027-10-31")
    assert plan.gaps == (
        "kommunplan-su: väntar på verksamhetsplan-forslag, som beslutas i SU 2027-11-02. Planeras till "
        "2027-11-02. Ett extra sammanträde i SU senast 2027-10-29 löser det.",
        "kommunplan-ks: väntar på kommunplan-su, som beslutas i SU 2027-11-02. Planeras till 2027-11-15. "
        "Ett extra sammanträde i SU och sedan i KS senast 2027-10-29 löser det.",
    )
    _, later = k9_is_late()[date(2027, 11, 1)]
    assert not any("löser det" in gap for gap in later.gaps)


def test_that_another_is_late_gives_nobody_longer_time() -> None:
    _, plan = k9_is_late()[date(2027, 10, 13)]
    on_time = plan_year(orsa(), 2028, orsa_meetings())
    for slug in ("kommunplan-su", "kommunplan-ks", "mbl-forhandling", "skattesats-forslag"):
        assert plan[slug].due == on_time[slug].due, slug


def test_work_that_nobody_decides_holds_its_decision_back_too() -> None:
    """Also through a step that no body decides, which requires one that is late."""
    october = {"fonster": {"fran": "oktober", "till": "oktober"}}
    definition = make_definition(
        steg=[
            make_decision("forslag", "KS", **october),
            make_step("underlag", kraver=[make_need("forslag")], **october),
            make_decision("budget", "KS", kraver=[make_need("underlag")], **october),
        ]
    )
    meetings = make_meetings(KS=["2027-10-05", "2027-10-19", "2027-11-16"])
    state = folded(
        *(opened(one, "2027-10-01") for one in ("forslag", "underlag", "budget")),
        *(reported(one, EKONOMICHEF, "2027-10-04") for one in ("underlag", "budget")),
        definition=definition,
    )
    planned = {
        day: meeting(plan_year(definition, 2028, meetings, state, day), "budget")
        for day in (date(2027, 10, 19), date(2027, 10, 20))
    }
    assert planned == {
        date(2027, 10, 19): date(2027, 10, 19),
        date(2027, 10, 20): date(2027, 11, 16),
    }


def test_what_requires_something_without_a_meeting_has_none_either() -> None:
    """Absence is not readiness: KS has no meeting left for the proposal, so KF cannot decide in November."""
    definition = make_definition(
        instans=[make_body("KS", slag="styrelse"), make_body("KF", slag="fullmaktige")],
        steg=[
            make_decision("forslag", "KS"),
            make_decision("budget", "KF", kraver=[make_need("forslag")]),
        ],
    )
    meetings = make_meetings(KS=["2027-10-19"], KF=["2027-11-29"])
    state = folded(opened("forslag", "2027-10-01"), definition=definition)
    in_time = plan_year(definition, 2028, meetings, state, date(2027, 10, 19))
    assert meeting(in_time, "budget") == date(2027, 11, 29)
    late = plan_year(definition, 2028, meetings, state, date(2027, 10, 20))
    assert (meeting(late, "forslag"), meeting(late, "budget")) == (None, None)
    assert late["budget"].due == in_time["budget"].due
    assert any(gap.startswith("budget: väntar på forslag, som saknar samm") for gap in late.gaps)


def earliest(state: YearState, step: Step, meetings: Sequence[Meeting], today: date) -> date:
    """The first day on which a step can be done, by the rules of the year alone: parts that are missing come
    in today at the earliest, and a body that has not met decides when it meets."""
    own = state[step.slug]
    if own.status is Status.COMPLETED:
        return own.completed_on or date.min
    required = [earliest(state, state.definition.step(one), meetings, today) for one in step.hard]
    work = today if state.missing(step) or not step.chain else date.min
    day = max([work, *required])
    if not step.chain or not state.missing(step):
        return day
    held = [m.day for m in meetings if m.body == step.chain[own.link] and m.day >= day]
    return min(held, default=date.max)


def assert_carried_forward(
    definition: Definition, meetings: Sequence[Meeting], state: YearState, plan: YearPlan, day: date
) -> None:
    for step in definition.steps:
        own = state[step.slug]
        if own.status is Status.COMPLETED or not step.chain or plan[step.slug].dormant:
            continue
        planned = meeting(plan, step.slug)
        for slug in step.hard:
            first = earliest(state, definition.step(slug), meetings, day)
            assert planned is None or planned >= first, (step.slug, slug, planned, first, day)


@pytest.mark.parametrize("budget_year", COMING_YEARS)
@given(
    st.dictionaries(
        st.sampled_from([step.slug for step in orsa().steps]),
        st.sampled_from([1, 20, 45, NEVER]),
        min_size=1,
        max_size=4,
    )
)
@settings(deadline=None, max_examples=examples(1))
def test_on_no_day_is_a_decision_planned_before_what_it_requires_can_be_ready(
    budget_year: int, late: Mapping[str, int]
) -> None:
    definition, meetings = municipality(ORSA)
    year = days_of_year(definition, budget_year, meetings, late, weekdays=frozenset({2}))
    for day, state, plan in year:
        assert_carried_forward(definition, meetings, state, plan, day)
