"""What people may do, and what they are told when they may not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from calendars.schedule import plan_year
from models.errors import RefusedError, UnknownError
from models.events import Decided, Event, Outcome, Reopened, Reported
from models.fold import apply
from models.opening import open_step
from models.state import YearState, not_started
from models.step_words import status_text
from tests.factories import (
    EKONOMICHEF,
    NORR,
    completed_before_start,
    decided,
    make_definition,
    make_year,
    opened,
    orsa,
    reopened,
    reported,
)
from tests.rules import decide, override, reopen, report

LILLBY = make_definition()
UNDERLAG: list[Event] = [completed_before_start("underlag", "2027-09-01")]
AWAITING: list[Event] = [
    *UNDERLAG,
    opened("forslag", "2027-10-01"),
    reported("forslag", EKONOMICHEF, "2027-10-04"),
]
DONE: list[Event] = [*AWAITING, decided("forslag", "KS", "2027-10-18")]
CHAIN: list[Event] = [
    *DONE,
    opened("budget", "2027-10-01"),
    reported("budget", EKONOMICHEF, "2027-10-04"),
    decided("budget", "KS", "2027-10-18"),
]


def do_report(state: YearState, slug: str, role: str, unit: str | None = None) -> Reported | None:
    return report(
        state,
        state.definition.step(slug),
        role,
        unit,
        today=date(2027, 10, 20),
        by="eva",
        comment="",
    )


def do_decide(state: YearState, slug: str, body: str, on: str, **overrides: Any) -> Decided | None:
    fields: dict[str, Any] = {"outcome": Outcome.BIFALL, "today": date(2027, 12, 1), **overrides}
    return decide(
        state,
        state.definition.step(slug),
        body,
        fields.pop("outcome"),
        on=date.fromisoformat(on),
        by="kim",
        **fields,
    )


def do_reopen(state: YearState, slug: str, reason: str = "nya siffror") -> Reopened:
    return reopen(
        state,
        state.definition.step(slug),
        today=date(2027, 10, 20),
        by="petra",
        reason=reason,
        token="t",
    )


def do_override(state: YearState, slug: str, reason: str = "sjukdom") -> Event:
    step = state.definition.step(slug)
    return override(state, step, today=date(2027, 10, 20), by="petra", reason=reason)


def told(act: Callable[[], object]) -> str:
    with pytest.raises(RefusedError) as refusal:
        act()
    return str(refusal.value)


# --- Opening ---


def test_a_step_opens_on_the_first_working_day_of_its_window() -> None:
    plan = plan_year(LILLBY, 2028, ())["underlag"]
    state, step = not_started(LILLBY), LILLBY.step("underlag")
    assert open_step(state, step, plan, date(2027, 1, 3)) is None
    opening = open_step(state, step, plan, date(2027, 1, 4))
    assert opening is not None
    assert opening.on == date(2027, 1, 4)
    assert open_step(apply(state, opening), step, plan, date(2027, 1, 5)) is None


def test_a_missed_day_opens_the_step_later() -> None:
    plan = plan_year(LILLBY, 2028, ())["underlag"]
    late = open_step(not_started(LILLBY), LILLBY.step("underlag"), plan, date(2027, 2, 15))
    assert late is not None
    assert late.on == date(2027, 2, 15)


# --- Reporting ---


def test_a_report_is_for_the_role_the_unit_and_the_round() -> None:
    year = make_year(opened("underlag", "2027-01-04"))
    event = do_report(year, "underlag", "chef", "norr")
    assert event is not None
    assert (event.task, event.round, event.by) == (NORR, 1, "eva")


def test_reporting_twice_is_harmless() -> None:
    year = make_year(opened("underlag", "2027-01-04"), reported("underlag", NORR, "2027-02-01"))
    assert do_report(year, "underlag", "chef", "norr") is None
    assert do_report(make_year(*DONE), "forslag", "ekonomichef") is None


def test_a_new_round_takes_a_new_report() -> None:
    year = make_year(*DONE, reopened("forslag", "2027-10-19"))
    event = do_report(year, "forslag", "ekonomichef")
    assert event is not None
    assert event.round == 2


def test_a_role_without_a_part_is_told_who_has_one() -> None:
    year = make_year(opened("underlag", "2027-01-04"))
    with pytest.raises(UnknownError) as error:
        do_report(year, "underlag", "chef", "vaster")
    assert str(error.value) == (
        "Uppgiften i underlag för 'chef:vaster' finns inte. "
        "Välj bland: chef:norr, chef:soder, ekonomichef."
    )


def test_a_role_with_units_cannot_report_without_one() -> None:
    year = make_year(opened("underlag", "2027-01-04"))
    with pytest.raises(UnknownError, match="'chef' finns inte"):
        do_report(year, "underlag", "chef")


def test_reporting_on_a_planned_step_is_refused() -> None:
    assert told(lambda: do_report(not_started(LILLBY), "underlag", "ekonomichef")) == (
        "underlag är planerat; ekonomichef har ingen öppen uppgift där. "
        "Vänta tills steget öppnas; kommunplan status visar när."
    )


def test_reporting_on_a_step_completed_before_the_start_is_refused() -> None:
    assert told(lambda: do_report(make_year(*UNDERLAG), "underlag", "chef", "norr")) == (
        "underlag är klart; chef, Norr har ingen öppen uppgift där. "
        "Ska det göras om: kommunplan kor-om underlag --skal …"
    )


def test_reporting_after_an_override_is_refused_with_what_comes_next() -> None:
    year = make_year(*UNDERLAG, opened("forslag", "2027-10-01"))
    year = apply(year, do_override(year, "forslag"))
    assert told(lambda: do_report(year, "forslag", "ekonomichef")) == (
        "forslag väntar på KS; ekonomichef har ingen öppen uppgift där. "
        "Nästa: registrera beslutet i KS."
    )


# --- Override ---


def test_an_override_keeps_its_reason() -> None:
    event = do_override(make_year(opened("underlag", "2027-01-04")), "underlag")
    assert event.model_dump()["reason"] == "sjukdom"


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_an_override_without_a_reason_is_refused(reason: str) -> None:
    year = make_year(opened("underlag", "2027-01-04"))
    assert told(lambda: do_override(year, "underlag", reason)) == (
        "Det krävs ett skäl för att låta underlag gå vidare utan alla delar. Ange det med --skal."
    )


def test_an_override_where_nothing_is_missing_is_refused() -> None:
    assert told(lambda: do_override(make_year(*AWAITING), "forslag")) == (
        "forslag väntar på KS; inga delar saknas. Nästa: registrera beslutet i KS."
    )


def test_an_override_does_not_step_past_a_hard_requirement() -> None:
    year = make_year(opened("forslag", "2027-10-01"))
    year = apply(year, do_override(year, "forslag"))
    assert told(lambda: do_override(year, "forslag")) == (
        "forslag pågår; inga delar saknas. Först måste bli klart: underlag."
    )


# --- Deciding ---


def test_a_decision_carries_round_link_and_paragraph() -> None:
    event = do_decide(make_year(*CHAIN), "budget", "kf", "2027-11-29", paragraph="KF § 112/2027")
    assert event is not None
    assert (event.body, event.round, event.link) == ("KF", 1, 1)
    assert event.paragraph == "KF § 112/2027"


def test_a_body_can_be_named_in_full() -> None:
    event = do_decide(make_year(*AWAITING), "forslag", "instans ks", "2027-10-18")
    assert event is not None
    assert event.body == "KS"


def test_registering_the_same_decision_twice_is_harmless() -> None:
    assert do_decide(make_year(*DONE), "forslag", "KS", "2027-10-18") is None
    assert do_decide(make_year(*CHAIN), "budget", "KS", "2027-10-18") is None


@pytest.mark.parametrize("outcome", [Outcome.BORDLAGGNING, Outcome.ATERREMISS])
def test_registering_the_same_return_or_deferral_twice_is_harmless(outcome: Outcome) -> None:
    year = make_year(*AWAITING)
    first = do_decide(year, "forslag", "KS", "2027-10-18", outcome=outcome, reason="x")
    assert first is not None
    again = do_decide(
        apply(year, first), "forslag", "KS", "2027-10-18", outcome=outcome, reason="x"
    )
    assert again is None


def test_after_a_deferral_the_body_decides_at_a_later_meeting_and_a_wrong_one_is_put_right() -> (
    None
):
    year = make_year(*AWAITING)
    put_off = do_decide(year, "forslag", "KS", "2027-10-18", outcome=Outcome.BORDLAGGNING)
    assert put_off is not None
    with pytest.raises(RefusedError, match=r"på ett senare sammanträde.*kommunplan ratta"):
        do_decide(apply(year, put_off), "forslag", "KS", "2027-10-18")
    assert do_decide(apply(year, put_off), "forslag", "KS", "2027-10-25") is not None


def test_an_unknown_step_is_told_with_the_known_ones() -> None:
    with pytest.raises(UnknownError) as error:
        LILLBY.step("bokslut")
    assert str(error.value) == (
        "Steget 'bokslut' finns inte. Välj bland: underlag, budgetdag, forslag, budget."
    )


def test_an_unknown_body_is_told_with_the_known_ones() -> None:
    with pytest.raises(UnknownError) as error:
        do_decide(make_year(*AWAITING), "forslag", "SU", "2027-10-18")
    assert str(error.value) == "Instansen 'SU' finns inte. Välj bland: KS, KF."


def test_a_body_outside_the_chain_is_refused() -> None:
    assert told(lambda: do_decide(make_year(*AWAITING), "forslag", "KF", "2027-11-29")) == (
        "KF beslutar inte i forslag; där beslutar KS."
    )


def test_a_decision_where_nothing_is_decided_is_refused() -> None:
    year = make_year(opened("underlag", "2027-01-04"))
    assert told(lambda: do_decide(year, "underlag", "KS", "2027-02-01")) == (
        "KS beslutar inte i underlag; där beslutar ingen instans."
    )


def test_a_body_whose_turn_it_is_not_is_refused() -> None:
    year = make_year(
        *DONE, opened("budget", "2027-10-01"), reported("budget", EKONOMICHEF, "2027-10-04")
    )
    assert told(lambda: do_decide(year, "budget", "KF", "2027-11-29")) == (
        "budget väntar på KS; KF står inte i tur att besluta. Registrera först beslutet i KS."
    )


def test_a_decision_in_a_planned_step_is_refused() -> None:
    assert told(lambda: do_decide(not_started(LILLBY), "forslag", "KS", "2027-10-18")) == (
        "forslag är planerat; KS kan inte besluta än. "
        "Vänta tills steget öppnas; kommunplan status visar när."
    )


def test_a_decision_before_the_parts_is_refused_with_what_is_missing() -> None:
    year = make_year(*UNDERLAG, opened("forslag", "2027-10-01"))
    assert told(lambda: do_decide(year, "forslag", "KS", "2027-10-18")) == (
        "forslag pågår; KS kan inte besluta än. Nu saknas: ekonomichef."
    )


def test_a_decision_before_a_hard_requirement_is_refused_with_what_must_come_first() -> None:
    year = make_year(
        opened("forslag", "2027-10-01"), reported("forslag", EKONOMICHEF, "2027-10-04")
    )
    assert told(lambda: do_decide(year, "forslag", "KS", "2027-10-18")) == (
        "forslag pågår; KS kan inte besluta än. Först måste bli klart: underlag."
    )


def test_a_decision_in_a_reopened_step_is_refused_until_the_parts_are_in() -> None:
    year = make_year(*DONE, reopened("forslag", "2027-10-20"))
    assert told(lambda: do_decide(year, "forslag", "KS", "2027-11-15")) == (
        "forslag är återöppnat; KS kan inte besluta än. Nu saknas: ekonomichef."
    )


def test_another_decision_in_a_completed_step_is_refused() -> None:
    assert told(lambda: do_decide(make_year(*DONE), "forslag", "KS", "2027-11-15")) == (
        "forslag är klart; inget beslut i KS väntas. "
        "Ska det göras om: kommunplan kor-om forslag --skal …"
    )


def test_a_decision_in_the_future_is_refused() -> None:
    assert told(
        lambda: do_decide(
            make_year(*AWAITING), "forslag", "KS", "2027-10-18", today=date(2027, 10, 17)
        )
    ) == (
        "Beslutsdatum 2027-10-18 ligger i framtiden (i dag är 2027-10-17). "
        "Registrera beslutet när sammanträdet har hållits."
    )


def test_a_decision_before_the_step_was_opened_is_refused() -> None:
    assert told(lambda: do_decide(make_year(*AWAITING), "forslag", "KS", "2027-09-30")) == (
        "Beslutsdatum 2027-09-30 ligger före den dag då forslag öppnades (2027-10-01). "
        "Kontrollera datumet."
    )


def test_a_decision_in_the_window_is_taken_also_when_the_step_was_opened_late() -> None:
    year = make_year(*UNDERLAG, opened("forslag", "2027-10-20"))
    year = apply(year, do_override(year, "forslag"))
    event = do_decide(year, "forslag", "KS", "2027-10-18", not_before=date(2027, 10, 1))
    assert event is not None


def test_a_decision_before_the_previous_bodys_is_refused() -> None:
    assert told(lambda: do_decide(make_year(*CHAIN), "budget", "KF", "2027-10-11")) == (
        "Beslutsdatum 2027-10-11 ligger före beslutet i KS (2027-10-18). Kontrollera datumet."
    )


@pytest.mark.parametrize(
    ("outcome", "what"), [(Outcome.ATERREMISS, "återremiss"), (Outcome.AVSLAG, "avslag")]
)
def test_a_return_without_a_reason_is_refused(outcome: Outcome, what: str) -> None:
    year = make_year(*AWAITING)
    assert told(lambda: do_decide(year, "forslag", "KS", "2027-10-18", outcome=outcome)) == (
        f"Det krävs ett skäl för {what} i forslag. Ange det med --skal."
    )


def test_a_decision_registered_late_in_a_rerun_of_what_was_done_before_the_start() -> None:
    year = make_year(
        *UNDERLAG,
        completed_before_start("forslag", "2027-10-01"),
        reopened("forslag", "2027-10-05"),
        reported("forslag", EKONOMICHEF, "2027-10-11", round=2),
    )
    event = do_decide(year, "forslag", "KS", "2027-10-18", today=date(2027, 10, 20))
    assert event is not None
    assert event.round == 2


def test_a_decision_that_a_rerun_has_superseded_can_be_registered_anew() -> None:
    """How a decision that was registered wrongly is put right, on the meeting's own date."""
    year = make_year(
        *DONE,
        reopened("forslag", "2027-10-20"),
        reported("forslag", EKONOMICHEF, "2027-10-20", round=2),
    )
    event = do_decide(year, "forslag", "KS", "2027-10-18", paragraph="KS § 75/2027")
    assert event is not None
    assert event.round == 2


# --- Running anew ---


def test_a_rerun_keeps_reason_and_token_and_counts_the_round() -> None:
    event = do_reopen(make_year(*DONE), "forslag")
    assert (event.round, event.reason, event.token) == (2, "nya siffror", "t")


def test_a_rerun_without_a_reason_is_refused() -> None:
    assert told(lambda: do_reopen(make_year(*DONE), "forslag", " ")) == (
        "Det krävs ett skäl för att köra om forslag. Ange det med --skal."
    )


def test_a_rerun_of_what_never_ran_is_refused() -> None:
    assert told(lambda: do_reopen(not_started(LILLBY), "forslag")) == (
        "forslag är planerat och har aldrig körts; det finns inget att köra om. "
        "Det öppnas av sig självt när dess fönster börjar."
    )


@pytest.mark.parametrize(
    ("events", "message"),
    [
        (
            [*UNDERLAG, opened("forslag", "2027-10-01")],
            "forslag pågår och behöver inte köras om. Nu saknas: ekonomichef.",
        ),
        (
            AWAITING,
            "forslag väntar på KS och behöver inte köras om. Nästa: registrera beslutet i KS.",
        ),
        (
            [*DONE, reopened("forslag", "2027-10-19")],
            "forslag är återöppnat och behöver inte köras om. Nu saknas: ekonomichef.",
        ),
    ],
    ids=["pågår", "väntar", "återöppnat"],
)
def test_a_rerun_of_what_is_under_way_is_refused(events: list[Event], message: str) -> None:
    assert told(lambda: do_reopen(make_year(*events), "forslag")) == message


def test_a_rerun_of_underlag_touches_all_that_is_completed_on_it() -> None:
    year = make_year(
        *CHAIN, decided("budget", "KF", "2027-11-29", link=1), opened("budgetdag", "2027-04-01")
    )
    assert [s.slug for s in year.resting_on("underlag")] == ["forslag", "budget"]
    assert year.resting_on("budget") == ()


def test_a_rerun_of_orsas_frames_touches_near_and_far() -> None:
    year = make_year(
        *(completed_before_start(step.slug, "2027-12-01") for step in orsa().steps),
        definition=orsa(),
    )
    assert [step.slug for step in year.resting_on("ekonomiska-ramar")] == [
        "verksamhetsplan-forslag",
        "skattesats-forslag",
        "kommunplan-su",
        "kommunplan-ks",
        "skattesats-kf",
        "kommunplan-kf",
        "verksamhetsplaner",
        "intern-fordelning",
        "skattesatsforslag-skatteverket",
        "budgetforslag-webbplats",
        "skattesats-skatteverket",
    ]


# --- Words ---


@pytest.mark.parametrize(
    ("events", "text"),
    [
        ([], "planerat"),
        ([opened("forslag", "2027-10-01")], "pågår"),
        (AWAITING, "väntar på KS"),
        (DONE, "klart"),
        ([*DONE, reopened("forslag", "2027-10-19")], "återöppnat"),
    ],
)
def test_the_state_in_a_few_words(events: list[Event], text: str) -> None:
    assert status_text(make_year(*events), LILLBY.step("forslag")) == text
