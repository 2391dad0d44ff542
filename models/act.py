"""What an act is: something that a person asks for, as one frozen value with its fields and its rule.

Pure. The faces (Prefect's forms, the command line, the pages) are made from an act's class: its name and
title, and for each field the name that people use, a label, a help text and the values that are possible
now. What an act does to a year is its rule: from the year as it stands to the events that follow, or a
refusal. Neither knows a flag of a command line or a field of a form: a refusal points at what it is about
(`models.errors`), and each face words that for its reader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

from models.errors import UnknownError
from models.events import Event, Said
from models.plan import Meetings, WorkingDays, YearPlan
from models.process import Definition, Step
from models.state import YearState, after


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a field can have now: as it is written, and as people read it."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Now:
    """The year as an act meets it: brought up to today, nothing of the act done yet."""

    budget_year: int
    first_definition: Definition
    state: YearState
    plan: YearPlan
    log: Sequence[Event]
    meetings: Meetings
    days: WorkingDays
    today: date

    @property
    def definition(self) -> Definition:
        return self.state.definition

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
    notes: tuple[str, ...] = ()
    """What whoever did it should give a second look: Swedish sentences."""

    @classmethod
    def of(cls, *events: Event | None, notes: Iterable[str] = ()) -> Happening:
        """Of events of which some may be None: done already."""
        return cls(tuple(event for event in events if event is not None), tuple(notes))


Choices = Callable[[Definition, YearState | None, Mapping[str, object]], Iterable[Choice]]
"""The values that a field can have: in the definition, or in a year as it stands (where one is known),
given what the act's other fields hold so far."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How a field is asked for, beside its type: its label, a sentence of help, and its possible values."""

    label: str
    help: str
    choices: Choices | None = None


def asked(label: str, help: str, choices: Choices | None = None) -> Asked:  # noqa: A002 - its name
    return Asked(label, help, choices)


class Act(BaseModel):
    """Something that a person asks for. `name` is what it is called in commands, deployments and JSON,
    `title` what people read; the class's docstring is Swedish and describes it to its users."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    name: ClassVar[str]
    title: ClassVar[str]

    by: Annotated[Said, asked("Av", "Vem du är; står i loggen.")] = Field(alias="av")

    @classmethod
    def fields(cls) -> Iterator[tuple[str, FieldInfo, Asked]]:
        """Each field that is asked for, in order: its public name, its type and default, its words."""
        for attribute, info in cls.model_fields.items():
            words = next((one for one in info.metadata if isinstance(one, Asked)), None)
            if words is not None:
                yield info.alias or attribute, info, words

    @classmethod
    def public_name(cls, attribute: str) -> str:
        """What people call the field that the rules know by this name: `skal` of `reason`."""
        return cls.model_fields[attribute].alias or attribute

    @classmethod
    def label_of(cls, attribute: str) -> str:
        """The label of the field that the rules know by this name."""
        public = cls.public_name(attribute)
        return next(words.label for name, _, words in cls.fields() if name == public)


class YearAct(Act):
    """An act on one budget year, done in that year's own transaction."""

    budget_year: Annotated[
        int | None, asked("Budgetår", "Budgetår. Tomt betyder det som pågår.")
    ] = Field(None, alias="budgetar", ge=2000, le=2100)

    def rule(self, now: Now) -> Happening:
        """What happens. RefusedError, with nothing done, where the year stands so that it cannot."""
        raise NotImplementedError


def steps(definition: Definition, state: YearState | None, _: Mapping[str, object]) -> list[Choice]:
    """Every step there is, with what has been raised."""
    known: tuple[Step, ...] = state.definition.steps if state else definition.steps
    return [Choice(step.slug, step.title) for step in known]


def one_of(what: str, value: str, choices: Iterable[Choice]) -> str:
    """The value, if it is possible; UnknownError with those that are."""
    known = [choice.value for choice in choices]
    if value not in known:
        raise UnknownError(what, value, known)
    return value


class StepAct(YearAct):
    """An act on one step of a year."""

    step: Annotated[str, asked("Steg", "Steget, till exempel bokslut.", steps)] = Field(
        alias="steg", min_length=1
    )


def as_asked(act: type[Act], given: Mapping[str, Any]) -> Act:
    """The act, of what a face has been given by the public names."""
    return act.model_validate(dict(given))
