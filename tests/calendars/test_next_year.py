"""Next year's meetings from this one's: literal days, and what holds for every year."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.definition import load_meetings
from calendars.law.case import election_day
from calendars.meeting_plans.files import read_meeting_file
from calendars.next_year.habits import LAST, Place, place_of, usual_weekday
from calendars.next_year.placing import Placing
from calendars.next_year.proposal import Proposal
from calendars.next_year.propose import propose
from calendars.next_year.quiet_days import why_quiet
from calendars.schedule import plan_year
from calendars.workdays import WORKDAYS
from models.plan import Meeting
from tests.factories import day, make_definition, make_meetings, make_step, orsa, orsa_meetings

# Orsa's year of 2025, invented: the places in the month of its 2027, the KF of October among them
ORSA_2025 = make_meetings(
    SU=[
        "2025-01-21",
        "2025-03-04",
        "2025-03-25",
        "2025-04-22",
        "2025-05-27",
        "2025-09-02",
        "2025-10-07",
        "2025-11-04",
    ],
    KS=[
        "2025-02-03",
        "2025-03-17",
        "2025-04-14",
        "2025-05-12",
        "2025-06-09",
        "2025-09-15",
        "2025-10-20",
        "2025-11-10",
        "2025-12-01",
    ],
    KF=[
        "2025-02-17",
        "2025-04-28",
        "2025-05-26",
        "2025-06-23",
        "2025-09-29",
        "2025-10-13",
        "2025-11-24",
        "2025-12-15",
    ],
)


def proposed(proposal: Proposal, body: str) -> list[str]:
    """The body's days as month and day."""
    return [f"{m.day:%m-%d}" for m in proposal.meetings if m.body == body]


def said(proposal: Proposal, name: str, this_year: str) -> str:
    """What is said of the meeting that this year had on the day."""
    return next(
        str(one)
        for one in proposal.days
        if one.before == day(this_year) and name in (one.meeting.body, one.meeting.step)
    )


# --- 2027 → 2028 ---


@pytest.fixture(scope="module")
def orsa_2028() -> Proposal:
    return propose(orsa(), [m for m in orsa_meetings() if m.day.year < 2028], 2028)


@pytest.mark.parametrize(
    ("body", "days"),
    [
        ("SU", ["01-18", "03-07", "03-28", "04-25", "05-23", "08-29", "10-03", "10-31"]),
        ("KS", ["02-07", "03-20", "04-10", "05-08", "06-12", "09-11", "10-16", "11-13", "12-04"]),
        ("KF", ["02-21", "04-24", "05-22", "06-26", "09-25", "11-06", "11-27", "12-18"]),
    ],
)
def test_orsa_2028_keeps_the_places_of_2027(
    orsa_2028: Proposal, body: str, days: list[str]
) -> None:
    assert proposed(orsa_2028, body) == days


@pytest.mark.parametrize(
    ("name", "this_year", "sentence"),
    [
        ("KS", "2027-10-18", "KS 18/10 2027 → 16/10 2028: samma plats i månaden (3:e måndagen)"),
        ("KF", "2027-11-29", "KF 29/11 2027 → 27/11 2028: samma plats i månaden (sista måndagen)"),
        (
            "KS",
            "2027-06-07",
            "KS 7/6 2027 → 12/6 2028: flyttat en vecka senare (från 1:a måndagen): "
            "2028-06-05 är en klämdag",
        ),
        (
            "KF",
            "2027-06-21",
            "KF 21/6 2027 → 26/6 2028: flyttat en vecka senare (från 3:e måndagen): "
            "ska vara minst 14 dagar efter KS 12/6",
        ),
        (
            "KS",
            "2027-11-15",
            "KS 15/11 2027 → 13/11 2028: flyttat en vecka tidigare (från 3:e måndagen): "
            "ska vara minst 14 dagar före KF 27/11",
        ),
        (
            "bokslutsdag",
            "2027-03-11",
            "bokslutsdag 11/3 2027 → 9/3 2028: samma plats i månaden (2:a torsdagen)",
        ),
    ],
)
def test_says_of_every_day_why_it_is_there(
    orsa_2028: Proposal, name: str, this_year: str, sentence: str
) -> None:
    assert said(orsa_2028, name, this_year) == sentence


def test_orsa_2028_can_be_planned_and_needs_no_decision(orsa_2028: Proposal) -> None:
    plan = plan_year(orsa(), 2029, orsa_2028.with_others(orsa_meetings()))
    assert (plan.gaps, orsa_2028.notes) == ((), ())


def test_easter_monday_moves_a_meeting_a_week() -> None:
    proposal = propose(orsa(), make_meetings(KF=["2027-02-15", "2027-04-19", "2027-11-29"]), 2028)
    assert said(proposal, "KF", "2027-04-19") == (
        "KF 19/4 2027 → 10/4 2028: flyttat en vecka tidigare (från 3:e måndagen): "
        "2028-04-17 är annandag påsk"
    )


def test_a_meeting_on_another_weekday_returns_to_the_usual_one() -> None:
    meetings = make_meetings(KS=["2027-02-01", "2027-05-18", "2027-09-13"])
    assert said(propose(orsa(), meetings, 2028), "KS", "2027-05-18") == (
        "KS 18/5 2027 → 15/5 2028: samma vecka i månaden, på den vanliga veckodagen (3:e måndagen)"
    )


def test_the_last_friday_of_october_stays_before_a_limit_on_a_sunday() -> None:
    # 31 October is a Saturday in 2026 and a Sunday in 2027
    meetings = make_meetings(SU=["2026-10-06"], KS=["2026-10-30"], KF=["2026-11-30"])
    assert proposed(propose(orsa(), meetings, 2027), "KS") == ["10-29"]


def test_the_board_stays_before_15_april() -> None:
    # the third Monday of April 2031 is past the limit of the annual report, the second is in Easter
    meetings = make_meetings(SU=["2030-03-26"], KS=["2030-04-15"], KF=["2030-05-27"])
    assert said(propose(orsa(), meetings, 2031), "KS", "2030-04-15") == (
        "KS 15/4 2030 → 7/4 2031: flyttat 2 veckor tidigare (från 3:e måndagen): "
        "Årsredovisningen lämnas till KF och revisorerna senast den 15 april, räkna med 2031-04-15 "
        "(KL 11 kap. 20 §)"
    )


def test_no_meeting_is_proposed_in_july() -> None:
    proposal = propose(orsa(), make_meetings(KS=["2027-06-07", "2027-07-19", "2027-08-16"]), 2028)
    assert proposed(proposal, "KS") == ["06-12", "06-26", "08-21"]


def test_a_meeting_held_only_if_needed_is_so_next_year_too() -> None:
    meetings = [
        Meeting("KS", None, day("2027-10-18")),
        Meeting("KS", None, day("2027-10-25"), if_needed=True),
    ]
    assert [m.if_needed for m in propose(orsa(), meetings, 2028).meetings] == [False, True]


def test_nothing_comes_of_a_year_without_meetings() -> None:
    assert propose(orsa(), orsa_meetings(), 2040).days == ()


# --- 2025 → 2026, a year of elections ---


def test_the_newly_elected_get_a_first_meeting_before_the_budget() -> None:
    proposal = propose(orsa(), ORSA_2025, 2026)
    assert proposed(proposal, "KF") == [
        "02-16",
        "04-27",
        "05-25",
        "06-22",
        "09-28",
        "10-12",
        "10-19",
        "11-23",
        "12-21",
    ]
    added = next(str(one) for one in proposal.days if one.before is None)
    assert added == (
        "KF 19/10 2026, nytt: valår: nyvalda fullmäktiges första, före det som fastställer budgeten"
    )
    assert proposal.notes == (
        "Valår (2026-09-13): nyvalda fullmäktige sitter från 2026-10-15 (KL 5 kap. 9 §). KF 19/10 2026 "
        "är deras första sammanträde; budgeten fastställs av dem, 23/11 2026 (KL 11 kap. 10 §).",
    )


def test_a_first_meeting_of_the_newly_elected_is_kept() -> None:
    meetings = [m for m in ORSA_2025 if m.day != day("2025-10-13")]
    meetings += make_meetings(KF=["2025-10-27"])
    proposal = propose(orsa(), meetings, 2026)
    assert all(one.before for one in proposal.days)
    assert "KF 26/10 2026 är deras första sammanträde" in proposal.notes[0]


def test_the_year_after_an_election_asks_whether_the_extra_meeting_is_needed() -> None:
    this = propose(orsa(), ORSA_2025, 2026)
    proposal = propose(orsa(), this.meetings, 2027)
    assert proposal.notes == (
        "KF 18/10 2027: 2026 var valår. Pröva om sammanträdet behövs, om det då hölls för nyvalda "
        "fullmäktiges val.",
    )


# --- The file ---


@pytest.mark.parametrize("year", [2027, 2028, 2029])
def test_the_file_is_read_back_without_faults(tmp_path: Path, year: int) -> None:
    proposal = propose(orsa(), orsa_meetings(), year)
    path = tmp_path / f"sammantraden-{year}.toml"
    path.write_text(proposal.as_toml(), encoding="utf-8")
    assert path.read_text(encoding="utf-8").startswith(f"# FÖRSLAG till sammanträden {year}")
    assert set(load_meetings(tmp_path, orsa())) == set(proposal.meetings)
    assert set(read_meeting_file(path, orsa()).meetings) == set(proposal.meetings)


def test_a_day_on_another_weekday_is_said_and_marked_for_the_import(tmp_path: Path) -> None:
    # the only Monday from 3 to 8 June 2028 is a klämdag, and the 6th is the national day
    window = {"fran": "3 juni", "till": "8 juni"}
    ramar = make_step("ramar", slag="beslut", beslutskedja=["KS"], fonster=window)
    definition = make_definition(steg=[ramar])
    meetings = make_meetings(KS=["2027-02-01", "2027-06-07", "2027-09-13"])
    proposal = propose(definition, meetings, 2028)
    assert said(proposal, "KS", "2027-06-07") == (
        "KS 7/6 2027 → 7/6 2028: flyttat till onsdag (från 1:a måndagen): 2028-06-05 är en klämdag"
    )
    path = tmp_path / "sammantraden-2028.toml"
    path.write_text(proposal.as_toml(), encoding="utf-8")
    assert tomllib.loads(proposal.as_toml())["annan_veckodag"] == {"KS": [day("2028-06-07")]}
    assert set(read_meeting_file(path, definition).meetings) == set(proposal.meetings)


# --- What holds for every year ---


@st.composite
def years(draw: st.DrawFn) -> tuple[int, tuple[Meeting, ...]]:
    """A year as a municipality might have it: Orsa's places in the month, moved; own weekdays."""
    year = draw(st.integers(2020, 2090))
    weekdays = {body: draw(st.integers(0, 4)) for body in ("SU", "KS", "KF")}
    found: dict[Meeting, None] = {}
    # some meetings missing, others a week off: few such years can be planned
    is_odd = draw(st.booleans())
    for meeting in orsa_meetings():
        if meeting.day.year != 2027 or (is_odd and draw(st.integers(0, 9)) == 0):
            continue
        usual = place_of(meeting.day)
        shift = draw(st.integers(-1, 1)) if is_odd else 0
        number = min(max(usual.number + shift, 1), LAST)
        weekday = weekdays.get(meeting.body or "", usual.weekday)
        held = Place(usual.month, number, weekday).day_in(year)
        if not why_quiet(held):
            found[Meeting(meeting.body, meeting.step, held)] = None
    return year, tuple(found)


@settings(max_examples=60, deadline=None)
@given(years())
def test_what_holds_for_every_proposal(drawn: tuple[int, tuple[Meeting, ...]]) -> None:
    year, this = drawn
    proposal = propose(orsa(), this, year + 1)
    meetings = proposal.meetings

    assert sorted(d.before for d in proposal.days if d.before) == sorted(m.day for m in this)
    assert len({(m.body, m.step, m.day) for m in meetings}) == len(meetings)
    for meeting in meetings:
        assert meeting.day.year == year + 1
        assert meeting.day.month != 7
        assert WORKDAYS.is_workday(meeting.day)
        assert not why_quiet(meeting.day)
    for one in proposal.days:
        assert "hela kedjan" not in one.why  # every move has its own reason
        usual = usual_weekday(m.day for m in this if m.body == one.meeting.body)
        if one.meeting.body and one.meeting.day.weekday() != usual:
            assert usual is None or "flyttat till" in one.why

    told = [note for note in proposal.notes if "alår" not in note]
    coming = {(d.meeting.body, d.before): d.meeting.day for d in proposal.days}
    for body, after, lead in (("SU", "KS", 7), ("KS", "KF", 14)):
        for meeting in (m for m in this if m.body == after):
            had = [m.day for m in this if m.body == body and (meeting.day - m.day).days >= lead]
            if had:
                apart = coming[after, meeting.day] - coming[body, max(had)]
                assert apart.days >= lead or told
    if not plan_year(orsa(), year + 1, this).gaps:
        assert not plan_year(orsa(), year + 2, meetings).gaps or told
    if election_day(year + 1) and any(m.body == "KF" for m in this):
        assert any("Valår" in note for note in proposal.notes)

    file = tomllib.loads(proposal.as_toml())
    assert {d for days in file.get("sammantraden", {}).values() for d in days} == {
        m.day for m in meetings if m.body
    }


# --- The parts ---


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("2028-04-17", "är annandag påsk"),
        ("2029-05-10", "är Kristi himmelsfärdsdag"),
        ("2027-05-07", "är en klämdag"),
        ("2027-07-12", "ligger i semestervecka 28"),
        ("2027-07-05", "ligger i juli"),
        ("2027-12-28", "ligger mellan jul och nyår"),
        ("2027-10-18", None),
    ],
)
def test_quiet_days(when: str, why: str | None) -> None:
    assert why_quiet(day(when)) == why


@pytest.mark.parametrize(
    ("when", "place"),
    [
        ("2027-10-18", "3:e måndagen"),
        ("2027-11-29", "sista måndagen"),
        ("2027-10-05", "1:a tisdagen"),
    ],
)
def test_places_in_the_month(when: str, place: str) -> None:
    assert str(place_of(day(when))) == place
    assert place_of(day(when)).day_in(2027) == day(when)


def test_a_demand_that_cannot_be_kept_is_refused_and_changes_nothing() -> None:
    week = [date(2027, 10, 4) + timedelta(days=n) for n in range(5)]
    placing = Placing([week, week])
    assert placing.apart(0, 1, 3)
    assert not placing.keep(0, lambda one: one > week[1])
    assert placing.take(1, lambda one: one) == week[3]
    assert placing.take(0, lambda one: -one.toordinal()) == week[0]
