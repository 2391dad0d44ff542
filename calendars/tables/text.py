"""The text of a file, and the text as tables: CSV, columns pasted from elsewhere, columns of spaces. Pure."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from io import StringIO

from calendars.tables.cells import Cell, Row, Table
from calendars.tables.limits import CELLS, TEXT, check_text, too_much
from models.characters import seen, struck_marked
from models.errors import DefinitionError

_SEPARATORS = (";", "\t", ",", "|")
_SINGLE_BYTE = {"cp1252": "Windows", "mac_roman": "Mac", "cp850": "DOS"}
_LETTERS = set("åäöÅÄÖéÉüÜ")
_SIGNS = set("\N{NO-BREAK SPACE}–—‘’“”•…§°´·½\N{SOFT HYPHEN}")
_TWICE_ENCODED = re.compile(r"Ã[\u0080-\u00bf„…–\u0178]|â€")
_SAVE_AS = "Spara filen som CSV (UTF-8)."


def text_tables(content: bytes, name: str) -> Iterator[Table]:
    """The text as each kind of table that it could be; which one it is, its heading tells."""
    text = decoded(content, name)
    check_text(text, name)
    for separator in _SEPARATORS:
        if text.count(separator) > CELLS:
            raise too_much(name, "har fler än", CELLS, "celler")
        yield Table("", tuple(_separated(text, separator)))
    if len(re.findall(r"\s\s+", text)) > CELLS:
        raise too_much(name, "har fler än", CELLS, "celler")
    yield _aligned(text)


def _aligned(text: str) -> Table:
    """The text as columns with two spaces or more between them."""
    lines = enumerate(text.splitlines(), 1)
    rows = (_cells(number, re.split(r"\s{2,}", line.strip())) for number, line in lines)
    return Table("", tuple(rows), aligned=True)


def decoded(content: bytes, name: str) -> str:
    """The text as it is seen, from UTF-8 with or without a mark, Excel's "Unicode-text", or the single
    bytes of Windows, Mac or DOS; DefinitionError where it is not plain which."""
    text = _decoded(content)
    if text is None:
        raise DefinitionError([f"{name}: går inte att läsa som text. {_SAVE_AS}"])
    if len(text) > TEXT:
        raise too_much(name, "har fler än", TEXT, "tecken")
    if "\N{REPLACEMENT CHARACTER}" in text or _TWICE_ENCODED.search(text):
        raise DefinitionError(
            [
                f"{name}: har förvanskade tecken i stället för å, ä och ö. "
                f"Hämta filen på nytt där den är gjord. {_SAVE_AS}"
            ]
        )
    return seen(struck_marked(text))


def _decoded(content: bytes) -> str | None:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        found = [_as(content, "utf-16")]
    elif (unicode := _as(content, "utf-8-sig")) is not None:
        found = [unicode]
    else:
        texts = dict.fromkeys(_as(content, encoding) for encoding in _SINGLE_BYTE)
        found = [text for text in texts if text is not None and _is_swedish(text)]
    text = found[0] if len(found) == 1 else None
    return text if text is not None and "\0" not in text else None


def _as(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_swedish(text: str) -> bool:
    """Whether each letter is one of ours, capitals do not follow small letters, and no sign stands inside
    a word: what is right in one code page is seldom so in another."""
    others = {one for one in text if not one.isascii()}
    if not others <= _LETTERS | _SIGNS:
        return False
    return not re.search(rf"\w[{''.join(_SIGNS - set('’´–—'))}]\w|[a-zåäöéü][ÅÄÖÉÜ]", text)


def _separated(text: str, separator: str) -> list[Row]:
    """The rows; none at all where a quotation mark is not closed, since it would swallow the rest."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    rows, number = [], 1
    try:
        for values in reader:
            if separator == "|":  # a pasted table may have its frame: | KS | 18 |
                values = _unframed(values)
            rows.append(_cells(number, values))
            number = reader.line_num + 1
    except csv.Error:
        return []
    return rows


def _unframed(values: list[str]) -> list[str]:
    inner = (
        values[1:-1] if len(values) > 2 and not values[0].strip() + values[-1].strip() else values
    )
    return [] if all(re.fullmatch(r"\s*:?-{3,}:?\s*", value) for value in inner) else inner


def _cells(row: int, values: Sequence[str]) -> Row:
    return tuple(
        Cell(f"rad {row}, kolumn {column}", value.strip()) for column, value in enumerate(values, 1)
    )
