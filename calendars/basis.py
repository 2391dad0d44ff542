"""What the dates of a year's steps are worked out from, once each link has its meeting. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from calendars.booking import Booked
from calendars.bookings import Booking, Chain
from calendars.frames import Frame
from models.plan import Meeting
from models.process import Definition, Step
from models.state import StepState, YearState


@dataclass(frozen=True, slots=True)
class Basis:
    """The definition, the frames, the meetings and the state of a year, with the bookings that follow."""

    definition: Definition
    budget_year: int
    frames: Mapping[str, Frame]
    meetings: Sequence[Meeting]
    state: YearState | None
    booked: Booked
    today: date | None = None

    def own(self, step: Step) -> StepState | None:
        return self.state[step.slug] if self.state else None

    def chain(self, slug: str) -> Chain:
        return self.booked.chains[slug]

    def last_word(self, slug: str) -> date | None:
        """The meeting of a step's last body; None where it has no chain, or no meeting."""
        chain = self.chain(slug)
        return chain[-1].day if chain else None

    def told(self, *links: Booking | None) -> date | None:
        """When the last of these came to another day; None where none has."""
        return max((one.told for one in links if one and one.told), default=None)
