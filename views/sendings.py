"""The mails that went, those that wait and those of tomorrow, each with what it tells and by which rule:
`kommunplan utskick`. Pure values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from notifications.calendar_letter import BECAUSE, RULE, CalendarChange
from notifications.items import Item
from notifications.recipients import Recipient
from notifications.sorting import Envelope
from views.shown import Shown, Slug, SwedishInstant, key


class NoticeLine(Shown):
    """One thing that a mail tells."""

    budget_year: Annotated[int, key("budgetar", "The budget year")]
    step: Annotated[Slug, key("steg", "The step")]
    kind: Annotated[
        str, key("slag", "The kind of notice, as in `provkor`, or `flyttat`, `kalender`")
    ]
    role: Annotated[
        str, key("roll", "The role it is for, `roll` or `roll:enhet`; empty of `kalender`")
    ]
    body: Annotated[str | None, key("instans", "The body whose turn or decision it is about")]
    rule: Annotated[str, key("regel", "The rule behind it, in Swedish")]
    because: Annotated[
        str,
        key(
            "darfor",
            "Why this person: such as `innehavare av ekonomichef sedan 2025-01-01`, `ersättare för …`, "
            "`rollen saknar innehavare`; empty for mails from before this was kept",
        ),
    ]


class QueuedMail(Shown):
    """A mail that has been written."""

    address: Annotated[str, key("till", "The address it goes to, or went to")]
    name: Annotated[str, key("namn", "Whose it is")]
    kind: Annotated[
        str,
        key(
            "slag",
            "The kind of mail: that of its notice, as in `provkor`, or such as `overlamning`, `uppgifter` "
            "or `flyttat` where it holds several, `kalender` where it only changes what stands in a "
            "calendar",
        ),
    ]
    subject: Annotated[str, key("amne", "The subject")]
    notices: Annotated[tuple[NoticeLine, ...], key("uppgifter", "What it tells")]


class WentOn(Shown):
    """When a mail went."""

    day: Annotated[date, key("dag", "The day it went")]


class SentMail(QueuedMail, WentOn):
    """A mail that the mail server has accepted; its fields begin with the day."""


class Queueing(Shown):
    """How a mail that has not gone stands in the queue."""

    status: Annotated[
        str, key("lage", "`köad`, or `misslyckad` where the server has refused it for good")
    ]
    queued_on: Annotated[date, key("koad", "The day it was queued")]
    attempts: Annotated[int, key("forsok", "How many times it has been tried")]
    next_attempt_at: Annotated[
        SwedishInstant | None,
        key(
            "nasta_forsok", "When it may be tried again, in Swedish time; null where it will not be"
        ),
    ]
    held_until: Annotated[
        SwedishInstant | None,
        key(
            "halls_till",
            "Until when a delivery that was broken off, or is under way, holds it; null where none does",
        ),
    ]
    in_doubt: Annotated[
        bool,
        key(
            "ovisst",
            "Whether it is unknown if it has gone: a delivery had it and was broken off, or the server did "
            "not answer. It goes again, as the same mail",
        ),
    ]
    error: Annotated[
        str, key("fel", "What the mail server answered last; empty where it has not been tried")
    ]


class WaitingMail(QueuedMail, Queueing):
    """A mail that waits, or that will never go; its fields begin with how it stands in the queue."""


class UnwrittenLetters(Shown):
    """Letters of a kind that could not be written, for the same reason."""

    kind: Annotated[str, key("slag", "The kind of mail, as in `gick`")]
    letters: Annotated[int, key("mejl", "How many there are of that kind, for the same reason")]
    people: Annotated[int, key("personer", "How many people they are to")]
    attempts: Annotated[int, key("forsok", "How many times they have been tried, at most")]
    since: Annotated[
        SwedishInstant | None,
        key(
            "sedan",
            "When the first could not be written, in Swedish time; null where none has been tried",
        ),
    ]
    error: Annotated[str, key("fel", "Why; empty where none has been tried")]


class TomorrowsMail(Shown):
    """A mail that tomorrow's check would make."""

    address: Annotated[str, key("till", "The address it goes to")]
    name: Annotated[str, key("namn", "Whose it is")]
    kind: Annotated[str, key("slag", "The kind of mail")]
    notices: Annotated[tuple[NoticeLine, ...], key("uppgifter", "What it tells")]


class Tomorrow(Shown):
    """What goes tomorrow, if nothing happens before its check."""

    day: Annotated[date, key("dag", "Tomorrow")]
    mails: Annotated[
        tuple[TomorrowsMail, ...], key("mejl", "The mails, in the order in which they are queued")
    ]


class Sendings(Shown):
    """`utskick --json`: the mails that went, those that wait, and those of tomorrow."""

    today: Annotated[date, key("dag", "Today")]
    all_go_to: Annotated[
        str | None,
        key(
            "provlage",
            "The address that every mail goes to in an exercise (`KOMMUNPLAN_MAIL_TO`); null when each "
            "goes to its own",
        ),
    ]
    went: Annotated[
        tuple[SentMail, ...],
        key("gick", "The mails that the mail server has accepted, oldest first"),
    ]
    waiting: Annotated[
        tuple[WaitingMail, ...], key("vantar", "Those that wait to be sent, or that will never be")
    ]
    unwritten: Annotated[
        tuple[UnwrittenLetters, ...],
        key(
            "oskrivna",
            "The letters that could not be written, or that an earlier day has left behind",
        ),
    ]
    tomorrow: Annotated[Tomorrow, key("imorgon", "What goes tomorrow")]


def mail_of_envelope(envelope: Envelope) -> TomorrowsMail:
    """A mail that is gathered and not written."""
    return TomorrowsMail(
        address=envelope.recipient.address,
        name=envelope.recipient.name,
        kind=envelope.kind,
        notices=tuple(map(_notice, envelope.items)),
    )


def calendar_mail(recipient: Recipient, changes: Iterable[CalendarChange]) -> TomorrowsMail:
    """A mail that only changes what stands in a calendar."""
    return TomorrowsMail(
        address=recipient.address,
        name=recipient.name,
        kind="kalender",
        notices=tuple(
            NoticeLine(
                budget_year=one.budget_year,
                step=one.step,
                kind="kalender",
                role="",
                body=None,
                rule=RULE,
                because=BECAUSE,
            )
            for one in changes
        ),
    )


def _notice(item: Item) -> NoticeLine:
    notice = item.notice
    return NoticeLine(
        budget_year=item.plan.budget_year,
        step=notice.step,
        kind=notice.kind.value,
        role=str(notice.to),
        body=notice.body or None,
        rule=item.rule,
        because=item.recipient.because,
    )
