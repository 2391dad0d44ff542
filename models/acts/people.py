"""What is done to who holds what. Pure: what does it is `tasks.people`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar

from models.act import Act
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
