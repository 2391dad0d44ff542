"""One change that gives steps other dates is one mail to each person, whatever it moves and in however
many years; it says once what was changed, by whom and why."""

from __future__ import annotations

import email
import email.policy
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from shutil import copytree

import pytest

from calendars.definition import ORSA
from models.tables import MailRow
from tasks.mail.queue import make_due
from tests.hands import (
    add_meeting,
    cancel_meeting,
    change_definition,
    import_meetings,
    move_meeting,
    postpone,
)
from tests.tasks.calendars import calendars, came, days_of, files_of
from tests.tasks.conftest import MakeTown
from tests.tasks.town import Staffed, Town, replaced, text

PETRA, EVA, KLAS = (
    f"{name}@orsa.example" for name in ("petra.processagare", "eva.ekonomichef", "klas.kommunchef")
)
BY = "Kim Exempel <kim.kommunsekreterare@orsa.example>"


@pytest.fixture
def march(town: Town) -> Town:
    """Orsa on 15 March 2027, when the day's check has been run."""
    town.on("2027-01-04").start_year(2028)
    town.on("2027-03-01").check()
    town.on("2027-03-01").report("uppfoljning-mars", "ekonomichef", None, by="Eva")
    for day in ("2027-02-01", "2027-03-01", "2027-03-12"):
        town.on(day).check()
    town.on("2027-03-12").report("planeringsforutsattningar", "ekonomichef", None, by="Eva")
    town.on("2027-03-15").check()
    return town


def new_mails(town: Town, known: int) -> list[MailRow]:
    return town.mails()[known:]


def by_person(mails: Sequence[MailRow]) -> dict[str, MailRow]:
    """One mail each, or this fails."""
    counted = Counter(mail.address for mail in mails)
    assert set(counted.values()) <= {1}, counted
    return {mail.address: mail for mail in mails}


def move_ks(town: Town) -> dict[str, MailRow]:
    known = len(town.mails())
    move_meeting(
        town.on("2027-03-15"),
        "KS",
        date(2027, 4, 12),
        date(2027, 4, 19),
        by=BY,
        reason="Presidiet är på kurs",
    )
    return by_person(new_mails(town, known))


def test_a_moved_meeting_is_one_mail_to_each_person(march: Town) -> None:
    mails = move_ks(march)
    assert {PETRA, EVA, KLAS} <= set(mails)
    assert (
        mails[PETRA].subject
        == mails[KLAS].subject
        == "Nya datum: KS 12 april flyttas till 19 april"
    )
    assert mails[EVA].subject == "Nytt datum, KS mån 19 april: Årsredovisni… 2026"
    steps = {n.step for n in march.notices() if n.mail_id == mails[PETRA].id}
    assert len(steps) == 5
    assert "planeringsforutsattningar" in steps


def test_it_says_once_what_was_changed_by_whom_and_why(march: Town) -> None:
    for mail in move_ks(march).values():
        said = text(mail)
        for words in (
            "Sammanträdet i Kommunstyrelsen måndag 12 april 2027 är flyttat till måndag 19 april 2027.",
            "Ändringen gjordes av Kim Exempel.",
            "Skälet är: ”Presidiet är på kurs”",
        ):
            assert said.count(words) == 1, (mail.address, words, said)


def test_each_step_stands_with_its_old_day_and_its_new(march: Town) -> None:
    mails = move_ks(march)
    said = text(mails[PETRA])
    assert "- Planeringsförutsättningar i KS: KS 12 april → 19 april 2027" in said
    assert (
        "- Årsredovisning 2026: KS 12 april → 19 april 2027; KS sammanträder efter lagfristen "
        "torsdag 15 april 2027 (KL 11 kap. 20 §)" in said
    )
    assert "Något kommer nu efter en lagfrist." in said
    assert "Svara om" not in said, "nothing waits for her"
    alone = text(mails[EVA])
    assert (
        "Din del ska som förut vara klar senast tisdag 9 mars 2027, och den dagen har varit."
        in alone
    )
    assert "Kommunstyrelsen, måndag 19 april 2027 (var måndag 12 april 2027)" in alone


def test_what_waits_for_the_reader_stands_whole_with_a_link_of_its_own(march: Town) -> None:
    said = text(move_ks(march)[KLAS])
    assert said.count("/svara/") == 3
    assert "Klart senast: torsdag 25 mars 2027 (var måndag 22 mars 2027)" in said
    assert "Svara om Årligt beslut om Orsalokaler" in said


def test_the_calendar_is_set_right_by_the_same_mail(march: Town) -> None:
    mails = move_ks(march)
    assert len(files_of(mails[KLAS])) == 6  # three last days, three sammanträden
    held = days_of(march, KLAS)
    assert held["Sista dag: Årligt beslut om Orsalokaler AB 2026 (kommunchef)"] == "20270325"
    assert held["KS: Årligt beslut om Orsalokaler AB 2026"] == "20270419"
    calendars(came(march.mails()))  # every number is higher than the one before


def test_nobody_is_told_twice(march: Town) -> None:
    move_ks(march)
    before = march.tables()
    move_meeting(
        march.on("2027-03-15"), "KS", date(2027, 4, 12), date(2027, 4, 19), by=BY, reason="igen"
    )
    march.on("2027-03-15").check()
    assert march.tables() == before
    make_due(march.database, march.mails()[-1].queued_at)
    assert len({mail.key for mail in march.mails()}) == len(march.mails())


def test_the_clerk_of_a_body_is_not_told_of_the_meetings_after_its_own(march: Town) -> None:
    on, state = march.on("2027-03-16"), march.stored()
    step = state.definition.step("arsredovisning")
    for key in state.missing(step):
        on.report("arsredovisning", key.role, key.unit, by="Eva")
    assert march.stored().awaited_body(step) == "SU"
    known = len(march.mails())
    move_meeting(
        march.on("2027-03-31"), "KF", date(2027, 5, 24), date(2027, 5, 25), by=BY, reason="Resa"
    )
    told = {(n.role, n.step) for n in march.notices() if n.mail_id > known and n.kind == "flyttat"}
    assert ("processagare", "arsredovisning") in told
    assert {role for role, slug in told if slug == "arsredovisning"} == {"processagare"}


def test_there_and_back_on_one_day_is_told_both_times(march: Town) -> None:
    first = move_ks(march)
    known = len(march.mails())
    move_meeting(
        march.on("2027-03-15"),
        "KS",
        date(2027, 4, 19),
        date(2027, 4, 12),
        by=BY,
        reason="Kursen är inställd",
    )
    again = by_person(new_mails(march, known))
    assert set(again) == set(first)
    assert "Skälet är: ”Kursen är inställd”" in text(again[KLAS])
    assert _thread(again[KLAS]) == _thread(first[KLAS]), "what moves KS is one thread"


def test_a_cancelled_meeting_and_a_new_one_say_so(march: Town) -> None:
    known = len(march.mails())
    cancel_meeting(march.on("2027-03-15"), "KS", date(2027, 4, 12), by=BY, reason="Inga ärenden")
    gone = by_person(new_mails(march, known))
    assert gone[PETRA].subject.endswith("Nya datum: KS 12 april utgår")
    assert "Sammanträdet i Kommunstyrelsen måndag 12 april 2027 är inställt." in text(gone[PETRA])
    assert "KS 12 april → 10 maj 2027" in text(gone[PETRA])
    known = len(march.mails())
    add_meeting(march.on("2027-03-15"), "KS", date(2027, 4, 14), by=BY, reason="Det behövs ändå")
    new = by_person(new_mails(march, known))
    assert new[PETRA].subject.endswith("Nya datum: KS 14 april tillkommer")
    assert "Kommunstyrelsen har fått ett sammanträde till: onsdag 14 april 2027." in text(
        new[PETRA]
    )


def test_a_whole_file_read_in_is_one_mail_to_each_person(march: Town, tmp_path: Path) -> None:
    known = len(march.mails())
    plan = tmp_path / "plan.csv"
    days = ("2027-04-13", "2027-05-11", "2027-06-08", "2027-09-14", "2027-10-19", "2027-11-16")
    rows = "".join(f"KS;{day}\n" for day in ("2027-02-01**", "2027-03-15**", *days))
    rows += "".join(
        f"KF;{day}\n" for day in ("2027-02-15**", "2027-04-27", "2027-06-22", "2027-11-30")
    )
    plan.write_text(f"instans;datum\n{rows}", encoding="utf-8")
    import_meetings(march.on("2027-03-15"), plan, by=BY, whole=True, reason="ny plan")
    mails = by_person(new_mails(march, known))
    assert {PETRA, EVA, KLAS} <= set(mails)
    said = text(mails[PETRA])
    assert "Sammanträdesplanen för Kommunstyrelsen och Kommunfullmäktige är ändrad (" in said
    assert "; KS 6 december 2027 → utan dag" in said
    assert "Något har inte längre något sammanträde (”utan dag”)." in said
    assert "Skälet är: ”inläst ur plan.csv; ny plan”" in said
    assert len({n.step for n in march.notices() if n.mail_id == mails[PETRA].id}) > 10


def test_what_the_change_makes_due_at_once_goes_in_the_same_mail(march: Town) -> None:
    """KS two weeks earlier: three parts fall due, and are not reminded of each in a mail of its own."""
    known = len(march.mails())
    move_meeting(
        march.on("2027-03-15"), "KS", date(2027, 4, 12), date(2027, 3, 30), by=BY, reason="Påsk"
    )
    mails = by_person(new_mails(march, known))
    told = [n for n in march.notices() if n.mail_id == mails[KLAS].id]
    assert {"flyttat"} < {n.kind for n in told}
    assert "ska nu vara klar senast tisdag 16 mars 2027" in text(mails[KLAS])
    march.on("2027-03-15").check()
    assert new_mails(march, known + len(mails)) == []


def test_two_running_years_share_the_mail(make_town: MakeTown) -> None:
    """KS in May takes up the one year's revised budget, and the other's frames."""
    town = make_town(definition=ORSA.parent / "exempel-norrfors")
    town.on("2026-11-02").start_year(2027)
    town.on("2026-11-02").start_year(2028)
    on = town.on("2026-11-03")
    on.check()
    known = len(town.mails())
    moved = move_meeting(on, "KS", date(2027, 5, 25), date(2027, 5, 26), by=BY, reason="Lokalen")
    mails = by_person(new_mails(town, known))
    assert [year.mails for year in moved.years] == [len(mails), 0]
    [mail] = mails.values()  # no step of these is open yet
    assert mail.subject == "Nya datum: KS 25 maj flyttas till 26 maj"
    assert "- Reviderad budget (Budget 2027): KS 25 maj → 26 maj 2027" in text(mail)
    assert "- Budgetramar i KS (Budget 2028): KS 25 maj → 26 maj 2027" in text(mail)


def test_a_meeting_that_rests_on_nothing_is_nobodys_mail(march: Town) -> None:
    known = len(march.mails())
    add_meeting(march.on("2027-03-15"), "KF", date(2027, 12, 28), by=BY)
    assert new_mails(march, known) == []


# --- A last day that is put off ---


def put_off(town: Town, day: str, until: str) -> dict[str, MailRow]:
    known = len(town.mails())
    postpone(
        town.on(day),
        "bokslut",
        date.fromisoformat(until),
        by=BY,
        reason="Revisionen dröjer",
        budget_year=2028,
    )
    return by_person(new_mails(town, known))


def test_a_last_day_put_off_is_one_mail_to_who_has_several_parts(staffed: Staffed) -> None:
    staffed.staff(
        ("processagare", "", "Petra Exempel", PETRA, "2025-01-01"),
        ("kommunchef", "", "Klas Exempel", KLAS, "2025-01-01"),
        ("ekonomichef", "", "Klas Exempel", KLAS, "2025-01-01"),
    )
    staffed.on("2027-03-01").start_year(2028)
    staffed.on("2027-03-02").check()
    mails = put_off(staffed, "2027-03-02", "2027-04-09")
    said = text(mails[KLAS])
    assert said.count("Sista dagen för delarna i Bokslut 2026 har skjutits upp.") == 1
    assert said.count("Skälet är: ”Revisionen dröjer”") == 1
    assert "- Bokslut 2026 – kommunchef: klart senast 31 mars → 9 april 2027" in said
    assert "- Bokslut 2026 – ekonomichef: klart senast 31 mars → 9 april 2027" in said
    assert "Bokslut 2026" in mails[KLAS].subject


def test_who_has_done_the_part_has_the_day_that_is_none_any_more_taken_out(march: Town) -> None:
    """Nothing is asked of her; but a calendar that still shows the old last day would be wrong."""
    march.on("2027-03-15").report("bokslut", "ekonomichef", None, by="Eva")
    last = "Sista dag: Bokslut 2026 (ekonomichef)"
    assert days_of(march, EVA)[last] == "20270331"
    mail = put_off(march, "2027-03-15", "2027-04-09")[EVA]
    assert mail.kind == "kalender"
    said = text(mail)
    assert "har skjutits upp. Ändringen gjordes av Kim Exempel." in said
    assert f"Klart: {last}, onsdag 31 mars 2027" in said
    assert last not in days_of(march, EVA)
    assert put_off(march, "2027-03-15", "2027-04-16").keys() & {EVA} == set(), "told once"


def test_who_has_done_the_part_is_not_written_to_where_no_day_moves(march: Town) -> None:
    known = len(march.mails())
    march.on("2027-03-15").report("bokslut", "ekonomichef", None, by="Eva")
    assert [m for m in new_mails(march, known) if m.address == EVA] == []


# --- Another definition ---


def test_a_new_definition_that_moves_dates_is_one_mail_to_each_person(
    march: Town, tmp_path: Path
) -> None:
    new = copytree(ORSA, tmp_path / "ny")
    old = 'fonster = { fran = "januari", till = "mars" }'
    replaced(new / "definition.toml", old, old.replace("mars", "april"))
    known = len(march.mails())
    change_definition(
        march.on("2027-03-15"), new, {}, by=BY, reason="Bokslutet tar längre tid", budget_year=2028
    )
    mails = by_person(new_mails(march, known))
    said = text(mails[KLAS])
    assert "Definitionen av årets steg är ändrad. Ändringen gjordes av Kim Exempel." in said
    assert "Skälet är: ”Bokslutet tar längre tid”" in said
    assert "30 april 2027 (var onsdag 31 mars 2027)" in said


def _thread(mail: MailRow) -> str:
    message = email.message_from_bytes(mail.content, policy=email.policy.default)
    assert message["In-Reply-To"] == message["References"]
    return str(message["References"])
