"""What an SMTP server in a test does: keeps the mail, or answers as it has been told."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from io import BufferedIOBase
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult

from notifications.catcher import BoundController

HANG_UP = "hang up"


@dataclass
class Inbox:
    """An aiosmtpd handler. `replies` are told in turn for a command (`MAIL`, `RCPT`, `DATA`): a reply to
    give, seconds to wait first, HANG_UP, or None for the usual; when they run out, the usual."""

    replies: dict[str, list[str | float | None]] = field(default_factory=dict)
    mails: list[tuple[str, str, bytes]] = field(default_factory=list)
    connections: set[Any] = field(default_factory=set)
    logins: int = 0
    under_way: int = 0
    most_at_once: int = 0
    waits: threading.Event = field(default_factory=threading.Event)
    """Set when a reply makes somebody wait."""

    async def _told(self, command: str, server: Any) -> str | None:
        replies = self.replies.get(command)
        reply = replies.pop(0) if replies else None
        if reply == HANG_UP:
            server.transport.abort()
            return "421 never arrives"
        if isinstance(reply, float):
            self.waits.set()
            await asyncio.sleep(reply)
            return None
        assert reply is None or isinstance(reply, str)
        return reply

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if reply := await self._told("MAIL", server):
            return reply
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if reply := await self._told("RCPT", server):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.connections.add(session.peer)
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        await asyncio.sleep(0)  # so that others come between, where there are others
        reply = await self._told("DATA", server)
        self.under_way -= 1
        if reply:
            return reply
        self.logins += bool(session.authenticated)
        self.mails += [(envelope.mail_from, to, envelope.content) for to in envelope.rcpt_tos]
        return "250 Kept"


@dataclass
class Greylist(Inbox):
    """Knows nobody: the first mail to an address is put off, and the address remembered."""

    known: set[str] = field(default_factory=set)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address not in self.known:
            self.known.add(address)
            return "450 4.7.1 Greylisted, come back in five minutes"
        return await super().handle_RCPT(server, session, envelope, address, options)


@dataclass
class Picky(Inbox):
    """Has an answer of its own for some addresses."""

    refused: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if refusal := self.refused.get(address):
            return refusal
        return await super().handle_RCPT(server, session, envelope, address, options)


class HastyServer:
    """Takes the first bytes of a mail's content, and then hangs up without a word."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self.connections = 0
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def stop(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self.connections += 1
                with connection, suppress(OSError):
                    self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        connection.sendall(b"220 hasty\r\n")
        for answer in (b"250 hasty\r\n", b"250 OK\r\n", b"250 OK\r\n", b"354 Go on\r\n"):
            connection.recv(1000)
            connection.sendall(answer)
        connection.recv(100)


class Offering:
    """Greets with `offers`, says yes to the rest but for `answers`, by the command's first word (`.` is the
    mail itself), and remembers what it heard."""

    def __init__(self) -> None:
        self.offers: list[str] = []
        self.answers: dict[bytes, str] = {}
        self.heard: list[bytes] = []
        self.sent = 0
        talks = self

        class Session(StreamRequestHandler):
            def handle(self) -> None:
                talks.talk(self.rfile, self.wfile)

        self._server = ThreadingTCPServer(("127.0.0.1", 0), Session)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def talk(self, heard: BufferedIOBase, said: BufferedIOBase) -> None:
        said.write(b"220 offering\r\n")
        in_content = False
        with suppress(OSError):
            for line in heard:
                word = line.split()[0].upper() if line.split() else b""
                if in_content and word != b".":
                    continue
                self.heard.append(line.strip())
                said.write(self._answer(word).encode() + b"\r\n")
                in_content = word == b"DATA" and b"DATA" not in self.answers
                if word == b"QUIT":
                    return

    def _answer(self, word: bytes) -> str:
        if word in self.answers:
            return self.answers[word]
        if word == b"EHLO":
            lines = ["offering", "8BITMIME", *self.offers]
            return "".join(f"250-{line}\r\n" for line in lines) + "250 ENHANCEDSTATUSCODES"
        self.sent += word == b"."
        return {b"DATA": "354 go on", b"QUIT": "221 bye"}.get(word, "250 ok")


@dataclass
class Door:
    """How many connections a server takes at once, and what came to it."""

    most: int
    inside: int = 0
    turned_away: int = 0


class NarrowController(BoundController):
    """A server that turns away whoever comes when it is full."""

    def __init__(self, handler: object, door: Door) -> None:
        super().__init__(handler, socket.create_server(("127.0.0.1", 0)))
        self._door = door

    def factory(self) -> SMTP:
        return _Narrow(self.handler, self._door, **self.SMTP_kwargs)


class _Narrow(SMTP):
    def __init__(self, handler: object, door: Door, **options: Any) -> None:
        super().__init__(handler, **options)
        self._door, self._is_inside = door, False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._is_inside = self._door.inside < self._door.most
        if self._is_inside:
            self._door.inside += 1
            super().connection_made(transport)
        else:
            self._door.turned_away += 1
            assert isinstance(transport, asyncio.WriteTransport)
            transport.write(b"421 4.7.0 Too many connections from you\r\n")
            transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if self._is_inside:
            self._door.inside -= 1
            super().connection_lost(error)


def authenticator(
    server: Any, session: Any, envelope: Any, mechanism: str, given: Any
) -> AuthResult:
    """Lets in `kommunplan` with the password `hemligt`."""
    right = (given.login, given.password) == (b"kommunplan", b"hemligt")
    return AuthResult(success=right, handled=False)
