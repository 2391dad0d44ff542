"""What a text points at, in the words of who sits at the command line: options and commands."""

from __future__ import annotations

import shlex
from typing import Any

from cli.naming import COMMANDS, option_of
from models.act import Act
from models.errors import KommunplanError
from models.text import ActPointer, Aside, Cases, Do, FieldPointer, Pointer, Text, ViewPointer

_FIELD = {
    Do.GIVE: "med {}",
    Do.EMPTY: "ta bort {}",
    Do.TICK: "ange {}",
    Do.UNTICK: "ta bort {}",
    Do.NAME: "{}",
}
_VIEWS = {
    "status": "kommunplan status",
    "arende": "kommunplan arende",
    "lankar": "kommunplan lankar",
    "granska": "kommunplan granska",
}
_ASIDES = {"arende": " (kommunplan arende visar numret)", "lankar": ", se kommunplan lankar"}
"""How a view is told of besides."""


def at_terminal(said: Text | KommunplanError) -> str:
    """The text as who sits at the command line reads it."""
    if isinstance(said, Text):
        return said.worded(lambda pointer: words(pointer, None))
    act = said.act if isinstance(said.act, type) and issubclass(said.act, Act) else None
    return said.worded(lambda pointer: words(pointer, act))


def words(pointer: Pointer, act: type[Act] | None) -> str:
    """The pointer as it stands in a sentence; `act` is whose fields it may point at."""
    match pointer:
        case FieldPointer(attribute, do, values):
            return _field(option_of(attribute, act), do, values)
        case ActPointer():
            return command(pointer)
        case ViewPointer():
            return _view(pointer)
        case Aside(ViewPointer(view)):
            return _ASIDES[view]
        case Aside(ActPointer() as done_with):
            return f" ({command(done_with, gaps=False)})"
        case Cases(cases):
            return "; ".join(f"{when} {words(then, act)}" for when, then in cases)
    raise TypeError(f"{pointer!r} has no words")


def command(pointer: ActPointer, *, gaps: bool = True) -> str:
    """`kommunplan kor-om bokslut --skal …`; what must be said and is not known stands in capitals, where
    gaps are to be shown."""
    known = COMMANDS.get(pointer.act)
    if known is None:
        return f"kommunplan {pointer.act}"
    given: dict[str, Any] = dict(pointer.given)
    said = ["kommunplan", *known.words]
    for attribute in known.positional:
        field = known.act.field(attribute)
        if attribute in given:
            said.append(_quoted(given.pop(attribute)))
        elif gaps and field.is_required:
            said.append(known.name_of(attribute).upper())
    said += [f"{option_of(name, known.act)} {_quoted(value)}" for name, value in given.items()]
    return " ".join([*said, *known.always])


def _view(pointer: ViewPointer) -> str:
    return f"{_VIEWS[pointer.view]}{' --alla' if pointer.everything else ''}"


def _field(option: str, do: Do, values: tuple[str, ...]) -> str:
    if values:
        return " ".join(f"{option} {value}" for value in values)
    return _FIELD[do].format(option)


def _quoted(value: str) -> str:
    """As a shell is to have it, where it would else be more than one word."""
    return shlex.quote(value) if len(value.split()) > 1 else value
