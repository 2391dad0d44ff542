"""What was done from the pages, as it is told on the page that comes after: kept in memory, a bounded number.

Each goes by the key that its form carried, so that the same form sent twice finds what it did the first time.
Where the process has ended between, the log still has what happened; only the telling of it is gone.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of an act. `address` is whose it is: nobody else sees it."""

    address: str
    title: str
    back: str
    """The address of the page on which it is told."""
    said: tuple[Markup, ...] = ()
    """What was done, what follows, who is mailed, what the law says of it: a sentence each."""
    notes: tuple[Markup, ...] = ()
    """What is worth a second look."""
    was_done: bool = False
    """Whether it was so already, and nothing was done."""


@dataclass
class Receipts:
    """Those of the last forms."""

    most: int = 500
    _known: OrderedDict[str, Receipt] = field(default_factory=OrderedDict)

    def keep(self, key: str, receipt: Receipt) -> None:
        self._known[key] = receipt
        while len(self._known) > self.most:
            self._known.popitem(last=False)

    def find(self, key: str, address: str) -> Receipt | None:
        """That of the form with this key, for the person who sent it."""
        found = self._known.get(key)
        return found if found is not None and found.address == address else None
