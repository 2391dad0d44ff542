"""What a text points at, in the words of the pages: the labels that fields have there, and links to forms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

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
from notifications.wording import short_day
from views.event_words import author
from web.addresses import Addresses

_FIELD = {
    Do.GIVE: "under ”{}”",
    Do.EMPTY: "töm ”{}”",
    Do.TICK: "kryssa för ”{}”",
    Do.UNTICK: "kryssa ur ”{}”",
    Do.NAME: "”{}”",
}
_DAY = re.compile(r"(?<![\w/-])20\d\d-\d\d-\d\d(?![\w-])")
_KNOWN_BY = re.compile(r" \(inloggad: [^()]*\)")
"""What a visitor's signature says of how they were known."""
_UNTITLED = {"kontroll": "den dagliga kontrollen, som går varje morgon"}
"""What a text may ask for that has no form here: it happens by itself."""


@dataclass(frozen=True, slots=True)
class PageWords:
    """Words texts for a page of the year; `act` is whose fields they may point at."""

    places: Addresses
    budget_year: int | None = None
    step: str = ""
    act: type[Act] | None = None

    def of(self, said: Text | KommunplanError | str) -> Markup:
        """The text as markup, with its links."""
        if isinstance(said, str):
            return with_days(said)
        text = said if isinstance(said, Text) else said.text
        safe = tuple(str(with_days(p)) if isinstance(p, str) else p for p in text.parts)
        return Markup(Text(safe).worded(self._words))  # noqa: S704 - every piece is escaped

    def plainly(self, said: Text | str) -> Markup:
        """The text without what it points at in passing: the page has buttons for that beside it."""
        return with_days(str(said))

    def _words(self, pointer: Pointer) -> str:
        match pointer:
            case FieldPointer():
                return self._field(pointer)
            case ActPointer():
                return self._act(pointer)
            case ViewPointer():
                return self._view(pointer)
            case Aside(ActPointer() as act):
                return f" ({self._act(act)})" if act.act in ACTS else ""
            case Aside(view):
                return f", se {self._view(view)}" if isinstance(view, ViewPointer) else ""
            case Cases(cases):
                return "; ".join(f"{escape(when)} {self._words(then)}" for when, then in cases)

    def _field(self, pointer: FieldPointer) -> str:
        label = field_label(pointer.attribute, self.act)
        said = _FIELD[pointer.do].format(label)
        return str(escape(" ".join((said, ", ".join(pointer.values))).rstrip()))

    def _act(self, pointer: ActPointer) -> str:
        if pointer.act not in ACTS:
            return str(escape(_UNTITLED.get(pointer.act, pointer.act)))
        return _link(self.places.pointed(pointer, self.budget_year), ACTS[pointer.act].title)

    def _view(self, pointer: ViewPointer) -> str:
        words = VIEWS[pointer.view]
        if self.budget_year is None or pointer.view == "lankar":
            return str(escape(words))
        if pointer.view == "arende" and self.step:
            return _link(self.places.step(self.budget_year, self.step), words)
        return _link(self.places.year(self.budget_year), words)


def with_days(text: str) -> Markup:
    """The text with its days as people say them: `18 oktober 2027` of `2027-10-18`."""
    return Markup(_DAY.sub(_day, str(escape(_KNOWN_BY.sub("", text)))))  # noqa: S704 - escaped before


def person(signature: str) -> str:
    """The name of who said so, without how they were known: the log has that."""
    return author(_KNOWN_BY.sub("", signature))


def _day(found: re.Match[str]) -> str:
    try:
        day = date.fromisoformat(found[0])
    except ValueError:
        return found[0]
    return f'<time datetime="{day}">{short_day(day)}\u00a0{day.year}</time>'


def field_label(attribute: str, act: type[Act] | None) -> str:
    """What the pages call the field that the rules know by this name."""
    for known in (act, *ACTS.values()):
        for field in known.fields() if known else ():
            if field.attribute == attribute:
                return field.words.label
    return attribute


def _link(address: str, words: str) -> str:
    return f'<a href="{escape(address)}">{escape(words)}</a>'
