"""What the shell offers at a tab: steps, occasions, roles, units, bodies and budget years, with their names.

Read when asked for, from the definition directory and the started years. What cannot be read offers nothing:
cyclopts keeps every error from the line that somebody is writing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.process import Definition

Offers = list[tuple[str, str]]


def steps(_: object) -> Offers:
    """Those of the newest started year, with what has been raised in it; before any, the definition's."""
    from tasks.settings import settings
    from tasks.started_year import started_year

    years = _started()
    found = started_year(settings().database, years[-1]) if years else None
    definition = found.definition if found else _definition()
    return [(step.slug, step.title) for step in definition.steps]


def occasions(_: object) -> Offers:
    return [(occasion.slug, occasion.title) for occasion in _definition().occasions]


def roles(_: object) -> Offers:
    return [(role.slug, role.name) for role in _definition().roles]


def roles_and_units(_: object) -> Offers:
    """A role as `ekonomichef`, and as `forvaltningschef:miljoforvaltningen` where it is held for units."""
    definition = _definition()
    return list(_parts(definition))


def units(_: object) -> Offers:
    return [(unit.slug, unit.name) for unit in _definition().units]


def bodies(_: object) -> Offers:
    return [(body.slug, body.name) for body in _definition().bodies]


def gatherings(_: object) -> Offers:
    """What has meetings: the bodies, and the steps that are a day."""
    days = [(step.slug, step.title) for step in _definition().steps if step.kind == "mote"]
    return [*bodies(_), *days]


def calendars(_: object) -> Offers:
    return [*roles_and_units(_), *bodies(_)]


def started_years(_: object) -> Offers:
    return [(str(year), "startat") for year in _started()]


def years_to_start(_: object) -> Offers:
    from calendars.schedule import cycle_in_progress
    from tasks.clock import today
    from tasks.settings import settings

    newest = cycle_in_progress(_definition(), today(settings()))
    return [(str(newest), "pågår"), (str(newest + 1), "nästa")]


def any_years(_: object) -> Offers:
    """Those that are started, and those that could be."""
    return sorted({**dict(years_to_start(_)), **dict(started_years(_))}.items())


def _definition() -> Definition:
    from calendars.definition import load_definition
    from tasks.settings import settings

    return load_definition(settings().definition)


def _started() -> list[int]:
    from tasks.settings import settings
    from tasks.started_year import budget_years

    return budget_years(settings().database)


def _parts(definition: Definition) -> Iterator[tuple[str, str]]:
    names = {unit.slug: unit.name for unit in definition.units}
    for role in definition.roles:
        if not role.units:
            yield role.slug, role.name
        for unit in role.units:
            yield f"{role.slug}:{unit}", f"{role.name}, {names.get(unit, unit)}"
