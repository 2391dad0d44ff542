"""Puts what overlaps in time beside each other: no two in one lane at once, in as few lanes as can be.

Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

Thing = TypeVar("Thing")


def packed(
    things: Iterable[Thing], extent: Callable[[Thing], tuple[float, float]]
) -> Sequence[Sequence[Thing]]:
    """The lanes; each thing, by where it begins, goes into the first lane that is free."""
    lanes: list[list[Thing]] = []
    ends: list[float] = []
    for thing in sorted(things, key=lambda one: extent(one)):
        start, end = extent(thing)
        for number, taken_to in enumerate(ends):
            if taken_to <= start:
                lanes[number].append(thing)
                ends[number] = end
                break
        else:
            lanes.append([thing])
            ends.append(end)
    return lanes
