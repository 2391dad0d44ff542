"""What a plan costs: one year of each of 290 municipalities, in one process (`python -m bench.schedule`).

The municipalities are Orsa's definition and meetings, varied by the place in the alphabet: names,
weekdays, lead times, windows. The floor is what pydantic takes to validate the same 290 definitions.
It prints medians and ratios and judges nothing: a shared machine is no place for a timed test.
"""

from __future__ import annotations

import copy
import os
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from calendars.definition import DEFINITION_FILE, ORSA, load_definition, load_meetings
from calendars.schedule import plan_year
from calendars.templates import expand
from calendars.workdays import WORKDAYS
from models.plan import Meeting, YearPlan
from models.process import Definition
from tasks.settings import PROJECT

MUNICIPALITIES = 290
BUDGET_YEAR = 2028
ROUNDS = 7
REVIEW = ["-m", "cli", "granska", "--budgetar", str(BUDGET_YEAR)]
TARGET = 2.0
"""Seconds."""
Result = TypeVar("Result")


def main() -> None:
    raw = [expand(varied(number)).raw for number in range(MUNICIPALITIES)]
    definitions = validated(raw)
    known = load_meetings(ORSA, load_definition(ORSA))
    meetings = [shifted(known, number) for number in range(MUNICIPALITIES)]

    def planned() -> list[YearPlan]:
        return [
            plan_year(definition, BUDGET_YEAR, held)
            for definition, held in zip(definitions, meetings, strict=True)
        ]

    first, plans = _timed(planned)
    floor, ours = [], []
    for _ in range(ROUNDS):
        floor.append(_timed(lambda: validated(raw))[0])
        ours.append(_timed(planned)[0])
    low, high = statistics.median(floor), statistics.median(ours)
    steps, gaps = sum(len(plan.steps) for plan in plans), sum(bool(plan.gaps) for plan in plans)
    print(
        f"The schedule of {len(plans)} municipalities for one year: {steps} steps, {gaps} with gaps"
    )
    print(f"   the first time             {first:6.3f} s")
    print(f"   median of {ROUNDS}                {high:6.3f} s (target: under {TARGET:g})")
    print(f"   one plan                   {high / len(plans) * 1000:6.2f} ms")
    print(f"   validating the definitions {low:6.3f} s")
    print(f"   ratio                      {high / low:6.2f}")
    _print_review()


def _print_review() -> None:
    """`kommunplan granska` as a whole process, beside one that imports its libraries and ends."""
    floor, ours = [], []
    for _ in range(ROUNDS + 1):
        floor.append(
            _timed(lambda: _process(["-c", "import cyclopts, holidays, pydantic_settings"]))[0]
        )
        ours.append(_timed(lambda: _process(REVIEW))[0])
    low, high = statistics.median(floor[1:]), statistics.median(ours[1:])
    print(f"granska of one year as a whole process: median of {ROUNDS}, in turn")
    print(f"   imports only               {low:6.3f} s")
    print(f"   granska                    {high:6.3f} s (target: under 0.5)")
    print(f"   ratio                      {high / low:6.2f}")


def _process(arguments: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "KOMMUNPLAN_DATA": folder}
        subprocess.run(
            [sys.executable, *arguments],
            env=environment,
            cwd=PROJECT,
            check=True,
            stdout=subprocess.DEVNULL,
        )


def validated(raw: Sequence[Mapping[str, Any]]) -> list[Definition]:
    """The floor: nobody plans a definition that has not been validated."""
    return [Definition.model_validate(one) for one in raw]


def varied(number: int) -> dict[str, Any]:
    """Orsa's definition as another municipality's: every one of the 290 is different."""
    raw = copy.deepcopy(_ORSA)
    raw["kommun"] |= {"slug": f"kommun-{number}", "namn": f"Kommun {number}"}
    for place, body in enumerate(raw["instans"]):
        body["namn"] = f"{body['namn']} i kommun {number}"
        body["manusstopp"] = 14 + (number + place) % 9
        body["beredning"] = 8 + (number // 3 + place) % 6
        body["utskick"] = 5 + (number // 5 + place) % 3
        body["ledtid"] = body["ledtid"] * (1 + number % 3) // 2
    for place, step in enumerate(raw["steg"]):
        first, last = step["fonster"]["fran"], step["fonster"]["till"]
        if step["slag"] == "arbete" and (number + place) % 4 == 0 and last.isalpha():
            step["fonster"]["till"] = f"{15 + number % 10} {last}"
        if step["slag"] == "beslut" and (number + place) % 5 == 0 and first.isalpha():
            step["fonster"]["fran"] = f"början av {first}"
    return raw


def shifted(meetings: Sequence[Meeting], number: int) -> tuple[Meeting, ...]:
    """Orsa's meetings on other weekdays: each body's own, up to four days later."""
    found = []
    for meeting in meetings:
        place = sum(map(ord, meeting.body or meeting.step or ""))
        day = meeting.day + timedelta(days=(number + place) % (5 - meeting.day.weekday()))
        found.append(Meeting(meeting.body, meeting.step, WORKDAYS.forward(day)))
    return tuple(dict.fromkeys(found))


def _timed(work: Callable[[], Result]) -> tuple[float, Result]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


with (ORSA / DEFINITION_FILE).open("rb") as _file:
    _ORSA = tomllib.load(_file)

if __name__ == "__main__":
    main()
