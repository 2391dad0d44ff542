"""A proposed year of meetings, and the file that it is edited in.

Pure. The file is `sammantraden-2028.toml` as a definition directory has it, each day with its reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from calendars.next_year.habits import usual_weekday
from calendars.workdays import WEEKDAYS
from models.plan import Meeting


@dataclass(frozen=True, slots=True)
class ProposedDay:
    """A meeting of next year; `before` is this year's day, None for one that is added."""

    meeting: Meeting
    before: date | None
    why: str
    moved: bool = False
    """Whether it is anywhere but in this year's place in the month."""

    def __str__(self) -> str:
        """`KS 18/10 2027 → 16/10 2028: samma plats i månaden (3:e måndagen)`."""
        name, day = self.meeting.body or self.meeting.step, self.meeting.day
        days = f"{dated(self.before)} → {dated(day)}" if self.before else f"{dated(day)}, nytt"
        return f"{name} {days}: {self.why}"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A year's proposed meetings in date order. `notes` are for somebody to take a stand on."""

    year: int
    days: tuple[ProposedDay, ...]
    notes: tuple[str, ...]

    @property
    def meetings(self) -> tuple[Meeting, ...]:
        return tuple(day.meeting for day in self.days)

    def with_others(self, meetings: Sequence[Meeting]) -> tuple[Meeting, ...]:
        """The proposal among the known meetings of all other years."""
        return (*(m for m in meetings if m.day.year != self.year), *self.meetings)

    def is_other_weekday(self, meeting: Meeting) -> bool:
        """Whether it is on another weekday than most of its body's meetings are."""
        usual = usual_weekday(m.day for m in self.meetings if m.body == meeting.body)
        return meeting.body is not None and usual not in (None, meeting.day.weekday())

    def as_toml(self) -> str:
        """The file's content; `calendars.definition.load_meetings` reads it back as it is."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield f"# FÖRSLAG till sammanträden {self.year}, gjort av sammanträdena {self.year - 1} med"
        yield "# kommunplan nasta-ar. Ingenting är beslutat. Rätta dagarna, ta bort den här rubriken och läs"
        yield "# in filen med kommunplan sammantraden las-in. Efter varje dag står skälet till den."
        for note in self.notes:
            yield f"# Ta ställning till: {note}"
        if any(meeting.example for meeting in self.meetings):
            yield "exempel = true # som sammanträdena som förslaget bygger på"
        yield f"ar = {self.year}"
        yield from _table("sammantraden", self._by_body(if_needed=False))
        yield from _table("vid_behov", self._by_body(if_needed=True))
        yield from _table("annan_veckodag", self._on_other_weekdays())
        informal = [day for day in self.days if day.meeting.step]
        if informal:
            yield from ("", "[moten] # de steg som är en dag med deltagare")
        for day in informal:
            yield f"{day.meeting.step} = {day.meeting.day} # {_comment(day)}"

    def _by_body(self, *, if_needed: bool) -> Iterator[tuple[str, str]]:
        for day in self.days:
            if day.meeting.body and day.meeting.if_needed is if_needed:
                yield day.meeting.body, f"{day.meeting.day}, # {_comment(day)}"

    def _on_other_weekdays(self) -> Iterator[tuple[str, str]]:
        for meeting in self.meetings:
            if meeting.body and self.is_other_weekday(meeting):
                yield meeting.body, f"{meeting.day}, # {WEEKDAYS[meeting.day.weekday()]}"


def dated(day: date) -> str:
    """`18/10 2027`."""
    return f"{short(day)} {day.year}"


def short(day: date) -> str:
    """`18/10`."""
    return f"{day.day}/{day.month}"


def _table(name: str, rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    of_body: dict[str, list[str]] = {}
    for body, row in rows:
        of_body.setdefault(body, []).append(row)
    if of_body:
        yield from ("", f"[{name}]")
    for body, its_rows in of_body.items():
        yield from (f"{body} = [", *(f"    {row}" for row in its_rows), "]")


def _comment(day: ProposedDay) -> str:
    return f"{f'var {short(day.before)}: ' if day.before else ''}{day.why}"
