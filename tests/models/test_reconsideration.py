"""What rests on a step that begins anew: who is marked, what is kept, who is asked and when."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.schedule import plan_year
from calendars.workdays import WORKDAYS
from models.errors import RefusedError
from models.events import Event, Outcome, Upheld
from models.fold import apply, fold
from models.process import Definition, TaskKey
from models.state import Status, YearState, reconsider_from
from notifications.announcements import announcements
from notifications.notices import Kind, Notice
from notifications.obligations import obligations
from tests.factories import (
    EKONOMICHEF,
    completed_before_start,
    day,
    decided,
    make_definition,
    make_need,
    make_step,
    opened,
    orsa,
    orsa_meetings,
    reopened,
    reported,
)
from tests.models.growing_year import in_kf
from tests.rules import reopen, uphold

OWNER = TaskKey(role="processagare")


def needs(*slugs: str, **overrides: Any) -> dict[str, Any]:
    return {"kraver": [make_need(slug, **overrides) for slug in slugs]}


# a → b, c → d → e; f rests softly on d, g is started by e, h stands alone
GRAPH = make_definition(
    steg=[
        make_step("a"),
        make_step("b", **needs("a")),
        make_step("c", **needs("a")),
        make_step("d", **needs("b", "c")),
        make_step("e", **needs("d")),
        make_step("f", **needs("d", slag="mjuk")),
        make_step("g", startas_av={"steg": "e"}),
        make_step("h"),
    ]
)
ALL: list[Event] = [completed_before_start(step.slug, "2027-03-31") for step in GRAPH.steps]


def graph(*events: Event) -> YearState:
    return fold(GRAPH, [*ALL, *events])


def marks(state: YearState) -> dict[str, list[str]]:
    return {slug: [str(m) for m in own.marks] for slug, own in state.steps.items() if own.marks}


def done_again(slug: str, on: str, round: int = 2) -> Event:  # noqa: A002
    return reported(slug, EKONOMICHEF, on, round=round)


def do_uphold(state: YearState, slug: str, on: str = "2027-05-10") -> Upheld | None:
    return uphold(state, state.definition.step(slug), today=day(on), by="petra", reason="")


# --- Who is marked ---


def test_the_whole_graph_is_marked_the_diamond_once() -> None:
    state = graph(reopened("a", "2027-04-12"))
    assert marks(state) == {slug: ["a/2"] for slug in ("b", "c", "d", "e", "f", "g")}
    assert [step.slug for step in state.resting_on("a")] == ["b", "c", "d", "e", "f", "g"]
    assert state["d"].marks[0].on == date(2027, 4, 12)


def test_what_stands_beside_or_before_is_not_marked() -> None:
    assert marks(graph(reopened("d", "2027-04-12"))) == {"e": ["d/2"], "f": ["d/2"], "g": ["d/2"]}
    assert marks(graph(reopened("g", "2027-04-12"))) == {}


def test_only_what_is_completed_is_marked_and_what_is_under_way_is_held_back_instead() -> None:
    state = fold(
        GRAPH, [*ALL[:3], opened("d", "2027-03-01"), *ALL[4:], reopened("a", "2027-04-12")]
    )
    assert marks(state) == {slug: ["a/2"] for slug in ("b", "c", "e", "f", "g")}
    assert state["d"].status is Status.IN_PROGRESS


def test_a_step_that_is_completed_while_its_ground_is_done_anew_is_marked_too() -> None:
    """The tax rate is reported to Skatteverket while KF's decision is being made anew."""
    state = fold(
        GRAPH,
        [
            *ALL[:5],
            opened("f", "2027-03-01"),
            reopened("d", "2027-04-12"),
            reported("f", EKONOMICHEF, "2027-04-13"),
        ],
    )
    assert state["f"].status is Status.COMPLETED
    assert [str(mark) for mark in state["f"].marks] == ["d/2"]


def test_a_step_that_is_completed_while_its_ground_is_done_the_first_time_is_not() -> None:
    state = fold(
        GRAPH,
        [
            *ALL[:3],
            opened("d", "2027-03-01"),
            opened("f", "2027-03-01"),
            reported("f", EKONOMICHEF, "2027-04-13"),
        ],
    )
    assert state["f"].status is Status.COMPLETED
    assert state["f"].marks == ()


def test_nothing_that_kf_decided_is_undone() -> None:
    year = in_kf()
    year.decide("plan-kf", "KF", "2027-11-29", Outcome.BIFALL, paragraph="112")
    before = year.state["plan-kf"]
    year.happens(reopened("plan-su", "2027-12-06"))
    after = year.state["plan-kf"]
    assert (after.status, after.decisions, after.standing, after.completed_on) == (
        before.status,
        before.decisions,
        before.standing,
        before.completed_on,
    )
    assert [str(mark) for mark in after.marks] == ["plan-su/2"]
    year.happens(reported("plan-su", EKONOMICHEF, "2027-12-07", round=2))
    year.decide("plan-su", "SU", "2027-12-14", Outcome.AVSLAG, reason="x")
    assert year.state["plan-kf"].standing == before.standing


def test_a_return_marks_what_rests_on_the_steps_that_it_reopens() -> None:
    """KS's proposal was begun anew by KF; what rests on it outside the ärende is asked about."""
    after_kf = ("kommunplan-kf", "verksamhetsplaner", "intern-fordelning")
    year = fold(
        orsa(),
        [
            *(
                completed_before_start(step.slug, "2027-10-19")
                for step in orsa().steps
                if step.slug not in after_kf
            ),
            opened("kommunplan-kf", "2027-11-01"),
            reported("kommunplan-kf", EKONOMICHEF, "2027-11-02"),
            decided(
                "kommunplan-kf",
                "KF",
                "2027-11-29",
                outcome=Outcome.ATERREMISS,
                reason="x",
                back_step="kommunplan-ks",
            ),
        ],
    )
    assert year["kommunplan-ks"].status is Status.REOPENED
    assert marks(year) == {"budgetforslag-webbplats": ["kommunplan-ks/2"]}


# --- The answer ---


def test_it_stands_until_its_ground_is_begun_anew_again() -> None:
    state = graph(reopened("a", "2027-04-12"), done_again("a", "2027-04-20"))
    answer = do_uphold(state, "d")
    assert answer is not None
    assert (answer.because, answer.round) == (("a/2",), 1)
    state = apply(state, answer)
    assert "d" not in marks(state)
    assert do_uphold(state, "d") is None
    again = graph(
        reopened("a", "2027-04-12"),
        done_again("a", "2027-04-20"),
        answer,
        reopened("a", "2027-05-12", round=3, token="u"),
    )
    assert marks(again)["d"] == ["a/3"]


def test_the_same_ground_begun_anew_twice_is_asked_about_once() -> None:
    state = graph(
        reopened("a", "2027-04-12"),
        done_again("a", "2027-04-20"),
        reopened("a", "2027-05-12", round=3, token="u"),
    )
    assert marks(state)["d"] == ["a/3"]


def test_two_grounds_are_answered_together() -> None:
    state = graph(
        reopened("b", "2027-04-12"), reopened("c", "2027-04-13"), done_again("b", "2027-04-20")
    )
    assert marks(state)["d"] == ["b/2", "c/2"]
    with pytest.raises(RefusedError, match=r"d bygger på c, som görs om\. Svara när det är klart"):
        do_uphold(state, "d")
    state = apply(state, done_again("c", "2027-04-21"))
    answer = do_uphold(state, "d")
    assert answer is not None
    assert answer.because == ("b/2", "c/2")
    assert "d" not in marks(apply(state, answer))


def test_an_answer_holds_for_its_own_step_only() -> None:
    state = graph(reopened("a", "2027-04-12"), done_again("a", "2027-04-20"))
    answer = do_uphold(state, "b")
    assert answer is not None
    assert set(marks(apply(state, answer))) == {"c", "d", "e", "f", "g"}


def test_to_do_it_anew_is_the_other_answer_and_marks_what_rests_on_it() -> None:
    state = graph(reopened("a", "2027-04-12"), done_again("a", "2027-04-20"))
    event = reopen(
        state, GRAPH.step("d"), today=day("2027-04-21"), by="petra", reason="ny", token="u"
    )
    state = apply(state, event)
    assert state["d"].marks == ()
    assert state["d"].status is Status.REOPENED
    assert marks(state)["e"] == ["a/2", "d/2"]


@pytest.mark.parametrize(
    ("events", "message"),
    [
        ([], "d är planerat; det finns inget att låta stå fast."),
        ([opened("d", "2027-03-01")], "d pågår; det finns inget att låta stå fast."),
    ],
)
def test_only_what_is_completed_can_stand(events: list[Event], message: str) -> None:
    with pytest.raises(RefusedError, match=message):
        do_uphold(fold(GRAPH, events), "d")


# --- Who is asked, and when ---


def told(state: YearState, on: str) -> list[Notice]:
    plan = plan_year(state.definition, 2028, orsa_meetings(), state)
    return [
        notice
        for notice in obligations(state, plan, WORKDAYS, day(on))
        if notice.kind is Kind.RECONSIDER
    ]


def test_they_are_told_at_once_and_asked_when_the_ground_is_done_again() -> None:
    before = graph()
    event = reopened("a", "2027-04-12")
    at_once = [
        notice
        for notice in announcements(before, apply(before, event), event, day("2027-04-12"))
        if notice.kind is Kind.RECONSIDER
    ]
    assert {(n.step, n.to) for n in at_once} == {
        (slug, to) for slug in "bcdefg" for to in (EKONOMICHEF, OWNER)
    }
    assert {n.because for n in at_once} == {("a",)}
    assert told(graph(event), "2027-04-19") == []
    asked = told(graph(event, done_again("a", "2027-04-20")), "2027-04-20")
    assert {(n.step, n.to) for n in asked} == {(n.step, n.to) for n in at_once}
    assert {n.rung for n in asked} == {date(2027, 4, 20)}
    assert {n.due for n in asked} == {date(2027, 5, 4)}  # ten working days


def test_of_two_grounds_both_are_done_before_anybody_is_asked() -> None:
    begun: list[Event] = [reopened("b", "2027-04-12"), reopened("c", "2027-04-12")]
    state = graph(*begun, done_again("b", "2027-04-20"))
    assert reconsider_from(state, GRAPH.step("d")) is None
    state = graph(*begun, done_again("b", "2027-04-20"), done_again("c", "2027-04-26"))
    assert reconsider_from(state, GRAPH.step("d")) == date(2027, 4, 26)


def test_who_has_not_answered_is_reminded_and_who_has_is_not() -> None:
    state = graph(reopened("d", "2027-04-12"), done_again("d", "2027-04-20"))
    reminded = [n for n in told(state, "2027-05-12") if n.step == "e" and n.to == EKONOMICHEF]
    assert [str(n.rung) for n in reminded] == ["2027-04-20", "2027-05-12"]
    answer = do_uphold(state, "e")
    assert answer is not None
    left = told(apply(state, answer), "2027-05-12")
    assert {n.step for n in left} == {"f", "g"}


# --- Any graph ---


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Definition, str]:
    slugs = [f"s{number}" for number in range(draw(st.integers(2, 8)))]
    steps = []
    for number, slug in enumerate(slugs):
        before = draw(st.sets(st.sampled_from(slugs[:number]))) if number else set()
        strengths = st.sampled_from(["hard", "mjuk"])
        steps.append(
            make_step(slug, kraver=[make_need(one, slag=draw(strengths)) for one in sorted(before)])
        )
    return make_definition(steg=steps), draw(st.sampled_from(slugs))


@given(graphs())
def test_in_any_graph_just_those_who_rest_on_it_are_marked_once(
    drawn: tuple[Definition, str],
) -> None:
    definition, begun = drawn
    completed = [completed_before_start(step.slug, "2027-03-31") for step in definition.steps]
    before = fold(definition, completed)
    state = apply(before, reopened(begun, "2027-04-12"))
    resting = {begun}
    while more := {
        step.slug
        for step in definition.steps
        if step.slug not in resting and resting & set(step.rests_on)
    }:
        resting |= more
    assert marks(state) == {slug: [f"{begun}/2"] for slug in resting - {begun}}
    assert {slug for slug in state.steps if state[slug] != before[slug]} == resting
