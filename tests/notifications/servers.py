"""What an SMTP server in a test does: keeps the mail, or answers as it has been told."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import AuthResult

HANG_UP = "hang up"


@dataclass
class Inbox:
    """An aiosmtpd handler. `replies` are told in turn for a command (`MAIL`, `RCPT`, `DATA`): a reply to
    give, seconds to wait first, HANG_UP, or None for the usual; when they run out, the usual."""

    replies: dict[str, list[str | float | None]] = field(default_factory=dict)
    mails: list[tuple[str, str, bytes]] = field(default_factory=list)
    connections: set[Any] = field(default_factory=set)
    logins: int = 0

    async def _told(self, command: str, server: Any) -> str | None:
        replies = self.replies.get(command)
        reply = replies.pop(0) if replies else None
        if reply == HANG_UP:
            server.transport.abort()
            return "421 never arrives"
        if isinstance(reply, float):
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
        if reply := await self._told("DATA", server):
            return reply
        self.logins += bool(session.authenticated)
        self.mails += [(envelope.mail_from, to, envelope.content) for to in envelope.rcpt_tos]
        return "250 Kept"


def authenticator(
    server: Any, session: Any, envelope: Any, mechanism: str, given: Any
) -> AuthResult:
    """Lets in `kommunplan` with the password `hemligt`."""
    right = (given.login, given.password) == (b"kommunplan", b"hemligt")
    return AuthResult(success=right, handled=False)
