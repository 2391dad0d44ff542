"""Whether a body met on the day of its decision. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from models.errors import RefusedError
from models.events import Decided
from models.plan import Meeting
from models.process import Body, Definition
from models.text import ActPointer, Text, ask, give, tick, untick

NEAREST = 3


def check_meeting_day(
    definition: Definition, decided: Decided, meetings: Iterable[Meeting], *, outside: bool
) -> Text | None:
    """A warning where the body has no meetings that year, so that nobody can tell; else None. RefusedError
    where it has, and none that day. `outside` is said by who knows that it was decided between the
    meetings; how is then noted."""
    body = definition.body(decided.body)
    if outside:
        _refuse_outside(definition, decided)
        return None
    days = sorted(meeting.day for meeting in meetings if meeting.body == body.slug)
    if decided.on in days:
        return None
    if not any(day.year == decided.on.year for day in days):
        return Text.of(
            f"{body.slug} har inga sammanträden inlästa för {decided.on.year}, så dagen {decided.on} är inte "
            "prövad. Läs in dem med ",
            ask("sammantraden-las-in"),
            ".",
        )
    near = sorted(sorted(days, key=lambda day: abs(day - decided.on))[:NEAREST])
    raise RefusedError(
        f"{body.slug} har inget sammanträde {decided.on}. Närmast: {', '.join(map(str, near))}. "
        "Hölls ett som inte står i planen, lägg först till det: ",
        _extra(body, decided),
        ".",
        _between(body),
    )


def _between(body: Body) -> Text:
    """What to say of a decision that was made between the meetings; fullmäktige makes none."""
    if body.kind == "fullmaktige":
        return Text()
    return Text.of(
        " Fattades det mellan sammanträdena, av ordföranden (KL 6 kap. 39 §)? ",
        tick("outside_meeting"),
        ", och skriv ",
        give("note"),
        " hur.",
    )


def _refuse_outside(definition: Definition, decided: Decided) -> None:
    body = definition.body(decided.body)
    if body.kind == "fullmaktige":
        raise RefusedError(
            f"{body.slug} beslutar bara på sammanträden. ",
            untick("outside_meeting"),
            "; hölls ett extra, lägg först till det: ",
            _extra(body, decided),
            ".",
        )
    if not decided.note.strip():
        raise RefusedError(
            f"Hur fattade {body.slug} beslutet {decided.on} utan sammanträde? Ange det ",
            give("note"),
            ".",
        )


def _extra(body: Body, decided: Decided) -> ActPointer:
    return ask("sammantraden-lagg-till", body=body.slug, day=decided.on)
