"""What a change would do, told and not done: a re-run of a stage, a new definition.

Each is done in the year's own transaction, on what has happened until now, and taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from calendars.definition import load_definition
from models.commands import reopen
from models.errors import RefusedError
from models.events import Redefined
from models.plan import LinkPlan, StepPlan
from models.process import Definition, Step
from models.redefinition import changes, redefine
from models.state import Status
from notifications.changed_dates import Rescheduling
from notifications.rescheduling import REDEFINED, moved_dates, moved_notices
from tasks.actions import Engine
from tasks.year import Advance, OpenYear
from views.event_words import author
from views.previews import (
    DefinitionPreview,
    MovedLine,
    RenamedStep,
    RerunPreview,
    mails_to_go,
    moved_line,
    superseded_decision,
)

PREVIEW = "förhandsvisning"


def try_rerun(on: Engine, slug: str, *, budget_year: int | None = None) -> RerunPreview:
    """What a new round of a completed step would touch. Nothing is changed."""
    with on.trying(budget_year) as year:
        step = year.definition.step(slug)
        resting = tuple(one.slug for one in year.state.resting_on(step.slug))
        ahead = tuple(_ahead(year, step))
        superseded = year.state[step.slug].standing
        before, known = year.plan, len(year.gathered())
        year.happens(
            reopen(year.state, step, today=on.today, by=PREVIEW, reason=PREVIEW, token=PREVIEW)
        )
        year.advance()
        moved = moved_dates(year.definition, before, year.plan)
        return RerunPreview(
            step=step.slug,
            title=step.title_for(year.budget_year),
            budget_year=year.budget_year,
            reconsidered=resting,
            ahead=ahead,
            superseded=tuple(map(superseded_decision, superseded)),
            moved=tuple(
                moved_line(one)
                for one in moved
                if year.state[one.step].status is not Status.COMPLETED
            ),
            mails=mails_to_go(year.gathered()[known:]),
            plan_name=year.definition.plan_of(year.budget_year),
        )


def _ahead(year: OpenYear, step: Step) -> Iterator[str]:
    """The steps that rest directly on it and are not completed."""
    for later in year.definition.steps:
        own = year.state[later.slug]
        if own.status is Status.COMPLETED:
            continue
        on_its_grounds = step.slug in year.definition.grounds_of(later) and own.status.is_open
        if step.slug in later.rests_on or on_its_grounds:
            yield later.slug


def try_definition(
    on: Engine, directory: Path, mapping: Mapping[str, str], *, budget_year: int | None = None
) -> DefinitionPreview:
    """What a changed definition would add to a running year, remove from it, and re-date. Nothing is
    changed; `unclear` are the running steps of which it must be said what they become."""
    new = load_definition(directory)
    with on.trying(budget_year) as year:
        found = changes(year.state, new, mapping)
        preview = DefinitionPreview(
            budget_year=year.budget_year,
            added=found.added,
            removed=found.removed,
            renamed=tuple(RenamedStep(before=old, after=name) for old, name in found.renamed),
            changed=found.changed,
            unclear=found.unclear,
            plan_name=year.definition.plan_of(year.budget_year),
        )
        if found.unclear:
            return preview
        dates, definition, known = year.plan, year.definition, len(year.gathered())
        _go_over(on, year, new, mapping, by=PREVIEW, reason=PREVIEW)
        kept = [step for step in year.definition.steps if step.slug in definition.step_by_slug]
        moved = [line for step in kept for line in _moved(dates[step.slug], year.plan[step.slug])]
        done = tuple(slug for slug in found.added if year.state[slug].before_start)
        mails = mails_to_go(year.gathered()[known:])
        return preview.model_copy(
            update={"moved": tuple(moved), "taken_as_done": done, "mails": mails}
        )


def _moved(old: StepPlan, now: StepPlan) -> Iterator[MovedLine]:
    """The dates of a step that a new definition makes others."""
    for what, before, after in (
        ("öppnas", old.opens, now.opens),
        ("delar senast", old.due, now.due),
        ("sista sammanträdet", _last(old.links), _last(now.links)),
    ):
        if before != after:
            yield MovedLine(step=now.slug, what=what, before=before, after=after)


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


def _last(links: Sequence[LinkPlan]) -> date | None:
    return links[-1].meeting if links else None
