"""What letters call steps and people. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from models.process import Definition, Step

TITLE = 35
"""So long may a step's title be in a subject, its year included."""


def short_title(step: Step, budget_year: int) -> str:
    """The title as a subject has room for it: what is cut is never the year that the step is about."""
    whole = step.title_for(budget_year)
    if len(whole) <= TITLE:
        return whole
    before, year, _ = step.titled(budget_year)
    if len(before) + len(year) < TITLE:
        return _cut(whole, TITLE)
    return f"{_cut(before, TITLE - 1 - len(year))} {year}" if year else _cut(before, TITLE)


def _cut(text: str, length: int) -> str:
    return text[: length - 1].rstrip(" :,–-") + "…"


def named(definition: Definition, step: Step, budget_year: int) -> str:
    """`Bokslut 2026 (Kommunplan 2028)`; `Kommunplan i KS (budgetåret 2028)`, where the word is there."""
    title = step.title_for(budget_year)
    if definition.municipality.plan_name.casefold() in title.casefold():
        return f"{title} (budgetåret {budget_year})"
    return f"{title} ({definition.plan_of(budget_year)})"


def titles(definition: Definition, slugs: Iterable[str], budget_year: int) -> list[str]:
    """The titles of steps, with their years."""
    return [definition.step(slug).title_for(budget_year) for slug in slugs]


def first_name(name: str) -> str:
    """`Eva` for `Eva Exempel`; nothing for a name that is not plainly a person's: `Processägaren`."""
    words = name.split()
    return words[0] if len(words) > 1 and all(word[0].isupper() for word in words) else ""
