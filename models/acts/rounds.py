"""What becomes of a step besides its parts: opened early, left out, begun anew, upheld. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar
from uuid import uuid4

from pydantic import Field

from models import choices
from models.act import Happening, NeededReasonField, Now, ReasonField, StepAct
from models.acts.figures import figures_recorded
from models.errors import RefusedError
from models.events import Opened, Reopened, SetAside, Upheld
from models.fields import asked
from models.process import Step
from models.state import Status, reconsider_from
from models.step_words import require_reason, stands, way_out

_NAMED = "Stegets namn, till exempel bokslut"


class OpenEarly(StepAct):
    """Öppnar ett steg före dess tid, eller ett som vilar: en instans tar upp ärendet tidigare i år.

    Annars öppnas varje steg av sig självt när dess fönster börjar, eller när det som startar det har hänt.
    """

    name: ClassVar[str] = "oppna"
    title: ClassVar[str] = "Öppna i förtid"

    step: Annotated[str, asked("steg", "Steg", _NAMED, choices.planned_steps)]
    reason: NeededReasonField = ""

    def rule(self, now: Now) -> Happening:
        """A body takes the item up sooner than the year has it. Nothing when the step is open already."""
        state, step = now.state, now.definition.step(self.step)
        own = state[step.slug]
        if own.status.is_open:
            return Happening()
        require_reason(self.reason, f"att öppna {step.slug} i förtid")
        if own.status is Status.COMPLETED:
            raise RefusedError(f"{stands(state, step)}. ", way_out(state, step))
        return Happening.of(Opened(step=step.slug, on=now.today, by=self.by, reason=self.reason))


class LeaveOut(StepAct):
    """Säger att ett steg inte görs i år: ett valfritt, ett tillfälle, eller ett som ett belopp startade.

    Processägarens beslut; skälet står i loggen. Ångras genom att steget körs om.
    """

    name: ClassVar[str] = "utga"
    title: ClassVar[str] = "Låt ett steg utgå"

    reason: NeededReasonField = ""

    def rule(self, now: Now) -> Happening:
        """The process owner says that an optional step is not done this year. Nothing when it is said."""
        state, step = now.state, now.definition.step(self.step)
        own = state[step.slug]
        if own.set_aside:
            return Happening()
        require_reason(self.reason, f"att låta {step.slug} utgå i år")
        # what an amount starts may turn out not to be needed: KL 11 kap. 13 §, synnerliga skäl
        if not (step.optional or step.occasion_of or (step.starts and step.starts.amount)):
            raise RefusedError(
                f"{step.slug} är inte valfritt och kan inte utgå. "
                "Valfria steg har valfri = true i definitionen."
            )
        if own.status is Status.COMPLETED:
            raise RefusedError(f"{step.slug} är klart och kan inte utgå.")
        return Happening.of(
            SetAside(
                step=step.slug,
                on=now.today,
                by=self.by,
                round=max(own.round, 1),
                reason=self.reason,
            )
        )


class Rerun(StepAct):
    """Ett klart steg börjar ett nytt varv.

    Det som beslutats står kvar i historiken, som ersatt. Klara steg som bygger på det förblir klara, och
    de som äger dem får frågan om de står fast.
    """

    name: ClassVar[str] = "kor-om"
    title: ClassVar[str] = "Kör om ett steg"

    step: Annotated[str, asked("steg", "Steg", _NAMED, choices.completed_steps)]
    reason: NeededReasonField = ""
    results: Annotated[
        Mapping[str, Any],
        asked("resultat", "Resultat", "Vad det nya varvet gav i siffror.", choices.figures),
    ] = {}
    token: str = Field(default_factory=lambda: uuid4().hex)
    """The run or command that asked: the same again changes nothing, so that a retry reopens once."""

    def rule(self, now: Now) -> Happening:
        """A new round of a completed step, and the completed steps that rest on it: they stay completed,
        and their owners are asked whether they stand. With figures, if the new round has come to them."""
        step = now.definition.step(self.step)
        begun = None
        if not now.has(f"{step.slug}/ateroppnat/{self.token}"):
            begun = self._reopened(now, step)
            now = now.then(begun)
        figures = figures_recorded(now, step, self.results, by=self.by) if self.results else None
        resting = tuple(later.slug for later in now.state.resting_on(step.slug))
        events = tuple(event for event in (begun, figures) if event is not None)
        return Happening(events, resting=resting)

    def _reopened(self, now: Now, step: Step) -> Reopened:
        """What was decided stays in history."""
        require_reason(self.reason, f"att köra om {step.slug}")
        own = now.state[step.slug]
        if own.status is Status.PLANNED:
            raise RefusedError(
                f"{step.slug} är planerat och har aldrig körts; det finns inget att köra om. "
                "Det öppnas av sig självt när dess fönster börjar."
            )
        if own.status is not Status.COMPLETED:
            raise RefusedError(
                f"{stands(now.state, step)} och behöver inte köras om. ", way_out(now.state, step)
            )
        return Reopened(
            step=step.slug,
            on=now.today,
            by=self.by,
            round=own.round + 1,
            reason=self.reason,
            token=self.token,
        )


class Uphold(StepAct):
    """Ett klart steg står fast, fast något som det bygger på har gjorts om. Ändrar inget i steget."""

    name: ClassVar[str] = "star-fast"
    title: ClassVar[str] = "Låt ett klart steg stå fast"

    step: Annotated[str, asked("steg", "Steg", _NAMED, choices.completed_steps)]
    reason: ReasonField = ""

    def rule(self, now: Now) -> Happening:
        """A completed step stands although something that it rests on was begun anew. Nothing when nobody
        asks."""
        state, step = now.state, now.definition.step(self.step)
        own = state[step.slug]
        if own.status is not Status.COMPLETED:
            raise RefusedError(
                f"{stands(state, step)}; det finns inget att låta stå fast. ", way_out(state, step)
            )
        if not own.marks:
            return Happening()
        if reconsider_from(state, step) is None:
            again = ", ".join(
                mark.step for mark in own.marks if state[mark.step].status is not Status.COMPLETED
            )
            raise RefusedError(
                f"{step.slug} bygger på {again}, som görs om. "
                "Svara när det är klart igen; då frågar vi."
            )
        return Happening.of(
            Upheld(
                step=step.slug,
                on=now.today,
                by=self.by,
                round=own.round,
                reason=self.reason,
                because=tuple(str(mark) for mark in own.marks),
            )
        )
