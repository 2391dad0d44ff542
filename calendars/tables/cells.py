"""A table of cells, each cell knowing where it stands. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Cell:
    """`value` is text, a real date of Excel's, or a number that is no whole one. What is struck through
    stands between `~~` in text; of a date it is `struck`."""

    where: str
    value: str | date | float
    comment: str = ""
    """What somebody has hung on the cell."""
    struck: bool = False
    is_widened: bool = False
    """The same as the cell before it in the row, which is merged over this one."""

    @property
    def text(self) -> str:
        return str(self.value)

    @property
    def is_empty(self) -> bool:
        return self.value == ""

    @property
    def beside(self) -> tuple[str, ...]:
        """What is said of the cell without standing in it."""
        return tuple(filter(None, (self.comment, "~~" if self.struck else "")))


Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`title` is the sheet's name. In a table that is `aligned` with spaces an empty cell cannot be
    seen, so each row must have as many cells as the heading."""

    title: str
    rows: tuple[Row, ...]
    aligned: bool = False


def filled(row: Sequence[Cell]) -> list[Cell]:
    """The row's cells that hold something, a merged one once."""
    return [cell for cell in row if not (cell.is_empty or cell.is_widened)]
