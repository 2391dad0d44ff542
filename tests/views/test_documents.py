"""The workbook, the report and the public page: what is in them, and what is not."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from models.events import Outcome
from models.plan import LimitPlan
from models.registered import Registered
from models.state import not_started
from tests.factories import decided, orsa
from tests.views.sheets import planned
from views.decisions import decision_line
from views.html import public_html, report_html
from views.public import INTERNAL, public_sheet
from views.report import report_of
from views.sheet import MailCounts, StepLine, Tone, YearSheet
from views.typesetting import pdf, png
from views.wheel import wheel_svg
from views.workbook import workbook

SECRETS = (
    "Eva Exempel",
    "eva@orsa.example",
    "Hon är sjuk",
    "Ring ekonomichef",
    "ekonomichef",
    "Sent",
)


def changed(sheet: YearSheet, slug: str, **overrides: object) -> YearSheet:
    lines = [one.model_copy(update=overrides) if one.slug == slug else one for one in sheet.lines]
    return sheet.model_copy(update={"lines": tuple(lines)})


@pytest.fixture
def year() -> YearSheet:
    """October: the tax is late in KS with everything that is internal about it, and the item has been
    sent back for a reason that is nobody else's."""
    sheet = changed(
        planned(),
        "skattesats-forslag",
        tone=Tone.LATE,
        late=True,
        label="Sent: väntar på KS",
        sentence="Saknas (senast 2027-10-11): ekonomichef. Eva Exempel <eva@orsa.example>",
        advice="Ring ekonomichef.",
        awaited=("ekonomichef",),
        risk="Hon är sjuk",
        opened_on=date(2027, 10, 1),
        next_day=date(2027, 10, 11),
        days_to_next=-1,
        diarienummer="KS 2027/00123",
        decisions=(
            decision_line(
                Registered(
                    number=1,
                    place=1,
                    decision=decided(
                        "skattesats-forslag",
                        "KS",
                        "2027-10-04",
                        outcome=Outcome.ATERREMISS,
                        paragraph="KS § 60/2027",
                        reason="Hon är sjuk",
                    ),
                    corrected_by=None,
                    standing=False,
                ),
                not_started(orsa()),
                None,
            ),
        ),
    )
    kf = sheet["uppfoljning-mars"]
    links = tuple(
        link.model_copy(
            update={"decided_on": link.meeting, "outcome": "godkänner", "paragraph": "KS § 12/2027"}
        )
        for link in kf.links
    )
    return changed(
        sheet, kf.slug, tone=Tone.DONE, links=links, completed_on=date(2027, 3, 15)
    ).model_copy(
        update={
            "vacant": ("ekonomichef",),
            "mails": MailCounts(failed=3),
            "unplanned": ("Eva Exempel har inget sammanträde.",),
        }
    )


# --- The public page ---


def test_nothing_internal_is_on_the_public_page(year: YearSheet) -> None:
    page = public_html(year)
    assert [secret for secret in SECRETS if secret.casefold() in page.casefold()] == []
    for secret in SECRETS:
        assert secret.casefold() in report_html(report_of(year)).casefold()


def test_the_public_sheet_keeps_only_what_it_names() -> None:
    """A new field of a line must be thought of: it is public or it is taken away."""
    public = {
        *("id", "slug", "name", "status", "about", "version", "dormant", "arende", "occasion_of"),
        *("step", "title", "tone", "label", "round", "links"),
        *("window_start", "window_end", "opens", "due", "meeting_day"),
        *("limit", "limit_day", "citation", "opened_on", "completed_on"),
    }
    assert set(StepLine.model_fields) == public | set(INTERNAL)
    assert not public & set(INTERNAL)
    kept = {"budget_year", "municipality", "plan_name", "today", "lines", "meetings"}
    kept |= {"invented", "example", "exercise"}
    taken = {"unplanned", "vacant", "mails", "failed_mails", "breaches", "risks"}
    assert set(YearSheet.model_fields) == kept | taken


def test_the_public_page_says_where_a_late_step_is_but_not_that_it_is_late(year: YearSheet) -> None:
    seen = public_sheet(year)
    assert (seen["skattesats-forslag"].tone, seen["skattesats-forslag"].label) == (
        Tone.OPEN,
        "Pågår",
    )
    assert not any(line.needs_care for line in seen.lines)
    assert seen["uppfoljning-mars"].tone is Tone.DONE


def test_the_public_page_says_what_was_decided_and_where_the_minutes_say_so(
    year: YearSheet,
) -> None:
    row = public_html(year).partition("U1 Uppföljning i mars 2027</th>")[2].partition("</tr>")[0]
    assert (
        'Kommunstyrelsen <time datetime="2027-03-15">15 mars</time>: godkänner, KS § 12/2027' in row
    )


@pytest.mark.parametrize("page", [public_html, lambda sheet: report_html(report_of(sheet))])
def test_a_page_is_one_file_that_runs_and_fetches_nothing(page: object, year: YearSheet) -> None:
    assert callable(page)
    html = page(changed(year, "bokslut", title="<script>alert(1)</script>"))
    assert "<script" not in html
    assert re.findall(r"(?:src|href)=[\"'](?!#)", html) == []
    assert "url(" not in re.sub(r"url\(#[a-z-]+\)", "", html)
    assert '<html lang="sv">' in html
    assert "default-src 'none'" in html


# --- The report ---


def test_the_report_has_every_decision_and_says_which_no_longer_stands(year: YearSheet) -> None:
    [back] = report_of(year).decisions
    assert (back.when, back.body, back.outcome, back.paragraph, back.diarienummer, back.stands) == (
        "4 oktober",
        "KS",
        "återremiss",
        "KS § 60/2027",
        "KS 2027/00123",
        False,
    )


def test_the_report_begins_with_what_is_to_be_done(year: YearSheet) -> None:
    report = report_of(year)
    late = next(task for task in report.care if task.line.slug == "skattesats-forslag")
    assert (late.deadline, late.advice) == ("11 oktober", "Ring ekonomichef.")
    html = report_html(report)
    assert (
        html.index("Att göra</h2>") < html.index("Årshjulet</h2>") < html.index("Årets steg</h2>")
    )


def test_the_pdf_is_tagged_in_swedish_and_has_its_pages_and_bookmarks(year: YearSheet) -> None:
    pytest.importorskip("typst")
    made = pdf(report_of(year))
    assert made.startswith(b"%PDF-1.")
    for mark in (b"/StructTreeRoot", b"/Lang", b"/Outlines", b"/MarkInfo"):
        assert mark in made
    assert pdf(report_of(year)) == made  # the same year is the same file


def test_what_somebody_wrote_is_no_typesetting(year: YearSheet) -> None:
    pytest.importorskip("typst")
    evil = '#panic("x") $ *[ \\ " </svg> #read("/etc/passwd")'
    report = report_of(changed(year, "skattesats-forslag", title=evil, advice=evil))
    assert pdf(report).startswith(b"%PDF-")


def test_the_picture_has_its_letters_on_a_machine_without_fonts() -> None:
    pytest.importorskip("typst")
    sheet = planned()
    bare = sheet.model_copy(update={"lines": ()})
    letters, none = png(wheel_svg(sheet)), png(re.sub("<text.*?</text>", "", wheel_svg(bare)))
    assert letters.startswith(b"\x89PNG")
    assert int.from_bytes(letters[16:20]) == 1800
    assert len(letters) > 2 * len(none)


# --- The workbook ---


def opened(sheet: YearSheet) -> Workbook:
    book = load_workbook(BytesIO(workbook(report_of(sheet))))
    assert isinstance(book, Workbook)
    return book


def test_the_workbook_has_its_sheets_ready_to_filter_and_print(year: YearSheet) -> None:
    book = opened(year)
    assert book.sheetnames == ["Översikt", "Steg", "Sammanträden", "Beslut", "Att göra"]
    for name in book.sheetnames[1:]:
        page = book[name]
        assert page.freeze_panes in ("A2", "C2")
        assert page.auto_filter.ref == page.dimensions
        assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "landscape")
        pages = 2 if name == "Steg" else 1  # too wide to be read on one
        assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (pages, 0)
        assert page.print_title_rows == "$1:$1"
    assert book["Steg"].print_title_cols == "$A:$B"
    assert book["Steg"].max_row == len(year.lines) + 1


def test_folded_text_in_the_workbook_has_the_height_that_it_takes(year: YearSheet) -> None:
    """Not every program finds it out by itself: LibreOffice wrote the lines over the next row."""
    folded = []
    for page in opened(year).worksheets[1:]:
        for number, row in enumerate(page.iter_rows(), 1):
            height = page.row_dimensions[number].height
            room = [
                page.column_dimensions[get_column_letter(place)].width
                for place, _ in enumerate(row, 1)
            ]
            texts = [cell.value if isinstance(cell.value, str) else "" for cell in row]
            if any(len(text) > width for text, width in zip(texts, room, strict=True)):
                folded.append(height)
            else:
                assert height == 15
    assert folded
    assert min(folded) >= 30


def test_days_in_the_workbook_are_dates_and_numbers_numbers(year: YearSheet) -> None:
    page = opened(year)["Steg"]
    headings = [cell.value for cell in page[1]]
    row = next(row for row in page.iter_rows(min_row=2) if row[0].value == "K10")
    cells = dict(zip(headings, row, strict=True))
    for heading, day in (
        ("Från", "2027-10-01"),
        ("Delar senast", "2027-09-27"),
        ("Lagfrist", "2027-10-31"),
    ):
        assert isinstance(cells[heading].value, date)
        assert str(cells[heading].value).startswith(day)
        assert cells[heading].number_format == "yyyy-mm-dd"
    assert cells["Arbetsdagar kvar"].value == -1


@pytest.mark.parametrize("text", ["=1+1", "+46", "-1", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_what_begins_like_a_formula_is_text(year: YearSheet, text: str) -> None:
    limit = LimitPlan("x", text, None, *(date(2027, 10, 31),) * 3)
    book = opened(changed(year, "skattesats-forslag", title=text, advice=text, limit=limit))
    found = [c for page in book for row in page.iter_rows() for c in row if c.value == text]
    assert len(found) >= 3
    assert {cell.data_type for cell in found} == {"s"}


def test_the_overview_counts_as_the_sheet_does(year: YearSheet) -> None:
    rows = {row[0].value: row[1].value for row in opened(year)["Översikt"].iter_rows()}
    assert {tone.value: number for tone, number in year.counts()}.items() <= rows.items()
    assert rows["alla"] == len(year.lines)
