"""`kommunplan rollinnehavare`: who holds what, who is away, which deadlines have nobody; read in anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Table

from cli.console import Console
from cli.doing import DOING
from cli.terminal import Json, make_app, print_json, say, settings_and_day

if TYPE_CHECKING:
    from views.staff import HolderLine, RoleLine, StaffList

rollinnehavare = make_app(
    "rollinnehavare", "Vem som innehar vilken roll, vem som är borta, och vad som saknas."
)


@rollinnehavare.command(name="lista")
def list_them(*, som_json: Json = False) -> None:
    """Vem som innehar varje roll i dag, ersättare, och de sista dagar då ingen gör det."""
    from tasks.database import open_database
    from tasks.people.change import list_staff

    chosen, today = settings_and_day()
    listed = list_staff(open_database(chosen), chosen, today)
    if som_json:
        print_json(listed)
    else:
        _print(Console(), listed)


rollinnehavare.command(DOING["rollinnehavare-las-in"], name="las-in")
rollinnehavare.command(DOING["rollinnehavare-byt"], name="byt")


def _print(console: Console, listed: StaffList) -> None:
    table = Table(pad_edge=False)
    table.add_column("Roll", overflow="fold")
    table.add_column("Innehavare i dag", overflow="fold")
    table.add_column("Sedan", no_wrap=True)
    table.add_column("Sedan blir det", overflow="fold")
    for role in listed.roles:
        since = "\n".join(str(one.first_day) for one in role.holders)
        later = "\n".join(f"{one.name} från {one.first_day}" for one in role.later)
        table.add_row(role.title, _names(role), since, later)
    console.print(table)
    _section(console, "Frånvaro och ersättare", [one.sentence for one in listed.absences])
    _section(console, "Sista dagar utan innehavare", listed.gaps, "bold red")
    if listed.is_example:
        console.print("Rollinnehavare är EXEMPEL: byt mot era egna.", style="yellow")


def _section(console: Console, title: str, lines: Sequence[str], style: str = "bold") -> None:
    if lines:
        console.print(title, style=style)
    for line in lines:
        say(f"  {line}")


def _names(role: RoleLine) -> str:
    people = [f"{one.name} <{one.address}>{_until(one)}" for one in role.holders]
    return "\n".join(people) or "ingen: mejlen går till processägaren"


def _until(one: HolderLine) -> str:
    return f" till {one.last_day}" if one.last_day else ""
