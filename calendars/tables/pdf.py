"""The text of a PDF as lines with their columns apart. Reads bytes; knows neither bodies nor days.

A PDF has no cells, only words at places: columns are told by the room between them, and a day under its
heading by standing there. Where that is not plain the row keeps too few cells, and its reader refuses it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import NamedTuple

from calendars.tables.cells import Cell, Row, Table
from calendars.tables.limits import PAGES, TEXT, check_text, too_much
from models.characters import seen
from models.errors import DefinitionError

_APART = 2
"""How much wider than its letters a page is laid out, so that narrow columns stay apart."""
_INSTEAD = "Be om planen som Excel eller CSV, eller skriv av den."
NOT_SEEN = (
    "en PDF visar inte om en dag är överstruken eller dold. Jämför det som läses in med planen."
)


def pdf_tables(content: bytes, name: str) -> Iterator[Table]:
    """The pages as one table of aligned columns; DefinitionError where there is no text to read."""
    pages = _pages(content, name)
    if not any(page.strip() for page in pages):
        raise DefinitionError([f"{name}: är en PDF utan text, som en inskannad bild. {_INSTEAD}"])
    text = "\n".join(pages)
    check_text(text, name)
    rows = tuple(_placed([_words(line) for line in text.splitlines()]))
    yield Table("", rows, aligned=True)


def _pages(content: bytes, name: str) -> list[str]:
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells of each odd byte, in English
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise DefinitionError(
                [f"{name}: är en PDF med lösenord. Spara den utan, eller {_lower()}"]
            )
        if len(reader.pages) > PAGES:
            raise too_much(name, "har fler än", PAGES, "sidor")
        left, found = TEXT, []
        for page in reader.pages:
            contents = page.get_contents()
            left -= len(contents.get_data()) if contents else 0
            if left < 0:
                raise too_much(name, "har fler än", TEXT, "tecken")
            found.append(seen(_laid_out(page)))
    except DefinitionError:
        raise
    except Exception:  # a broken PDF raises whatever its inside provokes
        raise DefinitionError([f"{name}: är en PDF som inte går att läsa. {_INSTEAD}"]) from None
    return found


def _lower() -> str:
    return _INSTEAD[0].lower() + _INSTEAD[1:]


def _laid_out(page: object) -> str:
    text = page.extract_text(  # type: ignore[attr-defined]
        extraction_mode="layout",
        layout_mode_scale_weight=_APART,
        layout_mode_space_vertically=False,
    )
    return str(text)


class _Word(NamedTuple):
    """What stands together, and the columns of letters that it takes up."""

    text: str
    first: int
    last: int


def _words(line: str) -> list[_Word]:
    return [
        _Word(match[0].strip(), match.start(), match.end())
        for match in re.finditer(r"\S+(?: \S+)*", line)
    ]


def _placed(lines: Sequence[Sequence[_Word]]) -> Iterator[Row]:
    """Each line's cells, under the heading that stands above it: the last line with more words than any
    before it."""
    heading: Sequence[_Word] = ()
    for number, line in enumerate(lines, 1):
        if len(line) > max(len(heading), 2):
            heading = line
        texts = _under(heading, line) if len(line) > 1 else None
        yield tuple(
            Cell(f"rad {number}, kolumn {column}", text)
            for column, text in enumerate(texts or [word.text for word in line], 1)
        )


def _under(heading: Sequence[_Word], line: Sequence[_Word]) -> list[str] | None:
    """The line's words, each under the only word of the heading that it stands under; None where some
    stands under none or two."""
    texts = [""] * len(heading)
    for word in line:
        above = [n for n, h in enumerate(heading) if h.first < word.last and word.first < h.last]
        if len(above) != 1 or texts[above[0]]:
            return None
        texts[above[0]] = word.text
    return texts
