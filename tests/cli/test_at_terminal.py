"""What a person meets at the terminal: Swedish help, narrow screens, pipes, and two slips of the pen."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

import pytest

from cli.main import app
from tests.cli.shell import COMMAND, PROJECT, Shell, unfolded
from tests.cli.test_json import leaves

CYCLOPTS = re.compile(
    r"Usage|COMMAND|OPTIONS|ARGS|required|default:|choices:|env var|Parameters|Commands|Arguments|"
    r"\b(STR|INT|DATE|PATH|BOOL|FLOAT)\b|Display this"
)
NARROW = [60, 80]


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """20 October, in a year in which nobody has done anything: most of it is late."""
    made = Shell(tmp_path_factory.mktemp("kommun"), "2027-02-01")
    assert made("starta-ar", "2028").returncode == 0
    made.clock.write_text("2027-10-20")
    assert made("kontroll").returncode == 0
    yield made
    made.close()


def test_every_command_s_help_is_swedish_all_through(shell: Shell) -> None:
    cases = {" ".join(leaf): [*leaf, "--help"] for leaf in leaves(app)}
    cases |= {"": ["--help"], "sammantraden": ["sammantraden", "--help"]}
    for name, answer in shell.drive(cases).items():
        assert (answer["code"], answer["err"]) == (0, ""), name
        assert answer["out"].startswith(f"Skriv så: kommunplan {name}".strip()), name
        assert not CYCLOPTS.search(answer["out"]), (name, CYCLOPTS.search(answer["out"]))


@pytest.mark.parametrize("columns", NARROW)
def test_a_narrow_status_keeps_its_words_and_days_whole(shell: Shell, columns: int) -> None:
    printed = shell("status", COLUMNS=str(columns)).stdout
    table = printed[: printed.index("vilar; visa dem")]
    assert re.search(r"^ K4 +Planeringsförutsättningar ", table, re.MULTILINE)
    steps = re.findall(r"^ (?:[A-Z]\d\S*) .*$", table, re.MULTILINE)
    assert len(steps) == 54
    assert all(re.search(r" \d{4}-\d{2}-\d{2} *$", line) for line in steps)
    assert max(map(len, printed.splitlines())) <= columns


def test_status_says_in_the_state_what_is_late_and_what_is_legally_at_risk(shell: Shell) -> None:
    [year] = shell.json("status")
    steps = {step["slug"]: step for step in year["steg"]}
    printed = shell("status", COLUMNS="120").stdout
    table = map(str.split, printed[: printed.index("vilar; visa dem")].splitlines())
    lines = {words[0]: " ".join(words[1:]) for words in table if words}
    assert steps["arsredovisning"]["lagrisk"]
    assert "Sent, lagrisk: pågår" in lines[steps["arsredovisning"]["id"]]
    assert (
        steps["revisorernas-budget"]["sent"],
        steps["revisorernas-budget"]["lagrisk"] is None,
    ) == (False, False)
    assert "Lagrisk: pågår" in lines[steps["revisorernas-budget"]["id"]]
    assert steps["bokslut"]["lagrisk"] is None
    assert " Sent: pågår" in lines[steps["bokslut"]["id"]]


@pytest.mark.parametrize("columns", NARROW)
def test_the_gantts_legend_breaks_between_the_signs(shell: Shell, columns: int) -> None:
    lines = shell("gantt", COLUMNS=str(columns)).stdout.splitlines()
    legend = lines[next(n for n, line in enumerate(lines) if line.startswith("§§ lagrisk")) :]
    told = [sign for line in legend for sign in re.split(r" {2,}", line.strip())]
    assert told == [
        "§§ lagrisk",
        "!! sent",
        "██ pågår",
        "░░ planerat",
        "o beslut eller möte",
        "# lagfrist",
        "| i dag",
    ]
    assert max(map(len, legend)) <= columns


@pytest.mark.parametrize("words", ["status", "status --json", "schema", "gantt", "--help"])
def test_when_the_reader_is_gone_it_ends_as_other_tools_do(shell: Shell, words: str) -> None:
    """`kommunplan status | head -1`, with a reader that has gone before anything is written."""
    with subprocess.Popen(
        [str(COMMAND), *words.split()],
        env=shell.environment,
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert (process.returncode, said) == (141, b"")


def test_a_year_that_was_started_by_mistake_is_refused_or_taken_back(shell: Shell) -> None:
    far = shell("starta-ar", "2031")
    assert far.returncode == 2
    assert "2028 pågår, och 2029 är nästa" in unfolded(far.stderr)
    assert shell("starta-ar", "2031", "--anda").returncode == 0
    assert [year["budgetar"] for year in shell.json("status")] == [2028, 2031]
    done = shell("starta-ar", "--angra", "2031")
    assert unfolded(done.stdout) == "Kommunplan 2031 är borttaget, som om det aldrig hade startats."
    assert [year["budgetar"] for year in shell.json("status")] == [2028]
    both = shell("starta-ar", "2029", "--angra", "2031")
    assert (both.returncode, "Ange det för sig" in both.stderr) == (2, True)


def test_a_decision_on_a_day_without_a_meeting_is_refused_with_the_nearest(shell: Shell) -> None:
    assert shell("klar", "skattesats-forslag", "--roll", "ekonomichef").returncode == 0
    decide = (
        "beslut",
        "skattesats-forslag",
        "KS",
        "foreslar-nasta-instans",
        "--datum",
        "2027-10-19",
    )
    wrong = shell(*decide)
    assert wrong.returncode == 2
    assert "Närmast: 2027-09-13, 2027-10-18, 2027-11-15" in unfolded(wrong.stderr)
    assert shell("sammantraden", "lagg-till", "KS", "2027-10-19").returncode == 0
    assert "Klart 2027-10-19" in unfolded(shell(*decide).stdout)
