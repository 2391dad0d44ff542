"""A municipality with files and no Python has named flows, deployments and forms of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from calendars.definition import ORSA, load_definition
from flows import drift, kommun
from flows.deployments import prefect_yaml
from tasks.settings import PROJECT, Settings
from tests.factories import orsa

NORRFORS = ORSA.parent / "exempel-norrfors"
SKOGSMARK = ORSA.parent / "exempel-skogsmark"

LOOK = """
import json
from prefect.flows import load_flow_from_entrypoint
from flows import drift
from tasks.settings import settings
print(json.dumps({
    "flows": {slug: [flow.name, flow.description] for slug, flow in drift.STEPS.items()},
    "forms": {
        name: {field: shape.get("enum") for field, shape in flow.parameters.properties.items()}
        for name, flow in (("klar", drift.klar), ("beslut", drift.beslut), ("utga", drift.utga))
    },
    "loaded": load_flow_from_entrypoint("flows/kommun.py:ramunderlag_bun").name,
    "removed": drift.flow_of("ett-borttaget-steg").name,
}))
"""


def run(*arguments: str, definition: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Python in a process of its own, since a process serves one municipality."""
    environment = {name: v for name, v in os.environ.items() if not name.startswith("KOMMUNPLAN_")}
    if definition is not None:
        environment["KOMMUNPLAN_DEFINITION"] = str(definition)
    return subprocess.run(
        [sys.executable, *arguments], cwd=PROJECT, env=environment, text=True, check=False,
        capture_output=True,
    )  # fmt: skip


def deployments(directory: Path) -> dict[str, dict[str, Any]]:
    chosen = Settings(_env_file=None, definition=directory)
    content = yaml.safe_load(prefect_yaml(chosen, load_definition(directory)))
    return {deployment["name"]: deployment for deployment in content["deployments"]}


@pytest.fixture(scope="module")
def norrfors() -> dict[str, Any]:
    done = run("-c", LOOK, definition=NORRFORS)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_each_step_has_a_flow_named_and_described_by_the_definition(
    norrfors: dict[str, Any],
) -> None:
    definition = load_definition(NORRFORS)
    assert list(norrfors["flows"]) == [step.slug for step in definition.steps]
    assert norrfors["flows"]["namndbudget-sn"] == [
        "BN2 Budgetförslag: Socialnämnden",
        "Budgetförslag: Socialnämnden (mitten av augusti–mitten av september). Beslutas av SN.\n\n"
        "Socialnämnden beslutar sitt förslag till budget och mål inom ramen.",
    ]
    assert norrfors["flows"]["ramunderlag-bun"][1].startswith(
        "Underlag till ramar: Barn- och utbildningsförvaltningen (senast 10 april). Inget beslut."
    )
    names = [name for name, _ in norrfors["flows"].values()]
    assert len(names) == len(set(names))


def test_a_flow_is_found_by_its_entrypoint(norrfors: dict[str, Any]) -> None:
    assert norrfors["loaded"] == norrfors["flows"]["ramunderlag-bun"][0]


def test_a_step_that_only_a_running_year_has_is_shown_too(norrfors: dict[str, Any]) -> None:
    assert norrfors["removed"] == "ett-borttaget-steg"


def test_the_forms_offer_what_the_municipality_has(norrfors: dict[str, Any]) -> None:
    slugs = [step.slug for step in load_definition(NORRFORS).steps]
    forms = norrfors["forms"]
    assert forms["klar"]["steg"] == forms["beslut"]["steg"] == forms["utga"]["steg"] == slugs
    assert forms["beslut"]["instans"] == ["KSAU", "KS", "KF", "BUN", "SN", "TN"]
    assert set(forms["klar"]["roll"]) == {
        "budgetchef", "kommundirektor", "hr-chef", "forvaltningschef",
    }  # fmt: skip


def test_orsas_written_flows_are_named_and_described_as_the_generic_ones_would_be() -> None:
    for slug, made in kommun.step_flows(orsa()).items():
        written = drift.STEPS[slug]
        assert made.name == written.name
        assert (made.description or "").split() == (written.description or "").split()
        assert made.parameters.properties.keys() == written.parameters.properties.keys()


@pytest.mark.parametrize("directory", [NORRFORS, SKOGSMARK], ids=lambda path: path.name)
def test_every_step_and_everything_that_drives_the_year_is_deployed(directory: Path) -> None:
    definition = load_definition(directory)
    found = deployments(directory)
    drive = {"kontroll", "starta-ar", "klar", "ga-vidare", "beslut", "skicka", "utga"}
    assert set(found) == {step.slug for step in definition.steps} | drive
    for step in definition.steps:
        own = found[step.slug]
        assert own["entrypoint"] == f"flows/kommun.py:{step.slug.replace('-', '_')}"
        assert own["tags"] == [
            definition.municipality.slug, "steg", step.process, step.id, *step.chain,
        ]  # fmt: skip
        assert own["concurrency_limit"] == {"limit": 1, "collision_strategy": "ENQUEUE"}
    for name in drive:
        assert found[name]["entrypoint"] == f"flows/drift.py:{name.replace('-', '_')}"
        assert found[name]["tags"] == [definition.municipality.slug, "drift"]


def test_orsas_prefect_yaml_stays_the_written_one() -> None:
    chosen = Settings(_env_file=None)
    written = (PROJECT / "prefect.yaml").read_text(encoding="utf-8")
    assert prefect_yaml(chosen, orsa()) == written


# --- The command line ---

COMMAND = ("-c", "from flows.cli import main; main()")


def test_a_definition_is_chosen_before_the_command() -> None:
    done = run(*COMMAND, "--definition", str(SKOGSMARK), "provkor", "--budgetar", "2028", "--json")
    assert done.returncode == 0, done.stderr
    year = json.loads(done.stdout)
    assert year["kommun"] == "Skogsmarks kommun (påhittad)"
    assert year["luckor"] == []


def test_the_option_goes_before_the_setting() -> None:
    done = run(*COMMAND, "--definition", str(SKOGSMARK), "prefect-yaml", definition=NORRFORS)
    assert "Skogsmark" in done.stdout
    assert yaml.safe_load(done.stdout)["name"] == "skogsmark"


def test_a_directory_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = run(*COMMAND, "--definition", str(tmp_path / "ingenstans"), "provkor")
    assert done.returncode == 2
    assert done.stderr == (
        f"--definition {tmp_path}/ingenstans: katalogen finns inte. "
        "Ange en katalog som har en definition.toml, som calendars/exempel-norrfors.\n"
    )


def test_a_directory_without_a_definition_is_told(tmp_path: Path) -> None:
    done = run(*COMMAND, "--definition", str(tmp_path), "provkor")
    assert done.returncode == 2
    assert done.stderr == (
        f"definition.toml: finns inte i {tmp_path}/. En definitionskatalog måste ha den filen.\n"
    )


def test_the_schema_is_printed() -> None:
    done = run(*COMMAND, "schema")
    stored = (PROJECT / "docs" / "definition.schema.json").read_text(encoding="utf-8")
    assert done.stdout == stored
