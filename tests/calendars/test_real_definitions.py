"""What real municipalities' definitions needed to say: a small one in TOML, as it is written, tried through
`provkor` and `granska`, and each mistake in it told with the way out."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from calendars.definition import load_definition
from models.errors import DefinitionError
from tasks.reading import rehearsal
from tasks.review import review_of
from tasks.settings import Settings

TODAY = date(2026, 11, 2)
VALLSJO = """
[kommun]
slug = "vallsjo"
namn = "Vallsjö kommun (påhittad)"
processagare = "ekonomichef"

[[instans]]
slug = "KS"
namn = "Kommunstyrelsen"
slag = "styrelse"
sekreterare = "sekreterare:stab"
kalla = "EXEMPEL"

[[instans]]
slug = "KF"
namn = "Kommunfullmäktige"
slag = "fullmaktige"
sekreterare = "sekreterare:stab"
ledtid = 7
kalla = "EXEMPEL"

[[enhet]]
slug = "stab"
namn = "Staben"
kalla = "EXEMPEL"

[[enhet]]
slug = "skola"
namn = "Skolan"
kalla = "EXEMPEL"

[[roll]]
slug = "ekonomichef"
namn = "ekonomichef"
kalla = "EXEMPEL"

[[roll]]
slug = "sekreterare"
namn = "sekreterare"
enheter = ["stab", "skola"]
kalla = "EXEMPEL"

[[roll]]
slug = "chef"
namn = "förvaltningschef"
enheter = ["stab", "skola"]
kalla = "EXEMPEL"

[[steg]]
id = "B1"
slug = "budgetdag"
process = "budget"
slag = "mote"
titel = "Budgetdag"
beskrivning = "En gemensam dag."
ansvariga = ["ekonomichef"]
deltagare = ["gruppledarna"]
deltar = ["chef", "revisor@vallsjo.example"]
fonster = { fran = "april", till = "maj" }

[[steg]]
id = "B2"
slug = "budget"
process = "budget"
slag = "beslut"
titel = "Budget och skattesats"
beskrivning = "Budget och skattesats i ett beslut."
avser = ["budget", "skattesats"]
ansvariga = ["ekonomichef"]
far_veta = ["chef:skola", "facket@vallsjo.example"]
beslutskedja = ["KS", "KF"]
fonster = { fran = "oktober", till = "november" }
"""
MEETINGS = """
ar = 2027

[sammantraden]
KS = [2027-05-24, 2027-10-16]
KF = [2027-06-14, 2027-11-22]

[moten]
budgetdag = 2027-05-08
"""
HOLDERS = """
[[innehavare]]
roll = "ekonomichef"
namn = "Eva Ek"
adress = "eva@vallsjo.example"
fran = 2026-01-01

[[innehavare]]
roll = "sekreterare"
enhet = "stab"
namn = "Sixten Säv"
adress = "sixten@vallsjo.example"
fran = 2026-01-01

[[innehavare]]
roll = "chef"
enhet = "skola"
namn = "Sara Skog"
adress = "sara@vallsjo.example"
fran = 2026-01-01
"""


def chosen(folder: Path, definition: str, holders: str = HOLDERS) -> Settings:
    (folder / "definition.toml").write_text(definition, encoding="utf-8")
    (folder / "sammantraden-2027.toml").write_text(MEETINGS, encoding="utf-8")
    if holders:
        (folder / "rollinnehavare.toml").write_text(holders, encoding="utf-8")
    return Settings(_env_file=None, data=folder / "var", definition=folder)


def provkor(folder: Path, definition: str = VALLSJO, holders: str = HOLDERS) -> dict[str, Any]:
    return rehearsal(chosen(folder, definition, holders), 2028, TODAY).as_json()


def step_of(year: dict[str, Any], slug: str) -> dict[str, Any]:
    [found] = [step for step in year["steg"] if step["slug"] == slug]
    assert isinstance(found, dict)
    return found


def faults(folder: Path, before: str, after: str) -> list[str]:
    assert VALLSJO.count(before) == 1, before
    with pytest.raises(DefinitionError) as caught:
        provkor(folder, VALLSJO.replace(before, after))
    return [fault.removeprefix("definition.toml: ") for fault in caught.value.faults]


def verdicts_of(folder: Path, definition: str) -> dict[str, str]:
    found = review_of(chosen(folder, definition), 2028, TODAY).as_json()
    return {one["regel"]: one["utfall"] for one in found["regler"]}


def told(year: dict[str, Any], slug: str, kind: str) -> list[tuple[str, str, list[str]]]:
    return [
        (one["datum"], one["roll"], one["mottagare"])
        for one in year["utskick"]
        if (one["slug"], one["slag"]) == (slug, kind)
    ]


# --- Who is told, and who takes part ---


def test_those_who_are_to_know_get_a_mail_when_the_decision_is_made(tmp_path: Path) -> None:
    year = provkor(tmp_path)
    assert step_of(year, "budget")["far_veta"] == ["chef:skola", "facket@vallsjo.example"]
    assert told(year, "budget", "klart") == [
        ("2027-11-23", "ekonomichef", ["eva@vallsjo.example"]),
        ("2027-11-23", "chef", ["sara@vallsjo.example"]),
        ("2027-11-23", "facket@vallsjo.example", ["facket@vallsjo.example"]),
    ]


def test_those_who_take_part_are_invited_to_the_day(tmp_path: Path) -> None:
    year = provkor(tmp_path)
    step = step_of(year, "budgetdag")
    assert step["deltagare"] == ["gruppledarna"]
    assert step["deltar"] == ["chef:stab", "chef:skola", "revisor@vallsjo.example"]
    assert [(day, to) for day, to, _ in told(year, "budgetdag", "inbjudan")] == [
        ("2027-04-01", "chef"),
        ("2027-04-01", "chef"),
        ("2027-04-01", "revisor@vallsjo.example"),
    ]


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (
            "komunchef",
            "steg 'budget', far_veta: okänd roll 'komunchef'. "
            "Tillåtna: chef, ekonomichef, sekreterare.",
        ),
        (
            "chef:miljo",
            "steg 'budget', far_veta: rollen chef har ingen enhet 'miljo'. Tillåtna: skola, stab.",
        ),
        (
            "Facket",
            "steg 'budget', far_veta nr 1: 'Facket' går inte; "
            "ska vara en roll, roll:enhet eller en e-postadress.",
        ),
    ],
)
def test_who_cannot_be_told_is_named(tmp_path: Path, value: str, fault: str) -> None:
    before = 'far_veta = ["chef:skola", "facket@vallsjo.example"]'
    assert faults(tmp_path, before, f'far_veta = ["{value}"]') == [fault]


# --- The clerk of a unit ---


def test_a_units_role_registers_what_a_body_decides(tmp_path: Path) -> None:
    year = provkor(tmp_path)
    opened = told(year, "budget", "oppnat")
    assert [people for _, to, people in opened if to == "sekreterare"] == [
        ["sixten@vallsjo.example"],
        ["sixten@vallsjo.example"],
    ]


def test_a_clerk_who_would_be_several_is_told_both_ways_out(tmp_path: Path) -> None:
    definition = VALLSJO.replace('"sekreterare:stab"', '"sekreterare"', 1)
    with pytest.raises(DefinitionError) as caught:
        provkor(tmp_path, definition)
    assert list(caught.value.faults) == [
        "definition.toml: instans 'KS', sekreterare: rollen 'sekreterare' finns en för varje enhet "
        "(stab, skola). Ange en roll utan enheter eller säg vilken enhets: roll:enhet."
    ]


# --- Several things in the law's sense ---


def test_one_step_is_both_the_budget_and_the_rate(tmp_path: Path) -> None:
    verdicts = verdicts_of(tmp_path, VALLSJO)
    assert {verdicts[rule] for rule in ("KL-11-8", "KL-11-10", "KL-5-1", "KL-5-26")} == {"hålls"}


def test_the_discharge_in_the_reports_step_is_found_and_the_report_still_prepared(
    tmp_path: Path,
) -> None:
    step = """
[[steg]]
id = "R1"
slug = "arsredovisning"
process = "uppfoljning"
slag = "beslut"
titel = "Årsredovisning och ansvarsfrihet"
beskrivning = ""
avser = ["arsredovisning", "ansvarsfrihet"]
beslutskedja = ["KF"]
fonster = { fran = "juni", till = "juni" }
"""
    verdicts = verdicts_of(tmp_path, VALLSJO + step)
    assert verdicts["KL-5-24-STEG"] == "hålls"
    assert verdicts["KL-5-26"] == "kommer att brytas"


def test_what_is_nothing_in_the_laws_sense_is_told(tmp_path: Path) -> None:
    [fault] = faults(tmp_path, '["budget", "skattesats"]', '["budget", "skatt"]')
    assert fault.startswith(
        "steg 'budget', avser nr 2: 'skatt' går inte; ska vara 'budgetforslag', "
    )


# --- What contradicts itself, and what collides ---


def test_an_assumption_that_contradicts_its_step_is_refused(tmp_path: Path) -> None:
    added = (
        VALLSJO
        + '\n[steg.antagande]\nansvariga = ["chef"]\nbeslutskedja = ["KF"]\nskal = "Tabellen tiger."\n'
    )
    with pytest.raises(DefinitionError) as caught:
        provkor(tmp_path, added)
    assert list(caught.value.faults) == [
        "definition.toml: steg 'budget', antagande, ansvariga: chef säger emot stegets egna ansvariga "
        "(ekonomichef). Ta bort det ena.",
        "definition.toml: steg 'budget', antagande, beslutskedja: KF säger emot stegets egna "
        "beslutskedja (KS, KF). Ta bort det ena.",
    ]


def test_a_template_whose_id_collides_is_named(tmp_path: Path) -> None:
    added = (
        VALLSJO
        + """
[[steg]]
id = "B"
slug = "underlag-{enhet}"
process = "budget"
slag = "arbete"
titel = "Underlag från {enhet}"
beskrivning = ""
varje = { slag = "enhet" }
ansvariga = ["chef:{enhet}"]
fonster = { fran = "mars", till = "mars" }
"""
    )
    with pytest.raises(DefinitionError) as caught:
        provkor(tmp_path, added)
    assert list(caught.value.faults) == [
        "definition.toml: steg 'underlag-{enhet}', id: 'B1' har redan steg 'budgetdag'. "
        "Ge ett av dem ett annat id.",
        "definition.toml: steg 'underlag-{enhet}', id: 'B2' har redan steg 'budget'. "
        "Ge ett av dem ett annat id.",
    ]


# --- What provkor tells ---


def test_a_role_that_nobody_holds_and_a_day_off_are_remarked(tmp_path: Path) -> None:
    assert provkor(tmp_path)["anmarkningar"] == [
        "förvaltningschef, Staben har ingen innehavare 2027-04-01, när mejl om budgetdag ska gå; "
        "processägaren får det. Lägg till rollen i rollinnehavare.toml.",
        "budgetdag 2027-05-08 är ingen arbetsdag (lördag). Sammanträdet står som det är; sista dagar "
        "och påminnelser läggs på arbetsdagar. Rätta dagen om den är fel.",
        "KS 2027-10-16 är ingen arbetsdag (lördag). Sammanträdet står som det är; sista dagar och "
        "påminnelser läggs på arbetsdagar. Rätta dagen om den är fel.",
    ]


def test_without_role_holders_that_is_said_once(tmp_path: Path) -> None:
    first = provkor(tmp_path, holders="")["anmarkningar"][0]
    assert first.startswith("Inga rollinnehavare är kända, så alla mejl går till processägarens")


def test_a_fault_among_the_role_holders_is_told(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"^rollinnehavare\.toml: .*'ekonomichefen'"):
        provkor(tmp_path, holders=HOLDERS.replace('"ekonomichef"', '"ekonomichefen"'))


def test_a_saturday_is_booked_since_it_is_held(tmp_path: Path) -> None:
    year = provkor(tmp_path)
    assert [one["datum"] for one in step_of(year, "budget")["beslut"]] == [
        "2027-10-16",
        "2027-11-22",
    ]
    assert year["luckor"] == []
    assert step_of(year, "budgetdag")["senast"] == "2027-05-10"  # the Monday after


def test_what_is_optional_what_rests_and_what_starts_a_step_are_told(tmp_path: Path) -> None:
    added = (
        VALLSJO
        + """
[[steg]]
id = "B3"
slug = "skatteverket"
process = "budget"
slag = "arbete"
titel = "Anmälan"
beskrivning = ""
valfri = true
ansvariga = ["ekonomichef"]
fonster = { fran = "november", till = "december" }
startas_av = { steg = "budget", saknas = "30 november", inom = 1 }
"""
    )
    year = provkor(tmp_path, added)
    step, budget = step_of(year, "skatteverket"), step_of(year, "budget")
    assert (step["valfri"], step["vilar"]) == (True, True)
    assert step["startas_av"] == {
        "steg": "budget",
        "saknas": "30 november",
        "inom": 1,
        "mandatar": None,
        "belopp": None,
        "under": None,
    }
    assert (budget["valfri"], budget["vilar"], budget["startas_av"]) == (False, False, None)


# --- Titles, the plan's name, the day that figures are of ---

REPORT = """
[[steg]]
id = "M"
slug = "rapport-{manad}"
process = "uppfoljning"
slag = "arbete"
titel = "Uppföljning till och med {manad}"
beskrivning = ""
varje = { slag = "manad", bara = ["mars", "augusti", "december"] }
ansvariga = ["ekonomichef"]
fonster = { fran = "månaden efter {manad}", till = "15 i månaden efter {manad}" }
periodslut = "{manad}"
galler_ar = -1

[[steg]]
id = "E"
slug = "bokslut-{enhet}"
process = "uppfoljning"
slag = "arbete"
titel = "Bokslut {ar}, {enhet}"
beskrivning = ""
varje = { slag = "enhet" }
ansvariga = ["chef:{enhet}"]
fonster = { fran = "januari", till = "februari" }
galler_ar = -2

[[steg]]
id = "V"
slug = "plan-{enhet}"
process = "budget"
slag = "arbete"
titel = "Verksamhetsberättelse: {enhet}"
beskrivning = ""
varje = { slag = "enhet", bara = ["skola"] }
ansvariga = ["chef:{enhet}"]
deltar = ["sekreterare:{enhet}"]
far_veta = ["chef:{enhet}", "{enhet}@vallsjo.example"]
fonster = { fran = "mars", till = "mars" }
galler_ar = -2
"""


def test_a_report_is_written_the_month_after_and_is_of_the_last_of_its_month(
    tmp_path: Path,
) -> None:
    year = provkor(tmp_path, VALLSJO + REPORT)
    found = {
        slug: [step_of(year, f"rapport-{slug}")[key] for key in ("fran", "till", "periodslut")]
        for slug in ("mars", "augusti", "december")
    }
    assert found == {
        "mars": ["2027-04-01", "2027-04-15", "2027-03-31"],
        "augusti": ["2027-09-01", "2027-09-15", "2027-08-31"],
        "december": ["2028-01-01", "2028-01-15", "2027-12-31"],
    }


def test_a_title_has_its_year_where_it_is_right_with_a_units_name(tmp_path: Path) -> None:
    definition = load_definition(chosen(tmp_path, VALLSJO + REPORT).definition)
    said = [definition.step(slug).title_for(2028) for slug in ("bokslut-skola", "plan-skola")]
    assert said == ["Bokslut 2026, Skolan", "Verksamhetsberättelse 2026: Skolan"]
    assert definition.step("bokslut-skola").title == "Bokslut, Skolan"
    assert definition.step("rapport-mars").title_for(2028) == "Uppföljning till och med mars 2027"


def test_a_template_tells_the_role_and_the_address_of_each_unit(tmp_path: Path) -> None:
    step = step_of(provkor(tmp_path, VALLSJO + REPORT), "plan-skola")
    assert step["deltar"] == ["sekreterare:skola"]
    assert step["far_veta"] == ["chef:skola", "skola@vallsjo.example"]


def test_a_plan_of_several_years_is_called_by_them(tmp_path: Path) -> None:
    definition = VALLSJO.replace(
        "[[instans]]", 'planens_namn = "Mål och budget"\nplanens_ar = 3\n\n[[instans]]', 1
    )
    assert provkor(tmp_path, definition)["plan"] == "Mål och budget 2028–2030"


def test_a_plan_of_no_years_is_told(tmp_path: Path) -> None:
    before = 'processagare = "ekonomichef"\n'
    assert faults(tmp_path, before, f"{before}planens_ar = 0\n") == [
        "kommun, planens_ar: 0 går inte; ska vara minst 1."
    ]


# --- After another step, without a window ---

AFTER = """
[[steg]]
id = "B3"
slug = "fordelning"
process = "budget"
slag = "arbete"
titel = "Fördelning"
beskrivning = "Efter fullmäktiges beslut."
ansvariga = ["ekonomichef"]
startas_av = { steg = "budget" }

[[steg]]
id = "B4"
slug = "anmalan"
process = "budget"
slag = "arbete"
titel = "Anmälan"
beskrivning = "Genast efter fördelningen."
ansvariga = ["ekonomichef"]
startas_av = { steg = "fordelning", inom = 3 }
"""


def test_a_step_after_another_needs_no_window(tmp_path: Path) -> None:
    year = provkor(tmp_path, VALLSJO + AFTER)
    after, at_once = step_of(year, "fordelning"), step_of(year, "anmalan")
    keys = ("fran", "till", "oppnas", "senast")
    # the budget is decided on 22 November, a week before the end of its window
    assert [after[key] for key in keys] == ["2027-11-22", "2027-12-22", "2027-11-22", "2027-12-22"]
    opened = [day for day, *_ in told(year, "anmalan", "oppnat")]
    assert opened == ["2027-12-22"], "when the one before was completed, not when it was to be"
    assert at_once["startas_av"]["inom"] == 3
    assert year["luckor"] == []


def test_a_decision_after_another_is_made_at_a_meeting_after_it(tmp_path: Path) -> None:
    added = VALLSJO + (
        AFTER.replace('slag = "arbete"', 'slag = "beslut"\nbeslutskedja = ["KF"]', 1)
    ).replace('steg = "budget"', 'steg = "budgetdag"')
    step = step_of(provkor(tmp_path, added), "fordelning")
    assert [one["datum"] for one in step["beslut"]] == ["2027-06-14"]


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        (
            'startas_av = { steg = "budget" }',
            "",
            "steg 'fordelning', fonster: saknas. Ange när steget görs, eller vilket steg det följer på: "
            'startas_av = { steg = "…" }.',
        ),
        (
            'steg = "budget" }',
            'steg = "anmalan" }',
            "steg, kraver: stegen väntar på varandra i en ring: fordelning → anmalan → fordelning. "
            "Ta bort ett av kraven.",
        ),
        (
            'startas_av = { steg = "budget" }',
            'startas_av = { steg = "budgetet" }',
            "steg 'fordelning', startas_av, steg: okänt steg 'budgetet'. "
            "Tillåtna: anmalan, budget, budgetdag, fordelning.",
        ),
    ],
)
def test_a_step_without_a_window_that_follows_on_nothing_is_told(
    tmp_path: Path, before: str, after: str, fault: str
) -> None:
    with pytest.raises(DefinitionError) as caught:
        provkor(tmp_path, VALLSJO + AFTER.replace(before, after, 1))
    assert [one.removeprefix("definition.toml: ") for one in caught.value.faults] == [fault]


# --- A body that discusses without deciding ---


def discussed(folder: Path, *bodies: str) -> str:
    names = ", ".join(f'"{body}"' for body in bodies)
    return VALLSJO.replace(
        'beslutskedja = ["KS", "KF"]', f'beslutskedja = ["KS", "KF"]\nutan_beslut = [{names}]'
    )


def test_a_body_that_only_discusses_is_planned_and_rehearsed_as_such(tmp_path: Path) -> None:
    year = provkor(tmp_path, discussed(tmp_path, "KS"))
    assert step_of(year, "budget")["utan_beslut"] == ["KS"]
    assert [one["datum"] for one in step_of(year, "budget")["beslut"]] == [
        "2027-10-16",
        "2027-11-22",
    ]
    assert told(year, "budget", "klart"), "it goes all the way"


def test_what_a_body_only_discusses_it_has_neither_prepared_nor_decided(tmp_path: Path) -> None:
    assert verdicts_of(tmp_path, VALLSJO)["KL-5-26"] == "hålls"
    assert verdicts_of(tmp_path, discussed(tmp_path, "KS"))["KL-5-26"] == "kommer att brytas"
    assert verdicts_of(tmp_path, discussed(tmp_path, "KF"))["KL-5-1"] == "kommer att brytas"


def test_a_discussing_body_stands_in_the_chain_and_is_not_to_decide(tmp_path: Path) -> None:
    chain = 'beslutskedja = ["KS", "KF"]'
    assert faults(tmp_path, chain, f'{chain}\nutan_beslut = ["SU"]') == [
        "steg 'budget', utan_beslut: står inte i beslutskedjan 'SU'. Tillåtna: KF, KS."
    ]
    both = f'{chain}\nutan_beslut = ["KS"]\nkan_avgoras_av = ["KS"]'
    assert faults(tmp_path, chain, both) == [
        "steg 'budget', utan_beslut: 'KS' ska besluta enligt kan_avgoras_av eller lagfrister. "
        "Ta bort det ena."
    ]
