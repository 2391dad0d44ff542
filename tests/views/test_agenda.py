"""A sammanträde as its clerk sees it, from the year alone."""

from __future__ import annotations

from datetime import timedelta

from models.events import AskedAtStart, Event
from models.occurrences import Occurrence
from models.text import ask
from tests.factories import day, decided, noted, opened, reported
from tests.views.seen_years import seen
from views.agenda import AgendaItem, Lack, agenda, meetings_of, unfinished
from views.seen import SeenYear

STEP = "planeringsforutsattningar"


def ready() -> tuple[Event, ...]:
    """The frames, with all parts in."""
    begun = opened(STEP, "2027-03-15")
    year = seen(begun, today="2027-03-16")
    parts = year.state.missing(year.definition.step(STEP))
    return (begun, *(reported(STEP, key, "2027-03-17") for key in parts))


def item(year: SeenYear, on: str) -> AgendaItem:
    found = agenda([year], year.definition.body("KS"), MEETING, day(on))
    return next(one for one in found.items if one.line.slug == STEP)


MEETING = day("2027-04-12")


def test_before_the_meeting_it_says_what_is_missing() -> None:
    planned = item(seen(today="2027-02-01"), "2027-02-01")
    assert planned.label == "Saknas"
    assert planned.lacks[0].what.startswith("Arbetet öppnas ")
    begun = item(seen(opened(STEP, "2027-03-15"), today="2027-03-16"), "2027-03-16")
    assert [(one.since, one.by) for one in begun.lacks if one.what == "ekonomichef"] == [
        (day("2027-03-15"), begun.line.due)
    ]


def test_of_what_is_asked_about_nothing_is_missing_but_the_answer() -> None:
    asked = AskedAtStart(step=STEP, on=day("2027-03-16"))
    found = item(seen(asked, today="2027-03-17"), "2027-03-17")
    assert found.lacks == (Lack("Svar på om det redan är gjort", day("2027-03-16")),)


def test_what_has_all_its_parts_is_ready_and_can_be_registered_on_the_day() -> None:
    events = ready()
    assert not [o for o in item(seen(*events, today="2027-04-01"), "2027-04-01").lacks if o.since]
    assert not item(seen(*events, today="2027-04-01"), "2027-04-01").may_be_registered
    assert item(seen(*events, today="2027-04-12"), "2027-04-12").may_be_registered


def test_what_is_decided_stays_on_the_page_of_its_meeting() -> None:
    events = (*ready(), decided(STEP, "KS", "2027-04-12"))
    found = item(seen(*events, today="2027-04-13"), "2027-04-13")
    assert found.decision is not None
    assert (found.label, found.may_be_registered) == ("Beslutat", False)


def test_the_days_around_it_are_in_order_with_those_of_the_law() -> None:
    year = seen(today="2027-04-01")
    found = agenda([year], year.definition.body("KF"), day("2027-11-29"), day("2027-04-01"))
    names = [one.what for one in found.days]
    assert names.index("manusstopp") < names.index("kungörelse senast") < names.index("sammanträde")
    assert names[-2:] == ["justering senast", "anslag senast"]
    assert found.is_planned
    missing = agenda([year], year.definition.body("KF"), day("2027-11-30"), day("2027-04-01"))
    assert (missing.is_planned, missing.items) == (False, ())


def test_a_decision_is_not_finished_before_it_is_signed_and_posted() -> None:
    events = (*ready(), decided(STEP, "KS", "2027-04-12"))
    [first] = unfinished([seen(*events, today="2027-04-13")], ["KS"])
    assert (first.what, first.meeting) == (Occurrence.SIGNED, MEETING)
    assert first.by == MEETING + timedelta(days=14)
    assert first.helps == ask("anteckna", what="justerat", body="KS", meeting=MEETING)
    signed = (*events, noted("justerat", "KS", "2027-04-12", "2027-04-14"))
    [then] = unfinished([seen(*signed, today="2027-04-15")], ["KS"])
    assert then.what is Occurrence.POSTED
    posted = (*signed, noted("anslaget", "KS", "2027-04-12", "2027-04-15"))
    assert not [*unfinished([seen(*posted, today="2027-04-15")], ["KS"])]
    assert not [*unfinished([seen(*events, today="2027-04-13")], ["KF"])]


def test_a_list_counts_the_items_and_those_that_wait_to_be_registered() -> None:
    year = seen(*ready(), today="2027-04-13")
    bodies = {"KS": year.definition.body("KS")}
    found = meetings_of([year], bodies, day("2027-04-01"), day("2027-04-30"), day("2027-04-13"))
    [june] = [one for one in found if one.day == MEETING]
    assert june.items >= june.to_register >= 1
    assert {one.body for one in found} == {"KS"}
