"""Links that sign one person in, once: asked for, mailed or printed, used, and weeded.

Of a link the database keeps a hash. The letter that holds the link itself lies in the outbox as any other,
and is emptied there when the link can be used no more.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlmodel import Session, col, delete, func, or_, select

from models.errors import RefusedError
from models.plan import mailbox
from models.tables import MailContentRow, MailRow, SignInLinkRow
from models.visitor import Visitor
from notifications.message import build
from notifications.recipients import Recipient, reply_to
from notifications.sign_in import sign_in_letter
from tasks import clock
from tasks.chain import bind_rows
from tasks.database import Database
from tasks.people.store import stored_staff
from tasks.people.visitors import current_definition, owners_today, visitor_today
from tasks.settings import Settings
from tasks.watch.journal import journal_after
from views.sign_in import NewSignInLink

VALID_FOR = timedelta(minutes=15)
SLACK = timedelta(minutes=5)
"""How far ahead of ours the clock may have been that something was made by; beyond that it was wrong."""
COUNTED_FOR = timedelta(hours=1)
MOST_MAILS = 5
"""How many links are mailed to one address in that time."""
KEPT_FOR = timedelta(days=1)
BY_MAIL = "länk till adressen"
BY_COMMAND = "länk från serverns kommandorad"
HOME = "/"
KIND = "inloggning"
LONGEST_PATH = 500
# printable ASCII that a browser reads as it stands: no `//`, no backslash, no tab that it would drop
_OUR_PATH = re.compile(r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@%?-][A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?")
_NOT_THERE = re.compile(r"/(?:logga-|in/)|.*(?:^|/|%2f)\.\.?(?:/|%2f|$|\?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whom a link signs in, and where that person was going."""

    visitor: Visitor
    goes_to: str


def our_path(wanted: str) -> str:
    """The path, where it can only be one of our own pages; else that of the first of them."""
    is_ours = len(wanted) <= LONGEST_PATH and _OUR_PATH.fullmatch(wanted)
    return wanted if is_ours and not _NOT_THERE.match(wanted) else HOME


def mail_link(
    database: Database,
    chosen: Settings,
    today: date,
    address: str,
    *,
    asked_from: str,
    goes_to: str,
) -> bool:
    """Queues a mail with a new link, if the address is somebody's who may sign in and has not had too many;
    whether it did. The older links to the address can then be used no more. In an exercise, whose mails
    somebody else reads, never."""
    now = clock.now()
    with database.write() as session:
        weed_links(session, now)
        who = visitor_today(session, chosen, address, BY_MAIL, today)
        if who is None or chosen.mail_to is not None or _has_had_enough(session, who.address, now):
            journal_after(session, "sign_in.not_mailed")
            return False
        link, token = _make(session, who, BY_MAIL, goes_to, now)
        session.flush()
        link.mail_id = _queue(session, chosen, today, who, token, asked_from=asked_from, now=now)
        journal_after(session, "sign_in.mailed", mail=link.mail_id)
    return True


def command_link(
    database: Database, chosen: Settings, today: date, address: str = ""
) -> NewSignInLink:
    """A new link for whoever has the process owner's role today, or for the person with this address.
    RefusedError where that is nobody."""
    now = clock.now()
    with database.write() as session:
        weed_links(session, now)
        wanted = address or owners_today(session, chosen, today)[0].address
        who = visitor_today(session, chosen, wanted, BY_COMMAND, today)
        if who is None:
            raise RefusedError(
                f"{address} har ingen roll i dag och är ingens ersättare. "
                "Listan över rollinnehavare visar vilka som har det."
            )
        link, token = _make(session, who, BY_COMMAND, HOME, now)
        session.flush()
        journal_after(session, "sign_in.printed", level="warning", link=link.id)
    return NewSignInLink(
        url=f"{chosen.page_address}/in/{token}", name=who.name, address=who.address
    )


def look_at_link(database: Database, chosen: Settings, today: date, token: str) -> SignedIn | None:
    """Whom the link would sign in; None for one that can be used no more, or never could. Changes nothing."""
    now = clock.now()
    with database.read() as session:
        link = session.exec(
            select(SignInLinkRow).where(SignInLinkRow.token_hash == hashed(token))
        ).first()
        if link is None or not _is_open(link, now):
            return None
        return _signed_in(session, chosen, today, link)


def use_link(session: Session, chosen: Settings, today: date, token: str) -> SignedIn | None:
    """Uses the link: the database lets one of two through. None where it can be used no more, or where its
    person has no role any longer."""
    now = clock.now()
    used = session.scalars(
        update(SignInLinkRow)
        .where(
            col(SignInLinkRow.token_hash) == hashed(token),
            col(SignInLinkRow.ended_at).is_(None),
            col(SignInLinkRow.made_at) <= now + SLACK,
            col(SignInLinkRow.expires_at) > now,
        )
        .values(ended_at=now)
        .returning(col(SignInLinkRow.id))
    ).all()
    if not used:
        return None
    link = session.get_one(SignInLinkRow, used[0])
    _weed_letters(session, [link])
    journal_after(session, "sign_in.used", link=link.id)
    return _signed_in(session, chosen, today, link)


def weed_links(session: Session, now: datetime) -> None:
    """Empties the letters whose links can be used no more, and forgets the links that nothing counts any
    longer. A clock that was wrong keeps none."""
    over = or_(
        col(SignInLinkRow.ended_at).is_not(None),
        col(SignInLinkRow.expires_at) <= now,
        col(SignInLinkRow.made_at) > now + SLACK,
    )
    held = select(SignInLinkRow).where(over, col(SignInLinkRow.mail_id).is_not(None))
    _weed_letters(session, list(session.exec(held)))
    old = or_(
        col(SignInLinkRow.expires_at) <= now - KEPT_FOR, col(SignInLinkRow.made_at) > now + SLACK
    )
    session.exec(delete(SignInLinkRow).where(old))


def hashed(token: str) -> str:
    """What the database keeps of what lets somebody in: it is long and random, so that no salt is needed."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_token() -> str:
    """192 bits, in letters and digits that no mail program breaks or shortens."""
    return secrets.token_hex(24)


def _is_open(link: SignInLinkRow, now: datetime) -> bool:
    return link.ended_at is None and link.made_at - SLACK <= now < link.expires_at


def _signed_in(
    session: Session, chosen: Settings, today: date, link: SignInLinkRow
) -> SignedIn | None:
    who = visitor_today(session, chosen, link.address, link.how, today)
    return SignedIn(who, our_path(link.goes_to)) if who else None


def _has_had_enough(session: Session, address: str, now: datetime) -> bool:
    mailed = session.exec(
        select(func.count())
        .select_from(SignInLinkRow)
        .where(
            SignInLinkRow.address == address,
            SignInLinkRow.how == BY_MAIL,
            col(SignInLinkRow.made_at) > now - COUNTED_FOR,
        )
    ).one()
    return mailed >= MOST_MAILS


def _make(
    session: Session, who: Visitor, how: str, goes_to: str, now: datetime
) -> tuple[SignInLinkRow, str]:
    """A new link, in the place of those that went the same way to the same person."""
    session.execute(
        update(SignInLinkRow)
        .where(
            col(SignInLinkRow.address) == who.address,
            col(SignInLinkRow.how) == how,
            col(SignInLinkRow.ended_at).is_(None),
        )
        .values(ended_at=now)
    )
    weed_links(session, now)
    token = new_token()
    link = SignInLinkRow(
        token_hash=hashed(token),
        address=who.address,
        how=how,
        goes_to=our_path(goes_to),
        made_at=now,
        expires_at=now + VALID_FOR,
    )
    session.add(link)
    return link, token


def _queue(
    session: Session,
    chosen: Settings,
    today: date,
    who: Visitor,
    token: str,
    *,
    asked_from: str,
    now: datetime,
) -> int:
    """The number of the letter in the outbox."""
    key = f"{KIND}/{secrets.token_hex(16)}"
    letter = sign_in_letter(
        who.name,
        f"{chosen.page_address}/in/{token}",
        asked_at=_on_the_wall(now),
        asked_from=asked_from,
        until=_on_the_wall(now + VALID_FOR),
    )
    definition = current_definition(chosen)
    mail = build(
        letter,
        key=key,
        thread=None,
        sender=chosen.sender,
        recipient=Recipient(who.name, who.address),
        reply_to=reply_to(stored_staff(session), definition, today, chosen.process_owner),
        created=now,
    )
    row = MailRow(
        key=key,
        message_id=mail.message_id,
        step="",
        kind=KIND,
        role="",
        rule="bad om att logga in",
        name=who.name,
        address=who.address,
        subject=mail.subject,
        queued_on=today,
        queued_at=now,
        next_attempt_at=now,
    )
    session.add(row)
    session.flush()
    number = row.id or 0
    session.add(MailContentRow(mail_id=number, content=mail.content))
    for what in ("mail", "letter"):
        bind_rows(session, what, [number])
    return number


def _weed_letters(session: Session, links: list[SignInLinkRow]) -> None:
    """Empties the letters of the links; what waits is laid aside. The rows stay, with their numbers: a
    delivery may have one in hand."""
    ids = [link.mail_id for link in links if link.mail_id is not None]
    for link in links:
        link.mail_id = None
        session.add(link)
    session.flush()
    held = col(MailContentRow.mail_id).in_(ids)
    session.execute(update(MailContentRow).where(held).values(content=b""))
    bind_rows(session, "letter", ids)
    waiting = col(MailRow.id).in_(ids), col(MailRow.status).in_(("köad", "misslyckad"))
    session.execute(update(MailRow).where(*waiting).values(status="ersatt", claimed_until=None))


def _on_the_wall(moment: datetime) -> str:
    return f"{moment.astimezone(ZoneInfo(clock.ZONE)):kl. %H.%M}"


def is_address(text: str) -> bool:
    """Whether it looks like one: says nothing of whose it is."""
    return len(text) <= 254 and bool(re.fullmatch(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+", mailbox(text)))
