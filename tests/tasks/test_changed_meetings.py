"""What a changed meeting does to what somebody already works on: the plan is made of the definition, the
meetings with their log, and what has happened, and never asks for what has been."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, SQLModel, create_engine

from calendars.schedule import plan_year
from calendars.workdays import WORKDAYS
from models.fold import apply
from models.opening import open_step
from models.plan import Meeting, YearPlan
from models.state import not_started
from tasks.meetings.store import Key, MeetingStore, load_directory
from tasks.meetings.stored import meetings
from tests.factories import day, orsa, orsa_meetings

BODIES = ("SU", "KS", "KF")
BEFORE = day("2026-12-01")


class Calendar:
    """Orsa's meetings in a real database, and its year 2028 with every step opened on its day."""

    def __init__(self, session: Session) -> None:
        self.session, self.today, self.state = session, BEFORE, not_started(orsa())
        load_directory(session, orsa_meetings(), BEFORE)

    @property
    def plan(self) -> YearPlan:
        return plan_year(orsa(), 2028, meetings(self.session), self.state)

    def on(self, today: date) -> Calendar:
        self.today, plan = today, self.plan
        for step in orsa().in_dependency_order:
            # on its own day: the machine has not been away
            event = open_step(self.state, step, plan[step.slug], min(today, plan[step.slug].opens))
            if event is not None:
                self.state = apply(self.state, event)
        return self

    @property
    def store(self) -> MeetingStore:
        return MeetingStore(self.session, self.today, "hand", "Petra")

    def ahead(self) -> list[Key]:
        """The meetings of this year that can still be changed."""
        keys = (key for key in self.store.rows if key.kind == "instans")
        return sorted(key for key in keys if self.today <= key.day and key.day.year == 2027)

    def move(self, body: str, at: date, to: date) -> None:
        self.store.move(Key("instans", body, at), to, "")

    def cancel(self, body: str, at: date) -> None:
        self.store.remove(Key("instans", body, at), "inställt", "")

    def add(self, body: str, at: date) -> None:
        self.store.add(Meeting(body, None, at))

    def read_in(self, changed: dict[date, date], body: str) -> None:
        """A new plan of the body's meetings, some on other days."""
        store = MeetingStore(self.session, self.today, "fil", "Petra")
        for old, new in changed.items():
            store.remove(Key("instans", body, old), "borttaget", "")
            store.add(Meeting(body, None, new))

    def feeds(self, slug: str) -> str:
        """`2027-03-22: SU 2027-03-30, KS 2027-04-12`: the parts' last day, and the meetings."""
        planned = self.plan[slug]
        return f"{planned.due}: " + ", ".join(f"{one.body} {one.meeting}" for one in planned.links)


@contextmanager
def calendar(today: str) -> Iterator[Calendar]:
    with Session(ENGINE) as session:
        yield Calendar(session).on(day(today))
        session.rollback()


ENGINE = create_engine("sqlite://")
SQLModel.metadata.create_all(ENGINE)
COMPANY = "bolagsbeslut-orsabostader"
KS_12, KS_19 = day("2027-04-12"), day("2027-04-19")


def test_the_items_of_a_cancelled_meeting_go_on_to_the_bodys_next() -> None:
    with calendar("2027-03-10") as town:
        assert town.feeds(COMPANY) == "2027-03-22: KS 2027-04-12"
        town.cancel("KS", KS_12)
        assert town.feeds(COMPANY) == "2027-04-19: KS 2027-05-10"
        assert town.feeds("arsredovisning") == (
            "2027-03-09: SU 2027-03-30, KS 2027-05-10, KF 2027-05-24"
        )
        assert any(
            gap.startswith(f"{COMPANY}: inget sammanträde i KS")
            and "Planeras till 2027-05-10" in gap
            for gap in town.plan.gaps
        )


def test_those_of_one_that_was_moved_first_go_on_from_where_it_was_moved_to() -> None:
    with calendar("2027-03-10") as town:
        town.move("KS", KS_12, KS_19)
        town.cancel("KS", KS_19)
        assert town.feeds(COMPANY) == "2027-04-19: KS 2027-05-10"


def test_the_bodies_after_it_in_the_chain_meet_after_it() -> None:
    with calendar("2027-03-10") as town:
        assert town.feeds("overgripande-mal") == (
            "2027-05-04: SU 2027-05-25, KS 2027-06-07, KF 2027-06-21"
        )
        town.cancel("SU", day("2027-05-25"))
        assert town.feeds("overgripande-mal") == (
            "2027-08-10: SU 2027-08-31, KS 2027-09-13, KF 2027-09-27"
        )


def test_a_meeting_moved_past_the_body_before_it_takes_nothing_up_too_early() -> None:
    with calendar("2027-03-10") as town:
        town.move("KS", KS_12, day("2027-03-22"))  # SU prepares the annual report on 30 March
        assert town.feeds("arsredovisning") == (
            "2027-03-09: SU 2027-03-30, KS 2027-05-10, KF 2027-05-24"
        )


@pytest.mark.parametrize("extra", ["2027-04-08", "2027-04-14"])
def test_an_extra_meeting_put_in_instead_takes_the_items_up(extra: str) -> None:
    with calendar("2027-03-10") as town:
        town.cancel("KS", KS_12)
        town.on(day("2027-03-11")).add("KS", day(extra))
        assert town.feeds(COMPANY).endswith(f": KS {extra}")
        assert not [gap for gap in town.plan.gaps if gap.startswith(COMPANY)]


def test_an_extra_meeting_whose_papers_have_gone_does_not() -> None:
    with calendar("2027-03-10") as town:
        town.cancel("KS", KS_12)
        town.on(day("2027-04-06")).add("KS", day("2027-04-09"))
        assert town.feeds(COMPANY) == "2027-04-19: KS 2027-05-10"


def test_a_new_plan_with_the_meeting_on_an_earlier_day_is_followed() -> None:
    with calendar("2027-03-10") as town:
        town.read_in({KS_12: day("2027-04-07")}, "KS")
        assert town.feeds(COMPANY) == "2027-03-17: KS 2027-04-07"


def test_an_earlier_meeting_takes_them_up_where_the_next_would_break_the_statute() -> None:
    """KL 11 kap. 10 §: the plan is decided by the end of November."""
    with calendar("2027-11-01") as town:
        assert town.feeds("kommunplan-kf") == "2027-11-08: KF 2027-11-29"
        town.add("KF", day("2027-11-22"))
        town.cancel("KF", day("2027-11-29"))
        assert town.feeds("kommunplan-kf").endswith(": KF 2027-11-22")


def test_without_a_later_meeting_the_step_has_none_rather_than_one_that_has_been() -> None:
    with calendar("2027-12-02") as town:
        assert town.feeds("internkontroll").endswith(": KS 2027-12-06")
        town.cancel("KS", day("2027-12-06"))
        assert town.feeds("internkontroll").endswith(": KS None")


def test_the_last_meeting_cancelled_on_its_day_asks_for_nothing_that_has_been() -> None:
    with calendar("2027-11-19") as town:
        town.cancel("KF", day("2027-12-20"))
        town.move("KF", day("2027-11-29"), day("2027-12-22"))
        town.on(day("2027-12-01")).cancel("KF", day("2027-12-22"))
        assert town.feeds("skattesats-kf") == "2027-12-01: KF None"


def test_a_meeting_moved_nearer_leaves_time_for_what_is_still_to_be_done() -> None:
    with calendar("2027-03-10") as town:
        town.move("KS", KS_12, day("2027-03-22"))  # manusstopp 1 March, beredning 8 March
        assert town.feeds(COMPANY) == "2027-03-15: KS 2027-03-22"


def test_one_moved_so_near_that_the_item_goes_on_to_another_leaves_time_as_well() -> None:
    """KS proposed the rate on 18 October: too near a KF on the 29th, and the next one's papers have gone."""
    with calendar("2027-10-27") as town:
        town.move("KF", day("2027-11-29"), day("2027-10-29"))
        assert town.feeds("skattesats-kf") == "2027-10-29: KF 2027-11-01"


def test_what_has_not_opened_is_planned_anew() -> None:
    with calendar("2027-03-10") as town:
        town.cancel("KF", day("2027-11-29"))
        assert town.feeds("kommunplan-kf").endswith(": KF 2027-11-01")


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(("move", "cancel", "add", "read in")),
        st.integers(0, 12),
        st.integers(-40, 40),
        st.integers(0, 20),
    ),
    min_size=1,
    max_size=4,
)
DAYS = st.dates(day("2027-01-04"), day("2027-11-30"))


def change(town: Calendar, what: str, which: int, by: int) -> None:
    """One change that a person could make today, if there is one."""
    keys = town.ahead()
    if not keys:
        return
    key = keys[which % len(keys)]
    to = WORKDAYS.forward(max(key.day + timedelta(days=by), town.today))
    if what == "cancel":
        town.cancel(key.name, key.day)
    elif Key("instans", key.name, to) in town.store.rows:
        return
    elif what == "move":
        town.move(key.name, key.day, to)
    elif what == "add":
        town.add(key.name, to)
    else:
        town.read_in({key.day: to}, key.name)


@settings(max_examples=60, deadline=None)
@given(today=DAYS, changes=CHANGES)
def test_no_change_asks_for_what_has_been(
    today: date, changes: list[tuple[str, int, int, int]]
) -> None:
    """But for what is put back the same day: that is as if nothing had been changed."""
    with calendar(str(today)) as town:
        morning = town.plan
        for what, which, by, days in changes:
            if days:
                town.on(town.today + timedelta(days=days))
                morning = town.plan
            before = town.plan
            change(town, what, which, by)
            after = town.plan
            for slug, own in town.state.steps.items():
                if own.status.is_open and after[slug].due not in (
                    before[slug].due,
                    morning[slug].due,
                ):
                    was_past = before[slug].due < town.today
                    assert after[slug].due >= town.today or was_past, (slug, town.today)


@settings(max_examples=40, deadline=None)
@given(today=DAYS, which=st.integers(0, 12), by=st.integers(1, 40))
def test_putting_it_back_the_same_day_restores_every_date(today: date, which: int, by: int) -> None:
    with calendar(str(today)) as town:
        before, keys = town.plan, town.ahead()
        key = keys[which % len(keys)]
        town.cancel(key.name, key.day)
        town.add(key.name, key.day)
        assert town.plan == before
        to = WORKDAYS.forward(key.day + timedelta(days=by))
        if Key("instans", key.name, to) not in town.store.rows:
            town.move(key.name, key.day, to)
            town.move(key.name, to, key.day)
            assert town.plan == before
            town.move(key.name, key.day, to)
            town.cancel(key.name, to)
            town.add(key.name, key.day)
            assert town.plan == before


def test_everything_is_restored_later_too_while_there_is_time() -> None:
    with calendar("2027-03-10") as town:
        before = {slug: town.feeds(slug) for slug in town.state.steps}
        town.cancel("KS", KS_12)
        town.on(day("2027-03-15")).add("KS", KS_12)
        assert {slug: town.feeds(slug) for slug in town.state.steps} == before


def test_who_only_lists_the_meetings_never_sees_one_that_is_gone() -> None:
    with calendar("2027-03-10") as town:
        count = len(meetings(town.session))
        town.cancel("KS", KS_12)
        held = meetings(town.session)
        assert len(held) == len(list(held)) == len(tuple(held)) == count - 1
        assert KS_12 not in {one.day for one in held if one.body == "KS"}
        assert [(one.body, one.day) for one in held.gone] == [("KS", KS_12)]
