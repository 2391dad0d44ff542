"""Delivers the outbox, oldest first, each mail claimed, sent and marked by itself.

A crash at any point loses nothing: a mail that was claimed and never marked is taken up again when
its claim runs out, with the same bytes and so the same Message-ID. Only the one mail in flight can
ever reach its recipient twice.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, or_, select

from models.tables import MailRow
from notifications.smtp import (
    Mailer,
    PermanentFailureError,
    Server,
    TemporaryFailureError,
    UnreachableError,
)
from tasks import clock
from tasks.database import Database
from tasks.settings import Settings

CLAIM = timedelta(minutes=15)
"""How long a mail belongs to the one who took it; a sending is given up well before."""
FIRST_DELAY = timedelta(minutes=5)
LONGEST_DELAY = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one delivery did, and when the next is worth trying; None when nothing waits."""

    sent: int
    deferred: int
    failed: int
    next_attempt_at: datetime | None
    error: str = ""


async def deliver(database: Database, chosen: Settings, *, all_now: bool = False) -> Delivery:
    """Sends everything that is due now, or with `all_now`, asked for by a person, all that waits.
    Ends at the first sign that the server cannot be reached."""
    if all_now:
        await asyncio.to_thread(_all_due, database)
    sent = deferred = failed = 0
    error = ""
    async with Mailer(_server(chosen)) as mailer:
        while mail := await asyncio.to_thread(_claim, database, clock.now()):
            try:
                async with asyncio.timeout((CLAIM / 3).total_seconds()):
                    await mailer.send(chosen.sender, mail.address, mail.content)
            except PermanentFailureError as fault:
                failed, error = failed + 1, str(fault)
                await asyncio.to_thread(_failed, database, mail, error)
            except UnreachableError as fault:
                error = str(fault)
                deferred += await asyncio.to_thread(_all_wait, database, mail, error)
                break
            except (TemporaryFailureError, TimeoutError) as fault:
                deferred, error = deferred + 1, str(fault) or "servern svarade inte i tid"
                await asyncio.to_thread(_deferred, database, mail, error)
            else:
                sent += 1
                await asyncio.to_thread(_sent, database, mail)
    next_attempt = await asyncio.to_thread(next_attempt_at, database)
    return Delivery(sent, deferred, failed, next_attempt, error)


def next_attempt_at(database: Database) -> datetime | None:
    """When the first queued mail may be tried; None when the outbox is empty."""
    with database.read() as session:
        # a claimed mail is somebody's now, and free again, if that one dies, when its claim runs out
        times = session.exec(
            select(MailRow.next_attempt_at, MailRow.claimed_until).where(MailRow.status == "köad")
        ).all()
    return min((max(at, claimed or at) for at, claimed in times), default=None)


def delay(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 5 minutes, doubled each time, at most 6 hours."""
    return min(FIRST_DELAY * (1 << min(attempts - 1, 10)), LONGEST_DELAY)


def _claim(database: Database, now: datetime) -> MailRow | None:
    with database.write() as session:
        mail = session.exec(
            select(MailRow)
            .where(
                MailRow.status == "köad",
                MailRow.next_attempt_at <= now,
                or_(col(MailRow.claimed_until).is_(None), col(MailRow.claimed_until) <= now),
            )
            .order_by(col(MailRow.id))
            .limit(1)
        ).first()
        if mail is not None:
            mail.claimed_until = now + CLAIM
            mail.attempts += 1
    return mail


def _all_due(database: Database) -> None:
    now = clock.now()
    with database.write() as session:
        session.execute(
            update(MailRow)
            .where(
                col(MailRow.status) == "köad",
                or_(col(MailRow.claimed_until).is_(None), col(MailRow.claimed_until) <= now),
            )
            .values(next_attempt_at=now)
        )


def _sent(database: Database, mail: MailRow) -> None:
    with database.write() as session:
        row = _mine(session, mail)
        row.status, row.sent_at, row.claimed_until, row.error = "skickad", clock.now(), None, ""


def _failed(database: Database, mail: MailRow, error: str) -> None:
    with database.write() as session:
        row = _mine(session, mail)
        row.status, row.claimed_until, row.error = "misslyckad", None, error


def _deferred(database: Database, mail: MailRow, error: str) -> None:
    with database.write() as session:
        row = _mine(session, mail)
        row.next_attempt_at = clock.now() + delay(row.attempts)
        row.claimed_until, row.error = None, error


def _all_wait(database: Database, mail: MailRow, error: str) -> int:
    """The server is away: what waits with this mail waits as long, instead of trying one after another."""
    _deferred(database, mail, error)
    with database.write() as session:
        until = _mine(session, mail).next_attempt_at
        now = clock.now()
        others = session.scalars(
            update(MailRow)
            .where(
                col(MailRow.status) == "köad",
                col(MailRow.next_attempt_at) <= now,
                or_(col(MailRow.claimed_until).is_(None), col(MailRow.claimed_until) <= now),
            )
            .values(next_attempt_at=until, error=error)
            .returning(col(MailRow.id))
        )
        return 1 + len(others.all())


def _mine(session: Session, mail: MailRow) -> MailRow:
    return session.get_one(MailRow, mail.id)


def _server(chosen: Settings) -> Server:
    return Server(
        host=chosen.smtp_host,
        port=chosen.smtp_port,
        security=chosen.smtp_security,
        username=chosen.smtp_user or None,
        password=chosen.smtp_password.get_secret_value() or None,
        timeout=chosen.smtp_timeout,
        ca_file=chosen.smtp_ca_file,
    )
