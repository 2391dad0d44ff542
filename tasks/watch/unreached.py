"""Those whom a mail did not reach, as each refuses for good: told to the process owner, each once.

By the watch, past the outbox: a mail about mails is no part of any year. What has been told is kept in a file
beside that of the alarms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session, col, select

from calendars.definition import load_definition
from models.counting import counted
from models.errors import KommunplanError
from models.process import Definition, TaskKey
from models.tables import MailRow, NoticeRow
from notifications.alarm import Alarm
from tasks import clock
from tasks.database import open_database
from tasks.settings import Settings
from tasks.watch.alarms import Alarms, Told

FILE = "berattade-studsar"
MEANS = (
    "De som står nedan vet inte om det som de skulle få veta, och påminnelser når dem inte heller. "
    "Allt annat går som det ska."
)


@dataclass(frozen=True, slots=True)
class Unreached:
    """A mail that its server has refused for good, whom it was to reach in which roles, and what to do."""

    mail: int
    name: str
    address: str
    roles: tuple[str, ...]
    error: str


@dataclass
class UnreachedTold:
    """Tells the process owner of each that has not been told."""

    settings: Settings
    now: Callable[[], datetime] = clock.now
    _alarms: Alarms = field(init=False)

    def __post_init__(self) -> None:
        # what has been told is known one by one
        self._alarms = Alarms(self.settings, self.now, file=f"{FILE}-senast", pause=timedelta())
        self._told: set[int] = set()

    def look(self, failed: int) -> bool:
        """Whether somebody was told something now, of the so many that failed. A mail that somebody has sent
        again is told again, if that does not reach either."""
        found = unreached(self.settings) if failed else []
        known = (self._told | self._stored()) & {one.mail for one in found}
        new = [one for one in found if one.mail not in known]
        is_told = bool(new) and self._alarms.tell(unreached_alarm(new)) is Told.NOW
        if is_told:
            known |= {one.mail for one in new}
        if known != self._told:
            self._told = known
            self._store()
        return is_told

    @property
    def _path(self) -> Path:
        return self.settings.data / FILE

    def _stored(self) -> set[int]:
        try:
            return set(map(int, self._path.read_text().split()))
        except (OSError, ValueError):
            return set()

    def _store(self) -> None:
        with suppress(OSError):  # it is remembered here, for as long as this process lives
            self._path.write_text("\n".join(map(str, sorted(self._told))) + "\n")


def unreached(chosen: Settings) -> list[Unreached]:
    """All that stand as refused for good, oldest first. Never an error: what cannot be read is told
    elsewhere."""
    try:
        definition = load_definition(chosen.definition)
        database = open_database(chosen)
    except KommunplanError:
        return []
    try:
        with database.read() as session:
            rows = session.exec(
                select(MailRow.id, MailRow.name, MailRow.address, MailRow.error)
                .where(MailRow.status == "misslyckad")
                .order_by(col(MailRow.id))
            ).all()
            return [
                Unreached(number or 0, name, address, _roles(session, definition, number), error)
                for number, name, address, error in rows
            ]
    except KommunplanError:
        return []
    finally:
        database.engine.dispose()


def _roles(session: Session, definition: Definition, mail: int | None) -> tuple[str, ...]:
    """As people say them; as they are written, where this definition does not know one."""
    told = session.exec(select(NoticeRow.role).where(NoticeRow.mail_id == mail).distinct()).all()
    return tuple(_title(definition, role) for role in sorted(told) if role)


def _title(definition: Definition, key: str) -> str:
    role, _, unit = key.partition(":")
    try:
        return definition.title_of(TaskKey(role=role, unit=unit or None))
    except KommunplanError:
        return key


def unreached_alarm(mails: Sequence[Unreached]) -> Alarm:
    return Alarm(
        f"{counted(len(mails), 'mejl', 'mejl')} gick inte fram",
        tuple((f"{', '.join(one.roles) or one.name}", _of(one)) for one in mails),
        (
            "Rätta det som står vid var och en, och säg så länge till dem på annat sätt",
            "Skicka sedan på nytt: `kommunplan skicka-om --misslyckade`",
        ),
        MEANS,
    )


def _of(one: Unreached) -> str:
    return f"{one.name} <{one.address}>: {one.error}"
