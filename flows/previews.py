"""What a new round of a step would touch, in words: the message of a run, and a page to read."""

from __future__ import annotations

from collections import Counter
from typing import Any

from models.events import Outcome

Told = dict[str, Any]
"""What `tasks.attempts.try_rerun` tells."""


def message(told: Told) -> str:
    """One line: how many of each, and which."""
    said = "; ".join(
        f"{title} {len(lines)}" + (f" ({', '.join(_counted(lines))})" if lines else "")
        for title, lines in _lists(told)
    )
    return f"Ingenting är ändrat. Ett nytt varv av {told['steg']} skulle ge: {said}."


def page(told: Told) -> str:
    """The same as markdown, a heading for each list."""
    parts = [
        f"# Nytt varv av {told['steg']} {told['budgetar']}\n\nEn förhandsvisning: ingenting är ändrat."
    ]
    for title, lines in _lists(told):
        listed = "\n".join(f"- {line}" for line in _counted(lines)) or "Inga."
        parts.append(f"## {title.capitalize()}: {len(lines)}\n\n{listed}")
    return "\n\n".join(parts) + "\n"


def _lists(told: Told) -> list[tuple[str, list[str]]]:
    return [
        ("klara steg som omprövas", told["omprovas"]),
        ("steg som bygger vidare på det", told["bygger_vidare"]),
        ("beslut som ersätts", [_decision(one) for one in told["ersatts"]]),
        ("datum som flyttas", [_moved(one) for one in told["flyttas"]]),
        ("mejl", [f"{one['till']} om {one['steg']}" for one in told["mejl"]]),
    ]


def _decision(one: dict[str, Any]) -> str:
    where = one["paragraf"] or f"{one['instans']} {one['datum']}"
    return f"{where}: {Outcome(one['utfall']).label}"


def _moved(one: dict[str, Any]) -> str:
    return f"{one['steg']}, {one['vad']}: {one['fore'] or 'inget'} → {one['efter'] or 'inget'}"


def _counted(lines: list[str]) -> list[str]:
    return [line if count == 1 else f"{line} ×{count}" for line, count in Counter(lines).items()]
