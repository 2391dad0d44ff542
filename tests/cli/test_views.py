"""`arshjul`, `gantt`, `rapport`, `sida`, `historik` and the shell's completion, as a person runs them."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.shell import COMMAND, PROJECT, Shell, unfolded

ROOT_WRITES_ANYWHERE = pytest.mark.skipif(os.geteuid() == 0, reason="root skriver var som helst")


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """12 April: KS has sent planeringsförutsättningar back."""
    made = Shell(tmp_path_factory.mktemp("views"), "2027-04-01")
    assert made("starta-ar", "2028").returncode == 0
    made.clock.write_text("2027-04-12")
    for words in (
        ("klar", "planeringsforutsattningar", "--roll", "ekonomichef", "--av", "Eva Exempel"),
        (
            "beslut",
            "planeringsforutsattningar",
            "KS",
            "aterremiss",
            "--datum",
            "2027-04-12",
            "--skal",
            "Siffrorna är gamla",
            "--paragraf",
            "KS § 31/2027",
        ),
    ):
        ran = made(*words)
        assert ran.returncode == 0, ran.stderr
    yield made
    made.close()


# --- Files ---


def test_each_kind_of_file_is_written_and_told_of(shell: Shell, tmp_path: Path) -> None:
    pytest.importorskip("typst")
    cases = {
        "hjul.svg": ("arshjul", "--svg"),
        "hjul.png": ("arshjul", "--png"),
        "tid.svg": ("gantt", "--svg"),
        "tid.png": ("gantt", "--png"),
        "aret.xlsx": ("rapport", "--excel"),
        "laget.html": ("rapport", "--html"),
        "laget.pdf": ("rapport", "--pdf"),
        "sida.html": ("sida", "--till"),
    }
    answers = shell.drive({name: [*words, str(tmp_path / name)] for name, words in cases.items()})
    starts = {
        ".svg": b"<svg",
        ".png": b"\x89PNG",
        ".xlsx": b"PK",
        ".pdf": b"%PDF",
        ".html": b"<!DOCTYPE html>",
    }
    for name, answer in answers.items():
        assert (answer["code"], answer["err"]) == (0, ""), answer
        assert unfolded(answer["out"]) == f"Kommunplan 2028: {tmp_path / name} är skriven."
        assert (tmp_path / name).read_bytes().startswith(starts[Path(name).suffix])
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(cases)


def test_a_file_that_is_there_is_replaced_and_keeps_who_may_read_it(
    shell: Shell, tmp_path: Path
) -> None:
    file = tmp_path / "sida.html"
    file.write_text("förra veckans")
    file.chmod(0o640)
    assert shell("sida", "--till", str(file)).returncode == 0
    assert file.read_text().startswith("<!DOCTYPE html>")
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_what_is_in_the_way_is_said_in_one_line(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "fil").touch()
    cases = {
        "finns/inte/sida.html": f"Mappen {tmp_path}/finns/inte finns inte. Skapa den först",
        "": f"{tmp_path} är en mapp. Ange ett filnamn i den.",
        "fil/sida.html": f"Mappen {tmp_path}/fil finns inte.",
        "a" * 300: "går inte att skriva (File name too long). Välj en annan plats.",
    }
    answers = shell.drive({place: ["sida", "--till", str(tmp_path / place)] for place in cases})
    for place, told in cases.items():
        assert (answers[place]["code"], answers[place]["out"]) == (2, ""), answers[place]
        assert told in unfolded(answers[place]["err"])
    assert [path.name for path in tmp_path.rglob("*")] == ["fil"]


@ROOT_WRITES_ANYWHERE
def test_a_folder_that_may_not_be_written_in_is_named(shell: Shell, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    ran = shell("sida", "--till", str(tmp_path / "sida.html"))
    tmp_path.chmod(0o700)
    assert (ran.returncode, "går inte att skriva" in ran.stderr) == (2, True)


def test_nothing_is_written_where_one_of_the_files_cannot_be(shell: Shell, tmp_path: Path) -> None:
    ran = shell("rapport", "--html", str(tmp_path / "a.html"), "--excel", str(tmp_path))
    assert ran.returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_a_report_without_a_file_says_which_there_are(shell: Shell) -> None:
    ran = shell("rapport")
    assert ran.returncode == 2
    assert unfolded(ran.stderr) == "Ange minst en fil: --excel, --html eller --pdf."


def test_without_typst_a_picture_says_what_to_install(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "typst.py").write_text("raise ImportError('inte här')")
    path = os.pathsep.join((str(tmp_path), str(PROJECT)))
    ran = shell("arshjul", "--png", str(tmp_path / "hjul.png"), PYTHONPATH=path)
    assert ran.returncode == 2
    assert "kör pip install typst. SVG, HTML och Excel går att skriva utan." in unfolded(ran.stderr)
    assert shell("arshjul", "--svg", str(tmp_path / "hjul.svg"), PYTHONPATH=path).returncode == 0


# --- In the terminal ---


def test_no_line_is_wider_than_the_terminal(shell: Shell) -> None:
    widths = (60, 80, 100, 130, 200)
    commands = (["gantt"], ["status"], ["historik", "bokslut"])
    cases = {f"{words[0]} {width}": words for words in commands for width in widths}
    columns = {name: {"COLUMNS": name.split()[1]} for name in cases}
    for name, answer in shell.drive(cases, columns).items():
        assert answer["code"] == 0, answer
        assert max(map(len, answer["out"].splitlines())) <= int(columns[name]["COLUMNS"]), name
        assert "\x1b" not in answer["out"]  # piped: no colours


def test_the_chart_in_the_terminal_has_every_step_and_its_marks(shell: Shell) -> None:
    out = shell("gantt", COLUMNS="150").stdout
    row = next(line for line in out.splitlines() if line.startswith("K13"))
    assert row.endswith("KF 29 november")
    assert "░░░o" in row
    assert "lagfrist" in out
    assert "jan feb mar apr" in unfolded(out)


def test_status_breaks_no_word_of_a_title_at_80_columns(shell: Shell) -> None:
    out = shell("status", COLUMNS="80").stdout
    for word in ("Planeringsförutsättningar", "verksamhetsplan", "årsredovisningen"):
        assert word in out


def test_the_history_tells_who_and_why_and_which_mails_went(shell: Shell) -> None:
    out = unfolded(shell("historik", "K4").stdout)
    assert "K4 Planeringsförutsättningar i KS (planeringsforutsattningar)" in out
    assert "Klar: ekonomichef (Eva Exempel)" in out
    assert "Kommunstyrelsen: återremiss, KS § 31/2027" in out
    assert "Siffrorna är gamla" in out
    assert "Mejl, ny uppgift, väntar: sänds när steget öppnas. Till: ekonomichef" in out
    assert "Mejl" not in shell("historik", "K4", "--utan-mejl").stdout


def test_the_history_as_json_has_the_same_lines(shell: Shell) -> None:
    found = shell.json("historik", "planeringsforutsattningar")
    assert [one["slag"] for one in found["historik"] if one["kalla"] == "händelse"] == [
        "oppnat",
        "rapporterat",
        "beslut",
    ]
    assert (found["visning"], found["id"]) == ("Pågår", "K4")


# --- The shell's completion ---


COMPLETED = {
    "kommunplan hist": "historik",
    "kommunplan rapport --p": "--pdf",
    "kommunplan historik kommunplan-k": "kommunplan-ks kommunplan-kf",
    "kommunplan klar bokslut --roll eko": "ekonomichef",
    "kommunplan klar bokslut --roll forvaltningschef --enhet mil": "miljoforvaltningen miljonamnden",
    "kommunplan beslut kommunplan-kf K": "KF",
    "kommunplan flytta mal": "mal-och-budgetdag",
    "kommunplan sammantraden stall-in S": "SU",
    "kommunplan uppdrag nytt Utred --roll namnd": "namndordforande:miljonamnden",
    "kommunplan anmal storre": "storre-avvikelse",
    "kommunplan status --budgetar 20": "2028",
    "kommunplan starta-ar 20": "2028 2029",
    "kommunplan starta-ar --angra 20": "2028",
    "kommunplan provkor --budgetar 20": "2028 2029",
    "kommunplan kalender skapa KF": "KF",
}
"""What is written, and what a tab then offers."""


def test_bash_completes_commands_options_and_every_kind_of_name(
    shell: Shell, tmp_path: Path
) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash saknas")
    script = tmp_path / "komplettering"
    script.write_text(shell("komplettera", "bash").stdout)
    ask = (
        f"source {script}; PATH={COMMAND.parent}:$PATH; "
        'try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _kommunplan; '
        'echo "${COMPREPLY[*]}"; }; '
    ) + "; ".join(f"try {line}" for line in COMPLETED)
    ran = shell.run([bash, "-c", ask])
    assert dict(zip(COMPLETED, ran.stdout.splitlines(), strict=True)) == COMPLETED, ran


def test_fish_completes_them_with_their_names(shell: Shell, tmp_path: Path) -> None:
    fish = shutil.which("fish")
    if fish is None:
        pytest.skip("fish saknas")
    script = tmp_path / "kommunplan.fish"
    script.write_text(shell("komplettera", "fish").stdout)
    ask = (
        f"source {script}; set -x PATH {COMMAND.parent} $PATH; "
        "complete -C 'kommunplan beslut kommunplan-su S'; complete -C 'kommunplan hist'"
    )
    offered = shell.run([fish, "-c", ask]).stdout.splitlines()
    assert offered[0] == "SU\tStrategiutskottet"
    assert offered[1].startswith("historik\tAllt som har hänt")


def test_what_cannot_be_read_offers_nothing_and_says_nothing(shell: Shell, tmp_path: Path) -> None:
    """In the middle of somebody's line."""
    asked = ("__complete", "historik", "bok")
    assert "bokslut" in shell(*asked).stdout
    ran = shell(*asked, KOMMUNPLAN_DEFINITION=str(tmp_path), KOMMUNPLAN_DATA=str(tmp_path / "tom"))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "bokslut" not in ran.stdout


def test_the_other_shells_have_a_script_of_their_own(shell: Shell) -> None:
    names = ("zsh", "fish", "powershell")
    for answer in shell.drive({name: ["komplettera", name] for name in names}).values():
        assert answer["code"] == 0
        assert "historik" in answer["out"]
        assert "Display this message" not in answer["out"]
