"""A mail that comes back: it is kept, its mail has failed, and nobody is reminded into the void."""

from __future__ import annotations

import mailbox
import os
import subprocess
import sys
from pathlib import Path

import pytest

from models.acts.mails import ResendFailed
from tasks.mail.bounced import FOLDER, take_in
from tasks.watch.unreached import unreached
from tests.notifications.conftest import Serve
from tests.notifications.servers import Inbox
from tests.notifications.test_bounces import NO_BOUNCES, OURS, report
from tests.tasks.deliveries import run
from tests.tasks.town import Town

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def sent(year: Town, serve: Serve) -> Town:
    run(year, serve(Inbox({"DATA": [None, "250 2.0.0 OK <new@outlook.example> [Hostname=A]"]})))
    return year


def bounce_of(town: Town, place: int, how: str) -> bytes:
    mail = town.mails()[place]
    quoted = {
        "envelope id": report(
            fields=f"Original-Envelope-Id: {mail.message_id.strip('<>').partition('@')[0]}\n"
        ),
        "our message id": report().replace(OURS, mail.message_id),
        "the server's message id": report().replace(OURS, mail.sent_as or "<none@x>"),
    }
    return quoted[how].encode()


@pytest.mark.parametrize("how", ["envelope id", "our message id", "the server's message id"])
def test_its_mail_has_failed_with_why_the_role_and_what_to_do(sent: Town, how: str) -> None:
    assert take_in(sent.database, sent.settings, bounce_of(sent, 1, how))
    mail = sent.mails()[1]
    assert (mail.status, mail.sent_at, mail.bounced) == ("misslyckad", None, True)
    assert "550 5.1.1" in mail.error
    assert "skicka-om --misslyckade" in mail.error
    assert {one.status for one in sent.mails() if one.id != mail.id} == {"skickad"}
    [told] = unreached(sent.settings)
    assert told.address == mail.address
    assert told.roles
    before = sent.tables()
    assert not take_in(sent.database, sent.settings, bounce_of(sent, 1, how))
    assert sent.tables() == before


@pytest.mark.parametrize("text", [*NO_BOUNCES.values(), report("delayed"), report()])
def test_what_is_no_bounce_of_ours_changes_nothing_and_is_kept(sent: Town, text: str) -> None:
    before = sent.tables()
    assert not take_in(sent.database, sent.settings, text.encode())
    assert sent.tables() == before
    kept = mailbox.Maildir(sent.settings.data / FOLDER)
    assert [kept.get_bytes(key) for key in kept.iterkeys()] == [text.encode()]
    kept.close()


def test_reminders_stop_until_somebody_has_mended_it(sent: Town, serve: Serve) -> None:
    take_in(sent.database, sent.settings, bounce_of(sent, 1, "our message id"))
    lost = sent.mails()[1].address
    sent.change("UPDATE mail SET status = 'köad', sent_at = NULL, kind = 'paminnelse' WHERE id > 2")
    sent.change("UPDATE mail SET address = upper(?) WHERE id = 3", lost)
    inbox = Inbox()
    run(sent, serve(inbox))
    assert sent.mails()[2].status == "ersatt"
    assert {mail.status for mail in sent.mails()[3:]} == {"skickad"}
    on = sent.on("2027-01-05")
    on.do(ResendFailed(by="Petra", token="t"))
    assert not any(mail.bounced for mail in sent.mails())


def test_a_mail_server_gives_it_to_a_pipe(sent: Town) -> None:
    environment = {**os.environ, "KOMMUNPLAN_DATA": str(sent.settings.data)}
    command = [sys.executable, "-m", "running.bounce"]

    def pipe(content: bytes) -> int:
        return subprocess.run(
            command, input=content, env=environment, cwd=PROJECT, check=False
        ).returncode

    assert pipe(bounce_of(sent, 0, "our message id")) == 0
    assert sent.mails()[0].bounced
    environment["KOMMUNPLAN_DATA"] = str(sent.settings.data / "ingen")
    assert pipe(b"") == 75
