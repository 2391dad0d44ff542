"""The mail that says that the watching itself, or what it watches, has stopped. To the process owner alone.

Pure. It tells what is wrong and what to do about it; that it is not about the year but about the program
stands in its subject.
"""

from __future__ import annotations

from dataclasses import dataclass

from notifications.letters import Letter
from notifications.wording import one_line

LOOK = "På servern säger det här vad som är fel, och vad som rättar det: `kommunplan halsa`"


MEANS = (
    "Så länge felet finns kvar kan steg låta bli att öppnas, påminnelser utebli och frister missas. Inget är "
    "förlorat: nästa kontroll gör allt som har missats."
)


@dataclass(frozen=True, slots=True)
class Alarm:
    """`what` is the headline, `facts` what was seen, `todo` what mends it, in order, and `means` what follows
    for as long as it is not mended."""

    what: str
    facts: tuple[tuple[str, str], ...] = ()
    todo: tuple[str, ...] = ()
    means: str = MEANS


def alarm_letter(alarm: Alarm) -> Letter:
    return Letter(
        subject=one_line(f"Driftlarm: {alarm.what}"),
        greeting="Hej!",
        paragraphs=(f"{one_line(alarm.what)}. {alarm.means}",),
        facts=tuple((label, one_line(value)) for label, value in alarm.facts),
        todo=(*map(one_line, alarm.todo), LOOK),
        why="Du är processägare. Det här mejlet har gått direkt, utanför utkorgen, och kommer högst en gång "
        "om dagen så länge felet finns kvar. Har servern en driftansvarig: skicka det vidare dit.",
    )
