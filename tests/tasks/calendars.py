"""What the mails and the feeds make of people's calendars, as their own calendar programs would do it."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterable, Sequence
from datetime import date
from email.message import EmailMessage
from functools import lru_cache
from typing import NamedTuple

from models.tables import MailRow
from tasks.calendars.feed import calendar_of
from tests.notifications.rfc5545 import check
from tests.tasks.town import Town

LOST = ("misslyckad", "ersatt")


class Came(NamedTuple):
    """One file of one mail."""

    address: str
    method: str
    uid: str
    sequence: int
    day: str
    summary: str


def files_of(mail: MailRow) -> Sequence[Came]:
    """The files of a mail, each held against the RFCs."""
    return _files(mail.address, mail.content)


@lru_cache(maxsize=1000)
def _files(address: str, mail: bytes) -> Sequence[Came]:
    message = email.message_from_bytes(mail, _class=EmailMessage, policy=email.policy.default)
    found = []
    for part in message.iter_attachments():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        [event] = check(content)
        method = str(part.get_param("method"))
        assert f"METHOD:{method}\r\n".encode() in content
        found.append(
            Came(
                address,
                method,
                event["UID"],
                int(event["SEQUENCE"]),
                event["DTSTART"],
                event["SUMMARY"],
            )
        )
    return found


def came(mails: Iterable[MailRow], *, also_lost: bool = False) -> list[Came]:
    """Every file of the mails that somebody got, in order."""
    return [one for mail in mails if also_lost or mail.status not in LOST for one in files_of(mail)]


def calendars(files: Iterable[Came]) -> dict[str, dict[str, Came]]:
    """Each person's calendar, by UID, when every file has been opened. A program takes nothing in whose
    number is not higher than what it has (RFC 5546, 2.1.4), so ours must always be."""
    newest: dict[tuple[str, str], Came] = {}
    for one in files:
        known = newest.get((one.address, one.uid))
        assert known is None or one.sequence > known.sequence, f"{one} after {known}"
        assert known or one.method == "PUBLISH", "nothing is cancelled that never was there"
        newest[one.address, one.uid] = one
    found: dict[str, dict[str, Came]] = {}
    for (address, uid), one in newest.items():
        if one.method == "PUBLISH":
            found.setdefault(address, {})[uid] = one
    return found


def days_of(town: Town, address: str) -> dict[str, str]:
    """`{"KS: Kommunplan i KS": "20271018"}`: the person's calendar when every mail has been read."""
    own = calendars(came(town.mails())).get(address, {})
    return {one.summary.rpartition(" · ")[0]: one.day for one in own.values()}


def feed(town: Town, whose: str, today: str = "2027-03-01") -> dict[str, dict[str, str]]:
    """The calendar that a subscriber gets, by UID."""
    content = calendar_of(town.database, town.settings, whose, date.fromisoformat(today))
    return {event["UID"]: event for event in check(content)}
