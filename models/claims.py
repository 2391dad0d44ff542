"""What one alone may have in a year: the names that the database keeps unique.

Pure. The fold refuses the second with a sentence; the `claim` table, written together with the event,
makes it impossible also for a writer who did not know of the first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from models.state import YearState


@dataclass(frozen=True, slots=True)
class ClaimChange:
    """What an event takes and lets go, under its number in the year's log."""

    number: int
    released: tuple[str, ...]
    taken: tuple[str, ...]


def claims(state: YearState) -> Iterator[str]:
    """What is claimed: twice the same name would be what must not be.

    `minoritet/<ärende>`: a minority in fullmäktige forces an ärende back or on hold once (KL 5 kap. 50 §).
    `diarienummer/<nummer>` and `arende/<ärende>`: one number for an ärende, and one ärende for a number."""
    for own in state.steps.values():
        step = state.definition.step_by_slug[own.slug]
        for decision in own.decisions:
            if decision.minority:
                yield f"minoritet/{state.definition.arende_of(step).slug}"
    for arende, number in state.numbers.items():
        yield f"arende/{arende}"
        yield f"diarienummer/{number}"


def claim_change(before: YearState, after: YearState, number: int) -> ClaimChange:
    """What the event with this number makes of the claims. A number that is put right, or a decision that
    is struck out, lets go what it had."""
    had, has = Counter(claims(before)), Counter(claims(after))
    return ClaimChange(number, tuple((had - has).elements()), tuple((has - had).elements()))
