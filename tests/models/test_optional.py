"""An optional step: never late, never in the way, and left out of a year when the owner says so."""

from __future__ import annotations

from typing import Any

import pytest

from calendars.schedule import plan_year
from calendars.workdays import WORKDAYS
from models.errors import RefusedError
from models.events import Event, SetAside
from models.fold import apply
from models.process import Definition
from models.state import Status, YearState, is_late
from models.step_words import status_text
from notifications.announcements import announcements
from notifications.notices import Kind
from notifications.obligations import obligations
from tests.factories import (
    EKONOMICHEF,
    day,
    make_definition,
    make_need,
    make_step,
    make_year,
    opened,
    reported,
)
from tests.rules import reopen, report, set_aside
from views.labels import label, sentence

LILLBY = make_definition(
    steg=[
        make_step("satsningar", valfri=True),
        make_step(
            "budget",
            fonster={"fran": "april", "till": "april"},
            kraver=[make_need("satsningar", slag="mjuk")],
        ),
    ]
)
SATSNINGAR = LILLBY.step("satsningar")


def year(*events: Event) -> YearState:
    return make_year(*events, definition=LILLBY)


def put_aside(**overrides: Any) -> SetAside:
    fields: dict[str, Any] = {"round": 1, "reason": "inget utrymme i år", **overrides}
    return SetAside(step="satsningar", on=day("2027-03-10"), by="Petra", **fields)


def ask(state: YearState, reason: str = "inget utrymme i år") -> SetAside | None:
    step = state.definition.step("satsningar")
    return set_aside(state, step, today=day("2027-03-10"), by="Petra", reason=reason)


@pytest.mark.parametrize("events", [(), (opened("satsningar", "2027-03-01"),)])
def test_the_owner_sets_it_aside_before_or_after_it_has_opened(events: tuple[Event, ...]) -> None:
    assert ask(year(*events)) == put_aside()
    state = year(*events, put_aside())
    own = state["satsningar"]
    assert (own.status, own.set_aside, own.reason) == (Status.COMPLETED, True, "inget utrymme i år")
    assert state.missing(SATSNINGAR) == ()


def test_saying_it_twice_adds_nothing() -> None:
    assert ask(year(put_aside())) is None


def test_a_step_that_must_be_done_is_not_set_aside() -> None:
    state = year()
    with pytest.raises(RefusedError, match="budget är inte valfritt och kan inte utgå"):
        set_aside(state, LILLBY.step("budget"), today=day("2027-03-10"), by="Petra", reason="nej")


def test_a_reason_is_required() -> None:
    with pytest.raises(RefusedError, match="Det krävs ett skäl för att låta satsningar utgå i år"):
        ask(year(), reason=" ")


def test_what_is_done_cannot_be_set_aside() -> None:
    done = year(
        opened("satsningar", "2027-03-01"), reported("satsningar", EKONOMICHEF, "2027-03-02")
    )
    with pytest.raises(RefusedError, match="satsningar är klart och kan inte utgå"):
        ask(done)


def test_nobody_reports_to_what_is_set_aside() -> None:
    state = year(put_aside())
    with pytest.raises(
        RefusedError, match="satsningar utgår i år; ekonomichef har ingen öppen uppgift"
    ):
        report(
            state, SATSNINGAR, "ekonomichef", None, today=day("2027-03-11"), by="Eva", comment=""
        )


def test_it_can_be_taken_up_again_and_set_aside_again() -> None:
    state = year(put_aside())
    again = reopen(
        state, SATSNINGAR, today=day("2027-03-12"), by="Petra", reason="pengar finns", token="t"
    )
    state = apply(state, again)
    assert (state["satsningar"].status, state["satsningar"].set_aside) == (Status.REOPENED, False)
    once_more = ask(state)
    assert once_more == put_aside(round=2)
    assert once_more is not None
    assert once_more.key != put_aside().key


def test_it_is_shown_as_left_out() -> None:
    state = year(put_aside())
    plan = plan_year(LILLBY, 2028, (), state)["satsningar"]
    assert label(state, SATSNINGAR, plan, day("2027-06-01")) == "Utgår i år"
    assert (
        str(sentence(state, SATSNINGAR, plan)) == "Utgår i år sedan 2027-03-10: inget utrymme i år"
    )
    assert status_text(state, SATSNINGAR) == "utgår i år"


@pytest.mark.parametrize("events", [(), (opened("satsningar", "2027-03-01"),)])
def test_it_is_never_late(events: tuple[Event, ...]) -> None:
    state = year(*events)
    plan = plan_year(LILLBY, 2028, (), state)["satsningar"]
    assert not is_late(state, SATSNINGAR, plan, day("2027-12-31"))


def kinds(definition: Definition, on: str) -> set[Kind]:
    state = make_year(opened("satsningar", "2027-03-01"), definition=definition)
    plan = plan_year(definition, 2028, (), state)
    return {notice.kind for notice in obligations(state, plan, WORKDAYS, day(on))}


def test_it_is_told_of_and_reminded_of_but_never_called_late() -> None:
    mandatory = make_definition(steg=[make_step("satsningar")])
    assert kinds(LILLBY, "2027-03-29") == {Kind.OPENED, Kind.REMINDER}
    assert kinds(mandatory, "2027-04-20") == {Kind.OPENED, Kind.OVERDUE, Kind.ESCALATION}
    assert kinds(LILLBY, "2027-04-20") == {Kind.OPENED}


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ((), ["processagare", "ekonomichef"]),  # the ekonomichef as the one who builds on it
        ((opened("satsningar", "2027-03-01"),), ["processagare", "ekonomichef"]),
    ],
)
def test_those_concerned_are_told_once(events: tuple[Event, ...], told: list[str]) -> None:
    before = year(*events)
    event = put_aside()
    notices = list(announcements(before, apply(before, event), event, day("2027-03-10")))
    assert [str(notice.to) for notice in notices] == told
    assert {(notice.kind, notice.step) for notice in notices} == {(Kind.COMPLETED, "satsningar")}
    assert {notice.rule for notice in notices} == {
        "sänds när steget utgår i år, till dem som har en del i det eller bygger på det"
    }
