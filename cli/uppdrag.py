"""`kommunplan uppdrag`: the register of what was assigned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

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

if TYPE_CHECKING:
    from views.assignments import Assignment, AssignmentList, Responsible
    from views.carried_out import DecisionsOfTheYear

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
    from tasks.reading import assignments

    chosen, today = settings_and_day()
    found = assignments(open_database(chosen), today, completed=alla)
    if som_json:
        print_json(found)
    elif found.assignments:
        _print(Console(), found)
    else:
        say("Inga uppdrag är införda." if alla else "Inga uppdrag är öppna; --alla visar de klara.")


@uppdrag.command(name="beslut")
def list_decisions(
    *,
    ar: Annotated[int | None, Parameter("--ar", help="Kalenderår; annars i år")] = None,
    som_json: Json = False,
) -> None:
    """Fullmäktiges beslut under året, genomförda eller inte, i en lista: KS uppföljning av dem.

    Att ett beslut är genomfört antecknas med kommunplan anteckna genomfort.
    """
    from tasks.database import open_database
    from tasks.reading import decisions_to_follow_up

    chosen, today = settings_and_day()
    found = decisions_to_follow_up(open_database(chosen), today, ar or today.year)
    if som_json:
        print_json(found)
    elif found.decisions:
        _print_decisions(Console(), found)
    else:
        say(f"Inga beslut i fullmäktige är registrerade {found.year}.")


def _print_decisions(console: Console, found: DecisionsOfTheYear) -> None:
    heading(console, f"Fullmäktiges beslut {found.year}: {found.left} inte genomförda")
    for one in found.decisions:
        cited = " ".join(filter(None, (one.body, str(one.day), one.paragraph)))
        line(console, f"{cited}: {one.title} ({one.slug}, {one.budget_year})")
        until = f", senast {one.last_day}" if one.last_day else ""
        is_done = f"Genomfört {one.carried_out}" if one.carried_out else f"Inte genomfört{until}"
        line(console, ", ".join((one.outcome or "uppdrag", is_done)), indent=4)


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
