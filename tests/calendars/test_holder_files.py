"""Holders and absences as files have them: TOML, CSV, Excel; all or nothing, every fault by its place."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from calendars.holders.files import StaffFile, load_staff, read_staff_file
from models.errors import DefinitionError
from models.mail_choices import Pace
from models.plan import Absence, RoleHolder, Staff
from tests.factories import make_definition

LILLBY = make_definition()
EVA = RoleHolder("ekonomichef", None, "Eva Ek", "eva@lillby.example", date(2027, 1, 1), None)
NORA = RoleHolder(
    "chef",
    "norr",
    "Nora Ås",
    "nora@lillby.example",
    date(2027, 1, 1),
    date(2027, 6, 30),
    False,
    Pace.WEEKLY,
)
CSV = """\
Roll;Enhet;Namn;Adress;Från;Till;Utskick;Telefon
ekonomichef;;Eva Ek;eva@lillby.example;2027-01-01;;;070
Chef;Norr;Nora Ås;nora@lillby.example;1 januari 2027;30/6 2027;Veckovis;
"""


def read(path: Path, content: str | bytes, known: tuple[RoleHolder, ...] = ()) -> StaffFile:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_staff_file(path, LILLBY, Staff(known))


def faults(path: Path, content: str, known: tuple[RoleHolder, ...] = ()) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        read(path, content, known)
    return [fault.removeprefix(f"{path.name}: ") for fault in caught.value.faults]


def write_excel(path: Path, **sheets: list[list[object]]) -> Path:
    book = Workbook()
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    book.save(path)
    return path


@pytest.mark.parametrize(
    "content",
    [
        CSV,
        b"\xef\xbb\xbf" + CSV.replace("\n", "\r\n").encode(),
        CSV.replace(";", ","),
        CSV.encode("cp1252"),
        "Lillby kommun\n\n" + CSV.upper().replace("@LILLBY.EXAMPLE", "@lillby.example"),
    ],
    ids=["semicolons", "as Excel saves it", "commas", "an older Windows", "a title and capitals"],
)
def test_a_table_is_read_however_it_is_written(tmp_path: Path, content: str | bytes) -> None:
    found = read(tmp_path / "chefer.csv", content)
    assert found.absences is None
    assert found.holders is not None
    assert [(h.role, h.unit, h.first_day, h.last_day, h.pace) for h in found.holders] == [
        (h.role, h.unit, h.first_day, h.last_day, h.pace) for h in (EVA, NORA)
    ]


def test_toml_csv_and_excel_give_the_same(tmp_path: Path) -> None:
    table = read(tmp_path / "chefer.csv", CSV)
    toml = read(
        tmp_path / "chefer.toml",
        '[[innehavare]]\nroll = "ekonomichef"\nnamn = "Eva Ek"\nadress = "eva@lillby.example"\n'
        "fran = 2027-01-01\n\n"
        '[[innehavare]]\nroll = "chef"\nenhet = "norr"\nnamn = "Nora Ås"\n'
        'adress = "nora@lillby.example"\nfran = 2027-01-01\ntill = 2027-06-30\n'
        'utskick = "veckovis"\n',
    )
    path = write_excel(
        tmp_path / "chefer.xlsx",
        Chefer=[
            ["Roll", "Enhet", "Namn", "E-post", "Från", "Till", "Utskick"],
            ["ekonomichef", "", "Eva Ek", "eva@lillby.example", datetime(2027, 1, 1)],
            [
                "chef",
                "norr",
                "Nora Ås",
                "nora@lillby.example",
                datetime(2027, 1, 1),
                datetime(2027, 6, 30),
                "veckovis",
            ],
        ],
    )
    assert table.holders == toml.holders == read_staff_file(path, LILLBY).holders == (EVA, NORA)


def test_every_fault_of_a_file_is_told_at_once_with_row_and_column(tmp_path: Path) -> None:
    rows = """\
roll;enhet;namn;adress;fran;till;utskick
trollkarl;;Eva;eva@lillby.example;2027-01-01;;
chef;;Nora;nora@lillby.example;2027-01-01;;
chef;vaster;Nora;nora@lillby.example;2027-01-01;;
ekonomichef;norr;Eva;eva@lillby.example;2027-01-01;;
ekonomichef;;Eva;evalillby.example;i våras;;ibland
ekonomichef;;;eva@lillby.example;2027-01-01;2026-12-31;
ekonomichef;;Eva;eva@lillby.example;2027-02-01;2027-01-01;
ekonomichef;;Eva;eva@lillby.example;2027-03-01;;
ekonomichef;;Eva;eva@lillby.example;2027-03-01;;
"""
    assert faults(tmp_path / "chefer.csv", rows) == [
        "rad 2, kolumn 1, roll: okänd roll 'trollkarl'. "
        "Tillåtna: chef, ekonomichef, processagare, sekreterare.",
        "rad 3, kolumn 2, enhet: saknas; rollen chef finns för: norr, soder.",
        "rad 4, kolumn 2, enhet: okänd enhet 'vaster'. Tillåtna: norr, soder.",
        "rad 5, kolumn 2, enhet: rollen ekonomichef har inga enheter. Ta bort fältet.",
        "rad 6, kolumn 4, adress: 'evalillby.example' går inte; ska vara en e-postadress, "
        "som namn@kommun.se.",
        "rad 6, kolumn 5, fran: 'i våras' går inte att läsa som datum. Skriv 2027-03-15, "
        "15/3 2027, 15.3.2027 eller 15 mars 2027.",
        "rad 6, kolumn 7, utskick: 'ibland' går inte; ska vara 'genast', 'dagligen', 'veckovis' "
        "eller 'aldrig'.",
        "rad 7, kolumn 3, namn: saknas. Fältet måste finnas.",
        "rad 8, kolumn 6, till: 2027-01-01 ligger före fran 2027-02-01. "
        "Sista dagen kommer tidigast samma dag som den första.",
        "rad 10, kolumn 1: eva@lillby.example står redan som ekonomichef från 2027-03-01. "
        "Ta bort dubbletten.",
    ]


def test_a_fault_in_excel_names_sheet_and_cell(tmp_path: Path) -> None:
    path = write_excel(
        tmp_path / "chefer.xlsx",
        Chefer=[["roll", "namn", "adress", "fran"], ["ekonomichef", "Eva", "eva", "2027-01-01"]],
    )
    with pytest.raises(DefinitionError, match=r"chefer\.xlsx: blad Chefer, cell C2, adress: 'eva'"):
        read_staff_file(path, LILLBY)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("roll;adress\nekonomichef;eva@lillby.example\n", "kolumnen namn, fran saknas"),
        ("a;b\n1;2\n", "hittar inte rubrikerna"),
        ("roll;namn;adress;fran\n", "innehåller inga rollinnehavare"),
    ],
)
def test_a_file_that_is_none_says_what_is_expected(
    tmp_path: Path, content: str, fault: str
) -> None:
    [told] = faults(tmp_path / "chefer.csv", content)
    assert fault in told


@pytest.mark.parametrize("extra", ["070", ";;kvar"], ids=["next to", "further away"])
def test_a_cell_that_has_no_heading_is_told(tmp_path: Path, extra: str) -> None:
    rows = f"roll;namn;adress;fran\nekonomichef;Eva;eva@lillby.example;2027-01-01;{extra}\n"
    column, value = extra.count(";") + 5, extra.strip(";")
    assert faults(tmp_path / "chefer.csv", rows) == [
        f"rad 2, kolumn {column}: {value!r} har ingen rubrik över sig. "
        "Ta bort det, eller skriv en rubrik."
    ]


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("=A1", "namnet får inte börja med ="),
        ("+Eva", "namnet får inte börja med +"),
        ("-Eva", "namnet får inte börja med -"),
        ("@Eva", "namnet får inte börja med @"),
        (4711, "ska vara ett namn med bokstäver"),
        (12.5, "ska vara ett namn med bokstäver"),
        (datetime(2027, 1, 1), "ska vara ett namn med bokstäver"),
    ],
)
def test_what_is_nobodys_name_is_refused(tmp_path: Path, name: object, fault: str) -> None:
    path = write_excel(
        tmp_path / "chefer.xlsx",
        Chefer=[
            ["roll", "namn", "adress", "fran"],
            ["ekonomichef", name, "eva@lillby.example", "2027-01-01"],
        ],
    )
    with pytest.raises(DefinitionError) as caught:
        read_staff_file(path, LILLBY)
    [told] = caught.value.faults
    assert told.startswith("chefer.xlsx: blad Chefer, cell B2, namn: ")
    assert told.endswith(f"{fault}.")


@pytest.mark.parametrize("content", [b"", b"roll;namn", b"PK\x03\x04nonsense"])
def test_a_workbook_that_is_broken_says_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "chefer.xlsx").write_bytes(content)
    with pytest.raises(DefinitionError, match=r"chefer\.xlsx: är ingen läsbar Excel-arbetsbok"):
        read_staff_file(tmp_path / "chefer.xlsx", LILLBY)


@pytest.mark.parametrize("name", ["chefer", "chefer.xlsx", "chefer.toml"])
def test_a_folder_says_that_it_is_one(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(DefinitionError, match=rf"{name}: är en mapp\. Ange en fil\."):
        read_staff_file(tmp_path / name, LILLBY)


# --- Absences ---

AWAY = "adress;fran;till;ersättare\n"


def test_a_file_of_absences_alone_is_about_the_holders_there_are(tmp_path: Path) -> None:
    found = read(
        tmp_path / "semester.csv",
        AWAY + "eva@lillby.example;2027-07-05;2027-07-30;nora@lillby.example\n"
        "nora@lillby.example;2027-08-02;2027-08-13;Siv Ö <siv@lillby.example>\n",
        (EVA, NORA),
    )
    assert found.holders is None
    assert found.absences == (
        Absence(
            "eva@lillby.example",
            date(2027, 7, 5),
            date(2027, 7, 30),
            "Nora Ås",
            "nora@lillby.example",
        ),
        Absence(
            "nora@lillby.example",
            date(2027, 8, 2),
            date(2027, 8, 13),
            "Siv Ö",
            "siv@lillby.example",
        ),
    )


def test_absences_may_stand_in_a_second_sheet_or_table(tmp_path: Path) -> None:
    path = write_excel(
        tmp_path / "chefer.xlsx",
        Chefer=[
            ["roll", "namn", "adress", "fran"],
            ["ekonomichef", "Eva Ek", "eva@lillby.example", datetime(2027, 1, 1)],
        ],
        Frånvaro=[
            ["adress", "fran", "till", "ersattare"],
            [
                "eva@lillby.example",
                datetime(2027, 7, 5),
                datetime(2027, 7, 30),
                "Siv Ö <siv@lillby.example>",
            ],
        ],
    )
    (tmp_path / "rollinnehavare.toml").write_text(
        '[[innehavare]]\nroll = "ekonomichef"\nnamn = "Eva Ek"\nadress = "eva@lillby.example"\n'
        "fran = 2027-01-01\n\n"
        '[[franvaro]]\nadress = "eva@lillby.example"\nfran = 2027-07-05\ntill = 2027-07-30\n'
        'ersattare = "Siv Ö <siv@lillby.example>"\n',
        encoding="utf-8",
    )
    in_excel, in_toml = read_staff_file(path, LILLBY), load_staff(tmp_path, LILLBY)
    assert in_excel.holders == in_toml.holders
    assert in_excel.absences == in_toml.absences
    assert in_toml.absences[0].deputy_name == "Siv Ö"


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("okänd@lillby.example;2027-07-05;2027-07-30;eva@lillby.example", "adress: "),
        (
            "ulf@lillby.example;2027-07-05;2027-07-30;eva@lillby.example",
            "kolumn 1, adress: ingen rollinnehavare eller ersättare har adressen ulf@lillby.example",
        ),
        (
            "eva@lillby.example;2027-07-05;2027-07-30;ulf@lillby.example",
            "kolumn 4, ersattare: 'ulf@lillby.example' är ingen rollinnehavares adress",
        ),
        (
            "eva@lillby.example;2027-07-30;2027-07-05;nora@lillby.example",
            "kolumn 3, till: 2027-07-05 ligger före fran",
        ),
        (
            "eva@lillby.example;2027-07-05;2027-07-30;nora@lillby.example\n"
            "eva@lillby.example;2027-07-30;2027-08-05;nora@lillby.example",
            "rad 3, kolumn 2, fran: eva@lillby.example är redan frånvarande",
        ),
        (
            "eva@lillby.example;2027-07-05;2027-07-30;nora@lillby.example\n"
            "nora@lillby.example;2027-07-12;2027-07-16;eva@lillby.example",
            "rad 3, kolumn 4, ersattare: ersättarna går i ring",
        ),
        ("eva@lillby.example;2027-07-05;2027-07-30;eva@lillby.example", "går i ring"),
    ],
)
def test_an_absence_that_cannot_be_is_told(tmp_path: Path, rows: str, fault: str) -> None:
    [told] = faults(tmp_path / "semester.csv", AWAY + rows, (EVA, NORA))
    assert fault in told


def test_the_faults_of_a_workbook_stand_in_the_order_of_its_sheets_and_rows(tmp_path: Path) -> None:
    day = datetime(2027, 1, 1)
    path = write_excel(
        tmp_path / "chefer.xlsx",
        Frånvaro=[
            ["adress", "fran", "till", "ersattare"],
            ["ulf@lillby.example", day, day, "eva@lillby.example"],
            ["nora@lillby.example", day, "aldrig", "eva@lillby.example"],
        ],
        Chefer=[
            ["roll", "enhet", "namn", "adress", "fran"],
            ["trollkarl", "", "Tor", "tor@lillby.example", day],
            ["ekonomichef", "", "Eva", "eva@lillby.example", "i våras"],
            ["chef", "vaster", "Nora", "nora@lillby.example", day],
        ],
    )
    with pytest.raises(DefinitionError) as caught:
        read_staff_file(path, LILLBY)
    assert [fault.split(": ")[1] for fault in caught.value.faults] == [
        "blad Frånvaro, cell A2, adress",
        "blad Frånvaro, cell C3, till",
        "blad Chefer, cell A2, roll",
        "blad Chefer, cell E3, fran",
        "blad Chefer, cell B4, enhet",
    ]


def test_a_deputy_who_is_no_holder_may_be_away_too(tmp_path: Path) -> None:
    rows = (
        "siv@lillby.example;2027-07-12;2027-07-16;nora@lillby.example\n"
        "eva@lillby.example;2027-07-05;2027-07-30;Siv Ö <Siv@lillby.example>\n"
    )
    found = read(tmp_path / "semester.csv", AWAY + rows, (EVA, NORA))
    assert found.absences is not None
    assert [one.deputy_name for one in found.absences] == ["Nora Ås", "Siv Ö"]


def test_a_deputy_of_an_absence_that_is_known_already_may_be_away(tmp_path: Path) -> None:
    (tmp_path / "semester.csv").write_text(
        AWAY + "siv@lillby.example;2027-07-12;2027-07-16;nora@lillby.example\n", encoding="utf-8"
    )
    july = Absence(EVA.address, date(2027, 7, 5), date(2027, 7, 30), "Siv Ö", "siv@lillby.example")
    found = read_staff_file(tmp_path / "semester.csv", LILLBY, Staff((EVA, NORA), (july,)))
    assert found.absences is not None
    assert found.absences[0].address == "siv@lillby.example"


def test_deputies_of_deputies_in_a_ring_are_told(tmp_path: Path) -> None:
    rows = (
        "eva@lillby.example;2027-07-05;2027-07-30;Siv Ö <siv@lillby.example>\n"
        "siv@lillby.example;2027-07-12;2027-07-16;eva@lillby.example\n"
    )
    [told] = faults(tmp_path / "semester.csv", AWAY + rows, (EVA, NORA))
    assert "ersättarna går i ring" in told


# --- As people write them ---


@pytest.mark.parametrize(
    ("heading", "row"),
    [
        ("roll;e-post;från", "ekonomichef;Eva Ek <eva@lillby.example>;2027-01-01"),
        ("Roll;Namn;E-postadress;Fr.o.m.", "Ekonomichef;Eva Ek;mailto:eva@lillby.example;1/1 2027"),
        ("roll;namn;adress;från", "ekonomichef;Eva Ek;<eva@lillby.example>;1 jan 2027"),
        ("roll;förnamn;efternamn;mejl;from", "ekonomichef;Eva;Ek;eva@lillby.example;2027-01-01"),
        (
            "roll;enhet;namn;adress;från;till;utskick",
            "ekonomichef;-;Eva Ek;eva@lillby.example;2027-01-01;tills vidare;-",
        ),
        ("roll;namn;adress;från;till", "ekonomichef;Eva Ek;eva@lillby.example;fr.o.m. 1/1-27;-"),
        (
            "roll;namn;adress;från;till",
            "ekonomichef;Eva  Ek;Eva Ek <mailto:eva@lillby.example>;20270101;–",
        ),
        (
            "befattning;namn;e-mail;startdatum",
            "ekonomichef;Eva Ek;eva@lillby.example;;1 januari 2027",
        ),
    ][:-1],
)
def test_a_role_list_as_people_write_it(tmp_path: Path, heading: str, row: str) -> None:
    assert read(tmp_path / "chefer.csv", f"{heading}\n{row}\n").holders == (EVA,)


def test_a_vacant_role_is_told_and_nobody_is_read_in_for_it(tmp_path: Path) -> None:
    found = read(
        tmp_path / "chefer.csv",
        "roll;enhet;namn;adress;fran\nekonomichef;;Vakant;;\nchef;norr;Nora Ås;-;2027-01-01\n".replace(
            "Nora Ås;-", "Nora Ås;nora@lillby.example"
        )
        + "chef;soder;;vakant;\n",
    )
    assert found.vacant == (("ekonomichef", None), ("chef", "soder"))
    assert [holder.name for holder in found.holders or ()] == ["Nora Ås"]
    assert found.notes[0] == "ekonomichef är vakant: ingen läses in, och de tidigare tas bort."


def test_a_row_with_a_bad_day_tells_its_other_faults_at_once(tmp_path: Path) -> None:
    told = faults(
        tmp_path / "chefer.csv",
        "roll;enhet;namn;adress;fran;till\ntrollkarl;;Eva;eva@;i våras;aldrig\n"
        "chef;vaster;=1;nora@lillby.example;32/1 2027;\n",
    )
    assert [fault.split(": ")[0] for fault in told] == [
        "rad 2, kolumn 1, roll",
        "rad 2, kolumn 4, adress",
        "rad 2, kolumn 5, fran",
        "rad 2, kolumn 6, till",
        "rad 3, kolumn 2, enhet",
        "rad 3, kolumn 3, namn",
        "rad 3, kolumn 5, fran",
    ]


def test_toml_may_have_the_name_before_the_address(tmp_path: Path) -> None:
    text = (
        '[[innehavare]]\nroll = "ekonomichef"\nadress = "Eva Ek <mailto:eva@lillby.example>"\n'
        "fran = 2027-01-01\n"
    )
    assert read(tmp_path / "chefer.toml", text).holders == (EVA,)


def test_an_absence_may_have_its_deputy_with_mailto(tmp_path: Path) -> None:
    row = "mailto:eva@lillby.example;5/7 2027;t.o.m. 30/7 2027;Siv Ö <mailto:siv@lillby.example>\n"
    found = read(tmp_path / "borta.csv", AWAY + row, (EVA, NORA))
    assert found.absences is not None
    assert (found.absences[0].address, found.absences[0].deputy_address) == (
        "eva@lillby.example",
        "siv@lillby.example",
    )
