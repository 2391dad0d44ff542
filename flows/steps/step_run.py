"""A step's run within a driving run, shown on the page of the step's own deployment.

Called as a subflow it would belong to no deployment, whose page then says that the step has never run;
so the run is made here, with its name, its tags and the deployment, and then run in this process. It says
where the step stands as the driving run has just read it, and does not read the year once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from typing import Any, NamedTuple

from prefect import Task
from prefect.client.schemas.objects import FlowRun, State
from prefect.flow_engine import run_flow_async
from prefect.flows import Flow
from prefect.states import Pending, to_state_create
from prefect.utilities.callables import get_call_parameters

from flows.ui.prefect_api import own_client, post


class Standing(NamedTuple):
    """The name of the state that a step is in, and what it means."""

    state: str
    message: str


_KNOWN: ContextVar[Standing | None] = ContextVar("known", default=None)


def known_standing() -> Standing | None:
    """Of the step of this run, as its driving run knows it; None where there is no such run."""
    return _KNOWN.get()


async def run_step(
    flow: Flow[..., Any],
    parameters: Mapping[str, Any],
    standing: Standing,
    *,
    name: str,
    tags: Iterable[str] = (),
    deployment: str | None = None,
) -> State[Any]:
    """The final state of a run of the flow within this run, failed or not; `deployment` is an id."""
    client = own_client()
    # first, as Prefect does: what the run before has left to write is then out of the way of the next
    flow_id = await client.create_flow(flow)
    tracked: Task[..., Any] = Task(name=flow.name, fn=flow.fn, version=flow.version)
    parent = await tracked.create_run(client=client)
    made = await post(
        client,
        "/flow_runs/",
        {
            "flow_id": str(flow_id),
            "flow_version": flow.version,
            "deployment_id": deployment,
            "parent_task_run_id": str(parent.id),
            "name": name,
            "tags": sorted(tags),
            "parameters": dict(parameters),
            "state": to_state_create(Pending()).model_dump(mode="json"),
        },
    )
    token = _KNOWN.set(standing)
    try:
        state = await run_flow_async(
            flow,
            # Of a run that belongs to a deployment Prefect asks all the while, in a thread, by a client and
            # a socket of its own, whether somebody suspends it: so one of a tenth of a second takes two.
            flow_run=FlowRun.model_validate({**made, "deployment_id": None}),
            parameters=get_call_parameters(flow.fn, (), dict(parameters)),
            return_type="state",
        )
    finally:
        _KNOWN.reset(token)
    if not isinstance(state, State):
        raise TypeError(f"{flow.name} gave no state")
    return state
