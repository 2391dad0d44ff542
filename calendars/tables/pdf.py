"""The text of a PDF as lines with their columns apart. Reads bytes; knows neither bodies nor days.

A PDF has no cells, only words at places: columns are told by the room between them, and a day under its
heading by standing there. Where that is not plain the row keeps too few cells, and its reader refuses it.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from calendars.tables.cells import Cell, Row, Table
from calendars.tables.limits import PAGES, check_text, too_much
from models.characters import seen
from models.errors import DefinitionError

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

_APART = 2
"""How much wider than its letters a page is laid out, so that narrow columns stay apart."""
_UNPACKED = 10_000_000
"""Bytes; a font that is embedded whole may be some millions."""
_LETTERS = 400_000
"""Of what draws the pages; a page of a plan has some twenty thousand."""
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
    from pypdf import PdfReader, apply_configuration

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells of each odd byte, in English
    try:
        # the library's own bounds are several times what a plan may cost
        with (
            warnings.catch_warnings(),
            apply_configuration(
                lzw_maximum_output_length=_UNPACKED,
                run_length_maximum_output_length=_UNPACKED,
                zlib_maximum_output_length=_UNPACKED,
                stream_decoding_work_maximum_length=2 * _UNPACKED,
            ),
        ):
            warnings.simplefilter("ignore")
            return list(_read(PdfReader(BytesIO(content)), name))
    except DefinitionError:
        raise
    except Exception:  # a broken PDF raises whatever its inside provokes
        raise DefinitionError([f"{name}: är en PDF som inte går att läsa. {_INSTEAD}"]) from None


def _read(reader: PdfReader, name: str) -> Iterator[str]:
    """Each page's text."""
    if reader.is_encrypted and not reader.decrypt(""):
        raise DefinitionError([f"{name}: är en PDF med lösenord. Spara den utan. {_INSTEAD}"])
    if len(reader.pages) > PAGES:
        raise too_much(name, "har fler än", PAGES, "sidor")
    left = _LETTERS
    for page in reader.pages:
        left -= _size(page)
        if left < 0:
            raise too_much(name, "har fler än", _LETTERS, "tecken")
        yield seen(
            page.extract_text(
                extraction_mode="layout",
                layout_mode_scale_weight=_APART,
                layout_mode_space_vertically=False,
            )
        )


def _size(page: PageObject) -> int:
    """Bytes of what draws the page, before any of it is looked at."""
    contents = page.get("/Contents")
    found = contents.get_object() if contents is not None else []
    parts = found if isinstance(found, list) else [found]
    return sum(len(part.get_object().get_data()) for part in parts)


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
