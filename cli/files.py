"""Writes what a command has made to the files that the person named: each whole, or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from models.errors import RefusedError


def write_files(*files: tuple[Path | None, Callable[[], str | bytes]]) -> list[Path]:
    """Each file that is named, in place of what was there, and which they are. RefusedError says what is
    in the way: a folder that there is none of, a folder by that name, no leave to write, a full disk. All
    is made, and every place looked at, before the first is written."""
    wanted = [(path.expanduser(), make) for path, make in files if path is not None]
    for path, _ in wanted:
        if os.path.isdir(path):  # which does not mind a name that is too long
            raise RefusedError(f"{path} är en mapp. Ange ett filnamn i den.")
        if not os.path.isdir(path.parent):
            raise RefusedError(
                f"Mappen {path.parent} finns inte. Skapa den först, eller ange en annan."
            )
    made = [(path, make()) for path, make in wanted]
    for path, content in made:
        _write(path, content.encode() if isinstance(content, str) else content)
    return [path for path, _ in made]


def _write(path: Path, content: bytes) -> None:
    """Beside the file first, so that a full disk leaves what was there."""
    beside = None
    try:
        descriptor, beside = tempfile.mkstemp(dir=path.parent, prefix=".kommunplan-")
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.chmod(beside, _mode(path))
        os.replace(beside, path)
    except OSError as error:
        if beside is not None:
            with suppress(OSError):
                os.unlink(beside)
        raise RefusedError(
            f"{path} går inte att skriva ({error.strerror}). Välj en annan plats."
        ) from None


def _mode(path: Path) -> int:
    """That of the file that is replaced; else what a new file gets here."""
    with suppress(OSError):
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
