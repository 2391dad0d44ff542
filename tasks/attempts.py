"""What a new round of a step would do, told and not done: in the year's own transaction, and taken back."""

from __future__ import annotations

from typing import Any

from models.acts.rounds import Rerun
from models.process import Step
from models.state import Status, YearState
from notifications.rescheduling import moved_dates
from tasks.mail.notices import Notices
from tasks.office import Office, now_of
from tasks.year import OpenYear

PREVIEW = "förhandsvisning"
"""Who does what is only tried, and why."""


def try_rerun(on: Office, act: Rerun) -> dict[str, Any]:
    """What a new round of a completed step would touch. Nothing is changed."""
    act = act.model_copy(update={"by": PREVIEW, "reason": PREVIEW, "results": {}})
    with on.trying(act.budget_year) as year:
        step = year.definition.step(act.step)
        resting = [one.slug for one in year.state.resting_on(step.slug)]
        ahead = [one.slug for one in year.definition.steps if _is_ahead(year.state, step, one)]
        superseded = year.state[step.slug].standing
        before, known = year.plan, len(year.announced)
        for event in act.rule(now_of(year)).events:
            year.happens(event)
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
            "mejl": mails_of(on, year, known),
            "plan": year.definition.plan_of(year.budget_year),
        }


def _is_ahead(state: YearState, step: Step, later: Step) -> bool:
    """Whether the later step is not completed and builds on this one: near, or far if it goes on."""
    own = state[later.slug]
    if own.status is Status.COMPLETED:
        return False
    grounds = state.definition.grounds_of(later)
    return step.slug in later.rests_on or (step.slug in grounds and own.status.is_open)


def mails_of(on: Office, year: OpenYear, known: int) -> list[dict[str, Any]]:
    """Who would be told what besides what was due anyway, in order: of what the year makes known, the first
    so many were."""
    notices, told = Notices(year.session, on.settings, on.today), year.take_announced()
    notices.gather(year, told[:known])
    before = len(notices.gathered())
    notices.gather(year, told[known:])
    return [
        {
            "till": item.recipient.name,
            "adress": item.recipient.address,
            "steg": item.notice.step,
            "slag": item.notice.kind.value,
            "regel": item.rule,
        }
        for item in notices.gathered()[before:]
    ]
