"""Figures on the command line: read as they are written, and shown beside those that they rest on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from cli.console import Console
from cli.lines import heading, line
from cli.terminal import print_json, say
from models.errors import RefusedError

if TYPE_CHECKING:
    from tasks.engine import Engine
    from tasks.office import Done


def values_of(written: Iterable[str]) -> dict[str, object]:
    """The figures by kind, each given once."""
    from models.results import parsed

    values: dict[str, object] = {}
    for text in written:
        kind, value = parsed(text)
        if kind in values:
            raise RefusedError(f"Resultatet {kind} är angivet två gånger. Ange det en gång.")
        values[kind] = value
    return values


def tell_raised(on: Engine, done: Done) -> None:
    """What the figures started by themselves, such as a deviation that is over its threshold."""
    if not any("/anmalt/" in key for key in done.year.events):
        return
    from tasks.views.duties import raised_by

    for slug, title in raised_by(on.database, done.year):
        say(f"Därmed anmält: {title} ({slug}).")


def print_results(console: Console, step: dict[str, Any], *, indent: int = 2) -> None:
    """Each figure with what it is beside the earlier one, and what is missing."""
    from models.results import NAMES, WRITTEN

    for one in step["resultat"]:
        line(console, f"{NAMES[one['slag']]}: {one['text']}{_beside(one)}", indent=indent)
    for kind in step["saknade_resultat"]:
        line(
            console,
            f"{NAMES[kind]} saknas: kommunplan resultat {step['slug']} {WRITTEN[kind]}",
            indent=indent,
            style="yellow",
        )


def _beside(one: dict[str, Any]) -> str:
    before = one["jamfort_med"]
    if before is None:
        return ""
    if before["text"] == one["text"]:
        return f" (som i {before['steg']})"
    more = f": {before['skillnad']}" if before["skillnad"] else ""
    return f" mot {before['text']} i {before['steg']}{more}"


def show_results(on: Engine, slug: str, budget_year: int | None, *, som_json: bool = False) -> None:
    """What is registered of the step's figures, and what is missing."""
    from tasks.views.arenden import step_results

    found = step_results(on.database, on.today, slug, budget_year)
    if som_json:
        print_json(found)
        return
    console = Console()
    heading(console, f"{found['plan']}, {found['slug']}")
    print_results(console, found)
    if not (found["resultat"] or found["saknade_resultat"]):
        line(console, "Inget är registrerat, och inget väntas nu.")
