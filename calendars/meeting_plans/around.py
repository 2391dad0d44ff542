"""The text around a table: its title, its footnotes, the key to its marks. Pure.

What is said there counts for the days in the table: that the plan is only preliminary, that a day is
cancelled, what a mark means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from calendars.meeting_plans.entries import Reading
from calendars.meeting_plans.legend import begins_with_mark, is_explanation, legend_in
from calendars.meeting_plans.wording import A_DAY, Standing, standing_in
from calendars.tables.cells import Cell, Table, filled

_LONGEST = 2_000
"""Characters; a text that is longer is no title and no footnote."""
_OF_ANOTHER_DAY = {Standing.CANCELLED, Standing.MOVED_AWAY, Standing.MOVED_HERE, Standing.UNCLEAR}


def read_around(
    tables: Sequence[Table], others: Iterable[Table], into: Reading, *, are_lines: bool = False
) -> None:
    """The key and what else is said, of the tables that are read and of the sheets beside them. Where they
    `are_lines` a text with a day in it is none around them."""
    alone = [(cell.where, text) for table in tables for cell, text in _alone(table)]
    beside = [" ".join(cell.text for cell in filled(row)) for table in others for row in table.rows]
    into.legend = legend_in([*(text for _, text in alone), *beside])
    into.notes += into.legend.remarks()
    for where, text in alone:
        if not (are_lines and A_DAY.search(text)):
            _read_text(where, text, into)


def _alone(table: Table) -> Iterator[tuple[Cell, str]]:
    """Each text that is not of the table: alone on its row, or beginning with a mark."""
    for row in table.rows:
        cells = filled(row)
        if not cells:
            continue
        if len(cells) == 1 or is_explanation(row):
            yield cells[0], " ".join(cell.text for cell in cells)[:_LONGEST]


def _read_text(where: str, text: str, into: Reading) -> None:
    """A title or a footnote that makes the days in the table doubtful."""
    if begins_with_mark(text) or re.search(r"\*", text):
        return  # an explanation of a mark, which counts where the mark stands
    standing = standing_in(text)
    if standing is Standing.PRELIMINARY and not text.rstrip().endswith("?"):
        into.fault(
            where,
            f"{text!r} säger att dagarna är preliminära. Läs in planen när den är beslutad, "
            "och ta då bort ordet",
        )
    elif standing in _OF_ANOTHER_DAY and (A_DAY.search(text) or "~~" in text):
        into.fault(
            where,
            f"{text!r} säger något om en dag i tabellen. Ändra i tabellen, och ta bort texten",
        )
