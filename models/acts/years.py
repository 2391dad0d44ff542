"""What is done to a whole year: started, taken back, moved to another definition. Pure: what does it is
`tasks.starting`, `tasks.definitions` and `tasks.directory`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, ClassVar

from models import choices
from models.act import Act, ReasonField, YearAct
from models.fields import asked


class StartYear(Act):
    """Startar ett budgetårs process, eller det år som pågår i dag. Ofarligt att upprepa.

    Steg vars fönster redan har passerat registreras som klara före start, utan mejl. Om dem som skulle ha
    börjat frågas processägaren, och ingen annan får mejl om dem före svaret.
    """

    name: ClassVar[str] = "starta-ar"
    title: ClassVar[str] = "Starta budgetår"

    budget_year: Annotated[
        int | None,
        asked(
            "budgetar",
            "Budgetår",
            "Budgetår: det som pågår eller nästa; annars det som pågår",
            choices.years_to_start,
        ),
    ] = None
    knowingly: Annotated[
        bool, asked("anda", "Ändå", "Också ett annat år, till en övning eller historiken")
    ] = False


class UndoStart(Act):
    """Tar bort ett år som startats av misstag, så länge ingen har registrerat något i det och inget mejl om
    det har gått."""

    name: ClassVar[str] = "angra-start"
    title: ClassVar[str] = "Ångra en start"

    budget_year: Annotated[
        int,
        asked(
            "budgetar",
            "Budgetår",
            "Ta bort ett år som just har startats av misstag",
            choices.started_years,
        ),
    ]


class ChangeDefinition(YearAct):
    """Låter ett pågående år gå över till den ändrade definitionen i definitionskatalogen.

    Ett pågående steg som ändras eller försvinner kräver att det sägs vad det blir. Det som har hänt står
    kvar i loggen.
    """

    name: ClassVar[str] = "byt-definition"
    title: ClassVar[str] = "Byt definition"

    directory: Annotated[
        Path | None, asked("katalog", "Katalog", "Definitionskatalog; annars inställningarnas")
    ] = None
    mapping: Annotated[
        Mapping[str, str],
        asked("karta", "Karta", "gammalt=nytt, för ett steg som byter namn; kan upprepas"),
    ] = {}
    reason: ReasonField = ""


class ReadDirectory(Act):
    """Läser in sammanträden och rollinnehavare på nytt ur definitionskatalogens filer.

    Det som har ändrats för hand, som ett flyttat sammanträde, rörs inte. Ett pågående års steg ändras inte
    av det.
    """

    name: ClassVar[str] = "las-in"
    title: ClassVar[str] = "Läs in definitionskatalogen"
