"""The script of the demonstration: who does what on which day of the year."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from prefect.flows import Flow

from calendars.workdays import WORKDAYS
from flows import drift
from flows.steps.endings import shows_its_step, subflow
from flows.steps.registry import place_of, slug_of, steps
from models.acts.decisions import Decide
from models.acts.parts import ReportPart
from models.errors import KommunplanError
from models.events import Outcome
from notifications.notices import Kind
from running.demo import BUDGET_YEAR
from running.server import PrefectServer
from tasks.engine import engine
from tasks.reading import rehearsal, to_do
from tasks.settings import Settings, settings
from views.to_do import ToDo

LATE_STEP, LATE_BY = "skatteprognos", timedelta(days=8)
RETURNED_STEP, RETURNED_BY = "kommunplan-ks", "KS"
PROPOSALS = (
    "budgetberedning",
    "investeringsplan",
    "verksamhetsplan-forslag",
    "skattesats-forslag",
    "kommunplan-su",
    "kommunplan-ks",
)
"""Steps whose last body proposes to another step's body rather than decides itself."""
FIGURES: dict[str, dict[str, Any]] = {
    "uppfoljning-april": {
        "prognos": [
            {"enhet": "larande", "budget": 180_000, "prognos": 179_600},
            {"enhet": "omsorg", "budget": 210_000, "prognos": 212_500},
            {"enhet": "miljonamnden", "budget": 9_000, "prognos": 9_100},
        ]
    },
    "skattesats-forslag": {"skattesats": 22.31},
    "skattesats-kf": {"skattesats": 22.31},
}
"""What comes with a step's parts. The deficits raise three occasions: a större avvikelse, and a deficit for
each of a nämnd and KS."""
THROUGH_WORKER = "kommunplan-kf"
"""This step's decision goes the whole way, as from the form: API, work pool, worker."""
AUTHOR = "demonstration"


class Year:
    """Goes through the year on a running machine. The check runs on the days on which the rehearsal
    has a step opened, or something is due or late; other reminders go with the next of them."""

    def __init__(self, chosen: Settings, clock_file: Path) -> None:
        self._clock = clock_file
        self._server = PrefectServer(chosen.prefect_api, chosen.prefect_login)
        self._returned = False
        notices = rehearsal(chosen, BUDGET_YEAR, date.min).notices
        self._openings = {notice.day for notice in notices if notice.kind == Kind.OPENED}

    async def run(self, day: date, last: date) -> None:
        await self._on(day, drift.starta_ar, budgetar=BUDGET_YEAR)
        while day <= last and not self._is_over():
            if WORKDAYS.is_workday(day):
                await self._day(day)
            day += timedelta(days=1)
        if not self._is_over():
            raise KommunplanError("Demonstrationsåret blev inte klart. Se kommunplan status.")
        # a morning whose letters no form of that day has delivered
        await asyncio.to_thread(self._server.run_to_end, "Skicka mejl/skicka")

    async def _day(self, day: date) -> None:
        """The check, then what people do. Of what comes together only the last is a run of its flow, which
        shows the rest too, as where they answer by the link in a mail: the year takes half the time."""
        self._clock.write_text(str(day))
        acting = any(self._actions(day))
        if acting:
            await asyncio.to_thread(lambda: engine().check())
        elif day in self._openings or any(task.day <= day for task in self._to_do()):
            await self._on(day, drift.kontroll)
        while actions := list(self._actions(day)):
            for number, (action, parameters) in enumerate(actions, 1):
                told = " ".join(str(value) for value in parameters.values() if value)
                print(f"  {day}  {told}", flush=True)
                await self._act(day, action, parameters, is_last=number == len(actions))

    async def _act(
        self, day: date, action: Flow[..., Any], parameters: dict[str, Any], *, is_last: bool
    ) -> None:
        if action is drift.beslut and parameters["steg"] == THROUGH_WORKER:
            form = {**parameters, "av": AUTHOR, "datum": str(day)}
            done = await asyncio.to_thread(
                self._server.run_to_end, "Registrera beslut/beslut", form
            )
            if not done.is_completed:
                raise KommunplanError(f"{day} {done.name}: {done.message}")
        elif action is drift.klar and not is_last:
            await asyncio.to_thread(self._report, **parameters)
        elif action is drift.beslut and not is_last and "skal" not in parameters:
            await asyncio.to_thread(self._decide, **parameters)
        else:
            await self._on(day, action, **parameters, av=AUTHOR)

    def _report(self, steg: str, nummer: int | None, roll: str, enhet: str | None) -> None:
        slug = slug_of(steg, nummer)
        part = ReportPart(step=slug, role=roll, unit=enhet, by=AUTHOR, budget_year=BUDGET_YEAR)
        engine().do(part)

    def _decide(self, steg: str, nummer: int | None, instans: str, utfall: str) -> None:
        decision = Decide(
            step=slug_of(steg, nummer),
            body=instans,
            outcome=Outcome(utfall),
            by=AUTHOR,
            budget_year=BUDGET_YEAR,
        )
        engine().do(decision)

    def _actions(self, day: date) -> Iterator[tuple[Flow[..., Any], dict[str, Any]]]:
        """The reports whose last day it is (one chef is late), with their figures, and the decisions of
        today's meetings."""
        for task in self._to_do():
            when = task.day + (LATE_BY if task.slug == LATE_STEP else timedelta(0))
            if day < when:
                continue
            steg, nummer = place_of(task.slug)
            place = {"steg": steg, "nummer": nummer}
            if task.body is not None:
                yield drift.beslut, {**place, **self._decision(task, task.body)}
                continue
            if task.slug in FIGURES:
                yield steps()[task.slug], {"budgetar": BUDGET_YEAR, **FIGURES[task.slug]}
            yield drift.klar, {**place, "roll": task.role, "enhet": task.unit}

    def _decision(self, task: ToDo, body: str) -> dict[str, Any]:
        if (task.slug, body) == (RETURNED_STEP, RETURNED_BY) and not self._returned:
            self._returned = True
            reason = "Nämndernas ramar behöver räknas om."
            return {"instans": body, "utfall": Outcome.ATERREMISS.value, "skal": reason}
        proposes = task.is_last and task.slug in PROPOSALS
        outcome = Outcome.FORESLAR if proposes else task.usual
        return {"instans": body, "utfall": outcome.value}

    async def _on(self, day: date, flow: Flow[..., Any], **parameters: Any) -> None:
        state = await subflow(flow, **parameters)
        if not shows_its_step(state):
            raise KommunplanError(f"{day} {flow.name}: {state.name}. {state.message}")

    def _to_do(self) -> Sequence[ToDo]:
        return to_do(engine().database, BUDGET_YEAR)

    def _is_over(self) -> bool:
        return not to_do(engine().database, BUDGET_YEAR, also_planned=True)


def main() -> None:
    chosen = settings()
    if chosen.clock_file is None:
        raise SystemExit("Demonstrationsåret behöver en klockfil: kör make demo.")
    year = Year(chosen, chosen.clock_file)
    try:
        asyncio.run(year.run(date(BUDGET_YEAR - 1, 1, 1), date(BUDGET_YEAR, 1, 31)))
    except KommunplanError as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
