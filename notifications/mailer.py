"""A bounded number of SMTP connections, kept and shared by everyone who sends.

They are made one after the other, each when a mail finds none that is free: so a few mails share a few,
and a server that is away is asked once, not once for each mail that waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from types import TracebackType

from aiosmtplib import SMTP

from notifications.dialling import connect
from notifications.failures import NoConnectionError
from notifications.smtp import Connection, Mail, Server
from notifications.throttle import Throttle


class Mailer:
    """Sends mails over at most so many connections at once; closes them all at its end.

    A server that takes fewer than that, but some, gets as many as it takes. One that takes so many a minute
    is not given more: `ages` are how many seconds ago others went to it.
    """

    def __init__(self, server: Server, connections: int = 1, *, ages: Iterable[float] = ()) -> None:
        self._throttle = Throttle(server.most_a_minute, ages)
        self._server = server
        self._free = [Connection(server, self._dial) for _ in range(connections)]
        self._all = tuple(self._free)
        self._places = asyncio.Semaphore(connections)
        self._door = asyncio.Lock()
        self._refusals = 0
        self._refusal: NoConnectionError | None = None

    async def __aenter__(self) -> Mailer:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await asyncio.gather(*(connection.close() for connection in self._all))

    async def send(self, sender: str, address: str, content: bytes, envid: str = "") -> str:
        """Returns when the server has accepted the mail, and raises, as `Connection.send` does."""
        mail = Mail(sender, address, content, envid)
        await self._throttle.turn()
        while True:
            await self._places.acquire()
            connection = self._free.pop()  # the one used last: the others need not be made
            is_kept = True
            try:
                return await connection.send(mail)
            except NoConnectionError:
                if not any(other.is_open for other in self._all):
                    raise
                is_kept = False  # the server takes no more of us: the mail goes by the others
            finally:
                if is_kept:
                    self._free.append(connection)
                    self._places.release()

    async def _dial(self) -> SMTP:
        refusals = self._refusals
        async with self._door:
            if self._refusal is not None and self._refusals > refusals:
                raise self._refusal  # somebody asked while we waited, and that answer holds for us
            try:
                return await connect(self._server)
            except NoConnectionError as refusal:
                self._refusals, self._refusal = self._refusals + 1, refusal
                raise
