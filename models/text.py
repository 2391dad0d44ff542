"""A text that points at what can be done about something: a field, an act, a view. Pure.

The core says what it points at, never how: who sits at the command line is told of an option and a command,
who has a form of a field and a form, anybody else in plain words. Each face gives its own words for a
pointer (`Text.worded`); as it stands a text is worded for anybody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum


class Do(Enum):
    """What is to be done with a field."""

    GIVE = "ange"
    EMPTY = "töm"
    TICK = "kryssa för"
    UNTICK = "kryssa ur"
    NAME = "nämn"
    """Nothing: the field is what the sentence is about."""


@dataclass(frozen=True, slots=True)
class FieldPointer:
    """A field of the act that was asked for, by the name of its attribute; `values` as they are written."""

    attribute: str
    do: Do
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ActPointer:
    """An act, by its name (`models.act.Act.name`), and what it is given, by attribute. `occasion` is the name
    of what the step is one of, where it can happen any number of times."""

    act: str
    given: tuple[tuple[str, str], ...] = ()
    occasion: str = ""

    def value(self, attribute: str) -> str:
        """What the attribute is given; empty where it is given nothing."""
        return dict(self.given).get(attribute, "")


@dataclass(frozen=True, slots=True)
class ViewPointer:
    """A view to look at: `status` shows where the year stands, `arende` the decisions, `lankar` the links."""

    view: str
    everything: bool = False
    """Also what it leaves out when it is not asked for all."""


@dataclass(frozen=True, slots=True)
class Aside:
    """What something is done with or seen in, in parentheses after it; nothing for those who have neither
    command nor form."""

    pointer: ActPointer | ViewPointer


@dataclass(frozen=True, slots=True)
class Cases:
    """What to do in which case, `Står det fast:` and an act, or what to look at; `plainly` is for who is not
    told of commands."""

    cases: tuple[tuple[str, ActPointer | ViewPointer], ...]
    plainly: str


Pointer = FieldPointer | ActPointer | ViewPointer | Aside | Cases
Piece = str | Pointer
Words = Callable[[Pointer], str]
"""How a face words a pointer: as it stands within a sentence."""


@dataclass(frozen=True, slots=True)
class Text:
    """Words and pointers, in order."""

    parts: tuple[Piece, ...] = ()

    @classmethod
    def of(cls, *pieces: Piece | Text) -> Text:
        """Of pieces that follow each other, with nothing between them."""
        flat: list[Piece] = []
        for piece in pieces:
            flat += piece.parts if isinstance(piece, Text) else [piece]
        return cls(tuple(part for part in flat if part != ""))

    @classmethod
    def joined(cls, between: str, texts: list[str | Text]) -> Text:
        """The texts, with this between them."""
        pieces: list[str | Text] = []
        for text in texts:
            pieces += [between, text] if pieces else [text]
        return cls.of(*pieces)

    def __bool__(self) -> bool:
        return bool(self.parts)

    def __str__(self) -> str:
        return self.plainly()

    def plainly(self, label: Callable[[str], str] = str) -> str:
        """As anybody reads it; `label` is what people call a field."""
        return self.worded(lambda pointer: plain(pointer, label))

    def worded(self, words: Words) -> str:
        """As this face says it; what begins a sentence begins with a capital."""
        said = ""
        for part in self.parts:
            one = part if isinstance(part, str) else words(part)
            if not isinstance(part, str) and (not said or said.endswith((". ", "? ", "! "))):
                one = one[:1].upper() + one[1:]
            said += one
        # an ellipsis that something ends with ends the sentence too
        return said.replace("….", "…")


def give(attribute: str, *values: str) -> FieldPointer:
    """`med --skal`, `i fältet skal`"""
    return FieldPointer(attribute, Do.GIVE, values)


def empty(attribute: str) -> FieldPointer:
    """`ta bort --till`, `töm fältet aterremiss_till`"""
    return FieldPointer(attribute, Do.EMPTY)


def tick(attribute: str) -> FieldPointer:
    """`ange --anda`, `kryssa för anda`"""
    return FieldPointer(attribute, Do.TICK)


def untick(attribute: str) -> FieldPointer:
    """`ta bort --minoritet`, `kryssa ur minoritet`"""
    return FieldPointer(attribute, Do.UNTICK)


def mention(attribute: str, *values: str) -> FieldPointer:
    """`--karta bokslut=x`, `fältet karta, bokslut=x`"""
    return FieldPointer(attribute, Do.NAME, values)


def ask(act: str, *, occasion: str = "", **given: object) -> ActPointer:
    """`kommunplan kor-om bokslut`, `formuläret bokslut, med nytt varv i fältet gor`"""
    return ActPointer(act, tuple((key, str(value)) for key, value in given.items()), occasion)


def plain(pointer: Pointer, label: Callable[[str], str] = str) -> str:
    """A pointer in plain words, for who has neither command nor form at hand."""
    match pointer:
        case FieldPointer(attribute, do, values):
            return " ".join((_PLAIN[do].format(label(attribute)), ", ".join(values))).rstrip()
        case ActPointer():
            return pointer.act
        case ViewPointer(view):
            return VIEWS[view]
        case Cases():
            return pointer.plainly
    return ""


VIEWS = {
    "status": "årets sida",
    "arende": "stegets sida",
    "lankar": "länkarna",
    "granska": "lagen på årets sida",
}
"""What people call the views."""
_PLAIN = {
    Do.GIVE: "under {}",
    Do.EMPTY: "töm {}",
    Do.TICK: "kryssa för {}",
    Do.UNTICK: "kryssa ur {}",
    Do.NAME: "{}",
}
