"""`kommunplan halsa`: whether the installation is well, and what mends what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.table import Table

from cli.console import Console
from cli.terminal import Json, print_json, say
from models.counting import counted

if TYPE_CHECKING:
    from tasks.settings import Settings
    from views.health import HealthReport

NOT_WELL = 1


def halsa(
    *,
    mejla: Annotated[
        bool,
        Parameter(
            "--mejla",
            negative="",
            help="Mejla processägaren om något är fel, högst en gång om dagen",
        ),
    ] = False,
    som_json: Json = False,
) -> int:
    """Mår kommunplan bra? Databasen, kontrollen, utkorgen, Prefect, arbetaren, svarssidan, disken, vakten.

    Slutar med 0 om allt är bra och med 1 om något behöver åtgärdas; ändrar ingenting. Fungerar också när
    Prefect är avstängt.
    """
    from tasks.clock import now
    from tasks.settings import settings
    from tasks.watch.health import health

    chosen = settings()
    found = health(chosen, now())
    if som_json:
        print_json(found)
    else:
        _print(Console(), found)
    if mejla and not found.is_well:
        sentence = _mail(chosen, found)
        if not som_json:
            say(sentence)
    return 0 if found.is_well else NOT_WELL


def _mail(chosen: Settings, found: HealthReport) -> str:
    """Mails what is wrong; a sentence about what became of that."""
    from notifications.alarm import Alarm
    from tasks.watch.alarms import Alarms, Told
    from tasks.watch.journal import keep_journal

    if found.free_bytes is not None:
        keep_journal(chosen)
    wrong = [one for one in found.points if one.is_well is False]
    alarms = Alarms(chosen)
    told = alarms.tell(
        Alarm(
            "Kommunplan behöver tillsyn",
            tuple((one.name.capitalize(), one.said) for one in wrong),
            tuple(f"{one.name.capitalize()}: {one.todo}" for one in wrong if one.todo),
        )
    )
    return {
        Told.NOW: f"Mejlat till {', '.join(alarms.told_to)}.",
        Told.LATELY: "Inget nytt mejl: det senaste dygnet har redan ett gått.",
        Told.NOT_TAKEN: "Inget mejl gick: e-postservern tog inte emot det.",
    }[told]


def _print(console: Console, found: HealthReport) -> None:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for one in found.points:
        mark, style = {True: ("bra", "green"), False: ("FEL", "bold red"), None: ("?", "yellow")}[
            one.is_well
        ]
        table.add_row(f"[{style}]{mark}[/]", one.name.capitalize(), _escaped(one.said))
        if one.todo:
            table.add_row("", "", f"→ {_escaped(one.todo)}")
    console.print(table, highlight=False)
    wrong = sum(one.is_well is False for one in found.points)
    todo = counted(wrong, "sak", "saker")
    console.print(f"{todo} att åtgärda." if wrong else "Allt är bra.")


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)
