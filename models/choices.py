"""The values that a field can have, from what is known: in the definition, or in a year as it stands, given
what the act's other fields hold so far. Pure.

A year narrows them: of a step that is named, the roles whose part is missing, the body that is awaited, the
outcomes that this body can come to there. Without a year, or without a step, they are the definition's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from models.events import Corrected, Decided, Event
from models.fields import Choice
from models.givers import kinds_of
from models.occurrences import REASONS, Occurrence
from models.outcomes import possible
from models.process import Definition, Step, TaskKey
from models.results import NAMES
from models.state import Status, YearState

NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Scope:
    """What the possible values are asked of. `given` is what the act's other fields hold, by attribute;
    `years` are the budget years that are started, `newest` is the one that is in progress today."""

    definition: Definition
    state: YearState | None = None
    log: Sequence[Event] = ()
    given: Mapping[str, object] = field(default_factory=lambda: NOTHING)
    years: Sequence[int] = ()
    newest: int | None = None

    @property
    def current(self) -> Definition:
        """The year's own where there is one: with what has been raised."""
        return self.state.definition if self.state else self.definition

    @property
    def step(self) -> Step | None:
        """The step that has been named, where it is one."""
        return self.current.step_by_slug.get(str(self.given.get("step", "")))


def steps(scope: Scope) -> Iterator[Choice]:
    """Every step there is, with what has been raised."""
    return (Choice(step.slug, step.title) for step in scope.current.steps)


def completed_steps(scope: Scope) -> Iterator[Choice]:
    """Those that are completed, which alone can be begun anew or be said to stand."""
    state = scope.state
    return (
        Choice(step.slug, step.title)
        for step in scope.current.steps
        if state is None or state[step.slug].status is Status.COMPLETED
    )


def planned_steps(scope: Scope) -> Iterator[Choice]:
    """Those that are not open yet."""
    state = scope.state
    return (
        Choice(step.slug, step.title)
        for step in scope.current.steps
        if state is None or state[step.slug].status is Status.PLANNED
    )


def steps_before_start(scope: Scope) -> Iterator[Choice]:
    """Those of which it can be said that they were done, or under way, before the year was started."""
    state = scope.state
    for step in scope.current.steps:
        own = state[step.slug] if state else None
        if own is None or own.asked_on or (own.before_start and not own.begun_anew):
            yield Choice(step.slug, step.title)


def standings_at_start(scope: Scope) -> Iterator[Choice]:
    """What can be answered of them."""
    yield Choice("klart", "klart")
    yield Choice("pagar", "pågår")


def open_steps(scope: Scope) -> Iterator[Choice]:
    """Those that go on."""
    state = scope.state
    return (
        Choice(step.slug, step.title)
        for step in scope.current.steps
        if state is None or state[step.slug].status.is_open
    )


def occasions(scope: Scope) -> Iterator[Choice]:
    """What can happen any number of times."""
    return (Choice(one.slug, one.title) for one in scope.current.occasions)


def bodies(scope: Scope) -> Iterator[Choice]:
    """The bodies; of a named step the one that is awaited, or else its chain."""
    known = {body.slug: body.name for body in scope.current.bodies}
    slugs: Iterable[str] = known
    if (step := scope.step) and scope.state:
        awaited = scope.state.awaited_body(step)
        slugs = (awaited,) if awaited else step.chain
    return (Choice(slug, known[slug]) for slug in slugs)


def bodies_of_step(scope: Scope) -> Iterator[Choice]:
    """The bodies; of a named step its chain, whether or not it is past them."""
    chain = scope.step.chain if scope.step else None
    return (
        Choice(body.slug, body.name)
        for body in scope.current.bodies
        if chain is None or body.slug in chain
    )


def occurrences(scope: Scope) -> Iterator[Choice]:
    """What can be noted of a sammanträde and its minutes."""
    return (Choice(one.value, one.label) for one in Occurrence)


def reasons(scope: Scope) -> Iterator[Choice]:
    """The rules with an exception for särskilda skäl."""
    return (Choice(row.rule, f"{row.citation}: {row.what}") for row in REASONS.values())


def bodies_passed(scope: Scope) -> Iterator[Choice]:
    """The bodies that an item can be returned to: those that it has been to."""
    known = {body.slug: body.name for body in scope.current.bodies}
    slugs: Iterable[str] = known
    if (step := scope.step) and scope.state:
        way = scope.current.links_of(scope.current.arende_of(step))
        here = (step, min(scope.state[step.slug].link, max(len(step.chain) - 1, 0)))
        before = way[: way.index(here) + 1] if here in way else ()
        slugs = dict.fromkeys(one.chain[link] for one, link in before)
    return (Choice(slug, known[slug]) for slug in slugs)


def outcomes(scope: Scope) -> Iterator[Choice]:
    """What the body that has been named can make of the item."""
    discharge, discusses, is_council = True, False, False
    body = next((b for b in scope.current.bodies if b.slug == scope.given.get("body")), None)
    if (step := scope.step) and body:
        discharge = "ansvarsfrihet" in step.concerns and body.kind == "fullmaktige"
        discusses = body.slug in step.discussing
        is_council = body.kind == "fullmaktige"
    found = possible(discharge=discharge, discusses=discusses, is_council=is_council)
    return (Choice(one.value, one.label) for one in found)


def roles(scope: Scope) -> Iterator[Choice]:
    """The roles; of a named step those whose part is missing."""
    missing = _missing(scope)
    for role in scope.current.roles:
        if missing is None or any(key.role == role.slug for key in missing):
            yield Choice(role.slug, role.name)


def units(scope: Scope) -> Iterator[Choice]:
    """The units; of a named step and role those whose part is missing."""
    missing = _missing(scope)
    role = scope.given.get("role")
    for unit in scope.current.units:
        if missing is None or any(
            key.unit == unit.slug and role in (None, "", key.role) for key in missing
        ):
            yield Choice(unit.slug, unit.name)


def parts(scope: Scope) -> Iterator[Choice]:
    """A role as `ekonomichef`, and as `forvaltningschef:miljoforvaltningen` where it is held for units."""
    names = scope.current.unit_names
    for role in scope.current.roles:
        if not role.units:
            yield Choice(role.slug, role.name)
        for unit in role.units:
            yield Choice(f"{role.slug}:{unit}", f"{role.name}, {names.get(unit, unit)}")


def gatherings(scope: Scope) -> Iterator[Choice]:
    """What has meetings: the bodies, and the steps that are a day."""
    yield from (Choice(body.slug, body.name) for body in scope.current.bodies)
    for step in scope.current.steps:
        if step.kind == "mote":
            yield Choice(step.slug, step.title)


def calendars(scope: Scope) -> Iterator[Choice]:
    """Whose calendar there is."""
    yield from parts(scope)
    yield from (Choice(body.slug, body.name) for body in scope.current.bodies)


def figures(scope: Scope) -> Iterator[Choice]:
    """The kinds of figures; of a named step those that it comes to, of a named part of it those it gives."""
    own: Iterable[str] = scope.step.results if scope.step else NAMES
    if (step := scope.step) and (named := [key for key in _giving(scope) if _is_named(scope, key)]):
        own = {kind for key in named for kind in kinds_of(scope.current, step, key)}
    return (Choice(kind, name) for kind, name in NAMES.items() if kind in own)


def giving_roles(scope: Scope) -> Iterator[Choice]:
    """The roles; of a named step those that give figures."""
    giving = {key.role for key in _giving(scope)}
    for role in scope.current.roles:
        if scope.step is None or role.slug in giving:
            yield Choice(role.slug, role.name)


def giving_units(scope: Scope) -> Iterator[Choice]:
    """The units; of a named step and role those whose part gives figures."""
    giving = {key.unit for key in _giving(scope) if scope.given.get("role") in (None, "", key.role)}
    for unit in scope.current.units:
        if scope.step is None or unit.slug in giving:
            yield Choice(unit.slug, unit.name)


def _giving(scope: Scope) -> list[TaskKey]:
    """The parts of the named step that figures are asked of."""
    step, definition = scope.step, scope.current
    if step is None:
        return []
    return [key for key in definition.tasks_of(step) if kinds_of(definition, step, key)]


def _is_named(scope: Scope, key: TaskKey) -> bool:
    unit = scope.given.get("unit")
    return scope.given.get("role") == key.role and (not unit or unit == key.unit)


def years_to_start(scope: Scope) -> Iterator[Choice]:
    """The year that is in progress today, and the next."""
    if scope.newest is not None:
        yield Choice(str(scope.newest), "pågår")
        yield Choice(str(scope.newest + 1), "nästa")


def started_years(scope: Scope) -> Iterator[Choice]:
    return (Choice(str(year), "startat") for year in scope.years)


def decisions(scope: Scope) -> Iterator[Choice]:
    """The decisions that can be corrected, by the numbers of their events, the newest first."""
    corrected = {event.corrects for event in scope.log if isinstance(event, Corrected)}
    for number, event in reversed([*enumerate(scope.log, 1)]):
        decided = event.decision if isinstance(event, Corrected) else event
        if isinstance(decided, Decided) and event.key not in corrected:
            what = f"{decided.step}: {decided.body} {decided.on} {decided.outcome.label}"
            yield Choice(str(number), what)


def _missing(scope: Scope) -> tuple[TaskKey, ...] | None:
    """The parts that are missing in the named step; None where no year or step says."""
    if scope.state is None or scope.step is None:
        return None
    return scope.state.missing(scope.step)
