"""What people write for a time of the year, on literal dates."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.points import MONTHS, PARTS, SEASONS, days_of
from models.process import Window


@pytest.mark.parametrize(
    ("text", "year", "first", "last"),
    [
        ("mars", 2027, "2027-03-01", "2027-03-31"),
        ("februari", 2028, "2028-02-01", "2028-02-29"),
        ("15 april", 2027, "2027-04-15", "2027-04-15"),
        ("29 februari", 2027, "2027-02-28", "2027-02-28"),
        ("början av mars", 2027, "2027-03-01", "2027-03-10"),
        ("mitten av december", 2027, "2027-12-11", "2027-12-20"),
        ("slutet av maj", 2027, "2027-05-21", "2027-05-31"),
        ("slutet av februari", 2027, "2027-02-21", "2027-02-28"),
        ("våren", 2027, "2027-03-01", "2027-05-31"),
        ("sommaren", 2027, "2027-06-01", "2027-08-31"),
        ("hösten", 2027, "2027-09-01", "2027-11-30"),
        ("vintern", 2027, "2026-12-01", "2027-02-28"),
        ("vintern", 2028, "2027-12-01", "2028-02-29"),
        ("vecka 40", 2027, "2027-10-04", "2027-10-10"),
        ("vecka 1", 2027, "2027-01-04", "2027-01-10"),
        ("vecka 1", 2026, "2025-12-29", "2026-01-04"),
        ("vecka 53", 2026, "2026-12-28", "2027-01-03"),
        ("vecka 53", 2027, "2027-12-27", "2028-01-02"),  # 2027 ends with week 52
        ("Mitten av Mars", 2027, "2027-03-11", "2027-03-20"),
        ("2027-03-12", 2027, "2027-03-12", "2027-03-12"),
        ("2027-03-12", 2030, "2027-03-12", "2027-03-12"),  # an occasion's days are of no other year
    ],
)
def test_a_point_means_these_days(text: str, year: int, first: str, last: str) -> None:
    assert days_of(text, year) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("march", "skriv en månad"),
        ("i mitten av mars", "skriv en månad"),
        ("mitten av hösten", "skriv en månad"),
        ("våren 2027", "skriv en månad"),
        ("", "skriv en månad"),
        ("31 april", "april har ingen dag 31"),
        ("0 mars", "mars har ingen dag 0"),
        ("vecka 54", "det finns ingen vecka 54"),
        ("vecka 0", "det finns ingen vecka 0"),
        ("2027-02-29", "2027-02-29 finns inte"),
        ("2027-2-9", "skriv en månad"),
    ],
)
def test_what_is_no_point_is_told(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        days_of(text, 2027)


POINTS = st.one_of(
    st.sampled_from([*MONTHS, *SEASONS]),
    st.builds("{} av {}".format, st.sampled_from([*PARTS]), st.sampled_from(MONTHS)),
    st.builds("{} {}".format, st.integers(1, 28), st.sampled_from(MONTHS)),
    st.builds("vecka {}".format, st.integers(1, 53)),
)
YEARS = st.integers(2000, 2100)


@given(POINTS, YEARS)
def test_a_point_is_at_most_a_season_and_lies_in_its_year(text: str, year: int) -> None:
    first, last = days_of(text, year)
    assert timedelta(0) <= last - first < timedelta(days=93)
    assert date(year - 1, 12, 1) <= first <= date(year, 12, 31)
    assert date(year, 1, 1) <= last <= date(year + 1, 1, 3)


@given(YEARS)
def test_the_three_parts_make_the_month_and_follow_each_other(year: int) -> None:
    for month in MONTHS:
        beginning, middle, end = (days_of(f"{part} av {month}", year) for part in PARTS)
        assert (beginning[0], end[1]) == days_of(month, year)
        assert middle[0] - beginning[1] == end[0] - middle[1] == timedelta(days=1)


@given(POINTS, YEARS, st.integers(1, 52))
def test_a_window_without_a_start_opens_its_weeks_before_its_end(
    text: str, year: int, weeks: int
) -> None:
    first, last = Window(end=text, weeks=weeks).days(year)
    assert last == days_of(text, year - 1)[1]
    assert last - first == timedelta(weeks=weeks)


def test_a_senast_opens_four_weeks_before_unless_told_otherwise() -> None:
    assert Window(end="15 april").days(2028) == (date(2027, 3, 18), date(2027, 4, 15))
    assert Window(end="15 april", weeks=6).days(2028) == (date(2027, 3, 4), date(2027, 4, 15))
    assert Window(end="15 januari").days(2028) == (date(2026, 12, 18), date(2027, 1, 15))


def test_a_window_over_two_new_years() -> None:
    window = Window(start="november", year=-2, end="januari", end_year=0)
    assert window.days(2028) == (date(2026, 11, 1), date(2028, 1, 31))


@pytest.mark.parametrize(
    ("window", "text"),
    [
        (Window(start="mars", end="mars"), "mars"),
        (Window(start="mars", end="våren"), "mars–våren"),
        (Window(end="15 april"), "senast 15 april"),
    ],
)
def test_a_window_in_words(window: Window, text: str) -> None:
    assert str(window) == text
