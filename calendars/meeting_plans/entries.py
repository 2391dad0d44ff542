"""The sammanträden that a file names, before anybody has said that they can be: with where each stands.

Pure. The readers of each format fill a `Reading`; `faults_of` says what is wrong with the days.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from calendars.meeting_plans.legend import Legend
from calendars.meeting_plans.names import Gathering, Names, Title
from calendars.meeting_plans.one_day import Around, WrittenDay
from calendars.meeting_plans.wording import A_DAY, Said, Standing, said_in
from calendars.meeting_plans.written_days import days_in
from calendars.workdays import WEEKDAYS, day_off, held_on_a_day_off
from models.errors import SHOWN
from models.plan import Meeting
from models.text import Text, mention


@dataclass(frozen=True, slots=True)
class WrittenMeeting:
    """One sammanträde where it stands: `rad 4, kolumn Mars`, and the text as it was written."""

    where: str
    text: str
    gathering: Gathering
    written: WrittenDay
    example: bool = False

    @property
    def meeting(self) -> Meeting:
        return Meeting(*self.gathering, self.written.day, self.example, self.written.if_needed)


@dataclass(slots=True)
class Reading:
    """What has been read so far: the entries, every fault, and what was passed over on purpose."""

    names: Names
    year: int | None = None
    """The calendar year that was asked for."""
    passes_over: bool = False
    """Whether bodies that are not in the definition are passed over, and told."""
    legend: Legend = field(default_factory=Legend)
    entries: list[WrittenMeeting] = field(default_factory=list)
    faults: list[str | Text] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)
    """How many days each of the bodies has that were passed over."""
    moved: list[Moved] = field(default_factory=list)
    has_unknown: bool = False
    """Whether there are faults of bodies that may be passed over."""

    def fault(self, where: str, what: str | Text) -> None:
        """What is wrong there, as a sentence with its full stop or without."""
        said = Text.of(f"{where}: ", what)
        last = said.parts[-1]
        is_ended = isinstance(last, str) and last.endswith(".")
        self.faults.append(said if is_ended else Text.of(said, "."))

    def note(self, where: str, what: str) -> None:
        self.notes.append(f"{where}: {what}")

    def unknown(self, where: str, text: str, days: int = 1) -> None:
        """A body that the definition does not have: a fault, or passed over where that was asked for."""
        if not text:
            self.fault(where, "instans saknas. Fyll i den")
        elif self.passes_over and not self.names.is_near(text):
            self.passed_over[text] += days
        elif len(self.faults) < SHOWN:
            self.fault(where, self.names.unknown(text))
            self.has_unknown |= not self.names.is_near(text)
        else:
            self.fault(where, f"okänd instans {text!r}")

    def whose(
        self, where: str, text: str, places: Iterable[str] = (), days: int = 1
    ) -> Title | None:
        """Whose meetings a title is of; None, with a note or a fault, where it is of nobody's."""
        title = self.names.read(text, places)
        if title.standing is Standing.ABOUT:
            self.note(where, f"{text!r} är inget sammanträde och togs inte med.")
        elif title.gathering is None and title.standing is Standing.CANCELLED:
            self.note(where, f"{text!r} är inställt och togs inte med.")
        elif title.gathering is None:
            self.unknown(where, text, days)
        elif title.unread and title.standing is Standing.UNCLEAR:
            self._unread(where, text, title)
        else:
            return title
        return None

    def _unread(self, where: str, text: str, title: Title) -> None:
        if self.passes_over:
            self.note(
                where, f"{text!r} säger mer än instansen ({title.unread!r}) och togs inte med."
            )
            return
        self.fault(
            where,
            f"{text!r} säger också {title.unread!r}, så det är inte säkert att {title.gathering} "
            "sammanträder. Ta bort det om det är ett sammanträde, annars raden",
        )

    def take(self, entry: WrittenMeeting, *said: Said) -> None:
        """The meeting, unless what is said of it is that it is not held then; `said` is what stands
        elsewhere than beside the day."""
        if self._has(entry):
            return  # one merged cell, seen from two rows
        beside = [*said, *map(said_in, entry.written.beside)]
        standing = min((one.standing for one in beside), key=_GRAVITY.index, default=Standing.HELD)
        shown = f"{entry.text!r} ({entry.gathering} {entry.written.day})"
        if standing in _NOT_HELD:
            self.note(entry.where, f"{shown} {_NOT_HELD[standing]} och togs inte med.")
        elif standing in _DOUBTFUL:
            self.fault(entry.where, f"{shown} {_DOUBTFUL[standing]}")
        elif standing in (Standing.MOVED_AWAY, Standing.MOVED_HERE):
            texts = [one.text for one in beside if one.standing is standing]
            other = moved_to(entry, texts)
            self.moved.append(Moved(entry, standing is Standing.MOVED_AWAY, other))
        else:
            if_needed = entry.written.if_needed or standing is Standing.IF_NEEDED
            written = replace(entry.written, if_needed=if_needed)
            self.entries.append(replace(entry, written=written))

    def _has(self, entry: WrittenMeeting) -> bool:
        same = (entry.where, entry.gathering, entry.written.day)
        near = self.entries[-8:]
        return any((one.where, one.gathering, one.written.day) == same for one in near)

    def settle_moved(self) -> None:
        """What is told to be moved stands on its new day and not on its old one; a fault where the file has
        both, or has not the new one."""
        for moved in self.moved:
            if moved.is_away:
                self._settle_away(moved)
            else:
                self._settle_here(moved)

    def _days(self, gathering: Gathering) -> set[date]:
        """The days that stand, with those that a meeting is moved to."""
        here = [moved.entry for moved in self.moved if not moved.is_away]
        entries = [*self.entries, *here]
        return {one.written.day for one in entries if one.gathering == gathering}

    def _settle_away(self, moved: Moved) -> None:
        entry, days = moved.entry, self._days(moved.entry.gathering)
        shown = f"{entry.text!r} ({entry.gathering} {entry.written.day})"
        if moved.other is not None and moved.other not in days:
            self.fault(
                entry.where,
                f"{shown} är flyttat till {moved.other}, som inte står i filen. "
                "Skriv den nya dagen i stället för den gamla",
            )
        elif entry.written.day in days:
            self.fault(entry.where, f"{shown} är flyttat, men dagen står också kvar. Ta bort den")
        else:
            to = f" till {moved.other}" if moved.other else ""
            self.note(entry.where, f"{shown} är flyttat{to} och togs inte med.")

    def _settle_here(self, moved: Moved) -> None:
        entry = moved.entry
        stands = {one.written.day for one in self.entries if one.gathering == entry.gathering}
        if moved.other is not None and moved.other in stands:
            self.fault(
                entry.where,
                f"{entry.text!r} är flyttat från {moved.other}, men {entry.gathering} {moved.other} "
                "står kvar. Ta bort den dagen",
            )
        else:
            self.entries.append(entry)


class Moved(NamedTuple):
    """What is told to be moved: away from its day, or to it."""

    entry: WrittenMeeting
    is_away: bool
    other: date | None
    """The day that it is moved to or from, where that is said."""


_GRAVITY = [
    Standing.CANCELLED,
    Standing.MOVED_AWAY,
    Standing.ABOUT,
    Standing.UNCLEAR,
    Standing.PRELIMINARY,
    Standing.MOVED_HERE,
    Standing.IF_NEEDED,
    Standing.HELD,
]
"""Which of several things that are said of a meeting counts."""
_NOT_HELD = {Standing.CANCELLED: "är inställt", Standing.ABOUT: "är inget sammanträde"}
_DOUBTFUL = {
    Standing.PRELIMINARY: "är preliminärt. Ta bort ordet om dagen är bestämd, annars dagen",
    Standing.UNCLEAR: "säger inte klart om det hålls den dagen. Skriv bara dagen om det hålls då, "
    "annars ta bort den",
}


def moved_to(entry: WrittenMeeting, texts: Iterable[str]) -> date | None:
    """The other day that is named where a meeting is told to be moved; None where none can be read."""
    day = entry.written.day
    for text in texts:
        for match in _OTHER_DAY.finditer(text):
            found = days_in(match[0], Around(day.year, day.month, is_bound=False))
            if len(found) == 1 and isinstance(found[0], WrittenDay) and found[0].day != day:
                return found[0].day
    return None


_OTHER_DAY = re.compile(
    rf"{A_DAY.pattern}\w*(?:\s+20\d\d)?|(?<=till\s)\d\d?|(?<=från\s)\d\d?", re.IGNORECASE
)


def faults_of(entries: Sequence[WrittenMeeting], years: Collection[int]) -> Iterator[str | Text]:
    """Every day that cannot be, in the order of the file."""
    usual = usual_weekdays(entries)
    first: dict[object, str] = {}
    for entry in entries:
        if fault := _fault(entry, years, usual.get((entry.gathering, entry.written.day.year))):
            yield Text.of(f"{entry.where}: {entry.text!r} ", fault)
        same = (entry.gathering, entry.written.day)
        if same in first:
            yield (
                f"{entry.where}: {entry.text!r} är en dubblett: {entry.gathering} {entry.written.day} "
                f"står redan ({first[same]}). Ta bort den ena."
            )
        first.setdefault(same, entry.where)


def _fault(entry: WrittenMeeting, years: Collection[int], usual: int | None) -> str | Text | None:
    written = entry.written
    day, weekday = written.day, WEEKDAYS[written.day.weekday()]
    if not 2000 <= day.year <= 2100:
        return f"har årtalet {day.year}. Ange ett år mellan 2000 och 2100"
    if day.year not in years:
        return Text.of(
            f"({day}) ligger inte i {' eller '.join(map(str, sorted(years)))}, som filen gäller. "
            "Rätta året, eller ange ",
            mention("year", str(day.year)),
            ".",
        )
    if written.weekday not in (None, day.weekday()):
        return f"säger {WEEKDAYS[written.weekday or 0]}, men {day} är en {weekday}. Rätta det ena."
    # a day off is told of whatever the weekday, so it needs no mark
    if usual not in (None, day.weekday()) and not written.other_weekday and not day_off(day):
        return (
            f"({day}) är en {weekday}, men {entry.gathering} sammanträder annars på "
            f"{WEEKDAYS[usual or 0]}ar. Rätta dagen, eller märk den med ** om den stämmer."
        )
    return None


def remarks_of(entries: Sequence[WrittenMeeting]) -> Iterator[str]:
    """What is worth a second look though it can be, in the order of the file."""
    for entry in entries:
        if remark := held_on_a_day_off(str(entry.gathering), entry.written.day):
            yield f"{entry.where}: {remark}"


def usual_weekdays(entries: Sequence[WrittenMeeting]) -> dict[tuple[Gathering, int], int]:
    """The weekday of more than half of each body's unmarked days in each year; none where no weekday has
    so many."""
    days: dict[tuple[Gathering, int], set[date]] = defaultdict(set)
    for entry in entries:
        day = entry.written.day
        if (
            entry.gathering.body is not None
            and not entry.written.other_weekday
            and day.weekday() < 5
        ):
            days[entry.gathering, day.year].add(day)
    counts = {whose: Counter(day.weekday() for day in own) for whose, own in days.items()}
    return {
        whose: weekday
        for whose, count in counts.items()
        for weekday, number in count.most_common(1)
        if number * 2 > count.total()
    }
