"""One definition, one truth: whatever shows a step shows the same days for it.

Each renderer below is read as its readers do, and must give the days that the plan gives: of the three
municipalities as planned, of Orsa with KF moved a week, and of a year that has been run. Another renderer
is another function in READERS.
"""

from __future__ import annotations

import email
import email.policy
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from html.parser import HTMLParser
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pytest
from icalendar import Calendar
from openpyxl import load_workbook

from calendars.definition import load_definition
from cli.console import Console
from cli.gantt_table import print_gantt
from cli.tables import print_status
from flows.ui.pages import Places, year_pages
from models.points import MONTHS
from tasks.calendars.feed import calendar_of
from tasks.reading import rehearsal, year_sheets
from tests.hands import move_meeting
from tests.tasks.conftest import empty_database as empty_database
from tests.tasks.conftest import make_town as make_town
from tests.tasks.played import play
from tests.tasks.town import Town
from tests.views.sheets import DEFINITIONS
from views.gantt import gantt_svg
from views.html import public_html, report_html
from views.report import report_of
from views.sheet import StepLine, YearSheet
from views.typesetting import _plain
from views.wheel import wheel_svg
from views.workbook import workbook


class Days(NamedTuple):
    """What a renderer shows of a step; None for what it does not show."""

    window: tuple[str, str] | None = None
    opens: str | None = None
    due: str | None = None
    bodies: tuple[tuple[str, str], ...] | None = None
    """Body and day, in order."""
    meeting_day: str | None = None
    limit: str | None = None
    deadline: str | None = None


def truth(line: StepLine) -> Days:
    return Days(
        (str(line.window_start), str(line.window_end)),
        str(line.opens),
        str(line.due),
        tuple((link.body, str(link.day or "")) for link in line.links),
        str(line.meeting_day or ""),
        str(line.limit.last_day) if line.limit else "",
        str(line.deadline or ""),
    )


Read = Mapping[str, Days]


# --- What people write, as days ---


def day_of(words: str, year: int) -> str:
    """`29 november`, `19 januari 2028`."""
    number, month, *own = words.split()
    return str(date(int(own[0]) if own else year, MONTHS.index(month) + 1, int(number)))


def span_of(words: str, year: int) -> tuple[str, str]:
    """`1–31 oktober`, `1 november 2026–31 januari 2027`."""
    first, _, last = words.partition("–")
    if not last:
        return day_of(first, year), day_of(first, year)
    end = day_of(last, year)
    if " " not in first:
        return f"{end[:8]}{int(first):02}", end
    return day_of(first, int(end[:4])), end


def bodies_of(words: str, year: int) -> tuple[tuple[str, str], ...]:
    """`SU 5 oktober, KS 18 oktober`."""
    return tuple(
        (body, "" if rest == "utan dag" else day_of(rest, year))
        for body, _, rest in (one.partition(" ") for one in re.split(", |; ", words) if one)
    )


# --- The readers ---


def data_of(attributes: Mapping[str, str | None]) -> Days:
    chain = (one.partition("=") for one in (attributes.get("data-beslut") or "").split())
    return Days(
        (attributes["data-fran"] or "", attributes["data-till"] or ""),
        attributes["data-oppnas"],
        attributes["data-senast"],
        tuple((body, day) for body, _, day in chain),
        attributes.get("data-motesdag") or "",
        attributes.get("data-lagfrist") or "",
    )


def facts_of(told: str, year: int) -> Days:
    """`Tid: 1–31 oktober. Delar senast: 11 oktober. Beslut: KS 18 oktober. Lagfrist: …`"""

    def of(name: str) -> str:
        found = re.search(rf"{name}: (.*?)(?:\.(?: |$)| \()", told)
        return re.sub(r": [^,;]+", "", found[1]) if found else ""

    meeting, limit = of("Mötesdag"), of("Lagfrist")
    return Days(
        span_of(of("Tid"), year),
        None,
        day_of(of("Delar senast"), year),
        bodies_of(of("Beslut"), year),
        day_of(meeting, year) if meeting else "",
        day_of(limit, year) if limit else "",
    )


def drawing(draw: Callable[[YearSheet], str]) -> Callable[[YearSheet, Town], Read]:
    """The attributes, and what one reads by pointing at the step, in agreement."""

    def read(sheet: YearSheet, _: Town) -> Read:
        svg = "{http://www.w3.org/2000/svg}"
        found = {}
        for group in ElementTree.fromstring(draw(sheet)).iter(f"{svg}g"):  # noqa: S314 - ours
            if group.get("class") != "steg":
                continue
            days = data_of(group.attrib)
            title = group.findtext(f"{svg}title")
            if title is not None:
                told = facts_of(title, sheet.planning_year)
                assert told == days._replace(opens=None)
            found[str(group.get("data-steg"))] = days
        return found

    return read


class _Rows(HTMLParser):
    """The rows of a page's table that stand for a step: their attributes and cells by heading."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[dict[str, str | None], dict[str, str]]] = []
        self._cell: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "tr":
            self._cell = None
            if "data-steg" in given:
                self.rows.append((given, {}))
        elif tag in ("td", "th") and self.rows:
            self._cell = given.get("data-rubrik") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "table"):
            self._cell = None

    def handle_data(self, text: str) -> None:
        if self._cell is not None:
            cells = self.rows[-1][1]
            cells[self._cell] = cells.get(self._cell, "") + text


def page(make: Callable[[YearSheet], str]) -> Callable[[YearSheet, Town], Read]:
    """The attributes of each row, and its cells as people read them, in agreement."""

    def read(sheet: YearSheet, _: Town) -> Read:
        rows = _Rows()
        rows.feed(make(sheet))
        found = {}
        for given, cells in rows.rows:
            days, year = data_of(given), sheet.planning_year
            assert span_of(cells["Tid"], year) == days.window
            if "Delar senast" in cells:
                assert day_of(cells["Delar senast"], year) == days.due
                if days.bodies:
                    assert bodies_of(cells["Beslut"], year) == days.bodies
            limit = cells.get("Lagfrist", cells.get("Senast enligt lag", "")).partition(" (")[0]
            assert (day_of(limit, year) if limit else "") == days.limit
            found[str(given["data-steg"])] = days
        return found

    return read


def excel(sheet: YearSheet, _: Town) -> Read:
    rows = load_workbook(BytesIO(workbook(report_of(sheet))))["Steg"].iter_rows(values_only=True)
    headings = next(rows)
    found = {}
    for row in rows:
        cells = {str(name): str(value or "") for name, value in zip(headings, row, strict=True)}
        day = {name: value[:10] for name, value in cells.items()}
        chain = (one.partition(" ") for one in cells["Beslutas"].split(", ") if one)
        found[cells["I kommandon"]] = Days(
            (day["Från"], day["Till"]),
            day["Öppnas"],
            day["Delar senast"],
            tuple((body, "" if on == "utan dag" else on) for body, _, on in chain),
            day["Mötesdag"],
            day["Lagfrist"],
            day["Nästa sista dag"],
        )
    return found


def pdf_rows(sheet: YearSheet, _: Town) -> Read:
    rows = json.loads(json.dumps(_plain(report_of(sheet))["steg"]))
    found = {}
    for line, row in zip(sheet.shown, rows, strict=True):
        name, title, span, due, bodies, limit, _label = row
        assert (name, title) == (line.id, line.title)
        year = sheet.planning_year
        found[line.slug] = Days(
            span_of(span, year),
            None,
            None if line.meeting_day else day_of(due, year),
            bodies_of(bodies, year),
            day_of(due, year) if line.meeting_day else None,
            day_of(limit.partition(" (")[0], year) if limit else "",
        )
    return found


def status_json(sheet: YearSheet, _: Town) -> Read:
    year = sheet.as_json()
    return {
        step["slug"]: Days(
            (step["fran"], step["till"]),
            limit=step["lagfrist"] or "",
            deadline="" if step["vilar"] else step["deadline"] or "",
        )
        for step in year["steg"]
    }


def status_table(sheet: YearSheet, _: Town) -> Read:
    console = Console(file=StringIO(), width=220, force_terminal=False)
    print_status(console, [sheet], exercise=False, dormant=True)
    assert isinstance(console.file, StringIO)
    found = {}
    for line in sheet.lines:
        [row] = [
            one
            for one in console.file.getvalue().splitlines()
            if one.rstrip().endswith(f" {line.slug}")
        ]
        # what stands beside the title: the next day to act by, and the limit
        days = re.findall(r"\d{4}-\d\d-\d\d", row.partition(line.label)[2] or row)
        limit = days[-1] if line.limit else ""
        found[line.slug] = Days(
            limit=limit, deadline=days[0] if line.deadline and line.opened_on else None
        )
    return found


def rehearsed(sheet: YearSheet, town: Town) -> Read:
    """What no meeting moves: the rehearsal is of the directory, where nothing has been moved."""
    year = rehearsal(town.settings, sheet.budget_year, sheet.today).as_json()
    known = {
        line.slug for line in sheet.lines
    }  # what a coming KF will raise is in the rehearsal alone
    return {
        step["slug"]: Days((step["fran"], step["till"]))
        for step in year["steg"]
        if step["slug"] in known
    }


def terminal_chart(sheet: YearSheet, _: Town) -> Read:
    console = Console(file=StringIO(), width=260, force_terminal=False)
    print_gantt(console, sheet)
    assert isinstance(console.file, StringIO)
    rows = console.file.getvalue().splitlines()
    found = {}
    for line in sheet.shown:
        [row] = [one for one in rows if one.startswith(f"{line.id:<5} {line.title[:20]}")]
        told, year = row.rpartition("  ")[2], sheet.planning_year
        if line.links:
            found[line.slug] = Days(bodies=bodies_of(told, year))
        elif line.meeting_day:
            found[line.slug] = Days(meeting_day=day_of(told, year))
        else:
            found[line.slug] = Days(due=day_of(told.removeprefix("senast "), year))
    return found


def in_calendars(events: Iterable[Any], sheet: YearSheet) -> Read:
    """What the entries of one calendar, or of many mails, say of each step."""
    titles = {line.title: line.slug for line in sheet.lines}
    bodies = {link.body for line in sheet.lines for link in line.links}
    due, own = dict[str, set[str]](), dict[str, str]()
    chains: dict[str, set[tuple[str, str]]] = {}
    for event in events:
        what, day = (
            str(event["SUMMARY"]).removesuffix(f" · {sheet.plan_name}"),
            str(event["DTSTART"].dt),
        )
        kind, _, title = what.partition(": ")
        if kind == "Sista dag":
            due.setdefault(titles[title.rpartition(" (")[0]], set()).add(day)
        elif kind in bodies:
            chains.setdefault(titles[title], set()).add((kind, day))
        elif not kind.startswith("Registrera beslutet"):
            own[titles[what]] = day
    found = {}
    for slug in {*due, *own, *chains}:
        links = [(link.body, str(link.day or "")) for link in sheet[slug].links]
        shown = chains.get(slug)
        # those that are over are not sent anew; what is shown is in the plan, and nothing else
        found[slug] = Days(
            due=" ".join(sorted(due[slug])) if slug in due else None,
            bodies=None
            if shown is None
            else tuple(links if shown <= set(links) else sorted(shown)),
            meeting_day=own.get(slug),
        )
    return found


def mails(sheet: YearSheet, town: Town) -> Read:
    """Each entry as the newest mail with it left it; the mail's text must say the day as well."""
    newest: dict[str, Any] = {}
    for mail in town.mails():
        message = email.message_from_bytes(mail.content, policy=email.policy.default)
        body = message.get_body(("plain",))
        assert body is not None
        text = " ".join(str(body.get_content()).split())
        for part in message.walk():
            if part.get_content_type() != "text/calendar":
                continue
            for event in entries(part.get_payload(decode=True)):
                day: date = event["DTSTART"].dt
                assert f"{day.day} {MONTHS[day.month - 1]}" in text or str(day) in text, (
                    mail.subject
                )
                uid = str(event["UID"])
                known = newest.get(uid)
                if known is None or event["SEQUENCE"] > known["SEQUENCE"]:
                    newest[uid] = event
    return in_calendars([e for e in newest.values() if e["STATUS"] != "CANCELLED"], sheet)


def feeds(sheet: YearSheet, town: Town) -> Read:
    """Every role's and every body's calendar, as a subscriber or `kommunplan ics` has it."""
    definition = load_definition(town.settings.definition)
    roles = {str(key) for line in sheet.lines for key in definition.tasks_of(line.step)}
    bodies = {link.body for line in sheet.lines for link in line.links}
    events = {
        str(event["UID"]): event
        for whose in sorted(roles | bodies)
        for event in entries(calendar_of(town.database, town.settings, whose, sheet.today))
    }
    return in_calendars(events.values(), sheet)


def entries(payload: object) -> Any:
    """The calendar entries, whose values have types of their own."""
    assert isinstance(payload, bytes)
    return Calendar.from_ical(payload).walk("VEVENT")


def artifacts(sheet: YearSheet, _: Town) -> Read:
    """The table of the year in Prefect, with what each row says in its cells."""
    [table] = [page for page in year_pages(sheet, Places()) if page.key.startswith("aret-")]
    found = {}
    for row in table.text.splitlines():
        if "/steg-" not in row:
            continue
        step, _state, day, limit, *_rest = [cell.strip() for cell in row.strip("|").split("|")]
        [slug] = re.findall(rf"/steg-([a-z0-9-]+)-{sheet.budget_year}\)", step)
        window = re.findall(r"\d{4}-\d\d-\d\d", step.partition("<br>")[2])
        is_over = sheet[slug].completed_on is not None
        found[slug] = Days(
            (window[0], window[1]),
            limit=limit.partition("<br>")[0],
            deadline=None if is_over else day.partition("<br>")[0],
        )
    return found


READERS: dict[str, Callable[[YearSheet, Town], Read]] = {
    "wheel": drawing(wheel_svg),
    "gantt": drawing(gantt_svg),
    "report": page(lambda sheet: report_html(report_of(sheet))),
    "page": page(public_html),
    "pdf": pdf_rows,
    "excel": excel,
    "chart in the terminal": terminal_chart,
    "status --json": status_json,
    "status": status_table,
    "rehearsal": rehearsed,
    "mails and their .ics": mails,
    "calendars to subscribe to": feeds,
    "Prefect's page": artifacts,
}


# --- The years ---


def started(town: Town) -> None:
    town.on("2027-01-04").start_year(2028)


def moved(town: Town) -> None:
    """KF in November a week earlier, and KS in October a week later: everything that rests on them moves."""
    started(town)
    for body, before, after in (
        ("KF", "2027-11-29", "2027-11-22"),
        ("KS", "2027-10-18", "2027-10-25"),
    ):
        move_meeting(
            town.on("2027-01-05"),
            body,
            date.fromisoformat(before),
            date.fromisoformat(after),
            by="Petra",
            reason="Lokalen är upptagen",
        )


def run(town: Town) -> None:
    """Until April, with a step late and others decided."""
    play(town, until=date(2027, 4, 20), late=["planeringsforutsattningar"])


YEARS = {
    **{name: (directory, started, "2027-01-04") for name, directory in DEFINITIONS.items()},
    "a moved meeting": (DEFINITIONS["orsa"], moved, "2027-01-05"),
    "a year that has been run": (DEFINITIONS["orsa"], run, "2027-04-20"),
}


@pytest.fixture(scope="module", params=YEARS)
def year(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[YearSheet, Town]]:
    directory, happen, day = YEARS[request.param]
    assert isinstance(directory, Path)
    town = Town(tmp_path_factory.mktemp("year"), definition=directory)
    happen(town)
    yield year_sheets(town.database, date.fromisoformat(day), 2028)[0], town
    town.close()


def is_ahead(line: StepLine) -> bool:
    starts = line.step.starts
    return line.completed_on is None and not (starts and starts.missing_by)


@pytest.mark.parametrize("reader", READERS)
def test_the_days_of_every_step_are_the_same_wherever_they_stand(
    year: tuple[YearSheet, Town], reader: str
) -> None:
    sheet, town = year
    read = READERS[reader](sheet, town)
    if "mails" in reader:  # about what is open; a later mail may take away what is done
        opened = {line.slug for line in sheet.lines if line.opened_on}
        assert opened >= set(read) >= {slug for slug in opened if not sheet[slug].completed_on}
    elif "calendars" in reader:  # what is done, or only a failure would start, is not in them
        assert set(read) >= {line.slug for line in sheet.shown if is_ahead(line)}
    else:
        assert set(read) >= {line.slug for line in sheet.shown}
    for slug, days in read.items():
        expected = truth(sheet[slug])
        shown = {name: value for name, value in days._asdict().items() if value is not None}
        assert shown == {name: getattr(expected, name) for name in shown}, slug


def test_a_moved_meeting_is_seen_to_have_moved(tmp_path: Path) -> None:
    """Else all of the above could agree on the days that were."""
    town = Town(tmp_path)
    moved(town)
    sheet = year_sheets(town.database, date(2027, 1, 5), 2028)[0]
    for name, reader in READERS.items():
        bodies = reader(sheet, town).get("kommunplan-kf", Days()).bodies
        if bodies is not None:
            assert bodies == (("KF", "2027-11-22"),), name
    town.close()
