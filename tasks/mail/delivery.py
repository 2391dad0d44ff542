"""Delivers the outbox, oldest first, over a few connections at once, but to one mailbox one at a time.

Workers send; one keeper of the books claims mails for them and marks what became of each. It commits
everything that has been answered since its last commit together, so a flush to the disk is shared.

What a server has accepted is kept until it is marked, however long another process writes in the database.
A crash at any point loses nothing: a mail that was claimed and never marked is taken up again when its
claim runs out, with the same bytes and so the same Message-ID. Twice can only those mails come that a
server had accepted, or was just accepting, while the mark was not on disk yet. They are never more than
`UNMARKED` for each connection: those in flight, those answered since the last commit began, and those
that are being committed.

What is refused for good is one person's, or all of ours: `Doubts` tells which, and where it is ours the round
stops and everything waits.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from models.errors import SettingsError
from notifications.failures import (
    PermanentFailureError,
    TemporaryFailureError,
    UnknownFateError,
    UnreachableError,
)
from notifications.mailer import Mailer
from notifications.smtp import is_ours
from notifications.throttle import MINUTE
from tasks import clock
from tasks.database import Database, DatabaseBusyError
from tasks.mail.doubts import Doubt, Doubts
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
    sent_lately,
    turn,
    waiting,
)
from tasks.mail.server import connections_to, mail_server
from tasks.mail.standstill import end_standstill, note_standstill
from tasks.mail.writing import write_what_is_left
from tasks.settings import SET_SENDER, Settings
from views.done import Delivered

LONGEST_SENDING = CLAIM / 3
"""A sending is given up after this, and none begins that could outlast the mail's claim."""
UNMARKED = 12
"""How many mails for each connection may be in flight or accepted without a mark on disk. Worth it: at
1,000 mails 1 gave 0.74 of what the client alone sends, 2 gave 0.82, 4 gave 0.88 and 12 gave 0.94."""
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
    stopped: bool = False
    """Whether the server takes none of our mails until somebody mends what `error` says."""

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
            stopped=self.stopped,
        )


def _swedish(moment: datetime | None) -> datetime | None:
    return moment.astimezone(ZoneInfo(clock.ZONE)) if moment else None


async def deliver(database: Database, chosen: Settings, *, all_now: bool = False) -> Delivery:
    """Sends everything that is due now, or with `all_now`, asked for by a person, all that waits; first it
    writes what is not written yet.
    Ends at the first sign that the server cannot be reached. In an exercise mails to others wait. Nothing is
    sent, and SettingsError raised, while no sender is set."""
    if why := chosen.why_no_mail_leaves:
        raise SettingsError(f"{why} {SET_SENDER}")
    only = chosen.mail_to
    unwritten = await asyncio.to_thread(write_what_is_left, database, chosen, clock.today(chosen))
    if all_now:
        await asyncio.to_thread(make_due, database, clock.now(), only)
    else:
        await asyncio.to_thread(catch_up, database, clock.now(), only)
    connections = connections_to(chosen)
    async with await _mailer(database, chosen, connections) as mailer:
        round_ = _Round(database, mailer, chosen.sender, connections, only)
        await round_.run()
    deferred = round_.done[Fate.DEFERRED] + round_.done[Fate.KEPT_BACK]
    if round_.away_until is not None:
        deferred += await asyncio.to_thread(
            put_off, database, round_.away_until, round_.error, clock.now(), only
        )
    if round_.to_mend:
        await asyncio.to_thread(note_standstill, database, round_.error, clock.now())
    elif round_.done[Fate.SENT]:
        await asyncio.to_thread(end_standstill, database)
    return Delivery(
        sent=round_.done[Fate.SENT],
        deferred=deferred,
        failed=round_.done[Fate.FAILED],
        next_attempt_at=await asyncio.to_thread(next_attempt_at, database, only, clock.now()),
        error="; ".join(filter(None, (round_.error, unwritten))),
        waiting=await asyncio.to_thread(waiting, database, clock.now(), only),
        stopped=round_.to_mend,
    )


async def _mailer(database: Database, chosen: Settings, connections: int) -> Mailer:
    """One that keeps the server's pace, also after what went to it just before."""
    server = mail_server(chosen)
    ages: list[float] = []
    if server.most_a_minute is not None:
        ages = await asyncio.to_thread(sent_lately, database, clock.now(), MINUTE)
    return Mailer(server, connections, ages=ages)


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
        self._sending = 0
        self._doubts = Doubts()
        self._answers: list[Answer] = []
        self._answered = asyncio.Event()
        self._all_answered = asyncio.Event()
        self._ending = False
        self.done: Counter[Fate] = Counter()
        self.error = ""
        self.away_until: datetime | None = None
        """When to try again, once the server could not be reached, or takes nothing of us."""
        self.to_mend = False
        """Whether that does not pass by itself."""

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
            claimed = await self._turn(answers)
            for answer in answers:
                self.done[answer.fate] += 1
                self._open.discard(answer.mail.id)
                self._mark(answer.mail)
            for mail in claimed:
                self._open.add(mail.id)
                self._put(mail)
            if self._ending:  # nobody takes them any more
                for mail in self._queues.emptied_of_all():
                    self._answer(Answer(mail, Fate.UNTRIED, clock.now()))
            self._settle_what_is_left()
            if not self._open:
                return
            if not self._answers:
                self._answered.clear()
                await self._answered.wait()
            if len(self._answers) < len(self._open):
                self._all_answered.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._all_answered.wait(), GATHERING)

    async def _turn(self, answers: list[Answer]) -> list[Claimed]:
        """Until the answers are on disk. Meanwhile no more is sent than may be unmarked."""
        ours = list(self._open - {answer.mail.id for answer in answers})
        while True:
            try:
                return await asyncio.to_thread(
                    turn, self._database, answers, self._wanted(), clock.now(), self._only, ours
                )
            except DatabaseBusyError:
                if not answers and not self._open:
                    raise  # nothing is in our hands: the next delivery does as well

    def _mark(self, mail: Claimed) -> None:
        """What became of the mail is on disk, or it has not gone: another may be begun."""
        if mail.id in self._begun:
            self._begun.discard(mail.id)
            self._unmarked.release()

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
            self._sending += 1
            try:
                outcome = await self._send(mail)
            except BaseException:  # broken off, or a fault of ours
                self._answer(Answer(mail, Fate.UNKNOWN, clock.now()))
                self._end()
                raise
            finally:
                self._sending -= 1
            if isinstance(outcome, Doubt):
                self._doubt(outcome)
                continue
            self._close(outcome)
            if outcome.fate is Fate.SENT:
                for doubt in self._doubts.accepted(mail.mailbox):
                    self._close(_failed(doubt))

    def _close(self, answer: Answer) -> None:
        self._answer(answer)
        self._go_on(answer)

    def _doubt(self, doubt: Doubt) -> None:
        """The mail has not gone; whose fault that is, what is tried next will tell."""
        if self._is_away():  # nothing more is tried, now that it has been told
            self._close(Answer(doubt.mail, Fate.UNTRIED, clock.now()))
            return
        self._doubts.add(doubt)
        self._mark(doubt.mail)
        if ours := self._doubts.ours():
            self._stop(ours)
        self._answered.set()

    def _settle_what_is_left(self) -> None:
        """Where nothing more is tried that could tell whose the refusals are."""
        if self._ending:
            for doubt in self._doubts.emptied():
                self._answer(Answer(doubt.mail, Fate.UNTRIED, clock.now()))
        is_idle = not self._sending and not self._answers and self._queues.is_standing_still
        if not self._doubts or not is_idle:
            return
        if ours := self._doubts.ours(is_last=True):
            self._stop(ours)
        for doubt in self._doubts.emptied():
            self._close(_failed(doubt))

    def _stop(self, ours: Doubt) -> None:
        """The refusals are of us. The oldest mail has been tried; the others come back as they are."""
        failure = is_ours(ours.said, ours.refusal.cause)
        for doubt in self._doubts.emptied():
            if doubt is ours and not self._is_away():
                self._close(self._away(doubt.mail, failure))
            else:
                self._close(Answer(doubt.mail, Fate.UNTRIED, clock.now()))

    def _away(self, mail: Claimed, fault: UnreachableError) -> Answer:
        """Nothing more is tried: the mail that found it out counts as the try."""
        answer = _deferred(mail, str(fault))
        self.away_until, self.to_mend = answer.next_attempt_at, fault.to_mend
        self.error = answer.error
        return answer

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
        # that it keeps one back is no word of the server's; that it is away says more than what else it said
        if answer.fate is not Fate.KEPT_BACK and not self._is_away():
            self.error = answer.error or self.error
        self._answers.append(answer)
        self._answered.set()
        if len(self._answers) == len(self._open):
            self._all_answered.set()

    async def _send(self, mail: Claimed) -> Answer | Doubt:
        now = clock.now()
        if self._is_away() or now + LONGEST_SENDING > mail.until:
            return Answer(mail, Fate.UNTRIED, now)
        try:
            async with asyncio.timeout(LONGEST_SENDING.total_seconds()):
                sent_as = await self._mailer.send(
                    self._sender, mail.address, mail.content, mail.envid
                )
        except PermanentFailureError as fault:
            if fault.refusal is not None:
                return Doubt(mail, fault.refusal, fault.said, str(fault))
            return Answer(mail, Fate.FAILED, clock.now(), str(fault))
        except UnreachableError as fault:
            if self._is_away():  # somebody else's mail has found that out, and counts as the try
                return Answer(mail, Fate.UNTRIED, clock.now())
            return self._away(mail, fault)
        except (TemporaryFailureError, TimeoutError) as fault:
            in_doubt = isinstance(fault, UnknownFateError | TimeoutError)
            return _deferred(mail, str(fault) or "servern svarade inte i tid", in_doubt=in_doubt)
        return Answer(mail, Fate.SENT, clock.now(), sent_as=sent_as)


def _deferred(mail: Claimed, error: str, *, in_doubt: bool = False) -> Answer:
    now = clock.now()
    retry = now + delay(mail.attempts + 1)
    return Answer(mail, Fate.DEFERRED, now, error, retry, in_doubt=in_doubt)


def _failed(doubt: Doubt) -> Answer:
    return Answer(doubt.mail, Fate.FAILED, clock.now(), doubt.error)


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
