"""SVG as text: elements with their attributes, safe for whatever somebody has written. Pure."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from notifications.wording import one_line

FONT = "'DejaVu Sans', Verdana, 'Segoe UI', Arial, sans-serif"
WIDTH_OF_A_LETTER = 0.61
BOLD = 1.12
"""How much wider bold letters are; both of DejaVu Sans, which is wider than most."""


def attributes(**values: object) -> str:
    """They as they stand in a tag: what is None is left out; names have hyphens for underscores, and none
    at their end."""
    return "".join(
        f" {name.rstrip('_').replace('_', '-')}={quoteattr(_value(value))}"
        for name, value in values.items()
        if value is not None
    )


def tag(element: str, *children: str, **values: object) -> str:
    """`tag("circle", cx=1.5, stroke_width=2)`. A child is markup: text goes through `words`."""
    told = attributes(**values)
    if not children:
        return f"<{element}{told}/>"
    return f"<{element}{told}>{''.join(children)}</{element}>"


def words(text: str) -> str:
    """Text as it may stand between tags."""
    return escape(one_line(text))


def label(text: str, x: float, y: float, size: float = 12, **values: object) -> str:
    """Text at a point."""
    return tag("text", words(text), x=x, y=y, font_size=size, **values)


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """About how wide the text becomes."""
    return len(text) * size * WIDTH_OF_A_LETTER * (BOLD if bold else 1)


def shortened(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """The text, cut off with an ellipsis where it would be wider than the room."""
    most = int(room / width_of("n", size, bold=bold) * 1.06)
    return text if len(text) <= most else text[: max(most - 1, 1)].rstrip() + "…"


def picture(
    name: str, width: float, height: float, title: str, description: str, *parts: str
) -> str:
    """A whole drawing, on white, that says to a screen reader what it is. `name` keeps its ids apart
    from those of another drawing in the same page."""
    return tag(
        "svg",
        tag("title", words(title), id=f"{name}-titel"),
        tag("desc", words(description), id=f"{name}-text"),
        tag("rect", width=width, height=height, fill="#fff"),
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width:g} {height:g}",
        width=f"{width:g}",
        height=f"{height:g}",
        lang="sv",
        role="img",
        aria_labelledby=f"{name}-titel {name}-text",
        font_family=FONT,
        fill="#1a1a1a",
    )


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return one_line(str(value))
