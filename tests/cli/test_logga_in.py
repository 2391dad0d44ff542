"""`kommunplan logga-in` as who sits at the server runs it: a link that signs in, once and soon."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.shell import Shell, unfolded

CASES = {
    "start": "starta-ar 2028",
    "owner": "logga-in",
    "again": "logga-in",
    "somebody": "logga-in --som Eva.Ekonomichef@orsa.example",
    "nobody": "logga-in --som ingen@orsa.example",
}


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    made = Shell(tmp_path, "2027-01-04")
    yield made
    made.close()


def test_it_prints_a_link_for_the_owner_or_for_who_is_named(shell: Shell) -> None:
    shell.data.mkdir()
    said = shell.drive({name: words.split() for name, words in CASES.items()})
    link = r"http://127\.0\.0\.1:[0-9]+/in/[0-9a-f]{48}$"
    owner, again, somebody = (said[name]["out"] for name in ("owner", "again", "somebody"))
    assert "Petra Exempel <petra.processagare@orsa.example>" in unfolded(owner)
    assert "Eva Exempel <eva.ekonomichef@orsa.example>" in unfolded(somebody)
    found = [re.findall(link, out, re.MULTILINE) for out in (owner, again, somebody)]
    assert len({one for [one] in found}) == 3
    assert (said["nobody"]["code"], said["nobody"]["out"]) == (2, "")
    assert "ingen@orsa.example har ingen roll i dag" in unfolded(said["nobody"]["err"])

    with closing(sqlite3.connect(shell.data / "kommunplan.db")) as database:
        rows = database.execute(
            "SELECT address, how, ended_at IS NULL FROM sign_in_link ORDER BY id"
        )
        how = "länk från serverns kommandorad"
        assert rows.fetchall() == [
            ("petra.processagare@orsa.example", how, 0),
            ("petra.processagare@orsa.example", how, 1),
            ("eva.ekonomichef@orsa.example", how, 1),
        ]
        kept = repr(database.execute("SELECT * FROM sign_in_link").fetchall())
    journal = (shell.data / "logg" / "journal.jsonl").read_text()
    assert journal.count('"event": "sign_in.printed"') == 3
    for [one] in found:
        token = one.rpartition("/")[2]
        assert token not in kept + journal


def test_without_a_database_it_says_what_to_do(shell: Shell) -> None:
    ran = shell("logga-in")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "make start" in unfolded(ran.stderr)
