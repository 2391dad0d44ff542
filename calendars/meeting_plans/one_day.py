"""One day as people write it, with what stands beside it: `15/3 2027`, `måndag 15 mars`, `18*`, `22(08.00)`.

Pure: text in, a day out. What cannot be a day is a ValueError whose message is a Swedish clause that names
what is wrong and how to write it.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from calendars.meeting_plans.legend import MARK, Legend, Mark
from calendars.meeting_plans.wording import (
    Standing,
    is_filler,
    names_another_day,
    standing_in,
    words_in,
)
from calendars.workdays import WEEKDAYS
from models.errors import RefusedError
from models.points import MONTHS
from models.text import mention


@dataclass(frozen=True, slots=True)
class WrittenDay:
    """A day, and what stands beside it; `weekday` counts from Monday as 0, None where none is written."""

    day: date
    if_needed: bool = False
    """Held only if needed."""
    other_weekday: bool = False
    """Meant to be on another weekday than the body's usual one."""
    weekday: int | None = None
    beside: tuple[str, ...] = ()
    """Notes, and what the file's own marks mean."""


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of the days of a cell without being written in it."""

    year: int | None = None
    month: int | None = None
    """The month that the column or the row stands for: then a day may be written as its number."""
    is_bound: bool = True
    """Whether each day lies in that month; if not it is only that of a day with none of its own."""
    legend: Legend = field(default_factory=Legend)

    @property
    def bound(self) -> int | None:
        return self.month if self.is_bound else None


def month_of(text: str) -> int | None:
    """`jan`, `Jan.`, `januari` → 1; at least three letters of the name, so that no two are the same."""
    word = text.strip().casefold().rstrip(".")
    if len(word) < 3:
        return None
    return next((n for n, name in enumerate(MONTHS, 1) if name.startswith(word)), None)


def weekday_of(text: str) -> int | None:
    """`mån`, `Må.`, `måndag`, `måndagen`, `måndagar` → 0."""
    word = text.strip().casefold().rstrip(".").removesuffix("ar")
    if len(word) < 2:
        return None
    return next((n for n, name in enumerate(WEEKDAYS) if f"{name}en".startswith(word)), None)


_CLOCK = r"(?:[01]?\d|2[0-4])"
_TO = r"\s*(?:-|till)\s*"
TIME = re.compile(
    rf"[,\s]*(?:(?:\bkl\.?|\bklockan)\s*{_CLOCK}(?:[:.]\d\d)?(?:{_TO}{_CLOCK}(?:[:.]\d\d)?)?"
    rf"|(?<=\d)T{_CLOCK}:\d\d(?::\d\d)?(?:[+]\d\d:\d\d|Z)?"
    rf"|(?:(?<=^)|(?<=[\s,]))\b{_CLOCK}:\d\d(?::\d\d)?(?:{_TO}{_CLOCK}[:.]\d\d)?"
    rf"|(?:(?<=^)|(?<=[\s,])){_CLOCK}\.\d\d{_TO}{_CLOCK}\.\d\d"
    rf"|(?:(?<=\d\s)|(?<=,\s)|(?<=[a-zåäö*]\s)){_CLOCK}\.[0-5]\d(?![\d.]|\s*\d{{4}}))\s*(?:h|tim)?(?![\w.:]\d)",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"(?P<before>[^\d*]*?)"
    r"(?:(?P<iso>\d{4}([-/.])\d{1,2}\3\d{1,2}|20\d{6})"
    r"|(?P<day>\d{1,2})(?:\s*(?P<between>[/.])\s*(?P<month>\d{1,2})|(?::[ea]|\.)?\s*(?P<name>[a-zåäö]{3,})\b\.?)?"
    r"(?::[ea])?(?:(?:\s*[/.,-]\s*|\s+)(?P<year>\d{4})|\s*[-/.']\s*(?P<short>\d{2}))?)(?!\d)"
    rf"\s*(?P<mark>{MARK}|[a-zåäö]\)|\s\d\))?\s*(?P<after>[^\d*]*)",
    re.IGNORECASE,
)
HOW = "Skriv 2027-03-15, 15/3 2027, 15.3.2027 eller 15 mars 2027"
_IS_TIME = re.compile(rf"(?:kl\.?\s*)?{_CLOCK}[.:]\d\d(?:{_TO}{_CLOCK}[.:]\d\d)?", re.IGNORECASE)
_BRACKETS = str.maketrans("[]{}", "()()")
_ARROW = re.compile(r"→|->|=>|⇒")


def single_day(text: str, around: Around) -> WrittenDay:
    """The one day that the text is."""
    plain, notes = _apart(" ".join(text.split()))
    match = _DAY.fullmatch(plain)
    if match is None or (match["short"] and not (match["month"] or match["name"])):
        raise ValueError(
            f"går inte att läsa som datum. {HOW}"
            if around.month is None
            else "går inte att läsa som dag. Skriv till exempel 18, 25* eller 18 och 25"
        )
    day, unread = _date(match, around)
    mark = around.legend.of(match["mark"].strip()) if match["mark"] else Mark()
    before, weekday = _before(match["before"])
    after = f"{unread} {match['after']}"
    said = [around.legend.words(note) for note in (before, after, *notes)] + [mark.words]
    beside = tuple(filter(None, map(_note, said)))
    return WrittenDay(
        day,
        mark.if_needed or any(standing_in(note) is Standing.IF_NEEDED for note in beside),
        mark.other_weekday,
        weekday if weekday is not None else _weekday_in(notes),
        beside,
    )


def _apart(text: str) -> tuple[str, list[str]]:
    """The text without time and notes in parentheses, and the notes; a line through it is one of them."""
    text = text.translate(_BRACKETS)
    if re.fullmatch(r"\(.*\d.*\)", text):
        raise ValueError(
            "står inom parentes, som kan betyda flera saker. "
            "Skriv 22* om det är vid behov, annars utan parentes"
        )
    notes = [note.strip() for note in re.findall(r"\(([^()]*)\)", text)]
    plain = re.sub(r"\s*\([^()]*\)", " ", text).strip()
    if "~~" in plain:
        plain, notes = plain.replace("~~", ""), [*notes, "~~"]
    if _ARROW.search(plain):
        raise ValueError("säger att dagen är flyttad. Skriv bara den nya dagen")
    return TIME.sub(" ", plain).strip(), notes


def _weekday_in(notes: Iterable[str]) -> int | None:
    """Of `22 (ons)`."""
    return next((found for note in notes if (found := weekday_of(note)) is not None), None)


def _note(text: str) -> str:
    """A note without its signs; ValueError where it names another day: nobody knows which is meant."""
    plain = text.strip(" ,.:;-") if "~" not in text and "?" not in text else text.strip()
    rest = "" if _IS_TIME.fullmatch(plain) else TIME.sub("", plain)
    is_number = re.fullmatch(r"[+]?\s*\d{1,2}(?:[-/]\d{1,2})?", rest.strip())
    if is_number or names_another_day(rest):
        raise ValueError(
            f"har {plain!r} bredvid sig, som kan vara en dag till. "
            "Skriv varje dag för sig, med komma emellan"
        )
    return plain if rest.strip() else ""


def _date(match: re.Match[str], around: Around) -> tuple[date, str]:
    """The day, and the word after it where that is no month."""
    if match["iso"]:
        of_year, of_month, day = _iso(match["iso"])
        if around.bound and (around.year, around.bound) != (of_year, of_month):
            raise ValueError(_elsewhere(around.bound))
        return real_day(of_year, of_month, day), ""
    year = _year(match) or around.year
    month, unread = _month(match, around)
    if month is None:
        raise ValueError(f"går inte att läsa som datum. {HOW}")
    if year is None:
        raise RefusedError(
            f"saknar årtal. Skriv till exempel {match['day']}/{month} 2027, eller ange ",
            mention("year"),
        )
    return real_day(year, month, int(match["day"])), unread


def _year(match: re.Match[str]) -> int | None:
    if match["short"]:
        return 2000 + int(match["short"])
    return int(match["year"]) if match["year"] else None


def _iso(text: str) -> tuple[int, int, int]:
    if text.isdigit():
        return int(text[:4]), int(text[4:6]), int(text[6:])
    year, month, day = map(int, re.split(r"[-/.]", text))
    return year, month, day


def _month(match: re.Match[str], around: Around) -> tuple[int | None, str]:
    """The month, written or known; and a word after the day that is none."""
    written: int | None = None
    unread = ""
    if match["month"]:
        if around.bound and match["between"] == ".":
            raise ValueError(
                "går inte att läsa som dag. Skriv till exempel 18, 25* eller 18 och 25"
            )
        written = int(match["month"])
    elif match["name"]:
        written, unread = _named_month(match, around)
    if written and around.bound and written != around.bound:
        raise ValueError(_elsewhere(around.bound))
    return written or around.month, unread


def _named_month(match: re.Match[str], around: Around) -> tuple[int | None, str]:
    if found := month_of(match["name"]):
        return found, ""
    if match["year"] or around.month is None:
        raise ValueError(
            f"har ingen känd månad: {match['name']!r}. Skriv till exempel 15 mars 2027"
        )
    return None, match["name"]


def _elsewhere(month: int) -> str:
    return f"står i kolumnen för {MONTHS[month - 1]}. Flytta dagen eller rätta månaden"


def _before(text: str) -> tuple[str, int | None]:
    """What stands before the day that is more than `den`, and its weekday."""
    weekday: int | None = None
    rest: list[str] = []
    for word in text.replace(",", " ").split():
        if weekday is None and (found := weekday_of(word)) is not None:
            weekday = found
        elif word.casefold() != "den":
            rest.append(word)
    said = " ".join(rest)
    if said and standing_in(said) is Standing.HELD and not all(map(is_filler, words_in(said))):
        raise ValueError(
            f"börjar med {said!r}, som inte är någon veckodag. Rätta eller ta bort ordet"
        )
    return said, weekday


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
