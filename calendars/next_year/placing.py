"""Which of its possible days each thing gets, when some must come a number of days after others.

Pure. Every demand says `later − earlier ≥ days`. Such demands are closed under minimum and maximum, so
once the days that no demand allows are struck, any day that is left can be completed to a whole:
nothing is tried and taken back, and a demand that cannot be kept is known when it is made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any


class Placing:
    """The days still possible for each thing, by its number. Never empty; a refusal changes nothing."""

    def __init__(self, choices: Sequence[Sequence[date]]) -> None:
        self._choices = [tuple(sorted(set(days))) for days in choices]
        self._demands: dict[tuple[int, int], timedelta] = {}

    def keep(self, thing: int, allowed: Callable[[date], bool]) -> bool:
        """Demands an allowed day; False, and no demand, where none is left."""
        kept = tuple(day for day in self._choices[thing] if allowed(day))
        return self._settled(thing, kept, self._demands)

    def apart(self, earlier: int, later: int, days: int) -> bool:
        """Demands at least so many days between two; False, and no demand, where that cannot be."""
        wanted = max(timedelta(days=days), self._demands.get((earlier, later), timedelta.min))
        demands = {**self._demands, (earlier, later): wanted}
        return self._settled(earlier, self._choices[earlier], demands)

    def take(self, thing: int, preference: Callable[[date], Any]) -> date:
        """Gives the thing the day with the lowest preference of those left, for good."""
        day = min(self._choices[thing], key=preference)
        self._settled(thing, (day,), self._demands)
        return day

    def _settled(
        self, thing: int, kept: tuple[date, ...], demands: dict[tuple[int, int], timedelta]
    ) -> bool:
        """Strikes what the demands no longer allow, until nothing changes; False where all is struck."""
        left = [*self._choices]
        left[thing] = kept
        before: list[tuple[date, ...]] = []
        while left != before and all(left):
            before = [*left]
            for (earlier, later), days in demands.items():
                left[earlier], left[later] = _struck(left[earlier], left[later], days)
        if not all(left):
            return False
        self._choices, self._demands = left, demands
        return True


def _struck(
    before: tuple[date, ...], after: tuple[date, ...], days: timedelta
) -> tuple[tuple[date, ...], tuple[date, ...]]:
    """The days of two things of which each still has one of the other's so many days from it."""
    if not before or not after:
        return (), ()
    kept_before, kept_after = before, after
    if before[-1] + days > after[-1]:
        kept_before = tuple(day for day in before if day + days <= after[-1])
    if before[0] + days > after[0]:
        kept_after = tuple(day for day in after if day >= before[0] + days)
    return kept_before, kept_after
