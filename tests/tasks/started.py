"""A year that has been started once is copied the next time: to start one costs half a second.

Only into a database that is as the migrations made it, for the same day, settings and definition, and never
in a test that replaces something of the program. All else is as after `Hands.start_year`; the first time it
is that, in each process of the tests.
"""

from __future__ import annotations

import atexit
import hashlib
import shutil
import sqlite3
import tempfile
from contextlib import closing
from functools import cache
from pathlib import Path

from tasks.links.secret import FILE
from tasks.year import Advance
from tests.hands import Hands

_kept: dict[str, tuple[Path, Advance]] = {}


class QuickEngine(Hands):
    """The engine, but for that."""

    def start_year(
        self, budget_year: int | None = None, *, knowingly: bool = False, asks: bool = False
    ) -> Advance:
        file, link_key = self.database.path, self.settings.data / FILE
        schema = None if link_key.exists() else _schema_of_new(file)
        if schema is None:
            return super().start_year(budget_year, knowingly=knowingly, asks=asks)
        key = _key(schema, self, budget_year, knowingly, asks)
        if key in _kept:
            folder, done = _kept[key]
            self.database.engine.dispose()
            for one in folder.iterdir():
                shutil.copy2(one, self.settings.data)
            return done
        done = super().start_year(budget_year, knowingly=knowingly, asks=asks)
        self.database.engine.dispose()  # so that all of it is in the file
        folder = Path(tempfile.mkdtemp(dir=kept_folder()))
        for one in filter(Path.exists, (file, link_key)):
            shutil.copy2(one, folder)
        _kept[key] = folder, done
        return done


@cache
def kept_folder() -> str:
    """Of this process, until it ends."""
    made = tempfile.mkdtemp(prefix="started-")
    atexit.register(shutil.rmtree, made)
    return made


def _schema_of_new(file: Path) -> str | None:
    """The tables and triggers of the database; None where anybody has written a row."""
    with closing(sqlite3.connect(file)) as connection:
        schema = connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
        tables = (name for kind, name, _ in schema if kind == "table" and name != "alembic_version")
        rows = " UNION ALL ".join(f'SELECT 1 FROM "{name}"' for name in tables)  # noqa: S608
        return None if connection.execute(rows).fetchone() else repr(schema)


def _key(schema: str, on: Hands, budget_year: int | None, *how: bool) -> str:
    told = on.settings.model_dump(exclude={"data", "definition", "clock_file"})
    digest = hashlib.sha256(repr((schema, on.today, budget_year, how, told)).encode())
    for path in sorted(on.settings.definition.iterdir()):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
