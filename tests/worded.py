"""Refusals as who sits at the command line reads them, so that tests can match the words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from cli.wording import words
from models.act import Act
from models.errors import KommunplanError
from models.text import Text


@dataclass(frozen=True, slots=True)
class AtTerminal(Text):
    """A text that is worded for the command line, where nobody asks otherwise."""

    act: type[Act] | None = None

    def plainly(self, label: Callable[[str], str] = str) -> str:
        return self.worded(lambda pointer: words(pointer, self.act))


@contextmanager
def at_the_terminal(act: type[Act] | None = None) -> Iterator[None]:
    """What is refused inside reads as the command line has it; every other face still has its words."""
    try:
        yield
    except KommunplanError as error:
        known = error.act if isinstance(error.act, type) and issubclass(error.act, Act) else act
        error.act = known
        error.text = AtTerminal(error.text.parts, known)
        raise
