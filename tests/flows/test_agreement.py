"""One year, told in four places: definition, flows, prefect.yaml and README must be the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import yaml

from flows import drift, kommunplansprocessen, uppfoljning
from flows.choices import Enhet, Instans, Roll, Steg
from models.process import Step
from tasks.settings import PROJECT
from tests.factories import orsa

MODULES = {"kommunplan": kommunplansprocessen, "uppfoljning": uppfoljning}


def flow_name(step: Step) -> str:
    """`K01 Bokslut`: the names sort as the steps do."""
    return (
        f"K{int(step.id[1:]):02} {step.title}" if step.id[0] == "K" else f"{step.id} {step.title}"
    )


def deployments() -> dict[str, dict[str, Any]]:
    content = yaml.safe_load((PROJECT / "prefect.yaml").read_text(encoding="utf-8"))
    return {deployment["name"]: deployment for deployment in content["deployments"]}


def test_definition_flows_prefect_yaml_and_readme_tell_the_same_year() -> None:
    steps = orsa().steps
    assert list(drift.STEPS) == [step.slug for step in steps]
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    for step in steps:
        flow = drift.STEPS[step.slug]
        module = MODULES[step.process]
        assert flow.name == flow_name(step)
        assert vars(module)[step.slug.replace("-", "_")] is flow
        first_line, _, description = (flow.description or "").partition("\n")
        start, end = step.window.start, step.window.end
        window = start if start == end else f"{start}–{end}"
        decided = f"Beslutas av {' → '.join(step.chain)}." if step.chain else "Inget beslut."
        assert first_line == f"{step.title} ({window}). {decided}"
        assert description.split() == step.description.split()
        deployment = deployments()[step.slug]
        file = Path(str(module.__file__)).relative_to(PROJECT)
        assert deployment["entrypoint"] == f"{file}:{step.slug.replace('-', '_')}"
        assert deployment["parameters"] == {"budgetar": None, "kor_om_skal": "", "av": ""}
        assert deployment["tags"] == ["orsa", "steg", step.process, step.id, *step.chain]
        assert deployment["concurrency_limit"] == {"limit": 1, "collision_strategy": "ENQUEUE"}
        [row] = re.findall(rf"^\| {step.id} \|.*$", readme, re.MULTILINE)
        assert step.slug in row
        assert step.title in row


def test_every_deployment_is_a_flow_that_exists_and_no_other() -> None:
    known = {step.slug for step in orsa().steps}
    drive = {"kontroll", "starta-ar", "klar", "ga-vidare", "beslut", "skicka"}
    assert set(deployments()) == known | drive
    for name in drive:
        assert deployments()[name]["entrypoint"] == f"flows/drift.py:{name.replace('-', '_')}"
        assert getattr(drift, name.replace("-", "_")).description
    assert deployments()["kontroll"]["schedules"] == [
        {"cron": "30 6 * * *", "timezone": "Europe/Stockholm"}
    ]


def test_the_forms_offer_what_the_definition_has() -> None:
    definition = orsa()
    keys = {key for step in definition.steps for key in definition.tasks_of(step)}
    assert list(get_args(Steg)) == [step.slug for step in definition.steps]
    assert list(get_args(Instans)) == [body.slug for body in definition.bodies]
    assert set(get_args(Roll)) == {key.role for key in keys}
    assert set(get_args(Enhet)) == {key.unit for key in keys if key.unit}


def test_every_field_of_every_form_has_a_help_text() -> None:
    for flow in (*drift.STEPS.values(), drift.klar, drift.beslut, drift.ga_vidare, drift.starta_ar):
        assert "Args:" not in (flow.description or "")
        for name, field in flow.parameters.properties.items():
            assert field.get("description"), (flow.name, name)
