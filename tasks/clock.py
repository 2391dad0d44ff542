"""The one place that reads the clock: days in Europe/Stockholm, instants in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pendulum

from models.errors import SettingsError
from tasks.settings import Settings

ZONE = "Europe/Stockholm"


def today(chosen: Settings) -> date:
    """Today in Stockholm, or in an exercise the day that the clock file holds."""
    if chosen.clock_file is None:
        return pendulum.now(ZONE).date()
    try:
        day = date.fromisoformat(chosen.clock_file.read_text().strip())
        if 2000 <= day.year <= 2100:
            return day
        reason = f"{day} ligger inte mellan åren 2000 och 2100"
    except OSError as error:
        reason = f"går inte att läsa ({error.strerror})"
    except ValueError:
        reason = "går inte att läsa som ett datum"
    raise SettingsError(
        f"KOMMUNPLAN_CLOCK_FILE={chosen.clock_file}: {reason}. "
        "Skriv en dag som 2027-03-01 i filen, eller ta bort inställningen."
    )


def now() -> datetime:
    return datetime.now(UTC)


def day_of(instant: datetime) -> date:
    """The day that it is then in Stockholm."""
    return pendulum.instance(instant).in_timezone(ZONE).date()
