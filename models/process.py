"""The process as data: steps, windows, bodies, roles, dependencies, statutory limits.

Pure: no database, no clock, no file. `calendars.definition` reads it from TOML; a cycle stores it
as JSON when its year starts. The aliases are the names that stand in the files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, model_validator

from models.characters import visible
from models.errors import UnknownError
from models.plan import Mailed, WorkingDays
from models.points import PointInYear, days_of

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
PART = r"^[a-z0-9]+(-[a-z0-9]+)*(:[a-z0-9]+(-[a-z0-9]+)*)?$"
BODY_SLUG = r"^[A-Za-z][A-Za-z0-9-]*$"
# What ends up in a mail header must hold no line break, in any of Unicode's guises.
LINE = r"^[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f\x85\u2028\u2029]*$"
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"  # RFC 5322: what an address may hold without quotes
ADDRESS = rf"^{_ATOM}(\.{_ATOM})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$"
ADDRESSEE = rf"{PART}|{ADDRESS}"
HTTPS = r"^https://[^\s\x00-\x1f\x7f<>\"'`]+$"


def _visible(text: object) -> object:
    return visible(text) if isinstance(text, str) else text


Slug = Annotated[str, Field(pattern=SLUG)]
Part = Annotated[str, Field(pattern=PART)]
"""A role, or with `role:unit` the role for one of its units."""
Line = Annotated[str, Field(pattern=LINE), BeforeValidator(_visible)]
"""A name or a title: on one line, and without what cannot be seen or turns the direction of writing."""
Addressee = Annotated[str, Field(pattern=ADDRESSEE)]
"""A part's role, or the e-mail address of somebody who has none."""
Address = Annotated[str, Field(pattern=ADDRESS)]


YEAR = "{ar}"
"""Where a title says which year it is about."""


class Entry(BaseModel):
    """A piece of the definition: cannot be changed, takes no key that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


ResultKind = Literal["skattesats", "ramar", "bokslutsresultat", "prognos", "maluppfyllelse"]
"""The kinds of figures that a step can result in; `models.results` has their types."""

Kind = Literal["arbete", "mote", "beslut", "mbl"]
"""What a step is: work, a day with participants, a decision, a negotiation."""

Concern = Literal[
    "budgetforslag",
    "skattesatsforslag",
    "budget",
    "skattesats",
    "delarsrapport",
    "arsredovisning",
    "ansvarsfrihet",
    "revisorsbudget",
    "bolagsbeslut",
    "revisionsberattelse",
    "motion",
]
"""What a step can be in the law's sense; `calendars.law` asks for these and never for a slug."""


def _as_several(value: object) -> object:
    return (value,) if isinstance(value, str) else () if value is None else value


Concerns = Annotated[
    tuple[Concern, ...],
    BeforeValidator(_as_several, json_schema_input_type=Concern | tuple[Concern, ...]),
]
"""One is written as itself, several as a list."""


class DayCount(Entry):
    """A day before a sammanträde by which something is to be done, under the municipality's own name.

    A row of the definition (`[[dag]]`), besides the three that everybody has (`USUAL_DAYS`).
    """

    slug: Slug
    name: Line = Field(alias="namn")
    days: int = Field(alias="dagar", ge=0, le=120, description="Kalenderdagar före sammanträdet")
    bodies: tuple[str, ...] = Field(
        (),
        alias="instanser",
        description="Bara före dessa instansers sammanträden. Utelämnas det gäller alla.",
    )
    parts: bool = Field(
        False,
        alias="delar",
        description="Om delarna kan ha sin sista dag då, när det inte är för sent, som vid manusstopp",
    )
    mailed: Mailed = Field(
        "alltid",
        alias="i_mejl",
        description="När dagen står i mejl om ärendet; missat: bara i "
        "besked om ett nytt sammanträde efter ett som missats",
    )
    source: Line = Field(alias="kalla")


USUAL_DAYS = (
    DayCount(
        slug="manusstopp", name="manusstopp", days=21, parts=True, mailed="missat", source="praxis"
    ),
    DayCount(
        slug="beredning", name="beredning", days=14, parts=True, mailed="aldrig", source="praxis"
    ),
    DayCount(slug="utskick", name="utskick", days=7, parts=True, mailed="missat", source="praxis"),
)
"""The rows that every definition has. A body says its own numbers under their names (our defaults)."""


class Body(Entry):
    """A beslutsinstans. The day counts are calendar days before its sammanträde."""

    slug: Annotated[str, Field(pattern=BODY_SLUG)]
    name: Line = Field(alias="namn")
    clerk_part: Part = Field(
        alias="sekreterare",
        description="Rollen som registrerar instansens beslut; roll:enhet för en enhets egen",
    )
    manuscripts: int | None = Field(None, alias="manusstopp", ge=0, le=120)
    preparation: int | None = Field(None, alias="beredning", ge=0, le=120)
    dispatch: int | None = Field(None, alias="utskick", ge=0, le=120)
    kind: Literal["fullmaktige", "styrelse", "namnd", "utskott", "ovrig"] = Field(
        "ovrig", alias="slag", description="Vad instansen är i kommunallagens mening"
    )
    notice: int = Field(
        7,
        alias="kungorelse",
        ge=0,
        le=60,
        description="Dagar före ett sammanträde i fullmäktige som det kungörs (minst 7, KL 5:13)",
    )
    lead: int = Field(
        0,
        alias="ledtid",
        ge=0,
        le=120,
        description="Dagar som minst ska gå från föregående instans sammanträde till detta",
    )
    source: Line = Field(alias="kalla")

    @property
    def clerk(self) -> TaskKey:
        """Who registers what it decides."""
        return TaskKey.of(self.clerk_part)

    @property
    def own_days(self) -> Mapping[str, int | None]:
        """Its own numbers for the usual rows, by their slugs; None where it has the usual one."""
        return {
            "manusstopp": self.manuscripts,
            "beredning": self.preparation,
            "utskick": self.dispatch,
        }


def days_before(body: Body, rows: Iterable[DayCount]) -> tuple[DayCount, ...]:
    """The day counts of a body's meetings: the usual ones with its own numbers, and each of the rows that
    is for it before the first that leaves less time. A row that names the body goes before one for all."""
    own = body.own_days
    found = [
        row if (number := own[row.slug]) is None else row.model_copy(update={"days": number})
        for row in USUAL_DAYS
    ]
    chosen = {
        row.slug: row
        for row in sorted(rows, key=lambda row: bool(row.bodies))
        if not row.bodies or body.slug in row.bodies
    }
    for row in chosen.values():
        place = next((i for i, one in enumerate(found) if one.days < row.days), len(found))
        found.insert(place, row)
    return tuple(found)


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
    superior: Slug | None = Field(
        None,
        alias="chef",
        description="Rollen som är rollens chef, och får veta vad som är försenat",
    )
    source: Line = Field(alias="kalla")


WEEKS_BEFORE = 4
"""How long before its last day a window opens that has no start (our default)."""


class Window(Entry):
    """When a step runs; `year` counts from the budget year (-1: the year that the plan is made).

    Without a start it is a "senast": it opens `weeks` before its last day.
    """

    start: PointInYear | None = Field(None, alias="fran")
    end: PointInYear = Field(alias="till")
    year: int = Field(-1, alias="ar", ge=-3, le=2)
    end_year: int | None = Field(None, alias="till_ar", ge=-3, le=2)
    weeks: int | None = Field(None, alias="veckor", ge=1, le=52)

    # Never written in a file: of a step that has no window of its own, on which day after the end of what
    # starts it that begins, and is to be over.
    _after: tuple[int, int] | None = PrivateAttr(None)

    @property
    def lasts(self) -> int | None:
        """Days from its first to its last, where they follow what starts the step; None where the calendar
        says them."""
        return self._after[1] - self._after[0] if self._after else None

    def after(self, days: int) -> Window:
        """The window that begins when this one ends, and lasts so many days."""
        ended = self._after[1] if self._after else 0
        following = Window(end=self.end, year=self._last_year)
        following._after = (ended + 1, ended + 1 + days)
        return following

    @property
    def _last_year(self) -> int:
        return self.year if self.end_year is None else self.end_year

    def days(self, budget_year: int) -> tuple[date, date]:
        """First and last day."""
        last = days_of(self.end, budget_year + self._last_year)[1]
        if self._after is not None:
            return last + timedelta(days=self._after[0]), last + timedelta(days=self._after[1])
        if self.start is None:
            return last - timedelta(weeks=self.weeks or WEEKS_BEFORE), last
        return days_of(self.start, budget_year + self.year)[0], last

    def __str__(self) -> str:
        """As the definition says it: `april–maj`, `senast 15 april`."""
        if self._after is not None:
            return "följer på det som startar det"
        if self.start is None:
            return f"senast {self.end}"
        return self.start if self.start == self.end else f"{self.start}–{self.end}"


ANY_TIME = Window(start="januari", end="december")
"""Of what no calendar starts: what can happen any day."""
USUAL_DAYS_AFTER, DAYS_TO_DECIDE = 30, 60
"""How long something lasts that neither window nor `inom` gives an end, from what starts it; longer where a
body decides (our defaults)."""


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
        False,
        alias="flyttas_framat",
        description="Om sista dagen flyttas till nästa vardag (lag (1930:173) 2 §)",
    )


class Trigger(Entry):
    """What starts a step, besides its window. Everything that is given must hold."""

    step: Slug | None = Field(None, alias="steg", description="När det steget är klart")
    missing_by: PointInYear | None = Field(
        None, alias="saknas", description="I stället: när det steget inte är klart den dagen"
    )
    within: int | None = Field(
        None,
        alias="inom",
        ge=0,
        le=260,
        description="Genast, också före fönstret; klart så många arbetsdagar efter att det öppnats",
    )
    term_year: int | None = Field(
        None,
        alias="mandatar",
        ge=1,
        le=4,
        description="Bara det året i mandatperioden; 1 är året efter valåret",
    )
    amount: Literal["resultat", "balanskravsresultat", "avvikelse"] | None = Field(
        None, alias="belopp", description="När det beloppet i stegets, eller något stegs, resultat"
    )
    below: int | None = Field(None, alias="under", description="ligger under detta, i tkr")
    below_percent: float | None = Field(
        None, alias="under_procent", description="eller under denna andel av budgeten"
    )
    units: tuple[Slug, ...] = Field((), alias="enheter", description="Bara för dessa enheter")
    follows: Slug | None = Field(
        None, alias="foljer", description="De år som följer på ett där det steget har öppnats"
    )
    years: int = Field(3, alias="kommande_ar", ge=1, le=10)
    ahead_of: str | None = Field(
        None,
        alias="infor",
        description="Inför varje sammanträde i den instansen: öppnas vid dess manusstopp, klart till "
        "kungörelsen, eller där ingen görs till utskicket",
    )


class Before(Entry):
    """A deadline that is counted back from the meeting at which another step gets its last word."""

    step: Slug = Field(alias="steg")
    day: Literal["kungorelse", "utskick", "dagen-fore"] = Field(alias="dag")
    citation: Line | None = Field(None, alias="lagrum")


class SourceRow(Entry):
    """The row of the governance model's table, in its own words; empty where the cell is empty."""

    when: str = Field(alias="nar")
    body: str = Field("", alias="beslutsinstans")
    responsible: str = Field("", alias="ansvarig")


class Document(Entry):
    """Something to read or fill in for a step, where the municipality keeps it."""

    name: Line = Field(alias="namn")
    link: Annotated[str, Field(pattern=HTTPS)] = Field(alias="lank")


class Assumption(Entry):
    """Our reading where the governance model is silent; the process owner can change it."""

    responsible: tuple[Part, ...] = Field((), alias="ansvariga")
    chain: tuple[str, ...] = Field((), alias="beslutskedja")
    reason: Line = Field(alias="skal")


WorkDays = Annotated[int, Field(ge=1, le=60)]
"""Working days, but for quiet ones, between the day on which work opens and its last."""


class Step(Entry):
    """One step of the year. `roles` and `chain` are what counts; the fields say where from."""

    id: Line
    slug: Slug
    process: Slug
    kind: Kind = Field(alias="slag")
    used: bool = Field(
        True,
        alias="anvands",
        description="false: kommunen har inte steget; det prövas när filen läses, men finns sedan ingenstans",
    )
    optional: bool = Field(False, alias="valfri")
    heading: Line = Field(alias="titel")
    description: str = Field(alias="beskrivning")
    own_window: Window | None = Field(
        None,
        alias="fonster",
        description="När steget görs. Utelämnas det följer steget på det som startar det",
    )
    concerns: Concerns = Field(
        (),
        alias="avser",
        description="Vad steget är i lagens mening, en sak eller flera; styr vilka lagregler som prövas",
    )
    appealable: bool = Field(
        False,
        alias="overklagas",
        description="Om sista instansens beslut kan överklagas (KL 13 kap.)",
    )
    period_end: PointInYear | None = Field(
        None,
        alias="periodslut",
        description="Dagen som uppgifterna gäller: sista dagen i en delårsrapports period, eller den "
        "månad som en uppföljning stäms av per",
    )
    about: int = Field(
        0,
        alias="galler_ar",
        ge=-3,
        le=3,
        description="Vilket år steget gäller, räknat från budgetåret: bokslutet −2",
    )
    starts: Trigger | None = Field(None, alias="startas_av")
    before: Before | None = Field(None, alias="fore")
    results: tuple[ResultKind, ...] = Field(
        (), alias="resultat", description="Vilka uppgifter steget ger"
    )
    figures_from: Mapping[ResultKind, Part] = Field(
        {},
        alias="resultat_fran",
        description="Rollen som lämnar ett slag av uppgifter, där det inte är den som annars gör det",
    )
    may_settle: tuple[str, ...] = Field(
        (),
        alias="kan_avgoras_av",
        description="Instanser före den sista som själva kan avgöra ärendet",
    )
    discussing: tuple[str, ...] = Field(
        (),
        alias="utan_beslut",
        description="Instanser i beslutskedjan som överlägger i ärendet utan att besluta",
    )
    source: SourceRow = Field(SourceRow(when=""), alias="styrmodell")
    responsible: tuple[Part, ...] = Field((), alias="ansvariga")
    participants: tuple[Line, ...] = Field((), alias="deltagare")
    attending: tuple[Addressee, ...] = Field(
        (),
        alias="deltar",
        description="Roller, roll:enhet eller e-postadresser som får mejl och kalenderpost om "
        "mötesdagen, sammanträdena eller arbetet",
    )
    told: tuple[Addressee, ...] = Field(
        (),
        alias="far_veta",
        description="Roller, roll:enhet eller e-postadresser som får ett mejl när steget är klart",
    )
    seed_chain: tuple[str, ...] = Field((), alias="beslutskedja")
    assumption: Assumption | None = Field(None, alias="antagande")
    requires: tuple[Dependency, ...] = Field((), alias="kraver")
    limits: tuple[Limit, ...] = Field((), alias="lagfrister")
    documents: tuple[Document, ...] = Field((), alias="dokument")
    work_days: WorkDays | None = Field(
        None,
        alias="arbetsdagar",
        description="Arbetsdagar som den som har en del i steget minst får. "
        "Utelämnas det gäller [arbetsdagar].",
    )

    # Never written in a file: what a step that has been raised is an occasion of, for which unit, and
    # what was told of it.
    _occasion_of: str | None = PrivateAttr(None)
    _unit: str | None = PrivateAttr(None)
    _amount: int | None = PrivateAttr(None)
    _told_by: str = PrivateAttr("")
    _following: Window | None = PrivateAttr(None)

    @property
    def window(self) -> Window:
        """When it is done: as the definition says, or after what starts it."""
        return self.own_window or self._following or ANY_TIME

    @property
    def lasts(self) -> int:
        """Days that it has from what starts it, where it has no window."""
        if self.starts and self.starts.within is not None and not self.chain:
            return self.starts.within * 7 // 5 + 2  # the working days with the days off among them
        return DAYS_TO_DECIDE if self.chain else USUAL_DAYS_AFTER

    @property
    def occasion_of(self) -> str | None:
        """The occasion that was raised; None for a step of the calendar."""
        return self._occasion_of

    @property
    def unit(self) -> str | None:
        """The unit that a raised occasion is about."""
        return self._unit

    @property
    def amount(self) -> int | None:
        """What was raised, tkr, where an amount was told."""
        return self._amount

    @property
    def told_by(self) -> str:
        """Who raised it, or left the figures that did; empty for a step of the calendar."""
        return self._told_by

    def raised(
        self, changes: Mapping[str, Any], *, unit: str | None, amount: int | None, by: str
    ) -> Step:
        """This occasion as a step of a year."""
        step = self.model_copy(update=dict(changes))
        step._occasion_of, step._unit = self.slug, unit
        step._amount, step._told_by = amount, by
        return step

    @property
    def parts(self) -> tuple[Part, ...]:
        """The responsible roles, in order; `role:unit` where the step is one unit's own."""
        return (self.assumption.responsible if self.assumption else ()) or self.responsible

    @property
    def roles(self) -> tuple[str, ...]:
        """Slugs of the responsible roles, in order."""
        return tuple(dict.fromkeys(part.partition(":")[0] for part in self.parts))

    @property
    def chain(self) -> tuple[str, ...]:
        """Slugs of the bodies that must decide, in order; empty where nothing is decided."""
        return (self.assumption.chain if self.assumption else ()) or self.seed_chain

    @property
    def deciding(self) -> tuple[str, ...]:
        """The bodies of the chain that decide, or propose to the next; not those that only discuss it."""
        return tuple(body for body in self.chain if body not in self.discussing)

    @property
    def title(self) -> str:
        """What it is called, whatever the year."""
        if YEAR not in self.heading:
            return self.heading
        without = " ".join(self.heading.replace(YEAR, "").split())
        return re.sub(r" ([:,])", r"\1", without)

    def titled(self, budget_year: int) -> tuple[str, str, str]:
        """The title in three: the year it is about, where that is said, and what comes before and after it.

        It is said where the title has a place for it (`{ar}`), and of another year than the budget year's:
        last, or before what follows a colon, which is whose it is: `Bokslut 2026: Skolnämnden`.
        """
        year = str(budget_year + self.about)
        if YEAR in self.heading:
            before, _, after = self.heading.partition(YEAR)
            return before, year, after
        if not self.about:
            return self.title, "", ""
        before, colon, after = self.title.partition(": ")
        return f"{before} ", year, f"{colon}{after}"

    def title_for(self, budget_year: int) -> str:
        """The title, with the year it is about where that is said."""
        return "".join(self.titled(budget_year))

    def as_of(self, window_end: date) -> date | None:
        """The day that its figures are of: the last such day of the year before its window ends."""
        if self.period_end is None:
            return None
        day = days_of(self.period_end, window_end.year)[1]
        return day if day <= window_end else days_of(self.period_end, window_end.year - 1)[1]

    @property
    def rests_on(self) -> tuple[str, ...]:
        """The steps that it requires, hard or soft, and the one whose end starts it. What it is done for
        want of is no ground of it."""
        starts = self.starts
        started = (starts.step,) if starts and starts.step and starts.missing_by is None else ()
        return tuple(dict.fromkeys((*(need.step for need in self.requires), *started)))

    def requiring_only(self, slugs: Set[str]) -> Step:
        """The step without what it requires besides these."""
        kept = tuple(need for need in self.requires if need.step in slugs)
        return self if kept == self.requires else self.model_copy(update={"requires": kept})

    @property
    def hard(self) -> tuple[str, ...]:
        """The steps that must be completed before this one can be."""
        return tuple(need.step for need in self.requires if need.strength is Strength.HARD)


Days = Annotated[int, Field(ge=1, le=60)]


class Rungs(Entry):
    """When somebody is reminded, in working days; `repeat` alone counts calendar days."""

    before: tuple[Days, ...] = Field((10, 3), alias="fore")
    on_the_day: bool = Field(False, alias="samma_dag")
    overdue: int = Field(1, alias="forsenad", ge=1, le=20)
    repeat: Days = Field(7, alias="upprepa")
    escalate_superior: Days = Field(3, alias="eskalera_chef")
    escalate: Days = Field(5, alias="eskalera")


class OtherRungs(Entry):
    """What is otherwise for one kind of step; what is left out is as for all."""

    before: tuple[Days, ...] | None = Field(None, alias="fore")
    on_the_day: bool | None = Field(None, alias="samma_dag")
    overdue: Annotated[int, Field(ge=1, le=20)] | None = Field(None, alias="forsenad")
    repeat: Days | None = Field(None, alias="upprepa")
    escalate_superior: Days | None = Field(None, alias="eskalera_chef")
    escalate: Days | None = Field(None, alias="eskalera")


class Ladder(Rungs):
    """The rungs for all steps, and what is otherwise for some kinds of step."""

    work: OtherRungs = Field(OtherRungs(), alias="arbete")
    meeting: OtherRungs = Field(OtherRungs(), alias="mote")
    decision: OtherRungs = Field(OtherRungs(), alias="beslut")
    negotiation: OtherRungs = Field(OtherRungs(), alias="mbl")

    def of(self, kind: Kind) -> Rungs:
        """The rungs that a kind of step has."""
        own = {
            "arbete": self.work,
            "mote": self.meeting,
            "beslut": self.decision,
            "mbl": self.negotiation,
        }[kind]
        fields = {name: getattr(self, name) for name in Rungs.model_fields}
        return Rungs(**{**fields, **own.model_dump(exclude_none=True)})


class WorkTime(Entry):
    """How many working days those who have a part get at least, by the kind of step."""

    work: WorkDays = Field(10, alias="arbete")
    meeting: WorkDays = Field(10, alias="mote")
    decision: WorkDays = Field(10, alias="beslut")
    negotiation: WorkDays = Field(10, alias="mbl")
    after_decision: WorkDays = Field(5, alias="efter_beslut")

    def of(self, kind: Kind, *, follows: bool) -> int:
        """The days of a kind of step; where it follows directly from a decision, no more than those."""
        own = {
            "arbete": self.work,
            "mote": self.meeting,
            "beslut": self.decision,
            "mbl": self.negotiation,
        }[kind]
        return min(own, self.after_decision) if follows else own


class QuietDays(Entry):
    """The days on which nobody is reminded, and nobody calls a meeting."""

    weeks: tuple[Annotated[int, Field(ge=1, le=53)], ...] = Field((), alias="veckor")
    july: bool = Field(False, alias="juli")
    bridges: bool = Field(False, alias="klamdagar")
    yule: bool = Field(False, alias="mellandagar")

    def reason(self, day: date, days: WorkingDays) -> str | None:
        """Why the day is quiet, as a clause: `är en klämdag`; None for one that is not."""
        one = timedelta(days=1)
        around = (day - one, day, day + one)
        if self.bridges and [days.is_workday(d) for d in around] == [False, True, False]:
            return "är en klämdag"
        week = day.isocalendar().week
        if week in self.weeks:
            return f"ligger i semestervecka {week}"
        if self.july and day.month == 7:
            return "ligger i juli"
        if self.yule and (day.month, day.day) >= (12, 24):
            return "ligger mellan jul och nyår"
        return None


class Municipality(Entry):
    slug: Slug
    name: Line = Field(alias="namn")
    owner: Slug = Field(alias="processagare", description="Rollen som äger processen")
    plan_name: Line = Field(
        "Kommunplan", alias="planens_namn", description="Vad kommunens plan och budget heter"
    )
    horizon: int = Field(
        1,
        alias="planens_ar",
        ge=1,
        le=10,
        description="Hur många år planen omfattar, budgetåret medräknat: med 3 heter den Budget 2028–2030",
    )


class Arende(Entry):
    """One ärende that runs through several steps, with one diarienummer all the way."""

    slug: Slug
    name: Line = Field(alias="namn")
    steps: tuple[Slug, ...] = Field(alias="steg", min_length=1)
    source: Line = Field(alias="kalla")


class TaskKey(Entry):
    """Whose part it is: a role, and the unit where the role has one for each. Of somebody who is only told,
    or takes part, it may be an e-mail address in the role's place."""

    role: str
    unit: str | None = None

    @classmethod
    def of(cls, written: str) -> TaskKey:
        """What `role` or `role:unit` names."""
        role, _, unit = written.partition(":")
        return cls(role=role, unit=unit or None)

    @property
    def is_address(self) -> bool:
        """Whether it is somebody's address, and no role that others can have."""
        return "@" in self.role

    def __str__(self) -> str:
        return f"{self.role}:{self.unit}" if self.unit else self.role


def _own_arende(step: Step) -> Arende:
    return Arende(slug=step.slug, name=step.title, steps=(step.slug,), source="steget självt")


class Definition(Entry):
    """A municipality's whole year, validated as a whole by `calendars.definition`."""

    municipality: Municipality = Field(alias="kommun")
    ladder: Ladder = Field(Ladder(), alias="paminnelser")
    quiet: QuietDays = Field(QuietDays(), alias="tysta_dagar")
    work_time: WorkTime = Field(WorkTime(), alias="arbetsdagar")
    bodies: tuple[Body, ...] = Field(alias="instans")
    days: tuple[DayCount, ...] = Field(
        (),
        alias="dag",
        description="Dagar före ett sammanträde, utöver manusstopp, beredning och utskick",
    )
    units: tuple[Unit, ...] = Field((), alias="enhet")
    roles: tuple[Role, ...] = Field(alias="roll")
    steps: tuple[Step, ...] = Field(alias="steg")
    arenden: tuple[Arende, ...] = Field((), alias="arende")
    occasions: tuple[Step, ...] = Field(
        (),
        alias="tillfalle",
        description="Det som kan hända flera gånger, eller inte alls, under ett år",
    )

    @model_validator(mode="after")
    def _let_windows_follow(self) -> Definition:
        """A step without a window of its own gets the one that follows on what starts it."""
        for step in self.steps:
            self._follow(step, frozenset())
        return self

    def _follow(self, step: Step, waiting: frozenset[str]) -> None:
        starts = step.starts
        before = self.step_by_slug.get(starts.step or "") if starts else None
        if step.own_window or starts is None or before is None or step.slug in waiting:
            return  # a ring is told by calendars.soundness
        self._follow(before, waiting | {step.slug})
        window = before.window
        if starts.missing_by is not None:
            window = Window(end=starts.missing_by, year=window._last_year)
        step._following = window.after(step.lasts)

    def of_what_is_used(self) -> Definition:
        """The definition without the steps and occasions that the municipality does not use, and without
        what others require of those."""
        used = {step.slug for step in self.steps if step.used}
        if all(one.used for one in (*self.steps, *self.occasions)):
            return self
        steps = [step.requiring_only(used) for step in self.steps if step.used]
        occasions = [one for one in self.occasions if one.used]
        raw = self.model_dump(by_alias=True, mode="json", exclude_unset=True)
        return Definition.model_validate({**raw, "steg": steps, "tillfalle": occasions})

    def year_in_progress(self, today: date) -> int:
        """The budget year whose cycle began last: the one that a municipality works on today."""
        # no window begins more than five years before its budget year, or three after it
        years = range(today.year + 5, today.year - 5, -1)
        return next(
            year for year in years if today >= min(s.window.days(year)[0] for s in self.steps)
        )

    @cached_property
    def step_by_slug(self) -> Mapping[str, Step]:
        return {step.slug: step for step in self.steps}

    def step(self, name: str) -> Step:
        """The step by slug, id or title, whatever the case; UnknownError with the slugs there are."""
        if name in self.step_by_slug:
            return self.step_by_slug[name]
        for step in self.steps:
            if name.casefold() in (step.slug, step.id.casefold(), step.title.casefold()):
                return step
        raise UnknownError("Steget", name, tuple(self.step_by_slug))

    def occasion(self, slug: str) -> Step:
        """What can happen any number of times, by slug; UnknownError with those there are."""
        for occasion in self.occasions:
            if slug.casefold() in (
                occasion.slug,
                occasion.id.casefold(),
                occasion.title.casefold(),
            ):
                return occasion
        raise UnknownError("Tillfället", slug, [one.slug for one in self.occasions])

    def with_step(self, step: Step) -> Definition:
        """The definition with one step more, at its end."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return Definition.model_construct(**{**fields, "steps": (*self.steps, step)})

    def arende_of(self, step: Step) -> Arende:
        """The ärende that the step is a part of; one of its own where none is named."""
        return self._arende_by_step.get(step.slug) or _own_arende(step)

    @cached_property
    def _arende_by_step(self) -> Mapping[str, Arende]:
        own = {step.slug: _own_arende(step) for step in self.steps}
        return own | {slug: one for one in reversed(self.arenden) for slug in one.steps}

    def before_in_arende(self, step: Step) -> Step | None:
        """The step with a decision that comes just before this one in its ärende, if any."""
        way = self.arende_of(step).steps
        earlier = [self.step_by_slug[slug] for slug in way[: way.index(step.slug)]]
        return earlier[-1] if earlier and earlier[-1].chain else None

    def work_days(self, step: Step) -> int:
        """The working days that those who have a part in the step get at least."""
        if step.work_days is not None:
            return step.work_days
        starter = self.step_by_slug.get(step.starts.step or "") if step.starts else None
        follows = bool(starter and starter.chain) or self.before_in_arende(step) is not None
        return self.work_time.of(step.kind, follows=follows)

    def links_of(self, arende: Arende) -> tuple[tuple[Step, int], ...]:
        """Every link of the ärende in order: the step, and the place in its chain."""
        steps = [self.step_by_slug[slug] for slug in arende.steps if slug in self.step_by_slug]
        return tuple((step, link) for step in steps for link in range(len(step.chain)))

    def plan_of(self, budget_year: int) -> str:
        """`Kommunplan 2028`, by the municipality's own word for it; of several years `Budget 2028–2030`."""
        last = budget_year + self.municipality.horizon - 1
        years = str(budget_year) if last == budget_year else f"{budget_year}–{last}"
        return f"{self.municipality.plan_name} {years}"

    def body(self, slug: str) -> Body:
        """The body by slug or name, whatever the case; UnknownError with the bodies there are."""
        if body := self._body_by_name.get(slug.casefold()):
            return body
        raise UnknownError("Instansen", slug, [body.slug for body in self.bodies])

    @cached_property
    def _body_by_name(self) -> Mapping[str, Body]:
        found: dict[str, Body] = {}
        for body in self.bodies:
            for name in (body.slug, body.name):
                found.setdefault(name.casefold(), body)
        return found

    def days_before(self, body: str) -> tuple[DayCount, ...]:
        """The day counts of the body's meetings, with its own numbers, in the order that parts try them."""
        return self._days_before[self.body(body).slug]

    @cached_property
    def _days_before(self) -> Mapping[str, tuple[DayCount, ...]]:
        return {body.slug: days_before(body, self.days) for body in self.bodies}

    def role(self, slug: str) -> Role:
        for role in self.roles:
            if role.slug == slug:
                return role
        raise UnknownError("Rollen", slug, [role.slug for role in self.roles])

    def superior(self, key: TaskKey) -> TaskKey | None:
        """Whose business it is when the role is late; None where that is the process owner alone."""
        slug = self.role(key.role).superior
        return None if slug in (None, self.municipality.owner) else TaskKey(role=str(slug))

    def unit(self, slug: str) -> Unit:
        for unit in self.units:
            if unit.slug == slug:
                return unit
        raise UnknownError("Enheten", slug, [unit.slug for unit in self.units])

    @property
    def unit_names(self) -> dict[str, str]:
        return {unit.slug: unit.name for unit in self.units}

    def title_of(self, key: TaskKey) -> str:
        """The role as people say it: `verksamhetsområdeschef, Omsorg`; an address as it is."""
        if key.is_address:
            return key.role
        name = self.role(key.role).name
        return f"{name}, {self.unit(key.unit).name}" if key.unit else name

    def tasks_of(self, step: Step) -> tuple[TaskKey, ...]:
        """The parts of the step: one for each responsible role, or for each unit of such a role."""
        if self.step_by_slug.get(step.slug) is not step:
            return self._tasks(step)
        return self._tasks_by_slug[step.slug]

    @cached_property
    def _tasks_by_slug(self) -> Mapping[str, tuple[TaskKey, ...]]:
        # asked for at every event of every fold
        return {step.slug: self._tasks(step) for step in self.steps}

    def _tasks(self, step: Step) -> tuple[TaskKey, ...]:
        return self._keys(step.parts)

    def attending(self, step: Step) -> tuple[TaskKey, ...]:
        """Who takes part in the step, besides those with parts of their own."""
        own = self.tasks_of(step)
        return tuple(key for key in self._keys(step.attending) if key not in own)

    def told_of(self, step: Step) -> tuple[TaskKey, ...]:
        """Who is to know when the step is completed, besides those who are told of it anyhow."""
        return self._keys(step.told)

    def _keys(self, written: Iterable[str]) -> tuple[TaskKey, ...]:
        """Whom these name: of a role with units the holder for each, where no unit is named."""
        keys: list[TaskKey] = []
        for one in map(TaskKey.of, written):
            units = () if one.unit or one.is_address else self.role(one.role).units
            keys += [TaskKey(role=one.role, unit=unit) for unit in units] or [one]
        return tuple(dict.fromkeys(keys))

    def grounds_of(self, step: Step) -> tuple[str, ...]:
        """The steps that this one rests on, near and far, each once."""
        return self._grounds[step.slug]

    @cached_property
    def _grounds(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for step in self.in_dependency_order:
            near = step.rests_on
            found[step.slug] = tuple(
                dict.fromkeys((*near, *(far for slug in near for far in found[slug])))
            )
        return found

    def successors(self, slug: str) -> tuple[Step, ...]:
        """The steps that rest directly on this one, hard or soft, in the order of the year."""
        return self._successors.get(slug, ())

    @cached_property
    def _successors(self) -> Mapping[str, tuple[Step, ...]]:
        found: dict[str, list[Step]] = {}
        for step in self.steps:
            for slug in dict.fromkeys(need.step for need in step.requires):
                found.setdefault(slug, []).append(step)
        return {slug: tuple(steps) for slug, steps in found.items()}

    @cached_property
    def in_dependency_order(self) -> tuple[Step, ...]:
        """Every step after all that it requires; otherwise in the order of the year."""
        done: dict[str, Step] = {}

        def visit(step: Step) -> None:
            if step.slug not in done:
                for slug in step.rests_on:
                    visit(self.step(slug))
                done[step.slug] = step

        for step in self.steps:
            visit(step)
        return tuple(done.values())
