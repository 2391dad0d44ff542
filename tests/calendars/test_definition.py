"""Every fault in a definition is told in Swedish: file, place, value and what is allowed."""

from __future__ import annotations

import json
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from calendars.definition import ORSA, load_definition, load_meetings, parse_definition
from calendars.holders.files import load_holders
from models.errors import DefinitionError
from models.plan import RoleHolder
from models.process import Definition
from tests.factories import (
    make_body,
    make_definition,
    make_limit,
    make_need,
    make_raw,
    make_role,
    make_step,
    orsa,
)

LILLBY = make_definition(steg=[make_step("underlag"), make_step("budgetdag", slag="mote")])


def faults_of(**overrides: Any) -> list[str]:
    with pytest.raises(DefinitionError) as error:
        make_definition(**overrides)
    return list(error.value.faults)


def meeting_faults(tmp_path: Path, text: str, year: int = 2027) -> list[str]:
    (tmp_path / f"sammantraden-{year}.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as error:
        load_meetings(tmp_path, LILLBY)
    return list(error.value.faults)


def holder_faults(tmp_path: Path, *rows: str) -> list[str]:
    write_holders(tmp_path, *rows)
    with pytest.raises(DefinitionError) as error:
        load_holders(tmp_path, LILLBY)
    return list(error.value.faults)


def write_holders(directory: Path, *rows: str) -> None:
    text = "\n".join(f"[[innehavare]]\n{row}\n" for row in rows)
    (directory / "rollinnehavare.toml").write_text(text, encoding="utf-8")


# --- What is right ---


def test_orsa_loads_with_its_meetings_and_holders() -> None:
    definition = load_definition(ORSA)
    assert definition.municipality.name == "Orsa kommun"
    assert {meeting.day.year for meeting in load_meetings(ORSA, definition)} == {2026, 2027, 2028}
    held = {(holder.role, holder.unit) for holder in load_holders(ORSA, definition)}
    assert held == {(r.slug, unit) for r in definition.roles for unit in (r.units or (None,))}


@pytest.mark.parametrize("definition", [make_definition(), orsa()], ids=["lillby", "orsa"])
def test_a_stored_definition_is_read_back_equal(definition: Definition) -> None:
    stored = definition.model_dump_json(by_alias=True)
    assert parse_definition(json.loads(stored), "lagrad") == definition


def test_meetings_come_in_date_order_and_example_is_kept(tmp_path: Path) -> None:
    (tmp_path / "sammantraden-2027.toml").write_text(
        "exempel = true\nar = 2027\n[sammantraden]\nKF = [2027-11-29]\nKS = [2027-10-18]\n"
        "[moten]\nbudgetdag = 2027-03-11\n",
        encoding="utf-8",
    )
    meetings = load_meetings(tmp_path, LILLBY)
    assert [(m.body, m.step, m.day, m.example) for m in meetings] == [
        (None, "budgetdag", date(2027, 3, 11), True),
        ("KS", None, date(2027, 10, 18), True),
        ("KF", None, date(2027, 11, 29), True),
    ]


def test_no_meetings_and_no_holders_are_no_fault(tmp_path: Path) -> None:
    assert load_meetings(tmp_path, LILLBY) == ()
    assert load_holders(tmp_path, LILLBY) == ()


def test_a_holder_holds_from_the_first_day_to_the_last(tmp_path: Path) -> None:
    write_holders(
        tmp_path,
        'roll = "chef"\nenhet = "norr"\nnamn = "Nora"\nadress = "nora@lillby.example"\n'
        "fran = 2027-01-01\ntill = 2027-06-30",
    )
    holder = RoleHolder(
        "chef", "norr", "Nora", "nora@lillby.example", date(2027, 1, 1), date(2027, 6, 30)
    )
    assert load_holders(tmp_path, LILLBY) == (holder,)
    assert holder.holds_on(date(2027, 6, 30))
    assert not holder.holds_on(date(2027, 7, 1))
    assert not holder.holds_on(date(2026, 12, 31))


# --- References ---


@pytest.mark.parametrize(
    ("overrides", "fault"),
    [
        (
            {"steg": [make_step("budget", slag="beslut", beslutskedja=["KX"])]},
            "definition.toml: steg 'budget', beslutskedja: okänd instans 'KX'. Tillåtna: KF, KS.",
        ),
        (
            {"steg": [make_step("budget", ansvariga=["trollkarl"])]},
            "definition.toml: steg 'budget', ansvariga: okänd roll 'trollkarl'. "
            "Tillåtna: chef, ekonomichef, processagare, sekreterare.",
        ),
        (
            {"roll": [*make_raw()["roll"], make_role("rektor", enheter=["skolan"])]},
            "definition.toml: roll 'rektor', enheter: okänd enhet 'skolan'. Tillåtna: norr, soder.",
        ),
        (
            {"instans": [*make_raw()["instans"], make_body("SU", sekreterare="skrivare")]},
            "definition.toml: instans 'SU', sekreterare: okänd roll 'skrivare'. "
            "Tillåtna: chef, ekonomichef, processagare, sekreterare.",
        ),
        (
            {"instans": [*make_raw()["instans"], make_body("SU", sekreterare="chef")]},
            "definition.toml: instans 'SU', sekreterare: rollen 'chef' finns en för varje enhet "
            "(norr, soder). Ange en roll utan enheter eller säg vilken enhets: roll:enhet.",
        ),
        (
            {"kommun": {"slug": "lillby", "namn": "Lillby", "processagare": "borgmastare"}},
            "definition.toml: kommun, processagare: okänd roll 'borgmastare'. "
            "Tillåtna: chef, ekonomichef, processagare, sekreterare.",
        ),
        (
            {"steg": [make_step("budget", kraver=[make_need("bokslut")])]},
            "definition.toml: steg 'budget', kraver: okänt steg 'bokslut'. Tillåtna: budget.",
        ),
        (
            {
                "steg": [
                    make_step(
                        "budget",
                        slag="beslut",
                        beslutskedja=["KF"],
                        lagfrister=[make_limit(instans="KS")],
                    )
                ]
            },
            "definition.toml: steg 'budget', lagfrister, instans: "
            "beslutskedjan saknar instansen 'KS'. Tillåtna: KF.",
        ),
    ],
    ids=[
        "instans",
        "roll",
        "enhet",
        "sekreterare",
        "sekreterare med enheter",
        "processagare",
        "steg",
        "lagfristens instans",
    ],
)
def test_an_unknown_name_is_told_with_the_known_ones(overrides: dict[str, Any], fault: str) -> None:
    assert faults_of(**overrides) == [fault]


def test_a_ring_of_requirements_is_named() -> None:
    [fault] = faults_of(
        steg=[
            make_step("a", kraver=[make_need("c")]),
            make_step("b", kraver=[make_need("a")]),
            make_step("c", kraver=[make_need("b")]),
        ]
    )
    assert fault.startswith("definition.toml: steg, kraver: stegen väntar på varandra i en ring: ")
    ring = fault.split("ring: ")[1].split(".")[0].split(" → ")
    assert ring[0] == ring[-1]
    assert list(pairwise(ring)) in [
        [("a", "c"), ("c", "b"), ("b", "a")],
        [("b", "a"), ("a", "c"), ("c", "b")],
        [("c", "b"), ("b", "a"), ("a", "c")],
    ]


def test_a_step_that_waits_for_itself_is_a_ring_too() -> None:
    assert faults_of(steg=[make_step("a", kraver=[make_need("a")])]) == [
        "definition.toml: steg, kraver: stegen väntar på varandra i en ring: a → a. "
        "Ta bort ett av kraven."
    ]


@pytest.mark.parametrize(
    ("overrides", "fault"),
    [
        ({"steg": [make_step("a"), make_step("a", id="2")]}, "steg 'a'"),
        ({"instans": [make_body("KS"), make_body("KF"), make_body("KS")]}, "instans 'KS'"),
        ({"roll": [*make_raw()["roll"], make_role("ekonomichef")]}, "roll 'ekonomichef'"),
        ({"enhet": [*make_raw()["enhet"], make_raw()["enhet"][0]]}, "enhet 'norr'"),
        (
            {"steg": [make_step("a", ansvariga=["ekonomichef", "ekonomichef"])]},
            "steg 'a', ansvariga: roll 'ekonomichef'",
        ),
        (
            {"steg": [make_step("a", slag="beslut", beslutskedja=["KS", "KF", "KS"])]},
            "steg 'a', beslutskedja: instans 'KS'",
        ),
    ],
)
def test_what_stands_twice_is_told(overrides: dict[str, Any], fault: str) -> None:
    assert faults_of(**overrides) == [
        f"definition.toml: {fault}: finns 2 gånger men får finnas bara en gång."
    ]


# --- Windows, kinds and chains ---


def test_a_window_that_ends_before_it_begins_is_told() -> None:
    assert faults_of(steg=[make_step("a", fonster={"fran": "november", "till": "januari"})]) == [
        "definition.toml: steg 'a', fonster: till 'januari' ligger före fran 'november'. "
        "Går fönstret över ett årsskifte anges till_ar."
    ]


def test_a_window_over_new_year_is_right_when_it_says_so() -> None:
    window = {"fran": "november", "till": "januari", "till_ar": 0}
    assert make_definition(steg=[make_step("a", fonster=window)]).step("a").window.end_year == 0


def test_a_decision_without_a_chain_is_told() -> None:
    assert faults_of(steg=[make_step("a", slag="beslut")]) == [
        "definition.toml: steg 'a', beslutskedja: är tom, men steget är ett beslut. "
        "Ange minst en instans."
    ]


def test_a_chain_on_what_is_no_decision_is_told() -> None:
    assert faults_of(steg=[make_step("a", slag="mote", beslutskedja=["KS", "KF"])]) == [
        "definition.toml: steg 'a', slag: 'mote' har beslutskedjan KS, KF. "
        'Ett steg med beslutskedja har slag = "beslut".'
    ]


def test_a_step_that_nobody_can_complete_is_told() -> None:
    assert faults_of(steg=[make_step("a", ansvariga=[])]) == [
        "definition.toml: steg 'a', ansvariga: är tom, så ingen kan göra steget klart. "
        "Ange minst en roll."
    ]


def test_a_year_without_steps_is_told() -> None:
    assert faults_of(steg=[]) == [
        "definition.toml: steg: det finns inga steg. Ett år behöver minst ett."
    ]


# --- Fields ---


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        ({"fonster": {"fran": "mars"}}, "steg 'a', fonster, till: saknas. Fältet måste finnas."),
        (
            {"ansvarig": "ekonomichef"},
            "steg 'a', ansvarig: okänt fält. Tillåtna: id, slug, process, slag, anvands, valfri, "
            "titel, beskrivning, fonster, avser, overklagas, periodslut, galler_ar, startas_av, fore, "
            "resultat, resultat_fran, kan_avgoras_av, utan_beslut, styrmodell, ansvariga, deltagare, "
            "deltar, far_veta, beslutskedja, antagande, kraver, lagfrister, dokument, arbetsdagar.",
        ),
        (
            {"kraver": [{"steg": "b", "slag": "hard", "kalla": "x", "not": "y"}]},
            "steg 'a', kraver 'b', not: okänt fält. Tillåtna: steg, slag, kalla.",
        ),
        (
            {"fonster": {"fran": "march", "till": "mars"}},
            "steg 'a', fonster, fran: 'march' går inte; "
            'skriv en månad ("mars"), en dag ("15 april"), "början av", "mitten av" eller "slutet av" '
            'en månad, en årstid ("våren") eller en vecka ("vecka 40").',
        ),
        (
            {"fonster": {"fran": "mars", "till": "31 april"}},
            "steg 'a', fonster, till: '31 april' går inte; april har ingen dag 31.",
        ),
        (
            {"fonster": {"fran": "mars", "till": "mars", "ar": "i fjol"}},
            "steg 'a', fonster, ar: 'i fjol' går inte; ska vara ett heltal.",
        ),
        (
            {"fonster": {"fran": "mars", "till": "mars", "ar": -4}},
            "steg 'a', fonster, ar: -4 går inte; ska vara minst -3.",
        ),
        (
            {"dokument": [{"namn": "Mall", "lank": "http://orsa.example/mall"}]},
            "steg 'a', dokument nr 1, lank: 'http://orsa.example/mall' går inte; ska vara en adress som "
            "börjar med https://.",
        ),
        (
            {"dokument": [{"namn": "Mall", "lank": "javascript:alert(1)"}]},
            "steg 'a', dokument nr 1, lank: 'javascript:alert(1)' går inte; ska vara en adress som "
            "börjar med https://.",
        ),
        (
            {"fonster": "mars"},
            "steg 'a', fonster: 'mars' går inte; ska vara en tabell med namngivna fält.",
        ),
        (
            {"ansvariga": "ekonomichef"},
            "steg 'a', ansvariga: 'ekonomichef' går inte; ska vara en lista inom [ ].",
        ),
        (
            {"beslutskedja": ["KS", 7]},
            "steg 'a', beslutskedja nr 2: 7 går inte; ska vara text inom citattecken.",
        ),
        (
            {"slag": "fest"},
            "steg 'a', slag: 'fest' går inte; ska vara 'arbete', 'mote', 'beslut' eller 'mbl'.",
        ),
        (
            {"titel": "två\nrader"},
            "steg 'a', titel: 'två\\nrader' går inte; ska vara text på en enda rad, och inte tom.",
        ),
        (
            {"titel": ""},
            "steg 'a', titel: '' går inte; ska vara text på en enda rad, och inte tom.",
        ),
        ({"titel": ["a"]}, "steg 'a', titel: en lista går inte; ska vara text inom citattecken."),
        (
            {"lagfrister": [make_limit(flyttas_framat="kanske")]},
            "steg 'a', lagfrister nr 1, flyttas_framat: 'kanske' går inte; "
            "ska vara true eller false.",
        ),
    ],
)
def test_a_wrong_field_is_told_with_its_place_its_value_and_what_is_allowed(
    step: dict[str, Any], fault: str
) -> None:
    assert faults_of(steg=[make_step("a", **step)]) == [f"definition.toml: {fault}"]


def test_a_slug_with_capitals_and_blanks_is_told() -> None:
    assert faults_of(steg=[make_step("Mål och budget")]) == [
        "definition.toml: steg 'Mål och budget', slug: 'Mål och budget' går inte; "
        "ska vara små bokstäver a–z och siffror, med bindestreck mellan orden."
    ]


def test_an_unknown_table_is_told() -> None:
    assert faults_of(stegen=[]) == [
        "definition.toml: stegen: okänt fält. "
        "Tillåtna: kommun, paminnelser, tysta_dagar, arbetsdagar, instans, dag, enhet, roll, steg, arende, "
        "tillfalle."
    ]


def test_a_step_without_a_slug_is_told_by_its_number() -> None:
    nameless = make_step("b")
    del nameless["slug"]
    assert faults_of(steg=[make_step("a"), nameless]) == [
        "definition.toml: steg nr 2, slug: saknas. Fältet måste finnas."
    ]


def test_a_missing_table_is_told() -> None:
    raw = make_raw()
    del raw["instans"]
    with pytest.raises(DefinitionError, match=r"^definition\.toml: instans: saknas"):
        parse_definition(raw, "definition.toml")


def test_the_names_that_the_code_uses_are_unknown_in_a_file() -> None:
    body = {key: value for key, value in make_body("SU").items() if key != "namn"}
    assert faults_of(instans=[*make_raw()["instans"], {**body, "name": "SU"}]) == [
        "definition.toml: instans 'SU', namn: saknas. Fältet måste finnas.",
        "definition.toml: instans 'SU', name: okänt fält. "
        "Tillåtna: slug, namn, sekreterare, manusstopp, beredning, utskick, slag, kungorelse, ledtid, kalla.",
    ]


def test_several_faults_are_told_at_once() -> None:
    faults = faults_of(
        instans=[make_body("KS"), make_body("KF", sekreterare="ingen")],
        steg=[
            make_step("a", ansvariga=["ingen"], fonster={"fran": "maj", "till": "mars"}),
            make_step("b", slag="beslut"),
        ],
    )
    places = [fault.split(": ")[1] for fault in faults]
    assert places == [
        "instans 'KF', sekreterare",
        "steg 'a', ansvariga",
        "steg 'a', fonster",
        "steg 'b', beslutskedja",
    ]


# --- Files ---


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as error:
        load_definition(tmp_path)
    assert str(error.value) == (
        f"definition.toml: finns inte i {tmp_path}/. En definitionskatalog måste ha den filen."
    )


def test_a_syntax_error_is_told_with_row_and_column(tmp_path: Path) -> None:
    (tmp_path / "definition.toml").write_text("[kommun]\nslug orsa\n")
    with pytest.raises(DefinitionError) as error:
        load_definition(tmp_path)
    [fault] = error.value.faults
    assert fault.startswith("definition.toml: går inte att läsa som TOML: ")
    assert "rad 2, kolumn 6" in fault


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    (tmp_path / "definition.toml").write_bytes("namn = 'Älvdalen'".encode("latin-1"))
    with pytest.raises(DefinitionError, match=r"^definition\.toml: går inte att läsa som TOML"):
        load_definition(tmp_path)


def test_a_directory_in_the_files_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "definition.toml").mkdir()
    with pytest.raises(DefinitionError, match=r"^definition\.toml: är en mapp"):
        load_definition(tmp_path)


# --- Meetings ---


@pytest.mark.parametrize(
    ("lines", "faults"),
    [
        (
            "KS = [2028-10-16]",
            ["KS 2028-10-16: ligger inte i 2027, som filen gäller. Rätta år eller dag."],
        ),
        (
            "KS = [2027-10-18, 2027-11-15, 2027-10-18]",
            ["KS 2027-10-18: finns 2 gånger. Ta bort dubbletten."],
        ),
        ("KX = [2027-10-18, 2027-11-15]", ["sammantraden: okänd instans 'KX'. Tillåtna: KF, KS."]),
        (
            'KS = ["i maj"]',
            [
                "sammantraden, KS nr 1: 'i maj' går inte; "
                "ska vara ett datum utan citattecken, som 2027-03-01."
            ],
        ),
        (
            "KS = [20271018]",
            [
                "sammantraden, KS nr 1: 20271018 går inte; "
                "ska vara ett datum utan citattecken, som 2027-03-01."
            ],
        ),
        ("KS = 2027-10-18", ["sammantraden, KS: 2027-10-18 går inte; ska vara en lista inom [ ]."]),
    ],
)
def test_a_wrong_meeting_is_told(tmp_path: Path, lines: str, faults: list[str]) -> None:
    told = meeting_faults(tmp_path, f"ar = 2027\n[sammantraden]\n{lines}\n")
    assert told == [f"sammantraden-2027.toml: {fault}" for fault in faults]


def test_a_day_for_what_is_no_mote_is_told(tmp_path: Path) -> None:
    assert meeting_faults(tmp_path, "ar = 2027\n[moten]\nunderlag = 2027-03-11\n") == [
        "sammantraden-2027.toml: moten: okänd mötesdag 'underlag'. Tillåtna: budgetdag."
    ]


def test_a_date_that_does_not_exist_is_told(tmp_path: Path) -> None:
    [fault] = meeting_faults(tmp_path, "ar = 2027\n[sammantraden]\nKS = [2027-02-30]\n")
    assert fault.startswith("sammantraden-2027.toml: går inte att läsa som TOML: ")
    assert "rad 3" in fault


def test_faults_of_all_years_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "sammantraden-2026.toml").write_text("[sammantraden]\n")
    faults = meeting_faults(tmp_path, "ar = 2027\n[sammantraden]\nKS = [2028-12-18]\n")
    assert faults == [
        "sammantraden-2026.toml: ar: saknas. Fältet måste finnas.",
        "sammantraden-2027.toml: KS 2028-12-18: ligger inte i 2027, som filen gäller. "
        "Rätta år eller dag.",
    ]


def test_two_files_for_one_year_are_told(tmp_path: Path) -> None:
    (tmp_path / "sammantraden-2026.toml").write_text("ar = 2027\n")
    assert meeting_faults(tmp_path, "ar = 2027\n") == [
        "sammantraden-2027.toml: ar: 2027 finns redan i sammantraden-2026.toml. "
        "Ett års sammanträden står i en fil."
    ]


# --- Holders ---


EVA = 'roll = "ekonomichef"\nnamn = "Eva"\nadress = "eva@lillby.example"\nfran = 2027-01-01'


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (
            EVA.replace("ekonomichef", "trollkarl"),
            "innehavare nr 1 (Eva), roll: okänd roll 'trollkarl'. "
            "Tillåtna: chef, ekonomichef, processagare, sekreterare.",
        ),
        (
            EVA.replace("ekonomichef", "chef"),
            "innehavare nr 1 (Eva), enhet: saknas; rollen chef finns för: norr, soder.",
        ),
        (
            EVA.replace('"ekonomichef"', '"chef"\nenhet = "vaster"'),
            "innehavare nr 1 (Eva), enhet: okänd enhet 'vaster'. Tillåtna: norr, soder.",
        ),
        (
            EVA + '\nenhet = "norr"',
            "innehavare nr 1 (Eva), enhet: rollen ekonomichef har inga enheter. Ta bort fältet.",
        ),
        (
            EVA + "\ntill = 2026-12-31",
            "innehavare nr 1 (Eva), till: 2026-12-31 ligger före fran 2027-01-01. "
            "Sista dagen kommer tidigast samma dag som den första.",
        ),
        (
            EVA.replace("eva@lillby.example", r"eva@lillby.example\nBcc: alla@lillby.example"),
            r"innehavare 'ekonomichef', adress: 'eva@lillby.example\nBcc: alla@lillby.example' "
            "går inte; ska vara en e-postadress, som namn@kommun.se.",
        ),
        (
            EVA.replace("eva@", "eva"),
            "innehavare 'ekonomichef', adress: 'evalillby.example' "
            "går inte; ska vara en e-postadress, som namn@kommun.se.",
        ),
        (
            EVA.replace("eva@", "eva,nils@"),
            "innehavare 'ekonomichef', adress: 'eva,nils@lillby.example' "
            "går inte; ska vara en e-postadress, som namn@kommun.se.",
        ),
        (
            EVA.replace("Eva", r"Eva\r\nBcc: alla@lillby.example"),
            r"innehavare 'ekonomichef', namn: 'Eva\r\nBcc: alla@lillby.example' "
            "går inte; ska vara text på en enda rad, och inte tom.",
        ),
        (
            EVA.replace("Eva", r"Eva\u2028Bcc"),
            r"innehavare 'ekonomichef', namn: 'Eva\u2028Bcc' "
            "går inte; ska vara text på en enda rad, och inte tom.",
        ),
        (
            EVA.replace("2027-01-01", '"nyår"'),
            "innehavare 'ekonomichef', fran: 'nyår' "
            "går inte; ska vara ett datum utan citattecken, som 2027-03-01.",
        ),
    ],
)
def test_a_wrong_holder_is_told(tmp_path: Path, row: str, fault: str) -> None:
    assert holder_faults(tmp_path, row) == [f"rollinnehavare.toml: {fault}"]


def test_a_holder_who_stands_twice_is_told(tmp_path: Path) -> None:
    assert holder_faults(tmp_path, EVA, EVA) == [
        "rollinnehavare.toml: innehavare nr 2 (Eva): eva@lillby.example står redan som ekonomichef "
        "från 2027-01-01. Ta bort dubbletten."
    ]


def test_two_people_may_share_a_role(tmp_path: Path) -> None:
    write_holders(tmp_path, EVA, EVA.replace("eva@", "elsa@"))
    assert len(load_holders(tmp_path, LILLBY)) == 2
