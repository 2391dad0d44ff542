"""Orsa's files against the seed's tables: what the tables say, and only that, stands as theirs."""

from __future__ import annotations

import pytest

from models.process import Strength
from tests.factories import orsa

# id, slug, from, to, the tables' När?, Beslutsinstans and Vem ansvarar? (empty where the cell is)
TABLES = [
    ("K1", "bokslut", "januari", "mars", "Jan-mars", "",
     "Verksamhetsområdeschefer, förvaltningschefer, kommunchef och ekonomichef"),
    ("K2", "skatteprognos", "februari", "mars", "Feb-mars", "", "Ekonomichef"),
    ("K3", "bokslutsdag", "mars", "mars", "Mars", "", "Kommunchef"),
    ("K4", "planeringsforutsattningar", "april", "april", "April", "KS", ""),
    ("K5", "mal-och-budgetdiskussioner", "april", "maj", "April-maj", "", ""),
    ("K6", "mal-och-budgetdag", "maj", "maj", "Maj", "", "Kommunchef"),
    ("K7", "budgetberedning", "maj", "maj", "Maj", "Utskotten",
     "Strategiutskott och ledande tjänstemän"),
    ("K8", "ekonomiska-ramar", "juni", "juni", "Juni", "KS", ""),
    ("K9", "verksamhetsplan-forslag", "augusti", "september", "Augusti-september",
     "Strategiutskott", ""),
    ("K10", "skattesats-forslag", "oktober", "oktober", "Oktober", "KS", ""),
    ("K11", "kommunplan-su", "oktober", "oktober", "Oktober", "Strategiutskott", ""),
    ("K12", "kommunplan-ks", "oktober", "oktober", "Oktober", "KS", ""),
    ("K13", "skattesats-kf", "november", "november", "November", "KF", ""),
    ("K14", "kommunplan-kf", "november", "november", "November", "KF", ""),
    ("U1", "uppfoljning-mars", "mars", "mars", "Mars", "Strategiutskott och KS", ""),
    ("U2", "uppfoljning-april", "maj", "maj", "Maj", "Strategiutskott", ""),
    ("U3", "delarsrapport", "september", "november", "September-November",
     "Strategiutskott, KS och KF", ""),
    ("U4", "arsredovisning", "mars", "maj", "Mars-maj", "Strategiutskott, KS och KF", ""),
]  # fmt: skip

# slug: the roles that count, the chain that counts, what of it is our assumption
WHO = {
    "bokslut": ("verksamhetsomradeschef forvaltningschef kommunchef ekonomichef", "", ""),
    "skatteprognos": ("ekonomichef", "", ""),
    "bokslutsdag": ("kommunchef", "", ""),
    "planeringsforutsattningar": ("ekonomichef", "KS", "ansvariga"),
    "mal-och-budgetdiskussioner": ("kommunchef su-ordforande", "", "ansvariga"),
    "mal-och-budgetdag": ("kommunchef", "", ""),
    "budgetberedning": (
        "utskottsordforande kommunchef ekonomichef", "SU", "ansvariga beslutskedja"
    ),
    "ekonomiska-ramar": ("ekonomichef", "KS", "ansvariga"),
    "verksamhetsplan-forslag": ("utskottsordforande namndordforande", "SU", "ansvariga"),
    "skattesats-forslag": ("ekonomichef", "KS", "ansvariga"),
    "kommunplan-su": ("ekonomichef", "SU", "ansvariga"),
    "kommunplan-ks": ("ekonomichef", "KS", "ansvariga"),
    "skattesats-kf": ("ekonomichef", "KF", "ansvariga"),
    "kommunplan-kf": ("ekonomichef", "KF", "ansvariga"),
    "uppfoljning-mars": ("ekonomichef", "SU KS", "ansvariga"),
    "uppfoljning-april": ("ekonomichef", "SU", "ansvariga"),
    "delarsrapport": ("ekonomichef", "SU KS KF", "ansvariga"),
    "arsredovisning": ("ekonomichef", "SU KS KF", "ansvariga"),
}  # fmt: skip

LIMITS = [
    ("skattesats-forslag", "31 oktober", "KS", "KL 11 kap. 8 §", False),
    ("kommunplan-ks", "31 oktober", "KS", "KL 11 kap. 8 §", False),
    ("skattesats-kf", "30 november", "KF", "KL 11 kap. 10–11 §§", False),
    ("kommunplan-kf", "30 november", "KF", "KL 11 kap. 10–11 §§", False),
    ("delarsrapport", "31 oktober", "KS", "KL 11 kap. 16 §", False),
    ("arsredovisning", "15 april", "KS", "KL 11 kap. 20 §", True),
    ("arsredovisning", "30 juni", "KF", "KL 11 kap. 21 § och 5 kap. 24 §", False),
]

FEEDS = {
    "bokslut": {"bokslutsdag", "arsredovisning"},
    "skatteprognos": {"bokslutsdag", "planeringsforutsattningar"},
    "bokslutsdag": {"planeringsforutsattningar"},
    "planeringsforutsattningar": {
        "mal-och-budgetdiskussioner", "mal-och-budgetdag", "budgetberedning",
    },
    "mal-och-budgetdiskussioner": {"mal-och-budgetdag"},
    "mal-och-budgetdag": {"budgetberedning"},
    "budgetberedning": {"ekonomiska-ramar"},
    "verksamhetsplan-forslag": {"kommunplan-su"},
    "skattesats-forslag": {"skattesats-kf"},
    "kommunplan-su": {"kommunplan-ks"},
    "kommunplan-ks": {"kommunplan-kf"},
    "skattesats-kf": {"kommunplan-kf"},
    "uppfoljning-april": {"budgetberedning"},
}  # fmt: skip


def test_the_eighteen_steps_stand_in_the_tables_order_with_the_tables_own_words() -> None:
    assert [
        (
            s.id, s.slug, s.window.start, s.window.end,
            s.source.when, s.source.body, s.source.responsible,
        )
        for s in orsa().steps
    ] == TABLES  # fmt: skip


def test_fourteen_steps_are_the_plan_and_four_the_follow_up() -> None:
    processes = [step.process for step in orsa().steps]
    assert processes == ["kommunplan"] * 14 + ["uppfoljning"] * 4


def test_every_window_is_in_the_year_before_the_budget_year() -> None:
    assert {(step.window.year, step.window.end_year) for step in orsa().steps} == {(-1, None)}


@pytest.mark.parametrize("slug", WHO)
def test_who_answers_and_who_decides_and_what_of_it_is_assumed(slug: str) -> None:
    roles, chain, assumed = WHO[slug]
    step = orsa().step(slug)
    assert step.roles == tuple(roles.split())
    assert step.chain == tuple(chain.split())
    marked = step.assumption.model_dump(by_alias=True) if step.assumption else {"skal": ""}
    assert [name for name in ("ansvariga", "beslutskedja") if marked.get(name)] == assumed.split()
    assert bool(marked["skal"]) == bool(assumed)


@pytest.mark.parametrize("slug", WHO)
def test_nothing_stands_as_the_seeds_own_where_its_cell_is_empty(slug: str) -> None:
    step = orsa().step(slug)
    assert step.source.responsible or not step.responsible
    assert step.source.body or not step.seed_chain


def test_the_statutory_limits_carry_their_citations() -> None:
    assert [
        (step.slug, limit.latest, limit.body, limit.citation, limit.moves_forward)
        for step in orsa().steps
        for limit in step.limits
    ] == LIMITS


@pytest.mark.parametrize("slug", FEEDS)
def test_each_step_feeds_what_the_process_says(slug: str) -> None:
    assert {step.slug for step in orsa().successors(slug)} >= FEEDS[slug]


def test_only_two_requirements_are_the_seeds_own() -> None:
    assert {
        (step.slug, need.step)
        for step in orsa().steps
        for need in step.requires
        if need.source.startswith("styrmodellen")
    } == {
        ("budgetberedning", "uppfoljning-april"),
        ("kommunplan-su", "verksamhetsplan-forslag"),
    }


def test_every_inferred_requirement_says_that_it_is_assumed_or_what_it_rests_on() -> None:
    said = ("styrmodellen:", "antagande:", "KL ", "samma ärende:")
    for step in orsa().steps:
        for need in step.requires:
            assert need.source.startswith(said), (step.slug, need.step, need.source)


def test_the_plan_cannot_reach_kf_before_ks_and_the_tax_rate() -> None:
    assert orsa().step("kommunplan-kf").hard == ("kommunplan-ks", "skattesats-kf")
    assert orsa().step("kommunplan-ks").hard == ("kommunplan-su",)


def test_bokslut_has_a_part_for_every_chef() -> None:
    tasks = orsa().tasks_of(orsa().step("bokslut"))
    assert [str(task) for task in tasks] == [
        "verksamhetsomradeschef:kommunledning", "verksamhetsomradeschef:larande",
        "verksamhetsomradeschef:omsorg", "verksamhetsomradeschef:samhalle",
        "forvaltningschef:miljoforvaltningen", "forvaltningschef:stadsbyggnadskontoret",
        "kommunchef", "ekonomichef",
    ]  # fmt: skip


def test_a_body_is_found_by_slug_or_name_whatever_the_case() -> None:
    assert orsa().body("ks") == orsa().body("KOMMUNSTYRELSEN") == orsa().body("KS")


def test_every_step_comes_after_what_it_requires() -> None:
    order = [step.slug for step in orsa().in_dependency_order]
    assert sorted(order) == sorted(step.slug for step in orsa().steps)
    for step in orsa().steps:
        for need in step.requires:
            assert order.index(need.step) < order.index(step.slug)


def test_hard_and_soft_are_the_only_strengths() -> None:
    assert {need.strength for s in orsa().steps for need in s.requires} == set(Strength)
