"""The process as data: steps, windows, bodies, roles, dependencies, statutory limits.

Pure: no database, no clock, no file. `calendars.definition` reads it from TOML; a cycle stores it
as JSON when its year starts. The aliases are the names that stand in the files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from models.errors import UnknownError

MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip
_DAYS_IN_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def month_and_day(text: str) -> tuple[int, int | None]:
    """`"mars"` → (3, None), `"15 april"` → (4, 15); ValueError for anything else."""
    match = re.fullmatch(r"(?:(\d{1,2}) )?([a-zåäö]+)", text.strip().lower())
    if match is None or match[2] not in MONTHS:
        raise ValueError('skriv en månad ("mars") eller en dag ("15 april")')
    month = MONTHS.index(match[2]) + 1
    day = int(match[1]) if match[1] else None
    if day is not None and not 1 <= day <= _DAYS_IN_MONTH[month - 1]:
        raise ValueError(f"{match[2]} har ingen dag {day}")
    return month, day


def _point(text: str) -> str:
    month_and_day(text)
    return text


SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
BODY_SLUG = r"^[A-Za-z][A-Za-z0-9-]*$"
# What ends up in a mail header must hold no line break, in any of Unicode's guises.
LINE = r"^[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f\x85\u2028\u2029]*$"
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"  # RFC 5322: what an address may hold without quotes
ADDRESS = rf"^{_ATOM}(\.{_ATOM})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$"
Slug = Annotated[str, Field(pattern=SLUG)]
PointInYear = Annotated[str, AfterValidator(_point)]
Line = Annotated[str, Field(pattern=LINE)]
Address = Annotated[str, Field(pattern=ADDRESS)]


class Entry(BaseModel):
    """A piece of the definition: cannot be changed, takes no key that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Body(Entry):
    """A beslutsinstans. The day counts are calendar days before its sammanträde."""

    slug: Annotated[str, Field(pattern=BODY_SLUG)]
    name: Line = Field(alias="namn")
    clerk: Slug = Field(alias="sekreterare", description="Rollen som registrerar instansens beslut")
    manuscripts: int = Field(21, alias="manusstopp", ge=0, le=120)
    preparation: int = Field(14, alias="beredning", ge=0, le=120)
    dispatch: int = Field(7, alias="utskick", ge=0, le=120)
    lead: int = Field(
        0, alias="ledtid", ge=0, le=120,
        description="Dagar som minst ska gå från föregående instans sammanträde till detta",
    )  # fmt: skip
    source: Line = Field(alias="kalla")


class Unit(Entry):
    """A verksamhetsområde, förvaltning, nämnd, utskott or bolag with its own part in a step."""

    slug: Slug
    name: Line = Field(alias="namn")
    source: Line = Field(alias="kalla")


class Role(Entry):
    """Who does something: a role, never a person. With units, one holder and one task for each."""

    slug: Slug
    name: Line = Field(alias="namn")
    units: tuple[Slug, ...] = Field((), alias="enheter")
    source: Line = Field(alias="kalla")


class Window(Entry):
    """When a step runs; `year` counts from the budget year (-1: the year that the plan is made)."""

    start: PointInYear = Field(alias="fran")
    end: PointInYear = Field(alias="till")
    year: int = Field(-1, alias="ar", ge=-3, le=2)
    end_year: int | None = Field(None, alias="till_ar", ge=-3, le=2)

    def key(self) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
        """Both ends as (year, month, day), so that a window can be checked without a calendar."""
        (start_month, start_day), (end_month, end_day) = map(month_and_day, (self.start, self.end))
        end_year = self.year if self.end_year is None else self.end_year
        return (self.year, start_month, start_day or 1), (end_year, end_month, end_day or 31)


class Strength(StrEnum):
    """`hard`: the later step cannot be completed before; `soft`: a warning."""

    HARD = "hard"
    SOFT = "mjuk"


class Dependency(Entry):
    step: Slug = Field(alias="steg")
    strength: Strength = Field(alias="slag")
    source: Line = Field(alias="kalla")


class Limit(Entry):
    """The last day that a statute allows for something in a step."""

    what: Line = Field(alias="vad")
    latest: PointInYear = Field(alias="senast")
    year: int = Field(-1, alias="ar", ge=-3, le=2)
    body: str | None = Field(None, alias="instans", description="Den instans som ska ha beslutat")
    citation: Line = Field(alias="lagrum")
    moves_forward: bool = Field(
        False, alias="flyttas_framat",
        description="Om sista dagen flyttas till nästa vardag (lag (1930:173) 2 §)",
    )  # fmt: skip


class SourceRow(Entry):
    """The row of the governance model's table, in its own words; empty where the cell is empty."""

    when: str = Field(alias="nar")
    body: str = Field("", alias="beslutsinstans")
    responsible: str = Field("", alias="ansvarig")


class Assumption(Entry):
    """Our reading where the governance model is silent; the process owner can change it."""

    responsible: tuple[Slug, ...] = Field((), alias="ansvariga")
    chain: tuple[str, ...] = Field((), alias="beslutskedja")
    reason: Line = Field(alias="skal")


class Step(Entry):
    """One step of the year. `roles` and `chain` are what counts; the fields say where from."""

    id: Line
    slug: Slug
    process: Literal["kommunplan", "uppfoljning"]
    kind: Literal["arbete", "mote", "beslut"] = Field(alias="slag")
    title: Line = Field(alias="titel")
    description: str = Field(alias="beskrivning")
    window: Window = Field(alias="fonster")
    source: SourceRow = Field(alias="styrmodell")
    responsible: tuple[Slug, ...] = Field((), alias="ansvariga")
    participants: tuple[Line, ...] = Field((), alias="deltagare")
    seed_chain: tuple[str, ...] = Field((), alias="beslutskedja")
    assumption: Assumption | None = Field(None, alias="antagande")
    requires: tuple[Dependency, ...] = Field((), alias="kraver")
    limits: tuple[Limit, ...] = Field((), alias="lagfrister")

    @property
    def roles(self) -> tuple[str, ...]:
        """Slugs of the responsible roles, in order."""
        return (self.assumption.responsible if self.assumption else ()) or self.responsible

    @property
    def chain(self) -> tuple[str, ...]:
        """Slugs of the bodies that must decide, in order; empty where nothing is decided."""
        return (self.assumption.chain if self.assumption else ()) or self.seed_chain

    @property
    def hard(self) -> tuple[str, ...]:
        """The steps that must be completed before this one can be."""
        return tuple(need.step for need in self.requires if need.strength is Strength.HARD)


class Ladder(Entry):
    """When somebody is reminded, in working days; `repeat` alone counts calendar days."""

    before: tuple[Annotated[int, Field(ge=1, le=60)], ...] = Field((10, 3), alias="fore")
    overdue: int = Field(1, alias="forsenad", ge=1, le=20)
    repeat: int = Field(7, alias="upprepa", ge=1, le=60)
    escalate: int = Field(3, alias="eskalera", ge=1, le=60)


class Municipality(Entry):
    slug: Slug
    name: Line = Field(alias="namn")
    owner: Slug = Field(alias="processagare", description="Rollen som äger processen")


class TaskKey(Entry):
    """Whose part it is: a role, and the unit where the role has one for each."""

    role: str
    unit: str | None = None

    def __str__(self) -> str:
        return f"{self.role}:{self.unit}" if self.unit else self.role


class Definition(Entry):
    """A municipality's whole year, validated as a whole by `calendars.definition`."""

    municipality: Municipality = Field(alias="kommun")
    ladder: Ladder = Field(Ladder(), alias="paminnelser")
    bodies: tuple[Body, ...] = Field(alias="instans")
    units: tuple[Unit, ...] = Field((), alias="enhet")
    roles: tuple[Role, ...] = Field(alias="roll")
    steps: tuple[Step, ...] = Field(alias="steg")

    @cached_property
    def step_by_slug(self) -> Mapping[str, Step]:
        return {step.slug: step for step in self.steps}

    def step(self, slug: str) -> Step:
        """The step, or UnknownError with the slugs there are."""
        if slug not in self.step_by_slug:
            raise UnknownError("Steget", slug, tuple(self.step_by_slug))
        return self.step_by_slug[slug]

    def body(self, slug: str) -> Body:
        """The body by slug or name, whatever the case; UnknownError with the bodies there are."""
        for body in self.bodies:
            if slug.casefold() in (body.slug.casefold(), body.name.casefold()):
                return body
        raise UnknownError("Instansen", slug, [body.slug for body in self.bodies])

    def role(self, slug: str) -> Role:
        for role in self.roles:
            if role.slug == slug:
                return role
        raise UnknownError("Rollen", slug, [role.slug for role in self.roles])

    def unit(self, slug: str) -> Unit:
        for unit in self.units:
            if unit.slug == slug:
                return unit
        raise UnknownError("Enheten", slug, [unit.slug for unit in self.units])

    def title_of(self, key: TaskKey) -> str:
        """The role as people say it: `verksamhetsområdeschef, Omsorg`."""
        name = self.role(key.role).name
        return f"{name}, {self.unit(key.unit).name}" if key.unit else name

    def tasks_of(self, step: Step) -> tuple[TaskKey, ...]:
        """The parts of the step: one for each responsible role, or for each unit of such a role."""
        return tuple(
            TaskKey(role=role.slug, unit=unit)
            for role in map(self.role, step.roles)
            for unit in (role.units or (None,))
        )

    def successors(self, slug: str) -> tuple[Step, ...]:
        """The steps that rest directly on this one, hard or soft, in the order of the year."""
        return tuple(
            step for step in self.steps if any(need.step == slug for need in step.requires)
        )

    @cached_property
    def in_dependency_order(self) -> tuple[Step, ...]:
        """Every step after all that it requires; otherwise in the order of the year."""
        done: dict[str, Step] = {}

        def visit(step: Step) -> None:
            if step.slug not in done:
                for need in step.requires:
                    visit(self.step(need.step))
                done[step.slug] = step

        for step in self.steps:
            visit(step)
        return tuple(done.values())
