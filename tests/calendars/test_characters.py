"""What looks the same is the same, what cannot be seen is nothing, and a code page is not guessed at."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from calendars.holders.files import read_staff_file
from calendars.meeting_plans.files import read_meeting_file
from models.characters import look, seen, visible
from models.errors import DefinitionError
from models.fields import Said
from models.process import Municipality
from tests.calendars.meeting_writers import event, write_events
from tests.calendars.test_meeting_kinds import LILLBY, csv, outcome

NFD = unicodedata.normalize("NFD", "Kommunfullmäktige")


@pytest.mark.parametrize(
    "name",
    [
        NFD,
        "Kommun\N{SOFT HYPHEN}fullmäktige",
        "Kommunfull\N{ZERO WIDTH SPACE}mäktige",
        "\N{ZERO WIDTH NO-BREAK SPACE}Kommunfullmäktige",
        "\N{NO-BREAK SPACE}Kommunfullmäktige\N{THIN SPACE}",
        "\N{RIGHT-TO-LEFT OVERRIDE}Kommunfullmäktige\N{POP DIRECTIONAL FORMATTING}",
        "Коmmunfullmäktige",  # K and o are Cyrillic
        "Kommunfullmäktige",
        "ＫＦ",
        "K\N{COMBINING GRAPHEME JOINER}F",
    ],
)
def test_a_name_that_looks_the_same_is_known(tmp_path: Path, name: str) -> None:
    assert outcome(csv(tmp_path, f"instans;datum\n{name};2027-11-22\n")) == "KF 11-22"
    assert outcome(csv(tmp_path, f"2027;nov\n{name};22\n")) == "KF 11-22"
    path = write_events(tmp_path / "plan.ics", [event(name, date(2027, 11, 22))])
    assert outcome(path) == "KF 11-22"


def test_a_definition_in_decomposed_letters_is_known_by_composed_ones(tmp_path: Path) -> None:
    bodies = tuple(
        body.model_copy(update={"name": unicodedata.normalize("NFD", body.name)})
        for body in LILLBY.bodies
    )
    definition = LILLBY.model_copy(update={"bodies": bodies})
    path = csv(tmp_path, "instans;datum\nKommunfullmäktige;2027-11-22\n")
    assert len(read_meeting_file(path, definition).meetings) == 1


@pytest.mark.parametrize(
    "day",
    [
        unicodedata.normalize("NFD", "måndag 22 november 2027"),
        "2027‑11‑22",
        "2027–11–22",
        "2027−11−22",
        "22\N{NO-BREAK SPACE}november\N{NARROW NO-BREAK SPACE}2027",
        "22\N{SOFT HYPHEN}/11 2027",
        "2027-\N{WORD JOINER}11-22",
    ],
)
def test_a_day_is_read_however_its_signs_are_made(tmp_path: Path, day: str) -> None:
    assert outcome(csv(tmp_path, f"instans;datum\nKF;{day}\n")) == "KF 11-22"


@pytest.mark.parametrize("dash", ["–", "—", "−", "‐", "‑", "‒", "﹣"])
def test_any_dash_is_no_meeting(tmp_path: Path, dash: str) -> None:
    assert outcome(csv(tmp_path, f"2027;okt;nov\nKF;{dash};22\n")) == "KF 11-22"


TEXT = "Instans;Datum;Plats\nKommunfullmäktige;måndag 22 november 2027;Ån – Öland\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman", "cp850"]
)
def test_code_pages_are_told_apart(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "plan.csv"
    path.write_bytes(TEXT.replace("–", "-" if encoding == "cp850" else "–").encode(encoding))
    assert outcome(path) == "KF 11-22"
    path = tmp_path / "chefer.csv"
    rows = "roll;namn;adress;fran\nekonomichef;Åsa Öberg Ärlig;asa@lillby.example;2027-01-01\n"
    path.write_bytes(rows.encode(encoding))
    holders = read_staff_file(path, LILLBY).holders
    assert holders is not None
    assert holders[0].name == "Åsa Öberg Ärlig"


@pytest.mark.parametrize(
    "word", ["å", "ä", "ö", "Å", "Ä", "Ö", "Åsa", "Örjan", "Väg–", "École", "für"]
)
@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
def test_a_single_word_is_never_read_in_the_wrong_code_page(
    tmp_path: Path, word: str, encoding: str
) -> None:
    path = tmp_path / "chefer.csv"
    path.write_bytes(
        f"roll;namn;adress;fran\nekonomichef;{word}x;a@lillby.example;2027-01-01\n".encode(encoding)
    )
    try:
        holders = read_staff_file(path, LILLBY).holders
    except DefinitionError as error:
        told = str(error)
    else:
        assert holders is not None
        assert holders[0].name == seen(f"{word}x")
        return
    assert "går inte att läsa som text" in told  # refused, not guessed


@pytest.mark.parametrize("broken", ["KommunfullmÃ¤ktige", "Kommunfullm�ktige", "mÃ¥ndag"])
def test_letters_that_are_lost_are_told(tmp_path: Path, broken: str) -> None:
    assert "förvanskade tecken" in outcome(csv(tmp_path, f"instans;datum\n{broken};2027-11-22\n"))


@pytest.mark.parametrize("letters", ["ä", unicodedata.normalize("NFD", "ä")])
def test_a_fold_in_the_middle_of_a_letter_is_the_letter(tmp_path: Path, letters: str) -> None:
    path = write_events(tmp_path / "plan.ics", [event("KF", date(2027, 11, 22))])
    name = f"Kommunfullm{letters}ktige".encode()
    for place in range(1, len(name)):
        folded = name[:place] + b"\r\n " + name[place:]
        path.write_bytes(path.read_bytes())
        content = write_events(path, [event("KF", date(2027, 11, 22))]).read_bytes()
        path.write_bytes(content.replace(b"SUMMARY:KF", b"SUMMARY:" + folded))
        assert outcome(path) == "KF 11-22", place


def test_names_and_titles_hold_nothing_that_cannot_be_seen() -> None:
    from pydantic import TypeAdapter

    made = Municipality.model_validate(
        {"slug": "lillby", "namn": "Lill\u202eby\u00ad kom\u200bmun", "processagare": "chef"}
    )
    assert made.name == "Lillby kommun"
    assert TypeAdapter(Said).validate_python("Ut\u00adred\u200b bad\u202ehuset") == "Utred badhuset"


def test_names_of_holders_hold_nothing_that_cannot_be_seen(tmp_path: Path) -> None:
    text = (
        "roll;namn;adress;fran\nekonomichef;E\u200bva\u202e\u00a0Ek;eva@lillby.example;2027-01-01\n"
    )
    holders = read_staff_file(csv(tmp_path, text, "chefer.csv"), LILLBY).holders
    assert holders is not None
    assert holders[0].name == "Eva Ek"


@given(st.text())
@example("\u1c82")  # a narrow o, whose small letter is the Cyrillic one
def test_what_is_seen_is_seen_the_same_twice(text: str) -> None:
    assert seen(seen(text)) == seen(text)
    assert look(look(text)) == look(text)
    assert visible(visible(text)) == visible(text)
    assert look(unicodedata.normalize("NFD", text)) == look(unicodedata.normalize("NFC", text))


@given(st.sampled_from(["Kommunstyrelsen", "Kommunfullmäktige", "KS"]), st.data())
def test_a_known_name_with_unseen_letters_in_it_is_known(name: str, data: st.DataObject) -> None:
    from calendars.meeting_plans.names import Names

    unseen = st.sampled_from("\u00ad\u200b\u200d\u2060\ufeff\u202e\u2066\u034f\ufe0f")
    at = data.draw(st.integers(0, len(name)))
    odd = name[:at] + data.draw(unseen) + name[at:]
    assert Names(LILLBY).find(odd) == Names(LILLBY).find(name)
