"""What a person can mend: one clear Swedish message, exit code 2, no traceback, and nothing changed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from cli import terminal
from tests.cli.shell import Shell
from tests.tasks.town import own_definition, replaced, write_holders

ENGLISH = re.compile(r"\b(Traceback|Error|error|should|must|invalid|Input|unable)\b")


@dataclass(frozen=True)
class Case:
    """The words after `kommunplan`, and what the message must match; `{folder}` in a value of the
    environment is the folder of the tests."""

    words: str
    message: str
    environment: dict[str, str] = field(default_factory=dict)


CASES = {
    "unknown command": Case("nonsens", "Kommandot nonsens finns inte"),
    "unknown option": Case("status --foo", "Flaggan --foo finns inte"),
    "a word too many": Case("kontroll nu", "ord över: nu"),
    "a word too few": Case("beslut bokslut", "saknas ett värde"),
    "option without value": Case("klar bokslut --roll", "saknas ett värde för --roll"),
    "year that is no number": Case("status --budgetar i-ar", "'i-ar' går inte.*heltal"),
    "day that is no day": Case(
        "beslut uppfoljning-mars SU bifall --datum 2027-02-30", "'2027-02-30' går inte.*datum"
    ),
    "unknown outcome": Case("beslut uppfoljning-mars SU ja", "'ja' går inte.*bifall-med-andring"),
    "unknown step": Case("klar bokslutt --roll ekonomichef", "Steget 'bokslutt'.*skatteprognos"),
    "unknown role": Case("klar bokslut --roll chefen", "'chefen' finns inte.*ekonomichef"),
    "role left out": Case("klar bokslut", "--roll .*--alla med --skal"),
    "unit left empty": Case(
        "klar bokslut --roll forvaltningschef:", "'forvaltningschef' finns inte"
    ),
    "unknown unit": Case(
        "klar bokslut --roll forvaltningschef --enhet mora", "'forvaltningschef:mora'"
    ),
    "unknown body": Case("beslut uppfoljning-mars XX bifall", "Instansen 'XX'.*SU, KS, KF"),
    "body whose turn it is not": Case(
        "beslut uppfoljning-mars KS bifall --datum 2027-03-10", "KS står inte i tur"
    ),
    "decision tomorrow": Case(
        "beslut uppfoljning-mars SU bifall --datum 2027-03-11", "2027-03-11 ligger i framtiden"
    ),
    "decision before the step began": Case(
        "beslut uppfoljning-mars SU bifall --datum 2027-02-26", "2027-02-26 ligger före"
    ),
    "decision on a planned step": Case("beslut kommunplan-kf KF bifall", "kan inte besluta än"),
    "återremiss without reason": Case(
        "beslut uppfoljning-mars SU aterremiss --datum 2027-03-02", "krävs ett skäl.*--skal"
    ),
    "rerun of what never ran": Case("kor-om kommunplan-kf --skal nytt", "aldrig körts"),
    "rerun of what goes on": Case(
        "kor-om uppfoljning-mars --skal nytt",
        "uppfoljning-mars väntar på SU och behöver inte köras om",
    ),
    "rerun as JSON without a word": Case(
        "kor-om uppfoljning-mars --json", "väntar på SU och behöver inte köras om"
    ),
    "an option twice": Case("klar bokslut --skal a --skal b", "--skal är angiven två gånger"),
    "return to a body without a return": Case(
        "beslut uppfoljning-mars SU bifall --till KS --datum 2027-03-02",
        "Vid bifall går uppfoljning-mars inte tillbaka till KS.*--till",
    ),
    "minority outside KF": Case(
        "beslut uppfoljning-mars SU aterremiss --skal x --minoritet --datum 2027-03-02",
        "bara i fullmäktige.*--minoritet",
    ),
    "minutes that are no address": Case(
        "beslut uppfoljning-mars SU bifall --protokoll sidan2 --datum 2027-03-02",
        "'sidan2' till protokollet.*https://",
    ),
    "changed, but not how": Case(
        "beslut uppfoljning-mars SU bifall-med-andring --datum 2027-03-02",
        "Vad ändrades.*--andring",
    ),
    "unknown kind of figure": Case(
        "beslut uppfoljning-mars SU bifall --resultat vinst=1 --datum 2027-03-02",
        "Resultatet 'vinst' finns inte.*skattesats=22,31",
    ),
    "figure with a part": Case(
        "klar uppfoljning-mars --roll ekonomichef --resultat skattesats=22",
        "uppfoljning-mars ger inte resultatet 'skattesats'.*prognos",
    ),
    "figure without a part": Case(
        "klar bokslut --alla --skal x --resultat skattesats=22", "kommunplan resultat bokslut"
    ),
    "rate out of bounds": Case(
        "resultat skattesats-kf skattesats=99", "99 är för högt.*skattesats=22,31"
    ),
    "forecast of an unknown unit": Case(
        "resultat uppfoljning-mars prognos=mars:1:2", "Enheten 'mars' finns inte.*omsorg"
    ),
    "figure twice": Case(
        "resultat uppfoljning-mars prognos=omsorg:1:1 prognos=omsorg:1:2", "prognos.*två gånger"
    ),
    "figure that is only to be shown": Case(
        "resultat bokslut --visa skattesats=22", "--visa ändrar inget.*skattesats=22"
    ),
    "figures of an unknown step": Case("resultat bokslutt", "Steget 'bokslutt' finns inte"),
    "correction of no decision": Case(
        "ratta 1 --varfor fel --stryk", "Händelse 1 är inget beslut. Besluten i Kommunplan 2028:"
    ),
    "correction of nothing": Case("ratta 1 --varfor fel", "Vad är fel i beslut 1.*--stryk"),
    "correction of what never was": Case(
        "ratta 1 --varfor fel --stryk --paragraf 3", "antingen det eller vad som är rätt"
    ),
    "correction that is no number": Case("ratta KS --stryk", "'KS' går inte.*heltal"),
    "unreadable diarienummer": Case("diariefor bokslut 123", "Diarienumret '123'.*KS 2027/00123"),
    "upholding what is open": Case(
        "star-fast bokslut", "bokslut pågår; det finns inget att låta stå fast"
    ),
    "unknown ärende": Case("arende plan", "Ärendet eller steget 'plan' finns inte.*kommunplan"),
    "unknown occasion": Case("anmal olycka Stor", "Tillfället 'olycka' finns inte.*uppdrag"),
    "occasion that is another unit's": Case(
        "anmal underskott-namnd Stort --enhet omsorg", "enheten 'omsorg' finns inte.*miljonamnden"
    ),
    "occasion of no unit": Case("anmal underskott-namnd Stort", "gäller en enhet.*miljonamnden"),
    "amount that is no number": Case(
        "anmal storre-avvikelse Stor --tkr mycket", "'mycket' går inte.*heltal"
    ),
    "assignment to nobody": Case(
        "uppdrag nytt Utred --senast 2027-06-01", "saknas ett värde för --roll"
    ),
    "assignment to an unknown role": Case(
        "uppdrag nytt Utred --senast 2027-06-01 --roll chefen", "Rollen 'chefen'.*kommunchef"
    ),
    "assignment to an unknown body": Case(
        "uppdrag nytt Utred --senast 2027-06-01 --roll kommunchef --instans XX",
        "Instansen 'XX'.*SU, KS, KF",
    ),
    "assignment for yesterday": Case(
        "uppdrag nytt Utred --senast 2027-03-09 --roll kommunchef", "2027-03-09 har redan varit"
    ),
    "no definition to change to": Case(
        "byt-definition /finns/inte --prov", "definition.toml: finns inte i /finns/inte"
    ),
    "the same definition": Case(
        "byt-definition --prov", "Kommunplan 2028 har redan den här definitionen"
    ),
    "a map that says nothing": Case(
        "byt-definition --karta bokslut --prov", "--karta bokslut går inte att läsa.*gammalt=nytt"
    ),
    "a map that says two things": Case(
        "byt-definition --karta bokslut=a --karta bokslut=b --prov", "två saker om bokslut"
    ),
    "override without reason": Case("klar bokslut --alla", "krävs ett skäl.*--skal"),
    "unknown year, status": Case("status --budgetar 2031", "Budgetåret 2031.*2028"),
    "year nought, status": Case("status --budgetar 0", "Budgetåret 0 finns inte"),
    "unknown year, klar": Case("klar bokslut --roll ekonomichef --budgetar 2031", "2031"),
    "year out of range": Case("starta-ar 1999", "Budgetåret 1999 går inte.*2000 och 2100"),
    "year nought": Case("starta-ar 0", "Budgetåret 0 går inte"),
    "rehearsal out of range": Case("provkor --budgetar 99999", "Budgetåret 99999 går inte"),
    "bad port": Case("status", "KOMMUNPLAN_PORT='hej'.*heltal", {"KOMMUNPLAN_PORT": "hej"}),
    "sender with a line break": Case(
        "kontroll", "KOMMUNPLAN_SENDER=.*e-postadress", {"KOMMUNPLAN_SENDER": "a@b.se\nBcc: x@y.se"}
    ),
    "clock file missing": Case(
        "status", "KOMMUNPLAN_CLOCK_FILE=.*2027-03-01", {"KOMMUNPLAN_CLOCK_FILE": "{folder}/ingen"}
    ),
    "clock file of garbage": Case(
        "kontroll", "KOMMUNPLAN_CLOCK_FILE=.*datum", {"KOMMUNPLAN_CLOCK_FILE": "{folder}/skräp"}
    ),
    "no database, status": Case(
        "status", "ingen databas.*starta-ar", {"KOMMUNPLAN_DATA": "{folder}/tom"}
    ),
    "no database, kontroll": Case(
        "kontroll", "ingen databas.*starta-ar", {"KOMMUNPLAN_DATA": "{folder}/tom"}
    ),
    "no database, skicka": Case(
        "skicka", "ingen databas.*starta-ar", {"KOMMUNPLAN_DATA": "{folder}/tom"}
    ),
    "folder that cannot be made": Case(
        "starta-ar",
        "går inte att skapa.*KOMMUNPLAN_DATA",
        {"KOMMUNPLAN_DATA": "{folder}/skräp/var"},
    ),
    "folder under a file": Case(
        "status", "ingen databas", {"KOMMUNPLAN_DATA": "{folder}/skräp/var"}
    ),
    "garbage for a database": Case(
        "status", r"kommunplan\.db går inte att använda", {"KOMMUNPLAN_DATA": "{folder}/fel"}
    ),
    "garbage for a database, start": Case(
        "starta-ar", r"kommunplan\.db går inte att använda", {"KOMMUNPLAN_DATA": "{folder}/fel"}
    ),
    **{
        f"{name}, {words}": Case(words, message, {"KOMMUNPLAN_DEFINITION": f"{{folder}}/{name}"})
        for name, message in {
            "okänd instans": r"definition\.toml: steg 'kommunplan-kf'.*okänd instans 'RF'",
            "ring": r"definition\.toml: .*ring: ",
            "ingen toml": r"definition\.toml: går inte att läsa som TOML",
            "finns inte": r"definition\.toml: finns inte i ",
            "skräp": r"definition\.toml: (går inte att läsa|finns inte)",
        }.items()
        for words in ("provkor", "las-in", "starta-ar 2029")
    },
    **{
        f"{name}, {words}": Case(words, message, {"KOMMUNPLAN_DEFINITION": f"{{folder}}/{name}"})
        for name, message in {
            "radbrytning": r"rollinnehavare\.toml: .*adress: .*e-postadress",
            "okänd roll": r"rollinnehavare\.toml: .*okänd roll 'ekonomichf'",
        }.items()
        for words in ("las-in", "starta-ar 2029")
    },
}


def lay_out(folder: Path) -> None:
    """What the cases' environments point at."""
    (folder / "skräp").write_bytes(b"\xff\xfenonsens")
    (folder / "fel").mkdir()
    (folder / "fel" / "kommunplan.db").write_bytes(b"nonsens" * 1000)
    (folder / "tom").mkdir()
    for name in ("okänd instans", "ring", "ingen toml", "radbrytning", "okänd roll"):
        own_definition(folder).rename(folder / name)
    definition = "definition.toml"
    replaced(
        folder / "okänd instans" / definition,
        'beslutskedja = ["KF"]\nkraver = [\n    { steg = "kommunplan-ks"',
        'beslutskedja = ["RF"]\nkraver = [\n    { steg = "kommunplan-ks"',
    )
    replaced(
        folder / "ring" / definition,
        'fonster = { fran = "januari", till = "mars" }',
        'fonster = { fran = "januari", till = "mars" }\n'
        'kraver = [{ steg = "kommunplan-kf", slag = "hard", kalla = "EXEMPEL" }]',
    )
    (folder / "ingen toml" / definition).write_text("[kommun\n")
    since = "2025-01-01"
    write_holders(
        folder / "radbrytning",
        [("ekonomichef", "", "Eva", "eva@orsa.example\\nBcc: x@y.se", since)],
    )
    write_holders(folder / "okänd roll", [("ekonomichf", "", "Eva", "eva@orsa.example", since)])


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A year in March: SU is awaited in uppfoljning-mars, and bokslut goes on."""
    shell = Shell(tmp_path_factory.mktemp("kommun"), "2027-03-10")
    assert shell("starta-ar").returncode == 0
    assert shell("klar", "uppfoljning-mars", "--roll", "ekonomichef").returncode == 0
    yield shell
    shell.close()


@pytest.fixture(scope="module")
def answers(shell: Shell, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """All cases in one process, for the sake of time; a few are run on their own below."""
    folder = tmp_path_factory.mktemp("fel")
    lay_out(folder)
    answers = shell.drive(
        {name: case.words.split() for name, case in CASES.items()},
        {
            name: {n: v.format(folder=folder) for n, v in case.environment.items()}
            for name, case in CASES.items()
        },
    )
    assert list((folder / "tom").iterdir()) == [], (
        "a database was made for a command that only reads"
    )
    return answers


@pytest.mark.parametrize("name", CASES)
def test_it_gets_a_message_and_exit_code_2_and_changes_nothing(
    answers: dict[str, dict[str, Any]], name: str
) -> None:
    answer = answers[name]
    assert answer["code"] == 2, answer
    assert answer["out"] == ""
    message = " ".join(answer["err"].split())
    assert re.search(CASES[name].message, message), message
    assert not ENGLISH.search(message.replace("file is not a database", "")), message
    assert not answer["changed"]


@pytest.mark.parametrize(
    ("words", "environment", "message"),
    [
        (["klar", "bokslutt", "--roll", "ekonomichef"], {}, "Steget 'bokslutt' finns inte."),
        (["status"], {"KOMMUNPLAN_PORT": "hej"}, "KOMMUNPLAN_PORT='hej'"),
        (["nonsens"], {}, "Kommandot nonsens finns inte."),
    ],
)
def test_the_installed_command_does_the_same(
    shell: Shell, words: list[str], environment: dict[str, str], message: str
) -> None:
    ran = shell(*words, **environment)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert message in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_user_without_a_name_can_still_say_things(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 2**31 - 7)
    assert terminal.author(None) == "okänd"
    assert terminal.author("Petra") == "Petra"
