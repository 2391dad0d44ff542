"""The year in words for paper, sheet and page: the same rows whichever of them prints them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from notifications.wording import enumerated, long_day
from views.sheet import MeetingTick, StepLine, YearSheet
from views.step_dates import day_words, link_day, span_words
from views.tone_styles import LOOKS


@dataclass(frozen=True, slots=True)
class ReportStep:
    """A step, its dates in words. Empty where there is none."""

    line: StepLine
    sign: str
    window: str
    due: str
    meeting_day: str
    decisions: tuple[str, ...]
    limit: str
    citation: str
    deadline: str
    days_left: str


@dataclass(frozen=True, slots=True)
class ReportTask:
    """Something that somebody should do: the step, why, by when, and what."""

    line: StepLine
    why: str
    awaited: str
    """Who, or where that is another step its state."""
    deadline: str
    advice: str


@dataclass(frozen=True, slots=True)
class ReportDecision:
    line: StepLine
    day: date
    when: str
    body: str
    outcome: str
    paragraph: str
    diarienummer: str
    stands: bool


@dataclass(frozen=True, slots=True)
class YearReport:
    sheet: YearSheet
    title: str
    day: str
    steps: tuple[ReportStep, ...]
    care: tuple[ReportTask, ...]
    """What is late, at risk or to be reconsidered, the gravest first."""
    waiting: tuple[ReportTask, ...]
    """What else somebody is to do now, the nearest first."""
    decisions: tuple[ReportDecision, ...]
    meetings: tuple[tuple[str, str, str], ...]
    """Those ahead in which something is to be decided: day, body, steps."""
    remarks: tuple[str, ...]


def report_of(sheet: YearSheet) -> YearReport:
    decisions = [row for line in sheet.lines for row in _decisions(sheet, line)]
    return YearReport(
        sheet=sheet,
        title=f"{sheet.plan_name}: årets läge",
        day=long_day(sheet.today),
        steps=tuple(_step(sheet, line) for line in sheet.shown),
        care=tuple(_task(sheet, line) for line in sheet.care),
        waiting=tuple(_task(sheet, line) for line in _waiting(sheet)),
        decisions=tuple(sorted(decisions, key=lambda row: row.day)),
        meetings=tuple(_meeting(sheet, tick) for tick in sheet.meetings if _is_ahead(sheet, tick)),
        remarks=tuple(remarks(sheet)),
    )


def _waiting(sheet: YearSheet) -> list[StepLine]:
    """The open steps in which somebody is to do something and nothing is wrong, the nearest first."""
    is_open = [line for line in sheet.lines if line.opened_on and not line.completed_on]
    waiting = [line for line in is_open if line.deadline and not line.needs_care]
    return sorted(waiting, key=lambda one: one.deadline or one.due)


def _is_ahead(sheet: YearSheet, tick: MeetingTick) -> bool:
    """Whether something is to be decided in it that has not been."""
    return tick.day >= sheet.today and bool(tick.steps)


def remarks(sheet: YearSheet) -> Iterator[str]:
    """What the reader must know of the year as a whole."""
    if sheet.exercise:
        yield "Övning: dagen är inte dagens datum."
    if sheet.example:
        yield "Sammanträdena är påhittade exempel."
    yield from sheet.gaps
    if sheet.vacant:
        yield f"Roller utan innehavare: {enumerated(sheet.vacant)}."
    if sheet.unsent:
        yield f"{sheet.unsent} mejl gick inte att skicka."
    if sheet.resting:
        names = enumerated(line.title for line in sheet.resting)
        yield f"Görs inte som det ser ut nu: {names}."


def days_left_words(days: int | None) -> str:
    """`4`, `−3`: working days; empty where nothing is awaited."""
    return "" if days is None else str(days).replace("-", "−")


def _step(sheet: YearSheet, line: StepLine) -> ReportStep:
    return ReportStep(
        line=line,
        sign=LOOKS[line.tone].sign,
        window=span_words(sheet, line.window_start, line.window_end),
        due=day_words(sheet, line.due),
        meeting_day=day_words(sheet, line.meeting_day) if line.meeting_day else "",
        decisions=tuple(link_day(sheet, link) for link in line.links),
        limit=day_words(sheet, line.limit.last_day) if line.limit else "",
        citation=line.limit.citation if line.limit else "",
        deadline=day_words(sheet, line.deadline) if line.deadline else "",
        days_left=days_left_words(line.days_left),
    )


def _task(sheet: YearSheet, line: StepLine) -> ReportTask:
    return ReportTask(
        line=line,
        why=" ".join(filter(None, (str(line.sentence), line.risk))),
        awaited="; ".join(line.awaited) or line.label,
        deadline=day_words(sheet, line.deadline) if line.deadline else "",
        advice=str(line.advice),
    )


def _decisions(sheet: YearSheet, line: StepLine) -> Iterator[ReportDecision]:
    standing = {(link.body, link.decided_on) for link in line.links if link.decided_on}
    for decision in line.valid_decisions:
        yield ReportDecision(
            line,
            decision.day,
            day_words(sheet, decision.day),
            decision.body,
            decision.outcome.label,
            decision.said.paragraph,
            line.diarienummer or "",
            (decision.body, decision.day) in standing,
        )


def _meeting(sheet: YearSheet, tick: MeetingTick) -> tuple[str, str, str]:
    names = [f"{line.id} {line.title}" for line in sheet.lines if line.slug in tick.steps]
    return day_words(sheet, tick.day), tick.body, ", ".join(names)
