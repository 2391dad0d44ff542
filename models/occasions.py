"""What can happen any number of times in a year, and the step that it becomes when it does.

Pure. An occasion stands in the definition as a step that no calendar starts (`[[tillfalle]]`): somebody
reports it, a figure crosses its threshold, or an earlier year has left it behind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Set
from datetime import date, timedelta

from models.errors import RefusedError
from models.events import Raised, Resulted
from models.plan import WorkingDays
from models.process import DAYS_TO_DECIDE, USUAL_DAYS_AFTER, Definition, Step, TaskKey, Window
from models.results import amounts, in_tkr
from models.state import Status, YearState
from models.text import give

ASSIGNMENT = "uppdrag"
"""The occasion that is something somebody has been told to do, of which there is a register."""


def step_of(definition: Definition, event: Raised) -> Step:
    """The step that an occasion becomes: its own slug, title, days, parts and bodies."""
    occasion = definition.occasion(event.step)
    chain = occasion.chain if event.chain is None else event.chain
    last = event.due or event.on + timedelta(days=DAYS_TO_DECIDE if chain else USUAL_DAYS_AFTER)
    named = event.title.startswith(occasion.title)
    parts = event.responsible or tuple(_of_unit(definition, occasion.parts, event.unit))
    return occasion.raised(
        {
            "id": f"{occasion.id}.{event.number}",
            "slug": event.slug,
            "heading": event.title if named else f"{occasion.heading}: {event.title}",
            "description": event.text or occasion.description,
            "kind": "beslut" if chain else "arbete",
            "responsible": parts,
            "seed_chain": chain,
            "assumption": None,
            "attending": tuple(_of_unit(definition, occasion.attending, event.unit)),
            "told": tuple(_of_unit(definition, occasion.told, event.unit)),
            "own_window": Window(start=str(event.on), end=str(max(last, event.on))),
            "starts": None,
        },
        unit=event.unit,
        amount=event.amount,
        by=event.by,
    )


def raised_by(
    before: YearState, state: YearState, event: Resulted, days: WorkingDays
) -> Iterator[Raised]:
    """What the step's figures raise by themselves: an occasion for each amount that lies under its threshold
    and that did not stand so `before` the event, but none for a unit that has one open already."""
    count: Counter[str] = Counter()
    old = set(_amounts(before, event))
    found = [one for one in _amounts(state, event) if one not in old]
    for occasion in state.definition.occasions:
        for unit, name, amount, percent in found:
            if _is_under(occasion, unit, name, amount, percent) and not _is_open(
                state, occasion, unit
            ):
                yield _raised(state, occasion, event, unit, amount, days, count[occasion.slug])
                count[occasion.slug] += 1


def _amounts(
    state: YearState, event: Resulted
) -> Iterator[tuple[str | None, str, int, float | None]]:
    """Those of the step's figures, as they stand there, of the kinds that the event gives."""
    figures = state[event.step].results
    for kind in event.values:
        if kind in figures:
            yield from amounts(kind, figures[kind])


def _is_under(
    occasion: Step, unit: str | None, name: str, amount: int, percent: float | None
) -> bool:
    """Whether the amount is of what the occasion watches, and lies under its threshold."""
    starts = occasion.starts
    if starts is None or name != starts.amount or (starts.units and unit not in starts.units):
        return False
    if starts.below is not None and amount < starts.below:
        return True
    limit = starts.below_percent
    return limit is not None and percent is not None and percent < limit


def _raised(
    state: YearState,
    occasion: Step,
    event: Resulted,
    unit: str | None,
    amount: int,
    days: WorkingDays,
    before: int,
) -> Raised:
    """Of an amount that lies under the threshold; `before` are those that the same figures raise first."""
    step = state.definition.step(event.step)
    whose = state.definition.unit(unit).name if unit else "kommunen"
    raised = Raised(
        step=occasion.slug,
        on=event.on,
        by=event.by,
        number=next_number(state, occasion) + before,
        token=f"{event.step}/{event.number}/{unit or '-'}",
        title=f"{occasion.title}: {whose}",
        text=f"{step.title} visar {in_tkr(amount)} för {whose}. {occasion.description}",
        unit=unit,
        due=due_day(occasion, event.on, days),
        amount=amount,
    )
    refuse_nobody(state.definition, raised)
    return raised


def refuse_nobody(definition: Definition, event: Raised) -> None:
    """RefusedError where the step that it becomes would be nobody's to do."""
    if not step_of(definition, event).parts:
        title = definition.occasion(event.step).title
        raise RefusedError(
            f"{title}: ingen ansvarig finns för {event.unit}. Ange en ", give("part"), "."
        )


def begun_there(state: YearState, slugs: Set[str]) -> list[str]:
    """Those of the steps that a year has begun, itself and not before its start, and not set aside."""
    return [
        slug
        for slug, own in sorted(state.steps.items())
        if slug in slugs
        and own.status is not Status.PLANNED
        and not (own.set_aside or own.before_start)
    ]


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
                number=next_number(state, occasion) + raised[occasion.slug],
                title=f"{occasion.title} (år {count} av {starts.years} efter {year + occasion.about})",
                due=occasion.window.days(budget_year)[1],
            )
            raised[occasion.slug] += 1


def due_day(occasion: Step, on: date, days: WorkingDays) -> date | None:
    """The last day of one that is raised on a day, where the definition says how soon it is due."""
    starts = occasion.starts
    return None if starts is None or starts.within is None else days.add(on, starts.within)


def next_number(state: YearState, occasion: Step) -> int:
    """Of the next one that is raised in the year."""
    return 1 + sum(step.occasion_of == occasion.slug for step in state.definition.steps)


def _is_open(state: YearState, occasion: Step, unit: str | None) -> bool:
    return any(
        step.occasion_of == occasion.slug
        and step.unit == unit
        and state[step.slug].status is not Status.COMPLETED
        for step in state.definition.steps
    )


def _of_unit(definition: Definition, named: Iterable[str], unit: str | None) -> Iterator[str]:
    """Whom an occasion names, of a role with units the one for the unit in question only."""
    for one in named:
        key = TaskKey.of(one)
        units = () if key.is_address or key.unit else definition.role(key.role).units
        if unit is None or not units:
            yield one
        elif unit in units:
            yield f"{key.role}:{unit}"
