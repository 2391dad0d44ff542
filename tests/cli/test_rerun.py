"""`kor-om`, `star-fast` and `byt-definition`: the preview comes first, and only a yes changes anything."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shell import Shell, unfolded
from tests.tasks.town import own_definition, tables

APRIL = "2027-04-12"
KS_PART = ["klar", "planeringsforutsattningar", "--roll", "ekonomichef"]
RENAMED = "--karta=mal-och-budgetdiskussioner=diskussioner"


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A year in April: KS has decided the planeringsförutsättningar, and the discussions go on."""
    shell = Shell(tmp_path_factory.mktemp("kommun"), APRIL)
    shell.days(
        {
            "start": ("2027-02-01", ["starta-ar", "2028"]),
            "prognosis": ("2027-03-01", ["klar", "skatteprognos", "--roll", "ekonomichef"]),
            "april": ("2027-04-01", ["kontroll"]),
            "part": ("2027-04-05", KS_PART),
            "decided": (
                APRIL,
                ["beslut", "planeringsforutsattningar", "KS", "bifall", "--paragraf", "31"],
            ),
        }
    )
    yield shell
    shell.close()


@pytest.fixture(scope="module")
def changed_definition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A step that is open under another name, and a new one."""
    directory = own_definition(tmp_path_factory.mktemp("ny"))
    file = directory / "definition.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('"mal-och-budgetdiskussioner"', '"diskussioner"'))
    with file.open("a", encoding="utf-8") as added:
        added.write(
            '\n[[steg]]\nid = "Y1"\nslug = "medborgardialog"\nprocess = "skyldighet"\n'
            'slag = "arbete"\ntitel = "Medborgardialog"\nbeskrivning = "Medborgarna tillfrågas."\n'
            'fonster = { fran = "april", till = "maj" }\nansvariga = ["kommunchef"]\n'
        )
    return directory


def rows(shell: Shell) -> Any:
    return tables(shell.data / "kommunplan.db")


def marks(shell: Shell) -> dict[str, tuple[str, list[str]]]:
    [year] = shell.json("status")
    return {step["slug"]: (step["visning"], step["omprovas_for"]) for step in year["steg"]}


def test_the_preview_tells_what_a_new_round_touches_and_changes_nothing(shell: Shell) -> None:
    before = rows(shell)
    told = shell.days(
        {
            "text": (APRIL, ["kor-om", "skatteprognos", "--prov"]),
            "json": (APRIL, ["kor-om", "skatteprognos", "--prov", "--json"]),
            "of a decision": (APRIL, ["kor-om", "planeringsforutsattningar", "--prov"]),
        }
    )
    assert rows(shell) == before
    found = json.loads(told["json"].out)
    assert (found["steg"], found["plan"]) == ("skatteprognos", "Kommunplan 2028")
    assert found["omprovas"] == ["planeringsforutsattningar"]
    assert found["bygger_vidare"] == ["bokslutsdag", "mal-och-budgetdiskussioner"]
    assert {mail["steg"] for mail in found["mejl"]} == {
        "skatteprognos",
        "planeringsforutsattningar",
        "bokslutsdag",
        "mal-och-budgetdiskussioner",
    }
    shown = unfolded(told["text"].out)
    assert shown.startswith("Kommunplan 2028: om skatteprognos börjar ett nytt varv")
    assert "någon får svara om de står fast planeringsforutsattningar" in shown
    assert shown.endswith("Inget är ändrat: det här var ett prov.")
    superseded = unfolded(told["of a decision"].out)
    assert "Blir ersatta KS 2027-04-12: bifall (KS § 31/2027)" in superseded
    assert "planeringsforutsattningar: KS 2027-04-12 → 2027-05-10" in superseded


@pytest.mark.parametrize("columns", [60, 80])
def test_the_previews_fit_the_terminal(
    shell: Shell, changed_definition: Path, columns: int
) -> None:
    told = shell.days(
        {
            "rerun": (APRIL, ["kor-om", "skatteprognos", "--prov"]),
            "change": (APRIL, ["byt-definition", str(changed_definition), RENAMED, "--prov"]),
        },
        columns,
    )
    for name, answer in told.items():
        assert max(map(len, answer.out.splitlines())) <= columns, name


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["kor-om", "skatteprognos"], "krävs ett skäl för att köra om skatteprognos.*--skal"),
        (["kor-om", "skatteprognos", "--ja"], "krävs ett skäl"),
        (["kor-om", "skatteprognos", "--skal", "ny"], "ingen terminal.*--ja.*--prov"),
        (["byt-definition", "{ny}", RENAMED], "krävs ett skäl.*--skal"),
        (["byt-definition", "{ny}", RENAMED, "--skal", "ny"], "ingen terminal.*--ja"),
        (
            ["byt-definition", "{ny}", "--skal", "ny", "--ja"],
            "mal-och-budgetdiskussioner.*--karta mal-och-budgetdiskussioner=NYTT",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_it_is_shown_and_then_refused_while_something_is_lacking(
    shell: Shell, changed_definition: Path, words: list[str], message: str
) -> None:
    given = [word.format(ny=changed_definition) for word in words]
    answer = shell.drive({"it": given})["it"]
    assert answer["code"] == 2
    assert answer["out"].startswith("Kommunplan 2028: om ")
    assert re.search(message, unfolded(answer["err"])), answer["err"]
    assert not answer["changed"]


@pytest.mark.parametrize("answer", ["nej\n", "kanske\nn\n", "\x04"])
def test_at_a_terminal_anything_but_yes_changes_nothing(shell: Shell, answer: str) -> None:
    before = rows(shell)
    code, screen = shell.at_terminal("kor-om", "skatteprognos", "--skal", "ny", answers=answer)
    assert code == 0
    assert "Börja nytt varv? (ja/nej)" in screen
    assert "Inget är ändrat." in screen
    assert rows(shell) == before


def test_a_yes_begins_the_round_and_the_owners_answer_whether_the_rest_stands(shell: Shell) -> None:
    code, screen = shell.at_terminal(
        "kor-om", "skatteprognos", "--skal", "Ny prognos från SKR", answers="ja\n"
    )
    assert (code, "skatteprognos: Återöppnat" in unfolded(screen)) == (0, True)
    assert marks(shell)["planeringsforutsattningar"] == ("Klart, omprövas", ["skatteprognos"])
    told = shell.days(
        {
            "done anew": (APRIL, ["klar", "skatteprognos", "--roll", "ekonomichef"]),
            "asked": (APRIL, ["status"]),
            "upheld": (APRIL, ["star-fast", "planeringsforutsattningar", "--skal", "Samma ramar"]),
            "again": (APRIL, ["star-fast", "planeringsforutsattningar"]),
        }
    )
    asked = unfolded(told["asked"].out)
    assert "Klart: står det fast?" in asked
    assert "kommunplan star-fast planeringsforutsattningar; annars kommunplan kor-om" in asked
    assert unfolded(told["upheld"].out).startswith("planeringsforutsattningar står fast.")
    assert "Ingen frågar om planeringsforutsattningar står fast" in unfolded(told["again"].out)
    assert not told["again"].changed
    assert marks(shell)["planeringsforutsattningar"] == ("Klart", [])


def test_yes_can_be_said_beforehand(shell: Shell) -> None:
    words = ["kor-om", "planeringsforutsattningar", "--skal", "Nya siffror", "--ja"]
    shown = unfolded(shell.days({"it": (APRIL, words)})["it"].out)
    assert "Blir ersatta KS 2027-04-12: bifall (KS § 31/2027)" in shown
    assert "planeringsforutsattningar: Återöppnat" in shown
    [year] = shell.json("status")
    [step] = [step for step in year["steg"] if step["slug"] == "planeringsforutsattningar"]
    assert (step["varv"], step["version"]) == (2, 2)
    assert [made["ersatt"] for made in step["beslut"]] == [True]


def test_a_running_year_goes_over_to_a_changed_definition(
    shell: Shell, changed_definition: Path
) -> None:
    where = str(changed_definition)
    told = shell.days(
        {
            "unclear": (APRIL, ["byt-definition", where, "--prov", "--json"]),
            "tried": (APRIL, ["byt-definition", where, RENAMED, "--prov", "--json"]),
            "shown": (APRIL, ["byt-definition", where, RENAMED, "--prov"]),
        }
    )
    assert not any(answer.changed for answer in told.values())
    assert json.loads(told["unclear"].out)["oklara"] == ["mal-och-budgetdiskussioner"]
    found = json.loads(told["tried"].out)
    assert found["tillkommer"] == ["medborgardialog"]
    assert found["byter_namn"] == [{"fran": "mal-och-budgetdiskussioner", "till": "diskussioner"}]
    assert (found["utgar"], found["oklara"], found["flyttas"]) == ([], [], [])
    assert "Tillkommer medborgardialog" in unfolded(told["shown"].out)
    code, screen = shell.at_terminal(
        "byt-definition", where, RENAMED, "--skal", "Ny ordning", answers="ja\n"
    )
    assert code == 0, screen
    assert "Byta definition? (ja/nej)" in screen
    assert "Kommunplan 2028 går nu efter definitionen i" in unfolded(screen)
    slugs = marks(shell)
    assert "mal-och-budgetdiskussioner" not in slugs
    assert slugs["diskussioner"][0] == "Pågår"
    assert slugs["medborgardialog"][0] == "Redan gjort?"
    again = shell.drive({"it": ["byt-definition", where, "--skal", "Ny ordning", "--ja"]})["it"]
    assert again["code"] == 2
    assert "Kommunplan 2028 har redan den här definitionen." in unfolded(again["err"])


def test_the_help_tells_a_new_round_from_bringing_a_state_up_to_date(shell: Shell) -> None:
    ran = shell("kor-om", "--help")
    assert ran.returncode == 0
    said = unfolded(ran.stdout.replace("│", " "))
    assert "något annat och alltid ofarligt: kommunplan kontroll" in said
