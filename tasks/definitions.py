"""A running year goes over to a changed definition, or what that would do is told and not done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from calendars.definition import load_definition
from models.acts.years import ChangeDefinition
from models.errors import RefusedError
from models.events import Redefined
from models.plan import LinkPlan
from models.process import Definition
from models.redefinition import changes, redefine
from notifications.changed_dates import Rescheduling
from notifications.rescheduling import REDEFINED, moved_notices
from tasks.attempts import PREVIEW, mails_of
from tasks.office import Done, Office
from tasks.views.event_words import author
from tasks.year import OpenYear


def try_definition(on: Office, act: ChangeDefinition) -> dict[str, Any]:
    """What a changed definition would add to a running year, remove from it, and re-date. Nothing is
    changed; `oklara` are the running steps of which it must be said what they become."""
    new = load_definition(act.directory or on.settings.definition)
    act = act.model_copy(update={"by": PREVIEW, "reason": PREVIEW})
    with on.trying(act.budget_year) as year:
        found = changes(year.state, new, act.mapping)
        told: dict[str, Any] = {
            "budgetar": year.budget_year,
            "tillkommer": list(found.added),
            "utgar": list(found.removed),
            "byter_namn": [{"fran": old, "till": name} for old, name in found.renamed],
            "andras": list(found.changed),
            "oklara": list(found.unclear),
            "tas_som_klara": [],
            "flyttas": [],
            "mejl": [],
            "plan": year.definition.plan_of(year.budget_year),
        }
        if found.unclear:
            return told
        dates, definition, known = year.plan, year.definition, len(year.announced)
        _go_over(year, new, act)
        year.advance()
        kept = [step for step in year.definition.steps if step.slug in definition.step_by_slug]
        for step in kept:
            old, now = dates[step.slug], year.plan[step.slug]
            pairs = (
                ("öppnas", old.opens, now.opens),
                ("delar senast", old.due, now.due),
                ("sista sammanträdet", _last(old.links), _last(now.links)),
            )
            told["flyttas"] += [
                {"steg": step.slug, "vad": what, "fore": _iso(before), "efter": _iso(after)}
                for what, before, after in pairs
                if before != after
            ]
        told["tas_som_klara"] = [slug for slug in found.added if year.state[slug].before_start]
        told["mejl"] = mails_of(on, year, known)
        return told


def change_definition(on: Office, act: ChangeDefinition) -> Done:
    """Moves a running year to a changed definition, in one transaction; what follows comes right after."""
    new = load_definition(act.directory or on.settings.definition)
    with on.year(act.budget_year) as year:
        year.open_due()
        _go_over(year, new, act)
    return Done((year.done,))


def _go_over(year: OpenYear, new: Definition, act: ChangeDefinition) -> None:
    before = [event for event in year.log if isinstance(event, Redefined)]
    event = redefine(
        year.state,
        new,
        act.mapping,
        today=year.today,
        by=act.by,
        reason=act.reason,
        given_before=len(before),
        used={event.step for event in year.log} - set(year.state.steps),
    )
    current = (
        before[-1].definition if before else year.first_definition.model_dump_json(by_alias=True)
    )
    if event.definition == current:
        raise RefusedError(
            f"{year.definition.plan_of(year.budget_year)} har redan den här definitionen."
        )
    known, was = set(year.state.steps), year.plan.steps
    year.happens(event)
    year.register_past(set(year.state.steps) - known)
    why = Rescheduling(
        token=f"{year.budget_year}/{event.key}",
        rule=REDEFINED,
        by=author(event.by),
        reason=event.reason,
        was={act.mapping.get(slug, slug): dates for slug, dates in was.items()},
    )
    year.tell(moved_notices(year.state, year.plan, year.today, why))


def _last(links: Sequence[LinkPlan]) -> date | None:
    return links[-1].meeting if links else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
