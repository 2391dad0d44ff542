"""What a new round of a step would do, told and not done: in the year's own transaction, and taken back."""

from __future__ import annotations

from collections.abc import Sequence

from models.acts.rounds import Rerun
from models.process import Step
from models.state import Status, YearState
from notifications.items import Item
from notifications.rescheduling import moved_dates
from tasks.context import Context, now_of
from tasks.mail.notices import Notices
from tasks.year import OpenYear
from views.previews import RerunPreview, mails_to_go, moved_line, superseded_decision

PREVIEW = "förhandsvisning"
"""Who does what is only tried, and why."""


def try_rerun(on: Context, act: Rerun) -> RerunPreview:
    """What a new round of a completed step would touch. Nothing is changed."""
    act = act.model_copy(update={"by": PREVIEW, "reason": PREVIEW, "results": {}})
    with on.trying(act.budget_year) as year:
        step = year.definition.step(act.step)
        resting = tuple(one.slug for one in year.state.resting_on(step.slug))
        ahead = tuple(one.slug for one in year.definition.steps if _is_ahead(year.state, step, one))
        superseded = year.state[step.slug].standing
        before, known = year.plan, len(year.announced)
        for event in act.rule(now_of(year)).events:
            year.happens(event)
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
            mails=mails_to_go(told_besides(on, year, known)),
            plan_name=year.definition.plan_of(year.budget_year),
        )


def _is_ahead(state: YearState, step: Step, later: Step) -> bool:
    """Whether the later step is not completed and builds on this one: near, or far if it goes on."""
    own = state[later.slug]
    if own.status is Status.COMPLETED:
        return False
    grounds = state.definition.grounds_of(later)
    return step.slug in later.rests_on or (step.slug in grounds and own.status.is_open)


def told_besides(on: Context, year: OpenYear, known: int) -> Sequence[Item]:
    """What would be told whom besides what was due anyway, in order: of what the year makes known, the first
    so many were."""
    notices, told = Notices(year.session, on.settings, on.today), year.take_announced()
    notices.gather(year, told[:known])
    before = len(notices.gathered())
    notices.gather(year, told[known:])
    return notices.gathered()[before:]
