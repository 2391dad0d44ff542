"""What a change would do, told and not done: a new round of a step, a changed definition. Pure values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from models.events import Decided
from models.outcomes import Outcome
from notifications.items import Item
from notifications.rescheduling import MovedDate
from views.shown import Shown, Slug, key


class MovedLine(Shown):
    """A date of a step that would be another."""

    step: Annotated[Slug, key("steg", "The step")]
    what: Annotated[
        str,
        key(
            "vad",
            "Such as `öppnas`, `delar senast`, `mötesdag`, `sista sammanträdet`, or the body that decides",
        ),
    ]
    before: Annotated[date | None, key("fore", "The day today; null where there is none")]
    after: Annotated[date | None, key("efter", "The day it would be; null where nothing fits")]

    def said(self, none: str = "utan dag") -> str:
        """`delar senast 2027-03-01 → 2027-03-08`; `none` stands for a day that there is not."""
        return f"{self.what} {self.before or none} → {self.after or none}"


class MailToGo(Shown):
    """A mail that would go."""

    name: Annotated[str, key("till", "The name of who would get it")]
    address: Annotated[str, key("adress", "The address")]
    step: Annotated[Slug, key("steg", "The step")]
    kind: Annotated[str, key("slag", "The kind of mail, such as `omprovning`")]
    rule: Annotated[str, key("regel", "The rule behind it, in Swedish")]


class SupersededDecision(Shown):
    """A decision that would be superseded."""

    body: Annotated[str, key("instans", "The body")]
    day: Annotated[date, key("datum", "The day of the decision")]
    outcome: Annotated[Outcome, key("utfall", "The outcome")]
    paragraph: Annotated[str, key("paragraf", "The paragraph; empty where none was given")]


class RerunPreview(Shown):
    """`kor-om --prov --json`: what a new round of a completed step would touch."""

    step: Annotated[Slug, key("steg", "The step")]
    title: Annotated[
        str, key("titel", "Its title, with the year it is about where that is another")
    ]
    budget_year: Annotated[int, key("budgetar", "The budget year")]
    reconsidered: Annotated[
        tuple[Slug, ...],
        key(
            "omprovas",
            "The completed steps that rest on it, near and far: they stay completed, and somebody is asked "
            "whether they stand",
        ),
    ]
    ahead: Annotated[
        tuple[Slug, ...],
        key("bygger_vidare", "The steps that rest directly on it and are not completed"),
    ]
    superseded: Annotated[
        tuple[SupersededDecision, ...], key("ersatts", "The decisions that would be superseded")
    ]
    moved: Annotated[tuple[MovedLine, ...], key("flyttas", "The dates that would be others")]
    mails: Annotated[tuple[MailToGo, ...], key("mejl", "The mails that would go")]
    plan_name: Annotated[str, key("plan", "What the municipality calls the year's plan")]


class RenamedStep(Shown):
    """A step that goes on under another name."""

    before: Annotated[Slug, key("fran", "The name today")]
    after: Annotated[Slug, key("till", "The new name")]


class DefinitionPreview(Shown):
    """`byt-definition --prov --json`: what a changed definition would do to a running year."""

    budget_year: Annotated[int, key("budgetar", "The budget year")]
    added: Annotated[tuple[Slug, ...], key("tillkommer", "New steps")]
    removed: Annotated[tuple[Slug, ...], key("utgar", "Steps that end")]
    renamed: Annotated[
        tuple[RenamedStep, ...], key("byter_namn", "Steps that go on under another name")
    ]
    changed: Annotated[
        tuple[Slug, ...], key("andras", "Steps that get other parts or other bodies")
    ]
    unclear: Annotated[
        tuple[Slug, ...],
        key(
            "oklara",
            "Running steps of which `--karta` must say what they become; while there are any, the last "
            "lists are empty",
        ),
    ]
    taken_as_done: Annotated[
        tuple[Slug, ...],
        key("tas_som_klara", "New steps whose window has passed: taken as done, without mail"),
    ] = ()
    moved: Annotated[tuple[MovedLine, ...], key("flyttas", "The dates that would be others")] = ()
    mails: Annotated[tuple[MailToGo, ...], key("mejl", "The mails that would go")] = ()
    plan_name: Annotated[str, key("plan", "What the municipality calls the year's plan")]

    @property
    def changes_nothing(self) -> bool:
        """Whether no step and no date would be another."""
        steps = (self.added, self.removed, self.renamed, self.changed, self.unclear)
        return not (any(steps) or self.moved)


def superseded_decision(decided: Decided) -> SupersededDecision:
    """A decision that stands and would not."""
    return SupersededDecision(
        body=decided.body, day=decided.on, outcome=decided.outcome, paragraph=decided.paragraph
    )


def moved_line(moved: MovedDate) -> MovedLine:
    """A moved date as it is shown."""
    return MovedLine(step=moved.step, what=moved.what, before=moved.before, after=moved.after)


def mails_to_go(items: Iterable[Item]) -> tuple[MailToGo, ...]:
    """Who would be told what, in order."""
    return tuple(
        MailToGo(
            name=item.recipient.name,
            address=item.recipient.address,
            step=item.notice.step,
            kind=item.notice.kind.value,
            rule=item.rule,
        )
        for item in items
    )
