"""`kommunplan arende`: an ärende through its bodies, with all that has been registered of it."""

from __future__ import annotations

from typing import Annotated, Any

from cyclopts import Parameter

from cli.completers import steps
from cli.console import Console
from cli.figures import print_results
from cli.lines import heading, line
from cli.terminal import Json, Year, print_json, settings_and_day


def arende(
    namn: Annotated[
        str | None,
        Parameter(help="Steg, ärende eller diarienummer; utan visas alla ärenden", completer=steps),
    ] = None,
    *,
    budgetar: Year = None,
    som_json: Json = False,
) -> None:
    """Ärendet genom sina instanser: diarienummer, beslut med nummer, resultat, och när det är slutligt."""
    from tasks.database import open_database
    from tasks.views.arenden import arenden

    chosen, today = settings_and_day()
    found = arenden(open_database(chosen), today, namn, budgetar)
    if som_json:
        print_json(found)
        return
    console = Console()
    if namn is None:
        _print_all(console, found)
        return
    for one in found["arenden"]:
        _print(console, found, one)


def _print_all(console: Console, found: dict[str, Any]) -> None:
    """A line or two for each, those that have not begun to matter left out."""
    heading(console, f"{found['plan']}, {found['dag']}: ärenden")
    for one in found["arenden"]:
        if all(step["vilar"] for step in one["steg"]):
            continue
        number = one["diarienummer"] or "utan diarienummer"
        line(console, f"{one['namn']} ({one['slug']}), {number}")
        for step in one["steg"]:
            line(console, f"{_bodies(step)}: {step['visning']}", indent=4)


def _bodies(step: dict[str, Any]) -> str:
    days = [f"{link['instans']} {link['sammantrade'] or 'utan dag'}" for link in step["led"]]
    return f"{step['id']} {' → '.join(days)}" if days else f"{step['id']} {step['titel']}"


def _print(console: Console, found: dict[str, Any], one: dict[str, Any]) -> None:
    heading(console, f"{found['plan']}: {one['namn']} ({one['slug']})")
    line(console, f"Diarienummer: {one['diarienummer'] or 'inget än; ge det med diariefor'}")
    for step in one["steg"]:
        year = "" if step["galler_ar"] == found["budgetar"] else f" {step['galler_ar']}"
        version = f", version {step['version']}" if step["version"] > 1 else ""
        heading(console, f"\n{step['id']} {step['titel']}{year}: {step['visning']}{version}")
        for decision in step["beslut"]:
            _print_decision(console, decision)
        for link in step["led"]:
            if not link["beslutat"]:
                line(console, f"{link['instans']} {link['sammantrade'] or 'utan dag'}: planerat")
        print_results(console, step)
    if final := one["laga_kraft"]:
        heading(console, f"\n{final['instans']} {final['datum']} blir slutligt")
        signed = "omedelbart, " if final["omedelbart_justerad"] else "senast "
        line(console, f"Justering {signed}{final['justering']} (KL 5 kap. 69 §)")
        line(console, f"Anslag senast {final['anslag']} (KL 8 kap. 12 §)")
        line(
            console,
            f"Kan överklagas till och med {final['overklagas_till']}, om det anslås så sent; därefter "
            "laga kraft om ingen har överklagat (KL 13 kap. 5 §)",
        )


SAID_ABOVE = ("paragraf", "diarienummer")
"""What is said of a decision and its ärende before the rest of the minutes."""


def _print_decision(console: Console, decision: dict[str, Any]) -> None:
    from models.minutes import FIELDS
    from models.outcomes import Outcome

    wrong = decision["rattat_av"] is not None
    cited = f", {decision['paragraf']}" if decision["paragraf"] else ""
    state = ""
    if wrong:
        state = f" [rättat av {decision['rattat_av']}]"
    elif decision["ersatt"]:
        state = " [ersatt]"
    line(
        console,
        f"{decision['instans']} {decision['datum']}: {Outcome(decision['utfall']).label}{cited}{state}",
        style="dim" if state else "",
    )
    version = f", version {decision['version']}" if decision["version"] else ""
    line(
        console,
        f"beslut {decision['nummer']}, av {decision['registrerat_av']}{version}",
        indent=4,
        style="dim",
    )
    for field in FIELDS:
        value, label = decision[field.name], field.words.label
        if value and field.name not in SAID_ABOVE:
            line(console, label if value is True else f"{label}: {value}", indent=4)
