"""The årshjul: the months of the year in which the plan is made, each step an arc, each sammanträde a tick.

Pure. What reaches beyond the year ends in a point; what lies wholly outside is listed under the wheel.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from models.points import MONTHS
from notifications.wording import long_day, short_day
from views.circle import Circle
from views.labels import as_sentence
from views.packing import packed
from views.sheet import MeetingTick, StepLine, YearSheet
from views.step_dates import (
    by_process,
    day_attributes,
    day_words,
    fact_line,
    process_name,
    span_words,
)
from views.step_list import legend_of_marks, step_list
from views.svg import label, picture, tag, width_of, words
from views.tone_styles import LOOKS, TODAY, limit_wall, paint, patterns, swatches

WIDTH = 900
TOP = 84
OUTER, HUB = 432, 84
MONTH_BAND = 25
NAME = "hjul"
LABEL = 12
SMALLEST = 11
"""Of an id in a year with many lanes: 7 points on A4."""
ON_TOP = {"stroke_width": 3, "stroke_linejoin": "round", "paint_order": "stroke"}
"""Of text: an edge in the colour behind it, so that nothing runs through it."""
SHORT = 17
"""Days: a shorter arc has its label beside it, where the inner lanes are narrow."""


@dataclass(frozen=True, slots=True)
class Arc:
    """A step with the days of it that lie within the year."""

    line: StepLine
    first: date
    last: date
    goes_back: bool
    goes_on: bool

    @property
    def short(self) -> bool:
        return (self.last - self.first).days < SHORT

    @property
    def label(self) -> str:
        return f"{LOOKS[self.line.tone].sign} {self.line.id}".strip()


def wheel_svg(sheet: YearSheet, *, listing: bool = True) -> str:
    """The wheel as a whole SVG document, 900 wide; with `listing`, every step in words beneath it."""
    circle = Circle(WIDTH / 2, TOP + OUTER, sheet.planning_year)
    arcs = [arc for line in sheet.shown if (arc := _arc(sheet, line))]
    outside = [line for line in sheet.shown if _arc(sheet, line) is None]
    y = TOP + 2 * OUTER + 28.0
    below, height = _below(sheet, arcs, outside, y, listing=listing)
    return picture(
        NAME,
        WIDTH,
        y + height,
        f"Årshjul för {sheet.plan_name}, {sheet.municipality}",
        f"{long_day(sheet.today).capitalize()}: {sheet.headline}. Månaderna går medurs från januari "
        "överst; varje steg är en båge, varje sammanträde ett streck. Tabellen har samma uppgifter.",
        patterns(NAME),
        label(
            f"{sheet.plan_name}: årshjulet {sheet.planning_year}", 20, 32, 22, font_weight="bold"
        ),
        label(f"{sheet.municipality}, {long_day(sheet.today)}. {_marks(sheet)}", 20, 54, 13),
        label(f"{sheet.headline}.", 20, 73, 13),
        *_grid(circle),
        *_ticks(sheet, circle),
        *_arcs(sheet, circle, arcs),
        *_today(sheet, circle),
        *_months(circle),
        *_hub(sheet, circle),
        below,
    )


def _marks(sheet: YearSheet) -> str:
    told = ((sheet.exercise, "Övning."), (sheet.example, "Sammanträdena är påhittade exempel."))
    return " ".join(text for on, text in told if on)


def _arc(sheet: YearSheet, line: StepLine) -> Arc | None:
    first, last = date(sheet.planning_year, 1, 1), date(sheet.planning_year, 12, 31)
    if line.last_day < first or line.first_day > last:
        return None
    return Arc(
        line,
        max(line.first_day, first),
        min(line.last_day, last),
        line.first_day < first,
        line.last_day > last,
    )


def _month_angles(circle: Circle) -> Iterator[tuple[int, float, float]]:
    for number in range(12):
        end = date(circle.year, number + 2, 1) if number < 11 else date(circle.year + 1, 1, 1)
        yield number, circle.angle(date(circle.year, number + 1, 1)), circle.angle(end)


def _grid(circle: Circle) -> Iterator[str]:
    inner = OUTER - MONTH_BAND
    for number, first, last in _month_angles(circle):
        fill = "#f5f6f8" if number % 2 else "#e6eaee"
        yield tag("path", d=circle.piece(first, last, inner, OUTER), fill=fill)
        yield tag(
            "path",
            d=circle.spoke(first, HUB, OUTER),
            stroke="#767676",
            stroke_width=0.6 if number else 1.6,
        )
    for radius in (inner, OUTER):
        yield tag("circle", cx=circle.x, cy=circle.y, r=radius, fill="none", stroke="#767676")


def _months(circle: Circle) -> Iterator[str]:
    """Their names, over the line of today."""
    for number, first, last in _month_angles(circle):
        yield tag(
            "text",
            words(MONTHS[number]),
            font_size=14,
            font_weight="bold",
            text_anchor="middle",
            dy="0.35em",
            **ON_TOP,
            stroke="#f5f6f8" if number % 2 else "#e6eaee",
            **circle.along((first + last) / 2, OUTER - MONTH_BAND / 2),
        )


# --- The sammanträden ---


def _own_ticks(sheet: YearSheet) -> list[MeetingTick]:
    return [tick for tick in sheet.meetings if tick.day.year == sheet.planning_year]


def _tick_words(tick: MeetingTick) -> str:
    return f"{tick.body} {tick.day.day}"


def _band(sheet: YearSheet) -> float:
    """How much room the sammanträden need between the months and the steps."""
    texts = [_tick_words(tick) for tick in _own_ticks(sheet)]
    return min(max((width_of(text, LABEL - 0.5, bold=True) for text in texts), default=30), 90) + 15


def _ticks(sheet: YearSheet, circle: Circle) -> Iterator[str]:
    ticks = _own_ticks(sheet)
    outer = OUTER - MONTH_BAND
    inner = outer - _band(sheet)
    yield tag("circle", cx=circle.x, cy=circle.y, r=inner, fill="none", stroke="#767676")
    middle = [circle.angle(tick.day) + 180 / 365 for tick in ticks]
    room = 13.5 / (inner + 14) * 57.3
    for tick, angle, place in zip(ticks, middle, spread(middle, room), strict=True):
        line = f"M{circle.at(angle, inner)}L{circle.at(angle, inner + 5)}L{circle.at(place, inner + 12)}"
        yield _tick(sheet, tick, line, circle.outward(place, inner + 14))


def _tick(sheet: YearSheet, tick: MeetingTick, line: str, place: dict[str, object]) -> str:
    """A meeting's line and its name; plain and dashed where no step rests on it."""
    steps = [one for one in sheet.shown if one.slug in tick.steps]
    told = "; ".join(f"{one.id} {one.title}" for one in steps) or "inget av stegen"
    ink, wide, dashes, weight = (
        ("#1a1a1a", 2, None, "bold") if steps else ("#595959", 1, "2 1.5", None)
    )
    return tag(
        "g",
        tag("title", words(f"{tick.body} {day_words(sheet, tick.day)}: {told}")),
        tag("path", d=line, fill="none", stroke=ink, stroke_width=wide, stroke_dasharray=dashes),
        tag(
            "text",
            words(_tick_words(tick)),
            font_size=LABEL - 0.5,
            dy="0.35em",
            font_weight=weight,
            fill=ink,
            **place,
        ),
        class_="mote",
        data_instans=tick.body,
        data_dag=tick.day,
    )


def spread(angles: Sequence[float], room: float) -> list[float]:
    """The angles, in order, with so much room between them, moved as little as may be; none goes past
    the year's ends."""
    count = len(angles)
    room = min(room, 360 / max(count, 1))
    # less the room of those before it, each needs only not to come before the last: what does shares
    # the middle of those it would pass
    shared: list[tuple[float, int]] = []
    for number, angle in enumerate(angles):
        shared.append((angle - number * room, 1))
        while len(shared) > 1 and shared[-2][0] > shared[-1][0]:
            (left, some), (right, more) = shared[-2:]
            shared[-2:] = [((left * some + right * more) / (some + more), some + more)]
    first, last = room / 2, 360 - room * (count - 0.5)
    places = [min(max(middle, first), last) for middle, some in shared for _ in range(some)]
    return [place + number * room for number, place in enumerate(places)]


# --- The steps ---


def _extent(sheet: YearSheet, arc: Arc) -> tuple[float, float]:
    """The days that the arc takes up, with its label and its marks."""
    new_year = date(sheet.planning_year, 1, 1)
    days = [arc.first, arc.last + timedelta(days=1)]
    if arc.line.limit and arc.line.limit.last_day.year == sheet.planning_year:
        days += [arc.line.limit.last_day + timedelta(days=margin) for margin in (-2, 3)]
    first, last = (float((day - new_year).days) for day in (min(days), max(days)))
    if arc.short and last + SHORT <= 365:
        last += SHORT
    elif arc.short:
        first -= SHORT
    return first, last + 0.5


def _lanes(sheet: YearSheet, arcs: Sequence[Arc]) -> list[tuple[str, Sequence[Sequence[Arc]]]]:
    grouped = by_process(tuple(arc.line for arc in arcs))
    return [
        (
            process,
            packed(
                [arc for arc in arcs if arc.line.step.process == process],
                lambda arc: _extent(sheet, arc),
            ),
        )
        for process in grouped
    ]


def _arcs(sheet: YearSheet, circle: Circle, arcs: Sequence[Arc]) -> Iterator[str]:
    groups = _lanes(sheet, arcs)
    count = sum(len(lanes) for _, lanes in groups)
    outer = OUTER - MONTH_BAND - _band(sheet) - 4
    gap = 6
    height = min((outer - HUB - gap * len(groups)) / max(count, 1), 30)
    for number, (_, lanes) in enumerate(groups):
        for lane in lanes:
            for arc in lane:
                yield _drawn(sheet, circle, arc, outer - height + 1.2, outer - 1.2)
            outer -= height
        if number + 1 < len(groups):
            yield tag(
                "circle",
                cx=circle.x,
                cy=circle.y,
                r=outer - gap / 2,
                fill="none",
                stroke="#767676",
                stroke_width=0.8,
                stroke_dasharray="4 3",
            )
        outer -= gap


def _drawn(sheet: YearSheet, circle: Circle, arc: Arc, inner: float, outer: float) -> str:
    line, look, middle = arc.line, LOOKS[arc.line.tone], (inner + outer) / 2
    first = circle.angle(arc.first)
    last = circle.angle(arc.last + timedelta(days=1))
    shape = circle.piece(first, last, inner, outer, open_start=arc.goes_back, open_end=arc.goes_on)
    days = [link.day for link in line.links if link.day and link.day.year == circle.year]
    marks = [circle.angle(day) + 0.5 for day in days]
    # an id has nothing below its line, so it fits in an arc that is lower than its letters' box
    size = max(SMALLEST, min(LABEL, outer - inner - 2))
    beyond = [f"Börjar {day_words(sheet, line.first_day)}."] if arc.goes_back else []
    beyond += [f"Slutar {day_words(sheet, line.last_day)}."] if arc.goes_on else []
    return tag(
        "g",
        tag("title", words(" ".join((_told(sheet, line), *beyond)))),
        paint(NAME, look, "path", d=shape),
        _limit(circle, line, inner, outer),
        *(
            tag(
                "circle",
                cx=x,
                cy=y,
                r=min(3.6, (outer - inner) / 4),
                fill="#fff",
                stroke="#000",
                stroke_width=1.6,
                data_dag=day,
                class_="beslut",
            )
            for (x, y), day in zip((circle.point(at, middle) for at in marks), days, strict=True)
        ),
        _named(sheet, circle, arc, (first, last), marks, middle, size),
        class_="steg",
        **day_attributes(line),
    )


def _told(sheet: YearSheet, line: StepLine) -> str:
    return f"{line.id} {line.title}: {as_sentence(line.label)} {fact_line(sheet, line)}."


def _limit(circle: Circle, line: StepLine, inner: float, outer: float) -> str:
    if line.limit is None or line.limit.last_day.year != circle.year:
        return ""
    end = circle.angle(line.limit.last_day + timedelta(days=1))
    wall = limit_wall(circle.spoke(end, inner - 2, outer + 2))
    return tag("g", wall, class_="lagfrist", data_dag=line.limit.last_day)


def _named(
    sheet: YearSheet,
    circle: Circle,
    arc: Arc,
    ends: tuple[float, float],
    marks: Sequence[float],
    radius: float,
    size: float,
) -> str:
    """The step's id: on its arc, where nothing else lies; beside it where the arc is too short."""
    look, (first, last) = LOOKS[arc.line.tone], ends
    half = (width_of(arc.label, size, bold=True) + 4) / radius * 57.3 / 2
    taken = [*marks, *_own_marks(sheet, circle, arc.line)]
    if last - first >= 2 * half:
        place = _clearest(ends, taken, half, 5 / radius * 57.3)
        ink, halo = look.ink, look.fill
    else:
        place = _beside(ends, taken, half, 6 / radius * 57.3)
        ink, halo = "#1a1a1a", "#ffffff"
    return tag(
        "text",
        words(arc.label),
        font_size=size,
        font_weight="bold",
        text_anchor="middle",
        dy="0.35em",
        fill=ink,
        stroke=halo,
        **ON_TOP,
        **circle.along(place, radius),
    )


def _own_marks(sheet: YearSheet, circle: Circle, line: StepLine) -> Iterator[float]:
    """Where today and the statutory limit stand, where they are of the year."""
    if sheet.today.year == circle.year:
        yield circle.angle(sheet.today) + 0.5
    if line.limit_day and line.limit_day.year == circle.year:
        yield circle.angle(line.limit_day) + 0.5


def _clearest(
    ends: tuple[float, float], taken: Sequence[float], half: float, margin: float
) -> float:
    """The place on the arc that is clearest of marks, and of those the nearest to its middle."""
    (first, last), centre = ends, sum(ends) / 2

    def badness(place: float) -> tuple[float, float]:
        near = min((abs(place - mark) for mark in taken), default=360.0)
        return max(half + margin - near, 0), abs(place - centre)

    places = (first + half + (last - first - 2 * half) * part / 20 for part in range(21))
    return min(places, key=badness)


def _beside(ends: tuple[float, float], taken: Sequence[float], half: float, margin: float) -> float:
    """After the arc and the marks near it, or before them where the year ends."""
    first, last = ends
    near = [mark for mark in taken if first - 2 * half < mark < last + 2 * half]
    after = max([last, *(mark + margin for mark in near)])
    before = min([first, *(mark - margin for mark in near)])
    return after + half if after + 2 * half <= 360 else before - half


def _today(sheet: YearSheet, circle: Circle) -> Iterator[str]:
    if sheet.today.year != sheet.planning_year:
        return
    angle = circle.angle(sheet.today) + 0.5
    x, y = circle.point(angle, OUTER + 1)
    yield tag(
        "g",
        tag("title", words(f"I dag {day_words(sheet, sheet.today)}")),
        tag("path", d=circle.spoke(angle, HUB, OUTER), stroke="#fff", stroke_width=4),
        tag("path", d=circle.spoke(angle, HUB, OUTER), stroke=TODAY, stroke_width=2),
        tag("circle", cx=x, cy=y, r=6, fill=TODAY, stroke="#fff", stroke_width=1.5),
        class_="idag",
        data_dag=sheet.today,
    )


def _hub(sheet: YearSheet, circle: Circle) -> Iterator[str]:
    yield tag("circle", cx=circle.x, cy=circle.y, r=HUB - 3, fill="#fff", stroke="#767676")
    year = "" if sheet.today.year == sheet.planning_year else f" {sheet.today.year}"
    lines = [
        (str(sheet.planning_year), 30, "bold", None),
        ("I dag", 13, None, TODAY),
        (short_day(sheet.today) + year, 15 if not year else 13, "bold", TODAY),
    ]
    for (text, size, weight, fill), y in zip(lines, (-18, 12, 32), strict=True):
        yield label(
            text, circle.x, circle.y + y, size, text_anchor="middle", font_weight=weight, fill=fill
        )


# --- Under the wheel ---


def _below(
    sheet: YearSheet, arcs: Sequence[Arc], outside: Sequence[StepLine], y: float, *, listing: bool
) -> tuple[str, float]:
    parts, top = [], y
    tones = [tone for tone, _ in sheet.counts() if any(tone is one.tone for one in sheet.shown)]
    legend, height = swatches(NAME, tones, 20, top, WIDTH - 20)
    parts.append(legend)
    top += height
    parts.append(legend_of_marks(20, top))
    top += 20
    rings = ", ".join(process_name(process) for process, _ in _lanes(sheet, arcs))
    parts.append(label(f"Ringarna utifrån och in: sammanträden, {rings}.", 20, top))
    top += 22
    if outside:
        parts.append(label(f"Utanför {sheet.planning_year}:", 20, top, font_weight="bold"))
        for line in outside:
            top += 18
            told = span_words(sheet, line.first_day, line.last_day)
            parts.append(
                tag(
                    "g",
                    label(f"{line.id} {line.title}, {told}: {line.label}", 20, top),
                    class_="steg",
                    **day_attributes(line),
                )
            )
        top += 24
    if listing:
        listed, height = step_list(
            NAME, sheet, tuple(arc.line for arc in arcs), 20, top + 6, WIDTH - 20
        )
        parts.append(listed)
        top += height + 6
    return "".join(parts), top - y
