"""A running Prefect server over its API, for what starts and tests it; needs no import of Prefect."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import uuid4

import httpx

FINAL = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
UNFINISHED = ("PENDING", "RUNNING", "CANCELLING")
RETRY_AFTER = (0.5, 1, 2, 4, 8)
"""Seconds."""


@dataclass(frozen=True, slots=True)
class RunState:
    kind: str
    name: str
    message: str

    @property
    def is_completed(self) -> bool:
        return self.kind == "COMPLETED"


@dataclass(frozen=True, slots=True)
class PrefectServer:
    """The API at an address such as `http://127.0.0.1:4200/api`."""

    api: str
    login: tuple[str, str] | None = None
    """Name and password, where the server asks for them."""

    def is_healthy(self) -> bool:
        try:
            return self._client.get("/health", timeout=2).is_success
        except httpx.HTTPError:
            return False

    def ensure_pool(self, name: str) -> None:
        """The work pool that prefect.yaml names; nothing when it is there."""
        try:
            self._post("/work_pools/", {"name": name, "type": "process"})
        except httpx.HTTPStatusError as error:
            if error.response.status_code != httpx.codes.CONFLICT:
                raise

    def run(self, deployment: str, parameters: dict[str, Any] | None = None) -> str:
        """Schedules a run of `flow/deployment` at once; the run's id."""
        found = self._get(f"/deployments/name/{deployment}")
        made = self._post(
            f"/deployments/{found['id']}/create_flow_run",
            {
                "parameters": parameters or {},
                "state": {"type": "SCHEDULED"},
                "idempotency_key": uuid4().hex,  # asked again, it is still one run
            },
        )
        return str(made["id"])

    def run_to_end(
        self,
        deployment: str,
        parameters: dict[str, Any] | None = None,
        *,
        seconds: float = 180,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> RunState:
        """As `run`, and waits for the end; TimeoutError when that is not reached in time."""
        run_id = self.run(deployment, parameters)
        return self.end_of(run_id, deployment, seconds=seconds, meanwhile=meanwhile)

    def end_of(
        self,
        run_id: str,
        name: str,
        *,
        seconds: float = 180,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> RunState:
        """Waits for the end of a run under way; TimeoutError, with the name, when that is not reached in
        time."""
        last = time.monotonic() + seconds
        while time.monotonic() < last:
            meanwhile()
            if state := self.final_state(run_id):
                return state
            time.sleep(0.3)
        raise TimeoutError(f"{name} blev inte klar på {seconds:.0f} sekunder.")

    def final_state(self, run_id: str) -> RunState | None:
        """The state that a run ended in; None while it is under way."""
        state = self._get(f"/flow_runs/{run_id}")["state"]
        if state["type"] not in FINAL:
            return None
        return RunState(state["type"], state["name"], state["message"] or "")

    def crash_stale_runs(self) -> int:
        """Ends the runs that a killed worker left half-way, so that they hold no concurrency slot.

        To be called while no worker runs: Prefect itself leaves them so for good.
        """
        stale = self._post(
            "/flow_runs/filter", {"flow_runs": {"state": {"type": {"any_": list(UNFINISHED)}}}}
        )
        for run in stale:
            self._post(
                f"/flow_runs/{run['id']}/set_state",
                {"state": {"type": "CRASHED", "message": "Avbruten när servern stängdes av."}},
            )
        return len(stale)

    @property
    def _client(self) -> httpx.Client:
        return _client(self.api, self.login)

    def _get(self, path: str) -> Any:
        return self._ask("GET", path)

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        return self._ask("POST", path, json=body)

    def _ask(self, method: str, path: str, **content: Any) -> Any:
        """The answer; a server whose SQLite is busy (503) or that drops the line is asked again."""
        for wait in (*RETRY_AFTER, None):
            try:
                answer = self._client.request(method, path, **content)
                if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or wait is None:
                    answer.raise_for_status()
                    return answer.json() if answer.content else None
            except httpx.TransportError:
                if wait is None:
                    raise
            time.sleep(wait)
        raise AssertionError("the last wait is None")


@cache
def _client(api: str, login: tuple[str, str] | None) -> httpx.Client:
    """One for each server, for as long as the process lives: to make one for each question, as
    `httpx.request` does, takes twenty times as long as the question."""
    return httpx.Client(base_url=api, auth=login, timeout=60)
