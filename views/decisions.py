"""A decision with all that the minutes say of it, as the views show it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated

from pydantic import SerializerFunctionWrapHandler, model_serializer

from models.fields import Field
from models.minutes import told
from models.outcomes import Effect, Outcome
from models.registered import Registered
from views.shown import NOT_PRINTED, Shown, key


class DecisionLine(Shown):
    """A decision that has been registered, also one that no longer counts."""

    body: Annotated[str, key("instans", "The body")]
    day: Annotated[date, key("datum", "The day of the decision")]
    outcome: Annotated[
        Outcome,
        key("utfall", "The outcome, such as `bifall`, `foreslar-nasta-instans`, `aterremiss`"),
    ]
    paragraph: Annotated[
        str, key("paragraf", "The paragraph of the minutes; empty where none was given")
    ]
    superseded: Annotated[
        bool,
        key(
            "ersatt",
            "Whether it no longer counts: a return or re-run came later, or it was wrongly registered; "
            "false for a return itself",
        ),
    ]
    number: Annotated[
        int,
        key("nummer", "The number of the event that registered it: `kommunplan ratta` takes it"),
    ]
    reason: Annotated[
        str, key("skal", "The body's reason, of a return for instance; empty where none was given")
    ]
    changes: Annotated[str, key("andring", "What was changed, of `bifall-med-andring`; else empty")]
    diarienummer: Annotated[
        str,
        key("diarienummer", "The ärende's diarienummer as it was then; empty where it had none"),
    ]
    note: Annotated[str, key("anteckning", "A note; empty where there is none")]
    minutes: Annotated[
        str, key("protokoll", "The address of the minutes; empty where none was given")
    ]
    minority: Annotated[bool, key("minoritet", "Whether a minority forced it (KL 5:50)")]
    signed_at_once: Annotated[
        bool, key("omedelbart_justerad", "Whether the minutes were signed on the day")
    ]
    by: Annotated[str, key("registrerat_av", "Who registered it")]
    corrected_by: Annotated[
        int | None,
        key(
            "rattat_av",
            "Of a decision that was wrongly registered: the number of the event that put it right or "
            "struck it out",
        ),
    ]

    round: Annotated[int, NOT_PRINTED]
    """Of the step, in which it was registered."""
    more: Annotated[Mapping[str, str | bool], NOT_PRINTED] = MappingProxyType({})
    """What else the minutes have come to say, by its public name: it is printed last."""

    @model_serializer(mode="wrap")
    def _with_more(self, own: SerializerFunctionWrapHandler) -> dict[str, object]:
        printed: dict[str, object] = own(self)
        return printed | dict(self.more)

    def said(self, field: Field) -> str | bool:
        """What the minutes say under one of their fields."""
        known: str | bool = getattr(self, field.attribute, "")
        return self.more.get(field.name, known)

    @property
    def cited(self) -> str:
        """`KS 2027-04-12 § 74: bifall`"""
        paragraph = f" {self.paragraph}" if self.paragraph else ""
        return f"{self.body} {self.day}{paragraph}: {self.outcome.label}"


def decision_line(registered: Registered) -> DecisionLine:
    """What is shown of a decision that was registered once."""
    decided = registered.decision
    passed = decided.outcome.effect is Effect.PASS
    is_wrong = registered.corrected_by is not None
    return DecisionLine(
        body=decided.body,
        day=decided.on,
        outcome=decided.outcome,
        paragraph=decided.paragraph,
        superseded=is_wrong or (passed and not registered.standing),
        number=registered.number,
        reason=decided.reason,
        changes=decided.changes,
        diarienummer=decided.diarienummer,
        note=decided.note,
        minutes=decided.minutes,
        minority=decided.minority,
        signed_at_once=decided.signed_at_once,
        by=decided.by,
        corrected_by=registered.corrected_by,
        round=decided.round,
        more={
            field.name: value
            for field, value in told(decided)
            if field.attribute not in DecisionLine.model_fields
        },
    )
