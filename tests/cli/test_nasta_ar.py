"""`kommunplan nasta-ar` as a person runs it: the file that it writes, what it tells, what it refuses."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from calendars.definition import ORSA, load_definition, load_meetings
from cli.nasta_ar import nasta_ar
from models.errors import RefusedError
from tasks.meetings.next_year import look_ahead
from tasks.settings import settings
from tests.cli import forks


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A municipality of its own that has the meetings of 2026 and 2027."""
    own = tmp_path / "kommun"
    shutil.copytree(ORSA, own)
    (own / "sammantraden-2028.toml").unlink()
    monkeypatch.setenv("KOMMUNPLAN_DEFINITION", str(own))
    settings.cache_clear()
    yield own
    settings.cache_clear()


def kommunplan(*words: str) -> subprocess.CompletedProcess[str]:
    return forks.run(words, os.environ)


def test_writes_the_year_after_the_last_known_and_never_over_a_file(directory: Path) -> None:
    ran = kommunplan("nasta-ar")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "Orsa kommun: FÖRSLAG till sammanträden 2028, efter 2027 års" in ran.stdout
    assert "KS 18/10 2027 → 16/10 2028: samma plats i månaden (3:e måndagen)" in ran.stdout
    assert "kommunplan-kf: KF 2028-11-27" in ran.stdout
    assert "Inga luckor, och inget bryter mot lagen." in ran.stdout
    path = directory / "sammantraden-2028.toml"
    written = path.read_text(encoding="utf-8")
    assert "    2028-10-16, # var 18/10: samma plats i månaden (3:e måndagen)" in written
    meetings = load_meetings(directory, load_definition(directory))
    assert sum(m.day.year == 2028 for m in meetings) == 27

    again = kommunplan("nasta-ar", "--budgetar", "2029")
    assert (again.returncode, again.stdout) == (2, "")
    assert "sammantraden-2028.toml finns redan och skrivs aldrig över" in again.stderr
    assert "--till" in again.stderr
    assert path.read_text(encoding="utf-8") == written


def test_the_screen_gets_the_file_alone(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nasta_ar(budgetar=2028, till=Path("-"))
    shown = capsys.readouterr()
    assert shown.out == look_ahead(directory, 2027).proposal.as_toml()
    assert "FÖRSLAG till sammanträden 2027" in shown.err
    assert not (directory / "sammantraden-2028.toml").exists()


@pytest.mark.parametrize("till", ["egen.toml", "finns/inte.toml"])
def test_writes_to_another_file_or_says_why_not(directory: Path, till: str) -> None:
    path = directory / till
    if not path.parent.exists():
        with pytest.raises(RefusedError, match=r"inte\.toml går inte att skriva: .*--till"):
            nasta_ar(till=path)
        return
    nasta_ar(till=path)
    assert path.read_text(encoding="utf-8").startswith("# FÖRSLAG till sammanträden 2028")


def test_a_year_without_meetings_to_go_by_is_refused_with_those_that_have(directory: Path) -> None:
    with pytest.raises(
        RefusedError, match=r"2040 planeras 2039 .* Det går för budgetår: 2028, 2029\."
    ):
        nasta_ar(budgetar=2040)


def test_a_directory_without_meetings_is_refused(directory: Path) -> None:
    for path in directory.glob("sammantraden-*.toml"):
        path.unlink()
    with pytest.raises(RefusedError, match="inga sammanträden att utgå från"):
        nasta_ar()


def test_tells_whose_term_ends_and_who_is_an_example(directory: Path) -> None:
    (directory / "rollinnehavare.toml").write_text(
        """
        innehavare = [
          { roll = "kommunchef", namn = "Klas", adress = "k@a.se", fran = 2020-01-01, till = 2028-05-31 },
          { roll = "kommunchef", namn = "Kim", adress = "m@a.se", fran = 2028-06-01 },
          { roll = "ekonomichef", namn = "Eva", adress = "e@a.se", fran = 2020-01-01, till = 2028-12-31 },
        ]
        """,
        encoding="utf-8",
    )
    assert look_ahead(directory, 2028).holders == (
        "kommunchef: Klas slutar 2028-05-31; därefter Kim.",
        "ekonomichef: Eva slutar 2028-12-31; ingen efterträdare är angiven.",
    )
    shutil.copy(ORSA / "rollinnehavare.toml", directory)
    assert look_ahead(directory, 2028).holders == (
        "Alla 28 rollinnehavare är EXEMPEL: byt mot era egna i rollinnehavare.toml.",
    )


def test_tells_the_gaps_of_the_proposed_year(directory: Path) -> None:
    (directory / "sammantraden-2027.toml").write_text(
        "ar = 2027\n[sammantraden]\nSU = [2027-10-05]\nKS = [2027-11-15]\nKF = [2027-11-29]\n",
        encoding="utf-8",
    )
    outlook = look_ahead(directory, 2028)
    assert any(gap.startswith("kommunplan-ks: inget sammanträde i KS") for gap in outlook.gaps)
    assert all("budgetår 2029" in gap for gap in outlook.gaps)
