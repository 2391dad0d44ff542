"""The signed-in pages of a town, asked by whoever the test says is signed in."""

from __future__ import annotations

import asyncio
import re
from html import unescape
from typing import Any

import httpx
from starlette.requests import Request
from starlette.types import ASGIApp

from models.process import TaskKey
from models.visitor import Visitor
from tests.tasks.town import Town
from web.app import make_app
from web.visits import Visits

OWNER = Visitor("Petra Ek", "petra@orsa.example", "länk till adressen", is_owner=True)
CLERK = Visitor(
    "Kim Berg", "kim@orsa.example", "länk till adressen", clerk_of=frozenset({"KS", "KF"})
)
OTHER_CLERK = Visitor(
    "Lo Dahl", "lo@orsa.example", "länk till adressen", clerk_of=frozenset({"KS"})
)
CHEF = Visitor(
    "Eva Exempel", "eva@orsa.example", "länk", keys=frozenset({TaskKey(role="ekonomichef")})
)
READER = Visitor("Rut Revisor", "rut@orsa.example", "länk")


class SignedIn(Visits):
    """Whoever the test says is signed in; nobody, where it says None."""

    who: Visitor | None = None

    async def visitor(self, request: Request) -> Visitor | None:
        return self.who


class Client:
    """Asks the application itself, without a server; follows nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def get(self, path: str) -> httpx.Response:
        return asyncio.run(self._ask("GET", path))

    def post(self, path: str, **sent: Any) -> httpx.Response:
        return asyncio.run(self._ask("POST", path, **sent))

    async def _ask(self, method: str, path: str, **sent: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, path, **sent)


class House:
    """A town's pages on a day. `told` counts how often something was done."""

    def __init__(self, town: Town, who: Visitor | None = OWNER) -> None:
        self.town, self.told = town, 0
        self.visits = SignedIn(town.settings, town.database)
        self.visits.who = who
        app = make_app(town.settings, town.database, self.note_told, visits=self.visits)
        self.client = Client(app)

    def note_told(self) -> None:
        self.told += 1

    def sign_in(self, who: Visitor | None) -> None:
        self.visits.who = who

    def see(self, path: str) -> str:
        """The page's text, without its marks; AssertionError where there is none."""
        response = self.client.get(path)
        assert response.status_code == 200, response.text
        return words(response)

    def send(
        self, path: str, page: httpx.Response | None = None, /, **fields: Any
    ) -> httpx.Response:
        """Opens the act's form and sends it with these fields, as a browser does."""
        page = page or self.client.get(path)
        sent = {**hidden(page), **fields}
        return self.client.post(path.partition("?")[0], data=sent, headers=self.own_headers)

    def upload(self, path: str, name: str, content: bytes, **fields: str) -> httpx.Response:
        """Opens the act's form and sends it with a file."""
        sent = {**hidden(self.client.get(path)), **fields}
        files = {"fil": (name, content)}
        return self.client.post(path, data=sent, files=files, headers=self.own_headers)

    @property
    def own_headers(self) -> dict[str, str]:
        return {"origin": self.town.settings.page_address, "sec-fetch-site": "same-origin"}

    def facts(self, kind: str) -> list[Any]:
        return [event for event in self.town.log() if event.kind == kind]


def words(response: httpx.Response) -> str:
    """What a person reads."""
    text = re.sub(r"(?s)<style>.*?</style>", "", response.text)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())


def hidden(page: httpx.Response) -> dict[str, str]:
    """The hidden fields of the page's last form, and what is preset in its others."""
    form = page.text.rpartition("<form")[2]
    found = re.findall(r'<input type="(?:hidden|date|text)"[^>]*>', form)
    named = [
        (re.search(r'name="([^"]*)"', one), re.search(r'value="([^"]*)"', one)) for one in found
    ]
    values = {name[1]: unescape(value[1]) for name, value in named if name and value}
    areas = re.findall(r'<textarea hidden name="([^"]*)">\n?(.*?)</textarea>', form, re.DOTALL)
    return values | {name: unescape(value) for name, value in areas}
