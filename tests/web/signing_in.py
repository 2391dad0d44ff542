"""People who sign in: a page that says who they are, their mails, and time that passes."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from models.tables import MailRow
from models.visitor import Visitor
from tests.web.site import Site, links_in
from web.pages import STYLE_HASH
from web.security import SafeHeaders, content_policy
from web.visits import Visits

OWNER = "petra.processagare@orsa.example"


class SignInSite(Site):
    """Beside the pages that sign in and out one of our own, `/jag`, which says who has come to it."""

    seen: Visitor | None = None

    @property
    def own_headers(self) -> dict[str, str]:
        parts = urlsplit(self.address)
        return {**super().own_headers, "origin": f"{parts.scheme}://{parts.netloc}"}

    def browser(self) -> httpx.Client:
        made = super().browser()
        self.__dict__.setdefault("_browsers", []).append(made)
        return made

    def close(self) -> None:
        for one in self.__dict__["_browsers"]:
            one.close()
        super().close()

    def _app(self) -> ASGIApp:
        town = self.town
        self.visits = Visits(town.settings, town.database, lambda: self.seconds, self._told)
        own = Route("/jag", self._who, methods=["GET", "POST"])
        app = Starlette(routes=[own, *self.visits.routes()])
        return SafeHeaders(app, content_policy(STYLE_HASH))

    async def _who(self, request: Request) -> Response:
        if refusal := self.visits.refusal(request):
            return refusal
        self.seen = await self.visits.visitor(request)
        if self.seen is None:
            return self.visits.to_sign_in(request)
        return PlainTextResponse(self.seen.signature)

    def ask(self, address: str, **fields: str) -> httpx.Response:
        """Asks for a link, as the form does."""
        sent = {"adress": address, **fields}
        return self.client.post("/logga-in", data=sent, headers=self.own_headers)

    def letters(self) -> list[MailRow]:
        """Those that still hold their link."""
        return [mail for mail in self.mails(kind="inloggning") if mail.content]

    def mailed(self, address: str, **fields: str) -> str:
        """Asks, and waits for the mail; the path of its link."""
        told = self.told
        assert self.ask(address, **fields).status_code == 303
        self.wait_until_told(told + 1)
        return self.newest_link()

    def newest_link(self) -> str:
        [link] = links_in(self.letters()[-1])
        assert link.startswith(f"{self.address}/in/")
        return link.removeprefix(self.address)

    def press(self, link: str, browser: httpx.Client | None = None) -> httpx.Response:
        """The button of the page that the link opens."""
        return (browser or self.client).post(link, headers=self.own_headers)

    def sign_in(self, address: str) -> httpx.Client:
        """A browser that is signed in."""
        browser = self.browser()
        assert self.press(self.mailed(address), browser).status_code == 303
        return browser

    def settle(self) -> None:
        """Until what was asked for and answered has been worked out: a little longer than it takes."""
        until = time.monotonic() + 5
        while self.visits.is_busy and time.monotonic() < until:
            time.sleep(0.01)
        assert not self.visits.is_busy

    def age(self, **by: float) -> None:
        """So much time passes for the sessions and the links: `age(hours=2)`."""
        earlier = f"-{timedelta(**by).total_seconds()} seconds"
        for table, instants in (
            ("visit", ("began_at", "seen_at")),
            ("sign_in_link", ("made_at", "expires_at", "ended_at")),
            ("sign_in_try", ("expires_at",)),
        ):
            for instant in instants:
                self.town.change(
                    f"UPDATE {table} SET {instant} = strftime('%Y-%m-%d %H:%M:%f', {instant}, ?)",  # noqa: S608
                    earlier,
                )


def made(make_site: Callable[..., Site], **settings: Any) -> SignInSite:
    site = make_site(SignInSite, **settings)
    assert isinstance(site, SignInSite)
    return site
