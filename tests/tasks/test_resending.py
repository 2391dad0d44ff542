"""Mails sent once more: a task to who has it today, and what could not be sent."""

from __future__ import annotations

import pytest

from models.errors import KommunplanError
from tests.hands import resend, resend_failed
from tests.tasks.town import Staffed

OWNER = ("processagare", "", "Petra Exempel", "petra@orsa.example", "2025-01-01")
EVA = ("ekonomichef", "", "Eva Exempel", "eva@orsa.example", "2025-01-01")
ERIK = ("ekonomichef", "", "Erik Exempel", "erik@orsa.example", "2027-02-10")


@pytest.fixture
def february(staffed: Staffed) -> Staffed:
    staffed.staff(OWNER, EVA)
    staffed.on("2027-02-01").start_year(2028)
    return staffed


def fail(town: Staffed, address: str) -> int:
    """The server refused the newest mail to the address for good; its number."""
    number = max(mail.id or 0 for mail in town.mails() if mail.address == address)
    town.change("UPDATE mail SET status = 'misslyckad', error = '550' WHERE id = ?", number)
    return number


def test_a_task_is_mailed_anew_at_once_and_says_at_whose_wish(february: Staffed) -> None:
    before = len(february.mails())
    done = resend(february.on("2027-02-01"), "skatteprognos", "ekonomichef", by="Petra", token="1")
    assert done.mails == 1
    mail = february.mails()[-1]
    assert len(february.mails()) == before + 1
    assert (mail.address, mail.kind) == ("eva@orsa.example", "oppnat")
    assert mail.rule == "sänds på nytt på begäran av Petra"
    assert len({mail.message_id for mail in february.mails()}) == before + 1


def test_the_same_wish_twice_sends_one_mail_and_another_wish_one_more(february: Staffed) -> None:
    on = february.on("2027-02-01")
    counts = [
        resend(on, "skatteprognos", by="Petra", token=token).mails for token in ("1", "1", "2")
    ]
    assert counts == [1, 0, 1]


def test_a_mail_that_failed_is_tried_again_as_it_was(february: Staffed) -> None:
    number = fail(february, "eva@orsa.example")
    content = {mail.id: mail.content for mail in february.mails()}[number]
    _, said = resend_failed(february.on("2027-02-02"), by="Petra", token="1")
    mail = next(mail for mail in february.mails() if mail.id == number)
    assert (mail.status, mail.attempts, mail.error) == ("köad", 0, "")
    assert mail.content == content
    assert said.startswith("1 mejl försöks igen, 0 ersätts")


def test_a_mail_about_a_calendar_alone_is_tried_again_as_it_was(february: Staffed) -> None:
    """It is for no role; it once stopped all the others with «Rollen '' finns inte»."""
    number = fail(february, "eva@orsa.example")
    february.change("UPDATE mail SET kind = 'kalender', role = '' WHERE id = ?", number)
    february.change("UPDATE notice SET kind = 'kalender', role = '' WHERE mail_id = ?", number)
    _, said = resend_failed(february.on("2027-02-02"), by="Petra", token="1")
    assert {mail.id: mail.status for mail in february.mails()}[number] == "köad"
    assert said.startswith("1 mejl försöks igen, 0 ersätts")


def test_a_mail_that_failed_goes_to_the_new_holder_instead(february: Staffed) -> None:
    number = fail(february, "eva@orsa.example")
    february.staff(OWNER, (*EVA, "2027-02-09"), ERIK)
    february.on("2027-02-10").load()
    _, said = resend_failed(february.on("2027-02-10"), by="Petra", token="1")
    status = {mail.id: mail.status for mail in february.mails()}
    assert status[number] == "ersatt"
    assert "erik@orsa.example" in {mail.address for mail in february.mails()}
    assert "1 ersätts av nya" in said


def test_without_failed_mails_it_says_so(february: Staffed) -> None:
    before = february.tables()
    _, said = resend_failed(february.on("2027-02-01"), by="Petra", token="1")
    assert said == "Inga mejl har misslyckats."
    assert february.tables() == before


@pytest.mark.parametrize(
    ("slug", "role", "said"),
    [
        ("kommunplan-kf", None, "Ingen väntas i kommunplan-kf just nu: Planerat"),
        ("skatteprognos", "kommunchef", "för 'kommunchef' finns inte. Välj bland: ekonomichef."),
    ],
)
def test_who_is_not_waited_for_gets_nothing(
    february: Staffed, slug: str, role: str | None, said: str
) -> None:
    before = february.tables()
    with pytest.raises(KommunplanError) as refused:
        resend(february.on("2027-02-01"), slug, role, by="Petra", token="1")
    assert said in str(refused.value)
    assert february.tables() == before
