"""What runs are called, and how they end: the state and the colour that the UI shows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from prefect.client.schemas.objects import State, StateType
from prefect.runtime import flow_run

from flows.prefect_tasks import REFUSED, refused
from flows.ui.prefect_api import own_client
from models.errors import KommunplanError
from tasks.clock import today
from tasks.settings import settings
from views.labels import LEFT_OUT, is_alarming, is_state_of_step
from views.sheet import StepLine

NOTHING_NEW = "Inget nytt"
"""How a driving run ends that found nothing to do."""


def type_of(name: str) -> StateType:
    """The colour of a step's state. Red is what somebody should have done by now, grey what is left out
    this year; all else is green: no state that ends a run says `waits`."""
    if is_alarming(name):
        return StateType.FAILED
    return StateType.CANCELLED if name == LEFT_OUT else StateType.COMPLETED


def shows_its_step(state: State[Any]) -> bool:
    """Whether a step's run has done what it is for, whatever it then shows: not refused, not broken."""
    return is_state_of_step(state.type.value, str(state.name))


def step_run_name(flow_name: str, line: StepLine, plan_name: str) -> str:
    """`K01 Bokslut 2026 (Kommunplan 2028)`: the number by which the flows sort, and the step as every view
    names it. Of an occasion `T10.2 Större avvikelse: Omsorg (Kommunplan 2028)`."""
    dot, number = line.id.rpartition(".")[1:] if line.step.occasion_of else ("", "")
    return f"{flow_name.split()[0]}{dot}{number} {line.title} ({plan_name})"


async def subflow(flow: Any, **parameters: Any) -> State[Any]:
    """The final state of a run within this run, failed or not."""
    state: State[Any] = await flow(**parameters, return_state=True)
    return state


def run_name() -> str:
    """`Starta budgetår 2028` where the year was given, else `Daglig kontroll 2027-03-01`."""
    return f"{flow_run.flow_name} {flow_run.parameters.get('budgetar') or today(settings())}"


async def refused_run(error: KommunplanError, name: str = "") -> State[Any]:
    """Ends the run as refused, with the way out, and lets its name say so wherever runs are listed. `name` is
    what it was to be called where nothing has named it."""
    await rename(f"{REFUSED}: {name or flow_run.name}")
    return refused(error)


async def rename(name: str) -> None:
    """Gives the run that is under way another name."""
    await own_client().set_flow_run_name(UUID(str(flow_run.id)), name)
