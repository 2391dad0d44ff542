"""Reads `undantag.toml`: the exceptions that a statute allows for särskilda skäl, once decided.

[[undantag]]
regel = "KL-11-11"
budgetar = 2028
beslutat_av = "KF"
datum = 2027-11-29
skal = "Statens budget kom sent efter regeringsskiftet"
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import Field

from calendars.definition import validated_in
from calendars.law.case import ExceptionDecided
from calendars.tables.toml import read_toml
from models.errors import DefinitionError
from models.occurrences import ReasonsRule
from models.process import Definition, Entry, Line

FILE = "undantag.toml"


class _Row(Entry):
    rule: ReasonsRule = Field(alias="regel")
    budget_year: int = Field(alias="budgetar", ge=2000, le=2100)
    body: str = Field(alias="beslutat_av")
    day: date = Field(alias="datum")
    reason: Line = Field(alias="skal")


class _File(Entry):
    exceptions: tuple[_Row, ...] = Field((), alias="undantag")


def load_exceptions(
    directory: Path, definition: Definition, budget_year: int
) -> tuple[ExceptionDecided, ...]:
    """The exceptions of one budget year; none where there is no file. DefinitionError names faults."""
    path = directory / FILE
    if not path.exists():
        return ()
    file = validated_in(_File, read_toml(path), path.name)
    bodies = {body.slug for body in definition.bodies}
    if faults := [
        f"{FILE}: undantag {row.rule!r}, beslutat_av: okänd instans {row.body!r}. "
        f"Tillåtna: {', '.join(sorted(bodies))}."
        for row in file.exceptions
        if row.body not in bodies
    ]:
        raise DefinitionError(faults)
    return tuple(
        ExceptionDecided(row.rule, row.body, row.day, row.reason)
        for row in file.exceptions
        if row.budget_year == budget_year
    )
