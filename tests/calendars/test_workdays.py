"""Swedish working days on literal dates, and what holds for every date."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.workdays import WORKDAYS

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
A_FEW = st.integers(-30, 30)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2027, 1, 1), "Nyårsdagen"),
        (date(2027, 1, 6), "Trettondedag jul"),
        (date(2027, 3, 26), "Långfredagen"),
        (date(2027, 3, 29), "Annandag påsk"),
        (date(2028, 4, 14), "Långfredagen"),
        (date(2028, 4, 17), "Annandag påsk"),
        (date(2028, 5, 1), "Första maj"),
        (date(2027, 5, 6), "Kristi himmelsfärdsdag"),
        (date(2028, 5, 25), "Kristi himmelsfärdsdag"),
        (date(2028, 6, 6), "Nationaldagen"),
        (date(2027, 6, 25), "Midsommarafton"),
        (date(2027, 12, 24), "Julafton"),
        (date(2026, 12, 31), "Nyårsafton"),
        (date(2027, 12, 31), "Nyårsafton"),
    ],
)
def test_holidays_and_the_three_eves_are_no_working_days(day: date, name: str) -> None:
    assert not WORKDAYS.is_workday(day)
    assert (WORKDAYS.holiday_name(day) or "").startswith(name)


@pytest.mark.parametrize(
    "day",
    [
        date(2027, 3, 25),  # skärtorsdag
        date(2027, 5, 7),  # klämdag
        date(2027, 5, 17),  # annandag pingst is a working day since 2005
        date(2027, 6, 24),
        date(2027, 12, 23),
        date(2027, 12, 27),
        date(2028, 1, 5),  # trettondagsafton
    ],
)
def test_days_that_only_feel_like_holidays_are_working_days(day: date) -> None:
    assert WORKDAYS.is_workday(day)
    assert WORKDAYS.holiday_name(day) is None


@pytest.mark.parametrize("day", [date(2027, 10, 30), date(2027, 10, 31), date(2028, 4, 15)])
def test_saturdays_and_sundays_are_no_working_days(day: date) -> None:
    assert not WORKDAYS.is_workday(day)


def test_last_day_on_paskafton_2028_moves_to_tuesday_after_easter() -> None:
    assert WORKDAYS.forward(date(2028, 4, 15)) == date(2028, 4, 18)


def test_internal_deadline_on_paskafton_2028_rolls_back_to_skartorsdag() -> None:
    assert WORKDAYS.back(date(2028, 4, 15)) == date(2028, 4, 13)


def test_last_of_october_2027_is_a_sunday_and_rolls_back_to_friday() -> None:
    assert WORKDAYS.back(date(2027, 10, 31)) == date(2027, 10, 29)


def test_three_working_days_after_a_friday_before_midsummer() -> None:
    assert WORKDAYS.add(date(2027, 6, 24), 3) == date(2027, 6, 30)


def test_ten_working_days_before_christmas_week() -> None:
    assert WORKDAYS.add(date(2028, 1, 10), -10) == date(2027, 12, 22)


def test_a_working_day_after_a_sunday_is_monday() -> None:
    assert WORKDAYS.add(date(2027, 10, 31), 1) == date(2027, 11, 1)


def test_between_counts_the_end_and_not_the_start() -> None:
    assert WORKDAYS.between(date(2027, 6, 24), date(2027, 6, 28)) == 1
    assert WORKDAYS.between(date(2027, 6, 28), date(2027, 6, 24)) == -1


@given(DAYS)
@settings(deadline=None)
def test_back_and_forward_land_on_the_nearest_working_days(day: date) -> None:
    before, after = WORKDAYS.back(day), WORKDAYS.forward(day)
    assert before <= day <= after
    assert WORKDAYS.is_workday(before)
    assert WORKDAYS.is_workday(after)
    between = [before + timedelta(days=i) for i in range(1, (after - before).days)]
    assert not any(map(WORKDAYS.is_workday, between))


@given(DAYS, A_FEW)
@settings(deadline=None)
def test_add_lands_on_a_working_day_and_can_be_undone(day: date, count: int) -> None:
    there = WORKDAYS.add(day, count)
    assert WORKDAYS.is_workday(there)
    assert WORKDAYS.add(there, -count) == WORKDAYS.back(day)


@given(DAYS, A_FEW)
@settings(deadline=None)
def test_between_counts_what_add_added(day: date, count: int) -> None:
    start = WORKDAYS.back(day)
    assert WORKDAYS.between(start, WORKDAYS.add(start, count)) == count


@given(DAYS, DAYS)
@settings(deadline=None, max_examples=40)
def test_between_turned_round_is_the_negative(start: date, end: date) -> None:
    assert WORKDAYS.between(start, end) == -WORKDAYS.between(end, start)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_every_day_from_2005_to_2100_agrees_with_an_independent_library() -> None:
    """National Day became a holiday in 2005; workalendar computes Easter and the eves on its own."""
    from workalendar.europe import Sweden

    oracle = Sweden()
    days = (date(2005, 1, 1) + timedelta(days=number) for number in range(96 * 365 + 24))
    differ = [day for day in days if WORKDAYS.is_workday(day) != oracle.is_working_day(day)]
    assert differ == []
