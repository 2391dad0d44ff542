"""The calendars follow the year: by mail and by feed, and never one against the other."""

from __future__ import annotations

from datetime import date

import pytest

from models.events import Outcome
from models.tables import MailRow
from tasks.mail.sendings import sendings
from tests.hands import cancel_meeting, move_meeting
from tests.tasks.calendars import calendars, came, days_of, feed, files_of
from tests.tasks.conftest import MakeTown
from tests.tasks.town import Staffed, Town, text

OWNER = ("processagare", "", "Petra Exempel", "petra@orsa.example", "2025-01-01")
KLAS = ("kommunchef", "", "Klas Exempel", "klas@orsa.example", "2025-01-01")
EVA = ("ekonomichef", "", "Eva Exempel", "eva@orsa.example", "2025-01-01")
SIV = ("utskottssekreterare", "", "Siv Exempel", "siv@orsa.example", "2025-01-01")
KIM = ("kommunsekreterare", "", "Kim Exempel", "kim@orsa.example", "2025-01-01")
ERIK = ("ekonomichef", "", "Erik Exempel", "erik@orsa.example", "2027-03-22")
PART = "Sista dag: Årsredovisning 2026 (ekonomichef)"
MEETING = "SU: Årsredovisning 2026"


@pytest.fixture
def march(staffed: Staffed) -> Staffed:
    """Årsredovisningen is open: Eva's part by 9 March, SU on the 30th, KS on 12 April, KF on 24 May."""
    staffed.staff(OWNER, KLAS, EVA, SIV, KIM)
    staffed.on("2027-03-01").start_year(2028)
    staffed.on("2027-03-01").report("uppfoljning-mars", "ekonomichef", None, by="Eva")
    return staffed


def mails(town: Town, address: str, day: str) -> list[MailRow]:
    return [m for m in town.mails() if (m.address, str(m.queued_on)) == (address, day)]


def shown(town: Town, whose: str) -> dict[str, str]:
    events = feed(town, whose).values()
    return {one["SUMMARY"].rpartition(" · ")[0]: one["DTSTART"] for one in events}


def test_a_task_comes_with_its_last_day_and_the_meeting_it_leads_to(march: Staffed) -> None:
    held = days_of(march, "eva@orsa.example")
    assert (held[PART], held[MEETING]) == ("20270309", "20270330")
    assert "KS: Årsredovisning 2026" not in held, "which comes when SU has had its say"
    said = text(mails(march, "eva@orsa.example", "2027-03-01")[0])
    assert "Nytt: SU: Årsredovisning 2026, tisdag 30 mars 2027 (su-arsredovisning-2026.ics)" in said


def test_a_day_of_its_own_comes_too(march: Staffed) -> None:
    held = days_of(march, "klas@orsa.example")
    assert held["Bokslutsdag 2026"] == "20270311"
    assert held["Sista dag: Bokslutsdag 2026 (kommunchef)"] == "20270311"


def test_the_clerk_gets_the_meeting_and_when_to_register_as_the_turn_comes(march: Staffed) -> None:
    assert MEETING not in days_of(march, "siv@orsa.example")
    march.on("2027-03-08").report("arsredovisning", "ekonomichef", None, by="Eva")
    march.on("2027-03-09").check()
    held = days_of(march, "siv@orsa.example")
    assert held[MEETING] == "20270330"
    assert held["Registrera beslutet i SU: Årsredovisning 2026"] == "20270402"


def test_a_decision_brings_the_next_meeting_and_leaves_the_one_that_was_held(
    march: Staffed,
) -> None:
    march.on("2027-03-08").check()
    march.on("2027-03-09").report("arsredovisning", "ekonomichef", None, by="Eva")
    march.on("2027-03-30").decide("arsredovisning", "SU", Outcome.FORESLAR, by="Siv")
    march.on("2027-03-31").check()
    held = days_of(march, "eva@orsa.example")
    assert (held[MEETING], held["KS: Årsredovisning 2026"]) == ("20270330", "20270412")
    assert PART in held, "its day had been when the next mail went: the past is left alone"
    subscribed = shown(march, "ekonomichef")
    assert (subscribed[MEETING], subscribed["KS: Årsredovisning 2026"]) == ("20270330", "20270412")
    assert PART not in subscribed


def test_a_moved_meeting_moves_in_mail_and_feed_alike(march: Staffed) -> None:
    before = feed(march, "ekonomichef")
    move_meeting(
        march.on("2027-03-02"), "SU", date(2027, 3, 30), date(2027, 4, 6), by="P", reason="x"
    )
    assert days_of(march, "eva@orsa.example")[MEETING] == "20270406"
    assert shown(march, "ekonomichef")[MEETING] == shown(march, "SU")[MEETING] == "20270406"
    by_mail = calendars(came(march.mails()))["eva@orsa.example"]
    for uid, event in feed(march, "ekonomichef").items():
        if uid in by_mail:
            own = by_mail[uid]
            assert (str(own.sequence), own.day) == (event["SEQUENCE"], event["DTSTART"])
        if event["SUMMARY"].startswith(MEETING):
            assert event["SEQUENCE"] == "1"
            assert before[uid]["SEQUENCE"] == "0"


def test_what_no_mail_has_brought_yet_is_numbered_anew_for_the_subscribers(march: Staffed) -> None:
    """KF's meeting is months away; only who subscribes has it."""

    def meeting() -> tuple[str, str]:
        [one] = [e for e in feed(march, "KF").values() if e["SUMMARY"].startswith("KF: Årsredov")]
        return one["DTSTART"], one["SEQUENCE"]

    assert meeting() == ("20270524", "0")
    move_meeting(
        march.on("2027-03-02"), "KF", date(2027, 5, 24), date(2027, 5, 31), by="P", reason="x"
    )
    assert meeting() == ("20270531", "1")
    move_meeting(
        march.on("2027-03-02"), "KF", date(2027, 5, 31), date(2027, 5, 24), by="P", reason="x"
    )
    assert meeting() == ("20270524", "2")


def test_who_has_done_the_part_hears_of_the_move_too(march: Staffed) -> None:
    """Nobody waits for Eva, so no other mail would tell her; she goes by her calendar."""
    march.on("2027-03-02").report("arsredovisning", "ekonomichef", None, by="Eva")
    assert mails(march, "eva@orsa.example", "2027-03-02") == [], "what she did herself is no news"
    move_meeting(
        march.on("2027-03-02"), "SU", date(2027, 3, 30), date(2027, 4, 6), by="P", reason="x"
    )
    [mail] = mails(march, "eva@orsa.example", "2027-03-02")
    assert (mail.kind, mail.subject) == ("kalender", "Din kalender: 2 ändringar i Kommunplan 2028")
    said = text(mail)
    assert (
        "Flyttas: SU: Årsredovisning 2026, från tisdag 30 mars 2027 till tisdag 6 april 2027"
        in said
    )
    assert f"Klart: {PART}, tisdag 9 mars 2027 (ta-bort-sista-dag-arsredovisning-2026" in said
    held = days_of(march, "eva@orsa.example")
    assert held[MEETING] == "20270406"
    assert PART not in held, "what is done leaves with the next mail"


def test_a_cancelled_meeting_with_no_other_is_taken_out(march: Staffed) -> None:
    on = march.on("2027-03-01")
    with on.trying(None) as year:
        days = [m.day for m in year.meetings if m.body == "SU" and m.day >= on.today]
    for day in days:
        cancel_meeting(on, "SU", day, by="P", reason="x")
    assert MEETING not in days_of(march, "eva@orsa.example")
    assert MEETING not in shown(march, "ekonomichef")
    last = [one for one in came(march.mails()) if one.summary.startswith(MEETING)][-1]
    assert last.method == "CANCEL"


def test_a_step_that_is_left_out_is_taken_out(make_town: MakeTown) -> None:
    town = make_town()
    on = town.on("2027-03-10")
    on.start_year(2028)
    step = next(s for s in town.stored().definition.steps if s.optional and s.parts)
    town.on("2027-03-10").open_early(step.slug, by="P", reason="x")
    opened = [one for one in came(town.mails()) if step.title in one.summary]
    assert {one.method for one in opened} == {"PUBLISH"}
    town.on("2027-03-10").set_aside(step.slug, by="P", reason="x")
    gone = [one for one in came(town.mails()) if step.title in one.summary][len(opened) :]
    assert {(one.address, one.uid) for one in gone} == {(one.address, one.uid) for one in opened}
    assert {one.method for one in gone} == {"CANCEL"}


def test_a_part_that_the_step_went_on_without_is_taken_out_with_a_word(march: Staffed) -> None:
    march.on("2027-03-02").override("skatteprognos", by="P", reason="x")
    [mail] = mails(march, "eva@orsa.example", "2027-03-02")
    assert "Utgår: Sista dag: Preliminär skatteprognos (ekonomichef)" in text(mail)
    assert "Sista dag: Preliminär skatteprognos (ekonomichef)" not in days_of(
        march, "eva@orsa.example"
    )


def test_a_role_that_changes_hands_moves_from_one_calendar_to_the_other_and_back(
    march: Staffed,
) -> None:
    march.staffed_on("2027-03-22", OWNER, KLAS, (*EVA, "2027-03-21"), ERIK)
    assert days_of(march, "erik@orsa.example")[MEETING] == "20270330"
    left = days_of(march, "eva@orsa.example")
    assert all(day < "20270322" for day in left.values()), left
    back = ("ekonomichef", "", "Eva Exempel", "eva@orsa.example", "2027-03-24")
    march.staffed_on("2027-03-24", OWNER, KLAS, (*ERIK, "2027-03-23"), back)
    assert days_of(march, "eva@orsa.example")[MEETING] == "20270330"
    assert MEETING not in days_of(march, "erik@orsa.example")


def test_who_is_away_keeps_the_entries_that_the_deputy_gets_and_gives_back(march: Staffed) -> None:
    away = ("eva@orsa.example", "2027-03-08", "2027-03-19", "klas@orsa.example")
    march.staff(OWNER, KLAS, EVA, SIV, KIM, absences=[away])
    march.on("2027-03-08").load()
    march.on("2027-03-08").check()
    assert days_of(march, "klas@orsa.example")[MEETING] == "20270330"
    assert days_of(march, "eva@orsa.example")[MEETING] == "20270330"
    march.on("2027-03-22").check()
    assert MEETING not in days_of(march, "klas@orsa.example")
    assert days_of(march, "eva@orsa.example")[MEETING] == "20270330"


def test_a_mail_that_nobody_got_is_made_good_by_the_next(march: Staffed) -> None:
    march.change("UPDATE mail SET status = 'misslyckad', error = '550' WHERE address LIKE 'eva%'")
    assert days_of(march, "eva@orsa.example") == {}
    march.on("2027-03-04").check()
    held = days_of(march, "eva@orsa.example")
    assert (held[PART], held[MEETING]) == ("20270309", "20270330")
    calendars(came(march.mails(), also_lost=True))  # the numbers grow, whoever got what


def test_a_mailbox_that_is_gone_is_told_once(march: Staffed) -> None:
    """Eva has left, and her mailbox with her: her calendar is nobody's any more."""
    march.staffed_on("2027-03-22", OWNER, KLAS, (*EVA, "2027-03-21"), ERIK)
    [mail] = mails(march, "eva@orsa.example", "2027-03-22")
    march.change("UPDATE mail SET status = 'misslyckad', error = '550' WHERE id = ?", mail.id)
    for day in ("2027-03-23", "2027-03-24"):
        march.on(day).check()
        assert mails(march, "eva@orsa.example", day) == []


def test_the_mail_goes_to_the_address_as_it_was_written(march: Staffed) -> None:
    eva = (*EVA[:3], "Eva.E@Orsa.example", *EVA[4:])
    march.staffed_on("2027-03-04", OWNER, KLAS, eva, SIV, KIM)
    march.staffed_on("2027-03-22", OWNER, KLAS, (*eva, "2027-03-21"), ERIK)
    [mail] = mails(march, "Eva.E@Orsa.example", "2027-03-22")
    assert (mail.kind, mail.name) == ("kalender", "Eva Exempel")


def test_tomorrows_calendar_mails_are_told_in_advance_with_their_rule(march: Staffed) -> None:
    march.staff(OWNER, KLAS, (*EVA, "2027-03-21"), ERIK)
    on = march.on("2027-03-21")
    on.load()
    before = march.tables()
    found = sendings(march.database, march.settings, on.today).tomorrow.mails
    assert march.tables() == before
    [mail] = [one for one in found if one.kind == "kalender"]
    assert mail.address == "eva@orsa.example"
    assert {one.rule for one in mail.notices} == {
        "sänds när något i kalendern ändras och inget annat mejl den dagen säger det"
    }
    march.on("2027-03-22").check()
    [sent] = mails(march, "eva@orsa.example", "2027-03-22")
    told = [one for one in march.notices() if one.mail_id == sent.id]
    assert [one.step for one in told] == [one.step for one in mail.notices]
    assert {one.because for one in told} == {one.because for one in mail.notices}


def test_on_a_quiet_day_only_what_is_near_is_told(march: Staffed) -> None:
    """Saturday 6 March: the role changes hands, and what is weeks away can wait until Monday."""
    march.on("2027-03-05").report("arsredovisning", "ekonomichef", None, by="Eva")
    erik = ("ekonomichef", "", "Erik Exempel", "erik@orsa.example", "2027-03-06")
    march.staffed_on("2027-03-06", OWNER, KLAS, (*EVA, "2027-03-05"), erik, SIV, KIM)
    assert mails(march, "eva@orsa.example", "2027-03-06") == []
    march.on("2027-03-08").check()
    [mail] = mails(march, "eva@orsa.example", "2027-03-08")
    assert mail.kind == "kalender"


def test_a_second_check_sends_and_numbers_nothing_anew(march: Staffed) -> None:
    move_meeting(
        march.on("2027-03-02"), "SU", date(2027, 3, 30), date(2027, 4, 6), by="P", reason="x"
    )
    before = march.tables()
    march.on("2027-03-02").check()
    march.on("2027-03-02").load()
    assert march.tables() == before


def test_a_meeting_moved_in_the_directory_is_in_the_feed_before_any_check(march: Staffed) -> None:
    file = march.settings.definition / "sammantraden-2027.toml"
    file.write_text(file.read_text().replace("2027-03-30", "2027-04-01"))
    march.on("2027-03-02").load()
    assert shown(march, "SU")[MEETING] == "20270401"
    march.on("2027-03-02").check()
    assert days_of(march, "eva@orsa.example")[MEETING] == "20270401"


def test_the_feeds_of_role_body_and_owner_hold_what_is_theirs(march: Staffed) -> None:
    role, body, owner = (feed(march, whose) for whose in ("ekonomichef", "KS", "processagare"))
    assert set(role) & set(body), "the same meeting has the same UID in both"
    assert set(role) | set(body) < set(owner)
    for own in (role, body):
        assert all(owner[uid] == event for uid, event in own.items())
    assert all("KS" in event["SUMMARY"] for event in body.values())


def test_no_entry_names_a_person_or_holds_a_link(march: Staffed) -> None:
    for event in feed(march, "processagare").values():
        said = event["SUMMARY"] + event["DESCRIPTION"]
        assert not any(word in said for word in ("Exempel", "@", "http"))


def test_the_last_file_of_a_mail_is_as_sound_as_the_first(march: Staffed) -> None:
    march.on("2027-04-01").check()
    assert sum(len(files_of(mail)) for mail in march.mails()) > 20
