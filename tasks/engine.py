"""The engine of this process: opened from the settings, once for a database, for today."""

from __future__ import annotations

from functools import cache

from tasks import clock
from tasks.actions import Engine
from tasks.database import Database, open_database
from tasks.settings import Settings, settings
from tasks.watch.journal import keep_journal


def engine(*, create: bool = False) -> Engine:
    """The engine on the settings' database for today; with `create`, the database is made if needed."""
    chosen = settings()
    if create:
        open_database(chosen, create=True)
    database = _database(chosen)
    keep_journal(chosen)
    return Engine(database, chosen, clock.today(chosen))


@cache
def _opened(path: str) -> Database:
    return open_database(settings())


def _database(chosen: Settings) -> Database:
    return _opened(str(chosen.database))
