"""What can happen any number of times in a year, and the step that it becomes when it does.

Pure. An occasion stands in the definition as a step that no calendar starts (`[[tillfalle]]`): somebody
reports it, a figure crosses its threshold, or an earlier year has left it behind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import TypedDict, Unpack

from models.errors import RefusedError, UnknownError
from models.events import Raised, Resulted
from models.plan import WorkingDays
from models.process import Definition, Step, Window
from models.results import amounts, in_tkr
from models.state import Status, YearState
from models.ways import in_field

USUAL_DAYS, DAYS_TO_DECIDE = 30, 60
"""How long an occasion lasts that says neither when it is due nor how soon; longer where a body decides
(our defaults)."""


def step_of(definition: Definition, event: Raised) -> Step:
    """The step that an occasion becomes: its own slug, title, days, parts and bodies."""
    occasion = definition.occasion(event.step)
    chain = occasion.chain if event.chain is None else event.chain
    last = event.due or event.on + timedelta(days=DAYS_TO_DECIDE if chain else USUAL_DAYS)
    named = event.title.startswith(occasion.title)
    parts = event.responsible or tuple(_parts(definition, occasion, event.unit))
    return occasion.raised(
        {
            "id": f"{occasion.id}.{event.number}",
            "slug": event.slug,
            "title": event.title if named else f"{occasion.title}: {event.title}",
            "description": event.text or occasion.description,
            "kind": "beslut" if chain else "arbete",
            "responsible": parts,
            "seed_chain": chain,
            "assumption": None,
            "window": Window(start=str(event.on), end=str(max(last, event.on))),
            "starts": None,
        },
        unit=event.unit,
        amount=event.amount,
        by=event.by,
    )


class Particulars(TypedDict, total=False):
    """What is told of an occasion; what is left out is as the definition has it. `part` is the role, or
    `role:unit`, that is responsible, `body` the one that it is reported back to."""

    text: str
    unit: str | None
    part: str
    body: str
    due: date | None
    amount: int | None


def raise_occasion(
    state: YearState,
    slug: str,
    title: str,
    *,
    days: WorkingDays,
    today: date,
    by: str,
    token: str,
    **told: Unpack[Particulars],
) -> Raised:
    """An occasion that somebody reports, with who is to do what until when."""
    definition = state.definition
    occasion = definition.occasion(slug)
    unit, due = told.get("unit"), told.get("due")
    if not title.strip():
        raise RefusedError(f"{occasion.title}: det krävs en rubrik som säger vad det gäller.")
    if unit is not None:
        definition.unit(unit)
        allowed = occasion.starts.units if occasion.starts else ()
        if allowed and unit not in allowed:
            raise UnknownError(f"{occasion.slug} för enheten", unit, allowed)
    elif occasion.starts and occasion.starts.units:
        raise RefusedError(
            f"{occasion.title} gäller en enhet. Ange vilken: {', '.join(occasion.starts.units)}."
        )
    if due is not None and due < today:
        raise RefusedError(
            f"Sista dagen {due} har redan varit (i dag är {today}). Ange en senare dag."
        )
    part, body = told.get("part", ""), told.get("body", "")
    if part:
        _check_part(definition, part)
    if due is None and occasion.starts and occasion.starts.within is not None:
        due = days.add(today, occasion.starts.within)
    event = Raised(
        step=occasion.slug,
        on=today,
        by=by,
        number=_next(state, occasion),
        token=token,
        title=title,
        text=told.get("text", ""),
        unit=unit,
        responsible=(part,) if part else (),
        chain=(definition.body(body).slug,) if body else None,
        due=due,
        amount=told.get("amount"),
    )
    if not step_of(definition, event).parts:
        raise RefusedError(
            f"{occasion.title}: ingen ansvarig finns för {unit}. Ange en {in_field('ansvarig', 'roll')}."
        )
    return event


def raised_by(state: YearState, event: Resulted, days: WorkingDays) -> Iterator[Raised]:
    """What the figures raise by themselves: an occasion for each amount that lies under its threshold,
    but none for a unit that has one open already."""
    count: Counter[str] = Counter()
    for occasion in state.definition.occasions:
        starts = occasion.starts
        if starts is None or starts.amount is None:
            continue
        for kind, value in event.values.items():
            for unit, name, amount, percent in amounts(kind, value):
                if name != starts.amount or (starts.units and unit not in starts.units):
                    continue
                under = starts.below is not None and amount < starts.below
                under_share = (
                    starts.below_percent is not None
                    and percent is not None
                    and percent < starts.below_percent
                )
                if not (under or under_share) or _is_open(state, occasion, unit):
                    continue
                step = state.definition.step(event.step)
                whose = state.definition.unit(unit).name if unit else "kommunen"
                raised = raise_occasion(
                    state,
                    occasion.slug,
                    f"{occasion.title}: {whose}",
                    days=days,
                    today=event.on,
                    by=event.by,
                    token=f"{event.step}/{event.number}/{unit or '-'}",
                    unit=unit,
                    amount=amount,
                    text=f"{step.title} visar {in_tkr(amount)} för {whose}. {occasion.description}",
                )
                yield raised.model_copy(update={"number": raised.number + count[occasion.slug]})
                count[occasion.slug] += 1


def left_behind(
    state: YearState, budget_year: int, earlier: Iterable[tuple[int, str]], *, today: date
) -> Iterator[Raised]:
    """What earlier years leave to this one: `earlier` are their budget years with the steps that were
    begun there and not set aside. Each is followed for as many years as the definition says."""
    known = list(earlier)
    raised: Counter[str] = Counter()
    for occasion in state.definition.occasions:
        starts = occasion.starts
        if starts is None or starts.follows is None:
            continue
        for year, slug in known:
            count = budget_year - year
            token = f"{slug}/{year}"
            if slug != starts.follows or not 1 <= count <= starts.years:
                continue
            yield Raised(
                step=occasion.slug,
                on=today,
                token=token,
                number=_next(state, occasion) + raised[occasion.slug],
                title=f"{occasion.title} (år {count} av {starts.years} efter {year + occasion.about})",
                due=occasion.window.days(budget_year)[1],
            )
            raised[occasion.slug] += 1


def _next(state: YearState, occasion: Step) -> int:
    return 1 + sum(step.occasion_of == occasion.slug for step in state.definition.steps)


def _is_open(state: YearState, occasion: Step, unit: str | None) -> bool:
    return any(
        step.occasion_of == occasion.slug
        and step.unit == unit
        and state[step.slug].status is not Status.COMPLETED
        for step in state.definition.steps
    )


def _check_part(definition: Definition, part: str) -> None:
    role, _, unit = part.partition(":")
    units = definition.role(role).units
    if unit and unit not in units:
        raise UnknownError(f"Rollen {role} för enheten", unit, units)


def _parts(definition: Definition, occasion: Step, unit: str | None) -> Iterator[str]:
    """The occasion's parts, those of a role with units for the unit in question only."""
    for part in occasion.parts:
        role, _, own = part.partition(":")
        units = definition.role(role).units
        if own or unit is None or not units:
            yield part
        elif unit in units:
            yield f"{role}:{unit}"
