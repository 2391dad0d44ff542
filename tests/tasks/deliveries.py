"""One delivery of a town's outbox, the time between two of them, and what came of it."""

from __future__ import annotations

import asyncio
import email
from datetime import timedelta

from models.tables import MailRow
from tasks import clock
from tasks.mail.delivery import Delivery, deliver
from tests.notifications.servers import Inbox
from tests.tasks.town import Town


def run(town: Town, port: int, **settings: object) -> Delivery:
    """Over one connection unless told otherwise, so that mails arrive in the order they are sent."""
    chosen = {"smtp_port": port, "smtp_connections": 1, **settings}
    return asyncio.run(deliver(town.database, town.settings.model_copy(update=chosen)))


def let_time_pass(town: Town) -> None:
    """Until everything may be tried again and every claim has run out."""
    past = (clock.now() - timedelta(seconds=1)).replace(tzinfo=None).isoformat(" ")
    town.change("UPDATE mail SET next_attempt_at = ?", past)
    town.change("UPDATE mail SET claimed_until = ? WHERE claimed_until IS NOT NULL", past)


def stand(town: Town) -> list[str]:
    return [mail.status for mail in town.mails()]


def ids(inbox: Inbox) -> list[str]:
    return [str(email.message_from_bytes(content)["Message-ID"]) for _, _, content in inbox.mails]


def claimed(town: Town) -> list[MailRow]:
    return [mail for mail in town.mails() if mail.claimed_until is not None]
