"""How often a person wants which mail, as the holders' files say it: `dagligen, klart aldrig`. Pure.

A word of its own is for everything that has nothing of its own; a word after the name of a kind, or of one of
the two collective names, is for that. What asks somebody to do something can be had more seldom, never not at
all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

TELLING = ("beslut", "klart", "aterremiss", "rattelse", "flyttat", "omprovning", "inbjudan")
"""The kinds of notices that may only tell something: these can be chosen away."""
ASKING = ("oppnat", "paminnelse", "forsenat", "eskalering", "mer-tid", "inte-min", "redan-gjort")
NEWS, TASKS = "nyheter", "uppgifter"
COLLECTIVE: Mapping[str, tuple[str, ...]] = {NEWS: TELLING, TASKS: ASKING}
"""What a person can call several kinds at once."""
_UNSWEDISH = str.maketrans("åäö", "aao")


class Pace(StrEnum):
    """How often a person wants mail; the values stand in the holders' files and in the database."""

    AT_ONCE = "genast"
    DAILY = "dagligen"
    WEEKLY = "veckovis"
    NEVER = "aldrig"


Choices = tuple[tuple[str, Pace], ...]
"""Kind of notice, or the collective name of several, and how often."""


def read_choices(text: str) -> tuple[Pace, Choices]:
    """How often in general, and of which kinds otherwise; ValueError with a Swedish clause for what is
    neither."""
    usual, chosen = Pace.DAILY, dict[str, Pace]()
    for part in filter(None, re.split(r"\s*[,;]\s*", text.strip().casefold())):
        *names, word = re.split(r"[\s=:]+", part)
        pace = _pace(word)
        if not names:
            if pace is Pace.NEVER:
                raise ValueError(
                    "aldrig gäller bara det som ingen väntar svar på; skriv nyheter aldrig, "
                    "eller ett enda slag: klart aldrig"
                )
            usual = pace
        else:
            name = _kind(" ".join(names))
            if pace is Pace.NEVER and (name in ASKING or name == TASKS):
                raise ValueError(
                    f"{name} aldrig går inte: det någon väntas göra, och dess påminnelser, kan komma "
                    "veckovis men inte väljas bort"
                )
            chosen[name] = pace
    return usual, tuple(chosen.items())


def written(usual: Pace, choices: Choices) -> str:
    """As the files have it: `dagligen`, `veckovis, klart aldrig`."""
    return ", ".join((usual.value, *(f"{name} {pace.value}" for name, pace in choices)))


def chosen_pace(kind: str, usual: Pace, choices: Choices, *, unless_chosen: Pace | None) -> Pace:
    """How often somebody with these choices gets what is of the kind; `unless_chosen` is what holds of the
    kind for who has said nothing of it, where that is not what they said of everything."""
    known = dict(choices)
    together = next((name for name, kinds in COLLECTIVE.items() if kind in kinds), "")
    for name in (kind, together):
        if name in known:
            return known[name]
    return unless_chosen or usual


def _pace(word: str) -> Pace:
    try:
        return Pace(word)
    except ValueError:
        raise ValueError(f"ska vara {_listed(Pace)}") from None


def _kind(name: str) -> str:
    plain = name.translate(_UNSWEDISH).replace(" ", "-")
    if plain in (known := (*COLLECTIVE, *TELLING, *ASKING)):
        return plain
    raise ValueError(f"{name} är inget slag av mejl; slagen är {_listed(known, 'och')}")


def _listed(words: Iterable[str], between: str = "eller") -> str:
    *first, last = (f"'{word}'" for word in words)
    return f"{', '.join(first)} {between} {last}"
