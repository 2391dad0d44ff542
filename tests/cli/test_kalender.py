"""`kommunplan kalender` and `ics` as a person runs them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.shell import Shell, unfolded
from tests.notifications.rfc5545 import check

CASES = {
    "too early": "kalender skapa ekonomichef",
    "start": "starta-ar 2028",
    "none": "kalender lista",
    "make": "kalender skapa ekonomichef --av Petra",
    "unit": "kalender skapa verksamhetsomradeschef:omsorg --json",
    "body": "kalender skapa kommunstyrelsen",
    "list": "kalender lista",
    "json": "kalender lista --json",
    "revoke": "kalender aterkalla 1 --av Petra",
    "again": "kalender aterkalla 1",
    "left": "kalender lista --json",
    "file": "ics ekonomichef",
    "all": "ics processagare",
    "units missing": "kalender skapa verksamhetsomradeschef",
    "no unit": "ics ekonomichef:norr",
    "nobody": "ics borgmastare",
    "no such": "kalender aterkalla 99",
    "no number": "kalender aterkalla ett",
    "unwritable": "ics KS --till /finns/inte/ks.ics",
}
FAULTS = {
    "too early": "Inget budgetår är startat. Kör kommunplan starta-ar.",
    "units missing": "Rollen verksamhetsomradeschef finns för flera enheter. Välj bland: "
    "verksamhetsomradeschef:kommunledning,",
    "no unit": "Rollen ekonomichef har ingen enhet norr. Välj bland: ekonomichef.",
    "nobody": "Rollen eller instansen 'borgmastare' finns inte. Välj bland: SU, KS, KF, processagare,",
    "no such": "Kalenderadressen 99 finns inte. Välj bland: 1, 2, 3.",
    "no number": "'ett' går inte som --nummer. Skriv ett heltal.",
    "unwritable": "Mappen /finns/inte finns inte",
}


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    made = Shell(tmp_path, "2027-03-01")
    yield made
    made.close()


def test_makes_lists_revokes_and_writes_calendars(shell: Shell) -> None:
    from tasks.database import Database

    shell.data.mkdir()
    Database(shell.data / "kommunplan.db").migrate()
    said = shell.drive({name: words.split() for name, words in CASES.items()})
    for name, message in FAULTS.items():
        assert (said[name]["code"], said[name]["out"], said[name]["changed"]) == (2, "", False), (
            name
        )
        assert message in unfolded(said[name]["err"])
    for name in set(CASES) - set(FAULTS):
        assert (said[name]["code"], said[name]["err"]) == (0, ""), said[name]

    assert "Inga kalenderadresser är gjorda" in said["none"]["out"]
    address = re.compile(r"^http://127\.0\.0\.1:4280/kalender/[\w.-]{70,}\.ics$", re.MULTILINE)
    assert len(address.findall(said["make"]["out"])) == 1, "whole, on a line of its own"
    assert "den visas inte igen" in unfolded(said["make"]["out"])
    made = json.loads(said["unit"]["out"])
    assert address.fullmatch(made.pop("adress"))
    listed = json.loads(said["json"]["out"])
    assert listed[1] == made
    assert [(one["slag"], one["vems"]) for one in listed] == [
        ("roll", "ekonomichef"),
        ("roll", "verksamhetsomradeschef:omsorg"),
        ("instans", "KS"),
    ]
    assert "/kalender/" not in said["list"]["out"] + said["json"]["out"]
    assert "Kommunstyrelsen" in said["list"]["out"]

    assert "återkallad" in said["revoke"]["out"]
    assert unfolded(said["again"]["out"]) == "Det var redan så; ingenting är ändrat."
    assert not said["again"]["changed"]
    gone = json.loads(said["left"]["out"])[0]
    assert (gone["aterkallad"], gone["aterkallad_av"]) == ("2027-03-01", "Petra")

    own = check(said["file"]["out"].encode())
    everything = check(said["all"]["out"].encode())
    assert not said["file"]["changed"]
    assert len(everything) > len(own) > 20


def test_the_calendar_is_written_to_a_file_that_is_named(shell: Shell, tmp_path: Path) -> None:
    shell.data.mkdir()
    file = tmp_path / "ks.ics"
    said = shell.drive(
        {"start": ["starta-ar", "2028"], "file": ["ics", "ks", "--till", str(file)]},
        {"file": {"COLUMNS": "200"}},
    )
    assert said["file"]["out"] == f"Skrivet till {file}.\n"
    assert all("KS" in event["SUMMARY"] for event in check(file.read_bytes()))
