"""Mails sent once more. Pure: what does it is `tasks.mail.resending`."""

from __future__ import annotations

from typing import Annotated, ClassVar
from uuid import uuid4

from pydantic import Field

from models import choices
from models.act import SignedAct, StepAct
from models.fields import asked


class Resend(StepAct):
    """Skickar en uppgift på nytt till den som har den i dag, också om den har bytt innehavare.

    Mejlet är nytt: med dagens datum och läge och en egen svarslänk. Det står i utskicken att det är sänt på
    nytt, och av vem. Den som inte väntas just nu får inget.
    """

    name: ClassVar[str] = "skicka-om"
    title: ClassVar[str] = "Skicka mejl på nytt"

    role: Annotated[
        str | None,
        asked(
            "roll",
            "Roll",
            "Bara till den här rollen. Tomt betyder alla som väntas i steget",
            choices.roles,
        ),
    ] = None
    unit: Annotated[
        str | None, asked("enhet", "Enhet", "Enhet, om rollen finns för flera", choices.units)
    ] = None
    token: str = Field(default_factory=lambda: uuid4().hex)
    """The run or command that asked: the same again sends nothing."""


class ResendFailed(SignedAct):
    """Försöker igen med de mejl som inte gick att skicka, när felet är avhjälpt.

    Har uppgiften en annan innehavare eller adress nu får den ett nytt mejl, och det gamla läggs åt sidan.
    """

    name: ClassVar[str] = "skicka-misslyckade"
    title: ClassVar[str] = "Försök igen med mejl som inte gick"

    token: str = Field(default_factory=lambda: uuid4().hex)
