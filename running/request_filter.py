"""Which requests Prefect's own server and UI get to see, and what a browser may do with the answers.

It stands before everything that Prefect answers. It lets the browser fetch nothing from anywhere else,
whatever a page asks for, and turns away what a browser sends on behalf of other web sites: without it, any
page that the process owner has open could read and drive the year through this machine.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from running.exposure import is_loopback

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; "
    # what Prefect's UI does itself: styles on elements, its pictures and fonts as data, its drawing in a
    # worker and in WebAssembly
    "script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; "
    "connect-src 'self' data: blob:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-DNS-Prefetch-Control": "off",
}
DESCRIPTIONS = ("/docs", "/redoc", "/openapi.json")
"""Where Prefect describes its API to whoever asks, outside what it asks a credential for."""
ELSEWHERE = "Förfrågan kom från en annan webbplats och är inte besvarad.\n"
UNKNOWN = "Beskrivningen av Prefects API visas för den som har inloggningen.\n"
OTHER_NAME = (
    "Utan KOMMUNPLAN_UI_CREDENTIAL svarar Prefect bara under datorns egen adress, som "
    "http://127.0.0.1:4200. Sätt den, och starta om.\n"
)


SERVICE_UNAVAILABLE = 503


@dataclass(slots=True)
class Patience:
    """How long who met a busy Prefect is to wait. On SQLite it says at once that it is busy, where two
    requests would write at the same time; its client asks again only after 2 s, unless it is told when. So a
    tenth of a second, and twice as long each time that the same is asked in vain."""

    first: float = 0.1
    longest: float = 8.0
    remembered: float = 10.0
    """Seconds, all of them."""
    _in_vain: dict[str, tuple[int, float]] = field(default_factory=dict)
    """How many times, and when last, by address."""

    def seconds(self, path: str, now: float) -> float:
        """Until what was asked for there, and is turned away now, is asked for again."""
        recent = {
            one: (count, last)
            for one, (count, last) in self._in_vain.items()
            if now - last < self.remembered
        }
        count, _ = recent.get(path, (0, now))
        self._in_vain = {**recent, path: (count + 1, now)}
        return min(self.first * 2.0 ** min(count, 10), self.longest)

    def forget(self, path: str) -> None:
        """What was asked for there has been answered."""
        self._in_vain.pop(path, None)


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """An ASGI application that sees only these requests. `login`, name and password, is what Prefect asks
    for. Without it, only who has called this machine by its own name is let in; a name on the internet can be
    made to point here. `host` is the name that it was told to listen under."""

    app: ASGIApp
    host: str
    login: tuple[str, str] | None = None
    patience: Patience = field(default_factory=Patience)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                if message["status"] != SERVICE_UNAVAILABLE:
                    self.patience.forget(scope["path"])
                else:
                    wait = self.patience.seconds(scope["path"], time.monotonic())
                    headers["Retry-After"] = str(wait)
            await send(message)

        asked_with = Headers(scope=scope)
        refusal = self._refusal(asked_with, is_read=scope.get("method") == "GET")
        if not refusal and _describes(scope["path"]) and not self._knows_login(asked_with):
            asked = {"WWW-Authenticate": 'Basic realm="Prefect"'}
            await PlainTextResponse(UNKNOWN, 401, asked)(scope, receive, send_safely)
        elif not refusal:
            await self.app(scope, receive, send_safely)
        elif scope["type"] == "http":
            await PlainTextResponse(refusal, 403)(scope, receive, send_safely)
        else:
            await send({"type": "websocket.close", "code": 1008})

    def _refusal(self, headers: Headers, *, is_read: bool) -> str:
        host = headers.get("host", "")
        if self.login is None and not self._is_own_name(urlsplit(f"//{host}").hostname or ""):
            return OTHER_NAME
        # of what a link leads to, the browser says that it comes from elsewhere, and shows it only
        is_followed_link = is_read and headers.get("sec-fetch-mode") == "navigate"
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site in ("cross-site", "same-site") and not is_followed_link:
            return ELSEWHERE
        if origin is not None and site is None and urlsplit(origin).netloc != host:
            return ELSEWHERE
        return ""

    def _knows_login(self, headers: Headers) -> bool:
        if self.login is None:
            return True
        _, _, given = headers.get("authorization", "").partition("Basic ")
        try:
            said = base64.b64decode(given, validate=True)
        except (binascii.Error, ValueError):
            return False
        return hmac.compare_digest(said, ":".join(self.login).encode())

    def _is_own_name(self, name: str) -> bool:
        return name in ("localhost", self.host.casefold()) or is_loopback(name)


def _describes(path: str) -> bool:
    return any(path == one or path.startswith(f"{one}/") for one in DESCRIPTIONS)
