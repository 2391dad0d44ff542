"""Several days as people write them in a cell or a line: `18, 25*`, `15 och 22 mars 2027`, `22-23 november`.

Pure: text in, days out, each by itself or with why it cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from calendars.meeting_plans.one_day import HOW, TIME, Around, WrittenDay, single_day, weekday_of

LONGEST = 3
"""Days in a row that are one sammanträde; more is a span in which it is held, or a slip."""
LONGEST_TEXT = 2_000
"""Characters; a cell that has more is no cell of days."""
_NONE = re.compile(
    r"[-.\s]*|inget|ingen|inga|(?:sommar|jul)?uppehåll\w*|semester|inställt|ställs in|utgår",
    re.IGNORECASE,
)
_BARE = re.compile(r"\d{1,2}\*{0,3}")
_APART = re.compile(r"[,;\n&+]|\boch\b|\bsamt\b", re.IGNORECASE)
_SPAN = re.compile(r"\s*(?:-|/|\btill(?:\s+och\s+med)?\b|\bt\.?\s?o\.?\s?m\.?)\s*", re.IGNORECASE)


def written_day(text: str, year: int | None = None) -> WrittenDay:
    """A whole date and no more; `year` is for one that is written without its own."""
    found = _whole(text, Around(year))
    if len(found) != 1:
        raise ValueError(f"går inte att läsa som datum. {HOW}")
    return found[0]


def days_in(text: str, around: Around) -> list[WrittenDay | ValueError]:
    """The days of a cell or of a line, in order, or why one of them cannot be read; none of `-` and nothing.

    What lacks month and year gets those of the day after it, as in `15, 22 och 29 mars 2027`.
    """
    if len(text) > LONGEST_TEXT:
        return [ValueError(f"är längre än {LONGEST_TEXT} tecken. Skriv bara dagarna")]
    if _NONE.fullmatch(text) or _NONE.fullmatch(TIME.sub("", text)):
        return []
    if around.month is not None:
        return _each(text, around)
    try:
        return [*_whole(text, around)]
    except ValueError:  # then it is several, or each has its own fault
        found = _each(text, around)
    if len(found) > 1 and all(isinstance(day, ValueError) for day in found):
        return [ValueError(f"går inte att läsa som datum. {HOW}")]
    return found


def _each(text: str, around: Around) -> list[WrittenDay | ValueError]:
    """Each part of the text by itself, from the last, which has what the others lack."""
    found: list[WrittenDay | ValueError] = []
    near = replace(around, year=around.year or _last_year(text), is_bound=around.month is not None)
    for part in reversed(parts_of(text)):
        try:
            days = _whole(part, near)
        except ValueError as error:
            found.append(PartError(part, error))
            continue
        if around.month is None:
            near = replace(near, month=days[0].day.month, year=days[0].day.year)
        found += reversed(days)
    return found[::-1]


class PartError(ValueError):
    """Of one of several days: `part` is how that one is written."""

    def __init__(self, part: str, why: ValueError) -> None:
        super().__init__(str(why))
        self.part, self.why = part, why


def parts_of(text: str) -> list[str]:
    """The days of a cell, each still as text with what is said of it."""
    plain = re.sub(r"~~(.+?)~~", _each_struck, text)
    parts: list[str] = []
    for part in _split(plain):
        pieces = part.split()
        # "18 25*" is two days; "18 *25" could be either's mark, and is left to be refused
        parts += pieces if len(pieces) > 1 and all(map(_BARE.fullmatch, pieces)) else [part]
    return _joined([part for part in parts if part])


def _each_struck(match: re.Match[str]) -> str:
    return ", ".join(f"~~{part}~~" for part in _split(match[1]) if part)


def _split(text: str) -> list[str]:
    """At commas and `och`, outside parentheses."""
    parts, start, depth = [], 0, 0
    ends = {match.start(): match.end() for match in _APART.finditer(text)}
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0 and place in ends and place >= start:
            parts.append(text[start:place].strip())
            start = ends[place]
    return [*parts, text[start:].strip()]


def _joined(parts: Sequence[str]) -> list[str]:
    """`måndag, 15 mars, 2027` is one day: a weekday belongs to what follows it, a year and a time to what
    stands before."""
    found: list[str] = []
    for part in parts:
        is_rest = bool(re.fullmatch(r"\d{4}", part)) or not TIME.sub("", part).strip()
        if found and (is_rest or weekday_of(found[-1]) is not None):
            found[-1] += f" {part}"
        else:
            found.append(part)
    return found


def _last_year(text: str) -> int | None:
    years = re.findall(r"\b(20\d\d)\b", text)
    return int(years[-1]) if years else None


def _whole(text: str, around: Around) -> list[WrittenDay]:
    """The day that the text is, or the two or three in a row that are one sammanträde."""
    try:
        return [single_day(text, around)]
    except ValueError as error:
        for match in _SPAN.finditer(text):
            first, last = text[: match.start()], text[match.end() :]
            if re.search(r"\d", first) and (days := _span(first, last, around)):
                return days
        raise error


def _span(first: str, last: str, around: Around) -> list[WrittenDay]:
    """From the first to the last; none where the two are no span."""
    try:
        end = single_day(last, around)
        start = single_day(first, Around(end.day.year, end.day.month, False, around.legend))
    except ValueError:
        return []
    count = (end.day - start.day).days + 1
    if count < 2:
        return []
    if count > LONGEST:
        raise ValueError(
            f"är {count} dagar från den första till den sista, om det är en tid. "
            "Skriv dagarna med komma emellan"
        )
    one = replace(
        start, if_needed=start.if_needed or end.if_needed, beside=(*start.beside, *end.beside)
    )
    return [one, *_following(one, count - 1)]


def _following(first: WrittenDay, count: int) -> Iterator[WrittenDay]:
    """The days after the first of one sammanträde, which are on no usual weekday."""
    for number in range(1, count + 1):
        day = first.day + timedelta(days=number)
        yield replace(first, day=day, other_weekday=True, weekday=None)


def in_a_row(first: WrittenDay, count: int) -> list[WrittenDay]:
    """One sammanträde of so many days."""
    return [first, *_following(first, count - 1)]
