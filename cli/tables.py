"""The status and the rehearsal as tables that fit the terminal."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from rich.box import SIMPLE, SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from cli.console import Console
from cli.lines import section
from cli.wording import at_terminal
from models.counting import counted
from tasks.views.labels import name_of_state

LIMITS, WIDE, DAYS = 96, 120, 130
"""Columns from which the table has room for limits, for the names in commands, and for the days left."""
LONGEST_WORD = len("Planeringsförutsättningar")
NARROWEST = 35
"""What the other columns need: the id, twelve columns of the state, a day."""


def print_status(
    console: Console, years: list[dict[str, Any]], *, exercise: bool, dormant: bool = False
) -> None:
    """Every year: a table of its steps, and below it what is late, at risk, missing or unsent. Steps that
    nothing starts as things stand are counted, and shown with `dormant`."""
    if exercise:
        console.print("ÖVNING: dagen hämtas ur KOMMUNPLAN_CLOCK_FILE.", style="bold yellow")
    if not years:
        console.print("Inget budgetår är startat. Kör kommunplan starta-ar.")
    for year in years:
        _print_year(console, year, dormant=dormant)


def _print_year(console: Console, year: dict[str, Any], *, dormant: bool) -> None:
    limits, wide, days = (console.width >= least for least in (LIMITS, WIDE, DAYS))
    table = Table(
        title=f"{year['kommun']}, {year['plan']}, {year['dag']}",
        title_justify="left",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    table.add_column("", no_wrap=True)
    table.add_column("Steg", overflow="fold", width=_step_width(console))
    table.add_column("Läge", overflow="fold")
    table.add_column("Senast", no_wrap=True)
    if days:
        table.add_column("Dagar", justify="right")
    if limits:
        table.add_column("Lagfrist", no_wrap=True)
    if wide:
        table.add_column("I kommandon", no_wrap=True)
    resting = [step for step in year["steg"] if step["vilar"]]
    for step in year["steg"]:
        if step["vilar"] and not dormant:
            continue
        style = _style(step)
        cells = [
            step["id"],
            Text(_title(step, year)),  # a title that somebody wrote is no markup
            Text(name_of_state(step["visning"], misses_limit=bool(step["lagrisk"])), style=style),
            "" if step["vilar"] else step["deadline"] or "",
        ]
        if step["lage"] == "planerat" and not step["sent"]:
            words = at_terminal(step["forklaring"]).rstrip(".")
            cells[2] = Text(name_of_state(words, misses_limit=bool(step["lagrisk"])), style=style)
        if days:
            left = None if step["vilar"] else step["arbetsdagar_kvar"]
            cells.append("" if left is None else str(left))
        if limits:
            cells.append(step["lagfrist"] or "")
        if wide:
            cells.append(step["slug"])
        table.add_row(*cells)
    console.print(table)
    if resting and not dormant:
        console.print(f"{len(resting)} steg vilar; visa dem med --alla.", style="dim")
    _section(
        console,
        "Mot lagen",
        [(s, s["lagrisk"]) for s in year["steg"] if s["lagrisk"]],
        year,
        "bold red",
    )
    late = [(s, at_terminal(s["forklaring"])) for s in year["steg"] if s["sent"]]
    _section(console, "Sent", late, year, "red")
    waits = [
        (s, at_terminal(s["forklaring"]))
        for s in year["steg"]
        if s["lage"] in ("pågår", "väntar", "återöppnat") and not s["sent"]
    ]
    _section(console, "Pågår", waits, year, "bold")
    marked = [(s, at_terminal(s["forklaring"])) for s in year["steg"] if s["omprovas_for"]]
    _section(console, "Omprövas", marked, year, "yellow")
    without = [
        (s, f"{', '.join(s['saknade_resultat'])}. Se kommunplan resultat {s['slug']}.")
        for s in year["steg"]
        if s["lage"] == "klart" and s["saknade_resultat"]
    ]
    _section(console, "Klart, men resultat saknas", without, year, "yellow")
    section(console, "Saknar sammanträde", year["luckor"])
    section(console, "Roller utan innehavare", year["vakanta_roller"])
    failed = [f"{m['till']}: {m['amne']}. {m['fel']}" for m in year["misslyckade_mejl"]]
    section(console, "Mejl som inte gick att skicka", failed)
    mail = year["mejl"]
    replaced = counted(mail["ersatt"], "ersatt av ett nyare", "ersatta av nyare")
    stale = f", {replaced}" if mail["ersatt"] else ""
    console.print(
        f"Mejl: {counted(mail['skickad'], 'skickat', 'skickade')}, {mail['köad']} väntar, "
        f"{counted(mail['misslyckad'], 'misslyckat', 'misslyckade')}{stale}."
    )
    if year["exempel"]:
        console.print(
            "Sammanträden och rollinnehavare är EXEMPEL: byt mot era egna.", style="yellow"
        )
    console.print()


def _step_width(console: Console) -> int | None:
    """Where the terminal is narrow, as wide as the longest word, so that only the state is folded."""
    is_narrow = console.width < LONGEST_WORD + 2 * NARROWEST
    return max(min(LONGEST_WORD, console.width - NARROWEST), 1) if is_narrow else None


def _style(step: dict[str, Any]) -> str:
    if step["lagrisk"]:
        return "bold red"
    if step["sent"]:
        return "red"
    if step["omprovas_for"]:
        return "yellow"
    return {"klart": "green", "planerat": "dim"}.get(step["lage"], "bold")


def _title(step: dict[str, Any], year: dict[str, Any]) -> str:
    """The title, with the year that the step is about where that is another than the budget year's."""
    about: int = step["galler_ar"]
    title: str = step["titel"]
    return title if about == year["budgetar"] else f"{title} {about}"


def _section(
    console: Console,
    title: str,
    rows: list[tuple[dict[str, Any], str]],
    year: dict[str, Any],
    style: str,
) -> None:
    lines = [f"{step['id']} {_title(step, year)}: {text}" for step, text in rows]
    section(console, title, lines, style)


def print_rehearsal(console: Console, year: dict[str, Any]) -> None:
    """The year's steps, then every mail day for day; mails alike but for the unit on one row."""
    steps = Table(title=f"Provkörning: {year['plan']}", title_justify="left", box=SIMPLE)
    steps.add_column("", no_wrap=True)
    steps.add_column("Steg")
    for heading in ("Öppnas", "Delar senast", "Beslut", "Lagfrist"):
        steps.add_column(heading, no_wrap=True)
    for step in year["steg"]:
        decisions = "\n".join(f"{d['instans']} {d['datum'] or '?'}" for d in step["beslut"])
        steps.add_row(
            step["id"],
            step["titel"],
            step["oppnas"],
            step["senast"],
            decisions,
            step["lagfrist"] or "",
        )
    console.print(steps)
    mails = Table(title="Utskick", title_justify="left", box=SIMPLE, pad_edge=False)
    mails.add_column("Dag", no_wrap=True)
    for heading in ("Steg", "Slag", "Roll", "Regel"):
        mails.add_column(heading, overflow="fold")
    grouped: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for mail in year["utskick"]:
        row = (mail["datum"], mail["slug"], mail["slag"], mail["roll"], mail["regel"])
        grouped[row].append(mail["enhet"] or "")
    for (day, slug, kind, role, rule), units in grouped.items():
        mails.add_row(day, slug, kind, f"{role} ×{len(units)}" if len(units) > 1 else role, rule)
    console.print(mails)
    console.print(
        f"{len(year['utskick'])} besked under året; det som kan vänta samlas i ett mejl om dagen."
    )
    section(console, "Saknar sammanträde", year["luckor"])
