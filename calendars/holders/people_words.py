"""Names, addresses and empty answers as people write them in a list of who holds what. Pure.

Eva Ek <eva@kommun.se>    mailto:eva@kommun.se    tills vidare    -    vakant
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from models.characters import look, seen

_NOTHING = {"", "-", "--", "tills vidare", "tillsvidare", "tv", "t.v.", "löpande", "ingen", "n/a"}
_NOBODY = {
    "vakant",
    "vakans",
    "vakant tjänst",
    "ej tillsatt",
    "inte tillsatt",
    "obesatt",
    "n.n.",
    "nn",
}
_PARTS = ("fornamn", "efternamn")
_MAILTO = re.compile(r"^\s*mailto:\s*", re.IGNORECASE)
_NAMED = re.compile(r"(?P<name>[^<>]*?)\s*<\s*(?:mailto:)?(?P<address>[^<>\s]+)\s*>", re.IGNORECASE)
_FROM = re.compile(
    r"^(?:fr\.?\s?o\.?\s?m\.?|från(?:\s+och\s+med)?|t\.?\s?o\.?\s?m\.?|till(?:\s+och\s+med)?)\s+",
    re.IGNORECASE,
)


def is_nothing(text: str) -> bool:
    """Whether a cell that is filled in says that there is nothing to say."""
    return look(text) in _NOTHING


def is_vacant(text: str) -> bool:
    """Whether a name, or an address, says that nobody holds the role."""
    return look(text) in _NOBODY


def day_alone(text: str) -> str:
    """A day without the `fr.o.m.` before it."""
    return _FROM.sub("", text.strip())


def tidied(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a row with its name and its address each in its own: an address may bring the name, and
    first and last name may stand apart."""
    row = {field: value for field, value in raw.items() if field not in _PARTS}
    name = ""
    if isinstance(row.get("adress"), str):
        name, row["adress"] = _address(row["adress"])
    whole = " ".join(raw[part] for part in _PARTS if isinstance(raw.get(part), str)) or name
    if whole:
        row.setdefault("namn", whole)
    if isinstance(row.get("namn"), str):
        row["namn"] = _on_one_line(row["namn"])
    return row


def _on_one_line(name: str) -> str:
    """With plain spaces, unless it is several lines: those are nobody's name, and are refused as they are."""
    return name if len(name.splitlines()) > 1 else " ".join(seen(name).split())


def _address(text: str) -> tuple[str, str]:
    """The name, if any, and the address."""
    plain = _MAILTO.sub("", seen(text)).strip().rstrip(";,")
    if match := _NAMED.fullmatch(plain):
        return match["name"].strip(" \"'"), match["address"].partition("?")[0]
    return "", plain.partition("?")[0] if _MAILTO.match(seen(text)) else plain


def tidied_person(text: str) -> str:
    """`Eva Ek <mailto:eva@kommun.se>` as `Eva Ek <eva@kommun.se>`; an address alone as that."""
    name, address = _address(text)
    return f"{name} <{address}>" if name else address
