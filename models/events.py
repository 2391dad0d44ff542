"""What can happen in a year, as facts that are only ever added.

Pure. A step's state is `models.state.fold` over these. `on` is the day in Stockholm on which it
happened or was decided; the table keeps besides it the instant of writing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter

from models.process import TaskKey


class Effect(StrEnum):
    """What an outcome does to the step."""

    PASS = "vidare"  # noqa: S105 - an effect, no password
    RETURN = "tillbaka"
    DEFER = "nästa sammanträde"


class Outcome(StrEnum):
    """Vad en instans gjorde med ärendet."""

    # Swedish, because Prefect shows it in the form; the values are what people write and read.

    BIFALL = "bifall"
    ANDRING = "bifall-med-andring"
    FORESLAR = "foreslar-nasta-instans"
    GODKANNER = "godkanner"
    TILL_HANDLINGARNA = "lagger-till-handlingarna"
    AVSLAG = "avslag"
    ATERREMISS = "aterremiss"
    BORDLAGGNING = "bordlaggning"
    UTGAR = "utgar"

    @property
    def effect(self) -> Effect:
        return _EFFECTS.get(self, Effect.PASS)

    @property
    def label(self) -> str:
        return _LABELS[self]


_EFFECTS = {
    Outcome.AVSLAG: Effect.RETURN,
    Outcome.ATERREMISS: Effect.RETURN,
    Outcome.BORDLAGGNING: Effect.DEFER,
    Outcome.UTGAR: Effect.DEFER,
}
_LABELS = {
    Outcome.BIFALL: "bifall",
    Outcome.ANDRING: "bifall med ändring",
    Outcome.FORESLAR: "föreslår nästa instans besluta",
    Outcome.GODKANNER: "godkänner",
    Outcome.TILL_HANDLINGARNA: "lägger till handlingarna",
    Outcome.AVSLAG: "avslag",
    Outcome.ATERREMISS: "återremiss",
    Outcome.BORDLAGGNING: "bordläggning",
    Outcome.UTGAR: "ärendet utgår",
}


def _one_line(text: str) -> str:
    """Without line breaks and control characters: it is shown in lists, terminals and mails."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


Said = Annotated[str, AfterValidator(_one_line)]
"""What a person wrote."""


class Fact(BaseModel, ABC):
    """Something that happened to a step. `by` is the person or command that said so."""

    # built when first used: a command that reads no log need not pay for it
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    step: str
    on: date
    by: Said = "kontroll"

    @property
    @abstractmethod
    def key(self) -> str:
        """What makes a second copy of the fact impossible in one year (unique in the database)."""


class CompletedBeforeStart(Fact):
    """The step's window had passed when the year was started here: taken as done, with no mail."""

    kind: Literal["klart-fore-start"] = "klart-fore-start"

    @property
    def key(self) -> str:
        return f"{self.step}/{self.kind}"


class Opened(Fact):
    kind: Literal["oppnat"] = "oppnat"

    @property
    def key(self) -> str:
        return f"{self.step}/{self.kind}"


class Reported(Fact):
    """A role has done its part in this round."""

    kind: Literal["rapporterat"] = "rapporterat"
    round: int
    task: TaskKey
    comment: Said = ""

    @property
    def key(self) -> str:
        return f"{self.step}/{self.round}/{self.kind}/{self.task}"


class Overridden(Fact):
    """The process owner lets the step go on without the parts that are missing."""

    kind: Literal["gar-vidare"] = "gar-vidare"
    round: int
    reason: Said

    @property
    def key(self) -> str:
        return f"{self.step}/{self.round}/{self.kind}"


class Decided(Fact):
    """A body decided; `on` is the day of its sammanträde."""

    kind: Literal["beslut"] = "beslut"
    round: int
    link: int
    body: str
    outcome: Outcome
    paragraph: Said = ""
    reason: Said = ""

    @property
    def key(self) -> str:
        where = f"{self.step}/{self.round}/{self.kind}/{self.link}/{self.body}"
        return f"{where}/{self.on}/{self.outcome}"


class SetAside(Fact):
    """The process owner says that an optional step is not done this year."""

    kind: Literal["utgar"] = "utgar"
    round: int
    reason: Said

    @property
    def key(self) -> str:
        return f"{self.step}/{self.round}/{self.kind}"


class Reopened(Fact):
    """A completed step begins anew. `token` is the run or command that asked; a retry adds none."""

    kind: Literal["ateroppnat"] = "ateroppnat"
    round: int
    reason: Said
    token: str

    @property
    def key(self) -> str:
        return f"{self.step}/{self.kind}/{self.token}"


Event = Annotated[
    CompletedBeforeStart | Opened | Reported | Overridden | Decided | SetAside | Reopened,
    Field(discriminator="kind"),
]
EVENT: TypeAdapter[Event] = TypeAdapter(Event, config=ConfigDict(defer_build=True))
