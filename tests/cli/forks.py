"""Processes of Python that begin with the command line imported: forks of one process that has done it.

A command in a process of its own costs a second before it does anything; forked, a fiftieth of that. All
else is as in any process: environment, folder, files for its output, exit code, nothing kept from another.
`run` is what a test calls; the rest is the process that forks: `python -m tests.cli.forks`.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from tasks.settings import PROJECT

PRELOADED = ("cli.main", "tasks.engine", "tasks.reading", "tests.cli.driver")
WARMING = (
    "starta-ar 2028",
    "klar bokslut --roll ekonomichef",
    "resultat bokslut skattesats=x",
    "status",
    "status --json",
    "provkor",
)
COMMAND, DRIVER = "cli.__main__", "tests.cli.driver"


def run(
    words: Sequence[str],
    environment: Mapping[str, str],
    *,
    module: str = COMMAND,
    cwd: Path = PROJECT,
    given: str = "",
    seconds: int = 60,
) -> subprocess.CompletedProcess[str]:
    """`main()` of the module with these words as its arguments and this environment, and no other; `given`
    is what it reads. TimeoutExpired when it has not ended in time."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "in").write_text(given, encoding="utf-8")
        asked = {
            "words": list(words),
            "environment": dict(environment),
            "module": module,
            "cwd": str(cwd),
            "folder": folder,
            "seconds": seconds,
        }
        code = _ask(asked)
        out, err = ((Path(folder) / name).read_bytes().decode() for name in ("out", "err"))
    if code == -signal.SIGALRM:
        raise subprocess.TimeoutExpired(list(words), seconds, out, err)
    return subprocess.CompletedProcess(list(words), code, out, err)


def _ask(asked: dict[str, Any]) -> int:
    forking = _forking()
    assert forking.stdin is not None
    assert forking.stdout is not None
    forking.stdin.write(json.dumps(asked) + "\n")
    forking.stdin.flush()
    return int(forking.stdout.readline())


@cache
def _forking() -> subprocess.Popen[str]:
    """One for all tests of this process, ended with it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.cli.forks"],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def end() -> None:
        with process:
            process.kill()

    atexit.register(end)
    return process


# --- The process that forks ---


def main() -> None:
    """Answers each line, a command, with its exit code, as `subprocess` gives it."""
    for name in PRELOADED:
        import_module(name)
    _warm_up()
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(asked)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _warm_up() -> None:
    """What every process works out when it first does something, such as how its models are read and which
    statements ask for its rows, is worked out once, by commands whose answers nobody sees."""
    from tasks import engine
    from tasks.settings import settings
    from tests.cli.driver import answer

    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "var"
        clock = Path(folder) / "dag"
        clock.write_text("2027-03-01")
        environment = {
            "KOMMUNPLAN_DATA": str(data),
            "KOMMUNPLAN_CLOCK_FILE": str(clock),
            "KOMMUNPLAN_PORT": "9",
        }
        for words in WARMING:
            answer(words.split(), environment, data)
        engine._opened(str(data / "kommunplan.db")).engine.dispose()
    settings.cache_clear()
    engine._opened.cache_clear()


def _become(asked: dict[str, Any]) -> NoReturn:
    """What was asked for, until it ends; as Python itself ends it."""
    code: object = 0
    try:
        signal.alarm(asked["seconds"])
        for number, name in enumerate(("in", "out", "err")):
            os.dup2(os.open(f"{asked['folder']}/{name}", os.O_RDWR | os.O_CREAT), number)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - read until it ends
        os.environ.clear()
        os.environ.update(asked["environment"])
        sys.argv = ["kommunplan", *asked["words"]]
        os.chdir(asked["cwd"])
        import_module(asked["module"]).main()
    except SystemExit as ended:
        code = ended.code
    except BaseException:
        traceback.print_exc()
        code = 1
    if not isinstance(code, int | None):
        sys.stderr.write(f"{code}\n")
        code = 1
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit((code or 0) & 0xFF)


if __name__ == "__main__":
    main()
