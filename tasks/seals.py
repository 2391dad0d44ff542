"""The seals: heads of the chain, written to a file outside the database, each day with something new a line.

Who changes the database and makes the chain anew has to change that file too; kept on another disk or another
machine, it shows that newest links were cut off.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from models.chain import Seal
from models.errors import KommunplanError
from tasks.settings import Settings

HEAD_LENGTH = 64


class SealFileError(KommunplanError):
    """The file of seals cannot be read or written."""


def seal_file(chosen: Settings) -> Path:
    return chosen.seal_file or chosen.data / "sigill.txt"


def write_seal(chosen: Settings, seal: Seal, now: datetime) -> None:
    """Adds a line, unless the newest says it already. SealFileError where the file cannot be written."""
    known = read_seals(chosen)
    if not seal.number or (known and known[-1] == seal):
        return
    path = seal_file(chosen)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "a", encoding="ascii") as file:
            file.write(f"{now.isoformat(timespec='seconds')} {seal}\n")
    except OSError as error:
        raise SealFileError(
            f"Sigillfilen {path} går inte att skriva: {error.strerror}. Kontrollera disken och "
            "rättigheterna, eller välj en annan fil med KOMMUNPLAN_SEAL_FILE."
        ) from None


def read_seals(chosen: Settings) -> Sequence[Seal]:
    """Those that have been written, oldest first; none where there is no file."""
    path = seal_file(chosen)
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise SealFileError(
            f"Sigillfilen {path} går inte att läsa: {error}. Rätta rättigheterna, eller lägg "
            "tillbaka en kopia."
        ) from None
    return [_read(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _read(path: Path, number: int, line: str) -> Seal:
    """Of a line: before the seal stands, for people, when it was written."""
    _, _, written = line.strip().partition(" ")
    return seal_of(written, f"Sigillfilen {path}, rad {number}")


def seal_of(written: str, where: str) -> Seal:
    """`1234 ab12…`, or with a colon between; SealFileError for what is none."""
    number, _, head = written.strip().replace(":", " ", 1).partition(" ")
    if (
        not (number.isascii() and number.isdecimal() and len(number) < 12)
        or len(head) != HEAD_LENGTH
    ):
        raise SealFileError(
            f"{where}: {written[:100]!r} är inget sigill. Ett sigill är ett nummer, ett mellanslag och "
            f"{HEAD_LENGTH} tecken."
        )
    return Seal(int(number), head.lower())
