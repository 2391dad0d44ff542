"""Every decision that has been registered, also what was put right or superseded, with where it stands now.

Pure. The fold keeps what holds; the minutes, and whoever corrects them, need all that the log says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.events import Corrected, Decided, Event, Redefined
from models.redefinition import renamed
from models.state import YearState


@dataclass(frozen=True, slots=True)
class Registered:
    """A decision as it was registered once, under the name that its step has now."""

    number: int
    """Of its event in the year's log: what it is corrected by."""
    place: int
    """The number of the event in whose place the fold has it: of a correction, the one that it corrects."""
    decision: Decided
    corrected_by: int | None
    """The number of the event that put it right; None while it is as it was registered."""
    standing: bool
    """Whether it carries the step where it is, until a return or a re-run supersedes it."""


def registered(state: YearState, log: Sequence[Event]) -> list[Registered]:
    """The decisions of a log whose fold is `state`, in order, each correction after what it corrects."""
    corrected_by = {e.corrects: n for n, e in enumerate(log, 1) if isinstance(e, Corrected)}
    standing = [decision for own in state.steps.values() for decision in own.standing]
    found = [
        Registered(
            number=number,
            place=place,
            decision=decision,
            corrected_by=corrected_by.get(log[number - 1].key),
            standing=log[number - 1].key not in corrected_by and decision in standing,
        )
        for number, place, decision in _decisions(log)
    ]
    return sorted(found, key=lambda one: (one.place, one.number))


def _decisions(log: Sequence[Event]) -> list[tuple[int, int, Decided]]:
    """Number, place and decision of every event that has one, under the step's newest name."""
    place: dict[str, int] = {}
    found: list[tuple[int, int, Decided]] = []
    for number, event in enumerate(log, 1):
        if isinstance(event, Redefined):
            found = [(n, at, renamed(one, event.mapping)) for n, at, one in found]
        decision = event.decision if isinstance(event, Corrected) else event
        place[event.key] = place[event.corrects] if isinstance(event, Corrected) else number
        if isinstance(decision, Decided):
            found.append((number, place[event.key], decision))
    return found


def by_step(decisions: Iterable[Registered]) -> dict[str, list[Registered]]:
    """The same decisions under the slug of each step that has any."""
    found: dict[str, list[Registered]] = {}
    for one in decisions:
        found.setdefault(one.decision.step, []).append(one)
    return found
