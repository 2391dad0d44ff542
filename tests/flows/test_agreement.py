"""Orsa's year as Prefect has it: what its flows and forms are called and offer, and what is deployed."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from prefect.flows import Flow

from flows import atgarder, drift, kommunplansprocessen, uppfoljning
from flows.forms.choices import Del, Enhet, Instans, Mote, Roll, Steg
from flows.forms.fields import HELP
from flows.steps.registry import occasions, shown_by, steps
from models.process import Step
from models.results import TYPES
from tasks.settings import PROJECT
from tests.factories import orsa

TABLES = {"kommunplan": kommunplansprocessen, "uppfoljning": uppfoljning}
"""The lists of the governance model's two tables, by process."""
ENQUEUE = {"limit": 1, "collision_strategy": "ENQUEUE"}


def flow_name(step: Step) -> str:
    """`K01 Bokslut`, `T13a Revisorernas …`: the names sort as the steps do."""
    if step.id[0] in "KTA":
        digits = step.id[1:].split(".")[0].rstrip("abc")
        return f"{step.id[0]}{int(digits):02}{step.id[1 + len(digits) :]} {step.title}"
    return f"{step.id} {step.title}"


def deployments() -> dict[str, dict[str, Any]]:
    content = yaml.safe_load((PROJECT / "prefect.yaml").read_text(encoding="utf-8"))
    found = {deployment["name"]: deployment for deployment in content["deployments"]}
    assert len(found) == len(content["deployments"]), "a deployment stands there twice"
    return found


def at(entrypoint: str) -> Flow[..., Any]:
    """The flow that stands there; that Prefect finds it so is tried in `test_kommun.py`."""
    file, _, attribute = entrypoint.partition(":")
    found = getattr(import_module(file.removesuffix(".py").replace("/", ".")), attribute)
    assert isinstance(found, Flow)
    return found


def fields(flow: Flow[..., Any]) -> dict[str, dict[str, Any]]:
    return flow.parameters.properties


def optional(flow: Flow[..., Any]) -> dict[str, Any]:
    """What a form holds before anybody fills it in, but for the figures."""
    return {
        name: field["default"]
        for name, field in fields(flow).items()
        if name not in TYPES and name not in flow.parameters.required
    }


@pytest.mark.parametrize("step", orsa().steps, ids=lambda step: step.slug)
def test_each_step_is_a_named_flow_with_a_form_and_a_deployment(step: Step) -> None:
    flow, deployment = steps()[step.slug], deployments()[step.slug]
    assert flow.name == flow_name(step)
    first_line, _, rest = (flow.description or "").partition("\n")
    start, end = step.window.start, step.window.end
    window = start if start == end else f"{start}–{end}"
    decided = f"Beslutas av {' → '.join(step.chain)}." if step.chain else "Inget beslut."
    assert first_line == f"{step.title} ({window}). {decided}"
    description, started = rest.strip().rsplit("\n\n", 1)
    assert description.split() == step.description.split()
    assert started.startswith(("Öppnas", "Startas"))
    whose = ["siffror_fran"] if step.results else []
    assert list(fields(flow)) == ["budgetar", "gor", "skal", "av", *whose, *step.results]
    assert at(deployment["entrypoint"]) is flow
    assert deployment["parameters"] == optional(flow)
    assert deployment["tags"] == ["orsa", "steg", step.process, step.id, *step.chain]
    assert deployment["concurrency_limit"] == ENQUEUE


def test_the_form_of_a_steps_figures_asks_whose_they_are() -> None:
    shape = fields(steps()["bokslut"])["siffror_fran"]
    [parts] = [one["enum"] for one in shape["anyOf"] if "enum" in one]
    assert parts == [str(key) for key in orsa().tasks_of(orsa().step("bokslut"))]
    assert shape["default"] is None
    only = fields(steps()["skattesats-kf"])["siffror_fran"]
    assert {"const": "ekonomichef", "type": "string"}.items() <= only["anyOf"][0].items()


@pytest.mark.parametrize("process", TABLES)
def test_the_governance_models_tables_stand_as_two_lists_in_their_order(process: str) -> None:
    listed = [flow for flow in vars(TABLES[process]).values() if isinstance(flow, Flow)]
    own = [step for step in orsa().steps if step.process == process]
    assert listed == [steps()[step.slug] for step in own]
    file = Path(str(TABLES[process].__file__)).relative_to(PROJECT)
    for step in own:
        attribute = step.slug.replace("-", "_")
        assert deployments()[step.slug]["entrypoint"] == f"{file}:{attribute}"


@pytest.mark.parametrize("one", orsa().occasions, ids=lambda one: one.slug)
def test_each_occasion_is_a_named_flow_with_a_form_and_a_deployment(one: Step) -> None:
    flow, deployment = occasions()[one.slug], deployments()[one.slug]
    assert flow.name == flow_name(one)
    decided = f"Beslutas av {' → '.join(one.chain)}." if one.chain else "Inget beslut."
    head, description, started = (flow.description or "").split("\n\n")
    assert head == f"{one.title}. {decided}"
    assert description.split() == one.description.split()
    assert started.startswith("Anmäls här")
    units = list(one.starts.units) if one.starts else []
    [dropdown] = [kind for kind in fields(flow)["enhet"]["anyOf"] if kind["type"] != "null"]
    assert dropdown.get("enum", [dropdown.get("const")]) == (units or list(get_args(Enhet)))
    assert at(deployment["entrypoint"]) is flow
    assert deployment["parameters"] == optional(flow)
    assert deployment["tags"] == ["orsa", "tillfalle", one.process, one.id, *one.chain]
    assert deployment["concurrency_limit"] == ENQUEUE


def test_the_names_sort_as_the_year_is_told() -> None:
    names = [flow.name for flow in steps().values()]
    for letter in "KUTX":
        own = [name for name in names if name.startswith(letter)]
        assert own == sorted(own)
    assert "T02 Övergripande mål" in names
    assert "T13a Revisorernas bedömning av årsredovisningen" in names
    assert occasions()["uppdrag"].name == "T05 Uppdrag"


DRIVING = {
    "drift": (
        "kontroll starta-ar klar ga-vidare oppna utga star-fast beslut ratta diariefor anteckna "
        "sarskilda-skal redan-gjort"
    ),
    "atgarder": "flytta sammantrade skjut-upp skicka-om skicka-misslyckade las-in aterkalla-lank "
    "byt-definition",
    "leverans": "skicka",
}
"""The flows that belong to no step, by module: what people have links, bookmarks and scripts to."""


def test_what_drives_the_year_is_deployed_under_the_names_that_people_know() -> None:
    known = {step.slug for step in (*orsa().steps, *orsa().occasions)}
    driving = {name: module for module, names in DRIVING.items() for name in names.split()}
    assert set(deployments()) == known | driving.keys()
    for name, module in driving.items():
        deployment = deployments()[name]
        assert deployment["entrypoint"] == f"flows/{module}.py:{name.replace('-', '_')}"
        flow = at(deployment["entrypoint"])
        assert deployment["tags"] == ["orsa", "drift"]
        assert deployment["parameters"] == optional(flow)
        assert deployment["concurrency_limit"] == (ENQUEUE | {"limit": 4 if name == "klar" else 1})
        assert flow.description
    assert deployments()["kontroll"]["schedules"] == [
        {"cron": "30 6 * * *", "timezone": "Europe/Stockholm"}
    ]


def test_the_forms_offer_what_the_definition_has() -> None:
    definition = orsa()
    offered = [one.slug for one in (*definition.steps, *definition.occasions)]
    assert list(get_args(Steg)) == offered
    assert list(get_args(Instans)) == [body.slug for body in definition.bodies]
    days = [step.slug for step in definition.steps if step.kind == "mote"]
    assert list(get_args(Mote)) == [*get_args(Instans), *days]
    assert list(get_args(Roll)) == [role.slug for role in definition.roles]
    assert list(get_args(Enhet)) == [unit.slug for unit in definition.units]
    keys = {str(key) for step in definition.steps for key in definition.tasks_of(step)}
    assert keys < set(get_args(Del))
    assert "processagare" in get_args(Del)


def test_a_steps_form_offers_the_three_things_to_do() -> None:
    gor = fields(steps()["bokslut"])["gor"]
    assert gor["enum"] == ["uppdatera", "förhandsgranska nytt varv", "nytt varv"]
    assert gor["default"] == "uppdatera"
    assert "Uppdatera är alltid ofarligt" in gor["description"]


FORMS = [
    *steps().values(),
    *occasions().values(),
    drift.klar,
    drift.beslut,
    drift.ratta,
    drift.ga_vidare,
    drift.oppna,
    drift.utga,
    drift.star_fast,
    drift.diariefor,
    drift.anteckna,
    drift.sarskilda_skal,
    drift.redan_gjort,
    drift.starta_ar,
    atgarder.flytta,
    atgarder.sammantrade,
    atgarder.skjut_upp,
    atgarder.skicka_om,
    atgarder.skicka_misslyckade,
    atgarder.las_in,
    atgarder.aterkalla_lank,
    atgarder.byt_definition,
]


@pytest.mark.parametrize("flow", FORMS, ids=lambda flow: flow.name)
def test_every_field_of_every_form_has_a_help_text(flow: Flow[..., Any]) -> None:
    assert "Args:" not in (flow.description or "")
    for name, field in fields(flow).items():
        assert field.get("description"), name


def test_no_help_text_is_left_over() -> None:
    used = {name for flow in FORMS for name in fields(flow)}
    assert set(HELP) <= used


@pytest.mark.parametrize(
    ("slug", "flow", "given"),
    [
        ("bokslut", "K01 Bokslut", {}),
        ("storre-avvikelse-2", "T10 Större avvikelse", {"nummer": 2}),
        ("uppdrag-12", "T05 Uppdrag", {"nummer": 12}),
        ("bolagsbeslut-orsabostader", "X8.1 Årligt beslut om Orsabostäder AB", {}),
        ("ett-borttaget-steg-2", "ett-borttaget-steg-2", {}),
    ],
)
def test_every_step_of_a_year_is_shown_by_a_flow(
    slug: str, flow: str, given: dict[str, int]
) -> None:
    shown = shown_by(slug)
    assert (shown.flow.name, shown.parameters) == (flow, given)
