"""What a command did, as one JSON object in a format that they all share; docs/json.md explains it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tasks.year import Advance


@dataclass(slots=True)
class Account:
    """Filled in while the command works. `shown` is whether a Prefect server was asked to show it; None
    where there was nothing to show."""

    said: list[str] = field(default_factory=list)
    years: list[Advance] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    shown: bool | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "meddelanden": self.said,
            "ar": [
                {
                    "budgetar": done.budget_year,
                    "plan": done.plan,
                    "nytt": done.is_new,
                    "handelser": [
                        {"nummer": number, "nyckel": key}
                        for number, key in zip(done.numbers, done.events, strict=True)
                    ],
                    "mejl": done.mails,
                }
                for done in self.years
            ],
            "steg": self.steps,
            "prefect": self.shown,
        }
