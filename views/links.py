"""The links from the mails as the process owner sees them: without what would open them. Pure values."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from views.shown import Shown, Slug, key

OPEN = "öppen"


class ListedLink(Shown):
    """A link that was sent to somebody for a part."""

    number: Annotated[int, key("nummer", "Its number: `lankar aterkalla` takes it")]
    budget_year: Annotated[int, key("budgetar", "The budget year")]
    step: Annotated[Slug, key("steg", "The step")]
    part: Annotated[str, key("del", "Whose part in it, as people say it")]
    name: Annotated[str, key("namn", "Who it was sent to")]
    address: Annotated[str, key("adress", "The address it was sent to")]
    expires_on: Annotated[date, key("till_och_med", "The last day it can be used")]
    standing: Annotated[
        str, key("lage", "Such as `öppen`, `använd: klart`, `återkallad`, `utgången`")
    ]

    @property
    def is_open(self) -> bool:
        return self.standing == OPEN


class LinkList(Shown):
    """`lankar --json`: the links of the mails. Never the address itself."""

    links: Annotated[tuple[ListedLink, ...], key("lankar", "The links, oldest first")]
