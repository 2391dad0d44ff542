"""How large a file may be, of each kind, and the sentence for one that is larger. Pure.

No municipality's plan comes near any of them. They stand where the work begins, so that a file costs what
is in it and not what it claims: a workbook that unpacks to half a gigabyte is refused before it is unpacked.
"""

from __future__ import annotations

import re

from models.errors import DefinitionError

BYTES = 5_000_000
UNPACKED = 20_000_000
"""Bytes of a workbook's sheets and texts."""
PARTS = 1_000
"""Files inside a workbook."""
LINES = 5_000
CELLS = 40_000
COLUMNS = 500
DEPTH = 40
"""Brackets, tables or calendar parts inside each other."""
DIGITS = 40
"""In one number."""
EVENTS = 1_000
EVENT_LINES = 60_000
PAGES = 60
TEXT = 2_000_000
"""Characters of what is read as text: a plan is a page or two."""

_WAY_OUT = "Kontrollera att det är rätt fil, och spara bara tabellen i en egen fil."


def too_much(name: str, what: str, limit: int, unit: str) -> DefinitionError:
    """`plan.xlsx: har fler än 40 000 celler, som är det mesta som läses. …`"""
    return DefinitionError(
        [f"{name}: {what} {thousands(limit)} {unit}, som är gränsen. {_WAY_OUT}"]
    )


def thousands(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def check_text(text: str, name: str, lines: int = LINES) -> None:
    """DefinitionError where there is more text than any plan has, or a number of endless digits."""
    if len(text) > TEXT:
        raise too_much(name, "har fler än", TEXT, "tecken")
    if text.count("\n") >= lines:
        raise too_much(name, "har fler än", lines, "rader")
    if re.search(rf"\d{{{DIGITS + 1}}}", text):
        raise too_much(name, "har ett tal med fler än", DIGITS, "siffror")


def check_depth(text: str, name: str) -> None:
    """DefinitionError where brackets stand in brackets, or names in names, deeper than any file needs."""
    depth = 0
    for one in re.finditer(r"[\[{(]|[\])}]|\n", text):
        if one[0] == "\n":
            continue
        depth = depth + 1 if one[0] in "[{(" else max(depth - 1, 0)
        if depth > DEPTH:
            raise too_much(name, "är kapslad djupare än", DEPTH, "nivåer")
    if re.search(rf"(?:[\w\"'-]+[ \t]*\.[ \t]*){{{DEPTH + 1}}}", text):
        raise too_much(name, "har namn i fler än", DEPTH, "led")
