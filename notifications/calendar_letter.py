"""What a mail says about the calendar files that go with it, and the letter that is about nothing else.

Pure. The words of the letter stand in `templates/kalender.j2`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from notifications.calendar_file import CalendarFile, Revision
from notifications.letters import Letter
from notifications.naming import first_name
from notifications.recipients import Recipient
from notifications.wording import block, enumerated, items, long_day, one_line, paragraphs

RULE = "sänds när något i kalendern ändras och inget annat mejl den dagen säger det"
BECAUSE = "hade det i kalendern efter ett tidigare mejl"


class Reason(StrEnum):
    """Why a calendar is changed; the values are what the mail calls it."""

    NEW = "Nytt"
    MOVED = "Flyttas"
    REWORDED = "Ny text"
    DONE = "Klart"
    OFF = "Utgår"
    NOT_YOURS = "Inte längre din"


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """One change of one person's calendar, as the file that makes it."""

    reason: Reason
    revision: Revision
    was: date | None = None
    """The day that it stands on; None for what is new."""
    is_outdated: bool = False
    """Of what the person has done: its day, as the calendar has it, is not the day any more."""

    @property
    def is_loud(self) -> bool:
        """Whether somebody who goes by the calendar has to hear of it."""
        return self.is_outdated or self.reason in (Reason.MOVED, Reason.OFF, Reason.NOT_YOURS)

    @property
    def budget_year(self) -> int:
        return int(self.revision.name.partition("/")[0])

    @property
    def step(self) -> str:
        return self.revision.name.split("/")[1]

    @property
    def days(self) -> tuple[date, ...]:
        """The days that it concerns: where it stands, and where it comes to stand."""
        becomes = () if self.revision.cancelled else (self.revision.appointment.day,)
        return (self.was, *becomes) if self.was else becomes

    @property
    def when(self) -> str:
        """`måndag 18 oktober 2027`; of what is moved `från … till …`."""
        day = long_day(self.days[-1])
        if self.reason is Reason.MOVED and self.was:
            return f"från {long_day(self.was)} till {day}"
        return day


def calendar_lines(
    changes: Sequence[CalendarChange], files: Sequence[CalendarFile]
) -> tuple[str, ...]:
    """A line for each file of the mail: `Nytt: KS: Bokslut, måndag 18 oktober 2027 (ks-bokslut.ics)`."""
    several = len({change.budget_year for change in changes}) > 1
    return tuple(
        one_line(f"{change.reason}: {_what(change, several)}, {change.when} ({file.name})")
        for change, file in zip(changes, files, strict=True)
    )


def _what(change: CalendarChange, with_plan: bool) -> str:
    whole = change.revision.appointment.summary
    return whole if with_plan else whole.rpartition(" · ")[0]


def calendar_letter(
    changes: Sequence[CalendarChange],
    files: Sequence[CalendarFile],
    plans: Sequence[str],
    recipient: Recipient,
    because: dict[str, object],
) -> Letter:
    """The letter about changes that no other mail of the day tells. `plans` are what the years are called,
    `because` what `rescheduled.values` makes of what changed the dates, if anything did."""
    values: dict[str, object] = {
        **because,
        "plan": enumerated(plans),
        "changes": changes,
        "moved_on": any(one.reason is Reason.NOT_YOURS for one in changes),
        "rule": RULE,
        "first_name": first_name(recipient.name),
    }
    own = "kalender.j2"
    facts = (line.partition(": ") for line in calendar_lines(changes, files))
    return Letter(
        subject=one_line(block(own, "subject", values)),
        greeting=one_line(block("common.j2", "greeting", values)),
        paragraphs=paragraphs(block(own, "lead", values)),
        facts=tuple((label, value) for label, _, value in facts),
        todo=items(block(own, "todo", values)),
        why=one_line(block(own, "why", values)),
    )
