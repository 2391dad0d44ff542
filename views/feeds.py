"""The addresses of calendars to subscribe to, as they are listed. Pure values."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from views.shown import Shown, key


class Feed(Shown):
    """A calendar's address that was made: without what would open it."""

    number: Annotated[int, key("nummer", "The number that `kalender aterkalla` takes")]
    kind: Annotated[Literal["roll", "instans"], key("slag", "`roll` or `instans`")]
    whose: Annotated[str, key("vems", "The role, `roll` or `roll:enhet`, or the body")]
    title: Annotated[str, key("namn", "What it is called")]
    made_on: Annotated[date, key("skapad", "When it was made")]
    made_by: Annotated[str, key("av", "Who made it")]
    revoked_on: Annotated[
        date | None, key("aterkallad", "When it was revoked; null while it leads to the calendar")
    ]
    revoked_by: Annotated[str | None, key("aterkallad_av", "Who revoked it")]


class NewFeed(Feed):
    """A calendar that has just been made, with its address."""

    address: Annotated[
        str, key("adress", "The secret address; this is the only time that it is told")
    ]
