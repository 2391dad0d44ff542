"""What an act is: something that a person asks for, as one frozen value with its fields and its rule. Pure.

The faces (Prefect's forms, the command line, the pages) are made from an act's class: its name and title,
and for each field the name that people use, a label, a help text and the values that are possible now
(`models.fields`). What an act does to a year is its rule: from the year as it stands to the events that
follow, or a refusal. Neither knows an option of a command line or a field of a form: a refusal points at what
it is about (`models.text`), and each face words that for its reader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict

from models import choices
from models.events import Event
from models.fields import Field, asked, fields_of
from models.fold import after
from models.plan import Meeting, WorkingDays, YearPlan
from models.process import Definition
from models.state import YearState
from models.text import Text


@dataclass(frozen=True, slots=True)
class Now:
    """The year as an act meets it: what the act is about is open where it is due today, nothing of the act
    is done yet. The meetings and the dates are not worked out unless a rule asks for them."""

    budget_year: int
    first_definition: Definition
    state: YearState
    planned: Callable[[], YearPlan]
    log: Sequence[Event]
    held: Callable[[], Iterable[Meeting]]
    days: WorkingDays
    today: date

    @property
    def definition(self) -> Definition:
        return self.state.definition

    @property
    def plan(self) -> YearPlan:
        """The year's dates."""
        return self.planned()

    @property
    def meetings(self) -> Iterable[Meeting]:
        """The meetings that are held."""
        return self.held()

    def has(self, key: str) -> bool:
        """Whether the event with this key has happened."""
        return any(event.key == key for event in self.log)

    def then(self, event: Event) -> Now:
        """The same year after one more event; its plan is still that of before."""
        state = after(self.first_definition, self.state, self.log, event)
        return replace(self, state=state, log=(*self.log, event))


@dataclass(frozen=True, slots=True)
class Happening:
    """What an act makes happen, in order; nothing where it was done already."""

    events: tuple[Event, ...] = ()
    notes: tuple[Text, ...] = ()
    """What whoever did it should give a second look: Swedish sentences."""
    step: str = ""
    """The step that it became, where it is not the one that was named."""
    resting: tuple[str, ...] = ()
    """The completed steps of which somebody is asked whether they stand."""
    said: tuple[str, ...] = ()
    """What it was, where the step's state does not show it: Swedish sentences."""

    @classmethod
    def of(cls, *events: Event | None, note: Text | None = None) -> Happening:
        """Of events of which some may be None: done already; and of a note, if there is one."""
        happened = tuple(event for event in events if event is not None)
        return cls(happened, () if note is None else (note,))


class Act(BaseModel):
    """Something that a person asks for. `name` is what it is called in deployments, JSON and refusals,
    `title` what people read; the class's docstring is Swedish and describes it to its users."""

    # built when first used: a command that does one thing need not pay for the others
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    name: ClassVar[str]
    title: ClassVar[str]

    @classmethod
    @cache
    def fields(cls) -> tuple[Field, ...]:
        """Each field that is asked for: its own in their order, then who asks, then the budget year."""
        last = {"by": 1, "budget_year": 2}
        return tuple(sorted(fields_of(cls), key=lambda one: last.get(one.attribute, 0)))

    @classmethod
    def field(cls, attribute: str) -> Field:
        """The field that the rules know by this name: that which is called `skal` of `reason`."""
        return next(one for one in cls.fields() if one.attribute == attribute)

    @classmethod
    def label_of(cls, attribute: str) -> str:
        """What people call the field that the rules know by this name; of another act's field, that name."""
        return next((o.words.label for o in cls.fields() if o.attribute == attribute), attribute)

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """The act, of what a face has been given by the public names; of a field that is spread, only what
        was given is said."""
        own: dict[str, Any] = {}
        for field in cls.fields():
            if field.name not in given:
                continue
            value = given[field.name]
            if not field.of:
                own[field.attribute] = value
            elif value is not None:
                own.setdefault(field.of, {})[field.attribute] = value
        if unknown := given.keys() - {field.name for field in cls.fields()}:
            raise TypeError(f"{cls.__name__} has no field {', '.join(sorted(unknown))}")
        return cls.model_validate(own)


class SignedAct(Act):
    """An act whose author the log names."""

    by: Annotated[str, asked("av", "Av", "Vem som säger det; står i loggen.", required=True)]


class YearAct(SignedAct):
    """An act on one budget year, done in that year's own transaction; again it changes nothing."""

    budget_year: Annotated[
        int | None,
        asked(
            "budgetar", "Budgetår", "Budgetår. Tomt betyder det som pågår.", choices.started_years
        ),
    ] = None

    def rule(self, now: Now) -> Happening:
        """What happens. RefusedError, with nothing done, where the year stands so that it cannot."""
        raise NotImplementedError


class StepAct(YearAct):
    """An act on one step of a year."""

    step: Annotated[str, asked("steg", "Steg", "Stegets namn, till exempel bokslut", choices.steps)]


ReasonField = Annotated[str, asked("skal", "Skäl", "Varför; står i loggen.")]
NeededReasonField = Annotated[str, asked("skal", "Skäl", "Varför; står i loggen.", required=True)]
"""The same where the rule refuses to do without."""
