"""Whether the installation is well: what the database and the folder say, and what each part answers.

Reads only, waits a few seconds at most, and says what it can when everything else is off.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from calendars.workdays import WORKDAYS
from models.counting import counted
from models.errors import KommunplanError
from models.tables import CycleRow, MailRow
from tasks.clock import ZONE, today
from tasks.database import newest_revision, open_database
from tasks.mail.standstill import Standstill, standstill
from tasks.mail.unwritten import Unwritten, unwritten
from tasks.proof import newest_fault
from tasks.seals import SealFileError, read_seals
from tasks.settings import SET_SENDER, Settings
from tasks.watch.check_log import LastCheck, last_check
from tasks.watch.lock import is_watched
from tasks.watch.prefect_health import page_health, prefect_health
from tasks.watch.sign_in_health import sign_in_health
from views.health import CheckHealth, HealthPoint, HealthReport, OutboxHealth, point

STUCK_AFTER = timedelta(hours=24)
"""A mail is tried at least every sixth hour, so it has then been refused several times."""
LEAST_DISK = 200 * 1024**2
NEWEST_LINKS = 500
"""How many of the chain's links are looked at; `kommunplan bevisa` looks at all."""


@dataclass(frozen=True, slots=True)
class OutboxState:
    """How many mails wait, since when the oldest has, and how many never arrive as they stand."""

    waiting: int = 0
    oldest: datetime | None = None
    failed: int = 0
    standstill: Standstill | None = None
    """That the server takes none of them, until somebody mends that."""

    def age(self, now: datetime) -> timedelta:
        return max(now - self.oldest, timedelta()) if self.oldest else timedelta()


@dataclass(frozen=True, slots=True)
class Kept:
    """What the database says; `fault` is why it says nothing."""

    check: LastCheck = field(default_factory=LastCheck)
    outbox: OutboxState = field(default_factory=OutboxState)
    years: tuple[int, ...] = ()
    unwritten: tuple[Unwritten, ...] = ()
    proof: HealthPoint | None = None
    fault: str = ""


def kept(chosen: Settings) -> Kept:
    """What the database says; never an error: what stands in the way is a part of the answer."""
    try:
        database = open_database(chosen)
        try:
            with database.read() as session:
                return Kept(
                    last_check(session),
                    _outbox(session),
                    _years(session),
                    tuple(unwritten(session, today(chosen), exercise=chosen.mail_to is not None)),
                    _proof(session, chosen),
                )
        finally:
            database.engine.dispose()
    except KommunplanError as error:
        return Kept(fault=str(error))


def _proof(session: Session, chosen: Settings) -> HealthPoint:
    """The newest links and the newest seal; `kommunplan bevisa` tries them all."""
    try:
        seals = read_seals(chosen)
    except SealFileError as error:
        said, _, todo = str(error).partition(". ")
        return point("loggen", False, f"{said}.", todo)
    fault = newest_fault(session, NEWEST_LINKS, seals)
    if fault is not None:
        return point(
            "loggen",
            False,
            fault.said,
            "Kör kommunplan bevisa, och ta reda på vem som har ändrat i databasen. "
            "Återställ en kopia om det behövs.",
        )
    if not seals and last_check(session).ran_at:
        said = "har inget sigill, fast kontrollen har gått."
        return point(
            "loggen", False, said, "Kör kommunplan kontroll, och se sigillfilen i docs/trust.md."
        )
    return point(
        "loggen", True, "är den som registrerades, så långt som de senaste länkarna visar."
    )


def free_disk(chosen: Settings) -> int | None:
    """Bytes that are free where the data is; None where that cannot be known."""
    try:
        return shutil.disk_usage(chosen.data).free
    except OSError:
        return None


def health(chosen: Settings, now: datetime) -> HealthReport:
    """Everything at once; what has to be asked for is asked for side by side."""
    with ThreadPoolExecutor(2) as asking:
        prefect = asking.submit(prefect_health, chosen, now)
        page = asking.submit(page_health, chosen)
        found, disk = kept(chosen), free_disk(chosen)
        own = (
            *_of_database(found, chosen, now),
            *_of_folder(chosen, disk),
            *sign_in_health(chosen, _local(now).date()),
        )
        return _report(found, now, disk, (*own, page.result(), *prefect.result()))


def _report(
    found: Kept, now: datetime, disk: int | None, points: tuple[HealthPoint, ...]
) -> HealthReport:
    check, outbox = found.check, found.outbox
    return HealthReport(
        is_well=all(one.is_well is not False for one in points),
        now=now,
        database_fault=found.fault or None,
        budget_years=found.years,
        check=CheckHealth(
            ran_at=check.ran_at,
            age_seconds=_seconds(check.age(now)),
            is_today=_is_today(check.ran_at, now),
            is_workday=WORKDAYS.is_workday(_local(now).date()),
            failed_at=check.failed_at,
            error=check.error or None,
        ),
        outbox=OutboxHealth(
            waiting=outbox.waiting,
            oldest_seconds=_seconds(outbox.age(now)) if outbox.oldest else None,
            failed=outbox.failed,
            unwritten=sum(one.letters for one in found.unwritten),
        ),
        free_bytes=disk,
        points=points,
    )


def _seconds(age: timedelta | None) -> int | None:
    return None if age is None else round(age.total_seconds())


def _of_database(found: Kept, chosen: Settings, now: datetime) -> Iterator[HealthPoint]:
    if found.fault:
        what, _, todo = found.fault.partition(". ")
        yield point("databasen", False, f"{what}.", todo)
        return
    yield point(
        "databasen", True, f"går att läsa, och har programmets version {newest_revision()}."
    )
    if not found.years:
        yield point("kontrollen", False, "inget budgetår är startat.", "Kör kommunplan starta-ar.")
    else:
        yield _of_check(found.check, now)
    yield _of_outbox(found.outbox, chosen, now)
    if found.unwritten:
        yield _of_unwritten(found.unwritten, now)
    if found.proof:
        yield found.proof


def _of_check(check: LastCheck, now: datetime) -> HealthPoint:
    again = "Kör kommunplan kontroll. Går den inte av sig själv i morgon: se arbetaren och schemat."
    if check.ran_at is None:
        said = "har aldrig gått klart."
        if check.error:
            said = f"har aldrig gått klart. Den bröts {_when(check.failed_at, now)}: {check.error}"
        return point("kontrollen", False, said, again)
    is_free = not WORKDAYS.is_workday(_local(now).date())
    free = " (ledig dag; den går alla dagar)" if is_free else ""
    when = _when(check.ran_at, now)
    ran_today = _is_today(check.ran_at, now)
    said = f"gick {when}{free}." if ran_today else f"har inte gått i dag{free}; senast {when}."
    if check.is_late(now):
        return point("kontrollen", False, said, again)
    if not check.ended_well:
        return point(
            "kontrollen",
            False,
            f"{said} Den bröts {_when(check.failed_at, now)}: {check.error}",
            "Åtgärda felet, och kör kommunplan kontroll.",
        )
    return point("kontrollen", True, said)


def _of_outbox(outbox: OutboxState, chosen: Settings, now: datetime) -> HealthPoint:
    waiting = "tom"
    if outbox.oldest:
        waiting = f"{outbox.waiting} mejl väntar, det äldsta sedan {_when(outbox.oldest, now)}"
    refused = f"; {outbox.failed} gick inte att skicka (kommunplan status)" if outbox.failed else ""
    if why := chosen.why_no_mail_leaves:
        return point("utkorgen", False, f"{waiting}{refused}. {why}", SET_SENDER)
    if outbox.standstill:
        since, (why, todo) = outbox.standstill.since, outbox.standstill.parts
        return point(
            "utkorgen",
            False,
            f"{waiting}{refused}. E-postservern tar inte emot något från oss sedan {_when(since, now)}: "
            f"{why}",
            f"{todo} Kör sedan kommunplan skicka.",
        )
    if outbox.age(now) > STUCK_AFTER:
        return point(
            "utkorgen",
            False,
            f"{waiting}{refused}.",
            "Kör kommunplan skicka: den säger vad e-postservern svarar.",
        )
    return point("utkorgen", True, f"{waiting}{refused}.")


def _of_unwritten(letters: Sequence[Unwritten], now: datetime) -> HealthPoint:
    """Which kinds of letters cannot be written, for how many, why, and what to do."""
    said = [
        f"{counted(one.letters, 'mejl', 'mejl')} av slaget {one.kind} till "
        f"{counted(one.people, 'person', 'personer')} "
        + (
            f"kan inte skrivas sedan {_when(one.since, now)} "
            f"({one.attempts} försök): {one.error.removesuffix('.')}."
            if one.error
            else "är inte skrivna än."
        )
        for one in letters
    ]
    todo = "Kör kommunplan kontroll: den skriver dem."
    if any(one.error for one in letters):
        todo = (
            "Det som är registrerat står fast. Rätta mallen (notifications/templates) eller det som felet "
            "pekar på, och kör kommunplan kontroll: den skriver mejlen, vart och ett en gång."
        )
    return point("mejlen", False, " ".join(said), todo)


def _of_folder(chosen: Settings, disk: int | None) -> Iterator[HealthPoint]:
    if disk is None:
        yield point("disken", False, f"{chosen.data} finns inte.", "Rätta KOMMUNPLAN_DATA.")
    else:
        size = f"{disk / 1024**3:.1f}".replace(".", ",")
        said = f"{size} GB ledigt där data ligger."
        todo = "Frigör utrymme: utan det kan inget registreras."
        yield point("disken", disk >= LEAST_DISK, said, "" if disk >= LEAST_DISK else todo)
    if is_watched(chosen):
        yield point("vakten", True, "är igång, och mejlar processägaren om kontrollen uteblir.")
    else:
        yield point(
            "vakten",
            False,
            "är inte igång: ingen får veta om kontrollen uteblir.",
            "Kör make start, eller python -m running.watch bredvid arbetaren.",
        )


def _outbox(session: Session) -> OutboxState:
    count, oldest = session.exec(
        select(func.count(), func.min(MailRow.queued_at)).where(MailRow.status == "köad")
    ).one()
    failed = session.exec(
        select(func.count()).select_from(MailRow).where(MailRow.status == "misslyckad")
    ).one()
    return OutboxState(count, oldest, failed, standstill(session) if count else None)


def _years(session: Session) -> tuple[int, ...]:
    return tuple(session.exec(select(CycleRow.budget_year).order_by(col(CycleRow.budget_year))))


def _local(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(ZONE))


def _is_today(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and _local(moment).date() == _local(now).date()


def _when(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return ""
    local = _local(moment)
    return f"i dag kl. {local:%H.%M}" if _is_today(moment, now) else f"{local:%Y-%m-%d kl. %H.%M}"
