"""What comes to one mailbox comes in the order in which it was queued, over however many connections."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from tasks import clock
from tasks.mail.queue import KEEPS_BACK
from tests.notifications.conftest import Serve
from tests.notifications.servers import Inbox
from tests.tasks.deliveries import ids, let_time_pass, run, stand
from tests.tasks.town import Town

EVA = "eva@orsa.example"


@dataclass
class Mailboxes(Inbox):
    """Sees how many mails to one address are under way at once. It takes its time with every other, so that
    what comes on another connection gets past it."""

    to: Counter[str] = field(default_factory=Counter)
    most_to_one: int = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        reply = await super().handle_RCPT(server, session, envelope, address, options)
        if reply.startswith("250"):
            self.to[address.lower()] += 1
            self.most_to_one = max(self.most_to_one, *self.to.values())
        return reply

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if len(self.mails) % 2:
            self.replies["DATA"] = [0.02]
        reply = await super().handle_DATA(server, session, envelope)
        for address in envelope.rcpt_tos:
            self.to[address.lower()] -= 1
        return reply


def to(town: Town, *addresses: str) -> None:
    """As many mails as addresses wait, each to its own."""
    town.backlog(len(addresses))
    for number, address in enumerate(addresses, 1):
        town.change("UPDATE mail SET address = ? WHERE id = ?", address, number)


def numbers(town: Town, inbox: Inbox) -> list[int]:
    known = {mail.message_id: mail.id or 0 for mail in town.mails()}
    return [known[one] for one in ids(inbox)]


def test_what_comes_to_one_mailbox_comes_in_order_and_one_at_a_time(
    year: Town, serve: Serve
) -> None:
    people = [EVA, "anna@orsa.example", "Eva@Orsa.Example", "nils@orsa.example", "siv@orsa.example"]
    to(year, *people * 20)
    inbox = Mailboxes()
    assert run(year, serve(inbox), smtp_connections=4).sent == 100
    assert inbox.most_to_one == 1
    assert len(inbox.connections) == 4
    came = numbers(year, inbox)
    for person in {one.lower() for one in people}:
        theirs = [mail.id for mail in year.mails() if mail.address.lower() == person]
        assert [number for number in came if number in theirs] == theirs


def test_one_that_is_deferred_keeps_the_newer_ones_to_its_mailbox_back(
    year: Town, serve: Serve
) -> None:
    to(year, EVA, "anna@orsa.example", EVA, EVA)
    inbox = Inbox({"RCPT": ["450 4.2.1 Mailbox busy"]})
    port = serve(inbox)
    done = run(year, port)
    assert (done.sent, done.deferred, numbers(year, inbox)) == (1, 3, [2])
    assert "450 4.2.1" in done.error
    assert [mail.attempts for mail in year.mails()] == [1, 1, 0, 0]
    assert {mail.next_attempt_at for mail in year.mails() if mail.status == "köad"} == {
        done.next_attempt_at
    }
    assert year.mails()[3].error == "väntar på ett äldre mejl till samma adress"
    let_time_pass(year)
    run(year, port, smtp_connections=4)
    assert numbers(year, inbox) == [2, 1, 3, 4]


def test_a_newer_mail_lets_the_older_ones_be_tried_before_it(year: Town, serve: Serve) -> None:
    to(year, EVA, EVA, "anna@orsa.example")
    later = (clock.now() + timedelta(hours=3)).replace(tzinfo=None).isoformat(" ")
    year.change("UPDATE mail SET next_attempt_at = ? WHERE id IN (1, 3)", later)
    inbox = Inbox()
    assert run(year, serve(inbox)).sent == 2
    assert numbers(year, inbox) == [1, 2]
    assert stand(year) == ["skickad", "skickad", "köad"]


@pytest.mark.parametrize(("attempts", "came"), [(KEEPS_BACK - 1, []), (KEEPS_BACK, [2])])
def test_one_that_is_deferred_for_hours_keeps_nobody_back(
    year: Town, serve: Serve, attempts: int, came: list[int]
) -> None:
    to(year, EVA, EVA)
    year.change("UPDATE mail SET attempts = ? WHERE id = 1", attempts)
    inbox = Inbox({"RCPT": ["450 4.2.1 Too much of this for now"]})
    run(year, serve(inbox))
    assert numbers(year, inbox) == came


def test_what_another_delivery_has_is_waited_for(year: Town, serve: Serve) -> None:
    to(year, EVA, EVA, "anna@orsa.example")
    soon = (clock.now() + timedelta(minutes=10)).replace(tzinfo=None).isoformat(" ")
    year.change("UPDATE mail SET claimed_until = ? WHERE id = 1", soon)
    inbox = Inbox()
    port = serve(inbox)
    run(year, port)
    assert numbers(year, inbox) == [3]
    let_time_pass(year)
    run(year, port)
    assert numbers(year, inbox) == [3, 1, 2]
