"""`kommunplan utskick`: what went, what waits, and what goes tomorrow, by which rule and to whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

from cyclopts import Parameter
from rich.box import SIMPLE
from rich.table import Table

from flows.cli.console import Console
from flows.cli.terminal import Json, print_json, say, settings_and_day, warn_of_exercise


def utskick(
    *,
    imorgon: Annotated[
        bool, Parameter("--imorgon", negative="", help="Bara det som går i morgon")
    ] = False,
    dag: Annotated[
        date | None, Parameter("--dag", help="Det som gick den dagen; annars de senaste sju")
    ] = None,
    som_json: Json = False,
) -> None:
    """Vilka mejl som har gått, väntar och går i morgon, till vem, av vilken regel och varför just dit.

    I morgon är morgondagens kontroll på läget som det är nu; ingenting ändras eller skickas.
    """
    from tasks.database import open_database
    from tasks.mail.sendings import sendings

    chosen, today = settings_and_day()
    found = sendings(open_database(chosen), chosen, today, dag)
    if som_json:
        print_json(found)
        return
    console = Console()
    warn_of_exercise(console, chosen)
    if not imorgon:
        _print(console, f"Gick {dag}" if dag else "Gick de senaste sju dagarna", found["gick"])
        _print(console, "Väntar", found["vantar"])
    _print(console, f"Går i morgon, {found['imorgon']['dag']}", found["imorgon"]["mejl"])


def _print(console: Console, title: str, mails: list[dict[str, Any]]) -> None:
    console.print(f"{title}: {len(mails)} mejl", style="bold")
    if not mails:
        return
    table = Table(box=SIMPLE, pad_edge=False)
    for heading in ("När", "Till", "Mejl", "Vad, av vilken regel, och varför till just den"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "När")
    for mail in mails:
        table.add_row(_when(mail), _person(mail), mail["slag"], "\n".join(_reasons(mail)))
    console.print(table)
    for mail in mails:
        if mail.get("fel"):
            say(f"  {mail['till']}: {mail['fel']}")


def _person(mail: dict[str, Any]) -> str:
    return f"{mail['namn']} <{mail['till']}>"


def _when(mail: dict[str, Any]) -> str:
    if "lage" not in mail:
        return str(mail.get("dag", ""))
    tried = f", {mail['forsok']} försök" if mail["forsok"] else ""
    return f"{mail['koad']}\n{mail['lage']}{tried}"


def _reasons(mail: dict[str, Any]) -> Iterable[str]:
    for told in mail["uppgifter"]:
        body = f" ({told['instans']})" if told["instans"] else ""
        because = f"; {told['darfor']}" if told["darfor"] else ""
        yield f"{told['steg']} {told['slag']}{body}: {told['regel']}{because}"
