"""A municipality with files and no Python has named flows, deployments and forms of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from calendars.definition import ORSA, load_definition
from flows.steps.registry import occasions, steps
from tasks.settings import PROJECT
from tests.flows.test_agreement import DRIVING

NORRFORS = ORSA.parent / "exempel-norrfors"
SKOGSMARK = ORSA.parent / "exempel-skogsmark"
COMMAND = ("-m", "cli")

LOOK = """
import json
from prefect.flows import load_flow_from_entrypoint
from flows import drift
from flows.steps import registry
from tasks.settings import settings
print(json.dumps({
    "flows": {slug: [flow.name, flow.description] for slug, flow in registry.steps().items()},
    "forms": {
        name: {field: shape.get("enum") for field, shape in flow.parameters.properties.items()}
        for name, flow in (("klar", drift.klar), ("beslut", drift.beslut), ("utga", drift.utga))
    },
    "loaded": load_flow_from_entrypoint("flows/kommun.py:ramunderlag_bun").name,
    "removed": registry.shown_by("ett-borttaget-steg").flow.name,
}))
"""


def run(*arguments: str, definition: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Python in a process of its own, since a process serves one municipality."""
    environment = {name: v for name, v in os.environ.items() if not name.startswith("KOMMUNPLAN_")}
    if definition is not None:
        environment["KOMMUNPLAN_DEFINITION"] = str(definition)
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=PROJECT,
        env=environment,
        text=True,
        check=False,
        capture_output=True,
    )


def deployments(directory: Path) -> dict[str, dict[str, Any]]:
    """What `kommunplan prefect-yaml` writes for the municipality."""
    done = run(*COMMAND, "prefect-yaml", definition=directory)
    assert done.returncode == 0, done.stderr
    content = yaml.safe_load(done.stdout)
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
        "Socialnämnden beslutar sitt förslag till budget och mål inom ramen.\n\n"
        "Öppnas när fönstret börjar.",
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
    definition = load_definition(NORRFORS)
    slugs = [one.slug for one in (*definition.steps, *definition.occasions)]
    forms = norrfors["forms"]
    assert forms["klar"]["steg"] == forms["beslut"]["steg"] == forms["utga"]["steg"] == slugs
    assert forms["beslut"]["instans"] == ["KSAU", "KS", "KF", "BUN", "SN", "TN"]
    assert set(forms["klar"]["roll"]) == {
        "budgetchef",
        "kommundirektor",
        "hr-chef",
        "forvaltningschef",
        "kommunsekreterare",
        "namndsekreterare",
    }


def test_a_municipality_without_python_has_forms_for_figures_and_occasions(tmp_path: Path) -> None:
    """Norrfors with a tax rate, and with a deviation that can happen any number of times."""
    directory = tmp_path / "norrfors"
    shutil.copytree(NORRFORS, directory)
    file = directory / "definition.toml"
    text = file.read_text(encoding="utf-8")
    first = re.search(r'^slug = "budgetdirektiv"$', text, re.MULTILINE)
    assert first
    text = text[: first.end()] + '\nresultat = ["skattesats", "ramar"]' + text[first.end() :]
    file.write_text(text, encoding="utf-8")
    done = run("-c", LOOK_AT_FORMS, definition=directory)
    assert done.returncode == 0, done.stderr
    form, occasion = json.loads(done.stdout)
    assert list(form) == ["budgetar", "gor", "skal", "av", "siffror_fran", "skattesats", "ramar"]
    bounds = form["skattesats"]["anyOf"][0]
    assert (bounds["minimum"], bounds["maximum"]) == (10, 40)
    assert occasion["nummer"]["description"]
    assert "budgetchef" in occasion["ansvarig"]["anyOf"][0]["enum"]
    found = deployments(directory)
    assert found["avvikelse"]["entrypoint"] == "flows/kommun.py:avvikelse"
    assert found["avvikelse"]["tags"] == ["norrfors", "tillfalle", "uppfoljning", "A", "KS", "KF"]


def test_prefect_finds_orsas_flows_too() -> None:
    done = run("-c", FIND)
    assert done.stdout.split("\n") == [
        "K14 Kommunplan i KF",
        "T02 Övergripande mål",
        "Skicka mejl",
        "",
    ]


FIND = """
from prefect.flows import load_flow_from_entrypoint as found
print(found("flows/kommunplansprocessen.py:kommunplan_kf").name)
print(found("flows/kommun.py:overgripande_mal").name)
print(found("flows/leverans.py:skicka").name)
"""
LOOK_AT_FORMS = """
import json
from prefect.flows import load_flow_from_entrypoint
flows = [load_flow_from_entrypoint(f"flows/kommun.py:{name}") for name in ("budgetdirektiv", "avvikelse")]
print(json.dumps([flow.parameters.properties for flow in flows]))
"""


@pytest.mark.parametrize(
    ("slug", "started"),
    [
        ("overgripande-mal", "Öppnas när fönstret börjar, mandatperiodens första år."),
        ("verksamhetsplaner", "Startas i fönstret, när Kommunplan i KF är klart."),
        (
            "skattesatsforslag-skatteverket",
            "Startas genast när Skattesats i KF inte är klart 31 oktober. "
            "Ska vara klart inom 1 arbetsdag.",
        ),
        (
            "atgardsplan-balanskrav",
            "Startas i fönstret, när balanskravsresultatet ligger under 0 tkr.",
        ),
        (
            "arsredovisning-webbplats",
            "Öppnas när fönstret börjar. "
            "Ska vara klart när sammanträdet i KF kungörs (Årsredovisning).",
        ),
        (
            "storre-avvikelse",
            "Anmäls här, eller av sig självt när avvikelsen ligger under −1000 tkr eller −2 % av "
            "budgeten. Ska vara klart inom 2 arbetsdagar.",
        ),
    ],
)
def test_a_flow_says_what_starts_its_step(slug: str, started: str) -> None:
    flow = {**steps(), **occasions()}[slug]
    assert " ".join((flow.description or "").split("\n\n")[-1].split()) == started


@pytest.mark.parametrize("directory", [NORRFORS, SKOGSMARK], ids=lambda path: path.name)
def test_every_step_and_everything_that_drives_the_year_is_deployed(directory: Path) -> None:
    definition = load_definition(directory)
    found = deployments(directory)
    driving = {name: module for module, names in DRIVING.items() for name in names.split()}
    slugs = {one.slug for one in (*definition.steps, *definition.occasions)}
    assert set(found) == slugs | driving.keys()
    for step in definition.steps:
        own = found[step.slug]
        file, _, attribute = own["entrypoint"].partition(":")
        assert attribute == step.slug.replace("-", "_")
        # Skogsmark has every step of the governance model's second table
        assert file in ("flows/kommun.py", "flows/uppfoljning.py")
        assert own["tags"] == [
            definition.municipality.slug,
            "steg",
            step.process,
            step.id,
            *step.chain,
        ]
        assert own["concurrency_limit"] == {"limit": 1, "collision_strategy": "ENQUEUE"}
    for name, module in driving.items():
        assert found[name]["entrypoint"] == f"flows/{module}.py:{name.replace('-', '_')}"
        assert found[name]["tags"] == [definition.municipality.slug, "drift"]


# --- The command line ---


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
