"""How a start that was a mistake is taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import text
from sqlmodel import Session, and_, col, delete, or_, select

from models.acts.years import UndoStart
from models.counting import counted
from models.errors import RefusedError
from models.events import AskedAtStart, CompletedBeforeStart, Event, Opened, Raised, SetAside
from models.opening import BY_START
from models.tables import (
    AnnouncementRow,
    AnswerLinkRow,
    CalendarEntryRow,
    CalendarSentRow,
    ClaimRow,
    CycleRow,
    EventRow,
    MailContentRow,
    MailRow,
    MovedDateRow,
    NoticeRow,
    ShownRow,
)
from tasks.chain import bind_undone
from tasks.context import Context, Done
from tasks.log import find_cycle, stored_definition, stored_log
from tasks.watch.journal import journal_after

BY_ITSELF = str(Opened.model_fields["by"].default)
"""Who did what nobody did."""
OWN_ROWS = (
    AnnouncementRow,
    AnnouncementRow,
    AnswerLinkRow,
    CalendarEntryRow,
    ClaimRow,
    ShownRow,
    MovedDateRow,
    NoticeRow,
    EventRow,
)
"""What a year has besides its mails, in an order in which it can be deleted."""


def undo_start(on: Context, act: UndoStart) -> Done:
    """The year as if it had never been started. RefusedError, with what to do instead, where anything else
    has happened in the year or its mails have gone."""
    with on.database.write() as session:
        plan = _undone(session, find_cycle(session, act.budget_year))
    return Done(said=(f"{plan} är borttaget, som om det aldrig hade startats.",))


def _undone(session: Session, cycle: CycleRow) -> str:
    """The year as if it had never been started; its plan's name. RefusedError, with what to do instead,
    where somebody has done something in it or has had mail about it. Meetings and role holders stay."""
    definition = stored_definition(cycle.definition)
    plan = definition.plan_of(cycle.budget_year)
    first = next((event for event in stored_log(session, cycle) if not _of_the_start(event)), None)
    if first is not None:
        raise RefusedError(
            f"{plan} kan inte tas bort: {first.step} har redan fått något registrerat ({first.on}, av "
            f"{first.by}). Året får stå kvar. Ett fel i det rättas för sig: ett beslut rättas, ett steg "
            "körs om eller utgår. Ska hela året bort: återställ en kopia av databasen från före starten."
        )
    mails = _mails(session, cycle)
    gone = [
        mail
        for mail in mails
        if mail.status == "skickad" or mail.claimed_until is not None or mail.handed_at is not None
    ]
    if gone or _are_of_other_years_too(session, cycle, mails):
        why = (
            f"{counted(len(gone), 'mejl', 'mejl')} om det har redan gått, först till {gone[0].address}"
            if gone
            else "ett mejl om det gäller också ett annat år"
        )
        raise RefusedError(
            f"{plan} kan inte tas bort: {why}. Året får stå kvar; säg till dem som fått mejl att bortse "
            "från det. Ska det bort: återställ en kopia av databasen från före starten."
        )
    ids = [mail.id for mail in mails]
    for of_mail in (CalendarSentRow, NoticeRow, MailContentRow):
        session.exec(delete(of_mail).where(col(of_mail.mail_id).in_(ids)))
    session.exec(delete(MailRow).where(col(MailRow.id).in_(ids)))
    bind_undone(session, "mail", ids)
    bind_undone(session, "letter", ids)
    events = select(EventRow.id).where(EventRow.cycle_id == cycle.id)
    bind_undone(session, "event", session.exec(events).all())
    bind_undone(session, "cycle", [cycle.id])
    with _log_unlocked(session):
        for table in OWN_ROWS:
            session.exec(delete(table).where(col(table.cycle_id) == cycle.id))
    session.delete(cycle)
    journal_after(session, "year.undone", level="warning", budget_year=cycle.budget_year)
    return plan


@contextmanager
def _log_unlocked(session: Session) -> Iterator[None]:
    """The one exception from a log that is only added to: of a year that never was, nobody has said
    anything. Within the transaction, so that nobody else finds the log unlocked."""
    connection = session.connection()
    [written] = connection.execute(
        text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = 'event_no_delete'")
    ).scalars()
    connection.execute(text("DROP TRIGGER event_no_delete"))
    yield
    connection.execute(text(written))


def _of_the_start(event: Event) -> bool:
    """Whether the start, or a check after it, did it of itself."""
    if isinstance(event, AskedAtStart):
        return True
    if isinstance(event, CompletedBeforeStart):
        return event.by == BY_START
    return isinstance(event, Opened | Raised | SetAside) and event.by == BY_ITSELF


def _mails(session: Session, cycle: CycleRow) -> Sequence[MailRow]:
    """Those that tell anything of the year."""
    telling = select(NoticeRow.mail_id).where(NoticeRow.cycle_id == cycle.id)
    return session.exec(
        select(MailRow)
        .where(or_(MailRow.cycle_id == cycle.id, col(MailRow.id).in_(telling)))
        .order_by(col(MailRow.id))
    ).all()


def _are_of_other_years_too(session: Session, cycle: CycleRow, mails: Sequence[MailRow]) -> bool:
    ids = [mail.id for mail in mails]
    shared = select(NoticeRow.id).where(
        col(NoticeRow.mail_id).in_(ids), NoticeRow.cycle_id != cycle.id
    )
    entries = (
        select(CalendarSentRow.id)
        .join(CalendarEntryRow, col(CalendarEntryRow.name) == col(CalendarSentRow.entry))
        .where(
            or_(
                and_(
                    col(CalendarEntryRow.cycle_id) == cycle.id,
                    col(CalendarSentRow.mail_id).not_in(ids),
                ),
                and_(
                    col(CalendarEntryRow.cycle_id) != cycle.id,
                    col(CalendarSentRow.mail_id).in_(ids),
                ),
            )
        )
    )
    return any(session.exec(found).first() is not None for found in (shared, entries))
