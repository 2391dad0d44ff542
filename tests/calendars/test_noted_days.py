"""What the law makes of the days that are noted of a sammanträde and its minutes: literal days, either side
of each last one, and nothing taken for granted that nobody has noted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest

from calendars.law.case import Case, Finding, Severity, Verdict, running_case
from calendars.law.minutes import minutes_of
from calendars.law.review import judge, review
from calendars.schedule import plan_year
from models.events import Decided, Event
from models.fold import fold
from tests.calendars.lagby import as_it_should, held, lagby
from tests.factories import day, found_reasons, noted

LAGBY = lagby(change={"budget-kf": {"overklagas": True}})
LIVED = as_it_should(LAGBY)
"""KF decides on the budget on Monday 29 November 2027."""
KEPT, RISK, BROKEN, UNTESTED = "hålls", Severity.RISK, Severity.BREACH, Severity.UNTESTED


def lived(*notes: Event, today: str = "2028-03-01", events: Iterable[Event] = LIVED) -> Case:
    """The year with these notes and no others."""
    happened = [*events, *notes]
    state = fold(LAGBY, [one for one in happened if one.on <= day(today)])
    known = held()
    return running_case(state, plan_year(LAGBY, 2028, known, state, day(today)), known, day(today))


def said(case: Case, rule: str, on: str = "2027-11-29") -> list[Finding]:
    """What the rule says of one sammanträde, apart from what nobody has noted of others."""
    return [one for one in review(case) if one.rule == rule and on in one.text]


def of_kf(case: Case, rule: str) -> str:
    """The gravest that the rule says of KF's sammanträde on 29 November."""
    found = {one.severity for one in said(case, rule)}
    return next((one for one in (BROKEN, RISK, UNTESTED) if one in found), KEPT)


def kf(what: str, on: str, step: str = "") -> Event:
    return noted(what, "KF", "2027-11-29", on, step)


# --- KL 5:13–14 ---


@pytest.mark.parametrize(
    ("announced", "verdict"),
    [
        ("2027-11-12", KEPT),
        ("2027-11-22", KEPT),  # a week before, to the day
        ("2027-11-23", BROKEN),
        ("2027-11-28", BROKEN),
    ],
)
def test_fullmaktige_are_announced_a_week_before(announced: str, verdict: str) -> None:
    assert of_kf(lived(kf("kungjort", announced)), "KL-5-13") == verdict


def test_when_they_were_announced_is_not_taken_for_granted() -> None:
    [finding] = said(lived(), "KL-5-13")
    assert finding.severity is UNTESTED
    assert "2027-05-24, 2027-06-21, 2027-11-29" in finding.text
    [kl] = [one for one in judge(lived()) if one.rule.slug == "KL-5-13"]
    assert kl.verdict is Verdict.UNTESTED


def test_a_breach_that_is_noted_has_happened_and_is_of_what_was_decided_there() -> None:
    [finding] = said(lived(kf("kungjort", "2027-11-23")), "KL-5-13")
    assert (finding.happened, finding.day) == (True, date(2027, 11, 23))
    assert finding.step in ("budget-kf", "delarsrapport")


@pytest.mark.parametrize(
    ("announced", "verdict"),
    [
        ("2027-11-22", KEPT),
        ("2027-11-23", RISK),  # only of what could not wait
        ("2027-11-26", RISK),  # the Friday before
        ("2027-11-27", RISK),  # the Saturday before
        ("2027-11-28", BROKEN),
    ],
)
def test_an_urgent_item_is_announced_on_the_vardag_before(announced: str, verdict: str) -> None:
    case = lived(kf("kungjort", "2027-11-15"), kf("kungjort", announced, "budget-kf"))
    assert of_kf(case, "KL-5-13") == verdict


@pytest.mark.parametrize(
    ("announced", "is_broken"), [("2027-11-17", True), ("2027-11-18", False), ("2027-11-19", False)]
)
def test_what_is_public_from_the_notice_is_so_from_the_day_of_it(
    announced: str, is_broken: bool
) -> None:
    """KL 8:14: the proposal was put on the website on 18 November."""
    found = said(lived(kf("kungjort", announced)), "KL-8-14")
    assert [one.severity for one in found] == ([BROKEN] if is_broken else [])


# --- KL 5:69, 8:12 ---


@pytest.mark.parametrize(
    ("signed", "verdict"),
    [
        ("2027-11-29", KEPT),
        ("2027-12-13", KEPT),  # the fourteenth day after
        ("2027-12-14", BROKEN),
    ],
)
def test_minutes_are_signed_within_fourteen_days(signed: str, verdict: str) -> None:
    assert of_kf(lived(kf("justerat", signed)), "KL-5-69") == verdict


@pytest.mark.parametrize(("today", "verdict"), [("2027-12-13", KEPT), ("2027-12-14", UNTESTED)])
def test_when_minutes_were_signed_is_asked_once_they_should_have_been(
    today: str, verdict: str
) -> None:
    assert of_kf(lived(today=today), "KL-5-69") == verdict


@pytest.mark.parametrize(
    ("posted", "verdict"),
    [
        ("2027-12-08", KEPT),
        ("2027-12-10", KEPT),  # the second day after Wednesday the 8th
        ("2027-12-11", BROKEN),
    ],
)
def test_the_signing_is_posted_by_the_second_day(posted: str, verdict: str) -> None:
    case = lived(kf("justerat", "2027-12-08"), kf("anslaget", posted))
    assert of_kf(case, "KL-8-12") == verdict


@pytest.mark.parametrize(
    ("posted", "verdict"),
    [("2027-12-12", RISK), ("2027-12-13", RISK), ("2027-12-14", BROKEN)],  # the second is Saturday
)
def test_nobody_relies_on_a_last_day_that_moves(posted: str, verdict: str) -> None:
    case = lived(kf("justerat", "2027-12-09"), kf("anslaget", posted))
    assert of_kf(case, "KL-8-12") == verdict


def test_a_posting_is_not_tested_without_the_signing_unless_it_is_too_late_for_any() -> None:
    assert of_kf(lived(kf("anslaget", "2027-12-15")), "KL-8-12") == UNTESTED
    assert of_kf(lived(kf("anslaget", "2027-12-16")), "KL-8-12") == BROKEN


@pytest.mark.parametrize(
    ("down", "verdict"), [("2028-01-02", BROKEN), ("2028-01-03", BROKEN), ("2028-01-04", KEPT)]
)
def test_it_stays_posted_until_the_time_to_appeal_is_out(down: str, verdict: str) -> None:
    """Posted on 10 December: three weeks end on nyårsafton, so on Monday 3 January."""
    notes = kf("justerat", "2027-12-09"), kf("anslaget", "2027-12-10"), kf("nedtaget", down)
    assert of_kf(lived(*notes), "KL-8-12") == verdict


# --- KL 13:5 ---


def gained(*notes: Event, today: str) -> tuple[date, bool] | None:
    case = lived(*notes, today=today)
    assert case.state
    [decided] = case.state["budget-kf"].decisions
    assert isinstance(decided, Decided)
    return minutes_of(case.state, decided).gained_force(day(today))


POSTED = kf("anslaget", "2027-12-10")


def test_laga_kraft_is_counted_the_day_after_the_time_to_appeal() -> None:
    assert gained(POSTED, today="2028-01-03") is None
    assert gained(POSTED, today="2028-01-04") == (date(2028, 1, 4), True)


def test_without_a_posting_nothing_is_counted_however_long_ago() -> None:
    assert gained(today="2029-01-01") is None
    assert of_kf(lived(), "KL-13-5") == UNTESTED
    assert of_kf(lived(POSTED), "KL-13-5") == KEPT


@pytest.mark.parametrize(
    ("appealed", "counted"), [("2027-12-20", False), ("2028-01-03", False), ("2028-01-04", True)]
)
def test_an_appeal_in_time_leaves_laga_kraft_to_be_noted(appealed: str, counted: bool) -> None:
    notes = POSTED, kf("overklagat", appealed, "budget-kf")
    assert (gained(*notes, today="2028-02-01") is not None) is counted
    told = [one.severity for one in said(lived(*notes), "KL-13-5")]
    assert told == ([] if counted else [Severity.PRACTICE])
    noted_later = kf("laga-kraft", "2028-01-20", "budget-kf")
    assert gained(*notes, noted_later, today="2028-02-01") == (date(2028, 1, 20), False)


def test_what_was_taken_down_early_never_gains_laga_kraft_by_the_count() -> None:
    assert gained(POSTED, kf("nedtaget", "2028-01-03"), today="2028-02-01") is None
    assert gained(POSTED, kf("nedtaget", "2028-01-04"), today="2028-02-01") is not None


# --- Särskilda skäl ---


def in_december(*more: Event) -> Case:
    """KF adopts the budget on 6 December."""
    kept = [one for one in LIVED if one.step not in ("budget-kf", "skv") or one.kind == "oppnat"]
    return lived(*more, today="2027-12-01", events=kept)


def test_reasons_in_the_log_are_as_good_as_those_of_the_file() -> None:
    late = in_december()
    assert of(late, "KL-11-10") == {BROKEN}
    found = found_reasons("KL-11-11", "KF", "2027-11-22", "budget-kf")
    excused = in_december(found)
    assert BROKEN not in of(excused, "KL-11-10")
    gone = found_reasons("KL-11-11", "KF", "2027-11-23", "budget-kf", number=2, withdrawn=True)
    assert of(in_december(found, gone), "KL-11-10") == {BROKEN}


def of(case: Case, rule: str) -> set[Severity]:
    return {one.severity for one in review(case) if one.rule == rule}
