"""What a moved or a cancelled meeting would do, as it is shown: `flytta --prov`, `stall-in --prov`. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Annotated

from calendars.law.case import Finding, Severity
from models.plan import Staff
from models.state import YearState
from notifications.changed_dates import Rescheduling
from notifications.notices import Notice
from notifications.recipients import answering
from notifications.rescheduling import MEETINGS, moved_notices
from views.previews import MovedLine, moved_line
from views.reviewed_year import FindingLine, finding_line
from views.shown import Shown, Slug, key
from views.what_if import WhatIf


class PaperDay(Shown):
    """A day around the meeting itself."""

    what: Annotated[
        str,
        key(
            "vad",
            "Such as `manusstopp`, `beredning`, `kungörelse senast`, `utskick`, `justering senast`, "
            "`anslag senast`",
        ),
    ]
    before: Annotated[date, key("fore", "The day today")]
    after: Annotated[date, key("efter", "The day after the move")]

    def said(self) -> str:
        """`manusstopp 2027-10-04 → 2027-10-11`"""
        return f"{self.what} {self.before} → {self.after}"


class Graded(Shown):
    """How grave it is."""

    severity: Annotated[Severity, key("slag", "`brott` or `risker`")]


class ChangedFinding(FindingLine, Graded):
    """A breach or a risk that comes or goes; its fields begin with how grave it is."""


class RoleToTell(Shown):
    """A role that would be told of new dates, and who holds it today."""

    step: Annotated[Slug, key("steg", "The step")]
    role: Annotated[str, key("roll", "Who it goes to, `roll` or `roll:enhet`")]
    kind: Annotated[str, key("slag", "The kind of mail, such as `flyttat`")]
    to: Annotated[
        tuple[str, ...],
        key(
            "till",
            "Today's holders of the role, or their deputies, `Namn <adress>`; empty where nobody holds it",
        ),
    ]
    rule: Annotated[str, key("regel", "The rule behind it, in Swedish")]


class YearAfterMeeting(Shown):
    """What would follow in a budget year."""

    budget_year: Annotated[int, key("budgetar", "The budget year")]
    papers: Annotated[
        tuple[PaperDay, ...], key("sammantradet", "The days around the meeting itself")
    ]
    moved: Annotated[
        tuple[MovedLine, ...], key("flyttas", "The dates of the steps that would be others")
    ]
    short: Annotated[
        tuple[str, ...],
        key(
            "for_kort", "What would have to be done on a day that has been, or in too short a time"
        ),
    ]
    broken: Annotated[
        tuple[ChangedFinding, ...], key("bryts", "Breaches and risks that are not there today")
    ]
    mended: Annotated[
        tuple[ChangedFinding, ...],
        key("lagas", "Breaches and risks that are there today and would not be"),
    ]
    mails: Annotated[tuple[RoleToTell, ...], key("mejl", "The mails that would go")]
    plan_name: Annotated[str, key("plan", "What the municipality calls it: `Kommunplan 2028`")]

    @property
    def rests_on_it(self) -> bool:
        """Whether anything in the year follows from the meeting."""
        return bool(self.moved or self.broken)

    @property
    def breaches(self) -> tuple[str, ...]:
        """What would break a statute, with its citation."""
        return tuple(one.cited for one in self.broken if one.severity is Severity.BREACH)

    @property
    def risks(self) -> tuple[str, ...]:
        """What would be at risk, with its citation."""
        return tuple(one.cited for one in self.broken if one.severity is not Severity.BREACH)

    @property
    def told_to(self) -> list[str]:
        """Whom the change is told, and of which steps: one mail holds them all."""
        return self.told(str)

    def told(self, names: Callable[[str], str]) -> list[str]:
        """The same, with each step as it is named."""
        steps: dict[str, dict[str, None]] = {}
        for mail in self.mails:
            for who in mail.to or (mail.role,):
                steps.setdefault(who, {})[mail.step] = None
        return [f"{who}: {', '.join(map(names, of))}" for who, of in steps.items()]


class MeetingPreview(Shown):
    """`flytta --prov --json`: what would follow if a meeting moved, or was cancelled."""

    body: Annotated[str, key("instans", "The body")]
    day: Annotated[date, key("fran", "The day that the meeting has")]
    to: Annotated[
        date | None, key("till", "The day it would have; null where it would be cancelled")
    ]
    years: Annotated[
        tuple[YearAfterMeeting, ...],
        key(
            "ar",
            "The started budget years that rest on the meeting; where none does, the last year that was "
            "tried",
        ),
    ]

    @property
    def breaks_the_law(self) -> bool:
        return any(year.breaches for year in self.years)


def year_after_meeting(
    found: WhatIf, state: YearState, staff: Staff, today: date
) -> YearAfterMeeting:
    """What of the change is shown of one year."""
    plan = found.after.plan
    why = Rescheduling(token="", rule=MEETINGS, by="", reason="", was=found.before.plan.steps)
    return YearAfterMeeting(
        budget_year=plan.budget_year,
        papers=tuple(
            PaperDay(what=what, before=before, after=after) for what, before, after in found.papers
        ),
        moved=tuple(map(moved_line, found.moved)),
        short=found.short,
        broken=_changed(found.broken),
        mended=_changed(found.mended),
        mails=tuple(
            _to_tell(state, staff, notice, today)
            for notice in moved_notices(state, plan, today, why)
        ),
        plan_name=found.before.definition.plan_of(plan.budget_year),
    )


def _changed(findings: Iterable[Finding]) -> tuple[ChangedFinding, ...]:
    return tuple(
        ChangedFinding(severity=one.severity, **dict(finding_line(one))) for one in findings
    )


def _to_tell(state: YearState, staff: Staff, notice: Notice, today: date) -> RoleToTell:
    holders = answering(staff, state.definition, notice.to, today)
    return RoleToTell(
        step=notice.step,
        role=str(notice.to),
        kind=notice.kind.value,
        to=tuple(f"{one.name} <{one.address}>" for one in holders),
        rule=notice.rule,
    )
