"""What a text points at, in the words of those who read it in the Prefect UI: fields and forms. Pure."""

from __future__ import annotations

from functools import cache

from models.act import Act
from models.acts.all import ACTS
from models.errors import KommunplanError
from models.text import (
    VIEWS,
    ActPointer,
    Aside,
    Cases,
    Do,
    FieldPointer,
    Pointer,
    Text,
    ViewPointer,
)

_FIELD = {
    Do.GIVE: "i fältet {}",
    Do.EMPTY: "töm fältet {}",
    Do.TICK: "kryssa för {}",
    Do.UNTICK: "kryssa ur {}",
    Do.NAME: "fältet {}",
}
_FORMS = {
    "sammantraden-lagg-till": "formuläret sammantrade",
    "sammantraden-stall-in": "välj ställ in i fältet gor",
    "sammantraden-las-in": "kommunplan sammantraden las-in",
    "ratta": "formuläret ratta; beslutets nummer står på stegets sida",
}
"""Where an act has no form of its own name."""


def in_forms(said: Text | KommunplanError) -> str:
    """The text as who has the forms reads it."""
    if isinstance(said, Text):
        return said.worded(lambda pointer: words(pointer, None))
    act = said.act if isinstance(said.act, type) and issubclass(said.act, Act) else None
    return said.worded(lambda pointer: words(pointer, act))


def words(pointer: Pointer, act: type[Act] | None) -> str:
    """The pointer as it stands in a sentence; `act` is whose fields it may point at."""
    match pointer:
        case FieldPointer(attribute, do, values):
            comma = "," if do is Do.NAME and values else ""
            said = _FIELD[do].format(_name(attribute, act)) + comma
            return " ".join((said, ", ".join(values))).rstrip()
        case ActPointer(name) if name == "kor-om":
            return f"formuläret {_step(pointer)}, med nytt varv i fältet gor"
        case ActPointer(name):
            return _FORMS.get(name, f"formuläret {name}")
        case ViewPointer(view):
            return VIEWS[view]
        case Aside(ActPointer() as done_with):
            return f" ({_short(done_with)})"
        case Aside():
            return ""
        case Cases():
            return pointer.plainly


def _short(pointer: ActPointer) -> str:
    """The form, with the step where it is that step's."""
    match pointer.act:
        case "kor-om":
            return f"{_step(pointer)}, nytt varv"
        case "star-fast" | "oppna":
            return f"{pointer.act} {pointer.value('step')}"
        case "sammantraden-lagg-till":
            return "sammantrade"
    return pointer.act


def _step(pointer: ActPointer) -> str:
    """The step's own form; of what can happen any number of times, the one of them all."""
    return pointer.occasion or pointer.value("step")


@cache
def _name(attribute: str, act: type[Act] | None) -> str:
    for known in (act, *ACTS.values()):
        for field in known.fields() if known else ():
            if field.attribute == attribute:
                return field.name
    return attribute
