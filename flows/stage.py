"""What the eighteen step flows have in common: bring one step up to date, and show its state.

A run is short, ends in seconds and may be repeated at will. The state that it returns carries the
step's own name, so that the runs of the UI tell where the year stands.
"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, TypeVar
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State, StateType
from prefect.context import FlowRunContext
from prefect.flows import Flow
from prefect.runtime import flow_run
from pydantic import Field

from models.errors import KommunplanError
from tasks.clock import today
from tasks.engine import engine
from tasks.settings import settings
from tasks.year import Advance

BudgetYear = Annotated[int | None, Field(ge=2000, le=2100)]
AnyFlow = TypeVar("AnyFlow", bound=Flow[..., Any])


def in_two(flow: AnyFlow) -> AnyFlow:
    """Shows a flow's docstring as it is meant: what stands before `Args:` describes it in the UI, and
    Prefect makes the help texts of its form from the rest."""
    flow.description = (flow.description or "").partition("\n\nArgs:")[0]
    return flow


async def stage(slug: str, budgetar: int | None, kor_om_skal: str, av: str) -> State[Any]:
    """Brings the step up to date, in a new round first if a reason for that is given.

    A run of its own, from the form, also does what a drive flow does afterwards: it shows the other
    steps that changed and delivers the mails.
    """
    by_hand = _is_by_hand()

    def work() -> tuple[str, str, Advance, int]:
        on = engine()
        resting: tuple[str, ...] = ()
        mails = 0
        if kor_om_skal.strip():
            reopened, resting = on.rerun(
                slug, by=av or "Prefect", reason=kor_om_skal, token=str(flow_run.id),
                budget_year=budgetar,
            )  # fmt: skip
            mails = reopened.mails
        done, name, message = on.show(slug, budget_year=budgetar)
        if resting:
            message += (
                f" Klara steg som bygger på det, pröva om de står fast: {', '.join(resting)}."
            )
        return name, message, done, done.mails + mails

    try:
        name, message, done, mails = await asyncio.to_thread(work)
        if by_hand and (mails or set(done.stale) - {slug}):
            from flows.drift import follow_up  # which imports the step flows, and they this module

            await follow_up(done, but=slug, mails=mails)
    except KommunplanError as error:
        return refused(error)
    # renamed here: with `flow_run_name=` Prefect opens a client more for it, a quarter of a run's time
    async with get_client() as client:
        await client.set_flow_run_name(
            UUID(str(flow_run.id)), f"{flow_run.flow_name} {done.budget_year}"
        )
    return State(type=StateType.COMPLETED, name=name, message=message)


def _is_by_hand() -> bool:
    context = FlowRunContext.get()
    return (
        context is not None
        and context.flow_run is not None
        and (context.flow_run.parent_task_run_id is None)
    )


async def subflow(flow: Any, **parameters: Any) -> State[Any]:
    """The final state of a run within this run, failed or not."""
    state: State[Any] = await flow(**parameters, return_state=True)
    return state


def run_name() -> str:
    """`Starta budgetår 2028` where the year was given, else `Daglig kontroll 2027-03-01`."""
    return f"{flow_run.flow_name} {flow_run.parameters.get('budgetar') or today(settings())}"


def refused(error: KommunplanError) -> State[Any]:
    """What a person can mend: a failed state with the way out, and no traceback."""
    return State(type=StateType.FAILED, name="Avvisat", message=str(error))
