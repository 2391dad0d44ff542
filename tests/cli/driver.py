"""Gives many commands to the command line in one process: `python -m tests.cli.driver < cases.json`.

A case is its words and environment; the answer is the exit code, what was printed, and whether any
row or file is another than before. What escapes `main` as an exception is reported as a traceback.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

from cli import main as cli
from tasks import engine
from tasks.settings import Settings, settings
from tests.tasks.town import tables


def answer(words: list[str], environment: dict[str, str], watched: Path) -> dict[str, Any]:
    before = snapshot(watched)
    kept = dict(os.environ)
    os.environ.update(environment)
    settings.cache_clear()
    engine._opened.cache_clear()
    sys.argv = ["kommunplan", *words]
    out, err = io.StringIO(), io.StringIO()
    code: object = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code
        except BaseException:
            code = traceback.format_exc()
    os.environ.clear()
    os.environ.update(kept)
    return {
        "code": code,
        "out": out.getvalue(),
        "err": err.getvalue(),
        "changed": snapshot(watched) != before,
    }


def snapshot(folder: Path) -> object:
    """Every row of the database and every other file; what SQLite keeps beside its file is its own."""
    files = {
        str(path): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith("kommunplan.db")
    }
    database = folder / "kommunplan.db"
    return tables(database) if database.exists() else {}, files


def main() -> None:
    """Reads the cases, and writes their answers."""
    Settings.model_config["env_file"] = None
    cases = json.load(sys.stdin)
    watched = Path(os.environ["KOMMUNPLAN_DATA"])
    answers = {
        name: answer(case["words"], case["environment"], watched) for name, case in cases.items()
    }
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
