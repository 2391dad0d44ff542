"""Meetings written as people write them, so that reading can be held against what was meant."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from openpyxl import Workbook

from models.plan import Meeting

MONTHS = ["jan", "feb", "mars", "april", "maj", "juni", "juli", "aug", "sept", "okt", "nov", "dec"]


def marks(meetings: Sequence[Meeting], meeting: Meeting) -> str:
    """`*` for if needed, `**` for another weekday than the body's usual one."""
    days = Counter(m.day.weekday() for m in meetings if m.body == meeting.body)
    ((usual, count),) = days.most_common(1)
    other = count * 2 > days.total() and meeting.day.weekday() != usual
    return ("*" if meeting.if_needed else "") + ("**" if other else "")


def write_csv(path: Path, meetings: Sequence[Meeting]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Datum", "Instans"])
        for m in meetings:
            writer.writerow([f"{m.day.day}/{m.day.month} {m.day.year}{marks(meetings, m)}", m.body])
    return path


def grid(meetings: Sequence[Meeting]) -> list[list[str]]:
    cells: dict[str, list[list[str]]] = defaultdict(lambda: [[] for _ in MONTHS])
    for m in meetings:
        cells[str(m.body)][m.day.month - 1].append(f"{m.day.day}{marks(meetings, m)}")
    rows = [[body, *(", ".join(days) or "-" for days in months)] for body, months in cells.items()]
    return [["Instans", *MONTHS], *rows]


def write_grid(path: Path, meetings: Sequence[Meeting], year: int) -> Path:
    out = StringIO(newline="")
    csv.writer(out).writerows([[f"Sammanträdesplan {year}"], *grid(meetings)])
    path.write_text(out.getvalue(), encoding="utf-8")
    return path


def write_excel(path: Path, rows: Sequence[Sequence[object]], title: str = "Plan") -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    book.close()
    return path


def write_toml(path: Path, meetings: Sequence[Meeting], year: int) -> Path:
    tables: dict[str, dict[str, list[date]]] = {
        name: defaultdict(list) for name in ("sammantraden", "vid_behov", "annan_veckodag")
    }
    for m in meetings:
        tables["vid_behov" if m.if_needed else "sammantraden"][str(m.body)].append(m.day)
        if marks(meetings, m).endswith("**"):
            tables["annan_veckodag"][str(m.body)].append(m.day)
    text = f"ar = {year}\n"
    for name, bodies in tables.items():
        text += f"[{name}]\n"
        text += "".join(
            f"{body} = [{', '.join(map(str, days))}]\n" for body, days in bodies.items()
        )
    path.write_text(text)
    return path


def event(summary: str, start: date, **properties: object) -> Event:
    made = Event()
    made.add("uid", f"{summary}{start}")
    made.add("dtstamp", datetime(2026, 11, 1, tzinfo=ZoneInfo("UTC")))
    made.add("summary", summary)
    made.add("dtstart", start)
    for name, value in properties.items():
        made.add(name.replace("_", "-"), value)
    return made


def write_events(path: Path, events: Sequence[Event]) -> Path:
    calendar = Calendar()
    calendar.add("prodid", "-//lillby//")
    calendar.add("version", "2.0")
    for one in events:
        calendar.add_component(one)
    path.write_bytes(calendar.to_ical())
    return path


def write_ics(path: Path, meetings: Sequence[Meeting]) -> Path:
    at = time(13, tzinfo=ZoneInfo("Europe/Stockholm"))
    return write_events(
        path,
        [
            event(f"{m.body} {marks(meetings, m)}".strip(), datetime.combine(m.day, at))
            for m in meetings
        ],
    )
