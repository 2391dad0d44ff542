"""One real installation for the tests of the flows, started as `make start` starts it."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import SecretStr

from running.demo import demo_settings, run_year
from running.server import PrefectServer
from tasks.settings import PROJECT, Settings, environment_for_prefect
from tests.flows import spy
from tests.running.test_request_filter import EVERYWHERE

CREDENTIAL = "petra:aldrig-gissat-2027"


def until(is_so: Callable[[], bool]) -> None:
    last = time.monotonic() + 120
    while not is_so():
        assert time.monotonic() < last
        time.sleep(0.2)


@dataclass
class Installation:
    """`kommunplan start` as a process: server, worker and mail catcher in a folder of their own."""

    settings: Settings
    options: tuple[str, ...] = ()
    """What stands before `start` on the command line."""
    process: subprocess.Popen[bytes] = field(init=False)

    @property
    def server(self) -> PrefectServer:
        return PrefectServer(self.settings.prefect_api, self.settings.prefect_login)

    @property
    def clock_file(self) -> Path:
        assert self.settings.clock_file is not None
        return self.settings.clock_file

    @property
    def output(self) -> str:
        return (self.settings.data / "start.log").read_text()

    def start(self) -> None:
        with (self.settings.data / "start.log").open("w") as log:
            self.process = subprocess.Popen(
                [Path(sys.executable).with_name("kommunplan"), *self.options, "start"],
                cwd=PROJECT,
                env=environment_for_prefect(self.settings),
                stdout=log,
                stderr=log,
            )
        last = time.monotonic() + 600
        while "Kommunplan är igång" not in self.output:
            assert self.process.poll() is None, self.output
            assert time.monotonic() < last, self.output
            time.sleep(0.2)

    def stop(self) -> int:
        """As Ctrl-C does; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


@pytest.fixture(scope="session")
def spied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where every Python of the installation notes what it asks the network for, as `spy` says."""
    return tmp_path_factory.mktemp("spy") / "spy"


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory, spied: Path) -> Iterator[Installation]:
    """Budget year 2028 has been run from start to end on it. It is bound to every address of the machine,
    with a credential. Starting takes half a minute and the year more, so it is shared, in the order that
    tests/conftest.py gives; no test may undo what another needs."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    chosen = demo_settings(tmp_path_factory.mktemp("installation") / "var").model_copy(
        update={"host": EVERYWHERE, "ui_credential": SecretStr(CREDENTIAL), "metrics_port": port}
    )
    started = Installation(chosen)
    try:
        with pytest.MonkeyPatch.context() as patched:
            for name, value in spy.watch(spied).items():
                patched.setenv(name, value)
            started.start()
            with (started.settings.data / "year.log").open("w") as output:
                run_year(started.settings, output)
        yield started
    finally:
        if started.process.poll() is None:
            started.stop()
