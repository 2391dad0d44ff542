"""A part's figures belong to that part: who gives what, what the step's figure then is, who is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.workdays import WORKDAYS
from models.errors import DefinitionError, RefusedError
from models.events import Event, Resulted
from models.fold import apply, fold
from models.givers import givers, kinds_of, units_of
from models.occasions import raised_by
from models.process import Definition, TaskKey
from models.state import YearState
from tests.factories import (
    EKONOMICHEF,
    NORR,
    SODER,
    day,
    decided,
    make_definition,
    make_occasion,
    make_step,
    make_unit,
    opened,
    reported,
)
from tests.rules import record

KINDS = ["skattesats", "bokslutsresultat", "prognos", "maluppfyllelse"]
TODAY = day("2027-03-01")
RESULT = {"resultat": -1250, "balanskravsresultat": -1250}


def lillby(**more: Any) -> Definition:
    """`underlag` of two chefer and the ekonomichef comes to every kind; `bolaget` is nobody's unit."""
    step = make_step("underlag", ansvariga=["chef", "ekonomichef"], resultat=KINDS, **more)
    return make_definition(
        steg=[step],
        enhet=[make_unit("norr"), make_unit("soder"), make_unit("bolaget")],
        tillfalle=[
            make_occasion(
                "underskott",
                startas_av={"belopp": "avvikelse", "under": 0},
                slag="beslut",
                beslutskedja=["KS"],
                ansvariga=["chef", "ekonomichef"],
            )
        ],
    )


LILLBY = lillby()
STEP = LILLBY.step("underlag")


def year_of(*events: Event, definition: Definition = LILLBY) -> YearState:
    return fold(definition, [opened("underlag", "2027-01-04"), *events])


def gives(
    state: YearState, values: dict[str, Any], task: TaskKey | None = None, **more: Any
) -> Resulted:
    step = state.definition.step("underlag")
    whose = {"role": task.role, "unit": task.unit} if task else {}
    found = record(state, step, values, today=TODAY, **{"by": "x", **whose, **more})
    assert found is not None
    return found


def after(*gifts: tuple[TaskKey | None, dict[str, Any]]) -> YearState:
    state = year_of()
    for task, values in gifts:
        state = apply(state, gives(state, values, task))
    return state


def refusal_of(values: dict[str, Any], task: TaskKey | None, **more: Any) -> str:
    with pytest.raises(RefusedError) as refusal:
        gives(year_of(), values, task, **more)
    return str(refusal.value)


def figures(state: YearState) -> Any:
    return state["underlag"].results


def row(unit: str, planned: int, expected: int) -> dict[str, Any]:
    return {"enhet": unit, "budget": planned, "prognos": expected}


def goals(met: int, partly: int = 0) -> dict[str, int]:
    return {"uppfyllda": met, "delvis": partly, "ej": 0, "ej_matbara": 0}


# --- Who gives what ---


def test_what_is_the_municipalitys_is_asked_of_the_first_part_without_a_unit() -> None:
    assert givers(LILLBY, STEP, "bokslutsresultat") == (EKONOMICHEF,)
    assert givers(LILLBY, STEP, "skattesats") == (EKONOMICHEF,)
    assert kinds_of(LILLBY, STEP, NORR) == ("prognos", "maluppfyllelse")
    assert kinds_of(LILLBY, STEP, EKONOMICHEF) == tuple(KINDS)


def test_a_unit_gives_its_own_row_and_who_has_no_unit_those_that_nobody_else_gives() -> None:
    assert units_of(LILLBY, STEP, NORR) == ("norr",)
    assert units_of(LILLBY, STEP, EKONOMICHEF) == ("bolaget",)


def test_where_all_parts_are_units_the_municipalitys_figure_is_asked_of_none() -> None:
    definition = make_definition(
        steg=[make_step("underlag", ansvariga=["chef"], resultat=["bokslutsresultat"])]
    )
    assert givers(definition, definition.step("underlag"), "bokslutsresultat") == ()
    state = year_of(definition=definition)
    with pytest.raises(RefusedError, match="lämnas av processagare, inte av chef, Norr"):
        gives(state, {"bokslutsresultat": RESULT}, NORR)
    whole = apply(state, gives(state, {"bokslutsresultat": RESULT}))
    assert figures(whole) == {"bokslutsresultat": RESULT}


def test_the_definition_names_whose_a_kind_is() -> None:
    named = lillby(resultat_fran={"bokslutsresultat": "chef:norr", "maluppfyllelse": "chef"})
    step = named.step("underlag")
    assert givers(named, step, "bokslutsresultat") == (NORR,)
    assert givers(named, step, "maluppfyllelse") == (NORR, SODER)
    rows = lillby(resultat_fran={"prognos": "ekonomichef"})
    assert units_of(rows, rows.step("underlag"), EKONOMICHEF) == ("norr", "soder", "bolaget")


@pytest.mark.parametrize(
    ("named", "fault"),
    [
        (
            {"prognos": "sekreterare"},
            "steg 'underlag', resultat_fran, prognos: 'sekreterare' har ingen del i steget. Välj bland: "
            "chef:norr, chef:soder, ekonomichef; eller lägg till rollen i ansvariga.",
        ),
        (
            {"ramar": "ekonomichef"},
            "steg 'underlag', resultat_fran: steget ger inte ramar. Lägg till det i resultat, eller ta "
            "bort raden.",
        ),
        (
            {"bokslutsresultat": "chef"},
            "steg 'underlag', resultat_fran, bokslutsresultat: 'chef' finns för flera enheter, men "
            "uppgiften är kommunens. Välj en av dem: chef:norr, chef:soder; eller en roll utan enheter.",
        ),
        (
            {"vinst": "chef"},
            "steg 'underlag', resultat_fran, vinst: 'vinst' går inte; ska vara 'skattesats', 'ramar', "
            "'bokslutsresultat', 'prognos' eller 'maluppfyllelse'.",
        ),
    ],
)
def test_a_giver_without_such_figures_is_refused(named: dict[str, str], fault: str) -> None:
    with pytest.raises(DefinitionError) as refusal:
        lillby(resultat_fran=named)
    assert fault in str(refusal.value)


# --- What the step's figure is ---


def test_one_chefs_result_does_not_become_the_municipalitys() -> None:
    assert refusal_of({"bokslutsresultat": RESULT}, NORR) == (
        "Bokslutsresultat i underlag lämnas av ekonomichef, inte av chef, Norr. Utelämna "
        "bokslutsresultat här."
    )
    state = after((EKONOMICHEF, {"bokslutsresultat": RESULT}))
    assert figures(state) == {"bokslutsresultat": RESULT}


def test_rows_are_put_together_and_goals_summed() -> None:
    state = after(
        (SODER, {"prognos": [row("soder", 90, 90)], "maluppfyllelse": goals(2)}),
        (NORR, {"prognos": [row("norr", 100, 105)], "maluppfyllelse": goals(3, 1)}),
        (EKONOMICHEF, {"prognos": [row("bolaget", 10, 10)]}),
    )
    assert figures(state)["prognos"] == [
        row("norr", 100, 105),
        row("soder", 90, 90),
        row("bolaget", 10, 10),
    ]
    assert figures(state)["maluppfyllelse"] == goals(5, 1)


def test_a_row_of_another_unit_is_refused_and_says_whose_it_is() -> None:
    assert refusal_of({"prognos": [row("norr", 1, 1), row("soder", 1, 1)]}, NORR) == (
        "Prognosen för Soder i underlag lämnas av chef, Soder, inte av chef, Norr. Ta bort raden soder."
    )
    assert "lämnas av ekonomichef" in refusal_of({"prognos": [row("bolaget", 1, 1)]}, NORR)


def test_a_unit_without_a_role_is_refused() -> None:
    assert refusal_of({"maluppfyllelse": goals(1)}, None, unit="norr").startswith(
        "Vems siffror är det i norr? Ange också rollen"
    )


def test_whoever_gave_a_figure_corrects_it_and_nothing_is_lost() -> None:
    state = after((NORR, {"maluppfyllelse": goals(3)}), (SODER, {"maluppfyllelse": goals(2)}))
    again = record(
        state, STEP, {"maluppfyllelse": goals(3)}, today=TODAY, by="x", role="chef", unit="norr"
    )
    assert again is None, "it stands so already"
    corrected = apply(state, gives(state, {"maluppfyllelse": goals(4)}, NORR))
    assert figures(corrected)["maluppfyllelse"] == goals(6)
    assert [(one.task, one.value) for one in corrected["underlag"].given] == [
        (SODER, goals(2)),
        (NORR, goals(4)),
    ]


def test_what_is_given_for_the_whole_step_stands_until_a_part_gives_a_newer_figure() -> None:
    whole = [row("norr", 100, 110), row("soder", 90, 95)]
    state = after(
        (NORR, {"maluppfyllelse": goals(3), "prognos": [row("norr", 100, 105)]}),
        (None, {"maluppfyllelse": goals(20), "prognos": whole}),
    )
    assert figures(state) == {"maluppfyllelse": goals(20), "prognos": whole}
    state = apply(
        state, gives(state, {"maluppfyllelse": goals(2), "prognos": [row("soder", 90, 91)]}, SODER)
    )
    assert figures(state)["maluppfyllelse"] == goals(5), "the sum of the parts holds again"
    assert figures(state)["prognos"] == [row("norr", 100, 110), row("soder", 90, 91)]


def test_a_part_may_say_again_what_was_set_aside_by_the_whole() -> None:
    state = after((NORR, {"maluppfyllelse": goals(3)}), (None, {"maluppfyllelse": goals(9)}))
    assert figures(apply(state, gives(state, {"maluppfyllelse": goals(3)}, NORR))) == {
        "maluppfyllelse": goals(3)
    }


def test_a_part_that_changes_a_completed_steps_figure_says_why() -> None:
    done = [reported("underlag", key, "2027-02-01") for key in (NORR, SODER, EKONOMICHEF)]
    first = gives(year_of(), {"maluppfyllelse": goals(3)}, NORR)
    state = year_of(first, *done)
    with pytest.raises(RefusedError, match="skäl för att ändra maluppfyllelse i underlag"):
        gives(state, {"maluppfyllelse": goals(2)}, SODER)
    said = gives(state, {"maluppfyllelse": goals(2)}, SODER, reason="kom sent")
    assert (said.task, said.reason) == (SODER, "kom sent")


def test_events_from_before_a_part_was_known_fold_as_they_did() -> None:
    old = {"kind": "resultat", "step": "underlag", "on": "2027-02-01", "by": "x", "round": 1}
    events = [
        Resulted.model_validate(
            {**old, "number": number, "values": {"maluppfyllelse": goals(number)}}
        )
        for number in (1, 2)
    ]
    assert figures(year_of(*events)) == {"maluppfyllelse": goals(2)}


GIFTS: tuple[tuple[TaskKey, dict[str, Any]], ...] = (
    (NORR, {"maluppfyllelse": goals(3, 1), "prognos": [row("norr", 100, 105)]}),
    (SODER, {"maluppfyllelse": goals(2)}),
    (SODER, {"prognos": [row("soder", 90, 99)]}),
    (EKONOMICHEF, {"maluppfyllelse": goals(1), "prognos": [row("bolaget", 5, 5)]}),
    (EKONOMICHEF, {"bokslutsresultat": RESULT}),
)


@given(st.permutations(GIFTS))
@settings(max_examples=40)
def test_the_order_of_giving_changes_no_figure(order: list[tuple[TaskKey, dict[str, Any]]]) -> None:
    assert figures(after(*order)) == figures(after(*GIFTS))


@given(st.lists(st.tuples(st.sampled_from([None, NORR, SODER]), st.integers(0, 5)), max_size=8))
@settings(max_examples=60)
def test_a_replay_comes_to_the_same_and_the_last_word_holds(
    said: list[tuple[TaskKey | None, int]],
) -> None:
    events: list[Event] = []
    for task, met in said:
        found = record(
            year_of(*events),
            STEP,
            {"maluppfyllelse": goals(met)},
            today=TODAY,
            by="x",
            **({"role": task.role, "unit": task.unit} if task else {}),
        )
        events += [found] if found else []
    state = year_of(*events)
    again = [Resulted.model_validate_json(event.model_dump_json()) for event in events]
    assert year_of(*again) == state
    if said and said[-1][0] is None:
        assert figures(state)["maluppfyllelse"] == goals(said[-1][1])
    elif said:
        newest = {task: met for task, met in said if task}
        assert figures(state)["maluppfyllelse"] == goals(sum(newest.values()))


# --- What they raise ---


def test_a_units_deficit_raises_what_it_raises_once() -> None:
    state = year_of()
    slugs = []

    def give(values: dict[str, Any], task: TaskKey | None) -> None:
        nonlocal state
        event = gives(state, values, task)
        before, state = state, apply(state, event)
        for raised in raised_by(before, state, event, WORKDAYS):
            slugs.append((raised.slug, raised.unit))
            state = apply(state, raised)

    give({"prognos": [row("norr", 100, 105)]}, NORR)
    assert slugs == [("underskott-1", "norr")]
    for event in (
        reported("underskott-1", NORR, "2027-03-02"),
        reported("underskott-1", EKONOMICHEF, "2027-03-02"),
        decided("underskott-1", "KS", "2027-03-08"),
    ):
        state = apply(state, event)
    give({"prognos": [row("soder", 90, 90)]}, SODER)
    give({"prognos": [row("norr", 100, 105), row("soder", 90, 91)]}, None)
    assert slugs == [("underskott-1", "norr"), ("underskott-2", "soder")]
    give({"prognos": [row("norr", 100, 106)]}, NORR)
    assert slugs[2:] == [("underskott-3", "norr")], "a worse one is another"
