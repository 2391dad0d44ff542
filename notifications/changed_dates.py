"""Why dates are others than before, and which they were: what a mail about new dates has to tell.

Pure values. One change is one of these for each running year, all with the same token.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from models.plan import StepPlan


@dataclass(frozen=True, slots=True)
class MeetingChange:
    """One change of the plan of meetings: `name` is a body, or a step that is a day of its own."""

    name: str
    is_body: bool
    what: str
    """As the log of the meetings has it: `flyttat`, `inställt`, `borttaget`, `tillagt`, `ändrat`."""
    before: date | None = None
    after: date | None = None
    if_needed: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Rescheduling:
    """A change that gives steps new dates: of the meetings, of a last day, or of the definition."""

    token: str
    """Its own in the whole database."""
    rule: str
    by: str
    reason: str
    was: Mapping[str, StepPlan] = field(compare=False, repr=False)
    """The dates as they were, by the names that the steps have now."""
    meetings: tuple[MeetingChange, ...] = ()
    put_off: str = ""
    """The step whose last day was put off, where that is the change."""
