"""The SMTP client: one kept connection, and two answers to the question whether to try again.

A mail is either accepted (`send` returns), not accepted now (`TemporaryFailureError`: keep it and
try later) or never going to be (`PermanentFailureError`: a person must mend the address or the mail).
"""

from __future__ import annotations

import asyncio
import re
import ssl
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPHeloError,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from notifications.failures import (
    PermanentFailureError,
    TemporaryFailureError,
    UnreachableError,
    no_connection,
    words_of,
)

__all__ = [
    "Mailer",
    "PermanentFailureError",
    "Server",
    "TemporaryFailureError",
    "UnreachableError",
]

ADDRESS = re.compile(r"[^@\s<>\"\x00-\x1f\x7f]+@[^@\s<>\"\x00-\x1f\x7f]+")
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


class Mailer:
    """Sends many mails over one connection, made at the first of them. One mail at a time."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._client: SMTP | None = None
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> Mailer:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
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
        async with self._turn:
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
        kept = self._client if self._client and self._client.is_connected else None
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
        options, encoding = (["SMTPUTF8", "BODY=8BITMIME"], "utf-8") if wide else ([], "ascii")
        await client.mail(sender, options=options, encoding=encoding)
        await client.rcpt(address, encoding=encoding)
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
        server = self._server
        client = SMTP(
            hostname=server.host, port=server.port, timeout=server.timeout,
            username=server.username, password=server.password,
            use_tls=server.security == "tls", start_tls=server.security == "starttls",
            tls_context=_context(server) if server.security != "ingen" else None,
        )  # fmt: skip
        try:
            await client.connect()
            if client.is_ehlo_or_helo_needed:
                await _greet(client)
        except (SMTPException, OSError) as error:
            client.close()
            # whatever is wrong here a person mends, and then the same mail goes: never permanent
            raise UnreachableError(no_connection(server, error)) from error
        self._client = client
        return client

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
        raise UnreachableError(
            f"Certifikatfilen {server.ca_file} går inte att använda: {words_of(error)}. "
            "Rätta KOMMUNPLAN_SMTP_CA_FILE."
        ) from error
