"""What a pure function gave for what it was given last, kept for the next who asks the same.

The plan of a year is asked for by each of the transactions of an act, with the same state, meetings and
day. What it is worked out from is compared by identity, not by value: nothing that has changed can be taken
for the same, and to look costs nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import date
from typing import Generic, TypeVar, TypeVarTuple

Given = TypeVarTuple("Given")
T = TypeVar("T")
PLAIN = (int, date, type(None))
"""What has no identity worth asking for."""


class Recent(Generic[*Given, T]):
    """The function, which must be pure and give what nobody changes, with its latest answers."""

    def __init__(self, function: Callable[[*Given], T], kept: int = 16) -> None:
        self._function = function
        self._kept: deque[tuple[tuple[object, ...], T]] = deque(maxlen=kept)

    def __call__(self, *given: *Given) -> T:
        for known, answer in tuple(self._kept):  # another thread may add to it
            if len(known) == len(given) and all(map(_is_same, known, given)):
                return answer
        answer = self._function(*given)
        self._kept.appendleft((given, answer))
        return answer


def _is_same(one: object, other: object) -> bool:
    return one is other or (type(one) is type(other) and isinstance(one, PLAIN) and one == other)
