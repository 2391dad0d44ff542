"""One kept SMTP connection, and two answers to the question whether to try again.

A mail is either accepted (`send` returns), not accepted now (`TemporaryFailureError`: keep it and
try later) or never going to be (`PermanentFailureError`: a person must mend the address or the mail).
`notifications.mailer` keeps several of these.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPHeloError,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from notifications.failures import (
    NoConnectionError,
    PermanentFailureError,
    TemporaryFailureError,
    UnreachableError,
    no_connection,
    words_of,
)

ADDRESS = re.compile(r"[^@\s<>\"\x00-\x1f\x7f]+@[^@\s<>\"\x00-\x1f\x7f]+")
ACCEPTED = frozenset({250, 251})
CLOSING = 421
# Refused for want of a login: the settings are wrong, not the mail.
LOGIN_NEEDED = frozenset({530, 534, 535, 538})


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server. `timeout` is in seconds, for each answer; `ca_file` is trusted instead of the
    system's certificate authorities."""

    host: str
    port: int
    security: Literal["ingen", "starttls", "tls"]
    username: str | None = None
    password: str | None = None
    timeout: float = 30
    ca_file: Path | None = None

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    def __repr__(self) -> str:  # a password must not reach a log
        return f"Server({self}, {self.security}, {self.username!r})"


class Connection:
    """Sends many mails, one at a time; made by `dial` at the first, and anew if the server hung up."""

    def __init__(self, server: Server, dial: Callable[[], Awaitable[SMTP]]) -> None:
        self._server, self._dial = server, dial
        self._client: SMTP | None = None

    @property
    def is_open(self) -> bool:
        return self._client is not None and self._client.is_connected

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        try:
            if client.is_connected:
                await client.quit()
        except SMTPException:
            pass  # every mail has had its answer; the farewell is only courtesy
        finally:
            client.close()

    async def send(self, sender: str, address: str, content: bytes) -> None:
        """Returns when the server has accepted the mail. Where it cannot be known whether it did, the
        failure is temporary and nothing is sent again here."""
        for given in (sender, address):  # else the client would read a part of it as the address
            if not ADDRESS.fullmatch(given):
                raise PermanentFailureError(f"Adressen {given!r} går inte att använda. Rätta den.")
        try:
            client = await self._envelope(sender, address, content)
            await self._data(client, content)
        except SMTPException as error:
            raise await self._failure(error) from error
        except (TemporaryFailureError, PermanentFailureError):
            raise
        except BaseException:  # cancelled, for one: what the server answers next is not ours
            self._hang_up()
            raise

    async def _envelope(self, sender: str, address: str, content: bytes) -> SMTP:
        """The connection with sender and recipient accepted; made anew if the server had hung up."""
        kept = self._client if self.is_open else None
        try:
            return await self._address(kept or await self._connect(), sender, address, content)
        except SMTPException as error:
            if kept is None or not _hung_up(error):
                raise
            # no content has been given, so trying once more cannot make two mails of it
            self._hang_up()
            return await self._address(await self._connect(), sender, address, content)

    async def _address(self, client: SMTP, sender: str, address: str, content: bytes) -> SMTP:
        wide = not (sender.isascii() and address.isascii() and content.isascii())
        if wide and not client.supports_extension("smtputf8"):
            raise PermanentFailureError(
                f"Adressen {address} kan inte användas: mejlservern {self._server} tar bara emot "
                "adresser utan å, ä och ö (den saknar SMTPUTF8)."
            )
        # as they stand: the client's own methods would take the addresses apart, at a price, to see
        # that they are what ADDRESS has seen already
        options = (b"SMTPUTF8", b"BODY=8BITMIME") if wide else ()
        await _command(client, b"MAIL", b"FROM:<%b>" % sender.encode(), *options)
        await _command(client, b"RCPT", b"TO:<%b>" % address.encode())
        return client

    async def _data(self, client: SMTP, content: bytes) -> None:
        try:
            await client.data(content)
        except SMTPResponseException:
            raise
        except SMTPException as error:
            self._hang_up()
            raise TemporaryFailureError(
                f"Mejlservern {self._server} svarade inte på brevet ({words_of(error)}). Det är "
                "okänt om det togs emot."
            ) from error

    async def _connect(self) -> SMTP:
        self._client = await self._dial()
        return self._client

    async def _failure(self, error: SMTPException) -> Exception:
        """What the error means for the mail; the connection is made ready for the next one."""
        said = f"Mejlservern {self._server} svarade {words_of(error)}"
        if not isinstance(error, SMTPResponseException):
            self._hang_up()
            return TemporaryFailureError(f"Mejlservern {self._server}: {words_of(error)}.")
        refused = 400 <= error.code < 600
        if _hung_up(error) or self._client is None or not refused:
            self._hang_up()
        else:
            await self._reset(self._client)
        if error.code in LOGIN_NEEDED:
            return UnreachableError(f"{said}. Rätta användarnamn och lösenord.")
        if refused and error.code >= 500:
            return PermanentFailureError(said)
        return TemporaryFailureError(said)

    async def _reset(self, client: SMTP) -> None:
        try:
            await client.rset()
        except SMTPException:
            self._hang_up()

    def _hang_up(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


async def _command(client: SMTP, *words: bytes) -> None:
    answer = await client.execute_command(*words)
    if answer.code not in ACCEPTED:
        raise SMTPResponseException(answer.code, answer.message)


async def connect(server: Server) -> SMTP:
    """A client that has greeted the server and logged in; NoConnectionError says why there is none."""
    client = SMTP(
        hostname=server.host,
        port=server.port,
        timeout=server.timeout,
        username=server.username,
        password=server.password,
        use_tls=server.security == "tls",
        start_tls=server.security == "starttls",
        tls_context=_context(server) if server.security != "ingen" else None,
    )
    try:
        await client.connect()
        if client.is_ehlo_or_helo_needed:
            await _greet(client)
    except (SMTPException, OSError) as error:
        client.close()
        # whatever is wrong here a person mends, and then the same mail goes: never permanent
        raise NoConnectionError(no_connection(server, error)) from error
    except BaseException:  # cancelled, for one
        client.close()
        raise
    return client


async def _greet(client: SMTP) -> None:
    try:
        await client.ehlo()
    except SMTPHeloError:
        await client.helo()  # a server of the old kind


def _hung_up(error: SMTPException) -> bool:
    if isinstance(error, SMTPResponseException):
        return error.code == CLOSING
    return isinstance(error, SMTPServerDisconnected)


def _context(server: Server) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=server.ca_file)
    except OSError as error:  # ssl.SSLError, for a file without a certificate, is one too
        raise NoConnectionError(
            f"Certifikatfilen {server.ca_file} går inte att använda: {words_of(error)}. "
            "Rätta KOMMUNPLAN_SMTP_CA_FILE."
        ) from error
