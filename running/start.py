"""`make start`: everything on one machine, from an empty folder to a running year.

Starts what is needed in order, tells what it does, and takes it all down again on Ctrl-C. It runs
the same steps every time; each of them is harmless when it was done before.
"""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import httpx

from calendars.definition import load_definition
from cli.console import Console
from cli.terminal import warn_of_exercise
from models.errors import KommunplanError
from notifications.catcher import Catcher
from running.exposure import refuse_exposed
from running.server import PrefectServer
from running.watch import stopped_alarm
from tasks.clock import today
from tasks.database import open_database
from tasks.orchestration import POOL
from tasks.people.sign_in import command_link
from tasks.settings import PROJECT, Settings, environment_for_prefect, settings
from tasks.watch.alarms import Alarms
from tasks.watch.journal import keep_journal
from tasks.watch.lock import is_watched

PAGE = "web"
WATCH = "running.watch"
WORKER = "running.worker"


class CannotStartError(KommunplanError):
    """Something on this machine stands in the way of starting."""


def run() -> None:
    """Starts everything and waits until it is stopped."""
    chosen = settings()
    console = Console()
    with Machine(chosen, console) as machine:
        machine.start()
        year = machine.begin_year()
        machine.watch()
        keep_journal(chosen)
        _what_now(console, chosen, year)
        try:
            machine.wait()
        except CannotStartError as error:  # nobody reads the terminal of a server
            Alarms(chosen).tell(stopped_alarm(str(error)))
            raise
        console.print("Avslutar …")
    console.print("Allt är avslutat. make start fortsätter där det var.")


@dataclass
class Machine:
    """The processes of one installation: mail catcher, answer page, Prefect server, worker. A context
    manager."""

    settings: Settings
    console: Console
    _cleanup: ExitStack = field(default_factory=ExitStack)
    _children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _stopped: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Machine:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        return self

    def __exit__(self, *_: object) -> None:
        for number in (
            signal.SIGINT,
            signal.SIGTERM,
        ):  # a second Ctrl-C must not leave half of it running
            signal.signal(number, signal.SIG_IGN)
        self._cleanup.close()

    @property
    def server(self) -> PrefectServer:
        return PrefectServer(self.settings.prefect_api, self.settings.prefect_login)

    def start(self) -> None:
        chosen = self.settings
        refuse_exposed(chosen)
        load_definition(chosen.definition)  # what is wrong with it is told at once
        with self._step("Databas"):
            open_database(chosen, create=True)
            self._claim_folder()
        if chosen.smtp_catcher:
            with self._step(f"E-postfångare på port {chosen.smtp_port}"):
                catcher = Catcher(chosen.data / "post", chosen.smtp_host, chosen.smtp_port)
                catcher.start()
                self._cleanup.callback(catcher.stop)
        with self._step(f"Svarssidan på port {chosen.page_port}"):
            _require_free("127.0.0.1", chosen.page_port, "KOMMUNPLAN_PAGE_PORT")
            self._spawn("svarssidan", PAGE)
            self._until(self._page_is_alive, "svarssidan")
        with self._step(f"Prefect på port {chosen.port} (första gången upp till en minut)"):
            _require_free(chosen.host, chosen.port, "KOMMUNPLAN_PORT")
            self._spawn("prefect", "running.prefect_server")
            self._until(self.server.is_healthy, "prefect")
        with self._step("Flöden registreras"):
            self.server.crash_stale_runs()
            self.server.ensure_pool(POOL)
            # in a process of its own: this one lives for months, and need not know Prefect
            self._run("running.registering")
        with self._step("Arbetare"):
            self._spawn("arbetare", WORKER)

    def _claim_folder(self) -> None:
        """Nobody else may run on this data folder; what an earlier start has left running is named."""
        folder = self.settings.data / "logg"
        try:
            folder.mkdir(exist_ok=True)
            lock = self._cleanup.enter_context((self.settings.data / "igang.lock").open("w"))
        except OSError as error:
            raise CannotStartError(
                f"{self.settings.data} går inte att använda: {error.strerror}. "
                "Välj en annan mapp med KOMMUNPLAN_DATA."
            ) from None
        try:
            fcntl.flock(
                lock, fcntl.LOCK_EX | fcntl.LOCK_NB
            )  # ends with this process, however it ends
        except OSError:
            raise CannotStartError(
                f"kommunplan är redan igång på {self.settings.data}. Avsluta det först (Ctrl-C), eller "
                "välj en annan mapp med KOMMUNPLAN_DATA och en annan port med KOMMUNPLAN_PORT."
            ) from None
        left = [pid for pid in _noted(self._pids) if _is_ours(pid)]
        if left:
            pids = " ".join(map(str, left))
            raise CannotStartError(
                f"Processer från en tidigare start är kvar: {pids}. Avsluta dem med kill {pids}, "
                "och försök igen."
            )
        self._pids.unlink(missing_ok=True)

    @property
    def _pids(self) -> Path:
        return self.settings.data / "logg" / "processer"

    def begin_year(self) -> str:
        """Starts the year in progress and runs the first check, both through their deployments."""
        with self._step("Årets process"):
            started = self.run_flow("Starta budgetår/starta-ar")
        with self._step("Första kontrollen"):
            self.run_flow("Daglig kontroll/kontroll")
        return started

    def watch(self) -> None:
        """Once the first check has run: before, it would tell of days when the machine was off."""
        with self._step("Vakten"):
            self._spawn("vakten", WATCH)
            self._until(lambda: is_watched(self.settings), "vakten")

    def wait(self) -> None:
        """Until Ctrl-C; CannotStartError when a process ends by itself."""
        while not self._stopped.wait(1):
            self._complain_if_dead()

    def run_flow(self, deployment: str, parameters: dict[str, Any] | None = None) -> str:
        """Runs `flow/deployment` on the worker; its message. CannotStartError when it fails."""
        try:
            state = self.server.run_to_end(deployment, parameters, meanwhile=self._check_on_things)
        except TimeoutError as error:
            raise CannotStartError(f"{error} Se {self._log('arbetare')}.") from None
        except httpx.HTTPError as error:
            raise CannotStartError(f"Prefect svarade: {error} Se {self._log('prefect')}.") from None
        if not state.is_completed:
            raise CannotStartError(f"{deployment}: {state.name}. {state.message}")
        return state.message

    def _page_is_alive(self) -> bool:
        try:
            page = f"http://127.0.0.1:{self.settings.page_port}/halsa"
            return httpx.get(page, timeout=2).is_success
        except httpx.HTTPError:
            return False

    def _until(self, is_healthy: Callable[[], bool], name: str) -> None:
        deadline = time.monotonic() + 180
        while not is_healthy():
            self._check_on_things()
            if time.monotonic() > deadline:
                raise CannotStartError(
                    f"{name} svarar inte efter tre minuter. Se {self._log(name)}."
                )
            time.sleep(0.3)

    def _check_on_things(self) -> None:
        self._complain_if_dead()
        if self._stopped.is_set():
            raise KeyboardInterrupt

    @contextmanager
    def _step(self, what: str) -> Iterator[None]:
        began = time.monotonic()
        with self.console.status(f"{what} …") if self.console.is_terminal else ExitStack():
            yield
        if self._stopped.is_set():
            raise KeyboardInterrupt
        taken = time.monotonic() - began
        self.console.print(f"[green]✓[/green] {what} [dim]{taken:.0f} s[/dim]", highlight=False)

    def _spawn(self, name: str, module: str, *arguments: str) -> None:
        with self._log(name).open("ab") as log:
            child = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
                [sys.executable, "-m", module, *arguments],
                cwd=PROJECT,
                env=environment_for_prefect(self.settings),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches us alone; we stop them in order
            )
        self._children[name] = child
        self._pids.write_text("\n".join(str(one.pid) for one in self._children.values()))
        self._cleanup.callback(_stop, child)

    def _run(self, module: str) -> None:
        """Until the module has ended; CannotStartError where it did not end well."""
        with self._log("registrering").open("wb") as log:
            done = subprocess.run(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", module],
                cwd=PROJECT,
                env=environment_for_prefect(self.settings),
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        if done.returncode != 0:
            raise CannotStartError(
                f"Flödena gick inte att registrera. Se {self._log('registrering')}."
            )

    def _log(self, name: str) -> Path:
        return self.settings.data / "logg" / f"{name}.log"

    def _complain_if_dead(self) -> None:
        for name, child in self._children.items():
            if child.poll() is not None:
                raise CannotStartError(
                    f"{name} avslutades av sig själv (kod {child.returncode}). Se {self._log(name)}."
                )

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stopped.set()


def _stop(child: subprocess.Popen[bytes]) -> None:
    """Asks the process group to end, and ends it if it does not."""
    for number, patience in ((signal.SIGTERM, 20), (signal.SIGKILL, 5)):
        try:
            os.killpg(child.pid, number)
            child.wait(patience)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
    child.wait()


def _noted(path: Path) -> list[int]:
    try:
        return [int(line) for line in path.read_text().split()]
    except (OSError, ValueError):
        return []


def _is_ours(pid: int) -> bool:
    """Whether the process is alive and one of ours: a number may have been given to another."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        return b"prefect" in command or any(
            ours.encode() in command for ours in (PAGE, WATCH, WORKER)
        )
    except OSError:
        return False


def _require_free(host: str, port: int, variable: str) -> None:
    try:
        [(family, *_, address), *_] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror as error:
        raise CannotStartError(
            f"{host} är ingen adress på den här datorn: {error.strerror}. Rätta KOMMUNPLAN_HOST."
        ) from None
    except OSError as error:
        raise CannotStartError(
            f"Port {port} på {host} går inte att använda: {error.strerror}. Är kommunplan redan "
            f"igång? Annars välj en annan port: {variable}={port + 1} make start."
        ) from None


def _sign_in_link(chosen: Settings) -> str:
    """Made at each start; where that cannot be, the command that says why."""
    try:
        link = command_link(open_database(chosen), chosen, today(chosen))
    except KommunplanError:
        return "kommunplan logga-in"
    return f"{link.url} (en gång, inom 15 minuter; sedan: kommunplan logga-in)"


def _what_now(console: Console, chosen: Settings, year: str) -> None:
    console.print()
    console.print("[bold]Kommunplan är igång.[/bold]")
    warn_of_exercise(console, chosen)
    lines = [
        ("Prefect (processägaren)", chosen.prefect_address),
        ("Året som tabell och årshjul", f"{chosen.prefect_address}/artifacts"),
        ("Svarssidan (länkarna i mejlen)", chosen.page_address),
        ("Logga in som processägaren", _sign_in_link(chosen)),
        ("Läget", "kommunplan status"),
        ("Året dag för dag", "kommunplan provkor"),
        ("En del är klar", "kommunplan klar STEG --roll ROLL"),
        ("Ett beslut är fattat", "kommunplan beslut STEG INSTANS UTFALL --datum ÅÅÅÅ-MM-DD"),
    ]
    if chosen.prefect_login:
        lines.insert(1, ("Prefect frågar efter", "KOMMUNPLAN_UI_CREDENTIAL"))
    if chosen.smtp_catcher:
        lines.insert(1, ("Mejlen hamnar i", str(chosen.data / "post")))
    for what, where in lines:
        console.print(f"  {what + ':':32}{where}", highlight=False, markup=False, soft_wrap=True)
    console.print("Kommandona finns i .venv/bin (source .venv/bin/activate). Ctrl-C avslutar.")
