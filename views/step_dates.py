"""A step's dates as every view names them: in words for people, as ISO days for programs. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from notifications.wording import short_day
from views.sheet import LinkLine, StepLine, YearSheet


def day_words(sheet: YearSheet, day: date) -> str:
    """`29 november`, with the year where it is another than the one that is planned in."""
    return short_day(day) if day.year == sheet.planning_year else f"{short_day(day)} {day.year}"


def span_words(sheet: YearSheet, first: date, last: date) -> str:
    """`1–31 oktober`, `1 september–30 november`."""
    if first == last:
        return day_words(sheet, first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day_words(sheet, last)}"
    if first.year == last.year:
        return f"{short_day(first)}–{day_words(sheet, last)}"
    return f"{short_day(first)} {first.year}–{short_day(last)} {last.year}"


def link_day(sheet: YearSheet, link: LinkLine) -> str:
    """`KS 18 oktober`."""
    return f"{link.body} {day_words(sheet, link.day) if link.day else 'utan dag'}"


def link_words(sheet: YearSheet, link: LinkLine) -> str:
    """The same, with what was decided."""
    told = link_day(sheet, link)
    return f"{told}: {link.outcome}" if link.decided_on else told


def facts(sheet: YearSheet, line: StepLine) -> Iterator[tuple[str, str]]:
    """Each date of the step with its name, in order."""
    yield "Tid", span_words(sheet, line.window_start, line.window_end)
    yield "Delar senast", day_words(sheet, line.due)
    if line.meeting_day:
        yield "Mötesdag", day_words(sheet, line.meeting_day)
    if line.links:
        yield "Beslut", ", ".join(link_words(sheet, link) for link in line.links)
    if line.limit:
        yield "Lagfrist", f"{day_words(sheet, line.limit.last_day)} ({line.limit.citation})"


def fact_line(sheet: YearSheet, line: StepLine) -> str:
    """All of them in one line."""
    return ". ".join(f"{name}: {value}" for name, value in facts(sheet, line))


def day_attributes(line: StepLine) -> dict[str, str | None]:
    """The dates as `data-` attributes, the same in every drawing and page."""
    return {
        "data_steg": line.slug,
        "data_fran": line.window_start.isoformat(),
        "data_till": line.window_end.isoformat(),
        "data_oppnas": line.opens.isoformat(),
        "data_senast": line.due.isoformat(),
        "data_motesdag": line.meeting_day.isoformat() if line.meeting_day else None,
        "data_beslut": " ".join(f"{link.body}={link.day or ''}" for link in line.links) or None,
        "data_lagfrist": line.limit.last_day.isoformat() if line.limit else None,
    }


def process_name(slug: str) -> str:
    """What a process is called; a definition has only its slug."""
    known = {"uppfoljning": "Uppföljning", "skyldighet": "Skyldigheter", "arshjul": "KF:s årshjul"}
    return known.get(slug, slug.replace("-", " ").capitalize())


def by_process(lines: tuple[StepLine, ...]) -> dict[str, list[StepLine]]:
    """The steps of each process, the processes by their first step."""
    found: dict[str, list[StepLine]] = {}
    for line in lines:
        found.setdefault(line.step.process, []).append(line)
    return found
