"""The exceptions from the law that have been decided for a year, from the definition directory."""

from __future__ import annotations

from pathlib import Path

from calendars.law.case import ExceptionDecided
from calendars.law.exceptions import load_exceptions
from models.errors import DefinitionError
from models.process import Definition


def decided_exceptions(
    directory: Path | None, definition: Definition, budget_year: int
) -> tuple[ExceptionDecided, ...]:
    """None without a directory. A file that cannot be read is `granska`'s to tell: where the year stands is
    shown all the same, without them."""
    if directory is None:
        return ()
    try:
        return load_exceptions(directory, definition, budget_year)
    except DefinitionError:
        return ()
