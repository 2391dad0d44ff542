"""Where the process owner confirms, once, whose an account of the municipality's own sign-in is."""

from __future__ import annotations

from typing import Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from models.errors import RefusedError
from models.rights import OWNER
from models.visitor import Visitor
from tasks.database import Database
from tasks.people.identities import confirm_identity, list_identities, remove_identity
from tasks.settings import Settings
from web.doorway import Doorway, sent_form
from web.forms import SentForm
from web.pages import message_page, page

PATH = "/inloggningar"
LONGEST_NUMBER = 9
"""Digits: what the database can count."""


class Gate(Protocol):
    """What tells who is signed in: `web.visits.Visits`."""

    async def visitor(self, request: Request) -> Visitor | None: ...
    def to_sign_in(self, request: Request) -> Response: ...
    def refusal(self, request: Request) -> Response | None: ...


class Confirming:
    """The page of it; none where the settings name no provider."""

    def __init__(self, chosen: Settings, database: Database, gate: Gate) -> None:
        self._settings, self._database, self._gate = chosen, database, gate
        self._door = Doorway(chosen.page_address)

    def routes(self) -> list[Route]:
        if not self._settings.oidc_is_used:
            return []
        return [Route(PATH, self._page, methods=["GET", "POST"])]

    async def _page(self, request: Request) -> Response:
        """For the process owner alone; nothing but POST acts."""
        if refusal := self._gate.refusal(request):
            return refusal
        visitor = await self._gate.visitor(request)
        if visitor is None:
            return self._gate.to_sign_in(request)
        if not visitor.is_owner:
            said = f"Vems ett konto är godkänner {OWNER}. Inget är ändrat."
            return HTMLResponse(message_page("Det är inte din sida", said), 403)
        if request.method == "POST":
            return await self._act(request, visitor)
        return await self._shown()

    async def _act(self, request: Request, visitor: Visitor) -> Response:
        try:
            form = await sent_form(request)
            await run_in_threadpool(self._do, form, visitor)
        except RefusedError as error:
            return await self._shown(str(error), 409)
        except ValueError:
            return await self._shown("Det gick inte att läsa. Inget är ändrat.", 400)
        return self._door.see_other(PATH)

    def _do(self, form: SentForm, visitor: Visitor) -> None:
        """What the button says; ValueError for one that no page of ours has."""
        number = int(form.values.get("nummer", "")[:LONGEST_NUMBER])
        match form.values.get("gor"):
            case "godkann":
                address = form.values.get("adress", "")
                confirm_identity(self._database, number, address, visitor.signature)
            case "ta-bort":
                remove_identity(self._database, number)
            case other:
                raise ValueError(f"nothing is called {other!r}")

    async def _shown(self, refused: str = "", status: int = 200) -> Response:
        known = await run_in_threadpool(list_identities, self._database)
        shown = page(
            "inloggningar.html.j2", base=self._door.base, identities=known, refused=refused
        )
        return HTMLResponse(shown, status)
