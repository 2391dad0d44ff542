"""`kommunplan granska`: exit code 0 when no statute is broken, 1 when one is, 2 for unreadable input."""

from __future__ import annotations

from typing import Any

from cli.console import Console
from cli.terminal import AnyYear, Json, print_json, settings_and_day

HEADINGS = {
    "brott": ("Bryter mot lagen", "bold red"),
    "risker": ("I riskzonen", "yellow"),
    "praxis": ("Att veta", ""),
}


def granska(*, budgetar: AnyYear = None, som_json: Json = False) -> int:
    """Prövar året mot lagen: vad som bryter mot den, vad som är en risk, vad praxis säger.

    Avslutas med 0 när inget bryter mot lagen, 1 när något gör det, 2 när underlaget inte går att läsa.
    """
    from tasks.views.review import review_json

    chosen, today = settings_and_day()
    found = review_json(chosen, budgetar, today)
    if som_json:
        print_json(found)
    else:
        _print(Console(), found)
    return 1 if found["brott"] else 0


def _print(console: Console, found: dict[str, Any]) -> None:
    console.print(f"{found['kommun']}, {found['plan']}", style="bold")
    for key, (heading, style) in HEADINGS.items():
        if found[key]:
            console.print(f"\n{heading}", style=style or "bold")
        for one in found[key]:
            day = f"{one['datum']}  " if one["datum"] else ""
            where = f" [{one['steg']}]" if one["steg"] else ""
            console.print(
                f"  {day}{one['text']} ({one['lagrum']}){where}", markup=False, highlight=False
            )
    if not found["brott"]:
        console.print("\nInget bryter mot lagen.", style="green")
