"""One year on one sheet: what every view of it shows, worked out once. Pure values.

The table, `status --json`, Prefect's pages, the wheel, the Gantt, the workbook, the report and the public
page all show this; none of them asks for a date, or says in words where a step stands, by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import InstanceOf

from models.plan import LimitPlan
from models.process import Step
from models.text import Text
from views.decisions import DecisionLine
from views.figures import Figure, GivenFigure
from views.law_changes import Law
from views.reviewed_year import FindingLine
from views.shown import NOT_PRINTED, Sentence, Shown, Slug, key


class Tone(StrEnum):
    """What a step looks like at a glance, the gravest first. The values are the Swedish words for it."""

    RISK = "lagrisk"
    LATE = "sent"
    RECONSIDERED = "omprövas"
    ASKED = "redan gjort?"
    AWAITING = "väntar på beslut"
    OPEN = "pågår"
    PLANNED = "planerat"
    DORMANT = "vilar"
    LEFT_OUT = "utgår"
    DONE = "klart"


class LinkLine(Shown):
    """A body's turn: the meeting planned for it, None where none fits, or the decision that stands."""

    body: str
    body_name: str
    meeting: date | None
    register_by: date
    awaited: bool = False
    decided_on: date | None = None
    outcome: str = ""
    paragraph: str = ""

    @property
    def day(self) -> date | None:
        """When it is or was up: the decision's day, else the planned meeting's."""
        return self.decided_on or self.meeting


class StepLine(Shown):
    """A step as every view shows it, and as `status --json` prints it."""

    id: Annotated[
        str,
        key(
            "id",
            "The row in the governance model, `K1` … `U4`; of a duty beyond it `T2` … `X9`, of what has "
            "been raised `T5.1`",
        ),
    ]
    slug: Annotated[Slug, key("slug", "The step's name in commands and deployments")]
    name: Annotated[str, key("titel", "Its title")]
    status: Annotated[
        str,
        key(
            "lage",
            "One of `planerat`, `pågår`, `väntar`, `klart`, `återöppnat`, `utgår` (an optional step that "
            "is set aside)",
        ),
    ]
    label: Annotated[
        str,
        key(
            "visning",
            "The state in words, as Prefect shows it: `Väntar på KS`, `Sent: pågår`, `Vilar`, "
            "`Klart, omprövas`, `Klart: står det fast?`",
        ),
    ]
    sentence: Annotated[
        Sentence, key("forklaring", "A Swedish sentence: who is waited for, and until when")
    ]
    round: Annotated[
        int,
        key(
            "varv",
            "The round: 0 before opening, 1 from then, one more for each återremiss, avslag and re-run",
        ),
    ]
    window_start: Annotated[date, key("fran", "First day of the window")]
    window_end: Annotated[date, key("till", "Last day of the window")]
    next_day: Annotated[
        date | None,
        key(
            "deadline", "The next day by which something should have happened; null once completed"
        ),
    ]
    days_to_next: Annotated[
        int | None,
        key(
            "arbetsdagar_kvar", "Working days from today to `deadline`; negative when it has passed"
        ),
    ]
    late: Annotated[bool, key("sent", "Whether somebody should have acted before today")]
    blocked_by: Annotated[
        tuple[Slug, ...],
        key("blockerat_av", "Steps that must be completed before this open one can be"),
    ]
    waits_for: Annotated[
        tuple[str, ...],
        key(
            "vantar_pa",
            "The body whose turn it is, also when it takes up another item first that this one rests on; "
            "or each missing part as `roll` or `roll:enhet`",
        ),
    ]
    """The same as `awaited`, as programs name it."""
    limit_day: Annotated[
        date | None, key("lagfrist", "The earliest statutory last day of the step")
    ]
    citation: Annotated[str | None, key("lagrum", "Its citation, such as `KL 11 kap. 8 §`")]
    risk: Annotated[
        str | None,
        key(
            "lagrisk",
            "A Swedish sentence when a statutory day has passed, will be missed as planned, or is at most "
            "10 working days away",
        ),
    ]
    decisions: Annotated[
        tuple[DecisionLine, ...],
        key(
            "beslut",
            "The decisions registered so far, in the order they were registered; a correction right after "
            "what it corrects",
        ),
    ]
    arende: Annotated[
        Slug,
        key(
            "arende",
            "The ärende that the step is a part of; its own slug where it is one by itself",
        ),
    ]
    diarienummer: Annotated[
        str | None, key("diarienummer", "The ärende's diarienummer; null until it has one")
    ]
    about: Annotated[
        int,
        key(
            "galler_ar",
            "The year that the step is about: of Bokslut two years before the budget year",
        ),
    ]
    version: Annotated[
        int,
        key(
            "version",
            "Of the document: 1 at first, one more for each new round and each bifall med ändring",
        ),
    ]
    dormant: Annotated[
        bool,
        key(
            "vilar",
            "Whether it is not to be done as things stand: what would start it has not happened",
        ),
    ]
    marked_by: Annotated[
        tuple[Slug, ...],
        key(
            "omprovas_for",
            "Of a completed step: what it rests on and was begun anew, not answered yet",
        ),
    ]
    figures: Annotated[tuple[Figure, ...], key("resultat", "Its figures")]
    missing_figures: Annotated[
        tuple[str, ...],
        key(
            "saknade_resultat",
            "The kinds of figures that it, begun here, should give and has not given yet",
        ),
    ]
    given_figures: Annotated[
        tuple[GivenFigure, ...],
        key("lamnade_siffror", "Who has given what of its figures, and who has not, by kind"),
    ]
    occasion_of: Annotated[
        Slug | None,
        key("tillfalle_av", "What was raised, such as `uppdrag`; null for a step of the calendar"),
    ]
    against_law: Annotated[
        bool,
        key(
            "bryter_mot_lagen",
            "Whether `granska` finds that a statute is broken in the step, or will be as planned; of a "
            "completed one too",
        ),
    ]

    step: Annotated[InstanceOf[Step], NOT_PRINTED]
    title: Annotated[str, NOT_PRINTED]
    """With the year that it is about, where that is another than the budget year."""
    tone: Annotated[Tone, NOT_PRINTED]
    opens: Annotated[
        date, key("oppnas", "The working day on which work opens: with the window or before it")
    ]
    due: Annotated[date, NOT_PRINTED]
    meeting_day: Annotated[date | None, NOT_PRINTED]
    links: Annotated[tuple[LinkLine, ...], NOT_PRINTED]
    limit: Annotated[InstanceOf[LimitPlan] | None, NOT_PRINTED]
    """The one that `limit_day` is of."""
    awaited: Annotated[tuple[str, ...], NOT_PRINTED]
    """A body, or the roles whose parts are missing, in words; empty where nobody is waited for."""
    advice: Annotated[InstanceOf[Text], NOT_PRINTED]
    """What to do about it, where it is late, at risk or to be reconsidered; else empty. It points at
    what it is done with."""
    opened_on: Annotated[date | None, NOT_PRINTED]
    completed_on: Annotated[date | None, NOT_PRINTED]
    parts: Annotated[tuple[str, ...], NOT_PRINTED]
    """The roles that do it, in words."""
    state_name: Annotated[str, NOT_PRINTED]
    """What Prefect calls its state: the label, or that a statutory limit is missed besides."""
    state_message: Annotated[InstanceOf[Text], NOT_PRINTED]
    """What Prefect's state says of it: the sentence, the risk, and the figures that it has come to."""

    @property
    def deadline(self) -> date | None:
        """`next_day`, but None while it rests."""
        return None if self.dormant else self.next_day

    @property
    def days_left(self) -> int | None:
        """Working days to the deadline, negative when it has passed."""
        return None if self.dormant else self.days_to_next

    @property
    def valid_decisions(self) -> tuple[DecisionLine, ...]:
        """All but those that were registered wrongly; also what a return has superseded."""
        return tuple(one for one in self.decisions if one.corrected_by is None)

    @property
    def last_decision(self) -> str:
        """`KS 2027-04-12 § 74: bifall`; empty where nothing is decided."""
        return self.valid_decisions[-1].cited if self.valid_decisions else ""

    @property
    def needs_care(self) -> bool:
        """Whether it belongs on the list of what is late, at risk or to be reconsidered."""
        return self.tone in (Tone.RISK, Tone.LATE, Tone.RECONSIDERED, Tone.ASKED)

    @property
    def first_day(self) -> date:
        """Where its bar begins: its window, or its opening where that was earlier."""
        return min(self.window_start, self.opened_on or self.window_start)

    @property
    def last_day(self) -> date:
        """Where its bar ends: its window, or the last of its days where one comes later."""
        days = [self.window_end, self.due, *(link.day for link in self.links if link.day)]
        return max(days)


class MeetingTick(Shown):
    """A sammanträde in the year's span, and the steps that are planned for it."""

    body: str
    day: date
    steps: tuple[str, ...] = ()


class MailCounts(Shown):
    """How many mails the outbox holds of a year, by state."""

    queued: Annotated[int, key("köad", "Waiting to be sent")] = 0
    sent: Annotated[int, key("skickad", "Accepted by the mail server")] = 0
    failed: Annotated[int, key("misslyckad", "Refused for good")] = 0
    replaced: Annotated[
        int,
        key(
            "ersatt",
            "Never sent: a reminder that waited, for instance in an outage, until a newer one came or "
            "nobody was waited for any more; or what an exercise had left",
        ),
    ] = 0


class FailedMail(Shown):
    """A mail that will never arrive as it stands."""

    address: Annotated[str, key("till", "The address")]
    subject: Annotated[str, key("amne", "The subject")]
    error: Annotated[str, key("fel", "What the mail server answered")]


class YearSheet(Shown):
    """A budget year as every view shows it, and as `status --json` prints it."""

    budget_year: Annotated[int, key("budgetar", "The budget year: 2028 is worked on during 2027")]
    municipality: Annotated[str, key("kommun", "The municipality's name")]
    today: Annotated[date, key("dag", "Today, which everything here is reckoned from")]
    lines: Annotated[
        tuple[StepLine, ...],
        key(
            "steg",
            "The steps, in the order of the year: by first day of the window, then last; what has been "
            "raised in it too",
        ),
    ]
    unplanned: Annotated[
        tuple[str, ...],
        key("luckor", "What could not be planned, a Swedish sentence each: no sammanträde fits"),
    ]
    vacant: Annotated[
        tuple[str, ...], key("vakanta_roller", "Roles that nobody holds today, as people say them")
    ]
    invented: Annotated[bool, key("exempel", "Whether meetings of this year are invented examples")]
    mails: Annotated[MailCounts, key("mejl", "How many mails the outbox holds, by state")]
    failed_mails: Annotated[
        tuple[FailedMail, ...],
        key("misslyckade_mejl", "The mails that will never arrive as they stand"),
    ]
    plan_name: Annotated[str, key("plan", "What the municipality calls it: `Kommunplan 2028`")]
    breaches: Annotated[
        tuple[FindingLine, ...],
        key("brott", "What breaks a statute: what `granska` finds on the same day"),
    ]

    risks: Annotated[tuple[FindingLine, ...], NOT_PRINTED] = ()
    """What is at risk of breaking a statute."""
    meetings: Annotated[tuple[MeetingTick, ...], NOT_PRINTED]
    example: Annotated[bool, NOT_PRINTED]
    """Whether any of those is an invented one."""
    exercise: Annotated[bool, NOT_PRINTED] = False

    @property
    def law(self) -> Law:
        """What the statutes say of it."""
        return Law(self.breaches, self.risks)

    @property
    def gaps(self) -> tuple[str, ...]:
        """What has no meeting, a sentence each, with its step named as in every other view."""
        return tuple(map(self._titled, self.unplanned))

    def _titled(self, gap: str) -> str:
        slug, colon, what = gap.partition(": ")
        line = next((one for one in self.lines if one.slug == slug), None)
        return f"{line.id} {line.title}{colon}{what}" if line else gap

    @property
    def unsent(self) -> int:
        """Mails that could not be sent."""
        return self.mails.failed

    def __getitem__(self, slug: str) -> StepLine:
        return next(line for line in self.lines if line.slug == slug)

    @property
    def planning_year(self) -> int:
        """The calendar year in which the plan is made."""
        return self.budget_year - 1

    @property
    def shown(self) -> tuple[StepLine, ...]:
        """The steps that are to be done this year: those that rest are left out."""
        return tuple(line for line in self.lines if line.tone is not Tone.DORMANT)

    @property
    def resting(self) -> tuple[StepLine, ...]:
        return tuple(line for line in self.lines if line.tone is Tone.DORMANT)

    @property
    def care(self) -> tuple[StepLine, ...]:
        """What is late, at risk or to be reconsidered: the gravest first, then by deadline."""
        order = list(Tone)
        found = [line for line in self.lines if line.needs_care]
        return tuple(
            sorted(found, key=lambda one: (order.index(one.tone), one.deadline or one.due))
        )

    def counts(self) -> Iterator[tuple[Tone, int]]:
        """How many steps have each tone, the gravest first; tones that no step has are left out."""
        for tone in Tone:
            if number := sum(line.tone is tone for line in self.lines):
                yield tone, number

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do in the year."""
        over = (Tone.DONE, Tone.LEFT_OUT, Tone.DORMANT)
        return all(line.tone in over for line in self.lines)

    @property
    def headline(self) -> str:
        """`2 sena, 1 lagrisk, 3 pågår`: the year in one line."""
        return ", ".join(f"{number} {tone.value}" for tone, number in self.counts())

    @property
    def first_month(self) -> date:
        """The first day of the first month that any shown step touches."""
        return min((one.first_day for one in self.shown), default=self.today).replace(day=1)

    @property
    def last_month(self) -> date:
        """The first day of the last such month."""
        return max((one.last_day for one in self.shown), default=self.today).replace(day=1)
