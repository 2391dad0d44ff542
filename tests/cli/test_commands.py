"""A week in March on the command line, from an empty folder: what each command does and says."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shell import Shell, unfolded
from tests.notifications.conftest import serve as serve
from tests.notifications.servers import Inbox
from tests.tasks.town import tables

# the slugs of the eighteen steps of the tables, as the year goes
ORDER = [
    "bokslut",
    "skatteprognos",
    "bokslutsdag",
    "uppfoljning-mars",
    "arsredovisning",
    "planeringsforutsattningar",
    "mal-och-budgetdiskussioner",
    "mal-och-budgetdag",
    "budgetberedning",
    "uppfoljning-april",
    "ekonomiska-ramar",
    "verksamhetsplan-forslag",
    "delarsrapport",
    "skattesats-forslag",
    "kommunplan-su",
    "kommunplan-ks",
    "skattesats-kf",
    "kommunplan-kf",
]
# and those that nothing starts as things stand
RESTING = [
    *("atgardsplan-balanskrav", "styrmodell-oversyn", "val-av-revisorer"),
    *("skattesats-december", "skattesats-december-skatteverket"),
]
STATUS = """
import sys
from cli.main import main

sys.argv = ["kommunplan", "status"]
try:
    main()
finally:
    print("IMPORTED:", [n for n in sys.modules if n.split(".")[0] in ("prefect", "alembic")])
"""
ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    shell = Shell(tmp_path_factory.mktemp("kommun"), "2027-03-10")
    yield shell
    shell.close()


ON_THEIR_OWN = {
    "start": ["starta-ar"],
    "report": ["klar", "uppfoljning-mars", "--roll", "ekonomichef", "--kommentar", "på bordet"],
    "decide": [
        "beslut",
        "uppfoljning-mars",
        "SU",
        "foreslar-nasta-instans",
        "--datum",
        "2027-03-02",
        "--paragraf",
        "SU § 12/2027",
    ],
}
IN_ONE_PROCESS = {
    "start again": ["starta-ar", "2028"],
    "report unit": ["klar", "bokslut", "--roll", "forvaltningschef:miljoforvaltningen"],
    "override": ["klar", "bokslut", "--alla", "--skal", "resten kommer i april"],
    "rerun": ["kor-om", "bokslut", "--ja", "--skal", "fel i balansräkningen", "--av", "Petra"],
    "check": ["kontroll"],
    "load": ["las-in"],
}


@pytest.fixture(scope="module")
def week(shell: Shell) -> dict[str, str]:
    """What the commands said, given one after another; each must succeed."""
    said = {}
    for name, words in ON_THEIR_OWN.items():
        ran = shell(*words)
        assert (ran.returncode, ran.stderr) == (0, ""), name
        said[name] = ran.stdout
    for name, answer in shell.drive(IN_ONE_PROCESS).items():
        assert (answer["code"], answer["err"]) == (0, ""), name
        said[name] = answer["out"]
    return said


@pytest.fixture(scope="module")
def status(shell: Shell, week: dict[str, str]) -> dict[str, Any]:
    (year,) = shell.json("status")
    assert isinstance(year, dict)
    return year


@pytest.fixture(scope="module")
def rehearsal(shell: Shell) -> dict[str, Any]:
    """From a folder that is empty, and stays so."""
    year = shell.json("provkor", "--budgetar", "2028", KOMMUNPLAN_DATA="/nonexistent/var")
    assert isinstance(year, dict)
    return year


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("start", r"^Kommunplan 2028 har startat\."),
        ("start again", r"^Kommunplan 2028 är igång\.$"),
        (
            "report",
            r"Kommunplan 2028, uppfoljning-mars: Väntar på SU\..*Underlaget kom in efter SU",
        ),
        (
            "report unit",
            r"Kommunplan 2028, bokslut: Pågår\. Saknas .*Stadsbyggnadskontoret; kommunchef",
        ),
        ("decide", r"Kommunplan 2028, uppfoljning-mars: Väntar på KS\. .*2027-03-15"),
        ("override", r"Kommunplan 2028, bokslut: Klart"),
        ("rerun", r"bokslut: Återöppnat\. Saknas .*ekonomichef"),
        ("check", r"^Kommunplan 2028: 0 händelser, 0 nya mejl\.$"),
        ("load", r"^\d+ sammanträden och 28 rollinnehavare är inlästa\.$"),
    ],
)
def test_each_command_says_what_it_did(week: dict[str, str], command: str, said: str) -> None:
    assert re.search(said, unfolded(week[command]))


def test_the_log_knows_who_said_it_and_why(shell: Shell, week: dict[str, str]) -> None:
    rows = tables(shell.data / "kommunplan.db")["event"]
    said = {(row[5], row[4], row[7]): json.loads(row[8]) for row in rows}
    assert said["uppfoljning-mars", "rapporterat", "petra"]["comment"] == "på bordet"
    assert said["uppfoljning-mars", "beslut", "petra"]["paragraph"] == "SU § 12/2027"
    assert said["bokslut", "gar-vidare", "petra"]["reason"] == "resten kommer i april"
    assert said["bokslut", "ateroppnat", "Petra"]["reason"] == "fel i balansräkningen"


def test_status_has_the_documented_keys(status: dict[str, Any]) -> None:
    assert set(status) == {
        "budgetar",
        "kommun",
        "dag",
        "steg",
        "luckor",
        "vakanta_roller",
        "exempel",
        "mejl",
        "misslyckade_mejl",
        "plan",
        "brott",
    }
    assert set(status["mejl"]) == {"köad", "skickad", "misslyckad", "ersatt"}
    assert [step["slug"] for step in status["steg"] if step["slug"] in ORDER] == ORDER
    for step in status["steg"]:
        assert set(step) == {
            "id",
            "slug",
            "titel",
            "lage",
            "visning",
            "forklaring",
            "varv",
            "fran",
            "till",
            "deadline",
            "arbetsdagar_kvar",
            "sent",
            "blockerat_av",
            "vantar_pa",
            "lagfrist",
            "lagrum",
            "lagrisk",
            "beslut",
            "arende",
            "diarienummer",
            "galler_ar",
            "version",
            "vilar",
            "omprovas_for",
            "resultat",
            "saknade_resultat",
            "lamnade_siffror",
            "tillfalle_av",
            "oppnas",
            "bryter_mot_lagen",
        }
        assert ISO.fullmatch(step["fran"])
        assert ISO.fullmatch(step["till"])
        for made in step["beslut"]:
            assert set(made) == {
                "instans",
                "datum",
                "utfall",
                "paragraf",
                "ersatt",
                "nummer",
                "skal",
                "andring",
                "diarienummer",
                "anteckning",
                "protokoll",
                "minoritet",
                "omedelbart_justerad",
                "registrerat_av",
                "rattat_av",
                "hande",
            }


def test_status_says_where_the_year_stands(status: dict[str, Any]) -> None:
    assert (status["budgetar"], status["dag"]) == (2028, "2027-03-10")
    steps = {step["slug"]: step for step in status["steg"]}
    u1 = steps["uppfoljning-mars"]
    assert (u1["lage"], u1["visning"], u1["vantar_pa"]) == ("väntar", "Väntar på KS", ["KS"])
    [made] = u1["beslut"]
    assert (
        made.items()
        >= {
            "instans": "SU",
            "datum": "2027-03-02",
            "utfall": "foreslar-nasta-instans",
            "paragraf": "SU § 12/2027",
            "ersatt": False,
            "registrerat_av": "petra",
        }.items()
    )
    assert [step["slug"] for step in status["steg"] if step["vilar"]] == RESTING
    assert steps[RESTING[0]]["visning"] == "Vilar"
    assert (steps["bokslut"]["galler_ar"], steps["kommunplan-kf"]["galler_ar"]) == (2026, 2028)
    assert status["plan"] == "Kommunplan 2028"
    assert (steps["bokslut"]["lage"], steps["bokslut"]["varv"]) == ("återöppnat", 2)
    assert steps["kommunplan-kf"]["lage"] == "planerat"
    assert steps["kommunplan-kf"]["lagfrist"] == "2027-11-30"
    assert status["exempel"] is True
    assert status["mejl"]["köad"] > 10


@pytest.mark.parametrize("columns", [60, 80, 120, 140])
def test_the_table_fits_the_terminal_names_every_step_and_needs_no_prefect(
    shell: Shell, week: dict[str, str], status: dict[str, Any], columns: int
) -> None:
    ran = shell.run([sys.executable, "-W", "error", "-c", STATUS], COLUMNS=str(columns))
    assert (ran.returncode, ran.stderr) == (0, "")
    table, imported = ran.stdout.split("IMPORTED:")
    assert imported.strip() == "[]", "status must start without Prefect"
    assert max(map(len, table.splitlines())) <= columns
    assert "ÖVNING" in ran.stdout
    assert "EXEMPEL" in ran.stdout
    for step in status["steg"]:
        shown = re.search(rf"^ *{re.escape(step['id'])} ", ran.stdout, re.MULTILINE)
        assert bool(shown) is not step["vilar"], step["slug"]
        if columns >= 120 and not step["vilar"]:
            unbroken = re.search(rf" {step['slug']} *$", ran.stdout, re.MULTILINE)
            assert unbroken, "as it is written in commands"
    assert "5 steg vilar; visa dem med --alla." in ran.stdout
    assert "Bokslut 2026" in ran.stdout, "which year it is about"
    if columns == 140:
        assert "2027-11-30" in ran.stdout


def test_what_rests_is_shown_when_asked_for(shell: Shell, week: dict[str, str]) -> None:
    shown = unfolded(shell("status", "--alla", COLUMNS="200").stdout)
    assert "Åtgärdsplan för balanskravet 2026" in shown
    assert "Görs bara om balanskravsresultat ligger" in shown
    assert "visa dem med --alla" not in shown


def test_the_outbox_is_delivered_to_the_mail_server(
    shell: Shell, week: dict[str, str], tmp_path: Path, serve: Any
) -> None:
    down = shell("skicka")
    assert (down.returncode, down.stderr) == (0, "")
    assert re.search(r"^0 skickade, \d+ försöks igen senare, 0 gick inte", unfolded(down.stdout))
    assert "går inte att nå" in unfolded(down.stdout)
    assert "Nästa försök tidigast" in unfolded(down.stdout)
    inbox = Inbox()
    shell.clock.write_text("2027-03-15")
    assert re.search(r"[1-9]\d* nya mejl", unfolded(shell("kontroll").stdout))
    sent = shell("skicka", KOMMUNPLAN_SMTP_PORT=str(serve(inbox)))
    assert sent.returncode == 0
    assert f"{len(inbox.mails)} skickade, 0 försöks igen senare" in unfolded(sent.stdout)
    assert inbox.mails


def test_the_rehearsal_keeps_its_contract(rehearsal: dict[str, Any]) -> None:
    assert rehearsal["budgetar"] == 2028
    slugs = [step["slug"] for step in rehearsal["steg"]]
    assert [slug for slug in slugs if slug in ORDER] == ORDER
    for step in rehearsal["steg"]:
        assert {
            "slug",
            "titel",
            "fran",
            "till",
            "ansvariga",
            "beslut",
            "lagfrist",
            "kraver",
        } <= set(step)
        assert ISO.fullmatch(step["fran"])
        assert ISO.fullmatch(step["till"])
        assert step["fran"] <= step["till"]
        assert step["lagfrist"] is None or ISO.fullmatch(step["lagfrist"])
        assert set(step["kraver"]) <= set(slugs)
        assert step["ansvariga"]
        for decision in step["beslut"]:
            assert set(decision) == {"instans", "datum"}
            assert decision["instans"] in ("SU", "KS", "KF")
            assert decision["datum"] is None or step["fran"] <= decision["datum"] <= step["till"]
    for mail in rehearsal["utskick"]:
        assert {"datum", "slug", "slag", "roll", "regel"} <= set(mail)
        # what is done on the last day is told the next morning
        assert "2027-01-01" <= mail["datum"] <= "2028-02-01"
        assert mail["slug"] in slugs
        assert mail["slag"] in ("oppnat", "paminnelse", "beslut", "klart", "inbjudan")
        assert mail["roll"]
        assert mail["regel"].startswith("sänds ")
    days = [mail["datum"] for mail in rehearsal["utskick"]]
    assert days == sorted(days)


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        (
            "bokslut",
            {
                "fran": "2027-01-01",
                "till": "2027-03-31",
                "beslut": [],
                "kraver": [],
                "ansvariga": [
                    "verksamhetsomradeschef",
                    "forvaltningschef",
                    "kommunchef",
                    "ekonomichef",
                ],
                "lagfrist": None,
            },
        ),
        (
            "kommunplan-kf",
            {
                "fran": "2027-11-01",
                "till": "2027-11-30",
                "lagfrist": "2027-11-30",
                "beslut": [{"instans": "KF", "datum": "2027-11-29"}],
                "kraver": ["kommunplan-ks", "skattesats-kf"],
            },
        ),
        (
            "kommunplan-ks",
            {"lagfrist": "2027-10-31", "beslut": [{"instans": "KS", "datum": "2027-10-18"}]},
        ),
        (
            "arsredovisning",
            {
                "fran": "2027-03-01",
                "till": "2027-05-31",
                "lagfrist": "2027-04-15",
                "kraver": ["bokslut", "revisorernas-bedomning-arsredovisning"],
            },
        ),
        ("delarsrapport", {"fran": "2027-09-01", "till": "2027-11-30"}),
    ],
)
def test_the_rehearsal_has_the_days_of_the_year(
    rehearsal: dict[str, Any], slug: str, expected: dict[str, Any]
) -> None:
    step = next(step for step in rehearsal["steg"] if step["slug"] == slug)
    assert {name: step[name] for name in expected} == expected


def test_every_step_opens_with_a_mail(rehearsal: dict[str, Any]) -> None:
    opened = {mail["slug"] for mail in rehearsal["utskick"] if mail["slag"] == "oppnat"}
    assert opened >= set(ORDER)
    assert opened.isdisjoint(RESTING)


def test_the_rehearsal_as_a_table(shell: Shell, rehearsal: dict[str, Any]) -> None:
    ran = shell("provkor", "--budgetar", "2028", COLUMNS="140", KOMMUNPLAN_DATA="/nonexistent/var")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert f"{len(rehearsal['utskick'])} besked under året;" in ran.stdout
    assert "2027-11-29" in ran.stdout
    assert max(map(len, ran.stdout.splitlines())) <= 140


def test_the_help_is_swedish_and_names_every_command(shell: Shell) -> None:
    ran = shell("--help", COLUMNS="140")
    assert ran.returncode == 0
    for command in (
        "starta-ar",
        "status",
        "klar",
        "beslut",
        "kor-om",
        "kontroll",
        "skicka",
        "las-in",
        "provkor",
    ):
        assert re.search(rf"│ {command} ", ran.stdout)
    assert "Display" not in ran.stdout
