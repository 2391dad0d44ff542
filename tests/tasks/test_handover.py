"""A role changes hands in the middle of the year: one mail with all that is open, and why it came."""

from __future__ import annotations

import email
import email.policy

import pytest

from models.events import Outcome
from models.tables import MailRow
from tests.tasks.town import Staffed, text

OWNER = ("processagare", "", "Petra Exempel", "petra@orsa.example", "2025-01-01")
KLAS = ("kommunchef", "", "Klas Exempel", "klas@orsa.example", "2025-01-01")
EVA = ("ekonomichef", "", "Eva Exempel", "eva@orsa.example", "2025-01-01")
ERIK = ("ekonomichef", "", "Erik Exempel", "erik@orsa.example", "2027-03-22")


def handovers(town: Staffed) -> list[MailRow]:
    return [mail for mail in town.mails() if mail.kind == "overlamning"]


def files(mail: MailRow) -> list[str | None]:
    message = email.message_from_bytes(mail.content, policy=email.policy.default)
    return [part.get_filename() for part in message.iter_attachments()]


@pytest.fixture
def changed(staffed: Staffed) -> Staffed:
    """Eva has been ekonomichef until 21 March, and has reported two of her parts."""
    staffed.staff(OWNER, KLAS, (*EVA, "2027-03-21"), ERIK)
    staffed.on("2027-03-01").start_year(2028)
    on = staffed.on("2027-03-10")
    on.check()
    on.report("bokslut", "kommunchef", None, by="Klas")
    on.report("uppfoljning-mars", "ekonomichef", None, by="Eva")
    on.report("planeringsforutsattningar", "ekonomichef", None, by="Eva")
    on.decide(
        "uppfoljning-mars",
        "SU",
        Outcome.ATERREMISS,
        by="Siv",
        reason="Prognosen är gammal",
        on=on.today.replace(day=2),
    )
    staffed.change("UPDATE mail SET status = 'skickad', sent_at = '2027-03-10 08:00:00'")
    staffed.on("2027-03-22").check()
    return staffed


def test_a_new_holder_gets_one_mail_with_every_open_part_by_deadline(changed: Staffed) -> None:
    [mail] = handovers(changed)
    assert (mail.address, mail.name, str(mail.queued_on)) == (
        "erik@orsa.example",
        "Erik Exempel",
        "2027-03-22",
    )
    assert [m for m in changed.mails() if m.address == "erik@orsa.example"] == [mail]
    said = text(mail)
    assert "Du är nu ekonomichef och tar över det som är öppet efter Eva Exempel." in said
    steps = ["Uppföljning i mars", "Preliminär skatteprognos", "Bokslut", "Årsredovisning"]
    sections = said[said.index("=====") - 400 :].replace("\n", " ")
    assert all(f"Steg: {step} " in sections for step in steps)
    overview = said[: said.index("=====")].replace("\n", " ")
    assert "uppfoljning-mars" in {n.step for n in changed.notices() if n.mail_id == mail.id}
    assert overview.index("Uppföljning") < overview.index("Bokslut")


def test_the_handover_says_what_was_done_before_and_who_had_it(changed: Staffed) -> None:
    said = text(handovers(changed)[0])
    assert said.count("Hade uppgiften: Eva Exempel") == 4
    assert "Lämnat hittills: kommunchef, onsdag 10 mars 2027" in said
    assert "Beslutat hittills: SU, tisdag 2 mars 2027: återremiss" in said
    assert "Prognosen är gammal" in said


def test_the_handover_carries_every_deadline_and_meeting_for_the_calendar(changed: Staffed) -> None:
    assert files(handovers(changed)[0]) == [
        "su-arsredovisning-2026.ics",
        "su-uppfoljning-i-mars-2027.ics",
        "sista-dag-bokslut-2026-ekonomichef.ics",
        "sista-dag-preliminar-skatteprognos-ekonomichef.ics",
    ]  # what is over already, in no calendar


def test_a_mail_with_many_files_says_how_to_be_spared_them(changed: Staffed) -> None:
    [mail] = handovers(changed)
    said = "Vill du slippa öppna 4 filer: be processägaren om en kalender att prenumerera på."
    assert said in text(mail)
    html = email.message_from_bytes(mail.content, policy=email.policy.default).get_body(("html",))
    assert html is not None
    assert said in html.get_content()
    few = [m for m in changed.mails() if 0 < len(files(m)) < 4]
    assert few
    assert not any("Vill du slippa" in text(m) for m in few)


def test_who_had_the_role_gets_one_mail_that_takes_it_out_of_the_calendar(changed: Staffed) -> None:
    [mail] = [m for m in changed.mails() if m.kind == "kalender"]
    assert (mail.address, str(mail.queued_on)) == ("eva@orsa.example", "2027-03-22")
    assert files(mail) == [
        *(f"ta-bort-{name}" for name in files(handovers(changed)[0])),
        "ta-bort-ks-planeringsforutsattningar-i-ks.ics",  # her part is in, and KS meets all the same
    ]
    assert "Det som inte längre är ditt har gått över till någon annan" in text(mail)


def test_the_log_keeps_by_which_rule_and_why_that_person(changed: Staffed) -> None:
    [mail] = handovers(changed)
    kept = {(n.rule, n.because) for n in changed.notices() if n.mail_id == mail.id}
    assert kept == {
        (
            "sänds när någon får en roll som har öppna uppgifter",
            "innehavare av ekonomichef sedan 2027-03-22",
        )
    }


def test_a_second_check_hands_nothing_over_again_and_reminders_go_on(changed: Staffed) -> None:
    before = changed.tables()
    changed.on("2027-03-22").check()
    assert changed.tables() == before
    changed.on("2027-03-24").check()
    reminded = {n.address for n in changed.notices() if n.kind == "paminnelse" and n.id}
    assert "erik@orsa.example" in reminded
    after = [m for m in changed.mails() if str(m.queued_on) > "2027-03-21"]
    assert [m.kind for m in after if m.address == "eva@orsa.example"] == ["kalender"]
    assert len(handovers(changed)) == 1


def test_a_role_that_becomes_vacant_is_handed_over_to_the_process_owner(staffed: Staffed) -> None:
    staffed.staff(OWNER, KLAS, (*EVA, "2027-02-14"))
    staffed.on("2027-02-01").start_year(2028)
    staffed.on("2027-02-15").check()
    [mail] = [m for m in handovers(staffed) if m.address == "petra@orsa.example"]
    said = text(mail)
    assert "Rollen saknar innehavare: ekonomichef. Det som är öppet hos Eva Exempel kommer" in said
    assert {n.because for n in staffed.notices() if n.mail_id == mail.id} == {
        "rollen saknar innehavare"
    }


def test_an_absence_hands_over_to_the_deputy_and_back_without_a_word(staffed: Staffed) -> None:
    away = ("eva@orsa.example", "2027-02-08", "2027-02-19", "klas@orsa.example")
    staffed.staff(OWNER, KLAS, EVA, absences=[away])
    staffed.on("2027-02-01").start_year(2028)
    staffed.on("2027-02-08").check()
    [mail] = handovers(staffed)
    assert mail.address == "klas@orsa.example"
    assert "Du är ersättare för Eva Exempel (ekonomichef) till fredag 19 februari 2027" in text(
        mail
    )
    because = {n.because for n in staffed.notices() if n.mail_id == mail.id}
    assert because == {"ersättare för Eva Exempel 2027-02-08–2027-02-19"}
    staffed.on("2027-02-22").check()
    assert handovers(staffed) == [mail]
    staffed.on("2027-03-15").check()
    assert staffed.told("skatteprognos", "paminnelse") == ["eva@orsa.example"]


NILS = ("ekonomichef", "", "Nils Exempel", "nils@orsa.example", "2027-04-11")


def test_a_handover_on_a_sunday_waits_for_monday_and_holds_all(staffed: Staffed) -> None:
    nils = (*NILS[:4], "2027-02-21")
    staffed.staff(OWNER, KLAS, (*EVA, "2027-02-20"), nils)
    staffed.on("2027-02-01").start_year(2028)
    for day in ("2027-02-20", "2027-02-21"):
        staffed.on(day).check()
    assert handovers(staffed) == []
    staffed.on("2027-02-22").check()
    [mail] = handovers(staffed)
    open_parts = {n.step for n in staffed.notices() if n.address == "eva@orsa.example"}
    assert {n.step for n in staffed.notices() if n.mail_id == mail.id} == open_parts
    assert len(open_parts) > 1


def test_a_handover_that_a_statute_hurries_goes_whole_on_a_sunday(staffed: Staffed) -> None:
    staffed.staff(OWNER, KLAS, (*EVA, "2027-04-10"), NILS)
    staffed.on("2027-03-01").start_year(2028)
    for day in ("2027-03-01", "2027-04-09", "2027-04-10", "2027-04-11", "2027-04-12"):
        staffed.on(day).check()
    [mail] = handovers(staffed)
    assert str(mail.queued_on) == "2027-04-11"
    said = text(mail)
    assert "Allt som du tar över står här" in said
    handed = {n.step for n in staffed.notices() if n.mail_id == mail.id}
    assert len(handed) == 8
    [rid] = [m for m in staffed.mails() if m.kind == "kalender" and "eva" in m.address]
    assert str(rid.queued_on) == "2027-04-12", "nothing of it hurries"
    assert f"{said.count('Hade uppgiften: Eva Exempel')} uppgifter" in mail.subject


def test_each_part_of_a_handover_says_that_it_was_handed_over(changed: Staffed) -> None:
    said = text(handovers(changed)[0])
    parts = said.count("Hade uppgiften")
    assert said.count("Det sänds när någon får en roll som har öppna uppgifter.") == parts + 1
    assert "Det upprepas" not in said
    assert "Det sänds när steget öppnas" not in said


def test_a_second_holder_beside_the_first_is_no_handover(staffed: Staffed) -> None:
    staffed.staff(OWNER, EVA, ("ekonomichef", "", "Edit Ek", "edit@orsa.example", "2027-02-15"))
    staffed.on("2027-02-01").start_year(2028)
    staffed.on("2027-02-15").check()
    assert handovers(staffed) == []
    assert staffed.told("skatteprognos") == ["eva@orsa.example", "edit@orsa.example"]


def test_a_new_round_is_told_as_what_it_is(staffed: Staffed) -> None:
    staffed.staff(OWNER, (*EVA, "2027-03-21"), ERIK)
    staffed.on("2027-02-01").start_year(2028)
    staffed.on("2027-02-10").report("skatteprognos", "ekonomichef", None, by="Eva")
    staffed.on("2027-03-22").rerun("skatteprognos", by="Petra", reason="nya siffror", token="t")
    opened = [n for n in staffed.notices() if (n.step, n.kind) == ("skatteprognos", "oppnat")]
    new = opened[-1]
    assert (new.address, new.rule) == ("erik@orsa.example", "sänds när steget öppnas igen")
