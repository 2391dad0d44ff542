"""What a body can do with an item: a row for each outcome, with all that the rules ask of it. Pure.

Another outcome is another row; forms, commands, mails, JSON and history have it from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    """What an outcome does to the step."""

    PASS = "vidare"  # noqa: S105 - an effect, no password
    RETURN = "tillbaka"
    DEFER = "nästa sammanträde"


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """An outcome as the rules see it."""

    value: str
    """What people write, and what is stored."""
    label: str
    """As people read it."""
    verb: str
    """What the body did, as a letter says it: `… behandlade ärendet och biföll förslaget`."""
    effect: Effect = Effect.PASS
    perfect: str = "behandlat ärendet"
    """The same of what sends a letter: `sänds när KS har …`."""
    then: str = ""
    """What a letter says besides of what comes next: a sentence."""
    is_taken_up: bool = True
    """Whether the item was treated at all."""
    demands: str = ""
    """What the minutes must say besides: a field of `models.minutes.Minutes`."""
    passes_on: bool = False
    """Whether the body leaves it to the next one to decide."""
    changes: bool = False
    """Whether the document is another than the one that was proposed."""
    rejects: bool = False
    """Whether the proposal is turned down: one that nobody had to make is then not made anew."""
    discusses: bool = False
    """Whether the body has only talked of it, where it is not to decide: it is no proposal either."""
    of_discharge: bool = False
    """Whether it is of the ansvarsfrihet and of nothing else: fullmäktige's alone (KL 5 kap. 24 §)."""
    by_minority: bool = False
    """Whether a third of fullmäktige can force it (KL 5 kap. 50 §)."""


class Outcome(StrEnum):
    """Vad en instans gjorde med ärendet."""

    # Swedish, because Prefect shows it in the form

    row: OutcomeRow

    def __new__(cls, row: OutcomeRow | str) -> Outcome:
        if isinstance(row, str):  # `Outcome("bifall")` finds its row and never comes here
            raise TypeError(row)
        own = str.__new__(cls, row.value)
        own._value_, own.row = row.value, row
        return own

    BIFALL = OutcomeRow("bifall", "bifall", "biföll förslaget")
    ANDRING = OutcomeRow(
        "bifall-med-andring",
        "bifall med ändring",
        "biföll förslaget med ändring",
        demands="changes",
        changes=True,
    )
    FORESLAR = OutcomeRow(
        "foreslar-nasta-instans",
        "föreslår nästa instans besluta",
        "föreslår nästa instans att besluta",
        passes_on=True,
    )
    OVERLAGT = OutcomeRow(
        "overlagt",
        "överläggning utan beslut",
        "överlade om ärendet utan att besluta",
        passes_on=True,
        discusses=True,
    )
    GODKANNER = OutcomeRow("godkanner", "godkänner", "gav sitt godkännande")
    TILL_HANDLINGARNA = OutcomeRow(
        "lagger-till-handlingarna", "lägger till handlingarna", "lade ärendet till handlingarna"
    )
    # KL 5 kap. 50 §: a return says what is to be prepared
    AVSLAG = OutcomeRow(
        "avslag",
        "avslag",
        "avslog förslaget",
        Effect.RETURN,
        "avslagit förslaget",
        demands="reason",
        rejects=True,
    )
    ATERREMISS = OutcomeRow(
        "aterremiss",
        "återremiss",
        "återremitterade ärendet",
        Effect.RETURN,
        "återvisat ärendet",
        demands="reason",
        by_minority=True,
    )
    BORDLAGGNING = OutcomeRow(
        "bordlaggning",
        "bordläggning",
        "bordlade ärendet",
        Effect.DEFER,
        then="Det tas upp igen med samma handlingar.",
        by_minority=True,
    )
    UTGAR = OutcomeRow(
        "utgar", "ärendet utgår", "lät ärendet utgå", Effect.DEFER, is_taken_up=False
    )
    BEVILJAR = OutcomeRow(
        "beviljar-ansvarsfrihet",
        "beviljar ansvarsfrihet",
        "beviljade ansvarsfrihet",
        of_discharge=True,
    )
    # KL 5 kap. 24 §: a refusal is reasoned
    VAGRAR = OutcomeRow(
        "vagrar-ansvarsfrihet",
        "vägrar ansvarsfrihet",
        "vägrade ansvarsfrihet",
        demands="reason",
        of_discharge=True,
    )

    @property
    def label(self) -> str:
        return self.row.label

    @property
    def effect(self) -> Effect:
        return self.row.effect

    @property
    def settles(self) -> bool:
        """Whether the body itself has decided, rather than passed the item on."""
        return self.effect is Effect.PASS and not self.row.passes_on

    @property
    def decides(self) -> bool:
        """Whether it is the body's word in the matter, rather than on when or how it is taken up."""
        return (self.effect is Effect.PASS and not self.row.discusses) or self.row.rejects


def possible(*, discharge: bool, discusses: bool, is_council: bool = False) -> tuple[Outcome, ...]:
    """The outcomes of an item; of an ansvarsfrihet in fullmäktige its own besides. A body that only
    `discusses` it has talked of it, or takes it up another time. No body comes after fullmäktige."""
    if discusses:
        return tuple(one for one in Outcome if one.row.discusses or one.effect is Effect.DEFER)
    usual = (one for one in Outcome if not (is_council and one.row.passes_on))
    return tuple(one for one in usual if _is_of_who_decides(one, discharge=discharge))


def _is_of_who_decides(one: Outcome, *, discharge: bool) -> bool:
    return not one.row.discusses and (discharge or not one.row.of_discharge)
