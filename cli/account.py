"""What a command did, gathered while it works."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tasks.year import Advance
    from views.done import CommandDone, TouchedStep, TouchedYear
    from views.law_changes import LawChange


@dataclass(slots=True)
class Account:
    """Filled in while the command works. `shown` is whether a Prefect server was asked to show it; None
    where there was nothing to show."""

    said: list[str] = field(default_factory=list)
    years: list[Advance] = field(default_factory=list)
    steps: list[TouchedStep] = field(default_factory=list)
    law: list[LawChange] = field(default_factory=list)
    shown: bool | None = None

    def done(self) -> CommandDone:
        """What there is to tell of it."""
        from views.done import CommandDone

        return CommandDone(
            said=tuple(self.said),
            years=tuple(map(_year, self.years)),
            steps=tuple(self.steps),
            law=tuple(self.law),
            shown=self.shown,
        )


def _year(done: Advance) -> TouchedYear:
    from views.done import AddedEvent, TouchedYear

    return TouchedYear(
        budget_year=done.budget_year,
        plan_name=done.plan,
        is_new=done.is_new,
        events=tuple(
            AddedEvent(number=number, name=key)
            for number, key in zip(done.numbers, done.events, strict=True)
        ),
        mails=done.mails,
    )
