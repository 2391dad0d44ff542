"""`kommunplan historik`: everything that has happened in a step, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.text import Text

from cli.console import Console
from cli.lines import heading, line
from cli.terminal import Json, StepName, Year, print_json, settings_and_day
from cli.wording import at_terminal
from views.labels import as_sentence

if TYPE_CHECKING:
    from views.history import HistoryLine


def historik(
    steg: StepName,
    *,
    utan_mejl: Annotated[
        bool, Parameter("--utan-mejl", negative="", help="Visa inte vilka mejl som gick")
    ] = False,
    budgetar: Year = None,
    som_json: Json = False,
) -> None:
    """Allt som har hänt i ett steg, i ordning: öppnat, delar, beslut, rättelser, flyttade möten, mejl."""
    from tasks.database import open_database
    from tasks.history import step_history

    chosen, today = settings_and_day()
    found = step_history(open_database(chosen), today, steg, budgetar)
    if utan_mejl:
        found = found.without_mails
    if som_json:
        print_json(found)
        return
    console = Console()
    heading(console, f"{found.plan_name}: {found.id} {found.title} ({found.slug})")
    line(console, f"{as_sentence(found.label)} {at_terminal(found.sentence)}")
    if not found.lines:
        line(console, "Inget har hänt än.")
    day = None
    for one in found.lines:
        if one.day != day:
            day = one.day
            console.print(Text(f"\n{day}", style="bold"))
        line(console, _told(one), style=_style(one))
        if one.said:
            line(console, one.said, indent=4)


def _told(one: HistoryLine) -> str:
    number = f" [{one.number}]" if one.kind in ("beslut", "rattelse") and one.number else ""
    wrong = f", rättat av {one.corrected_by}" if one.corrected_by else ""
    who = "" if one.who in ("", "kontroll") else f" ({one.who})"
    if one.source == "mejl":
        who = f". Till: {one.who}"
    return f"{one.what}{wrong}{number}{who}"


def _style(one: HistoryLine) -> str:
    return "dim" if one.source == "mejl" or one.corrected_by else ""
