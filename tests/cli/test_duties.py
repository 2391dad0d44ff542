"""`anmal` and `uppdrag`: what is raised becomes a step, and the register tells who answers for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cli.shell import Shell, Told, unfolded

OCTOBER, MARCH = "2027-10-04", "2028-03-06"
LOUD = "Utred badhuset [red]snart[/red]"
DAYS: dict[str, tuple[str, list[str]]] = {
    "start": (OCTOBER, ["starta-ar", "2028"]),
    "none": (OCTOBER, ["uppdrag", "lista"]),
    "raised": (
        OCTOBER,
        [
            "anmal",
            "uppdrag",
            LOUD,
            "--roll",
            "verksamhetsomradeschef:samhalle",
            "--senast",
            "2028-03-01",
            "--instans",
            "kf",
            "--text",
            "KF § 99/2027",
            "--av",
            "Eva",
        ],
    ),
    "new": (
        OCTOBER,
        [
            "uppdrag",
            "nytt",
            "Se över parkeringen",
            "--roll",
            "kommunchef",
            "--senast",
            "2028-06-01",
        ],
    ),
    "deviation": (
        OCTOBER,
        ["anmal", "storre-avvikelse", "Vinterväghållning", "--enhet", "samhalle", "--tkr", "-2500"],
    ),
    "figures": (
        OCTOBER,
        ["resultat", "delarsrapport", "prognos=omsorg:210000:212500,miljonamnden:9000:9100"],
    ),
    "part": (OCTOBER, ["klar", "uppdrag-2", "--roll", "kommunchef"]),
    "listed": (OCTOBER, ["uppdrag", "lista"]),
    "decisions": (OCTOBER, ["uppdrag", "beslut"]),
    "decisions of none": (OCTOBER, ["uppdrag", "beslut", "--ar", "2026"]),
    "as json": (OCTOBER, ["uppdrag", "lista", "--json"]),
    "status": (OCTOBER, ["status", "--json"]),
    "a part's": (
        OCTOBER,
        ["resultat", "delarsrapport", "maluppfyllelse=uppfyllda:3", "--roll", "ekonomichef"],
    ),
    "whose": (OCTOBER, ["resultat", "delarsrapport"]),
    "next year": ("2028-01-03", ["starta-ar", "2029"]),
    "there too": (
        "2028-01-03",
        [
            *("uppdrag", "nytt", "Nästa års", "--roll", "ekonomichef"),
            *("--senast", "2028-02-01", "--budgetar", "2029"),
        ],
    ),
    "both years": (MARCH, ["uppdrag", "lista", "--json"]),
    "late": (MARCH, ["uppdrag", "lista"]),
    "all late": (MARCH, ["uppdrag", "lista", "--alla"]),
}


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    shell = Shell(tmp_path_factory.mktemp("kommun"), MARCH)
    yield shell
    shell.close()


@pytest.fixture(scope="module")
def told(shell: Shell) -> dict[str, Told]:
    return shell.days(DAYS)


def listed(told: dict[str, Told], name: str) -> list[dict[str, Any]]:
    rows = json.loads(told[name].out)["uppdrag"]
    assert isinstance(rows, list)
    return rows


def test_what_is_raised_becomes_a_step_with_its_own_role_day_and_body(
    told: dict[str, Told],
) -> None:
    assert unfolded(told["raised"].out).startswith("Kommunplan 2028, uppdrag-1: Pågår.")
    [year] = json.loads(told["status"].out)
    steps = {step["slug"]: step for step in year["steg"]}
    assert steps["uppdrag-1"]["tillfalle_av"] == "uppdrag"
    assert steps["uppdrag-1"]["vantar_pa"] == ["verksamhetsomradeschef:samhalle"]
    assert steps["uppdrag-1"]["till"] == "2028-03-01"
    assert steps["bokslut"]["tillfalle_av"] is None
    assert steps["storre-avvikelse-1"]["titel"] == "Större avvikelse: Vinterväghållning"


def test_a_parts_figures_are_told_as_its_own(told: dict[str, Told]) -> None:
    assert told["a part's"].changed
    said = unfolded(told["whose"].out)
    assert "maluppfyllelse från ekonomichef: 3 uppfyllda (" in said
    assert "prognos från ekonomichef: inte lämnat" in said
    assert "prognos från hela steget: avvikelse" in said


def test_figures_under_a_threshold_raise_what_the_definition_says(told: dict[str, Told]) -> None:
    said = unfolded(told["figures"].out)
    for raised in (
        "Därmed anmält: Underskott i nämnd: Miljönämnden (underskott-namnd-1).",
        "Därmed anmält: Underskott i KS verksamheter: Omsorg (underskott-ks-1).",
        "Därmed anmält: Större avvikelse: Omsorg (storre-avvikelse-2).",
    ):
        assert raised in said


def test_the_register_tells_who_answers_until_when_and_to_whom(told: dict[str, Told]) -> None:
    first, second = listed(told, "as json")
    assert first == {
        "budgetar": 2028,
        "plan": "Kommunplan 2028",
        "slug": "uppdrag-1",
        "titel": LOUD,
        "beskrivning": "KF § 99/2027",
        "ansvariga": [
            {
                "roll": "verksamhetsomradeschef",
                "enhet": "samhalle",
                "namn": "verksamhetsområdeschef, Samhälle",
                "innehavare": ["Sven Exempel"],
                "klart": False,
            }
        ],
        "senast": "2028-03-01",
        "arbetsdagar_kvar": 104,
        "sent": False,
        "aterrapport": ["KF"],
        "lage": "pågår",
        "visning": "Pågår",
        "forklaring": first["forklaring"],
        "klart": None,
        "infort": OCTOBER,
        "infort_av": "Eva",
    }
    assert (second["titel"], second["aterrapport"]) == ("Se över parkeringen", ["KS", "KF"])
    assert second["ansvariga"][0]["klart"] is True
    shown = unfolded(told["listed"].out)
    assert f"2028-03-01 {LOUD} (uppdrag-1, 2028)" in shown
    assert "verksamhetsområdeschef, Samhälle: Sven Exempel" in shown
    assert "Pågår, 104 arbetsdagar, återrapport: KF" in shown
    assert unfolded(told["none"].out) == "Inga uppdrag är öppna; --alla visar de klara."


def test_what_kf_has_decided_is_one_list_with_what_is_reported_back_to_it(
    told: dict[str, Told],
) -> None:
    said = unfolded(told["decisions"].out)
    assert "Fullmäktiges beslut 2027: 2 inte genomförda" in said
    assert f"KF 2027-10-04: {LOUD} (uppdrag-1, 2028)" in said
    assert "uppdrag, Inte genomfört, senast 2028-03-01" in said
    none = unfolded(told["decisions of none"].out)
    assert none == "Inga beslut i fullmäktige är registrerade 2026."


def test_every_started_year_is_in_it_and_what_is_late_is_marked(told: dict[str, Told]) -> None:
    rows = listed(told, "both years")
    assert [(row["budgetar"], row["senast"], row["sent"]) for row in rows] == [
        (2029, "2028-02-01", True),
        (2028, "2028-03-01", True),
        (2028, "2028-06-01", False),
    ]
    assert [row["arbetsdagar_kvar"] for row in rows][:2] == [-24, -3]
    shown = unfolded(told["late"].out)
    assert "Nästa års (uppdrag-1, 2029)" in shown
    assert "Sent: pågår, 3 arbetsdagar sent, återrapport: KF" in shown


@pytest.mark.parametrize("columns", [60, 80, 140])
def test_the_register_fits_the_terminal(shell: Shell, told: dict[str, Told], columns: int) -> None:
    shown = shell.days({"it": (MARCH, ["uppdrag", "lista", "--alla"])}, columns)["it"].out
    assert max(map(len, shown.splitlines())) <= columns
    assert LOUD in unfolded(shown), "what somebody wrote is no markup"


def test_the_help_is_swedish(shell: Shell) -> None:
    ran = shell("uppdrag", "--help")
    assert ran.returncode == 0
    assert "Kommandon" in ran.stdout
    assert "lista" in ran.stdout
    assert "nytt" in ran.stdout
