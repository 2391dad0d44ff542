"""An HTML mail as it is drawn: each piece of text with the colours and size that its elements give it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import NamedTuple

VOID = {"meta", "br", "img", "hr"}
INLINE = {"span", "a", "b"}
LARGE, LARGE_BOLD = 24.0, 18.66
"""Pixels: 18 points, and 14 points bold (WCAG 2.1, large text)."""


class Style(NamedTuple):
    ink: str
    ground: str
    size: float
    weight: int


class Words(NamedTuple):
    """What is written, and how."""

    text: str
    style: Style

    @property
    def contrast(self) -> float:
        light, dark = sorted(map(luminance, (self.style.ink, self.style.ground)), reverse=True)
        return (light + 0.05) / (dark + 0.05)

    @property
    def contrast_needed(self) -> float:
        large = LARGE_BOLD if self.style.weight >= 700 else LARGE
        return 3.0 if self.style.size >= large else 4.5


def luminance(colour: str) -> float:
    """WCAG's relative luminance of `#rrggbb`."""
    assert re.fullmatch(r"#[0-9a-f]{6}", colour), colour
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


class Inked(HTMLParser):
    """Reads the mail; every element must be closed by its own end."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[Words] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.titles: list[str] = []
        self.links: list[tuple[str, str]] = []
        """Where each link goes, and its text."""
        self.said = ""
        self._open: list[tuple[str, Style]] = []
        self._style = Style("#000000", "#ffffff", 16.0, 400)
        self.feed(html)
        self.close()
        assert not self._open, "something is left open"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.elements.append((tag, given))
        if tag in VOID:
            return
        self._open.append((tag, self._style))
        self._style = self._styled(tag, given.get("style", ""))
        if tag == "a":
            self.links.append((given["href"], ""))
        if tag not in INLINE:
            self.said += " "

    def handle_endtag(self, tag: str) -> None:
        opened, self._style = self._open.pop()
        assert opened == tag, f"</{tag}> closes <{opened}>"
        if tag not in INLINE:
            self.said += " "

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self._open]
        if "title" in tags:
            self.titles.append(data)
            return
        self.said += data
        if "a" in tags:
            href, text = self.links.pop()
            self.links.append((href, text + data))
        if data.strip():
            self.words.append(Words(data.strip(), self._style))

    def _styled(self, tag: str, style: str) -> Style:
        given = dict(re.findall(r"([a-z-]+):\s*([^;]+?)\s*;", style))
        ink, ground, size, weight = self._style
        if tag in ("h1", "h2", "h3", "th", "b", "strong"):
            weight = 700
        return Style(
            given.get("color", ink),
            given.get("background", ground),
            float(given.get("font-size", f"{size}px").removesuffix("px")),
            int(given.get("font-weight", weight)),
        )
