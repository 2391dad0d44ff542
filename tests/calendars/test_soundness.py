"""What a definition may not say of ärenden, of what starts a step, of deadlines before another's meeting, of
occasions and of bodies that may settle: each fault is told in Swedish, with the way out."""

from __future__ import annotations

from typing import Any

import pytest

from models.errors import DefinitionError, UnknownError
from tests.factories import (
    make_arende,
    make_decision,
    make_definition,
    make_need,
    make_occasion,
    make_raw,
    make_role,
    make_step,
    orsa,
)

BUDGET = make_decision("budget", "KS", "KF")


def faults_of(**overrides: Any) -> list[str]:
    with pytest.raises(DefinitionError) as error:
        make_definition(**overrides)
    return [fault.removeprefix("definition.toml: ") for fault in error.value.faults]


AVVIKELSE = make_occasion("avvikelse")


# --- Ärenden ---


def test_an_arende_goes_through_its_steps_in_an_order_that_they_require() -> None:
    definition = make_definition(arende=[make_arende("plan", "forslag", "budget")])
    forslag, budget = definition.step("forslag"), definition.step("budget")
    arende = definition.arende_of(budget)
    assert arende == definition.arende_of(forslag)
    assert definition.links_of(arende) == ((forslag, 0), (budget, 0), (budget, 1))


def test_a_step_in_no_arende_is_one_of_its_own() -> None:
    definition = make_definition(arende=[make_arende("plan", "forslag", "budget")])
    own = definition.arende_of(definition.step("underlag"))
    assert (own.slug, own.name, own.steps) == ("underlag", "underlag", ("underlag",))


@pytest.mark.parametrize(
    ("arenden", "fault"),
    [
        (
            [make_arende("plan", "forslag", "tidplan")],
            "arende 'plan', steg: okänt steg 'tidplan'. Tillåtna: budget, budgetdag, forslag, underlag.",
        ),
        (
            [make_arende("plan", "budget", "forslag")],
            "arende 'plan', steg: 'forslag' följer på 'budget' men kräver det inte. "
            'Lägg till det i kraver med slag = "hard".',
        ),
        (
            [make_arende("plan", "underlag", "budgetdag")],  # it rests on it, but softly
            "arende 'plan', steg: 'budgetdag' följer på 'underlag' men kräver det inte. "
            'Lägg till det i kraver med slag = "hard".',
        ),
        (
            [make_arende("underlag", "forslag", "budget")],
            "arende 'underlag': heter som ett steg som inte hör till det. Ge det ett annat namn.",
        ),
        (
            [make_arende("plan", "forslag"), make_arende("plan", "budget")],
            "arende 'plan': finns 2 gånger men får finnas bara en gång.",
        ),
        (
            [make_arende("plan", "forslag", "budget"), make_arende("annat", "budget")],
            "arende, steg: steg 'budget': finns 2 gånger men får finnas bara en gång.",
        ),
        ([make_arende("plan")], "arende 'plan', steg: en lista går inte; ska inte vara tom."),
    ],
    ids=["okänt", "bakvänt", "mjukt", "namn", "dubbelt", "två ärenden", "tomt"],
)
def test_what_an_arende_may_not_be(arenden: list[dict[str, Any]], fault: str) -> None:
    [found] = faults_of(arende=arenden)
    assert found == fault


def test_an_arende_may_be_called_as_a_step_of_its_own() -> None:
    definition = make_definition(arende=[make_arende("budget", "forslag", "budget")])
    assert definition.arende_of(definition.step("forslag")).slug == "budget"


# --- What starts a step ---


@pytest.mark.parametrize(
    ("starts", "fault"),
    [
        ({"steg": "tidplan"}, "startas_av, steg: okänt steg 'tidplan'. Tillåtna: a, budget."),
        ({"saknas": "31 oktober"}, "startas_av, saknas: säg vilket steg som ska saknas, med steg."),
        (
            {"steg": "budget", "saknas": "32 oktober"},
            "startas_av, saknas: '32 oktober' går inte; oktober har ingen dag 32.",
        ),
        (
            {"belopp": "balanskravsresultat"},
            "startas_av, belopp: säg vid vilket belopp, med under eller under_procent.",
        ),
        ({"under": 0}, "startas_av, under: säg vilket belopp som ska ligga under, med belopp."),
        (
            {"belopp": "vinst", "under": 0},
            "startas_av, belopp: 'vinst' går inte; ska vara 'resultat', 'balanskravsresultat' eller "
            "'avvikelse'.",
        ),
        (
            {"nar": "mars"},
            "startas_av, nar: okänt fält. Tillåtna: steg, saknas, inom, mandatar, belopp, under, "
            "under_procent, enheter, foljer, kommande_ar, infor.",
        ),
        ({"mandatar": 5}, "startas_av, mandatar: 5 går inte; ska vara högst 4."),
        ({"steg": "budget", "inom": -1}, "startas_av, inom: -1 går inte; ska vara minst 0."),
        (
            {"belopp": "avvikelse", "under": 0, "under_procent": -2.0, "enheter": ["norr"]},
            "startas_av: under_procent, enheter gäller tillfällen, inte steg. "
            "Skriv det som ett [[tillfalle]], eller ta bort det.",
        ),
        (
            {"infor": "KF"},
            "startas_av: infor gäller tillfällen, inte steg. "
            "Skriv det som ett [[tillfalle]], eller ta bort det.",
        ),
        (
            {"foljer": "budget"},
            "startas_av: foljer gäller tillfällen, inte steg. "
            "Skriv det som ett [[tillfalle]], eller ta bort det.",
        ),
    ],
)
def test_what_cannot_start_a_step(starts: dict[str, Any], fault: str) -> None:
    assert faults_of(steg=[make_step("a", startas_av=starts), BUDGET]) == [f"steg 'a', {fault}"]


UNUSED = make_step("partistod", anvands=False)


@pytest.mark.parametrize(
    ("needs", "field"),
    [
        ({"startas_av": {"steg": "partistod"}}, "startas_av, steg"),
        ({"fore": {"steg": "partistod", "dag": "utskick"}}, "fore"),
    ],
)
def test_what_is_used_cannot_wait_for_what_is_not(needs: dict[str, Any], field: str) -> None:
    unused = make_decision("partistod", "KF", anvands=False)
    assert faults_of(steg=[make_step("a", **needs), unused]) == [
        f"steg 'a', {field}: 'partistod' används inte (anvands = false). Stryk den raden där, eller "
        "skriv den här också."
    ]


def test_what_is_not_used_is_nowhere_and_required_by_nobody() -> None:
    later = make_step("a", kraver=[make_need("partistod"), make_need("budget", slag="mjuk")])
    occasion = {**AVVIKELSE, "anvands": False}
    whole = make_definition(steg=[UNUSED, BUDGET, later], tillfalle=[occasion])
    used = whole.of_what_is_used()
    assert [step.slug for step in used.steps] == ["budget", "a"]
    assert used.step("a").rests_on == ("budget",)
    assert used.occasions == ()
    assert used.of_what_is_used() is used


def test_what_is_not_used_is_tried_all_the_same() -> None:
    assert faults_of(steg=[make_step("a", anvands=False, kraver=[make_need("b")])]) == [
        "steg 'a', kraver: okänt steg 'b'. Tillåtna: a."
    ]


def test_an_occasion_is_ahead_of_the_meetings_of_a_body_that_there_is() -> None:
    [fault] = faults_of(tillfalle=[{**AVVIKELSE, "startas_av": {"infor": "BUN"}}])
    assert fault.startswith("tillfalle 'avvikelse', startas_av, infor: okänd instans 'BUN'.")


def test_a_step_that_starts_itself_is_a_ring() -> None:
    assert faults_of(steg=[make_step("a", startas_av={"steg": "a"})]) == [
        "steg, kraver: stegen väntar på varandra i en ring: a → a. Ta bort ett av kraven."
    ]


def test_steps_that_start_and_require_each_other_are_a_ring() -> None:
    steps = [make_step("a", startas_av={"steg": "b"}), make_step("b", kraver=[make_need("a")])]
    assert faults_of(steg=steps) == [
        "steg, kraver: stegen väntar på varandra i en ring: a → b → a. Ta bort ett av kraven."
    ]


def test_what_is_done_for_want_of_a_step_does_not_rest_on_it() -> None:
    """When KF decides after all, the notice of the proposal was right all the same."""
    proposed = orsa().step("skattesatsforslag-skatteverket")
    assert proposed.rests_on == ("skattesats-forslag",)
    assert orsa().step("skattesats-skatteverket").rests_on == ("skattesats-kf",)


# --- Before another step's meeting ---


@pytest.mark.parametrize(
    ("before", "fault"),
    [
        (
            {"steg": "tidplan", "dag": "utskick"},
            "fore: okänt steg 'tidplan'. Tillåtna: a, budget, work.",
        ),
        (
            {"steg": "work", "dag": "utskick"},
            "fore: 'work' har inget sammanträde. Välj ett steg som beslutas.",
        ),
        (
            {"steg": "a", "dag": "utskick"},
            "fore: steget kan inte vara klart före sig självt. Välj ett annat steg.",
        ),
        (
            {"steg": "budget", "dag": "beredning"},
            "fore, dag: 'beredning' går inte; ska vara 'kungorelse', 'utskick' eller 'dagen-fore'.",
        ),
    ],
)
def test_what_a_step_cannot_be_before(before: dict[str, str], fault: str) -> None:
    steps = [make_step("a", fore=before), make_step("work"), BUDGET]
    assert faults_of(steg=steps) == [f"steg 'a', {fault}"]


# --- Who may settle ---


@pytest.mark.parametrize(
    ("may_settle", "fault"),
    [
        (["KF"], "kan_avgoras_av: står inte före den sista i beslutskedjan 'KF'. Tillåtna: KS."),
        (["SU"], "kan_avgoras_av: står inte före den sista i beslutskedjan 'SU'. Tillåtna: KS."),
    ],
)
def test_only_a_body_before_the_last_may_settle(may_settle: list[str], fault: str) -> None:
    assert faults_of(steg=[{**BUDGET, "kan_avgoras_av": may_settle}]) == [f"steg 'budget', {fault}"]
    definition = make_definition(steg=[{**BUDGET, "kan_avgoras_av": ["KS"]}])
    assert definition.step("budget").may_settle == ("KS",)


# --- Results ---


def test_a_result_is_of_a_known_kind_and_stands_once() -> None:
    assert faults_of(steg=[make_step("a", resultat=["vinst"])]) == [
        "steg 'a', resultat nr 1: 'vinst' går inte; ska vara 'skattesats', 'ramar', 'bokslutsresultat', "
        "'prognos' eller 'maluppfyllelse'."
    ]
    assert faults_of(steg=[make_step("a", resultat=["ramar", "ramar"])]) == [
        "steg 'a', resultat: 'ramar': finns 2 gånger men får finnas bara en gång."
    ]


# --- Occasions ---


@pytest.mark.parametrize(
    ("occasion", "fault"),
    [
        ({"ansvariga": []}, "ansvariga: är tom, så ingen får veta det. Ange minst en roll."),
        (
            {"ansvariga": ["kanslichef"]},
            "ansvariga: okänd roll 'kanslichef'. Tillåtna: chef, ekonomichef, processagare, sekreterare.",
        ),
        ({"beslutskedja": ["SU"]}, "beslutskedja: okänd instans 'SU'. Tillåtna: KF, KS."),
        (
            {"beslutskedja": ["KS", "KS"]},
            "beslutskedja: instans 'KS': finns 2 gånger men får finnas bara en gång.",
        ),
        (
            {"beslutskedja": ["KS", "KF"], "kan_avgoras_av": ["KF"]},
            "kan_avgoras_av: står inte före den sista i beslutskedjan 'KF'. Tillåtna: KS.",
        ),
        (
            {"startas_av": {"belopp": "avvikelse", "under": 0, "enheter": ["vaster"]}},
            "startas_av, enheter: okänd enhet 'vaster'. Tillåtna: norr, soder.",
        ),
        (
            {"startas_av": {"steg": "budget"}},
            "startas_av, steg: ett tillfälle startas inte av ett steg. Gör det till ett steg.",
        ),
        (
            {"startas_av": {"mandatar": 1}},
            "startas_av, mandatar: gäller steg, inte tillfällen. Ta bort det.",
        ),
        (
            {"startas_av": {"foljer": "tidplan"}},
            "startas_av, steg: okänt steg 'tidplan'. Tillåtna: budget, budgetdag, forslag, underlag.",
        ),
        (
            {"fonster": {"fran": "december", "till": "januari"}},
            "fonster: till 'januari' ligger före fran 'december'. "
            "Går fönstret över ett årsskifte anges till_ar.",
        ),
    ],
)
def test_what_an_occasion_may_not_say(occasion: dict[str, Any], fault: str) -> None:
    assert faults_of(tillfalle=[{**AVVIKELSE, **occasion}]) == [f"tillfalle 'avvikelse', {fault}"]


@pytest.mark.parametrize(
    "field", [{"kraver": [make_need("underlag")]}, {"fore": {"steg": "budget", "dag": "utskick"}}]
)
def test_an_occasion_neither_requires_nor_comes_before_a_step(field: dict[str, Any]) -> None:
    assert faults_of(tillfalle=[{**AVVIKELSE, **field}]) == [
        "tillfalle 'avvikelse': kraver och fore gäller steg, inte tillfällen. Ta bort dem."
    ]


def test_an_occasion_that_stands_twice_is_told() -> None:
    assert faults_of(tillfalle=[AVVIKELSE, make_occasion("avvikelse", id="A2")]) == [
        "tillfalle 'avvikelse': finns 2 gånger men får finnas bara en gång."
    ]


def test_an_occasion_with_the_id_of_a_step_is_told() -> None:
    assert faults_of(tillfalle=[make_occasion("avvikelse", id="budget")]) == [
        "tillfalle 'avvikelse', id: 'budget' har redan steg 'budget'. Ge ett av dem ett annat id."
    ]


@pytest.mark.parametrize("slug", ["avvikelse", "avvikelse-1", "avvikelse-27"])
def test_no_step_is_called_as_an_occasion_will_be(slug: str) -> None:
    steps = [*make_raw()["steg"], make_step(slug, id="A1")]
    assert faults_of(steg=steps, tillfalle=[AVVIKELSE]) == [
        "tillfalle 'avvikelse': blir stegen avvikelse-1, avvikelse-2 … och kan inte heta så bredvid "
        f"{slug!r}. Ge ett av dem ett annat namn."
    ]


def test_a_step_may_begin_as_an_occasion_does() -> None:
    steps = [*make_raw()["steg"], make_step("avvikelse-norr", id="A1")]
    assert make_definition(steg=steps, tillfalle=[AVVIKELSE]).occasion("avvikelse")


def test_an_occasion_is_found_by_slug_id_or_title_and_an_unknown_one_told_with_those_there_are() -> (
    None
):
    assert orsa().occasion("t10") == orsa().occasion("Större avvikelse")
    assert orsa().occasion("T10").slug == "storre-avvikelse"
    with pytest.raises(UnknownError) as error:
        orsa().occasion("avvikelse")
    assert str(error.value) == (
        "Tillfället 'avvikelse' finns inte. Välj bland: uppdrag, underskott-namnd, underskott-ks, "
        "underskott-bolag, balanskrav-uppfoljning, storre-avvikelse, granskningsrapport, "
        "utgift-under-aret, motion, bradskande-arende, kallelse."
    )


def test_a_role_with_units_is_no_owner_of_an_occasion_for_a_unit_it_lacks() -> None:
    roles = [*make_raw()["roll"][:3], make_role("chef", enheter=["norr"])]
    assert faults_of(
        roll=roles,
        steg=[make_step("a")],
        tillfalle=[make_occasion("avvikelse", ansvariga=["chef:soder"])],
    ) == ["tillfalle 'avvikelse', ansvariga: rollen chef har ingen enhet 'soder'. Tillåtna: norr."]
