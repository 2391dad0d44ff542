"""A part that comes after the meeting it was to feed: what is said meanwhile, and where the item goes."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from datetime import date, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlmodel import col, select

from models.errors import RefusedError
from models.events import Outcome
from models.plan import StepPlan
from models.tables import MailRow
from tasks.log import find_cycle
from tasks.year import OpenYear
from tests.hands import postpone
from tests.tasks.calendars import calendars, came, feed
from tests.tasks.town import Town

COMPANY = "bolagsbeslut-orsabostader"
"""The chef's part is due on 22 March, for KS on 12 April; KS then meets on 10 May."""
KS_12, KS_10_MAY = date(2027, 4, 12), date(2027, 5, 10)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path)
    town.on("2027-03-01").start_year(2028)
    yield town
    town.close()


def planned(town: Town, today: str, slug: str = COMPANY) -> StepPlan:
    with town.database.read() as session:
        cycle = find_cycle(session, 2028)
        return OpenYear(session, cycle, town.settings, date.fromisoformat(today)).plan[slug]


def live(town: Town, first: str, last: str) -> None:
    """Every day's check, and the mails of each day sent on it."""
    today = date.fromisoformat(first)
    while str(today) <= last:
        town.on(str(today)).check()
        with town.database.write() as session:
            for mail in session.exec(select(MailRow).where(MailRow.status == "köad")):
                mail.status, mail.sent_at = "skickad", mail.queued_at
                session.add(mail)
        today += timedelta(days=1)


def text(mail: MailRow) -> str:
    message = email.message_from_bytes(
        mail.content, _class=EmailMessage, policy=email.policy.default
    )
    plain = message.get_body(("plain",))
    assert plain is not None
    return " ".join(str(plain.get_content()).split())


def texts(town: Town, kind: str, address: str = "") -> list[str]:
    """The mails of the kind, about whatever it is, oldest first."""
    with town.database.read() as session:
        rows = session.exec(select(MailRow).order_by(col(MailRow.id))).all()
        return [
            text(row)
            for row in rows
            if row.kind.startswith(kind) and row.address.startswith(address)
        ]


def test_late_parts_go_to_the_next_meeting_and_the_day_they_were_due_stays(town: Town) -> None:
    on = town.on("2027-04-20")
    before = planned(town, "2027-04-12")
    on.check()
    assert before.links[0].meeting == KS_12
    assert planned(town, "2027-04-13").links[0].meeting == KS_10_MAY
    on.report(COMPANY, "kommunchef", None, by="Klas")
    after = planned(town, "2027-04-20")
    assert (after.links[0].meeting, after.links[0].missed) == (KS_10_MAY, KS_12)
    assert after.links[0].register_by == date(2027, 5, 13)
    assert after.due == before.due == date(2027, 3, 22)


def test_parts_that_come_on_the_day_of_the_meeting_make_it(town: Town) -> None:
    on = town.on("2027-04-12")
    on.check()
    on.report(COMPANY, "kommunchef", None, by="Klas")
    assert planned(town, "2027-05-01").links[0].meeting == KS_12


def test_the_bodies_after_it_meet_after_it(town: Town) -> None:
    on = town.on("2027-05-28")
    on.check()
    on.report("arsredovisning", "ekonomichef", None, by="Eva")
    links = planned(town, "2027-05-28", "arsredovisning").links
    days = [link.meeting for link in links]
    assert days == [date(2027, 8, 31), date(2027, 9, 13), date(2027, 9, 27)]


@pytest.fixture
def november(tmp_path: Path) -> Iterator[Town]:
    """Begun when KS had proposed the budget."""
    town = Town(tmp_path)
    town.on("2027-11-08").start_year(2028)
    yield town
    town.close()


def test_the_statute_is_held_against_the_meeting_that_it_goes_to(november: Town) -> None:
    town, on = november, november.on("2027-11-30")  # KF met on the 29th
    on.check()
    said = str(on.show("kommunplan-kf")[2])
    assert "KF 2027-11-29 har varit utan dem." in said
    assert "KF sammanträder 2027-12-20, efter lagfristen 2027-11-30" in said
    on.report("kommunplan-kf", "ekonomichef", None, by="Eva")
    assert planned(town, "2027-11-30", "kommunplan-kf").links[0].meeting == date(2027, 12, 20)
    assert "efter lagfristen 2027-11-30" in str(on.show("kommunplan-kf")[2])


def test_a_decision_of_the_meeting_that_was_missed_is_registered_all_the_same(town: Town) -> None:
    on = town.on("2027-04-20")
    on.check()
    on.report(COMPANY, "kommunchef", None, by="Klas")
    on.decide(COMPANY, "KS", Outcome.BIFALL, by="Kim", on=KS_12)
    [link] = planned(town, "2027-04-20").links
    assert (link.meeting, link.missed) == (KS_12, None)


def test_while_it_is_missing_the_mails_and_status_name_the_next_meeting(town: Town) -> None:
    live(town, "2027-04-08", "2027-04-13")
    first, last = texts(town, "uppgifter", "klas.")[0], texts(town, "uppgifter", "klas.")[-1]
    assert "Kommunstyrelsen, som sammanträder måndag 12 april 2027" in first
    assert "Kommunstyrelsen, som sammanträder måndag 12 april 2027" not in last
    assert (
        "Kommunstyrelsen skulle ha tagit upp ärendet måndag 12 april 2027. Det sammanträdet har "
        "varit, utan underlaget härifrån. Nästa sammanträde är måndag 10 maj 2027, med manusstopp "
        "måndag 19 april 2027 och utskick måndag 3 maj 2027."
    ) in last
    _, said = town.on("2027-04-13").look(COMPANY)
    assert str(said).endswith("KS 2027-04-12 har varit utan dem. Nästa: 2027-05-10.")


def test_the_clerk_is_asked_to_put_it_on_the_agenda_of_the_next(town: Town) -> None:
    live(town, "2027-04-16", "2027-04-19")
    on = town.on("2027-04-20")
    on.report(COMPANY, "kommunchef", None, by="Klas")
    town.on("2027-04-21").check()
    asked = "\n".join(one for one in texts(town, "", "kim.") if "Orsabostäder" in one)
    assert "Underlaget kom in efter sammanträdet måndag 12 april 2027" in asked
    assert "Ta upp ärendet på föredragningslistan till måndag 10 maj 2027." in asked
    assert "Tog Kommunstyrelsen ändå upp ärendet måndag 12 april 2027?" in asked


def test_more_time_is_held_against_the_next_meeting(town: Town) -> None:
    on = town.on("2027-04-13")
    on.check()

    def ask(until: date) -> None:
        on.ask_for_time(
            COMPANY, "kommunchef", None, until=until, by="Klas", reason="revisorn är sjuk"
        )

    ask(date(2027, 5, 3))
    with pytest.raises(RefusedError, match=r"Kommunstyrelsen tar upp .* 2027-05-10"):
        ask(date(2027, 5, 11))


def test_an_escalation_says_when_the_last_reminder_went_and_only_if_it_did(town: Town) -> None:
    live(town, "2027-03-16", "2027-03-25")
    [told] = [one for one in texts(town, "eskalering") if "Orsabostäder" in one]
    assert "Den senaste påminnelsen gick tisdag 23 mars 2027." in told


def test_an_escalation_after_days_without_mail_claims_no_reminder(town: Town) -> None:
    town.on("2027-03-25").check()  # nothing has been sent
    [told] = [one for one in texts(town, "eskalering") if "Orsabostäder" in one]
    assert "en del saknas fortfarande" in told
    assert "åminnelse" not in told


def test_once_the_meeting_has_been_the_last_day_is_put_off_to_the_next_ones_papers(
    town: Town,
) -> None:
    on = town.on("2027-04-20")
    on.check()
    with pytest.raises(
        RefusedError, match="högst till 2027-05-03: handlingarna till KS 2027-05-10"
    ):
        postpone(on, COMPANY, date(2027, 5, 4), by="Petra", reason="revisorn är sjuk")
    postpone(on, COMPANY, date(2027, 5, 3), by="Petra", reason="revisorn är sjuk")
    assert planned(town, "2027-04-20").due == date(2027, 5, 3)
    on.report(COMPANY, "kommunchef", None, by="Klas")
    assert planned(town, "2027-04-20").due == date(2027, 5, 3)


def test_calendars_go_to_the_next_meeting_the_day_after_one_was_missed(town: Town) -> None:
    def day_in_feed(today: str) -> str:
        events = feed(town, "KS", today).values()
        [day] = [
            e["DTSTART"]
            for e in events
            if e["SUMMARY"].startswith("KS: Årligt beslut om Orsabostäder")
        ]
        return day

    town.on("2027-04-12").check()
    assert day_in_feed("2027-04-12") == "20270412"
    town.on("2027-04-13").check()
    assert day_in_feed("2027-04-13") == "20270510"
    held = calendars(came(town.mails()))
    chef = [
        one
        for one in held["klas.kommunchef@orsa.example"].values()
        if "Orsabostäder" in one.summary
    ]
    assert "20270510" in {one.day for one in chef}
    assert "20270412" not in {one.day for one in chef}


def test_a_later_bodys_meeting_follows_when_the_first_was_missed(town: Town) -> None:
    """The annual report: SU, then KS, then KF."""
    town.on("2027-04-01").check()
    before, after = (planned(town, day, "arsredovisning") for day in ("2027-03-30", "2027-03-31"))
    days = [link.meeting for link in after.links]
    assert (before.links[0].meeting, after.links[0].missed) == (
        date(2027, 3, 30),
        date(2027, 3, 30),
    )
    assert days == sorted(days, key=str)
    assert days[0] is not None
    assert days[0] > date(2027, 3, 31)


def test_what_goes_on_without_its_parts_after_the_meeting_goes_to_the_next(town: Town) -> None:
    on = town.on("2027-04-20")
    on.check()
    on.override(COMPANY, by="Petra", reason="Ingen svarar")
    assert planned(town, "2027-04-20").links[0].meeting == KS_10_MAY
    assert planned(town, "2027-05-10").links[0].meeting == KS_10_MAY


def test_what_went_on_without_its_parts_before_the_meeting_stays_there(town: Town) -> None:
    on = town.on("2027-04-09")
    on.check()
    on.override(COMPANY, by="Petra", reason="Ingen svarar")
    assert planned(town, "2027-04-20").links[0].meeting == KS_12
