"""A year that grows by what is decided in it, as the commands answer; and an ärende on its way through it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models.errors import RefusedError
from models.events import Corrected, Decided, Event, Outcome
from models.fold import after, fold
from models.process import Definition
from tests.factories import EKONOMICHEF, day, opened, reported, storby
from tests.rules import correct, decide

SKATT: list[Event] = [opened("skatt", "2027-10-01"), reported("skatt", EKONOMICHEF, "2027-10-04")]
PARTS: list[Event] = [
    event
    for slug in ("plan-su", "plan-ks", "plan-kf")
    for event in (opened(slug, "2027-10-01"), reported(slug, EKONOMICHEF, "2027-10-04"))
]


class Year:
    """A year that grows by what is decided in it, with its log."""

    def __init__(self, *events: Event, definition: Definition | None = None) -> None:
        self.definition = definition or storby()
        self.log: list[Event] = list(events)
        self.state = fold(self.definition, self.log)

    def happens(self, event: Event | None) -> Event | None:
        if event is not None:
            self.state = after(self.definition, self.state, self.log, event)
            self.log.append(event)
        assert self.state == fold(self.definition, self.log)
        return event

    def decide(self, slug: str, body: str, on: str, outcome: Outcome, **said: Any) -> Decided:
        event = decide(
            self.state,
            self.state.definition.step(slug),
            body,
            outcome,
            on=day(on),
            today=day("2027-12-31"),
            by="kim",
            **said,
        )
        assert event is not None
        self.happens(event)
        return event

    def correct(
        self,
        wrong: Decided,
        key: str = "",
        *,
        withdraw: bool = False,
        why: str = "skrev fel",
        **changed: Any,
    ) -> Corrected:
        event = correct(
            self.state,
            self.log,
            key or wrong.key,
            today=day("2027-12-31"),
            by="kim",
            why=why,
            withdraw=withdraw,
            **changed,
        )
        self.happens(event)
        return event

    def standing(self) -> list[tuple[str, int, int]]:
        """Step, round and turn of the plan's ärende."""
        return [
            (slug, self.state[slug].round, self.state[slug].link)
            for slug in ("plan-su", "plan-ks", "plan-kf")
        ]


def told(act: Callable[[], object]) -> str:
    with pytest.raises(RefusedError) as refusal:
        act()
    return str(refusal.value)


def in_kf() -> Year:
    """The plan has been through SU and KS, and KF has it before it."""
    year = Year(*PARTS)
    year.decide("plan-su", "SU", "2027-10-05", Outcome.FORESLAR)
    year.decide("plan-ks", "KS", "2027-10-18", Outcome.FORESLAR)
    return year
