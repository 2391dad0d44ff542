"""`kommunplan uppdrag`: the register of what was assigned."""

from __future__ import annotations

from typing import Annotated, Any

from cyclopts import Parameter
from rich.box import SIMPLE
from rich.table import Table
from rich.text import Text

from cli.console import Console
from cli.doing import NEW_ASSIGNMENT
from cli.lines import heading, line
from cli.tables import WIDE
from cli.terminal import Json, make_app, print_json, say, settings_and_day
from notifications.ladder import working_days

uppdrag = make_app("uppdrag", "Uppdragen: vilka som är öppna, vem som ansvarar och till när.")
uppdrag.command(NEW_ASSIGNMENT, name="nytt")


@uppdrag.command(name="lista")
def list_them(
    *,
    alla: Annotated[bool, Parameter("--alla", negative="", help="Också de som är klara")] = False,
    som_json: Json = False,
) -> None:
    """Uppdragen i alla startade år, de som brådskar mest först: ansvarig, sista dag, återrapport."""
    from tasks.database import open_database
    from tasks.views.duties import register

    chosen, today = settings_and_day()
    found = register(open_database(chosen), today, completed=alla)
    if som_json:
        print_json(found)
    elif found["uppdrag"]:
        _print(Console(), found)
    else:
        say("Inga uppdrag är införda." if alla else "Inga uppdrag är öppna; --alla visar de klara.")


def _print(console: Console, found: dict[str, Any]) -> None:
    if console.width >= WIDE:
        console.print(_table(found))
        return
    heading(console, f"Uppdrag, {found['dag']}")
    for row in found["uppdrag"]:
        style = "red" if row["sent"] else ""
        line(
            console,
            f"{row['senast']} {row['titel']} ({row['slug']}, {row['budgetar']})",
            style=style,
        )
        for part in row["ansvariga"]:
            line(console, _responsible(part), indent=4)
        told = [_standing(row), _left(row), f"återrapport: {_report_back(row)}"]
        line(console, ", ".join(filter(None, told)), indent=4)


def _table(found: dict[str, Any]) -> Table:
    table = Table(
        title=f"Uppdrag, {found['dag']}", title_justify="left", box=SIMPLE, pad_edge=False
    )
    for name in ("Uppdrag", "Ansvarig", "Senast", "Kvar", "Återrapport", "Läge"):
        table.add_column(name, overflow="fold", no_wrap=name == "Senast")
    for row in found["uppdrag"]:
        cells = (
            f"{row['titel']}\n{row['slug']} ({row['budgetar']})",
            "\n".join(map(_responsible, row["ansvariga"])),
            row["senast"],
            _left(row),
            _report_back(row),
            _standing(row),
        )
        # what somebody wrote is no markup
        table.add_row(*(Text(cell, style="red" if row["sent"] else "") for cell in cells))
    return table


def _responsible(part: dict[str, Any]) -> str:
    return f"{part['namn']}: {', '.join(part['innehavare']) or 'ingen innehavare'}"


def _report_back(row: dict[str, Any]) -> str:
    return " → ".join(row["aterrapport"]) or "ingen"


def _left(row: dict[str, Any]) -> str:
    left = row["arbetsdagar_kvar"]
    if left is None:
        return ""
    days = working_days(abs(left))
    return f"{days} sent" if left < 0 else days


def _standing(row: dict[str, Any]) -> str:
    shown: str = row["visning"]
    return (
        f"Sent: {shown[0].lower()}{shown[1:]}"
        if row["sent"] and not shown.startswith("Sent")
        else shown
    )
