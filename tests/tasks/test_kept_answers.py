"""What a server has accepted is marked, whoever else writes; what nobody knows of a mail is said to be
unknown."""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from tasks import clock, database
from tasks.database import Database
from tasks.mail.delivery import UNMARKED
from tasks.mail.queue import CLAIM, LONGEST_DELAY, next_attempt_at
from tasks.mail.sendings import sendings
from tests.notifications.conftest import Serve
from tests.notifications.servers import HastyServer, Inbox
from tests.tasks import processes
from tests.tasks.deliveries import ids, let_time_pass, run, stand
from tests.tasks.town import Town


class Locking(Inbox):
    """After so many mails another takes the database's write lock, and keeps it for a while."""

    def __init__(self, town: Town, after: int, seconds: float) -> None:
        super().__init__()
        self.town, self.after, self.seconds = town, after, seconds
        self.while_locked = 0
        self._is_locked = threading.Event()
        self._locker: threading.Thread | None = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        reply = await super().handle_DATA(server, session, envelope)
        self.while_locked += self._is_locked.is_set()
        if len(self.mails) >= self.after and self._locker is None:
            self._locker = threading.Thread(target=self._lock)
            self._locker.start()
        return reply

    def _lock(self) -> None:
        with closing(sqlite3.connect(self.town.path, isolation_level=None, timeout=30)) as other:
            other.execute("BEGIN IMMEDIATE")
            self._is_locked.set()
            threading.Event().wait(self.seconds)
            other.execute("ROLLBACK")
            self._is_locked.clear()

    def join(self) -> None:
        assert self._locker is not None
        self._locker.join(30)


@pytest.mark.parametrize("connections", [1, 4])
def test_what_was_accepted_while_another_wrote_for_long_is_not_sent_again(
    year: Town, serve: Serve, connections: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    year.backlog(138)
    monkeypatch.setattr(database, "LOCK_TIMEOUT", 0.1)  # 30 seconds, and a lock of 33
    year.close()
    year.database = Database(year.path)
    inbox = Locking(year, after=40, seconds=0.7)
    port = serve(inbox)
    done = run(year, port, smtp_connections=connections)
    inbox.join()
    assert done.sent == 138
    assert 0 < inbox.while_locked <= UNMARKED * connections
    let_time_pass(year)
    run(year, port, smtp_connections=connections)
    assert set(Counter(ids(inbox)).values()) == {1}
    assert {(mail.status, mail.attempts) for mail in year.mails()} == {("skickad", 1)}


def test_our_own_mails_are_not_claimed_anew_when_their_claim_has_run_out(
    year: Town, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another has had the lock for longer than a claim lasts."""
    inbox = Inbox({"DATA": [None, 0.2]})
    port = serve(inbox)
    hurry = iter([clock.now()] * 6)
    later = clock.now() + CLAIM + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: next(hurry, later))
    run(year, port)
    assert set(Counter(ids(inbox)).values()) == {1}
    assert stand(year) == ["skickad"] * 8


def test_what_a_delivery_that_died_had_is_unknown_and_not_never_sent(
    year: Town, serve: Serve
) -> None:
    year.backlog(100)
    inbox = Inbox()
    port = serve(inbox)
    year.close()
    processes.killed(
        processes.mortal_send, year.settings.data, port, 1, when=lambda: len(inbox.mails) >= 30
    )
    accepted = set(ids(inbox))
    unmarked = [mail for mail in year.mails() if mail.status != "skickad"]
    assert {mail.message_id for mail in unmarked if mail.message_id in accepted} <= {
        mail.message_id for mail in unmarked if mail.handed_at
    }
    assert not all(mail.handed_at for mail in unmarked), "what no delivery has had is not in doubt"
    let_time_pass(year)
    today = year.on("2027-01-05").today
    waiting = sendings(year.database, year.settings, today).waiting
    assert [one.in_doubt for one in waiting] == [mail.handed_at is not None for mail in unmarked]
    run(year, port)
    assert {mail.handed_at for mail in year.mails()} == {None}


def test_a_mail_that_the_server_did_not_answer_is_unknown(
    year: Town, hasty_server: HastyServer, serve: Serve
) -> None:
    run(year, hasty_server.port)
    assert all(mail.handed_at for mail in year.mails())
    let_time_pass(year)
    run(year, serve(Inbox({"RCPT": ["450 4.2.1 Busy"] * 8})))
    assert all(mail.handed_at for mail in year.mails()), "what is unknown was forgotten"
    let_time_pass(year)
    run(year, serve(Inbox()))
    assert {(mail.status, mail.handed_at) for mail in year.mails()} == {("skickad", None)}


def test_a_mail_that_was_given_back_or_put_off_is_certain_not_to_have_gone(
    year: Town, serve: Serve, closed_port: int
) -> None:
    run(year, closed_port)
    assert {mail.handed_at for mail in year.mails()} == {None}
    let_time_pass(year)
    run(year, serve(Inbox({"RCPT": ["450 4.2.1 Busy"] * 8})))
    assert {mail.handed_at for mail in year.mails()} == {None}


def test_a_message_id_that_the_server_has_put_in_place_of_ours_is_kept(
    year: Town, serve: Serve
) -> None:
    run(year, serve(Inbox({"DATA": ["250 2.0.0 OK <AS8P@EURPRD.OUTLOOK.COM> [Hostname=AS8P]"]})))
    assert [mail.sent_as for mail in year.mails()] == ["<AS8P@EURPRD.OUTLOOK.COM>", *[""] * 7]


# --- Clocks that were wrong ---


@pytest.mark.parametrize("ahead", [timedelta(hours=3), timedelta(days=400)])
def test_what_was_put_off_by_a_clock_that_was_ahead_is_tried_by_the_clock_that_is(
    year: Town, serve: Serve, closed_port: int, ahead: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now
    with monkeypatch.context() as wrong:
        wrong.setattr(clock, "now", lambda: now() + ahead)
        run(year, closed_port)
    at = next_attempt_at(year.database, now=clock.now())
    assert at is not None
    assert at <= clock.now()
    assert run(year, serve(Inbox())).sent == 8


def test_what_was_queued_by_a_clock_that_was_ahead_goes(year: Town, serve: Serve) -> None:
    year.change("UPDATE mail SET queued_at = '2099-01-01 00:00:00.000000'")
    year.change("UPDATE mail SET next_attempt_at = queued_at")
    assert run(year, serve(Inbox())).sent == 8


def test_what_a_delivery_took_by_a_clock_that_was_ahead_is_nobodys(
    year: Town, serve: Serve
) -> None:
    year.change(
        "UPDATE mail SET claimed_until = '2099-01-01 00:00:00.000000', handed_at = queued_at"
    )
    assert run(year, serve(Inbox())).sent == 8


def test_what_was_put_off_by_the_clock_that_is_waits(year: Town, closed_port: int) -> None:
    run(year, closed_port)
    at = next_attempt_at(year.database, now=clock.now())
    assert at is not None
    assert clock.now() < at <= clock.now() + LONGEST_DELAY
