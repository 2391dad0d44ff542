"""`kommunplan granska`: exit code 0 when no statute is broken, 1 when one is, 2 for unreadable input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.console import Console
from cli.terminal import AnyYear, Json, print_json, settings_and_day

if TYPE_CHECKING:
    from views.reviewed_year import FindingLine, ReviewedYear


def granska(*, budgetar: AnyYear = None, som_json: Json = False) -> int:
    """Prövar året mot lagen: vad som har brutits eller kommer att brytas, risker, praxis, vad som inte har
    prövats.

    Avslutas med 0 när inget bryter mot lagen, 1 när något gör det, 2 när underlaget inte går att läsa.
    """
    from tasks.review import review_of

    chosen, today = settings_and_day()
    found = review_of(chosen, budgetar, today)
    if som_json:
        print_json(found)
    else:
        _print(Console(), found)
    return 1 if found.breaches else 0


def _print(console: Console, found: ReviewedYear) -> None:
    console.print(f"{found.municipality}, {found.plan_name}", style="bold")
    for heading, style, lines in (
        ("Har brutit mot lagen", "bold red", [one for one in found.breaches if one.happened]),
        ("Bryter mot lagen som det är planerat", "red", _planned(found)),
        ("I riskzonen", "yellow", found.risks),
        ("Att veta", "bold", found.practice),
        ("Ej prövat", "bold", found.untested),
    ):
        if lines:
            console.print(f"\n{heading}", style=style)
        for one in lines:
            day = f"{one.day}  " if one.day else ""
            where = f" [{one.step}]" if one.step else ""
            console.print(f"  {day}{one.cited}{where}", markup=False, highlight=False)
    if found.is_clear:
        console.print("\nInget bryter mot lagen.", style="green")
    elif not found.breaches:
        console.print("\nInget av det som har prövats bryter mot lagen.", style="green")


def _planned(found: ReviewedYear) -> list[FindingLine]:
    return [one for one in found.breaches if not one.happened]
