"""What started a step, what was raised, the figures to leave, and which year and plan it is all about."""

from __future__ import annotations

import pytest

from calendars.workdays import WORKDAYS
from models.events import Event, Raised, Resulted
from models.fold import fold
from models.process import TaskKey
from notifications.calendar_entry import entries
from notifications.letters import Letter, Recipient, compose
from notifications.naming import short_title
from notifications.notices import Kind
from tests.factories import (
    EKONOMICHEF,
    day,
    decided,
    make_definition,
    make_raw,
    make_step,
    opened,
    orsa,
    reported,
)
from tests.notifications.letters import (
    EVA,
    PETRA,
    announced_letters,
    due_letters,
    make_notice,
    make_plan,
    told,
    whole,
)
from tests.rules import raise_occasion

OWNER = TaskKey(role="processagare")
SEKRETERARE = TaskKey(role="kommunsekreterare")
OMSORG = TaskKey(role="verksamhetsomradeschef", unit="omsorg")
SAMHALLE = TaskKey(role="verksamhetsomradeschef", unit="samhalle")


def resulted(step: str, on: str, **values: object) -> Resulted:
    return Resulted(step=step, on=day(on), round=1, number=1, by="Eva Exempel", values=values)


RATE_IN_KF: tuple[Event, ...] = (
    opened("skattesats-forslag", "2027-10-01"),
    resulted("skattesats-forslag", "2027-10-04", skattesats="22.32"),
    reported("skattesats-forslag", EKONOMICHEF, "2027-10-04"),
    decided("skattesats-forslag", "KS", "2027-10-18"),
    opened("skattesats-kf", "2027-11-01"),
    reported("skattesats-kf", EKONOMICHEF, "2027-11-02"),
)
RATE_DECIDED: tuple[Event, ...] = (
    *RATE_IN_KF,
    resulted("skattesats-kf", "2027-11-29", skattesats="22.31"),
    decided("skattesats-kf", "KF", "2027-11-29", paragraph="KF § 110/2027"),
)


def opening(events: tuple[Event, ...], step: str, to: TaskKey = EKONOMICHEF) -> Letter:
    on = str(events[-1].on)
    (letter,) = due_letters(events, on, Kind.OPENED, step, to)
    return letter


# --- What started it ---


def test_a_step_that_a_decision_starts_says_which_with_its_figure_and_that_it_is_urgent() -> None:
    letter = opening(
        (*RATE_DECIDED, opened("skattesats-skatteverket", "2027-11-29")), "skattesats-skatteverket"
    )
    assert letter.subject == "Genast tis 30 nov: Skattesatsen till Skattev…, din uppgift"
    assert (
        "Det börjar för att Skattesats i KF är klart (Kommunfullmäktige måndag 29 november 2027, "
        "bifall). Skattesats: 22,31."
    ) in whole(letter)
    assert "Det ska göras genast: din del ska vara klar senast tisdag 30 november 2027." in whole(
        letter
    )


def test_a_step_that_something_missing_starts_says_what_and_since_when() -> None:
    events = (*RATE_IN_KF, opened("skattesatsforslag-skatteverket", "2027-11-02"))
    letter = opening(events, "skattesatsforslag-skatteverket")
    assert "Det börjar för att Skattesats i KF inte var klart den 31 oktober." in whole(letter)


def test_a_step_that_a_figure_starts_says_which_and_how_large() -> None:
    figures = {"resultat": -4200, "balanskravsresultat": -1200}
    events = (
        opened("bokslut", "2027-01-04"),
        resulted("bokslut", "2027-03-16", bokslutsresultat=figures),
        opened("atgardsplan-balanskrav", "2027-03-16"),
    )
    letter = opening(events, "atgardsplan-balanskrav")
    assert "Åtgärdsplan" in letter.subject
    assert "Det börjar för att balanskravsresultatet i Bokslut 2026 är −1\u00a0200 tkr." in whole(
        letter
    )


def test_a_step_of_the_calendar_says_nothing_of_what_started_it() -> None:
    letter = opening((opened("bokslut", "2027-01-04"),), "bokslut")
    assert "Det börjar för att" not in whole(letter)
    assert "genast" not in whole(letter)


# --- Occasions ---


def raised(slug: str, title: str, **told_of: object) -> Raised:
    return raise_occasion(
        fold(orsa(), ()),
        slug,
        title,
        days=WORKDAYS,
        today=day("2027-10-25"),
        by="Kim Exempel",
        token="1",
        **told_of,
    )


def test_an_occasion_says_what_it_is_how_much_for_whom_and_from_whom() -> None:
    event = raised(
        "underskott-ks",
        "Dyra placeringar",
        unit="omsorg",
        amount=-2500,
        text="Fler placeringar än budgeterat.",
    )
    letter = opening((event,), "underskott-ks-1", OMSORG)
    assert (
        "har en ny uppgift kommit till: Underskott i KS verksamheter 2027: Dyra placeringar."
        in (whole(letter))
    )
    for fact in (
        ("Vad det gäller", "Fler placeringar än budgeterat."),
        ("Enhet", "Omsorg"),
        ("Belopp", "−2\u00a0500 tkr"),
        ("Uppgift från", "Kim Exempel"),
    ):
        assert fact in letter.facts
    assert "genast" not in whole(letter)


def test_an_occasion_that_is_urgent_says_so() -> None:
    event = raised("storre-avvikelse", "Kollektivtrafiken", amount=-1800)
    letter = opening((event,), "storre-avvikelse-1")
    assert letter.subject.startswith("Genast ons 27 okt: ")
    assert "Det ska göras genast" in whole(letter)


def test_a_commission_says_to_whom_it_is_reported_back() -> None:
    event = raised(
        "uppdrag",
        "Utred badhuset",
        part="verksamhetsomradeschef:samhalle",
        body="KF",
        due=day("2028-03-01"),
    )
    letter = opening((event,), "uppdrag-1", SAMHALLE)
    assert ": Uppdrag: Utred badhuset, din uppgift" in letter.subject
    assert ("Går till", "Kommunfullmäktige, måndag 14 februari 2028") in letter.facts


def test_what_an_earlier_year_left_behind_was_told_by_nobody() -> None:
    event = Raised(
        step="balanskrav-uppfoljning",
        on=day("2027-03-01"),
        number=1,
        token="atgardsplan/2027",
        title="Reglering av balanskravet (år 1 av 3 efter 2025)",
        due=day("2027-05-31"),
    )
    letter = opening((event,), "balanskrav-uppfoljning-1")
    assert not [label for label, _ in letter.facts if label == "Uppgift från"]


# --- Figures ---


def test_a_part_that_is_to_give_figures_says_which_and_how() -> None:
    letter = opening((opened("skattesats-forslag", "2027-10-01"),), "skattesats-forslag")
    (item,) = [item for item in letter.todo if item.startswith("Lämna samtidigt")]
    assert item == "Lämna samtidigt stegets uppgifter: Skattesats. Skriv dem i svaret."
    state = fold(orsa(), [opened("skattesats-forslag", "2027-10-01")])
    notice = make_notice(step="skattesats-forslag")
    link = "https://svar.orsa.example/svara/abc.def"
    asked = {
        url: " ".join(compose(notice, state, make_plan(state), to, PETRA, url).todo)
        for to, url in ((EVA, link), (Recipient("Petra Exempel", PETRA), None))
    }
    assert "Skattesats. Sidan som länken går till har fält för dem." in asked[link]
    assert '`--resultat "skattesats=…,…"`' in asked[None]


def test_of_several_parts_each_is_asked_for_its_own_figures() -> None:
    asked = {}
    for part in (OMSORG, EKONOMICHEF):
        letter = opening((opened("bokslut", "2027-01-04"),), "bokslut", part)
        (asked[part],) = [item for item in letter.todo if item.startswith("Lämna samtidigt")]
    own = "Lämna samtidigt dina egna uppgifter: "
    assert asked[OMSORG] == f"{own}Måluppfyllelse. Skriv dem i svaret."
    assert asked[EKONOMICHEF].startswith(f"{own}Bokslutsresultat och Måluppfyllelse.")


def test_figures_that_somebody_has_given_are_still_asked_of_the_others() -> None:
    goals = {"uppfyllda": 3, "delvis": 0, "ej": 0, "ej_matbara": 0}
    given = resulted("bokslut", "2027-01-04", maluppfyllelse=goals)
    events = (opened("bokslut", "2027-01-04"), given.model_copy(update={"task": OMSORG}))
    asked = [opening(events, "bokslut", part).todo for part in (OMSORG, EKONOMICHEF)]
    assert ["Måluppfyllelse" in " ".join(todo) for todo in asked] == [False, True]


def test_figures_that_are_given_are_not_asked_for_again() -> None:
    events = (
        opened("skattesats-forslag", "2027-10-01"),
        resulted("skattesats-forslag", "2027-10-02", skattesats="22.32"),
    )
    letter = opening(events, "skattesats-forslag")
    assert not [item for item in letter.todo if "--resultat" in item]
    assert ("Skattesats hittills", "22,32") in letter.facts


def test_who_registers_the_decision_is_asked_for_what_was_decided() -> None:
    (letter,) = due_letters(RATE_IN_KF, "2027-11-02", Kind.OPENED, "skattesats-kf", SEKRETERARE)
    assert any(item.startswith("Ange också det som beslutades: Skattesats") for item in letter.todo)


def test_what_was_decided_stands_beside_what_was_proposed() -> None:
    (letter,) = announced_letters(RATE_DECIDED, Kind.DECISION, EKONOMICHEF)
    assert (
        "Skattesats",
        "22,31. Jämfört med Förslag till skattesats i KS (22,32): −0,01",
    ) in letter.facts


def test_a_forecast_names_the_units_as_people_do() -> None:
    rows = [{"enhet": "omsorg", "budget": 210000, "prognos": 212500}]
    events = (
        opened("delarsrapport", "2027-09-01"),
        resulted("delarsrapport", "2027-09-10", prognos=rows),
    )
    letter = opening(events, "delarsrapport")
    assert (
        "Prognos per enhet hittills",
        "avvikelse −2\u00a0500 tkr (Omsorg −2\u00a0500 tkr)",
    ) in letter.facts


# --- Which plan and which year ---


def test_the_plan_is_called_what_the_municipality_calls_it() -> None:
    raw = make_raw()
    raw["kommun"]["planens_namn"] = "Mål och budget"
    definition = make_definition(**raw)
    state, _ = told([opened("underlag", "2027-01-04")], definition)
    plan = make_plan(state)
    (letter, *_) = due_letters(
        [opened("underlag", "2027-01-04")],
        "2027-01-04",
        Kind.OPENED,
        "underlag",
        definition=definition,
    )
    assert letter.subject.endswith(": underlag, din del")
    assert "Nu är det dags för underlag (Mål och budget 2028)." in whole(letter)
    assert "Kommunplan" not in whole(letter).replace("kommunplan klar", "")
    says = next(iter(entries(state, plan))).appointment
    assert says is not None
    assert says.summary == "Sista dag: underlag (chef, Norr) · Mål och budget 2028"


@pytest.mark.parametrize(
    ("title", "about", "short"),
    [
        ("Bokslut", -2, "Bokslut 2026"),
        ("Kommunplan i KS", 0, "Kommunplan i KS"),
        (
            "Årsredovisning och revisionsberättelser på webbplatsen",
            -2,
            "Årsredovisning och revisionsb… 2026",
        ),
        ("Underskott i KS verksamheter: Omsorg", -1, "Underskott i KS verksamheter 2027…"),
        ("Förslag till skattesats till Skatteverket", 0, "Förslag till skattesats till Skatt…"),
    ],
)
def test_a_title_that_is_cut_keeps_its_year(title: str, about: int, short: str) -> None:
    definition = make_definition(steg=[make_step("ett", titel=title, galler_ar=about)])
    cut = short_title(definition.step("ett"), 2028)
    assert cut == short
    assert len(cut) <= 35


def test_steps_that_are_built_on_are_named_with_their_years() -> None:
    letter = opening(
        (opened("bokslutsdag", "2027-03-01"),), "bokslutsdag", TaskKey(role="kommunchef")
    )
    assert "bygger på Bokslut 2026 och Preliminär skatteprognos" in whole(letter)


def test_a_title_that_names_the_plan_is_not_followed_by_it() -> None:
    events = (opened("kommunplan-su", "2027-10-01"),)
    letter = opening(events, "kommunplan-su")
    assert "Nu är det dags för Kommunplan i strategiutskottet (budgetåret 2028)." in whole(letter)


def test_a_vacant_role_is_asked_for_its_figures_too() -> None:
    vacant = Recipient("Petra Exempel", PETRA, vacant_role="verksamhetsområdeschef, Omsorg")
    (letter,) = due_letters(
        [opened("bokslut", "2027-01-04")], "2027-01-04", Kind.OPENED, "bokslut", OMSORG, vacant
    )
    assert any("Lämna samtidigt rollens egna uppgifter" in item for item in letter.todo)
