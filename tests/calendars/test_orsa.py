"""Orsa's files against the seed's tables: what the tables say, and only that, stands as theirs."""

from __future__ import annotations

import tomllib

import pytest

from calendars.definition import ORSA, load_whole_definition, parse_definition
from calendars.law.case import Case
from calendars.law.review import breaches
from calendars.schedule import plan_year
from models.process import Definition, Step, Strength
from tests.factories import orsa, orsa_meetings

# id, slug, from, to, the tables' När?, Beslutsinstans and Vem ansvarar? (empty where the cell is)
TABLES = [
    (
        "K1",
        "bokslut",
        "januari",
        "mars",
        "Jan-mars",
        "",
        "Verksamhetsområdeschefer, förvaltningschefer, kommunchef och ekonomichef",
    ),
    ("K2", "skatteprognos", "februari", "mars", "Feb-mars", "", "Ekonomichef"),
    ("K3", "bokslutsdag", "mars", "mars", "Mars", "", "Kommunchef"),
    ("K4", "planeringsforutsattningar", "april", "april", "April", "KS", ""),
    ("K5", "mal-och-budgetdiskussioner", "april", "maj", "April-maj", "", ""),
    ("K6", "mal-och-budgetdag", "maj", "maj", "Maj", "", "Kommunchef"),
    (
        "K7",
        "budgetberedning",
        "maj",
        "maj",
        "Maj",
        "Utskotten",
        "Strategiutskott och ledande tjänstemän",
    ),
    ("K8", "ekonomiska-ramar", "juni", "juni", "Juni", "KS", ""),
    (
        "K9",
        "verksamhetsplan-forslag",
        "augusti",
        "september",
        "Augusti-september",
        "Strategiutskott",
        "",
    ),
    ("K10", "skattesats-forslag", "oktober", "oktober", "Oktober", "KS", ""),
    ("K11", "kommunplan-su", "oktober", "oktober", "Oktober", "Strategiutskott", ""),
    ("K12", "kommunplan-ks", "oktober", "oktober", "Oktober", "KS", ""),
    ("K13", "skattesats-kf", "november", "november", "November", "KF", ""),
    ("K14", "kommunplan-kf", "november", "november", "November", "KF", ""),
    ("U1", "uppfoljning-mars", "mars", "mars", "Mars", "Strategiutskott och KS", ""),
    ("U2", "uppfoljning-april", "maj", "maj", "Maj", "Strategiutskott", ""),
    (
        "U3",
        "delarsrapport",
        "september",
        "november",
        "September-November",
        "Strategiutskott, KS och KF",
        "",
    ),
    ("U4", "arsredovisning", "mars", "maj", "Mars-maj", "Strategiutskott, KS och KF", ""),
]

# slug: the roles that count, the chain that counts, what of it is our assumption
WHO = {
    "bokslut": ("verksamhetsomradeschef forvaltningschef kommunchef ekonomichef", "", ""),
    "skatteprognos": ("ekonomichef", "", ""),
    "bokslutsdag": ("kommunchef", "", ""),
    "planeringsforutsattningar": ("ekonomichef", "KS", "ansvariga"),
    "mal-och-budgetdiskussioner": ("kommunchef su-ordforande", "", "ansvariga"),
    "mal-och-budgetdag": ("kommunchef", "", ""),
    "budgetberedning": (
        "utskottsordforande kommunchef ekonomichef",
        "SU",
        "ansvariga beslutskedja",
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
}

LIMITS = [
    ("skattesats-forslag", "31 oktober", "KS", "KL 11 kap. 8 §", False),
    ("kommunplan-ks", "31 oktober", "KS", "KL 11 kap. 8 §", False),
    ("skattesats-kf", "30 november", "KF", "KL 11 kap. 10–11 §§", False),
    ("kommunplan-kf", "30 november", "KF", "KL 11 kap. 10–11 §§", False),
    ("delarsrapport", "31 oktober", "KS", "KL 11 kap. 16 §", False),
    ("arsredovisning", "15 april", "KS", "KL 11 kap. 20 §", True),
    ("arsredovisning", "30 juni", "KF", "KL 11 kap. 21 § och 5 kap. 24 §", False),
    ("revisorernas-budget", "31 oktober", None, "KL 11 kap. 8 §", False),
    ("ansvarsfrihet", "30 juni", "KF", "KL 5 kap. 24 §", False),
    ("ansvarsfrihet-miljonamnden", "30 juni", "KF", "KL 9 kap. 35 § och 5 kap. 24 §", False),
    ("val-av-revisorer", "31 december", "KF", "KL 12 kap. 4 §", False),
]

FEEDS = {
    "bokslut": {"bokslutsdag", "arsredovisning"},
    "skatteprognos": {"bokslutsdag", "planeringsforutsattningar"},
    "bokslutsdag": {"planeringsforutsattningar"},
    "planeringsforutsattningar": {
        "mal-och-budgetdiskussioner",
        "mal-och-budgetdag",
        "budgetberedning",
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
}


EACH = "utskottsordforande namndordforande bolags-vd"
"""Every nämnd and bolag; of what is KS's own, its utskott."""

# What the tables leave out: id, slug, from, to, the roles that count, the chain that counts
DUTIES = [
    ("T1", "styrmodell-oversyn", "september", "november", "kommunchef", "SU KS KF"),
    ("T2", "overgripande-mal", "mars", "juni", "kommunchef", "SU KS KF"),
    ("T3", "verksamhetsmal", "augusti", "september", EACH, "KS"),
    (
        "T4",
        "verksamhetsplaner",
        "december",
        "december",
        "verksamhetsomradeschef forvaltningschef bolags-vd",
        "KS",
    ),
    (
        "T6",
        "intern-fordelning",
        "december",
        "januari",
        "verksamhetsomradeschef forvaltningschef namndordforande",
        "",
    ),
    ("T8", "atgardsplan-balanskrav", "mars", "november", "ekonomichef", "KS KF"),
    ("T9", "investeringsplan", "april", "maj", "ekonomichef verksamhetsomradeschef", "SU"),
    ("T11", "egen-uppfoljning", "augusti", "september", EACH, ""),
    ("T12", "egen-analys", "februari", "mars", EACH, ""),
    ("T13a", "revisorernas-bedomning-arsredovisning", "april", "maj", "ekonomichef revisor", ""),
    (
        "T13b",
        "revisorernas-bedomning-delarsrapport",
        "oktober",
        "november",
        "ekonomichef revisor",
        "",
    ),
    ("T14", "bolagens-redovisning", "oktober", "november", "bolags-vd ks-presidium", ""),
    ("T15", "internkontroll", "november", "december", "kommunchef namndordforande bolags-vd", "KS"),
    ("T16", "finansiella-mal", "april", "maj", "ekonomichef", "SU"),
    ("T17", "beslutsuppfoljning", "november", "december", "kommunchef", "KS"),
    ("T18", "samstammiga-mal", "juni", "mitten av augusti", EACH, ""),
    ("T20", "kvalitetsarbete", "november", "december", EACH, ""),
    ("X1", "skattesatsforslag-skatteverket", "1 november", "5 november", "ekonomichef", ""),
    ("X2", "budgetforslag-webbplats", "oktober", "november", "kommunsekreterare", ""),
    ("X3", "skattesats-skatteverket", "november", "december", "ekonomichef", ""),
    ("X4", "revisorernas-budget", "september", "oktober", "kf-presidium", ""),
    ("X5", "mbl-forhandling", "september", "oktober", "kommunchef", ""),
    ("X6", "arsredovisning-webbplats", "april", "maj", "kommunsekreterare", ""),
    ("X7", "ansvarsfrihet", "maj", "juni", "kf-presidium", "KF"),
    ("X8.1", "bolagsbeslut-orsabostader", "februari", "april", "kommunchef", "KS"),
    ("X8.2", "bolagsbeslut-orsalokaler", "februari", "april", "kommunchef", "KS"),
    ("X8.3", "bolagsbeslut-orsa-vatten-och-avfall", "februari", "april", "kommunchef", "KS"),
    ("X9", "privata-utforare", "mars", "juni", "kommunchef", "KS KF"),
]

# What kommunallagen gives KF, KS and their secretary to do; and what of that is off
ARSHJUL = [
    ("A1", "dagar-for-namnderna", "november", "december", "ekonomichef", "KS"),
    ("A2", "revisionsberattelse", "april", "maj", "revisor lekmannarevisor", ""),
    ("A3", "forklaringar", "april", "juni", "kf-presidium", ""),
    ("A4.1", "ansvarsfrihet-miljonamnden", "maj", "juni", "kf-presidium", "KF"),
    ("A5.1", "samrad-budget-miljonamnden", "augusti", "september", "ekonomichef", ""),
    ("A6", "koncernforetagens-ekonomi", "augusti", "september", "bolags-vd ekonomichef", ""),
    ("A7", "skattesats-december", "december", "december", "ekonomichef", "KS KF"),
    ("A8", "skattesats-december-skatteverket", "december", "december", "ekonomichef", ""),
    ("A9", "val-av-revisorer", "15 oktober", "31 december", "kf-presidium", "KF"),
    ("A10", "taxor", "oktober", "december", "verksamhetsomradeschef ekonomichef", "KS KF"),
    ("A11", "partistod-redovisning", "april", "juni", "kommunsekreterare", ""),
    ("A12", "partistod", "september", "december", "kommunsekreterare", "KS KF"),
    ("A13", "motioner", "september", "november", "kommunsekreterare", "KS KF"),
    ("A14", "antal-i-fullmaktige", "januari", "februari", "kommunsekreterare", "KS KF"),
    ("A15", "antal-till-lansstyrelsen", "januari", "mars", "kommunsekreterare", ""),
    ("A16", "namndernas-mandattid", "15 oktober", "31 december", "kf-presidium", "KF"),
    ("A17", "val-av-styrelse", "15 oktober", "31 oktober", "kf-presidium", "KF"),
]
OFF = ("A10", "A11", "A12", "A13", "A14", "A15", "A16", "A17")

# id, slug, the roles that count, the chain that counts
OCCASIONS = [
    ("T5", "uppdrag", "kommunchef", "KS KF"),
    ("T7a", "underskott-namnd", "namndordforande", "KS"),
    ("T7b", "underskott-ks", "verksamhetsomradeschef ekonomichef", "KS KF"),
    ("T7c", "underskott-bolag", "bolags-vd", "KS"),
    ("T8b", "balanskrav-uppfoljning", "ekonomichef", "KS KF"),
    ("T10", "storre-avvikelse", "ks-presidium ekonomichef", ""),
    ("T13c", "granskningsrapport", "kommunchef", "KS"),
    ("A18", "utgift-under-aret", "ekonomichef", "KS KF"),
    ("A19", "motion", "kommunsekreterare", "KS KF"),
    ("A20", "bradskande-arende", "kommunsekreterare", ""),
    ("A21", "kallelse", "kommunsekreterare", ""),
]

RESULTS = {
    "bokslut": ("bokslutsresultat", "maluppfyllelse"),
    "planeringsforutsattningar": ("ramar",),
    "ekonomiska-ramar": ("ramar",),
    "skattesats-forslag": ("skattesats",),
    "skattesats-kf": ("skattesats",),
    "kommunplan-kf": ("ramar",),
    "skattesats-december": ("skattesats",),
    "uppfoljning-mars": ("prognos",),
    "uppfoljning-april": ("prognos",),
    "delarsrapport": ("prognos", "maluppfyllelse"),
    "arsredovisning": ("bokslutsresultat", "maluppfyllelse"),
}

ABOUT = {
    -2: {
        "bokslut",
        "bokslutsdag",
        "arsredovisning",
        "atgardsplan-balanskrav",
        "ansvarsfrihet",
        "revisorernas-bedomning-arsredovisning",
        "arsredovisning-webbplats",
        "privata-utforare",
        "bolagsbeslut-orsabostader",
        "bolagsbeslut-orsalokaler",
        "bolagsbeslut-orsa-vatten-och-avfall",
        "revisionsberattelse",
        "forklaringar",
        "ansvarsfrihet-miljonamnden",
    },
    -1: {
        "egen-uppfoljning",
        "bolagens-redovisning",
        "beslutsuppfoljning",
        "kvalitetsarbete",
        "uppfoljning-mars",
        "uppfoljning-april",
        "delarsrapport",
        "revisorernas-bedomning-delarsrapport",
    },
}


def in_the_tables() -> list[Step]:
    """Those of the governance model; a step that the municipality adds has no row there."""
    return [step for step in orsa().steps if step.source.when]


def test_the_eighteen_steps_stand_in_the_tables_order_with_the_tables_own_words() -> None:
    assert [
        (
            s.id,
            s.slug,
            s.window.start,
            s.window.end,
            s.source.when,
            s.source.body,
            s.source.responsible,
        )
        for s in in_the_tables()
    ] == TABLES


def test_fourteen_steps_are_the_plan_and_four_the_follow_up() -> None:
    assert [s.process for s in in_the_tables()] == ["kommunplan"] * 14 + ["uppfoljning"] * 4


def test_the_plan_comes_before_the_follow_up_and_what_the_tables_leave_out_last() -> None:
    order = dict.fromkeys(step.process for step in orsa().steps)
    assert list(order) == ["kommunplan", "uppfoljning", "skyldighet", "arshjul"]


def test_what_the_tables_leave_out_is_no_row_of_theirs() -> None:
    duties = [step for step in orsa().steps if step.process == "skyldighet"]
    assert [
        (s.id, s.slug, s.window.start, s.window.end, " ".join(s.roles), " ".join(s.chain))
        for s in duties
    ] == DUTIES
    assert {str(s.source.when + s.source.body + s.source.responsible) for s in duties} == {""}


def test_who_answers_for_a_duty_is_the_laws_word_or_said_to_be_ours() -> None:
    duties = [step for step in orsa().steps if step.process == "skyldighet"]
    said_by_law = [step.slug for step in duties if step.assumption is None]
    assert said_by_law == ["revisorernas-budget"]  # KL 11 kap. 8 §: the presidium of fullmäktige


def test_the_occasions_with_who_answers_and_who_decides() -> None:
    assert [
        (one.id, one.slug, " ".join(one.roles), " ".join(one.chain)) for one in whole().occasions
    ] == OCCASIONS


def whole() -> Definition:
    """With what is off."""
    return load_whole_definition(ORSA)


def test_the_arshjul_of_kf_with_what_is_off() -> None:
    steps = [step for step in whole().steps if step.process == "arshjul"]
    assert [
        (s.id, s.slug, s.window.start, s.window.end, " ".join(s.roles), " ".join(s.chain))
        for s in steps
    ] == ARSHJUL
    off = [one.id for one in (*whole().steps, *whole().occasions) if not one.used]
    assert off == list(OFF)
    assert all("KL " in step.description or "lag (" in step.description for step in steps)
    known = {one.id for one in (*orsa().steps, *orsa().occasions)}
    assert not known.intersection(OFF)


def test_one_line_switches_on_each_that_is_off() -> None:
    """Of every one: with all of those lines deleted the year is planned, and breaks nothing."""
    with (ORSA / "definition.toml").open("rb") as file:
        raw = tomllib.load(file)
    for one in (*raw["steg"], *raw["tillfalle"]):
        one.pop("anvands", None)
    definition = parse_definition(raw, "definition.toml").of_what_is_used()
    assert {step.id for step in definition.steps} >= {row[0] for row in ARSHJUL}
    for year in (2027, 2028):
        plan = plan_year(definition, year, orsa_meetings())
        found = breaches(Case(definition, plan, orsa_meetings()))
        assert not [f for f in found if (f.step or "") in {row[1] for row in ARSHJUL}], year


def test_an_election_years_steps_rest_in_the_others() -> None:
    steps = [s.slug for s in whole().steps if s.starts and s.starts.term_year == 4]
    assert steps == [
        "val-av-revisorer",
        "antal-i-fullmaktige",
        "namndernas-mandattid",
        "val-av-styrelse",
    ]
    for year, rests in ((2027, False), (2028, True), (2031, False)):  # made in 2026, 2027, 2030
        plan = plan_year(whole(), year, orsa_meetings())
        assert {plan[slug].dormant for slug in steps} == {rests}
        assert plan["antal-till-lansstyrelsen"].dormant is rests, "as what starts it"


def test_a_bolag_is_a_unit_as_a_namnd_is() -> None:
    """Governance model: the same is asked of the bolag as of the nämnder, if nothing else is said."""
    companies = ("orsabostader", "orsalokaler", "orsa-vatten-och-avfall")
    assert orsa().role("bolags-vd").units == companies
    namnd = {step.slug for step in orsa().steps if "namndordforande" in step.roles}
    bolag = {step.slug for step in orsa().steps if "bolags-vd" in step.roles}
    # its share of KF's budget a bolag has none of; the proposal to strategiutskottet is the table's own
    assert namnd - bolag == {"intern-fordelning", "verksamhetsplan-forslag"}
    assert bolag - namnd == {
        "verksamhetsplaner",
        "bolagens-redovisning",
        "koncernforetagens-ekonomi",
    }


def test_two_arenden_run_through_several_steps() -> None:
    assert {one.slug: one.steps for one in orsa().arenden} == {
        "kommunplan": ("kommunplan-su", "kommunplan-ks", "kommunplan-kf"),
        "skattesats": ("skattesats-forslag", "skattesats-kf"),
    }
    delarsrapport = orsa().arende_of(orsa().step("delarsrapport"))
    assert [link for _, link in orsa().links_of(delarsrapport)] == [0, 1, 2]


def test_which_steps_give_which_figures() -> None:
    assert {step.slug: step.results for step in orsa().steps if step.results} == RESULTS


def test_which_year_each_step_is_about() -> None:
    for step in orsa().steps:
        about = next((years for years, slugs in ABOUT.items() if step.slug in slugs), 0)
        assert step.about == about, step.slug
    assert orsa().step("bokslut").title_for(2028) == "Bokslut 2026"
    assert orsa().step("delarsrapport").title_for(2028) == "Delårsrapport 2027"
    assert orsa().step("kommunplan-kf").title_for(2028) == "Kommunplan i KF"
    assert orsa().plan_of(2028) == "Kommunplan 2028"


def test_every_window_is_in_the_year_before_the_budget_year() -> None:
    across = {step.slug for step in orsa().steps if step.window.end_year is not None}
    assert across == {"intern-fordelning"}
    assert {step.window.year for step in orsa().steps} == {-1}
    assert orsa().step("intern-fordelning").window.end_year == 0


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


def test_only_four_requirements_are_the_seeds_own() -> None:
    """Of the tables' own steps two; and two that its text lays beside the budget work."""
    assert {
        (step.slug, need.step)
        for step in orsa().steps
        for need in step.requires
        if need.source.startswith("styrmodellen")
    } == {
        ("budgetberedning", "uppfoljning-april"),
        ("kommunplan-su", "verksamhetsplan-forslag"),
        ("budgetberedning", "investeringsplan"),
        ("kommunplan-su", "verksamhetsmal"),
    }


def test_every_inferred_requirement_says_that_it_is_assumed_or_what_it_rests_on() -> None:
    said = ("styrmodellen:", "antagande:", "KL ", "MBL ", "lag (", "samma ärende:")
    for step in orsa().steps:
        for need in step.requires:
            assert need.source.startswith(said), (step.slug, need.step, need.source)


def test_the_plan_cannot_reach_kf_before_ks_and_the_tax_rate() -> None:
    assert orsa().step("kommunplan-kf").hard == ("kommunplan-ks", "skattesats-kf")
    assert orsa().step("kommunplan-ks").hard == ("kommunplan-su", "mbl-forhandling")


def test_bokslut_has_a_part_for_every_chef() -> None:
    tasks = orsa().tasks_of(orsa().step("bokslut"))
    assert [str(task) for task in tasks] == [
        "verksamhetsomradeschef:kommunledning",
        "verksamhetsomradeschef:larande",
        "verksamhetsomradeschef:omsorg",
        "verksamhetsomradeschef:samhalle",
        "forvaltningschef:miljoforvaltningen",
        "forvaltningschef:stadsbyggnadskontoret",
        "kommunchef",
        "ekonomichef",
    ]


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
