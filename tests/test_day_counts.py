"""One more day before the meetings is a row of the definition, and shows by itself wherever such days do."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import date

import pytest

from calendars.definition import ORSA, load_definition, parse_definition
from calendars.law.case import Case
from calendars.meeting_dates import dates_of
from calendars.schedule import plan_year
from calendars.workdays import WORKDAYS
from models.errors import DefinitionError
from models.events import Event
from models.fold import fold
from models.plan import Staff
from models.process import Definition, TaskKey
from models.state import not_started
from notifications.letters import compose
from notifications.notices import Kind
from notifications.obligations import obligations
from tests.factories import (
    EKONOMICHEF,
    completed_before_start,
    day,
    make_body,
    make_raw,
    opened,
    orsa,
    orsa_meetings,
    reported,
)
from tests.notifications.letters import EVA, PETRA, whole
from views.rehearsal import Rehearsal
from views.rehearsed_year import rehearsed_year
from views.what_if import what_if

FACTS = """
[[dag]]
slug = "faktagranskning"
namn = "faktagranskning"
dagar = 17
kalla = "kommunchefens riktlinje"
"""
KOMMUNSEKRETERARE = TaskKey(role="kommunsekreterare")
KF = day("2027-11-29")
BY_THEN = "Faktagranskning: fredag 12 november 2027"


@pytest.fixture(scope="module")
def definition(tmp_path_factory: pytest.TempPathFactory) -> Definition:
    """Orsa's definition with the row put last in its file, and nothing else changed."""
    folder = tmp_path_factory.mktemp("kommun") / "orsa"
    shutil.copytree(ORSA, folder)
    file = folder / "definition.toml"
    text = file.read_text(encoding="utf-8")
    if FACTS not in text:  # as long as Orsa has no such day of its own
        file.write_text(text + FACTS, encoding="utf-8")
    return load_definition(folder)


def letters(
    definition: Definition, events: Iterable[Event], on: str, kind: Kind, to: TaskKey
) -> list[str]:
    state = fold(definition, events)
    plan = plan_year(definition, 2028, orsa_meetings(), state, day(on))
    return [
        whole(compose(notice, state, plan, EVA, PETRA))
        for notice in obligations(state, plan, WORKDAYS, day(on))
        if notice.kind is kind and notice.to == to and notice.step == "kommunplan-kf"
    ]


def ready(definition: Definition) -> list[Event]:
    """What the council's decision has to wait for."""
    needed = definition.step("kommunplan-kf").hard
    return [completed_before_start(slug, "2027-10-20") for slug in needed]


def test_it_is_a_day_of_the_plan_and_moves_no_other(definition: Definition) -> None:
    plan = plan_year(definition, 2028, orsa_meetings())
    before = {one.slug: one.day for one in plan["kommunplan-kf"].links[0].days}
    assert before == {
        "manusstopp": day("2027-11-08"),
        "faktagranskning": day("2027-11-12"),
        "beredning": day("2027-11-15"),
        "utskick": day("2027-11-19"),
    }
    usual = plan_year(orsa(), 2028, orsa_meetings())
    assert {slug: step.due for slug, step in plan.steps.items()} == {
        slug: step.due for slug, step in usual.steps.items()
    }


def test_it_stands_among_the_days_that_move_with_the_meeting(definition: Definition) -> None:
    case = Case(definition, plan_year(definition, 2028, orsa_meetings()), orsa_meetings())
    papers = [
        (what, new) for what, _, new in what_if(case, None, "KF", KF, day("2027-12-06")).papers
    ]
    assert papers[:3] == [
        ("manusstopp", day("2027-11-15")),
        ("faktagranskning", day("2027-11-19")),
        ("beredning", day("2027-11-22")),
    ]


def test_the_clerk_and_who_has_a_part_are_told(definition: Definition) -> None:
    begun = [opened("kommunplan-kf", "2027-11-01")]
    [part] = letters(definition, begun, "2027-11-01", Kind.OPENED, EKONOMICHEF)
    assert BY_THEN in part
    done = [*ready(definition), *begun, reported("kommunplan-kf", EKONOMICHEF, "2027-11-03")]
    [clerk] = letters(definition, done, "2027-11-03", Kind.OPENED, KOMMUNSEKRETERARE)
    assert f"Sammanträde: Kommunfullmäktige, måndag 29 november 2027\n{BY_THEN}\n" in clerk


def test_a_day_that_has_been_is_not_told(definition: Definition) -> None:
    late = [
        *ready(definition),
        opened("kommunplan-kf", "2027-11-01"),
        reported("kommunplan-kf", EKONOMICHEF, "2027-11-15"),
    ]
    [clerk] = letters(definition, late, "2027-11-15", Kind.OPENED, KOMMUNSEKRETERARE)
    assert "Faktagranskning" not in clerk


def test_it_is_told_of_the_meeting_after_a_missed_one(definition: Definition) -> None:
    begun = [opened("kommunplan-kf", "2027-11-01")]
    [late] = letters(definition, begun, "2027-11-30", Kind.OVERDUE, EKONOMICHEF)
    assert "Nästa sammanträde är måndag 20 december 2027, med faktagranskning" in late
    assert "fredag 3 december 2027 och utskick fredag 10 december 2027." in late


def test_it_is_a_key_of_the_rehearsal(definition: Definition) -> None:
    plan = plan_year(definition, 2028, orsa_meetings())
    rehearsed = Rehearsal(plan, (), not_started(definition))
    said = rehearsed_year(rehearsed, Staff(), (), "petra@orsa.example").as_json()
    [step] = [one for one in said["steg"] if one["slug"] == "kommunplan-kf"]
    assert list(step["sammantraden"][0])[-2:] == ["overklagas_till", "faktagranskning"]
    assert step["sammantraden"][0]["faktagranskning"] == "2027-11-12"


def days_of(rows: list[dict[str, object]], body: str = "KS") -> dict[str, date]:
    raw = make_raw(dag=[{"namn": "x", "kalla": "EXEMPEL", **row} for row in rows])
    found = dates_of(parse_definition(raw, "definition.toml"), body, day("2027-10-18"))
    return {one.slug: one.day for one in found.before}


def test_a_row_that_names_a_body_goes_before_one_for_all() -> None:
    rows: list[dict[str, object]] = [
        {"slug": "fakta", "dagar": 10, "instanser": ["KF"]},
        {"slug": "fakta", "dagar": 12},
    ]
    assert days_of(rows, "KF")["fakta"] == day("2027-10-08")
    assert days_of(rows, "KS")["fakta"] == day("2027-10-06")
    assert "fakta" not in days_of(rows[:1], "KS")


def test_parts_are_due_then_where_the_row_says_so() -> None:
    raw = make_raw(dag=[{"slug": "x", "namn": "x", "dagar": 16, "delar": True, "kalla": "EXEMPEL"}])
    definition = parse_definition(raw, "definition.toml")
    body = definition.days_before("KS")
    assert [row.slug for row in body if row.parts] == ["manusstopp", "x", "beredning", "utskick"]


def test_the_numbers_of_a_body_are_its_own_and_else_the_usual_ones() -> None:
    raw = make_raw(instans=[make_body("KS", manusstopp=30), make_body("KF")])
    definition = parse_definition(raw, "definition.toml")
    assert [row.days for row in definition.days_before("KS")] == [30, 14, 7]
    assert [row.days for row in definition.days_before("KF")] == [21, 14, 7]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            {"slug": "utskick"},
            "dag 'utskick': finns för alla instanser. Ange dagarna med utskick i [[instans]].",
        ),
        ({"slug": "anslag"}, "dag 'anslag': namnet är upptaget. Välj ett annat."),
        (
            {"slug": "fakta", "instanser": ["XX"]},
            "dag 'fakta', instanser: okänd instans 'XX'. Tillåtna: KF, KS.",
        ),
        ({"slug": "a", "dagar": 121}, "dag 'a', dagar: 121 går inte; ska vara högst 120."),
    ],
)
def test_what_is_wrong_with_a_row_is_told(row: dict[str, object], said: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        days_of([{"dagar": 3, **row}])
    assert refused.value.faults == (f"definition.toml: {said}",)


def test_a_name_stands_once_for_each_body() -> None:
    with pytest.raises(DefinitionError, match="dag 'a': finns 2 gånger för 'KS'"):
        days_of([{"slug": "a", "dagar": 3, "instanser": ["KS"]}] * 2)
    with pytest.raises(DefinitionError, match="dag 'a': finns 2 gånger för alla instanser"):
        days_of([{"slug": "a", "dagar": 3}] * 2)
