"""How often one address, or one link, may ask: a bucket of tries that fills again, kept in memory."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil


@dataclass
class RateLimit:
    """So many tries in so many seconds for each key, over a bounded number of keys: where there are more,
    the one that has been quiet longest is forgotten."""

    tries: int
    seconds: float
    keys: int = 10_000
    clock: Callable[[], float] = time.monotonic
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def wait(self, key: str) -> int:
        """Takes a try; 0, or the whole seconds until there is one."""
        now = self.clock()
        left, since = self._left.pop(key, (float(self.tries), now))
        rate = self.tries / self.seconds
        left = min(left + (now - since) * rate, self.tries)
        allowed = left >= 1
        self._left[key] = (left - 1 if allowed else left, now)
        while len(self._left) > self.keys:
            self._left.popitem(last=False)
        return 0 if allowed else ceil((1 - left) / rate)

    def __len__(self) -> int:
        return len(self._left)


def client_key(host: str) -> str:
    """The address, and for IPv6 its /64: that is what one subscriber has."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
