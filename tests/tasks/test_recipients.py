"""Who gets a mail: whoever holds the role today, everyone who does, and for a vacant role its owner."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path

import pytest

from models.errors import DefinitionError
from models.tables import MailRow
from tasks.overview import status
from tests.tasks.conftest import MakeTown
from tests.tasks.town import Town, own_definition, write_holders

OWNER = ("processagare", "", "Petra Exempel", "petra@orsa.example", "2025-01-01")
EVA = ("ekonomichef", "", "Eva Exempel", "eva@orsa.example", "2025-01-01")
ERIK = ("ekonomichef", "", "Erik Exempel", "erik@orsa.example", "2027-02-15")


class Staffed(Town):
    """A town whose role holders the test writes."""

    def staff(self, *rows: tuple[str, ...]) -> None:
        write_holders(self.settings.definition, rows)


@pytest.fixture
def staffed(make_town: MakeTown, tmp_path: Path) -> Staffed:
    town = make_town(definition=own_definition(tmp_path))
    town.__class__ = Staffed
    assert isinstance(town, Staffed)
    return town


def told(town: Town, step: str, kind: str = "oppnat") -> list[str]:
    """Whom the mails went to, in order."""
    return [mail.address for mail in town.mails() if (mail.step, mail.kind) == (step, kind)]


def text(mail: MailRow) -> str:
    body = email.message_from_bytes(mail.content, policy=email.policy.default).get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def test_a_vacant_role_is_the_process_owners_and_the_mail_says_so(staffed: Staffed) -> None:
    staffed.staff(OWNER)
    staffed.on("2027-02-01").start_year(2028)
    mail = next(mail for mail in staffed.mails() if mail.step == "skatteprognos")
    assert mail.address == "petra@orsa.example"
    assert mail.role == "ekonomichef"
    assert "ekonomichef" in text(mail)
    assert "vakant" in text(mail) or "innehavare" in text(mail)
    assert (
        "ekonomichef"
        in status(staffed.database, staffed.on("2027-02-01").today)[0]["vakanta_roller"]
    )


def test_each_vacant_unit_makes_a_mail_of_its_own(staffed: Staffed) -> None:
    staffed.staff(OWNER)
    staffed.on("2027-01-04").start_year(2028)
    assert told(staffed, "bokslut") == ["petra@orsa.example"] * 8
    assert len({mail.role for mail in staffed.mails()}) == 8


def test_with_nobody_at_all_the_address_of_the_settings_gets_it(staffed: Staffed) -> None:
    staffed.staff()
    staffed.on("2027-02-01").start_year(2028)
    assert set(told(staffed, "skatteprognos")) == {"processagare@orsa.example"}


def test_a_missing_holders_file_is_the_same_as_an_empty_one(staffed: Staffed) -> None:
    (staffed.settings.definition / "rollinnehavare.toml").unlink()
    staffed.on("2027-02-01").start_year(2028)
    assert set(told(staffed, "skatteprognos")) == {"processagare@orsa.example"}


def test_two_holders_of_one_role_both_get_it(staffed: Staffed) -> None:
    staffed.staff(
        OWNER, EVA, ("ekonomichef", "", "Edit Exempel", "edit@orsa.example", "2026-06-01")
    )
    staffed.on("2027-02-01").start_year(2028)
    assert told(staffed, "skatteprognos") == ["eva@orsa.example", "edit@orsa.example"]
    greetings = [text(mail) for mail in staffed.mails() if mail.step == "skatteprognos"]
    assert "Eva" in greetings[0]
    assert "Edit" in greetings[1]


def test_a_role_listed_twice_with_one_address_gets_one_mail(staffed: Staffed) -> None:
    staffed.staff(OWNER, (*EVA, "2027-02-28"), (*EVA[:4], "2027-02-01"))
    staffed.on("2027-02-01").start_year(2028)
    assert told(staffed, "skatteprognos") == ["eva@orsa.example"]


def test_a_new_holder_gets_the_open_task_and_the_old_one_nothing_more(staffed: Staffed) -> None:
    staffed.staff(OWNER, (*EVA, "2027-02-14"), ERIK)
    staffed.on("2027-02-01").start_year(2028)
    staffed.on("2027-02-14").check()
    assert told(staffed, "skatteprognos") == ["eva@orsa.example"]
    staffed.on("2027-02-15").check()
    assert told(staffed, "skatteprognos") == ["eva@orsa.example", "erik@orsa.example"]
    staffed.on("2027-03-15").check()
    assert told(staffed, "skatteprognos", "paminnelse") == ["erik@orsa.example"]
    assert told(staffed, "skatteprognos") == ["eva@orsa.example", "erik@orsa.example"]


def test_a_holder_read_in_anew_gets_the_open_task_at_the_next_check(staffed: Staffed) -> None:
    staffed.staff(OWNER, EVA)
    staffed.on("2027-02-01").start_year(2028)
    staffed.staff(OWNER, (*ERIK[:4], "2025-01-01"))
    staffed.on("2027-03-01").check()
    assert told(staffed, "skatteprognos") == ["eva@orsa.example"], "the file has not been read in"
    assert staffed.on("2027-03-01").load().holders == 2
    staffed.on("2027-03-01").check()
    assert told(staffed, "skatteprognos") == ["eva@orsa.example", "erik@orsa.example"]


@pytest.mark.parametrize(
    ("day", "address"),
    [
        ("2027-02-01", "petra@orsa.example"),
        ("2027-02-02", "eva@orsa.example"),
        ("2027-02-10", "eva@orsa.example"),
        ("2027-02-11", "petra@orsa.example"),
    ],
)
def test_both_days_of_a_holders_time_are_included(staffed: Staffed, day: str, address: str) -> None:
    staffed.staff(OWNER, (*EVA[:4], "2027-02-02", "2027-02-10"))
    staffed.on(day).start_year(2028)
    assert told(staffed, "skatteprognos") == [address]


def test_a_role_filled_again_gets_what_the_owner_had_in_the_meantime(staffed: Staffed) -> None:
    staffed.staff(OWNER, ERIK)
    staffed.on("2027-02-01").start_year(2028)
    staffed.on("2027-02-15").check()
    assert told(staffed, "skatteprognos") == ["petra@orsa.example", "erik@orsa.example"]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (("ekonomichef", "", "Eva", "eva@orsa.example\\nBcc: x@y.se", "2025-01-01"), "adress"),
        (("ekonomichef", "", "Eva\\r\\nBcc: x@y.se", "eva@orsa.example", "2025-01-01"), "namn"),
        (("ekonomichef", "", "Eva", "eva", "2025-01-01"), "adress"),
        (("ekonomichf", "", "Eva", "eva@orsa.example", "2025-01-01"), "okänd roll 'ekonomichf'"),
        (
            ("forvaltningschef", "mora", "Eva", "eva@orsa.example", "2025-01-01"),
            "okänd enhet 'mora'",
        ),
        (("ekonomichef", "", "Eva", "eva@orsa.example", "2025-01-02", "2025-01-01"), "före fran"),
    ],
)
def test_holders_that_cannot_be_are_refused_and_those_before_stay(
    staffed: Staffed, row: tuple[str, ...], fault: str
) -> None:
    staffed.staff(OWNER, EVA)
    staffed.on("2027-02-01").start_year(2028)
    before = staffed.tables()
    staffed.staff(OWNER, row)
    for action in (staffed.on("2027-02-02").load, staffed.on("2027-02-02").start_year):
        with pytest.raises(DefinitionError, match=rf"rollinnehavare\.toml: .*{fault}"):
            action()
    assert staffed.tables() == before
