"""A decision that was registered wrongly, put right or struck out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, ClassVar

from models import choices
from models.act import Happening, Now, YearAct
from models.acts.decisions import BETWEEN_MEETINGS
from models.acts.minutes import Ruling, way_back
from models.errors import RefusedError
from models.events import Corrected, Decided, Event
from models.fields import Spread, asked
from models.meeting_days import check_meeting_day
from models.minutes import FIELDS, Minutes
from models.outcomes import Effect, Outcome
from models.process import Step
from models.state import YearState
from models.step_words import require_reason, rerun
from models.text import Text, mention


class Correct(YearAct):
    """Rättar ett felregistrerat beslut, eller stryker det. Det som inte anges står kvar som det var.

    Ingenting skrivs över: det felaktiga beslutet står kvar i loggen, med numret på det som rättade det. Har
    ett senare steg redan byggt på beslutet kan utfallet inte rättas; då körs steget om.
    """

    name: ClassVar[str] = "ratta"
    title: ClassVar[str] = "Rätta ett beslut"

    event_number: Annotated[
        int, asked("handelse", "Händelse", "Beslutets nummer i loggen", choices.decisions)
    ]
    why: Annotated[
        str, asked("varfor", "Varför", "Varför det rättas; står i loggen.", required=True)
    ] = ""
    withdraw: Annotated[bool, asked("stryk", "Stryk", "Beslutet har aldrig fattats")] = False
    outcome: Annotated[
        Outcome | None, asked("utfall", "Utfall", "Rätt utfall", choices.outcomes)
    ] = None
    on: Annotated[date | None, asked("datum", "Datum", "Rätt sammanträdesdag")] = None
    minutes: Annotated[Minutes, Spread(optional=True)] = Minutes.model_construct()
    """Only what is set in it is changed."""
    outside_meeting: Annotated[bool, BETWEEN_MEETINGS] = False

    @property
    def says_anything(self) -> bool:
        """Whether it says how the decision was in truth."""
        given = self.minutes.model_fields_set
        return bool(given or self.outcome or self.on or self.outside_meeting)

    def rule(self, now: Now) -> Happening:
        """The decision as it was in truth: what is not given stays as it was. The wrong one stays in the
        log. What a decision did is changed only while nothing in its step has come after it."""
        if self.withdraw and self.says_anything:
            raise RefusedError(
                mention("withdraw"),
                f" betyder att beslut {self.event_number} aldrig har fattats. Ange antingen det eller vad "
                "som är rätt, inte båda.",
            )
        if not (self.withdraw or self.says_anything):
            raise RefusedError(
                f"Vad är fel i beslut {self.event_number}? Ange det som är rätt, till exempel ",
                mention("paragraph", "74"),
                " eller ",
                mention("on", "2027-10-18"),
                ", eller ",
                mention("withdraw"),
                " om det aldrig har fattats.",
            )
        key, wrong = decision_to_correct(now, self.event_number)
        right = None if self.withdraw else self._changed(wrong)
        corrected = self._corrected(now, key, wrong, right)
        decided, note = corrected.decision, Text()
        if decided is not None and (decided.on != wrong.on or self.outside_meeting):
            note = check_meeting_day(
                now.definition, decided, now.meetings, outside=self.outside_meeting
            )
        return Happening.of(corrected, notes=[note])

    def _changed(self, wrong: Decided) -> Decided:
        """The decision with what is given, by who corrects it; the same where nothing is another."""
        changed: dict[str, object] = self.minutes.model_dump(exclude_unset=True)
        changed |= {"outcome": self.outcome} if self.outcome else {}
        changed |= {"on": self.on} if self.on else {}
        if self.outcome and self.outcome.effect is not Effect.RETURN:
            changed.setdefault("reason", "")  # it was the return's
        right = wrong.model_copy(update=changed)
        return wrong if right == wrong else right.model_copy(update={"by": self.by})

    def _corrected(self, now: Now, key: str, wrong: Decided, right: Decided | None) -> Corrected:
        state, today = now.state, now.today
        step = now.definition.step(wrong.step)
        require_reason(self.why, f"att rätta ett beslut i {step.slug}", "why")
        if right == wrong:
            raise RefusedError(f"Beslutet i {wrong.body} {wrong.on} är redan registrerat så.")
        if right is not None and right.on > today:
            raise RefusedError(
                f"Beslutsdatum {right.on} ligger i framtiden (i dag är {today}). Kontrollera datumet."
            )
        if right is None or right.outcome is not wrong.outcome:
            _refuse_what_has_followed(state, step, wrong, right)
        if right is not None:
            _refuse_out_of_order(state, step, wrong, right)
            right = _checked(state, step, wrong, right)
        return Corrected(
            step=step.slug, on=today, by=self.by, corrects=key, decision=right, reason=self.why
        )


def decision_to_correct(now: Now, number: int) -> tuple[str, Decided]:
    """The decision of an event, or what an earlier correction made of it, under the event's key; RefusedError
    for anything else."""
    log = now.log
    event = log[number - 1] if 0 < number <= len(log) else None
    decided = event.decision if isinstance(event, Corrected) else event
    if event is None or not isinstance(event, Decided | Corrected):
        raise RefusedError(
            f"Händelse {number} är inget beslut. "
            f"Besluten i {now.definition.plan_of(now.budget_year)}: {_listed(log)}."
        )
    if later := next(
        (e for e in log if isinstance(e, Corrected) and e.corrects == event.key), None
    ):
        raise RefusedError(
            f"Beslut {number} är redan rättat {later.on} (händelse {log.index(later) + 1}). "
            "Rätta rättelsen i stället."
        )
    if not isinstance(decided, Decided):
        raise RefusedError(
            f"Beslut {number} är struket och kan inte rättas. Registrera beslutet på nytt."
        )
    return event.key, decided


def _listed(log: Sequence[Event]) -> str:
    """The newest decisions, with the numbers of their events."""
    known = [
        f"{number} ({e.step} {e.body} {e.on})"
        for number, e in enumerate(log, 1)
        if isinstance(e, Decided)
    ]
    return ", ".join(known[-8:]) or "inga än"


def _checked(state: YearState, step: Step, wrong: Decided, right: Decided) -> Decided:
    """With each piece of the minutes in its form, and back to where another effect sends it."""
    said = Minutes(**{field.attribute: getattr(right, field.attribute) for field in FIELDS})
    if right.diarienummer == wrong.diarienummer:
        # the ärende's number may have been put right since
        said = said.model_copy(update={"diarienummer": ""})
    ruling = Ruling(state, step, right.body, right.outcome, right.on, instead_of=wrong)
    right = right.model_copy(update=ruling.checked(said).model_dump())
    if right.outcome.effect is wrong.outcome.effect:
        return right
    back_step, back_link = way_back(state, step, wrong.link, right.outcome, "")
    return right.model_copy(update={"back_step": back_step, "back_link": back_link})


def _refuse_out_of_order(state: YearState, step: Step, wrong: Decided, right: Decided) -> None:
    """The bodies of an ärende meet in its order, also where they are another step's."""
    own = state[step.slug].decisions
    days = [other.on for other in own if other != wrong]
    place = own.index(wrong)
    before, later = days[:place], days[place:]
    if (before and right.on < before[-1]) or (later and right.on > later[0]):
        raise RefusedError(
            f"Beslutsdatum {right.on} stämmer inte med stegets andra beslut "
            f"({', '.join(map(str, days))}). Kontrollera datumet."
        )
    other = _out_of_order(state, step, right)
    if other is not None:
        raise RefusedError(
            f"Beslutsdatum {right.on} stämmer inte med beslutet i {other.body} {other.on} "
            f"({other.step}), som hör till samma ärende. Kontrollera datumet."
        )


def _out_of_order(state: YearState, step: Step, right: Decided) -> Decided | None:
    """The first decision of the ärende's other steps that was made on the wrong side of this one."""
    way = [slug for slug in state.definition.arende_of(step).steps if slug in state.steps]
    here = way.index(step.slug)
    before = [d for slug in way[:here] for d in state[slug].standing]
    later = [d for slug in way[here + 1 :] for d in state[slug].standing]
    wrong = next((d for d in before if d.on > right.on), None)
    return wrong or next((d for d in later if d.on < right.on), None)


def _refuse_what_has_followed(
    state: YearState, step: Step, wrong: Decided, right: Decided | None
) -> None:
    if state[step.slug].decisions[-1] != wrong:
        raise RefusedError(
            f"Utfallet i {wrong.body} {wrong.on} kan inte rättas: {step.slug} har flera beslut efter det. "
            "Rätta det senaste först."
        )
    if not _moves(step, wrong, right):
        return
    if wrong.outcome.effect is Effect.RETURN and _acted_since(state, step, wrong):
        raise RefusedError(
            f"Utfallet i {wrong.body} {wrong.on} kan inte rättas: i det nya varvet har delar redan lämnats. "
            "Registrera det som gäller när steget är klart igen, eller kör om det."
        )
    built = [later for later in state.definition.steps if _built_on(state, later, step, wrong)]
    if built:
        names = ", ".join(later.slug for later in built)
        raise RefusedError(
            f"Utfallet i {wrong.body} {wrong.on} kan inte rättas: {names} bygger redan på det. "
            "Rätta först det som är beslutat där, eller gör om: ",
            rerun(step),
            ".",
        )


def _acted_since(state: YearState, step: Step, wrong: Decided) -> bool:
    """Whether anything has been done in a step that the return opened anew."""
    reopened = [step.slug]
    if wrong.back_step:
        way = state.definition.arende_of(step).steps
        reopened = [*way[way.index(wrong.back_step) : way.index(step.slug)], step.slug]
    return any(state[slug].reported or state[slug].overridden for slug in reopened)


def _moves(step: Step, wrong: Decided, right: Decided | None) -> bool:
    """Whether the step is then somewhere else than where the wrong decision took it."""
    if right is None or right.outcome.effect is not wrong.outcome.effect:
        return True
    settles = right.outcome.settles is not wrong.outcome.settles
    return wrong.body in step.may_settle and settles


def _built_on(state: YearState, later: Step, step: Step, wrong: Decided) -> bool:
    """Whether something has been done in the later step since, with the decision for its ground."""
    if step.slug not in later.rests_on or wrong.outcome.effect is not Effect.PASS:
        return False
    own = state[later.slug]
    started = later.starts is not None and later.starts.step == step.slug
    return any(decision.on >= wrong.on for decision in own.decisions) or any(
        started or day > wrong.on for day in own.reported.values()
    )
