"""The worker that runs our flows in its own process, which has imported and made them once.

For a run in a process of its own, Prefect starts a Python that does so anew, which takes it seconds. In
return what a run does to its process it does to them all: so only flows of ours are run, and as soon as
anything that they were made from has changed the worker takes no more runs and asks to be started anew.
"""

from __future__ import annotations

import asyncio
import math
import os
import socket
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Any
from uuid import UUID

import anyio
import httpx
from anyio.abc import TaskStatus
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.responses import WorkerFlowRunResponse
from prefect.exceptions import Abort, Pause
from prefect.flow_engine import run_flow
from prefect.flows import Flow
from prefect.states import Cancelled, Crashed
from prefect.workers.base import BaseWorker, BaseWorkerResult
from prefect.workers.process import ProcessJobConfiguration, ProcessVariables

from flows.prefect_tasks import REFUSED
from models.errors import RefusedError
from running.own_flows import OwnFlows, flow_of
from tasks.orchestration import POOL

AT_ONCE = 4
"""Runs, at most."""
POLL = 0.5
"""Seconds between the questions whether there is anything to run."""
ENOUGH = 1000
"""Runs after which the process is started anew, lest anything in it grow without end."""


class Leaving(Enum):
    """Why the worker takes no more runs, and how many seconds it lets those last that are under way."""

    STOPPED = 6.0
    STALE = 60.0


class Ran(BaseWorkerResult):
    """That a run has come to its end: which, its state says."""


class WarmWorker(BaseWorker[ProcessJobConfiguration, ProcessVariables, Ran]):
    """A worker of the pool that Prefect's process worker serves too, and of the same type: either may be
    started. `check` is asked before runs are taken: whether the flows are stale (True), and RefusedError
    where they are and new ones cannot be made."""

    type = "process"
    job_configuration = ProcessJobConfiguration
    job_configuration_variables = ProcessVariables

    def __init__(self, flows: OwnFlows, check: Callable[[], Awaitable[bool]]) -> None:
        super().__init__(
            work_pool_name=POOL,
            name=f"kommunplan på {socket.gethostname()}",
            prefetch_seconds=0,  # it asks often, and what is taken early takes up a place
            limit=AT_ONCE,
        )
        self._flows, self._check = flows, check
        self._scopes: dict[UUID, anyio.CancelScope] = {}
        self._taken = 0
        self._why = Leaving.STALE
        self._last = math.inf
        self._patience: anyio.CancelScope | None = None
        self._leaving = asyncio.Event()

    @classmethod
    def __dispatch_key__(cls) -> str:
        return "kommunplan"  # in Prefect's register of workers its own keeps its place

    async def serve(self) -> Leaving:
        """Until it is to leave: why. Nothing is then left that has not ended."""
        async with self:
            async with anyio.create_task_group() as asking:
                asking.start_soon(self._regularly, self.get_and_submit_flow_runs, POLL)
                asking.start_soon(
                    self._regularly, self.sync_with_backend, self.heartbeat_interval_seconds
                )
                await self._leaving.wait()
                asking.cancel_scope.cancel()
            with anyio.CancelScope(deadline=self._last) as self._patience:
                for _ in range(AT_ONCE):  # every place has become free
                    await self.limiter.acquire_on_behalf_of(object())
            if self._runs_task_group is not None:
                self._runs_task_group.cancel_scope.cancel()
        return self._why

    def leave(self, why: Leaving = Leaving.STOPPED) -> None:
        """Takes no more runs. One that is stale may be stopped while it waits, and then waits no longer than
        it would have."""
        if why is Leaving.STOPPED:
            self._why = why
        self._last = min(self._last, asyncio.get_running_loop().time() + why.value)
        if self._patience is not None:
            self._patience.deadline = self._last
        self._leaving.set()

    async def run(
        self,
        flow_run: FlowRun,
        configuration: ProcessJobConfiguration,
        task_status: TaskStatus[int] | None = None,
    ) -> Ran:
        """Runs it here. What is none of ours ends as refused."""
        try:
            flow = await self._flow_of(flow_run, configuration)
        except RefusedError as error:
            await self._refuse(flow_run, str(error))
        else:
            await self._run_here(flow, flow_run)
        if task_status is not None:
            # only now: until then Prefect lets the run be cancelled, and writes nothing beside it
            task_status.started(os.getpid())
        return Ran(identifier=str(os.getpid()), status_code=0)

    async def _flow_of(
        self, flow_run: FlowRun, configuration: ProcessJobConfiguration
    ) -> Flow[..., Any]:
        of = flow_run.deployment_id
        return flow_of(
            self._flows,
            flow_run,
            await self.client.read_deployment(of) if of else None,
            has_command=configuration._command_configured,
        )

    async def _run_here(self, flow: Flow[..., Any], flow_run: FlowRun) -> None:
        """Whatever happens, the run ends: as cancelled where somebody cancels it in Prefect, as crashed where
        the worker leaves, or the flow could not be run at all."""
        # Of a run that belongs to a deployment Prefect asks all the while, in a thread, by a client and a
        # socket of its own, whether somebody suspends it, and lets this loop wait until it has begun to.
        alone = flow_run.model_copy(update={"deployment_id": None})
        with anyio.CancelScope() as scope:
            self._scopes[flow_run.id] = scope
            try:
                ran: Any = run_flow(flow, flow_run=alone, return_type="state")
                await ran
            except (Abort, Pause):
                pass  # the server has said how it ends
            except anyio.get_cancelled_exc_class():
                if not scope.cancel_called:
                    await self._end(
                        flow_run, Crashed(message="Avbruten när arbetaren stängdes av.")
                    )
                raise
            except Exception as error:
                self._logger.exception("%s could not be run", flow_run.name)
                await self._end(flow_run, Crashed(message=f"Gick inte att köra: {error}"))
            finally:
                del self._scopes[flow_run.id]
        if scope.cancelled_caught:
            # what the engine had begun in a thread it finishes there
            why = "Avbruten i Prefect. Årets sida visar om något ändå hann registreras."
            await self._end(flow_run, Cancelled(message=why))

    async def _refuse(self, flow_run: FlowRun, why: str) -> None:
        self._logger.warning("%s: %s", flow_run.name, why)
        await self._end(flow_run, State(type=StateType.FAILED, name=REFUSED, message=why))

    async def _end(self, flow_run: FlowRun, state: State[Any]) -> None:
        with anyio.CancelScope(shield=True):
            await self.client.set_flow_run_state(flow_run.id, state, force=True)

    async def _cancel_run(self, flow_run_id: UUID) -> None:
        if scope := self._scopes.get(flow_run_id):
            scope.cancel()
        else:
            await super()._cancel_run(flow_run_id)

    async def _submit_scheduled_flow_runs(
        self, flow_run_response: list[WorkerFlowRunResponse]
    ) -> list[FlowRun]:
        """Takes the runs, if the flows are those that are on disk."""
        if not flow_run_response or self._leaving.is_set():
            return []
        if self._taken >= ENOUGH:
            self.leave(Leaving.STALE)
            return []
        try:
            if await self._check():
                self.leave(Leaving.STALE)
                return []
        except RefusedError as error:
            for found in flow_run_response:
                await self._refuse(found.flow_run, str(error))
            return []
        taken = await super()._submit_scheduled_flow_runs(flow_run_response)
        self._taken += len(taken)
        return taken

    async def _regularly(self, work: Callable[[], Awaitable[object]], seconds: float) -> None:
        """For ever: a server that is away, or is busy, comes back."""
        while True:
            try:
                await work()
            except httpx.HTTPError as error:
                self._logger.warning("Prefect answers: %s", error)
            await anyio.sleep(seconds)
