"""What letters call steps and people. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from models.process import Definition, Step

TITLE = 35
"""So long may a step's title be where several are told apart, its year included."""
SUBJECT = 45
"""So much of a subject is seen where mails are listed: what it asks, by when, and of what step."""
LEAST_TITLE = 18
"""However long the rest is."""


def short_title(step: Step, budget_year: int, most: int = TITLE) -> str:
    """The title as there is room for it: what is cut is never the year that the step is about."""
    whole = step.title_for(budget_year)
    if len(whole) <= most:
        return whole
    before, year, _ = step.titled(budget_year)
    if len(before) + len(year) < most:
        return _cut(whole, most)
    return f"{_cut(before, most - 1 - len(year))} {year}" if year else _cut(before, most)


def subject_title(step: Step, budget_year: int, before: str) -> str:
    """The title as there is room for it in a subject that begins with something else."""
    return short_title(step, budget_year, max(SUBJECT - len(f"{before}: "), LEAST_TITLE))


def _cut(text: str, length: int) -> str:
    return text[: length - 1].rstrip(" :,–-") + "…"


def named(definition: Definition, step: Step, budget_year: int) -> str:
    """`Bokslut 2026 (Kommunplan 2028)`; `Kommunplan i KS (budgetåret 2028)`, where the word is there."""
    return f"{step.title_for(budget_year)} ({named_plan(definition, step, budget_year)})"


def named_plan(definition: Definition, step: Step, budget_year: int) -> str:
    """What the year of a step is called beside its title."""
    title = step.title_for(budget_year)
    if definition.municipality.plan_name.casefold() in title.casefold():
        return f"budgetåret {budget_year}"
    return definition.plan_of(budget_year)


def titles(definition: Definition, slugs: Iterable[str], budget_year: int) -> list[str]:
    """The titles of steps, with their years."""
    return [definition.step(slug).title_for(budget_year) for slug in slugs]


def first_name(name: str) -> str:
    """`Eva` for `Eva Exempel`; nothing for a name that is not plainly a person's: `Processägaren`."""
    words = name.split()
    return words[0] if len(words) > 1 and all(word[0].isupper() for word in words) else ""
