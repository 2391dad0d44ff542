"""From a form's Submit in Prefect to its effect, beside an empty flow of Prefect's own process worker, in the
same run: `make bench`.

Both are submitted one after the other on one real server. Prefect's worker asks every second whether there is
anything to run, ours twice. It prints medians and the worst, and judges nothing: a shared machine is no place
for a timed test.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path

from bench.cost import prefect_server
from running.demo import BUDGET_YEAR, demo_settings
from running.server import PrefectServer
from tasks.database import Database, open_database
from tasks.orchestration import POOL
from tasks.reading import to_do
from tasks.settings import PROJECT, Settings, environment_for_prefect
from tests.hands import Hands

DAY = date(BUDGET_YEAR - 1, 4, 15)
"""When many parts of the year's steps are waited for."""
FORMS, EMPTY, TARGET = 12, 5, 1.5
OTHER_POOL = "tom"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        chosen = demo_settings(Path(folder))
        assert chosen.clock_file is not None
        chosen.clock_file.write_text(str(DAY))
        database = open_database(chosen, create=True)
        Hands(database, chosen, date(BUDGET_YEAR - 1, 1, 1)).start_year(BUDGET_YEAR)
        Hands(database, chosen, DAY).check()
        server = PrefectServer(chosen.prefect_api)
        with prefect_server(chosen):
            for pool in (POOL, OTHER_POOL):
                server.ensure_pool(pool)
            _run(chosen, "running.registering")
            with _worker(chosen, "running.worker"):
                server.run_to_end("Daglig kontroll/kontroll")
                ours, ended = forms(server, database)
            with _worker(chosen, "prefect", "worker", "start", "--pool", OTHER_POOL):
                theirs = empty_flows(server)
    print(
        f"From Submit: seconds, median and worst; target {TARGET} to the effect, on an idle machine"
    )
    _tell("form, to its effect", ours)
    _tell("form, to the run's end", ended)
    _tell("empty flow, a process each", theirs)
    print(
        f"   ratio                      {statistics.median(ours) / statistics.median(theirs):6.2f}"
    )


def forms(server: PrefectServer, database: Database) -> tuple[list[float], list[float]]:
    """Seconds until what each form registers stands in the log, and until its run has ended."""
    effects, ends = [], []
    parts = [one for one in to_do(database, BUDGET_YEAR) if one.body is None]
    for part in parts[:FORMS]:
        before = _events(database)
        began = time.perf_counter()
        run = server.run(
            "Rapportera klart/klar",
            {"steg": part.slug, "roll": part.role, "enhet": part.unit, "av": "Bench"},
        )
        _until(partial(_has_more, database, before))
        effects.append(time.perf_counter() - began)
        server.end_of(run, "klar")
        ends.append(time.perf_counter() - began)
    return effects, ends


def empty_flows(server: PrefectServer) -> list[float]:
    """Seconds until each empty run has ended, in a process of its own."""
    flow = server._post("/flows/", {"name": "tom"})
    server._post(
        "/deployments/",
        {
            "name": "tom",
            "flow_id": flow["id"],
            "entrypoint": "bench/empty.py:empty",
            "pull_steps": [
                {"prefect.deployments.steps.set_working_directory": {"directory": str(PROJECT)}}
            ],
            "work_pool_name": OTHER_POOL,
        },
    )
    seconds = []
    for _ in range(EMPTY):
        began = time.perf_counter()
        assert server.run_to_end("tom/tom").is_completed
        seconds.append(time.perf_counter() - began)
    return seconds


@contextmanager
def _worker(chosen: Settings, *words: str) -> Iterator[None]:
    log = chosen.data / "worker.log"
    with (
        log.open("ab") as out,
        subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=PROJECT,
            env=environment_for_prefect(chosen),
            stdout=out,
            stderr=out,
        ) as process,
    ):
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)


def _run(chosen: Settings, module: str) -> None:
    subprocess.run(
        [sys.executable, "-m", module], cwd=PROJECT, env=environment_for_prefect(chosen), check=True
    )


def _events(database: Database) -> int:
    with database.read() as session:
        read = session.connection().exec_driver_sql
        return int(read("SELECT count(*) FROM event").scalar_one())


def _has_more(database: Database, than: int) -> bool:
    return _events(database) > than


def _until(is_so: Callable[[], bool]) -> None:
    last = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < last
        time.sleep(0.01)


def _tell(what: str, seconds: list[float]) -> None:
    print(f"   {what:26} {statistics.median(seconds):6.2f} {max(seconds):6.2f}  of {len(seconds)}")


if __name__ == "__main__":
    main()
