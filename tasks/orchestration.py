"""Asks a running Prefect server for a check, for commands that are given outside of it.

The engine has already done and stored everything; this only makes the UI show it sooner.
"""

from __future__ import annotations

import time

import httpx

from tasks.settings import settings

POOL = "kommunplan"
"""The work pool from which the worker takes its runs."""
CHECK = "Daglig kontroll/kontroll"
PATIENCE = (0.5, 1.0, 2.0)
"""Seconds between tries: a server on SQLite answers 503 while it is busy."""


def ask_for_check() -> bool:
    """Schedules a run of the check at once; False when no server answers or it has no such deployment."""
    chosen = settings()
    with httpx.Client(base_url=chosen.prefect_api, timeout=10, auth=chosen.prefect_login) as client:
        for wait in (*PATIENCE, None):
            try:
                found = client.get(f"/deployments/name/{CHECK}")
                if found.is_success:
                    made = client.post(
                        f"/deployments/{found.json()['id']}/create_flow_run", json={}
                    )
                    if made.is_success:
                        return True
                    found = made
                if found.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                    return False
            except httpx.TimeoutException:
                pass
            except (httpx.HTTPError, ValueError, KeyError, TypeError):
                return False  # nobody there, or something else than Prefect
            if wait is not None:
                time.sleep(wait)
    return False
