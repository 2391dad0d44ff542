"""Delivers the outbox, oldest first, over a few connections at once, but to one mailbox one at a time.

Workers send; one keeper of the books claims mails for them and marks what became of each. It commits
everything that has been answered since its last commit together, so a flush to the disk is shared.

A crash at any point loses nothing: a mail that was claimed and never marked is taken up again when its
claim runs out, with the same bytes and so the same Message-ID. Twice can only those mails come that a
server had accepted, or was just accepting, while the mark was not on disk yet. They are never more than
`UNMARKED` for each connection: those in flight, those answered since the last commit began, and those
that are being committed.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from notifications.failures import PermanentFailureError, TemporaryFailureError, UnreachableError
from notifications.mailer import Mailer
from notifications.smtp import Server
from tasks import clock
from tasks.database import Database
from tasks.mail.mailbox_queues import MailboxQueues
from tasks.mail.queue import (
    AFTER_AN_OLDER,
    CLAIM,
    KEEPS_BACK,
    Answer,
    Claimed,
    Fate,
    Waiting,
    catch_up,
    delay,
    make_due,
    next_attempt_at,
    put_off,
    turn,
    waiting,
)
from tasks.mail.writing import write_what_is_left
from tasks.settings import Settings
from views.done import Delivered

LONGEST_SENDING = CLAIM / 3
"""A sending is given up after this, and none begins that could outlast the mail's claim."""
UNMARKED = 12
"""How many mails for each connection may be in flight or accepted without a mark on disk."""
CLAIMED = 32
"""How many mails for each connection are claimed ahead: what a worker needs while the books are kept."""
GATHERING = 0.015
"""Seconds that the keeper of the books waits at most, after an answer, for more to commit with it."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one delivery did, and when the next is worth trying; None when nothing waits."""

    sent: int
    deferred: int
    failed: int
    next_attempt_at: datetime | None
    error: str = ""
    waiting: Waiting = field(default_factory=Waiting)

    def shown(self) -> Delivered:
        """The same as a person or a program is told it, in Swedish time."""
        return Delivered(
            sent=self.sent,
            deferred=self.deferred,
            failed=self.failed,
            error=self.error,
            next_attempt_at=_swedish(self.next_attempt_at),
            held=self.waiting.held,
            held_until=_swedish(self.waiting.held_until),
            to_others=self.waiting.to_others,
        )


def _swedish(moment: datetime | None) -> datetime | None:
    return moment.astimezone(ZoneInfo(clock.ZONE)) if moment else None


async def deliver(database: Database, chosen: Settings, *, all_now: bool = False) -> Delivery:
    """Sends everything that is due now, or with `all_now`, asked for by a person, all that waits; first it
    writes what is not written yet.
    Ends at the first sign that the server cannot be reached. In an exercise mails to others wait."""
    only = chosen.mail_to
    unwritten = await asyncio.to_thread(write_what_is_left, database, chosen, clock.today(chosen))
    if all_now:
        await asyncio.to_thread(make_due, database, clock.now(), only)
    else:
        await asyncio.to_thread(catch_up, database, clock.now(), only)
    async with Mailer(mail_server(chosen), chosen.smtp_connections) as mailer:
        round_ = _Round(database, mailer, chosen.sender, chosen.smtp_connections, only)
        await round_.run()
    deferred = round_.done[Fate.DEFERRED] + round_.done[Fate.KEPT_BACK]
    if round_.away_until is not None:
        deferred += await asyncio.to_thread(
            put_off, database, round_.away_until, round_.error, clock.now(), only
        )
    return Delivery(
        sent=round_.done[Fate.SENT],
        deferred=deferred,
        failed=round_.done[Fate.FAILED],
        next_attempt_at=await asyncio.to_thread(next_attempt_at, database, only),
        error="; ".join(filter(None, (round_.error, unwritten))),
        waiting=await asyncio.to_thread(waiting, database, clock.now(), only),
    )


class _Round:
    """One delivery under way. Every mail that it claims gets one answer, and that is put on disk."""

    def __init__(
        self, database: Database, mailer: Mailer, sender: str, connections: int, only: str | None
    ) -> None:
        self._only = only
        self._database, self._mailer, self._sender = database, mailer, sender
        self._connections = connections
        self._queues = MailboxQueues()
        self._open: set[int] = set()
        """The mails that are ours until their answers are on disk, by number."""
        self._begun: set[int] = set()
        self._unmarked = asyncio.Semaphore(UNMARKED * connections)
        self._answers: list[Answer] = []
        self._answered = asyncio.Event()
        self._all_answered = asyncio.Event()
        self._ending = False
        self.done: Counter[Fate] = Counter()
        self.error = ""
        self.away_until: datetime | None = None
        """When to try again, once the server could not be reached."""

    async def run(self) -> None:
        """Until nothing is due, or the server is away. Cancelled, it gives back what it has not begun."""
        books = asyncio.create_task(self._keep_books())
        workers = [asyncio.create_task(self._work()) for _ in range(self._connections)]
        try:
            await asyncio.shield(books)
        finally:
            self._end()
            for worker in workers:
                worker.cancel()
            ended = await asyncio.gather(*workers, return_exceptions=True)
            await books
        for fault in ended:
            if isinstance(fault, Exception):
                raise fault

    async def _keep_books(self) -> None:
        """Marks and claims, in one transaction after the other, until every claim has its answer."""
        while True:
            answers, self._answers = self._answers, []
            claimed = await asyncio.to_thread(
                turn,
                self._database,
                answers,
                self._wanted(),
                clock.now(),
                self._only,
                list(self._open),
            )
            for answer in answers:
                self.done[answer.fate] += 1
                self._open.discard(answer.mail.id)
                if answer.mail.id in self._begun:
                    self._begun.discard(answer.mail.id)
                    self._unmarked.release()
            for mail in claimed:
                self._open.add(mail.id)
                self._put(mail)
            if self._ending:  # nobody takes them any more
                for mail in self._queues.emptied_of_all():
                    self._answer(Answer(mail, Fate.UNTRIED, clock.now()))
            if not self._open:
                return
            if not self._answers:
                self._answered.clear()
                await self._answered.wait()
            if len(self._answers) < len(self._open):
                self._all_answered.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._all_answered.wait(), GATHERING)

    def _wanted(self) -> int:
        """How many mails to claim: none before half of the last ones have been begun."""
        if self._ending or self._is_away():
            return 0
        most = CLAIMED * self._connections
        room = most - len(self._queues)
        return room if room > most // 2 else 0

    async def _work(self) -> None:
        # not for ever: on Python 3.11 a cancellation is lost if it comes together with an answer
        while not self._ending:
            await self._unmarked.acquire()
            mail = await self._queues.take()
            self._begun.add(mail.id)
            try:
                answer = await self._send(mail)
                self._answer(answer)
                self._go_on(answer)
            except BaseException:  # broken off, or a fault of ours
                self._answer(Answer(mail, Fate.UNKNOWN, clock.now()))
                self._end()
                raise

    def _put(self, mail: Claimed) -> None:
        """Into the queue to its mailbox; but while it was claimed, an older one may have been given back, or
        put off."""
        before = [one for one in self._answers if one.mail.mailbox == mail.mailbox]
        if before and (after := _after(before[-1], mail)):
            self._answer(after)
        else:
            self._queues.put(mail)

    def _go_on(self, answer: Answer) -> None:
        """On with the next to the mailbox, or all of them back with the one that is to come before them."""
        if _after(answer, answer.mail) is None:
            self._queues.passed(answer.mail)
            return
        for mail in self._queues.emptied(answer.mail):
            if after := _after(answer, mail):
                self._answer(after)

    def _end(self) -> None:
        """Nothing more is begun, and what has not been begun is given back."""
        self._ending = True
        self._answered.set()

    def _is_away(self) -> bool:
        return self.away_until is not None

    def _answer(self, answer: Answer) -> None:
        if answer.fate is not Fate.KEPT_BACK:  # that is no word of the server's
            self.error = answer.error or self.error
        self._answers.append(answer)
        self._answered.set()
        if len(self._answers) == len(self._open):
            self._all_answered.set()

    async def _send(self, mail: Claimed) -> Answer:
        now = clock.now()
        if self._is_away() or now + LONGEST_SENDING > mail.until:
            return Answer(mail, Fate.UNTRIED, now)
        try:
            async with asyncio.timeout(LONGEST_SENDING.total_seconds()):
                await self._mailer.send(self._sender, mail.address, mail.content)
        except PermanentFailureError as fault:
            return Answer(mail, Fate.FAILED, clock.now(), str(fault))
        except UnreachableError as fault:
            if self._is_away():  # somebody else's mail has found that out, and counts as the try
                return Answer(mail, Fate.UNTRIED, clock.now())
            answer = _deferred(mail, str(fault))
            self.away_until = answer.next_attempt_at
            return answer
        except (TemporaryFailureError, TimeoutError) as fault:
            return _deferred(mail, str(fault) or "servern svarade inte i tid")
        return Answer(mail, Fate.SENT, clock.now())


def _deferred(mail: Claimed, error: str) -> Answer:
    now = clock.now()
    return Answer(mail, Fate.DEFERRED, now, error, now + delay(mail.attempts + 1))


def _after(answer: Answer, mail: Claimed) -> Answer | None:
    """What becomes of a mail when the one before it, to the same mailbox, has got this answer; None where it
    is next."""
    match answer.fate:
        case Fate.DEFERRED if answer.mail.attempts >= KEEPS_BACK:
            return None
        case Fate.DEFERRED | Fate.KEPT_BACK:
            retry = answer.next_attempt_at
            return Answer(mail, Fate.KEPT_BACK, answer.at, AFTER_AN_OLDER, retry)
        case Fate.UNTRIED | Fate.UNKNOWN:
            return Answer(mail, Fate.UNTRIED, answer.at)
    return None


def mail_server(chosen: Settings) -> Server:
    return Server(
        host=chosen.smtp_host,
        port=chosen.smtp_port,
        security=chosen.smtp_security,
        username=chosen.smtp_user or None,
        password=chosen.smtp_password.get_secret_value() or None,
        timeout=chosen.smtp_timeout,
        ca_file=chosen.smtp_ca_file,
    )
