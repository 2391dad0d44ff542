"""Which faults are tried again, and how a refusal ends a task; without a Prefect server."""

from __future__ import annotations

import httpx
import pytest
from prefect.client.schemas.objects import State, StateType

from flows import leverans
from flows.prefect_tasks import WAITS, _passes_by_itself, completed, refused
from flows.steps import driving, previewing, stage
from models.errors import RefusedError
from tasks.database import DatabaseBusyError, DatabaseUnusableError

TASKS = (
    driving.registrera,
    driving.visa,
    leverans.leverera,
    previewing.forhandsgranska,
    stage.uppdatera,
)
ASKED = httpx.Request("POST", "http://127.0.0.1:4200/api/flow_runs/filter")


def answered(status: int) -> httpx.HTTPStatusError:
    return httpx.HTTPStatusError("", request=ASKED, response=httpx.Response(status))


@pytest.mark.parametrize(
    ("fault", "passes"),
    [
        (DatabaseBusyError("En annan process skriver just nu."), True),
        (DatabaseUnusableError("Filen är skadad."), False),
        (RefusedError("KS kan inte besluta än."), False),
        (answered(503), True),
        (answered(404), False),
        (httpx.ConnectError("connection refused"), True),
        (ValueError("a bug"), False),
    ],
    ids=str,
)
def test_only_what_passes_by_itself_is_tried_again(fault: Exception, passes: bool) -> None:
    failed: State[None] = State(type=StateType.FAILED, data=fault)
    assert _passes_by_itself(driving.registrera, None, failed) is passes


def test_the_tasks_are_named_as_the_owner_reads_them() -> None:
    assert [task.name for task in TASKS] == [
        "Registrera",
        "Visa",
        "Leverera",
        "Förhandsgranska",
        "Uppdatera",
    ]
    for task in TASKS:
        assert task.task_run_name == task.name
        assert task.retry_delay_seconds == list(WAITS)
        assert not task.persist_result


def test_a_refusal_is_no_failure_and_says_why() -> None:
    state = refused(RefusedError("KS kan inte besluta än."))
    assert (state.type, state.name) == (StateType.CANCELLED, "Avvisat")
    assert state.message == "KS kan inte besluta än."
    assert completed(3).name == "Klart"
