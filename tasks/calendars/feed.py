"""The calendar of a role or a body: to subscribe to by a secret address, or to be written to a file.

The same entries as the mails bring, with the same UID and SEQUENCE. An address is a signed random number, of
which only a hash is kept: what is lost is revoked and made anew, never looked up.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Literal

from itsdangerous import BadSignature, Signer
from sqlalchemy import update
from sqlmodel import Session, col, select

from models.acts.links import MakeFeed, RevokeFeed
from models.errors import RefusedError, UnknownError
from models.process import Definition, TaskKey
from models.tables import CalendarFeedRow
from models.text import ask
from notifications.calendar_entry import CalendarEntry, Standing
from notifications.calendar_file import feed_file
from tasks.calendars.years import current_entries
from tasks.context import Context, Done
from tasks.database import Database
from tasks.links.issue import signer
from tasks.log import cycles, stored_state
from tasks.settings import Settings
from views.feeds import Feed, NewFeed

PURPOSE = "kalender"


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose calendar it is. The process owner's has every entry: the whole year is theirs."""

    kind: Literal["roll", "instans"]
    name: str
    unit: str = ""
    is_owner: bool = False

    def has(self, entry: CalendarEntry) -> bool:
        if self.kind == "instans":
            return entry.body == self.name
        return self.is_owner or TaskKey(role=self.name, unit=self.unit or None) in entry.concerns

    def __str__(self) -> str:
        return f"{self.name}:{self.unit}" if self.unit else self.name


@dataclass(frozen=True, slots=True)
class FeedOpened:
    """What an address leads to; no content where it is unknown or revoked."""

    status: Literal["öppen", "finns inte", "återkallad"]
    content: bytes = b""


def calendar_of(database: Database, chosen: Settings, text: str, today: date) -> bytes:
    """The calendar of the role (`roll` or `roll:enhet`) or the body today, of every year that has been
    started."""
    with database.read() as session:
        return _calendar(session, chosen, whose_calendar(_definition(session), text), today)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedMade(Done):
    """A new address, which is told this once."""

    feed: NewFeed


def change_feeds(on: Context, act: MakeFeed | RevokeFeed) -> Done:
    """Makes an address, or makes one lead nowhere at once; nothing is said where it was so already.
    UnknownError, or RefusedError, for what has no calendar."""
    if isinstance(act, MakeFeed):
        return _make(on, act)
    return _revoke(on, act)


def _make(on: Context, act: MakeFeed) -> FeedMade:
    with on.database.write() as session:
        definition = _definition(session)
        whose = whose_calendar(definition, act.whose)
        token = _new_token(signer(on.settings, PURPOSE))
        row = CalendarFeedRow(
            nonce_hash=_hash(token),
            kind=whose.kind,
            name=whose.name,
            unit=whose.unit,
            made_on=on.today,
            made_by=act.by,
        )
        session.add(row)
        session.flush()
        address = f"{on.settings.page_address}/kalender/{token}.ics"
        return FeedMade(feed=NewFeed(**dict(_feed(row, definition)), address=address))


def _revoke(on: Context, act: RevokeFeed) -> Done:
    with on.database.write() as session:
        known = session.exec(select(CalendarFeedRow.id).order_by(col(CalendarFeedRow.id))).all()
        if act.number not in known:
            raise UnknownError("Kalenderadressen", act.number, known)
        done = session.scalars(
            update(CalendarFeedRow)
            .where(col(CalendarFeedRow.id) == act.number, col(CalendarFeedRow.revoked_on).is_(None))
            .values(revoked_on=on.today, revoked_by=act.by)
            .returning(col(CalendarFeedRow.id))
        )
        said = f"Kalender {act.number} är återkallad; adressen leder ingenstans."
        return Done(said=(said,) if done.all() else ())


def list_feeds(database: Database) -> list[Feed]:
    """Every address that was ever made, oldest first."""
    with database.read() as session:
        rows = session.exec(select(CalendarFeedRow).order_by(col(CalendarFeedRow.id))).all()
        definition = _definition(session) if rows else None
        return [_feed(row, definition) for row in rows if definition]


def open_feed(
    database: Database, chosen: Settings, signed: Signer, token: str, today: date
) -> FeedOpened:
    """What a subscriber gets today."""
    try:
        signed.unsign(token)
    except (BadSignature, UnicodeError):
        return FeedOpened("finns inte")
    with database.read() as session:
        row = session.exec(
            select(CalendarFeedRow).where(CalendarFeedRow.nonce_hash == _hash(token))
        ).first()
        if row is None:
            return FeedOpened("finns inte")
        if row.revoked_on is not None:
            return FeedOpened("återkallad")
        whose = _whose(row, _definition(session))
        return FeedOpened("öppen", _calendar(session, chosen, whose, today))


def whose_calendar(definition: Definition, text: str) -> Whose:
    """The role or the body that the text names. A role with one holder for each unit needs its unit."""
    text = text.strip()
    role, _, unit = text.partition(":")
    known = {one.slug: one for one in definition.roles}
    if role not in known:
        for body in definition.bodies:
            if text.casefold() in (body.slug.casefold(), body.name.casefold()):
                return Whose("instans", body.slug)
        raise UnknownError("Rollen eller instansen", text, _names(definition))
    units = known[role].units
    if unit not in (units or ("",)):
        options = ", ".join(f"{role}:{one}" for one in units) or role
        what = f"har ingen enhet {unit}" if unit else "finns för flera enheter"
        raise RefusedError(f"Rollen {role} {what}. Välj bland: {options}.")
    return Whose("roll", role, unit, is_owner=role == definition.municipality.owner)


def _names(definition: Definition) -> list[str]:
    roles = [
        f"{role.slug}:{unit}" if unit else role.slug
        for role in definition.roles
        for unit in role.units or ("",)
    ]
    return [*(body.slug for body in definition.bodies), *roles]


def _calendar(session: Session, chosen: Settings, whose: Whose, today: date) -> bytes:
    shown = [
        revision
        for entry, revision in current_entries(session, today)
        if _is_shown(entry) and whose.has(entry)
    ]
    definition = _definition(session)
    title = f"{definition.municipality.plan_name}: {_title(whose, definition)}"
    return feed_file(shown, chosen.sender, title)


def _is_shown(entry: CalendarEntry) -> bool:
    """What is ahead, and of a step that goes on also what has been held."""
    if entry.standing is Standing.HELD:
        return not entry.step_is_done
    return entry.standing is Standing.AHEAD


def _definition(session: Session) -> Definition:
    """The newest year's, as it is now."""
    started = cycles(session)
    if not started:
        raise RefusedError("Inget budgetår är startat. Kör ", ask("starta-ar"), ".")
    return stored_state(session, started[-1]).definition


def _title(whose: Whose, definition: Definition) -> str:
    """As people say it; of what a changed definition has done away with, its name in the old one."""
    try:
        if whose.kind == "instans":
            return definition.body(whose.name).name
        return definition.title_of(TaskKey(role=whose.name, unit=whose.unit or None))
    except UnknownError:
        return str(whose)


def _feed(row: CalendarFeedRow, definition: Definition) -> Feed:
    whose = _whose(row, definition)
    return Feed(
        number=row.id or 0,
        kind=whose.kind,
        whose=str(whose),
        title=_title(whose, definition),
        made_on=row.made_on,
        made_by=row.made_by,
        revoked_on=row.revoked_on,
        revoked_by=row.revoked_by or None,
    )


def _whose(row: CalendarFeedRow, definition: Definition) -> Whose:
    is_owner = row.kind == "roll" and row.name == definition.municipality.owner
    return Whose("roll" if row.kind == "roll" else "instans", row.name, row.unit, is_owner)


def _new_token(signed: Signer) -> str:
    while True:
        token = signed.sign(secrets.token_urlsafe(24)).decode("ascii")
        # a calendar program that is given the address in a sentence may leave out a last - or _
        if token[-1].isalnum():
            return token


def _hash(token: str) -> str:
    nonce, _, _ = token.rpartition(".")
    return sha256(nonce.encode()).hexdigest()
