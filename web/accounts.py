"""Signing in with an account of the municipality's own: away to its provider, and back.

A sign-in comes back once, within minutes, to the browser that it left; where the account lets nobody in, the
page says in words why, and who can change that.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from tasks import clock
from tasks.database import Database
from tasks.people.identities import NotLetIn, SignInAway, note_try, sign_in_account, take_try
from tasks.people.sign_in import HOME, new_token, our_path
from tasks.settings import Settings
from tasks.watch.journal import journal
from web.doorway import Doorway, client_of
from web.limits import RateLimit
from web.openid import CALLBACK, OpenIdClient, OpenIdError, new_verifier
from web.pages import page

BEGIN = "/logga-in/konto"
COOKIE = "kommunplan-bort"
LASTS = 600
"""Seconds."""
NOT_OURS = (
    "Inloggningen började inte i den här webbläsaren, eller så är den redan använd eller äldre än tio "
    "minuter. Börja om."
)
TOO_MANY = "Det har kommit många inloggningar på kort tid. Försök igen om en stund."


class Accounts:
    """The pages of it; none where the settings name no provider. `seconds` is the clock of the rate limit."""

    def __init__(
        self,
        chosen: Settings,
        database: Database,
        refusal: Callable[[Request], Response | None],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings, self._database, self._refusal = chosen, database, refusal
        self._door = Doorway(chosen.page_address)
        self._client = OpenIdClient(chosen)
        self._beginning = RateLimit(tries=30, seconds=600, clock=seconds)

    def routes(self) -> list[Route]:
        if not self._settings.oidc_is_used:
            return []
        return [
            Route(BEGIN, self._begin, methods=["GET"]),
            Route(CALLBACK, self._back, methods=["GET"]),
        ]

    async def _begin(self, request: Request) -> Response:
        """To the provider, with what will tell that the answer is to this."""
        if refusal := self._refusal(request):
            return refusal
        if self._beginning.wait(client_of(request)):
            return self._told(TOO_MANY, 429)
        state, browser, nonce, verifier = new_token(), new_token(), new_token(), new_verifier()
        try:
            address = await run_in_threadpool(self._client.sign_in_address, state, nonce, verifier)
        except OpenIdError as error:
            return self._failed(error)
        gone = SignInAway(nonce, verifier, our_path(request.query_params.get("till", HOME)))
        await run_in_threadpool(note_try, self._database, state, browser, gone)
        response = Response(status_code=303, headers={"Location": address})
        self._door.give(response, COOKIE, browser, self._path, LASTS)
        return response

    async def _back(self, request: Request) -> Response:
        """Lets in whose account it is, if the answer is right in each part."""
        if refusal := self._refusal(request):
            return refusal
        answer, browser = dict(request.query_params), request.cookies.get(COOKIE, "")
        gone = await run_in_threadpool(take_try, self._database, answer.get("state", ""), browser)
        response = await self._answered(request, answer, gone) if gone else self._told(NOT_OURS)
        self._door.take(response, COOKIE, self._path)
        return response

    async def _answered(
        self, request: Request, answer: dict[str, str], gone: SignInAway
    ) -> Response:
        try:
            account = await run_in_threadpool(
                self._client.account, answer, gone.nonce, gone.verifier
            )
        except OpenIdError as error:
            return self._failed(error)
        found = await run_in_threadpool(
            sign_in_account,
            self._database,
            self._settings,
            clock.today(self._settings),
            account,
            gone.goes_to,
            self._door.session_of(request),
        )
        if isinstance(found, NotLetIn):
            shown = page("konto-nej.html.j2", base=self._door.base, refused=found)
            return HTMLResponse(shown, 403)
        return self._door.admitted(found.token, found.goes_to)

    @property
    def _path(self) -> str:
        return f"{self._door.base}{BEGIN}"

    def _failed(self, error: OpenIdError) -> Response:
        journal("sign_in.refused", level="warning", fault=error.fault)
        return self._told(str(error), 502 if error.fault == "away" else 403)

    def _told(self, said: str, status: int = 403) -> Response:
        return HTMLResponse(page("inte-inloggad.html.j2", base=self._door.base, said=said), status)
