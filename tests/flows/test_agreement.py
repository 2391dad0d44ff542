"""One year, told in four places: definition, flows, prefect.yaml and README must be the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from prefect.flows import Flow

from flows import (
    atgarder,
    drift,
    kommunplansprocessen,
    leverans,
    skyldigheter,
    tillfallen,
    uppfoljning,
)
from flows.forms.choices import Del, Enhet, Instans, Mote, Roll, Steg
from flows.forms.fields import HELP
from flows.steps.registry import occasions, shown_by, steps
from models.process import Step
from models.results import TYPES
from tasks.settings import PROJECT
from tests.factories import orsa

MODULES = {
    "kommunplan": kommunplansprocessen,
    "uppfoljning": uppfoljning,
    "skyldighet": skyldigheter,
}
ENQUEUE = {"limit": 1, "collision_strategy": "ENQUEUE"}


def flow_name(step: Step) -> str:
    """`K01 Bokslut`, `T13a Revisorernas …`: the names sort as the steps do."""
    if step.id[0] in "KT":
        digits = re.sub(r"\D", "", step.id)
        return f"{step.id[0]}{int(digits):02}{step.id[1 + len(digits) :]} {step.title}"
    return f"{step.id} {step.title}"


def deployments() -> dict[str, dict[str, Any]]:
    content = yaml.safe_load((PROJECT / "prefect.yaml").read_text(encoding="utf-8"))
    found = {deployment["name"]: deployment for deployment in content["deployments"]}
    assert len(found) == len(content["deployments"]), "a deployment stands there twice"
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


def told_to_people() -> str:
    """README has the tables' own steps, `docs/duties.md` what they leave out."""
    files = (PROJECT / "README.md", PROJECT / "docs" / "duties.md")
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def test_definition_flows_prefect_yaml_and_readme_tell_the_same_year() -> None:
    assert list(steps()) == [step.slug for step in orsa().steps]
    readme = told_to_people()
    for step in orsa().steps:
        flow = steps()[step.slug]
        module = MODULES[step.process]
        assert flow.name == flow_name(step)
        assert vars(module)[step.slug.replace("-", "_")] is flow
        first_line, _, rest = (flow.description or "").partition("\n")
        start, end = step.window.start, step.window.end
        window = start if start == end else f"{start}–{end}"
        decided = f"Beslutas av {' → '.join(step.chain)}." if step.chain else "Inget beslut."
        assert first_line == f"{step.title} ({window}). {decided}"
        description, started = rest.strip().rsplit("\n\n", 1)
        assert description.split() == step.description.split()
        assert started.startswith(("Öppnas", "Startas"))
        assert list(fields(flow)) == ["budgetar", "gor", "skal", "av", *step.results]
        deployment = deployments()[step.slug]
        file = Path(str(module.__file__)).relative_to(PROJECT)
        assert deployment["entrypoint"] == f"{file}:{step.slug.replace('-', '_')}"
        assert deployment["parameters"] == optional(flow)
        assert deployment["tags"] == ["orsa", "steg", step.process, step.id, *step.chain]
        assert deployment["concurrency_limit"] == ENQUEUE
        [row] = re.findall(rf"^\| {step.id} \|.*$", readme, re.MULTILINE)
        assert step.slug in row
        assert step.title in row


def test_every_occasion_has_its_flow_and_deployment() -> None:
    assert list(occasions()) == [one.slug for one in orsa().occasions]
    readme = told_to_people()
    for one in orsa().occasions:
        flow = occasions()[one.slug]
        assert flow.name == flow_name(one)
        name = one.slug.replace("-", "_")
        assert vars(tillfallen)[name] is flow
        decided = f"Beslutas av {' → '.join(one.chain)}." if one.chain else "Inget beslut."
        head, description, started = (flow.description or "").split("\n\n")
        assert head == f"{one.title}. {decided}"
        assert description.split() == one.description.split()
        assert started.startswith("Anmäls här")
        units = list(one.starts.units) if one.starts else []
        [dropdown] = [kind for kind in fields(flow)["enhet"]["anyOf"] if kind["type"] != "null"]
        assert dropdown.get("enum", [dropdown.get("const")]) == (units or list(get_args(Enhet)))
        deployment = deployments()[one.slug]
        assert deployment["entrypoint"] == f"flows/tillfallen.py:{name}"
        assert deployment["parameters"] == optional(flow)
        assert deployment["tags"] == ["orsa", "tillfalle", one.process, one.id, *one.chain]
        assert deployment["concurrency_limit"] == ENQUEUE
        [row] = re.findall(rf"^\| {one.id} \|.*$", readme, re.MULTILINE)
        assert one.slug in row


def test_the_names_sort_as_the_year_is_told() -> None:
    names = [flow.name for flow in steps().values()]
    for letter in "KUTX":
        own = [name for name in names if name.startswith(letter)]
        assert own == sorted(own)
    assert "T02 Övergripande mål" in names
    assert "T13a Revisorernas bedömning av årsredovisningen" in names
    assert occasions()["uppdrag"].name == "T05 Uppdrag"


def test_every_deployment_is_a_flow_that_exists_and_no_other() -> None:
    known = {step.slug for step in (*orsa().steps, *orsa().occasions)}
    drive = {
        "kontroll",
        "starta-ar",
        "klar",
        "ga-vidare",
        "oppna",
        "utga",
        "star-fast",
        "beslut",
        "ratta",
        "diariefor",
        "skicka",
    }
    besides = {
        "flytta",
        "sammantrade",
        "skjut-upp",
        "skicka-om",
        "skicka-misslyckade",
        "las-in",
        "aterkalla-lank",
        "byt-definition",
    }
    assert set(deployments()) == known | drive | besides
    for name in drive | besides:
        deployment = deployments()[name]
        module = leverans if name == "skicka" else drift if name in drive else atgarder
        flow = getattr(module, name.replace("-", "_"))
        file = Path(str(module.__file__)).relative_to(PROJECT)
        assert deployment["entrypoint"] == f"{file}:{name.replace('-', '_')}"
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
