"""`kommunplan` as a person runs it: the installed command, in a process of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from tasks.settings import Settings

PROJECT = Path(__file__).parent.parent.parent
COMMAND = Path(sys.executable).parent / "kommunplan"
Ran = subprocess.CompletedProcess[str]


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
            **{
                f"KOMMUNPLAN_{name.upper()}": str(value)
                for name, value in own.model_dump().items()
                if value is not None and name != "smtp_password"
            },
        }

    def close(self) -> None:
        self._taken.close()

    def __call__(self, *words: str, **environment: str) -> Ran:
        return self.run([str(COMMAND), *words], **environment)

    def json(self, *words: str, **environment: str) -> Any:
        ran = self(*words, "--json", **environment)
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    def drive(
        self, cases: dict[str, list[str]], environments: dict[str, dict[str, str]] | None = None
    ) -> dict[str, dict[str, Any]]:
        """Many commands in one process, as `tests.cli.driver` says; for the sake of time."""
        given = {
            name: {"words": words, "environment": (environments or {}).get(name, {})}
            for name, words in cases.items()
        }
        ran = self.run([sys.executable, "-m", "tests.cli.driver"], json.dumps(given))
        assert ran.returncode == 0, ran.stderr
        answers: dict[str, dict[str, Any]] = json.loads(ran.stdout)
        return answers

    def run(self, command: list[str], given: str | None = None, **environment: str) -> Ran:
        return subprocess.run(
            command, env=self.environment | environment, cwd=PROJECT, input=given,
            capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
        )  # fmt: skip


def unfolded(printed: str) -> str:
    """What was printed, wherever the lines break."""
    return " ".join(printed.split())
