"""Who is signed in: sessions that are begun, found again at each request, and ended.

Of what the browser holds the database keeps a hash, and of the person the address alone: what somebody may
do is worked out anew at each request, from the roles that are held that day.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlmodel import Session, col, delete, or_, select

from models.tables import VisitRow
from models.visitor import Visitor
from tasks import clock
from tasks.database import Database, DatabaseBusyError
from tasks.people.sign_in import SLACK, hashed, new_token, use_link
from tasks.people.visitors import visitor_today
from tasks.settings import Settings
from tasks.watch.journal import journal_after

LONGEST = timedelta(hours=12)
"""A working day."""
UNUSED = timedelta(hours=2)
NOTED_EVERY = timedelta(minutes=5)
"""How exactly it is known when a session was used: not every page that is shown is a write."""
Ended = Literal["", "tid", "roll"]


@dataclass(frozen=True, slots=True)
class FoundVisit:
    """Who the session is of; None where there is none, and why, where there was: its time is over, or its
    person has no role any longer."""

    visitor: Visitor | None = None
    ended: Ended = ""


@dataclass(frozen=True, slots=True)
class BegunVisit:
    """A session that has begun: what the browser is to hold of it, and where its person was going."""

    token: str
    goes_to: str


def sign_in_by_link(
    database: Database, chosen: Settings, today: date, link: str, instead_of: str = ""
) -> BegunVisit | None:
    """Uses the link and begins the session, or neither; None where the link can be used no more, or its
    person has no role any longer."""
    with database.write() as session:
        found = use_link(session, chosen, today, link)
        if found is None:
            return None
        return BegunVisit(begin_visit(session, found.visitor, instead_of), found.goes_to)


def sign_out(database: Database, token: str) -> None:
    """The session is over on the server: whatever the browser keeps lets nobody in."""
    with database.write() as session:
        end_visit(session, token)
        journal_after(session, "visit.ended")


def begin_visit(session: Session, visitor: Visitor, instead_of: str = "") -> str:
    """A new session; what the browser is to hold of it. The one that the same browser had is over."""
    now = clock.now()
    end_visit(session, instead_of)
    weed_visits(session, now)
    token = new_token()
    session.add(
        VisitRow(
            token_hash=hashed(token),
            address=visitor.address,
            how=visitor.how,
            began_at=now,
            seen_at=now,
        )
    )
    return token


def find_visit(database: Database, chosen: Settings, today: date, token: str) -> FoundVisit:
    """The session that a browser has, noted as used."""
    now = clock.now()
    with database.read() as session:
        visit = _visit(session, token)
        if visit is None:
            return FoundVisit()
        who = visitor_today(session, chosen, visit.address, visit.how, today)
    if who is not None and _is_alive(visit, now):
        if now - visit.seen_at >= NOTED_EVERY:
            _note_seen(database, token, now)
        return FoundVisit(who)
    with database.write() as session:
        end_visit(session, token)
    return FoundVisit(ended="roll" if _is_alive(visit, now) else "tid")


def end_visit(session: Session, token: str) -> None:
    """Whoever still has what the browser held is not let in by it."""
    if token:
        session.exec(delete(VisitRow).where(col(VisitRow.token_hash) == hashed(token)))


def weed_visits(session: Session, now: datetime) -> None:
    """Takes away the sessions that are over; and one from the time to come, which a wrong clock began."""
    over = or_(
        col(VisitRow.began_at) <= now - LONGEST,
        col(VisitRow.seen_at) <= now - UNUSED,
        col(VisitRow.began_at) > now + SLACK,
        col(VisitRow.seen_at) > now + SLACK,
    )
    session.exec(delete(VisitRow).where(over))


def _visit(session: Session, token: str) -> VisitRow | None:
    return session.exec(select(VisitRow).where(VisitRow.token_hash == hashed(token))).first()


def _is_alive(visit: VisitRow, now: datetime) -> bool:
    age, rest = now - visit.began_at, now - visit.seen_at
    return -SLACK <= age < LONGEST and -SLACK <= rest < UNUSED


def _note_seen(database: Database, token: str, now: datetime) -> None:
    """A page is shown also where somebody else writes for long: the next one notes it."""
    with suppress(DatabaseBusyError), database.write() as session:
        visit = _visit(session, token)
        if visit is not None:
            visit.seen_at = now
