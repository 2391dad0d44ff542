"""What the journal keeps of what was done: a line each, and nobody's name."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from models.errors import UnknownError
from models.events import Outcome
from tasks.links.issue import use
from tasks.watch.journal import LOG, JournalEntry, JsonLines, journal, journal_after, keep_journal
from tests.notifications.conftest import Serve
from tests.notifications.servers import Inbox
from tests.tasks.deliveries import run
from tests.tasks.town import Town

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(tmp_path: Path) -> Lines:
    """What the journal holds, read as JSON."""

    def read() -> list[dict[str, Any]]:
        path = tmp_path / "logg" / "journal.jsonl"
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

    return read


@pytest.fixture(autouse=True)
def closed_afterwards() -> Iterator[None]:
    yield
    for handler in [one for one in LOG.handlers if hasattr(one, "baseFilename")]:
        LOG.removeHandler(handler)
        handler.close()


def test_what_is_done_is_a_line_each(year: Town, lines: Lines, serve: Serve) -> None:
    keep_journal(year.settings)
    year.on("2027-01-05").check()
    year.on("2027-04-01").check()
    year.on("2027-04-02").report("planeringsforutsattningar", "ekonomichef", None, by="Eva Hemlig")
    year.on("2027-04-12").decide(
        "planeringsforutsattningar", "KS", Outcome.BIFALL, by="Kim Hemlig", note="Hemlig anteckning"
    )
    inbox = Inbox({"RCPT": ["550 5.1.1 <eva@hemlig.example> finns inte", "451 senare"]})
    done = run(year, serve(inbox))
    assert (done.failed, done.deferred) == (1, 3), "two are kept back by the older to their mailbox"
    found = lines()
    checks = [line for line in found if line["event"] == "check"]
    assert [line["day"] for line in checks] == ["2027-01-05", "2027-04-01"]
    assert checks[0]["events"] == 0
    assert checks[1]["events"] > 0
    [decision] = [line for line in found if line["event"] == "decision"]
    assert {**decision, "at": "", "number": 0} == {
        "at": "",
        "level": "info",
        "event": "decision",
        "kind": "beslut",
        "step": "planeringsforutsattningar",
        "budget_year": 2028,
        "number": 0,
        "body": "KS",
        "outcome": "bifall",
        "decided_on": "2027-04-12",
    }
    mails = {line["event"]: line for line in found if line["event"].startswith("mail.")}
    assert (mails["mail.failed"]["code"], mails["mail.failed"]["level"]) == ("550", "error")
    assert (mails["mail.deferred"]["code"], mails["mail.deferred"]["level"]) == ("451", "warning")
    assert mails["mail.sent"]["attempt"] == 1
    text = json.dumps(found, ensure_ascii=False)
    for word in ("Hemlig", "hemlig", "@", "Eva", "/svara/"):
        assert word not in text
    assert all(datetime.fromisoformat(line["at"]).utcoffset() == timedelta() for line in found)


def fail_in_a_transaction(town: Town) -> None:
    with town.database.write() as session:
        journal_after(session, "never")
        _ = 1 / 0


def test_what_was_not_kept_is_not_in_it(year: Town, lines: Lines) -> None:
    keep_journal(year.settings)
    journal("began")
    with pytest.raises(UnknownError):
        year.on("2027-01-05").report("bokslut", "julgran", None, by="Eva")
    with pytest.raises(ZeroDivisionError):
        fail_in_a_transaction(year)
    with year.on("2027-04-01").trying(2028):
        pass
    assert [line["event"] for line in lines()] == ["began"]


def test_a_line_that_a_log_rotation_comes_between_is_in_the_new_file(
    year: Town, lines: Lines, tmp_path: Path
) -> None:
    keep_journal(year.settings)
    journal("before")
    (tmp_path / "logg" / "journal.jsonl").rename(tmp_path / "logg" / "journal.jsonl.1")
    journal("after")
    assert [line["event"] for line in lines()] == ["after"]


def test_a_line_is_one_line_whatever_stands_in_it() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "händelse", None, None)
    facts = {"said": 'rad ett\nrad "två"', "outcome": Outcome.BIFALL}
    record.entries = [JournalEntry("händelse", "info", facts)]
    line = JsonLines().format(record)
    assert "\n" not in line
    assert json.loads(line)["said"] == 'rad ett\nrad "två"'
    assert json.loads(line)["outcome"] == "bifall"


def test_a_link_that_is_used_is_in_it_by_its_number(year: Town, lines: Lines) -> None:
    keep_journal(year.settings)
    with year.database.write() as session:
        use(session, 2, "klart", date(2027, 1, 5))
    [line] = lines()
    assert {**line, "at": ""} == {
        "at": "",
        "level": "info",
        "event": "link",
        "link": 2,
        "used_for": "klart",
    }


@pytest.mark.parametrize("in_the_way", ["logg", "logg/journal.jsonl"])
def test_where_it_cannot_be_written_the_work_goes_on(
    year: Town, tmp_path: Path, in_the_way: str, capfd: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / in_the_way
    if in_the_way == "logg":
        place.write_text("en fil")
    else:
        place.mkdir(parents=True)
    keep_journal(year.settings)
    year.on("2027-04-01").check()
    assert capfd.readouterr().err == ""
    assert len(year.log()) > 8
