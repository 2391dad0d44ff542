"""How a field is asked for, beside its type: its public name, label, help, and the values possible now. Pure.

The public name is what people and scripts write, in forms, options and JSON alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Any, cast

from pydantic import AfterValidator, BaseModel
from pydantic.fields import FieldInfo

from models.characters import visible

REQUIRED: Any = ...
"""The default of a field that must be given."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a field can have: as it is written, and as people read it."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A field's public name, label, sentence of help and possible values (`models.choices`). A `required` one
    is marked as such in a form, though the refusal of an empty one is the rule's."""

    name: str
    label: str
    help: str
    choices: Callable[..., Iterable[Choice]] | None = None
    required: bool = False


@dataclass(frozen=True, slots=True)
class Spread:
    """Of a field that holds a model: its fields are asked for each by itself. Where they are `optional`, what
    is not given is left as it was."""

    optional: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A field as a face asks for it. `attribute` is what the rules call it, within `of` where that is a model
    which is spread."""

    attribute: str
    words: Asked
    type: Any
    default: Any
    of: str = ""

    @property
    def name(self) -> str:
        return self.words.name

    @property
    def is_required(self) -> bool:
        return self.default is REQUIRED


def asked(
    name: str,
    label: str,
    help: str,  # noqa: A002 - what it is called
    choices: Callable[..., Iterable[Choice]] | None = None,
    *,
    required: bool = False,
) -> Asked:
    """The words of a field, for its annotation."""
    return Asked(name, label, help, choices, required)


def fields_of(model: type[BaseModel]) -> Iterator[Field]:
    """Every field of the model that is asked for, in order."""
    for attribute, info in model.model_fields.items():
        words, spread = _found(info, Asked), _found(info, Spread)
        if words is not None:
            yield Field(attribute, words, _type(info), _default(info))
        elif spread is not None:
            for one in fields_of(cast(type[BaseModel], info.annotation)):
                if spread.optional:
                    one = replace(one, type=one.type | None, default=None)
                yield replace(one, of=attribute)


def _found(info: FieldInfo, kind: type[Any]) -> Any:
    return next((one for one in info.metadata if isinstance(one, kind)), None)


def _type(info: FieldInfo) -> Any:
    """The type with its checks, and without its words."""
    checks = tuple(one for one in info.metadata if not isinstance(one, Asked))
    return Annotated[(info.annotation, *checks)] if checks else info.annotation


def _default(info: FieldInfo) -> Any:
    return REQUIRED if info.is_required() else info.get_default(call_default_factory=True)


def _one_line(text: str) -> str:
    """Without line breaks, control characters and what cannot be seen: it is shown in lists, terminals and
    mails."""
    return " ".join("".join(c if c.isprintable() else " " for c in visible(text)).split())


Said = Annotated[str, AfterValidator(_one_line)]
"""What a person wrote."""
