"""Everything that has happened in a step, in order: what was done and decided, which sammanträden moved
its dates, and which mails went to whom by which rule.

Reads only. The event log, the changes of the meetings with the dates that they moved, and the outbox are
the sources. `kommunplan historik` and Prefect's artifact show the same lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy.orm import raiseload
from sqlmodel import Session, col, select

from calendars.schedule import plan_year
from models.errors import UnknownError
from models.events import EVENT, Corrected, Decided, Effect, Event, Numbered, Raised, Redefined
from models.process import Definition, TaskKey
from models.redefinition import renamed
from models.state import YearState
from models.tables import CycleRow, EventRow, MailRow, MeetingChangeRow, MovedDateRow, NoticeRow
from models.text import Text
from notifications.rescheduling import MovedDate
from notifications.sorting import Form
from tasks.database import Database
from tasks.log import stored_state
from tasks.mail.already_told import EXERCISE
from tasks.views.event_words import author, decision, happened
from tasks.views.labels import label, sentence
from tasks.year import find_cycle, meetings


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened. `said` is the comment or the reason; `who` said it, or for a mail got it."""

    day: date
    source: Literal["händelse", "möte", "mejl"]
    kind: str
    """The event's kind (`beslut`), the change's (`flyttat`), or the mail's (`paminnelse`)."""
    what: str
    who: str = ""
    said: str = ""
    number: int | None = None
    """The event's number in the year's log, by which `ratta` knows a decision."""
    corrected_by: int | None = None
    """Of a decision that was registered wrongly: the number of what put it right."""


@dataclass(frozen=True, slots=True)
class StepHistory:
    budget_year: int
    municipality: str
    plan_name: str
    today: date
    slug: str
    id: str
    title: str
    label: str
    """Where it stands: `Väntar på KS`."""
    sentence: Text
    lines: tuple[HistoryLine, ...]
    """In the order in which it was written down, the oldest first."""


Entry = tuple[datetime, int, HistoryLine]
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


def history_json(found: StepHistory, lines: Iterable[HistoryLine]) -> dict[str, Any]:
    """The stable `historik --json` format that docs/json.md documents."""
    return {
        "budgetar": found.budget_year,
        "plan": found.plan_name,
        "dag": found.today.isoformat(),
        "steg": found.slug,
        "id": found.id,
        "titel": found.title,
        "visning": found.label,
        "forklaring": found.sentence,
        "historik": [
            {
                "dag": line.day.isoformat(),
                "kalla": line.source,
                "slag": line.kind,
                "vad": line.what,
                "vem": line.who,
                "sagt": line.said,
                "nummer": line.number,
                "rattat_av": line.corrected_by,
            }
            for line in lines
        ],
    }


def _histories(
    session: Session, cycle: CycleRow, today: date, wanted: str | None
) -> list[StepHistory]:
    state = stored_state(session, cycle)
    definition = state.definition
    plan = plan_year(definition, cycle.budget_year, meetings(session), state, today)
    steps = (definition.step(wanted),) if wanted else definition.steps
    rows = session.exec(
        select(EventRow).where(EventRow.cycle_id == cycle.id).order_by(col(EventRow.number))
    ).all()
    log = [EVENT.validate_json(row.content) for row in rows]
    entries: dict[str, list[Entry]] = {step.slug: [] for step in steps}
    for slug, line, number in _events(state, log):
        if slug in entries:
            entries[slug].append((rows[number - 1].recorded_at, number, line))
    for slug, at, line in _moves(session, cycle, log):
        if slug in entries:
            entries[slug].append((at, len(rows), line))
    for slug, at, number, line in _mails(session, cycle, definition):
        if slug in entries:
            entries[slug].append((at, len(rows) + number, line))
    return [
        StepHistory(
            budget_year=cycle.budget_year,
            municipality=definition.municipality.name,
            plan_name=definition.plan_of(cycle.budget_year),
            today=today,
            slug=step.slug,
            id=step.id,
            title=step.title_for(cycle.budget_year),
            label=label(state, step, plan[step.slug], today),
            sentence=sentence(state, step, plan[step.slug]),
            lines=tuple(line for _, _, line in sorted(entries[step.slug], key=lambda e: e[:2])),
        )
        for step in steps
    ]


def _events(state: YearState, log: Sequence[Event]) -> Iterator[tuple[str, HistoryLine, int]]:
    """The lines of the log, each with the step that it is about, by the name that it has now."""
    definition = state.definition
    corrected = {e.corrects: number for number, e in enumerate(log, 1) if isinstance(e, Corrected)}
    names: list[dict[str, str]] = [
        e.mapping for e in log if isinstance(e, Redefined)
    ]  # those that are still ahead, as the log goes on
    for number, event in enumerate(log, 1):
        if isinstance(event, Redefined):
            names = names[1:]
        what, said = happened(definition, event)
        line = HistoryLine(
            event.on,
            "händelse",
            event.kind,
            what,
            author(event.by),
            said,
            number,
            corrected.get(event.key),
        )
        for slug in _steps_of(definition, event):
            for mapping in names:
                slug = mapping.get(slug) or slug
            yield slug, line, number
        decided = event.decision if isinstance(event, Corrected) else event
        if isinstance(decided, Decided):
            for mapping in names:
                decided = renamed(decided, mapping)
            for slug in _sent_back(definition, decided):
                told = decision(definition, decided)
                back = f"Ärendet kom tillbaka från {_title(definition, decided.step)}. {told}"
                yield slug, replace(line, kind="aterkom", what=back, said=decided.reason), number


def _steps_of(definition: Definition, event: Event) -> tuple[str, ...]:
    """The steps that the event is about: of what was raised, the one that it became; of a
    diarienummer, all of its ärende; of a new definition, all there are."""
    match event:
        case Raised():
            return (event.slug,)
        case Numbered():
            steps = definition.step_by_slug
            return tuple(
                slug for slug in steps if definition.arende_of(steps[slug]).slug == event.arende
            )
        case Redefined():
            return tuple(definition.step_by_slug)
    return (event.step,)


def _sent_back(definition: Definition, event: Decided) -> tuple[str, ...]:
    """The earlier steps of the ärende that a return goes back through."""
    if event.outcome.effect is not Effect.RETURN or event.back_step in ("", event.step):
        return ()
    if event.step not in definition.step_by_slug:
        return ()
    way = definition.arende_of(definition.step(event.step)).steps
    if event.back_step not in way:
        return ()
    return way[way.index(event.back_step) : way.index(event.step)]


def _title(definition: Definition, slug: str) -> str:
    try:
        return definition.step(slug).title
    except UnknownError:  # a step that a new definition has done away with
        return slug


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
            change.happened_on,
            "möte",
            change.change,
            f"Nya datum: {', '.join(dates)}",
            author(change.by),
            change.reason,
        )
        yield slug, change.recorded_at, line


def _mails(
    session: Session, cycle: CycleRow, definition: Definition
) -> Iterator[tuple[str, datetime, int, HistoryLine]]:
    """The mails about each step: those of one day, kind and rule, and of one change, are one line."""
    found = session.exec(
        select(NoticeRow, MailRow)
        .join(MailRow, col(MailRow.id) == col(NoticeRow.mail_id))
        .options(raiseload(MailRow.stored))  # type: ignore[arg-type]
        .where(NoticeRow.cycle_id == cycle.id)
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
    for group in alike.values():
        row, mail = group[0]
        # what changes in a calendar concerns a person, not a role
        to = "; ".join(
            dict.fromkeys(_role(definition, one.role) if one.role else one.name for one, _ in group)
        )
        about = f" ({row.body})" if row.body else ""
        fate = (", på prov" if row.key.startswith(EXERCISE) else "") + STATUS[mail.status]
        what = f"Mejl, {MAILS.get(row.kind, row.kind)}{about}{fate}: {row.rule}"
        line = HistoryLine(mail.queued_on, "mejl", row.kind, what, to)
        yield row.step, mail.queued_at, row.id or 0, line


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
