"""What delivering the outbox costs, against the SMTP client alone: `python -m bench.delivery`.

1. The same stored mails to the same server over as many connections, by turns: raw aiosmtplib from a
   list in memory, and `deliver` from the database, which claims each and marks it on the disk. The
   server (aiosmtpd) has a process of its own, so that both use the machine's cores alike.
2. The peak memory of a process that delivers an outbox of 100, 10,000 and 100,000 mails.

It prints medians and ratios and judges nothing: a shared machine is no place for a timed test.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import shutil
import socket
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path

from aiosmtplib import SMTP

from bench.year import run_year
from notifications.catcher import BoundController
from tasks.clock import today
from tasks.database import open_database
from tasks.mail.delivery import deliver
from tasks.settings import Settings
from tasks.watch.journal import keep_journal
from tests.hands import Hands

MAILS, ROUNDS = 1000, 15
QUEUES = (100, 10_000, 100_000)
BUDGET_YEAR = 2028
TARGET = 0.9
UNTIL: date | None = None
"""How far the year is played whose mails are sent; without one, to its end."""
SPAWN = multiprocessing.get_context("spawn")

Stored = list[tuple[str, bytes]]


class Sink:
    """An aiosmtpd handler that accepts everything and counts it."""

    def __init__(self) -> None:
        self.accepted = 0

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802 - aiosmtpd's name
        self.accepted += 1
        return "250 OK"


def main() -> None:
    with tempfile.TemporaryDirectory() as name, sink() as (port, accepted):
        folder = Path(name)
        chosen = Settings(_env_file=None, data=folder, smtp_port=port)
        keep_journal(chosen)
        template = folder / "year.db"
        database = open_database(chosen, create=True)
        run_year(database, chosen, BUDGET_YEAR, until=UNTIL)
        database.engine.dispose()
        shutil.move(chosen.database, template)
        _print_speed(chosen, template, accepted)
        _print_memory(chosen, template)


def _print_speed(chosen: Settings, template: Path, accepted: Connection) -> None:
    stored = queue(template, chosen.database, MAILS)
    raw, ours = [], []
    for _ in range(ROUNDS + 1):
        raw.append(asyncio.run(send_raw(chosen, stored)))
        queue(template, chosen.database, MAILS)
        ours.append(asyncio.run(send_outbox(chosen)))
    low, high = statistics.median(raw[1:]), statistics.median(ours[1:])
    ratios = [a / b for a, b in zip(raw[1:], ours[1:], strict=True)]
    accepted.send("count")
    assert accepted.recv() == 2 * (ROUNDS + 1) * MAILS
    print(
        f"Delivery of {MAILS} mails over {chosen.smtp_connections} connections: "
        f"median of {ROUNDS} each, by turns"
    )
    print(f"   raw aiosmtplib             {MAILS / low:7.0f} mails/s")
    print(f"   the outbox                 {MAILS / high:7.0f} mails/s")
    print(f"   ratio, median of the turns {statistics.median(ratios):7.2f} (at least {TARGET})")


def _print_memory(chosen: Settings, template: Path) -> None:
    print("Peak memory of a process that checks the year and then delivers all of its outbox")
    for size in QUEUES:
        queue(template, chosen.database, size)
        parent, child = SPAWN.Pipe()
        process = SPAWN.Process(target=measure, args=(child, chosen.data, chosen.smtp_port))
        process.start()
        before, checked, delivered, seconds = parent.recv()
        process.join()
        print(
            f"   {size:7} mails             {delivered / 1024:7.1f} MB ({before / 1024:.1f} at the start, "
            f"{checked / 1024:.1f} after the check; {size / seconds:.0f} mails/s)"
        )


def queue(template: Path, path: Path, mails: int) -> Stored:
    """A year's database with so many mails waiting, each to somebody else; what they are."""
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    shutil.copy(template, path)
    with closing(sqlite3.connect(path)) as connection, connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(mail)")]
        own = ("id", "key", "message_id", "address")
        rest = ", ".join(name for name in columns if name not in own)
        # of what was laid aside, which is never sent, nothing
        connection.execute(
            "CREATE TEMP TABLE model AS SELECT row_number() OVER (ORDER BY id) AS place, *"
            " FROM mail WHERE status = 'köad'"
        )
        for table in ("mail_content", "notice"):
            connection.execute(
                f"CREATE TEMP TABLE model_{table.removeprefix('mail_')} AS SELECT model.place, {table}.*"  # noqa: S608 - our own names
                f" FROM {table} JOIN model ON model.id = {table}.mail_id"
            )
        told = [row[1] for row in connection.execute("PRAGMA table_info(notice)")]
        same = [name for name in told if name not in ("id", "mail_id", "key", "address")]
        connection.execute("DELETE FROM notice")
        connection.execute("DELETE FROM mail_content")
        connection.execute("DELETE FROM mail")
        connection.execute(
            f"""
            WITH RECURSIVE copy(number) AS
                (SELECT 0 UNION ALL SELECT number + 1 FROM copy WHERE number + 1 < ?)
            INSERT INTO mail (key, message_id, address, {rest})
            SELECT number || '/' || key, number || message_id, number || '.' || address, {rest}
            FROM copy JOIN model
            ON model.place = 1 + number % (SELECT max(place) FROM model) ORDER BY number
            """,  # noqa: S608 - our own names
            (mails,),
        )
        connection.execute(
            """
            INSERT INTO mail_content SELECT mail.id, model_content.content
            FROM mail JOIN model_content
            ON model_content.place = 1 + mail.key % (SELECT max(place) FROM model)
            """
        )
        connection.execute(
            f"""
            INSERT INTO notice (mail_id, key, address, {", ".join(same)})
            SELECT mail.id, (mail.key + 0) || '/' || told.key, (mail.key + 0) || '.' || told.address,
                {", ".join(f"told.{name}" for name in same)}
            FROM mail JOIN model_notice AS told
            ON told.place = 1 + mail.key % (SELECT max(place) FROM model)
            """  # noqa: S608 - our own names
        )
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM mail").fetchone() == (mails,)
        some = connection.execute(
            "SELECT address, content FROM mail JOIN mail_content ON mail_id = id ORDER BY id LIMIT ?",
            (MAILS,),
        )
        return some.fetchall()


async def send_raw(chosen: Settings, stored: Stored) -> float:
    """Seconds that the client alone takes."""
    left = iter(stored)

    async def work() -> None:
        async with SMTP(hostname=chosen.smtp_host, port=chosen.smtp_port) as client:
            for address, content in left:
                await client.sendmail(chosen.sender, [address], content)

    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(chosen.smtp_connections)))
    return time.perf_counter() - began


async def send_outbox(chosen: Settings) -> float:
    """Seconds that our delivery takes."""
    database = open_database(chosen)
    began = time.perf_counter()
    done = await deliver(database, chosen)
    seconds = time.perf_counter() - began
    database.engine.dispose()
    assert (done.deferred, done.failed, done.next_attempt_at) == (0, 0, None), done
    return seconds


def measure(results: Connection, folder: Path, port: int) -> None:
    """In a process of its own: its peak memory in KB at the start, after a check and after delivery."""
    chosen = Settings(_env_file=None, data=folder, smtp_port=port)
    before = _peak()
    database = open_database(chosen)
    Hands(database, chosen, today(chosen)).check()
    database.engine.dispose()
    checked = _peak()
    seconds = asyncio.run(send_outbox(chosen))
    results.send((before, checked, _peak(), seconds))


def _peak() -> int:
    """Not `getrusage`: a process inherits that peak from the one that started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


@contextmanager
def sink() -> Iterator[tuple[int, Connection]]:
    """A mail server in a process of its own: its port, and where to ask what it has accepted."""
    parent, child = SPAWN.Pipe()
    process = SPAWN.Process(target=serve, args=(child,))
    process.start()
    try:
        yield parent.recv(), parent
    finally:
        parent.send("stop")
        process.join()


def serve(asked: Connection) -> None:
    handler = Sink()
    controller = BoundController(handler, socket.create_server(("127.0.0.1", 0)))
    controller.start()
    asked.send(controller.port)
    while asked.recv() != "stop":
        asked.send(handler.accepted)
    controller.stop()


if __name__ == "__main__":
    main()
