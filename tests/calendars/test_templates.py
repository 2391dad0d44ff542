"""A template is many steps, and a fault in it is told by the template's name."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.definition import parse_definition
from calendars.templates import expand
from models.errors import DefinitionError
from models.points import MONTHS
from models.process import Definition, TaskKey
from tests.factories import make_body, make_definition, make_limit, make_need, make_raw, make_step

EVERY_MONTH = {"slag": "manad"}
NAMNDER = {"slag": "instans", "bara": ["NORR", "SODER"]}


def follow_up(**overrides: Any) -> dict[str, Any]:
    return make_step(
        **{
            "slug": "uppfoljning-{manad}",
            "id": "M",
            "titel": "Uppföljning i {manad}",
            "varje": EVERY_MONTH,
            "fonster": {"fran": "{manad}", "till": "{manad}"},
            **overrides,
        }
    )


def per_body(**overrides: Any) -> dict[str, Any]:
    return make_step(
        **{
            "slug": "forslag-{instans}",
            "id": "N",
            "slag": "beslut",
            "titel": "Förslag från {instans}",
            "varje": NAMNDER,
            "ansvariga": ["chef:{instans}"],
            "beslutskedja": ["{instans}", "KS"],
            **overrides,
        }
    )


def make(*steps: dict[str, Any]) -> Definition:
    bodies = [
        *make_raw()["instans"],
        make_body("NORR", namn="Norra nämnden"),
        make_body("SODER", namn="Södra nämnden"),
    ]
    return make_definition(instans=bodies, steg=list(steps))


def faults(*steps: dict[str, Any]) -> list[str]:
    with pytest.raises(DefinitionError) as error:
        make(*steps)
    return list(error.value.faults)


# --- What it becomes ---


def test_every_month_but_three_is_nine_steps() -> None:
    varje = {"slag": "manad", "utom": ["januari", "juni", "augusti"]}
    steps = make(follow_up(varje=varje)).steps
    assert [step.slug for step in steps] == [
        "uppfoljning-februari",
        "uppfoljning-mars",
        "uppfoljning-april",
        "uppfoljning-maj",
        "uppfoljning-juli",
        "uppfoljning-september",
        "uppfoljning-oktober",
        "uppfoljning-november",
        "uppfoljning-december",
    ]
    assert [step.id for step in steps] == [f"M{number}" for number in range(1, 10)]
    assert steps[0].title == "Uppföljning i februari"
    assert (steps[0].window.start, steps[0].window.end) == ("februari", "februari")


def test_each_body_has_a_step_with_its_own_chain_name_and_part() -> None:
    limit = make_limit(instans="{instans}", vad="{instans} lämnar sitt förslag")
    definition = make(per_body(lagfrister=[limit]))
    north, south = definition.steps
    assert (north.slug, north.title) == ("forslag-norr", "Förslag från Norra nämnden")
    assert north.chain == ("NORR", "KS")
    assert (north.limits[0].body, north.limits[0].what) == (
        "NORR",
        "Norra nämnden lämnar sitt förslag",
    )
    assert definition.tasks_of(north) == (TaskKey(role="chef", unit="norr"),)
    assert south.chain == ("SODER", "KS")
    assert definition.tasks_of(south) == (TaskKey(role="chef", unit="soder"),)


def test_a_step_for_each_unit_may_go_to_the_body_with_the_units_slug() -> None:
    north, south = make(
        make_step(
            "plan-{enhet}",
            slag="beslut",
            titel="Plan för {enhet}",
            varje={"slag": "enhet"},
            ansvariga=["chef:{enhet}"],
            beslutskedja=["{enhet}"],
        )
    ).steps
    assert (north.slug, north.title, north.chain) == ("plan-norr", "Plan för Norr", ("NORR",))
    assert (south.slug, south.title, south.chain) == ("plan-soder", "Plan för Soder", ("SODER",))


def test_the_templates_own_slug_stands_for_all_its_steps() -> None:
    budget = make_step("budget", kraver=[make_need("forslag-{instans}")])
    assert make(per_body(), budget).step("budget").hard == ("forslag-norr", "forslag-soder")


def test_within_a_template_a_requirement_is_on_the_step_of_the_same_body() -> None:
    definition = make(
        per_body(),
        per_body(id="F", slug="fordelning-{instans}", kraver=[make_need("forslag-{instans}")]),
    )
    assert definition.step("fordelning-norr").hard == ("forslag-norr",)
    assert definition.step("fordelning-soder").hard == ("forslag-soder",)


def test_steps_stand_where_the_template_stood() -> None:
    slugs = [step.slug for step in make(make_step("a"), per_body(), make_step("b")).steps]
    assert slugs == ["a", "forslag-norr", "forslag-soder", "b"]


def test_what_is_stored_with_a_year_is_the_steps() -> None:
    definition = make(per_body(), follow_up())
    stored = json.loads(definition.model_dump_json(by_alias=True))
    assert "varje" not in json.dumps(stored)
    assert parse_definition(stored, "lagrad") == definition


def test_a_file_without_templates_is_left_as_it_is() -> None:
    raw = make_raw()
    assert expand(raw).raw == raw


@given(st.sets(st.sampled_from(MONTHS), max_size=11))
def test_a_step_for_each_month_that_is_not_left_out(left_out: set[str]) -> None:
    only = [month for month in MONTHS if month not in left_out]
    but = make(follow_up(varje={"slag": "manad", "utom": sorted(left_out)}))
    assert [step.window.start for step in but.steps] == only
    assert make(follow_up(varje={"slag": "manad", "bara": only})) == but


# --- What is wrong with it ---


@pytest.mark.parametrize(
    ("overrides", "fault"),
    [
        ({"varje": "manad"}, 'varje: ska vara en tabell, som { slag = "manad" }.'),
        (
            {"varje": {"slag": "vecka"}},
            "varje, slag: 'vecka' går inte; ska vara 'manad', 'instans' eller 'enhet'.",
        ),
        ({"varje": {}}, "varje, slag: saknas. Fältet måste finnas."),
        (
            {"varje": {"slag": "manad", "men": ["juli"]}},
            "varje, men: okänt fält. Tillåtna: slag, bara, utom.",
        ),
        (
            {"varje": {"slag": "manad", "bara": ["Mars"]}},
            "varje, bara: okänd månad 'Mars'. Tillåtna: april, augusti, december, februari, januari, "
            "juli, juni, maj, mars, november, oktober, september.",
        ),
        (
            {"varje": {"slag": "manad", "bara": ["mars"], "utom": ["mars"]}},
            "varje: det blir ingen månad kvar, så mallen ger inget steg.",
        ),
        (
            {"varje": {"slag": "enhet"}},
            "slug: saknar {enhet}; varje steg ur mallen behöver ett eget namn.",
        ),
        ({"titel": "Uppföljning {månad}"}, "okänd platshållare {månad}."),
        (
            {"ansvariga": ["trollkarl"]},
            "ansvariga: okänd roll 'trollkarl'. Tillåtna: chef, "
            "ekonomichef, processagare, sekreterare.",
        ),
        (
            {"ansvariga": ["chef:vaster"]},
            "ansvariga: rollen chef har ingen enhet 'vaster'. Tillåtna: norr, soder.",
        ),
        (
            {"ansvariga": ["ekonomichef:norr"]},
            "ansvariga: rollen ekonomichef har ingen enhet 'norr'. Tillåtna: inga.",
        ),
        (
            {"slag": "fest"},
            "slag: 'fest' går inte; ska vara 'arbete', 'mote', 'beslut' eller 'mbl'.",
        ),
        (
            {"ansvariga": ["chef norr"]},
            "ansvariga nr 1: 'chef norr' går inte; ska vara en roll, eller roll:enhet.",
        ),
        ({"kraver": [make_need("nagot-{manad}")]}, None),
    ],
)
def test_a_fault_is_told_once_and_by_the_templates_name(
    overrides: dict[str, Any], fault: str | None
) -> None:
    told = faults(follow_up(**overrides))
    if fault is None:  # each step lacks another
        assert len(told) == 12
        assert all(
            one.startswith("definition.toml: steg 'uppfoljning-{manad}', kraver") for one in told
        )
        return
    joint = ": " if fault.startswith("okänd platshållare") else ", "
    assert told == [f"definition.toml: steg 'uppfoljning-{{manad}}'{joint}{fault}"]


def test_an_unknown_body_is_told_with_the_known_ones() -> None:
    assert faults(per_body(varje={"slag": "instans", "bara": ["NORR", "VASTER"]})) == [
        "definition.toml: steg 'forslag-{instans}', varje, bara: okänd instans 'VASTER'. "
        "Tillåtna: KF, KS, NORR, SODER."
    ]


def test_a_placeholder_without_a_template_is_told() -> None:
    assert faults(make_step("a", titel="Plan för {enhet}")) == [
        "definition.toml: steg 'a': okänd platshållare {enhet}."
    ]


def test_a_step_after_a_template_keeps_its_number_in_the_file() -> None:
    nameless = make_step("b")
    del nameless["slug"]
    assert faults(follow_up(), nameless) == [
        "definition.toml: steg nr 2, slug: saknas. Fältet måste finnas."
    ]
