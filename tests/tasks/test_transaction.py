"""Events and what is to be told are stored together or not at all, and letters are written from that, once,
also when the process is killed in between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from models.errors import KommunplanError
from models.events import Outcome
from tasks.mail.writing import write_what_is_left
from tasks.year import Advance
from tests.hands import Hands, decision
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
    "rerun": lambda on: on.rerun("skatteprognos", by="Petra", reason="ny prognos", token="t")[0],
}


ANNOUNCING = ("decide", "återremiss", "rerun")
"""What makes something known by itself."""


@pytest.mark.parametrize(
    ("action", "table"), [("check", "notice"), *((one, "announcement") for one in ANNOUNCING)]
)
def test_what_is_made_known_and_cannot_be_stored_leaves_no_events_either(
    year: Town, action: str, table: str
) -> None:
    year.change(
        f"CREATE TRIGGER full BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    )
    before = year.tables()
    with pytest.raises(KommunplanError, match="disk is full"):
        ACTIONS[action](year.on("2027-03-10"))
    assert year.tables() == before


@pytest.mark.parametrize("action", [one for one in ACTIONS if one != "check"])
def test_what_follows_and_cannot_be_stored_costs_no_event_and_comes_with_the_next_check(
    year: Town, make_town: MakeTown, march: Path, tmp_path: Path, action: str
) -> None:
    untroubled = make_town(like=march, data=tmp_path / "untroubled")
    ACTIONS[action](untroubled.on("2027-03-10"))
    untroubled.on("2027-03-10").check()
    year.change(
        "CREATE TRIGGER full BEFORE INSERT ON notice BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    )
    known = len(year.log())
    done = ACTIONS[action](year.on("2027-03-10"))
    assert isinstance(done, Advance)
    assert [year.log()[number - 1].key for number in done.numbers] == list(done.events)
    assert len(year.log()) == known + len(done.events) > known
    assert "nästa kontroll gör det" in done.notes[-1]
    with pytest.raises(KommunplanError, match="disk is full"):
        year.on("2027-03-10").check()
    year.change("DROP TRIGGER full")
    year.on("2027-03-10").check()
    for town in (year, untroubled):
        town.on("2027-03-11").check()  # whose letter tells what happened the day before
    assert year.tables()["announcement"] == []
    assert sorted(event.key for event in year.log()) == sorted(e.key for e in untroubled.log())
    assert mails(year) == mails(untroubled)


def mails(town: Town) -> set[tuple[str, str, str]]:
    return {(mail.key, mail.message_id, mail.subject) for mail in town.mails()}


@pytest.mark.parametrize("action", ACTIONS)
def test_a_letter_that_cannot_be_written_costs_no_event_and_is_written_when_it_can(
    year: Town, action: str
) -> None:
    known = len(year.mails())
    broken = year.settings.model_copy(update={"sender": None})  # as no validated setting can be
    on = replace(year.on("2027-03-10"), settings=broken)
    ACTIONS[action](on)
    log, unwritten = year.log(), year.unwritten()
    assert len(year.mails()) == known
    assert unwritten
    assert {one.attempts for one in unwritten} == {1}
    assert "AttributeError" in unwritten[0].error

    year.on("2027-04-01" if action == "check" else "2027-03-10").check()
    assert year.log() == log
    assert year.unwritten() == []
    told = {one.key for one in year.notices()}
    # what one about a calendar alone would have brought comes with the others
    assert told >= {one.key for one in unwritten if one.kind != "kalender"}


@pytest.mark.parametrize("action", ACTIONS)
def test_a_mail_that_cannot_be_stored_costs_no_event(year: Town, action: str) -> None:
    year.change(
        "CREATE TRIGGER full BEFORE INSERT ON mail BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    )
    events, mails = len(year.log()), len(year.mails())
    ACTIONS[action](year.on("2027-03-10"))
    assert len(year.log()) > events
    assert len(year.mails()) == mails
    assert all("disk is full" in one.error for one in year.unwritten())
    year.change("DROP TRIGGER full")
    year.on("2027-03-10").check()
    assert year.unwritten() == []
    assert len(year.mails()) > mails


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
    town.change(
        "CREATE TRIGGER full BEFORE INSERT ON notice BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    )
    before = town.tables()
    with pytest.raises(KommunplanError, match="disk is full"):
        town.on("2027-01-04").start_year(2028, asks=True)
    assert town.tables() == before


def test_a_start_whose_letters_cannot_be_written_stands_and_says_so(town: Town) -> None:
    broken = town.settings.model_copy(update={"sender": None})
    done = Hands(town.database, broken, date(2027, 1, 4)).start_year(2028)
    assert (done.is_new, done.mails) == (True, 0)
    assert done.notes == ("8 mejl kunde inte skrivas; kommunplan halsa säger varför.",)
    (checked,) = town.on("2027-01-04").check()
    assert (checked.events, checked.mails) == ((), 8)


def test_a_check_that_fails_for_one_year_changes_none(year: Town) -> None:
    """All years are one transaction; the next check repairs it."""
    year.change(
        "CREATE TRIGGER full BEFORE INSERT ON notice WHEN new.step = 'arsredovisning'"
        " BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    )
    before = year.tables()
    with pytest.raises(KommunplanError, match="disk is full"):
        year.on("2027-04-12").check()
    assert year.tables() == before


def test_a_disk_that_is_full_when_the_letters_are_written_costs_no_decision(
    year: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the fault of any letter: it is told to whoever decided, and fails the check."""

    def full(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    events = len(year.log())
    monkeypatch.setattr("tasks.mail.writing_round.mark_written", full)
    done = year.on("2027-03-10").decide(
        "uppfoljning-mars", "SU", Outcome.FORESLAR, by="Kim", on=date(2027, 3, 2)
    )
    assert len(year.log()) > events
    assert "nästa kontroll gör det" in done.notes[-1]
    with pytest.raises(KommunplanError, match="disk is full"):
        year.on("2027-03-10").check()
    monkeypatch.undo()
    assert {one.attempts for one in year.unwritten()} == {0}
    year.on("2027-03-10").check()
    assert year.unwritten() == []


@pytest.mark.parametrize("when", ["INSERT ON event", "INSERT ON notice"])
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


@pytest.mark.parametrize("when", ["DELETE ON announcement", "INSERT ON notice"])
@pytest.mark.parametrize("then", ["check", "delivery", "the next day"])
def test_a_decision_stands_though_its_process_is_killed_before_anybody_is_told(
    year: Town, make_town: MakeTown, march: Path, tmp_path: Path, when: str, then: str
) -> None:
    untroubled = make_town(like=march, data=tmp_path / "untroubled")
    decide = ACTIONS["decide"]
    decide(untroubled.on("2027-03-10"))
    year.close()
    processes.deadly_trigger(year.path, when)
    assert processes.killed(processes.mortal_decision, year.settings.data, "2027-03-10") == -9
    assert year.stored().steps["uppfoljning-mars"].decisions[-1].body == "SU"
    assert tables(year.path)["announcement"]
    processes.harmless_again(year.path)
    match then:
        case "delivery":
            write_what_is_left(year.database, year.settings, date(2027, 3, 10))
        case "the next day":
            write_what_is_left(year.database, year.settings, date(2027, 3, 11))
    if then != "the next day":
        year.on("2027-03-10").check()
    for town in (year, untroubled):
        town.on("2027-03-11").check()  # whose letter tells what happened the day before
    told = {notice.key for notice in year.notices() if notice.kind == "beslut"}
    assert told
    assert told == {one.key for one in untroubled.notices() if one.kind == "beslut"}
    assert year.tables()["announcement"] == []
    if then != "the next day":
        assert mails(year) == mails(untroubled)


@pytest.mark.parametrize(
    "when",
    [
        "INSERT ON calendar_entry",  # between the transactions: the letters' own has just begun
        "INSERT ON mail",
        "UPDATE ON notice",
        "INSERT ON check_day",
    ],
)
@pytest.mark.parametrize("then", ["check", "delivery", "the next day"])
def test_a_check_killed_while_letters_are_written_leaves_them_to_whoever_comes(
    year: Town, make_town: MakeTown, march: Path, tmp_path: Path, when: str, then: str
) -> None:
    untroubled = make_town(like=march, data=tmp_path / "untroubled")
    untroubled.on("2027-04-01").check()
    wanted = {(mail.key, mail.message_id, mail.subject) for mail in untroubled.mails()}
    year.close()
    processes.deadly_trigger(year.path, when)
    assert processes.killed(processes.mortal_check, year.settings.data, "2027-04-01") == -9
    processes.harmless_again(year.path)
    known = len(tables(year.path)["event"])
    match then:
        case "check":
            year.on("2027-04-01").check()
        case "delivery":
            write_what_is_left(year.database, year.settings, date(2027, 4, 1))
        case "the next day":
            write_what_is_left(year.database, year.settings, date(2027, 4, 2))
    assert len(year.tables()["event"]) == known
    found = {(mail.key, mail.message_id, mail.subject) for mail in year.mails()}
    assert found == wanted
    assert year.unwritten() == []
    year.on("2027-04-01").check()
    assert {(mail.key, mail.message_id, mail.subject) for mail in year.mails()} == wanted


def test_letters_written_by_two_at_once_are_written_once(year: Town) -> None:
    broken = year.settings.model_copy(update={"sender": None})
    replace(year.on("2027-04-01"), settings=broken).check()
    waiting = {one.key for one in year.unwritten() if one.kind != "kalender"}
    known = len(year.mails())
    assert waiting
    year.close()
    folder = year.settings.data
    at_once = processes.at_once(processes.write_letters, *[(folder, "2027-04-01")] * 3)
    assert at_once == [0, 0, 0]
    told = [one.key for one in year.notices()]
    assert waiting <= set(told)
    assert len(told) == len(set(told))
    mails = [mail.key for mail in year.mails()]
    assert len(mails) == len(set(mails)) > known


def test_a_rule_of_the_law_that_fails_costs_no_decision(
    year: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*given: object) -> object:
        raise ZeroDivisionError

    monkeypatch.setattr("tasks.engine.law_findings", failing)
    known = len(year.log())
    on = year.on("2027-03-02")
    done = on.do(decision("uppfoljning-mars", "SU", Outcome.FORESLAR, by="Kim", on=on.today))
    assert len(year.log()) > known
    assert done.law is None
    assert "Vad det betyder för lagen gick inte att pröva (ZeroDivisionError)" in str(
        done.notes[-1]
    )
