"""No mail leaves for people until a sender is set that is the municipality's own."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from models.errors import SettingsError
from notifications.alarm import Alarm
from tasks import clock
from tasks.mail.delivery import deliver
from tasks.settings import NO_SENDER, Settings
from tasks.watch.alarms import Alarms, Told
from tasks.watch.health import health
from tests.notifications.conftest import Serve
from tests.notifications.servers import Inbox
from tests.tasks.town import Town


def to_people(town: Town, serve: Serve, inbox: Inbox, **overrides: Any) -> Settings:
    """The settings of a town whose mail goes to a server that is no catcher."""
    port = serve(inbox)
    changes = {"smtp_port": port, "smtp_catcher": False, **overrides}
    return town.settings.model_copy(update=changes)


def test_without_a_sender_nothing_leaves_and_everything_stays_queued(
    town: Town, serve: Serve
) -> None:
    town.on("2027-03-01").start_year(2028)
    inbox = Inbox()
    chosen = to_people(town, serve, inbox)
    assert chosen.sender == NO_SENDER
    with pytest.raises(SettingsError, match="Sätt KOMMUNPLAN_SENDER till kommunens adress"):
        asyncio.run(deliver(town.database, chosen, all_now=True))
    assert inbox.mails == []
    assert {mail.status for mail in town.mails()} == {"köad"}
    [said] = [one for one in health(chosen, clock.now()).points if one.name == "utkorgen"]
    assert said.is_well is False
    assert "Ingen riktig avsändare är satt" in said.said
    assert (said.todo or "").startswith("Sätt KOMMUNPLAN_SENDER")


@pytest.mark.parametrize("sender", ["kommunplan@orsa.example", "Plan <plan@lillby.EXAMPLE>"])
def test_an_address_that_is_an_example_is_nobodys(sender: str) -> None:
    chosen = Settings(_env_file=None, sender="x@kommun.se", smtp_host="mejl.kommun.se")
    assert chosen.why_no_mail_leaves == ""
    assert chosen.model_copy(update={"sender": sender}).why_no_mail_leaves != ""


def test_an_alarm_does_not_leave_either(town: Town, serve: Serve) -> None:
    inbox = Inbox()
    alarms = Alarms(to_people(town, serve, inbox))
    assert alarms.tell(Alarm("Något har stannat")) is Told.NOT_TAKEN
    assert inbox.mails == []


def test_with_a_sender_the_mails_go_from_it_and_to_the_catcher_they_go_without(
    town: Town, serve: Serve
) -> None:
    town.on("2027-03-01").start_year(2028)
    inbox = Inbox()
    chosen = to_people(town, serve, inbox, sender="kommunplan@kommun.se")
    done = asyncio.run(deliver(town.database, chosen, all_now=True))
    assert done.sent == len(inbox.mails) > 0
    assert {sender for sender, _, _ in inbox.mails} == {"kommunplan@kommun.se"}
    assert town.settings.why_no_mail_leaves == ""
