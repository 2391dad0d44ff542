"""Who is signed in to the pages, and what they answer for today. Pure.

Nothing of it is kept but the address and how it was shown to be theirs: what somebody may do follows from the
roles that they hold on the day, and is worked out at every request.
"""

from __future__ import annotations

from dataclasses import dataclass

from models.process import TaskKey


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person on the pages. `how` says by what they are known, in Swedish: `länk till adressen`."""

    name: str
    address: str
    how: str
    is_owner: bool = False
    """Answers for the process owner's role today, in person or as deputy."""
    clerk_of: frozenset[str] = frozenset()
    """The bodies, by slug, whose clerk they are today."""
    keys: frozenset[TaskKey] = frozenset()
    """Every role, and unit of one, that they answer for today."""
    deputy_for: tuple[str, ...] = ()
    """The names of those whose deputy they are today."""

    @property
    def signature(self) -> str:
        """Whom the log names: the person, for whom, and how they were known."""
        deputy = f", ersättare för {' och '.join(self.deputy_for)}" if self.deputy_for else ""
        return f"{self.name}{deputy} (inloggad: {self.how})"
