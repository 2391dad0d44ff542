"""`granska` and `flytta --prov` as whole processes: what they say, and their exit codes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from calendars.definition import ORSA
from tests.cli import forks


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {name: v for name, v in os.environ.items() if not name.startswith("KOMMUNPLAN_")}
    environment |= {"KOMMUNPLAN_DATA": str(folder / "var"), "COLUMNS": "100"}
    return forks.run(["--definition", str(folder / "orsa"), *words], environment)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(ORSA, tmp_path / "orsa")
    return tmp_path


def move_kf_to_december(folder: Path) -> None:
    path = folder / "orsa" / "sammantraden-2027.toml"
    text = path.read_text(encoding="utf-8").replace("2027-11-29, 2027-12-20", "2027-12-20")
    path.write_text(text.replace("2027-11-01", "2027-10-25"), encoding="utf-8")


def test_a_year_that_breaks_nothing_ends_with_0(folder: Path) -> None:
    done = run(folder, "granska", "--budgetar", "2028", "--json")
    found: dict[str, Any] = json.loads(done.stdout)
    assert (done.returncode, done.stderr, found["brott"]) == (0, "", [])
    assert {"brott", "risker", "praxis", "ej_provat", "regler"} <= set(found)
    for finding in (*found["risker"], *found["praxis"], *found["ej_provat"]):
        assert set(finding) == {"regel", "lagrum", "steg", "datum", "text", "har_hant"}
    verdicts = {rule["regel"]: rule["utfall"] for rule in found["regler"]}
    assert verdicts["KL-11-10"] == "hålls"
    assert verdicts["KL-12-12"] == "hålls"
    assert found["ej_provat"] == [], "Orsa has a step for all that a rule asks about"
    assert "Inget bryter mot lagen" in run(folder, "granska", "--budgetar", "2028").stdout


def test_kf_in_december_breaks_the_law_and_ends_with_1(folder: Path) -> None:
    move_kf_to_december(folder)
    done = run(folder, "granska", "--budgetar", "2028", "--json")
    assert done.returncode == 1
    broken = {(f["regel"], f["steg"], f["datum"]) for f in json.loads(done.stdout)["brott"]}
    assert ("KL-11-11", "skattesats-kf", "2027-12-20") in broken
    assert ("KL-11-10", "kommunplan-kf", "2027-12-20") in broken


def test_what_cannot_be_read_ends_with_2(folder: Path) -> None:
    (folder / "orsa" / "definition.toml").write_text("kommun = [", encoding="utf-8")
    done = run(folder, "granska", "--budgetar", "2028")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("definition.toml: går inte att läsa som TOML")


def test_an_exception_that_fullmaktige_decided_is_a_risk_and_no_breach(folder: Path) -> None:
    move_kf_to_december(folder)
    (folder / "orsa" / "undantag.toml").write_text(
        '[[undantag]]\nregel = "KL-11-11"\nbudgetar = 2028\nbeslutat_av = "KF"\n'
        'datum = 2027-10-25\nskal = "Statens budget kom sent"\n',
        encoding="utf-8",
    )
    found = json.loads(run(folder, "granska", "--budgetar", "2028", "--json").stdout)
    assert "KL-11-10" not in {f["regel"] for f in found["brott"]}
    assert "KL-11-11" in {f["regel"] for f in found["brott"]}, "the tax rate has no exception"
    assert "KL-11-10" in {f["regel"] for f in found["risker"]}


def test_a_trial_tells_what_moves_and_breaks_and_changes_nothing(folder: Path) -> None:
    words = ("flytta", "KF", "2027-11-29", "2027-12-06", "--prov", "--json")
    done = run(folder, *words)
    assert done.returncode == 1
    [year] = json.loads(done.stdout)["ar"]
    assert ("kommunplan-kf", "KF", "2027-11-29", "2027-12-06") in {
        (m["steg"], m["vad"], m["fore"], m["efter"]) for m in year["flyttas"]
    }
    assert {f["regel"] for f in year["bryts"] if f["slag"] == "brott"} == {"KL-11-10", "KL-11-11"}
    assert any("processagare" in m["roll"] and m["till"] for m in year["mejl"])
    assert not (folder / "var" / "kommunplan.db").exists()
    assert run(folder, "granska", "--budgetar", "2028").returncode == 0


def test_a_started_year_is_moved_with_a_reason_and_reviewed_as_it_then_stands(folder: Path) -> None:
    clock = folder / "idag"
    clock.write_text("2027-03-10")
    os.environ["KOMMUNPLAN_CLOCK_FILE"] = str(clock)
    try:
        environment = {**os.environ, "KOMMUNPLAN_DATA": str(folder / "var"), "KOMMUNPLAN_PORT": "9"}

        def command(*words: str) -> subprocess.CompletedProcess[str]:
            return forks.run(words, environment)

        assert command("starta-ar", "2028").returncode == 0
        assert command("granska", "--budgetar", "2028").returncode == 0
        refused = command("flytta", "KF", "2027-11-29", "2027-12-06")
        assert refused.returncode == 2
        assert "skäl" in refused.stderr
        moved = command("flytta", "KF", "2027-11-29", "2027-12-06", "--skal", "Lokalen är upptagen")
        assert moved.returncode == 0, moved.stderr
        assert "KF 2027-11-29 → 2027-12-06" in moved.stdout
        assert command("granska", "--budgetar", "2028").returncode == 1
        back = command("flytta", "KF", "2027-12-06", "2027-11-29", "--skal", "Lokalen blev ledig")
        assert back.returncode == 0, back.stderr
        assert command("granska", "--budgetar", "2028").returncode == 0
    finally:
        del os.environ["KOMMUNPLAN_CLOCK_FILE"]
