"""What the owner asks to see: the year's status, and the rehearsal of a year, as plain values.

Reads only. The dictionaries are the stable `--json` formats that docs/json.md documents.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, func, select

from calendars.definition import load_definition, load_meetings
from calendars.meeting_dates import dates_of
from calendars.schedule import plan_year
from calendars.workdays import WORKDAYS
from models.events import Outcome
from models.plan import LinkPlan, YearPlan
from models.process import Definition, Step, TaskKey
from models.state import Status
from models.tables import CycleRow, MailRow, NoticeRow
from notifications.ladder import working_days
from notifications.recipients import holders_of
from tasks.database import Database
from tasks.log import registered_decisions, stored_state
from tasks.people.store import stored_staff
from tasks.settings import Settings
from tasks.views.step_status import step_status
from tasks.year import chosen_year, cycles, find_cycle, meetings
from views.rehearsal import Rehearsal, in_year_order, rehearse, usual_outcome


def status(database: Database, today: date, budget_year: int | None = None) -> list[dict[str, Any]]:
    """Every started year, or one: its steps in the order of the year, what is late, what is at risk."""
    with database.read() as session:
        chosen = [find_cycle(session, budget_year)] if budget_year is not None else cycles(session)
        return [_status_of(session, cycle, today) for cycle in chosen]


def _status_of(session: Session, cycle: CycleRow, today: date) -> dict[str, Any]:
    state, decisions = registered_decisions(session, cycle)
    definition = state.definition
    plan = plan_year(definition, cycle.budget_year, meetings(session), state, today)
    steps = [
        step_status(state, step, plan, today, decisions.get(step.slug, ()))
        for step in in_year_order(definition, plan)
    ]
    staff = stored_staff(session)
    vacant = [
        definition.title_of(key)
        for key in all_keys(definition)
        if not holders_of(staff, key, today)
    ]
    mail = dict(
        session.exec(
            select(MailRow.status, func.count())
            .where(MailRow.cycle_id == cycle.id)
            .group_by(MailRow.status)
        ).all()
    )
    failed = session.exec(
        select(MailRow.address, MailRow.subject, MailRow.error)
        .where(MailRow.cycle_id == cycle.id, MailRow.status == "misslyckad")
        .order_by(col(MailRow.id))
    ).all()
    return {
        "budgetar": cycle.budget_year,
        "kommun": definition.municipality.name,
        "dag": today.isoformat(),
        "steg": steps,
        "luckor": list(plan.gaps),
        "vakanta_roller": vacant,
        "exempel": any(m.example for m in meetings(session) if m.day.year == cycle.budget_year - 1),
        "mejl": {name: mail.get(name, 0) for name in ("köad", "skickad", "misslyckad", "ersatt")},
        "misslyckade_mejl": [
            {"till": address, "amne": subject, "fel": error} for address, subject, error in failed
        ],
        "plan": definition.plan_of(cycle.budget_year),
    }


def all_keys(definition: Definition) -> list[TaskKey]:
    """Every role, or unit of a role, that has something to do in the year."""
    keys = [key for step in definition.steps for key in definition.tasks_of(step)]
    clerks = [TaskKey(role=body.clerk) for body in definition.bodies]
    chiefs = [TaskKey(role=role.superior) for role in definition.roles if role.superior]
    owner = TaskKey(role=definition.municipality.owner)
    return list(dict.fromkeys([owner, *keys, *clerks, *chiefs]))


@dataclass(frozen=True, slots=True)
class ToDo:
    """One thing that somebody is waited for with: a role's part, or a body's decision."""

    slug: str
    day: date
    role: str = ""
    unit: str | None = None
    body: str | None = None
    is_last: bool = False
    usual: Outcome = Outcome.BIFALL
    """What the body decides when all goes as planned."""


def to_do(database: Database, budget_year: int, *, also_planned: bool = False) -> list[ToDo]:
    """What the year waits for now; `also_planned` counts the steps that are not open yet, and are to be."""
    with database.read() as session:
        cycle = find_cycle(session, budget_year)
        state = stored_state(session, cycle)
        plan = plan_year(state.definition, budget_year, meetings(session), state)
    found: list[ToDo] = []
    for step in state.definition.steps:
        own, dates = state[step.slug], plan[step.slug]
        if body := state.awaited_body(step):
            link = dates.links[own.link]
            is_last = own.link == len(step.chain) - 1
            day = link.meeting or link.register_by
            usual = usual_outcome(step, body)
            found.append(ToDo(step.slug, day, body=body, is_last=is_last, usual=usual))
        for key in state.missing(step):
            found.append(ToDo(step.slug, dates.due, key.role, key.unit))
        if (
            also_planned
            and own.status in (Status.PLANNED, Status.IN_PROGRESS)
            and not dates.dormant
        ):
            found.append(ToDo(step.slug, dates.opens))
    return found


def story(database: Database, budget_year: int) -> list[tuple[object, ...]]:
    """A row a step of how the year went: id, title, opened, completed, mails, what happened."""
    with database.read() as session:
        cycle = find_cycle(session, budget_year)
        state = stored_state(session, cycle)
        plan = plan_year(state.definition, budget_year, meetings(session), state)
        mails = dict(
            session.exec(
                select(NoticeRow.step, func.count())
                .where(NoticeRow.cycle_id == cycle.id)
                .group_by(NoticeRow.step)
            ).all()
        )
    rows: list[tuple[object, ...]] = []
    for step in in_year_order(state.definition, plan):
        own, dates = state[step.slug], plan[step.slug]
        happened = [f"{d.body} {_short(d.on)}: {d.outcome.label}" for d in own.decisions]
        parts_in = max(own.reported.values(), default=None)
        if parts_in and parts_in > dates.due and own.round == 1:
            happened.insert(0, f"inne {_short(parts_in)}, {_days(dates.due, parts_in)} sent")
        rows.append(
            (
                step.id,
                step.title_for(budget_year),
                _short(own.opened_on),
                _short(own.completed_on),
                mails.get(step.slug, 0),
                "\n".join(happened),
            )
        )
    return rows


def _short(day: date | None) -> str:
    return f"{day.day}/{day.month}" if day else ""


def _days(due: date, day: date) -> str:
    return working_days(WORKDAYS.between(due, day))


def rehearsal(chosen: Settings, budget_year: int | None, today: date) -> dict[str, Any]:
    """The whole year simulated from the definition directory: no database, no Prefect, no SMTP."""
    definition = load_definition(chosen.definition)
    known = load_meetings(chosen.definition, definition)
    year = chosen_year(definition, budget_year, today)
    return rehearsal_json(definition, rehearse(definition, year, known))


def rehearsal_json(definition: Definition, rehearsed: Rehearsal) -> dict[str, Any]:
    plan = rehearsed.plan
    return {
        "budgetar": plan.budget_year,
        "kommun": definition.municipality.name,
        "steg": [_planned(definition, step, plan) for step in in_year_order(definition, plan)],
        "utskick": [
            {
                "datum": day.isoformat(),
                "slug": notice.step,
                "slag": notice.kind.value,
                "roll": notice.to.role,
                "enhet": notice.to.unit,
                "instans": notice.body,
                "regel": notice.rule,
            }
            for day, notice in rehearsed.notices
        ],
        "luckor": list(plan.gaps),
        "plan": definition.plan_of(plan.budget_year),
    }


def _planned(definition: Definition, step: Step, plan: YearPlan) -> dict[str, Any]:
    dates = plan[step.slug]
    return {
        "id": step.id,
        "slug": step.slug,
        "titel": step.title,
        "fran": dates.window_start.isoformat(),
        "till": dates.window_end.isoformat(),
        "oppnas": dates.opens.isoformat(),
        "senast": dates.due.isoformat(),
        "ansvariga": list(step.roles),
        "beslut": [
            {"instans": link.body, "datum": link.meeting.isoformat() if link.meeting else None}
            for link in dates.links
        ],
        "sammantraden": [
            _link(definition, link, appealable=step.appealable and link is dates.links[-1])
            for link in dates.links
        ],
        "lagfrist": dates.first_limit.last_day.isoformat() if dates.first_limit else None,
        "kraver": [need.step for need in step.requires],
        "beroenden": [
            {"steg": need.step, "slag": need.strength.value, "kalla": need.source}
            for need in step.requires
        ],
        "antagande": step.assumption.reason if step.assumption else None,
    }


def _link(definition: Definition, link: LinkPlan, *, appealable: bool) -> dict[str, Any]:
    """A link with the days that its meeting brings with it, each None where it has none. The day counts
    that the definition adds come last, by their slugs."""
    days: dict[str, date | None] = dict.fromkeys(
        (
            "datum",
            "manusstopp",
            "beredning",
            "kungorelse",
            "utskick",
            "justering",
            "anslag",
            "overklagas_till",
            *(row.slug for row in definition.days),
        )
    )
    if link.meeting is not None:
        dates = dates_of(definition, link.body, link.meeting, appealable=appealable)
        days |= {
            "datum": link.meeting,
            "kungorelse": dates.notice_by,
            "justering": dates.signed_by,
            "anslag": dates.posted_by,
            "overklagas_till": dates.appeal_ends,
            **{one.slug: one.day for one in dates.before},
        }
    return {"instans": link.body} | {
        name: day.isoformat() if day else None for name, day in days.items()
    }
