"""A mail server that does what Microsoft 365 is known to do, and the endpoint that its tokens come from."""

from __future__ import annotations

import json
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from aiosmtpd.smtp import AuthResult

from tests.notifications.servers import Inbox

SECRET = "en-hemlighet-som-ingen-far-se"  # noqa: S105 - invented


@dataclass
class Exchange(Inbox):
    """Takes XOAUTH2 with one of the `tokens`, puts a Message-ID of its own in place of ours, and refuses a
    mail that it has had before."""

    tokens: set[str] = field(default_factory=set)
    shown: list[str] = field(default_factory=list)
    """The tokens that were shown to it."""
    had: dict[str, str] = field(default_factory=dict)
    """By our Message-ID, its own."""

    async def auth_XOAUTH2(self, server: Any, args: list[str]) -> AuthResult:  # noqa: N802 - aiosmtpd's name
        user, auth, *_ = b64decode(args[1]).decode().split("\x01")
        self.shown.append(auth.removeprefix("auth=Bearer "))
        if user == "user=kommunplan@orsa.example" and self.shown[-1] in self.tokens:
            return AuthResult(success=True)
        await server.push("535 5.7.3 Authentication unsuccessful [AS8P.EURPRD.PROD.OUTLOOK.COM]")
        return AuthResult(success=False, handled=True)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        ours = str(message_from_bytes(envelope.content)["Message-ID"])
        if ours != "None" and ours in self.had:
            return (
                "554 5.2.0 STOREDRV.Submission.Exception:DuplicateDeliveryException."
                "MapiExceptionDuplicateDelivery; Failed to process message"
            )
        reply = await super().handle_DATA(server, session, envelope)
        if not reply.startswith("250"):
            return reply
        self.had[ours] = f"<AS8P{len(self.had):04}@AS8P.EURPRD.PROD.OUTLOOK.COM>"
        return f"250 2.0.0 OK {self.had[ours]} [Hostname=AS8P.EURPRD.PROD.OUTLOOK.COM]"


@dataclass
class TokenEndpoint:
    """Gives tokens that the server then takes, or answers what it is told to."""

    exchange: Exchange
    url: str = ""
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    seconds: int = 3600

    def answer(self, form: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
        self.asked.append(form)
        if self.answers:
            return self.answers.pop(0)
        token = f"token-{len(self.asked)}"
        self.exchange.tokens.add(token)
        return 200, {"access_token": token, "expires_in": self.seconds, "token_type": "Bearer"}


@contextmanager
def token_endpoint(exchange: Exchange) -> Iterator[TokenEndpoint]:
    """Over HTTP on this machine."""
    endpoint = TokenEndpoint(exchange)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers["Content-Length"])
            code, said = endpoint.answer(parse_qs(self.rfile.read(size).decode()))
            body = json.dumps(said).encode()
            self.send_response(code)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    endpoint.url = f"http://127.0.0.1:{server.server_port}/katalog/oauth2/v2.0/token"
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
