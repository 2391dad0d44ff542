"""What the engine costs, against floors measured in the same run: `make bench`.

1. A step's flow run, with its one task, made and noted as a check does it, against an empty async flow with
   one empty task, on one real Prefect server, from one process.
2. `kommunplan status --json` as a whole process against one that only imports what it imports.

It prints medians and ratios and judges nothing: a shared machine is no place for a timed test.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.year import run_year
from running.demo import BUDGET_YEAR, demo_settings
from running.server import PrefectServer
from tasks.database import Database, open_database
from tasks.settings import PROJECT, Settings, environment_for_prefect, settings
from tests.hands import Hands

WARM_UP, ROUNDS, PROCESSES = 5, 40, 10
STEP = "arsredovisning"
"""Three bodies and two statutory limits: no step has more to say."""
TARGET = 1.25

STATUS = """
import sys
from cli.__main__ import main
try:
    main()
finally:
    print("prefect" in sys.modules, file=sys.stderr)
"""
LIBRARIES = "import cyclopts, rich.console, sqlmodel, pydantic_settings, holidays.countries, jinja2"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        chosen = demo_settings(Path(folder))
        database = open_database(chosen, create=True)
        last = run_year(database, chosen, BUDGET_YEAR)
        assert chosen.clock_file is not None
        chosen.clock_file.write_text(str(last))
        on = Hands(database, chosen, last)
        print(f"The log of a whole year: {_size(database)}")
        print(f"   a deadline check           {_milliseconds(on.check):6.1f} ms")
        print(f"   one step up to date        {_milliseconds(lambda: on.show(STEP)):6.1f} ms")
        with prefect_server(chosen):
            empty, step = asyncio.run(flow_runs())
        _compare("1. A flow run", ("empty", empty), (STEP, step), f" (target: at most {TARGET})")
        libraries, status, has_prefect = status_processes(chosen)
        _compare("2. A process", ("imports only", libraries), ("status --json", status))
        print(f"   status has imported Prefect: {has_prefect}")


async def flow_runs() -> tuple[list[float], list[float]]:
    """Seconds of each run of an empty flow with one empty task, and of a step's, in turn."""
    from prefect import flow

    from flows.prefect_tasks import task
    from flows.steps.endings import subflow
    from flows.steps.made import STEPS
    from flows.ui.prefect_api import own_client
    from flows.ui.showing import scene, show_steps
    from tasks.engine import engine
    from tasks.reading import year_sheets

    @task("Ingenting")
    async def nothing() -> None:
        """As a step's one task is, with nothing to do."""

    @flow
    async def empty() -> None:
        """What Prefect itself takes for a run."""
        await nothing()

    @flow
    async def in_turn() -> tuple[list[float], list[float]]:
        """A step's run is made within a driving run, as the check makes it, and so is the empty one."""
        client = own_client()
        await client.create_deployment(await client.create_flow(STEPS[STEP]), STEP)
        on = engine()
        seen = await scene(year_sheets(on.database, on.today))

        async def run_empty() -> None:
            await subflow(empty)

        async def run_step_run() -> None:
            made, unseen = await show_steps(seen, [(BUDGET_YEAR, STEP)])
            assert made, unseen

        works: tuple[Callable[[], Awaitable[None]], ...] = (run_empty, run_step_run)
        seconds: tuple[list[float], list[float]] = ([], [])
        for _ in range(WARM_UP + ROUNDS):
            for work, times in zip(works, seconds, strict=True):
                times.append(await _seconds(work))
        return seconds[0][WARM_UP:], seconds[1][WARM_UP:]

    return await in_turn()


def status_processes(chosen: Settings) -> tuple[list[float], list[float], bool]:
    """Seconds of each bare and each status process, in turn, and whether a status imported Prefect."""
    libraries, status = [], []
    for _ in range(PROCESSES):
        libraries.append(_process(chosen, LIBRARIES)[0])
        seconds, printed = _process(chosen, STATUS, "status", "--json")
        status.append(seconds)
    return libraries, status, printed.strip() != "False"


@contextmanager
def prefect_server(chosen: Settings) -> Iterator[None]:
    """The server alone, as it is started, and this process pointed to it before it imports Prefect."""
    os.environ.update(environment_for_prefect(chosen))
    settings.cache_clear()
    command = [sys.executable, "-m", "running.prefect_server"]
    log = chosen.data / "prefect.log"
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out) as process:
        try:
            while not PrefectServer(chosen.prefect_api).is_healthy():
                assert process.poll() is None, log.read_text()
                time.sleep(0.3)
            yield
        finally:
            process.terminate()


async def _seconds(work: Callable[[], Awaitable[Any]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


def _milliseconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(WARM_UP + ROUNDS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times[WARM_UP:]) * 1000


def _process(chosen: Settings, code: str, *arguments: str) -> tuple[float, str]:
    """The seconds that a Python process took, and what it wrote to stderr."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=PROJECT,
        check=True,
        text=True,
        env=environment_for_prefect(chosen),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    return time.perf_counter() - began, done.stderr


def _size(database: Database) -> str:
    with database.read() as session:
        read = session.connection().exec_driver_sql
        events, mails = (
            read(query).scalar_one()
            for query in ("SELECT count(*) FROM event", "SELECT count(*) FROM mail")
        )
    return f"{events} events, {mails} mails"


def _compare(
    what: str, floor: tuple[str, list[float]], ours: tuple[str, list[float]], target: str = ""
) -> None:
    low, high = statistics.median(floor[1]), statistics.median(ours[1])
    print(f"{what}: median of {len(ours[1])} each, in turn")
    for name, median in ((floor[0], low), (ours[0], high)):
        print(f"   {name:26} {median * 1000:6.1f} ms")
    print(f"   ratio                      {high / low:6.2f}{target}")


if __name__ == "__main__":
    main()
