"""A decision with all that the minutes say of it, as the views show it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from pydantic import InstanceOf, SerializerFunctionWrapHandler, model_serializer

from calendars.law.minutes import is_last_word, minutes_of
from models.events import Decided
from models.minutes import FIELDS, Minutes, told
from models.occurrences import Occurrence
from models.outcomes import Effect, Outcome
from models.registered import Registered
from models.state import YearState
from views.shown import NOT_PRINTED, Printed, Shown, key

MEANINGS = {
    "paragraf": "The paragraph of the minutes; empty where none was given",
    "skal": "The body's reason, of a return for instance; empty where none was given",
    "andring": "What was changed, of `bifall-med-andring`; else empty",
    "diarienummer": "The ärende's diarienummer as it was then; empty where it had none",
    "anteckning": "A note; empty where there is none",
    "protokoll": "The address of the minutes; empty where none was given",
    "minoritet": "Whether a minority forced it (KL 5:50)",
    "omedelbart_justerad": "Whether the minutes were signed on the day",
}
"""Of the fields of the minutes; one that is not here is explained by its label."""


class AfterDecision(Shown):
    """What really happened around a decision, as far as it is noted; null where nobody has noted it."""

    announced: Annotated[date | None, key("kungjort", "When the sammanträde was announced")]
    signed: Annotated[
        date | None,
        key("justerat", "When the minutes were signed; the day itself with omedelbar justering"),
    ]
    posted: Annotated[date | None, key("anslaget", "When it was posted that they were")]
    taken_down: Annotated[date | None, key("nedtaget", "When that was taken down")]
    appealed: Annotated[date | None, key("overklagat", "When the decision was appealed")]
    appeal_ends: Annotated[
        date | None,
        key(
            "overklagas_till",
            "The last day to appeal, three weeks from the posting (KL 13:5); null of what cannot be",
        ),
    ]
    in_force: Annotated[
        date | None,
        key("laga_kraft", "When it gained laga kraft: as noted, else as counted; null before that"),
    ]
    is_counted: Annotated[
        bool,
        key(
            "laga_kraft_raknad",
            "Whether that day is counted: nobody has noted an appeal in time, and it was posted throughout",
        ),
    ]

    carried_out: Annotated[
        date | None,
        key("genomfort", "When the decision was carried out; null where nobody has noted it"),
    ]

    def told(self) -> Iterator[str]:
        """Each in words, in the order of the law."""
        noted = {
            "Kungjort": self.announced,
            "Justerat": self.signed,
            "Anslaget": self.posted,
            "Anslaget nedtaget": self.taken_down,
        }
        yield from (f"{what} {day}" for what, day in noted.items() if day)
        if self.appealed:
            yield f"Överklagat {self.appealed}"
        elif self.appeal_ends and not self.in_force:
            yield f"Kan överklagas till och med {self.appeal_ends}"
        if self.in_force:
            counted = " (räknat: ingen har antecknat något överklagande)" if self.is_counted else ""
            yield f"Laga kraft {self.in_force}{counted}"
        if self.carried_out:
            yield f"Genomfört {self.carried_out}"


class DecisionLine(Shown):
    """A decision that has been registered, also one that no longer counts. What the minutes say is printed
    under the public names of their fields."""

    body: Annotated[str, key("instans", "The body")]
    day: Annotated[date, key("datum", "The day of the decision")]
    outcome: Annotated[
        Outcome,
        key("utfall", "The outcome, such as `bifall`, `foreslar-nasta-instans`, `aterremiss`"),
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
    by: Annotated[str, key("registrerat_av", "Who registered it")]
    corrected_by: Annotated[
        int | None,
        key(
            "rattat_av",
            "Of a decision that was wrongly registered: the number of the event that put it right or "
            "struck it out",
        ),
    ]

    after: Annotated[
        AfterDecision, key("hande", "What really happened around it, and what is counted from that")
    ]
    said: Annotated[InstanceOf[Minutes], NOT_PRINTED]
    """What the minutes say of it."""
    round: Annotated[int, NOT_PRINTED]
    """Of the step, in which it was registered."""

    @property
    def cited(self) -> str:
        """`KS 2027-04-12 § 74: bifall`"""
        paragraph = f" {self.said.paragraph}" if self.said.paragraph else ""
        return f"{self.body} {self.day}{paragraph}: {self.outcome.label}"

    @classmethod
    def printed_keys(cls) -> Iterator[Printed]:
        known = {one.name: one for one in super().printed_keys()}
        for field in FIELDS:
            kind = type(getattr(Minutes(), field.attribute))
            known[field.name] = Printed(
                field.name, MEANINGS.get(field.name, field.words.label), kind
            )
        return (known[name] for name in _in_order(list(known)))

    @model_serializer(mode="wrap")
    def _with_minutes(self, own: SerializerFunctionWrapHandler) -> dict[str, object]:
        printed: dict[str, object] = own(self)
        printed |= {field.name: value for field, value in told(self.said)}
        return {name: printed[name] for name in _in_order(list(printed))}


def _in_order(names: list[str]) -> list[str]:
    """The keys with those of the minutes among them: the paragraph with what was decided, the rest before
    who registered it."""
    said = [field.name for field in FIELDS]
    own = [name for name in names if name not in said]
    first, paragraph = own.index("utfall") + 1, "paragraf"
    last = own.index("registrerat_av")
    rest = [name for name in said if name != paragraph]
    return [*own[:first], paragraph, *own[first:last], *rest, *own[last:]]


def decision_line(registered: Registered, state: YearState, today: date | None) -> DecisionLine:
    """What is shown of a decision that was registered once, in the year as it stands; without a day, no time
    to appeal has passed."""
    decided = registered.decision
    passed = decided.outcome.effect is Effect.PASS
    is_wrong = registered.corrected_by is not None
    return DecisionLine(
        body=decided.body,
        day=decided.on,
        outcome=decided.outcome,
        superseded=is_wrong or (passed and not registered.standing),
        number=registered.number,
        by=decided.by,
        corrected_by=registered.corrected_by,
        after=after_decision(state, decided, today),
        said=decided,
        round=decided.round,
    )


def after_decision(state: YearState, decided: Decided, today: date | None) -> AfterDecision:
    """What is noted of the decision's sammanträde and minutes, and what is counted from it."""
    step = state.definition.step_by_slug.get(decided.step)
    found = minutes_of(state, decided)
    can_be = step is not None and step.appealable and is_last_word(step, decided)
    force = found.gained_force(today or date.min) if can_be else None
    return AfterDecision(
        announced=state.day_of(Occurrence.ANNOUNCED, decided.body, decided.on, decided.step),
        signed=found.signed,
        posted=found.posted,
        taken_down=found.taken_down,
        appealed=found.appealed,
        appeal_ends=found.appeal_ends if can_be else None,
        in_force=force[0] if force else None,
        is_counted=bool(force and force[1]),
        carried_out=state.day_of(Occurrence.CARRIED_OUT, decided.body, decided.on, decided.step),
    )
