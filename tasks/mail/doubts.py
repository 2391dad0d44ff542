"""Refusals of which it is not known yet whether they are one person's or ours: a server that takes nothing
of us says so of each mail. Pure.

What comes after them tells. Once a mail to somebody else is taken they are their own; once as many people
have met with the same answer as `Refusal.witnesses` says, and nobody's mail was taken since, it is ours.
"""

from __future__ import annotations

from dataclasses import dataclass

from notifications.refusals import Refusal
from tasks.mail.queue import Claimed


@dataclass(frozen=True, slots=True)
class Doubt:
    """A mail that a server has refused for good, for all that is known; `said` is how, `error` with what its
    recipient's owner can do."""

    mail: Claimed
    refusal: Refusal
    said: str
    error: str


class Doubts:
    """Those of one delivery, oldest first."""

    def __init__(self) -> None:
        self._open: list[Doubt] = []
        self._any_accepted = False

    def __len__(self) -> int:
        return len(self._open)

    def add(self, doubt: Doubt) -> None:
        self._open.append(doubt)

    def accepted(self, mailbox: str) -> list[Doubt]:
        """A mail to the mailbox was taken: the doubts about others, which are their own now."""
        self._any_accepted = True
        theirs = [one for one in self._open if one.mail.mailbox != mailbox]
        self._open = [one for one in self._open if one.mail.mailbox == mailbox]
        return theirs

    def ours(self, *, is_last: bool = False) -> Doubt | None:
        """The oldest of those with the answer that is ours, if one is. `is_last`: nothing more is tried that
        could tell."""
        for one in self._open:
            answer = one.refusal.answer
            people = {other.mail.mailbox for other in self._open if other.refusal.answer == answer}
            wanted = one.refusal.witnesses
            if len(people) >= max(2, wanted):
                return one
            if is_last and len(people) >= wanted and not self._any_accepted:
                return one
        return None

    def emptied(self) -> list[Doubt]:
        """All of them, which are open no more."""
        doubts, self._open = self._open, []
        return doubts
