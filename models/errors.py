"""What can be wrong with what somebody asked for.

Each error is for a person: its message is Swedish and names the thing, the value and the way out.
Nothing has been changed when one is raised.
"""

from __future__ import annotations

from collections.abc import Sequence

from models.ways import Reader, worded


class KommunplanError(Exception):
    """Something a person can mend; shown as it is, never with a traceback. Its message may hold marks of
    `models.ways`: who uses forms is told of fields, who sits at the command line of flags."""

    def __str__(self) -> str:
        return self.worded_for(Reader.COMMAND_LINE)

    def worded_for(self, reader: Reader) -> str:
        return worded(super().__str__(), reader)


class DefinitionError(KommunplanError, ValueError):
    """The definition, or the data beside it, cannot be used; it holds every fault."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


class UnknownError(KommunplanError, LookupError):
    """A step, body, role, unit or year that is not there."""

    def __init__(self, what: str, value: object, allowed: Sequence[object]) -> None:
        self.what, self.value, self.allowed = what, value, tuple(allowed)
        known = ", ".join(str(item) for item in allowed) or "inga finns"
        super().__init__(f"{what} {value!r} finns inte. Välj bland: {known}.")


class RefusedError(KommunplanError, ValueError):
    """The year stands so that this cannot be done now."""


class SettingsError(KommunplanError, ValueError):
    """A setting in the environment or `.env` is not usable."""
