"""What has been given of a step's figures, by which part or for the step as a whole, and the figure of the
step that follows from it.

Pure. The municipality's one figure is the one that was given last. Of a forecast the parts' rows are put
together, each unit's as it was given last, and of goals the parts' counts are summed. What is given for the
whole step stands over what the parts gave before it: of a forecast a part's later row replaces that unit's
alone, and of goals the parts' own sum holds again once one of them gives a later count. What was given by a
part that a new definition has done away with still counts: a step's figure changes by a giving alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.events import Event, Redefined, Resulted
from models.process import TaskKey


@dataclass(frozen=True, slots=True)
class Given:
    """A kind of figures as a part gave it last; `task` is None of what was given for the whole step."""

    kind: str
    task: TaskKey | None
    value: Any
    """As JSON keeps it."""
    on: date
    by: str


def with_given(before: Sequence[Given], event: Resulted) -> tuple[Given, ...]:
    """What stands after the event, the newest last; what the part gave before of the kind is replaced."""
    new = [
        Given(kind, event.task, value, event.on, event.by) for kind, value in event.values.items()
    ]
    replaced = {(one.kind, one.task) for one in new}
    return (*(one for one in before if (one.kind, one.task) not in replaced), *new)


def step_figure(kind: str, given: Sequence[Given]) -> Any:
    """The step's figure of a kind of which something has been given."""
    whole, later = _since_whole(kind, given)
    if kind == "prognos":
        return _rows(whole, later)
    if kind == "maluppfyllelse" and (later or whole is None):
        return _summed(one for one in given if one.kind == kind and one.task is not None)
    return next(one.value for one in reversed(given) if one.kind == kind)


def counts(one: Given, given: Sequence[Given]) -> bool:
    """Whether the step's figure is made of this, wholly or in part."""
    whole, later = _since_whole(one.kind, given)
    if one.kind == "maluppfyllelse":
        return (one.task is None) is not bool(later)
    if one.kind == "prognos":
        return one is whole or one in later
    return one is (later[-1] if later else whole)


def last_of(given: Iterable[Given], kind: str, task: TaskKey | None) -> Given | None:
    """What the part, or whoever speaks for the whole step, gave last of the kind."""
    return next((one for one in given if (one.kind, one.task) == (kind, task)), None)


def replaced_by(log: Iterable[Event]) -> dict[str, dict[str, Any]]:
    """By the key of each giving that changed something, what the same part had given before, or of the whole
    step what its figure was, by kind."""
    given: dict[str, tuple[Given, ...]] = {}
    found: dict[str, dict[str, Any]] = {}
    for event in log:
        if isinstance(event, Redefined):
            given = {event.mapping.get(slug) or slug: own for slug, own in given.items()}
        elif isinstance(event, Resulted):
            own = given.get(event.step, ())
            found[event.key] = dict(_before(own, event))
            given[event.step] = with_given(own, event)
    return found


def _before(own: Sequence[Given], event: Resulted) -> Iterator[tuple[str, Any]]:
    for kind in event.values:
        earlier = last_of(own, kind, event.task)
        if event.task is None and any(one.kind == kind for one in own):
            yield kind, step_figure(kind, own)
        elif earlier is not None:
            yield kind, earlier.value


def _since_whole(kind: str, given: Iterable[Given]) -> tuple[Given | None, list[Given]]:
    """What was given of the kind for the whole step, and what parts have given after that."""
    whole: Given | None = None
    later: list[Given] = []
    for one in given:
        if one.kind == kind and one.task is None:
            whole, later = one, []
        elif one.kind == kind:
            later.append(one)
    return whole, later


def _rows(whole: Given | None, later: Sequence[Given]) -> list[Any]:
    """The rows, in an order that does not hang on which part was first: the whole's, then the parts'."""
    first = list(whole.value) if whole else []
    newest = {row["enhet"]: row for row in first}
    newest.update({row["enhet"]: row for one in later for row in one.value})
    by_part = [row for one in sorted(later, key=lambda one: str(one.task)) for row in one.value]
    return [newest[unit] for unit in dict.fromkeys(row["enhet"] for row in (*first, *by_part))]


def _summed(parts: Iterable[Given]) -> dict[str, int]:
    total: dict[str, int] = {}
    for one in parts:
        for name, count in one.value.items():
            total[name] = total.get(name, 0) + count
    return total
