"""What has happened, in a few words: the answer page and the history of a step say it alike. Pure."""

from __future__ import annotations

import re

from models.errors import UnknownError
from models.events import (
    AskedForTime,
    CompletedBeforeStart,
    Corrected,
    Decided,
    Disclaimed,
    Event,
    Numbered,
    Opened,
    Overridden,
    Postponed,
    Raised,
    Redefined,
    Reopened,
    Reported,
    Resulted,
    SetAside,
    Upheld,
)
from models.process import Definition, TaskKey
from models.results import NAMES, in_words


def author(by: str) -> str:
    """The person's name, without the address that a signature carries."""
    return re.sub(r"\s*<[^<>]*>$", "", by)


def happened(definition: Definition, event: Event) -> tuple[str, str]:
    """What happened, and what was said about it; empty where nothing was."""
    match event:
        case CompletedBeforeStart():
            return "Steget togs som klart när året startades här", ""
        case Raised():
            return f"Anmäldes: {event.title}", event.text
        case Opened():
            return "Steget öppnades", event.reason
        case Reported():
            return f"Klar: {_part(definition, event.task)}", event.comment
        case Overridden():
            return "Steget gick vidare utan de delar som saknades", event.reason
        case Decided():
            return decision(definition, event), event.reason
        case Corrected(decision=None):
            return "Ett beslut var fel registrerat och är struket", event.reason
        case Corrected(decision=Decided() as right):
            told = decision(definition, right)
            return f"Ett beslut var fel registrerat. Rätt är: {told}", event.reason
        case Numbered():
            return f"Ärendet fick diarienummer {event.diarienummer}", ""
        case Resulted():
            figures = "; ".join(
                f"{NAMES[kind]}: {in_words(kind, value, definition.unit_names)}"
                for kind, value in event.values.items()
            )
            return f"Siffror registrerades. {figures}", event.reason
        case Upheld():
            return "Det som är klart står fast", event.reason
        case SetAside():
            return "Steget utgår i år", event.reason
        case Reopened():
            return "Steget började om", event.reason
        case Postponed():
            return f"Sista dagen sköts upp till {event.until}", event.reason
        case AskedForTime():
            part = _part(definition, event.task)
            return f"Mer tid önskades, till {event.until}: {part}", event.reason
        case Disclaimed():
            return f"Uppgiften är inte min, svarade {_part(definition, event.task)}", event.reason
        case Redefined():
            return "Året gick över till en ändrad definition", event.reason
    return event.kind, ""


def decision(definition: Definition, decided: Decided) -> str:
    """The body, what it decided, and how that is cited."""
    said = (decided.outcome.label, decided.paragraph, decided.diarienummer)
    changes = f". Ändring: {decided.changes}" if decided.changes else ""
    return f"{definition.body(decided.body).name}: {', '.join(filter(None, said))}{changes}"


def _part(definition: Definition, task: TaskKey) -> str:
    try:
        return definition.title_of(task)
    except UnknownError:  # a role that a new definition has done away with
        return str(task)
