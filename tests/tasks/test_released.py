"""A year that a released version began goes on in this one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from models.errors import RefusedError
from models.state import Status
from tasks.database import MIGRATIONS, newest_revision
from tasks.reading import year_sheets
from tests.factories import day
from tests.tasks import released
from tests.tasks.released.__main__ import SKOGSMARK
from tests.tasks.town import Town, tables

FILES = sorted(Path(str(released.__file__)).parent.glob("*.sql"))


def restored(file: Path, folder: Path) -> Path:
    path = folder / "kommunplan.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(file.read_text(encoding="utf-8"))
    return path


def test_every_revision_has_a_year_that_was_begun_with_it() -> None:
    revisions = {path.stem for path in (MIGRATIONS / "versions").glob("[0-9]*.py")}
    assert {file.stem for file in FILES} == revisions


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_year_that_was_begun_with_it_goes_on(file: Path, tmp_path: Path) -> None:
    before = tables(restored(file, tmp_path))
    town = Town(tmp_path, definition=SKOGSMARK)
    assert town.database.revision() == newest_revision()
    assert len(town.log()) == len(before["event"])
    assert [mail.status for mail in town.mails()] == ["köad"] * len(before["mail"])
    assert town.stored()["tidplan"].status is Status.COMPLETED
    assert "diarienummer/KS 2027/12" in town.claims()

    on = town.on("2027-03-25")
    on.check()
    assert town.stored()["ramar"].status is Status.IN_PROGRESS
    assert town.notice_count(step="ramar", kind="oppnat")
    with pytest.raises(RefusedError, match="redan ärendet"):
        on.number("plan-ks", "KS 2027/12", by="Karin")
    on.start_year(2029, knowingly=True)
    assert [year.budget_year for year in year_sheets(town.database, day("2027-03-25"))] == [
        2028,
        2029,
    ]
    town.close()


def test_what_is_not_released_has_the_tables_that_the_migrations_make(tmp_path: Path) -> None:
    """After a change of them: make schema"""
    (tmp_path / "new").mkdir()
    town = Town(tmp_path / "new")
    newest = next(file for file in FILES if file.stem == newest_revision())
    assert _made(restored(newest, tmp_path)) == _made(town.path)
    town.close()


def _made(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {sql for (sql,) in connection.execute("SELECT sql FROM sqlite_master") if sql}
