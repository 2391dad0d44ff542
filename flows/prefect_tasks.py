"""What the Prefect tasks of the flows have in common: their kind, what they came to, and the run's log.

A flow of ours does its work in a few tasks with Swedish names. What passes by itself, such as a database
that another process writes in, is tried again; what somebody must mend ends the task as `Avvisat`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Final, ParamSpec, TypeVar

import httpx
import prefect
from prefect import Task, get_run_logger
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, StateType
from prefect.logging.loggers import PrefectLogAdapter

from flows.forms.wording import in_forms
from models.errors import KommunplanError, RefusedError
from tasks.database import DatabaseBusyError

P = ParamSpec("P")
R = TypeVar("R")

REFUSED: Final = "Avvisat"
"""How a run ends, and a task, in which nothing was done: the message says why, and what to do instead."""
WAITS = (2.0, 5.0, 15.0)
"""Seconds before each new attempt at what passes by itself."""


def _is_not_ending(record: logging.LogRecord) -> bool:
    """Of Prefect's own line on how a run ended: English, and an error wherever the state is not green. The
    state itself says it."""
    return not str(record.msg).startswith("Finished in state")


for _name in ("prefect.flow_runs", "prefect.task_runs"):
    logging.getLogger(_name).addFilter(_is_not_ending)


def task(
    name: str,
) -> Callable[[Callable[P, Coroutine[Any, Any, R]]], Task[P, Coroutine[Any, Any, R]]]:
    """A Prefect task under this name. What it comes to stays in this process: it may be anything."""
    return prefect.task(
        name=name,
        task_run_name=name,
        cache_policy=NO_CACHE,
        persist_result=False,
        retries=len(WAITS),
        retry_delay_seconds=list(WAITS),
        retry_condition_fn=_passes_by_itself,
    )


def _passes_by_itself(task: Task[..., Any], run: Any, state: State[Any]) -> bool:
    """A database that is being written in, a Prefect server that is busy or away."""
    match state.data:
        case httpx.HTTPStatusError() as error:
            return error.response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR
        case DatabaseBusyError() | httpx.TransportError():
            return True
    return False


async def done(one: Task[..., Any], *given: Any) -> Any:
    """What the task came to, run now. RefusedError, worded, where it was refused; else what it raised."""
    state: State[Any] = await one(*given, return_state=True)
    if state.name == REFUSED:
        raise RefusedError(state.message or "")
    return await state.aresult()


def completed(came_to: Any, message: str = "", name: str = "Klart") -> State[Any]:
    """How a task ends well."""
    return State(type=StateType.COMPLETED, name=name, message=message or None, data=came_to)


def refused(error: KommunplanError) -> State[Any]:
    """How it ends when a person must mend something first: no traceback, and not red as what is late in the
    year, for nothing has happened."""
    return State(type=StateType.CANCELLED, name=REFUSED, message=in_forms(error))


def log(lines: Iterable[str], level: int = logging.INFO) -> None:
    """Adds the lines to the log of the task's run, and so of the flow's."""
    run = get_run_logger()
    if not isinstance(run, PrefectLogAdapter):
        return  # Prefect's logging is switched off
    # a logger of our own: Prefect's lines, English and about itself, are kept out below warnings
    own = run.getChild("kommunplan")
    own.setLevel(logging.INFO)
    for line in lines:
        own.log(level, line)
