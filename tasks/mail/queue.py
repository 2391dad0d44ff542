"""The queue of mails in the outbox: claimed oldest first, and marked with what became of each.

To one mailbox they go in the order in which they were queued. One that the server defers keeps those after it
back, an hour and a quarter at most (`KEEPS_BACK`), and is tried anew before a newer one is. If it is deferred
still, they go past it: what a server does not want for hours keeps nobody from what is urgent.

A claim is a lease: a mail whose claim has run out is free again, with the same bytes and so the same
Message-ID; what became of it before is unknown, and said to be (`MailRow.handed_at`). A time that lies
further ahead than any is set was set by a clock that was wrong: it counts for nothing. Nothing here reads
more of the queue than it is asked for.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

from sqlmodel import Session

from models.plan import mailbox
from notifications.notices import Kind
from tasks.chain import bind_rows
from tasks.database import Database
from tasks.mail.already_told import EXERCISE
from tasks.mail.withdrawal import IS_STALE
from tasks.watch.journal import Level, journal_after

CLAIM = timedelta(minutes=15)
"""How long a mail belongs to the one who took it."""
FIRST_DELAY = timedelta(minutes=5)
LONGEST_DELAY = timedelta(hours=6)
KEEPS_BACK = 4
"""How many times a mail is deferred that keeps newer ones to its mailbox back: 5, 10, 20 and 40 minutes."""
AFTER_AN_OLDER = "väntar på ett äldre mejl till samma adress"


class Fate(Enum):
    """What became of a claimed mail."""

    SENT = "accepted by the server"
    FAILED = "refused for good"
    DEFERRED = "not accepted now"
    KEPT_BACK = "not tried, as an older one to the same mailbox was deferred"
    UNTRIED = "given back as it was taken"
    UNKNOWN = "broken off: nobody else takes it before its claim runs out"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A mail that is ours to send until `until`. `attempts` are those before this one."""

    id: int
    address: str
    content: bytes
    attempts: int
    until: datetime
    envid: str = ""
    in_doubt: bool = False
    """Whether an earlier delivery may have sent it already."""

    @property
    def mailbox(self) -> str:
        return mailbox(self.address)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a mail, when, and if it is deferred, when to try again."""

    mail: Claimed
    fate: Fate
    at: datetime
    error: str = ""
    next_attempt_at: datetime | None = None
    sent_as: str = ""
    in_doubt: bool = False
    """Whether the server may have accepted it all the same."""


def delay(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 5 minutes, doubled each time, at most 6 hours."""
    return min(FIRST_DELAY * (1 << min(attempts - 1, 10)), LONGEST_DELAY)


def turn(
    database: Database,
    answers: Collection[Answer],
    wanted: int,
    now: datetime,
    only: str | None = None,
    ours: Collection[int] = (),
) -> list[Claimed]:
    """Marks the answers and claims at most so many mails, oldest first: one transaction for both. None
    after an older one to its mailbox that somebody else has, or that keeps it back; `ours` are those that
    the caller has and sends before it. In an exercise `only` mails to its address; the others wait, here
    and below. Without one, what an exercise has left in the queue is laid aside."""
    with database.write() as session:
        _mark(session, answers)
        for answer in answers:
            _note(session, answer)
        return _claim(session, wanted, now, only, ours)


def make_due(database: Database, now: datetime, only: str | None = None) -> None:
    """Everything that waits for its time may be tried now."""
    with database.write() as session:
        _run(session, _MAKE_DUE, _given(now, only))


def catch_up(database: Database, now: datetime, only: str | None = None) -> None:
    """What waits for its time may be tried now where that time was set by a clock that was wrong, or where a
    newer mail to its mailbox may: before that one."""
    with database.write() as session:
        _run(session, _MEND_TIMES, _given(now, only))
        _run(session, _CATCH_UP, _given(now, only))


def put_off(
    database: Database, until: datetime, error: str, now: datetime, only: str | None = None
) -> int:
    """The server is away: whatever is due waits until then, instead of trying one after another."""
    given = {**_given(now, only), "until": _stored(until), "error": error}
    with database.write() as session:
        return int(_run(session, _PUT_OFF, given).rowcount)


def next_attempt_at(
    database: Database, only: str | None = None, now: datetime | None = None
) -> datetime | None:
    """When the first queued mail may be tried; None when nothing waits for that. It is `now` for one whose
    time was set by a clock that was wrong, which without it cannot be known."""
    given = {"only": only, "now": _stored(now) if now else None}
    with database.read() as session:
        return _moment(_run(session, _NEXT, given).scalar())


def sent_lately(database: Database, now: datetime, seconds: float) -> list[float]:
    """How many seconds ago each mail of the last so many was accepted."""
    since = _stored(now - timedelta(seconds=seconds))
    with database.read() as session:
        rows = _run(session, _LATELY, {"since": since, "now": _stored(now)}).scalars()
        return [(now - at).total_seconds() for at in map(_moment, rows) if at is not None]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many mails are in the queue: those that may be tried when their time has come, those that a
    delivery has claimed, until when at most, and those to others than an exercise's address."""

    free: int = 0
    held: int = 0
    held_until: datetime | None = None
    to_others: int = 0


def waiting(database: Database, now: datetime, only: str | None = None) -> Waiting:
    with database.read() as session:
        free, held, until, others = _run(session, _WAITING, _given(now, only)).one()
    return Waiting(free or 0, held or 0, _moment(until), others or 0)


def _claim(
    session: Session, wanted: int, now: datetime, only: str | None, ours: Collection[int]
) -> list[Claimed]:
    until = now + CLAIM
    given = {
        **_given(now, only),
        "until": _stored(until),
        "wanted": wanted,
        "ours": json.dumps(list(ours)),
    }
    while wanted:
        rows = _run(session, _CLAIM, given).all()
        claimed = [
            Claimed(number, address, content, attempts, until, _envid(message_id), bool(in_doubt))
            for status, number, address, content, attempts, message_id, in_doubt in rows
            if status == "köad"
        ]
        if claimed or not rows:  # else every one of them was stale: on to the next
            return sorted(claimed, key=lambda mail: mail.id)
    return []


def _mark(session: Session, answers: Iterable[Answer]) -> None:
    by_fate: dict[Fate, list[Mapping[str, Any]]] = defaultdict(list)
    for answer in answers:
        retry = answer.next_attempt_at
        by_fate[answer.fate].append(
            {
                "id": answer.mail.id,
                "claim": _stored(answer.mail.until),
                "at": _stored(answer.at),
                "error": answer.error,
                "retry": _stored(retry) if retry else None,
                "sent_as": answer.sent_as,
                "in_doubt": answer.in_doubt or answer.mail.in_doubt,
            }
        )
    for fate, rows in by_fate.items():
        if fate in _MARKS:
            _run(session, f"UPDATE mail SET {_MARKS[fate]}", rows)  # noqa: S608 - our own
        if fate is Fate.SENT:
            bind_rows(session, "sent", [row["id"] for row in rows])
        if fate in _NOT_SENT:
            _run(session, _LAID_ASIDE_MEANWHILE, rows)


def _note(session: Session, answer: Answer) -> None:
    """What became of a mail, by its number; of what the server said the code alone, for the rest may name
    the recipient."""
    if told := _TOLD.get(answer.fate):
        event, level = told
        code = re.search(r" ([45][0-9]{2}) ", answer.error)
        journal_after(
            session,
            event,
            level=level,
            mail=answer.mail.id,
            attempt=answer.mail.attempts + 1,
            code=code[1] if code else None,
        )


_TOLD: dict[Fate, tuple[str, Level]] = {
    Fate.SENT: ("mail.sent", "info"),
    Fate.DEFERRED: ("mail.deferred", "warning"),
    Fate.FAILED: ("mail.failed", "error"),
}


def _envid(message_id: str) -> str:
    """What a bounce is to give back: the Message-ID's own part, which is hexadecimal."""
    return message_id.strip("<>").partition("@")[0]


def _given(now: datetime, only: str | None) -> dict[str, Any]:
    return {"now": _stored(now), "only": only}


def _run(session: Session, sql: str, given: Any) -> Any:
    # text that is made once: building these statements anew would cost more than running them
    return session.connection().exec_driver_sql(sql, given)


def _stored(moment: datetime) -> str:
    """A moment as `models.tables.Instant` keeps it, so that moments compare as text."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _moment(stored: str | None) -> datetime | None:
    return datetime.fromisoformat(stored).replace(tzinfo=UTC) if stored else None


def _later(wait: timedelta) -> str:
    """So long after `:now`, in SQL."""
    return f"strftime('%Y-%m-%d %H:%M:%f000', :now, '+{wait // timedelta(seconds=1)} seconds')"


_CLAIM_IS_VOID = f"claimed_until > {_later(2 * CLAIM)}"
"""Set by a clock that was wrong. Twice as long: a clock that is set right by some minutes takes no mail from
who is sending it."""
_IS_FREE = f"(claimed_until IS NULL OR claimed_until <= :now OR {_CLAIM_IS_VOID})"
_IS_OF_A_WRONG_CLOCK = f"""(
    coalesce(deferred_at, queued_at) > :now OR next_attempt_at > {_later(LONGEST_DELAY)}
)"""
_IS_OURS = "(:only IS NULL OR address = :only COLLATE NOCASE)"
_IS_DUE = f"status = 'köad' AND next_attempt_at <= :now AND {_IS_FREE} AND {_IS_OURS}"
_IS_LEFT_OVER = f":only IS NULL AND mail.key GLOB '{EXERCISE}*'"
"""What an exercise that is over has left in the queue."""
_IS_INTO_THE_VOID = f"""
    mail.kind IN ({", ".join(f"'{kind.value}'" for kind in (Kind.REMINDER, Kind.OVERDUE))})
    AND EXISTS (
        SELECT 1 FROM mail AS returned
        WHERE returned.address = mail.address COLLATE NOCASE
        AND returned.bounced AND returned.status = 'misslyckad' AND returned.id < mail.id
    )
    """  # noqa: S608 - our own constants
"""Whether it reminds somebody whose mail has come back, and nobody has mended that."""
_IS_BEHIND = f"""
    EXISTS (
        SELECT 1 FROM mail AS older
        WHERE older.status = 'köad' AND older.id < mail.id AND (
            older.claimed_until > :now AND NOT older.{_CLAIM_IS_VOID} AND older.id NOT IN (SELECT value FROM
            json_each(:ours)) OR older.next_attempt_at > :now AND older.attempts <= {KEEPS_BACK}
        ) AND older.address = mail.address COLLATE NOCASE
    )
    """  # noqa: S608 - our own constants
"""Whether an older mail to the same mailbox is somebody else's, or keeps it back."""
_CLAIM = f"""
    UPDATE mail SET
        status = CASE WHEN oldest.is_stale THEN 'ersatt' ELSE mail.status END,
        claimed_until = CASE WHEN oldest.is_stale THEN NULL ELSE :until END,
        handed_at = coalesce(handed_at, CASE WHEN oldest.is_stale THEN NULL ELSE :now END)
    FROM (
        SELECT id, ({_IS_LEFT_OVER} OR {_IS_INTO_THE_VOID} OR {IS_STALE}) AS is_stale FROM mail
        WHERE {_IS_DUE} AND NOT {_IS_BEHIND} AND id NOT IN (SELECT value FROM json_each(:ours))
        ORDER BY id LIMIT :wanted
    ) AS oldest
    WHERE mail.id = oldest.id
    RETURNING status, id, address,
        (SELECT content FROM mail_content WHERE mail_id = mail.id), attempts, message_id,
        handed_at <> :now
    """  # noqa: S608 - our own constants
_MAKE_DUE = f"""
    UPDATE mail SET next_attempt_at = :now, deferred_at = :now
    WHERE status = 'köad' AND next_attempt_at > :now AND {_IS_FREE} AND {_IS_OURS}
    """  # noqa: S608 - our own constants
_MEND_TIMES = f"{_MAKE_DUE} AND {_IS_OF_A_WRONG_CLOCK}"
# the cross join keeps the order of the loops: each that waits looks its mailbox up, or it is square
_CATCH_UP = f"""
    WITH due AS MATERIALIZED (
        SELECT lower(address) AS mailbox, max(id) AS newest FROM mail
        WHERE {_IS_DUE} AND EXISTS (
            SELECT 1 FROM mail WHERE status = 'köad' AND next_attempt_at > :now
        )
        GROUP BY lower(address)
    )
    UPDATE mail SET next_attempt_at = :now, deferred_at = :now WHERE id IN (
        SELECT mail.id FROM mail CROSS JOIN due ON due.mailbox = lower(mail.address)
        WHERE status = 'köad' AND next_attempt_at > :now AND {_IS_FREE} AND id < due.newest
    )
    """  # noqa: S608 - our own constants
_PUT_OFF = f"""
    UPDATE mail SET next_attempt_at = :until, deferred_at = :now, error = :error WHERE {_IS_DUE}
    """  # noqa: S608 - our own constants
# a claimed mail is somebody's now, and free again, if that one dies, when its claim runs out
_NEXT = f"""
    SELECT min(max(
        CASE WHEN {_IS_OF_A_WRONG_CLOCK} THEN :now ELSE next_attempt_at END,
        CASE WHEN {_CLAIM_IS_VOID} THEN '' ELSE coalesce(claimed_until, '') END
    ))
    FROM mail WHERE status = 'köad' AND {_IS_OURS}
    """  # noqa: S608 - our own constants
_LATELY = "SELECT sent_at FROM mail WHERE status = 'skickad' AND sent_at BETWEEN :since AND :now"
_WAITING = f"""
    SELECT sum({_IS_OURS} AND {_IS_FREE}), sum({_IS_OURS} AND NOT {_IS_FREE}),
        max(claimed_until) FILTER (WHERE {_IS_OURS} AND NOT {_IS_FREE}), sum(NOT {_IS_OURS})
    FROM mail WHERE status = 'köad'
    """  # noqa: S608 - our own constants
_TRIED = "attempts = attempts + 1, claimed_until = NULL"
# unless the claim ran out and the mail is somebody else's by now
_OURS = "id = :id AND status = 'köad' AND claimed_until = :claim"
_CERTAIN = "handed_at = CASE WHEN :in_doubt THEN handed_at END"
_MARKS = {
    # what a server has accepted is sent, whoever else has the claim
    Fate.SENT: "status = 'skickad', sent_at = :at, sent_as = :sent_as, error = '', handed_at = NULL, "
    f"{_TRIED} WHERE id = :id",
    Fate.FAILED: f"status = 'misslyckad', error = :error, {_CERTAIN}, {_TRIED} WHERE {_OURS}",
    Fate.DEFERRED: "next_attempt_at = :retry, deferred_at = :at, error = :error, "
    f"{_CERTAIN}, {_TRIED} WHERE {_OURS}",
    Fate.KEPT_BACK: "next_attempt_at = :retry, deferred_at = :at, error = :error, claimed_until = NULL, "
    f"{_CERTAIN} WHERE {_OURS}",
    Fate.UNTRIED: f"claimed_until = NULL, {_CERTAIN} WHERE {_OURS}",
}
_NOT_SENT = frozenset({Fate.FAILED, Fate.DEFERRED, Fate.KEPT_BACK, Fate.UNTRIED})
_LAID_ASIDE_MEANWHILE = f"UPDATE mail SET {_CERTAIN} WHERE id = :id AND status = 'ersatt'"  # noqa: S608
"""What was withdrawn while it was ours, and is known now not to have gone."""
