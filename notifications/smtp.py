"""One kept SMTP connection, and what the server's answers mean for a mail.

A mail is either accepted (`send` returns), not accepted now (`TemporaryFailureError`: keep it and
try later; `UnreachableError`: and keep the others too) or never going to be (`PermanentFailureError`: a
person must mend the address or the mail). `notifications.mailer` keeps several of these.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from aiosmtplib import SMTP, SMTPException, SMTPResponseException, SMTPServerDisconnected

from notifications.failures import (
    PermanentFailureError,
    TemporaryFailureError,
    UnknownFateError,
    UnreachableError,
    words_of,
)
from notifications.refusals import Command, Ours, Refusal
from notifications.tokens import Tokens

ADDRESS = re.compile(r"[^@\s<>\"\x00-\x1f\x7f]+@[^@\s<>\"\x00-\x1f\x7f]+")
ACCEPTED = frozenset({250, 251})
CLOSING = 421
KEPT = "Mejlen ligger kvar och går när det är rättat."
_MESSAGE_ID = re.compile(r"<[^<>@\s]+@[^<>@\s]+>")


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server. `timeout` is in seconds, for each answer; `ca_file` is trusted instead of the
    system's certificate authorities. With `tokens` one logs in by XOAUTH2, else with the password.
    `most_a_minute` is how many mails it takes of us in any 60 seconds; None where there is no such limit."""

    host: str
    port: int
    security: Literal["ingen", "starttls", "tls"]
    username: str | None = None
    password: str | None = None
    timeout: float = 30
    ca_file: Path | None = None
    tokens: Tokens | None = None
    most_a_minute: int | None = None

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    def __repr__(self) -> str:  # a password must not reach a log
        return f"Server({self}, {self.security}, {self.username!r})"


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to be sent: to one address, as it stands. `envid` comes back in what the mail's bounces say (RFC
    3461); empty for a mail whose bounces nobody reads."""

    sender: str
    address: str
    content: bytes
    envid: str = ""


class Connection:
    """Sends many mails, one at a time; made by `dial` at the first, and anew if the server hung up."""

    def __init__(self, server: Server, dial: Callable[[], Awaitable[SMTP]]) -> None:
        self._server, self._dial = server, dial
        self._client: SMTP | None = None
        self._command: Command = "MAIL"

    @property
    def is_open(self) -> bool:
        return self._client is not None and self._client.is_connected

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        transport = client.transport
        try:
            if client.is_connected:
                await client.quit()
        except SMTPException:
            pass  # every mail has had its answer; the farewell is only courtesy
        finally:
            hang_up(client, transport)
            await asyncio.sleep(0)  # the socket is closed by the loop's next turn

    async def send(self, mail: Mail) -> str:
        """Returns when the server has accepted the mail: the Message-ID that it says it has given it, empty
        where it says none. Where it cannot be known whether it did, UnknownFateError, and nothing is sent
        again here."""
        for given in (mail.sender, mail.address):  # else a part of it would be read as the address
            if not ADDRESS.fullmatch(given):
                raise PermanentFailureError(f"Adressen {given!r} går inte att använda. Rätta den.")
        try:
            client = await self._envelope(mail)
            return await self._data(client, mail.content)
        except SMTPException as error:
            failure = await self._failure(error, mail)
            if failure is None:
                return ""
            raise failure from error
        except (TemporaryFailureError, PermanentFailureError):
            raise
        except BaseException:  # cancelled, for one: what the server answers next is not ours
            self._hang_up()
            raise

    async def _envelope(self, mail: Mail) -> SMTP:
        """The connection with sender and recipient accepted; made anew if the server had hung up."""
        kept = self._client if self.is_open else None
        try:
            return await self._address(kept or await self._connect(), mail)
        except SMTPException as error:
            if kept is None or not _hung_up(error):
                raise
            # no content has been given, so trying once more cannot make two mails of it
            self._hang_up()
            return await self._address(await self._connect(), mail)

    async def _address(self, client: SMTP, mail: Mail) -> SMTP:
        sender, address = mail.sender, mail.address
        wide = not (sender.isascii() and address.isascii() and mail.content.isascii())
        if wide and not client.supports_extension("smtputf8"):
            raise PermanentFailureError(
                f"Adressen {address} kan inte användas: mejlservern {self._server} tar bara emot "
                "adresser utan å, ä och ö (den saknar SMTPUTF8)."
            )
        # as they stand: the client's own methods would take the addresses apart, at a price, to see
        # that they are what ADDRESS has seen already
        options = [b"SMTPUTF8", b"BODY=8BITMIME"] if wide else []
        reports = []
        if mail.envid and client.supports_extension("dsn"):
            options += [b"RET=HDRS", b"ENVID=" + mail.envid.encode()]
            reports = [b"NOTIFY=FAILURE"]
        self._command = "MAIL"
        await _command(client, b"MAIL", b"FROM:<%b>" % sender.encode(), *options)
        self._command = "RCPT"
        await _command(client, b"RCPT", b"TO:<%b>" % address.encode(), *reports)
        return client

    async def _data(self, client: SMTP, content: bytes) -> str:
        self._command = "DATA"
        try:
            answer = await client.data(content)
        except SMTPResponseException:
            raise
        except SMTPException as error:
            self._hang_up()
            raise UnknownFateError(
                f"Mejlservern {self._server} svarade inte på brevet ({words_of(error)}). Det är "
                "okänt om det togs emot."
            ) from error
        given = _MESSAGE_ID.search(answer.message) if "<" in answer.message else None
        return given[0] if given else ""

    async def _connect(self) -> SMTP:
        self._client = await self._dial()
        return self._client

    async def _failure(self, error: SMTPException, mail: Mail) -> Exception | None:
        """What the error means for the mail, None if it has gone; the connection is made ready for the
        next."""
        said = f"Mejlservern {self._server} svarade {words_of(error)}"
        if not isinstance(error, SMTPResponseException):
            self._hang_up()
            return TemporaryFailureError(f"Mejlservern {self._server}: {words_of(error)}.")
        is_lasting = 500 <= error.code < 600
        refused = is_lasting or 400 <= error.code < 500
        if _hung_up(error) or self._client is None or not refused:
            self._hang_up()
        else:
            await self._reset(self._client)
        if not is_lasting:
            return TemporaryFailureError(said)
        refusal = Refusal(error.code, error.message, self._command, mail.sender, mail.address)
        if refusal.means_accepted:
            return None
        if ours := refusal.ours:
            return is_ours(said, ours)
        return PermanentFailureError(said, refusal)

    async def _reset(self, client: SMTP) -> None:
        try:
            await client.rset()
        except SMTPException:
            self._hang_up()

    def _hang_up(self) -> None:
        if self._client is not None:
            hang_up(self._client)
            self._client = None


def hang_up(client: SMTP, transport: asyncio.BaseTransport | None = None) -> None:
    """Ends the connection at once. TLS would wait for the server's farewell, and where the loop ends before
    that comes, nobody closes the socket. `transport` is the connection's, where it has been ended already."""
    transport = transport or client.transport
    client.close()
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()


def is_ours(said: str, cause: Ours) -> UnreachableError:
    """That the server takes none of our mails: what it said, what mends it, and that nothing is lost."""
    return UnreachableError(f"{said}. {cause.value} {KEPT}", to_mend=True)


async def _command(client: SMTP, *words: bytes) -> None:
    answer = await client.execute_command(*words)
    if answer.code not in ACCEPTED:
        raise SMTPResponseException(answer.code, answer.message)


def _hung_up(error: SMTPException) -> bool:
    if isinstance(error, SMTPResponseException):
        return error.code == CLOSING
    return isinstance(error, SMTPServerDisconnected)
