"""What the signed-in pages share: who asks, the years as they stand, and the page that answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from calendars.definition import load_definition
from models.act import Act
from models.acts.all import ACTS
from models.errors import KommunplanError, UnknownError
from models.process import Definition
from models.rights import refusal
from models.text import ActPointer
from models.visitor import Visitor
from tasks import clock
from tasks.database import Database, DatabaseUnusableError
from tasks.engine import Engine
from tasks.reading import seen_years
from tasks.settings import Settings
from views.possible import is_offered
from views.seen import SeenYear
from web.addresses import Addresses, own_path
from web.receipts import Receipts
from web.rendering import render
from web.uploads import Uploads
from web.visits import Visits
from web.wording import PageWords

Show = Callable[["Desk", Request, Visitor], Response]


@dataclass
class Desk:
    """One database and its visitors. `changed` is called after something was done."""

    settings: Settings
    database: Database
    visits: Visits
    changed: Callable[[], object]
    places: Addresses = field(init=False)
    uploads: Uploads = field(init=False)
    receipts: Receipts = field(default_factory=Receipts)

    def __post_init__(self) -> None:
        self.places = Addresses(self.settings.page_address)
        self.uploads = Uploads(self.settings.data / "uppladdat")

    @property
    def today(self) -> date:
        return clock.today(self.settings)

    @property
    def engine(self) -> Engine:
        return Engine(self.database, self.settings, self.today)

    def years(self, budget_year: int | None = None) -> tuple[SeenYear, ...]:
        """Every started year, or one; UnknownError for one that is not started."""
        return seen_years(self.database, self.today, budget_year)

    def current(self, years: Sequence[SeenYear], wanted: str = "") -> SeenYear | None:
        """The year that is asked for by its number; else the newest that has begun, or the first."""
        for year in years:
            if str(year.budget_year) == wanted:
                return year
        begun = [one for one in years if one.budget_year <= self._in_progress(one)]
        return begun[-1] if begun else next(iter(years), None)

    def _in_progress(self, year: SeenYear) -> int:
        return year.definition.year_in_progress(self.today)

    def definition(self) -> Definition:
        """The definition of the settings: of who has started no year yet."""
        return load_definition(self.settings.definition)

    def words(self, year: SeenYear | int | None, step: str = "") -> PageWords:
        number = year.budget_year if isinstance(year, SeenYear) else year
        return PageWords(self.places, number, step)

    def refusal(self, visitor: Visitor, act: Act, year: SeenYear | None) -> str | None:
        """Why the visitor may not do it; None where they may. The one place where the pages ask."""
        return refusal(visitor, act, year.state, year.log) if year else refusal(visitor, act)

    def allowed(self, visitor: Visitor, acts: Iterable[ActPointer]) -> tuple[ActPointer, ...]:
        """Those of the acts that the visitor may do and that there is a form for."""
        return tuple(
            one
            for one in acts
            if one.act in ACTS
            and is_offered(visitor, ACTS[one.act])
            and self._of_theirs(visitor, one)
        )

    @staticmethod
    def _of_theirs(visitor: Visitor, pointer: ActPointer) -> bool:
        """A clerk is offered what their own body does."""
        body = pointer.value("body")
        return visitor.is_owner or not body or body in visitor.clerk_of

    def page(
        self,
        template: str,
        request: Request,
        visitor: Visitor,
        *,
        status: int = 200,
        here: str = "",
        **values: object,
    ) -> Response:
        """The page, with what was just done where the address says so."""
        receipt = self.receipts.find(request.query_params.get("kvitto", ""), visitor.address)
        html = render(
            template,
            visitor=visitor,
            places=self.places,
            today=self.today,
            receipt=receipt,
            here=here,
            exercise=self.settings.clock_file is not None,
            **values,
        )
        return HTMLResponse(html, status)

    def nothing_here(self, request: Request, visitor: Visitor, why: object) -> Response:
        return self.page("inget.html.j2", request, visitor, status=404, why=why)

    def back_of(self, request: Request) -> str:
        """The path of this page, for a form to send back to."""
        return own_path(request.url.path)

    def signed_in(self, show: Show) -> Callable[[Request], Awaitable[Response]]:
        """A handler of GET for who is signed in; others are sent to sign in."""

        async def handler(request: Request) -> Response:
            visitor = await self.visits.visitor(request)
            if visitor is None:
                return self.visits.to_sign_in(request)
            return await run_in_threadpool(self._shown, show, request, visitor)

        return handler

    def _shown(self, show: Show, request: Request, visitor: Visitor) -> Response:
        try:
            return show(self, request, visitor)
        except DatabaseUnusableError:
            raise
        except UnknownError as error:
            return self.nothing_here(request, visitor, self.words(None).of(error))
        except KommunplanError as error:
            why = self.words(None).of(error)
            return self.page("inget.html.j2", request, visitor, status=409, why=why)
