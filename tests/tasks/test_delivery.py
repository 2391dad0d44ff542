"""Delivery to real mail servers: each mail once, in order, and nothing lost whatever happens."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import pytest

from tasks import clock
from tasks.database import DatabaseUnusableError
from tasks.mail.delivery import CLAIMED as CLAIMED_AHEAD
from tasks.mail.delivery import UNMARKED, Delivery, deliver
from tasks.mail.queue import CLAIM, Waiting, delay, next_attempt_at
from tasks.reading import year_sheets
from tests.notifications.conftest import Serve
from tests.notifications.servers import Inbox
from tests.tasks import processes
from tests.tasks.deliveries import claimed, ids, let_time_pass, run, stand
from tests.tasks.town import Town
from views.sheet import MailCounts


@pytest.fixture
def hanging_up() -> Iterator[tuple[int, list[object]]]:
    """A server that hangs up at once, and the connections that were tried."""
    server = socket.create_server(("127.0.0.1", 0))
    tried: list[object] = []

    def answer() -> None:
        with suppress(OSError):
            while True:
                connection, peer = server.accept()
                tried.append(peer)
                connection.close()

    thread = threading.Thread(target=answer)
    thread.start()
    yield server.getsockname()[1], tried
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(5)


def test_each_mail_is_sent_once_oldest_first_with_the_stored_bytes(
    year: Town, serve: Serve
) -> None:
    inbox = Inbox()
    done = run(year, serve(inbox))
    assert done == Delivery(sent=8, deferred=0, failed=0, next_attempt_at=None)
    assert [(to, content) for _, to, content in inbox.mails] == [
        (mail.address, mail.content) for mail in year.mails()
    ]
    assert {sender for sender, _, _ in inbox.mails} == {"kommunplan@kommun.example"}
    assert len(inbox.connections) == 1
    assert {(m.status, m.attempts, m.claimed_until) for m in year.mails()} == {("skickad", 1, None)}
    assert all(mail.sent_at for mail in year.mails())


def test_delivering_again_sends_nothing(year: Town, serve: Serve) -> None:
    inbox = Inbox()
    port = serve(inbox)
    run(year, port)
    before = year.tables()
    assert run(year, port) == Delivery(0, 0, 0, None)
    assert len(inbox.mails) == 8
    assert year.tables() == before


def test_an_empty_outbox_asks_no_server(town: Town, hanging_up: tuple[int, list[object]]) -> None:
    town.on("2027-01-01").start_year(2028)
    port, tried = hanging_up
    assert run(town, port) == Delivery(0, 0, 0, None)
    assert tried == []


def test_a_server_that_is_down_is_tried_once_and_everything_waits(
    year: Town, hanging_up: tuple[int, list[object]]
) -> None:
    port, tried = hanging_up
    started = clock.now()
    done = run(year, port)
    assert (done.sent, done.deferred, done.failed) == (0, 8, 0)
    assert f"127.0.0.1:{port}" in done.error
    assert len(tried) == 1
    mails = year.mails()
    assert stand(year) == ["köad"] * 8
    assert {mail.claimed_until for mail in mails} == {None}
    assert {mail.error for mail in mails} == {done.error}
    (when,) = {mail.next_attempt_at for mail in mails}
    assert when == done.next_attempt_at
    assert timedelta(minutes=5) <= when - started < timedelta(minutes=6)


def test_what_waits_is_not_tried_before_its_time(
    year: Town, closed_port: int, hanging_up: tuple[int, list[object]]
) -> None:
    run(year, closed_port)
    before = year.tables()
    port, tried = hanging_up
    run(year, port)
    assert tried == []
    assert year.tables() == before


def test_the_delay_grows_while_the_server_is_down(year: Town, closed_port: int) -> None:
    waits = []
    for _ in range(4):
        let_time_pass(year)
        started = clock.now()
        done = run(year, closed_port)
        assert done.next_attempt_at is not None
        waits.append(round((done.next_attempt_at - started) / timedelta(minutes=1)))
    assert waits == [5, 10, 20, 40]


def test_the_delay_is_at_most_six_hours() -> None:
    hours = [delay(attempts) / timedelta(hours=1) for attempts in range(1, 200)]
    assert hours == sorted(hours)
    assert hours[0] == 5 / 60
    assert hours[-1] == 6


def test_what_waited_is_delivered_oldest_first_when_the_server_is_back(
    year: Town, closed_port: int, serve: Serve
) -> None:
    run(year, closed_port)
    year.on("2027-02-01").check()
    run(year, closed_port)
    let_time_pass(year)
    inbox = Inbox()
    done = run(year, serve(inbox))
    mails = year.mails()
    assert done.sent == len(mails) > 8
    assert ids(inbox) == [mail.message_id for mail in mails]
    assert {(mail.status, mail.error) for mail in mails} == {("skickad", "")}


def test_a_450_for_one_defers_that_one_and_the_others_go(year: Town, serve: Serve) -> None:
    inbox = Inbox({"RCPT": [None, "450 4.2.1 Mailbox busy"]})
    port = serve(inbox)
    done = run(year, port)
    assert (done.sent, done.deferred, done.failed) == (7, 1, 0)
    assert stand(year) == ["skickad", "köad", *["skickad"] * 6]
    waits = year.mails()[1]
    assert "450 4.2.1 Mailbox busy" in waits.error
    assert waits.next_attempt_at == done.next_attempt_at == next_attempt_at(year.database)
    let_time_pass(year)
    assert run(year, port).sent == 1
    assert len(set(ids(inbox))) == len(inbox.mails) == 8
    assert year.mails()[1].attempts == 2


def test_a_550_for_one_fails_that_one_is_shown_and_the_others_go(year: Town, serve: Serve) -> None:
    inbox = Inbox({"RCPT": [None, "550 5.1.1 No such user"]})
    port = serve(inbox)
    done = run(year, port)
    assert (done.sent, done.deferred, done.failed) == (7, 0, 1)
    assert done.next_attempt_at is None
    failed = year.mails()[1]
    assert (failed.status, failed.sent_at) == ("misslyckad", None)
    (shown,) = year_sheets(year.database, year.on("2027-01-04").today)
    assert shown.mails == MailCounts(queued=0, sent=7, failed=1, replaced=0)
    assert [(m.address, m.subject) for m in shown.failed_mails] == [
        (failed.address, failed.subject)
    ]
    assert "550 5.1.1 No such user" in shown.failed_mails[0].error
    let_time_pass(year)
    assert run(year, port) == Delivery(0, 0, 0, None)


def test_a_failed_mail_is_not_queued_anew_by_the_next_check(year: Town, serve: Serve) -> None:
    run(year, serve(Inbox({"RCPT": ["550 5.1.1 No such user"]})))
    before = year.tables()["mail"]
    year.on("2027-01-05").check()
    assert year.tables()["mail"] == before


def test_a_server_that_does_not_answer_defers_within_its_timeout(year: Town, serve: Serve) -> None:
    inbox = Inbox({"MAIL": [3.0]})
    done = run(year, serve(inbox), smtp_timeout=0.3)
    assert (done.sent + done.deferred, done.failed) == (8, 0)
    assert done.deferred >= 1
    assert "köad" in stand(year)


def test_settings_that_the_server_does_not_know_lose_no_mail(year: Town, serve: Serve) -> None:
    done = run(year, serve(Inbox()), smtp_user="kommunplan", smtp_security="starttls")
    assert (done.sent, done.deferred, done.failed) == (0, 8, 0)
    assert set(stand(year)) == {"köad"}


def test_two_deliveries_at_the_same_time_send_each_mail_once(year: Town, serve: Serve) -> None:
    year.backlog(200)
    inbox = Inbox({"DATA": [0.05] * 40})  # so that neither is through before the other begins
    port = serve(inbox)
    year.close()
    exits = processes.at_once(processes.send, *[(year.settings.data, port, 2)] * 2)
    assert exits == [0, 0]
    assert len(inbox.connections) == 4
    assert Counter(ids(inbox)) == Counter(mail.message_id for mail in year.mails())
    assert {(mail.status, mail.attempts) for mail in year.mails()} == {("skickad", 1)}


def test_a_large_backlog_goes_over_the_connections_that_are_set_and_no_more(
    year: Town, serve: Serve
) -> None:
    year.backlog(300)
    inbox = Inbox({"DATA": [0.2] * 12})  # slow at first: a quick server can do with fewer
    assert run(year, serve(inbox), smtp_connections=3).sent == 300
    assert len(inbox.connections) == inbox.most_at_once == 3
    assert sorted(inbox.mails) == sorted(
        ("kommunplan@kommun.example", mail.address, mail.content) for mail in year.mails()
    )


@pytest.mark.parametrize("connections", [1, 4])
def test_a_kill_in_the_midst_repeats_only_what_was_accepted_and_not_marked(
    year: Town, serve: Serve, connections: int
) -> None:
    year.backlog(300)
    inbox = Inbox()
    port = serve(inbox)
    year.close()
    exit_code = processes.killed(
        processes.mortal_send,
        year.settings.data,
        port,
        connections,
        when=lambda: len(inbox.mails) >= 100,
    )
    assert exit_code == -9
    accepted = Counter(ids(inbox))
    assert max(accepted.values()) == 1
    marked = {mail.message_id for mail in year.mails() if mail.status == "skickad"}
    assert marked <= set(accepted)
    repeated = set(accepted) - marked
    assert len(repeated) <= UNMARKED * connections
    assert 0 < len(claimed(year)) <= (CLAIMED_AHEAD + UNMARKED) * connections
    assert repeated <= {mail.message_id for mail in claimed(year)}

    before = len(inbox.mails)
    run(year, port, smtp_connections=connections)
    assert not repeated & set(ids(inbox)[before:]), "a claim that is still fresh was stolen"
    let_time_pass(year)
    run(year, port, smtp_connections=connections)
    assert set(stand(year)) == {"skickad"}
    assert {key for key, times in Counter(ids(inbox)).items() if times > 1} == repeated
    assert len(set(inbox.mails)) == 300, "a mail that was repeated was not the same"


def test_a_kill_between_acceptance_and_marking_sends_the_same_mail_again(
    year: Town, serve: Serve
) -> None:
    inbox = Inbox({"RCPT": [None, *[0.5] * 7]})
    port = serve(inbox)
    year.close()
    processes.deadly_trigger(year.path, "UPDATE OF sent_at ON mail WHEN new.status = 'skickad'")
    assert processes.killed(processes.mortal_send, year.settings.data, port, 1) == -9
    processes.harmless_again(year.path)
    assert len(inbox.mails) == 1
    in_flight = year.mails()[0]
    assert (in_flight.status, in_flight.attempts) == ("köad", 0)
    assert in_flight.claimed_until is not None
    assert in_flight.claimed_until - clock.now() <= CLAIM
    assert next_attempt_at(year.database) == in_flight.claimed_until

    done = run(year, port)
    held = Waiting(held=8, held_until=in_flight.claimed_until)
    assert done == Delivery(0, 0, 0, in_flight.claimed_until, waiting=held)
    let_time_pass(year)
    assert run(year, port).sent == 8
    assert inbox.mails[0] == inbox.mails[1]
    assert ids(inbox)[1:] == [mail.message_id for mail in year.mails()]
    assert set(stand(year)) == {"skickad"}


def test_a_kill_before_acceptance_sends_the_mail_once(year: Town, serve: Serve) -> None:
    year.change("UPDATE mail SET attempts = 1, claimed_until = '2000-01-01 00:00:00' WHERE id = 1")
    inbox = Inbox()
    assert run(year, serve(inbox)).sent == 8
    assert len(set(ids(inbox))) == 8


def test_a_fresh_claim_is_left_alone_also_when_the_server_is_down(
    year: Town, closed_port: int
) -> None:
    future = (clock.now() + CLAIM).replace(tzinfo=None).isoformat(" ")
    year.change("UPDATE mail SET attempts = 1, claimed_until = ? WHERE id = 1", future)
    assert run(year, closed_port).deferred == 7
    assert year.mails()[0].error == ""
    assert [mail.id for mail in claimed(year)] == [1]


def test_a_delivery_that_is_cancelled_gives_back_what_it_has_not_begun(
    year: Town, serve: Serve
) -> None:
    inbox = Inbox({"DATA": [None, 60.0]})
    port = serve(inbox)
    settings = year.settings.model_copy(update={"smtp_port": port, "smtp_connections": 1})

    async def interrupted() -> None:
        under_way = asyncio.create_task(deliver(year.database, settings))
        assert await asyncio.to_thread(inbox.waits.wait, 30)
        under_way.cancel()
        await under_way

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(interrupted())
    assert stand(year) == ["skickad", *["köad"] * 7]
    # nobody knows what the server made of this one, so it is not sent again at once
    assert [mail.id for mail in claimed(year)] == [2]
    assert {mail.attempts for mail in year.mails()[1:]} == {0}
    assert run(year, port).sent == 6
    let_time_pass(year)
    assert run(year, port).sent == 1
    assert set(ids(inbox)) == {mail.message_id for mail in year.mails()}


def test_no_sending_begins_that_could_outlast_its_claim(
    year: Town, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A laptop that slept, or a server so slow that what was claimed ahead has waited for long."""
    inbox = Inbox()
    port = serve(inbox)
    clocks = iter([clock.now(), clock.now() + CLAIM])
    last = clock.now() + CLAIM
    monkeypatch.setattr(clock, "now", lambda: next(clocks, last))
    done = run(year, port)
    assert done.sent == 8
    assert len(set(ids(inbox))) == len(inbox.mails) == 8


def test_a_database_that_takes_no_marks_ends_the_delivery_with_its_own_words(
    year: Town, serve: Serve
) -> None:
    year.backlog(100)
    year.change(
        "CREATE TRIGGER full BEFORE UPDATE OF sent_at ON mail"
        " BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
    )
    inbox = Inbox()
    with pytest.raises(DatabaseUnusableError, match="the disk is full"):
        run(year, serve(inbox), smtp_connections=2)
    assert len(inbox.mails) <= 2 * UNMARKED, "mails went on that nobody could mark"
    assert set(stand(year)) == {"köad"}
