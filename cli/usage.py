"""The command line's own errors in Swedish: which word was wrong, and what is allowed."""

from __future__ import annotations

from enum import Enum

from cyclopts import (
    CoercionError,
    CycloptsError,
    MissingArgumentError,
    RepeatArgumentError,
    UnknownCommandError,
    UnknownOptionError,
    UnusedCliTokensError,
)


def in_swedish(error: CycloptsError) -> str:
    """One or two sentences; the last is always the way out."""
    return f"{_what(error)} Se kommunplan --help, eller kommunplan KOMMANDO --help."


def _what(error: CycloptsError) -> str:
    match error:
        case UnknownCommandError():
            return f"Kommandot {_left_over(error)} finns inte."
        case UnknownOptionError():
            return f"Flaggan {error.token.keyword} finns inte."
        case UnusedCliTokensError():
            return f"Det blev ord över: {_left_over(error)}."
        case MissingArgumentError():
            name = error.argument.name if error.argument else "ett ord"
            return f"Det saknas ett värde för {name}."
        case RepeatArgumentError():
            return f"{error.token.keyword} är angiven två gånger. Ange den en gång."
        case CoercionError():
            value = error.token.value if error.token else "värdet"
            name = error.argument.name if error.argument else "det fältet"
            return f"{value!r} går inte som {name}. {_allowed(error.target_type)}"
    return str(error)


def _left_over(error: CycloptsError) -> str:
    return " ".join(error.unused_tokens or [])


def _allowed(wanted: object) -> str:
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return "Välj bland: " + ", ".join(str(choice.value) for choice in wanted) + "."
    return "Skriv ett datum som 2027-10-18." if "date" in str(wanted) else "Skriv ett heltal."
