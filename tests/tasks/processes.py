"""Work done by real processes: several at the same instant, or one that is killed in the midst of it."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sqlite3
import time
from collections.abc import Callable
from datetime import date
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from sqlalchemy import event

from tasks.database import Database, open_database
from tasks.mail.delivery import deliver
from tasks.mail.writing import write_what_is_left
from tasks.settings import Settings
from tests.hands import Hands

SPAWN = multiprocessing.get_context("forkserver")
"""Each is a fork of one process that has imported this: a new Python takes a second."""
SPAWN.set_forkserver_preload(["pytest", "tests.tasks.processes"])
DEADLY_TRIGGER = "deadly"


def at_once(work: Callable[..., None], *arguments: tuple[Any, ...]) -> list[int | None]:
    """Does the work in a process for each set of arguments, all let go together; their exit codes.
    The work calls the barrier that it is given first when it is ready."""
    barrier = SPAWN.Barrier(len(arguments))
    running = [SPAWN.Process(target=work, args=(barrier, *given)) for given in arguments]
    for process in running:
        process.start()
    for process in running:
        process.join(60)
    return [process.exitcode for process in running]


def check(barrier: Barrier, folder: Path, day: str) -> None:
    settings = Settings(_env_file=None, data=folder)
    database = open_database(settings)
    barrier.wait(30)
    Hands(database, settings, date.fromisoformat(day)).check()
    database.engine.dispose()


def write_letters(barrier: Barrier, folder: Path, day: str) -> None:
    settings = Settings(_env_file=None, data=folder)
    database = open_database(settings)
    barrier.wait(30)
    write_what_is_left(database, settings, date.fromisoformat(day))
    database.engine.dispose()


def start_year(barrier: Barrier, folder: Path, day: str) -> None:
    settings = Settings(_env_file=None, data=folder)
    barrier.wait(30)
    database = open_database(settings, create=True)
    Hands(database, settings, date.fromisoformat(day)).start_year()
    database.engine.dispose()


def send(barrier: Barrier, folder: Path, port: int, connections: int) -> None:
    settings = _settings(folder, port, connections)
    database = open_database(settings)
    barrier.wait(30)
    asyncio.run(deliver(database, settings))
    database.engine.dispose()


def killed(
    work: Callable[..., None], *arguments: Any, when: Callable[[], bool] = lambda: False
) -> int | None:
    """Does the work in a process in which `die()` in SQL is kill -9, and which is killed so at the
    latest when this is true; its exit code."""
    process = SPAWN.Process(target=work, args=arguments)
    process.start()
    give_up = time.monotonic() + 60
    while process.is_alive() and time.monotonic() < give_up:
        if when():
            process.kill()
        process.join(0.01)
    return process.exitcode


def deadly_trigger(path: Path, when: str) -> None:
    """From now on the process dies at `when`, such as `INSERT ON mail`."""
    connection = sqlite3.connect(path)
    connection.execute(f"CREATE TRIGGER {DEADLY_TRIGGER} BEFORE {when} BEGIN SELECT die(); END")
    connection.commit()
    connection.close()


def harmless_again(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute(f"DROP TRIGGER {DEADLY_TRIGGER}")
    connection.commit()
    connection.close()


def _settings(folder: Path, port: int, connections: int) -> Settings:
    return Settings(_env_file=None, data=folder, smtp_port=port, smtp_connections=connections)


def _mortal(settings: Settings) -> Database:
    database = open_database(settings)
    database.engine.dispose()  # so that every connection from here on knows the function

    @event.listens_for(database.engine, "connect")
    def teach(connection: Any, _: Any) -> None:
        connection.create_function("die", 0, lambda: os.kill(os.getpid(), signal.SIGKILL))

    return database


def mortal_check(folder: Path, day: str) -> None:
    settings = Settings(_env_file=None, data=folder)
    Hands(_mortal(settings), settings, date.fromisoformat(day)).check()


def mortal_send(folder: Path, port: int, connections: int) -> None:
    settings = _settings(folder, port, connections)
    asyncio.run(deliver(_mortal(settings), settings))
