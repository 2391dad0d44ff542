"""Lists under headings, that fold within the terminal's width with their indent kept."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text

from cli.console import Console

INDENT = 2


def heading(console: Console, text: str, style: str = "bold") -> None:
    console.print(Text(text, style=style))


def line(console: Console, text: str, *, indent: int = INDENT, style: str = "") -> None:
    """What somebody wrote is shown as it is, never read as markup."""
    room = max(console.width - indent, 1)
    for part in Text(text, style=style).wrap(console, room, overflow="fold"):
        console.print(Text(" " * indent) + part)


def section(console: Console, title: str, rows: Iterable[str], style: str = "bold") -> None:
    """The heading and its lines; nothing where there are none."""
    told = list(rows)
    if told:
        heading(console, title, style)
    for row in told:
        line(console, row)
