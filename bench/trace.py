"""Which files of ours a decision enters before it is stored: `python -m bench.trace`.

A year in progress in a folder of its own; one decision is registered, and every function of ours that is
called between the call and the commit of its first transaction is counted.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import event

from models.acts.decisions import Decide
from models.acts.parts import ReportPart
from models.acts.years import StartYear
from models.outcomes import Outcome
from tasks.database import open_database
from tasks.engine import Engine
from tasks.settings import Settings

ROOT = Path(__file__).parent.parent
OURS = ("calendars", "cli", "flows", "models", "notifications", "running", "tasks", "views", "web")
STEP, BODY = "uppfoljning-mars", "SU"


class Trace:
    """The functions of ours that are called while it is on, by file; and the statements that are run."""

    def __init__(self) -> None:
        self.calls: dict[str, Counter[str]] = {}
        self.statements = 0
        self.is_on = False

    def begin(self) -> None:
        self.is_on = True
        sys.setprofile(self._called)

    def end(self, *_: object) -> None:
        sys.setprofile(None)
        self.is_on = False

    def _called(self, frame: FrameType, what: str, _: object) -> None:
        code = frame.f_code
        if what != "call" or code.co_name in ("<module>", "<lambda>"):
            return
        path = Path(code.co_filename)
        if path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in OURS:
            file = str(path.relative_to(ROOT))
            self.calls.setdefault(file, Counter())[code.co_qualname] += 1


def traced_decision(folder: Path) -> Trace:
    """Of one decision, from the call to the commit of the transaction that stores it."""
    settings = Settings(_env_file=None, data=folder)
    database = open_database(settings, create=True)
    Engine(database, settings, date(2027, 1, 4)).do(StartYear(budget_year=2028))
    on = Engine(database, settings, date(2027, 3, 1))
    on.check()
    on.do(ReportPart(step=STEP, role="ekonomichef", unit=None, by="Eva"))
    trace = Trace()
    event.listen(database.engine, "commit", trace.end)

    @event.listens_for(database.engine, "before_cursor_execute")
    def count(*_: Any) -> None:
        trace.statements += trace.is_on

    on = Engine(database, settings, date(2027, 3, 2))
    trace.begin()
    try:
        on.do(Decide(step=STEP, body=BODY, outcome=Outcome.FORESLAR, by="Kim", on=date(2027, 3, 2)))
    finally:
        trace.end()
        database.engine.dispose()
    return trace


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        trace = traced_decision(Path(folder))
    for file, calls in sorted(trace.calls.items()):
        print(f"{file}: {', '.join(sorted(calls))}")
    functions = sum(map(len, trace.calls.values()))
    print(f"{len(trace.calls)} files, {functions} functions, {trace.statements} statements")


if __name__ == "__main__":
    main()
