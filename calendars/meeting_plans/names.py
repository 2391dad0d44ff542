"""Who meets, as a meeting plan names it: by slug, by name, with an abbreviation in parentheses, in a title.

Pure. Nothing is guessed: a name that is not exactly one of the definition's is unknown, and the nearest
known one is only told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple

from calendars.meeting_plans.wording import (
    IF_NEEDED,
    Standing,
    is_about,
    is_filler,
    names_a_body,
    standing_in,
    words_in,
)
from models.characters import look
from models.errors import UnknownError
from models.process import Definition

_NAME = 80
_TITLE = 500
"""Characters; what is longer is no name, and no title, and costs no more than one."""


class Gathering(NamedTuple):
    """A body, or a step that is a day with participants (bokslutsdag)."""

    body: str | None
    step: str | None

    def __str__(self) -> str:
        return self.body or self.step or ""


@dataclass(frozen=True, slots=True)
class Title:
    """What a title says: whose meeting, how it stands, and the words that are neither."""

    gathering: Gathering | None
    standing: Standing
    unread: str = ""


class Names:
    """The names that a meeting plan may use, whatever their case, and however their letters are made."""

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
        longest_first = sorted(self._known, key=len, reverse=True)
        self._in_title = re.compile(
            rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?::?s)?(?!\w)"
        )
        self._places = set(words_in(look(definition.municipality.name)))

    def find(self, text: str) -> Gathering | None:
        """`KS`, `Kommunstyrelsen`, `Kommunstyrelsen (KS)`; None where that is nobody or two."""
        if exact := self._known.get(_plain(text)):
            return exact
        match = re.fullmatch(r"([^()]+)\(([^()\s]{1,7})\)", text.strip())
        if match is None or not _is_abbreviation(match[2]):
            return None
        found = {self._known[part] for part in map(_plain, match.groups()) if part in self._known}
        return found.pop() if len(found) == 1 else None

    def get(self, text: str) -> Gathering:
        """As `find`, for what somebody typed; UnknownError with what there is."""
        if found := self.find(text):
            return found
        raise UnknownError("Instansen", text, self._slugs)

    def read(self, text: str, places: Iterable[str] = ()) -> Title:
        """`Sammanträde: KS`, `Kommunstyrelsens sammanträde`, `KS - Kommunhuset`, `Inställt: KS`.

        Of a title that is about a meeting, or holds more than the name, `standing` says so; `places` are
        words that it may hold besides."""
        if exact := self.find(text):
            return Title(exact, Standing.HELD)
        plain = look(text[:_TITLE])
        found = {self._of(match[0]) for match in self._in_title.finditer(plain)}
        gathering = found.pop() if len(found) == 1 else None
        rest = self._in_title.sub(" ", plain)
        standing = standing_in(rest)
        if standing in (Standing.HELD, Standing.IF_NEEDED, Standing.ABOUT):
            standing, unread = self._rest(rest, standing, places)
            return Title(None if names_a_body(unread) else gathering, standing, unread)
        return Title(gathering, standing)

    def _rest(self, rest: str, standing: Standing, places: Iterable[str]) -> tuple[Standing, str]:
        """What the words beside the name make of it."""
        allowed = self._places | {word for place in places for word in words_in(look(place))}
        words = words_in(re.sub(rf"\b{IF_NEEDED}\b", " ", rest))
        unread = " ".join(w for w in words if w not in allowed and not is_filler(w))
        if unread and is_about(rest):
            return Standing.ABOUT, unread
        if unread and standing is Standing.HELD:
            return Standing.UNCLEAR, unread
        return standing, unread

    def _of(self, matched: str) -> Gathering:
        for name in (matched, matched.removesuffix("s"), matched.removesuffix(":s")):
            if name in self._known:
                return self._known[name]
        raise KeyError(matched)

    def unknown(self, text: str) -> str:
        """The clause for a name that `find` does not know: the nearest one, and all there are."""
        near = get_close_matches(_plain(text)[:_NAME], self._known, n=1, cutoff=0.5)
        nearest = f" Närmast: {self._shown[self._known[near[0]]]}." if near else ""
        return (
            f"okänd instans {text!r}.{nearest} Kända: {', '.join(self._slugs)}. "
            "Rätta namnet eller ta bort raden."
        )

    def is_near(self, text: str) -> bool:
        """Whether an unknown name is so like a known one that it can be a slip of the pen."""
        plain = _plain(text)[:_NAME]
        if get_close_matches(plain, (name for name in self._known if len(name) > 5), 1, 0.87):
            return True
        letters = re.sub(r"\W", "", plain)
        return any(letters == re.sub(r"\W", "", name) for name in self._known)

    def _add(self, gathering: Gathering, slug: str, name: str) -> None:
        self._known |= {_plain(slug): gathering, _plain(name): gathering}
        self._shown[gathering] = f"{slug} ({name})"


def _is_abbreviation(text: str) -> bool:
    return standing_in(text) is Standing.HELD and not is_about(text) and not names_a_body(text)


def _plain(text: str) -> str:
    return look(text).strip(" .:")
