"""`kommunplan` as a person runs it: a process of its own, mostly one of `tests.cli.forks`."""

from __future__ import annotations

import json
import os
import pty
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from calendars.schedule import plan_year
from tasks.settings import Settings
from tests.cli import forks
from tests.factories import orsa, orsa_meetings

PROJECT = Path(__file__).parent.parent.parent
COMMAND = Path(sys.executable).parent / "kommunplan"
Ran = subprocess.CompletedProcess[str]


class Told(NamedTuple):
    """What a command printed, and whether it changed anything."""

    out: str
    changed: bool


class Shell:
    """An environment with every setting spelled out, so that no `.env` has a say; it answers on a
    port that is bound and never listened on, so that no Prefect does."""

    def __init__(self, folder: Path, day: str) -> None:
        folder.mkdir(exist_ok=True)
        self.data = folder / "var"
        self.clock = folder / "dag"
        self.clock.write_text(day)
        self._taken = socket.socket()
        self._taken.bind(("127.0.0.1", 0))
        port = self._taken.getsockname()[1]
        own = Settings(
            _env_file=None, data=self.data, clock_file=self.clock, port=port, smtp_port=port
        )
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "USER": "petra",
            "TERM": "dumb",
            "PYTHONPATH": str(PROJECT),
            **{
                f"KOMMUNPLAN_{name.upper()}": str(value)
                for name, value in own.model_dump().items()
                if value is not None and name != "smtp_password"
            },
        }

    def close(self) -> None:
        self._taken.close()

    def __call__(self, *words: str, **environment: str) -> Ran:
        if any(name.startswith("PYTHON") for name in environment):  # read only as Python begins
            return self.run([str(COMMAND), *words], **environment)
        early, then = self._in_time(words, environment)
        ran = forks.run(words, self.environment | early | environment)
        for after in then if ran.returncode == 0 else ():
            forks.run(after, self.environment | environment)
        return ran

    def _in_time(
        self, words: Sequence[str], environment: Mapping[str, str]
    ) -> tuple[dict[str, str], list[list[str]]]:
        """A year is started as it begins, all whose window has passed done and the rest opened on the day:
        the environment of the start, and the commands after it. What a start in the middle asks is
        `tests.tasks.test_taken_over`'s."""
        clock = Path(environment.get("KOMMUNPLAN_CLOCK_FILE") or self.clock)
        if list(words[:1]) != ["starta-ar"] or words[1:2] == ["--angra"] or not clock.is_file():
            return {}, []
        today = date.fromisoformat(clock.read_text())
        said = words[1] if words[1:] else str(today.year + 1)
        if not (said.isdecimal() and 2020 < int(said) <= today.year + 1):
            return {}, []
        first, year = date(int(said) - 1, 1, 1), int(said)
        if first == today:
            return {}, []
        plan = plan_year(orsa(), year, orsa_meetings(), None)
        past = [
            slug for slug, one in plan.steps.items() if one.window_end < today and not one.dormant
        ]
        early, file = (clock.with_name(f"{name}-{year}") for name in ("dag", "klart"))
        early.write_text(str(first))
        file.write_text("steg;svar\n" + "".join(f"{slug};klart\n" for slug in past))
        answers = ["redan-gjort", "--fil", str(file), "--budgetar", str(year)]
        then = [*([answers] if past else []), ["kontroll"]]
        return {"KOMMUNPLAN_CLOCK_FILE": str(early)}, then

    def json(self, *words: str, **environment: str) -> Any:
        ran = self(*words, "--json", **environment)
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    def drive(
        self, cases: dict[str, list[str]], environments: dict[str, dict[str, str]] | None = None
    ) -> dict[str, dict[str, Any]]:
        """Many commands in one process, as `tests.cli.driver` says; for the sake of time."""
        given: dict[str, dict[str, Any]] = {}
        for name, words in cases.items():
            own = (environments or {}).get(name, {})
            early, then = self._in_time(words, own)
            given[name] = {"words": words, "environment": own | early}
            for number, after in enumerate(then):
                given[f"{name}: {number}"] = {"words": after, "environment": own}
        ran = forks.run([], self.environment, module=forks.DRIVER, given=json.dumps(given))
        assert ran.returncode == 0, ran.stderr
        answers: dict[str, dict[str, Any]] = json.loads(ran.stdout)
        return answers

    def days(self, cases: dict[str, tuple[str, list[str]]], columns: int = 80) -> dict[str, Told]:
        """The same, each on a day of its own and each to be done, in so many columns."""
        clocks = {}
        for day in dict.fromkeys(day for day, _ in cases.values()):
            clocks[day] = self.clock.with_name(f"dag-{day}")
            clocks[day].write_text(day)
        answers = self.drive(
            {name: words for name, (_, words) in cases.items()},
            {
                name: {"KOMMUNPLAN_CLOCK_FILE": str(clocks[day]), "COLUMNS": str(columns)}
                for name, (day, _) in cases.items()
            },
        )
        for name, answer in answers.items():
            assert (answer["code"], answer["err"]) == (0, ""), (name, answer)
        return {name: Told(answer["out"], answer["changed"]) for name, answer in answers.items()}

    def at_terminal(self, *words: str, answers: str) -> tuple[int, str]:
        """At a terminal, where the answers are typed: the exit code, and what the screen shows."""
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            [sys.executable, "-m", "cli", *words],
            env=self.environment,
            cwd=PROJECT,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        ) as process:
            os.close(theirs)
            os.write(ours, answers.encode())
            shown = b""
            while True:
                try:
                    read = os.read(ours, 4096)
                except OSError:  # Linux says so when the other end has closed
                    break
                if not read:
                    break
                shown += read
        os.close(ours)
        return process.returncode, shown.decode()

    def run(self, command: list[str], given: str | None = None, **environment: str) -> Ran:
        return subprocess.run(
            command,
            env=self.environment | environment,
            cwd=PROJECT,
            input=given,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )


def unfolded(printed: str) -> str:
    """What was printed, wherever the lines break."""
    return " ".join(printed.split())
