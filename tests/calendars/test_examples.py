"""The two invented municipalities: between them every construct, and a year that works out."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache

import pytest

from calendars.definition import ORSA, load_definition, load_meetings
from calendars.holders.files import load_holders
from calendars.schema import definition_schema
from calendars.workdays import WORKDAYS
from models.events import Opened
from models.fold import apply, fold
from models.occasions import raised_by
from models.process import Definition
from models.state import Status
from notifications.notices import Kind
from tests.rules import record
from views.rehearsal import Rehearsal, rehearse

NORRFORS = ORSA.parent / "exempel-norrfors"
SKOGSMARK = ORSA.parent / "exempel-skogsmark"
BOTH = pytest.mark.parametrize("directory", [NORRFORS, SKOGSMARK], ids=lambda path: path.name)


@cache
def rehearsal(directory: object) -> tuple[Definition, Rehearsal]:
    assert directory in (NORRFORS, SKOGSMARK)
    chosen = NORRFORS if directory == NORRFORS else SKOGSMARK
    definition = load_definition(chosen)
    return definition, rehearse(definition, 2028, load_meetings(chosen, definition))


@BOTH
def test_everything_is_marked_as_invented(directory: object) -> None:
    definition, _ = rehearsal(directory)
    chosen = NORRFORS if directory == NORRFORS else SKOGSMARK
    assert "(påhittad)" in definition.municipality.name
    assert all(meeting.example for meeting in load_meetings(chosen, definition))
    holders = load_holders(chosen, definition)
    assert all(holder.example and holder.address.endswith(".example") for holder in holders)
    assert {(holder.role, holder.unit) for holder in holders} == {
        (role.slug, unit) for role in definition.roles for unit in (role.units or (None,))
    }


@BOTH
def test_the_year_has_no_gap_and_every_step_is_completed_in_its_window(directory: object) -> None:
    _, year = rehearsal(directory)
    assert year.plan.gaps == ()
    for slug, step in year.state.steps.items():
        assert step.status is Status.COMPLETED, slug
        assert step.completed_on is not None
        assert step.completed_on <= year.plan[slug].window_end, slug


@BOTH
def test_nobody_who_keeps_the_plan_is_called_late(directory: object) -> None:
    _, year = rehearsal(directory)
    kinds = {notice.kind for _, notice in year.notices}
    assert kinds - {Kind.INVITED} == {Kind.OPENED, Kind.REMINDER, Kind.DECISION, Kind.COMPLETED}


@BOTH
def test_every_statutory_limit_is_met_by_the_body_that_it_binds(directory: object) -> None:
    _, year = rehearsal(directory)
    for step in year.plan.steps.values():
        meetings = {link.body: link.meeting for link in step.links}
        for limit in step.limits:
            met_on = meetings[limit.body] if limit.body else step.due
            assert met_on is not None
            assert met_on <= limit.last_day, (step.slug, limit.citation)


def test_norrfors_year_begins_in_november_two_years_before() -> None:
    definition, year = rehearsal(NORRFORS)
    assert definition.year_in_progress(date(2026, 10, 31)) == 2027
    assert definition.year_in_progress(date(2026, 11, 1)) == 2028
    assert year.plan["budgetdirektiv"].window_start == date(2026, 11, 1)
    assert year.state["budgetdirektiv"].completed_on == date(2027, 1, 26)


def test_norrfors_fullmaktige_decides_three_times_in_one_cycle() -> None:
    _, year = rehearsal(NORRFORS)
    days = [year.state[slug].completed_on for slug in ("ramar-kf", "budget-kf", "budgetrevidering")]
    assert days == [date(2027, 6, 14), date(2027, 11, 22), date(2028, 6, 12)]


def test_norrfors_namnder_have_a_step_and_a_day_each_before_and_after_fullmaktige() -> None:
    definition, year = rehearsal(NORRFORS)
    days = {slug: step.completed_on for slug, step in year.state.steps.items()}
    assert [days[f"namndbudget-{namnd}"] for namnd in ("bun", "sn", "tn")] == [
        date(2027, 9, 15),
        date(2027, 9, 16),
        date(2027, 9, 8),
    ]
    assert [days[f"internbudget-{namnd}"] for namnd in ("bun", "sn", "tn")] == [
        date(2028, 1, 19),
        date(2028, 1, 20),
        date(2028, 1, 26),
    ]
    assert set(definition.step("budget-ks").hard) == {
        "namndbudget-bun",
        "namndbudget-sn",
        "namndbudget-tn",
        "mbl-budget",
    }
    assert [str(task) for task in definition.tasks_of(definition.step("namndbudget-sn"))] == [
        "forvaltningschef:sn"
    ]


def test_norrfors_negotiates_before_ks_decides() -> None:
    _, year = rehearsal(NORRFORS)
    assert year.plan["mbl-budget"].due == date(2027, 10, 25)
    assert year.state["budget-ks"].completed_on == date(2027, 10, 26)


def test_skogsmark_follows_up_every_month_but_january_june_and_august() -> None:
    definition, _ = rehearsal(SKOGSMARK)
    months = [s.slug.removeprefix("uppfoljning-") for s in definition.steps if s.id.startswith("U")]
    assert months == [
        "februari",
        "mars",
        "april",
        "maj",
        "juli",
        "september",
        "oktober",
        "november",
        "december",
    ]


def test_skogsmarks_vague_times_are_these_days() -> None:
    _, year = rehearsal(SKOGSMARK)
    windows = {
        slug: (str(p.window_start), str(p.window_end)) for slug, p in year.plan.steps.items()
    }
    assert windows["tidplan"] == ("2027-02-01", "2027-02-01")
    assert windows["underlag"] == ("2027-04-02", "2027-04-30")
    assert windows["verksamhetsplaner"] == ("2027-08-23", "2027-09-26")
    assert windows["bygdens-yttrande"] == ("2027-06-01", "2027-09-20")
    assert windows["intern-fordelning"] == ("2027-12-11", "2028-01-20")
    assert windows["revidering"] == ("2028-04-01", "2028-05-31")


def test_norrfors_has_three_arenden_through_ks_and_kf() -> None:
    definition, _ = rehearsal(NORRFORS)
    ways = {
        arende.slug: [step.chain[link] for step, link in definition.links_of(arende)]
        for arende in definition.arenden
    }
    assert ways == {name: ["KSAU", "KS", "KF"] for name in ("ramar", "skattesats", "budget")}


def test_norrfors_plan_has_its_own_name_and_its_reports_their_own_years() -> None:
    definition, _ = rehearsal(NORRFORS)
    assert definition.plan_of(2028) == "Budget 2028"
    titles = [
        definition.step(slug).title_for(2028)
        for slug in ("arsredovisning", "delarsrapport", "manadsuppfoljning-mars", "budget-kf")
    ]
    assert titles == [
        "Årsredovisning 2026",
        "Delårsrapport 2027",
        "Månadsuppföljning i mars 2027",
        "Budget i KF",
    ]


def test_a_forecast_in_norrfors_raises_a_deviation_that_ks_may_settle() -> None:
    """Barn- och utbildningsförvaltningen lies four percent under its budget, the others do not."""
    definition, _ = rehearsal(NORRFORS)
    state = fold(definition, [Opened(step="manadsuppfoljning-mars", on=date(2027, 3, 1))])
    rows = [
        {"enhet": "bun", "budget": 100_000, "prognos": 104_000},
        {"enhet": "sn", "budget": 200_000, "prognos": 206_000},
    ]
    event = record(
        state,
        definition.step("manadsuppfoljning-mars"),
        {"prognos": rows},
        today=date(2027, 3, 15),
        by="Britta",
    )
    assert event is not None
    [raised] = raised_by(state, apply(state, event), event, WORKDAYS)
    step = apply(state, raised).definition.step("avvikelse-1")
    assert step.title == "Avvikelse från budget: Barn- och utbildningsförvaltningen"
    assert [str(task) for task in definition.tasks_of(step)] == [
        "forvaltningschef:bun",
        "budgetchef",
    ]
    assert (step.chain, step.may_settle) == (("KS", "KF"), ("KS",))


def test_every_construct_is_used_by_some_municipality() -> None:
    """As docs/definition.md says of the examples and Orsa."""
    raws = [
        tomllib.loads((ORSA.parent / name / "definition.toml").read_text(encoding="utf-8"))
        for name in ("orsa", "exempel-norrfors", "exempel-skogsmark")
    ]
    used = set[str]()

    def collect(value: object) -> None:
        if isinstance(value, dict):
            used.update(value)
            for inner in value.values():
                collect(inner)
        elif isinstance(value, list):
            for inner in value:
                collect(inner)

    collect(raws)
    schema = definition_schema()
    kinds = {**schema["$defs"], "Definition": schema}.values()
    assert {field for kind in kinds for field in kind.get("properties", {})} - used == set()
