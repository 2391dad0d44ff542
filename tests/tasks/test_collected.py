"""One collected mail a day, through the real engine: across years, and each thing told once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from calendars.definition import ORSA
from tests.tasks.calendars import files_of
from tests.tasks.conftest import MakeTown
from tests.tasks.town import Staffed, Town, text

OWNER = ("processagare", "", "Petra Exempel", "petra@orsa.example", "2025-01-01")
EVA = ("ekonomichef", "", "Eva Exempel", "eva@orsa.example", "2025-01-01")


@pytest.fixture(scope="module")
def norrfors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Two of its years run side by side in December 2026."""
    town = Town(tmp_path_factory.mktemp("norrfors"), definition=ORSA.parent / "exempel-norrfors")
    town.on("2026-11-02").start_year(2027)
    town.on("2026-11-02").start_year(2028)
    day = date(2026, 11, 3)
    while day <= date(2027, 1, 8):
        town.on(str(day)).check()
        day += timedelta(days=1)
    yield town
    town.close()


def test_two_years_share_the_collected_mail_of_a_person(norrfors: Town) -> None:
    years: dict[int, set[int]] = defaultdict(set)
    for notice in norrfors.notices():
        years[notice.mail_id].add(notice.cycle_id)
    shared = [mail for mail in norrfors.mails() if len(years[mail.id or 0]) == 2]
    assert shared
    assert all("Budget 2027 och 2028" in text(mail) for mail in shared)
    collected = [mail for mail in norrfors.mails() if mail.key.startswith("uppgifter/")]
    per_day = Counter((mail.address, mail.queued_on) for mail in collected)
    assert set(per_day.values()) == {1}


def test_nothing_is_told_twice_to_anybody(norrfors: Town) -> None:
    keys = Counter(notice.key for notice in norrfors.notices())
    assert set(keys.values()) == {1}


def test_a_weekly_reader_gets_mail_on_mondays_and_what_a_statute_hurries_at_once(
    staffed: Staffed,
) -> None:
    (staffed.settings.definition / "rollinnehavare.csv").write_text(
        "roll;namn;adress;fran;utskick\n"
        "processagare;Petra;petra@orsa.example;2025-01-01;\n"
        "ekonomichef;Eva;eva@orsa.example;2025-01-01;veckovis\n",
        encoding="utf-8",
    )
    staffed.read_in("rollinnehavare.csv", "2027-02-01")
    staffed.on("2027-02-01").start_year(2028)
    day = date(2027, 2, 2)
    while day <= date(2027, 4, 9):
        staffed.on(str(day)).check()
        day += timedelta(days=1)
    own = [mail for mail in staffed.mails() if mail.address == "eva@orsa.example"]
    weekly = [mail for mail in own if mail.key.startswith("uppgifter/")]
    # Easter Monday is 29 March: that week's mail goes on the Tuesday
    mondays = {str(mail.queued_on) for mail in weekly}
    assert mondays >= {"2027-02-01", "2027-03-15", "2027-03-30"}
    assert all(date.fromisoformat(d).weekday() == 0 for d in mondays - {"2027-03-30"})
    at_once = [mail for mail in own if mail not in weekly and mail.kind != "kalender"]
    assert {mail.step for mail in at_once} == {"arsredovisning"}, "due to KF by 15 April"


def test_a_person_who_wants_each_at_once_gets_each_alone(staffed: Staffed) -> None:
    (staffed.settings.definition / "chefer.csv").write_text(
        "roll;namn;adress;fran;utskick\nekonomichef;Eva;eva@orsa.example;2025-01-01;genast\n",
        encoding="utf-8",
    )
    staffed.read_in("chefer.csv", "2027-03-01")
    staffed.on("2027-03-01").start_year(2028)
    own = [mail for mail in staffed.mails() if mail.address == "eva@orsa.example"]
    assert len(own) == len({mail.step for mail in own}) == 4


# --- The exercise in which every mail goes to one address ---


def test_with_one_address_for_all_only_address_and_subject_are_others(
    make_town: MakeTown, staffed: Staffed
) -> None:
    staffed.staff(OWNER, EVA)
    staffed.on("2027-02-01").start_year(2028)
    exercise = make_town(
        data=staffed.settings.data / "prov",
        definition=staffed.settings.definition,
        mail_to="prov@orsa.example",
    )
    exercise.on("2027-02-01").start_year(2028)
    real, tried = staffed.mails(), exercise.mails()
    assert [mail.key for mail in tried] == [f"prov/{mail.key}" for mail in real]
    assert {mail.address for mail in tried} == {"prov@orsa.example"}
    assert [mail.subject for mail in tried] == [
        f"[PROV till {mail.address}] {mail.subject}" for mail in real
    ]
    assert [n[4:] for n in exercise.notices()] == [n[4:] for n in staffed.notices()]
    assert all(b"eva@orsa.example" not in mail.content.split(b"Subject:")[0] for mail in tried)


def test_what_an_exercise_told_is_told_to_the_people_when_it_is_over(staffed: Staffed) -> None:
    staffed.staff(OWNER, EVA)
    real = staffed.settings
    exercise = real.model_copy(update={"mail_to": "prov@orsa.example"})
    other = real.model_copy(update={"mail_to": "annat@orsa.example"})
    staffed.settings = exercise
    staffed.on("2027-02-01").start_year(2028)
    tried = staffed.mails()
    assert {mail.address for mail in tried} == {"prov@orsa.example"}
    assert not any(b"/svara/" in mail.content for mail in tried)
    staffed.change("UPDATE mail SET status = 'skickad', sent_at = '2027-02-01 07:00:00.000000'")
    before = staffed.tables()
    staffed.settings = other
    staffed.on("2027-02-01").check()
    assert staffed.tables() == before, "another address does not begin the exercise anew"
    staffed.settings = real
    staffed.on("2027-02-01").check()
    sent = staffed.mails()[len(tried) :]
    assert [(mail.kind, mail.step) for mail in sent] == [(mail.kind, mail.step) for mail in tried]
    assert [f"[PROV till {mail.address}] {mail.subject}" for mail in sent] == [
        mail.subject for mail in tried
    ]
    assert any(b"/svara/" in mail.content for mail in sent)
    brought = [[(one.uid, one.day) for one in files_of(mail)] for mail in sent]
    assert brought == [[(one.uid, one.day) for one in files_of(mail)] for mail in tried]
    assert any(brought), "what an exercise brought stands in nobody's calendar"
    after = staffed.tables()
    staffed.settings = exercise
    staffed.on("2027-02-01").check()
    assert staffed.tables() == after, "what was told for real is not tried again"
