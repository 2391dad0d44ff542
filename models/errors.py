"""What can be wrong with what somebody asked for.

Each error is for a person: its message is Swedish and names the thing, the value and the way out.
Nothing has been changed when one is raised.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from models.text import Piece, Text, Words


class Labelled(Protocol):
    """What knows what people call its fields: an act."""

    @classmethod
    def label_of(cls, attribute: str) -> str: ...


class KommunplanError(Exception):
    """Something a person can mend; shown as it is, never with a traceback. `text` may point at a field of
    `act`, which was asked for, at another act or at a view; each face words that for its reader."""

    act: type[Labelled] | None = None

    def __init__(self, *said: Piece | Text) -> None:
        self.text = Text.of(*said)
        super().__init__(*said)

    def __str__(self) -> str:
        return self.text.plainly(self.act.label_of if self.act else str)

    def worded(self, words: Words) -> str:
        """The message as this face says it."""
        return self.text.worded(words)


SHOWN = 50
"""Faults that are printed at once; somebody who has mended them reads the rest."""
_LONGEST = 700
"""Characters of one fault: a value that is a whole text is not shown whole."""


class DefinitionError(KommunplanError, ValueError):
    """The definition, or the data beside it, cannot be used; it holds every fault, and says the first."""

    def __init__(self, faults: Sequence[str | Text]) -> None:
        self.faults = tuple(str(_shortened(fault)) for fault in faults)
        said = [_shortened(fault) for fault in faults[:SHOWN]]
        if rest := len(faults) - len(said):
            said.append(f"… och {rest} fel till, som visas när de första är rättade.")
        super().__init__(Text.joined("\n", said))


def _shortened(fault: str | Text) -> str | Text:
    if not isinstance(fault, str):
        return Text(tuple(_cut(part) if isinstance(part, str) else part for part in fault.parts))
    return _cut(fault)


def _cut(text: str) -> str:
    """With its beginning, where it stands, and its end, which is the way out."""
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[:half]} … {text[-half:]}"


class UnknownError(KommunplanError, LookupError):
    """A step, body, role, unit or year that is not there."""

    def __init__(
        self, what: str, value: object, allowed: Sequence[object], seen: Piece | Text = ""
    ) -> None:
        self.what, self.value, self.allowed = what, value, tuple(allowed)
        known = ", ".join(str(item) for item in allowed) or "inga finns"
        super().__init__(f"{what} {value!r} finns inte. Välj bland: {known}", seen, ".")


class RefusedError(KommunplanError, ValueError):
    """The year stands so that this cannot be done now."""


class SettingsError(KommunplanError, ValueError):
    """A setting in the environment or `.env` is not usable."""


def said_by(error: Exception) -> Text:
    """The message of any error, with what it points at where it points at something."""
    return error.text if isinstance(error, KommunplanError) else Text.of(str(error))
