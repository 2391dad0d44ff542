"""What the minutes say of a decision, besides the body, the day and the outcome. Pure.

One model: the decision and its correction ask for its fields, the event keeps them. Another field is a row
here; mails, JSON and history that list what was said go through `told`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import BaseModel, ConfigDict

from models.fields import Field, Said, asked, fields_of


class Minutes(BaseModel):
    """What the minutes say; empty where they say nothing of it, or where nobody has told."""

    # built when first used: a command that reads no log need not pay for it
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    paragraph: Annotated[
        Said, asked("paragraf", "Paragraf", "Till exempel KS § 74/2027, eller bara 74.")
    ] = ""
    """As the minutes are cited: `KF § 112/2027`."""
    reason: Annotated[
        Said,
        asked("skal", "Skäl", "Krävs vid återremiss, vid avslag och när ansvarsfrihet vägras."),
    ] = ""
    changes: Annotated[
        Said,
        asked(
            "andring",
            "Ändring",
            "Krävs vid bifall med ändring: vad som ändrades, för dem som bygger vidare.",
        ),
    ] = ""
    """What was changed, where the outcome changes it."""
    diarienummer: Annotated[
        Said,
        asked(
            "diarienummer",
            "Diarienummer",
            "Till exempel KS 2027/00123. Ett för hela ärendet; tomt när det är känt.",
        ),
    ] = ""
    note: Annotated[
        Said, asked("anteckning", "Anteckning", "Annat som protokollet säger; står i loggen.")
    ] = ""
    minutes: Annotated[
        Said, asked("protokoll", "Protokoll", "Adress till protokollet, som börjar med https://.")
    ] = ""
    """Where the minutes can be read: an https address."""
    minority: Annotated[
        bool,
        asked(
            "minoritet",
            "På begäran av en minoritet (KL 5 kap. 50 §)",
            "En minoritet i KF genomdrev bordläggningen eller återremissen (KL 5 kap. 50 §).",
        ),
    ] = False
    """A third of those present forced it (KL 5 kap. 50 §)."""
    signed_at_once: Annotated[
        bool,
        asked("omedelbart_justerad", "Omedelbart justerad", "Paragrafen justerades omedelbart."),
    ] = False
    """The minutes were signed on the day, so the posting follows from it."""


FIELDS: tuple[Field, ...] = tuple(fields_of(Minutes))
"""In the order in which they are asked for and told."""


def told(said: Minutes) -> Iterator[tuple[Field, str | bool]]:
    """Every field with its value, in order: what a list of what was said, and JSON by the public names,
    are made of."""
    for field in FIELDS:
        yield field, getattr(said, field.attribute)
