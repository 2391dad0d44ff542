"""What a process was made from, and whether it is so still: our own code, the definition, `.env`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tasks.settings import PROJECT

Seen = Mapping[str, tuple[int, int]]
"""When each file was last written, in nanoseconds, and its size."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The files as they were when this was made."""

    roots: tuple[Path, ...]
    seen: Seen

    @classmethod
    def of(cls, definition: Path, project: Path = PROJECT) -> Sources:
        """Of the project's packages with all that lies in them, its `.env`, and the definition's folder."""
        packages = (one.parent for one in project.glob("*/__init__.py"))
        roots = (*packages, project / ".env", definition)
        return cls(roots, dict(_files(roots)))

    @property
    def changed(self) -> str:
        """A file that was changed, added or removed since; empty where none was."""
        now = dict(_files(self.roots))
        differing = {name for name, _ in self.seen.items() ^ now.items()}
        return min(differing, default="")


def _files(roots: Iterable[Path]) -> Iterator[tuple[str, tuple[int, int]]]:
    for root in roots:
        if root.is_file():
            yield str(root), _stamp(os.stat(root))
        elif root.is_dir():
            yield from _within(str(root))


def _within(folder: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """But for what Python and editors put there for themselves."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith((".", "__pycache__")) or entry.name.endswith("~"):
                continue
            try:
                if entry.is_dir():
                    yield from _within(entry.path)
                else:
                    yield entry.path, _stamp(entry.stat())
            except FileNotFoundError:
                continue  # removed in between: it is missing from what is found now


def _stamp(found: os.stat_result) -> tuple[int, int]:
    return found.st_mtime_ns, found.st_size
