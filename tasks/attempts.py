"""What a change would do, told and not done: a re-run of a stage, a new definition.

Each is done in the year's own transaction, on what has happened until now, and taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from calendars.definition import load_definition
from models.commands import reopen
from models.errors import RefusedError
from models.events import Redefined
from models.plan import LinkPlan
from models.process import Definition
from models.redefinition import changes, redefine
from models.state import Status
from notifications.changed_dates import Rescheduling
from notifications.rescheduling import REDEFINED, moved_dates, moved_notices
from tasks.actions import Engine
from tasks.views.event_words import author
from tasks.year import Advance, OpenYear

PREVIEW = "förhandsvisning"


def try_rerun(on: Engine, slug: str, *, budget_year: int | None = None) -> dict[str, Any]:
    """What a new round of a completed step would touch. Nothing is changed."""
    with on.trying(budget_year) as year:
        step = year.definition.step(slug)
        resting = [one.slug for one in year.state.resting_on(step.slug)]
        ahead = [
            later.slug
            for later in year.definition.steps
            if year.state[later.slug].status is not Status.COMPLETED
            and (
                step.slug in later.rests_on
                or (
                    step.slug in year.definition.grounds_of(later)
                    and year.state[later.slug].status.is_open
                )
            )
        ]
        superseded = year.state[step.slug].standing
        before, known = year.plan, len(year.gathered())
        year.happens(
            reopen(year.state, step, today=on.today, by=PREVIEW, reason=PREVIEW, token=PREVIEW)
        )
        year.advance()
        return {
            "steg": step.slug,
            "titel": step.title_for(year.budget_year),
            "budgetar": year.budget_year,
            "omprovas": resting,
            "bygger_vidare": ahead,
            "ersatts": [
                {
                    "instans": d.body,
                    "datum": d.on.isoformat(),
                    "utfall": d.outcome.value,
                    "paragraf": d.paragraph,
                }
                for d in superseded
            ],
            "flyttas": [
                {
                    "steg": moved.step,
                    "vad": moved.what,
                    "fore": moved.before.isoformat() if moved.before else None,
                    "efter": moved.after.isoformat() if moved.after else None,
                }
                for moved in moved_dates(year.definition, before, year.plan)
                if year.state[moved.step].status is not Status.COMPLETED
            ],
            "mejl": _mails_of(year, known),
            "plan": year.definition.plan_of(year.budget_year),
        }


def try_definition(
    on: Engine, directory: Path, mapping: Mapping[str, str], *, budget_year: int | None = None
) -> dict[str, Any]:
    """What a changed definition would add to a running year, remove from it, and re-date. Nothing is
    changed; `oklara` are the running steps of which it must be said what they become."""
    new = load_definition(directory)
    with on.trying(budget_year) as year:
        found = changes(year.state, new, mapping)
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
        dates, definition, known = year.plan, year.definition, len(year.gathered())
        _go_over(on, year, new, mapping, by=PREVIEW, reason=PREVIEW)
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
        told["mejl"] = _mails_of(year, known)
        return told


def change_definition(
    on: Engine,
    directory: Path,
    mapping: Mapping[str, str],
    *,
    by: str,
    reason: str,
    budget_year: int | None = None,
) -> Advance:
    """Moves a running year to a changed definition, in one transaction with all that follows from it."""
    new = load_definition(directory)
    with on.year(budget_year) as year:
        _go_over(on, year, new, mapping, by=by, reason=reason)
    return year.done


def _go_over(
    on: Engine, year: OpenYear, new: Definition, mapping: Mapping[str, str], *, by: str, reason: str
) -> None:
    before = [event for event in year.log if isinstance(event, Redefined)]
    event = redefine(
        year.state,
        new,
        mapping,
        today=on.today,
        by=by,
        reason=reason,
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
        by=author(by),
        reason=event.reason,
        was={mapping.get(slug, slug): dates for slug, dates in was.items()},
    )
    year.tell(moved_notices(year.state, year.plan, on.today, why))
    year.advance()


def _mails_of(year: OpenYear, known: int) -> list[dict[str, Any]]:
    """Who would be told what besides what was due anyway, in order."""
    return [
        {
            "till": item.recipient.name,
            "adress": item.recipient.address,
            "steg": item.notice.step,
            "slag": item.notice.kind.value,
            "regel": item.rule,
        }
        for item in year.gathered()[known:]
    ]


def _last(links: Sequence[LinkPlan]) -> date | None:
    return links[-1].meeting if links else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
