"""Every command says what it shows or does as JSON, by the document; what goes wrong ends with code 2."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from cyclopts import App

from cli.main import app
from tests.cli.shell import Shell
from tests.cli.test_bad_input import ENGLISH
from tests.test_readme import ONLY_COMMANDS, changed_definition, documented, printed

TABLE = "Instans;jan;feb;mar;apr;maj;jun;jul;aug;sep;okt;nov;dec\nMN;-;-;-;-;-;-;-;-;-;5;-;-\n"
HOLDERS = """\
roll;namn;adress;fran;till
ekonomichef;Eva Ek;Eva@orsa.example;2025-01-01;2028-12-31
kommunchef;Ada Å;ada@orsa.example;2027-08-01;
"""
ABSENT = (
    "adress;fran;till;ersattare\neva@orsa.example;2027-07-01;2027-07-30;Bo Ö <bo@orsa.example>\n"
)
PRINTS_A_FILE_OR_STAYS = {"start", "prefect-yaml", "schema", "ics", "komplettera"}

WRONG_SEAL = f"bevisa --sigill 1:{'0' * 64}"
CASES = {  # the words, and where the document says what is printed
    "starta-ar 2028": "gjort",
    "starta-ar 2029": "gjort",
    "starta-ar --angra 2029": "gjort",
    "status": "status",
    "provkor": "provkor",
    "lankar": "lankar",
    "lankar --alla": "lankar",
    "lankar aterkalla 1": "gjort",
    "klar uppfoljning-mars --roll ekonomichef": "gjort",
    "resultat uppfoljning-mars prognos=omsorg:210000:212500": "gjort",
    "resultat uppfoljning-mars": "resultat",
    "beslut uppfoljning-mars SU foreslar-nasta-instans --datum 2027-03-02": "gjort",
    "ratta {beslut} --varfor fel --paragraf 41": "gjort",
    "logga-in": "logga-in",
    "inloggningar": "inloggningar",
    "inloggningar godkann 1 eva.ekonomichef@orsa.example": "gjort",
    "inloggningar ta-bort 1": "gjort",
    "arende": "arende",
    "arende uppfoljning-mars": "arende",
    "diariefor kommunplan-ks KS_2027/00123": "gjort",
    "anteckna justerat SU 2027-03-05": "gjort",
    "anteckna kungjort KF 2027-02-12 --sammantrade 2027-02-15": "gjort",
    "sarskilda-skal kommunplan-kf KL-11-11 KF 2027-03-01 --skal sent": "gjort",
    "oppna kommunplan-ks --skal tidigt": "gjort",
    "redan-gjort mal-och-budgetdiskussioner klart --datum 2027-03-05": "gjort",
    "utga privata-utforare --skal nej": "gjort",
    "klar skatteprognos --roll ekonomichef": "gjort",
    "klar bokslutsdag --roll kommunchef": "gjort",
    "star-fast bokslutsdag": "gjort",
    "kor-om skatteprognos --prov": "kor-om",
    "kor-om skatteprognos --skal nytt --ja": "gjort",
    "uppdrag nytt Utred --roll kommunchef --senast 2027-09-01": "gjort",
    "uppdrag lista": "uppdrag",
    "uppdrag beslut": "uppdrag-beslut",
    "anmal storre-avvikelse Vinter --enhet samhalle --tkr -2500": "gjort",
    "sammantraden lagg-till KF 2027-11-22": "gjort",
    "sammantraden flytta KF 2027-11-22 2027-11-15": "gjort",
    "sammantraden stall-in KF 2027-11-15": "gjort",
    "sammantraden las-in {folder}/tabell-2027.csv --prov": "sammantraden las-in",
    "sammantraden las-in {folder}/hel-2027.csv --hel --prov": "sammantraden las-in",
    "sammantraden las-in {folder}/tabell-2027.csv": "gjort",
    "sammantraden lista": "lista",
    "sammantraden stall-in KF 2027-11-29 --prov": "flytta",
    "flytta KF 2027-11-29 2027-12-06 --prov": "flytta",
    "flytta KF 2027-11-29 2027-12-06 --skal lokal": "gjort",
    "granska": "granska",
    "nasta-ar --till -": "nasta-ar",
    "nasta-ar --till {folder}/nasta.toml": "nasta-ar",
    "rollinnehavare las-in {folder}/chefer.csv": "gjort",
    "rollinnehavare las-in {folder}/semester.csv": "gjort",
    "rollinnehavare byt kommunsekreterare Nils nils@orsa.example": "gjort",
    "rollinnehavare lista": "rollinnehavare",
    "byt-definition {folder}/orsa --karta internkontroll=intern-kontroll --prov": "byt-definition",
    "byt-definition {folder}/orsa --karta internkontroll=intern-kontroll --skal ny --ja": "gjort",
    "las-in": "gjort",
    "kontroll": "gjort",
    "utskick": "utskick",
    "skicka": "skicka",
    "skjut-upp bokslut 2027-04-09 --skal mer": "gjort",
    "skicka-om bokslut": "gjort",
    "skicka-om --misslyckade": "gjort",
    "kalender skapa ekonomichef": "ny-kalender",
    "kalender lista": "kalender",
    "kalender aterkalla 1": "gjort",
    "historik uppfoljning-mars": "historik",
    "gantt": "gantt",
    "gantt --svg {folder}/g.svg": "gjort",
    "arshjul": "gantt",
    "arshjul --svg {folder}/h.svg": "gjort",
    "rapport --html {folder}/r.html": "gjort",
    "sida --till {folder}/s.html": "gjort",
    "halsa": "halsa",
    WRONG_SEAL: "bevisa",
}
ENDS_WITH_1 = {
    "flytta KF 2027-11-29 2027-12-06 --prov",
    "sammantraden las-in {folder}/hel-2027.csv --hel --prov",
    "granska",
    "halsa",
    WRONG_SEAL,
}


def leaves(of: App, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command there is, by its words."""
    for name, command in of.resolved_commands().items():
        if name.startswith("-"):
            continue
        own = (*path, name)
        inner = list(leaves(command, own))
        yield from inner
        if not inner or command.default_command is not None:
            yield own


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    made = Shell(tmp_path_factory.mktemp("kommun"), "2027-03-10")
    made.data.mkdir()
    yield made
    made.close()


@pytest.fixture(scope="module")
def answers(shell: Shell, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Each of the cases with --json, one after the other in one March."""
    folder = tmp_path_factory.mktemp("filer")
    changed_definition(folder)
    (folder / "tabell-2027.csv").write_text(TABLE.replace("MN;", "SU;"))
    (folder / "hel-2027.csv").write_text("2027;mars;okt\nKS;15;18\n")
    (folder / "chefer.csv").write_text(HOLDERS)
    (folder / "semester.csv").write_text(ABSENT)
    found: dict[str, dict[str, Any]] = {}
    names = list(CASES)
    at = names.index("ratta {beslut} --varfor fel --paragraf 41")
    number = 0
    for some in (names[:at], names[at:]):
        given = {
            name: [
                word.format(folder=folder, beslut=number).replace("KS_", "KS ")
                for word in [*name.split(), "--json"]
            ]
            for name in some
        }
        found |= shell.drive(given)
        if not number:
            an_account_has_been_here(shell.data / "kommunplan.db")
        decided = json.loads(found[names[at - 1]]["out"])
        [number] = [
            event["nummer"]
            for year in decided["ar"]
            for event in year["handelser"]
            if "/beslut/" in event["nyckel"]
        ]
    return found


def an_account_has_been_here(database: Path) -> None:
    """What no command does."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(
            "INSERT INTO identity (issuer, subject, address, seen_at, confirmed_by)"
            " VALUES ('https://x', 'o-1', 'eva.ekonomichef@orsa.example', '2027-03-10 10:00:00', '')"
        )


def test_every_command_is_tried() -> None:
    tried = {tuple(word for word in name.split()) for name in CASES}
    for leaf in leaves(app):
        if leaf[0] not in PRINTS_A_FILE_OR_STAYS:
            assert any(words[: len(leaf)] == leaf for words in tried), leaf


@pytest.mark.parametrize("name", CASES)
def test_it_prints_one_document_with_the_documented_keys(
    answers: dict[str, dict[str, Any]], name: str
) -> None:
    answer = answers[name]
    assert answer["code"] == (1 if name in ENDS_WITH_1 else 0), answer
    assert answer["err"] == ""
    known = documented()
    places = list(printed(json.loads(answer["out"]), CASES[name]))
    assert places
    for place, keys in places:
        assert keys == known[place], place


def test_every_documented_key_is_printed_by_some_command(
    answers: dict[str, dict[str, Any]],
) -> None:
    """Of the formats that only the command line prints; `tests.test_readme` holds the others."""
    seen = {
        place
        for name, root in CASES.items()
        for place, _ in printed(json.loads(answers[name]["out"]), root)
    }
    known = {place for place in documented() if re.split(r"[.\[]", place)[0] in ONLY_COMMANDS}
    assert known
    assert known <= seen


def test_what_a_command_did_is_all_there(answers: dict[str, dict[str, Any]]) -> None:
    done = json.loads(answers["klar uppfoljning-mars --roll ekonomichef"]["out"])
    [year] = done["ar"]
    assert (year["budgetar"], year["plan"], year["nytt"]) == (2028, "Kommunplan 2028", False)
    assert [event["nyckel"] for event in year["handelser"]] == [
        "uppfoljning-mars/1/rapporterat/ekonomichef"
    ]
    assert year["mejl"] == 0  # the clerk is told by the letter of the next morning
    [step] = done["steg"]
    assert (step["slug"], step["visning"]) == ("uppfoljning-mars", "Väntar på SU")
    assert done["prefect"] is False
    assert done["meddelanden"][0].startswith("Kommunplan 2028, uppfoljning-mars: Väntar på SU")
    assert json.loads(answers["starta-ar 2028"]["out"])["ar"][0]["nytt"]
    again = json.loads(answers["star-fast bokslutsdag"]["out"])
    assert again["ar"][0]["handelser"] == []


def test_lists_that_people_read_are_not_empty_here(answers: dict[str, dict[str, Any]]) -> None:
    staff = json.loads(answers["rollinnehavare lista"]["out"])
    eva = {
        "namn": "Eva Ek",
        "adress": "Eva@orsa.example",
        "fran": "2025-01-01",
        "till": "2028-12-31",
        "utskick": "dagligen",
    }
    assert [held["innehavare"] for held in staff["roller"] if held["roll"] == "ekonomichef"] == [
        [eva]
    ]
    [away] = staff["franvaro"]
    assert (away["namn"], away["ersattare"]) == ("Eva Ek", "Bo Ö")
    assert staff["luckor"]
    links = json.loads(answers["lankar --alla"]["out"])["lankar"]
    assert {link["lage"] for link in links} == {"öppen"}
    assert all("svara/" not in str(link) for link in links)
    figures = json.loads(answers["resultat uppfoljning-mars"]["out"])
    assert figures["resultat"][0]["slag"] == "prognos"
    assert json.loads(answers["skicka"]["out"])["uppskjutna"] > 0


# --- What goes wrong ---


def wrong() -> dict[str, list[str]]:
    """Each command with an option that there is not, and with too many words."""
    cases: dict[str, list[str]] = {}
    for leaf in leaves(app):
        name = " ".join(leaf)
        cases[f"{name}, unknown option"] = [*leaf, "--finns-inte"]
        if leaf != ("start",):
            cases[f"{name}, too many words"] = [*leaf, *["ord"] * 12]
    return cases


@pytest.fixture(scope="module")
def refusals(shell: Shell) -> dict[str, dict[str, Any]]:
    return shell.drive(wrong())


@pytest.mark.parametrize("name", wrong())
def test_bad_input_ends_with_2_a_swedish_sentence_and_nothing_on_stdout(
    refusals: dict[str, dict[str, Any]], name: str
) -> None:
    answer = refusals[name]
    assert answer["code"] == 2, answer
    assert answer["out"] == ""
    assert answer["err"].strip()
    assert not ENGLISH.search(answer["err"]), answer["err"]
    assert not answer["changed"]


ASKED = {"rerun": "kor-om skatteprognos --skal x --json", "unknown": "klar okant --alla --json"}


def test_with_json_nobody_is_asked_and_a_refusal_is_no_json(shell: Shell) -> None:
    """In a year of its own, where skatteprognos is done."""
    own = Shell(shell.data.parent / "egen", "2027-03-10")
    own.data.mkdir()
    words = {"start": "starta-ar 2028", "done": "klar skatteprognos --roll ekonomichef", **ASKED}
    said = own.drive({name: case.split() for name, case in words.items()})
    own.close()
    for name in ASKED:
        assert (said[name]["code"], said[name]["out"], said[name]["changed"]) == (2, "", False)
    assert "Svara ja i förväg med --ja" in " ".join(said["rerun"]["err"].split())
