"""`kommunplan rollinnehavare`: who holds what, who is away, which deadlines have nobody; read in anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from cli.console import Console
from cli.doing import DOING
from cli.terminal import Json, make_app, print_json, say, settings_and_day

if TYPE_CHECKING:
    from models.plan import RoleHolder
    from tasks.people.change import RoleHeld, StaffList

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
        print_json(listed.as_json())
    else:
        _print(Console(), listed)


rollinnehavare.command(DOING["rollinnehavare-las-in"], name="las-in")


def _print(console: Console, listed: StaffList) -> None:
    table = Table(pad_edge=False)
    table.add_column("Roll", overflow="fold")
    table.add_column("Innehavare i dag", overflow="fold")
    table.add_column("Sedan", no_wrap=True)
    table.add_column("Sedan blir det", overflow="fold")
    for held in listed.held:
        table.add_row(held.title, _names(held), _since(held), "\n".join(map(_later, held.then)))
    console.print(table)
    _section(console, "Frånvaro och ersättare", listed.away)
    _section(console, "Sista dagar utan innehavare", listed.gaps, "bold red")
    if listed.is_example:
        console.print("Rollinnehavare är EXEMPEL: byt mot era egna.", style="yellow")


def _section(console: Console, title: str, lines: tuple[str, ...], style: str = "bold") -> None:
    if lines:
        console.print(title, style=style)
    for line in lines:
        say(f"  {line}")


def _names(held: RoleHeld) -> str:
    people = [f"{one.name} <{one.address}>{_until(one)}" for one in held.people]
    return "\n".join(people) or "ingen: mejlen går till processägaren"


def _until(one: RoleHolder) -> str:
    return f" till {one.last_day}" if one.last_day else ""


def _since(held: RoleHeld) -> str:
    return "\n".join(str(one.first_day) for one in held.people)


def _later(one: RoleHolder) -> str:
    return f"{one.name} från {one.first_day}"
