"""What happens to a sammanträde and its minutes besides the deciding, on days that the law counts from; and
the paragraphs that leave room for särskilda skäl. Pure.

Another of either is a row here: act, form, command, history and JSON have it from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from models.plan import WorkingDays

APPEAL_TIME = timedelta(weeks=3)  # KL 13 kap. 5 §


@dataclass(frozen=True, slots=True)
class OccurrenceRow:
    """Something that happens on a day, as the rules see it."""

    value: str
    """What people write, and what is stored."""
    label: str
    """As people read it: `KF 2027-11-29: protokollet anslogs 2027-12-10`."""
    of_decision: bool = False
    """Whether it is of one decision, and never of all that the sammanträde took up."""
    of_appeal: bool = False
    """Whether it is only of a decision that can be appealed."""
    before_meeting: bool = False
    """Whether it comes before the sammanträde."""


class Occurrence(StrEnum):
    """Vad som hände med ett sammanträde eller dess protokoll."""

    # Swedish, because Prefect shows it in the form

    row: OccurrenceRow

    def __new__(cls, row: OccurrenceRow | str) -> Occurrence:
        if isinstance(row, str):  # `Occurrence("justerat")` finds its row and never comes here
            raise TypeError(row)
        own = str.__new__(cls, row.value)
        own._value_, own.row = row.value, row
        return own

    # KL 5 kap. 13 och 14 §§
    ANNOUNCED = OccurrenceRow("kungjort", "kungjordes", before_meeting=True)
    # KL 5 kap. 69 §, 6 kap. 35 §
    SIGNED = OccurrenceRow("justerat", "protokollet justerades")
    # KL 8 kap. 12 §: what is posted is that the minutes have been signed
    POSTED = OccurrenceRow("anslaget", "justeringen anslogs")
    TAKEN_DOWN = OccurrenceRow("nedtaget", "anslaget togs ned")
    # KL 13 kap. 4 och 5 §§
    APPEALED = OccurrenceRow(
        "overklagat", "beslutet överklagades", of_decision=True, of_appeal=True
    )
    IN_FORCE = OccurrenceRow(
        "laga-kraft", "beslutet fick laga kraft", of_decision=True, of_appeal=True
    )
    # KL 13 kap. 14 §: also before laga kraft; that it is, the board follows up
    CARRIED_OUT = OccurrenceRow("genomfort", "beslutet genomfördes", of_decision=True)

    @property
    def label(self) -> str:
        return self.row.label


def appeal_ends(posted: date, days: WorkingDays) -> date:
    """The last day to appeal what was posted on a day: three weeks from it (KL 13 kap. 5 § första stycket),
    on the same weekday (lag (1930:173) 1 §), and on the next vardag where that is a day off (2 §)."""
    return days.forward(posted + APPEAL_TIME)


ReasonsRule = Literal["KL-11-8", "KL-11-11"]
"""The rules of `granska` with an exception for särskilda skäl."""


@dataclass(frozen=True, slots=True)
class ReasonsRow:
    """A paragraph by which something may wait for särskilda skäl."""

    rule: str
    """Its name, as `granska` has the rule that it is an exception from."""
    citation: str
    what: str
    """What may wait, and until when."""
    kind: str
    """The kind of body that must have found them."""
    concerns: frozenset[str]
    """What the step is in the law's sense."""


REASONS: Mapping[str, ReasonsRow] = MappingProxyType(
    {
        row.rule: row
        for row in (
            ReasonsRow(
                "KL-11-8",
                "KL 11 kap. 8 § andra stycket",
                "budgetförslaget till november",
                "styrelse",
                frozenset({"budgetforslag", "budget"}),
            ),
            ReasonsRow(
                "KL-11-11",
                "KL 11 kap. 11 §",
                "budgeten till december",
                "fullmaktige",
                frozenset({"budgetforslag", "budget"}),
            ),
        )
    }
)
"""By the rule. What the law gives no exception from is not here: the skattesats is fixed in November."""
