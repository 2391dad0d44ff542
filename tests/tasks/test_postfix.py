"""Delivery to a mail server that people use: Debian's Postfix, over STARTTLS."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest

from tests.notifications.conftest import Certificate
from tests.tasks.deliveries import let_time_pass, run
from tests.tasks.postfix import Postfix, missing
from tests.tasks.town import Town

StartPostfix = Callable[..., Postfix]
pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())


@pytest.fixture
def start_postfix(certificate: Certificate) -> Iterator[StartPostfix]:
    running: list[Postfix] = []

    def start(boxes: list[str], refused: Mapping[str, str] | None = None) -> Postfix:
        postfix = Postfix(certificate, boxes, refused or {})
        running.append(postfix)
        postfix.start()
        return postfix

    yield start
    for postfix in running:
        postfix.stop()


def test_postfix_keeps_every_mail_byte_for_byte_and_the_others_wait_or_fail(
    year: Town, certificate: Certificate, start_postfix: StartPostfix
) -> None:
    kept = {mail.address: mail for mail in year.mails()}
    unknown, full, greylisted, *boxes = kept
    postfix = start_postfix(
        [full, greylisted, *boxes],
        {full: "452 4.2.2 Mailbox full", greylisted: "450 4.7.1 Greylisted"},
    )
    secured = {"smtp_security": "starttls", "smtp_ca_file": certificate.file}
    done = run(year, postfix.port, smtp_connections=4, **secured)
    assert (done.sent, done.deferred, done.failed) == (5, 2, 1)
    left = {mail.address: (mail.status, mail.error) for mail in year.mails()}
    assert left[unknown][0] == "misslyckad"
    assert "550 5.1.1" in left[unknown][1]
    assert left[full][0] == left[greylisted][0] == "köad"
    assert "452 4.2.2" in left[full][1]
    assert "450 4.7.1" in left[greylisted][1]
    for address in boxes:
        [arrived] = postfix.mails(address, 1)
        trace, content = arrived.split(b"From: ", 1)
        assert b"with ESMTPS" in trace
        assert (b"From: " + content).replace(b"\n", b"\r\n") == kept[address].content


def test_postfix_that_was_away_gets_a_backlog_once(
    year: Town, closed_port: int, start_postfix: StartPostfix
) -> None:
    year.backlog(100)
    assert run(year, closed_port, smtp_connections=4).deferred == 100
    let_time_pass(year)
    addresses = [mail.address for mail in year.mails()]
    postfix = start_postfix(addresses)
    assert run(year, postfix.port, smtp_connections=4).sent == 100
    assert run(year, postfix.port, smtp_connections=4).sent == 0
    for mail in year.mails():
        [arrived] = postfix.mails(mail.address, 1)
        assert mail.message_id.encode() in arrived
