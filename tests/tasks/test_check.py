"""The deadline check: as often as you like, at the same time, and after days of downtime."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from models.errors import RefusedError
from models.state import Status
from tests.tasks import processes
from tests.tasks.conftest import MakeTown
from tests.tasks.town import Town


def days(first: str, last: str) -> Iterator[str]:
    day = date.fromisoformat(first)
    while day <= date.fromisoformat(last):
        yield day.isoformat()
        day += timedelta(days=1)


def identities(town: Town) -> tuple[list[str], list[str]]:
    """What was stored, apart from the instant: the keys of the events and of the mails."""
    return [event.key for event in town.log()], [one.key for one in town.notices()]


@pytest.fixture
def year(town: Town) -> Town:
    town.on("2027-01-01").start_year(2028)
    return town


@pytest.mark.parametrize("day", ["2027-01-01", "2027-03-10", "2027-05-17", "2027-10-20"])
def test_twenty_checks_on_the_same_day_add_nothing_after_the_first(year: Town, day: str) -> None:
    year.on(day).check()
    before = year.tables()
    for _ in range(20):
        (done,) = year.on(day).check()
        assert (done.events, done.mails) == ((), 0)
    assert year.tables() == before


def test_two_checks_at_the_same_time_do_what_one_does(make_town: MakeTown, tmp_path: Path) -> None:
    alone, together = (make_town(data=tmp_path / name) for name in ("alone", "together"))
    for town in (alone, together):
        town.on("2027-01-01").start_year(2028)
    alone.on("2027-03-10").check()
    together.close()
    folder = together.settings.data
    exits = processes.at_once(processes.check, *[(folder, "2027-03-10")] * 2)
    assert exits == [0, 0]
    assert identities(together) == identities(alone)
    assert len(together.notices()) > 10


def test_a_check_in_the_past_undoes_nothing(year: Town) -> None:
    year.on("2027-03-10").check()
    before = year.tables()
    year.on("2027-01-11").check()
    assert year.tables()["event"] == before["event"]


def test_ten_days_of_downtime_make_one_reminder(year: Town) -> None:
    year.on("2027-03-10").check()
    # both reminders of skatteprognos, due on 31 March, fell on days when nothing ran
    year.on("2027-03-25").check()
    reminders = [m for m in year.notices() if (m.step, m.kind) == ("skatteprognos", "paminnelse")]
    assert [(m.role, str(m.queued_on)) for m in reminders] == [("ekonomichef", "2027-03-25")]
    assert "3 arbetsdagar före" in reminders[0].rule


def test_weeks_of_downtime_after_the_deadline_make_one_overdue_notice_and_an_escalation_to_each(
    year: Town,
) -> None:
    year.on("2027-03-10").check()
    year.on("2027-04-26").check()
    mails = [
        m for m in year.notices() if m.step == "skatteprognos" and str(m.queued_on) > "2027-04"
    ]
    assert sorted((m.kind, m.role) for m in mails) == [
        ("eskalering", "kommunchef"),
        ("eskalering", "processagare"),
        ("forsenat", "ekonomichef"),
    ]


def test_without_downtime_each_rung_of_the_ladder_comes_on_its_day(year: Town) -> None:
    for day in days("2027-02-01", "2027-04-16"):
        year.on(day).check()
    told = [
        (str(mail.queued_on), mail.kind, mail.role)
        for mail in year.notices()
        if mail.step == "skatteprognos"
    ]
    assert told == [
        ("2027-02-01", "oppnat", "ekonomichef"),
        ("2027-03-15", "paminnelse", "ekonomichef"),  # ten working days before 31 March
        ("2027-03-24", "paminnelse", "ekonomichef"),  # three: Easter lies between
        ("2027-03-31", "paminnelse", "ekonomichef"),
        ("2027-04-01", "forsenat", "ekonomichef"),
        ("2027-04-05", "eskalering", "kommunchef"),
        ("2027-04-07", "eskalering", "processagare"),
        ("2027-04-08", "forsenat", "ekonomichef"),
        ("2027-04-15", "forsenat", "ekonomichef"),
    ]


def test_what_opened_during_downtime_is_opened_when_the_check_is_back(year: Town) -> None:
    year.on("2027-01-04").check()
    (done,) = year.on("2027-04-05").check()
    assert set(done.events) == {
        f"{slug}/oppnat"
        for slug in (
            "skatteprognos",
            "bokslutsdag",
            "planeringsforutsattningar",
            "mal-och-budgetdiskussioner",
            "uppfoljning-mars",
            "arsredovisning",
            "bolagsbeslut-orsabostader",
            "bolagsbeslut-orsalokaler",
            "bolagsbeslut-orsa-vatten-och-avfall",
            "overgripande-mal",
            "privata-utforare",
            "investeringsplan",
            "finansiella-mal",
            "egen-analys",
            "revisionsberattelse",
            "revisorernas-bedomning-arsredovisning",
            "arsredovisning-webbplats",
        )
    } | {"kallelse/anmalt/KF/2027-04-26"}
    state = year.stored()
    assert state["skatteprognos"].status is Status.IN_PROGRESS
    assert not state["skatteprognos"].before_start
    assert str(state["skatteprognos"].opened_on) == "2027-04-05"


def test_a_check_each_day_and_a_check_now_and_then_end_in_the_same_state(
    make_town: MakeTown, tmp_path: Path
) -> None:
    daily, seldom = (make_town(data=tmp_path / name) for name in ("daily", "seldom"))
    for town in (daily, seldom):
        town.on("2027-01-01").start_year(2028)
    for day in days("2027-01-02", "2027-04-30"):
        daily.on(day).check()
    for day in ("2027-02-17", "2027-04-30"):
        seldom.on(day).check()
    # of a KF that was held while no check ran, nobody is asked to announce it any more
    once = {slug for slug in daily.stored().steps if slug.startswith("kallelse-")}
    assert once
    assert {s.slug: s.status for s in daily.stored().steps.values() if s.slug not in once} == {
        s.slug: s.status for s in seldom.stored().steps.values()
    }
    opened = [
        {m.key for m in t.notices() if m.kind == "oppnat" and m.step not in once}
        for t in (daily, seldom)
    ]
    assert opened[0] == opened[1]
    assert len(seldom.notices()) < len(daily.notices())


def test_the_check_lists_the_steps_that_prefect_does_not_show_yet(year: Town) -> None:
    (done,) = year.on("2027-01-04").check()
    assert len(done.stale) == 55
    for slug in done.stale:
        _, name, _ = year.on("2027-01-04").show(slug)
        year.on("2027-01-04").mark_shown(slug, name, 2028)
    (again,) = year.on("2027-01-04").check()
    assert again.stale == ()
    year.on("2027-01-04").report("bokslut", "kommunchef", None, by="Klas")
    assert year.on("2027-01-04").check()[0].stale == ()
    assert year.on("2027-02-01").check()[0].stale == (
        "skatteprognos",
        "uppfoljning-mars",
        "egen-analys",
        "bolagsbeslut-orsabostader",
        "bolagsbeslut-orsalokaler",
        "bolagsbeslut-orsa-vatten-och-avfall",
        "kallelse-1",
    )


def test_a_part_can_be_reported_on_a_day_when_no_check_has_run_yet(year: Town) -> None:
    done = year.on("2027-03-10").report("uppfoljning-mars", "ekonomichef", None, by="Eva")
    assert "uppfoljning-mars/oppnat" in done.events
    assert year.stored()["uppfoljning-mars"].status is Status.AWAITING


def test_who_reports_before_the_check_is_not_reminded_of_it(year: Town) -> None:
    year.on("2027-02-01").check()
    year.on("2027-04-20").report("skatteprognos", "ekonomichef", None, by="Eva")
    year.on("2027-04-21").check()
    kinds = [
        m.kind for m in year.notices() if m.step == "skatteprognos" and m.role == "ekonomichef"
    ]
    assert kinds == ["oppnat", "klart"]  # the second for the steps that go on from here


def test_a_refusal_opens_nothing_either(year: Town) -> None:
    before = year.tables()
    with pytest.raises(RefusedError):
        year.on("2027-03-10").report("kommunplan-kf", "ekonomichef", None, by="Eva")
    assert year.tables() == before
