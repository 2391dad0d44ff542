"""Delivery to mail servers as they are: each mail reaches whom it can, once, and the rest says why not."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from tasks.mail.delivery import Delivery
from tasks.reading import year_sheets
from tests.notifications.conftest import Certificate, Serve
from tests.notifications.servers import HANG_UP, Greylist, HastyServer, Inbox, Picky
from tests.tasks.conftest import MakeTown
from tests.tasks.deliveries import ids, let_time_pass, run, stand
from tests.tasks.town import Town, own_definition, replaced, write_holders


def test_a_greylisting_server_gets_each_mail_at_the_second_attempt(
    year: Town, serve: Serve
) -> None:
    inbox = Greylist()
    port = serve(inbox)
    first = run(year, port, smtp_connections=4)
    assert (first.sent, first.deferred, first.failed) == (0, 8, 0)
    assert "450 4.7.1 Greylisted" in first.error
    assert first.next_attempt_at is not None
    let_time_pass(year)
    assert run(year, port, smtp_connections=4) == Delivery(8, 0, 0, None)
    assert len(set(ids(inbox))) == len(inbox.mails) == 8
    assert {(mail.status, mail.attempts, mail.error) for mail in year.mails()} == {
        ("skickad", 2, "")
    }


def test_a_server_that_drops_every_mail_in_the_midst_is_not_pressed(
    year: Town, serve: Serve, hasty_server: HastyServer
) -> None:
    done = run(year, hasty_server.port, smtp_connections=4)
    assert (done.sent, done.deferred, done.failed) == (0, 8, 0)
    assert "okänt om det togs emot" in done.error
    assert hasty_server.connections == 8, "a mail was given twice in one delivery"
    let_time_pass(year)
    inbox = Inbox()
    assert run(year, serve(inbox)).sent == 8
    assert ids(inbox) == [mail.message_id for mail in year.mails()]


@pytest.mark.parametrize("reply", [HANG_UP, "421 4.3.2 Shutting down"])
def test_a_mail_dropped_in_the_midst_does_not_hold_up_the_others(
    year: Town, serve: Serve, reply: str
) -> None:
    inbox = Inbox({"DATA": [None, reply]})
    done = run(year, serve(inbox), smtp_connections=4)
    assert (done.sent, done.deferred, done.failed) == (7, 1, 0)
    [waits] = [mail for mail in year.mails() if mail.status == "köad"]
    assert waits.message_id not in ids(inbox)


@pytest.mark.parametrize(
    ("reply", "left"),
    [("452 4.2.2 Mailbox full", "köad"), ("552 5.2.2 Mailbox full", "misslyckad")],
)
def test_a_full_mailbox_waits_or_fails_as_its_server_says(
    year: Town, serve: Serve, reply: str, left: str
) -> None:
    full = year.mails()[2]
    inbox = Picky(refused={full.address: reply})
    done = run(year, serve(inbox), smtp_connections=4)
    assert (done.sent, done.deferred + done.failed) == (7, 1)
    assert stand(year) == ["skickad", "skickad", left, *["skickad"] * 5]
    assert reply in year.mails()[2].error


def test_of_several_with_one_role_only_those_who_are_refused_go_without(
    make_town: MakeTown, tmp_path: Path, serve: Serve
) -> None:
    definition = own_definition(tmp_path)
    write_holders(
        definition,
        [
            (
                "ekonomichef",
                "",
                f"{name.capitalize()} Exempel",
                f"{name}@orsa.example",
                "2025-01-01",
            )
            for name in ("ada", "bo", "cia", "dan", "eva")
        ],
    )
    town = make_town(definition=definition)
    town.on("2027-02-01").start_year(2028)
    inbox = Picky(
        refused={
            "bo@orsa.example": "550 5.1.1 No such user",
            "dan@orsa.example": "450 4.2.1 Mailbox busy",
        }
    )
    run(town, serve(inbox), smtp_connections=4)
    owner = town.settings.process_owner  # who has all the roles that nobody holds
    theirs = [mail for mail in town.mails() if mail.kind == "uppgifter" and mail.address != owner]
    assert [(mail.address.partition("@")[0], mail.status) for mail in theirs] == [
        ("ada", "skickad"),
        ("bo", "misslyckad"),
        ("cia", "skickad"),
        ("dan", "köad"),
        ("eva", "skickad"),
    ]
    everybody = {mail.address for mail in town.mails()}
    assert {to for _, to, _ in inbox.mails} == everybody - set(inbox.refused)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_is_not_trusted_keeps_every_mail_until_it_is(
    year: Town, serve: Serve, certificate: Certificate, security: str
) -> None:
    inbox = Inbox()
    context = {"tls": "ssl_context", "starttls": "tls_context"}[security]
    port = serve(inbox, **{context: certificate.context})
    done = run(year, port, smtp_security=security, smtp_connections=4)
    assert (done.sent, done.deferred, done.failed) == (0, 8, 0)
    assert "certifikat som inte godtas" in done.error
    assert inbox.mails == []
    assert sum(mail.attempts for mail in year.mails()) == 1
    let_time_pass(year)
    trusted = run(
        year, port, smtp_security=security, smtp_connections=4, smtp_ca_file=certificate.file
    )
    assert trusted == Delivery(8, 0, 0, None)
    assert len(inbox.connections) <= 4


def test_a_server_slower_than_the_timeout_holds_up_one_connection_not_all(
    year: Town, serve: Serve
) -> None:
    inbox = Inbox({"RCPT": [None, 3.0]})
    done = run(year, serve(inbox), smtp_timeout=0.5, smtp_connections=4)
    assert (done.sent, done.deferred, done.failed) == (7, 1, 0)
    assert "inget svar i tid" in done.error
    assert stand(year).count("köad") == 1


def test_after_an_outage_of_three_days_the_backlog_goes_oldest_first_and_one_reminder_to_each(
    make_town: MakeTown, tmp_path: Path, closed_port: int, serve: Serve
) -> None:
    """Bokslut is due on 31 March. Its reminders of that day and of the day before, a Tuesday, wait while
    the server is away; on Thursday it is overdue."""
    definition = own_definition(tmp_path)
    replaced(definition / "definition.toml", "fore = [10, 3]", "fore = [10, 3, 1]")
    town = make_town(definition=definition)
    town.on("2027-03-29").start_year(2028)
    before = Inbox()
    run(town, serve(before))
    assert len(before.mails) == len(town.mails())

    for day in ("2027-03-30", "2027-03-31", "2027-04-01"):
        town.on(day).check()
        assert run(town, closed_port).sent == 0
        let_time_pass(town)

    inbox = Inbox()
    done = run(town, serve(inbox))
    assert (done.deferred, done.failed, done.next_attempt_at) == (0, 0, None)
    waited = town.mails()[len(before.mails) :]
    sent = [mail for mail in waited if mail.status == "skickad"]
    assert ids(inbox) == [mail.message_id for mail in sent]
    assert len(set(ids(inbox))) == done.sent

    told: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for one in town.notices():
        told[one.mail_id].add((one.kind, one.step))
    overdue = [m.address for m in sent if ("forsenat", "bokslut") in told[m.id or 0]]
    assert len(overdue) == len(set(overdue)) == 8
    alone = [mail.status for mail in waited if told[mail.id or 0] == {("paminnelse", "bokslut")}]
    assert alone == ["ersatt"] * 13, "two to each, but for what is collected with something new"
    for mail in sent:  # a collected one goes whole, where it also tells something else
        assert told[mail.id or 0] != {("paminnelse", "bokslut")}
    [shown] = year_sheets(town.database, town.on("2027-04-01").today)
    assert shown.mails.replaced == len(waited) - len(sent) >= 12
