"""What can happen any number of times: the step that it becomes, what raises it, what earlier years leave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from calendars.schedule import plan_year
from calendars.workdays import WORKDAYS
from models.errors import RefusedError, UnknownError
from models.events import EVENT, Event, Outcome, Raised, Resulted
from models.fold import apply, fold
from models.occasions import left_behind, raised_by
from models.state import Status, YearState
from tests.factories import (
    EKONOMICHEF,
    NORR,
    day,
    decided,
    make_decision,
    make_definition,
    make_meetings,
    make_occasion,
    make_raw,
    make_step,
    opened,
    reported,
)
from tests.rules import raise_occasion, record, set_aside

MONDAY = "2027-10-04"
FORECAST = make_definition(
    steg=[*make_raw()["steg"], make_step("prognos", resultat=["prognos", "bokslutsresultat"])],
    tillfalle=[
        make_occasion(
            "uppdrag",
            id="T5",
            titel="Uppdrag",
            slag="beslut",
            beslutskedja=["KS", "KF"],
            beskrivning="Ett uppdrag från KF.",
        ),
        make_occasion(
            "underskott",
            id="T7",
            titel="Underskott",
            slag="beslut",
            beslutskedja=["KS", "KF"],
            kan_avgoras_av=["KS"],
            ansvariga=["chef", "ekonomichef"],
            startas_av={"belopp": "avvikelse", "under": 0, "enheter": ["norr", "soder"]},
        ),
        make_occasion(
            "avvikelse",
            id="T10",
            titel="Större avvikelse",
            startas_av={"belopp": "avvikelse", "under": -1000, "under_procent": -2.0, "inom": 2},
        ),
        make_occasion(
            "reglering",
            id="T8",
            titel="Reglering",
            galler_ar=-2,
            fonster={"fran": "mars", "till": "maj"},
            startas_av={"foljer": "prognos", "kommande_ar": 3},
        ),
    ],
)


def year_with(*events: Event) -> YearState:
    return fold(FORECAST, [opened("prognos", "2027-03-01"), *events])


def raise_it(state: YearState, slug: str, title: str, on: str = MONDAY, **told: Any) -> Raised:
    return raise_occasion(
        state, slug, title, days=WORKDAYS, today=day(on), by="kim", token=title, **told
    )


def told(act: Callable[[], object]) -> str:
    with pytest.raises((RefusedError, UnknownError)) as refusal:
        act()
    return str(refusal.value)


def forecast(state: YearState, on: str = MONDAY, **units: tuple[int, int]) -> Resulted:
    rows = [
        {"enhet": u, "budget": planned, "prognos": spent} for u, (planned, spent) in units.items()
    ]
    event = record(
        state, state.definition.step("prognos"), {"prognos": rows}, today=day(on), by="eva"
    )
    assert event is not None
    return event


def all_raised(state: YearState, event: Resulted) -> list[Raised]:
    return list(raised_by(state, apply(state, event), event, WORKDAYS))


# --- The step that it becomes ---


def test_an_occasion_becomes_a_step_of_its_own() -> None:
    event = raise_it(year_with(), "uppdrag", "Utred badhuset", text="KF § 12/2027 gav uppdraget.")
    state = year_with(event)
    step = state.definition.step("uppdrag-1")
    assert (step.id, step.title) == ("T5.1", "Uppdrag: Utred badhuset")
    assert step.description == "KF § 12/2027 gav uppdraget."
    assert (step.occasion_of, step.kind, step.chain) == ("uppdrag", "beslut", ("KS", "KF"))
    assert state.definition.tasks_of(step) == (EKONOMICHEF,)
    assert state["uppdrag-1"].status is Status.IN_PROGRESS
    assert str(state["uppdrag-1"].opened_on) == MONDAY
    assert "uppdrag-1" not in FORECAST.step_by_slug


def test_each_one_has_its_own_number() -> None:
    state = year_with()
    for count, title in enumerate(("Badhuset", "Bron", "Biblioteket"), 1):
        event = raise_it(state, "uppdrag", title)
        assert event.slug == f"uppdrag-{count}"
        state = apply(state, event)
    assert [s.slug for s in state.definition.steps][-3:] == ["uppdrag-1", "uppdrag-2", "uppdrag-3"]
    assert raise_it(state, "avvikelse", "Bron").slug == "avvikelse-1"


def test_it_is_planned_from_its_day_and_goes_its_way_through_its_bodies() -> None:
    raised = raise_it(year_with(), "uppdrag", "Badhuset")
    state = year_with(raised)
    meetings = make_meetings(KS=["2027-10-18", "2027-11-15"], KF=["2027-11-01", "2027-11-29"])
    plan = plan_year(state.definition, 2028, meetings, state)["uppdrag-1"]
    assert (str(plan.opens), str(plan.window_end)) == (MONDAY, "2027-12-03")
    assert [str(link.meeting) for link in plan.links] == ["2027-11-15", "2027-11-29"]
    state = apply(state, reported("uppdrag-1", EKONOMICHEF, "2027-10-20"))
    state = apply(state, decided("uppdrag-1", "KS", "2027-11-15", outcome=Outcome.FORESLAR))
    state = apply(state, decided("uppdrag-1", "KF", "2027-11-29", link=1))
    assert state["uppdrag-1"].status is Status.COMPLETED


def test_one_that_is_raised_on_a_saturday_is_planned_from_the_monday() -> None:
    state = year_with(raise_it(year_with(), "avvikelse", "Bron", on="2027-10-02"))
    plan = plan_year(state.definition, 2028, (), state)["avvikelse-1"]
    assert str(plan.opens) == MONDAY


@pytest.mark.parametrize(
    ("slug", "told_of", "last"),
    [
        ("uppdrag", {}, "2027-12-03"),  # sixty days where bodies decide
        ("uppdrag", {"due": date(2028, 3, 1)}, "2028-03-01"),
        ("uppdrag", {"due": date(2027, 10, 4)}, "2027-10-04"),
        ("avvikelse", {}, "2027-10-06"),  # two working days
        ("avvikelse", {"due": date(2027, 10, 20)}, "2027-10-20"),
        ("reglering", {}, "2027-11-03"),  # thirty days where nothing else is said
    ],
)
def test_how_long_it_lasts(slug: str, told_of: Any, last: str) -> None:
    state = year_with(raise_it(year_with(), slug, "x", **told_of))
    step = state.definition.step(f"{slug}-1")
    assert [str(one) for one in step.window.days(2028)] == [MONDAY, last]


def test_a_part_and_a_body_of_its_own() -> None:
    event = raise_it(year_with(), "uppdrag", "Badhuset", part="chef:norr", body="instans kf")
    step = year_with(event).definition.step("uppdrag-1")
    assert step.parts == ("chef:norr",)
    assert step.chain == ("KF",)


def test_of_a_role_with_units_only_the_units_own_holder_has_a_part() -> None:
    state = year_with(raise_it(year_with(), "underskott", "Norr", unit="norr"))
    step = state.definition.step("underskott-1")
    assert step.unit == "norr"
    assert state.definition.tasks_of(step) == (NORR, EKONOMICHEF)


def test_a_body_that_may_settle_ends_it() -> None:
    state = year_with(
        raise_it(year_with(), "underskott", "Norr", unit="norr"),
        reported("underskott-1", NORR, "2027-10-05"),
        reported("underskott-1", EKONOMICHEF, "2027-10-05"),
        decided("underskott-1", "KS", "2027-10-18"),
    )
    assert state["underskott-1"].status is Status.COMPLETED


def test_it_can_turn_out_not_to_be_needed() -> None:
    state = year_with(raise_it(year_with(), "uppdrag", "Badhuset"))
    event = set_aside(
        state,
        state.definition.step("uppdrag-1"),
        today=day("2027-10-20"),
        by="petra",
        reason="KF drog tillbaka uppdraget",
    )
    assert event is not None
    assert apply(state, event)["uppdrag-1"].set_aside


def test_it_is_read_back_as_it_was_written() -> None:
    event = raise_it(
        year_with(),
        "uppdrag",
        "Badhuset",
        part="chef:norr",
        body="KF",
        due=date(2028, 3, 1),
        amount=-1500,
    )
    assert EVENT.validate_json(event.model_dump_json()) == event


# --- What is refused ---


@pytest.mark.parametrize(
    ("slug", "title", "told_of", "message"),
    [
        ("uppdrag", " ", {}, "Uppdrag: det krävs en rubrik som säger vad det gäller."),
        (
            "motion",
            "x",
            {},
            "Tillfället 'motion' finns inte. Välj bland: uppdrag, underskott, avvikelse, reglering.",
        ),
        (
            "uppdrag",
            "x",
            {"unit": "vaster"},
            "Enheten 'vaster' finns inte. Välj bland: norr, soder.",
        ),
        ("underskott", "x", {}, "Underskott gäller en enhet. Ange vilken: norr, soder."),
        (
            "uppdrag",
            "x",
            {"due": date(2027, 10, 1)},
            "Sista dagen 2027-10-01 har redan varit (i dag är 2027-10-04). Ange en senare dag.",
        ),
        (
            "uppdrag",
            "x",
            {"part": "kanslichef"},
            "Rollen 'kanslichef' finns inte. Välj bland: processagare, ekonomichef, sekreterare, chef.",
        ),
        (
            "uppdrag",
            "x",
            {"part": "chef:vaster"},
            "Rollen chef för enheten 'vaster' finns inte. Välj bland: norr, soder.",
        ),
        ("uppdrag", "x", {"body": "SU"}, "Instansen 'SU' finns inte. Välj bland: KS, KF."),
    ],
)
def test_an_occasion_that_cannot_be_is_refused_with_the_way_out(
    slug: str, title: str, told_of: Any, message: str
) -> None:
    assert told(lambda: raise_it(year_with(), slug, title, **told_of)) == message


def test_a_unit_that_the_occasion_is_not_for_is_refused() -> None:
    definition = make_definition(
        steg=[make_step("a")],
        tillfalle=[
            make_occasion(
                "x", titel="X", startas_av={"belopp": "avvikelse", "under": 0, "enheter": ["norr"]}
            )
        ],
    )
    assert told(lambda: raise_it(fold(definition, []), "x", "t", unit="soder")) == (
        "x för enheten 'soder' finns inte. Välj bland: norr."
    )


def test_an_occasion_that_nobody_would_answer_for_is_refused() -> None:
    roles = [*make_raw()["roll"][:3], {**make_raw()["roll"][3], "enheter": ["norr"]}]
    definition = make_definition(
        roll=roles,
        steg=[make_step("a")],
        tillfalle=[make_occasion("x", titel="X", ansvariga=["chef"])],
    )
    assert told(lambda: raise_it(fold(definition, []), "x", "t", unit="soder")) == (
        "X: ingen ansvarig finns för soder. Ange en med --roll."
    )


# --- What figures raise ---


@pytest.mark.parametrize(
    ("planned", "spent", "expected"),
    [
        (100_000, 100_000, []),
        (100_000, 100_001, ["underskott-1"]),  # a deficit, though a small one
        (100_000, 99_000, []),
        (100_000, 101_000, ["underskott-1"]),  # the threshold itself is not under it
        (100_000, 101_001, ["underskott-1", "avvikelse-1"]),
        (10_000, 10_201, ["underskott-1", "avvikelse-1"]),  # two percent
        (10_000, 10_200, ["underskott-1"]),
        (0, 500, ["underskott-1"]),  # no share of nothing
    ],
)
def test_an_amount_under_its_threshold_raises_it(
    planned: int, spent: int, expected: list[str]
) -> None:
    state = year_with()
    raised = all_raised(state, forecast(state, norr=(planned, spent)))
    assert [event.slug for event in raised] == expected


def test_what_a_figure_raises_says_of_whom_and_how_much() -> None:
    state = year_with()
    [event] = all_raised(state, forecast(state, soder=(100_000, 100_500)))
    assert (event.title, event.unit, event.amount) == ("Underskott: Soder", "soder", -500)
    assert event.text.startswith("prognos visar −500 tkr för Soder.")
    assert event.token == "prognos/1/soder"  # noqa: S105 - what raised it
    step = apply(state, event).definition.step("underskott-1")
    assert step.title == "Underskott: Soder"


def test_a_forecast_raises_one_for_each_unit() -> None:
    state = year_with()
    event = forecast(state, norr=(100, 101), soder=(100, 102))
    raised = all_raised(state, event)
    assert [(one.slug, one.unit) for one in raised if one.step == "underskott"] == [
        ("underskott-1", "norr"),
        ("underskott-2", "soder"),
    ]
    state = apply(state, event)
    for one in raised:
        state = apply(state, one)
    assert len({one.key for one in raised}) == len(raised)


def test_a_unit_that_has_one_open_gets_no_second_until_it_is_dealt_with() -> None:
    state = year_with()
    first = forecast(state, norr=(100_000, 100_001))
    [raised] = all_raised(state, first)
    state = apply(apply(state, first), raised)
    worse = forecast(state, on="2027-10-11", norr=(100_000, 100_002), soder=(100_000, 100_002))
    assert [one.slug for one in all_raised(state, worse)] == ["underskott-2"]
    state = apply(state, worse)
    for event in (
        reported("underskott-1", NORR, "2027-10-12"),
        reported("underskott-1", EKONOMICHEF, "2027-10-12"),
        decided("underskott-1", "KS", "2027-10-18"),
    ):
        state = apply(state, event)
    again = forecast(state, on="2027-11-01", norr=(100_000, 100_003))
    [raised] = all_raised(state, again)
    assert (raised.slug, raised.token) == ("underskott-2", "prognos/3/norr")


def test_figures_of_another_kind_raise_nothing() -> None:
    state = year_with()
    result = {"resultat": -9000, "balanskravsresultat": -9000}
    event = record(
        state, FORECAST.step("prognos"), {"bokslutsresultat": result}, today=day(MONDAY), by="eva"
    )
    assert event is not None
    assert all_raised(state, event) == []


# --- What earlier years leave behind ---


@pytest.mark.parametrize(
    ("earlier", "expected"),
    [
        ([(2027, "prognos")], ["Reglering (år 1 av 3 efter 2025)"]),
        ([(2025, "prognos")], ["Reglering (år 3 av 3 efter 2023)"]),
        ([(2024, "prognos")], []),
        ([(2028, "prognos"), (2029, "prognos")], []),
        ([(2027, "underlag")], []),
        (
            [(2025, "prognos"), (2026, "prognos"), (2026, "underlag")],
            ["Reglering (år 3 av 3 efter 2023)", "Reglering (år 2 av 3 efter 2024)"],
        ),
    ],
)
def test_it_is_followed_for_three_years(
    earlier: list[tuple[int, str]], expected: list[str]
) -> None:
    raised = list(left_behind(year_with(), 2028, earlier, today=day("2027-01-04")))
    assert [event.title for event in raised] == expected
    assert [event.number for event in raised] == list(range(1, len(expected) + 1))
    assert {event.due for event in raised} <= {date(2027, 5, 31)}
    assert len({event.key for event in raised}) == len(expected)


def test_each_occasion_is_an_arende_of_its_own() -> None:
    state = year_with()
    for title in ("Badhuset", "Bron"):
        state = apply(state, raise_it(state, "uppdrag", title))
    arenden = [
        state.definition.arende_of(state.definition.step(slug)).slug
        for slug in ("uppdrag-1", "uppdrag-2")
    ]
    assert arenden == ["uppdrag-1", "uppdrag-2"]


def test_a_definition_with_an_occasion_needs_no_step_for_it() -> None:
    definition = make_definition(
        steg=[make_decision("budget", "KS")], tillfalle=[make_occasion("uppdrag")]
    )
    assert [step.slug for step in definition.steps] == ["budget"]
