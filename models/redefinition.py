"""A running year that goes over to a changed definition: what becomes of each step.

Pure. A step keeps its place by its name. Where one that is open has other parts or bodies than before,
or is gone, somebody has to say what becomes of it; everything else follows.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import takewhile
from types import MappingProxyType

from models.errors import RefusedError
from models.events import Decided, Event, Raised, Redefined
from models.occasions import step_of
from models.process import Definition, Step
from models.state import Status, StepState, YearState
from models.text import give, mention


@dataclass(frozen=True, slots=True)
class Changes:
    """What another definition does to a year: slugs of steps, and old with new name where they differ."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    changed: tuple[str, ...]
    """Other parts or other bodies."""
    unclear: tuple[str, ...]
    """Open steps that are gone or changed, and steps with a history that are gone, of which nobody has
    said what becomes of them."""


def changes(state: YearState, new: Definition, mapping: Mapping[str, str]) -> Changes:
    """What goes over, with the mapping that has been given so far."""
    target = _targets(state.definition, new, mapping)
    changed = _changed(state.definition, new, target)
    return Changes(
        added=tuple(step.slug for step in new.steps if step.slug not in target.values()),
        removed=tuple(slug for slug, name in target.items() if not name),
        renamed=tuple((slug, name) for slug, name in target.items() if name not in ("", slug)),
        changed=changed,
        unclear=tuple(
            slug
            for slug, name in target.items()
            if slug not in mapping and _is_unclear(state[slug], name, is_changed=slug in changed)
        ),
    )


def _targets(
    definition: Definition, new: Definition, mapping: Mapping[str, str]
) -> Mapping[str, str]:
    """What each step of the calendar becomes: its new name, or nothing."""
    old = [step.slug for step in definition.steps if step.occasion_of is None]
    same = {slug: slug if slug in new.step_by_slug else "" for slug in old}
    return {slug: mapping.get(slug, name) for slug, name in same.items()}


def _changed(definition: Definition, new: Definition, target: Mapping[str, str]) -> tuple[str, ...]:
    """The steps that go on with other parts or other bodies."""
    steps, there = definition.step_by_slug, new.step_by_slug
    return tuple(
        slug
        for slug, name in target.items()
        if name in there and _works_otherwise(definition, steps[slug], new, name)
    )


def _is_unclear(own: StepState, name: str, *, is_changed: bool) -> bool:
    """Whether somebody has to say what becomes of a step that is to have this name, or none."""
    if own.status.is_open and (is_changed or not name):
        return True
    return not name and _has_history(own)


def _has_history(own: StepState) -> bool:
    """Whether something would be out of sight with the step: decisions, figures, reported parts."""
    return bool(own.decisions or own.results or own.reported)


def redefine(
    state: YearState,
    new: Definition,
    mapping: Mapping[str, str],
    *,
    today: date,
    by: str,
    reason: str,
    given_before: int,
    used: Set[str] = frozenset(),
) -> Redefined:
    """The year on the new definition. Refused while it is unclear what becomes of a step, and where a
    new step has the name of one that has been in this year before (`used`): its facts would be two's."""
    if new.municipality.slug != state.definition.municipality.slug:
        raise RefusedError(
            f"Definitionen gäller {new.municipality.name}, men året är "
            f"{state.definition.municipality.name}:s."
        )
    _check_mapping(state, new, mapping)
    _check_raised(state, new)
    if unclear := changes(state, new, mapping).unclear:
        raise RefusedError(
            "Steg som pågår ändras, eller steg med historik försvinner: "
            f"{', '.join(unclear)}. Säg vad vart och ett blir: ",
            give("mapping", *(f"{slug}=NYTT" for slug in unclear)),
            ", med samma namn om det går vidare som det är, eller inget efter = om det avslutas.",
        )
    if again := set(changes(state, new, mapping).added) & used:
        raise RefusedError(
            f"{', '.join(sorted(again))} har funnits i året förut och har en egen historik. Ge steget ett "
            "annat namn i den nya definitionen."
        )
    if not reason.strip():
        raise RefusedError(
            "Det krävs ett skäl för att byta definition. Ange det ", give("reason"), "."
        )
    return Redefined(
        on=today,
        by=by,
        number=given_before + 1,
        mapping=dict(mapping),
        reason=reason,
        definition=new.model_dump_json(by_alias=True),
    )


def redefined(state: YearState, event: Redefined) -> YearState:
    """The state on the definition that the event carries; what has been raised goes along."""
    new = definition_after(state.definition, [event])
    names = {step.slug for step in new.steps}
    source: dict[str, str] = {}
    for slug in state.steps:
        target = event.mapping.get(slug, slug)
        if target in names:
            source[target] = slug
    steps = {
        step.slug: _carried(state, source[step.slug], new, step, event.mapping)
        if step.slug in source
        else StepState(step.slug)
        for step in new.steps
    }
    return replace(
        state,
        definition=new,
        steps=MappingProxyType(steps),
        noted={
            (event.mapping.get(slug) or slug, body, meeting, what): one
            for (slug, body, meeting, what), one in state.noted.items()
        },
    )


def definition_after(definition: Definition, events: Iterable[Event]) -> Definition:
    """The definition as it is after the events: the last new one, and what has been raised."""
    for event in events:
        if isinstance(event, Redefined):
            raised = [step for step in definition.steps if step.occasion_of is not None]
            definition = Definition.model_validate(json.loads(event.definition))
            for step in raised:
                definition = definition.with_step(step)
        elif isinstance(event, Raised):
            definition = definition.with_step(step_of(definition, event))
    return definition


def renamed(decision: Decided, mapping: Mapping[str, str]) -> Decided:
    """The decision as one of the step under its new name."""
    names = {name: mapping.get(name) or name for name in (decision.step, decision.back_step)}
    return decision.model_copy(
        update={"step": names[decision.step], "back_step": names[decision.back_step]}
    )


def _carried(
    state: YearState, slug: str, new: Definition, step: Step, mapping: Mapping[str, str]
) -> StepState:
    """The step as it stood, with the parts and decisions that the new one has too."""
    own, rename = state[slug], partial(renamed, mapping=mapping)
    own = replace(
        own, decisions=tuple(map(rename, own.decisions)), standing=tuple(map(rename, own.standing))
    )
    parts = new.tasks_of(step)
    kept = replace(
        own,
        slug=step.slug,
        reported={key: day for key, day in own.reported.items() if key in parts},
        marks=tuple(mark for mark in own.marks if mark.step in new.step_by_slug),
    )
    if own.status is Status.COMPLETED:
        # one that was completed without its bodies, before the year was started, never got past them
        through = own.link == len(state.definition.step(slug).chain)
        return replace(kept, link=len(step.chain) if through else min(own.link, len(step.chain)))
    by_same_body = takewhile(
        lambda pair: pair[0].body == pair[1], zip(own.standing, step.chain, strict=False)
    )
    standing = tuple(decision for decision, _ in by_same_body)
    status = own.status if own.status is not Status.AWAITING else Status.IN_PROGRESS
    return replace(kept, standing=standing, link=len(standing), status=status)


def _works_otherwise(before: Definition, old: Step, after: Definition, slug: str) -> bool:
    new = after.step_by_slug[slug]
    return old.chain != new.chain or before.tasks_of(old) != after.tasks_of(new)


def _check_raised(state: YearState, new: Definition) -> None:
    """What has been raised goes along as it is, so its roles, units and bodies must be there still."""
    for step in state.definition.steps:
        if step.occasion_of is None:
            continue
        gone = list(_lacking(state.definition, step, new))
        if gone:
            raise RefusedError(
                f"{step.slug} ({step.title}) behöver {', '.join(gone)}, som den nya definitionen saknar. "
                "Låt det finnas kvar i definitionen."
            )
        if step.slug in new.step_by_slug:
            raise RefusedError(
                f"{step.slug} är redan ett anmält tillfälle i året. Ge steget ett annat namn."
            )


def _lacking(definition: Definition, step: Step, new: Definition) -> Iterator[str]:
    """The parts and the bodies of a step that the new definition does not have."""
    units = {role.slug: role.units for role in new.roles}
    for key in definition.tasks_of(step):
        if key.role not in units or (key.unit and key.unit not in units[key.role]):
            yield str(key)
    bodies = {body.slug for body in new.bodies}
    yield from (body for body in step.chain if body not in bodies)


def _check_mapping(state: YearState, new: Definition, mapping: Mapping[str, str]) -> None:
    for slug, target in mapping.items():
        state.definition.step(slug)
        if target and target not in new.step_by_slug:
            raise RefusedError(
                mention("mapping", f"{slug}={target}"),
                f": den nya definitionen har inget steg {target!r}.",
            )
        if target not in ("", slug) and target in state.steps and state[target].round:
            raise RefusedError(
                mention("mapping", f"{slug}={target}"),
                f": {target} har redan en egen historik i året. "
                "Ge steget ett nytt namn i definitionen.",
            )
    targets = Counter(filter(None, mapping.values()))
    for target, count in sorted(targets.items()):
        if count > 1:
            raise RefusedError(mention("mapping"), f": två steg kan inte bli {target}. Välj ett.")
