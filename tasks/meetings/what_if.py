"""What a moved or a cancelled meeting would do, told and not done: `flytta` and `stall-in` with `--prov`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from calendars.definition import load_definition
from models.acts.meetings import CancelMeeting, MoveMeeting
from models.errors import RefusedError
from models.plan import Staff
from models.state import YearState, not_started
from notifications.changed_dates import Rescheduling
from notifications.recipients import answering
from notifications.rescheduling import MEETINGS, moved_notices
from tasks.settings import Settings
from tasks.views.review import finding_json, review_case
from tasks.views.started_year import budget_years, started_year
from views.what_if import WhatIf, what_if


def try_meeting(chosen: Settings, today: date, act: MoveMeeting | CancelMeeting) -> dict[str, Any]:
    """Every date that would move, every rule that would break, and who would get which mail. A meeting that
    is not held lets its items go on to the body's next.

    Of each started year, or, where none rests on the meeting, of the year that is planned for it.
    """
    day = act.day
    to = act.to if isinstance(act, MoveMeeting) else None
    if day == to:
        raise RefusedError(f"{act.body} {day} är redan den dagen; ange en annan.")
    slug = load_definition(chosen.definition).body(act.body).slug
    years = budget_years(chosen.database) or [day.year + 1]
    tried = [_try(chosen, year, slug, day, to, today) for year in years]
    resting = [one for one in tried if one["flyttas"] or one["bryts"]] or tried[-1:]
    return {"instans": slug, "fran": day.isoformat(), "till": _iso(to), "ar": resting}


def _try(
    chosen: Settings, budget_year: int, body: str, day: date, to: date | None, today: date
) -> dict[str, Any]:
    case = review_case(chosen, budget_year, today)
    started = started_year(chosen.database, budget_year)
    state = started.state if started else None
    staff = Staff(tuple(case.holders), started.absences if started else ())
    found = what_if(case, state, body, day, to, today)
    return {
        "budgetar": budget_year,
        "sammantradet": [
            {"vad": what, "fore": before.isoformat(), "efter": after.isoformat()}
            for what, before, after in found.papers
        ],
        "flyttas": [
            {"steg": m.step, "vad": m.what, "fore": _iso(m.before), "efter": _iso(m.after)}
            for m in found.moved
        ],
        "for_kort": list(found.short),
        "bryts": [{"slag": f.severity.value, **finding_json(f)} for f in found.broken],
        "lagas": [{"slag": f.severity.value, **finding_json(f)} for f in found.mended],
        "mejl": _mails(found, state or not_started(case.definition), staff, today),
        "plan": case.definition.plan_of(budget_year),
    }


def told_to(mails: Iterable[Mapping[str, Any]]) -> list[str]:
    """Whom the change is told, and of which steps: one mail holds them all."""
    steps: dict[str, dict[str, None]] = {}
    for mail in mails:
        for who in mail["till"] or [mail["roll"]]:
            steps.setdefault(who, {})[mail["steg"]] = None
    return [f"{who}: {', '.join(of)}" for who, of in steps.items()]


def _mails(found: WhatIf, state: YearState, staff: Staff, today: date) -> list[dict[str, Any]]:
    why = Rescheduling(token="", rule=MEETINGS, by="", reason="", was=found.before.plan.steps)
    notices = moved_notices(state, found.after.plan, today, why)
    return [
        {
            "steg": notice.step,
            "roll": str(notice.to),
            "slag": notice.kind.value,
            "till": [
                f"{one.name} <{one.address}>"
                for one in answering(staff, state.definition, notice.to, today)
            ],
            "regel": notice.rule,
        }
        for notice in notices
    ]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
