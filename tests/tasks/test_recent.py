"""What was worked out last is given again for the very same things, and for nothing that only looks alike."""

from __future__ import annotations

from datetime import date

from models.state import YearState, not_started
from tasks.recent import Recent
from tests.factories import orsa


def test_it_is_worked_out_once_for_the_same_things() -> None:
    asked: list[tuple[YearState, date]] = []

    def count(state: YearState, today: date) -> int:
        asked.append((state, today))
        return len(asked)

    recent, state = Recent(count), not_started(orsa())
    assert [recent(state, date(2027, 3, 1)), recent(state, date(2027, 3, 1))] == [1, 1]
    assert recent(state, date(2027, 3, 2)) == 2
    alike = not_started(orsa())
    assert alike == state
    assert recent(alike, date(2027, 3, 1)) == 3


def test_a_number_is_not_taken_for_another_kind_of_thing_that_is_equal() -> None:
    def kind(value: object) -> str:
        return type(value).__name__

    recent = Recent(kind)
    assert [recent(1), recent(True), recent(1.0), recent(None)] == [
        "int",
        "bool",
        "float",
        "NoneType",
    ]


def test_the_oldest_goes_when_there_is_no_more_room() -> None:
    asked: list[int] = []

    def note(number: int) -> int:
        asked.append(number)
        return number

    recent = Recent(note, kept=2)
    for number in (1, 2, 3, 2, 1):
        recent(number)
    assert asked == [1, 2, 3, 1]
