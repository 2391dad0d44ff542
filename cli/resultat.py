"""`kommunplan resultat`: the figures that a step came to, beside those that they rest on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from cli.console import Console
from cli.lines import heading, line
from cli.terminal import (
    By,
    Json,
    Reason,
    StepName,
    Year,
    after,
    author,
    engine,
    print_json,
    say,
    tell_as_json,
)
from models.errors import RefusedError

if TYPE_CHECKING:
    from tasks.actions import Engine
    from tasks.year import Advance
    from views.arenden import ArendeStep
    from views.figures import Figure, StepFigures


def resultat(
    steg: StepName,
    *varden: Annotated[str, Parameter(help="Till exempel skattesats=22,31; utan värden visas de")],
    visa: Annotated[
        bool, Parameter("--visa", negative="", help="Visa bara vad som är registrerat")
    ] = False,
    skal: Reason = "",
    budgetar: Year = None,
    av: By = None,
    som_json: Json = False,
) -> None:
    """Registrerar vad ett steg gav i siffror, eller visar det bredvid det som det bygger på.

    Skrivs som slag=värde: skattesats=22,31 ramar=2028:512000,2029:520000 (tkr)
    bokslutsresultat=resultat:4200,balanskravsresultat:3900
    prognos=omsorg:210000:212500 (enhet:budget:prognos) maluppfyllelse=uppfyllda:12,delvis:5,ej:3
    """
    if visa and varden:
        raise RefusedError(
            f"--visa ändrar inget, men {varden[0]} är ett värde att registrera. Ange det ena."
        )
    on = engine()
    if varden:
        tell_as_json(som_json)
        done = on.record(steg, values_of(varden), by=author(av), reason=skal, budget_year=budgetar)
        tell_raised(on, done)
        if not som_json:
            _show(on, steg, done.budget_year)
        after(done)
    else:
        _show(on, steg, budgetar, som_json=som_json)


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


def tell_raised(on: Engine, done: Advance) -> None:
    """What the figures started by themselves, such as a deviation that is over its threshold."""
    if not any("/anmalt/" in key for key in done.events):
        return
    from tasks.reading import raised_by

    for slug, title in raised_by(on.database, done):
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


def _beside(one: Figure) -> str:
    before = one.beside
    if before is None:
        return ""
    if before.text == one.text:
        return f" (som i {before.step})"
    more = f": {before.difference}" if before.difference else ""
    return f" mot {before.text} i {before.step}{more}"


def _show(on: Engine, slug: str, budget_year: int | None, *, som_json: bool = False) -> None:
    from tasks.reading import figures_of_step

    found = figures_of_step(on.database, on.today, slug, budget_year)
    if som_json:
        print_json(found)
        return
    console = Console()
    heading(console, f"{found.plan_name}, {found.slug}")
    print_figures(console, found)
    if not (found.figures or found.missing_figures):
        line(console, "Inget är registrerat, och inget väntas nu.")
