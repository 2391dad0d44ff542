"""An optional step that is left out, and one database for each municipality, on a real SQLite file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from calendars.definition import ORSA
from models.errors import RefusedError
from models.tables import MailRow, NoticeRow
from tasks.database import Database, open_database
from tasks.log import find_cycle, stored_state
from tasks.reading import year_sheets
from tasks.settings import Settings
from tests.hands import Hands
from tests.tasks.town import text

SKOGSMARK = ORSA.parent / "exempel-skogsmark"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(Settings(_env_file=None, data=tmp_path), create=True)
    yield opened
    opened.engine.dispose()


def engine(database: Database, on: str, definition: Path = SKOGSMARK) -> Hands:
    chosen = Settings(_env_file=None, data=database.path.parent, definition=definition)
    return Hands(database, chosen, date.fromisoformat(on))


@pytest.fixture
def september(database: Database) -> Database:
    """The medborgardialog has opened."""
    engine(database, "2027-09-01").start_year(2028)
    return database


def set_aside(database: Database, on: str = "2027-09-06") -> None:
    engine(database, on).set_aside("medborgardialog", by="Karl", reason="Inget att avgöra i år")


def test_it_is_stored_and_shown(september: Database) -> None:
    set_aside(september)
    [year] = year_sheets(september, date(2027, 12, 1), 2028)
    step = year["medborgardialog"]
    assert (step.status, step.label, step.late) == ("utgår", "Utgår i år", False)
    assert "Inget att avgöra i år" in str(step.sentence)
    with september.read() as session:
        steps = stored_state(session, find_cycle(session, 2028)).steps
    assert [slug for slug, own in steps.items() if own.set_aside] == ["medborgardialog"]


def test_saying_it_again_changes_nothing(september: Database) -> None:
    set_aside(september)
    engine(september, "2027-09-07").check()
    again = engine(september, "2027-09-07").set_aside("medborgardialog", by="Karl", reason="Igen")
    assert (again.events, again.mails) == ((), 0)


def test_the_owner_and_those_who_build_on_it_get_a_letter_that_says_why(
    september: Database,
) -> None:
    set_aside(september)
    engine(september, "2027-09-07").check()
    with september.read() as session:
        mails = session.exec(
            select(MailRow, NoticeRow).where(
                MailRow.id == NoticeRow.mail_id,
                NoticeRow.kind == "klart",
                NoticeRow.step == "medborgardialog",
            )
        ).all()
    assert {notice.role for _, notice in mails} == {"kanslichef", "ekonom"}
    for mail, _ in mails:
        assert "Medborgardialog" in text(mail)
        assert "Inget att avg" in text(mail)


def test_what_builds_on_it_goes_on_without_it(september: Database) -> None:
    set_aside(september)
    on = engine(september, "2027-12-31")
    on.check()
    [year] = year_sheets(september, date(2027, 12, 31), 2028)
    late = {line.slug for line in year.lines if line.late}
    assert "plan-ks" in late
    assert "medborgardialog" not in late


def test_it_is_taken_up_again_by_running_it_anew(september: Database) -> None:
    set_aside(september)
    on = engine(september, "2027-09-08")
    on.rerun("medborgardialog", by="Karl", reason="En fråga kom", token="t")
    assert on.look("medborgardialog")[0] == "Återöppnat"


def test_a_step_that_must_be_done_is_refused_and_nothing_is_stored(september: Database) -> None:
    on = engine(september, "2027-09-06")
    with pytest.raises(RefusedError, match="plan-kf är inte valfritt"):
        on.set_aside("plan-kf", by="Karl", reason="Vi hinner inte")
    assert on.look("plan-kf")[0] == "Planerat"


def test_a_database_takes_the_years_of_one_municipality_only(september: Database) -> None:
    orsa = engine(september, "2027-09-06", definition=ORSA)
    refusal = "Databasen tillhör Skogsmarks kommun .påhittad., men definitionen gäller Orsa kommun"
    with pytest.raises(RefusedError, match=refusal):
        orsa.start_year(2028)
    with pytest.raises(RefusedError, match=refusal):
        orsa.load()


def test_a_year_may_be_started_for_a_municipality_with_nothing_but_files(
    database: Database,
) -> None:
    done = engine(database, "2026-11-23", ORSA.parent / "exempel-norrfors").start_year()
    assert (done.budget_year, done.is_new) == (2028, True)
    assert engine(database, "2026-11-23").look("budgetdirektiv")[0] == "Redan gjort?"
