"""A year's meetings from every kind of file, every fault named, and what is written read back equal."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from calendars.meeting_plans.files import MeetingFile, read_meeting_file
from calendars.workdays import WORKDAYS
from cli.wording import at_terminal
from models.acts.meetings import ImportMeetings
from models.errors import DefinitionError
from models.plan import Meeting
from tests.calendars.meeting_writers import (
    event,
    grid,
    write_csv,
    write_events,
    write_excel,
    write_grid,
    write_ics,
    write_toml,
)
from tests.factories import make_body, make_definition, make_meetings, orsa
from tests.worded import at_the_terminal

LILLBY = make_definition(
    instans=[make_body("KS", namn="Kommunstyrelsen"), make_body("KF", namn="Kommunfullmäktige")]
)
ORSA_2027 = Path(__file__).parent.parent.parent / "calendars" / "orsa" / "sammantraden-2027.toml"


def written(folder: Path, text: str, name: str = "plan.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def read(folder: Path, text: str, name: str = "plan.csv", year: int | None = None) -> MeetingFile:
    return read_meeting_file(written(folder, text, name), LILLBY, year)


def days(file: MeetingFile) -> list[str]:
    """`KS 2027-10-18`, and `KS 2027-10-25*` for one that is held only if needed."""
    return [f"{m.body or m.step} {m.day}{'*' if m.if_needed else ''}" for m in file.meetings]


def faults(folder: Path, text: str, name: str = "plan.csv", year: int | None = None) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        read(folder, text, name, year)
    return [fault.removeprefix(f"{name}: ") for fault in at_terminal(caught.value).split("\n")]


# --- Lists ---


@pytest.mark.parametrize(
    "day",
    [
        "2027-03-15",
        "15/3 2027",
        "15/3-2027",
        "15/3/2027",
        "15.3.2027",
        "15.03.2027",
        "15. 3. 2027",
        "15 mars 2027",
        "15 mar. 2027",
        "15:e mars 2027",
        "den 15 mars 2027",
        "måndag 15 mars 2027",
        "Mån 15/3 2027",
        "måndagen den 15 mars 2027",
        "2027-03-15 13:00",
        "15/3 2027 kl. 13.00",
    ],
)
def test_a_day_may_be_written_in_many_ways(tmp_path: Path, day: str) -> None:
    assert days(read(tmp_path, f"instans;datum\nKS;{day}\n")) == ["KS 2027-03-15"]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_list_has_any_separator_encoding_and_order_of_columns(
    tmp_path: Path, separator: str, encoding: str
) -> None:
    rows = [["Datum", "Plats", "Nämnd"], ["2027-03-15", "Björksalen", "Kommunfullmäktige"]]
    path = tmp_path / "plan.csv"
    path.write_bytes("\r\n".join(separator.join(row) for row in rows).encode(encoding))
    assert days(read_meeting_file(path, LILLBY)) == ["KF 2027-03-15"]


@pytest.mark.parametrize(
    "name",
    [
        "KS",
        "ks",
        "Kommunstyrelsen",
        "KOMMUNSTYRELSEN",
        "Kommunstyrelsen (KS)",
        "Kommunstyrelsen (Kst)",
        "KS (Kommunstyrelsen)",
        "  Kommunstyrelsen  ",
    ],
)
def test_a_body_is_known_by_slug_name_and_abbreviation(tmp_path: Path, name: str) -> None:
    assert days(read(tmp_path, f"instans;datum\n{name};2027-03-15\n")) == ["KS 2027-03-15"]


def test_marks_in_a_list_say_if_needed_and_another_weekday(tmp_path: Path) -> None:
    text = (
        "instans;datum;vid behov\nKS;2027-03-15;\nKS;2027-03-22*;\nKS;2027-03-30**;\n"
        "KS;2027-04-06***;\nKS;2027-04-12;ja\nKS;2027-04-19 (vid behov);nej\n"
    )
    assert days(read(tmp_path, text)) == [
        "KS 2027-03-15",
        "KS 2027-03-22*",
        "KS 2027-03-30",
        "KS 2027-04-06*",
        "KS 2027-04-12*",
        "KS 2027-04-19*",
    ]


def test_a_day_without_year_takes_the_one_that_is_asked_for(tmp_path: Path) -> None:
    text = "instans;datum\nKS;15/3\nKF;29 november\n"
    assert days(read(tmp_path, text, year=2027)) == ["KS 2027-03-15", "KF 2027-11-29"]
    assert faults(tmp_path, text)[0] == (
        "rad 2, kolumn 2: '15/3' saknar årtal. Skriv till exempel 15/3 2027, eller ange --ar."
    )


def test_a_step_that_is_a_day_is_read_like_a_body(tmp_path: Path) -> None:
    assert days(read(tmp_path, "instans;datum\nbudgetdag;2027-04-13\n")) == ["budgetdag 2027-04-13"]


# --- Excel ---


def test_excel_has_real_dates_and_text(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Instans", "Datum"],
        ["KS", date(2027, 3, 15)],
        ["KF", datetime(2027, 11, 29, 18, 0)],
        ["KS", "12 april 2027"],
        [None, None],
    ]
    path = write_excel(tmp_path / "plan.xlsx", rows)
    assert days(read_meeting_file(path, LILLBY)) == [
        "KS 2027-03-15",
        "KS 2027-04-12",
        "KF 2027-11-29",
    ]


def test_a_grid_in_excel_has_numbers_dates_and_text(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Sammanträden 2027"],
        [],
        [None, date(2027, 3, 1), "apr", "Okt."],
        ["Kommunstyrelsen (KS)", 15, date(2027, 4, 12), "18, 25*"],
        ["KF", "–", 26.0, ""],
        [],
        ["* extra vid behov"],
    ]
    path = write_excel(tmp_path / "plan.xlsx", rows)
    assert days(read_meeting_file(path, LILLBY)) == [
        "KS 2027-03-15",
        "KS 2027-04-12",
        "KF 2027-04-26",
        "KS 2027-10-18",
        "KS 2027-10-25*",
    ]


def test_excels_decimal_number_is_never_taken_for_days(tmp_path: Path) -> None:
    path = write_excel(tmp_path / "plan.xlsx", [["2027", "okt"], ["KS", 18.25]])
    with pytest.raises(DefinitionError) as caught:
        read_meeting_file(path, LILLBY)
    assert caught.value.faults == (
        "plan.xlsx: blad Plan, cell B2: '18.25' är ett decimaltal. "
        "Skriv dagarna som text, till exempel 18 och 25.",
    )


def test_a_formula_that_was_never_computed_is_not_passed_over(tmp_path: Path) -> None:
    path = write_excel(
        tmp_path / "plan.xlsx", [["instans", "datum"], ["KS", date(2027, 3, 15)], ["KS", "=B2+28"]]
    )
    with pytest.raises(DefinitionError, match=r"cell B3: '=B2\+28' går inte att läsa som datum"):
        read_meeting_file(path, LILLBY)


def test_a_hidden_sheet_is_not_read_and_that_is_told(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].append(["instans", "datum"])
    book.worksheets[0].append(["KS", "2027-03-15"])
    hidden = book.create_sheet("Gammalt")
    hidden.append(["instans", "datum"])
    hidden.append(["KS", "2027-04-12"])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "plan.xlsx")
    file = read_meeting_file(tmp_path / "plan.xlsx", LILLBY)
    assert days(file) == ["KS 2027-03-15"]
    assert file.notes == ("plan.xlsx: bladet Gammalt är dolt och lästes inte.",)


# --- The grid ---


def test_the_grid_as_municipalities_publish_it(tmp_path: Path) -> None:
    text = (
        "Sammanträdesplan 2027 (KS beslut 2026-11-02)\n\n"
        "Instans;Tid;Jan.;februari;MARS;okt;Nov\n"
        'kommunstyrelsen;13.00;-;1;15;"18, 25*";15\n'
        "Kommunfullmäktige (KF);18.00;–;15;;;1 och 30**\n\n"
        "* hålls vid behov\n** tisdag\n"
    )
    assert days(read(tmp_path, text, year=2027)) == [
        "KS 2027-02-01",
        "KF 2027-02-15",
        "KS 2027-03-15",
        "KS 2027-10-18",
        "KS 2027-10-25*",
        "KF 2027-11-01",
        "KS 2027-11-15",
        "KF 2027-11-30",
    ]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("18, 25*", ["18", "25*"]),
        ("18 och 25", ["18", "25"]),
        ("18 25*", ["18", "25*"]),
        ("18;25", ["18", "25"]),
        ("18 & 25 *", ["18", "25*"]),
        ("mån 18, må 25", ["18", "25"]),
        ("18/10, 25/10", ["18", "25"]),
        ("18 okt", ["18"]),
        ("25 (vid behov)", ["25*"]),
        ("-", []),
        ("—", []),
        ("", []),
    ],
)
def test_a_cell_holds_several_days(tmp_path: Path, cell: str, expected: list[str]) -> None:
    text = f'2027;sep;okt\nKF;27;\nKS;;"{cell}"\n'
    assert days(read(tmp_path, text))[1:] == [f"KS 2027-10-{day}" for day in expected]


@pytest.mark.parametrize(
    "text",
    [
        "Plan 2027\nInstans\tokt\tnov\nKS\t18, 25*\t-\nKF\t-\t29\n",
        "| 2027 | okt | nov |\n|------|-----|-----|\n| KS | 18, 25* | - |\n| KF | - | 29 |\n",
        "Plan 2027\n\nInstans            okt       nov\nKS                 18, 25*   –\n"
        "Kommunfullmäktige  –         29\n",
        "\nInstans   okt 2027   nov -27\nKS        18 25*     -\nKF        -          29\n",
    ],
)
def test_a_grid_may_be_pasted_as_text(tmp_path: Path, text: str) -> None:
    assert days(read(tmp_path, text, "plan.txt")) == [
        "KS 2027-10-18",
        "KS 2027-10-25*",
        "KF 2027-11-29",
    ]


def test_the_grids_year_may_stand_in_the_files_name(tmp_path: Path) -> None:
    text = "instans;okt\nKS;18\n"
    assert read(tmp_path, text, "sammantraden-2027.csv").year == 2027
    assert faults(tmp_path, text) == [
        "tabellen säger inte vilket år den gäller. Ange året med --ar."
    ]
    assert faults(tmp_path, "2026 och 2027;okt\nKS;18\n") == [
        "tabellen säger 2026 och 2027. Ange året med --ar."
    ]
    assert faults(tmp_path, "2028;okt\nKS;18\n", year=2027) == [
        "tabellen gäller 2028, men --ar säger 2027. Rätta det ena."
    ]


# --- Calendars ---


def test_events_name_their_body_in_summary_category_or_place(tmp_path: Path) -> None:
    path = write_events(
        tmp_path / "plan.ics",
        [
            event("Sammanträde: Kommunstyrelsen", date(2027, 3, 15)),
            event("Möte 4", date(2027, 4, 12), categories=["Politik", "KS"]),
            event("Möte 5", date(2027, 11, 29), location="Kommunfullmäktige"),
            event("KS - Kommunhuset, vid behov", date(2027, 10, 25)),
            event(
                "KS", datetime(2027, 5, 9, 22, 30, tzinfo=UTC)
            ),  # half past midnight in Stockholm
            event("KS", date(2027, 9, 13), status="CANCELLED"),
        ],
    )
    file = read_meeting_file(path, LILLBY)
    assert days(file) == [
        "KS 2027-03-15",
        "KS 2027-04-12",
        "KS 2027-05-10",
        "KS 2027-10-25*",
        "KF 2027-11-29",
    ]
    assert file.notes == ("plan.ics: händelse 6: 'KS' 2027-09-13 är inställd och togs inte med.",)


def test_events_that_say_too_little_are_named_one_by_one(tmp_path: Path) -> None:
    path = write_events(
        tmp_path / "plan.ics",
        [
            event("KS arbetsutskott", date(2027, 3, 15)),
            event("KS, KF", date(2027, 3, 15)),
            event("KS", date(2027, 3, 15), rrule={"freq": "monthly"}),
        ],
    )
    path.write_bytes(
        path.read_bytes().replace(
            b"END:VCALENDAR",
            b"BEGIN:VEVENT\r\nSUMMARY:KF\r\nDTSTART:2027101\r\nEND:VEVENT\r\nEND:VCALENDAR",
        )
    )
    with pytest.raises(DefinitionError) as caught:
        read_meeting_file(path, LILLBY)
    first, second, third, fourth, way_out = caught.value.faults
    assert "händelse 1: okänd instans 'KS arbetsutskott'. Kända: KS, KF, budgetdag." in first
    assert "händelse 2: okänd instans 'KS, KF'" in second
    assert "händelse 3: 'KS' återkommer. Skriv en händelse för varje sammanträde." in third
    assert "händelse 4: 'KF' har en DTSTART som inte är en dag: 2027101. Ange dagen." in fourth
    assert "kan hoppas över" in way_out


def test_a_calendar_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    path = write_events(tmp_path / "plan.ics", [event("KS", date(2027, 3, 15))] * 2)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(DefinitionError, match=r"plan\.ics: .* avhuggen"):
        read_meeting_file(path, LILLBY)


# --- TOML ---


def test_the_directorys_own_format_keeps_its_mark_of_an_example() -> None:
    file = read_meeting_file(ORSA_2027, orsa())
    assert len(file.meetings) == 27
    assert all(meeting.example for meeting in file.meetings)
    assert Meeting(None, "bokslutsdag", date(2027, 3, 11), example=True) in file.meetings


def test_toml_says_if_needed_and_another_weekday_in_tables_of_their_own(tmp_path: Path) -> None:
    text = (
        "ar = 2027\n[sammantraden]\nKS = [2027-03-15, 2027-04-12, 2027-05-11]\n"
        "[vid_behov]\nKS = [2027-10-25]\n[annan_veckodag]\nKS = [2027-05-11, 2027-05-12]\n"
    )
    assert faults(tmp_path, text, "plan.toml") == [
        "annan_veckodag, KS: 2027-05-12 står varken i sammantraden eller vid_behov. "
        "Lägg till eller ta bort dagen."
    ]
    sound = text.replace(", 2027-05-12", "")
    assert days(read(tmp_path, sound, "plan.toml"))[-1] == "KS 2027-10-25*"


# --- Faults ---


def test_every_fault_is_named_with_place_value_and_way_out(tmp_path: Path) -> None:
    text = (
        "instans;datum\n"
        "KS;15/3 2027\n"
        "KS;12/4 2027\n"
        "KS;11/5 2027\n"
        "KS;tisdag 7 juni 2027\n"
        "KS;17/5 2027*\n"
        "KS;12 april 2027\n"
        "KF;24/12 2027\n"
        "KF;16/10 2027\n"
        "Komunstyrelsen;18/10 2027\n"
        "Miljönämnden;18/10 2027\n"
        "KF;18/10 2026\n"
        "KF;30/2 2027\n"
        "KF;3/15/2027\n"
        "KF;i höst\n"
        "KF;\n"
        ";18/10 2027\n"
    )
    assert faults(tmp_path, text) == [
        "rad 10, kolumn 1: okänd instans 'Komunstyrelsen'. Närmast: KS (Kommunstyrelsen). "
        "Kända: KS, KF, budgetdag. Rätta namnet eller ta bort raden.",
        "rad 11, kolumn 1: okänd instans 'Miljönämnden'. Kända: KS, KF, budgetdag. "
        "Rätta namnet eller ta bort raden.",
        "rad 13, kolumn 2: '30/2 2027' finns inte: februari 2027 har 28 dagar. Rätta dagen.",
        "rad 14, kolumn 2: '3/15/2027' finns inte: det finns ingen månad 15. Rätta datumet.",
        "rad 15, kolumn 2: 'i höst' går inte att läsa som datum. "
        "Skriv 2027-03-15, 15/3 2027, 15.3.2027 eller 15 mars 2027.",
        "rad 16, kolumn 2: datum saknas. Fyll i det.",
        "rad 17, kolumn 1: instans saknas. Fyll i den.",
        "rad 4, kolumn 2: '11/5 2027' (2027-05-11) är en tisdag, men KS sammanträder annars på "
        "måndagar. Rätta dagen, eller märk den med ** om den stämmer.",
        "rad 5, kolumn 2: 'tisdag 7 juni 2027' säger tisdag, men 2027-06-07 är en måndag. "
        "Rätta det ena.",
        "rad 7, kolumn 2: '12 april 2027' är en dubblett: KS 2027-04-12 står redan "
        "(rad 3, kolumn 2). Ta bort den ena.",
        "rad 12, kolumn 2: '18/10 2026' (2026-10-18) ligger inte i 2027, som filen gäller. "
        "Rätta året, eller ange --ar 2026.",
        "Instanser som inte är med i processen kan hoppas över: ange --hoppa-over-okanda.",
    ]


def test_every_fault_of_a_grid_names_its_cell(tmp_path: Path) -> None:
    path = write_excel(
        tmp_path / "plan.xlsx",
        [
            ["2027", "feb", "mars", "Apil", "maj"],
            ["KS", "30, 32", "15/4", "12", "10, 17, 18"],
            ["Kommunfulmäktige", "15", None, None, None],
            ["KF", "18 *25", date(2027, 4, 1), None, "1***"],
            ["KF", None, "x", None, "24****"],
        ],
    )
    with pytest.raises(DefinitionError) as caught:
        read_meeting_file(path, LILLBY)
    place = "plan.xlsx: blad Plan, cell"
    assert at_terminal(caught.value).split("\n") == [
        f"{place} B2: '30' finns inte: februari 2027 har 28 dagar. Rätta dagen.",
        f"{place} B2: '32' finns inte: februari 2027 har 28 dagar. Rätta dagen.",
        f"{place} C2: '15/4' står i kolumnen för mars. Flytta dagen eller rätta månaden.",
        f"{place} D2: '12' står i kolumnen 'Apil', som inte är en månad. Rätta rubriken.",
        f"{place} A3: okänd instans 'Kommunfulmäktige'. Närmast: KF (Kommunfullmäktige). "
        "Kända: KS, KF, budgetdag. Rätta namnet eller ta bort raden.",
        f"{place} B4: '18 *25' går inte att läsa som dag. Skriv till exempel 18, 25* eller 18 och 25.",
        f"{place} C4: '2027-04-01' ligger inte i kolumnens månad (2027-03). Flytta eller rätta den.",
        f"{place} C5: 'x' går inte att läsa som dag. Skriv till exempel 18, 25* eller 18 och 25.",
        f"{place} E5: '24****' har fler stjärnor än tre. "
        "Skriv * för vid behov, ** för annan veckodag.",
        f"{place} E2: '18' (2027-05-18) är en tisdag, men KS sammanträder annars på måndagar. "
        "Rätta dagen, eller märk den med ** om den stämmer.",
    ]


@pytest.mark.parametrize(
    "row", ["KS,18, 25*,15,1", "KS;18;15;1;9"], ids=["comma in a cell", "a cell too many"]
)
def test_a_row_that_is_longer_than_the_heading_is_refused(tmp_path: Path, row: str) -> None:
    heading = "2027;okt;nov;dec" if ";" in row else "2027,okt,nov,dec"
    assert faults(tmp_path, f"{heading}\n{row}\n") == [
        "rad 2, kolumn 1: 'KS' har 5 kolumner, men rubriken 4. Skriv - där inget sammanträde är, "
        "och citattecken kring flera dagar i en cell."
    ]


def test_an_empty_cell_cannot_be_seen_among_spaces(tmp_path: Path) -> None:
    text = "2027    okt   nov\nKS            15\nKF      18    29\n"
    assert len(faults(tmp_path, text, "plan.txt")) == 1


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("plan.csv", b"", "hittar varken rubrikerna instans och datum eller en rad med m"),
        ("plan.csv", b"instans;datum\n", "filen innehåller inga sammanträden"),
        ("plan.csv", b'instans;datum\nKS;"2027-03-15\n', "varje citattecken har ett slut"),
        ("plan.csv", b"instans;dag\nKS;2027-03-15\n", "hittar varken rubrikerna"),
        ("plan.csv", b"\x00\x01\x02", "går inte att läsa som text"),
        ("plan.csv", b"instans;datum\nKS;2026-10-19\nKF;2027-10-18\n", "Ange det med --ar"),
        ("plan.xlsx", b"PK\x03\x04nonsense", "är ingen läsbar Excel-arbetsbok"),
        ("plan.xls", b"\xd0\xcf\x11\xe0x", "är ett äldre Excel- eller Word-format"),
        (
            "plan.pdf",
            b"%PDF-1.7",
            "är en PDF som inte går att läsa. Be om planen som Excel eller CSV",
        ),
        ("plan.ics", b"BEGIN:VCALENDAR\r\nhej\r\n", "går inte att läsa som .ics"),
        ("plan.toml", b"ar = ", "går inte att läsa som TOML"),
        ("plan.toml", b"ar = 2027\nmote = 1\n", "mote: okänt fält"),
        ("plan.csv", b"x" * 5_000_001, "är större än 5 MB"),
    ],
)
def test_a_file_that_is_no_plan_is_refused_with_a_way_out(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DefinitionError, match=message), at_the_terminal(ImportMeetings):
        read_meeting_file(path, LILLBY)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"borta\.csv: filen finns inte"):
        read_meeting_file(tmp_path / "borta.csv", LILLBY)
    with pytest.raises(DefinitionError, match=r"är en mapp\. Ange en fil"):
        read_meeting_file(tmp_path, LILLBY)


def test_what_a_file_is_its_content_tells_before_its_name(tmp_path: Path) -> None:
    calendar = write_ics(tmp_path / "plan.txt", make_meetings(KS=["2027-03-15"]))
    book = write_excel(tmp_path / "plan.csv", [["instans", "datum"], ["KS", "2027-03-15"]])
    for path in (calendar, book):
        assert days(read_meeting_file(path, LILLBY)) == ["KS 2027-03-15"]


def test_the_usual_weekday_is_that_of_more_than_half(tmp_path: Path) -> None:
    even = "instans;datum\nKS;2027-03-15\nKS;2027-03-16\n"
    assert len(read(tmp_path, even).meetings) == 2
    assert len(faults(tmp_path, even + "KS;2027-03-22\n")) == 1


# --- What is written is read back ---

WRITERS: list[Callable[[Path, Sequence[Meeting]], Path]] = [
    lambda folder, meetings: write_csv(folder / "plan.csv", meetings),
    lambda folder, meetings: write_grid(folder / "plan.csv", meetings, 2027),
    lambda folder, meetings: write_excel(
        folder / "plan.xlsx", [["Plan 2027"], *grid(meetings)], title="Sammanträden"
    ),
    lambda folder, meetings: write_ics(folder / "plan.ics", meetings),
    lambda folder, meetings: write_toml(folder / "plan.toml", meetings, 2027),
]
WORKING_DAYS = [
    day
    for number in range(365)
    if WORKDAYS.is_workday(day := date.fromordinal(date(2027, 1, 1).toordinal() + number))
]


@pytest.mark.parametrize("write", WRITERS, ids=["csv", "grid", "excel", "ics", "toml"])
@settings(deadline=None, max_examples=40)
@given(
    kinds=st.dictionaries(
        st.tuples(st.sampled_from(["KS", "KF"]), st.sampled_from(WORKING_DAYS)),
        st.booleans(),
        min_size=1,
        max_size=30,
    )
)
def test_any_set_of_meetings_is_read_back_as_it_was_written(
    write: Callable[[Path, Sequence[Meeting]], Path], kinds: dict[tuple[str, date], bool]
) -> None:
    meetings = {Meeting(body, None, day, if_needed=extra) for (body, day), extra in kinds.items()}
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), sorted(meetings, key=str))
        file = read_meeting_file(path, LILLBY)
    assert (set(file.meetings), len(file.meetings)) == (meetings, len(meetings))
    assert [m.day for m in file.meetings] == sorted(m.day for m in meetings)


# --- Days off ---


def test_a_meeting_on_a_day_off_is_read_with_a_remark(tmp_path: Path) -> None:
    text = (
        "Instans;Datum\nKS;11/1 2027\nKS;8/2 2027\nKS;8/3 2027\nKS;24/12 2027\nKS;16/10 2027\n"
        "KF;6/6 2027\n"
    )
    file = read(tmp_path, text)
    assert days(file)[-3:] == ["KF 2027-06-06", "KS 2027-10-16", "KS 2027-12-24"]
    held = "Sammanträdet står som det är; sista dagar och påminnelser läggs på arbetsdagar."
    assert file.notes == (
        f"plan.csv: rad 5, kolumn 2: KS 2027-12-24 är ingen arbetsdag (julafton, fredag). {held} "
        "Rätta dagen om den är fel.",
        f"plan.csv: rad 6, kolumn 2: KS 2027-10-16 är ingen arbetsdag (lördag). {held} "
        "Rätta dagen om den är fel.",
        f"plan.csv: rad 7, kolumn 2: KF 2027-06-06 är ingen arbetsdag (nationaldagen, söndag). "
        f"{held} Rätta dagen om den är fel.",
    )
