"""The pages of the sammanträden: the list of them, and each with its ärenden and their forms."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from models.acts.decisions import Decide
from models.choices import Scope
from models.errors import UnknownError
from models.occurrences import Occurrence
from models.process import Body
from models.text import ActPointer, ask
from models.visitor import Visitor
from tasks.unchanged import newest_event
from views.agenda import Agenda, AgendaItem, agenda, meetings_of
from views.seen import SeenYear
from web.asking import ActForm, act_form
from web.desk import Desk
from web.looking import buttons


def show_meetings(desk: Desk, request: Request, visitor: Visitor) -> Response:
    """The bodies' sammanträden of a calendar year, or of one body."""
    years = desk.years()
    bodies = {body.slug: body for body in (years[-1].definition.bodies if years else ())}
    chosen, year = request.query_params.get("instans", ""), _year(request, desk.today)
    wanted = {chosen: bodies[chosen]} if chosen in bodies else bodies
    found = meetings_of(years, wanted, date(year, 1, 1), date(year, 12, 31), desk.today)
    split = desk.today if year == desk.today.year else date(year, 1, 1)
    return desk.page(
        "sammantraden.html.j2",
        request,
        visitor,
        here="sammantraden",
        meetings=[one for one in found if one.day >= split],
        held=[one for one in reversed(found) if one.day < split],
        bodies=bodies,
        chosen=chosen,
        year=year,
        years=sorted({one.day.year for known in years for one in known.meetings}),
        buttons=buttons(
            desk,
            visitor,
            (ask("sammantraden-lagg-till"), ask("sammantraden-las-in")),
            None,
            desk.back_of(request),
        ),
    )


def _year(request: Request, today: date) -> int:
    asked = request.query_params.get("ar", "")
    return int(asked) if asked.isdecimal() and len(asked) == 4 else today.year


def show_meeting(desk: Desk, request: Request, visitor: Visitor) -> Response:
    """A body's sammanträde on a day: before it what is missing, after it a form for each ärende."""
    years = desk.years()
    body = _body(years, request.path_params["instans"])
    day = _day(request.path_params["dag"])
    found = agenda(years, body, day, desk.today)
    back = desk.back_of(request)
    may_decide = visitor.is_owner or body.slug in visitor.clerk_of
    return desk.page(
        "sammantrade.html.j2",
        request,
        visitor,
        here="sammantraden",
        agenda=found,
        back=back,
        forms=_forms(desk, years, found.items, body, day) if may_decide else {},
        words={year.budget_year: desk.words(year) for year in years},
        buttons=lambda acts, year: buttons(desk, visitor, acts, year, back),
        correct_of=lambda one: (ask("ratta", event_number=one.number),),
        nonce=lambda: secrets.token_urlsafe(12),
        changes=buttons(desk, visitor, _changes(body, day, desk.today), None, back),
        announcing=_announcing(found) if found.items else (),
        before=_near(years, body, day, desk.today, later=False),
        after=_near(years, body, day, desk.today, later=True),
    )


def _body(years: Sequence[SeenYear], name: str) -> Body:
    if not years:
        raise UnknownError("Instansen", name, [])
    return years[-1].definition.body(name)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
        if 2000 <= day.year <= 2100 and text == str(day):
            return day
    except ValueError:
        pass
    raise UnknownError("Dagen", text[:20], ["en dag som 2027-10-18"])


def _changes(body: Body, day: date, today: date) -> tuple[ActPointer, ...]:
    """What can be done with the meeting itself; nothing with one that has been."""
    if day < today:
        return ()
    return (
        ask("flytta", body=body.slug, day=day),
        ask("sammantraden-stall-in", body=body.slug, day=day),
    )


def _announcing(found: Agenda) -> tuple[ActPointer, ...]:
    """What notes that the meeting is announced, while nobody has."""
    if not found.announces:
        return ()
    day, body = found.day, found.body.slug
    return (ask("anteckna", what=Occurrence.ANNOUNCED.value, body=body, meeting=day),)


def _forms(
    desk: Desk, years: Sequence[SeenYear], items: Sequence[AgendaItem], body: Body, day: date
) -> Mapping[tuple[int, str], tuple[ActForm, int]]:
    """The form of each ärende that can be registered, with the newest event that it shows."""
    known = {year.budget_year: year for year in years}
    found = {}
    for item in items:
        if not item.may_be_registered:
            continue
        year, slug = known[item.budget_year], item.line.slug
        values = {
            "steg": slug,
            "instans": body.slug,
            "datum": day.isoformat(),
            "budgetar": str(item.budget_year),
        }
        scope = Scope(year.definition, year.state, year.log, years=[*known])
        form = _with_day_folded(act_form(Decide, scope, values, item.budget_year))
        found[item.budget_year, slug] = (form, newest_event(year.state, year.log, slug))
    return found


def _with_day_folded(form: ActForm) -> ActForm:
    """The day is the meeting's: it need not be looked at."""
    inputs = tuple(replace(o, folded=o.folded or o.name == "datum") for o in form.inputs)
    return replace(form, inputs=inputs)


def _near(
    years: Sequence[SeenYear], body: Body, day: date, today: date, *, later: bool
) -> date | None:
    """The same body's sammanträde before or after."""
    found = meetings_of(years, {body.slug: body}, date.min, date.max, today)
    days = [one.day for one in found if (one.day > day if later else one.day < day)]
    if not days:
        return None
    return min(days) if later else max(days)
