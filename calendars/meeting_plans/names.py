"""Who meets, as a meeting plan names it: by slug, by name, with an abbreviation in parentheses.

Pure. Nothing is guessed: a name that is not exactly one of the definition's is unknown, and the nearest
known one is only told.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import NamedTuple

from models.errors import UnknownError
from models.process import Definition


class Gathering(NamedTuple):
    """A body, or a step that is a day with participants (bokslutsdag)."""

    body: str | None
    step: str | None

    def __str__(self) -> str:
        return self.body or self.step or ""


class Names:
    """The names that a meeting plan may use, whatever their case."""

    def __init__(self, definition: Definition) -> None:
        self._known: dict[str, Gathering] = {}
        self._shown: dict[Gathering, str] = {}
        for step in definition.steps:
            if step.kind == "mote":
                self._add(Gathering(None, step.slug), step.slug, step.title)
        for body in definition.bodies:  # last: where a step has a body's name, the body is meant
            self._add(Gathering(body.slug, None), body.slug, body.name)
        self._slugs = [
            *(body.slug for body in definition.bodies),
            *(step.slug for step in definition.steps if step.kind == "mote"),
        ]

    def find(self, text: str) -> Gathering | None:
        """`KS`, `Kommunstyrelsen`, `Kommunstyrelsen (KS)`; None where that is nobody or two."""
        if exact := self._known.get(_plain(text)):
            return exact
        match = re.fullmatch(r"([^()]+)\(([^()]+)\)", text.strip())
        if match is None:
            return None
        found = {self._known[part] for part in map(_plain, match.groups()) if part in self._known}
        return found.pop() if len(found) == 1 else None

    def get(self, text: str) -> Gathering:
        """As `find`, for what somebody typed; UnknownError with what there is."""
        if found := self.find(text):
            return found
        raise UnknownError("Instansen", text, self._slugs)

    def unknown(self, text: str) -> str:
        """The clause for a name that `find` does not know: the nearest one, and all there are."""
        near = get_close_matches(_plain(text), self._known, n=1, cutoff=0.5)
        nearest = f" Närmast: {self._shown[self._known[near[0]]]}." if near else ""
        return (
            f"okänd instans {text!r}.{nearest} Kända: {', '.join(self._slugs)}. "
            "Rätta namnet eller ta bort raden."
        )

    def _add(self, gathering: Gathering, slug: str, name: str) -> None:
        self._known |= {_plain(slug): gathering, _plain(name): gathering}
        self._shown[gathering] = f"{slug} ({name})"


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold().strip(" .:")
