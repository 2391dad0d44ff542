"""A local mail server that sends nothing on: it keeps every mail as a file, to be looked at.

`make start` and `make demo` run it where the municipality has named no mail server.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import os
import re
import socket
import unicodedata
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from models.errors import KommunplanError

LONGEST_NAME = 150


class CatcherError(KommunplanError, OSError):
    """The catcher cannot listen on its port, or keep mail in its folder."""


class BoundController(Controller):
    """aiosmtpd's server in a thread, on a socket that is bound already: so port 0 becomes a real one
    before anybody asks, and a taken port is found out in the caller's thread."""

    def __init__(self, handler: object, bound: socket.socket, **options: Any) -> None:
        host, port = bound.getsockname()[:2]
        super().__init__(handler, hostname=host, port=port, **options)
        self._bound = bound

    def _create_server(self) -> Awaitable[asyncio.AbstractServer]:
        return self.loop.create_server(
            self._factory_invoker, sock=self._bound, ssl=self.ssl_context
        )


class Catcher:
    """Keeps each mail as `NNNN_address_subject.eml`, numbered in the order they came; the numbers go on
    after a restart, and a file is there whole or not at all."""

    def __init__(self, folder: Path, host: str = "127.0.0.1", port: int = 0) -> None:
        self._folder, self._host, self._port = folder, host, port
        self._controller: BoundController | None = None

    @property
    def port(self) -> int:
        """The port it listens on; before `start`, the one that was asked for."""
        return int(self._controller.port) if self._controller else self._port

    def start(self) -> None:
        """Listens, in a thread of its own, when this returns; CatcherError if it cannot."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handler = _Keeper(self._folder)
        except OSError as error:
            raise CatcherError(
                f"Mejlfångaren kan inte skriva i {self._folder}: {error.strerror}. "
                "Välj en annan mapp med KOMMUNPLAN_DATA."
            ) from error
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        try:
            bound = socket.create_server((self._host, self._port), family=family)
        except OSError as error:
            raise CatcherError(
                f"Mejlfångaren kan inte lyssna på {self._host}:{self._port}: {error.strerror}. "
                "Stoppa det som använder porten, eller välj en annan med KOMMUNPLAN_SMTP_PORT."
            ) from error
        self._controller = BoundController(handler, bound)
        self._controller.start()

    def stop(self) -> None:
        """Stops listening; harmless when it does not listen."""
        controller, self._controller = self._controller, None
        if controller is not None:
            controller.stop()


class _Keeper:
    """aiosmtpd's handler; it is called in the catcher's own thread, one mail at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        taken = [re.match(r"(\d+)_", path.name) for path in folder.glob("*.eml")]
        self._last = max((int(match[1]) for match in taken if match), default=0)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        try:
            for address in envelope.rcpt_tos:
                self._keep(address, envelope.content)
        except OSError as error:
            # a full disk is mended by and by: the sender should try again
            return f"451 4.3.0 Mail could not be stored: {error.strerror}"
        return "250 2.0.0 Kept"

    def _keep(self, address: str, content: bytes) -> None:
        number = self._last + 1
        subject = email.message_from_bytes(content, policy=email.policy.default)["Subject"]
        stem = f"{number:04}_{_plain(address)}_{_plain(str(subject or ''))}"[:LONGEST_NAME]
        unfinished = self._folder / f".{number:04}.tmp"
        try:
            unfinished.write_bytes(content)
            os.replace(unfinished, self._folder / f"{stem.rstrip('._-')}.eml")
        finally:
            unfinished.unlink(missing_ok=True)
        self._last = number


def _plain(text: str) -> str:
    """ASCII that any file system and shell takes: `Åtgärd: nu!` → `Atgard-nu`."""
    base = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9@.+-]+", "-", base).strip("-.")
