"""A letter as a finished message: the bytes that the outbox keeps and the mail server gets.

Pure. The same letter gives the same bytes, Message-ID and boundary too, so that a mail that has to
be sent again is the same mail.
"""

from __future__ import annotations

from binascii import b2a_qp
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.charset import Charset
from email.encoders import encode_base64
from email.header import Header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime, parseaddr, quote
from hashlib import sha256

from notifications.calendar_file import CalendarFile
from notifications.collected import Collected
from notifications.layout import as_html, as_text
from notifications.letters import Letter, Recipient
from notifications.sign_in import SignInLetter
from notifications.wording import one_line

SENDER_NAME = "Kommunplan"
WIRE = compat32.clone(linesep="\r\n", mangle_from_=False)
UTF8 = Charset("utf-8")
LONGEST_WORD = 39
"""Bytes of UTF-8 that an encoded word holds."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A message ready for SMTP: CRLF lines, and ASCII but for a header that holds an address that is not."""

    message_id: str
    subject: str
    content: bytes


def build(
    letter: Letter | Collected | SignInLetter,
    *,
    key: str,
    thread: str | None,
    sender: str,
    recipient: Recipient,
    reply_to: str,
    created: datetime,
    calendars: Sequence[CalendarFile] = (),
    before_subject: str = "",
) -> Finished:
    """The message, with the calendar entries attached. `key` is the mail's own in the
    whole database, `thread` that of what it belongs with, so that mail programs show them together: None
    for a mail about several things; `created` must know its time zone."""
    if created.tzinfo is None:
        raise ValueError(f"created has no time zone: {created!r}")
    own_name, own_address = parseaddr(one_line(sender))
    domain = own_address.rpartition("@")[2]
    message_id = _identity(key, domain)
    threaded = {}
    if thread is not None:
        # of a mail that is never sent: so they belong together in whatever order they come
        root = _identity(f"thread {thread}", domain)
        threaded = {"In-Reply-To": root, "References": root}
    subject = one_line(before_subject + letter.subject)
    headers = {
        "From": _mailbox(own_name or SENDER_NAME, own_address),
        "To": _mailbox(recipient.name, recipient.address),
        "Reply-To": one_line(reply_to),
        "Subject": _encoded(subject),
        "Date": format_datetime(created),
        "Message-ID": message_id,
        **threaded,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",  # Exchange: no out-of-office answers
        "Content-Language": "sv",
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return Finished(message_id, subject, head.encode() + _body(letter, key, calendars).as_bytes())


def _body(
    letter: Letter | Collected | SignInLetter, key: str, calendars: Sequence[CalendarFile]
) -> Message:
    boundary = f"kommunplan-{sha256(key.encode()).hexdigest()[:32]}"
    body = MIMEMultipart("alternative", boundary, policy=WIRE)
    body.attach(_part("plain", as_text(letter)))
    body.attach(_part("html", as_html(letter)))
    if not calendars:
        return body
    whole = MIMEMultipart("mixed", f"{boundary}-bilaga", [body], policy=WIRE)
    for calendar in calendars:
        part = MIMENonMultipart(
            "text", "calendar", policy=WIRE, method=calendar.method, charset="utf-8"
        )
        part.add_header("Content-Disposition", "attachment", filename=calendar.name)
        part.set_payload(calendar.content)
        encode_base64(part)
        whole.attach(part)
    return whole


def _part(subtype: str, text: str) -> Message:
    """Quoted-printable: ASCII on the wire with short lines, and still readable in a stored file. By hand, and
    not by EmailMessage, which takes three times as long."""
    part = MIMENonMultipart("text", subtype, policy=WIRE, charset="utf-8")
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(b2a_qp(text.encode(), istext=True).decode("ascii"))
    return part


def _identity(key: str, domain: str) -> str:
    return f"<{sha256(key.encode()).hexdigest()[:40]}@{domain}>"


def _encoded(text: str) -> str:
    """A header's text. Not left to EmailMessage: on Python 3.11 it loses the space between two words
    with å, ä or ö where it folds the line."""
    if text.isascii() and "=?" not in text:
        return Header(text, "us-ascii", header_name="Subject").encode(linesep="\r\n")
    return "\r\n ".join(map(UTF8.header_encode, _pieces(text)))


def _pieces(text: str) -> Iterator[str]:
    """So short that each is one encoded word, in a line of 76 characters with the header's name."""
    begin = size = 0
    for place, character in enumerate(text):
        size += len(character.encode())
        if size > LONGEST_WORD:
            yield text[begin:place]
            begin, size = place, len(character.encode())
    yield text[begin:]


def _mailbox(name: str, address: str) -> str:
    name, address = one_line(name), one_line(address)
    if not name:
        return address
    if name.isascii() and "=?" not in name:
        return f'"{quote(name)}" <{address}>'
    return f"{_encoded(name)}\r\n <{address}>"
