"""Tells the process owner at once that something has stopped: past the outbox, which may be what has.

At most once a day for each data folder, whoever tells: the watch, `kommunplan halsa --mejla`, or
`kommunplan start` as it ends. What keeps count is a file, for the database may be what is broken.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from zoneinfo import ZoneInfo

from notifications.alarm import Alarm, alarm_letter
from notifications.failures import PermanentFailureError, TemporaryFailureError
from notifications.mailer import Mailer
from notifications.message import build
from notifications.recipients import Recipient
from tasks import clock
from tasks.clock import ZONE
from tasks.mail.server import mail_server
from tasks.people.owners import owners
from tasks.settings import Settings
from tasks.watch.journal import journal

FILE = "senaste-larm"
PAUSE = timedelta(days=1)
NEXT_TRY = timedelta(minutes=15)
FAILURES = (PermanentFailureError, TemporaryFailureError, TimeoutError)


class Told(Enum):
    """What became of an alarm."""

    NOW = "mailed"
    LATELY = "one was mailed in the last day"
    NOT_TAKEN = "the mail server did not take it"


@dataclass
class Alarms:
    """The alarms of a data folder; `now` is the clock's. Remembers for itself, too, what it has told:
    the disk may be full."""

    settings: Settings
    now: Callable[[], datetime] = clock.now
    file: str = FILE
    """What keeps count, in the data folder."""
    pause: timedelta = PAUSE
    """How long after one nothing more is told."""
    told_to: tuple[str, ...] = ()
    """The addresses that the last alarm went to."""
    _told_at: datetime | None = None
    _not_before: datetime | None = None

    def tell(self, alarm: Alarm) -> Told:
        """What the mail server does not take is tried again a while later."""
        now = self.now()
        told = max(filter(None, (self._told_at, self._stored())), default=None)
        if told is not None and timedelta() <= now - told < self.pause:
            return Told.LATELY
        if self._not_before is not None and now < self._not_before:
            return Told.NOT_TAKEN
        try:
            asyncio.run(self._send_to_each(alarm, now))
        except FAILURES as error:
            self._not_before = now + NEXT_TRY
            journal("alarm.not_told", level="error", error=type(error).__name__)
            return Told.NOT_TAKEN
        self._told_at = now
        self._store(now)
        journal("alarm.told", level="error")
        return Told.NOW

    def _people(self) -> tuple[str, ...]:
        """Whoever is process owner by the wall's date."""
        return owners(self.settings, self.now().astimezone(ZoneInfo(ZONE)).date())

    async def _send_to_each(self, alarm: Alarm, now: datetime) -> None:
        """Where the server takes none of their addresses, to that of the settings."""
        told = [one for one in self._people() if await self._is_taken(alarm, one, now)]
        if not told:
            told = [self.settings.process_owner]
            await self._send(alarm, told[0], now)
        self.told_to = tuple(dict.fromkeys(self.settings.mail_to or one for one in told))

    async def _is_taken(self, alarm: Alarm, person: str, now: datetime) -> bool:
        try:
            await self._send(alarm, person, now)
        except FAILURES:
            return False
        return True

    async def _send(self, alarm: Alarm, person: str, now: datetime) -> None:
        chosen = self.settings
        if chosen.why_no_mail_leaves:
            raise PermanentFailureError(chosen.why_no_mail_leaves)
        address = chosen.mail_to or person
        mail = build(
            alarm_letter(alarm),
            key=f"larm/{now.isoformat()}/{person}",
            thread="larm",
            sender=chosen.sender,
            recipient=Recipient("", address),
            reply_to=chosen.process_owner,
            created=now,
            before_subject=f"[PROV till {person}] " if chosen.mail_to else "",
        )
        async with asyncio.timeout(2 * chosen.smtp_timeout), Mailer(mail_server(chosen)) as mailer:
            await mailer.send(chosen.sender, address, mail.content)

    @property
    def _path(self) -> Path:
        return self.settings.data / self.file

    def _stored(self) -> datetime | None:
        try:
            return datetime.fromisoformat(self._path.read_text().strip()).astimezone(UTC)
        except (OSError, ValueError):
            return None

    def _store(self, at: datetime) -> None:
        try:
            self._path.write_text(f"{at.astimezone(UTC).isoformat()}\n")
        except OSError:
            journal("alarm.not_noted", level="warning")
