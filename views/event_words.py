"""What has happened, in a few words: the answer page and the history of a step say it alike. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from models.acts.notes import reasons_in_words
from models.errors import UnknownError
from models.events import (
    AskedAtStart,
    AskedForTime,
    CompletedBeforeStart,
    Corrected,
    Decided,
    Disclaimed,
    Event,
    Fact,
    Noted,
    Numbered,
    Opened,
    Overridden,
    Postponed,
    Raised,
    ReasonsFound,
    Redefined,
    Reopened,
    Reported,
    Resulted,
    SetAside,
    Upheld,
)
from models.opening import BY_START
from models.process import Definition, TaskKey
from models.results import NAMES, in_words


def author(by: str) -> str:
    """The person's name, without the address that a signature carries."""
    return re.sub(r"\s*<[^<>]*>$", "", by)


PLAIN: Mapping[type[Fact], str] = {
    AskedAtStart: "Året startades här: är steget redan gjort?",
    Opened: "Steget öppnades",
    Overridden: "Steget gick vidare utan de delar som saknades",
    Upheld: "Det som är klart står fast",
    SetAside: "Steget utgår i år",
    Reopened: "Steget började om",
    Redefined: "Året gick över till en ändrad definition",
}
"""What happened where nothing of the event need be told but why."""


def happened(
    definition: Definition, event: Event, replaced: Mapping[str, Mapping[str, Any]] | None = None
) -> tuple[str, str]:
    """What happened, and what was said about it; empty where nothing was. `replaced` is what figures were
    before, by the key of the event, where that is to be told (`models.given.replaced_by`)."""
    if isinstance(event, Resulted):
        before = (replaced or {}).get(event.key, {})
        return _figures(definition, event, before), event.reason
    return _what(definition, event), _said(event)


def _what(definition: Definition, event: Event) -> str:
    match event:
        case CompletedBeforeStart():
            if event.by == BY_START:
                return "Steget togs som klart när året startades här"
            return f"Var klart före starten{f', {event.done_on}' if event.done_on else ''}"
        case Raised():
            return f"Anmäldes: {event.title}"
        case Reported():
            return f"Klar: {part_in_words(definition, event.task)}"
        case Decided():
            return decision(definition, event)
        case Corrected():
            return _corrected(definition, event)
        case Numbered():
            return f"Ärendet fick diarienummer {event.diarienummer}"
        case Postponed():
            return f"Sista dagen sköts upp till {event.until}"
        case AskedForTime():
            return f"Mer tid önskades, till {event.until}: {part_in_words(definition, event.task)}"
        case Noted():
            return noted(event)
        case ReasonsFound():
            return reasons_in_words(event)
        case Disclaimed():
            return f"Uppgiften är inte min, svarade {part_in_words(definition, event.task)}"
    return PLAIN.get(type(event), event.kind)


def _said(event: Event) -> str:
    """The text, the comment or the reason that the event carries, if it does."""
    match event:
        case Raised():
            return event.text
        case Reported():
            return event.comment
        case Noted():
            return ". ".join(filter(None, (event.reason, event.note)))
    return str(getattr(event, "reason", ""))


def _corrected(definition: Definition, event: Corrected) -> str:
    if event.decision is None:
        return "Ett beslut var fel registrerat och är struket"
    return f"Ett beslut var fel registrerat. Rätt är: {decision(definition, event.decision)}"


def noted(event: Noted) -> str:
    """`KF 2027-11-29: justeringen anslogs 2027-12-10`"""
    where = f"{event.body} {event.meeting}"
    if event.withdrawn:
        return f"{where}: {event.what.value} antecknades fel och är struket"
    again = ", rättat" if event.number > 1 else ""
    return f"{where}: {event.what.label} {event.on}{again}"


def _figures(definition: Definition, event: Resulted, before: Mapping[str, Any]) -> str:
    """Whose the figures are, what they are, and what they were."""

    def worded(kind: str, value: object) -> str:
        return in_words(kind, value, definition.unit_names)

    told = []
    for kind, value in event.values.items():
        earlier = before.get(kind, value)
        was = "" if earlier == value else f" (förut {worded(kind, earlier)})"
        told.append(f"{NAMES[kind]}: {worded(kind, value)}{was}")
    whose = f" för {part_in_words(definition, event.task)}" if event.task else ""
    return f"Siffror registrerades{whose}. {'; '.join(told)}"


def decision(definition: Definition, decided: Decided) -> str:
    """The body, what it decided, and how that is cited."""
    said = (decided.outcome.label, decided.paragraph, decided.diarienummer)
    changes = f". Ändring: {decided.changes}" if decided.changes else ""
    return f"{definition.body(decided.body).name}: {', '.join(filter(None, said))}{changes}"


def part_in_words(definition: Definition, task: TaskKey) -> str:
    """Whose part it is, also of a role that there is no more."""
    try:
        return definition.title_of(task)
    except UnknownError:  # a role that a new definition has done away with
        return str(task)
