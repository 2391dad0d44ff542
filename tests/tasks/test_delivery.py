"""Delivery to real mail servers: each mail once, in order, and nothing lost whatever happens."""

from __future__ import annotations

import asyncio
import email
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from models.tables import MailRow
from tasks import clock
from tasks.delivery import CLAIM, Delivery, delay, deliver, next_attempt_at
from tasks.overview import status
from tests.notifications.conftest import Serve
from tests.notifications.servers import Inbox
from tests.tasks import processes
from tests.tasks.conftest import MakeTown
from tests.tasks.town import Town


@pytest.fixture(scope="module")
def january(tmp_path_factory: pytest.TempPathFactory) -> Path:
    town = Town(tmp_path_factory.mktemp("january"))
    town.on("2027-01-04").start_year(2028)
    town.close()
    return town.path


@pytest.fixture
def year(make_town: MakeTown, january: Path) -> Town:
    """Eight mails wait: bokslut's parts."""
    return make_town(like=january)


def run(town: Town, port: int, **settings: object) -> Delivery:
    return asyncio.run(
        deliver(town.database, town.settings.model_copy(update={"smtp_port": port, **settings}))
    )


def let_time_pass(town: Town) -> None:
    """Until everything may be tried again and every claim has run out."""
    past = (clock.now() - timedelta(seconds=1)).replace(tzinfo=None).isoformat(" ")
    town.change("UPDATE mail SET next_attempt_at = ?", past)
    town.change("UPDATE mail SET claimed_until = ? WHERE claimed_until IS NOT NULL", past)


def stand(town: Town) -> list[str]:
    return [mail.status for mail in town.mails()]


def ids(inbox: Inbox) -> list[str]:
    return [str(email.message_from_bytes(content)["Message-ID"]) for _, _, content in inbox.mails]


@pytest.fixture
def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


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
    assert {sender for sender, _, _ in inbox.mails} == {"kommunplan@orsa.example"}
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
    (shown,) = status(year.database, year.on("2027-01-04").today)
    assert shown["mejl"] == {"köad": 0, "skickad": 7, "misslyckad": 1}
    assert [(m["till"], m["amne"]) for m in shown["misslyckade_mejl"]] == [
        (failed.address, failed.subject)
    ]
    assert "550 5.1.1 No such user" in shown["misslyckade_mejl"][0]["fel"]
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
    year.on("2027-03-10").check()
    inbox = Inbox({"DATA": [0.05] * 20})  # so that neither is through before the other begins
    port = serve(inbox)
    year.close()
    exits = processes.at_once(processes.send, *[(year.settings.data, port)] * 2)
    assert exits == [0, 0]
    assert len(inbox.connections) == 2
    assert sorted(ids(inbox)) == sorted(mail.message_id for mail in year.mails())
    assert {mail.attempts for mail in year.mails()} == {1}


def claimed(town: Town) -> MailRow:
    (mail,) = [mail for mail in town.mails() if mail.claimed_until is not None]
    return mail


def kill_between_acceptance_and_marking(town: Town, port: int) -> None:
    town.close()
    processes.deadly_trigger(town.path, "UPDATE OF sent_at ON mail WHEN new.status = 'skickad'")
    assert processes.killed(processes.mortal_send, town.settings.data, port) == -9
    processes.harmless_again(town.path)


def test_a_kill_between_acceptance_and_marking_sends_the_same_mail_again(
    year: Town, serve: Serve
) -> None:
    inbox = Inbox()
    port = serve(inbox)
    kill_between_acceptance_and_marking(year, port)
    assert len(inbox.mails) == 1
    in_flight = claimed(year)
    assert in_flight.status == "köad"

    done = run(year, port)
    assert done.sent == 7, "a claim that is still fresh was stolen"
    assert claimed(year).id == in_flight.id
    assert done.next_attempt_at == in_flight.claimed_until
    assert in_flight.claimed_until is not None
    assert in_flight.claimed_until - clock.now() <= CLAIM

    let_time_pass(year)
    assert run(year, port).sent == 1
    assert inbox.mails[0] == inbox.mails[-1]
    assert ids(inbox)[0] == ids(inbox)[-1] == in_flight.message_id
    assert len(inbox.mails) == 9
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
    assert claimed(year).id == 1


def test_a_delivery_that_is_cancelled_loses_nothing(year: Town, serve: Serve) -> None:
    inbox = Inbox({"DATA": [None, 5.0]})
    port = serve(inbox)

    async def interrupted() -> None:
        settings = year.settings.model_copy(update={"smtp_port": port})
        async with asyncio.timeout(0.7):
            await deliver(year.database, settings)

    with pytest.raises(TimeoutError):
        asyncio.run(interrupted())
    assert stand(year) == ["skickad", *["köad"] * 7]
    let_time_pass(year)
    run(year, port)
    assert set(stand(year)) == {"skickad"}
    assert set(ids(inbox)) == {mail.message_id for mail in year.mails()}
