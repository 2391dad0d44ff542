"""The figures that a step results in: their bounds, how people write them, and what they read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from models.errors import RefusedError
from models.results import (
    NAMES,
    TYPES,
    WRITTEN,
    amounts,
    checked,
    difference,
    in_words,
    parsed,
    read,
)

NB = "\u00a0"
"""What stands between thousands where we write them: a space that no line is broken at."""


def told(kind: str, value: object) -> str:
    with pytest.raises(RefusedError) as refusal:
        checked(kind, value)
    return str(refusal.value)


def refusal_of(text: str) -> str:
    with pytest.raises(RefusedError) as refusal:
        parsed(text)
    return str(refusal.value)


def budget(unit: str, planned: object, expected: object) -> dict[str, object]:
    return {"enhet": unit, "budget": planned, "prognos": expected}


# --- Skattesats ---


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("22,31", "22.31"),
        ("22.31", "22.31"),
        (22.31, "22.31"),
        (Decimal("22.31"), "22.31"),
        (" 22,3 ", "22.30"),
        (22, "22.00"),
        ("22,310", "22.31"),
        ("10", "10.00"),
        (40, "40.00"),
    ],
)
def test_a_rate_is_kept_with_two_decimals(given: object, kept: str) -> None:
    assert checked("skattesats", given) == kept


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ("9,99", "9,99 är för lågt (minst 10)"),
        ("223,1", "223,1 är för högt (högst 40)"),
        ("-22,31", "-22,31 är för lågt (minst 10)"),
        ("22,315", "skattesatsen anges med högst två decimaler"),
        ("22,31 %", "'22.31%' är inget tal"),
        ("", "'' är inget tal"),
        ("nan", "'nan' duger inte"),
    ],
)
def test_a_rate_out_of_its_senses_is_refused_with_the_value_and_the_bound(
    given: str, fault: str
) -> None:
    assert told("skattesats", given) == (
        f"Resultatet skattesats går inte att använda: {fault}. Skriv till exempel skattesats=22,31."
    )


# --- Amounts ---


@pytest.mark.parametrize(
    "written",
    ["512000", "512 000", f"512{NB}000", "512\u2009000", "512\u202f000", " 512 000 ", 512000],
)
def test_an_amount_may_have_any_space_between_its_thousands(written: object) -> None:
    assert checked("ramar", [{"ar": 2028, "tkr": written}]) == [{"ar": 2028, "tkr": 512000}]


@pytest.mark.parametrize("written", ["-4200", "−4200", "- 4 200"])
def test_a_deficit_may_have_any_minus(written: str) -> None:
    value = {"resultat": written, "balanskravsresultat": "0"}
    assert checked("bokslutsresultat", value) == {"resultat": -4200, "balanskravsresultat": 0}


@pytest.mark.parametrize(
    ("kind", "value", "fault"),
    [
        ("ramar", [], "är tomt"),
        ("ramar", [{"ar": 2028}], "1.tkr saknas"),
        ("ramar", [{"ar": 1928, "tkr": 1}], "1.ar 1928 är för lågt (minst 2000)"),
        ("ramar", [{"ar": 2028, "tkr": "mycket"}], "1.tkr 'mycket' är inget tal"),
        (
            "ramar",
            [{"ar": 2028, "tkr": 100_000_001}],
            "1.tkr 100000001 är för högt (högst 100000000)",
        ),
        ("ramar", [{"ar": 2028, "tkr": 1}, {"ar": 2028, "tkr": 2}], "året 2028 står 2 gånger"),
        ("bokslutsresultat", {"resultat": 1}, "balanskravsresultat saknas"),
        (
            "bokslutsresultat",
            {"resultat": 1, "balanskravsresultat": 1, "vinst": 2},
            "vinst finns inte",
        ),
        ("prognos", [budget("omsorg", 1, 2)] * 2, "enheten omsorg står 2 gånger"),
        ("prognos", [budget("omsorg", 1, "två")], "1.prognos 'två' är inget tal"),
        ("prognos", [budget("", 1, 2)], "1.enhet '' duger inte"),
        ("maluppfyllelse", {"uppfyllda": -1}, "uppfyllda -1 är för lågt (minst 0)"),
        ("maluppfyllelse", {"delvis": 3}, "uppfyllda saknas"),
    ],
)
def test_a_wrong_figure_is_told_with_its_place_its_value_and_what_is_allowed(
    kind: str, value: object, fault: str
) -> None:
    assert told(kind, value) == (
        f"Resultatet {kind} går inte att använda: {fault}. Skriv till exempel {WRITTEN[kind]}."
    )


def test_every_fault_is_told_at_once() -> None:
    message = told("ramar", [{"ar": 28, "tkr": "x"}, {"tkr": 1}])
    assert "1.ar 28 är för lågt (minst 2000); 1.tkr 'x' är inget tal; 2.ar saknas" in message


# --- On the command line ---


@pytest.mark.parametrize(
    ("text", "kind", "kept"),
    [
        ("skattesats=22,31", "skattesats", "22.31"),
        (" Skattesats = 22.31", "skattesats", "22.31"),
        (
            "ramar=2028:512 000, 2029:520 000",
            "ramar",
            [{"ar": 2028, "tkr": 512000}, {"ar": 2029, "tkr": 520000}],
        ),
        (
            "bokslutsresultat=resultat:4200,balanskravsresultat:−3900",
            "bokslutsresultat",
            {"resultat": 4200, "balanskravsresultat": -3900},
        ),
        (
            "prognos=omsorg:210000:212500; larande : 180000 : 179000",
            "prognos",
            [budget("omsorg", 210000, 212500), budget("larande", 180000, 179000)],
        ),
        (
            "maluppfyllelse=uppfyllda:12,delvis:5",
            "maluppfyllelse",
            {"uppfyllda": 12, "delvis": 5, "ej": 0, "ej_matbara": 0},
        ),
    ],
)
def test_what_is_written_is_read(text: str, kind: str, kept: object) -> None:
    assert parsed(text) == (kind, kept)


@pytest.mark.parametrize("kind", TYPES)
def test_every_kind_has_a_name_and_an_example_that_can_be_read(kind: str) -> None:
    assert NAMES[kind]
    read_kind, kept = parsed(WRITTEN[kind])
    assert read_kind == kind
    assert in_words(kind, kept)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "vinst=7",
            "Resultatet 'vinst' finns inte. Välj bland: skattesats, ramar, bokslutsresultat, prognos, "
            "maluppfyllelse; skriv till exempel skattesats=22,31.",
        ),
        (
            "ramar=2028:512:000",  # no thousands: nothing of what is written is dropped
            "Resultatet ramar går inte att använda: '2028:512:000' har 2 kolon. "
            "Skriv till exempel ramar=2028:512000,2029:520000.",
        ),
        (
            "ramar=2028",
            "Resultatet ramar går inte att använda: '2028' har 0 kolon. "
            "Skriv till exempel ramar=2028:512000,2029:520000.",
        ),
        (
            "prognos=omsorg:210000:212500:1",
            "Resultatet prognos går inte att använda: 'omsorg:210000:212500:1' har 3 kolon. "
            "Skriv till exempel prognos=enhet-a:210000:212500,enhet-b:180000:179000.",
        ),
        (
            "maluppfyllelse=uppfyllda:12,uppfyllda:13",
            "Resultatet maluppfyllelse går inte att använda: uppfyllda står 2 gånger. "
            "Ange det en gång.",
        ),
        (
            "ramar=",
            "Resultatet ramar går inte att använda: är tomt. "
            "Skriv till exempel ramar=2028:512000,2029:520000.",
        ),
    ],
)
def test_what_cannot_be_read_is_told_with_an_example(text: str, message: str) -> None:
    assert refusal_of(text) == message


# --- In words ---


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("skattesats=22,3", "22,30"),
        ("ramar=2028:512000,2029:520000", f"2028: 512{NB}000 tkr; 2029: 520{NB}000 tkr"),
        (
            "bokslutsresultat=resultat:4200,balanskravsresultat:-3900",
            f"resultat 4{NB}200 tkr, balanskravsresultat −3{NB}900 tkr",
        ),
        (
            "prognos=omsorg:210000:212500,larande:180000:179000",
            f"avvikelse −1{NB}500 tkr (omsorg −2{NB}500 tkr; larande +1{NB}000 tkr)",
        ),
        ("maluppfyllelse=uppfyllda:12,delvis:5,ej:0", "12 uppfyllda, 5 delvis"),
        (
            "maluppfyllelse=uppfyllda:0,ej:3,ej_matbara:1",
            "0 uppfyllda, 3 ej uppfyllda, 1 kan inte mätas",
        ),
    ],
)
def test_a_figure_as_people_read_it(text: str, words: str) -> None:
    assert in_words(*parsed(text)) == words


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        ("skattesats=22,31", "skattesats=22,32", "+0,01"),
        ("skattesats=22,32", "skattesats=22,31", "−0,01"),
        ("skattesats=22,31", "skattesats=22,310", ""),
        (
            "ramar=2028:512000,2029:520000",
            "ramar=2028:510000,2029:520000,2030:530000",
            f"2028: −2{NB}000 tkr",
        ),
        (
            "bokslutsresultat=resultat:1,balanskravsresultat:500",
            "bokslutsresultat=resultat:1,balanskravsresultat:−700",
            f"balanskravsresultat −1{NB}200 tkr",
        ),
        (
            "bokslutsresultat=resultat:1,balanskravsresultat:500",
            "bokslutsresultat=resultat:3,balanskravsresultat:500",
            "resultat +2 tkr",
        ),
        (
            "prognos=omsorg:210000:212500,larande:180000:179000",
            "prognos=omsorg:210000:211000,larande:180000:179000",
            f"omsorg +1{NB}500 tkr",
        ),
        (
            "maluppfyllelse=uppfyllda:12,delvis:5",
            "maluppfyllelse=uppfyllda:10,delvis:5,ej:2",
            "−2 uppfyllda, +2 ej uppfyllda",
        ),
    ],
)
def test_what_a_later_figure_is_beside_an_earlier(before: str, now: str, words: str) -> None:
    kind, kept = parsed(before)
    assert difference(kind, parsed(now)[1], kept) == words


# --- What a threshold is asked of ---


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("skattesats=22,31", []),
        ("maluppfyllelse=uppfyllda:1", []),
        ("ramar=2028:1", []),
        (
            "bokslutsresultat=resultat:4200,balanskravsresultat:-3900",
            [(None, "resultat", 4200, None), (None, "balanskravsresultat", -3900, None)],
        ),
        (
            "prognos=omsorg:200000:205000,miljo:0:1",
            [("omsorg", "avvikelse", -5000, -2.5), ("miljo", "avvikelse", -1, None)],
        ),
    ],
)
def test_the_amounts_of_a_figure(text: str, found: list[Any]) -> None:
    assert list(amounts(*parsed(text))) == found


# --- Any figure ---

TKR = st.integers(-100_000_000, 100_000_000)
COUNTS = st.integers(0, 1000)
FIGURES: st.SearchStrategy[tuple[str, Any]] = st.one_of(
    st.tuples(st.just("skattesats"), st.decimals(10, 40, places=2)),
    st.tuples(
        st.just("ramar"),
        st.lists(
            st.fixed_dictionaries({"ar": st.integers(2000, 2110), "tkr": TKR}),
            min_size=1,
            max_size=10,
            unique_by=lambda row: row["ar"],
        ),
    ),
    st.tuples(
        st.just("bokslutsresultat"),
        st.fixed_dictionaries({"resultat": TKR, "balanskravsresultat": TKR}),
    ),
    st.tuples(
        st.just("prognos"),
        st.lists(
            st.fixed_dictionaries(
                {
                    "enhet": st.from_regex(r"[a-z]{1,9}", fullmatch=True),
                    "budget": TKR,
                    "prognos": TKR,
                }
            ),
            min_size=1,
            max_size=5,
            unique_by=lambda row: row["enhet"],
        ),
    ),
    st.tuples(
        st.just("maluppfyllelse"),
        st.fixed_dictionaries(
            {"uppfyllda": COUNTS}, optional={"delvis": COUNTS, "ej": COUNTS, "ej_matbara": COUNTS}
        ),
    ),
)


def written(kind: str, value: Any) -> str:
    """As somebody writes it on the command line, with a comma and thin spaces."""
    match value:
        case Decimal():
            return f"{kind}={value}".replace(".", ",")
        case list():
            return f"{kind}=" + ", ".join(
                ":".join(
                    f"{row[name]:,}".replace(",", "\u2009")
                    if name in ("tkr", "budget")
                    else str(row[name])
                    for name in ("ar", "tkr", "enhet", "budget", "prognos")
                    if name in row
                )
                for row in value
            )
    return f"{kind}=" + "; ".join(f"{name}:{count}" for name, count in value.items())


@given(FIGURES)
def test_what_is_kept_is_read_and_kept_the_same_again(figure: tuple[str, Any]) -> None:
    kind, value = figure
    kept = checked(kind, value)
    assert checked(kind, kept) == kept
    assert checked(kind, read(kind, kept)) == kept
    assert difference(kind, kept, kept) == ""


@given(FIGURES)
def test_what_is_written_on_the_command_line_is_what_the_form_sends(
    figure: tuple[str, Any],
) -> None:
    kind, value = figure
    assert parsed(written(kind, value)) == (kind, checked(kind, value))
    assert in_words(kind, checked(kind, value))


@given(FIGURES, FIGURES)
def test_two_figures_that_differ_in_what_both_have_are_told_to_differ(
    one: tuple[str, Any], other: tuple[str, Any]
) -> None:
    kind = one[0]
    if other[0] != kind or kind in ("ramar", "prognos"):
        return
    now, before = checked(*one), checked(*other)
    assert bool(difference(kind, now, before)) == (now != before)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("skattesats", 9.99),
        ("skattesats", 40.5),
        ("skattesats", "mycket"),
        ("ramar", []),
        ("ramar", [{"ar": 1999, "tkr": 1}]),
        ("ramar", [{"ar": 2028}]),
        ("ramar", [{"ar": 2028, "tkr": 100_000_001}]),
        ("bokslutsresultat", {"resultat": 1}),
        ("prognos", [budget("", 1, 2)]),
        ("prognos", []),
        ("maluppfyllelse", {"uppfyllda": -1}),
        ("maluppfyllelse", {"uppfyllda": 1, "mal": 1}),
    ],
)
def test_the_form_refuses_what_the_core_refuses(kind: str, value: object) -> None:
    """The JSON schema that the form is drawn from, so that it says so before a run exists."""
    schema = TypeAdapter(TYPES[kind]).json_schema()
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(value, schema)
    assert told(kind, value)


@given(FIGURES)
def test_the_form_takes_what_the_core_takes(figure: tuple[str, Any]) -> None:
    kind, value = figure
    sent = float(value) if isinstance(value, Decimal) else value
    jsonschema.validate(sent, TypeAdapter(TYPES[kind]).json_schema())
    assert checked(kind, sent) == checked(kind, value)
