"""A running year goes over to a changed definition, or what that would do is told and not done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from calendars.definition import load_definition
from models.acts.years import ChangeDefinition
from models.errors import RefusedError
from models.events import Redefined
from models.plan import LinkPlan, StepPlan
from models.process import Definition
from models.redefinition import changes, redefine
from notifications.changed_dates import Rescheduling
from notifications.rescheduling import REDEFINED, moved_notices
from tasks.attempts import PREVIEW, told_besides
from tasks.context import Context, Done
from tasks.year import OpenYear
from views.event_words import author
from views.previews import DefinitionPreview, MovedLine, RenamedStep, mails_to_go


def try_definition(on: Context, act: ChangeDefinition) -> DefinitionPreview:
    """What a changed definition would add to a running year, remove from it, and re-date. Nothing is
    changed; `unclear` are the running steps of which it must be said what they become."""
    new = load_definition(act.directory or on.settings.definition)
    act = act.model_copy(update={"by": PREVIEW, "reason": PREVIEW})
    with on.trying(act.budget_year) as year:
        found = changes(year.state, new, act.mapping)
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
        dates, definition, known = year.plan, year.definition, len(year.announced)
        _go_over(year, new, act)
        year.advance()
        kept = [step for step in year.definition.steps if step.slug in definition.step_by_slug]
        moved = [line for step in kept for line in _moved(dates[step.slug], year.plan[step.slug])]
        done = tuple(slug for slug in found.added if year.state[slug].before_start)
        mails = mails_to_go(told_besides(on, year, known))
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


def change_definition(on: Context, act: ChangeDefinition) -> Done:
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
    year.take_over(set(year.state.steps) - known)
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
