"""What went, what waits, and what goes tomorrow, by which rule: `kommunplan utskick`.

Reads only. Tomorrow is tomorrow's check on the year as it stands, gathered and left unposted. The
dictionaries are the stable `--json` format that docs/json.md documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import raiseload
from sqlmodel import Session, col, select

from models.errors import RefusedError
from models.tables import CycleRow, MailRow, NoticeRow
from notifications.calendar_letter import BECAUSE, RULE, CalendarChange
from notifications.recipients import Recipient
from notifications.sorting import Envelope, Item
from tasks import clock
from tasks.clock import ZONE
from tasks.database import Database
from tasks.mail.already_told import AT_A_TIME
from tasks.mail.folded_years import FoldedYears
from tasks.mail.notices import Notices
from tasks.mail.unwritten import Unwritten, unwritten
from tasks.mail.writing_round import WritingRound
from tasks.settings import Settings
from tasks.year import OpenYear, cycles

LAST_DAYS = timedelta(days=6)
"""Before today: with it, a week."""


def sendings(
    database: Database, chosen: Settings, today: date, day: date | None = None
) -> dict[str, Any]:
    """The mails of the last seven days, or of one day; those that wait; those that could not be written; and
    those of tomorrow."""
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
        return {
            "dag": today.isoformat(),
            "provlage": chosen.mail_to,
            "gick": [
                {"dag": _sent_on(mail, chosen).isoformat(), **_mail(mail, notices)} for mail in went
            ],
            "vantar": [
                {
                    "lage": mail.status,
                    "koad": mail.queued_on.isoformat(),
                    "forsok": mail.attempts,
                    "nasta_forsok": _next_attempt(mail),
                    "halls_till": _held_until(mail),
                    "fel": mail.error,
                    **_mail(mail, notices),
                }
                for mail in waiting
            ],
            "oskrivna": [
                _unwritten(one)
                for one in unwritten(session, today, exercise=chosen.mail_to is not None)
            ],
            "imorgon": {
                "dag": (today + timedelta(days=1)).isoformat(),
                "mejl": _tomorrow(session, chosen, today),
            },
        }


def tomorrow(session: Session, chosen: Settings, today: date) -> list[Envelope]:
    """The mails that tomorrow's check makes if nothing happens before it, but for those about calendars."""
    return _tomorrows_notices(session, chosen, today + timedelta(days=1))[0].envelopes()


def _tomorrow(session: Session, chosen: Settings, today: date) -> list[dict[str, Any]]:
    day = today + timedelta(days=1)
    notices, years = _tomorrows_notices(session, chosen, day)
    envelopes = notices.envelopes()
    known = [year.as_it_stands() for year in years]
    writing = WritingRound(session, chosen, day, FoldedYears(session, day), known)
    return [
        *map(_envelope, envelopes),
        *(_calendar_mail(*one) for one in writing.calendar_mails(envelopes)),
    ]


def _tomorrows_notices(
    session: Session, chosen: Settings, day: date
) -> tuple[Notices, list[OpenYear]]:
    notices = Notices(session, chosen, day)
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


def _notices(session: Session, mails: Iterable[MailRow]) -> dict[int, list[dict[str, Any]]]:
    years = {cycle.id: cycle.budget_year for cycle in session.exec(select(CycleRow))}
    found: dict[int, list[dict[str, Any]]] = {mail.id or 0: [] for mail in mails}
    ids = list(found)
    for number in range(0, len(ids), AT_A_TIME):
        some = col(NoticeRow.mail_id).in_(ids[number : number + AT_A_TIME])
        rows = session.exec(select(NoticeRow).where(some).order_by(col(NoticeRow.id)))
        for row in rows:
            found[row.mail_id or 0].append(
                _notice(
                    years[row.cycle_id],
                    row.step,
                    row.kind,
                    row.role,
                    row.body,
                    row.rule,
                    row.because,
                )
            )
    return found


def _mail(mail: MailRow, notices: dict[int, list[dict[str, Any]]]) -> dict[str, Any]:
    return {
        "till": mail.address,
        "namn": mail.name,
        "slag": mail.kind,
        "amne": mail.subject,
        "uppgifter": notices[mail.id or 0],
    }


def _envelope(envelope: Envelope) -> dict[str, Any]:
    return {
        "till": envelope.recipient.address,
        "namn": envelope.recipient.name,
        "slag": envelope.kind,
        "uppgifter": [_item(item) for item in envelope.items],
    }


def _calendar_mail(recipient: Recipient, changes: Iterable[CalendarChange]) -> dict[str, Any]:
    return {
        "till": recipient.address,
        "namn": recipient.name,
        "slag": "kalender",
        "uppgifter": [
            _notice(one.budget_year, one.step, "kalender", "", "", RULE, BECAUSE) for one in changes
        ],
    }


def _unwritten(one: Unwritten) -> dict[str, Any]:
    return {
        "slag": one.kind,
        "mejl": one.letters,
        "personer": one.people,
        "forsok": one.attempts,
        "sedan": _swedish(one.since) if one.since else None,
        "fel": one.error,
    }


def _item(item: Item) -> dict[str, Any]:
    notice = item.notice
    return _notice(
        item.plan.budget_year,
        notice.step,
        notice.kind.value,
        str(notice.to),
        notice.body or "",
        item.rule,
        item.recipient.because,
    )


def _notice(
    year: int, step: str, kind: str, role: str, body: str, rule: str, because: str
) -> dict[str, Any]:
    return {
        "budgetar": year,
        "steg": step,
        "slag": kind,
        "roll": role,
        "instans": body or None,
        "regel": rule,
        "darfor": because,
    }


def _sent_on(mail: MailRow, chosen: Settings) -> date:
    """The day it went; in an exercise the day of the exercise, when it was queued."""
    if chosen.clock_file is not None or mail.sent_at is None:
        return mail.queued_on
    return mail.sent_at.astimezone(ZoneInfo(ZONE)).date()


def _next_attempt(mail: MailRow) -> str | None:
    if mail.status != "köad":
        return None
    return _held_until(mail) or _swedish(mail.next_attempt_at)


def _held_until(mail: MailRow) -> str | None:
    """Until when a delivery holds it, at most, if one does."""
    until = mail.claimed_until
    return _swedish(until) if until and until > clock.now() else None


def _swedish(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(ZONE)).isoformat(timespec="minutes")
