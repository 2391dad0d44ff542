"""What is done to who holds what. Pure: what does it is `tasks.people`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, ClassVar

from models import choices
from models.act import Act, SignedAct
from models.fields import asked


class ImportHolders(Act):
    """Ersätter innehavarna av de roller och enheter som står i filen, eller all frånvaro. Allt eller inget.

    Rubriker: roll;enhet;namn;adress;fran;till;utskick. För frånvaro: adress;fran;till;ersattare.
    """

    name: ClassVar[str] = "rollinnehavare-las-in"
    title: ClassVar[str] = "Läs in rollinnehavare"

    file: Annotated[Path, asked("fil", "Fil", "TOML, CSV eller Excel")]
    replaces_all: Annotated[
        bool, asked("ersatt_alla", "Ersätt alla", "Ersätt även de roller som inte står i filen")
    ] = False


class ReplaceHolder(SignedAct):
    """Någon får en roll från en dag, i stället för den eller dem som har den dagen före.

    De som har haft den står kvar till och med dagen före. Den nya får rollens öppna uppgifter vid nästa
    kontroll.
    """

    name: ClassVar[str] = "rollinnehavare-byt"
    title: ClassVar[str] = "Byt rollinnehavare"

    role: Annotated[
        str,
        asked("roll", "Roll", "Rollen, eller roll:enhet, till exempel ekonomichef", choices.parts),
    ]
    holder: Annotated[str, asked("namn", "Namn", "Den som får rollen")]
    address: Annotated[str, asked("adress", "Adress", "Personens e-postadress")]
    since: Annotated[
        date | None, asked("fran", "Från", "Första dagen med rollen; annars i dag")
    ] = None
