"""`kommunplan nasta-ar`: next year's meetings as a file to edit, and what changed from this year's."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from cli.console import Console
from cli.terminal import Json, print_json

if TYPE_CHECKING:
    from models.plan import StepPlan
    from tasks.meetings.next_year import Outlook

STDOUT = Path("-")


def nasta_ar(
    *,
    budgetar: Annotated[
        int | None,
        Parameter("--budgetar", help="Budgetår; annars det efter det sista som har sammanträden"),
    ] = None,
    till: Annotated[
        Path | None,
        Parameter(
            "--till",
            help="Fil att skriva, eller - för skärmen; annars i definitionskatalogen",
            allow_leading_hyphen=True,
        ),
    ] = None,
    som_json: Json = False,
) -> None:
    """Föreslår nästa års sammanträden ur årets, som en fil att rätta, med allt som har ändrats.

    Varje instans behåller sin veckodag och sin plats i månaden; helgdagar, klämdagar, semesterveckor,
    lagfrister, ledtider mellan instanser och valår vägs in. En fil som finns skrivs aldrig över.
    """
    from tasks.meetings.next_year import look_ahead, new_file, write_new, year_to_propose
    from tasks.settings import settings

    directory = settings().definition
    year = year_to_propose(directory, budgetar)
    to_screen = till == STDOUT
    path = till or directory / f"sammantraden-{year}.toml"
    if not to_screen:
        new_file(path)
    outlook = look_ahead(directory, year)
    if not to_screen:
        write_new(path, outlook.proposal.as_toml())
    if som_json:
        print_json(outlook.shown(None if to_screen else path))
        return
    if to_screen:
        sys.stdout.write(outlook.proposal.as_toml())
    # the file alone on stdout, so that it can be sent on
    console = Console(stderr=to_screen, highlight=False, markup=False, soft_wrap=True)
    _tell(console, outlook)
    if not to_screen:
        console.print(f"\nSkrivet till {path}. Rätta det som ska rättas, och pröva året med")
        console.print(
            f"kommunplan granska --budgetar {year + 1}. Sammanträdena läses in med kommunplan las-in, "
            "eller, ur en fil någon annanstans, med kommunplan sammantraden las-in FIL."
        )


def _tell(console: Console, outlook: Outlook) -> None:
    proposal = outlook.proposal
    year = proposal.year
    console.print(
        f"{outlook.municipality}: FÖRSLAG till sammanträden {year}, efter {year - 1} års",
        style="bold",
    )
    moved = [one for one in proposal.days if one.moved]
    _list(console, "Flyttat från sin plats i månaden", moved)
    _list(console, "Övriga", [one for one in proposal.days if one not in moved])
    _list(console, "Att ta ställning till", proposal.notes, style="yellow")
    _list(console, "Rollinnehavare", outlook.holders, style="yellow")
    _list_steps(console, outlook)
    _list(console, "Luckor", outlook.gaps, style="yellow")
    _list(console, "Bryter mot lagen", outlook.breaches, style="bold red")
    if not outlook.gaps and not outlook.breaches:
        console.print("\nInga luckor, och inget bryter mot lagen.", style="green")


def _list_steps(console: Console, outlook: Outlook) -> None:
    year = outlook.proposal.year
    for budget_year in dict.fromkeys(one for one, _ in outlook.steps):
        lines = [_step(planned) for one, planned in outlook.steps if one == budget_year]
        _list(console, f"Så planeras {year} för budgetår {budget_year}", lines)


def _list(console: Console, heading: str, lines: Sequence[object], style: str = "bold") -> None:
    if lines:
        console.print(f"\n{heading}", style=style)
    for line in lines:
        console.print(f"  {line}")


def _step(planned: StepPlan) -> str:
    if planned.meeting_day:
        return f"{planned.slug}: {planned.meeting_day}"
    days = ", ".join(f"{link.body} {link.meeting or 'saknas'}" for link in planned.links)
    return f"{planned.slug}: {days or 'saknas'}"
