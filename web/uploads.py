"""Files that are sent with a form: kept in the data folder from the preview to the act, and no longer.

Each lies in a folder of its own, named by the form's key, under the name that it had; nothing else can be
pointed at. What nobody carried out is thrown away a day later.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from calendars.tables.limits import BYTES

LARGEST = BYTES + 128 * 1024
"""Of a whole form: the largest file that is read, and its fields."""
KEPT = 24 * 60 * 60.0
"""Seconds."""
_KEY = re.compile(r"[\w-]{8,64}", re.ASCII)
_PLACE = re.compile(r"([\w-]{8,64})/([\w .()+-]{1,120})")


@dataclass(frozen=True, slots=True)
class Uploads:
    """The files of the forms that are under way. `folder` is theirs alone."""

    folder: Path

    def keep(self, key: str, name: str, content: bytes) -> str:
        """Keeps the file; where it lies, as a form carries it on. ValueError for a key that is none."""
        if not _KEY.fullmatch(key):
            raise ValueError("no key")
        self.folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        self._throw_away_old()
        place = self.folder / key
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True, mode=0o700)
        safe = _safe(name)
        (place / safe).write_bytes(content)
        return f"{key}/{safe}"

    def find(self, place: str) -> Path | None:
        """The file of that place, if it is still kept."""
        found = _PLACE.fullmatch(place)
        if found is None or found[2].strip(".") == "":
            return None
        path = self.folder / found[1] / found[2]
        return path if path.is_file() else None

    def forget(self, place: str) -> None:
        """It has been read in."""
        if found := self.find(place):
            shutil.rmtree(found.parent, ignore_errors=True)

    def _throw_away_old(self) -> None:
        for one in self.folder.glob("*/"):
            if time.time() - one.stat().st_mtime > KEPT:
                shutil.rmtree(one, ignore_errors=True)


def _safe(name: str) -> str:
    """The file's name without any folder, of characters that mean nothing to anybody."""
    own = name.replace("\\", "/").rpartition("/")[2]
    return re.sub(r"[^\w .()+-]", "_", own).strip(" .")[-100:] or "fil"


@dataclass(frozen=True, slots=True)
class SentPart:
    """A field of a form with files; `filename` is None of one that is no file."""

    name: str
    filename: str | None
    content: bytes


_BOUNDARY = re.compile(r"boundary=\"?([\w'()+,./:=?-]{1,70})\"?", re.ASCII)
_DISPOSITION = re.compile(r"^content-disposition:\s*form-data(.*)$", re.IGNORECASE | re.MULTILINE)
_PARAMETER = re.compile(r';\s*(name|filename)="([^"\r\n]*)"')
"""As browsers write them: in UTF-8, a quotation mark as %22."""


def parts_of(content_type: str, body: bytes) -> Iterator[SentPart]:
    """The fields of a `multipart/form-data` body; ValueError for what is none."""
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        raise ValueError("no boundary")
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary[1].encode())
    if len(pieces) > 200 or not pieces[-1].startswith(b"--"):
        raise ValueError("cut off")
    return (_part(piece) for piece in pieces[1:-1])


def _part(piece: bytes) -> SentPart:
    head, is_part, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    disposition = _DISPOSITION.search(head.decode("utf-8", "replace"))
    said = dict(_PARAMETER.findall(disposition[1])) if disposition else {}
    if not is_part or "name" not in said:
        raise ValueError("no name")
    return SentPart(said["name"], said.get("filename"), content)
