"""What can happen in a year, as facts that are only ever added.

Pure. A step's state is `models.fold.fold` over these. `on` is the day in Stockholm on which it
happened or was decided; the table keeps besides it the instant of writing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from models.fields import Said
from models.minutes import Minutes
from models.occurrences import Occurrence as Occurrence
from models.outcomes import Effect as Effect
from models.outcomes import Outcome as Outcome
from models.process import TaskKey


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


class AskedAtStart(Fact):
    """The work should have begun before the year was started here: whether the step is done already is asked.
    Until that is answered it is not opened, mailed about, late, or judged by the law."""

    kind: Literal["fragat-vid-start"] = "fragat-vid-start"

    @property
    def key(self) -> str:
        return f"{self.step}/{self.kind}"


class CompletedBeforeStart(Fact):
    """The step was done before the year was started here, with no mail: its window had passed, so that it is
    taken as done, or somebody has said so."""

    kind: Literal["klart-fore-start"] = "klart-fore-start"
    done_on: date | None = None
    """When it was done, where that is known."""
    number: int = 1
    """Which time: what was taken as done can be told more of."""

    @property
    def key(self) -> str:
        return f"{self.step}/{self.kind}" + (f"/{self.number}" if self.number > 1 else "")


class Opened(Fact):
    """The step's time has come, or (with a reason) the process owner opens it ahead of its time."""

    kind: Literal["oppnat"] = "oppnat"
    reason: Said = ""

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


class Decided(Minutes, Fact):
    """A body decided; `on` is the day of its sammanträde. Beside that it holds what the minutes say."""

    kind: Literal["beslut"] = "beslut"
    round: int
    link: int
    body: str
    outcome: Outcome
    attempt: int = 0
    """How often this very decision has been registered and struck out before."""
    back_step: str = ""
    """Of a return: the step, and the link of its chain, that prepares the item anew."""
    back_link: int = 0

    @property
    def key(self) -> str:
        where = f"{self.step}/{self.round}/{self.kind}/{self.link}/{self.body}"
        return f"{where}/{self.on}/{self.outcome}" + (f"/{self.attempt}" if self.attempt else "")


class Corrected(Fact):
    """A decision was registered wrongly: this is how it was, or, with none, it was never made. The wrong
    one stays in the log; the fold goes by the right one, in its place."""

    kind: Literal["rattelse"] = "rattelse"
    corrects: str
    """The key of the event that was wrong: a decision, or an earlier correction of it."""
    decision: Decided | None
    reason: Said

    @property
    def key(self) -> str:
        # of two corrections of the same event the second is refused: it corrects the first
        return f"{self.corrects}/{self.kind}"


class Numbered(Fact):
    """The ärende has got its diarienummer; one number holds for all its steps."""

    kind: Literal["diariefort"] = "diariefort"
    arende: str
    diarienummer: Said
    number: int = 1
    """Which time: a wrong number is put right by another."""

    @property
    def key(self) -> str:
        return f"{self.arende}/{self.kind}/{self.number}"


class Resulted(Fact):
    """The figures that the step came to, by kind, as `models.results` checks them."""

    kind: Literal["resultat"] = "resultat"
    round: int
    number: int
    values: dict[str, Any]
    task: TaskKey | None = None
    """The part whose figures they are; None where they are given for the step as a whole."""
    reason: Said = ""
    """Why they were changed, where the step was completed already."""

    @property
    def key(self) -> str:
        return f"{self.step}/{self.kind}/{self.number}"


class Raised(Fact):
    """Something that can happen any number of times has happened: it becomes a step of the year.

    `step` is the occasion's slug in the definition, `token` what raised it; the same raises it once."""

    kind: Literal["anmalt"] = "anmalt"
    number: int
    token: str
    title: Said
    text: Said = ""
    unit: str | None = None
    responsible: tuple[str, ...] = ()
    """Parts instead of the definition's; empty for those."""
    chain: tuple[str, ...] | None = None
    due: date | None = None
    amount: int | None = None
    """What was raised, tkr."""
    asked: bool = False
    """Whether its work should have begun before the year was started here: as of `AskedAtStart`."""

    @property
    def key(self) -> str:
        return f"{self.step}/{self.kind}/{self.token}"

    @property
    def slug(self) -> str:
        """The step that it becomes: `storre-avvikelse-2`."""
        return f"{self.step}-{self.number}"


class Upheld(Fact):
    """A completed step stands although something that it rests on was begun anew."""

    kind: Literal["star-fast"] = "star-fast"
    round: int
    because: tuple[str, ...]
    """What was begun anew: `bokslut/2` for each step and its round."""
    reason: Said

    @property
    def key(self) -> str:
        return f"{self.step}/{self.round}/{self.kind}/{','.join(self.because)}"


class Redefined(Fact):
    """The running year goes over to a changed definition. Belongs to no step."""

    kind: Literal["ny-definition"] = "ny-definition"
    step: str = ""
    number: int
    definition: str
    """The whole of it, as JSON."""
    mapping: dict[str, str]
    """What a running step becomes, where the definition does not say so by the same name; empty: ends."""
    reason: Said

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.number}"


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


class AskedForTime(Fact):
    """Who has a part asks to be given until another day. Changes no status: the owner answers."""

    kind: Literal["ber-om-tid"] = "ber-om-tid"
    round: int
    task: TaskKey
    until: date
    reason: Said

    @property
    def key(self) -> str:
        return f"{self.step}/{self.round}/{self.kind}/{self.task}/{self.until}"


class Disclaimed(Fact):
    """Somebody says that the part is not theirs. Changes no status: the owner sees to it."""

    kind: Literal["inte-min"] = "inte-min"
    round: int
    task: TaskKey
    reason: Said

    @property
    def key(self) -> str:
        # each holder may say so: the next one may not be the right person either
        return f"{self.step}/{self.round}/{self.kind}/{self.task}/{self.by}"


class Postponed(Fact):
    """The process owner gives who has a part in the round until another day."""

    kind: Literal["skjutet-upp"] = "skjutet-upp"
    round: int
    until: date
    reason: Said
    number: int = 1
    """Which time of the step's."""

    @property
    def key(self) -> str:
        return f"{self.step}/{self.kind}/{self.number}"


class Noted(Fact):
    """What really happened to a sammanträde or its minutes, and when: `on` is that day, or, of one that is
    struck out, the day on which it was. Of all that the body took up, or with a step of what it decided there
    alone. A later one about the same takes its place; both stay in the log."""

    kind: Literal["anteckning"] = "anteckning"
    step: str = ""
    body: str
    meeting: date
    """The day of the sammanträde."""
    what: Occurrence
    number: int = 1
    """Which time: a wrong day is put right by another."""
    withdrawn: bool = False
    """Whether it never happened."""
    reason: Said = ""
    """Why it was put right or struck out."""
    note: Said = ""

    @property
    def key(self) -> str:
        where = f"{self.step or 'alla'}/{self.kind}/{self.body}/{self.meeting}"
        return f"{where}/{self.what}/{self.number}"


class ReasonsFound(Fact):
    """A body has found särskilda skäl, by which the law lets the step wait; `on` is the day of that, or, of
    those that are struck out, the day on which they were."""

    kind: Literal["sarskilda-skal"] = "sarskilda-skal"
    rule: str
    """The paragraph, as `models.occurrences.REASONS` has it."""
    body: str
    reason: Said
    """The reasons; of those that are struck out, why."""
    number: int = 1
    withdrawn: bool = False

    @property
    def key(self) -> str:
        return f"{self.step}/{self.kind}/{self.rule}/{self.number}"


Question = AskedForTime | Disclaimed
"""What a person wants the process owner to answer."""

Event = Annotated[
    AskedAtStart
    | CompletedBeforeStart
    | Opened
    | Reported
    | Overridden
    | Decided
    | Corrected
    | Numbered
    | Resulted
    | Raised
    | SetAside
    | Reopened
    | Upheld
    | Redefined
    | AskedForTime
    | Disclaimed
    | Postponed
    | Noted
    | ReasonsFound,
    Field(discriminator="kind"),
]
EVENT: TypeAdapter[Event] = TypeAdapter(Event, config=ConfigDict(defer_build=True))
