"""Figures on the command line: read as they are written, and shown beside those that they rest on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cli.console import Console
from cli.lines import heading, line
from cli.terminal import print_json, say
from models.errors import RefusedError

if TYPE_CHECKING:
    from tasks.context import Done
    from tasks.engine import Engine
    from views.arenden import ArendeStep
    from views.figures import Figure, GivenFigure, StepFigures


def values_of(written: Iterable[str]) -> dict[str, object]:
    """The figures by kind, each given once."""
    from models.results import parsed

    values: dict[str, object] = {}
    for text in written:
        kind, value = parsed(text)
        if kind in values:
            raise RefusedError(f"Resultatet {kind} är angivet två gånger. Ange det en gång.")
        values[kind] = value
    return values


def tell_raised(on: Engine, done: Done) -> None:
    """What the figures started by themselves, such as a deviation that is over its threshold."""
    if not any("/anmalt/" in key for key in done.year.events):
        return
    from tasks.reading import raised_by

    for slug, title in raised_by(on.database, done.year):
        say(f"Därmed anmält: {title} ({slug}).")


def print_figures(console: Console, step: StepFigures | ArendeStep, *, indent: int = 2) -> None:
    """Each figure with what it is beside the earlier one, and what is missing."""
    from models.results import NAMES, WRITTEN

    for one in step.figures:
        line(console, f"{one.name}: {one.text}{_beside(one)}", indent=indent)
    for kind in step.missing_figures:
        line(
            console,
            f"{NAMES[kind]} saknas: kommunplan resultat {step.slug} {WRITTEN[kind]}",
            indent=indent,
            style="yellow",
        )


def _print_given(console: Console, given: Iterable[GivenFigure]) -> None:
    """Who has given what, and who has not."""
    for one in given:
        told, style = f"{one.text} ({one.by}, {one.on})", ""
        if one.on is None:
            told, style = "inte lämnat", "yellow"
        elif not one.counts:
            told = f"{told}, gäller inte längre"
        line(console, f"{one.kind} från {one.name}: {told}", indent=4, style=style)


def _beside(one: Figure) -> str:
    before = one.beside
    if before is None:
        return ""
    if before.text == one.text:
        return f" (som i {before.step})"
    more = f": {before.difference}" if before.difference else ""
    return f" mot {before.text} i {before.step}{more}"


def show_results(on: Engine, slug: str, budget_year: int | None, *, som_json: bool = False) -> None:
    """What is registered of the step's figures, and what is missing."""
    from tasks.reading import figures_of_step

    found = figures_of_step(on.database, on.today, slug, budget_year)
    if som_json:
        print_json(found)
        return
    console = Console()
    heading(console, f"{found.plan_name}, {found.slug}")
    print_figures(console, found)
    _print_given(console, found.given)
    if not (found.figures or found.missing_figures):
        line(console, "Inget är registrerat, och inget väntas nu.")
