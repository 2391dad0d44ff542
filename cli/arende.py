"""`kommunplan arende`: an ärende through its bodies, with all that has been registered of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from cli.completers import steps
from cli.console import Console
from cli.figures import print_figures
from cli.lines import heading, line
from cli.terminal import Json, Year, print_json, settings_and_day

if TYPE_CHECKING:
    from views.arenden import (
        ArendeLine,
        ArendeList,
        ArendeStep,
        DecisionOnVersion,
        Finality,
        LinkTurn,
    )


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
    from tasks.reading import arenden

    chosen, today = settings_and_day()
    found = arenden(open_database(chosen), today, namn, budgetar)
    if som_json:
        print_json(found)
        return
    console = Console()
    if namn is None:
        _print_all(console, found)
        return
    for one in found.arenden:
        _print(console, found, one)


def _print_all(console: Console, found: ArendeList) -> None:
    """A line or two for each, those that have not begun to matter left out."""
    heading(console, f"{found.plan_name}, {found.today}: ärenden")
    for one in found.arenden:
        if all(step.dormant for step in one.steps):
            continue
        number = one.diarienummer or "utan diarienummer"
        line(console, f"{one.name} ({one.slug}), {number}")
        for step in one.steps:
            line(console, f"{_bodies(step)}: {step.label}", indent=4)


def _bodies(step: ArendeStep) -> str:
    days = [_turn(link) for link in step.links]
    return f"{step.id} {' → '.join(days)}" if days else f"{step.id} {step.name}"


def _turn(link: LinkTurn) -> str:
    return f"{link.body} {link.meeting or 'utan dag'}"


def _print(console: Console, found: ArendeList, one: ArendeLine) -> None:
    heading(console, f"{found.plan_name}: {one.name} ({one.slug})")
    line(console, f"Diarienummer: {one.diarienummer or 'inget än; ge det med diariefor'}")
    for step in one.steps:
        year = "" if step.about == found.budget_year else f" {step.about}"
        version = f", version {step.version}" if step.version > 1 else ""
        heading(console, f"\n{step.id} {step.name}{year}: {step.label}{version}")
        for decision in step.decisions:
            _print_decision(console, decision)
        for link in step.links:
            if not link.decided:
                line(console, f"{_turn(link)}: planerat")
        print_figures(console, step)
    if one.finality:
        _print_finality(console, one.finality)


def _print_finality(console: Console, final: Finality) -> None:
    after = final.after
    gained = bool(after.in_force)
    heading(console, f"\n{final.body} {final.day} {'är' if gained else 'blir'} slutligt")
    if after.posted:
        for told in after.told():
            line(console, told)
        return
    signed = "omedelbart, " if final.signed_at_once else "" if after.signed else "senast "
    line(console, f"Justering {signed}{final.signed_by} (KL 5 kap. 69 §)")
    line(console, f"Anslag senast {final.posted_by} (KL 8 kap. 12 §)")
    line(
        console,
        f"Kan överklagas till och med {final.appeal_ends}, om det anslås så sent; därefter "
        "laga kraft om ingen har överklagat (KL 13 kap. 5 §)",
    )


SAID_ABOVE = ("paragraf", "diarienummer")
"""What is said of a decision and its ärende before the rest of the minutes."""


def _print_decision(console: Console, decision: DecisionOnVersion) -> None:
    from models.minutes import told

    cited = f", {decision.said.paragraph}" if decision.said.paragraph else ""
    state = _standing(decision)
    decided = f"{decision.body} {decision.day}: {decision.outcome.label}{cited}{state}"
    line(console, decided, style="dim" if state else "")
    version = f", version {decision.version}" if decision.version else ""
    registered = f"beslut {decision.number}, av {decision.by}{version}"
    line(console, registered, indent=4, style="dim")
    happened = ", ".join(decision.after.told())
    if happened:
        line(console, happened, indent=4)
    for field, value in told(decision.said):
        if value and field.name not in SAID_ABOVE:
            label = field.words.label
            line(console, label if value is True else f"{label}: {value}", indent=4)


def _standing(decision: DecisionOnVersion) -> str:
    if decision.corrected_by is not None:
        return f" [rättat av {decision.corrected_by}]"
    return " [ersatt]" if decision.superseded else ""
