"""What a file costs: at most two seconds and 200 MB, whatever it claims to be; and never a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import DefinitionError
from tests.calendars.hostile_files import FILES, read, said_of
from tests.calendars.meeting_writers import event, write_events, write_excel

NEVER_SAID = (
    "Traceback",
    "Error",
    "invalid",
    "Invalid",
    "expected",
    "unexpected",
    "cannot",
    "the ",
)
WORST = ("last row", "last column", "all merged", "too many touched rows", "many unknown bodies")


def costs(names: list[str]) -> dict[str, tuple[float, float]]:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.calendars.hostile_files", *names],
        capture_output=True,
        text=True,
        check=True,
    )
    return {
        name: (seconds, size) for name, seconds, size in map(json.loads, ran.stdout.splitlines())
    }


def check_costs(names: list[str]) -> None:
    found = costs(names)
    assert found.keys() == set(names)
    dear = {name: cost for name, cost in found.items() if cost[0] > 2 or cost[1] > 200}
    assert not dear, dear


def test_the_worst_files_cost_little() -> None:
    check_costs([*WORST])


@pytest.mark.slow
def test_every_file_costs_little() -> None:
    check_costs([*FILES])


@pytest.mark.parametrize("name", ["last row", "last column", "last cell"])
def test_a_touched_cell_far_away_does_not_hinder(tmp_path: Path, name: str) -> None:
    assert read(name, tmp_path) == ""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("all merged", "har fler än 40 000 celler, som är gränsen"),
        ("too many touched rows", "har fler än 40 000 celler, som är gränsen"),
        ("many styles", "har fler än 160 000 rader, format och texter"),
        ("entities that grow", "är ingen läsbar Excel-arbetsbok"),
        ("many rows", "har fler än 2 000 000 tecken"),
        ("many columns", "har fler än 2 000 000 tecken"),
        ("many digits", "har ett tal med fler än 40 siffror"),
        ("nested calendars", "är kapslad djupare än 40 nivåer"),
        ("nested toml", "är kapslad djupare än 40 nivåer"),
        ("many names in toml", "har namn i fler än 40 led"),
        ("definition: nested", "är kapslad djupare än 40 nivåer"),
        ("definition: many lines", "har fler än 500 000 tecken"),
        ("many pages", "har fler än 60 sidor"),
    ],
)
def test_a_limit_is_said_in_the_message(tmp_path: Path, name: str, said: str) -> None:
    assert said in read(name, tmp_path)


def test_at_most_fifty_faults_are_printed_with_the_number_of_the_rest() -> None:
    few, many = DefinitionError(["fel."] * 50), DefinitionError(["fel."] * 173)
    assert str(few).count("\n") == 49
    assert str(many).endswith("\n… och 123 fel till, som visas när de första är rättade.")
    assert len(many.faults) == 173


def test_a_value_that_is_a_whole_text_is_not_shown_whole() -> None:
    told = str(DefinitionError([f"rad 2: {'x' * 5000} går inte. Rätta den."]))
    assert len(told) < 1000
    assert told.endswith("går inte. Rätta den.")


# --- Whatever the bytes ---


def _ics(folder: Path) -> bytes:
    from datetime import date

    return write_events(folder / "p.ics", [event("KS", date(2027, 3, 22))]).read_bytes()


def _xlsx(folder: Path) -> bytes:
    return write_excel(folder / "p.xlsx", [["2027", "mars"], ["KS", "22, 29*"]]).read_bytes()


SEEDS: dict[str, Callable[[Path], bytes]] = {
    "plan.csv": lambda _: b"2027;mars;april\nKS;15, 22 (08.00);12*\n* vid behov\n",
    "plan.txt": lambda _: b"Kommunstyrelsen: 1 februari, 22-23 mars 2027\n",
    "plan.toml": lambda _: b"ar = 2027\n[sammantraden]\nKS = [2027-03-22]\n",
    "plan.ics": _ics,
    "plan.xlsx": _xlsx,
    "plan.pdf": lambda _: FILES["many pages"][1]()[:900],
    "chefer.csv": lambda _: "roll;namn;adress;fran\nekonomichef;Åsa;a@b.se;1/1 2027\n".encode(),
    "chefer.toml": lambda _: b'[[innehavare]]\nroll = "ekonomichef"\nfran = 2027-01-01\n',
    "definition.toml": lambda _: b'[kommun]\nslug = "a"\nnamn = "A"\n[[steg]]\nid = "K1"\n',
}
WORDS = (
    "* ~~ ( ) - , ; 22 mars KS [ ] = inställt flyttat÷ Ã¤ 99/99 2027-13-45 # BEGIN:VEVENT true { } nan "
    "DTSTART:9999 1e999 0001-01-01 T99:99"
)
PIECES = st.sampled_from(
    [*WORDS.split(), "", '"', "'", "\\", "\n", "\t", "0" * 50, "\u202e", "\u0301", "\ufeff", "\x00"]
)


@pytest.mark.parametrize(
    "steps", ["", "steg = 3", "steg = []", "steg = [3]", 'steg = [{}, "x"]', "[[steg]]"]
)
def test_a_definition_without_steps_is_told_what_it_lacks(tmp_path: Path, steps: str) -> None:
    head, tail = (steps, "") if steps.startswith("steg") else ("", steps)
    text = f'{head}\n[kommun]\nslug = "a"\nnamn = "A"\n{tail}\n'
    (tmp_path / "definition.toml").write_text(text, encoding="utf-8")
    assert "processagare: saknas" in str(said_of(tmp_path / "definition.toml"))


def test_an_event_with_two_days_of_its_own_is_refused_in_words(tmp_path: Path) -> None:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//", "BEGIN:VEVENT", "SUMMARY:KS"]
    lines += ["DTSTART;VALUE=DATE:20270322", "DTSTART:999903-22", "END:VEVENT", "END:VCALENDAR"]
    (tmp_path / "plan.ics").write_text("\r\n".join(lines) + "\r\n", encoding="utf-8")
    assert "har flera DTSTART. Skriv en händelse" in str(said_of(tmp_path / "plan.ics"))


@pytest.mark.parametrize("unknown", ["fra = 2027-01-01", "rol = 3", '"" = 1'])
def test_an_unknown_field_of_a_holder_is_told_with_those_there_are(
    tmp_path: Path, unknown: str
) -> None:
    text = f'[[innehavare]]\nroll = "ekonomichef"\n{unknown}\n'
    (tmp_path / "chefer.toml").write_text(text, encoding="utf-8")
    assert "okänt fält. Tillåtna: roll, " in str(said_of(tmp_path / "chefer.toml"))


@pytest.mark.parametrize("name", SEEDS)
@settings(deadline=None, max_examples=25)
@given(
    changes=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 12), st.one_of(PIECES, st.text(max_size=6))),
        min_size=1,
        max_size=6,
    ),
    raw=st.binary(max_size=4),
)
def test_no_file_ends_in_a_traceback_or_in_english(
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    changes: list[tuple[float, int, str]],
    raw: bytes,
) -> None:
    folder = tmp_path_factory.mktemp("any")
    content = SEEDS[name](folder)
    for place, removed, piece in changes:
        at = int(place * len(content))
        content = content[:at] + piece.encode("utf-8", "replace") + content[at + removed :]
    if len(raw) == 4:
        content += raw
    path = folder / name
    path.write_bytes(content)
    said = said_of(path)
    own = "".join(piece for _, _, piece in changes)
    assert not any(word in said and word not in own for word in NEVER_SAID), said
