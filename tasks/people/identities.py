"""Accounts of the municipality's own sign-in: whose they are, and sign-ins that have gone there.

An account is known by its issuer and subject. The address that it says only proposes whose it is, until the
process owner, or whoever sits at the server, has confirmed that once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlmodel import Session, col, delete, select

from models.errors import RefusedError
from models.plan import mailbox
from models.tables import IdentityRow, SignInTryRow, VisitRow
from tasks import clock
from tasks.database import Database
from tasks.people.sessions import BegunVisit, begin_visit
from tasks.people.sign_in import hashed, our_path
from tasks.people.visitors import owners_today, visitor_today
from tasks.settings import Settings
from tasks.watch.journal import journal_after
from views.sign_in import ListedIdentity

BY_ACCOUNT = "kommunens inloggning"
TRY_FOR = timedelta(minutes=10)
FORGOTTEN_AFTER = timedelta(days=30)
"""How long a pair that nobody has confirmed is kept after it was last seen."""
Refused = Literal["unknown", "unconfirmed"]


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """Whose word the provider has given. `subject` is never an address; `address` is empty where it vouches
    for none."""

    issuer: str
    subject: str
    address: str


@dataclass(frozen=True, slots=True)
class SignInAway:
    """A sign-in that is away at the provider."""

    nonce: str
    verifier: str
    goes_to: str


@dataclass(frozen=True, slots=True)
class NotLetIn:
    """Why an account lets nobody in: it is nobody's who has a role, or nobody has confirmed whose it is;
    `owners` are the names of those who can."""

    why: Refused
    address: str
    owners: tuple[str, ...]


def note_try(database: Database, state: str, browser: str, gone: SignInAway) -> None:
    """A sign-in leaves; it may come back once, soon, to this browser."""
    now = clock.now()
    with database.write() as session:
        forget_tries(session, now)
        session.add(
            SignInTryRow(
                state_hash=hashed(state),
                browser_hash=hashed(browser),
                nonce=gone.nonce,
                verifier=gone.verifier,
                goes_to=our_path(gone.goes_to),
                expires_at=now + TRY_FOR,
            )
        )


def take_try(database: Database, state: str, browser: str) -> SignInAway | None:
    """The sign-in that has come back; None for one that never left from this browser, came before or comes
    too late."""
    now = clock.now()
    with database.write() as session:
        row = session.exec(
            select(SignInTryRow).where(
                SignInTryRow.state_hash == hashed(state),
                SignInTryRow.browser_hash == hashed(browser),
            )
        ).first()
        if row is None:
            return None
        session.delete(row)
        if not now < row.expires_at <= now + 2 * TRY_FOR:
            return None
        return SignInAway(row.nonce, row.verifier, our_path(row.goes_to))


def sign_in_account(
    database: Database,
    chosen: Settings,
    today: date,
    account: OwnAccount,
    goes_to: str,
    instead_of: str = "",
) -> BegunVisit | NotLetIn:
    """Begins a session of the person whose account it is. A new one, whose address is somebody's here, waits
    for confirmation."""
    issuer, subject = account.issuer, account.subject
    with database.write() as session:
        row = _identity(session, issuer, subject)
        if row is not None and row.confirmed_at is not None:
            who = visitor_today(session, chosen, row.address, BY_ACCOUNT, today)
            row.seen_at = clock.now()
            if who is None:
                return _refused(session, chosen, today, "unknown", row.address)
            journal_after(session, "sign_in.account", identity=row.id)
            return BegunVisit(begin_visit(session, who, instead_of), goes_to)
        address = mailbox(account.address)
        if not address or visitor_today(session, chosen, address, BY_ACCOUNT, today) is None:
            return _refused(session, chosen, today, "unknown", address)
        row = row or IdentityRow(
            issuer=issuer, subject=subject, address=address, seen_at=clock.now()
        )
        row.address, row.seen_at = address, clock.now()
        session.add(row)
        journal_after(session, "sign_in.unconfirmed", level="warning")
        return _refused(session, chosen, today, "unconfirmed", address)


def list_identities(database: Database) -> tuple[ListedIdentity, ...]:
    """Every pair of account and address, those that wait for confirmation first."""
    with database.read() as session:
        rows = session.exec(
            select(IdentityRow).order_by(
                col(IdentityRow.confirmed_at).is_not(None), col(IdentityRow.id)
            )
        )
        return tuple(
            ListedIdentity(
                number=row.id or 0,
                address=row.address,
                issuer=row.issuer,
                subject=row.subject,
                seen_on=clock.day_of(row.seen_at),
                confirmed_by=row.confirmed_by or None,
            )
            for row in rows
        )


def confirm_identity(database: Database, number: int, address: str, by: str) -> str:
    """The account is that address's from now on; a sentence about it. RefusedError where there is no such
    pair, or where it says another address than the one that is confirmed."""
    with database.write() as session:
        row = _numbered(session, number)
        if mailbox(address) != row.address:
            raise RefusedError(
                f"Inloggning {number} säger nu {row.address}, inte {address}. Inget är ändrat."
            )
        if row.confirmed_at is None:
            row.confirmed_by, row.confirmed_at = by, clock.now()
            journal_after(session, "identity.confirmed", level="warning", identity=number)
        return f"Inloggning {number} är {row.address} och godkänd av {row.confirmed_by}."


def remove_identity(database: Database, number: int) -> str:
    """The account lets nobody in any more, and the sessions that it began are over; a sentence about it."""
    with database.write() as session:
        row = _numbered(session, number)
        session.delete(row)
        begun = delete(VisitRow).where(
            col(VisitRow.address) == row.address, col(VisitRow.how) == BY_ACCOUNT
        )
        session.exec(begun)
        journal_after(session, "identity.removed", level="warning", identity=number)
        return (
            f"Inloggning {number} ({row.address}) är borttagen, och den som var inloggad så är ute."
        )


def forget_tries(session: Session, now: datetime) -> None:
    """Those that have not come back in their time."""
    session.exec(delete(SignInTryRow).where(col(SignInTryRow.expires_at) <= now))


def forget_unconfirmed(session: Session, now: datetime) -> None:
    """What nobody has confirmed, nor used, for a month."""
    old = now - FORGOTTEN_AFTER
    session.exec(
        delete(IdentityRow).where(
            col(IdentityRow.confirmed_at).is_(None), col(IdentityRow.seen_at) <= old
        )
    )


def _identity(session: Session, issuer: str, subject: str) -> IdentityRow | None:
    return session.exec(
        select(IdentityRow).where(IdentityRow.issuer == issuer, IdentityRow.subject == subject)
    ).first()


def _numbered(session: Session, number: int) -> IdentityRow:
    row = session.get(IdentityRow, number)
    if row is None:
        known = session.exec(select(IdentityRow.id).order_by(col(IdentityRow.id))).all()
        listed = ", ".join(map(str, known)) or "inga finns"
        raise RefusedError(f"Inloggning {number} finns inte. Välj bland: {listed}.")
    return row


def _refused(
    session: Session, chosen: Settings, today: date, why: Refused, address: str
) -> NotLetIn:
    names = (one.name for one in owners_today(session, chosen, today))
    return NotLetIn(why, address, tuple(names))
