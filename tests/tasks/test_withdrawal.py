"""Reminders that an outage has kept, of what has come meanwhile, are not sent; what is still missing is."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from notifications.notices import Kind
from tests.hands import read_in
from tests.tasks.town import Told, Town

REMINDING = {Kind.REMINDER.value, Kind.OVERDUE.value, Kind.ESCALATION.value}
CHIEF = "verksamhetsomradeschef"


@pytest.fixture
def late(year: Town) -> Town:
    """Bokslut's parts are late, and their reminders wait; what was sent in January is sent."""
    year.change("UPDATE mail SET status = 'skickad', sent_at = '2027-01-04 07:00:00.000000'")
    for day in ("2027-02-12", "2027-04-12"):
        year.on(day).check()
    # what else the collected mails tell had been told before the outage
    year.change(
        "UPDATE notice SET mail_id = 1 WHERE kind NOT IN ('paminnelse', 'forsenat', 'eskalering')"
    )
    assert waiting(year, "bokslut"), "else the tests below say nothing"
    return year


def queued(town: Town, step: str) -> list[Told]:
    """The reminders of the step that are in the queue."""
    waits = {mail.id for mail in town.mails() if mail.status == "köad"}
    return [
        one
        for one in town.notices()
        if one.mail_id in waits and one.step == step and one.kind in REMINDING
    ]


def waiting(town: Town, step: str) -> set[tuple[str, str]]:
    """Their kinds and roles."""
    return {(one.kind, one.role) for one in queued(town, step)}


def test_who_reports_is_not_reminded_and_the_others_are(late: Town) -> None:
    before = waiting(late, "bokslut")
    theirs = {one for one in before if one[1] == f"{CHIEF}:larande" and one[0] != "eskalering"}
    assert theirs
    late.on("2027-04-12").report("bokslut", CHIEF, "larande", by="Lisa")
    assert waiting(late, "bokslut") == before - theirs


def test_nobody_is_reminded_of_a_step_that_goes_on_without_them(late: Town) -> None:
    late.on("2027-04-12").override("bokslut", by="Per", reason="brådskar")
    left = {role for _, role in waiting(late, "bokslut")}
    assert left <= {"ekonomichef", "kommunchef"}, "in collected mails that remind of more than that"


def test_a_collected_mail_goes_until_all_that_it_reminds_of_has_come(late: Town) -> None:
    [mail_id] = {
        one.mail_id
        for one in late.notices()
        if (one.role, one.kind, one.step) == ("ekonomichef", "forsenat", "skatteprognos")
    }
    steps = {one.step for one in late.notices() if one.mail_id == mail_id}
    assert len(steps) > 1
    fates = []
    for step in sorted(steps):
        late.on("2027-04-12").override(step, by="Per", reason="brådskar")
        fates += [mail.status for mail in late.mails() if mail.id == mail_id]
    assert fates == [*["köad"] * (len(steps) - 1), "ersatt"]


def test_a_claim_of_a_dead_delivery_does_not_keep_a_reminder(late: Town) -> None:
    late.change(
        "UPDATE mail SET claimed_until = '2099-01-01 00:00:00.000000' WHERE status = 'köad'"
    )
    before = waiting(late, "bokslut")
    late.on("2027-04-12").report("bokslut", CHIEF, "larande", by="Lisa")
    assert waiting(late, "bokslut") < before


def test_who_has_left_the_role_is_not_reminded_of_it(late: Town, tmp_path: Path) -> None:
    """Who has it now gets it in the handover, whatever case the address is written in."""
    lars = "lars.larande@orsa.example"
    assert lars in {one.address for one in queued(late, "bokslut")}
    for spelling, is_left in ((lars.title(), True), ("lisa@orsa.example", False)):
        file = tmp_path / "chefer.csv"
        file.write_text(
            f"roll;enhet;namn;adress;fran\n{CHIEF};larande;L. Exempel;{spelling};2025-01-01\n"
        )
        read_in(late.on("2027-04-12"), file)
        late.on("2027-04-12").check()
        assert (lars in {one.address for one in queued(late, "bokslut")}) is is_left
    assert [mail.kind for mail in late.mails() if mail.address == "lisa@orsa.example"] == [
        "overlamning"
    ]


def test_the_same_again_lays_nothing_more_aside(late: Town) -> None:
    """Also the check that writes the newer reminder leaves the older for no later one."""
    for day in ("2027-04-19", "2027-04-26"):
        late.on(day).check()
        once = late.tables()
        late.on(day).check()
        assert late.tables() == once
    assert "ersatt" in {mail.status for mail in late.mails()}


def test_what_takes_the_place_of_a_mail_brings_what_that_had_for_the_calendar(town: Town) -> None:
    """All through a spring with the mail server down: nobody gets two mails a day for it."""
    town.on("2027-01-04").start_year(2028)
    day = date(2027, 1, 5)
    while day < date(2027, 4, 16):
        town.on(str(day)).check()
        day += timedelta(days=1)
    about_calendars = [m for m in town.mails() if m.kind == "kalender"]
    others = {(m.address, m.queued_on) for m in town.mails() if m.kind != "kalender"}
    assert not [m for m in about_calendars if (m.address, m.queued_on) in others]
    assert "ersatt" in {mail.status for mail in town.mails()}
