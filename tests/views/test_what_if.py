"""What follows if a meeting moves, before anybody moves it."""

from __future__ import annotations

import pytest

from calendars.law.case import Case, Severity
from calendars.schedule import plan_year
from models.errors import RefusedError
from models.plan import YearPlan
from models.process import TaskKey
from notifications.changed_dates import Rescheduling
from notifications.notices import Kind
from notifications.rescheduling import MEETINGS, moved_notices
from tests.factories import day, make_year, opened, orsa, orsa_meetings
from views.what_if import WhatIf, moved_meetings, what_if


def make_case() -> Case:
    return Case(orsa(), plan_year(orsa(), 2028, orsa_meetings()), orsa_meetings())


def changed(before: YearPlan) -> Rescheduling:
    return Rescheduling(token="1", rule=MEETINGS, by="Petra", reason="x", was=before.steps)


def kf_a_week_later() -> WhatIf:
    return what_if(make_case(), None, "KF", day("2027-11-29"), day("2027-12-06"))


def test_every_date_that_moves_is_told() -> None:
    assert [str(moved) for moved in kf_a_week_later().moved if moved.step == "kommunplan-kf"] == [
        "delar senast 2027-11-08 → 2027-11-15",
        "KF 2027-11-29 → 2027-12-06",
    ]


def test_the_rules_that_break_are_told_with_their_citation() -> None:
    broken = [
        (f.rule, f.citation) for f in kf_a_week_later().broken if f.severity is Severity.BREACH
    ]
    assert broken == [("KL-11-10", "KL 11 kap. 10–11 §§"), ("KL-11-11", "KL 11 kap. 11 §")]


def test_the_days_around_the_meeting_move_with_it() -> None:
    papers = {what: (before, after) for what, before, after in kf_a_week_later().papers}
    assert papers["manusstopp"] == (day("2027-11-08"), day("2027-11-15"))
    assert papers["kungörelse senast"] == (day("2027-11-22"), day("2027-11-29"))


def test_what_the_move_mends_is_told_too() -> None:
    late = moved_meetings(orsa_meetings(), "KF", day("2027-11-29"), day("2027-12-06"))
    case = Case(orsa(), plan_year(orsa(), 2028, late), late)
    back = what_if(case, None, "KF", day("2027-12-06"), day("2027-11-29"))
    # and KS, who meet on 6 December too, take the verksamhetsplaner after KF's budget again; with a budget in
    # November nobody, and here there is nobody, need see to another rate in December
    assert {f.rule for f in back.mended} == {
        *("KL-11-10", "KL-11-11", "PRAXIS-SAMMANTRADE"),
        "PRAXIS-ROLLER",
    }
    assert back.broken == ()


def test_nothing_is_changed_by_asking() -> None:
    case = make_case()
    what_if(case, None, "KF", day("2027-11-29"), day("2027-12-06"))
    assert case == make_case()


def test_a_meeting_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(RefusedError, match=r"KF har inget sammanträde 2027-11-28.*2027-11-29"):
        what_if(make_case(), None, "KF", day("2027-11-28"), day("2027-12-06"))


def test_who_is_waited_for_and_the_owner_are_told_of_new_dates() -> None:
    state = make_year(opened("kommunplan-kf", "2027-11-01"), definition=orsa())
    before = plan_year(orsa(), 2028, orsa_meetings(), state)
    moved = moved_meetings(orsa_meetings(), "KF", day("2027-11-29"), day("2027-12-06"))
    after = plan_year(orsa(), 2028, moved, state)
    notices = list(moved_notices(state, after, day("2027-11-02"), changed(before)))
    told = [n for n in notices if n.step == "kommunplan-kf"]
    assert [(n.kind, n.to, n.due) for n in told] == [
        (Kind.MOVED, TaskKey(role="ekonomichef"), day("2027-11-15")),
        (Kind.MOVED, TaskKey(role="processagare"), day("2027-11-15")),
    ]


def test_a_step_that_is_not_open_is_told_to_the_owner_alone() -> None:
    state = make_year(definition=orsa())
    before = plan_year(orsa(), 2028, orsa_meetings(), state)
    moved = moved_meetings(orsa_meetings(), "KF", day("2027-11-29"), day("2027-12-06"))
    after = plan_year(orsa(), 2028, moved, state)
    notices = moved_notices(state, after, day("2027-03-01"), changed(before))
    assert {str(n.to) for n in notices} == {"processagare"}
