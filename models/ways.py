"""The way out that a text names, in the words of those who read it: a flag and a command for whoever sits
at the command line, a field and a form for whoever has the Prefect UI, neither for anybody else. Pure.

What differs stands in the text as a mark with all its wordings; `worded` picks one. An error is worded for
the command line unless it is asked for otherwise.
"""

from __future__ import annotations

import re
from enum import Enum

# characters for private use, which nobody writes
_FROM, _OR, _TO = "\ue000\ue001\ue002"
_MARK = re.compile(f"{_FROM}([^{_TO}]*){_TO}")


class Reader(Enum):
    """Who reads a text; the value is the place of their wording in a mark."""

    COMMAND_LINE = 0
    FORMS = 1
    ANYBODY = 2


def either(command_line: str, forms: str, anybody: str | None = None) -> str:
    """A mark; anybody else reads what users of the forms do, unless they have a wording of their own."""
    return f"{_FROM}{command_line}{_OR}{forms}{_OR}{forms if anybody is None else anybody}{_TO}"


def worded(text: str, reader: Reader) -> str:
    """The text as this reader is to have it."""
    return _MARK.sub(lambda mark: mark[1].split(_OR)[reader.value], text)


def in_field(name: str, flag: str = "") -> str:
    """`med --skal`, `i fältet skal`; the flag where it is called something else than the field."""
    return either(f"med {_flag(flag or name)}", f"i fältet {name}")


def emptied(name: str, flag: str = "") -> str:
    """`Ta bort --till`, `Töm fältet aterremiss_till`."""
    return either(f"Ta bort {_flag(flag or name)}", f"Töm fältet {name}")


def ticked(name: str) -> str:
    """`Ange --anda`, `Kryssa för anda`."""
    return either(f"Ange {_flag(name)}", f"Kryssa för {name}")


def unticked(name: str) -> str:
    """`Ta bort --minoritet`, `Kryssa ur minoritet`."""
    return either(f"Ta bort {_flag(name)}", f"Kryssa ur {name}")


def command(words: str, form: str) -> str:
    """`kommunplan kor-om bokslut`, or what to do in which form."""
    return either(f"kommunplan {words}", form)


def tool(form: str, words: str) -> str:
    """After what is to be done, in parentheses, what it is done with; nothing for those who have neither."""
    return either(f" (kommunplan {words})", f" ({form})", "")


def _flag(name: str) -> str:
    """A field's name as a flag has it: `--utan-sammantrade`."""
    return f"--{name.replace('_', '-')}"
