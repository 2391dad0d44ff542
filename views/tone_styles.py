"""What each state looks like: a colour, and a pattern or an edge that tells it apart in grey. Pure.

The colours are told apart with every common colour blindness; each edge has at least 3:1 against white,
each ink 4.5:1 against its fill (WCAG 2.1, 1.4.11 and 1.4.3), held by a test.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from views.sheet import Tone
from views.svg import label, tag, width_of


@dataclass(frozen=True, slots=True)
class Look:
    fill: str
    ink: str = "#ffffff"
    edge: str = ""
    """Of another colour than the fill, where the fill is pale."""
    pattern: str = ""
    """What lies over the fill: `rutor`, `snett`, `prickar` or `streck`."""
    dashes: str | None = None
    sign: str = ""
    """What stands before the name."""

    @property
    def outline(self) -> str:
        return self.edge or self.fill


LOOKS = {
    Tone.RISK: Look("#8f1d14", edge="#000000", pattern="rutor", sign="§"),
    Tone.LATE: Look("#b3400a", pattern="snett", sign="!"),
    Tone.RECONSIDERED: Look("#7a3e8f", pattern="prickar", sign="?"),
    Tone.ASKED: Look("#efe3f5", "#3d1a4b", "#7a3e8f", sign="?"),
    Tone.AWAITING: Look("#0b4f8a", pattern="streck"),
    Tone.OPEN: Look("#1f73ad"),
    Tone.PLANNED: Look("#ffffff", "#1a1a1a", "#4d4d4d"),
    Tone.DORMANT: Look("#ffffff", "#4d4d4d", "#767676", dashes="1 3"),
    Tone.LEFT_OUT: Look("#ffffff", "#4d4d4d", "#4d4d4d", dashes="5 3"),
    Tone.DONE: Look("#cfe3d6", "#14301f", "#2f6b4a", sign="✓"),
}
TODAY = "#a3005c"
LIMIT = "#000000"
_DRAWN = {
    "rutor": "M0 0L8 8M8 0L0 8",
    "snett": "M-2 2L2 -2M0 8L8 0M6 10L10 6",
    "prickar": "M2 2h.01M6 6h.01",
    "streck": "M2 0V8M6 0V8",
}


def limit_wall(path: str) -> str:
    """A statutory limit: a black wall with white beside it, at the end of its day."""
    return tag("path", d=path, stroke="#fff", stroke_width=6.5) + tag(
        "path", d=path, stroke=LIMIT, stroke_width=4
    )


def patterns(name: str) -> str:
    """The definitions that `paint` refers to, in the drawing of that name."""
    return tag(
        "defs",
        *(
            tag(
                "pattern",
                tag(
                    "path",
                    d=path,
                    stroke="#fff",
                    stroke_width=2 if pattern == "prickar" else 1,
                    stroke_opacity=0.55,
                    stroke_linecap="round",
                    fill="none",
                ),
                id=f"{name}-{pattern}",
                width=8,
                height=8,
                patternUnits="userSpaceOnUse",
            )
            for pattern, path in _DRAWN.items()
        ),
    )


def paint(name: str, look: Look, shape: str, **attributes: object) -> str:
    """The shape in the state's colours, and over it its pattern."""
    base = tag(
        shape,
        fill=look.fill,
        stroke=look.outline,
        stroke_width=2.2 if look.pattern == "rutor" else 1.4,
        stroke_dasharray=look.dashes,
        **attributes,
    )
    over = tag(shape, fill=f"url(#{name}-{look.pattern})", **attributes) if look.pattern else ""
    return base + over


def swatches(
    name: str, tones: Iterable[Tone], x: float, y: float, right: float
) -> tuple[str, float]:
    """The legend of the states, in rows from x to right, and the height that it takes."""

    parts, left, top = [], x, y
    for tone in tones:
        look = LOOKS[tone]
        text = f"{look.sign} {tone.value}".strip()
        wide = 30 + width_of(text, 12) + 14
        if left + wide > right and left > x:
            left, top = x, top + 20
        parts.append(paint(name, look, "rect", x=left, y=top - 10, width=22, height=12, rx=2))
        parts.append(label(text, left + 28, top))
        left += wide
    return "".join(parts), top - y + 20
