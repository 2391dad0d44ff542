"""A server that refuses us, not the one a mail is for: nothing is lost, and somebody is told at once."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime

import pytest

from running.watch import Watch
from tasks import clock
from tasks.mail.delivery import Delivery
from tasks.watch.health import health
from tests.notifications.conftest import Serve
from tests.notifications.conftest import offering as offering
from tests.notifications.servers import Inbox, Offering, Picky
from tests.tasks.deliveries import ids, let_time_pass, run, stand
from tests.tasks.town import Town

OF_US = [
    (b"RCPT", "554 5.7.1 Relay access denied"),
    (b"RCPT", "550 5.7.54 SMTP; Unable to relay"),
    (b"RCPT", "550 5.7.1 Client host rejected"),
    (b".", "550 5.7.60 SMTP; Client does not have permissions to send as this sender"),
    (b".", "550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP"),
    (b".", "554 5.2.252 SendAsDenied; kommunplan@kommun.example not allowed to send as"),
    (b"MAIL", "550 5.7.1 Sender not allowed"),
    (b"MAIL", "530 5.7.57 Client not authenticated"),
    (b"MAIL", "534 5.7.9 Please log in with something stronger"),
    (b"RCPT", "550 Rejected"),
    (b"RCPT", "550 5.1.1 No such user"),
    (b".", "554 Transaction failed"),
    (b"DATA", "503 Bad sequence"),
    (b"EHLO", "554 5.7.1 We do not talk to you"),
]


@pytest.mark.parametrize("connections", [1, 4])
@pytest.mark.parametrize(("command", "answer"), OF_US)
def test_a_refusal_of_us_keeps_every_mail_stops_and_goes_oldest_first_when_mended(
    year: Town, offering: Offering, serve: Serve, command: bytes, answer: str, connections: int
) -> None:
    offering.answers[command] = answer
    done = run(year, offering.port, smtp_connections=connections)
    assert (done.sent, done.deferred, done.failed, done.stopped) == (0, 8, 0, True)
    assert answer in done.error
    assert "Mejlen ligger kvar" in done.error
    assert stand(year) == ["köad"] * 8
    assert sum(mail.attempts for mail in year.mails()) == 1
    tried = sum(word.startswith(b"MAIL") for word in offering.heard)
    assert tried <= 2 + connections, "the server was pressed"

    let_time_pass(year)
    inbox = Inbox()
    assert run(year, serve(inbox)) == Delivery(8, 0, 0, None)
    assert ids(inbox) == [mail.message_id for mail in year.mails()]


def test_it_is_told_by_halsa_until_a_mail_is_taken(
    year: Town, offering: Offering, serve: Serve
) -> None:
    year.on("2027-01-05").check()
    offering.answers[b"RCPT"] = "554 5.7.1 Relay access denied"
    run(year, offering.port)
    [outbox] = [one for one in health(year.settings, clock.now()).points if one.name == "utkorgen"]
    assert outbox.is_well is False
    assert "554 5.7.1 Relay access denied" in outbox.said
    assert "8 mejl väntar" in outbox.said
    assert "relay" in (outbox.todo or "")
    assert "kommunplan skicka" in (outbox.todo or "")
    let_time_pass(year)
    run(year, serve(Inbox()))
    [outbox] = [one for one in health(year.settings, clock.now()).points if one.name == "utkorgen"]
    assert outbox.is_well is True


def test_it_is_told_by_the_alarm_at_once(year: Town, offering: Offering, serve: Serve) -> None:
    year.on("2027-01-05").check()
    offering.answers[b"RCPT"] = "554 5.7.1 Relay access denied"
    run(year, offering.port)
    inbox = Inbox()  # it takes mail to those of its own domain, among them the process owner
    settings = year.settings.model_copy(update={"smtp_port": serve(inbox)})
    now = datetime.now(UTC)
    watch = Watch(settings, lambda: now)
    assert watch.look()
    assert not watch.look()
    [(_, _, content)] = inbox.mails
    mail = email.message_from_bytes(content, policy=email.policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    assert "Relay access denied" in " ".join(str(body.get_content()).split())


def test_a_refusal_of_one_is_that_ones_also_where_it_looks_like_ours(
    year: Town, serve: Serve
) -> None:
    """A list that takes mail from some only, or an address outside a server that relays to its own alone."""
    for place, connections in ((0, 1), (3, 2), (7, 2), (7, 1)):
        year.change("UPDATE mail SET status = 'köad', sent_at = NULL, attempts = 0, error = ''")
        let_time_pass(year)
        one = year.mails()[place]
        inbox = Picky(refused={one.address: "554 5.7.1 Relay access denied"})
        done = run(year, serve(inbox), smtp_connections=connections)
        assert (done.sent, done.deferred, done.failed, done.stopped) == (7, 0, 1, False)
        failed = year.mails()[place]
        assert failed.status == "misslyckad"
        assert "kommunplan skicka-om --misslyckade" in failed.error


def test_of_a_lone_mail_that_is_refused_as_if_by_us_nothing_is_lost(
    year: Town, offering: Offering
) -> None:
    year.change("DELETE FROM notice WHERE mail_id > 1")
    year.change("DELETE FROM mail_content WHERE mail_id > 1")
    year.change("DELETE FROM calendar_sent WHERE mail_id > 1")
    year.change("DELETE FROM mail WHERE id > 1")
    offering.answers[b"RCPT"] = "554 5.7.1 Relay access denied"
    done = run(year, offering.port)
    assert (done.deferred, done.failed, done.stopped) == (1, 0, True)
    offering.answers[b"RCPT"] = "550 5.1.1 No such user"
    let_time_pass(year)
    assert run(year, offering.port).failed == 1


def test_a_login_that_is_refused_is_told_by_halsa_at_once(year: Town, serve: Serve) -> None:
    year.on("2027-01-05").check()
    done = run(year, serve(Inbox()), smtp_security="starttls")
    assert (done.deferred, done.stopped) == (8, True)
    [outbox] = [one for one in health(year.settings, clock.now()).points if one.name == "utkorgen"]
    assert "erbjuder inte STARTTLS" in outbox.said


def test_a_server_that_is_away_passes_by_itself(year: Town, closed_port: int) -> None:
    assert not run(year, closed_port).stopped
