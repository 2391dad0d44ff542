"""The measures for Prometheus, read anew each time they are asked for: numbers, no names or addresses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from models.errors import KommunplanError
from tasks import clock
from tasks.database import open_database
from tasks.reading import year_sheets
from tasks.settings import Settings
from tasks.watch.health import free_disk, kept


def serve(chosen: Settings, port: int) -> None:
    """On this machine only, until the process ends. KommunplanError for a port that is taken."""
    registry = CollectorRegistry()
    registry.register(Measures(chosen))
    try:
        start_http_server(port, "127.0.0.1", registry)
    except OSError as error:
        raise KommunplanError(
            f"Port {port} går inte att använda: {error.strerror}. Välj en annan med KOMMUNPLAN_METRICS_PORT."
        ) from None


class Measures(Collector):
    """What is true when it is asked for. With a database that cannot be read only that is told."""

    def __init__(self, chosen: Settings) -> None:
        self._chosen = chosen

    def describe(self) -> Iterator[GaugeMetricFamily]:
        return iter(())  # else a look at everything as it is registered

    def collect(self) -> Iterator[GaugeMetricFamily]:
        found, now = kept(self._chosen), clock.now()
        yield _gauge(
            "kommunplan_database_usable", "1 if it can be read and is up to date", not found.fault
        )
        if (disk := free_disk(self._chosen)) is not None:
            yield _gauge("kommunplan_disk_free_bytes", "Free where the data is", disk)
        if found.fault:
            return
        if (age := found.check.age(now)) is not None:
            yield _gauge(
                "kommunplan_check_age_seconds", "Since a check last ended well", age.total_seconds()
            )
        yield _gauge("kommunplan_check_late", "1 if none has for a day", found.check.is_late(now))
        yield _gauge(
            "kommunplan_check_failed",
            "1 if the newest did not end well",
            not found.check.ended_well and found.check.failed_at is not None,
        )
        yield _gauge(
            "kommunplan_outbox_oldest_seconds",
            "How long the oldest mail has waited",
            found.outbox.age(now).total_seconds(),
        )
        yield _gauge(
            "kommunplan_outbox_refused",
            "1 if the mail server takes no mail of ours until somebody mends that",
            found.outbox.standstill is not None,
        )
        yield _gauge(
            "kommunplan_letters_unwritten",
            "Letters that could not be written, or were left behind",
            sum(one.letters for one in found.unwritten),
        )
        yield from self._years()

    def _years(self) -> Iterator[GaugeMetricFamily]:
        mails = GaugeMetricFamily("kommunplan_mails", "Mails", labels=("budget_year", "status"))
        steps = GaugeMetricFamily("kommunplan_steps", "Steps", labels=("budget_year", "state"))
        late = GaugeMetricFamily(
            "kommunplan_steps_late",
            "Steps where somebody should have acted",
            labels=("budget_year",),
        )
        risk = GaugeMetricFamily(
            "kommunplan_steps_at_legal_risk",
            "Steps whose statutory day is missed or near",
            labels=("budget_year",),
        )
        database = open_database(self._chosen)
        try:
            years = year_sheets(database, clock.today(self._chosen))
        finally:
            database.engine.dispose()
        for year in years:
            number = str(year.budget_year)
            for state, count in year.mails.as_json().items():
                mails.add_metric((number, state), count)
            for state, count in Counter(line.status for line in year.lines).items():
                steps.add_metric((number, state), count)
            late.add_metric((number,), sum(line.late for line in year.lines))
            risk.add_metric((number,), sum(bool(line.risk) for line in year.lines))
        yield from (mails, steps, late, risk)


def _gauge(name: str, what: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, what, value=float(value))
