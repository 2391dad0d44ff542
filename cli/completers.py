"""What the shell offers at a tab: steps, occasions, roles, units, bodies and budget years, with their names.

Read when asked for, from the definition directory and the started years. What cannot be read offers nothing:
cyclopts keeps every error from the line that somebody is writing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from cli.naming import Command
from models import choices
from models.choices import Scope
from models.fields import Choice, Field
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


def gatherings(_: object) -> Offers:
    """What has meetings: the bodies, and the steps that are a day."""
    return _offered(choices.gatherings(Scope(_definition())))


def calendars(_: object) -> Offers:
    return _offered(choices.calendars(Scope(_definition())))


def completer(field: Field, command: Command) -> Callable[[Any], Offers]:
    """Offers the field's values: those that are possible now, given what is on the line so far; where that is
    none, those that the definition has."""

    def offer(context: Any) -> Offers:
        ask = field.words.choices
        if ask is None:
            return []
        given = {
            one.attribute: value
            for one in command.act.fields()
            if one is not field and (value := _given(context, command.name_of(one.attribute)))
        }
        scope = _scope()
        return _offered(ask(replace(scope, given=given))) or _offered(
            ask(replace(scope, state=None))
        )

    return offer


def _given(context: Any, name: str) -> str | None:
    found = context.get(name)
    return found.raw if found is not None else None


def _offered(found: Iterable[Choice]) -> Offers:
    return [(choice.value, choice.label) for choice in found]


def _scope() -> Scope:
    """What is known: the newest started year as it stands, or the definition alone."""
    from tasks.settings import settings
    from tasks.started_year import started_year

    years = _started()
    found = started_year(settings().database, years[-1]) if years else None
    state = found.state if found else None
    return Scope(_definition(), state, years=years, newest=_newest())


def _newest() -> int:
    from calendars.schedule import cycle_in_progress
    from tasks.clock import today
    from tasks.settings import settings

    return cycle_in_progress(_definition(), today(settings()))


def started_years(_: object) -> Offers:
    return [(str(year), "startat") for year in _started()]


def years_to_start(_: object) -> Offers:
    return _offered(choices.years_to_start(Scope(_definition(), newest=_newest())))


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
