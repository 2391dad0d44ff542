"""Plans as clerks write them, by the kind of thing that a reader can get wrong without a word.

Each has what is right: the days, or what the refusal says.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import typst
from icalendar import Event
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font

from calendars.meeting_plans.files import MeetingFile, read_meeting_file
from models.errors import DefinitionError
from tests.calendars.meeting_writers import event, write_events, write_excel
from tests.factories import make_body, make_definition

LILLBY = make_definition(
    instans=[make_body("KS", namn="Kommunstyrelsen"), make_body("KF", namn="Kommunfullmäktige")]
)


def days(file: MeetingFile) -> str:
    """`KS 03-15, KF 11-29*`"""
    return ", ".join(f"{m.body} {m.day:%m-%d}{'*' if m.if_needed else ''}" for m in file.meetings)


def outcome(path: Path, year: int | None = None, *, passes_over: bool = False) -> str:
    """The days that are read, or `nej: ` and why not."""
    try:
        return days(read_meeting_file(path, LILLBY, year, passes_over=passes_over))
    except DefinitionError as error:
        return f"nej: {error}"


def said(path: Path, year: int | None = None, *, passes_over: bool = False) -> str:
    return "\n".join(read_meeting_file(path, LILLBY, year, passes_over=passes_over).notes)


def csv(folder: Path, text: str, name: str = "plan.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def ics(folder: Path, *events: Event, method: str = "PUBLISH") -> Path:
    path = write_events(folder / "plan.ics", events)
    text = path.read_text(encoding="utf-8").replace(
        "BEGIN:VCALENDAR\n", f"BEGIN:VCALENDAR\nMETHOD:{method}\n", 1
    )
    path.write_text(text, encoding="utf-8")
    return path


def excel(folder: Path, rows: list[list[object]], change: Callable[[Any], object]) -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    change(sheet)
    book.save(folder / "plan.xlsx")
    return folder / "plan.xlsx"


KEPT = event("Kommunstyrelsen", date(2027, 4, 12))

# --- Cancelled ---


@pytest.mark.parametrize(
    "title",
    [
        "Inställt: Kommunstyrelsen",
        "INSTÄLLT - Kommunstyrelsen",
        "Kommunstyrelsen (inställt)",
        "Kommunstyrelsen INSTÄLLD",
        "Canceled: Kommunstyrelsen",
        "Cancelled: KS",
        "Avlyst: Kommunstyrelsens sammanträde",
        "KS utgår",
        "KS ställs in",
        "Kommunstyrelsen - inst.",
        "~~Kommunstyrelsen~~",
        "K\u0336S\u0336",
        "KS hålls inte",
        "Inget sammanträde KS",
    ],
)
def test_a_title_says_that_the_meeting_is_cancelled(tmp_path: Path, title: str) -> None:
    path = ics(tmp_path, KEPT, event(title, date(2027, 3, 22)))
    assert outcome(path) == "KS 04-12"
    assert "händelse 2" in said(path)


@pytest.mark.parametrize(
    "properties",
    [
        {"status": "CANCELLED"},
        {"description": "OBS! Mötet är inställt."},
        {"comment": "Inställt"},
        {"categories": ["Inställt"]},
        {"location": "INSTÄLLT"},
    ],
    ids=str,
)
def test_another_field_says_that_the_meeting_is_cancelled(
    tmp_path: Path, properties: dict[str, object]
) -> None:
    path = ics(tmp_path, KEPT, event("Kommunstyrelsen", date(2027, 3, 22), **properties))
    assert outcome(path) == "KS 04-12"
    assert "händelse 2" in said(path)


def test_the_calendars_method_cancels_all_that_it_holds(tmp_path: Path) -> None:
    assert outcome(ics(tmp_path, KEPT, method="CANCEL")).startswith(
        "nej: plan.ics: de sammanträden"
    )
    assert "svar på en inbjudan" in outcome(ics(tmp_path, KEPT, method="REPLY"))


def test_a_long_invitation_that_speaks_of_something_cancelled_is_asked_about(
    tmp_path: Path,
) -> None:
    agenda = "Motion om inställda tåg i länet, svar. Delårsrapport. Se https://orsa.example/?sid=1"
    assert outcome(ics(tmp_path, event("KS", date(2027, 3, 22), description=agenda))) == "KS 03-22"
    doubt = "Med anledning av läget kan det bli så att mötet blir inställt med kort varsel"
    assert "säger inte klart" in outcome(
        ics(tmp_path, event("KS", date(2027, 3, 22), description=doubt))
    )


@pytest.mark.parametrize(
    ("heading", "row"),
    [
        ("instans;datum;status", "KS;2027-03-22;Inställt"),
        ("instans;datum;anmärkning", "KS;2027-03-22;Inställt pga brist på ärenden"),
        ("instans;datum;inställt", "KS;2027-03-22;x"),
        ("instans;datum;inställt", "KS;2027-03-22;Ja"),
        ("instans;datum", "KS;2027-03-22 inställt"),
        ("instans;datum", "KS;~~2027-03-22~~"),
        ("instans;datum", "KS (inställt);2027-03-22"),
        ("instans;datum", "~~KS~~;2027-03-22"),
        ("datum;rubrik", "2027-03-22;Inställt: KS"),
        ("instans;datum;typ", "KS;2027-03-22;Utgår"),
    ],
)
def test_a_list_says_that_a_meeting_is_cancelled(tmp_path: Path, heading: str, row: str) -> None:
    kept = "2027-04-12;KS" if heading.startswith("datum") else "KS;2027-04-12"
    path = csv(tmp_path, f"{heading}\n{kept}\n{row}\n")
    assert outcome(path) == "KS 04-12"
    assert "inställt" in said(path)


@pytest.mark.parametrize(
    "cell", ["22 (inställt)", "22 inställt", "~~22~~", "22 utgår", "2\u03362\u0336", "22 (inst.)"]
)
def test_a_cell_of_the_grid_says_that_a_meeting_is_cancelled(tmp_path: Path, cell: str) -> None:
    path = csv(tmp_path, f"2027;mars;april\nKS;15, {cell};12\n")
    assert outcome(path) == "KS 03-15, KS 04-12"
    assert "inställt" in said(path)


def test_a_footnote_that_cancels_a_day_is_asked_about(tmp_path: Path) -> None:
    text = "2027;mars;april\nKS;15, 22;12\nOBS! Sammanträdet den 22 mars är inställt\n"
    assert "rad 3, kolumn 1: 'OBS! Sammanträdet den 22 mars" in outcome(csv(tmp_path, text))


ROWS: list[list[object]] = [
    ["Instans", "Datum"],
    ["KS", date(2027, 4, 12)],
    ["KS", date(2027, 3, 22)],
]
GRID: list[list[object]] = [["2027", "mars", "april"], ["KS", "15, 22", 12], ["KF", 22, 26]]


def strike(sheet: Any, *cells: str) -> None:
    for cell in cells:
        sheet[cell].font = Font(strike=True)


@pytest.mark.parametrize(
    ("rows", "change", "expected"),
    [
        (ROWS, lambda s: strike(s, "B3"), "KS 04-12"),
        (ROWS, lambda s: strike(s, "A3"), "KS 04-12"),
        (ROWS, lambda s: strike(s, "A3", "B3"), "KS 04-12"),
        (GRID, lambda s: strike(s, "B2"), "KS 04-12, KF 03-22, KF 04-26"),
        (GRID, lambda s: strike(s, "B3"), "KS 03-15, KS 03-22, KS 04-12, KF 04-26"),
        (GRID, lambda s: strike(s, "A3"), "KS 03-15, KS 03-22, KS 04-12"),
    ],
)
def test_what_is_struck_through_in_excel_is_not_held(
    tmp_path: Path, rows: list[list[object]], change: Callable[[Any], object], expected: str
) -> None:
    path = excel(tmp_path, rows, change)
    assert sorted(outcome(path).split(", ")) == sorted(expected.split(", "))
    assert "inställt" in said(path)


def test_one_day_of_a_cell_may_be_struck_through(tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        struck = TextBlock(InlineFont(strike=True), "22")
        sheet["B2"] = CellRichText("15, ", struck, ", 29")

    assert outcome(excel(tmp_path, GRID[:2], change)) == "KS 03-15, KS 03-29, KS 04-12"


def test_a_comment_on_a_cell_counts(tmp_path: Path) -> None:
    def comment(text: str) -> Callable[[Any], None]:
        def change(sheet: Any) -> None:
            sheet["B3"].comment = Comment(text, "Eva")

        return change

    assert outcome(excel(tmp_path, ROWS, comment("Inställt!"))) == "KS 04-12"
    assert "är preliminärt" in outcome(excel(tmp_path, ROWS, comment("Preliminärt")))
    assert outcome(excel(tmp_path, ROWS, comment("Eva:\nKaffe beställt"))) == "KS 03-22, KS 04-12"


def test_a_comment_in_toml_counts(tmp_path: Path) -> None:
    text = "ar = 2027\n[sammantraden]\nKS = [\n  2027-03-22, # inställt\n  2027-04-12, # ordinarie\n]\n"
    assert "rad 4: kommentaren 'inställt' säger att dagen är inställt" in outcome(
        csv(tmp_path, text, "plan.toml")
    )


# --- About a body, not of it ---


@pytest.mark.parametrize(
    "title",
    [
        "Manusstopp: KS",
        "Utskick kallelse, KS",
        "Justering/KS",
        "Sista dag att lämna ärenden - Kommunstyrelsen",
        "KF:s presidium lämnar förslag på revisionsbudget",
        "Handlingar till KS skickas ut",
        "KS: beredning av ärenden",
        "Inlämning av ärenden till kommunstyrelsen",
        "Kallelse KS",
        "KS kallelse ut",
        "Protokoll KS anslås",
        "Deadline för tjänsteskrivelser KS",
        "Påminnelse: KS",
        "Ärendelista klar, KS",
        "Kommunstyrelsen: ärendestopp",
        "Senast inkomna handlingar KS",
    ],
)
def test_what_is_about_a_body_is_no_meeting_of_it(tmp_path: Path, title: str) -> None:
    path = ics(tmp_path, KEPT, event(title, date(2027, 3, 22)))
    assert outcome(path) == "KS 04-12"
    assert "är inget sammanträde" in said(path)
    listed = csv(tmp_path, f'instans;datum\nKS;2027-04-12\n"{title}";2027-03-22\n')
    assert outcome(listed) == "KS 04-12"
    kind = csv(tmp_path, f'instans;datum;typ\nKS;2027-04-12;\nKS;2027-03-22;"{title}"\n')
    assert outcome(kind) == "KS 04-12"
    grid = csv(tmp_path, f'2027;mars;april\nKS;;12\n"{title}";22;\n')
    assert outcome(grid) == "KS 04-12"


@pytest.mark.parametrize(
    "title",
    ["KS utbildning", "KS studieresa", "Julbord KF", "KS budgetberedning", "KS planeringsdag"],
)
def test_a_title_with_more_in_it_is_asked_about(tmp_path: Path, title: str) -> None:
    path = ics(tmp_path, KEPT, event(title, date(2027, 3, 22)))
    assert "så det är inte säkert att" in outcome(path)
    assert outcome(path, passes_over=True) == "KS 04-12"
    assert title in said(path, passes_over=True)


@pytest.mark.parametrize(
    "title",
    [
        "Kommunstyrelsens sammanträde",
        "KS sammanträde kl. 13.00",
        "Ordinarie sammanträde med kommunstyrelsen",
        "Lillby kommun: KS",
        "KS - Kommunhuset, Björksalen",
        "Sammanträde KS nr 3",
        "Kommunstyrelsen (budget)",
        "kommunstyrelsen, extra sammanträde",
        "KS, digitalt",
        "Kommunstyrelsen (Kst)",
    ],
)
def test_a_title_that_says_no_more_than_the_meeting_is_one(tmp_path: Path, title: str) -> None:
    assert outcome(ics(tmp_path, event(title, date(2027, 3, 22)))) == "KS 03-22"
    assert outcome(csv(tmp_path, f'instans;datum\n"{title}";2027-03-22\n')) == "KS 03-22"
    assert outcome(csv(tmp_path, f'2027;mars\n"{title}";22\n')) == "KS 03-22"


def test_a_place_of_its_own_may_stand_in_the_title(tmp_path: Path) -> None:
    one = event("KS Magasinet", date(2027, 3, 22), location="Magasinet, Storgatan 1")
    assert outcome(ics(tmp_path, one)) == "KS 03-22"


# --- Moved ---


def revision(day: date, sequence: int | None, changed: int = 1, uid: str = "b@x") -> Event:
    more = {} if sequence is None else {"sequence": sequence}
    made = event("KS", day, last_modified=datetime(2026, 11, changed, 8), **more)
    made["uid"] = uid
    return made


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([revision(date(2027, 3, 22), 0), revision(date(2027, 4, 26), 1)], "KS 04-26"),
        ([revision(date(2027, 4, 26), 1), revision(date(2027, 3, 22), 0)], "KS 04-26"),
        ([revision(date(2027, 3, 22), None, 1), revision(date(2027, 4, 26), None, 15)], "KS 04-26"),
        ([revision(date(2027, 3, 22), 2, 1), revision(date(2027, 4, 26), 1, 15)], "KS 03-22"),
        ([revision(date(2027, 3, 22), 0), revision(date(2027, 3, 22), 0)], "KS 03-22"),
        ([revision(date(2027, 3, 22), 0), revision(date(2027, 4, 26), 0)], "nej: "),
    ],
)
def test_of_two_revisions_the_last_counts(
    tmp_path: Path, events: list[Event], expected: str
) -> None:
    assert outcome(ics(tmp_path, *events)).startswith(expected)


def test_the_last_revision_may_cancel(tmp_path: Path) -> None:
    gone = revision(date(2027, 3, 22), 1)
    gone.add("status", "CANCELLED")
    assert outcome(ics(tmp_path, KEPT, revision(date(2027, 3, 22), 0), gone)) == "KS 04-12"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("KS;2027-03-22;Flyttat till 29/3\nKS;2027-03-29;", "KS 03-29"),
        ("KS;2027-03-22;Flyttat till 29/3\nKS;2027-03-29;Flyttat från 22/3", "KS 03-29"),
        ("KS;2027-03-29;Flyttad från 22 mars\nKS;2027-04-12;", "KS 03-29, KS 04-12"),
        ("KS;2027-03-22;Flyttat till 29/3\nKS;2027-04-12;", "nej: "),
        ("KS;2027-03-29;Flyttat från 22/3\nKS;2027-03-22;", "nej: "),
        ("KS;2027-03-22;Flyttat\nKS;2027-04-12;", "nej: "),
        ("KS;2027-03-22;Inställt, ersätts av 2027-03-29\nKS;2027-03-29;", "KS 03-29"),
    ],
)
def test_a_moved_meeting_stands_on_one_day(tmp_path: Path, rows: str, expected: str) -> None:
    assert outcome(csv(tmp_path, f"instans;datum;anmärkning\n{rows}\n")).startswith(expected)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("22 (flyttat till 29), 29", "KS 03-29"),
        ("22 (flyttat till 29)", "nej: "),
        ("22→29", "nej: "),
        ("22 -> 29", "nej: "),
        ("22 (flyttat)", "nej: "),
    ],
)
def test_a_moved_day_in_a_cell(tmp_path: Path, cell: str, expected: str) -> None:
    assert outcome(csv(tmp_path, f"2027;mars\nKS;{cell}\n")).startswith(expected)


# --- Several days ---


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2027, 11, 22), {"dtend": date(2027, 11, 24)}, "KF 11-22, KF 11-23"),
        (date(2027, 11, 22), {"dtend": date(2027, 11, 23)}, "KF 11-22"),
        (date(2027, 11, 22), {"dtend": date(2027, 12, 24)}, "nej: "),
        (datetime(2027, 11, 22, 9), {"dtend": datetime(2027, 11, 23, 16)}, "KF 11-22, KF 11-23"),
        (datetime(2027, 11, 22, 18), {"dtend": datetime(2027, 11, 23, 1)}, "KF 11-22"),
        (datetime(2027, 11, 22, 18), {}, "KF 11-22"),
    ],
)
def test_a_meeting_of_two_days_in_a_calendar_has_both(
    tmp_path: Path, start: date, end: dict[str, object], expected: str
) -> None:
    path = ics(tmp_path, event("Kommunfullmäktige", start, **end))
    assert outcome(path).startswith(expected)


def test_a_duration_of_two_days_has_both(tmp_path: Path) -> None:
    path = ics(tmp_path, event("KF", date(2027, 11, 22)))
    text = path.read_text(encoding="utf-8").replace("END:VEVENT", "DURATION:P2D\nEND:VEVENT")
    path.write_text(text, encoding="utf-8")
    assert outcome(path) == "KF 11-22, KF 11-23"


@pytest.mark.parametrize(
    "cell", ["22-23", "22–23", "22 och 23**", "22/23", "22-23 nov", "22/11-23/11", "22, 23**"]
)
def test_a_meeting_of_two_days_in_a_grid_has_both(tmp_path: Path, cell: str) -> None:
    assert (
        outcome(csv(tmp_path, f'2027;okt;nov\nKF;25;"{cell}"\n')) == "KF 10-25, KF 11-22, KF 11-23"
    )


@pytest.mark.parametrize(
    "text",
    [
        "instans;datum\nKF;22-23 november 2027\n",
        "instans;datum\nKF;2027-11-22 - 2027-11-23\n",
        "instans;datum\nKF;22 nov - 23 nov 2027\n",
        "instans;startdatum;slutdatum\nKF;2027-11-22;2027-11-23\n",
        'instans;datum\nKF;"22 och 23 november 2027"\n',
    ],
)
def test_a_meeting_of_two_days_in_a_list_has_both(tmp_path: Path, text: str) -> None:
    assert outcome(csv(tmp_path, text)) == "KF 11-22, KF 11-23"


@pytest.mark.parametrize("cell", ["22 (2 dagar)", "22 (forts. 23)", "22 (+23)", "22-29", "22 (23)"])
def test_a_second_day_that_is_not_plain_is_asked_about(tmp_path: Path, cell: str) -> None:
    assert outcome(csv(tmp_path, f"2027;nov\nKF;{cell}\n")).startswith("nej: ")


# --- Preliminary ---


@pytest.mark.parametrize(
    "text",
    [
        "2027;mars\nKS;22 (prel.)\n",
        "2027;mars\nKS;22 prel\n",
        "2027;mars\nKS;22?\n",
        "2027;mars\nKS;(22)\n",
        "2027;mars\nKS;22*\n* preliminärt datum\n",
        "2027;mars\nKS (preliminärt);22\n",
        "Preliminära sammanträdestider 2027\nInstans;mars\nKS;22\n",
        "UTKAST 2027\nInstans;mars\nKS;22\n",
        "2027;mars\nKS;22\nAlla datum är preliminära\n",
        "instans;datum;status\nKS;2027-03-22;Preliminär\n",
        "instans;datum;preliminärt\nKS;2027-03-22;x\n",
        "instans;datum;anmärkning\nKS;2027-03-22;ej fastställt\n",
        "Preliminärt: Kommunstyrelsen: 22 mars 2027\n",
    ],
)
def test_a_preliminary_day_is_not_taken_for_firm(tmp_path: Path, text: str) -> None:
    assert "preliminär" in outcome(csv(tmp_path, text)) or "parentes" in outcome(
        csv(tmp_path, text)
    )


@pytest.mark.parametrize(
    "one",
    [
        event("KS", date(2027, 3, 22), status="TENTATIVE"),
        event("Preliminärt: KS", date(2027, 3, 22)),
        event("KS (prel)", date(2027, 3, 22)),
        event("KS?", date(2027, 3, 22)),
    ],
)
def test_a_preliminary_event_is_not_taken_for_firm(tmp_path: Path, one: Event) -> None:
    assert "är preliminärt" in outcome(ics(tmp_path, one))


@pytest.mark.parametrize("word", ["vid behov", "ev.", "eventuellt", "reservdag"])
def test_a_day_that_may_be_held_is_one_if_needed(tmp_path: Path, word: str) -> None:
    assert outcome(csv(tmp_path, f"2027;mars\nKS;15, 22 ({word})\n")) == "KS 03-15, KS 03-22*"
    path = ics(tmp_path, event(f"KS ({word})", date(2027, 3, 22)))
    assert outcome(path) == "KS 03-22*"


# --- Hidden ---


def test_hidden_rows_and_columns_are_not_read_and_that_is_told(tmp_path: Path) -> None:
    def hide_row(sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True

    def hide_column(sheet: Any) -> None:
        sheet.column_dimensions["C"].hidden = True

    row = excel(tmp_path, ROWS, hide_row)
    assert outcome(row) == "KS 04-12"
    assert "raden 3 är dold" in said(row) or "rad 3 är dold" in said(row)
    column = excel(tmp_path, GRID, hide_column)
    assert outcome(column) == "KS 03-15, KF 03-22, KS 03-22"
    assert "kolumn C är dold" in said(column)


# --- Marks ---

LEGEND = "2027;mars;april;maj\nKS;15*;12**;10\n"


@pytest.mark.parametrize(
    ("footnotes", "expected"),
    [
        ("", "KS 03-15*, KS 04-12, KS 05-10"),
        ("* vid behov\n** annan veckodag\n", "KS 03-15*, KS 04-12, KS 05-10"),
        ("* Årsredovisning\n** Tertial 1\n", "KS 03-15, KS 04-12, KS 05-10"),
        ("* = budget, ** = bokslut\n", "KS 03-15, KS 04-12, KS 05-10"),
        ("*;Årsredovisning\n**;Tertial\n", "KS 03-15, KS 04-12, KS 05-10"),
        ("* inställt\n** annan veckodag\n", "KS 04-12, KS 05-10"),
        ("Stjärna betyder inställt\n** tisdag\n", "KS 04-12, KS 05-10"),
        ("* Årsredovisning\n", "nej: "),
        ("* preliminärt\n** tisdag\n", "nej: "),
        ("Dagar märkta med * är preliminära\n** tisdag\n", "nej: "),
        ("** vid behov\n* annan veckodag\n", "KS 03-15, KS 04-12*, KS 05-10"),
    ],
)
def test_the_files_own_key_goes_before_ours(tmp_path: Path, footnotes: str, expected: str) -> None:
    assert outcome(csv(tmp_path, LEGEND + footnotes)).startswith(expected)


def test_a_key_in_another_sheet_or_above_the_table_counts(tmp_path: Path) -> None:
    above = csv(tmp_path, f"* = inställt\n{LEGEND.replace('**', '')}")
    assert outcome(above) == "KS 04-12, KS 05-10"

    def change(sheet: Any) -> None:
        key = sheet.parent.create_sheet("Förklaring")
        key.append(["*", "Inställt"])

    rows: list[list[object]] = [["2027", "mars", "april"], ["KS", "15*", 12]]
    path = excel(tmp_path, rows, change)
    assert outcome(path) == "KS 04-12"
    assert "bladet Förklaring" in said(path)


@pytest.mark.parametrize("mark", ["¹", "†", "#"])
def test_a_mark_that_nobody_explains_is_asked_about(tmp_path: Path, mark: str) -> None:
    text = f"2027;mars;april\nKS;15{mark};12\n"
    assert "som inte förklaras" in outcome(csv(tmp_path, text))
    assert outcome(csv(tmp_path, f"{text}{mark} Årsredovisning\n")) == "KS 03-15, KS 04-12"
    assert outcome(csv(tmp_path, f"{text}{mark} Inställt\n")) == "KS 04-12"


# --- Layouts ---

YEAR = "KS 02-01, KF 02-15, KS 03-15, KF 03-22, KS 09-13, KF 09-27"


@pytest.mark.parametrize(
    "text",
    [
        "2027;KF;KS\nMötestid:;Kl. 10;Kl. 10\nFebruari;15;1\nMars;22;15\nSeptember;27;13\n",
        "Månad;Vecka;KF;KS\nFebruari 2027;5;15;1\nMars 2027;10;22;15\nSeptember 2027;37;27;13\n",
        "Månad;KF;KS\n2027;;\nFebruari;15;1\nMars;22;15\nSeptember;27;13\n",
        "Plan 2027\nNämnd;feb;mars\nKF;15;22\nKS;1;15\n\nNämnd;sep\nKF;27\nKS;13\n",
        "Våren 2027\nNämnd;feb;mars\nKF;15;22\nKS;1;15\n\nHösten 2027\n"
        "Nämnd;sep;okt\nKF;27;-\nKS;13;-\n",
        "2027;feb;mars;;sep\nKF;15;22;KF;27\nKS;1;15;KS;13\n",
        "2027;feb;mars;Nämnd;sep\nKF;15;22;KS;13\nKS;1;15;KF;27\n",
        "Instans;Datum;Plats\nKF;15/2, 22/3, 27/9 2027;Forum\n"
        "KS;1 februari, 15 mars och 13 september 2027;\n",
        "Sammanträden 2027\nKommunfullmäktige: 15 februari, 22 mars och 27 september\n"
        "Kommunstyrelsen: 1 februari, 15 mars, 13 september\n",
        "Kommunfullmäktige 2027\n15 februari kl. 18\n22 mars kl. 18\n27 september\n\n"
        "Kommunstyrelsen\n- måndag 1 februari\n- 15 mars\n- 13 september\n",
        "KF;15/2;22/3;27/9 2027\nKS;1/2 2027;15/3 2027;13/9 2027\n",
        "Kommunfullmäktiges sammanträden 2027: 15/2, 22/3, 27/9\n"
        "Kommunstyrelsens sammanträden 2027: 1/2, 15/3, 13/9\n",
        "Plan 2027\nInstans;Ordförande;feb;mars;sep;Anmärkning\n"
        "KF;Eva Ek;15;22;27;\nKS;Per Å;1;15;13;Kaffe\n",
    ],
    ids=range(13),
)
def test_the_same_plan_in_the_layouts_that_there_are(tmp_path: Path, text: str) -> None:
    name = "plan.txt" if ";" not in text else "plan.csv"
    assert outcome(csv(tmp_path, text, name)) == YEAR


@pytest.mark.parametrize(
    "cell",
    [
        "22(08.00)",
        "22 (kl 8)",
        "22 kl. 09:30",
        "22 13.00",
        "22 kl 13-16",
        "22 13.00–16.00",
        "22 (budget)",
        "22 budget",
        "22 (kl. 13.00, Björksalen)",
        "mån 22",
        "22 (mån)",
        "22:a",
    ],
)
def test_what_stands_harmlessly_beside_a_day(tmp_path: Path, cell: str) -> None:
    assert outcome(csv(tmp_path, f'2027;mars\nKS;"15, {cell}"\n')) == "KS 03-15, KS 03-22"


@pytest.mark.parametrize(
    "day",
    [
        "2027-03-22 13:00-16:00",
        "22 mars 2027 kl 13",
        "22 mars 2027 kl. 13.00–16.00",
        "22/3-27",
        "20270322",
        "2027/03/22",
        "22 mars 2027, kl. 13",
        "2027-03-22T13:00:00",
        "måndag, 22 mars, 2027",
        "22.3.2027 kl 13.00 till 16.00",
    ],
)
def test_a_date_with_its_time_in_a_list(tmp_path: Path, day: str) -> None:
    assert outcome(csv(tmp_path, f'instans;datum\nKS;"{day}"\n')) == "KS 03-22"


def test_merged_cells_stand_for_all_that_they_cover(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Sammanträden 2027", None, None, None],
        ["Instans", "Tid", "mars", None, "april"],
        ["KS", "13.00", 15, 22, 12],
        [None, "18.00", 29, None, None],
        ["KF", None, None, 22, 26],
    ]

    def change(sheet: Any) -> None:
        for area in ("A1:E1", "C2:D2", "A3:A4"):
            sheet.merge_cells(area)

    assert outcome(excel(tmp_path, rows, change)) == (
        "KS 03-15, KF 03-22, KS 03-22, KS 03-29, KS 04-12, KF 04-26"
    )


def test_several_years_are_read_or_chosen(tmp_path: Path) -> None:
    events = [event("KS", date(year, 3, day)) for year, day in ((2026, 16), (2027, 15), (2027, 22))]
    path = ics(tmp_path, *events)
    file = read_meeting_file(path, LILLBY)
    assert (file.years, days(file)) == ((2026, 2027), "KS 03-16, KS 03-15, KS 03-22")
    assert outcome(path, 2027) == "KS 03-15, KS 03-22"
    assert "1 dag 2026 togs inte med" in said(path, 2027)
    grid = csv(tmp_path, "Instans;dec 2026;jan 2027;feb 2027\nKS;14;18;15\n")
    assert read_meeting_file(grid, LILLBY).years == (2026, 2027)
    assert outcome(grid, 2027) == "KS 01-18, KS 02-15"


OTHERS = "2027;mars;april\nKF;22;26\nKS;15;12\nBUN;23;24\nSON;-;4, 26\nValnämnd;-;-\n"


@pytest.mark.parametrize(
    "text",
    [
        OTHERS,
        "2027;KF;KS;BUN;SON;Valnämnd\nmars;22;15;23;-;-\napril;26;12;24;4, 26;-\n",
        "instans;datum\nKF;22/3 2027\nKS;15/3 2027\nKF;26/4 2027\n"
        "KS;12/4 2027\nBUN;23/3 2027\nSON;4/4 2027\n",
    ],
)
def test_other_bodies_are_told_and_passed_over_on_request(tmp_path: Path, text: str) -> None:
    path = csv(tmp_path, text)
    assert "okänd instans 'BUN'" in outcome(path)
    assert outcome(path, passes_over=True) == "KS 03-15, KF 03-22, KS 04-12, KF 04-26"
    assert "BUN (" in said(path, passes_over=True)


@pytest.mark.parametrize("name", ["Kommunstyrelssen", "Komunfullmäktige", "K S", "K.S."])
def test_a_near_miss_is_never_passed_over(tmp_path: Path, name: str) -> None:
    path = csv(tmp_path, f"2027;mars;april\nKF;22;26\n{name};15;12\nBUN;23;24\n")
    assert f"okänd instans {name!r}" in outcome(path, passes_over=True)


def test_a_calendar_of_other_things_may_be_passed_over(tmp_path: Path) -> None:
    path = ics(
        tmp_path,
        KEPT,
        event("Budgetdag för chefer", date(2027, 3, 1)),
        event("Socialnämnden", date(2027, 3, 2)),
        event("Kommunstyrelsens arbetsutskott", date(2027, 3, 3)),
    )
    assert outcome(path).startswith("nej: ")
    assert outcome(path, passes_over=True) == "KS 04-12"


@pytest.mark.parametrize(
    "text",
    [
        "instans;manusstopp\nKS;2027-03-01\n",
        "Nämnd;Utskick\nKS;1 mars 2027\n",
        "Nämnd, utskick\nKS, 1 mars 2027\n",
    ],
)
def test_days_under_an_unknown_heading_are_not_taken_for_meetings(
    tmp_path: Path, text: str
) -> None:
    assert "hittar varken rubrikerna" in outcome(csv(tmp_path, text))


def test_a_manusstopp_column_beside_the_date_says_nothing_of_the_meeting(tmp_path: Path) -> None:
    text = "instans;manusstopp;utskick;datum\nKS;2027-03-01;8 mars;2027-03-22\n"
    assert outcome(csv(tmp_path, text)) == "KS 03-22"


def test_what_excel_calls_a_time_is_one(tmp_path: Path) -> None:
    path = write_excel(
        tmp_path / "plan.xlsx",
        [["Nämnd", "Tid", "mars 2027"], ["KS", datetime(2027, 1, 1, 13).time(), 22]],
    )
    assert outcome(path) == "KS 03-22"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Månad;KS manusstopp;KS sammanträde;KF\nJan 2027;4;25;\nFeb 2027;1;22;15\n",
            "KS 01-25, KF 02-15, KS 02-22",
        ),
        ("2027;mars\nKS;22 (OBS! tisdag 23)\n", "nej: "),
        ("2027;mars\nKS;22 (även 23/3)\n", "nej: "),
        ("2027;mars\nKS;22 (justering 29/3)\n", "KS 03-22"),
        ("2027;mars;april\nKS;22x;12\nx = inställt\n", "KS 04-12"),
        ("2027;mars;april\nKS;22 (P);12\nP = preliminärt\n", "nej: "),
        ("2027;mars;april\nKS;22 (b);12\nb = budget, x = inställt\n", "KS 03-22, KS 04-12"),
        ("2027;mars\nKS;[22]\n", "nej: "),
        ("2027;mars;april\nKS;22 (ställdes in av ordföranden);12\n", "KS 04-12"),
        (
            "KS 2027\n15 mars\n22 mars - inställt\n12 april (flyttat från 19 april)\n",
            "KS 03-15, KS 04-12",
        ),
        ("Sammanträden 2027\nNämnd;Datum\nKS;måndag 22 mars\n", "KS 03-22"),
        ("2027;Jan;Feb;Status\nKS;25;22;Inställt\nKF;;15;Beslutad\n", "KF 02-15"),
        ("2027;mars\nKF/KS;22\n", "nej: "),
    ],
)
def test_what_is_said_in_a_place_of_its_own(tmp_path: Path, text: str, expected: str) -> None:
    assert outcome(csv(tmp_path, text, "plan.csv")).startswith(expected)


# --- PDF ---


def pdf(folder: Path, source: str) -> Path:
    (folder / "plan.typ").write_text(source, encoding="utf-8")
    typst.compile(str(folder / "plan.typ"), output=str(folder / "plan.pdf"))
    return folder / "plan.pdf"


def test_a_table_in_a_pdf_is_read_with_its_empty_cells(tmp_path: Path) -> None:
    path = pdf(
        tmp_path,
        "= Sammanträdestider 2027\n#table(columns: 5, [Nämnd], [Jan], [Feb], [Mars], [April],\n"
        "[KS], [], [1], [15, 22 (08.00)], [12],\n[Kommunfullmäktige], [], [], [22], [26\\*])\n"
        "\\* vid behov\n",
    )
    assert outcome(path) == "KS 02-01, KS 03-15, KF 03-22, KS 03-22, KS 04-12, KF 04-26*"
    assert "en PDF visar inte om en dag är överstruken" in said(path)


def test_lines_and_lists_in_a_pdf_are_read(tmp_path: Path) -> None:
    lines = pdf(
        tmp_path, "= Sammanträden 2027\nKommunstyrelsen: 15 mars och 12 april \\\nKF: 22 mars"
    )
    assert outcome(lines) == "KS 03-15, KF 03-22, KS 04-12"
    rows = "[Instans], [Datum], [KS], [2027-03-15], [KF], [22 mars 2027]"
    assert outcome(pdf(tmp_path, f"#table(columns: 2, {rows})")) == "KS 03-15, KF 03-22"


def test_a_pdf_without_text_is_refused_with_a_way_out(tmp_path: Path) -> None:
    path = pdf(tmp_path, "#rect(width: 5cm, fill: red)")
    assert "är en PDF utan text, som en inskannad bild. Be om planen som Excel" in outcome(path)
