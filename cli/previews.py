"""What would follow, as a person reads it at the terminal: of a new round, of another definition, and of a
meeting that is moved or cancelled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cli.console import Console
from cli.lines import heading, section
from cli.terminal import say


def print_rerun(console: Console, found: dict[str, Any]) -> None:
    """What a new round of a step would touch."""
    heading(console, f"{found['plan']}: om {found['steg']} börjar ett nytt varv")
    section(console, "Blir ersatta", map(_decision, found["ersatts"]))
    section(console, "Omprövas: är klara, och någon får svara om de står fast", found["omprovas"])
    section(console, "Väntar sedan på det", found["bygger_vidare"])
    section(
        console,
        "Datum som flyttas",
        [
            f"{r['steg']}: {r['vad']} {r['fore'] or 'utan dag'} → {r['efter'] or 'utan dag'}"
            for r in found["flyttas"]
        ],
    )
    section(console, "Mejl", _mails(found["mejl"]))
    if not (found["omprovas"] or found["bygger_vidare"]):
        say("Inget annat steg bygger på det.")


def _decision(row: dict[str, Any]) -> str:
    from models.outcomes import Outcome

    cited = f" ({row['paragraf']})" if row["paragraf"] else ""
    return f"{row['instans']} {row['datum']}: {Outcome(row['utfall']).label}{cited}"


def _mails(rows: list[dict[str, Any]]) -> list[str]:
    """Who would get a mail about what, and why, a line each."""
    return [f"{row['till'] or row['adress']}: {row['steg']} ({row['regel']})" for row in rows]


def print_definition(console: Console, found: dict[str, Any], directory: Path) -> None:
    """What another definition would do to a year."""
    heading(console, f"{found['plan']}: om året går över till {directory}")
    section(console, "Tillkommer", found["tillkommer"])
    section(console, "Tas som klara: deras fönster har passerat", found["tas_som_klara"])
    section(console, "Utgår", found["utgar"])
    section(console, "Byter namn", [f"{r['fran']} → {r['till']}" for r in found["byter_namn"]])
    section(console, "Får andra delar eller instanser", found["andras"])
    section(
        console,
        "Nya datum",
        [
            f"{r['steg']}: {r['vad']} {r['fore'] or 'utan dag'} → {r['efter'] or 'utan dag'}"
            for r in found["flyttas"]
        ],
    )
    section(console, "Mejl", _mails(found["mejl"]))
    section(
        console, "Oklart: pågår, och vad det blir måste sägas med --karta", found["oklara"], "red"
    )
    if not any(
        found[key] for key in ("tillkommer", "utgar", "byter_namn", "andras", "flyttas", "oklara")
    ):
        say("Inga steg och inga datum blir andra.")


def print_meeting(console: Console, found: dict[str, Any]) -> None:
    """What a meeting that is moved or cancelled would do, year by year."""
    from tasks.meetings.what_if import told_to

    def lines(title: str, rows: list[str], style: str = "bold") -> None:
        if rows:
            console.print(title, style=style)
        for row in rows:
            console.print(f"  {row}", markup=False, highlight=False)

    to = f"→ {found['till']}" if found["till"] else "ställs in"
    move = f"{found['instans']} {found['fran']} {to}"
    for year in found["ar"]:
        console.print(f"{year['plan']}: om {move}", style="bold")
        lines("Sammanträdet", [_change(row) for row in year["sammantradet"]])
        lines("Datum som flyttas", [f"{r['steg']}: {_change(r)}" for r in year["flyttas"]])
        lines("För kort om tid", year["for_kort"], "yellow")
        broken = [f"{f['text']} ({f['lagrum']})" for f in year["bryts"] if f["slag"] == "brott"]
        risks = [f"{f['text']} ({f['lagrum']})" for f in year["bryts"] if f["slag"] != "brott"]
        lines("Bryter då mot lagen", broken, "bold red")
        lines("Blir då en risk", risks, "yellow")
        lines("Upphör", [f"{f['text']} ({f['lagrum']})" for f in year["lagas"]], "green")
        lines("Mejl, ett till var och en", told_to(year["mejl"]))
        if not (year["flyttas"] or year["bryts"]):
            console.print("Inget i årets process vilar på sammanträdet.")
    console.print("Inget är ändrat: det här var ett prov.")


def _change(row: dict[str, Any]) -> str:
    return f"{row['vad']} {row['fore'] or 'utan dag'} → {row['efter'] or 'utan dag'}"
