"""The journal: what the program has done, a JSON object a line, in `logg/journal.jsonl` of the data folder.

For those who watch the machine; the truth about the year is the event log. Numbers, steps, roles and
bodies stand in it, never a person's name or address, a link, a text that somebody wrote or a password:
what is not one of these plain values is not taken.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from enum import Enum
from logging.handlers import WatchedFileHandler
from typing import Literal, NamedTuple

from sqlmodel import Session

from tasks.settings import Settings

Plain = str | int | float | bool | date | None
Level = Literal["info", "warning", "error"]

LOG = logging.getLogger("kommunplan.journal")
LOG.propagate = False
LOG.addHandler(logging.NullHandler())
LOG.setLevel(logging.INFO)
_WAITING = "kommunplan journal"


def keep_journal(chosen: Settings) -> None:
    """From now on this process writes to the journal of its data folder. Several may, at the same time."""
    path = chosen.data.absolute() / "logg" / "journal.jsonl"
    for handler in [one for one in LOG.handlers if isinstance(one, JournalFile)]:
        if handler.baseFilename == str(path):
            return
        LOG.removeHandler(handler)
        handler.close()
    with suppress(OSError):
        path.parent.mkdir(exist_ok=True)
    handler = JournalFile(path, encoding="utf-8", delay=True)
    handler.setFormatter(JsonLines())
    LOG.addHandler(handler)


class JournalEntry(NamedTuple):
    """Something that has happened."""

    event: str
    level: Level
    facts: Mapping[str, Plain]


def journal(event: str, *, level: Level = "info", **facts: Plain) -> None:
    """Something has happened, and is certain: for what is done in a transaction, see `journal_after`."""
    _log([JournalEntry(event, level, facts)])


def journal_after(session: Session, event: str, *, level: Level = "info", **facts: Plain) -> None:
    """As `journal`, once the transaction is kept; never, if it is not."""
    session.info.setdefault(_WAITING, []).append(JournalEntry(event, level, facts))


def write_waiting(session: Session) -> None:
    """The transaction has been kept."""
    if waiting := session.info.pop(_WAITING, None):
        _log(waiting)


def _log(entries: Sequence[JournalEntry]) -> None:
    """As one record: to make and append one for each mail of a large delivery would cost more than to mark
    them in the database."""
    levels = logging.getLevelNamesMapping()
    worst = max(levels[one.level.upper()] for one in entries)
    events = ", ".join(dict.fromkeys(one.event for one in entries))
    record = logging.LogRecord(LOG.name, worst, "", 0, events, None, None)
    record.entries = entries
    LOG.handle(record)


class JournalFile(WatchedFileHandler):
    """Reopened where logrotate has moved it; a record is one append, its lines whole beside those of
    others. On a disk that is full lines are lost, and the work goes on."""

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(OSError):
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Not on somebody's terminal."""


class JsonLines(logging.Formatter):
    """A line of JSON for each entry of a record: `at`, `level`, `event`, then the event's own facts."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        entries: Iterable[JournalEntry] = getattr(record, "entries", ())
        return "\n".join(
            _encode({"at": at, "level": one.level, "event": one.event, **one.facts})
            for one in entries
        )


def _plain(value: object) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    return value.isoformat() if isinstance(value, date) else str(value)


_encode = json.JSONEncoder(ensure_ascii=False, default=_plain).encode
