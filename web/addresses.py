"""The addresses of the signed-in pages, with the path that a proxy may put before them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode, urlsplit

from models.acts.all import ACTS
from models.text import ActPointer

_OWN = re.compile(
    r"/(?:(?:ar|sammantrade|sammantraden)(?:/[\w%.-]+)*)?(?:\?[\w%=&.+-]*)?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Addresses:
    """`address` is the page's public one."""

    address: str

    def at(self, path: str) -> str:
        """The path as a link has it."""
        return f"{urlsplit(self.address).path.rstrip('/')}{path}"

    @property
    def today(self) -> str:
        return self.at("/")

    def year(self, budget_year: int, view: str = "", **filters: str) -> str:
        """The year's table, or its `view`; with filters, only what they leave."""
        asked = f"?{urlencode(filters)}" if filters else ""
        return self.at(f"/ar/{budget_year}{f'/{view}' if view else ''}{asked}")

    def step(self, budget_year: int, slug: str) -> str:
        return self.at(f"/ar/{budget_year}/steg/{quote(slug)}")

    @property
    def meetings(self) -> str:
        return self.at("/sammantraden")

    def meeting(self, body: str, day: date) -> str:
        return self.at(f"/sammantrade/{quote(body)}/{day}")

    def act(self, act: str, budget_year: int | None = None, back: str = "", **given: object) -> str:
        """The act's form with the public names filled in."""
        asked = {name: str(value) for name, value in given.items() if value not in ("", None)}
        if budget_year is not None and has_field(act, "budgetar"):
            asked["budgetar"] = str(budget_year)
        if back:
            asked["tillbaka"] = back
        return self.at(f"/gor/{act}{f'?{urlencode(asked)}' if asked else ''}")

    def pointed(self, pointer: ActPointer, budget_year: int | None = None, back: str = "") -> str:
        """The form of the act that a text points at."""
        known = {field.attribute: field.name for field in ACTS[pointer.act].fields()}
        given = {known[name]: value for name, value in pointer.given if name in known}
        if "unit" in known and (role := given.pop("roll", "")):  # asked for as one
            unit = given.pop("enhet", "")
            given["del"] = f"{role}:{unit}" if unit else role
        return self.act(pointer.act, budget_year, back, **given)


def has_field(act: str, name: str) -> bool:
    """Whether the act asks for a field of that public name."""
    return any(field.name == name for field in ACTS[act].fields())


def own_path(path: str) -> str:
    """The path where it is one of these pages', such as a form sends back to; else empty: a form never
    leads anywhere else."""
    return path if _OWN.fullmatch(path) else ""
