"""What somebody with a part may ask, when it is refused, and that a question changes nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from calendars.schedule import plan_year
from models.acts.parts import MissesMeetingError
from models.answers import why_closed
from models.errors import RefusedError
from models.events import EVENT, AskedForTime, Disclaimed, Event
from models.fold import apply, fold
from models.process import TaskKey
from models.state import YearState
from notifications.announcements import announcements
from notifications.notices import Kind
from tests.factories import (
    EKONOMICHEF,
    NORR,
    SODER,
    completed_before_start,
    day,
    decided,
    make_definition,
    make_meetings,
    make_year,
    opened,
    overridden,
    reopened,
    reported,
)
from tests.rules import ask_for_time, disclaim

EVA = "Eva Exempel <eva@lillby.example>"


def ask(state: YearState, step: str, until: str, **overrides: Any) -> AskedForTime:
    definition = state.definition
    plan = plan_year(definition, 2028, make_meetings(KS=["2027-10-18"], KF=["2027-11-29"]), state)
    fields: dict[str, Any] = {
        "task": EKONOMICHEF,
        "until": day(until),
        "today": day("2027-10-04"),
        "by": EVA,
        "reason": "Siffrorna dröjer",
        **overrides,
    }
    found = definition.step(step)
    return ask_for_time(state, found, plan[step], **fields)


def in_october(*then: Event) -> YearState:
    """`forslag` is open since the first of October; its parts are due on the 11th, a week before KS."""
    return make_year(
        completed_before_start("underlag", "2027-09-01"), opened("forslag", "2027-10-01"), *then
    )


def test_more_time_is_asked_for_with_a_day_and_a_reason() -> None:
    event = ask(in_october(), "forslag", "2027-10-12")
    assert (event.round, event.task, event.until) == (1, EKONOMICHEF, date(2027, 10, 12))
    assert event.key == "forslag/1/ber-om-tid/ekonomichef/2027-10-12"


@pytest.mark.parametrize(
    ("until", "reason", "message"),
    [
        ("2027-10-03", "x", "2027-10-03 har redan varit. Välj i dag"),
        ("2028-10-05", "x", "mer än ett år bort"),
        ("2027-10-12", "  ", "Skriv varför"),
    ],
)
def test_a_day_or_reason_that_cannot_be_is_refused(until: str, reason: str, message: str) -> None:
    with pytest.raises(RefusedError, match=message):
        ask(in_october(), "forslag", until, reason=reason)


def test_a_day_that_is_given_already_is_refused() -> None:
    state = make_year(opened("underlag", "2027-01-04"))
    with pytest.raises(RefusedError, match="ska vara klar först 2027-03-31"):
        ask(state, "underlag", "2027-03-31", today=day("2027-03-01"))
    assert ask(state, "underlag", "2027-04-01", today=day("2027-03-01"))


@pytest.mark.parametrize("until", ["2027-10-18", "2027-10-25"])
def test_a_day_that_misses_the_next_meeting_names_it_and_can_be_asked_for_all_the_same(
    until: str,
) -> None:
    with pytest.raises(MissesMeetingError, match=f"Instans KS .* 2027-10-18. .* först {until}"):
        ask(in_october(), "forslag", until)
    assert ask(in_october(), "forslag", until, knowingly=True).until == day(until)


CLOSED: dict[str, tuple[YearState, str]] = {
    "reported": (in_october(reported("forslag", EKONOMICHEF, "2027-10-02")), "redan rapporterad"),
    "overridden": (in_october(overridden("forslag", "2027-10-02")), "gått vidare utan"),
    "completed": (
        in_october(
            reported("forslag", EKONOMICHEF, "2027-10-02"), decided("forslag", "KS", "2027-10-04")
        ),
        "är klart",
    ),
    "not open": (make_year(), "väntar inte på den här delen"),
}


@pytest.mark.parametrize("why", CLOSED)
def test_nothing_is_asked_about_a_part_that_waits_for_no_answer(why: str) -> None:
    state, message = CLOSED[why]
    with pytest.raises(RefusedError, match=message):
        ask(state, "forslag", "2027-10-11")
    with pytest.raises(RefusedError, match=message):
        disclaim(
            state,
            state.definition.step("forslag"),
            EKONOMICHEF,
            today=day("2027-10-04"),
            by=EVA,
            reason="x",
        )


def test_a_part_of_an_earlier_round_is_closed_and_of_the_present_one_open() -> None:
    state = make_year(
        opened("underlag", "2027-01-04"),
        *(reported("underlag", key, "2027-03-01") for key in (NORR, SODER, EKONOMICHEF)),
        reopened("underlag", "2027-03-08"),
    )
    step = state.definition.step("underlag")
    assert "har börjat om" in (why_closed(state, step, NORR, 1) or "")
    assert why_closed(state, step, NORR, 2) is None


def test_not_mine_needs_a_reason() -> None:
    state = in_october()
    step = state.definition.step("forslag")
    fields: dict[str, Any] = {"today": day("2027-10-04"), "by": EVA}
    with pytest.raises(RefusedError, match="vems den är"):
        disclaim(state, step, EKONOMICHEF, reason="", **fields)
    event = disclaim(state, step, EKONOMICHEF, reason="Jag har slutat", **fields)
    assert event.key == f"forslag/1/inte-min/ekonomichef/{EVA}"


def test_questions_fold_to_the_same_state_wherever_they_stand_in_the_log() -> None:
    def question(step: str, on: str) -> list[Event]:
        common: dict[str, Any] = {"step": step, "on": day(on), "by": EVA, "round": 1, "reason": "x"}
        return [
            AskedForTime(task=NORR, until=day("2027-12-01"), **common),
            Disclaimed(task=NORR, **common),
        ]

    log: list[Event] = [
        opened("underlag", "2027-01-04"),
        reported("underlag", NORR, "2027-03-01"),
        reported("underlag", SODER, "2027-03-01"),
        reported("underlag", EKONOMICHEF, "2027-03-01"),
        opened("forslag", "2027-10-01"),
        reported("forslag", EKONOMICHEF, "2027-10-04"),
        decided("forslag", "KS", "2027-10-18"),
    ]
    plain = fold(make_definition(), log)
    for place in range(len(log) + 1):
        asked = [*log[:place], *question("underlag", "2027-12-24"), *log[place:]]
        stored = [EVENT.validate_json(event.model_dump_json()) for event in asked]
        assert stored == asked
        assert fold(make_definition(), stored) == plain


def test_a_question_is_told_to_the_owner_only_and_once_for_each_day() -> None:
    state = in_october()
    keys = set()
    for until in ("2027-10-12", "2027-10-13"):
        event = ask(state, "forslag", until)
        [notice] = announcements(state, apply(state, event), event, event.on)
        assert (notice.kind, notice.to) == (Kind.MORE_TIME, TaskKey(role="processagare"))
        keys.add(notice.key)
    assert len(keys) == 2
