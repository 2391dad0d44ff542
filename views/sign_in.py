"""Signing in, as who sits at the server sees it: a link, and accounts that have been here. Pure values."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from views.shown import Shown, key


class NewSignInLink(Shown):
    """`logga-in --json`: a link that signs one person in."""

    url: Annotated[str, key("lank", "The link: used once, within 15 minutes; told this only time")]
    name: Annotated[str, key("namn", "Who it signs in")]
    address: Annotated[str, key("adress", "The address of that person")]


class ListedIdentity(Shown):
    """An account of the municipality's own sign-in, and whose it is, or says that it is."""

    number: Annotated[int, key("nummer", "Its number: `inloggningar godkann` takes it")]
    address: Annotated[str, key("adress", "Whose it is; until it is confirmed, what it says")]
    issuer: Annotated[str, key("utfardare", "The provider that vouches for it")]
    subject: Annotated[str, key("konto", "What the provider knows it by: `oid` or `sub`")]
    seen_on: Annotated[date, key("senast", "The day on which it was last used")]
    confirmed_by: Annotated[
        str | None, key("godkand_av", "Who has confirmed whose it is; null lets nobody in")
    ]


class IdentityList(Shown):
    """`inloggningar --json`: the accounts that have been here."""

    identities: Annotated[
        tuple[ListedIdentity, ...],
        key("inloggningar", "The accounts, those that wait for confirmation first"),
    ]
