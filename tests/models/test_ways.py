"""The way out that a text names: each reader gets their own, and none sees another's."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from models.errors import RefusedError
from models.ways import Reader, command, emptied, in_field, tool, unticked, worded

PROJECT = Path(__file__).parents[2]
TEXT = (
    f"Ange det {in_field('ansvarig', 'roll')}. {unticked('minoritet')}. {emptied('till')}. "
    f"Se {command('status', 'årets sida')}. Registrera beslutet{tool('beslut', 'beslut k KS')}."
)


@pytest.mark.parametrize(
    ("reader", "said"),
    [
        (
            Reader.COMMAND_LINE,
            "Ange det med --roll. Ta bort --minoritet. Ta bort --till. Se kommunplan status. "
            "Registrera beslutet (kommunplan beslut k KS).",
        ),
        (
            Reader.FORMS,
            "Ange det i fältet ansvarig. Kryssa ur minoritet. Töm fältet till. Se årets sida. "
            "Registrera beslutet (beslut).",
        ),
        (
            Reader.ANYBODY,
            "Ange det i fältet ansvarig. Kryssa ur minoritet. Töm fältet till. Se årets sida. "
            "Registrera beslutet.",
        ),
    ],
)
def test_each_reader_has_their_own_words(reader: Reader, said: str) -> None:
    assert worded(TEXT, reader) == said


def test_an_error_is_worded_for_the_command_line_unless_asked_otherwise() -> None:
    error = RefusedError(f"Det krävs ett skäl. Ange det {in_field('skal')}.")
    assert str(error) == f"{error}" == "Det krävs ett skäl. Ange det med --skal."
    assert error.worded_for(Reader.FORMS) == "Det krävs ett skäl. Ange det i fältet skal."


FORMS = [
    "models/*.py",
    "tasks/*.py",
    "tasks/meetings/change.py",
    "tasks/meetings/entry.py",
    "tasks/links/listing.py",
    "tasks/mail/resending.py",
    "flows/*.py",
    "flows/ui/*.py",
]
"""The code whose refusals a form can meet."""
ELSEWHERE = {"database.py", "settings.py", "demo_year.py"}
"""What they name is for whoever starts the server, or the exercise."""


def test_no_refusal_that_a_form_can_meet_names_a_flag_or_a_command_outright() -> None:
    found = []
    for pattern in FORMS:
        for path in PROJECT.glob(pattern):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Raise) and path.name not in ELSEWHERE:
                    found += [f"{path.name}: {text}" for text in _texts(node) if _is_named(text)]
    assert found == []


def _texts(node: ast.AST) -> list[str]:
    """The strings in the statement, but those that are given to a function of `models.ways`."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    ways = {"command", "either", "emptied", "in_field", "ticked", "tool", "unticked"}
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ways:
        return []
    return [text for child in ast.iter_child_nodes(node) for text in _texts(child)]


def _is_named(text: str) -> bool:
    return " --" in text or text.startswith("--") or "kommunplan " in text
