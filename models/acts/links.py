"""What is done to the addresses that open something: revoked, and made. Pure: what does it is
`tasks.links.listing` and `tasks.calendars.feed`."""

from __future__ import annotations

from typing import Annotated, ClassVar

from models import choices
from models.act import SignedAct
from models.fields import asked


class RevokeLinks(SignedAct):
    """Drar tillbaka en länk som har sänts i mejl, eller alla som är sända till en adress.

    Används när ett mejl har hamnat fel. Nästa mejl har en ny länk.
    """

    name: ClassVar[str] = "aterkalla-lank"
    title: ClassVar[str] = "Återkalla svarslänkar"

    number: Annotated[int | None, asked("nummer", "Nummer", "Länkens nummer i listan")] = None
    address: Annotated[
        str, asked("adress", "Adress", "Alla länkar som är sända till den här adressen")
    ] = ""


class MakeFeed(SignedAct):
    """Gör en hemlig adress som ett kalenderprogram prenumererar på. Den visas bara nu."""

    name: ClassVar[str] = "kalender-skapa"
    title: ClassVar[str] = "Skapa en kalender"

    whose: Annotated[
        str,
        asked(
            "vems",
            "Vems",
            "Roll, roll:enhet eller instans: ekonomichef, KS; processägarens har allt",
            choices.calendars,
        ),
    ]


class RevokeFeed(SignedAct):
    """Drar tillbaka en kalenders adress: från nu leder den ingenstans."""

    name: ClassVar[str] = "kalender-aterkalla"
    title: ClassVar[str] = "Återkalla en kalender"

    number: Annotated[int, asked("nummer", "Nummer", "Kalenderns nummer i listan")]
