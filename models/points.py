"""A point of the year as people write it, and the days that it means.

Pure: a function of the text and a year. A month, a day and a week mean what they mean; for a season and
a part of a month there is no given answer, so the days here are our reading:

    mars                  1–31 March
    15 april              that day; 29 februari is 28 where there is none
    vecka 40              Monday to Sunday by ISO 8601; vecka 53 is 52 where there is none
    början av mars        1–10 March
    mitten av december    11–20 December
    slutet av maj         21–31 May
    våren                 1 March – 31 May
    sommaren              1 June – 31 August
    hösten                1 September – 30 November
    vintern               1 December of the year before – the last of February
    månaden efter mars    1–30 April; of December in the year after. Also with a day or a part:
                          15 i månaden efter mars, början av månaden efter mars
    2027-03-12            that day, whatever year it is asked for
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

MONTHS = (
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
)
PARTS = {"början": (1, 10), "mitten": (11, 20), "slutet": (21, 31)}
"""First and last day of a part of a month (our reading)."""
SEASONS = {"våren": (3, 5), "sommaren": (6, 8), "hösten": (9, 11), "vintern": (-1, 2)}
"""First and last month of a season (our reading); -1 is December of the year before."""
_DAYS_IN_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MONTH = "|".join(MONTHS)
_AFTER = "månaden efter "
_POINT = re.compile(
    rf"(?:(\d{{1,2}}) (?:i (?={_AFTER}))?|({'|'.join(PARTS)}) av )?({_AFTER})?({_MONTH})"
    rf"|({'|'.join(SEASONS)})|vecka (\d{{1,2}})"
    r"|(\d{4}-\d\d-\d\d)"
)
PATTERN = (
    rf"^((\d{{1,2}} (i (?={_AFTER}))?|({'|'.join(PARTS)}) av )?({_AFTER})?({_MONTH}|\{{manad\}})"
    rf"|{'|'.join(SEASONS)}|vecka \d{{1,2}}|\d{{4}}-\d{{2}}-\d{{2}})$"
)
"""For editors. `{manad}` stands in a step template."""


@lru_cache(maxsize=4096)
def days_of(text: str, year: int) -> tuple[date, date]:
    """First and last day of the point in the year; ValueError, with what may be written, for no point."""
    match = _POINT.fullmatch(text.strip().lower())
    if match is None:
        raise ValueError(
            'skriv en månad ("mars"), en dag ("15 april"), "början av", "mitten av" eller "slutet av" '
            'en månad, en årstid ("våren") eller en vecka ("vecka 40")'
        )
    day, part, after, month, season, week, iso = match.groups()
    if iso:
        try:
            fixed = date.fromisoformat(iso)
        except ValueError:
            raise ValueError(f"{iso} finns inte") from None
        return fixed, fixed
    if season:
        first, last = SEASONS[season]
        start = date(year, first, 1) if first > 0 else date(year - 1, 12, 1)
        return start, _day(year, last, 31)
    if week:
        return _week(year, int(week))
    number = MONTHS.index(month) + 1
    if after:
        year, number = (year, number + 1) if number < 12 else (year + 1, 1)
        month = MONTHS[number - 1]
    if day is None:
        first, last = PARTS.get(part, (1, 31))
    elif not 1 <= int(day) <= _DAYS_IN_MONTH[number - 1]:
        raise ValueError(f"{month} har ingen dag {int(day)}")
    else:
        first = last = int(day)
    return _day(year, number, first), _day(year, number, last)


def _day(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))


def _week(year: int, week: int) -> tuple[date, date]:
    if not 1 <= week <= 53:
        raise ValueError(f"det finns ingen vecka {week}")
    in_last_week = date(year, 12, 28)  # 28 December is always in the last week of its year
    monday = date.fromisocalendar(year, min(week, in_last_week.isocalendar().week), 1)
    return monday, monday + timedelta(days=6)


def _point(text: str) -> str:
    days_of(text, 2000)
    return text


PointInYear = Annotated[
    str, AfterValidator(_point), WithJsonSchema({"type": "string", "pattern": PATTERN})
]
