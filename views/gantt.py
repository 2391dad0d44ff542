"""The year as a Gantt chart: a row for each step, by process, over the months that any step touches.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from models.points import MONTHS
from notifications.wording import long_day
from views.labels import as_sentence
from views.sheet import StepLine, YearSheet
from views.step_dates import (
    by_process,
    day_attributes,
    day_words,
    fact_line,
    link_day,
    process_name,
    span_words,
)
from views.svg import label, picture, shortened, tag, width_of, words
from views.tone_styles import LOOKS, TODAY, limit_wall, paint, patterns, swatches

WIDTH = 900
LEFT, RIGHT = 300, 890
"""Where the months begin and end."""
ROW, HEADING = 34, 26
NAME = "gantt"


@dataclass(frozen=True, slots=True)
class Scale:
    first: date
    end: date
    """The day after the last."""

    def x(self, day: date) -> float:
        return LEFT + (RIGHT - LEFT) * (day - self.first).days / (self.end - self.first).days

    def noon(self, day: date) -> float:
        """The middle of the day, where its mark stands."""
        return (self.x(day) + self.x(day + timedelta(days=1))) / 2

    def months(self) -> Iterator[tuple[date, date]]:
        first = self.first
        while first < self.end:
            after = (first + timedelta(days=31)).replace(day=1)
            yield first, after
            first = after


def gantt_svg(sheet: YearSheet) -> str:
    """The chart as a whole SVG document, 900 wide."""
    scale = Scale(sheet.first_month, (sheet.last_month + timedelta(days=31)).replace(day=1))
    legend, legend_height = _legend(sheet, 20.0, 80.0)
    top = 80 + legend_height + 48
    groups = by_process(sheet.shown)
    bottom = top + HEADING * len(groups) + ROW * len(sheet.shown)
    rows: list[str] = []
    y = top
    for process, lines in groups.items():
        rows.append(tag("rect", x=0, y=y + 2, width=WIDTH, height=HEADING - 4, fill="#e6eaee"))
        rows.append(label(process_name(process), 20, y + 18, 13, font_weight="bold"))
        y += HEADING
        for line in lines:
            rows.append(_row(sheet, scale, line, y))
            y += ROW
    span = span_words(sheet, sheet.first_month, scale.end - timedelta(days=1))
    return picture(
        NAME,
        WIDTH,
        bottom + 12.0,
        f"Gantt-schema för {sheet.plan_name}, {sheet.municipality}",
        f"{long_day(sheet.today).capitalize()}: {sheet.headline}. En rad för varje steg, {span}. "
        "Tabellen har samma uppgifter.",
        patterns(NAME),
        label(f"{sheet.plan_name}: tidplan", 20, 32, 22, font_weight="bold"),
        label(f"{sheet.municipality}, {long_day(sheet.today)}. {sheet.headline}.", 20, 54, 13),
        legend,
        *_months(scale, top, bottom),
        *_today(sheet, scale, top, bottom),
        *rows,
    )


def _legend(sheet: YearSheet, x: float, y: float) -> tuple[str, float]:
    tones = [tone for tone, _ in sheet.counts() if any(tone is one.tone for one in sheet.shown)]
    legend, height = swatches(NAME, tones, x, y, WIDTH - 20)
    top = y + height
    marks = tag(
        "g",
        _due(x + 8, top - 10),
        label("delar senast", x + 20, top),
        _meeting(x + 138, top - 4, decided=False),
        label("beslut tas", x + 150, top),
        _meeting(x + 248, top - 4, decided=True),
        label("beslutat", x + 260, top),
        _limit(x + 348, top - 4),
        label("lagfrist", x + 360, top),
        tag("path", d=f"M{x + 444:.2f} {top - 11:.2f}v14", stroke=TODAY, stroke_width=2),
        label("i dag", x + 452, top),
    )
    return legend + marks, height + 10


def _months(scale: Scale, top: float, bottom: float) -> Iterator[str]:
    for number, (first, after) in enumerate(scale.months()):
        x, wide = scale.x(first), scale.x(after) - scale.x(first)
        if number % 2:
            yield tag("rect", x=x, y=top - 18, width=wide, height=bottom - top + 18, fill="#f5f6f8")
        yield tag(
            "path", d=f"M{x:.2f} {top - 18:.2f}V{bottom:.2f}", stroke="#c4c9ce", stroke_width=1
        )
        name = MONTHS[first.month - 1][:3]
        yield label(name, x + wide / 2, top - 5, text_anchor="middle", font_weight="bold")
        if number == 0 or first.month == 1:
            yield label(str(first.year), x + 2, top - 21, font_weight="bold")
            yield tag("path", d=f"M{x:.2f} {top - 32:.2f}V{bottom:.2f}", stroke="#767676")


def _row(sheet: YearSheet, scale: Scale, line: StepLine, y: float) -> str:
    look = LOOKS[line.tone]
    heading = shortened(f"{look.sign} {line.id} {line.title}".strip(), 12, LEFT - 26)
    start, end = scale.x(line.first_day), scale.x(line.last_day + timedelta(days=1))
    return tag(
        "g",
        tag(
            "title",
            words(f"{line.id} {line.title}: {as_sentence(line.label)} {fact_line(sheet, line)}."),
        ),
        tag("path", d=f"M0 {y + ROW:.2f}H{WIDTH}", stroke="#c4c9ce", stroke_width=0.6),
        label(heading, 20, y + 15),
        label(shortened(line.label, 11.5, LEFT - 26), 20, y + 29, 11.5, fill="#4d4d4d"),
        paint(NAME, look, "rect", x=start, y=y + 5, width=max(end - start, 3), height=11, rx=2),
        tag("g", _due(scale.noon(line.due), y + 3), data_dag=line.due, class_="senast"),
        *(
            tag(
                "g",
                _meeting(scale.noon(link.day), y + 10.5, decided=link.decided_on is not None),
                data_dag=link.day,
                data_instans=link.body,
                class_="beslut",
            )
            for link in line.links
            if link.day
        ),
        _limit_mark(scale, line, y + 10.5),
        _told(sheet, line, start, end, y + 29),
        class_="steg",
        **day_attributes(line),
    )


def _told(sheet: YearSheet, line: StepLine, start: float, end: float, y: float) -> str:
    """The days in words below the bar, within the chart."""
    days = [link_day(sheet, link) for link in line.links]
    if not days:
        word = "mötesdag" if line.meeting_day else "senast"
        days = [f"{word} {day_words(sheet, line.meeting_day or line.due)}"]
    text = ", ".join(days)
    wide = width_of(text, 11.5)
    x = min(start, RIGHT - wide)
    if x >= LEFT + 2:
        return label(text, x, y, 11.5, **_OVER)
    return label(text, LEFT + 2, y, 11.5, **_OVER)


_OVER = {"stroke": "#fff", "stroke_width": 3, "stroke_linejoin": "round", "paint_order": "stroke"}


def _due(x: float, y: float) -> str:
    return tag("path", d=f"M{x - 5:.2f} {y:.2f}h10l-5 8Z", fill="#1a1a1a", stroke="#fff")


def _meeting(x: float, y: float, *, decided: bool) -> str:
    fill = "#1a1a1a" if decided else "#fff"
    return tag(
        "circle",
        cx=x,
        cy=y,
        r=4,
        fill=fill,
        stroke="#1a1a1a" if not decided else "#fff",
        stroke_width=1.8 if not decided else 1,
    )


def _limit(x: float, y: float) -> str:
    return limit_wall(f"M{x:.2f} {y - 9:.2f}v18")


def _limit_mark(scale: Scale, line: StepLine, y: float) -> str:
    if line.limit is None or not scale.first <= line.limit.last_day < scale.end:
        return ""
    day = line.limit.last_day
    return tag("g", _limit(scale.x(day + timedelta(days=1)), y), data_dag=day, class_="lagfrist")


def _today(sheet: YearSheet, scale: Scale, top: float, bottom: float) -> Iterator[str]:
    if not scale.first <= sheet.today < scale.end:
        return
    x = scale.noon(sheet.today)
    text = f"i dag {day_words(sheet, sheet.today)}"
    anchor = "end" if x + width_of(text, 12) > RIGHT else "start"
    yield tag(
        "g",
        tag("path", d=f"M{x:.2f} {top - 48:.2f}V{bottom:.2f}", stroke=TODAY, stroke_width=1.6),
        label(
            text,
            x + (4 if anchor == "start" else -4),
            top - 38,
            12,
            text_anchor=anchor,
            fill=TODAY,
            font_weight="bold",
            stroke="#fff",
            stroke_width=3,
            paint_order="stroke",
        ),
        class_="idag",
        data_dag=sheet.today,
    )
