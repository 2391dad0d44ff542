"""Addresses that differ only in case are one person's: one mail a day, one deputy, no handover to oneself."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.errors import DefinitionError
from tasks.people.change import list_staff
from tests.hands import read_in
from tests.tasks.town import Staffed, text

HEADINGS = "roll;enhet;namn;adress;fran;till;utskick\n"
TWO_ROLES = f"""{HEADINGS}\
ekonomichef;;Eva Ek;Eva.Ek@Orsa.example;2025-01-01;;
kommunchef;;Eva Ek;eva.ek@orsa.EXAMPLE;2025-01-01;;
"""


@pytest.fixture
def one(staffed: Staffed, tmp_path: Path) -> Staffed:
    """Orsa from 4 January 2027, where one person has both roles, spelled in two ways in a CSV file."""
    staffed.staff()
    staffed.on("2027-01-04").load()
    holders(staffed, tmp_path, TWO_ROLES)
    staffed.on("2027-01-04").start_year(2028)
    return staffed


def holders(town: Staffed, folder: Path, content: str, day: str = "2027-01-04") -> None:
    file = folder / "chefer.csv"
    file.write_text(content)
    read_in(town.on(day), file)


def evas(town: Staffed) -> list[tuple[str, str, str]]:
    return [
        (str(mail.queued_on), mail.kind, mail.address)
        for mail in town.mails()
        if mail.address.casefold() == "eva.ek@orsa.example"
    ]


def test_one_person_gets_one_collected_mail_at_the_address_as_it_was_given(one: Staffed) -> None:
    [(day, kind, address)] = evas(one)
    assert (day, kind) == ("2027-01-04", "uppgifter")
    assert address in TWO_ROLES
    told = [notice for notice in one.notices() if notice.name == "Eva Ek"]
    assert {notice.role for notice in told} == {"ekonomichef", "kommunchef"}
    one.on("2027-03-15").check()
    days = [day for day, kind, _ in evas(one) if kind == "uppgifter"]
    assert len(days) == len(set(days)) == 2


def test_a_file_with_another_spelling_hands_nothing_over_and_tells_nothing_again(
    one: Staffed, tmp_path: Path
) -> None:
    before = len(evas(one))
    holders(one, tmp_path, TWO_ROLES.lower(), "2027-01-05")
    one.on("2027-01-05").check()
    assert len(evas(one)) == before
    one.on("2027-03-15").check()
    assert evas(one)[-1] == ("2027-03-15", "uppgifter", "eva.ek@orsa.example")
    assert "overlamning" not in {mail.kind for mail in one.mails()}


def test_an_absence_is_the_persons_however_it_is_spelled(one: Staffed, tmp_path: Path) -> None:
    file = tmp_path / "semester.csv"
    file.write_text(
        "adress;fran;till;ersattare\n"
        "EVA.EK@orsa.example;2027-03-15;2027-03-19;Anna Ås <anna@orsa.example>\n"
    )
    read_in(one.on("2027-01-05"), file)
    one.on("2027-03-15").check()
    assert evas(one)[1:] == []
    anna = [mail for mail in one.mails() if mail.address == "anna@orsa.example"]
    assert {mail.kind for mail in anna} == {"overlamning", "uppgifter"}
    for mail in anna:
        assert "ersättare för Eva Ek (kommunchef) till fredag 19 mars 2027" in text(mail)
    listed = list_staff(one.database, one.settings, one.on("2027-03-01").today)
    assert listed.absences[0].sentence.startswith("Eva Ek är borta 2027-03-15")


def test_two_absences_at_once_and_a_ring_are_found_through_any_spelling(
    one: Staffed, tmp_path: Path
) -> None:
    file = tmp_path / "semester.csv"
    file.write_text(
        "adress;fran;till;ersattare\n"
        "eva.ek@orsa.example;2027-03-15;2027-03-19;anna@orsa.example\n"
        "Eva.Ek@orsa.example;2027-03-18;2027-03-23;Anna Ås <anna@orsa.example>\n"
        "EVA.EK@orsa.example;2027-05-18;2027-05-23;eva.ek@Orsa.example\n"
    )
    with pytest.raises(DefinitionError) as caught:
        read_in(one.on("2027-01-05"), file)
    said = str(caught.value)
    assert "'anna@orsa.example' är ingen rollinnehavares adress" in said
    assert "Eva.Ek@orsa.example är redan frånvarande 2027-03-15" in said
    assert "ring under samma tid: EVA.EK@orsa.example → eva.ek@Orsa.example" in said


def test_the_same_holder_twice_is_told_whatever_the_spelling(one: Staffed, tmp_path: Path) -> None:
    twice = TWO_ROLES + "ekonomichef;;Eva Ek;EVA.EK@orsa.example;2025-01-01;;\n"
    with pytest.raises(DefinitionError, match=r"EVA\.EK@orsa\.example står redan som ekonomichef"):
        holders(one, tmp_path, twice)


def test_a_process_owner_by_another_spelling_is_asked_for_no_reply_to_herself(
    staffed: Staffed,
) -> None:
    staffed.staff(
        ("ekonomichef", "", "Petra Ek", "Processagare@ORSA.example", "2025-01-01"),
        ("processagare", "", "Petra Ek", "processagare@orsa.example", "2025-01-01"),
    )
    staffed.on("2027-01-04").start_year(2028)
    mails = [text(mail) for mail in staffed.mails()]
    assert mails
    assert not any("Svaret går till processägaren" in said for said in mails)
