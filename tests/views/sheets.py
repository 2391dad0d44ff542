"""Sheets to draw: of the definitions that come with us as planned, and of a year that has been run."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from calendars.definition import ORSA, load_definition, load_meetings
from calendars.schedule import plan_year
from models.plan import Meeting
from models.state import not_started
from views.sheet import Tone, YearSheet
from views.sheet_of_year import sheet_of

DEFINITIONS = {
    path.name: path
    for path in sorted(ORSA.parent.glob("*/"))
    if (path / "definition.toml").exists()
}
"""The three municipalities."""


@cache
def planned(
    name: str = "orsa", today: str = "2027-10-12", moved: tuple[str, str, str] | None = None
) -> YearSheet:
    """The year 2028 as planned; `moved` is a body, a day of its meeting and the day it goes to."""
    directory: Path = DEFINITIONS[name]
    definition = load_definition(directory)
    known: tuple[Meeting, ...] = load_meetings(directory, definition)
    if moved is not None:
        body, before, after = moved
        assert any((m.body, str(m.day)) == (body, before) for m in known)
        known = tuple(
            replace(m, day=date.fromisoformat(after))
            if (m.body, str(m.day)) == (body, before)
            else m
            for m in known
        )
    state = not_started(definition)
    plan = plan_year(definition, 2028, known, state)
    return sheet_of(state, plan, known, date.fromisoformat(today))


def with_every_tone() -> YearSheet:
    """Orsa's year, its steps in every state by turns."""
    sheet = planned()
    tones = [tone for tone in Tone if tone is not Tone.DORMANT]
    lines = tuple(
        line
        if line.tone is Tone.DORMANT
        else line.model_copy(update={"tone": tones[number % len(tones)]})
        for number, line in enumerate(sheet.lines)
    )
    return sheet.model_copy(update={"lines": lines})
