"""The figures that a step comes to, as one of its parts or whoever keeps the whole step gives them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from models import choices
from models.act import Happening, Now, ReasonField, StepAct
from models.errors import RefusedError
from models.events import Resulted
from models.fields import asked
from models.given import counts, last_of, step_figure, with_given
from models.givers import giver_of_row, givers, units_of
from models.process import Definition, Step, TaskKey
from models.results import NAMES, amounts, checked
from models.state import Status, StepState
from models.step_words import require_reason, stands, task_key, way_out
from models.text import give


class Record(StepAct):
    """Registrerar vad ett steg gav i siffror. Det som de anmäler, som en avvikelse, anmäls genast.

    Med roll (och enhet) är det den delens siffror, som när någon rättar sina egna; annars hela stegets.
    """

    name: ClassVar[str] = "resultat"
    title: ClassVar[str] = "Registrera siffror"

    results: Annotated[
        Mapping[str, Any],
        asked("resultat", "Resultat", "Vad steget gav i siffror.", choices.figures),
    ]
    role: Annotated[
        str | None,
        asked(
            "roll",
            "Roll",
            "Rollen vars siffror det är. Tomt: hela stegets siffror",
            choices.giving_roles,
        ),
    ] = None
    unit: Annotated[
        str | None,
        asked("enhet", "Enhet", "Enhet, om rollen finns för flera", choices.giving_units),
    ] = None
    reason: ReasonField = ""

    def rule(self, now: Now) -> Happening:
        """The figures that the part gives, or that the whole step came to, checked."""
        step = now.definition.step(self.step)
        figures = figures_recorded(
            now, step, self.results, by=self.by, reason=self.reason, task=self._task(now, step)
        )
        return Happening.of(figures)

    def _task(self, now: Now, step: Step) -> TaskKey | None:
        if self.role:
            return task_key(now.definition, step, self.role, self.unit)
        if self.unit:
            raise RefusedError(
                f"Vems siffror är det i {self.unit}? Ange också rollen ", give("role"), "."
            )
        return None


def figures_recorded(
    now: Now,
    step: Step,
    results: Mapping[str, object],
    *,
    by: str,
    reason: str = "",
    task: TaskKey | None = None,
) -> Resulted | None:
    """The figures, checked: a part's own, or with no part the whole step's. None when they stand so already.
    RefusedError for what is another part's. Once the step is completed others may have gone by its figures,
    so then another figure of the step needs a reason."""
    _refuse_out_of_place(now, step, results)
    own = now.state[step.slug]
    kept = {kind: checked(kind, value) for kind, value in results.items()}
    _check_units(now, kept)
    if task is not None:
        _refuse_others(now.definition, step, task, kept)
    new = {kind: value for kind, value in kept.items() if not _stands(own, kind, value, task)}
    if not new:
        return None
    event = Resulted(
        step=step.slug,
        on=now.today,
        by=by,
        round=own.round,
        number=own.result_count + 1,
        values=new,
        task=task,
        reason=reason,
    )
    changed = _changed(own, event)
    if changed and own.status is Status.COMPLETED:
        require_reason(reason, f"att ändra {', '.join(changed)} i {step.slug}, som är klart")
    return event


def _stands(own: StepState, kind: str, value: object, task: TaskKey | None) -> bool:
    """Whether the figure holds already: of a part, what it gave last, where nothing stands over that."""
    if task is None:
        return bool(own.results.get(kind) == value)
    before = last_of(own.given, kind, task)
    return before is not None and before.value == value and counts(before, own.given)


def _changed(own: StepState, event: Resulted) -> list[str]:
    """The kinds of which the step has a figure that becomes another."""
    after = with_given(own.given, event)
    return [
        kind
        for kind in event.values
        if kind in own.results and own.results[kind] != step_figure(kind, after)
    ]


def _refuse_out_of_place(now: Now, step: Step, results: Mapping[str, object]) -> None:
    """RefusedError for figures that the step does not come to, or not yet."""
    for kind in results:
        if kind not in step.results:
            known = ", ".join(step.results) or "inga"
            raise RefusedError(f"{step.slug} ger inte resultatet {kind!r}. Steget ger: {known}.")
    if now.state[step.slug].status is Status.PLANNED:
        raise RefusedError(
            f"{stands(now.state, step)}; dess resultat registreras när det pågår. ",
            way_out(now.state, step),
        )


def _check_units(now: Now, kept: Mapping[str, object]) -> None:
    for kind, value in kept.items():
        for unit, *_ in amounts(kind, value):
            if unit is not None:
                now.definition.unit(unit)


def _refuse_others(
    definition: Definition, step: Step, task: TaskKey, kept: Mapping[str, Any]
) -> None:
    """RefusedError, which names who has them, for figures that are not the part's."""
    for kind, value in kept.items():
        giving = givers(definition, step, kind)
        if task not in giving:
            whose = "; ".join(map(definition.title_of, giving)) or _keeper(definition)
            raise RefusedError(
                f"{NAMES[kind]} i {step.slug} lämnas av {whose}, inte av {definition.title_of(task)}. "
                f"Utelämna {kind} här."
            )
        if kind == "prognos":
            _refuse_rows_of_others(definition, step, task, value)


def _refuse_rows_of_others(
    definition: Definition, step: Step, task: TaskKey, rows: list[Mapping[str, Any]]
) -> None:
    for row in rows:
        unit = row["enhet"]
        if unit not in units_of(definition, step, task):
            giver = giver_of_row(definition, step, unit)
            whose = definition.title_of(giver) if giver else _keeper(definition)
            raise RefusedError(
                f"Prognosen för {definition.unit(unit).name} i {step.slug} lämnas av {whose}, inte av "
                f"{definition.title_of(task)}. Ta bort raden {unit}."
            )


def _keeper(definition: Definition) -> str:
    """Who gives what no part of the step does."""
    return definition.role(definition.municipality.owner).name
