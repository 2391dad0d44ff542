"""What the owner sees of a step's figures: who has given what, who has not, and what they were before."""

from __future__ import annotations

import json

from models.events import Event, Resulted
from models.fold import fold
from models.process import TaskKey
from models.state import YearState
from tests.factories import EKONOMICHEF, NORR, SODER, day, make_definition, make_step, opened
from views.event_words import happened
from views.figures import GivenFigure, given_figures, missing_kinds, step_figures
from views.history import lines_of_log

LILLBY = make_definition(
    steg=[
        make_step(
            "underlag",
            ansvariga=["chef", "ekonomichef"],
            resultat=["bokslutsresultat", "maluppfyllelse"],
        )
    ]
)
OPENED = opened("underlag", "2027-01-04")


def goals(met: int) -> dict[str, int]:
    return {"uppfyllda": met, "delvis": 0, "ej": 0, "ej_matbara": 0}


def resulted(number: int, task: TaskKey | None, met: int, **more: str) -> Resulted:
    return Resulted(
        step="underlag",
        on=day(f"2027-02-0{number}"),
        by="Nora Norr <nora@lillby.example>",
        round=1,
        number=number,
        task=task,
        values={"maluppfyllelse": goals(met)},
        **more,
    )


def year_of(*events: Event) -> YearState:
    return fold(LILLBY, [OPENED, *events])


def told(state: YearState) -> list[tuple[str, str, str, bool]]:
    def brief(one: GivenFigure) -> tuple[str, str, str, bool]:
        return one.kind, one.name, one.text, one.counts

    return list(map(brief, given_figures(state, state.definition.step("underlag"))))


def test_the_owner_sees_who_has_given_what_and_who_has_not() -> None:
    state = year_of(resulted(1, NORR, 3))
    assert told(state) == [
        ("bokslutsresultat", "ekonomichef", "", False),
        ("maluppfyllelse", "chef, Norr", "3 uppfyllda", True),
        ("maluppfyllelse", "chef, Soder", "", False),
        ("maluppfyllelse", "ekonomichef", "", False),
    ]
    assert missing_kinds(state, state.definition.step("underlag")) == ("bokslutsresultat",)


def test_what_is_given_for_the_whole_step_stands_last_and_over_the_others() -> None:
    state = year_of(resulted(1, NORR, 3), resulted(2, None, 9))
    assert told(state)[1] == ("maluppfyllelse", "chef, Norr", "3 uppfyllda", False)
    assert told(state)[-1] == ("maluppfyllelse", "hela steget", "9 uppfyllda", True)
    again = year_of(resulted(1, NORR, 3), resulted(2, None, 9), resulted(3, SODER, 2))
    assert [counts for kind, _, _, counts in told(again) if kind == "maluppfyllelse"] == [
        True,
        True,
        False,
        False,
    ]


def test_a_step_that_is_not_begun_asks_nobody() -> None:
    assert given_figures(fold(LILLBY, []), LILLBY.step("underlag")) == ()


def test_a_part_that_there_is_no_more_is_named_as_it_was() -> None:
    gone = TaskKey(role="vd")
    assert ("maluppfyllelse", "vd", "4 uppfyllda", True) in told(year_of(resulted(1, gone, 4)))


def test_json_has_the_parts_by_their_names_in_the_definition() -> None:
    state = year_of(resulted(1, NORR, 3))
    found = step_figures(state, LILLBY.step("underlag"), 2028).as_json()
    assert json.loads(json.dumps(found["lamnade_siffror"]))[1] == {
        "slag": "maluppfyllelse",
        "del": "chef:norr",
        "namn": "chef, Norr",
        "varde": goals(3),
        "text": "3 uppfyllda",
        "lamnat": "2027-02-01",
        "av": "Nora Norr",
        "galler": True,
    }
    assert (found["resultat"][0]["varde"], found["saknade_resultat"]) == (
        goals(3),
        ["bokslutsresultat"],
    )


def test_history_says_whose_the_figures_are_and_what_they_were() -> None:
    log: list[Event] = [
        OPENED,
        resulted(1, NORR, 3),
        resulted(2, SODER, 2),
        resulted(3, NORR, 4, reason="räknat om"),
        resulted(4, None, 9),
    ]
    lines = [line for slug, _, line in lines_of_log(LILLBY, log) if line.kind == "resultat"]
    assert [(line.what, line.said) for line in lines] == [
        ("Siffror registrerades för chef, Norr. Måluppfyllelse: 3 uppfyllda", ""),
        ("Siffror registrerades för chef, Soder. Måluppfyllelse: 2 uppfyllda", ""),
        (
            "Siffror registrerades för chef, Norr. Måluppfyllelse: 4 uppfyllda (förut 3 uppfyllda)",
            "räknat om",
        ),
        ("Siffror registrerades. Måluppfyllelse: 9 uppfyllda (förut 6 uppfyllda)", ""),
    ]
    assert {(line.who, str(line.day)) for line in lines} >= {("Nora Norr", "2027-02-03")}
    assert happened(LILLBY, log[3])[0].endswith("4 uppfyllda")


def test_who_has_the_municipalitys_figure_is_one() -> None:
    result = {"resultat": -1250, "balanskravsresultat": -1250}
    event = resulted(1, EKONOMICHEF, 0).model_copy(update={"values": {"bokslutsresultat": result}})
    asked = [one for one in told(year_of(event)) if one[0] == "bokslutsresultat"]
    assert [(name, counts) for _, name, _, counts in asked] == [("ekonomichef", True)]
