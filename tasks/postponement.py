"""A later last day for the parts of a step: the process owner's answer to who asks for more time."""

from __future__ import annotations

from datetime import date

from calendars.workdays import WORKDAYS
from models.events import Postponed
from models.postponement import postpone as decide_to
from notifications.changed_dates import Rescheduling
from notifications.rescheduling import PUT_OFF, moved_notices
from tasks.actions import Engine
from tasks.year import Advance
from views.event_words import author


def postpone(
    on: Engine, slug: str, until: date, *, by: str, reason: str, budget_year: int | None = None
) -> Advance:
    """The parts of the step's present round have until another day; who is waited for is told. The same
    day again changes nothing."""
    with on.year(budget_year) as year:
        step = year.definition.step(slug)
        before = [e for e in year.log if isinstance(e, Postponed) and e.step == step.slug]
        event = decide_to(
            year.state,
            step,
            year.plan[step.slug],
            until=until,
            days=WORKDAYS,
            today=on.today,
            by=by,
            reason=reason,
            postponed_before=len(before),
        )
        if event is not None:
            why = Rescheduling(
                token=f"{year.budget_year}/{event.key}",
                rule=PUT_OFF,
                by=author(event.by),
                reason=event.reason,
                was=year.plan.steps,
                put_off=step.slug,
            )
            year.happens(event)
            year.tell(moved_notices(year.state, year.plan, on.today, why))
    return year.done
