"""Who is signed in: the pages that sign in and out, and who a request is from.

Nobody can find out by them whether an address is known: the answer is the same, and has gone before it is
looked up. What a mail's link opens does nothing until a button is pressed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from itsdangerous import Signer
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from models.visitor import Visitor
from tasks import clock
from tasks.database import Database
from tasks.links.issue import signer
from tasks.people.sessions import find_visit, sign_in_by_link, sign_out
from tasks.people.sign_in import HOME, is_address, look_at_link, mail_link, our_path
from tasks.settings import Settings
from tasks.watch.journal import journal
from web.accounts import Accounts
from web.confirming import Confirming
from web.doorway import Doorway, client_of, sent_form
from web.forms import SentForm
from web.limits import RateLimit
from web.pages import message_page, page
from web.security import FormGuard

SAFE = ("GET", "HEAD")
MOST_AT_ONCE = 20
"""How many who have asked for a link may wait for it to be written."""


class Visits:
    """Who is signed in, on every page but those that a mail's link opens.

    `changed` is called when a mail has been queued. `seconds` is the clock of the rate limits, which leave
    room for a whole kommunhus behind one address.
    """

    def __init__(
        self,
        chosen: Settings,
        database: Database,
        seconds: Callable[[], float] = time.monotonic,
        changed: Callable[[], object] | None = None,
    ) -> None:
        self._settings, self._database, self._changed = chosen, database, changed
        self._door = Doorway(chosen.page_address)
        self._accounts = Accounts(chosen, database, self.refusal, seconds)
        self._guard = FormGuard(chosen.page_address, self._signer)
        self._by_client = RateLimit(tries=300, seconds=60, clock=seconds)
        self._asking = RateLimit(tries=30, seconds=600, clock=seconds)
        self._under_way: set[asyncio.Task[Any]] = set()
        self._telling: set[asyncio.Task[Any]] = set()

    def routes(self) -> list[Route]:
        return [
            Route("/logga-in", self._sign_in, methods=["GET", "POST"]),
            Route("/in/{token}", self._link, methods=["GET", "POST"]),
            Route("/logga-ut", self._sign_out, methods=["POST"]),
            *self._accounts.routes(),
            *Confirming(self._settings, self._database, self).routes(),
        ]

    @property
    def is_busy(self) -> bool:
        """Whether somebody has asked for a link that is not written yet."""
        return bool(self._under_way)

    async def visitor(self, request: Request) -> Visitor | None:
        """Who the request is from, with what follows from their roles today. None: not signed in, or the
        session has ended; `to_sign_in` then says why."""
        token = self._door.session_of(request)
        if not token:
            return None
        found = await run_in_threadpool(
            find_visit, self._database, self._settings, self._today, token
        )
        request.state.sign_in_again = found.ended
        return found.visitor

    def to_sign_in(self, request: Request) -> Response:
        """To the sign-in page, and from there to where one was going."""
        asked = {"till": _going(request)}
        if why := getattr(request.state, "sign_in_again", ""):
            asked["varfor"] = why
        return self._door.see_other(f"/logga-in?{urlencode(asked)}")

    def refusal(self, request: Request) -> Response | None:
        """Of what no page of ours has sent, and of too many tries; None where the request may go on."""
        if wait := self._by_client.wait(client_of(request)):
            return _too_many(wait)
        if request.method in SAFE or self._guard.is_from_here(request):
            return None
        return _message(
            "Det kom från en annan sida",
            403,
            "Inget är gjort. Öppna sidan på nytt i den här webbläsaren, och tryck där.",
        )

    @property
    def _signer(self) -> Signer:
        return signer(self._settings, "formular")

    @property
    def _today(self) -> date:
        return clock.today(self._settings)

    async def _sign_in(self, request: Request) -> Response:
        if refusal := self.refusal(request):
            return refusal
        if request.method == "POST":
            return await self._ask(request)
        if await self.visitor(request):
            return self._door.see_other(our_path(request.query_params.get("till", HOME)))
        return self._form(request)

    async def _ask(self, request: Request) -> Response:
        """Takes an address; what comes of it is worked out when the answer has gone."""
        try:
            form = await sent_form(request)
        except ValueError:
            return _message("Det gick inte att läsa", 400, "Ladda sidan på nytt och försök igen.")
        address = form.values.get("adress", "").strip()
        if not is_address(address):
            form.errors["adress"] = "Skriv en e-postadress, som namn@kommun.se."
            return self._form(request, form, 422)
        if wait := self._asking.wait(client_of(request)):
            return _too_many(wait)
        if len(self._under_way) >= MOST_AT_ONCE:
            return _too_many(30)
        goes_to = our_path(form.values.get("till", HOME))
        self._later(address, client_of(request), goes_to)
        return self._door.see_other("/logga-in?varfor=skickat")

    def _later(self, address: str, client: str, goes_to: str) -> None:
        """Apart from the request, so that how long it takes tells nothing either."""
        self._keep(asyncio.create_task(self._mail(address, client, goes_to)), self._under_way)

    async def _mail(self, address: str, client: str, goes_to: str) -> None:
        """Nobody waits for the delivery that is asked for, which may take its time: else that would show who
        is known."""
        try:
            is_mailed = await run_in_threadpool(
                mail_link,
                self._database,
                self._settings,
                self._today,
                address,
                asked_from=client,
                goes_to=goes_to,
            )
        except Exception as error:
            journal("sign_in.failed", level="error", error=type(error).__name__)
        else:
            if is_mailed and self._changed is not None:
                self._keep(asyncio.create_task(run_in_threadpool(self._changed)), self._telling)

    def _keep(self, task: asyncio.Task[Any], among: set[asyncio.Task[Any]]) -> None:
        """Until it is done: nothing else holds it."""
        among.add(task)
        task.add_done_callback(among.discard)

    async def _link(self, request: Request) -> Response:
        """Shows a button; only that signs in."""
        if refusal := self.refusal(request):
            return refusal
        token = str(request.path_params["token"])
        if request.method == "POST":
            begun = await run_in_threadpool(
                sign_in_by_link,
                self._database,
                self._settings,
                self._today,
                token,
                self._door.session_of(request),
            )
            if begun is None:
                return self._no_such_link()
            return self._door.admitted(begun.token, begun.goes_to)
        found = await run_in_threadpool(
            look_at_link, self._database, self._settings, self._today, token
        )
        if found is None:
            return self._no_such_link()
        shown = page("lank-in.html.j2", base=self._door.base, token=token, visitor=found.visitor)
        return HTMLResponse(shown)

    async def _sign_out(self, request: Request) -> Response:
        if refusal := self.refusal(request):
            return refusal
        token = self._door.session_of(request)
        await run_in_threadpool(sign_out, self._database, token)
        response = self._door.see_other("/logga-in?varfor=ut")
        self._door.take(response, self._door.cookie, self._door.base or "/")
        return response

    def _form(self, request: Request, form: SentForm | None = None, status: int = 200) -> Response:
        asked = request.query_params
        shown = page(
            "logga-in.html.j2",
            base=self._door.base,
            form=form or SentForm({"till": our_path(asked.get("till", HOME))}),
            why=asked.get("varfor", ""),
            has_accounts=self._settings.oidc_is_used,
            is_exercise=self._settings.mail_to is not None,
        )
        return HTMLResponse(shown, status)

    def _no_such_link(self) -> Response:
        return HTMLResponse(page("lank-gick-ut.html.j2", base=self._door.base), 410)


def _going(request: Request) -> str:
    """The path that was asked for, as it came; of what would have been done, the page that it is done on."""
    path = request.scope.get("raw_path", b"").decode("ascii", "replace")
    query = request.scope.get("query_string", b"").decode("ascii", "replace")
    return our_path(f"{path}?{query}" if query and request.method in SAFE else path)


def _too_many(wait: int) -> Response:
    refused = _message("Försök igen om en stund", 429, "Det har kommit många frågor på kort tid.")
    refused.headers["Retry-After"] = str(wait)
    return refused


def _message(title: str, status: int, *paragraphs: str) -> Response:
    return HTMLResponse(message_page(title, *paragraphs), status)
