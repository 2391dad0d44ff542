"""`kommunplan sammantraden` as a person runs it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli import forks

PROJECT = Path(__file__).parent.parent.parent
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Commands on one municipality, on 10 March 2027, with budget year 2028 running."""
    folder = tmp_path_factory.mktemp("kommun")
    (folder / "dag").write_text("2027-03-10")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "USER": "petra",
        "TERM": "dumb",
        "COLUMNS": "200",
        "KOMMUNPLAN_DATA": str(folder),
        "KOMMUNPLAN_CLOCK_FILE": str(folder / "dag"),
        "KOMMUNPLAN_PORT": "1",
    }

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return forks.run(words, environment, cwd=folder)

    assert run("starta-ar", "2028").returncode == 0
    return run


def test_the_whole_care_of_the_meetings(run: Run, tmp_path: Path) -> None:
    refused = run("sammantraden", "flytta", "KS", "2027-10-18", "2027-10-25")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "Det krävs ett skäl för att flytta det. Ange det med --skal." in refused.stderr

    moved = run("sammantraden", "flytta", "KS", "2027-10-18", "2027-10-25", "--skal", "höstlov")
    assert (moved.returncode, moved.stderr) == (0, "")
    assert moved.stdout.startswith("KS 2027-10-18 är flyttat till 2027-10-25.\n")

    added = run("sammantraden", "lagg-till", "KF", "2027-12-06", "--vid-behov")
    assert added.stdout == "KF 2027-12-06 är tillagt (vid behov).\n"

    cancelled = run("sammantraden", "stall-in", "KF", "2027-12-20", "--av", "Eva Ek")
    assert cancelled.stdout.startswith("KF 2027-12-20 är inställt.\n")

    plan = tmp_path / "su.csv"
    plan.write_text("Plan 2027;mars;okt\nSU;2;5\n")
    tried = run("sammantraden", "las-in", str(plan), "--hel", "--prov")
    assert tried.stdout.startswith("Om su.csv läses in\n")
    assert "SU 2027, borttagna: 2027-01-19, 2027-03-30" in tried.stdout
    assert tried.stdout.endswith("Inget är ändrat: det här var ett prov.\n")

    without = run("sammantraden", "las-in", str(plan), "--hel")
    assert (without.returncode, without.stdout) == (2, "")
    assert "Det krävs ett skäl. Ange det med --skal." in without.stderr

    read = run("sammantraden", "las-in", str(plan), "--hel", "--skal", "ny plan")
    assert (read.returncode, read.stderr) == (0, "")
    assert read.stdout.startswith("SU 2027: 2 (6 borttagna).\n")

    again = run("las-in")
    assert "Lämnat orört: SU 2027: sammanträdena kommer ur en fil" in again.stdout
    assert "Lämnat orört: KS 2027-10-18: flyttades 2027-03-10 till 2027-10-25" in again.stdout

    listed = run("sammantraden", "lista", "--ar", "2027")
    assert "2027-12-06*" in listed.stdout
    assert "skattesats-forslag (2028)" in listed.stdout
    assert "KF 2027-12-20 inställt 2027-03-10 av Eva Ek" in listed.stdout

    as_json = json.loads(run("sammantraden", "lista", "--instans", "su", "--json").stdout)
    days = [row["datum"] for row in as_json["sammantraden"]]
    assert [day for day in days if day < "2028"] == ["2027-03-02", "2027-10-05"]


def test_every_fault_of_a_file_is_told_and_the_exit_code_is_2(run: Run, tmp_path: Path) -> None:
    plan = tmp_path / "plan.csv"
    plan.write_text("instans;datum\nKS;2027-02-30\nKX;2027-10-18\n")
    ran = run("sammantraden", "las-in", str(plan))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert len(ran.stderr.splitlines()) == 3
    assert "--hoppa-over-okanda" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_the_help_is_swedish(run: Run) -> None:
    ran = run("sammantraden", "--help")
    assert ran.returncode == 0
    for command in ("lista", "las-in", "flytta", "lagg-till", "stall-in"):
        assert command in ran.stdout
    assert "Commands" not in ran.stdout
    assert "Kommandon" in ran.stdout
