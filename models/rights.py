"""What each may do: the process owner everything, a clerk what their body decides, whoever holds a role their
own part. Pure.

Who may follows from the roles that are held today (`models.visitor`); whether the year stands so that it can
be done is the act's own rule.
"""

from __future__ import annotations

from collections.abc import Sequence

from models.act import Act
from models.acts.corrections import Correct
from models.acts.decisions import Decide, GiveNumber
from models.acts.figures import Record
from models.acts.notes import Note
from models.acts.parts import AskForTime, Disclaim, ReportPart
from models.errors import UnknownError
from models.events import Corrected, Decided, Event
from models.process import Definition, TaskKey
from models.state import Status, YearState
from models.visitor import Visitor

OwnPart = ReportPart | AskForTime | Disclaim | Record
OWNER = "processägaren"
"""What the pages and the mails call who has that role, whatever its own name is."""


def refusal(
    visitor: Visitor, act: Act, state: YearState | None = None, log: Sequence[Event] = ()
) -> str | None:
    """Why the visitor may not do it, naming who may; None where they may. `state` and `log` are of the year
    that it is done to: without them a clerk may do nothing that is known only from there."""
    if visitor.is_owner:
        return None
    definition = state.definition if state is not None else None
    match act:
        case Decide() | Note():
            return _of_bodies(visitor, act, definition, frozenset({act.body}))
        case Correct():
            return _of_bodies(visitor, act, definition, _corrected(log, act.event_number))
        case GiveNumber():
            return _of_bodies(visitor, act, definition, _passing(definition, act.step))
        case ReportPart() | AskForTime() | Disclaim() | Record():
            return _of_a_part(visitor, act, definition, state)
    return f"{act.title}: det gör {OWNER}. Inget är ändrat."


def _of_bodies(
    visitor: Visitor, act: Act, definition: Definition | None, bodies: frozenset[str]
) -> str | None:
    if bodies & visitor.clerk_of:
        return None
    clerks = _clerks(definition, bodies)
    who = f"{clerks}, eller {OWNER}" if clerks else OWNER
    return f"{act.title}: det gör {who}. Inget är ändrat."


def _is_decided(state: YearState, slug: str) -> bool:
    """Whether the last body has decided: the figures are what it decided."""
    own = state.steps.get(slug)
    return own is not None and own.status is Status.COMPLETED and bool(own.standing)


def _of_a_part(
    visitor: Visitor, act: OwnPart, definition: Definition | None, state: YearState | None
) -> str | None:
    if not act.role:  # the figures of a whole step
        return f"{act.title} för ett helt steg: det gör {OWNER}. Inget är ändrat."
    key = TaskKey(role=act.role, unit=act.unit)
    if isinstance(act, Record) and state is not None and _is_decided(state, act.step):
        return f"{act.title} i ett steg som är beslutat: det gör {OWNER}. Inget är ändrat."
    if key in visitor.keys:
        return None
    whose = _title(definition, key)
    return f"{act.title}: det gör den som är {whose}, eller {OWNER}. Inget är ändrat."


def _corrected(log: Sequence[Event], number: int) -> frozenset[str]:
    """The body whose decision the event is, or what an earlier correction made of it."""
    event = log[number - 1] if 0 < number <= len(log) else None
    decided = event.decision if isinstance(event, Corrected) else event
    return frozenset({decided.body} if isinstance(decided, Decided) else ())


def _passing(definition: Definition | None, slug: str) -> frozenset[str]:
    """The bodies that the step's ärende passes."""
    try:
        if definition is None:
            return frozenset()
        arende = definition.arende_of(definition.step(slug))
        return frozenset(body for one in arende.steps for body in _chain(definition, one))
    except UnknownError:
        return frozenset()


def _chain(definition: Definition, slug: str) -> Sequence[str]:
    return next((step.chain for step in definition.steps if step.slug == slug), ())


def _clerks(definition: Definition | None, bodies: frozenset[str]) -> str:
    """Who registers for the bodies, in the definition's order: `kommunsekreterare (KS, KF)`."""
    if definition is None:
        return f"sekreteraren för {' och '.join(sorted(bodies))}" if bodies else ""
    named: dict[str, list[str]] = {}
    for body in definition.bodies:
        if body.slug in bodies:
            named.setdefault(definition.title_of(body.clerk), []).append(body.slug)
    told = (f"{title} ({', '.join(slugs)})" for title, slugs in named.items())
    return f"den som är {' eller '.join(told)}" if named else ""


def _title(definition: Definition | None, key: TaskKey) -> str:
    try:
        return definition.title_of(key) if definition is not None else str(key)
    except UnknownError:
        return str(key)
