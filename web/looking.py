"""The signed-in pages that only show: I dag, the year, a step. Nothing is changed by looking."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from models.act import Act
from models.acts.all import ACTS
from models.errors import UnknownError
from models.process import Body, TaskKey
from models.text import ActPointer, ask
from models.visitor import Visitor
from tasks.history import step_history
from views.agenda import RECENT, BodyMeeting, meetings_of, unfinished
from views.gantt import gantt_svg
from views.labels import as_sentence
from views.possible import is_offered, possible_acts
from views.seen import SeenYear
from views.sheet import StepLine, Tone, YearSheet
from views.today import OwnTask, helps_of, own_tasks, owner_groups
from views.wheel import wheel_svg
from web.desk import Desk

OF_PART = ("klar", "mer-tid", "inte-min")
"""What can be said of a part by who has it."""
AHEAD = timedelta(days=120)
"""How far ahead a clerk's next meetings are listed."""


@dataclass(frozen=True, slots=True)
class Button:
    """A link to an act's form."""

    address: str
    words: str


def buttons(
    desk: Desk,
    visitor: Visitor,
    acts: Sequence[ActPointer],
    budget_year: int | None,
    back: str = "",
) -> list[Button]:
    """A link for each of the acts that the visitor may do."""
    return [
        Button(desk.places.pointed(one, budget_year, back), button_words(one))
        for one in desk.allowed(visitor, acts)
    ]


_WORDS = {
    ("redan-gjort", "klart"): "Ja, det var klart",
    ("redan-gjort", "pagar"): "Nej, det pågår",
    ("anteckna", "justerat"): "Anteckna justerat",
    ("anteckna", "anslaget"): "Anteckna anslaget",
    ("anteckna", "kungjort"): "Anteckna kungjort",
}


def button_words(pointer: ActPointer) -> str:
    """What its button says: the act's title, or what it answers."""
    answer = pointer.value("standing") or pointer.value("what")
    return _WORDS.get((pointer.act, answer), ACTS[pointer.act].title)


# --- I dag ---


def show_today(desk: Desk, request: Request, visitor: Visitor) -> Response:
    """What waits for the visitor, by what they answer for."""
    if not has_day(visitor):
        return show_years(desk, request, visitor)
    years = desk.years()
    bodies = _bodies(years, visitor.clerk_of)
    return desk.page(
        "idag.html.j2",
        request,
        visitor,
        here="idag",
        groups=owner_groups(years) if visitor.is_owner else (),
        sheets=[year.sheet for year in years if not year.sheet.is_done],
        words={year.budget_year: desk.words(year) for year in years} | {None: desk.words(None)},
        buttons=lambda acts, year: buttons(desk, visitor, acts, year, "/"),
        unfinished=list(unfinished(years, bodies)),
        tasks=own_tasks(years, visitor.keys),
        acts_of=_acts_of,
        start=(ask("starta-ar"), ask("rollinnehavare-byt"), ask("rollinnehavare-las-in")),
        near=_meetings_near(desk, years, bodies),
    )


def has_day(visitor: Visitor) -> bool:
    """Whether anything can wait for the visitor: who only reads has the year instead."""
    return visitor.is_owner or bool(visitor.clerk_of or visitor.keys)


def _meetings_near(
    desk: Desk, years: Sequence[SeenYear], bodies: Mapping[str, Body]
) -> dict[str, list[BodyMeeting]]:
    """Those that have been, the latest first, and those that are to come; with ärenden of the years."""
    first, last = desk.today - RECENT, desk.today + AHEAD
    found = [one for one in meetings_of(years, bodies, first, last, desk.today) if one.items]
    past = [one for one in reversed(found) if one.day <= desk.today]
    return {"past": past, "ahead": [one for one in found if one.day > desk.today]}


def _acts_of(task: OwnTask) -> tuple[ActPointer, ...]:
    """What who has the part can say of it."""
    return tuple(_of_part(act, task.line, task.key) for act in OF_PART)


def _bodies(years: Sequence[SeenYear], slugs: frozenset[str]) -> Mapping[str, Body]:
    """The bodies by slug, as the newest year has them."""
    known = years[-1].definition.bodies if years else ()
    return {body.slug: body for body in known if body.slug in slugs}


# --- The year ---

_OPEN = (Tone.RISK, Tone.LATE, Tone.ASKED, Tone.AWAITING, Tone.OPEN)
LEFT: Mapping[str, tuple[str, Callable[[StepLine], bool]]] = {
    "alla": ("Alla steg", lambda line: True),
    "oppna": ("Det som pågår", lambda line: line.tone in _OPEN),
    "sent": ("Det som är sent", lambda line: line.late),
    "vantar": ("Väntar på beslut", lambda line: any(link.awaited for link in line.links)),
    "lagrisk": ("Lagrisk", lambda line: line.tone is Tone.RISK or line.against_law),
}
"""What can be asked for, by its name in the address."""


def show_years(desk: Desk, request: Request, visitor: Visitor) -> Response:
    """The year in progress."""
    year = desk.current(desk.years())
    if year is None:
        return desk.page("inget.html.j2", request, visitor, why="Inget budgetår är startat.")
    return RedirectResponse(desk.places.year(year.budget_year), 303)


def show_year(desk: Desk, request: Request, visitor: Visitor) -> Response:
    """The steps of a year, those that the filters in the address leave."""
    year, others = _one_year(desk, request)
    asked = {
        name: request.query_params.get(name, "") for name in ("vad", "instans", "roll", "enhet")
    }
    asked["vad"] = asked["vad"] if asked["vad"] in LEFT else "alla"
    lines = [line for line in year.sheet.lines if _is_left(year, line, asked)]
    return desk.page(
        "aret.html.j2",
        request,
        visitor,
        here="aret",
        sheet=year.sheet,
        others=others,
        asked=asked,
        what=LEFT,
        definition=year.definition,
        lines=lines,
        words=desk.words(year),
        by_plan=buttons(desk, visitor, (ask("anmal"), ask("byt-definition")), year.budget_year),
    )


def _one_year(desk: Desk, request: Request) -> tuple[SeenYear, list[YearSheet]]:
    """The year of the address, and all that are started."""
    years = desk.years()
    number = request.path_params["ar"]
    found = next((year for year in years if year.budget_year == number), None)
    if found is None:
        raise UnknownError("Budgetåret", number, [year.budget_year for year in years])
    return found, [year.sheet for year in years]


def _is_left(year: SeenYear, line: StepLine, asked: Mapping[str, str]) -> bool:
    keys = year.definition.tasks_of(line.step)
    return (
        LEFT[asked["vad"]][1](line)
        and (not asked["instans"] or _waits_for(line, asked["instans"]))
        and (not asked["roll"] or any(key.role == asked["roll"] for key in keys))
        and (not asked["enhet"] or any(key.unit == asked["enhet"] for key in keys))
    )


def _waits_for(line: StepLine, body: str) -> bool:
    return any(link.body == body and link.awaited for link in line.links)


def show_wheel(desk: Desk, request: Request, visitor: Visitor) -> Response:
    """The årshjul; on a narrow screen the list takes its place."""
    year, others = _one_year(desk, request)
    svg = wheel_svg(year.sheet, listing=False)
    return _drawing(desk, request, visitor, year, others, "arshjul", svg)


def show_gantt(desk: Desk, request: Request, visitor: Visitor) -> Response:
    year, others = _one_year(desk, request)
    return _drawing(desk, request, visitor, year, others, "gantt", gantt_svg(year.sheet))


def _drawing(
    desk: Desk,
    request: Request,
    visitor: Visitor,
    year: SeenYear,
    others: Sequence[YearSheet],
    view: str,
    svg: str,
) -> Response:
    return desk.page(
        "ritning.html.j2",
        request,
        visitor,
        here="aret",
        sheet=year.sheet,
        others=others,
        view=view,
        drawing=Markup(svg),  # noqa: S704 - `views.svg` escapes what stands in it
    )


# --- A step ---


def show_step(desk: Desk, request: Request, visitor: Visitor) -> Response:
    """Everything about a step of a year."""
    number, slug = request.path_params["ar"], request.path_params["steg"]
    (year,) = desk.years(number)
    step = year.definition.step_by_slug.get(slug)
    if step is None:
        raise UnknownError("Steget", slug, [])
    line = year.sheet[slug]
    history = step_history(desk.database, desk.today, slug, number)
    own = year.state[slug]
    acts = step_acts(year, line, visitor)
    back = desk.back_of(request)
    return desk.page(
        "steg.html.j2",
        request,
        visitor,
        here="aret",
        sheet=year.sheet,
        line=line,
        own=own,
        standing=as_sentence(line.label),
        arende=year.definition.arende_of(step),
        chain=_known(year, year.definition.arende_of(step).steps),
        parts=list(_parts(year, line)),
        rests_on=_known(year, step.rests_on),
        happened=[one for one in reversed(history.lines) if one.source != "mejl"],
        mails=[one for one in reversed(history.lines) if one.source == "mejl"],
        corrections=_corrections(desk, visitor, line, number, back),
        words=desk.words(year, slug),
        law=[one for one in year.sheet.breaches if one.step == slug],
        buttons=buttons(desk, visitor, acts, number, back),
    )


def _known(year: SeenYear, slugs: Iterable[str]) -> list[StepLine]:
    """Those of the steps that the year has."""
    return [year.sheet[slug] for slug in slugs if slug in year.state.steps]


def step_acts(year: SeenYear, line: StepLine, visitor: Visitor) -> tuple[ActPointer, ...]:
    """What its advice points at first, then what else is possible; each act once. Who holds a part is
    offered what can be said of that one."""
    acts: dict[str, ActPointer] = {}
    for one in (*helps_of(line), *possible_acts(year.state, line.step)):
        if visitor.is_owner or one.act not in (*OF_PART, "resultat"):
            acts.setdefault(one.act, one)
        elif own := _own_keys(year, line, visitor, one.act):
            acts.setdefault(one.act, _of_part(one.act, line, own[0]))
    return tuple(acts.values())


def _own_keys(year: SeenYear, line: StepLine, visitor: Visitor, act: str) -> list[TaskKey]:
    """The visitor's parts that something can be said of: those that are missing, and of figures all."""
    definition, state = year.definition, year.state
    keys = definition.tasks_of(line.step) if act == "resultat" else state.missing(line.step)
    return [key for key in keys if key in visitor.keys]


def _of_part(act: str, line: StepLine, key: TaskKey) -> ActPointer:
    return ask(act, step=line.slug, role=key.role, unit=key.unit or "")


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part of a step: whose it is, and since when it is in or waited for."""

    title: str
    reported_on: date | None
    missing: bool


def _parts(year: SeenYear, line: StepLine) -> Iterator[PartLine]:
    own, missing = year.state[line.slug], year.state.missing(line.step)
    for key in year.definition.tasks_of(line.step):
        yield PartLine(year.definition.title_of(key), own.reported.get(key), key in missing)


def _corrections(
    desk: Desk, visitor: Visitor, line: StepLine, budget_year: int, back: str
) -> dict[int, str]:
    """Where each decision is corrected, by its number."""
    correct: type[Act] = ACTS["ratta"]
    if not is_offered(visitor, correct):
        return {}
    return {
        one.number: desk.places.act("ratta", budget_year, back, handelse=one.number)
        for one in line.valid_decisions
        if visitor.is_owner or one.body in visitor.clerk_of
    }
