"""What fullmäktige decided in a calendar year, and whether it is carried out: `kommunplan uppdrag beslut`.

The board follows up that the organisation carries it out (Orsa's governance model). Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Literal

from models.process import Definition
from views.assignments import Assignment
from views.decisions import DecisionLine
from views.shown import Shown, Slug, key


class DecisionToCarryOut(Shown):
    """A decision of fullmäktige, or an assignment that is reported back to them."""

    kind: Annotated[
        Literal["beslut", "uppdrag"],
        key("slag", "`beslut` of fullmäktige, or an `uppdrag` that is reported back to them"),
    ]
    day: Annotated[
        date, key("datum", "The day of the decision; of an assignment, when it was entered")
    ]
    body: Annotated[str, key("instans", "The body")]
    paragraph: Annotated[
        str,
        key(
            "paragraf",
            "The paragraph of the minutes; empty of an assignment, or where none was given",
        ),
    ]
    title: Annotated[str, key("titel", "What it is about")]
    outcome: Annotated[str, key("utfall", "The outcome in words; empty of an assignment")]
    budget_year: Annotated[int, key("budgetar", "The budget year that it is registered in")]
    slug: Annotated[Slug, key("slug", "The step")]
    last_day: Annotated[
        date | None, key("senast", "Of an assignment, its last day; null of a decision")
    ]
    carried_out: Annotated[
        date | None,
        key(
            "genomfort", "When it was carried out: as noted, of an assignment when it was completed"
        ),
    ]


class DecisionsOfTheYear(Shown):
    """`uppdrag beslut --json`: every decision of fullmäktige in a calendar year, carried out or not."""

    year: Annotated[int, key("ar", "The calendar year")]
    today: Annotated[date, key("dag", "Today")]
    decisions: Annotated[tuple[DecisionToCarryOut, ...], key("beslut", "The decisions, by day")]

    @property
    def left(self) -> int:
        """How many are not carried out."""
        return sum(one.carried_out is None for one in self.decisions)


def decisions_of_the_year(
    found: Iterable[DecisionToCarryOut], year: int, today: date
) -> DecisionsOfTheYear:
    """Those of the calendar year, by day."""
    own = [one for one in found if one.day.year == year]
    return DecisionsOfTheYear(
        year=year,
        today=today,
        decisions=tuple(sorted(own, key=lambda one: (one.day, one.budget_year, one.slug))),
    )


def decisions_to_carry_out(
    definition: Definition, budget_year: int, decisions: Mapping[str, Sequence[DecisionLine]]
) -> Iterator[DecisionToCarryOut]:
    """What fullmäktige have settled in a year's steps; what was sent back, put off or has been corrected
    leaves nothing to carry out."""
    for slug, lines in decisions.items():
        for line in lines:
            if not _stands(definition, line):
                continue
            yield DecisionToCarryOut(
                kind="beslut",
                day=line.day,
                body=line.body,
                paragraph=line.said.paragraph,
                title=definition.step(slug).title_for(budget_year),
                outcome=line.outcome.label,
                budget_year=budget_year,
                slug=slug,
                last_day=None,
                carried_out=line.after.carried_out,
            )


def assigned(
    definition: Definition, assignments: Iterable[Assignment]
) -> Iterator[DecisionToCarryOut]:
    """The assignments that are reported back to fullmäktige."""
    for one in assignments:
        last = one.reported_to[-1] if one.reported_to else ""
        if last and definition.body(last).kind == "fullmaktige":
            yield DecisionToCarryOut(
                kind="uppdrag",
                day=one.entered_on,
                body=last,
                paragraph="",
                title=one.title,
                outcome="",
                budget_year=one.budget_year,
                slug=one.slug,
                last_day=one.last_day,
                carried_out=one.completed_on,
            )


def _stands(definition: Definition, line: DecisionLine) -> bool:
    is_wrong = line.superseded or line.corrected_by is not None
    of_fullmaktige = definition.body(line.body).kind == "fullmaktige"
    return of_fullmaktige and line.outcome.settles and not is_wrong
