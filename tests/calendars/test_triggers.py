"""What starts a step besides its window, and what it must be done ahead of, on literal days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.frames import last_day
from calendars.schedule import plan_year
from calendars.starts import term_year
from calendars.workdays import WORKDAYS
from models.events import Event
from models.fold import apply, fold
from models.opening import open_step
from models.plan import Meeting, StepPlan
from models.process import Definition
from models.state import Status, YearState, is_late
from tests.factories import (
    EKONOMICHEF,
    completed_before_start,
    day,
    decided,
    make_body,
    make_decision,
    make_definition,
    make_meetings,
    make_need,
    make_step,
    opened,
    orsa,
    orsa_meetings,
    reported,
)
from tests.rules import record
from views.rehearsal import rehearse

X1, X2, X3 = "skattesatsforslag-skatteverket", "budgetforslag-webbplats", "skattesats-skatteverket"
T13A, T13B = "revisorernas-bedomning-arsredovisning", "revisorernas-bedomning-delarsrapport"


def orsa_year(*events: Event) -> YearState:
    return fold(orsa(), events)


def planned(
    slug: str, *events: Event, budget_year: int = 2028, meetings: Sequence[Meeting] | None = None
) -> StepPlan:
    known = orsa_meetings() if meetings is None else meetings
    return plan_year(orsa(), budget_year, known, orsa_year(*events) if events else None)[slug]


def tax_decided(on: str) -> list[Event]:
    """KF has fixed the tax rate that day."""
    return [
        completed_before_start("skattesats-forslag", "2027-10-18"),
        opened("skattesats-kf", "2027-10-18"),
        reported("skattesats-kf", EKONOMICHEF, "2027-10-20"),
        decided("skattesats-kf", "KF", on),
    ]


def opens_on(slug: str, state: YearState, first: str, last: str) -> str | None:
    """The first day from `first` to `last` on which the check opens it."""
    plan = plan_year(orsa(), 2028, orsa_meetings(), state)[slug]
    today = day(first)
    while today <= day(last):
        if event := open_step(state, orsa().step(slug), plan, today):
            return str(event.on)
        today += timedelta(days=1)
    return None


# --- Orsa's duties on their days of 2027 ---


@pytest.mark.parametrize(
    ("slug", "opens", "due"),
    [
        (X1, "2027-10-26", "2027-11-02"),  # KF will not have decided by 31 October: at once then
        (X2, "2027-10-18", "2027-11-22"),  # from KS's proposal to the notice of KF 29 November
        (X3, "2027-11-29", "2027-11-30"),  # KF decides on 29 November: at once
        ("arsredovisning-webbplats", "2027-04-01", "2027-05-17"),  # the notice of KF 24 May
        (T13A, "2027-04-01", "2027-05-14"),  # the dispatch, ten days before KF 24 May
        (T13B, "2027-10-01", "2027-11-19"),  # the dispatch before KF 29 November
        ("verksamhetsplaner", "2027-11-29", "2027-12-03"),  # from KF's decision, to KS 6 December
        ("intern-fordelning", "2027-12-01", "2028-01-31"),
        ("mbl-forhandling", "2027-09-01", "2027-10-15"),  # KS decides on Monday 18 October
        ("ansvarsfrihet", "2027-05-03", "2027-05-31"),
    ],
)
def test_a_duty_on_its_days(slug: str, opens: str, due: str) -> None:
    plan = planned(slug)
    assert (str(plan.opens), str(plan.due)) == (opens, due)
    assert not plan.dormant


def test_what_the_law_says_of_the_notice_is_a_limit_and_what_practice_says_is_none() -> None:
    [limit] = planned(X2).limits
    assert (limit.citation, str(limit.last_day)) == ("KL 8 kap. 14 §", "2027-11-22")
    assert limit.what == "Klart när sammanträdet kungörs: KF 2027-11-29"
    [limit] = planned("arsredovisning-webbplats").limits
    assert (limit.citation, str(limit.last_day)) == ("KL 8 kap. 15 och 16 a §§", "2027-05-17")
    assert planned(T13A).limits == planned(T13B).limits == ()


def test_what_comes_ahead_of_a_meeting_follows_it_when_it_is_moved() -> None:
    kept = [m for m in orsa_meetings() if (m.body, str(m.day)) != ("KF", "2027-11-29")]
    moved = Meeting("KF", None, date(2027, 11, 24), moved_from=date(2027, 11, 29))
    for slug, due in ((X2, "2027-11-17"), (T13B, "2027-11-12"), (X3, "2027-11-25")):
        assert str(planned(slug, meetings=[*kept, moved]).due) == due


# --- When a step is completed ---


def test_it_opens_on_the_day_that_what_starts_it_is_done_and_not_before() -> None:
    before = tax_decided("2027-11-29")[:-1]
    assert opens_on(X3, orsa_year(*before), "2027-11-01", "2027-12-31") is None
    done = orsa_year(*tax_decided("2027-11-29"))
    assert opens_on(X3, done, "2027-11-01", "2027-12-31") == "2027-11-29"
    assert opens_on(X3, done, "2027-12-02", "2027-12-31") == "2027-12-02"  # registered late


def test_at_once_is_also_before_its_window() -> None:
    plan = planned(X3, *tax_decided("2027-10-25"))
    assert (str(plan.opens), str(plan.due)) == ("2027-10-25", "2027-10-26")
    state = orsa_year(*tax_decided("2027-10-25"))
    assert opens_on(X3, state, "2027-10-01", "2027-12-31") == "2027-10-25"


def test_what_is_not_at_once_waits_for_its_window() -> None:
    events = [
        *tax_decided("2027-10-25"),
        *(
            completed_before_start(slug, "2027-10-18")
            for slug in ("kommunplan-su", "kommunplan-ks", "mbl-forhandling")
        ),
        opened("kommunplan-kf", "2027-10-18"),
        reported("kommunplan-kf", EKONOMICHEF, "2027-10-20"),
        decided("kommunplan-kf", "KF", "2027-10-25"),
    ]
    assert str(planned("intern-fordelning", *events).opens) == "2027-12-01"
    state = orsa_year(*events)
    assert opens_on("intern-fordelning", state, "2027-10-25", "2027-12-31") == "2027-12-01"


def test_within_counts_from_the_day_on_which_it_was_opened() -> None:
    events = [*tax_decided("2027-11-29"), opened(X3, "2027-12-03")]
    assert str(planned(X3, *events).due) == "2027-12-06"  # over a weekend


def test_its_own_bodies_meet_after_what_starts_it() -> None:
    late = [m for m in orsa_meetings() if m.body != "KF" or (m.day.year, m.day.month) != (2027, 11)]
    plan = planned("verksamhetsplaner", meetings=[*late, *make_meetings(KS=["2027-12-27"])])
    assert str(plan.opens) == "2027-12-20"  # KF meets only then
    assert [str(link.meeting) for link in plan.links] == ["2027-12-27"]


def test_the_first_day_of_its_window_will_do_when_what_starts_it_is_done_before() -> None:
    meetings = [m for m in orsa_meetings() if m.body != "KS" or m.day.month != 12]
    plan = planned("verksamhetsplaner", meetings=[*meetings, *make_meetings(KS=["2027-12-01"])])
    assert [str(link.meeting) for link in plan.links] == ["2027-12-01"]


def test_what_follows_from_a_step_never_hurries_it() -> None:
    """Verksamhetsplaner are taken by KS on 6 December; the kommunplan is not brought forward for them."""
    assert str(planned("kommunplan-kf").links[-1].meeting) == "2027-11-29"


def test_it_is_not_late_before_what_starts_it_is_expected_to_be_done() -> None:
    held = [
        m
        for m in orsa_meetings()
        if m.body != "KS" or str(m.day) not in ("2027-10-18", "2027-11-15")
    ]
    plan = planned(X2, meetings=held)
    assert (str(plan.window_end), str(plan.opens)) == ("2027-11-30", "2027-12-06")
    assert not is_late(orsa_year(), orsa().step(X2), plan, date(2027, 12, 6))
    assert is_late(orsa_year(), orsa().step(X2), plan, date(2027, 12, 7))


# --- When a step is missing ---


@pytest.mark.parametrize(("on", "dormant"), [("2027-10-25", True), ("2027-11-01", False)])
def test_it_is_not_done_when_what_was_to_be_missing_is_there_in_time(
    on: str, dormant: bool
) -> None:
    events = tax_decided(on)
    assert planned(X1, *events).dormant is dormant
    opening = opens_on(X1, orsa_year(*events), "2027-10-25", "2027-11-30")
    # once it is known that KF met on 1 November, what is to be told then was opened to be made ready
    assert opening == (None if dormant else "2027-10-26")


def test_it_is_opened_to_be_made_ready_where_the_plan_says_that_it_will_be_missing() -> None:
    state = orsa_year(opened("skattesats-kf", "2027-11-01"))
    assert opens_on(X1, state, "2027-10-18", "2027-11-30") == "2027-10-26"  # five days before 2/11


def test_it_is_opened_on_the_first_working_day_after_the_last_where_it_is_to_be_there_in_time() -> (
    None
):
    definition, meetings = in_october("2027-10-25"), make_meetings(KF=["2027-10-25"])
    state = fold(definition, [opened("skatt", "2027-10-01")])  # and KF's decision is not registered
    plan = plan_year(definition, 2028, meetings, state)["anmalan"]
    assert (str(plan.opens), str(plan.due)) == ("2027-11-01", "2027-11-02")


def test_it_stays_when_what_was_missing_comes_later() -> None:
    plan = planned(X1, opened(X1, "2027-11-01"), *tax_decided("2027-11-29"))
    assert not plan.dormant
    assert str(plan.due) == "2027-11-02"


def in_october(kf: str, **overrides: Any) -> Definition:
    """A municipality where KF may fix the tax rate in October already."""
    window = {"fran": "oktober", "till": "november", **overrides}
    starts = {"steg": "skatt", "saknas": "31 oktober", "inom": 1}
    return make_definition(
        instans=[make_body("KF", slag="fullmaktige")],
        steg=[
            make_decision("skatt", "KF", fonster=window),
            make_step(
                "anmalan",
                fonster={"fran": "oktober", "till": "november", **overrides},
                startas_av=starts,
            ),
        ],
    )


@pytest.mark.parametrize(
    ("kf", "status"), [("2027-10-25", Status.PLANNED), ("2027-11-29", Status.COMPLETED)]
)
def test_a_rehearsed_year_goes_by_when_it_is_planned_to_be_done(kf: str, status: Status) -> None:
    definition = in_october(kf)
    year = rehearse(definition, 2028, make_meetings(KF=[kf]))
    assert year.plan["anmalan"].dormant == (status is Status.PLANNED)
    assert year.state["anmalan"].status is status
    assert year.state["skatt"].status is Status.COMPLETED


def test_missing_is_asked_in_the_year_in_which_the_step_is_done() -> None:
    definition = in_october("2028-10-23", ar=0)
    events: list[Event] = [
        opened("skatt", "2028-10-02"),
        reported("skatt", EKONOMICHEF, "2028-10-03"),
        decided("skatt", "KF", "2028-10-23"),
    ]
    meetings = make_meetings(KF=["2028-10-23"])
    plan = plan_year(definition, 2028, meetings, fold(definition, events))
    assert plan["anmalan"].dormant
    late = make_meetings(KF=["2028-11-20"])
    assert str(plan_year(definition, 2028, late)["anmalan"].opens) == "2028-10-26"


# --- The first year of a term ---


@pytest.mark.parametrize(
    ("year", "of_the_term"), [(2026, 4), (2027, 1), (2028, 2), (2029, 3), (2030, 4), (2031, 1)]
)
def test_a_term_begins_the_year_after_a_general_election(year: int, of_the_term: int) -> None:
    assert term_year(year) == of_the_term


@pytest.mark.parametrize(
    ("year", "dormant"), [(2027, False), (2028, True), (2030, True), (2031, False)]
)
def test_the_terms_goals_are_set_in_its_first_year(year: int, dormant: bool) -> None:
    plan = planned("overgripande-mal", budget_year=year + 1)
    assert plan.dormant is dormant
    opening = open_step(orsa_year(), orsa().step("overgripande-mal"), plan, date(year, 3, 15))
    assert (opening is None) is dormant


# --- When an amount lies under its threshold ---


def with_result(balance: int, slug: str = "bokslut", *more: Event) -> YearState:
    state = orsa_year(opened(slug, "2027-03-01"), *more)
    values = {"resultat": 100, "balanskravsresultat": balance}
    event = record(
        state, orsa().step(slug), {"bokslutsresultat": values}, today=day("2027-03-22"), by="eva"
    )
    assert event is not None
    return apply(state, event)


@pytest.mark.parametrize("slug", ["bokslut", "arsredovisning"])
@pytest.mark.parametrize(("balance", "dormant"), [(-1, False), (0, True), (500, True)])
def test_a_negative_balanskravsresultat_starts_the_plan_against_it(
    slug: str, balance: int, dormant: bool
) -> None:
    state = with_result(balance, slug)
    plan = plan_year(orsa(), 2028, orsa_meetings(), state)["atgardsplan-balanskrav"]
    assert plan.dormant is dormant
    opening = open_step(state, orsa().step("atgardsplan-balanskrav"), plan, date(2027, 3, 22))
    assert (opening is None) is dormant


def test_once_begun_it_goes_on_whatever_the_figures_become() -> None:
    state = apply(with_result(-1), opened("atgardsplan-balanskrav", "2027-03-22"))
    event = record(
        state,
        orsa().step("bokslut"),
        {"bokslutsresultat": {"resultat": 100, "balanskravsresultat": 50}},
        today=day("2027-03-29"),
        by="eva",
    )
    assert event is not None
    plan = plan_year(orsa(), 2028, orsa_meetings(), apply(state, event))
    assert not plan["atgardsplan-balanskrav"].dormant


def test_of_one_steps_amount_another_steps_is_not_asked() -> None:
    starts = {"steg": "arsredovisning", "belopp": "resultat", "under": 0}
    definition = make_definition(
        steg=[
            make_step("bokslut", resultat=["bokslutsresultat"]),
            make_step("arsredovisning", resultat=["bokslutsresultat"]),
            make_step("atgard", startas_av=starts),
        ]
    )
    begun: list[Event] = [opened(slug, "2027-03-01") for slug in ("bokslut", "arsredovisning")]
    for slug, dormant in (("bokslut", True), ("arsredovisning", False)):
        state = fold(definition, begun)
        event = record(
            state,
            definition.step(slug),
            {"bokslutsresultat": {"resultat": -5, "balanskravsresultat": 0}},
            today=day("2027-03-22"),
            by="eva",
        )
        assert event is not None
        assert plan_year(definition, 2028, (), apply(state, event))["atgard"].dormant is dormant


# --- Ahead of another step's meeting ---


def ahead(which: str) -> Definition:
    before = {"steg": "budget", "dag": which, "lagrum": "KL 8 kap. 14 §"}
    return make_definition(
        instans=[make_body("KF", slag="fullmaktige", utskick=10, kungorelse=8)],
        steg=[
            make_step("utlagt", fonster={"fran": "november", "till": "november"}, fore=before),
            make_decision("budget", "KF", fonster={"fran": "november", "till": "november"}),
        ],
    )


@pytest.mark.parametrize(
    ("which", "due"),
    [
        ("kungorelse", "2027-11-19"),  # eight days before is Sunday 21 November
        ("utskick", "2027-11-19"),
        ("dagen-fore", "2027-11-26"),  # the Friday before Monday 29 November
    ],
)
def test_the_last_day_ahead_of_a_meeting_is_a_working_day(which: str, due: str) -> None:
    plan = plan_year(ahead(which), 2028, make_meetings(KF=["2027-11-29"]))
    assert str(plan["utlagt"].due) == due
    assert plan.gaps == ()


def test_without_a_meeting_its_own_window_counts() -> None:
    plan = plan_year(ahead("utskick"), 2028, ())["utlagt"]
    assert str(plan.due) == "2027-11-30"
    assert plan.limits == ()


def test_what_is_to_be_done_before_its_month_opens_before_it() -> None:
    plan = plan_year(ahead("utskick"), 2028, make_meetings(KF=["2027-11-08"]))
    assert plan.gaps == ()
    assert (str(plan["utlagt"].opens), str(plan["utlagt"].due)) == ("2027-10-15", "2027-10-29")


# --- Any calendar, any municipality ---

BODIES = st.sampled_from(["KS", "KF"])
DAYS = st.dates(date(2027, 9, 1), date(2028, 3, 31))
MEETINGS = st.lists(st.builds(Meeting, BODIES, st.none(), DAYS), max_size=30)
TRIGGERS = st.fixed_dictionaries(
    {"steg": st.just("start")},
    optional={"inom": st.integers(0, 10), "saknas": st.sampled_from(["31 oktober", "november"])},
)


@given(
    TRIGGERS,
    MEETINGS,
    st.sampled_from([["KS"], ["KF"], ["KS", "KF"], []]),
    st.none() | DAYS,
    st.sampled_from(["kungorelse", "utskick", "dagen-fore", None]),
)
@settings(deadline=None, max_examples=200)
def test_a_triggered_step_opens_after_what_starts_it_and_before_it_is_due(
    starts: dict[str, Any],
    meetings: list[Meeting],
    chain: list[str],
    done_on: date | None,
    before: str | None,
) -> None:
    window = {"fran": "oktober", "till": "december"}
    own: dict[str, Any] = {"startas_av": starts, "fonster": window}
    if before:
        own["fore"] = {"steg": "slut", "dag": before}
    definition = make_definition(
        instans=[make_body("KS", ledtid=7), make_body("KF", slag="fullmaktige", ledtid=14)],
        steg=[
            make_decision("start", "KF", fonster=window),
            make_decision("foljd", *chain, **own) if chain else make_step("foljd", **own),
            make_decision("slut", "KF", fonster=window, kraver=[make_need("start")]),
        ],
    )
    events: list[Event] = [
        opened("start", "2027-09-01"),
        reported("start", EKONOMICHEF, "2027-09-01"),
        *([decided("start", "KF", str(done_on))] if done_on else []),
    ]
    state = fold(definition, events)
    plan = plan_year(definition, 2028, meetings, state)
    step = plan["foljd"]
    assert step.opens <= step.due
    assert WORKDAYS.is_workday(step.opens)
    assert WORKDAYS.is_workday(step.due)
    known = done_on or plan["start"].links[-1].meeting
    started = date(2027, 10, 31) if "saknas" in starts else known
    for link in step.links:
        assert link.meeting is None or started is None or link.meeting > started
    if "saknas" in starts:
        in_time = known is not None and known <= last_day(starts["saknas"], 2027)
        assert step.opens > date(2027, 10, 31) or not in_time
    elif done_on:
        assert step.opens >= done_on
        if "inom" in starts:
            assert step.opens == WORKDAYS.forward(done_on)
    opening = open_step(state, definition.step("foljd"), step, step.opens)
    assert (opening is None) == (step.dormant or (done_on is None and "saknas" not in starts))
    assert open_step(state, definition.step("foljd"), step, step.opens - timedelta(days=1)) is None
    last = plan["slut"].links[-1].meeting
    if before == "dagen-fore" and last and not chain and not step.dormant:
        too_soon = WORKDAYS.back(last - timedelta(days=1)) < step.opens
        said = any(gap.startswith("foljd: ska vara klart") for gap in plan.gaps)
        assert too_soon <= said
        assert said or step.due < last
