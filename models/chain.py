"""The chain that binds what has been stored, so that what is changed by hand is seen. Pure.

Each link has a digest of one stored row, or of a whole small table, and a head: the digest of the head before
it and of the link. Who changes a row has to change every head after it; and a head that has been written down
elsewhere, a *seal*, shows that too, and that the newest links were cut off.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

FIRST_HEAD = "0" * 64
"""What the first link is bound to."""


@dataclass(frozen=True, slots=True)
class Link:
    """What one link binds: the kind of row, which one, and the digest of its content."""

    what: str
    row: str
    digest: str


@dataclass(frozen=True, slots=True)
class Seal:
    """A head as it was written down outside the database: after so many links."""

    number: int
    head: str

    def __str__(self) -> str:
        return f"{self.number} {self.head}"


def digest_of(values: Iterable[object]) -> str:
    """Of a row's values in their order, as JSON; what JSON does not know, as text."""
    content = json.dumps(list(values), ensure_ascii=False, separators=(",", ":"), default=written)
    return sha256(content.encode()).hexdigest()


def head_after(head: str, link: Link) -> str:
    return sha256("\n".join((head, link.what, link.row, link.digest)).encode()).hexdigest()


def heads(head: str, links: Iterable[Link]) -> Iterator[str]:
    """The head after each of the links, which come after the one given."""
    for link in links:
        head = head_after(head, link)
        yield head


def written(value: object) -> str:
    """What JSON does not know, as it stands in it: bytes as their digest."""
    return sha256(value).hexdigest() if isinstance(value, bytes) else str(value)
