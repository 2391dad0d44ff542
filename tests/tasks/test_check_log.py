"""When the check has run, how it went, and how it is with the rest that the database knows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from models.errors import KommunplanError
from tasks import clock
from tasks.watch.check_log import LastCheck, last_check
from tasks.watch.health import health, kept
from tests.tasks.town import Town
from views.health import HealthPoint, HealthReport


def ran(town: Town) -> LastCheck:
    with town.database.read() as session:
        return last_check(session)


def one_of(found: HealthReport, name: str) -> HealthPoint:
    [finding] = [one for one in found.points if one.name == name]
    return finding


# --- The check tells that it has run ---


def test_a_check_that_has_nothing_to_say_is_noted(year: Town) -> None:
    assert ran(year).ran_at is None
    began = clock.now()
    year.on("2027-01-05").check()
    first = ran(year)
    assert first.ran_at is not None
    assert began <= first.ran_at <= clock.now()
    year.on("2027-01-05").check()
    assert (ran(year).runs_of_day, str(ran(year).day)) == (2, "2027-01-05")
    assert (ran(year).ran_at or began) > first.ran_at
    assert ran(year).ended_well


def test_what_is_not_a_check_is_not_noted_as_one(year: Town) -> None:
    year.on("2027-01-05").report("bokslut", "ekonomichef", None, by="Eva")
    year.on("2027-01-05").load()
    assert ran(year).ran_at is None


def test_a_check_that_is_broken_off_is_noted_with_why_until_one_ends_well(year: Town) -> None:
    year.on("2027-01-05").check()
    year.change("CREATE TRIGGER t BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'trasig'); END")
    with pytest.raises(KommunplanError):
        year.on("2027-04-01").check()
    broken = ran(year)
    assert not broken.ended_well
    assert "trasig" in broken.error
    assert str(broken.day) == "2027-01-05", "what ended well last is still known"
    finding = one_of(health(year.settings, clock.now()), "kontrollen")
    assert finding.is_well is False
    assert "trasig" in finding.said
    year.change("DROP TRIGGER t")
    year.on("2027-04-01").check()
    assert ran(year).ended_well


@pytest.mark.parametrize(
    ("ran_at", "now", "is_late"),
    [
        ("2027-03-01T05:30+00:00", "2027-03-02T05:30+00:00", False),
        ("2027-03-01T05:30+00:00", "2027-03-02T07:29+00:00", False),
        ("2027-03-01T05:30+00:00", "2027-03-02T07:31+00:00", True),
        # a Friday's check, and no other: Saturday counts, for the check runs every day
        ("2027-03-05T05:30+00:00", "2027-03-06T08:00+00:00", True),
        # 06.30 is 04.30 UTC, and 05.30 from the last Sunday in October on: 25 hours, in time
        ("2027-10-30T04:30+00:00", "2027-10-31T05:30+00:00", False),
        # and 23 hours the last Sunday in March
        ("2027-03-27T05:30+00:00", "2027-03-28T04:30+00:00", False),
    ],
)
def test_it_is_late_when_none_has_ended_well_for_a_day(
    ran_at: str, now: str, is_late: bool
) -> None:
    check = LastCheck(ran_at=datetime.fromisoformat(ran_at))
    assert check.is_late(datetime.fromisoformat(now)) is is_late


def test_one_that_never_ran_is_late() -> None:
    assert LastCheck().is_late(datetime(2027, 3, 1, tzinfo=UTC))


# --- How it is ---


def test_what_waits_in_the_outbox_is_counted_and_aged(year: Town) -> None:
    now = clock.now()
    assert kept(year.settings).outbox.waiting == 8
    year.change("UPDATE mail SET queued_at = ? WHERE id = 3", "2026-01-07 08:00:00.000000")
    year.change("UPDATE mail SET status = 'misslyckad', error = '550' WHERE id = 4")
    found = kept(year.settings).outbox
    assert (found.waiting, found.failed) == (7, 1)
    assert found.oldest == datetime(2026, 1, 7, 8, tzinfo=UTC)
    finding = one_of(health(year.settings, now), "utkorgen")
    assert finding.is_well is False
    assert "7 mejl väntar" in finding.said
    assert "1 gick inte att skicka" in finding.said


def test_a_database_of_another_version_is_said_to_be_so(year: Town) -> None:
    year.change("UPDATE alembic_version SET version_num = '0004_decisions'")
    found = health(year.settings, clock.now())
    assert not found.is_well
    first = found.points[0]
    assert (first.name, first.is_well) == ("databasen", False)
    assert "0004_decisions" in first.said
    assert "KOMMUNPLAN_DATA" in (first.todo or "")
