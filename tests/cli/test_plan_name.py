"""What a municipality calls its plan is what every list says, and with two years running, of which."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.shell import Shell, Told, unfolded
from tests.tasks.town import own_definition, replaced

DAY = "2027-03-10"
COMMANDS = {
    "start": ["starta-ar", "2028"],
    "start another": ["starta-ar", "2027", "--anda"],
    "status": ["status"],
    "report": ["klar", "bokslut", "--roll", "ekonomichef", "--budgetar", "2028"],
    "check": ["kontroll"],
    "assign": [
        "uppdrag",
        "nytt",
        "Utred badhuset",
        "--roll",
        "kommunchef",
        "--senast",
        "2027-09-01",
        "--budgetar",
        "2028",
    ],
    "list": ["arende"],
    "rehearse": ["provkor"],
    "try": ["kor-om", "skattesats-kf", "--prov", "--budgetar", "2027"],
    "number": ["diariefor", "bokslut", "KS 2027/1", "--budgetar", "2028"],
}


@pytest.fixture(scope="module")
def definition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = own_definition(tmp_path_factory.mktemp("egen"))
    replaced(
        directory / "definition.toml",
        'namn = "Orsa kommun"',
        'namn = "Orsa kommun"\nplanens_namn = "Mål och budget"',
    )
    return directory


@pytest.fixture(scope="module")
def told(definition: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Told]]:
    shell = Shell(tmp_path_factory.mktemp("kommun"), DAY)
    shell.environment["KOMMUNPLAN_DEFINITION"] = str(definition)
    yield shell.days({name: (DAY, words) for name, words in COMMANDS.items()}, columns=100)
    shell.close()


@pytest.mark.parametrize("command", COMMANDS)
def test_the_plan_is_called_what_the_municipality_calls_it(
    told: dict[str, Told], command: str
) -> None:
    said = unfolded(told[command].out)
    year = "2027" if command in ("start another", "try") else "2028"
    assert f"Mål och budget {year}" in said
    assert "Kommunplan 20" not in said


def test_each_year_s_table_is_headed_by_its_own_name(told: dict[str, Told]) -> None:
    headings = [line.strip() for line in told["status"].out.splitlines() if line.startswith("Orsa")]
    assert headings == [
        "Orsa kommun, Mål och budget 2027, 2027-03-10",
        "Orsa kommun, Mål och budget 2028, 2027-03-10",
    ]


def test_each_step_says_which_year_it_is_about(told: dict[str, Told]) -> None:
    said = unfolded(told["status"].out)
    assert "Bokslut 2025" in said
    assert "Bokslut 2026" in said
