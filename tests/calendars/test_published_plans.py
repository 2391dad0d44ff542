"""Small plans and calendars as offices have sent them, each of a kind that was once read wrongly, and what is
right. The kinds are tried by properties beside these."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from calendars.meeting_plans.files import read_meeting_file
from models.errors import DefinitionError
from tests.factories import orsa

CALENDAR = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Test//SV\nMETHOD:PUBLISH\n{}END:VCALENDAR\n"
MONTHS = ["jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec"]


def event(uid: str, day: str, summary: str, *more: str) -> str:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{uid}@x",
        "DTSTAMP:20261101T080000Z",
        f"DTSTART;VALUE=DATE:{day}",
        f"SUMMARY:{summary}",
        *more,
        "END:VEVENT",
    ]
    return "\n".join(lines) + "\n"


def events(*rows: tuple[str, str]) -> str:
    return CALENDAR.format("".join(event(f"u{n}", *row) for n, row in enumerate(rows)))


KS_12_APRIL = {"KS": ["2027-04-12"]}
NFD = "Kommunfullma\u0308ktige"
FILES: Mapping[str, tuple[str, str, Mapping[str, list[str]]]] = {
    "cancelled in the title": (
        "prefix.ics",
        events(
            ("20270412", "Kommunstyrelsen"),
            ("20270322", "Inställt: Kommunstyrelsen"),
            ("20270524", "Canceled: Kommunstyrelsen"),
            ("20270823", "INSTÄLLT - Kommunstyrelsen"),
        ),
        KS_12_APRIL,
    ),
    "deadlines beside the meetings": (
        "manus.ics",
        events(
            ("20270412", "Kommunstyrelsen"),
            ("20270322", "Manusstopp: KS"),
            ("20270405", "Utskick kallelse, KS"),
            ("20270419", "Justering/KS"),
            ("20270426", "Sista dag att lämna ärenden - Kommunstyrelsen"),
        ),
        KS_12_APRIL,
    ),
    "what a presidium does": (
        "presidium.ics",
        events(
            ("20270426", "Kommunfullmäktige"),
            ("20270920", "KF:s presidium lämnar förslag på revisionsbudget"),
        ),
        {"KF": ["2027-04-26"]},
    ),
    "two revisions of one event": (
        "flyttad.ics",
        CALENDAR.format(
            event("a", "20270412", "Kommunstyrelsen")
            + event("b", "20270322", "Kommunstyrelsen", "SEQUENCE:0")
            + event("b", "20270426", "Kommunstyrelsen", "SEQUENCE:1")
        ),
        {"KS": ["2027-04-12", "2027-04-26"]},
    ),
    "a budget debate of two days": (
        "tvadagar.ics",
        CALENDAR.format(event("a", "20271122", "Kommunfullmäktige", "DTEND;VALUE=DATE:20271124")),
        {"KF": ["2027-11-22", "2027-11-23"]},
    ),
    "a name in decomposed characters": (
        "nfd.csv",
        f"Instans;Datum\n{NFD};2027-11-22\n",
        {"KF": ["2027-11-22"]},
    ),
    "a legend of the file's own": (
        "legend.csv",
        f"2027\nInstans;{';'.join(MONTHS)}\n"
        "KS;-;1;15;12*;10;7**;-;-;13;18***;15;6\n"
        "* Årsredovisning\n** Tertial 1 + budget\n*** Tertial 2\n",
        {
            "KS": [
                f"2027-{day}"
                for day in [
                    "02-01",
                    "03-15",
                    "04-12",
                    "05-10",
                    "06-07",
                    "09-13",
                    "10-18",
                    "11-15",
                    "12-06",
                ]
            ]
        },
    ),
    "months down and bodies across": (
        "transponerad.csv",
        "Sammanträdestider 2027\nMånad;SU;KS;KF\nJanuari;19;-;-\nFebruari;-;1;15\nMars;2;15;22\n",
        {
            "SU": ["2027-01-19", "2027-03-02"],
            "KS": ["2027-02-01", "2027-03-15"],
            "KF": ["2027-02-15", "2027-03-22"],
        },
    ),
    "a time beside the day": (
        "klockslag.csv",
        "Sammanträdestider 2027\nNämnd;Tid;Jan;Feb;Mars;April;Maj;Juni\n"
        "KS;13:00;-;1;15, 22(08.00);12;10;7\n",
        {"KS": [f"2027-{day}" for day in ["02-01", "03-15", "03-22", "04-12", "05-10", "06-07"]]},
    ),
    "from when to when": (
        "tidsspann.csv",
        "Instans;Datum\nKS;2027-03-22 13:00-16:00\nKS;26 april 2027 kl 13\nKS;24 maj 2027 kl. 13.00–16.00\n",
        {"KS": ["2027-03-22", "2027-04-26", "2027-05-24"]},
    ),
}
OTHERS = "Sammanträdestider 2027\nNämnd;Jan;Feb;Mars\nKS;-;1;15\nBUN;23;27;-\nValnämnd;-;-;-\n"


def held(tmp_path: Path, name: str, text: str, **how: bool) -> dict[str, list[str]]:
    """The days of each body that are held without fail."""
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    found: dict[str, list[str]] = {}
    for one in read_meeting_file(file, orsa(), **how).meetings:
        assert not one.if_needed, one
        found.setdefault(str(one.body), []).append(str(one.day))
    return found


@pytest.mark.parametrize("kind", FILES)
def test_it_is_read_as_it_was_meant(tmp_path: Path, kind: str) -> None:
    name, text, right = FILES[kind]
    assert held(tmp_path, name, text) == right


def test_bodies_that_take_no_part_are_passed_over_when_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"BUN[\s\S]*Valnämnd"):
        held(tmp_path, "andra.csv", OTHERS)
    assert held(tmp_path, "andra.csv", OTHERS, passes_over=True) == {
        "KS": ["2027-02-01", "2027-03-15"]
    }


def test_a_near_miss_is_refused_all_the_same(tmp_path: Path) -> None:
    misspelt = OTHERS.replace("KS;", "Kommunstyrelssen;")
    with pytest.raises(DefinitionError, match="Kommunstyrelssen"):
        held(tmp_path, "andra.csv", misspelt, passes_over=True)
