"""No more than so many in any 60 seconds: what some servers take of one sender."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterable

MINUTE = 60.0


class Throttle:
    """Lets `most` through in any minute, and keeps the rest waiting in their order. `ages` are how many
    seconds ago others were let through. Without `most` nobody waits."""

    def __init__(self, most: int | None, ages: Iterable[float] = ()) -> None:
        self._most = most
        now = time.monotonic()
        self._passed = deque(sorted(now - age for age in ages if 0 <= age < MINUTE), maxlen=most)
        self._door = asyncio.Lock()

    async def turn(self) -> None:
        """Returns when one more may go."""
        if self._most is None:
            return
        async with self._door:
            if len(self._passed) == self._most:
                await asyncio.sleep(self._passed[0] + MINUTE - time.monotonic())
            self._passed.append(time.monotonic())
