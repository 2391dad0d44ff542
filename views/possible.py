"""What can be done with a step as it stands: the acts of its page, those first that are wanted. Pure.

What an act makes of it is its rule's; here is only what there is any sense in offering.
"""

from __future__ import annotations

from collections.abc import Iterator

from models.act import Act
from models.acts.corrections import Correct
from models.acts.decisions import Decide, GiveNumber
from models.acts.figures import Record
from models.acts.notes import Note
from models.acts.parts import AskForTime, Disclaim, ReportPart
from models.process import Step
from models.state import Status, YearState
from models.text import ActPointer, ask
from models.visitor import Visitor

_OF_BODY = (Decide, Correct, Note, GiveNumber)
_OF_PART = (ReportPart, AskForTime, Disclaim, Record)


def is_offered(visitor: Visitor, act: type[Act]) -> bool:
    """Whether there is any sense in offering the act's form: it may be the visitor's to do, for some body or
    part. Whether it is, `models.rights` says of the act that comes of it."""
    if visitor.is_owner:
        return True
    if issubclass(act, _OF_BODY):
        return bool(visitor.clerk_of)
    return bool(visitor.keys) and issubclass(act, _OF_PART)


def possible_acts(state: YearState, step: Step) -> Iterator[ActPointer]:
    """Each act with what it is given: the step, and the body where there is one to decide."""
    own, slug = state[step.slug], step.slug
    if own.asked_on is not None:
        yield ask("redan-gjort", step=slug)
    elif own.status.is_open:
        yield from _of_open(state, step)
    elif own.status is Status.PLANNED:
        yield ask("oppna", step=slug)
    else:
        yield from _of_completed(state, step)
    if step.results and own.status is not Status.PLANNED:
        yield ask("resultat", step=slug)
    if step.chain:
        yield ask("diariefor", step=slug)
    if own.decisions:
        yield ask("anteckna", step=slug, body=own.decisions[-1].body)
    if {"budgetforslag", "budget"}.intersection(step.concerns):
        yield ask("sarskilda-skal", step=slug)


def _of_open(state: YearState, step: Step) -> Iterator[ActPointer]:
    slug = step.slug
    if body := state.next_body(step):
        yield ask("beslut", step=slug, body=body)
    if state.missing(step):
        yield ask("klar", step=slug)
        yield ask("skjut-upp", step=slug)
        yield ask("ga-vidare", step=slug)
        yield ask("mer-tid", step=slug)
        yield ask("inte-min", step=slug)
    yield ask("skicka-om", step=slug)
    if step.optional or step.occasion_of or (step.starts and step.starts.amount):
        yield ask("utga", step=slug)


def _of_completed(state: YearState, step: Step) -> Iterator[ActPointer]:
    own = state[step.slug]
    if own.marks:
        yield ask("star-fast", step=step.slug)
    yield ask("kor-om", step=step.slug)
    if own.before_start and not own.begun_anew:
        yield ask("redan-gjort", step=step.slug)
