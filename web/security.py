"""What keeps the page safe in a browser: its headers, and that a form was sent from the page itself.

A form counts only if the browser says that it was sent from this very page's origin, and it carries
the signature of a cookie that only this browser has, for this link only.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from itsdangerous import Signer
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "kommunplan-svar"
LARGEST_BODY = 16 * 1024
SLOWEST_BODY = 20.0
"""Seconds."""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # not no-referrer: with it a browser sends `Origin: null` with our own forms. Others get nothing.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


OWN_WORD = ("Cache-Control",)
"""Where an answer may say otherwise: a calendar is asked for again and again, and mostly the same."""


def content_policy(*style_hashes: str) -> str:
    """Nothing is loaded or run; the style sheet stands in the page and is known by its hash."""
    styles = " ".join(f"'{one}'" for one in style_hashes)
    return (
        f"default-src 'none'; style-src {styles}; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )


class SafeHeaders:
    """Puts the headers on every answer, those to errors too: it stands outside everything else."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self._app, self._headers = app, {**HEADERS, "Content-Security-Policy": policy}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update({k: v for k, v in self._headers.items() if k not in OWN_WORD})
                for name in OWN_WORD:
                    headers.setdefault(name, self._headers[name])
            await send(message)

        await self._app(scope, receive, send_safely)


class BodyTooLargeError(Exception):
    """More is sent than the largest form there is."""


async def read_body(request: Request, largest: int = LARGEST_BODY) -> bytes:
    """The whole body, but never more than a form can be; TimeoutError for one that does not come."""
    body = b""
    async with asyncio.timeout(SLOWEST_BODY):
        async for piece in request.stream():
            body += piece
            if len(body) > largest:
                raise BodyTooLargeError
    return body


@dataclass(frozen=True, slots=True)
class FormGuard:
    """Tells the page's own forms from those that others send. `address` is the page's public one."""

    address: str
    signer: Signer

    @property
    def origin(self) -> str:
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"

    def is_from_here(self, request: Request) -> bool:
        """By the browser's own word; one that says nothing is not believed."""
        site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
        return (
            (site is not None or origin is not None)
            and site in (None, "same-origin")
            and origin in (None, self.origin)
        )

    def is_signed(self, request: Request, token: str, signature: str) -> bool:
        cookie = request.cookies.get(COOKIE, "")
        # compares in constant time
        return bool(cookie) and self.signer.verify_signature(
            f"{cookie}/{token}".encode(), signature.encode()
        )

    def cookie_of(self, request: Request) -> str:
        """The browser's cookie for the link, or a new one."""
        return request.cookies.get(COOKIE) or secrets.token_urlsafe(16)

    def sign(self, cookie: str, token: str) -> str:
        return self.signer.get_signature(f"{cookie}/{token}").decode("ascii")

    def give(self, response: Response, cookie: str, token: str) -> None:
        """The cookie is one link's own, so that two links may be open side by side."""
        response.set_cookie(
            COOKIE,
            cookie,
            path=f"{urlsplit(self.address).path}/svara/{token}",
            httponly=True,
            secure=self.address.startswith("https://"),
            samesite="strict",
        )
