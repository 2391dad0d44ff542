"""Next year's meetings proposed from the definition directory's, and what they would make of the year.

Reads the directory and writes one new file; knows no database and no clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from calendars.definition import load_definition, load_meetings
from calendars.holders.files import load_holders
from calendars.law.case import Case, Severity
from calendars.law.review import review
from calendars.next_year.demands import CYCLES
from calendars.next_year.proposal import Proposal
from calendars.next_year.propose import propose
from calendars.schedule import plan_year
from models.errors import RefusedError
from models.plan import RoleHolder, StepPlan
from models.process import Definition, TaskKey
from views.next_year import NextYear, proposed_meetings
from views.rehearsal import in_year_order


@dataclass(frozen=True, slots=True)
class Outlook:
    """A proposal, and what the planner, the law and the list of role holders say of its year."""

    municipality: str
    proposal: Proposal
    steps: tuple[tuple[int, StepPlan], ...]
    """Budget year and plan of every step of the year that has a meeting or a decision."""
    gaps: tuple[str, ...]
    breaches: tuple[str, ...]
    holders: tuple[str, ...]
    """Who has to be renewed or replaced, a Swedish sentence each."""

    def shown(self, written_to: Path | None) -> NextYear:
        """`written_to` is the file that holds the proposal, if any does."""
        return NextYear(
            municipality=self.municipality,
            year=self.proposal.year,
            written_to=str(written_to) if written_to else None,
            meetings=proposed_meetings(self.proposal),
            to_decide=tuple(self.proposal.notes),
            holders=self.holders,
            gaps=self.gaps,
            breaches=self.breaches,
        )


def year_to_propose(directory: Path, budget_year: int | None) -> int:
    """The calendar year in which the budget is made; without one, the year after the last known.

    RefusedError where the directory has no meetings of the year before it.
    """
    known = sorted({m.day.year for m in load_meetings(directory, load_definition(directory))})
    year = budget_year - 1 if budget_year is not None else known[-1] + 1 if known else 0
    if year - 1 in known:
        return year
    if not known:
        raise RefusedError(
            f"{directory} har inga sammanträden att utgå från. Lägg in årets som "
            "sammantraden-ÅÅÅÅ.toml först."
        )
    years = ", ".join(str(one + 2) for one in known)
    raise RefusedError(
        f"Budgetåret {budget_year} planeras {year} ur sammanträdena {year - 1}, men {directory} har "
        f"inga sådana. Det går för budgetår: {years}."
    )


def look_ahead(directory: Path, year: int) -> Outlook:
    """The proposal for a calendar year, and what it makes of the steps that lie in it."""
    definition = load_definition(directory)
    known, holders = load_meetings(directory, definition), load_holders(directory, definition)
    proposal = propose(definition, known, year)
    meetings = proposal.with_others(known)
    steps: list[tuple[int, StepPlan]] = []
    gaps: list[str] = []
    for budget_year in (year + cycle for cycle in CYCLES):
        plan = plan_year(definition, budget_year, meetings)
        own = {
            step.slug: plan[step.slug]
            for step in in_year_order(definition, plan)
            if (step.chain or step.kind == "mote") and _lies_in(plan[step.slug], year)
        }
        steps += [(budget_year, planned) for planned in own.values()]
        for gap in plan.gaps:
            planned = own.get(gap.partition(":")[0])
            if planned is not None and planned.window_end.year == year:
                gaps.append(f"{gap} (budgetår {budget_year})")
            elif planned is not None:
                gaps.append(f"{gap} Sammanträdena {planned.window_end.year} är inte kända än.")
    plan = plan_year(definition, year + 1, meetings)
    found = review(Case(definition, plan, meetings, holders))
    return Outlook(
        municipality=definition.municipality.name,
        proposal=proposal,
        steps=tuple(steps),
        gaps=tuple(gaps),
        breaches=tuple(f"{f.text} ({f.citation})" for f in found if f.severity is Severity.BREACH),
        holders=tuple(_to_renew(definition, holders, year)),
    )


def new_file(path: Path) -> Path:
    """The path, where nothing is yet; RefusedError with the way out where something is."""
    if path.exists():
        raise RefusedError(
            f"{path} finns redan och skrivs aldrig över. Ange en annan fil med --till, eller --till - "
            "för att bara se förslaget."
        )
    return path


def write_new(path: Path, text: str) -> None:
    """Writes the file; RefusedError where it is there already, or cannot be written."""
    try:
        with new_file(path).open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise RefusedError(
            f"{path} går inte att skriva: {error.strerror}. Ange en annan fil med --till."
        ) from None


def _lies_in(planned: StepPlan, year: int) -> bool:
    return planned.window_start.year <= year <= planned.window_end.year


def _to_renew(definition: Definition, holders: Sequence[RoleHolder], year: int) -> Iterator[str]:
    """Terms that end in the year, then those who are an example only."""
    for holder in holders:
        if holder.last_day is None or holder.last_day.year != year:
            continue
        after = [
            other.name
            for other in holders
            if (other.role, other.unit) == (holder.role, holder.unit)
            and other.first_day > holder.last_day
        ]
        then = f"därefter {after[0]}" if after else "ingen efterträdare är angiven"
        yield f"{_title(definition, holder)}: {holder.name} slutar {holder.last_day}; {then}."
    examples = [holder for holder in holders if holder.example]
    if examples and len(examples) == len(holders):
        yield f"Alla {len(holders)} rollinnehavare är EXEMPEL: byt mot era egna i rollinnehavare.toml."
        return
    for holder in examples:
        yield f"{_title(definition, holder)}: {holder.name} är EXEMPEL; byt mot er egen."


def _title(definition: Definition, holder: RoleHolder) -> str:
    return definition.title_of(TaskKey(role=holder.role, unit=holder.unit))
