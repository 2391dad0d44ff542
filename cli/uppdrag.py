"""`kommunplan anmal` and `uppdrag`: what can happen at any time, and the register of what was assigned."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.box import SIMPLE
from rich.table import Table
from rich.text import Text

from cli.completers import bodies, occasions, roles_and_units, units
from cli.console import Console
from cli.lines import heading, line
from cli.tables import WIDE
from cli.terminal import (
    By,
    Json,
    Year,
    author,
    engine,
    make_app,
    print_json,
    say,
    settings_and_day,
    tell_as_json,
    tell_step,
)
from notifications.ladder import working_days

if TYPE_CHECKING:
    from views.assignments import Assignment, AssignmentList, Responsible

uppdrag = make_app("uppdrag", "Uppdragen: vilka som är öppna, vem som ansvarar och till när.")
Title = Annotated[str, Parameter(help="Vad det gäller, i några ord")]
Details = Annotated[str, Parameter("--text", help="Mer om saken")]
Role = Annotated[
    str,
    Parameter(
        "--roll",
        help="Ansvarig roll, eller roll:enhet; annars definitionens",
        completer=roles_and_units,
    ),
]
Body = Annotated[
    str,
    Parameter(
        "--instans", help="Instansen som får återrapporten; annars definitionens", completer=bodies
    ),
]
Due = Annotated[date | None, Parameter("--senast", help="Sista dagen, till exempel 2028-03-01")]


def anmal(
    tillfalle: Annotated[
        str, Parameter(help="Vad som har hänt, till exempel storre-avvikelse", completer=occasions)
    ],
    rubrik: Title,
    *,
    text: Details = "",
    enhet: Annotated[
        str | None, Parameter("--enhet", help="Enheten som det gäller", completer=units)
    ] = None,
    roll: Role = "",
    instans: Body = "",
    senast: Due = None,
    tkr: Annotated[int | None, Parameter("--tkr", help="Beloppet i tusen kronor")] = None,
    budgetar: Year = None,
    av: By = None,
    som_json: Json = False,
) -> None:
    """Anmäler något som kan hända när som helst: en avvikelse, ett underskott, ett uppdrag.

    Det blir ett eget steg i året, med ansvarig, sista dag och instans. Varje anmälan blir ett nytt.
    """
    tell_as_json(som_json)
    on = engine()
    done, slug = on.raise_occasion(
        tillfalle,
        rubrik,
        by=author(av),
        token=uuid.uuid4().hex,
        budget_year=budgetar,
        text=text,
        unit=enhet,
        part=roll,
        body=instans,
        due=senast,
        amount=tkr,
    )
    tell_step(on, slug, done)


@uppdrag.command(name="nytt")
def new(
    rubrik: Title,
    *,
    roll: Annotated[
        str, Parameter("--roll", help="Ansvarig roll, eller roll:enhet", completer=roles_and_units)
    ],
    senast: Annotated[date, Parameter("--senast", help="Sista dagen, till exempel 2028-03-01")],
    instans: Body = "",
    text: Details = "",
    budgetar: Year = None,
    av: By = None,
    som_json: Json = False,
) -> None:
    """För in ett uppdrag. Den ansvariga får mejl nu och påminnelser före sista dagen."""
    from views.assignments import ASSIGNMENT

    anmal(
        ASSIGNMENT,
        rubrik,
        text=text,
        roll=roll,
        instans=instans,
        senast=senast,
        budgetar=budgetar,
        av=av,
        som_json=som_json,
    )


@uppdrag.command(name="lista")
def list_them(
    *,
    alla: Annotated[bool, Parameter("--alla", negative="", help="Också de som är klara")] = False,
    som_json: Json = False,
) -> None:
    """Uppdragen i alla startade år, de som brådskar mest först: ansvarig, sista dag, återrapport."""
    from tasks.database import open_database
    from tasks.reading import assignments

    chosen, today = settings_and_day()
    found = assignments(open_database(chosen), today, completed=alla)
    if som_json:
        print_json(found)
    elif found.assignments:
        _print(Console(), found)
    else:
        say("Inga uppdrag är införda." if alla else "Inga uppdrag är öppna; --alla visar de klara.")


def _print(console: Console, found: AssignmentList) -> None:
    if console.width >= WIDE:
        console.print(_table(found))
        return
    heading(console, f"Uppdrag, {found.today}")
    for one in found.assignments:
        told = f"{one.last_day} {one.title} ({one.slug}, {one.budget_year})"
        line(console, told, style="red" if one.late else "")
        for part in one.responsible:
            line(console, _responsible(part), indent=4)
        standing = [_standing(one), _left(one), f"återrapport: {_report_back(one)}"]
        line(console, ", ".join(filter(None, standing)), indent=4)


def _table(found: AssignmentList) -> Table:
    table = Table(title=f"Uppdrag, {found.today}", title_justify="left", box=SIMPLE, pad_edge=False)
    for name in ("Uppdrag", "Ansvarig", "Senast", "Kvar", "Återrapport", "Läge"):
        table.add_column(name, overflow="fold", no_wrap=name == "Senast")
    for one in found.assignments:
        cells = (
            f"{one.title}\n{one.slug} ({one.budget_year})",
            "\n".join(map(_responsible, one.responsible)),
            str(one.last_day),
            _left(one),
            _report_back(one),
            _standing(one),
        )
        # what somebody wrote is no markup
        table.add_row(*(Text(cell, style="red" if one.late else "") for cell in cells))
    return table


def _responsible(part: Responsible) -> str:
    return f"{part.name}: {', '.join(part.holders) or 'ingen innehavare'}"


def _report_back(one: Assignment) -> str:
    return " → ".join(one.reported_to) or "ingen"


def _left(one: Assignment) -> str:
    if one.days_left is None:
        return ""
    days = working_days(abs(one.days_left))
    return f"{days} sent" if one.days_left < 0 else days


def _standing(one: Assignment) -> str:
    is_told = not one.late or one.label.startswith("Sent")
    return one.label if is_told else f"Sent: {one.label[0].lower()}{one.label[1:]}"
