"""`--help` in Swedish: cyclopts' own layout, with its English words exchanged."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cyclopts.help import HelpEntry, HelpPanel
    from rich.console import Console, ConsoleOptions

WORDS = {
    "COMMAND": "KOMMANDO",
    "[OPTIONS]": "[FLAGGOR]",
    "[ARGS]": "[ORD]",
    "[ARGS...]": "[ORD...]",
    "STR": "TEXT",
    "INT": "HELTAL",
    "DATE": "DATUM",
    "PATH": "SÖKVÄG",
}
"""What stands for a value, or for the rest of a line."""


def in_swedish(words: str) -> str:
    return re.sub(r"[^\s.]+(\.{3}\])?", lambda found: WORDS.get(found[0], found[0]), words)


@dataclass(frozen=True, slots=True)
class SwedishHelp:
    """A help formatter, as cyclopts has them; it is imported only when somebody asks for help."""

    def render_usage(self, console: Console, options: ConsoleOptions, usage: Any) -> None:
        if usage:
            console.print(f"Skriv så: {in_swedish(str(usage))}", style="bold", markup=False)

    def render_description(
        self, console: Console, options: ConsoleOptions, description: Any
    ) -> None:
        if description:
            console.print(description)

    def __call__(self, console: Console, options: ConsoleOptions, panel: HelpPanel) -> None:
        from cyclopts.help import DefaultFormatter

        entries = [_told(entry) for entry in panel.entries]
        DefaultFormatter()(console, options, panel.copy(entries=entries))


def _told(entry: HelpEntry) -> HelpEntry:
    """What can be chosen, and that it must be, after the words about it."""
    from cyclopts.help import InlineText
    from rich.text import Text

    told = entry.description
    if not isinstance(told, InlineText):
        told = InlineText(Text("" if told is None else str(told)))
    if entry.choices:
        told.append(Text(f"[{', '.join(entry.choices)}]", "cyclopts.choices"))
    if entry.required:
        told.append(Text("[måste anges]", "cyclopts.required"))
    value = in_swedish(entry.metavar) if entry.metavar else entry.metavar
    return entry.copy(description=told, choices=None, required=False, metavar=value)
