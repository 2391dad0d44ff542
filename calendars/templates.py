"""Turns the step templates of a definition file into ordinary steps, before anything else reads them.

A template is a `[[steg]]` with `varje`: one step for each month, body or unit, with a placeholder where
they differ. Pure; knows what TOML holds and leaves the expanded values to `calendars.definition`.

    [[steg]]
    id = "M"                                   # M1, M2, …
    slug = "manadsuppfoljning-{manad}"         # manadsuppfoljning-februari, …
    titel = "Månadsuppföljning i {manad}"
    varje = { slag = "manad", utom = ["januari", "juni", "augusti"] }

A placeholder becomes a slug in small letters where a slug stands, the body in a decision chain, and the
name everywhere else. Outside of the template its slug, as it is written, stands for all its steps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

from pydantic import Field

from calendars.faults import unknown, validated
from models.errors import DefinitionError
from models.points import MONTHS
from models.process import YEAR, Entry, Line

SLUG_FIELDS = ("id", "slug", "steg", "ansvariga", "deltar", "far_veta")
BODY_FIELDS = ("beslutskedja", "instans")
PLACEHOLDER = re.compile(r"\{[a-zåäö]+\}")


class Each(Entry):
    """What a template has one step for: every month, body or unit of the file, or some of them."""

    kind: Literal["manad", "instans", "enhet"] = Field(alias="slag")
    only: tuple[Line, ...] = Field((), alias="bara")
    but: tuple[Line, ...] = Field((), alias="utom")


class TemplateItem(NamedTuple):
    """One month, body or unit; `body` is the body that it is, or shares its slug with."""

    slug: str
    name: str
    body: str


@dataclass(frozen=True, slots=True)
class Expansion:
    """The file's content with ordinary steps only, and what was wrong with its templates."""

    raw: Mapping[str, Any]
    faults: tuple[str, ...]
    places: tuple[tuple[int, str | None], ...]
    """For each step its place in the file, and its template's slug if it has one."""

    def in_file(self, faults: Sequence[str]) -> tuple[str, ...]:
        """Faults of expanded steps as faults of what stands in the file, each once."""
        return tuple(dict.fromkeys(map(self._in_file, faults)))

    def _in_file(self, fault: str) -> str:
        if not self.places:  # no steps, or none that can be told apart
            return fault
        if match := re.match(r"steg nr (\d+)", fault):
            place, _ = self.places[int(match[1]) - 1]
            return f"steg nr {place + 1}{fault[match.end() :]}"
        for step, (_, template) in zip(self.raw["steg"], self.places, strict=True):
            named = f"steg {step.get('slug')!r}" if template else ""
            if named and re.match(rf"{re.escape(named)}[,:]", fault):
                return f"steg {template!r}{fault[len(named) :]}"
        return fault


def expand(raw: Mapping[str, Any]) -> Expansion:
    """One step for each that a template names; content without templates comes back as it is."""
    steps = raw.get("steg")
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        return Expansion(raw, (), ())  # for the validation to tell
    expanded: list[dict[str, Any]] = []
    places: list[tuple[int, str | None]] = []
    faults: list[str] = []
    for place, step in enumerate(steps):
        template = step.get("slug") if "varje" in step else None
        try:
            made = list(_steps_of(step, raw)) if "varje" in step else [step]
        except DefinitionError as error:
            where = f"steg {template!r}" if template else f"steg nr {place + 1}"
            faults += [f"{where}, {fault}" for fault in error.faults]
            continue
        expanded += made
        places += [(place, template)] * len(made)
    whole = _with_all_required(expanded, places)
    expansion = Expansion({**raw, "steg": whole}, (), tuple(places))
    told = expansion.in_file([*faults, *_unknown_placeholders(whole)])
    return replace(expansion, faults=told)


def _unknown_placeholders(steps: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for step in steps:
        title = str(step.get("titel")).replace(YEAR, "")
        if left := sorted(set(PLACEHOLDER.findall(str({**step, "titel": title})))):
            yield f"steg {step.get('slug')!r}: okänd platshållare {', '.join(left)}."


def _steps_of(template: Mapping[str, Any], raw: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    each = _each(template)
    placeholder = f"{{{each.kind}}}"
    if placeholder not in str(template.get("slug")):
        raise DefinitionError(
            [f"slug: saknar {placeholder}; varje steg ur mallen behöver ett eget namn."]
        )
    plain = {name: value for name, value in template.items() if name != "varje"}
    for number, item in enumerate(_items(each, raw), 1):
        step = _filled(plain, "", placeholder, item)
        yield {**step, "id": f"{step.get('id', '')}{number}"}


def _each(template: Mapping[str, Any]) -> Each:
    if not isinstance(template["varje"], dict):
        raise DefinitionError(['varje: ska vara en tabell, som { slag = "manad" }.'])
    try:
        return validated(Each, template["varje"])
    except DefinitionError as error:
        raise DefinitionError([f"varje, {fault}" for fault in error.faults]) from None


def _items(each: Each, raw: Mapping[str, Any]) -> list[TemplateItem]:
    known = dict(_known_items(each.kind, raw))
    label = {"manad": "månad"}.get(each.kind, each.kind)
    unknown_one = f"okänd {label}"
    faults = [
        *unknown("varje, bara", each.only, known, unknown_one),
        *unknown("varje, utom", each.but, known, unknown_one),
    ]
    items = [known[slug] for slug in each.only or known if slug in known and slug not in each.but]
    if not items and not faults:
        faults.append(f"varje: det blir ingen {label} kvar, så mallen ger inget steg.")
    if faults:
        raise DefinitionError(faults)
    return items


def _known_items(kind: str, raw: Mapping[str, Any]) -> Iterator[tuple[str, TemplateItem]]:
    """Every month, body or unit that there is, by its slug as it is written."""
    if kind == "manad":
        for month in MONTHS:
            yield month, TemplateItem(month, month, month)
        return
    bodies = {row["slug"].casefold(): row["slug"] for row in _rows(raw, "instans")}
    for row in _rows(raw, kind):
        slug = row["slug"]
        yield slug, TemplateItem(slug.lower(), row["namn"], bodies.get(slug.casefold(), slug))


def _rows(raw: Mapping[str, Any], table: str) -> list[Mapping[str, str]]:
    """The rows with a slug and a name; the others are for the validation to tell."""
    rows = raw.get(table, [])
    return [
        row
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict)
        and isinstance(row.get("slug"), str)
        and isinstance(row.get("namn"), str)
    ]


def _filled(value: Any, field: str, placeholder: str, item: TemplateItem) -> Any:
    match value:
        case dict():
            return {name: _filled(one, name, placeholder, item) for name, one in value.items()}
        case list():
            return [_filled(one, field, placeholder, item) for one in value]
        case str() if field in SLUG_FIELDS:
            return value.replace(placeholder, item.slug)
        case str() if field in BODY_FIELDS:
            return value.replace(placeholder, item.body)
        case str():
            return value.replace(placeholder, item.name)
    return value


def _with_all_required(
    steps: Sequence[dict[str, Any]], places: Sequence[tuple[int, str | None]]
) -> list[dict[str, Any]]:
    """A requirement on a template's slug becomes one on each of its steps."""
    of_template: dict[str, list[str]] = {}
    for step, (_, template) in zip(steps, places, strict=True):
        if template is not None:
            of_template.setdefault(template, []).append(step["slug"])

    def spread(needs: list[Any]) -> Iterator[Any]:
        for need in needs:
            wanted = need.get("steg") if isinstance(need, dict) else None
            for slug in of_template.get(str(wanted), [wanted]):
                yield {**need, "steg": slug} if wanted is not None else need

    return [
        {**step, "kraver": list(spread(step["kraver"]))}
        if of_template and isinstance(step.get("kraver"), list)
        else step
        for step in steps
    ]
