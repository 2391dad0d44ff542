"""What each kind of person may do, act by act, and who a refusal says may."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from models.act import Act
from models.acts.all import ACTS
from models.events import Corrected, Decided, Event
from models.fold import fold
from models.occurrences import Occurrence
from models.outcomes import Outcome
from models.process import TaskKey
from models.rights import refusal
from models.visitor import Visitor
from tests.factories import (
    NORR,
    day,
    make_arende,
    make_body,
    make_decision,
    make_definition,
    make_need,
    make_role,
    make_step,
)

MITTBY = make_definition(
    instans=[
        make_body("SU", slag="utskott", sekreterare="utskottssekreterare"),
        make_body("KS", slag="styrelse", ledtid=7),
        make_body("KF", slag="fullmaktige", utskick=10, ledtid=14),
    ],
    roll=[
        make_role("processagare", namn="processägare"),
        make_role("ekonomichef"),
        make_role("sekreterare", namn="kommunsekreterare"),
        make_role("utskottssekreterare"),
        make_role("chef", enheter=["norr", "soder"], namn="områdeschef"),
    ],
    steg=[
        make_step("underlag", ansvariga=["chef", "ekonomichef"]),
        make_decision("plan-su", "SU", ansvariga=["chef"]),
        make_decision("plan-ks", "KS", kraver=[make_need("plan-su")]),
        make_decision("plan-kf", "KF", kraver=[make_need("plan-ks")]),
        make_decision("skatt", "KS", "KF", resultat=["skattesats"]),
    ],
    arende=[make_arende("plan", "plan-su", "plan-ks", "plan-kf")],
)
DECIDED = Decided(
    step="plan-su",
    on=day("2027-10-05"),
    by="Uno",
    round=1,
    link=0,
    body="SU",
    outcome=Outcome("foreslar-nasta-instans"),
    reason="",
)
RIGHT = DECIDED.model_copy(update={"paragraph": "SU § 7/2027"})
LOG: tuple[Event, ...] = (
    DECIDED,
    Corrected(
        step="plan-su",
        on=day("2027-10-06"),
        by="Uno",
        corrects=DECIDED.key,
        decision=RIGHT,
        reason="fel",
    ),
)
STATE = fold(MITTBY, ())


def person(**held: Any) -> Visitor:
    return Visitor("Någon Exempel", "nagon@orsa.example", "länk till adressen", **held)


PEOPLE: Mapping[str, Visitor] = {
    "owner": person(is_owner=True, keys=frozenset({TaskKey(role="processagare")})),
    "deputy of the owner": person(is_owner=True, deputy_for=("Petra Exempel",)),
    "clerk of SU": person(
        clerk_of=frozenset({"SU"}), keys=frozenset({TaskKey(role="utskottssekreterare")})
    ),
    "clerk of KS and KF": person(
        clerk_of=frozenset({"KS", "KF"}), keys=frozenset({TaskKey(role="sekreterare")})
    ),
    "chef norr": person(keys=frozenset({NORR})),
    "reader": person(),
}
OWNERS = {"owner", "deputy of the owner"}
BY = {"by": "Någon"}
PART = {"step": "underlag", "role": "chef", "unit": "norr", **BY}
MAY: Mapping[str, tuple[dict[str, Any], set[str]]] = {
    "klar": (PART, {"chef norr"}),
    "ga-vidare": ({"step": "underlag", "reason": "x", **BY}, set()),
    "mer-tid": ({**PART, "reason": "x", "until": day("2027-04-09")}, {"chef norr"}),
    "inte-min": ({**PART, "reason": "x"}, {"chef norr"}),
    "skjut-upp": ({"step": "underlag", "reason": "x", "until": day("2027-04-09"), **BY}, set()),
    "beslut": (
        {"step": "plan-su", "body": "SU", "outcome": Outcome("bordlaggning"), **BY},
        {"clerk of SU"},
    ),
    "ratta": ({"event_number": 1, "why": "x", "withdraw": True, **BY}, {"clerk of SU"}),
    "diariefor": (
        {"step": "plan-su", "diarienummer": "KS 2027/1", **BY},
        {"clerk of SU", "clerk of KS and KF"},
    ),
    "anteckna": ({"what": Occurrence("anslaget"), "body": "KF", **BY}, {"clerk of KS and KF"}),
    "sarskilda-skal": (
        {"step": "plan-kf", "rule_name": "KL-11-11", "body": "KF", "reason": "x", **BY},
        set(),
    ),
    "resultat": ({**PART, "results": {}}, {"chef norr"}),
    "oppna": ({"step": "skatt", "reason": "x", **BY}, set()),
    "utga": ({"step": "skatt", "reason": "x", **BY}, set()),
    "kor-om": ({"step": "skatt", "reason": "x", **BY}, set()),
    "star-fast": ({"step": "skatt", **BY}, set()),
    "anmal": ({"occasion": "uppdrag", "heading": "x", **BY}, set()),
    "flytta": ({"body": "KS", "day": day("2027-10-18"), "to": day("2027-10-25"), **BY}, set()),
    "sammantraden-lagg-till": ({"body": "KS", "day": day("2027-10-18"), **BY}, set()),
    "sammantraden-stall-in": ({"body": "KS", "day": day("2027-10-18"), **BY}, set()),
    "sammantraden-las-in": ({"file": Path("moten.csv"), **BY}, set()),
    "rollinnehavare-las-in": ({"file": Path("chefer.csv")}, set()),
    "rollinnehavare-byt": (
        {"role": "ekonomichef", "holder": "Nils", "address": "nils@orsa.example", "by": "x"},
        set(),
    ),
    "starta-ar": ({"budget_year": 2028}, set()),
    "angra-start": ({"budget_year": 2028}, set()),
    "redan-gjort": ({"step": "skatt", "standing": "pagar", **BY}, set()),
    "redan-gjort-las-in": ({"file": Path("svar.csv"), **BY}, set()),
    "byt-definition": ({"reason": "x", **BY}, set()),
    "las-in": ({}, set()),
    "skicka-om": ({"step": "underlag", **BY}, set()),
    "skicka-misslyckade": (BY, set()),
    "aterkalla-lank": ({"number": 1, **BY}, set()),
    "kalender-skapa": ({"whose": "ekonomichef", **BY}, set()),
    "kalender-aterkalla": ({"number": 1, **BY}, set()),
}
"""For each act how it is asked for, and who may besides the owner."""


def asked(name: str, **others: Any) -> Act:
    return ACTS[name].model_validate({**MAY[name][0], **others})


def may(act: Act, state: Any = STATE, log: Any = LOG) -> set[str]:
    return {name for name, who in PEOPLE.items() if refusal(who, act, state, log) is None}


def test_the_table_has_every_act() -> None:
    assert MAY.keys() == ACTS.keys()


@pytest.mark.parametrize("name", MAY)
def test_each_act_is_for_those_of_the_table_and_the_owner_alone(name: str) -> None:
    assert may(asked(name)) == OWNERS | MAY[name][1]


@pytest.mark.parametrize("name", MAY)
def test_without_a_year_nobody_may_more_than_with_it(name: str) -> None:
    assert OWNERS <= may(asked(name), None, ()) <= OWNERS | MAY[name][1]


@pytest.mark.parametrize("name", MAY)
def test_every_refusal_names_who_may_and_that_nothing_is_done(name: str) -> None:
    said = refusal(PEOPLE["reader"], asked(name), STATE, LOG)
    assert said is not None
    assert said.startswith(ACTS[name].title)
    assert said.endswith("processägaren. Inget är ändrat.")


def test_a_refusal_says_whose_clerk_and_whose_part_it_is() -> None:
    reader = PEOPLE["reader"]
    assert refusal(reader, asked("beslut"), STATE) == (
        "Registrera beslut: det gör den som är utskottssekreterare (SU), eller processägaren. "
        "Inget är ändrat."
    )
    assert refusal(reader, asked("diariefor"), STATE) == (
        "Diarieför ett ärende: det gör den som är utskottssekreterare (SU) eller kommunsekreterare "
        "(KS, KF), eller processägaren. Inget är ändrat."
    )
    assert refusal(reader, asked("klar"), STATE) == (
        "Rapportera klart: det gör den som är områdeschef, Norr, eller processägaren. Inget är ändrat."
    )
    assert refusal(reader, asked("beslut"), None) == (
        "Registrera beslut: det gör sekreteraren för SU, eller processägaren. Inget är ändrat."
    )
    assert refusal(reader, asked("flytta"), STATE) == (
        "Flytta ett sammanträde: det gör processägaren. Inget är ändrat."
    )


@pytest.mark.parametrize(
    "others", [{"unit": "soder"}, {"role": "ekonomichef", "unit": None}, {"unit": None}]
)
@pytest.mark.parametrize("name", ["klar", "mer-tid", "inte-min", "resultat"])
def test_a_part_is_its_own_holders_alone(name: str, others: dict[str, Any]) -> None:
    assert may(asked(name, **others)) == OWNERS


def test_the_figures_of_a_whole_step_are_the_owners() -> None:
    act = asked("resultat", role=None, unit=None)
    assert may(act) == OWNERS
    assert "för ett helt steg" in str(refusal(PEOPLE["chef norr"], act, STATE))


@pytest.mark.parametrize("number", [1, 2])
def test_a_decision_is_corrected_by_the_clerk_of_its_body_also_once_more(number: int) -> None:
    assert may(asked("ratta", event_number=number)) == OWNERS | {"clerk of SU"}


@pytest.mark.parametrize("number", [0, -1, 3])
def test_what_is_no_decision_is_corrected_by_no_clerk(number: int) -> None:
    assert may(asked("ratta", event_number=number)) == OWNERS


def test_a_clerk_of_one_body_decides_for_no_other() -> None:
    for body, clerk in (
        ("SU", "clerk of SU"),
        ("KS", "clerk of KS and KF"),
        ("KF", "clerk of KS and KF"),
    ):
        assert may(asked("beslut", body=body)) == OWNERS | {clerk}
    assert may(asked("beslut", body="XX")) == OWNERS


def test_a_step_that_is_not_there_is_nobodys_but_the_owners() -> None:
    assert may(asked("diariefor", step="okänt")) == OWNERS
