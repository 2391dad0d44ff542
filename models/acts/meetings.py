"""What is done to the meetings. Pure: what does it is `tasks.meetings`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, ClassVar

from models import choices
from models.act import ReasonField, SignedAct
from models.fields import asked

_BODY = asked(
    "instans", "Instans", "Instans, till exempel KS eller Kommunstyrelsen", choices.gatherings
)


class MeetingAct(SignedAct):
    """A change of the meetings: every running year follows it at once."""


class MoveMeeting(MeetingAct):
    """Flyttar ett sammanträde, eller en dag som bokslutsdagen, med de ärenden som är planerade till det.

    När det flyttas får de som väntas i stegen och processägaren mejl.
    """

    name: ClassVar[str] = "flytta"
    title: ClassVar[str] = "Flytta ett sammanträde"

    body: Annotated[str, _BODY]
    day: Annotated[date, asked("fran", "Från", "Den dag som sammanträdet har i dag")]
    to: Annotated[date, asked("till", "Till", "Den nya dagen")]
    reason: ReasonField = ""


class AddMeeting(MeetingAct):
    """Lägger till ett sammanträde, också ett extra som redan har hållits. Ett som var vid behov blir ett
    ordinarie."""

    name: ClassVar[str] = "sammantraden-lagg-till"
    title: ClassVar[str] = "Lägg till ett sammanträde"

    body: Annotated[str, _BODY]
    day: Annotated[date, asked("dag", "Dag", "Dag, till exempel 2027-10-18")]
    if_needed: Annotated[bool, asked("vid_behov", "Vid behov", "Hålls bara om det behövs")] = False
    reason: ReasonField = ""


class CancelMeeting(MeetingAct):
    """Ställer in ett sammanträde. De pågående årens datum följer med direkt."""

    name: ClassVar[str] = "sammantraden-stall-in"
    title: ClassVar[str] = "Ställ in ett sammanträde"

    body: Annotated[str, _BODY]
    day: Annotated[date, asked("dag", "Dag", "Dag, till exempel 2027-10-18")]
    reason: ReasonField = ""


class ImportMeetings(MeetingAct):
    """Läser in sammanträden ur en fil: lägger till och ändrar. Allt eller inget.

    Dagar som inte står i filen ligger kvar, om det inte sägs att den är hela årets plan för sina instanser.
    I en tabell betyder * vid behov och ** att dagen är en annan veckodag än den vanliga, om filen inte själv
    förklarar sina märken.
    """

    name: ClassVar[str] = "sammantraden-las-in"
    title: ClassVar[str] = "Läs in sammanträden"

    file: Annotated[
        Path, asked("fil", "Fil", "TOML, CSV, Excel, .ics, PDF med text, eller kommunens tabell")
    ]
    year: Annotated[int | None, asked("ar", "År", "Kalenderår, om filen har flera")] = None
    whole: Annotated[
        bool,
        asked(
            "hel",
            "Hela planen",
            "Filen är hela årets plan för sina instanser: dagar som inte står i den tas bort",
        ),
    ] = False
    passes_over: Annotated[
        bool,
        asked(
            "hoppa_over_okanda",
            "Hoppa över okända",
            "Hoppa över instanser som definitionen inte har, i stället för att neka",
        ),
    ] = False
    reason: ReasonField = ""
