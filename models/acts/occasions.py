"""What can happen any number of times in a year, and has happened. Pure."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar
from uuid import uuid4

from pydantic import Field

from models import choices
from models.act import Happening, Now, YearAct
from models.errors import RefusedError, UnknownError
from models.events import Raised
from models.fields import asked
from models.occasions import due_day, next_number, refuse_nobody
from models.process import Definition, Step


class Raise(YearAct):
    """Anmäler något som kan hända när som helst: en avvikelse, ett underskott, ett uppdrag.

    Det blir ett eget steg i året, med ansvarig, sista dag och instans. Varje anmälan blir ett nytt.
    """

    name: ClassVar[str] = "anmal"
    title: ClassVar[str] = "Anmäl ett tillfälle"

    occasion: Annotated[
        str,
        asked(
            "tillfalle",
            "Tillfälle",
            "Vad som har hänt, till exempel storre-avvikelse",
            choices.occasions,
        ),
    ]
    heading: Annotated[str, asked("rubrik", "Rubrik", "Vad det gäller, i några ord")]
    text: Annotated[str, asked("text", "Text", "Mer om saken")] = ""
    unit: Annotated[
        str | None, asked("enhet", "Enhet", "Enheten som det gäller", choices.units)
    ] = None
    part: Annotated[
        str,
        asked(
            "ansvarig",
            "Ansvarig",
            "Ansvarig roll, eller roll:enhet; annars definitionens",
            choices.parts,
        ),
    ] = ""
    body: Annotated[
        str,
        asked(
            "instans",
            "Instans",
            "Instansen som får återrapporten; annars definitionens",
            choices.bodies,
        ),
    ] = ""
    due: Annotated[
        date | None, asked("senast", "Senast", "Sista dagen, till exempel 2028-03-01")
    ] = None
    amount: Annotated[int | None, asked("belopp_tkr", "Belopp, tkr", "Beloppet i tusen kronor")] = (
        None
    )
    token: str = Field(default_factory=lambda: uuid4().hex)
    """The run or command that asked: the same again raises nothing."""

    def rule(self, now: Now) -> Happening:
        """It becomes a step of the year, with who is to do what until when."""
        occasion = now.definition.occasion(self.occasion)
        if not self.heading.strip():
            raise RefusedError(f"{occasion.title}: det krävs en rubrik som säger vad det gäller.")
        self._check_unit(now.definition, occasion)
        if self.due is not None and self.due < now.today:
            raise RefusedError(
                f"Sista dagen {self.due} har redan varit (i dag är {now.today}). Ange en senare dag."
            )
        if self.part:
            _check_part(now.definition, self.part)
        event = self._raised(now, occasion)
        refuse_nobody(now.definition, event)
        known = next((e for e in now.log if isinstance(e, Raised) and e.key == event.key), None)
        if known is not None:
            return Happening(step=known.slug)
        return Happening((event,), step=event.slug)

    def _raised(self, now: Now, occasion: Step) -> Raised:
        return Raised(
            step=occasion.slug,
            on=now.today,
            by=self.by,
            number=next_number(now.state, occasion),
            token=self.token,
            title=self.heading,
            text=self.text,
            unit=self.unit,
            responsible=(self.part,) if self.part else (),
            chain=(now.definition.body(self.body).slug,) if self.body else None,
            due=self.due or due_day(occasion, now.today, now.days),
            amount=self.amount,
        )

    def _check_unit(self, definition: Definition, occasion: Step) -> None:
        allowed = occasion.starts.units if occasion.starts else ()
        if self.unit is None:
            if allowed:
                raise RefusedError(
                    f"{occasion.title} gäller en enhet. Ange vilken: {', '.join(allowed)}."
                )
            return
        definition.unit(self.unit)
        if allowed and self.unit not in allowed:
            raise UnknownError(f"{occasion.slug} för enheten", self.unit, allowed)


def _check_part(definition: Definition, part: str) -> None:
    role, _, unit = part.partition(":")
    units = definition.role(role).units
    if unit and unit not in units:
        raise UnknownError(f"Rollen {role} för enheten", unit, units)
