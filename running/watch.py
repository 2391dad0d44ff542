"""`python -m running.watch`: the dead man's switch. `kommunplan start` runs it beside the rest.

Apart from Prefect, its worker and the outbox, it looks at when the last check ended well. When that is
more than a day ago, or the database cannot be read, or the mail server takes no mail of ours until somebody
mends that, it mails the process owner itself.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import FrameType
from zoneinfo import ZoneInfo

from models.errors import KommunplanError
from notifications.alarm import Alarm
from notifications.wording import long_day
from tasks import clock
from tasks.clock import ZONE
from tasks.settings import Settings, settings
from tasks.watch.alarms import Alarms, Told
from tasks.watch.health import Kept, kept
from tasks.watch.journal import journal, keep_journal
from tasks.watch.lock import watching
from tasks.watch.unreached import UnreachedTold

LOOK_EVERY = 20.0
"""Seconds. A look reads three rows."""
FAULT_LASTS = timedelta(minutes=10)
"""A database that is busy, or is being brought up to date, is left in peace so long."""


@dataclass
class Watch:
    """Looks, and tells; `now` is the wall's clock, never an exercise's."""

    settings: Settings
    now: Callable[[], datetime] = clock.now
    _alarms: Alarms = field(init=False)
    _unreached: UnreachedTold = field(init=False)
    _fault_since: datetime | None = None

    def __post_init__(self) -> None:
        self._alarms = Alarms(self.settings, self.now)
        self._unreached = UnreachedTold(self.settings, self.now)

    def look(self) -> bool:
        """Whether somebody was told something now."""
        found = kept(self.settings)
        alarm = self._alarm(found)
        if alarm is not None and self._alarms.tell(alarm) is Told.NOW:
            return True
        return not found.fault and self._unreached.look(found.outbox.failed)

    def run(self, stopped: threading.Event, every: float = LOOK_EVERY) -> None:
        while not stopped.is_set():
            self.look()
            stopped.wait(every)

    def _alarm(self, found: Kept) -> Alarm | None:
        now = self.now()
        if found.fault:
            self._fault_since = self._fault_since or now
            lasts = now - self._fault_since >= FAULT_LASTS
            return database_alarm(found.fault) if lasts else None
        self._fault_since = None
        if found.check.is_late(now):
            return late_alarm(found)
        return standstill_alarm(found) if found.outbox.standstill else None


def late_alarm(found: Kept) -> Alarm:
    check = found.check
    facts = [("Kontrollen gick senast klart", _day(check.ran_at) or "aldrig")]
    if not check.ended_well and check.failed_at is not None:
        facts.append(("Den bröts", f"{_day(check.failed_at)}: {check.error}"))
    facts.append(("Väntar i utkorgen", f"{found.outbox.waiting} mejl"))
    since = f"inte gått klart sedan {_day(check.ran_at)}" if check.ran_at else "aldrig gått klart"
    return Alarm(
        f"Den dagliga kontrollen har {since}",
        tuple(facts),
        ("Starta kommunplan igen: kontrollen körs då genast. Går det inte: `kommunplan kontroll`",),
    )


def standstill_alarm(found: Kept) -> Alarm:
    """The mail server may take this one: it may refuse only what goes to others."""
    stands = found.outbox.standstill
    said, todo = stands.parts if stands else ("", "")
    return Alarm(
        "E-postservern tar inte emot mejl från kommunplan",
        (
            ("Servern", said),
            ("Sedan", _day(stands.since if stands else None)),
            ("Väntar i utkorgen", f"{found.outbox.waiting} mejl"),
        ),
        (todo, "Mejlen går av sig själva när det är rättat; genast med: `kommunplan skicka`"),
    )


def database_alarm(fault: str) -> Alarm:
    return Alarm(
        "Kommunplans databas går inte att läsa",
        (("Felet", fault),),
        ("Följ det som felet säger. Är filen skadad: docs/watching.md beskriver återläsning.",),
    )


def stopped_alarm(why: str) -> Alarm:
    return Alarm("Kommunplan har stannat", (("Därför", why),), ("Starta kommunplan igen.",))


def main() -> None:
    """Until it is ended. Exit code 2 where the settings are wrong, or another watch is there."""
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    try:
        chosen = settings()
        with watching(chosen):
            keep_journal(chosen)
            if chosen.metrics_port is not None:
                from running.metrics import serve

                serve(chosen, chosen.metrics_port)
            journal("watch.began")
            Watch(chosen).run(stopped)
    except KommunplanError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from None


def _day(moment: datetime | None) -> str:
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(ZONE))
    return f"{long_day(local.date())} kl. {local:%H.%M}"


if __name__ == "__main__":
    main()
