"""Who visits: a placeholder until sign-in is merged. Nobody is signed in, unless a test says who."""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models.visitor import Visitor
from tasks.database import Database
from tasks.settings import Settings


class Visits:
    """The visitors of the signed-in pages."""

    def __init__(
        self,
        chosen: Settings,
        database: Database,
        seconds: Callable[[], float] = time.monotonic,
        changed: Callable[[], object] | None = None,
    ) -> None:
        self._settings = chosen
        self.signed_in: Visitor | None = None

    def routes(self) -> list[Route]:
        return []

    async def visitor(self, request: Request) -> Visitor | None:
        return self.signed_in

    def to_sign_in(self, request: Request) -> Response:
        return Response(status_code=303, headers={"Location": "/logga-in"})

    def refusal(self, request: Request) -> Response | None:
        site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
        ours = site in (None, "same-origin") and (site or origin)
        return None if ours else Response("Formuläret kom från en annan sida.", 403)
