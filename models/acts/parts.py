"""What is done with the parts of a step: reported, gone on without, asked more time for, put off. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any, ClassVar

from models import choices
from models.act import Happening, NeededReasonField, Now, StepAct
from models.acts.figures import figures_recorded
from models.answers import next_link, why_closed
from models.errors import RefusedError
from models.events import AskedForTime, Disclaimed, Overridden, Postponed, Reported
from models.fields import asked
from models.plan import StepPlan
from models.process import Step, TaskKey
from models.step_words import require_reason, stands, task_key, way_out

LONGEST = timedelta(days=366)
"""How far ahead a day may be asked for; what lies beyond is a slip of the pen."""
_ROLE = asked("roll", "Roll", "Rollen vars del är klar", choices.roles)
_UNIT = asked("enhet", "Enhet", "Enhet, om rollen finns för flera", choices.units)


class MissesMeetingError(RefusedError):
    """The day asked for comes after the next meeting; may be asked for all the same, knowingly."""


class ReportPart(StepAct):
    """En roll har gjort sin del av ett steg. När alla delar är inne går steget vidare direkt.

    Till första beslutsinstans, eller till klart. Att rapportera samma del två gånger ändrar ingenting.
    """

    name: ClassVar[str] = "klar"
    title: ClassVar[str] = "Rapportera klart"

    role: Annotated[str, _ROLE]
    unit: Annotated[str | None, _UNIT] = None
    comment: Annotated[str, asked("kommentar", "Kommentar", "Kommentar till loggen")] = ""
    results: Annotated[
        Mapping[str, Any], asked("resultat", "Resultat", "Delens egna siffror.", choices.figures)
    ] = {}

    def rule(self, now: Now) -> Happening:
        """The role's part is done, with its own figures if they are known now. None of it when it was
        already reported in this round: twice is harmless."""
        step = now.definition.step(self.step)
        task = task_key(now.definition, step, self.role, self.unit)
        part = self._reported(now, step, task)
        figures = None
        if self.results:
            figures = figures_recorded(now, step, self.results, by=self.by, task=task)
        return Happening.of(figures, part)

    def _reported(self, now: Now, step: Step, key: TaskKey) -> Reported | None:
        state = now.state
        own = state[step.slug]
        if key in own.reported:
            return None
        if not own.status.is_open or key not in state.missing(step):
            raise RefusedError(
                f"{stands(state, step)}; {now.definition.title_of(key)} har ingen öppen uppgift där. ",
                way_out(state, step),
            )
        return Reported(
            step=step.slug,
            on=now.today,
            by=self.by,
            round=own.round,
            task=key,
            comment=self.comment,
        )


class GoOn(StepAct):
    """Låter ett steg gå vidare fast delar saknas. Processägarens beslut; skälet står i loggen."""

    name: ClassVar[str] = "ga-vidare"
    title: ClassVar[str] = "Gå vidare utan alla delar"

    reason: NeededReasonField = ""

    def rule(self, now: Now) -> Happening:
        """The process owner lets the step go on without the missing parts."""
        state, step = now.state, now.definition.step(self.step)
        require_reason(self.reason, f"att låta {step.slug} gå vidare utan alla delar")
        if not state.missing(step):
            raise RefusedError(f"{stands(state, step)}; inga delar saknas. ", way_out(state, step))
        own = state[step.slug]
        return Happening.of(
            Overridden(
                step=step.slug, on=now.today, by=self.by, round=own.round, reason=self.reason
            )
        )


class PartAct(StepAct):
    """What is asked about one role's part."""

    role: Annotated[str, asked("roll", "Roll", "Rollen vars del det är", choices.roles)]
    unit: Annotated[str | None, _UNIT] = None
    reason: NeededReasonField = ""

    def _open_part(self, now: Now, message: str) -> tuple[Step, TaskKey]:
        """The step and the part; RefusedError where the part waits for no answer, or no reason is given."""
        step = now.definition.step(self.step)
        task = task_key(now.definition, step, self.role, self.unit)
        if closed := why_closed(now.state, step, task, now.state[step.slug].round):
            raise RefusedError(closed)
        if not self.reason.strip():
            raise RefusedError(message)
        return step, task


class AskForTime(PartAct):
    """Den som har en del frågar om den får komma senare. Processägaren svarar; frågan flyttar ingen dag."""

    name: ClassVar[str] = "mer-tid"
    title: ClassVar[str] = "Be om mer tid"

    until: Annotated[date, asked("till", "Till", "Dagen då delen kan vara klar")]
    knowingly: Annotated[
        bool, asked("anda", "Ändå", "Fråga också om dagen missar nästa sammanträde.")
    ] = False

    def rule(self, now: Now) -> Happening:
        """The question whether the part may come later; the same day again changes nothing. A day that
        misses the next meeting is refused with MissesMeetingError, unless it is asked for knowingly."""
        step, task = self._open_part(now, "Skriv varför det behövs mer tid.")
        self._refuse_day(now, step, now.plan[step.slug])
        event = AskedForTime(
            step=step.slug,
            on=now.today,
            by=self.by,
            round=now.state[step.slug].round,
            task=task,
            until=self.until,
            reason=self.reason,
        )
        return Happening.of(None if now.has(event.key) else event)

    def _refuse_day(self, now: Now, step: Step, plan: StepPlan) -> None:
        until, today = self.until, now.today
        if until < today:
            raise RefusedError(
                f"{until} har redan varit. Välj i dag ({today}) eller en senare dag."
            )
        if until > today + LONGEST:
            raise RefusedError(f"{until} ligger mer än ett år bort. Kontrollera årtalet.")
        if until <= plan.due:
            raise RefusedError(f"Delen ska vara klar först {plan.due}. Välj en senare dag än så.")
        link = next_link(now.state, step, plan)
        if link and link.meeting and until >= link.meeting and not self.knowingly:
            body = now.definition.body(link.body).name
            raise MissesMeetingError(
                f"{body} tar upp {step.title} {link.meeting}. Kommer delen först {until} missas det "
                "sammanträdet."
            )


class Disclaim(PartAct):
    """Den som har fått en uppgift säger att den inte är deras. Processägaren ser till att den hamnar rätt."""

    name: ClassVar[str] = "inte-min"
    title: ClassVar[str] = "Säg att uppgiften hamnat fel"

    def rule(self, now: Now) -> Happening:
        """Somebody's word that the part is not theirs; whose it is instead, or why, is required. Twice is
        harmless."""
        step, task = self._open_part(
            now, "Skriv varför uppgiften inte är din, och vems den är om du vet det."
        )
        event = Disclaimed(
            step=step.slug,
            on=now.today,
            by=self.by,
            round=now.state[step.slug].round,
            task=task,
            reason=self.reason,
        )
        return Happening.of(None if now.has(event.key) else event)


class Postpone(StepAct):
    """De som har en del i ett pågående steg får längre tid. De får mejl med den nya dagen.

    Sammanträdet ligger fast: högst till dess att handlingarna går ut, eller till lagfristen.
    """

    name: ClassVar[str] = "skjut-upp"
    title: ClassVar[str] = "Skjut upp delarna i ett steg"

    until: Annotated[
        date,
        asked(
            "till", "Till", "Den nya sista dagen för delarna, en arbetsdag efter den som gäller nu"
        ),
    ]
    reason: NeededReasonField = ""

    def rule(self, now: Now) -> Happening:
        """The parts that are missing may come until another day; nothing where that is their day already.
        The meeting stands: past its papers, or past a statutory limit, it is the meeting that is moved."""
        state, step = now.state, now.definition.step(self.step)
        own, plan = state[step.slug], now.plan[step.slug]
        if own.postponed_to == self.until == plan.due:
            return Happening()
        require_reason(self.reason, f"att skjuta upp {step.slug}")
        if not state.missing(step):
            raise RefusedError(f"{stands(state, step)}; inga delar saknas. ", way_out(state, step))
        self._refuse_day(now, step, plan)
        before = [e for e in now.log if isinstance(e, Postponed) and e.step == step.slug]
        return Happening.of(
            Postponed(
                step=step.slug,
                on=now.today,
                by=self.by,
                round=own.round,
                until=self.until,
                reason=self.reason,
                number=len(before) + 1,
            )
        )

    def _refuse_day(self, now: Now, step: Step, plan: StepPlan) -> None:
        until, today = self.until, now.today
        if until < today:
            raise RefusedError(
                f"{until} har redan varit. Välj i dag ({today}) eller en senare dag."
            )
        if until <= plan.due:
            raise RefusedError(
                f"Delarna i {step.slug} ska vara klara först {plan.due}. Välj en senare dag."
            )
        if not now.days.is_workday(until):
            near = f"{now.days.back(until)} och {now.days.forward(until)}"
            raise RefusedError(f"{until} är ingen arbetsdag. Närmast: {near}.")
        if plan.latest is not None and until > plan.latest.day:
            far = "kan inte skjutas upp längre"
            if plan.latest.day > plan.due:
                far = f"kan skjutas upp högst till {plan.latest.day}"
            move = " Flytta i stället sammanträdet (flytta)." if plan.links else ""
            raise RefusedError(f"{step.slug} {far}: {plan.latest.why}.{move}")
