"""What comes back: whether a mail says that another could not be delivered, and which. Pure.

By RFC 3464 (multipart/report), and as Exim (`X-Failed-Recipients`) and qmail (QSBMF) write it without one.
Only what has failed for good counts: not a delay, a receipt, an out-of-office answer or anything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from notifications.wording import one_line

_MESSAGE_ID = re.compile(r"^Message-ID:\s*(<[^<>\s]+>)", re.I | re.M)
_QMAIL = "This is the qmail-send program"
LONGEST = 200
"""Characters of what a server said."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail that was not delivered: what it may be known by, and why, in the server's words."""

    envelope_id: str
    message_ids: tuple[str, ...]
    why: str


def bounce_in(content: bytes) -> Bounce | None:
    """The bounce that the mail is; None for every other mail. Never an error, whatever the bytes are."""
    mail = message_from_bytes(content)
    reports = [part for part in mail.walk() if part.get_content_type() == "message/delivery-status"]
    if reports:
        return _by_report(mail, [block for report in reports for block in _blocks(report)])
    return _by_words(mail)


def _by_report(mail: Message, blocks: list[Message]) -> Bounce | None:
    failed = [one for one in blocks if _value(one, "Action").lower() == "failed"]
    if not failed:
        return None
    envelopes = (_value(one, "Original-Envelope-Id") for one in blocks)
    return Bounce(next(filter(None, envelopes), ""), tuple(_quoted(mail)), _why(failed[0]))


def _by_words(mail: Message) -> Bounce | None:
    text = "\n".join(_text(part) for part in mail.walk() if not part.is_multipart())
    if mail["X-Failed-Recipients"] or _QMAIL in text:
        return Bounce("", tuple(_quoted(mail)), _first_answer(text))
    return None


def _blocks(report: Message) -> list[Message]:
    """Of the mail, and then of each recipient; also where the part came encoded, as a text."""
    payload = report.get_payload()
    if isinstance(payload, list):
        return [block for block in payload if isinstance(block, Message)]
    return [message_from_bytes(block) for block in re.split(rb"\r?\n\r?\n", _bytes(report))]


def _value(block: Message, name: str) -> str:
    return one_line(str(block.get(name, ""))).strip()


def _why(block: Message) -> str:
    status = _value(block, "Status")
    said = _value(block, "Diagnostic-Code").partition(";")[2].strip()
    return f"{'' if status and status in said else status} {said}".strip()[:LONGEST] or "okänt skäl"


def _quoted(mail: Message) -> Iterator[str]:
    """The Message-IDs of what came back, in whatever form it was quoted: never the bounce's own."""
    for part in mail.walk():
        if part is not mail and (own := part.get("Message-ID")):
            yield one_line(str(own)).strip()
        if not part.is_multipart():
            yield from _MESSAGE_ID.findall(_text(part))


def _first_answer(text: str) -> str:
    found = re.search(r"[45][0-9]{2}[ -][^\r\n]+|#?[45]\.[0-9]+\.[0-9]+[^\r\n]*", text)
    return one_line(found[0] if found else "okänt skäl")[:LONGEST]


def _text(part: Message) -> str:
    return _bytes(part).decode("utf-8", "replace")


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
