"""Orsa's year as `bench.year` plays it, each month of it played once for all tests of this process.

Until somebody is late one year is like another: `play` copies what has been played already, and goes on. The
files whose tests play it share a process (`PLAYED` in tests/conftest.py).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from bench.year import run_year
from tests.factories import orsa, orsa_meetings
from tests.tasks.started import kept_folder
from tests.tasks.town import Town
from views.rehearsal import rehearse

YEAR = 2028
END = date(YEAR, 3, 1)

_played: dict[date, Path] = {}
"""The folders of a town in which everybody was on time until that day."""


def play(town: Town, *, until: date = END, late: Collection[str] = ()) -> None:
    """The year through that day, in a town without settings of its own; in the steps of
    `late` nobody does anything."""
    alike = min([until, *(_due(slug) - timedelta(days=1) for slug in late)])
    town.close()
    for file in _on_time(alike).iterdir():
        shutil.copy2(file, town.settings.data)
    if alike < until:
        run_year(town.database, town.settings, YEAR, until=until, late=late, after=alike)


def _on_time(until: date) -> Path:
    if until not in _played:
        folder = Path(tempfile.mkdtemp(dir=kept_folder()))
        month_before = until.replace(day=1) - timedelta(days=1)
        before = month_before if month_before.year >= YEAR - 1 else None
        if before:
            shutil.copytree(_on_time(before), folder, dirs_exist_ok=True)
        town = Town(folder)
        run_year(town.database, town.settings, YEAR, until=until, after=before)
        town.close()
        _played[until] = folder
    return _played[until]


@cache
def _due(slug: str) -> date:
    return rehearse(orsa(), YEAR, orsa_meetings()).plan[slug].due
