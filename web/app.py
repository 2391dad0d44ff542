"""The page as a Starlette application: GET shows, only POST acts."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from itsdangerous import Signer
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from models.errors import KommunplanError
from tasks import clock
from tasks.calendars.feed import PURPOSE, open_feed
from tasks.database import Database
from tasks.engine import Engine
from tasks.links.issue import LinkUsedError, signer
from tasks.links.view import Opening, TaskView, open_link
from tasks.settings import Settings
from web.desk import Desk
from web.feed import feed_response
from web.forms import CORRECTION, SentForm, read_form
from web.limits import RateLimit, client_key
from web.pages import STYLE_HASH, message_page, task_page
from web.rendering import STYLE_HASH as ROOMS_STYLE
from web.rooms import rooms
from web.security import BodyTooLargeError, FormGuard, SafeHeaders, content_policy, read_body
from web.visits import Visits

FORM_TYPE = "application/x-www-form-urlencoded"
NOTHING_IS_SENT = "Inget är skickat."


def make_app(
    chosen: Settings,
    database: Database,
    changed: Callable[[], object],
    seconds: Callable[[], float] = time.monotonic,
    visits: Visits | None = None,
) -> ASGIApp:
    """The pages on a database; `changed` is called after something was answered or done. `seconds` is the
    clock of the rate limits, `visits` who is signed in."""
    by_client = RateLimit(tries=120, seconds=60, clock=seconds)
    by_link = RateLimit(tries=30, seconds=60, clock=seconds)
    site = Site(chosen, database, changed, by_client, by_link)
    visits = visits or Visits(chosen, database, seconds, changed)
    app = Starlette(
        routes=[
            *visits.routes(),
            *rooms(Desk(chosen, database, visits, changed)),
            Route("/svara/{token}", site.task, methods=["GET", "POST"]),
            Route("/kalender/{token}.ics", site.calendar, methods=["GET"]),
            Route("/halsa", _alive, methods=["GET"]),
        ],
        exception_handlers={
            404: _nothing_here,
            405: _nothing_here,
            KommunplanError: _not_now,
            Exception: _broken,
        },
    )
    app.router.redirect_slashes = False  # it would send the browser to whatever Host it named
    return SafeHeaders(app, content_policy(STYLE_HASH, ROOMS_STYLE))


@dataclass
class Site:
    """The page's handlers, and what they share. The limits leave room for a whole kommunhus behind one
    address."""

    settings: Settings
    database: Database
    changed: Callable[[], object]
    by_client: RateLimit
    by_link: RateLimit
    _links: Signer = field(init=False)
    _guard: FormGuard = field(init=False)
    _feeds: Signer = field(init=False)

    def __post_init__(self) -> None:
        self._links = signer(self.settings)
        self._feeds = signer(self.settings, PURPOSE)
        self._guard = FormGuard(self.settings.page_address, signer(self.settings, "formular"))

    async def task(self, request: Request) -> Response:
        """One address to look at and to answer; nothing but POST acts."""
        acts = request.method == "POST"
        return await (self.answer(request) if acts else self.show(request))

    async def show(self, request: Request) -> Response:
        """The task, or what was answered. Changes nothing, however often and by whom it is opened."""
        if refusal := self._too_many(request):
            return refusal
        opening = await self._open(request)
        return self._page(request, opening, SentForm())

    async def answer(self, request: Request) -> Response:
        """Does what the form says, once; then shows the page anew, so that to load it again does nothing."""
        if refusal := self._too_many(request) or self._not_ours(request):
            return refusal
        try:
            form = read_form(await read_body(request))
        except BodyTooLargeError:
            return _page(
                "Svaret är för långt", 413, NOTHING_IS_SENT, "Korta texten och försök igen."
            )
        except TimeoutError:
            return _page("Svaret kom inte fram", 408, NOTHING_IS_SENT, "Försök igen.")
        except (ValueError, ClientDisconnect):
            return _page("Svaret gick inte att läsa", 400, NOTHING_IS_SENT)
        opening = await self._open(request)
        if opening.answerer is None or opening.view is None:
            return self._page(request, opening, form)
        if _is_closed_to(form, opening.view):
            is_used = opening.view.used_for
            return _see_other(request) if is_used else self._page(request, opening, form, 409)
        if not self._guard.is_signed(request, _token(request), form.signature):
            form.errors["svar"] = (
                "Sidan hade blivit för gammal, eller så tillåter webbläsaren inte kakor. "
                "Tryck en gång till."
            )
            return self._page(request, opening, form, 403)
        try:
            done = await run_in_threadpool(form.say, opening.answerer, opening.view)
        except LinkUsedError:
            return _see_other(request)
        if done:
            return _see_other(request, BackgroundTask(self.changed))
        opening = await self._open(request)  # perhaps somebody else has just said it
        is_closed = opening.view is not None and _is_closed_to(form, opening.view)
        return self._page(request, opening, form, 409 if is_closed else 422)

    async def calendar(self, request: Request) -> Response:
        """A role's or a body's calendar, for who has its address."""
        if refusal := self._too_many(request):
            return refusal
        opened = await run_in_threadpool(
            open_feed,
            self.database,
            self.settings,
            self._feeds,
            _token(request),
            clock.today(self.settings),
        )
        return feed_response(request, opened)

    async def _open(self, request: Request) -> Opening:
        return await run_in_threadpool(open_link, self._engine(), self._links, _token(request))

    def _engine(self) -> Engine:
        return Engine(self.database, self.settings, clock.today(self.settings))

    def _page(
        self, request: Request, opening: Opening, form: SentForm, status: int = 200
    ) -> Response:
        match opening.status:
            case "finns inte":
                return _nowhere(404)
            case "gäller inte":
                return _nowhere(410)
        if opening.view is None:
            return _page(
                "Uppgiften har gått över till någon annan",
                410,
                "Du behöver inte göra något. Den som nu har uppgiften får egna mejl om den.",
            )
        token, cookie = _token(request), self._guard.cookie_of(request)
        response = HTMLResponse(
            task_page(
                opening.view,
                form,
                token=token,
                signature=self._guard.sign(cookie, token),
                today=clock.today(self.settings),
            ),
            status,
        )
        self._guard.give(response, cookie, token)
        return response

    def _too_many(self, request: Request) -> Response | None:
        client = client_key(request.client.host if request.client else "")
        wait = self.by_client.wait(client) or self.by_link.wait(_token(request))
        if not wait:
            return None
        refusal = _page(
            "Försök igen om en stund", 429, "Sidan har öppnats många gånger på kort tid."
        )
        refusal.headers["Retry-After"] = str(wait)
        return refusal

    def _not_ours(self, request: Request) -> Response | None:
        """A refusal of what no form of this page sends."""
        if not self._guard.is_from_here(request):
            return _page(
                "Svaret kom från en annan sida",
                403,
                f"{NOTHING_IS_SENT} Öppna länken i mejlet och svara där.",
            )
        if request.headers.get("content-type", "").partition(";")[0].strip() != FORM_TYPE:
            return _page("Svaret gick inte att läsa", 415, NOTHING_IS_SENT)
        return None


def _token(request: Request) -> str:
    return str(request.path_params["token"])


def _is_closed_to(form: SentForm, view: TaskView) -> bool:
    """Whether what the form says can be said no more: a part is answered once, its figures often."""
    if form.answer == CORRECTION:
        return not view.may_correct
    return bool(view.used_for or view.closed)


def _see_other(request: Request, after: BackgroundTask | None = None) -> Response:
    """The same page, relative: whatever path a proxy has put before it."""
    return Response(status_code=303, headers={"Location": _token(request)}, background=after)


def _page(title: str, status: int, *paragraphs: str) -> Response:
    return HTMLResponse(message_page(title, *paragraphs), status)


def _nowhere(status: int) -> Response:
    return _page(
        "Länken gäller inte",
        status,
        "Den kan ha gått ut, ha dragits tillbaka eller ha blivit avkortad på vägen.",
        "Använd länken i det senaste mejlet om uppgiften, eller svara på mejlet.",
    )


async def _alive(request: Request) -> Response:
    return PlainTextResponse("ok")


async def _nothing_here(request: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 404)
    headers = getattr(error, "headers", None)
    response = _page("Sidan finns inte", status, "Öppna länken i mejlet.")
    response.headers.update(headers or {})
    return response


async def _not_now(request: Request, error: Exception) -> Response:
    return _page("Försök igen om en stund", 503, f"{NOTHING_IS_SENT} Sidan är upptagen just nu.")


async def _broken(request: Request, error: Exception) -> Response:
    return _page(
        "Något gick fel", 500, "Försök igen om en stund. Går det inte: svara på mejlet i stället."
    )
