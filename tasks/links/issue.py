"""The links from the mails to the answer page: made, recognised, and used once.

A link is a random number, signed: the signature refuses a guess without asking the database, and the
database, which keeps only the number's hash, says whose it is and what has become of it.
"""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Literal

from itsdangerous import BadSignature, Signer
from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from models.errors import RefusedError
from models.process import TaskKey
from models.tables import AnswerLinkRow
from notifications.notices import Notice
from notifications.recipients import Recipient
from tasks import clock
from tasks.links.secret import link_secret
from tasks.settings import Settings
from tasks.watch.journal import journal_after

VALID_FOR = timedelta(days=60)
"""How long after the part's last day, or after the mail if that is later, a link can be used."""
Use = Literal["klart", "mer-tid", "inte-min"]


class LinkUsedError(RefusedError):
    """The link has been used, or can be used no more; nothing was done."""


class AnswerLinks:
    """Makes links inside the transaction that queues their mails."""

    def __init__(self, session: Session, chosen: Settings, today: date) -> None:
        self._session, self._chosen, self._today = session, chosen, today

    @cached_property
    def _signer(self) -> Signer:
        return signer(self._chosen)

    def make(self, cycle_id: int, notice: Notice, recipient: Recipient, due: date) -> str:
        """The address of a new link for the recipient's part."""
        token = _new_token(self._signer)
        row = {
            "nonce_hash": _hash(token),
            "cycle_id": cycle_id,
            "step": notice.step,
            "round": notice.round,
            "role": notice.to.role,
            "unit": notice.to.unit or "",
            "name": recipient.name,
            "address": recipient.address,
            "made_at": clock.now(),
            "expires_on": max(due, self._today) + VALID_FOR,
        }
        self._session.connection().execute(insert(AnswerLinkRow), row)
        return f"{self._chosen.page_address}/svara/{token}"


def signer(chosen: Settings, purpose: str = "svar") -> Signer:
    """What signs and checks; a signature for one purpose is none for another."""
    return Signer(
        link_secret(chosen),
        salt=f"kommunplan/{purpose}",
        key_derivation="hmac",
        digest_method=sha256,
    )


def find_link(session: Session, signed: Signer, token: str) -> AnswerLinkRow | None:
    """The link as the database has it; None for one that was never made here."""
    try:
        signed.unsign(token)
    except (BadSignature, UnicodeError):
        return None
    return session.exec(
        select(AnswerLinkRow).where(AnswerLinkRow.nonce_hash == _hash(token))
    ).first()


def task_of(link: AnswerLinkRow) -> TaskKey:
    return TaskKey(role=link.role, unit=link.unit or None)


def is_open(link: AnswerLinkRow, today: date) -> bool:
    """Whether the link still leads somewhere; one that has been used still shows what was answered."""
    return link.revoked_at is None and today <= link.expires_on


def use(session: Session, link_id: int, use_for: Use, today: date) -> None:
    """Uses the link; LinkUsedError where it was used before, even in the same instant: the database
    lets one of two through."""
    used = session.scalars(
        update(AnswerLinkRow)
        .where(
            col(AnswerLinkRow.id) == link_id,
            col(AnswerLinkRow.used_at).is_(None),
            col(AnswerLinkRow.revoked_at).is_(None),
            col(AnswerLinkRow.expires_on) >= today,
        )
        .values(used_at=clock.now(), used_for=use_for)
        .returning(col(AnswerLinkRow.id))
    )
    if not used.all():
        raise LinkUsedError("Länken är redan använd, eller gäller inte längre. Inget är ändrat.")
    journal_after(session, "link", link=link_id, used_for=use_for)


def _new_token(signed: Signer) -> str:
    while True:
        token = signed.sign(secrets.token_urlsafe(16)).decode("ascii")
        # mail programs that make links of plain text may leave out a last - or _
        if token[-1].isalnum():
            return token


def _hash(token: str) -> str:
    nonce, _, _ = token.rpartition(".")
    return sha256(nonce.encode()).hexdigest()
