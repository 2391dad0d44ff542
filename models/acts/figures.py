"""The figures that a step comes to. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from models import choices
from models.act import Happening, Now, ReasonField, StepAct
from models.errors import RefusedError
from models.events import Resulted
from models.fields import asked
from models.process import Step
from models.results import amounts, checked
from models.state import Status
from models.step_words import require_reason, stands, way_out


class Record(StepAct):
    """Registrerar vad ett steg gav i siffror. Det som de anmäler, som en avvikelse, anmäls genast."""

    name: ClassVar[str] = "resultat"
    title: ClassVar[str] = "Registrera siffror"

    results: Annotated[
        Mapping[str, Any],
        asked("resultat", "Resultat", "Vad steget gav i siffror.", choices.figures),
    ]
    reason: ReasonField = ""

    def rule(self, now: Now) -> Happening:
        """The figures that the step came to, checked."""
        step = now.definition.step(self.step)
        return Happening.of(
            figures_recorded(now, step, self.results, by=self.by, reason=self.reason)
        )


def figures_recorded(
    now: Now, step: Step, results: Mapping[str, object], *, by: str, reason: str = ""
) -> Resulted | None:
    """The figures, checked. None when they stand so already. Once the step is completed others may have gone
    by them, so then another figure needs a reason."""
    _refuse_out_of_place(now, step, results)
    own = now.state[step.slug]
    kept = {kind: checked(kind, value) for kind, value in results.items()}
    _check_units(now, kept)
    if all(own.results.get(kind) == value for kind, value in kept.items()):
        return None
    changed = [kind for kind, value in kept.items() if own.results.get(kind, value) != value]
    if changed and own.status is Status.COMPLETED:
        require_reason(reason, f"att ändra {', '.join(changed)} i {step.slug}, som är klart")
    return Resulted(
        step=step.slug,
        on=now.today,
        by=by,
        round=own.round,
        number=own.result_count + 1,
        values=kept,
        reason=reason,
    )


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
