"""The journal: what the program has done, a JSON object a line, in `logg/journal.jsonl` of the data folder.

For those who watch the machine; the truth about the year is the event log. Numbers, steps, roles and
bodies stand in it, never a person's name or address, a link, a text that somebody wrote or a password:
what is not one of these plain values is not taken.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, date, datetime
from enum import Enum
from logging.handlers import WatchedFileHandler
from typing import Any, Literal

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


def journal(event: str, *, level: Level = "info", **facts: Plain) -> None:
    """Something has happened, and is certain: for what is done in a transaction, see `journal_after`."""
    LOG.log(logging.getLevelNamesMapping()[level.upper()], event, extra={"facts": facts})


def journal_after(session: Session, event: str, *, level: Level = "info", **facts: Plain) -> None:
    """As `journal`, once the transaction is kept; never, if it is not."""
    session.info.setdefault(_WAITING, []).append((event, level, facts))


def write_waiting(session: Session) -> None:
    """The transaction has been kept."""
    waiting: Iterable[tuple[str, Level, dict[str, Any]]] = session.info.pop(_WAITING, ())
    for event, level, facts in waiting:
        journal(event, level=level, **facts)


class JournalFile(WatchedFileHandler):
    """Reopened where logrotate has moved it; each line is one append, whole beside those of others. On a
    disk that is full lines are lost, and the work goes on."""

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(OSError):
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Not on somebody's terminal."""


class JsonLines(logging.Formatter):
    """A record as one line of JSON: `at`, `level`, `event`, then the event's own facts."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname.lower(), "event": record.getMessage()}
        facts: dict[str, Any] = getattr(record, "facts", {})
        return json.dumps(line | facts, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    return value.isoformat() if isinstance(value, date) else str(value)
