"""Days as people write them in a meeting plan: `15/3 2027`, `måndag 15 mars 2027`, `18*`.

Pure: text in, a day with its footnote marks out. What cannot be a day is a ValueError whose message is
a Swedish clause that names what is wrong and how to write it.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from calendars.workdays import WEEKDAYS
from models.errors import RefusedError
from models.points import MONTHS
from models.text import mention

IF_NEEDED = "vid behov"


@dataclass(frozen=True, slots=True)
class WrittenDay:
    """A day, and what stands beside it; `weekday` counts from Monday as 0, None where none is written."""

    day: date
    if_needed: bool = False
    """Marked `*`: held only if needed."""
    other_weekday: bool = False
    """Marked `**`: meant to be on another weekday than the body's usual one."""
    weekday: int | None = None


def month_of(text: str) -> int | None:
    """`jan`, `Jan.`, `januari` → 1; at least three letters of the name, so that no two are the same."""
    word = text.strip().casefold().rstrip(".")
    if len(word) < 3:
        return None
    return next((n for n, name in enumerate(MONTHS, 1) if name.startswith(word)), None)


def weekday_of(text: str) -> int | None:
    """`mån`, `Må.`, `måndag`, `måndagen` → 0."""
    word = text.strip().casefold().rstrip(".")
    if len(word) < 2:
        return None
    return next((n for n, name in enumerate(WEEKDAYS) if f"{name}en".startswith(word)), None)


_BEFORE = r"(?:(?P<weekday>[a-zåäö]{2,})\.?,?\s+)?(?:den\s+)?"
_TIME = r"(?:(?:T|,?\s+)(?:kl\.?\s*)?\d{1,2}[:.]\d{2}(?::\d{2})?)?"
_FULL = re.compile(
    _BEFORE
    + r"(?:(?P<iso>\d{4}-\d{1,2}-\d{1,2})"
    + r"|(?P<day>\d{1,2})(?:\s*[/.]\s*(?P<month>\d{1,2})|(?::e|\.)?\s+(?P<name>[a-zåäö]{3,})\.?)"
    + r"(?:(?:\s*[/.,-]\s*|\s+)(?P<year>\d{4}))?)"
    + _TIME,
    re.IGNORECASE,
)
_IN_MONTH = re.compile(
    _BEFORE + r"(?P<day>\d{1,2})(?::e)?(?:/(?P<month>\d{1,2})|\s+(?P<name>[a-zåäö]{3,})\.?)?",
    re.IGNORECASE,
)
_BARE = re.compile(r"\d{1,2}\*{0,3}")


def written_day(text: str, year: int | None = None) -> WrittenDay:
    """A whole date; `year` is for one that is written without its own."""
    plain, if_needed, other_weekday = _marks(text)
    match = _FULL.fullmatch(plain)
    if match is None:
        raise ValueError(
            "går inte att läsa som datum. Skriv 2027-03-15, 15/3 2027, 15.3.2027 eller 15 mars 2027"
        )
    if match["iso"]:
        of_year, month, number = map(int, match["iso"].split("-"))
    else:
        month, number = _month(match["month"], match["name"]), int(match["day"])
        if match["year"] is None and year is None:
            raise RefusedError(
                f"saknar årtal. Skriv till exempel {number}/{month} 2027, eller ange ",
                mention("year"),
            )
        of_year = int(match["year"] or year or 0)
    day = real_day(of_year, month, number)
    return WrittenDay(day, if_needed, other_weekday, _weekday(match["weekday"]))


def days_of(text: str) -> list[str]:
    """The days of a grid's cell, each still as text with its marks; none for `-`, `–` and nothing."""
    if text.strip() in ("", "-", "–", "—", "\N{MINUS SIGN}"):
        return []
    parts = re.split(r"[,;\n&+]|\boch\b|\bsamt\b", text, flags=re.IGNORECASE)
    days: list[str] = []
    for part in (part.strip() for part in parts):
        pieces = part.split()
        # "18 25*" is two days; "18 *25" could be either's mark, and is left to be refused
        days += pieces if len(pieces) > 1 and all(map(_BARE.fullmatch, pieces)) else [part]
    return [day for day in days if day]


def day_in_month(text: str, year: int, month: int) -> WrittenDay:
    """One of `days_of`, in the month that its column stands for."""
    plain, if_needed, other_weekday = _marks(text)
    match = _IN_MONTH.fullmatch(plain)
    if match is None:
        raise ValueError("går inte att läsa som dag. Skriv till exempel 18, 25* eller 18 och 25")
    written = _month(match["month"], match["name"]) if match["month"] or match["name"] else month
    if written != month:
        raise ValueError(
            f"står i kolumnen för {MONTHS[month - 1]}. Flytta dagen eller rätta månaden"
        )
    day = real_day(year, month, int(match["day"]))
    return WrittenDay(day, if_needed, other_weekday, _weekday(match["weekday"]))


def real_day(year: int, month: int, day: int) -> date:
    """The date, or a ValueError that says how long the month is."""
    if not 1 <= month <= 12:
        raise ValueError(f"finns inte: det finns ingen månad {month}. Rätta datumet")
    if not 2000 <= year <= 2100:
        raise ValueError(f"har årtalet {year}. Ange ett år mellan 2000 och 2100")
    days = monthrange(year, month)[1]
    if not 1 <= day <= days:
        raise ValueError(f"finns inte: {MONTHS[month - 1]} {year} har {days} dagar. Rätta dagen")
    return date(year, month, day)


def _marks(text: str) -> tuple[str, bool, bool]:
    """The text without its footnote marks, and what they say: if needed, another weekday."""
    plain = " ".join(text.split())
    if_needed = other_weekday = False
    while match := re.search(rf"\s*(\*+|\(?{IF_NEEDED}\)?)$", plain, re.IGNORECASE):
        if len(match[1].strip("*")) == 0 and len(match[1]) > 3:
            raise ValueError(
                "har fler stjärnor än tre. Skriv * för vid behov, ** för annan veckodag"
            )
        if_needed |= match[1] != "**"
        other_weekday |= match[1] in ("**", "***")
        plain = plain[: match.start()]
    return plain, if_needed, other_weekday


def _month(number: str | None, name: str | None) -> int:
    if number is not None:
        return int(number)
    month = month_of(name or "")
    if month is None:
        raise ValueError(f"har ingen känd månad: {name!r}. Skriv till exempel 15 mars 2027")
    return month


def _weekday(word: str | None) -> int | None:
    if word is None or word.casefold() == "den":
        return None
    weekday = weekday_of(word)
    if weekday is None:
        raise ValueError(
            f"börjar med {word!r}, som inte är någon veckodag. Rätta eller ta bort ordet"
        )
    return weekday
