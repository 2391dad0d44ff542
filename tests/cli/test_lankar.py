"""`kommunplan lankar` as a person runs it: the list without secrets, and links that are revoked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.shell import Shell, unfolded

CASES = {
    "start": "starta-ar 2028",
    "list": "lankar",
    "revoke": "lankar aterkalla 1 --av Petra",
    "again": "lankar aterkalla 1",
    "whose": "lankar aterkalla --adress Olga.Omsorg@Orsa.example",
    "left": "lankar",
    "all": "lankar --alla",
    "no such": "lankar aterkalla 99",
    "nobody": "lankar aterkalla --adress x@orsa.example",
    "nothing": "lankar aterkalla",
    "both": "lankar aterkalla 2 --adress x@orsa.example",
}


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    made = Shell(tmp_path, "2027-01-04")
    yield made
    made.close()


def test_lists_revokes_and_says_what_cannot_be_done(shell: Shell) -> None:
    """Orsa on 4 January 2027, when bokslut has just opened for eight people."""
    wide = {name: {"COLUMNS": "200"} for name in CASES}
    shell.data.mkdir()
    said = shell.drive({name: words.split() for name, words in CASES.items()}, wide)
    listed = said["list"]["out"]
    assert len([line for line in listed.splitlines() if "bokslut (2028)" in line]) == 8
    for text in ("verksamhetsområdeschef, Omsorg", "olga.omsorg@orsa.example", "2027-05-30"):
        assert text in listed
    assert "svara/" not in listed
    assert not said["list"]["changed"]

    assert unfolded(said["revoke"]["out"]) == "1 länk är återkallad."
    assert unfolded(said["again"]["out"]) == "Det var redan så; ingenting är ändrat."
    assert not said["again"]["changed"]
    assert unfolded(said["whose"]["out"]) == "1 länk är återkallad."
    assert "Omsorg" not in said["left"]["out"]
    assert len([line for line in said["left"]["out"].splitlines() if "bokslut" in line]) == 6
    assert said["all"]["out"].count("återkallad") == 2

    for name, message in {
        "no such": "Länken 99 finns inte. Välj bland: 1–8",
        "nobody": "Inga länkar är sända till x@orsa.example",
        "nothing": "Ange antingen länkens nummer eller --adress",
        "both": "Ange antingen länkens nummer eller --adress",
    }.items():
        assert (said[name]["code"], said[name]["out"]) == (2, "")
        assert message in unfolded(said[name]["err"])
        assert not said[name]["changed"]
