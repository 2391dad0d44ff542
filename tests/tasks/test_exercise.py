"""An exercise (KOMMUNPLAN_MAIL_TO) on the municipality's own database: nobody real gets anything of it."""

from __future__ import annotations

from tests.notifications.conftest import Serve
from tests.notifications.servers import Inbox
from tests.tasks.deliveries import let_time_pass, run
from tests.tasks.town import Town

PROV = "prov@orsa.example"


def test_nobody_else_gets_mail_while_it_lasts_and_everybody_theirs_when_it_is_over(
    year: Town, serve: Serve
) -> None:
    """What was queued before it waits, and what it has left in the queue goes nowhere."""
    real = year.settings
    theirs = {mail.address for mail in year.mails()}
    year.settings = real.model_copy(update={"mail_to": PROV})
    year.on("2027-02-12").check()
    inbox = Inbox()
    during = run(year, serve(inbox))
    assert {to for _, to, _ in inbox.mails} == {PROV}
    assert (during.sent, during.waiting.to_others) == (len(inbox.mails), 8)
    year.on("2027-03-17").check()

    year.settings = real
    year.on("2027-03-17").check()
    let_time_pass(year)
    after = Inbox()
    done = run(year, serve(after))
    assert done.waiting.to_others == 0
    assert {to for _, to, _ in after.mails} >= theirs
    assert PROV not in {to for _, to, _ in after.mails}
    assert not any(b"PROV till" in content for _, _, content in after.mails)
    assert {mail.status for mail in year.mails() if mail.address == PROV} == {"skickad", "ersatt"}
