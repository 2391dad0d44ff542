"""`bevisa` as a command: what it says, its exit codes, and what it writes for an auditor."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.shell import Shell


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    made = Shell(tmp_path, "2027-03-10")
    made.data.mkdir(exist_ok=True)
    assert made("starta-ar", "2028").returncode == 0
    assert made("kontroll").returncode == 0
    yield made
    made.close()


def test_it_tells_that_all_is_as_it_was_registered_and_what_is_not(shell: Shell) -> None:
    done = shell("bevisa")
    assert done.returncode == 0, done.stderr
    assert "Allt är som det registrerades." in done.stdout
    seal = done.stdout.split("Sigill nu: ")[1].strip()
    assert shell("bevisa", "--sigill", seal).returncode == 0
    number = int(seal.split()[0])
    done = shell("bevisa", "--sigill", f"{number} {'0' * 64}")
    assert done.returncode == 1
    assert f"Kedjan var en annan när sigillet efter länk {number} skrevs" in done.stdout
    with closing(sqlite3.connect(shell.data / "kommunplan.db")) as database, database:
        database.execute("UPDATE mail SET address = 'annan@orsa.example' WHERE id = 1")
    done = shell("bevisa")
    assert done.returncode == 1
    assert "Mejl 1 (annan@orsa.example, " in done.stdout


@pytest.mark.parametrize("seal", ["", "12", "tolv ab", "12 ab"])
def test_what_is_no_seal_is_refused(shell: Shell, seal: str) -> None:
    done = shell("bevisa", "--sigill", seal)
    assert done.returncode == 2
    assert "är inget sigill" in done.stderr


def test_the_export_is_written_once(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "logg.jsonl"
    done = shell("bevisa", "--export", str(path))
    assert done.returncode == 0, done.stderr
    assert "länkar är skrivna till" in done.stdout
    assert len(path.read_text().splitlines()) > 10
    assert "finns redan" in shell("bevisa", "--export", str(path)).stderr
    assert "går inte att skriva" in shell("bevisa", "--export", str(tmp_path / "x" / "y")).stderr
