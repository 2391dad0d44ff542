"""`python -m running.worker`: runs the flows that Prefect has, until it is ended. `kommunplan start` runs it.

The environment's settings say which server and which municipality. `--try` makes the flows, runs nothing and
ends well where they could be made: the worker asks so before it starts itself anew.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
from types import FrameType
from typing import TYPE_CHECKING

from models.errors import KommunplanError, RefusedError
from running.sources import Sources
from tasks.settings import PROJECT, settings
from tasks.watch.journal import keep_journal

if TYPE_CHECKING:
    from running.warm_worker import Leaving, WarmWorker

TRY = "--try"
COMMAND = [sys.executable, "-m", "running.worker"]


def main() -> None:
    """Until SIGTERM or Ctrl-C. Exit code 2 where the settings or the definition are wrong."""
    os.chdir(PROJECT)
    # by somebody, in Prefect
    os.environ.setdefault("PREFECT_WORKER_ENABLE_CANCELLATION", "true")
    try:
        chosen = settings()
        sources = Sources.of(chosen.definition)  # first: what changes while we read is seen
        from running.own_flows import own_flows

        flows = own_flows()
    except KommunplanError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from None
    if TRY in sys.argv:
        return
    from prefect.settings import PREFECT_API_URL

    from running.warm_worker import Leaving, WarmWorker

    if not PREFECT_API_URL.value():
        sys.stderr.write(
            "Vilken Prefect-server? Ange den i PREFECT_API_URL, som docs/server.md visar.\n"
        )
        raise SystemExit(2)
    keep_journal(chosen)  # once, where the runs would do so at once
    worker = WarmWorker(flows, Renewal(sources).is_due)
    if _serve(worker) is Leaving.STALE:
        _start_anew()


class Renewal:
    """Whether the flows of this process are to be made anew, by another that takes its place."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    async def is_due(self) -> bool:
        """RefusedError where something has changed, and no flows can be made of it: those that there are
        would be run as if it had not."""
        changed = await asyncio.to_thread(lambda: self._sources.changed)
        if not changed:
            return False
        process = await asyncio.create_subprocess_exec(
            *COMMAND, TRY, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
        )
        _, said = await process.communicate()
        if process.returncode:
            why = said.decode(errors="replace").strip().splitlines()[-1:]
            raise RefusedError(
                f"Inget är gjort: {changed} har ändrats, och flödena går inte längre att läsa in. "
                f"{' '.join(why)} Rätta det, och kör igen."
            )
        logging.getLogger("kommunplan.worker").warning("%s has changed: starts anew", changed)
        return True


def _serve(worker: WarmWorker) -> Leaving:
    """In a thread of its own, and why it left: to a flow that is run in the main thread Prefect lets SIGTERM
    be an exception, which with several at once hits whatever is running then."""
    loop = asyncio.new_event_loop()
    left: list[Leaving] = []

    def serve() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            left.append(runner.run(worker.serve()))

    def stop(number: int, frame: FrameType | None) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(worker.leave)

    thread = threading.Thread(target=serve, name="worker")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    thread.start()
    thread.join()
    if not left:
        raise SystemExit(1)  # the thread has said why
    return left[0]


def _start_anew() -> None:
    """In this process's place, with its number: who started it notices nothing."""
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker

    # else sent as a Python ends, which this one does not
    APILogWorker.drain_all(timeout=5)
    EventsWorker.drain_all(timeout=5)
    os.execv(sys.executable, COMMAND)  # noqa: S606 - our own interpreter and module


if __name__ == "__main__":
    main()
