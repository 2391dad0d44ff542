"""What went, what waits, and what goes tomorrow, by which rule: `kommunplan utskick`.

Reads only. Tomorrow is tomorrow's check on the year as it stands, gathered and left unposted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import raiseload
from sqlmodel import Session, col, select

from models.errors import RefusedError
from models.tables import CycleRow, MailRow, NoticeRow
from notifications.sorting import Envelope
from tasks import clock
from tasks.clock import ZONE
from tasks.database import Database
from tasks.follow_up import held_before, put_held
from tasks.log import cycles
from tasks.mail.already_told import AT_A_TIME
from tasks.mail.folded_years import FoldedYears
from tasks.mail.notices import Notices
from tasks.mail.unwritten import Unwritten, unwritten
from tasks.mail.writing_round import WritingRound
from tasks.settings import Settings
from tasks.year import OpenYear
from views.sendings import (
    NoticeLine,
    Sendings,
    SentMail,
    Tomorrow,
    TomorrowsMail,
    UnwrittenLetters,
    WaitingMail,
    calendar_mail,
    mail_of_envelope,
)

LAST_DAYS = timedelta(days=6)
"""Before today: with it, a week."""


def sendings(
    database: Database, chosen: Settings, today: date, day: date | None = None
) -> Sendings:
    """The mails of the last seven days, or of one day; those that wait; those that could not be
    written; and those of tomorrow."""
    if day is not None and day > today:
        raise RefusedError(
            f"--dag {day} ligger i framtiden (i dag är {today}). kommunplan utskick visar vad som går "
            "i morgon, kommunplan provkor hela året."
        )
    first, last = (day, day) if day else (today - LAST_DAYS, today)
    with database.read() as session:
        waiting = _mails(session, col(MailRow.status).in_(("köad", "misslyckad")))
        went = [
            mail
            for mail in _mails(session, _sent_about(first, last))
            if first <= _sent_on(mail, chosen) <= last
        ]
        notices = _notices(session, [*went, *waiting])
        return Sendings(
            today=today,
            all_go_to=chosen.mail_to,
            went=tuple(_sent(mail, notices[mail.id or 0], chosen) for mail in went),
            waiting=tuple(_waiting(mail, notices[mail.id or 0]) for mail in waiting),
            unwritten=tuple(
                _unwritten(one)
                for one in unwritten(session, today, exercise=chosen.mail_to is not None)
            ),
            tomorrow=Tomorrow(
                day=today + timedelta(days=1), mails=tuple(_tomorrow(session, chosen, today))
            ),
        )


def tomorrow(session: Session, chosen: Settings, today: date) -> list[Envelope]:
    """The mails that tomorrow's check makes if nothing happens before it, but for those about calendars."""
    return _tomorrows_notices(session, chosen, today + timedelta(days=1))[0].envelopes()


def _tomorrow(session: Session, chosen: Settings, today: date) -> Iterator[TomorrowsMail]:
    day = today + timedelta(days=1)
    notices, years = _tomorrows_notices(session, chosen, day)
    envelopes = notices.envelopes()
    known = [year.as_it_stands() for year in years]
    writing = WritingRound(
        session, chosen, day, FoldedYears(session, day, chosen.definition), known
    )
    yield from map(mail_of_envelope, envelopes)
    for recipient, changes in writing.calendar_mails(envelopes):
        yield calendar_mail(recipient, changes)


def _tomorrows_notices(
    session: Session, chosen: Settings, day: date
) -> tuple[Notices, list[OpenYear]]:
    notices = Notices(session, chosen, day)
    held = held_before(session, day, exercise=chosen.mail_to is not None)
    put_held(notices, FoldedYears(session, day, chosen.definition), held)
    years = [OpenYear(session, cycle, chosen, day) for cycle in cycles(session)]
    for year in years:
        year.advance()
        notices.gather(year, year.take_announced())
    return notices, years


def _mails(session: Session, wanted: ColumnElement[bool]) -> Sequence[MailRow]:
    """Those that are wanted, without their bytes."""
    return session.exec(
        select(MailRow)
        .options(raiseload(MailRow.stored))  # type: ignore[arg-type]
        .where(wanted)
        .order_by(col(MailRow.id))
    ).all()


def _sent_about(first: date, last: date) -> ColumnElement[bool]:
    """What may have gone between the days, by either clock: the database knows no time zone."""
    start = datetime.combine(first, time(), UTC) - timedelta(days=1)
    return and_(
        col(MailRow.status) == "skickad",
        or_(col(MailRow.queued_on).between(first, last), col(MailRow.sent_at) >= start),
    )


def _notices(session: Session, mails: Iterable[MailRow]) -> dict[int, list[NoticeLine]]:
    """What each of the mails tells, by its number."""
    years = {cycle.id: cycle.budget_year for cycle in session.exec(select(CycleRow))}
    found: dict[int, list[NoticeLine]] = {mail.id or 0: [] for mail in mails}
    ids = list(found)
    for number in range(0, len(ids), AT_A_TIME):
        some = col(NoticeRow.mail_id).in_(ids[number : number + AT_A_TIME])
        rows = session.exec(select(NoticeRow).where(some).order_by(col(NoticeRow.id)))
        for row in rows:
            told = NoticeLine(
                budget_year=years[row.cycle_id],
                step=row.step,
                kind=row.kind,
                role=row.role,
                body=row.body or None,
                rule=row.rule,
                because=row.because,
            )
            found[row.mail_id or 0].append(told)
    return found


def _sent(mail: MailRow, notices: Iterable[NoticeLine], chosen: Settings) -> SentMail:
    return SentMail(
        day=_sent_on(mail, chosen),
        address=mail.address,
        name=mail.name,
        kind=mail.kind,
        subject=mail.subject,
        notices=tuple(notices),
    )


def _waiting(mail: MailRow, notices: Iterable[NoticeLine]) -> WaitingMail:
    held = _held_until(mail)
    is_queued = mail.status == "köad"
    return WaitingMail(
        status=mail.status,
        queued_on=mail.queued_on,
        attempts=mail.attempts,
        next_attempt_at=(held or _swedish(mail.next_attempt_at)) if is_queued else None,
        held_until=held,
        in_doubt=mail.handed_at is not None and not held,
        error=mail.error,
        address=mail.address,
        name=mail.name,
        kind=mail.kind,
        subject=mail.subject,
        notices=tuple(notices),
    )


def _unwritten(one: Unwritten) -> UnwrittenLetters:
    return UnwrittenLetters(
        kind=one.kind,
        letters=one.letters,
        people=one.people,
        attempts=one.attempts,
        since=_swedish(one.since) if one.since else None,
        error=one.error,
    )


def _sent_on(mail: MailRow, chosen: Settings) -> date:
    """The day it went; in an exercise the day of the exercise, when it was queued."""
    if chosen.clock_file is not None or mail.sent_at is None:
        return mail.queued_on
    return _swedish(mail.sent_at).date()


def _held_until(mail: MailRow) -> datetime | None:
    """Until when a delivery holds it, at most, if one does."""
    until = mail.claimed_until
    return _swedish(until) if until and until > clock.now() else None


def _swedish(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(ZONE))
