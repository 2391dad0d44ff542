"""Who takes part in a step, and who is to know of it: roles and addresses, by mail and in their calendars."""

from __future__ import annotations

from datetime import date

import pytest

from models.events import Outcome
from models.tables import MailRow
from tests.hands import move_meeting
from tests.tasks.calendars import days_of
from tests.tasks.town import Staffed, replaced, text

PETRA = ("processagare", "", "Petra Exempel", "petra@orsa.example", "2025-01-01")
KLAS = ("kommunchef", "", "Klas Exempel", "klas@orsa.example", "2025-01-01")
EVA = ("ekonomichef", "", "Eva Exempel", "eva@orsa.example", "2025-01-01")
RUT = ("revisor", "", "Rut Exempel", "rut@orsa.example", "2025-01-01")
GRUPP = "gruppledare@orsa.example"


@pytest.fixture
def town(staffed: Staffed) -> Staffed:
    file = staffed.settings.definition / "definition.toml"
    for slug, others in {
        "bokslutsdag": f'deltar = ["revisor", "{GRUPP}"]',
        "arsredovisning": f'deltar = ["revisor"]\nfar_veta = ["{GRUPP}", "kommunchef"]',
        "bokslut": f'far_veta = ["{GRUPP}"]',
    }.items():
        replaced(file, f'slug = "{slug}"\n', f'slug = "{slug}"\n{others}\n')
    staffed.staff(PETRA, KLAS, EVA, RUT)
    staffed.on("2027-03-01").start_year(2028)
    return staffed


def mails_to(town: Staffed, address: str) -> list[MailRow]:
    return [mail for mail in town.mails() if mail.address == address]


def test_a_role_and_an_address_are_invited_with_the_day_in_their_calendars(town: Staffed) -> None:
    for address in ("rut@orsa.example", GRUPP):
        [mail] = mails_to(town, address)
        assert mail.subject.startswith("Du deltar tor 11 mars: Bokslutsdag 2026")
        assert days_of(town, address)["Bokslutsdag 2026"] == "20270311"
    said = text(mail)
    assert "är torsdag 11 mars 2027, och du är en av dem som deltar." in said
    assert f"Du får mejlet eftersom {GRUPP} står bland dem som deltar i steget." in said
    assert "Sista dag: Bokslutsdag" not in str(days_of(town, GRUPP)), "it is not theirs to report"


def test_nobody_is_invited_twice(town: Staffed) -> None:
    before = len(mails_to(town, GRUPP))
    town.on("2027-03-02").check()
    town.on("2027-03-03").check()
    assert len(mails_to(town, GRUPP)) == before


def test_the_day_moves_in_their_calendars_too(town: Staffed) -> None:
    move_meeting(
        town.on("2027-03-03"),
        "bokslutsdag",
        date(2027, 3, 11),
        date(2027, 3, 18),
        by="Petra",
        reason="sjuk",
    )
    assert days_of(town, GRUPP)["Bokslutsdag 2026"] == "20270318"


def test_who_takes_part_in_a_decision_has_the_sammantrade_of_the_body_in_turn(
    town: Staffed,
) -> None:
    town.on("2027-03-01").report("uppfoljning-mars", "ekonomichef", None, by="Eva")
    assert days_of(town, "rut@orsa.example")["SU: Årsredovisning 2026"] == "20270330"
    town.on("2027-03-08").report("arsredovisning", "ekonomichef", None, by="Eva")
    town.on("2027-03-30").decide("arsredovisning", "SU", Outcome.FORESLAR, by="Siv")
    assert days_of(town, "rut@orsa.example")["KS: Årsredovisning 2026"] == "20270412"
    [mail] = [one for one in mails_to(town, "rut@orsa.example") if "Du deltar, KS" in one.subject]
    assert "Kommunstyrelsen behandlar" in text(mail)


def test_who_is_to_know_gets_one_letter_when_it_is_done(town: Staffed) -> None:
    town.on("2027-03-08").override("bokslut", by="Petra", reason="klart i en pärm")
    town.on("2027-03-09").check()
    [mail] = [one for one in mails_to(town, GRUPP) if one.subject.startswith("Klart: ")]
    said = text(mail)
    assert "Du behöver inte göra något; mejlet är bara för kännedom." in said
    assert f"eftersom {GRUPP} står bland dem som ska få veta när steget är klart." in said
    assert town.told("bokslut", "klart").count(GRUPP) == 1
