"""The sammanträden that a file names, before anybody has said that they can be: with where each stands.

Pure. The readers of each format fill a `Reading`; `faults_of` says what is wrong with the days.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from calendars.meeting_plans.names import Gathering
from calendars.meeting_plans.written_days import WrittenDay
from calendars.workdays import WEEKDAYS, day_off, held_on_a_day_off
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

    entries: list[WrittenMeeting] = field(default_factory=list)
    faults: list[str | Text] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def fault(self, where: str, what: str | Text) -> None:
        """What is wrong there, as a sentence with its full stop or without."""
        said = Text.of(f"{where}: ", what)
        last = said.parts[-1]
        is_ended = isinstance(last, str) and last.endswith(".")
        self.faults.append(said if is_ended else Text.of(said, "."))


def faults_of(entries: Sequence[WrittenMeeting], year: int) -> Iterator[str | Text]:
    """Every day that cannot be, in the order of the file."""
    usual = usual_weekdays(entries)
    first: dict[object, str] = {}
    for entry in entries:
        if fault := _fault(entry, year, usual.get(entry.gathering)):
            yield Text.of(f"{entry.where}: {entry.text!r} ", fault)
        same = (entry.gathering, entry.written.day)
        if same in first:
            yield (
                f"{entry.where}: {entry.text!r} är en dubblett: {entry.gathering} {entry.written.day} "
                f"står redan ({first[same]}). Ta bort den ena."
            )
        first.setdefault(same, entry.where)


def _fault(entry: WrittenMeeting, year: int, usual: int | None) -> str | Text | None:
    written = entry.written
    day, weekday = written.day, WEEKDAYS[written.day.weekday()]
    if day.year != year:
        return Text.of(
            f"({day}) ligger inte i {year}, som filen gäller. Rätta året, eller ange ",
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


def usual_weekdays(entries: Sequence[WrittenMeeting]) -> dict[Gathering, int]:
    """The weekday of more than half of each body's unmarked days; none where no weekday has so many."""
    days: dict[Gathering, set[object]] = defaultdict(set)
    counts: dict[Gathering, Counter[int]] = defaultdict(Counter)
    for entry in entries:
        day = entry.written.day
        if entry.gathering.body is None or entry.written.other_weekday or day.weekday() > 4:
            continue
        if day not in days[entry.gathering]:
            days[entry.gathering].add(day)
            counts[entry.gathering][day.weekday()] += 1
    return {
        gathering: weekday
        for gathering, count in counts.items()
        for weekday, number in count.most_common(1)
        if number * 2 > count.total()
    }
