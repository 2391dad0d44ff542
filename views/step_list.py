"""The steps of a drawing in words: state, id, title and dates, in two columns. Pure."""

from __future__ import annotations

from views.labels import as_sentence
from views.sheet import StepLine, YearSheet
from views.step_dates import day_words, link_day
from views.svg import label, shortened, tag
from views.tone_styles import LOOKS, TODAY, limit_wall, paint

ROW = 36


def step_list(
    name: str, sheet: YearSheet, lines: tuple[StepLine, ...], x: float, y: float, right: float
) -> tuple[str, float]:
    """The list, and the height that it takes."""
    half = (len(lines) + 1) // 2
    column = (right - x) / 2
    parts = []
    for number, line in enumerate(lines):
        left, top = x + column * (number // half), y + ROW * (number % half) + 12
        look = LOOKS[line.tone]
        parts.append(paint(name, look, "rect", x=left, y=top - 11, width=16, height=26, rx=2))
        heading = shortened(f"{line.id} {line.title}", 12.5, column - 34, bold=True)
        parts.append(label(heading, left + 24, top, 12.5, font_weight="bold"))
        parts.append(label(shortened(_days(sheet, line), 12, column - 34), left + 24, top + 15))
    return "".join(parts), ROW * half + 8.0


def _days(sheet: YearSheet, line: StepLine) -> str:
    if line.links:
        return (
            f"{as_sentence(line.label)} {', '.join(link_day(sheet, link) for link in line.links)}"
        )
    if line.meeting_day:
        return f"{as_sentence(line.label)} Mötesdag {day_words(sheet, line.meeting_day)}"
    return f"{as_sentence(line.label)} Senast {day_words(sheet, line.due)}"


def legend_of_marks(x: float, y: float) -> str:
    """What the marks on the wheel mean, in one row."""
    return tag(
        "g",
        tag("circle", cx=x + 8, cy=y - 4, r=3.6, fill="#fff", stroke="#000", stroke_width=1.6),
        label("beslut tas", x + 22, y),
        limit_wall(f"M{x + 118:.2f} {y - 12:.2f}v15"),
        label("lagfrist", x + 130, y),
        tag("path", d=f"M{x + 210:.2f} {y - 4:.2f}h24", stroke=TODAY, stroke_width=2),
        tag("circle", cx=x + 234, cy=y - 4, r=5, fill=TODAY),
        label("i dag", x + 246, y),
        tag(
            "path", d=f"M{x + 310:.2f} {y - 10:.2f}h14l7 6l-7 6h-14Z", fill="#fff", stroke="#4d4d4d"
        ),
        label("går utanför året", x + 338, y),
        tag("path", d=f"M{x + 472:.2f} {y - 10:.2f}v12", stroke="#1a1a1a", stroke_width=2),
        label("sammanträde med steg", x + 480, y, font_weight="bold"),
        tag(
            "path",
            d=f"M{x + 652:.2f} {y - 10:.2f}v12",
            stroke="#595959",
            stroke_width=1,
            stroke_dasharray="2 1.5",
        ),
        label("annat sammanträde", x + 660, y),
    )
