"""An act's form, its check page, and the act itself: asked, looked over, done once, told on the next page.

The same form sent twice is done once and told twice. A form that is older than what has happened to its step
since says what, before anything is overwritten.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeGuard
from urllib.parse import parse_qsl, urlencode

from markupsafe import Markup
from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response

from models.act import Act, StepAct, YearAct
from models.acts.all import ACTS
from models.acts.links import MakeFeed, RevokeFeed
from models.acts.mails import Resend, ResendFailed
from models.acts.meetings import CancelMeeting, ImportMeetings, MeetingAct, MoveMeeting
from models.acts.parts import GoOn
from models.acts.people import ImportHolders
from models.acts.rounds import LeaveOut, Rerun
from models.acts.takeover import ReadAlreadyDone
from models.acts.years import ChangeDefinition, StartYear, UndoStart
from models.choices import Scope
from models.errors import KommunplanError, RefusedError, UnknownError
from models.text import Text, ask, give
from models.visitor import Visitor
from tasks import clock
from tasks.advance_words import events_in_words, mailed_since
from tasks.context import Done
from tasks.database import DatabaseBusyError, DatabaseUnusableError
from tasks.engine import Engine, Tried
from tasks.reading import year_sheets
from tasks.unchanged import (
    ChangedMeanwhileError,
    changes_after,
    newest_change,
    newest_event,
    unchanged,
)
from views.account import account
from views.consequences import Listed, Previewed, consequences_of
from views.history import HistoryLine, lines_of_log
from views.import_preview import ImportPreview
from views.meeting_preview import MeetingPreview
from views.possible import is_offered
from views.seen import SeenYear
from web.addresses import own_path
from web.asking import ActForm, act_form
from web.desk import Desk
from web.filling import Faults, field_at, filled_act
from web.receipts import Receipt
from web.security import BodyTooLargeError, read_body
from web.uploads import LARGEST, parts_of
from web.wording import PageWords, person, with_days

LARGEST_FORM = 128 * 1024
NOT_HERE = (MakeFeed, RevokeFeed)
"""What is shown once: by the command line."""
NOT_YOURS = "Det kan bara den göra som har rollen för det. Är det fel: säg till processägaren."
LOOKED_OVER = (
    *(GoOn, LeaveOut, Resend, ResendFailed, StartYear, UndoStart),
    *(ImportHolders, ReadAlreadyDone),
)
"""What cannot be taken back as it was, and has no preview: the answers are shown before it is done."""
MOST_DIGITS = 12
"""Of a number that a form carries."""
FORM_TYPE = "application/x-www-form-urlencoded"
FILES_TYPE = "multipart/form-data"


@dataclass
class SentAct:
    """A form as it is shown or was sent: what it is about, what is filled in, and what is wrong with it."""

    act: type[Act]
    values: dict[str, str]
    form: ActForm
    year: SeenYear | None
    seen: int
    faults: Faults = field(default_factory=dict)
    refusal: Sequence[Markup] = ()
    """What is wrong and is about no field, a line each."""
    meanwhile: Sequence[HistoryLine] = ()

    @property
    def step(self) -> str:
        return self.values.get("steg", "")

    @property
    def key(self) -> str:
        return self.values.get("nyckel", "")

    @property
    def needs_step(self) -> bool:
        return issubclass(self.act, StepAct) and not self.step


@dataclass
class Acting:
    """The handlers of the acts' forms."""

    desk: Desk
    _one: threading.Lock = field(default_factory=threading.Lock)
    """One act at a time, so that of two alike the second finds what the first did."""

    async def handle(self, request: Request) -> Response:
        """One address to ask and to do; nothing but POST does anything."""
        visits = self.desk.visits
        visitor = await visits.visitor(request)
        if visitor is None:
            return visits.to_sign_in(request)
        if request.method != "POST":
            return await self.desk.signed_in(lambda _, asked, who: self._show(asked, who))(request)
        act = ACTS.get(request.path_params["akt"])
        if refusal := visits.refusal(request) or self._refused(request, visitor, act):
            return refusal
        try:
            values = await self._read(request)
        except (ValueError, BodyTooLargeError, TimeoutError, ClientDisconnect):
            why = (
                "Formuläret gick inte att läsa. Inget är registrerat. Gå tillbaka och försök igen."
            )
            return self.desk.page("inget.html.j2", request, visitor, status=400, why=why)

        def sent(_: Desk, asked: Request, who: Visitor) -> Response:
            return self._sent(asked, who, values)

        return await self.desk.signed_in(sent)(request)

    async def _read(self, request: Request) -> dict[str, str]:
        """The form as a browser sends it, with its file kept; ValueError for anything else."""
        kind = request.headers.get("content-type", "")
        if kind.partition(";")[0].strip() != FILES_TYPE:
            return await _read_form(request)
        values: dict[str, str] = {}
        files: dict[str, tuple[str, bytes]] = {}
        for part in parts_of(kind, await read_body(request, LARGEST)):
            if part.filename:
                files[part.name] = (part.filename, part.content)
            elif part.filename is None:
                values[part.name] = part.content.decode("utf-8").replace("\r\n", "\n")
        for name, (filename, content) in files.items():
            values[name] = self.desk.uploads.keep(values.get("nyckel", ""), filename, content)
        return values

    def _show(self, request: Request, visitor: Visitor) -> Response:
        act = ACTS.get(request.path_params["akt"])
        if refusal := self._refused(request, visitor, act):
            return refusal
        assert act is not None  # noqa: S101 - an unknown one is refused
        values = {name: value for name, value in request.query_params.items() if value}
        return self._form(request, visitor, self._asked(act, values))

    def _refused(
        self, request: Request, visitor: Visitor, act: type[Act] | None
    ) -> Response | None:
        if act is None or issubclass(act, NOT_HERE):
            return self.desk.nothing_here(request, visitor, "Formuläret finns inte.")
        if not is_offered(visitor, act):
            return self._forbidden(request, visitor)
        return None

    def _forbidden(self, request: Request, visitor: Visitor, why: str = NOT_YOURS) -> Response:
        return self.desk.page("inget.html.j2", request, visitor, status=403, why=why)

    def _asked(self, act: type[Act], values: dict[str, str]) -> SentAct:
        """The form, of what is known so far."""
        years = self.desk.years()
        year = self.desk.current(years, values.get("budgetar", ""))
        step = values.get("steg", "")
        if step and (year is None or step not in year.state.steps):
            raise UnknownError("Steget", step, [])
        if year is not None and issubclass(act, YearAct):
            values["budgetar"] = str(year.budget_year)
        values.setdefault("nyckel", secrets.token_urlsafe(12))
        scope = self._scope(year, years)
        form = act_form(act, scope, values, year.budget_year if year else self.desk.today.year + 1)
        return SentAct(act, values, form, year, self._newest(act, year, values))

    def _scope(self, year: SeenYear | None, years: Sequence[SeenYear]) -> Scope:
        if year is None:
            definition = self.desk.definition()
            return Scope(definition, newest=definition.year_in_progress(self.desk.today))
        return Scope(
            year.definition,
            year.state,
            year.log,
            years=[one.budget_year for one in years],
            newest=year.definition.year_in_progress(self.desk.today),
        )

    def _newest(self, act: type[Act], year: SeenYear | None, values: Mapping[str, str]) -> int:
        """The number of the newest thing that the form shows; the one that it carries, where it was sent."""
        sent = values.get("sag", "")
        if sent.isdecimal() and len(sent) < MOST_DIGITS:
            return int(sent)
        if issubclass(act, MeetingAct):
            return newest_change(self.desk.database)
        step = values.get("steg", "")
        return newest_event(year.state, year.log, step) if year is not None and step else 0

    def _form(
        self, request: Request, visitor: Visitor, sent: SentAct, status: int = 200
    ) -> Response:
        line = None
        if sent.year is not None and sent.step in sent.year.state.steps:
            line = sent.year.sheet[sent.step]
        return self.desk.page(
            "akt.html.j2",
            request,
            visitor,
            status=status,
            sent=sent,
            form=sent.form,
            line=line,
            about=Markup("<br>").join((sent.act.__doc__ or "").strip().split("\n\n")[:1]),
            words=self.desk.words(sent.year, sent.step),
            checked=_is_checked(sent.act),
            back=own_path(sent.values.get("tillbaka", "")),
        )

    # --- What was sent ---

    def _sent(self, request: Request, visitor: Visitor, values: dict[str, str]) -> Response:
        act = ACTS.get(request.path_params["akt"])
        if refusal := self._refused(request, visitor, act):
            return refusal
        assert act is not None  # noqa: S101 - an unknown one is refused
        sent = self._asked(act, values)
        if done := self.desk.receipts.find(sent.key, visitor.address):
            return _see(done, sent.key)
        if values.pop("andra", ""):
            values.pop("kontrollerad", "")
            return self._form(request, visitor, sent)
        wanted, sent.faults = filled_act(
            sent.form, values, visitor.signature, sent.key, self.desk.uploads.find
        )
        if wanted is None:
            return self._form(request, visitor, sent, 422)
        if why := self.desk.refusal(visitor, wanted, sent.year):
            return self._forbidden(request, visitor, why)
        try:
            return self._check_or_do(request, visitor, sent, wanted)
        except ChangedMeanwhileError as error:
            return self._changed(request, visitor, sent, error)
        except DatabaseBusyError:
            sent.refusal = [Markup("Någon annan skriver just nu. Vänta en stund, och tryck igen.")]
            return self._form(request, visitor, sent, 503)
        except DatabaseUnusableError:
            raise
        except KommunplanError as error:
            return self._refusal(request, visitor, sent, error)

    def _check_or_do(
        self, request: Request, visitor: Visitor, sent: SentAct, wanted: Act
    ) -> Response:
        if _is_checked(sent.act) and not sent.values.get("kontrollerad"):
            return self._check(request, visitor, sent, wanted)
        with self._one:
            return self._do(visitor, sent, wanted)

    def _changed(
        self, request: Request, visitor: Visitor, sent: SentAct, error: ChangedMeanwhileError
    ) -> Response:
        """The form again, with what has happened meanwhile: what is sent now has seen it."""
        del sent.values["sag"]
        sent.values.pop("kontrollerad", "")
        again = self._asked(sent.act, sent.values)
        again.meanwhile = error.lines
        return self._form(request, visitor, again, 409)

    def _refusal(
        self, request: Request, visitor: Visitor, sent: SentAct, error: KommunplanError
    ) -> Response:
        words = PageWords(
            self.desk.places, sent.year.budget_year if sent.year else None, sent.step, sent.act
        )
        place = field_at(sent.form, error)
        if place:
            sent.faults[place] = words.of(error)
        else:
            lines = (words.of(error)).split("\n")
            sent.refusal = [line for line in lines if line.strip()]
        sent.values.pop("kontrollerad", "")
        return self._form(request, visitor, sent, 422)

    def _check(self, request: Request, visitor: Visitor, sent: SentAct, wanted: Act) -> Response:
        """What would follow, or what was filled in, with the button that carries it out."""
        lists: list[Listed] | None = None
        if _can_be_tried(wanted, sent):
            told = _tried(self.desk.engine, wanted)
            if _lacks_reason(told, wanted):
                raise RefusedError(
                    "Ett pågående år vilar på dagen. Skriv varför den ändras ", give("reason"), "."
                )
            lists = consequences_of(told, self._titles())
        answers = [
            (one.label, one.shown)
            for one in sent.form.inputs
            if one.value and one.name not in ("budgetar",)
        ]
        return self.desk.page(
            "kontrollera.html.j2",
            request,
            visitor,
            sent=sent,
            lists=lists,
            answers=answers,
            hidden={k: v for k, v in sent.values.items() if k != "kontrollerad"}
            | {"sag": str(sent.seen)},
        )

    def _titles(self) -> Callable[[str], str]:
        """What people call a step, in whichever year it is; the newest year has the last word."""
        steps = [step for year in self.desk.years() for step in year.definition.steps]
        known = {step.slug: f"{step.id} {step.title}" for step in steps}
        return lambda slug: known.get(slug, slug)

    def _do(self, visitor: Visitor, sent: SentAct, wanted: Act) -> Response:
        """Does it, once; what came of it is told on the page that it leads to."""
        desk = self.desk
        if known := desk.receipts.find(sent.key, visitor.address):
            return _see(known, sent.key)
        self._refuse_old(sent, wanted)
        began, before = clock.now(), year_sheets(desk.database, desk.today)
        guard = None
        if isinstance(wanted, YearAct) and sent.step:
            guard = unchanged(wanted, sent.step, sent.seen)
        done = desk.engine.do(wanted, guard=guard)
        mails = sum(year.mails for year in done.years)
        told = account(
            [one for year in done.years for one in events_in_words(desk.database, year)],
            before,
            year_sheets(desk.database, desk.today),
            mails=mails,
            mailed=mailed_since(desk.database, began) if mails else (),
        )
        receipt = self._receipt(visitor, sent, done, list(told))
        desk.receipts.keep(sent.key, receipt)
        desk.uploads.forget(sent.values.get("fil", ""))
        return _see(receipt, sent.key, BackgroundTask(desk.changed))

    def _refuse_old(self, sent: SentAct, wanted: Act) -> None:
        if isinstance(wanted, MeetingAct) and (
            newer := changes_after(self.desk.database, sent.seen)
        ):
            raise ChangedMeanwhileError(newer)

    def _receipt(self, visitor: Visitor, sent: SentAct, done: Done, told: Sequence[str]) -> Receipt:
        words = self.desk.words(sent.year, sent.step)
        nothing = not (any(year.events or year.mails for year in done.years) or done.said)
        said = [*done.said, *done.follows, *([] if nothing else told)]
        if nothing:
            said = [_who_did(sent)]
        return Receipt(
            visitor.address,
            sent.act.title,
            self._back(sent, done),
            tuple(map(with_days, said)),
            (*map(words.of, done.notes), *map(words.of, self._ways_back(done))),
            was_done=nothing,
        )

    @staticmethod
    def _ways_back(done: Done) -> Iterator[Text]:
        """How a decision that was registered wrongly is put right."""
        for year in done.years:
            for number, key in zip(year.numbers, year.events, strict=True):
                if "/beslut/" in key and not key.endswith("/rattelse"):
                    yield Text.of("Blev det fel? ", ask("ratta", event_number=number), ".")

    def _back(self, sent: SentAct, done: Done) -> str:
        """Where it is told: where the form was asked for, else the page of its step."""
        back = own_path(sent.values.get("tillbaka", ""))
        if sent.act is MoveMeeting and "/sammantrade/" in back:
            # what the form was asked from is no sammanträde any more
            to = date.fromisoformat(sent.values["till"])
            return self.desk.places.meeting(sent.values["instans"], to)
        if back:
            return self.desk.places.at(back)
        if sent.year is not None and (step := done.step or sent.step):
            return self.desk.places.step(sent.year.budget_year, step)
        return self.desk.places.today


def _is_checked(act: type[Act]) -> bool:
    return issubclass(
        act, (Rerun, ChangeDefinition, MoveMeeting, CancelMeeting, ImportMeetings, *LOOKED_OVER)
    )


def _can_be_tried(wanted: Act, sent: SentAct) -> TypeGuard[Tried]:
    """Whether the engine can say what would follow; of a step that is a day it cannot."""
    if isinstance(wanted, MoveMeeting | CancelMeeting):
        return _is_of_body(sent, wanted.body)
    return isinstance(wanted, Rerun | ChangeDefinition | ImportMeetings)


def _tried(on: Engine, wanted: Tried) -> Previewed:
    match wanted:
        case Rerun():
            return on.try_(wanted)
        case ChangeDefinition():
            return on.try_(wanted)
        case ImportMeetings():
            return on.try_(wanted)
    return on.try_(wanted)


def _lacks_reason(told: Previewed, wanted: Act) -> bool:
    """Whether the rule will ask for a reason, and none is given: it is asked for with the preview."""
    if str(getattr(wanted, "reason", "")).strip():
        return False
    if isinstance(told, MeetingPreview):
        return any(year.moved for year in told.years)
    return isinstance(told, ImportPreview) and bool(told.resting)


def _is_of_body(sent: SentAct, name: str) -> bool:
    bodies = sent.year.definition.bodies if sent.year else ()
    return any(name.casefold() in (one.slug.casefold(), one.name.casefold()) for one in bodies)


def _who_did(sent: SentAct) -> str:
    """That it was so already, and by whom, where that is known."""
    year = sent.year
    if year is None or not sent.step:
        return "Det var redan så; ingenting är ändrat."
    lines = [line for slug, _, line in lines_of_log(year.definition, year.log) if slug == sent.step]
    if not lines:
        return "Det var redan gjort; ingenting är ändrat."
    last = lines[-1]
    return f"Det var redan gjort; ingenting är ändrat. Senast: {last.what} ({person(last.who)}, {last.day})."


def _see(receipt: Receipt, key: str, after: BackgroundTask | None = None) -> Response:
    between = "&" if "?" in receipt.back else "?"
    address = f"{receipt.back}{between}{urlencode({'kvitto': key})}"
    return RedirectResponse(address, 303, background=after)


async def _read_form(request: Request) -> dict[str, str]:
    """The form as a browser sends it; ValueError for anything else."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != FORM_TYPE:
        raise ValueError("no form")
    body = await read_body(request, LARGEST_FORM)
    pairs = parse_qsl(
        body.decode("ascii"),
        keep_blank_values=True,
        strict_parsing=bool(body),
        errors="strict",
        max_num_fields=1000,
    )
    return {name: value.replace("\r\n", "\n") for name, value in pairs}
