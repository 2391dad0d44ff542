"""What a text points at: each reader gets their own words, and none sees another's."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from cli.wording import at_terminal
from flows.forms.wording import in_forms
from models.act import Act
from models.acts.all import ACTS
from models.acts.corrections import Correct
from models.acts.decisions import Decide
from models.acts.occasions import Raise
from models.errors import KommunplanError, RefusedError
from models.text import Aside, Pointer, Text, ViewPointer, ask, empty, give, mention, tick, untick

PROJECT = Path(__file__).parents[2]


def refused(act: type[Act], *said: str | Pointer) -> KommunplanError:
    error = RefusedError(*said)
    error.act = act
    return error


SAID = {
    "a field to fill in": (
        refused(Raise, "Ange en ", give("part"), "."),
        "Ange en med --roll.",
        "Ange en i fältet ansvarig.",
        "Ange en under Ansvarig.",
    ),
    "a box to untick, at a sentence's start": (
        refused(Decide, "Nej. ", untick("minority"), "."),
        "Nej. Ta bort --minoritet.",
        "Nej. Kryssa ur minoritet.",
        "Nej. Kryssa ur På begäran av en minoritet (KL 5 kap. 50 §).",
    ),
    "a box to tick, within a sentence": (
        refused(Decide, "Nej: ", tick("outside_meeting"), "."),
        "Nej: ange --utan-sammantrade.",
        "Nej: kryssa för utan_sammantrade.",
        "Nej: kryssa för Utan sammanträde.",
    ),
    "a field to empty": (
        refused(Decide, empty("back_to"), "."),
        "Ta bort --till.",
        "Töm fältet aterremiss_till.",
        "Töm Återremiss till.",
    ),
    "the same attribute of another act": (
        refused(Correct, "Ange det ", give("reason"), "."),
        "Ange det med --beslutsskal.",
        "Ange det i fältet skal.",
        "Ange det under Skäl.",
    ),
    "a value as it is written": (
        refused(ACTS["byt-definition"], mention("mapping", "a=b"), ": nej."),
        "--karta a=b: nej.",
        "Fältet karta, a=b: nej.",
        "Karta a=b: nej.",
    ),
    "an act that ends a sentence": (
        refused(Decide, "Gör om: ", ask("kor-om", step="bokslut", reason="…"), "."),
        "Gör om: kommunplan kor-om bokslut --skal …",
        "Gör om: formuläret bokslut, med nytt varv i fältet gor.",
        "Gör om: kor-om.",
    ),
    "an act with gaps": (
        refused(Decide, "Registrera med ", ask("beslut", body="KS", on="2027-10-18"), "."),
        "Registrera med kommunplan beslut STEG KS UTFALL --datum 2027-10-18.",
        "Registrera med formuläret beslut.",
        "Registrera med beslut.",
    ),
    "a view, and what something is done with": (
        refused(Decide, "Se ", ViewPointer("status"), Aside(ask("klar", step="bokslut")), "."),
        "Se kommunplan status (kommunplan klar bokslut).",
        "Se årets sida (klar).",
        "Se årets sida.",
    ),
}


@pytest.mark.parametrize("case", SAID)
def test_each_reader_has_their_own_words(case: str) -> None:
    error, terminal, forms, anybody = SAID[case]
    assert (at_terminal(error), in_forms(error), str(error)) == (terminal, forms, anybody)


def test_a_text_is_put_together_of_pieces_and_is_false_when_empty() -> None:
    assert not Text.of("", Text())
    assert Text.of("a", Text.of("b", give("x"))) == Text(("a", "b", give("x")))
    assert str(Text.joined("; ", ["a", Text.of("b")])) == "a; b"


CORE = ["models", "calendars", "notifications", "tasks", "views"]
ELSEWHERE = {
    # what these name is for whoever starts the server or sits at its command line, and no form meets it
    "tasks/database.py",
    "tasks/settings.py",
    "tasks/mail/sendings.py",
    "tasks/meetings/next_year.py",
    "tasks/started_year.py",
}


def test_no_refusal_of_the_core_names_an_option_or_a_command() -> None:
    found = []
    for room in CORE:
        for path in (PROJECT / room).rglob("*.py"):
            place = str(path.relative_to(PROJECT))
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Raise) and place not in ELSEWHERE:
                    found += [f"{place}: {text}" for text in _texts(node) if _is_named(text)]
    assert found == []


def _texts(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    return [text for child in ast.iter_child_nodes(node) for text in _texts(child)]


def _is_named(text: str) -> bool:
    return " --" in text or text.startswith("--") or "kommunplan " in text or "fältet " in text


def test_what_the_core_points_at_is_there() -> None:
    """Every act that is named by a pointer, and every field by one of the acts' attributes."""
    attributes = {field.attribute for act in ACTS.values() for field in act.fields()}
    for room in CORE:
        for path in (PROJECT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                    continue
                first = node.args[0] if node.args else None
                if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
                    continue
                if node.func.id == "ask":
                    assert first.value in {*ACTS, "kontroll"}, path
                elif node.func.id in ("give", "empty", "tick", "untick", "mention"):
                    assert first.value in attributes, path
