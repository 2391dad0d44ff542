"""A TOML file: what it holds, or in Swedish where it cannot be read. Reads the file."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from calendars.tables.limits import BYTES, check_depth, check_text, too_much
from models.errors import DefinitionError

_LETTERS = 500_000
"""A definition is some fifty thousand."""


def read_toml(path: Path) -> dict[str, Any]:
    """What the file holds; DefinitionError when it is missing, no TOML, or larger than any is."""
    text = _text(path)
    if len(text) > _LETTERS:
        raise too_much(path.name, "har fler än", _LETTERS, "tecken")
    check_text(text, path.name)
    check_depth(text, path.name)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # the parser's own words are English; where it is must be plain
        place = re.search(r"at line (\d+), column (\d+)", str(error))
        where = f"rad {place[1]}, kolumn {place[2]}" if place else "filens slut"
        raise _unreadable(path, f"{where} är inte skriven som TOML skrivs. {_HOW}") from None
    except (ValueError, RecursionError):  # a day that does not exist, a number without end
        raise _unreadable(path, f"ett värde går inte att läsa. {_HOW}") from None


_HOW = (
    "Text står inom citattecken, datum som 2027-03-15 utan, listor inom [ ], och varje namn "
    "en gång i sin tabell."
)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(BYTES + 1)
    except FileNotFoundError:
        raise DefinitionError(
            [f"{path.name}: finns inte i {path.parent}/. En definitionskatalog måste ha den filen."]
        ) from None
    except IsADirectoryError:
        raise DefinitionError([f"{path.name}: är en mapp. Ange en fil."]) from None
    except (OSError, ValueError):  # a name that no file can have is a ValueError
        raise DefinitionError(
            [f"{path.name}: går inte att läsa. Kontrollera sökvägen, och rätten att läsa filen."]
        ) from None
    try:
        # Notepad begins with a BOM; a line may end as in Windows
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise _unreadable(path, "den är inte sparad som UTF-8. Spara om den så") from None


def _unreadable(path: Path, why: str) -> DefinitionError:
    return DefinitionError([f"{path.name}: går inte att läsa som TOML: {why}"])
