"""What would follow, as a person reads it at the terminal: of a new round, of another definition, and of a
meeting that is moved or cancelled."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from cli.console import Console
from cli.lines import heading, section
from cli.terminal import say

if TYPE_CHECKING:
    from views.import_preview import ImportPreview
    from views.meeting_preview import MeetingPreview
    from views.previews import DefinitionPreview, MailToGo, RerunPreview, SupersededDecision


def print_rerun(console: Console, found: RerunPreview) -> None:
    """What a new round of a step would touch."""
    heading(console, f"{found.plan_name}: om {found.step} börjar ett nytt varv")
    section(console, "Blir ersatta", map(_decision, found.superseded))
    asked = "Omprövas: är klara, och någon får svara om de står fast"
    section(console, asked, found.reconsidered)
    section(console, "Väntar sedan på det", found.ahead)
    section(console, "Datum som flyttas", [f"{one.step}: {one.said()}" for one in found.moved])
    section(console, "Mejl", _mails(found.mails))
    if not (found.reconsidered or found.ahead):
        say("Inget annat steg bygger på det.")


def _decision(one: SupersededDecision) -> str:
    cited = f" ({one.paragraph})" if one.paragraph else ""
    return f"{one.body} {one.day}: {one.outcome.label}{cited}"


def _mails(rows: Iterable[MailToGo]) -> list[str]:
    """Who would get a mail about what, and why, a line each."""
    return [f"{one.name or one.address}: {one.step} ({one.rule})" for one in rows]


def print_definition(console: Console, found: DefinitionPreview, directory: Path) -> None:
    """What another definition would do to a year."""
    heading(console, f"{found.plan_name}: om året går över till {directory}")
    section(console, "Tillkommer", found.added)
    section(console, "Tas som klara: deras fönster har passerat", found.taken_as_done)
    section(console, "Utgår", found.removed)
    section(console, "Byter namn", [f"{one.before} → {one.after}" for one in found.renamed])
    section(console, "Får andra delar eller instanser", found.changed)
    section(console, "Nya datum", [f"{one.step}: {one.said()}" for one in found.moved])
    section(console, "Mejl", _mails(found.mails))
    section(
        console, "Oklart: pågår, och vad det blir måste sägas med --karta", found.unclear, "red"
    )
    if found.changes_nothing:
        say("Inga steg och inga datum blir andra.")


def print_import(console: Console, found: ImportPreview) -> None:
    """What a file of meetings would do."""
    heading(console, f"Om {found.file} läses in")
    section(console, "Sammanträden", [body.sentence() for body in found.bodies])
    section(console, "Dagar", [line for body in found.bodies for line in body.lines()])
    section(
        console, "Vilar på det som tas bort eller blir vid behov: skäl krävs", found.resting, "red"
    )
    section(console, "Datum som flyttas", found.follows)
    section(console, "Lagen", [one.sentence for one in found.law], "bold red")
    section(console, "Mejl", _mails(found.mails))
    section(console, "Att se på", found.notes)
    say("Inget är ändrat: det här var ett prov.")


def print_meeting(console: Console, found: MeetingPreview) -> None:
    """What a meeting that is moved or cancelled would do, year by year."""
    to = f"→ {found.to}" if found.to else "ställs in"
    for year in found.years:
        console.print(f"{year.plan_name}: om {found.body} {found.day} {to}", style="bold")
        for title, style, rows in (
            ("Sammanträdet", "bold", [one.said() for one in year.papers]),
            ("Datum som flyttas", "bold", [f"{one.step}: {one.said()}" for one in year.moved]),
            ("För kort om tid", "yellow", year.short),
            ("Bryter då mot lagen", "bold red", year.breaches),
            ("Blir då en risk", "yellow", year.risks),
            ("Upphör", "green", [one.cited for one in year.mended]),
            ("Mejl, ett till var och en", "bold", year.told_to),
        ):
            if rows:
                console.print(title, style=style)
            for row in rows:
                console.print(f"  {row}", markup=False, highlight=False)
        if not year.rests_on_it:
            console.print("Inget i årets process vilar på sammanträdet.")
    console.print("Inget är ändrat: det här var ett prov.")
