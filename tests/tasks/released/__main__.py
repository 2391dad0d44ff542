"""`python -m tests.tasks.released` writes the database of the newest revision, while it is not released."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from calendars.definition import ORSA
from tasks.database import newest_revision
from tests.tasks.town import Town

SKOGSMARK = ORSA.parent / "exempel-skogsmark"


def begin(folder: Path) -> Town:
    """Skogsmark's plan for 2028 on 8 February 2027: a part reported, a number given."""
    town = Town(folder, definition=SKOGSMARK)
    town.on("2027-01-15").start_year(2028)
    town.on("2027-02-01").check()
    on = town.on("2027-02-08")
    on.report("tidplan", "kanslichef", None, by="Karin")
    on.number("ramar", "KS 2027/12", by="Karin")
    return town


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        town = begin(Path(folder))
        with closing(sqlite3.connect(town.path)) as connection:
            lines = "\n".join(connection.iterdump())
        town.close()
    (Path(__file__).parent / f"{newest_revision()}.sql").write_text(f"{lines}\n", encoding="utf-8")
