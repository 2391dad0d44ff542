"""What a view shows, typed: in English for the program, with the Swedish keys that `--json` prints.

Each `--json` format is a model of these. A field stands in the order in which it is printed, with its key
and what it means; `views.json_docs` writes docs/json.md from them. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, InstanceOf, PlainSerializer, SerializationInfo

from models.text import Text


@dataclass(frozen=True, slots=True)
class Printed:
    """A key of JSON: what it means, and of which type its value is."""

    name: str
    meaning: str
    type: Any


class Shown(BaseModel):
    """A value that is shown. What its fields without a key hold is for drawings and pages, not for JSON."""

    # built when first used: a command pays only for what it shows
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    @classmethod
    def printed_keys(cls) -> Iterator[Printed]:
        """The keys that JSON has of it, in order."""
        hints = get_type_hints(cls, include_extras=True)
        for name, field in cls.model_fields.items():
            if not field.exclude:
                yield Printed(str(field.serialization_alias), str(field.description), hints[name])

    def as_json(self, words: Callable[[Text], str] = str) -> dict[str, Any]:
        """Under the keys of docs/json.md, in their order, with nothing but what JSON knows; `words` is how
        what points at an act is said, as it stands for anybody."""
        return self.model_dump(mode="json", by_alias=True, context=words)


def key(name: str, meaning: str) -> Any:
    """What a field is called in JSON, and what docs/json.md says of it."""
    return Field(serialization_alias=name, description=meaning)


NOT_PRINTED = Field(exclude=True)
"""Of a field that no JSON has."""


@dataclass(frozen=True, slots=True)
class Word:
    """What docs/json.md calls a type that Python has no word for; `many` of a list of them."""

    one: str
    many: str


def _worded(text: Text, info: SerializationInfo) -> str:
    words: Callable[[Text], str] = info.context or str
    return words(text)


Sentence = Annotated[InstanceOf[Text], PlainSerializer(_worded, when_used="json")]
"""A text that may point at what can be done about something."""
Slug = Annotated[str, Word("slug", "slugs")]
SwedishInstant = Annotated[
    datetime,
    PlainSerializer(lambda moment: moment.isoformat(timespec="minutes"), when_used="json"),
    Word("instant", "instants"),
]
"""In Swedish time, which the value has already."""
UtcInstant = Annotated[
    datetime,
    PlainSerializer(lambda at: at.astimezone(UTC).isoformat(timespec="seconds"), when_used="json"),
    Word("instant", "instants"),
]
