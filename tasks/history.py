"""The history of steps read from the database: the event log, the changes of the meetings with the dates
that they moved, and the outbox. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from sqlalchemy.orm import raiseload
from sqlmodel import Session, and_, col, or_, select

from models.errors import UnknownError
from models.events import Event, Redefined
from models.process import Definition, TaskKey
from models.tables import CycleRow, EventRow, MailRow, MeetingChangeRow, MovedDateRow, NoticeRow
from notifications.rescheduling import MovedDate
from notifications.sorting import Form
from tasks.database import Database
from tasks.log import find_cycle
from tasks.mail.already_told import EXERCISE
from tasks.reading import read_year
from views.event_words import author
from views.history import HistoryLine, StepHistory, lines_of_log
from views.history import step_history as history_of

WrittenLine = tuple[datetime, int, HistoryLine]
"""When it was written, and its place among what was written at the same moment."""


def step_history(
    database: Database, today: date, step: str, budget_year: int | None = None
) -> StepHistory:
    """The history of a step (slug, id or title) of a budget year; without one, of the year in progress.

    RefusedError where no year is started, UnknownError for a step or year that there is none of."""
    with database.read() as session:
        cycle = find_cycle(session, budget_year, today)
        return _histories(session, cycle, today, step)[0]


def step_histories(database: Database, today: date, budget_year: int) -> list[StepHistory]:
    """That of every step of the year, read once."""
    with database.read() as session:
        return _histories(session, find_cycle(session, budget_year), today, None)


def _histories(
    session: Session, cycle: CycleRow, today: date, wanted: str | None
) -> list[StepHistory]:
    year = read_year(session, cycle, today)
    definition = year.state.definition
    steps = (definition.step(wanted),) if wanted else definition.steps
    log = year.log
    written = session.exec(
        select(EventRow.recorded_at)
        .where(EventRow.cycle_id == cycle.id)
        .order_by(col(EventRow.number))
    ).all()
    entries: dict[str, list[WrittenLine]] = {}
    for slug, number, line in lines_of_log(definition, log):
        entries.setdefault(slug, []).append((written[number - 1], number, line))
    for slug, at, line in _moves(session, cycle, log):
        entries.setdefault(slug, []).append((at, len(log), line))
    only = steps[0].slug if wanted else None
    for slug, at, number, line in _mails(session, cycle, definition, only):
        entries.setdefault(slug, []).append((at, len(log) + number, line))
    return [
        history_of(year.state, year.plan, step, today, _in_order(entries.get(step.slug, ())))
        for step in steps
    ]


def _in_order(entries: Iterable[WrittenLine]) -> list[HistoryLine]:
    return [line for _, _, line in sorted(entries, key=lambda entry: entry[:2])]


def _moves(
    session: Session, cycle: CycleRow, log: Sequence[Event]
) -> Iterator[tuple[str, datetime, HistoryLine]]:
    """What each change of the meetings moved in a step, as it was told."""
    found = session.exec(
        select(MovedDateRow, MeetingChangeRow)
        .join(MeetingChangeRow, col(MeetingChangeRow.id) == col(MovedDateRow.change_id))
        .where(MovedDateRow.cycle_id == cycle.id)
        .order_by(col(MovedDateRow.id))
    )
    told: dict[tuple[str, int], tuple[MeetingChangeRow, list[str]]] = {}
    for row, change in found:
        slug = row.step
        for event in log[row.after_event :]:
            if isinstance(event, Redefined):
                slug = event.mapping.get(slug) or slug
        moved = MovedDate(slug, row.what, row.day_before, row.day_after)
        told.setdefault((slug, row.change_id), (change, []))[1].append(str(moved))
    for (slug, _), (change, dates) in told.items():
        line = HistoryLine(
            day=change.happened_on,
            source="möte",
            kind=change.change,
            what=f"Nya datum: {', '.join(dates)}",
            who=author(change.by),
            said=change.reason,
        )
        yield slug, change.recorded_at, line


def _mails(
    session: Session, cycle: CycleRow, definition: Definition, step: str | None
) -> Iterator[tuple[str, datetime, int, HistoryLine]]:
    """The mails about each step, or one: those of a day, kind and rule, and of one change, are one line."""
    found = session.exec(
        select(NoticeRow, MailRow)
        .join(MailRow, col(MailRow.id) == col(NoticeRow.mail_id))
        .options(raiseload(MailRow.stored))  # type: ignore[arg-type]
        .where(NoticeRow.cycle_id == cycle.id, or_(step is None, NoticeRow.step == step))
        .order_by(col(NoticeRow.id))
    )
    alike: dict[tuple[object, ...], list[tuple[NoticeRow, MailRow]]] = {}
    for row, mail in found:
        tried = row.key.startswith(EXERCISE)
        key = (
            row.step,
            mail.queued_on,
            row.kind,
            row.rule,
            row.body,
            mail.status,
            tried,
            _change_of(mail),
        )
        alike.setdefault(key, []).append((row, mail))
    yield from _unmailed(session, cycle, definition)
    for group in alike.values():
        row, mail = group[0]
        # what changes in a calendar concerns a person, not a role
        to = "; ".join(
            dict.fromkeys(_role(definition, one.role) if one.role else one.name for one, _ in group)
        )
        about = f" ({row.body})" if row.body else ""
        fate = (", på prov" if row.key.startswith(EXERCISE) else "") + _fate(mail)
        what = f"Mejl, {MAILS.get(row.kind, row.kind)}{about}{fate}: {row.rule}"
        line = HistoryLine(day=mail.queued_on, source="mejl", kind=row.kind, what=what, who=to)
        yield row.step, mail.queued_at, row.id or 0, line


def _unmailed(
    session: Session, cycle: CycleRow, definition: Definition
) -> Iterator[tuple[str, datetime, int, HistoryLine]]:
    """What somebody was to be told and no mail went about, with why."""
    rows = session.exec(
        select(NoticeRow, EventRow.recorded_at)
        .join(
            EventRow,
            and_(
                col(EventRow.cycle_id) == col(NoticeRow.cycle_id),
                col(EventRow.number) == col(NoticeRow.after_event),
            ),
        )
        .where(NoticeRow.cycle_id == cycle.id, NoticeRow.mail_key == "")
        .order_by(col(NoticeRow.id))
    )
    for row, written in rows:
        about = f" ({row.body})" if row.body else ""
        what = f"Inget mejl, {MAILS.get(row.kind, row.kind)}{about}: {row.name} {row.because}"
        who = _role(definition, row.role)
        line = HistoryLine(day=row.day, source="mejl", kind=row.kind, what=what, who=who)
        yield row.step, written, row.id or 0, line


def _fate(mail: MailRow) -> str:
    """What became of it; unknown, where a delivery was broken off that had it."""
    unknown = ", okänt om det gick" if mail.handed_at and mail.status != "skickad" else ""
    return unknown + STATUS[mail.status]


def _change_of(mail: MailRow) -> str:
    """The change of dates that the mail is about, where it is: each has a line of its own."""
    key = mail.key.removeprefix(EXERCISE)
    return key.rpartition("/")[0] if key.startswith(f"{Form.MOVED}/") else ""


def _role(definition: Definition, key: str) -> str:
    role, _, unit = key.partition(":")
    try:
        return definition.title_of(TaskKey(role=role, unit=unit or None))
    except UnknownError:  # a role that a new definition has done away with
        return key


MAILS = {
    "oppnat": "ny uppgift",
    "paminnelse": "påminnelse",
    "forsenat": "försenat",
    "eskalering": "eskalering",
    "beslut": "beslut",
    "klart": "klart",
    "aterremiss": "tillbaka",
    "flyttat": "nya datum",
    "omprovning": "omprövning",
    "rattelse": "rättelse",
    "mer-tid": "fråga om mer tid",
    "inte-min": "inte min uppgift",
    "inbjudan": "inbjudan",
    "overlamning": "överlämning",
    "kalender": "ändring i kalendern",
}
"""What a mail is, by the kind of what it tells."""
STATUS = {
    "skickad": "",
    "köad": ", väntar",
    "misslyckad": ", gick inte att skicka",
    "ersatt": ", ersatt eller inte längre aktuellt",
}
