"""Events and mails are stored together or not at all, also when the process is killed in between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from models.errors import KommunplanError
from models.events import Outcome
from tests.hands import Hands
from tests.tasks import processes
from tests.tasks.conftest import MakeTown
from tests.tasks.town import Town, tables


@pytest.fixture(scope="module")
def march(tmp_path_factory: pytest.TempPathFactory) -> Path:
    town = Town(tmp_path_factory.mktemp("march"))
    town.on("2027-01-04").start_year(2028)
    on = town.on("2027-03-01")
    on.check()
    on.report("uppfoljning-mars", "ekonomichef", None, by="Eva")
    on.report("skatteprognos", "ekonomichef", None, by="Eva")
    town.close()
    return town.path


@pytest.fixture
def year(make_town: MakeTown, march: Path) -> Town:
    """On 1 March: parts are missing, SU is awaited in uppfoljning-mars, skatteprognos is done."""
    return make_town(like=march)


ACTIONS: dict[str, Callable[[Hands], object]] = {
    "check": lambda on: replace(on, today=date(2027, 4, 1)).check(),
    "report": lambda on: on.report("bokslutsdag", "kommunchef", None, by="Klas"),
    "override": lambda on: on.override("bokslut", by="Petra", reason="hinner inte"),
    "decide": lambda on: on.decide(
        "uppfoljning-mars", "SU", Outcome.FORESLAR, by="Kim", on=date(2027, 3, 2)
    ),
    "återremiss": lambda on: on.decide(
        "uppfoljning-mars", "SU", Outcome.ATERREMISS, by="Kim", on=date(2027, 3, 2), reason="fel"
    ),
    "rerun": lambda on: on.rerun("skatteprognos", by="Petra", reason="ny prognos", token="t"),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_a_letter_that_cannot_be_written_leaves_neither_events_nor_mails(
    year: Town, action: str
) -> None:
    before = year.tables()
    broken = year.settings.model_copy(update={"sender": None})  # as no validated setting can be
    with pytest.raises(AttributeError):
        ACTIONS[action](Hands(year.database, broken, date(2027, 3, 10)))
    assert year.tables() == before


@pytest.mark.parametrize("action", ACTIONS)
def test_a_mail_that_cannot_be_stored_leaves_neither_events_nor_mails(
    year: Town, action: str
) -> None:
    year.change(
        "CREATE TRIGGER full BEFORE INSERT ON mail BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    )
    before = year.tables()
    with pytest.raises(KommunplanError, match="disk is full"):
        ACTIONS[action](year.on("2027-03-10"))
    assert year.tables() == before


@pytest.mark.parametrize("action", ACTIONS)
def test_each_of_those_actions_stores_events_and_mails_when_nothing_fails(
    year: Town, action: str
) -> None:
    before = year.tables()
    ACTIONS[action](year.on("2027-03-10"))
    after = year.tables()
    assert len(after["event"]) > len(before["event"])
    assert len(after["mail"]) > len(before["mail"])


def test_a_start_that_fails_leaves_no_year(town: Town) -> None:
    before = town.tables()
    broken = town.settings.model_copy(update={"sender": None})
    with pytest.raises(AttributeError):
        Hands(town.database, broken, date(2027, 1, 4)).start_year(2028)
    assert town.tables() == before


def test_a_check_that_fails_for_one_year_changes_none(year: Town) -> None:
    """All years are one transaction; the next check repairs it."""
    year.change(
        "CREATE TRIGGER full BEFORE INSERT ON mail WHEN new.step = 'arsredovisning'"
        " BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    )
    before = year.tables()
    with pytest.raises(KommunplanError, match="disk is full"):
        year.on("2027-04-12").check()
    assert year.tables() == before


@pytest.mark.parametrize("when", ["INSERT ON event", "INSERT ON mail_notice", "INSERT ON mail"])
def test_a_check_killed_half_way_leaves_nothing_and_the_next_does_it_all(
    year: Town, when: str
) -> None:
    year.close()
    processes.deadly_trigger(year.path, when)
    before = tables(year.path)
    assert processes.killed(processes.mortal_check, year.settings.data, "2027-04-01") == -9
    assert tables(year.path) == before
    processes.harmless_again(year.path)
    (done,) = year.on("2027-04-01").check()
    assert "planeringsforutsattningar/oppnat" in done.events
    assert year.notice_count(step="planeringsforutsattningar", kind="oppnat") == 1
