"""A queue for each mailbox: what has been claimed for it is sent in the order in which it was queued.

Two mails to one mailbox are never under way at once, over however many connections, so that the newest also
comes last. Across the mailboxes the oldest goes first.
"""

from __future__ import annotations

import asyncio
from collections import deque

from tasks.mail.queue import Claimed


class MailboxQueues:
    """The claimed mails that nobody has begun to send."""

    def __init__(self) -> None:
        self._first: asyncio.PriorityQueue[tuple[int, Claimed]] = asyncio.PriorityQueue()
        """The first to every mailbox to which nothing is under way."""
        self._behind: dict[str, deque[Claimed]] = {}
        """By mailbox, the rest of each queue that has something first or under way."""
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def is_standing_still(self) -> bool:
        """Whether there is none that may be begun."""
        return self._first.empty()

    def put(self, mail: Claimed) -> None:
        """Last in the queue to its mailbox."""
        self._count += 1
        behind = self._behind.get(mail.mailbox)
        if behind is not None:
            behind.append(mail)
        else:
            self._behind[mail.mailbox] = deque()
            self._first.put_nowait((mail.id, mail))

    async def take(self) -> Claimed:
        """The oldest that may be begun. Its queue stands still until it is `passed`, or `emptied`."""
        _, mail = await self._first.get()
        self._count -= 1
        return mail

    def passed(self, mail: Claimed) -> None:
        """What became of the mail is known: on with the next to its mailbox."""
        behind = self._behind[mail.mailbox]
        if behind:
            following = behind.popleft()
            self._first.put_nowait((following.id, following))
        else:
            del self._behind[mail.mailbox]

    def emptied(self, mail: Claimed) -> list[Claimed]:
        """The mails that were behind this one, which comes back before them: they are nobody's now."""
        behind = self._behind.pop(mail.mailbox)
        self._count -= len(behind)
        return list(behind)

    def emptied_of_all(self) -> list[Claimed]:
        """Every mail that nobody has begun; nothing is taken any more."""
        found = [mail for behind in self._behind.values() for mail in behind]
        for behind in self._behind.values():
            behind.clear()
        while not self._first.empty():
            found.append(self._first.get_nowait()[1])
        self._count = 0
        return found
