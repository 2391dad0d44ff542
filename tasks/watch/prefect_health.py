"""What the other processes answer: Prefect's server, its worker and schedule, and the answer page.

Over their own HTTP, so that what is said is what they would say to anybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from tasks.clock import ZONE
from tasks.orchestration import CHECK, POOL
from tasks.settings import Settings
from views.health import HealthPoint, point

PATIENCE = 3.0
"""Seconds for each question."""


def page_health(chosen: Settings) -> HealthPoint:
    address = f"http://127.0.0.1:{chosen.page_port}/halsa"
    try:
        is_well = httpx.get(address, timeout=PATIENCE).is_success
    except httpx.HTTPError:
        is_well = False
    if is_well:
        return point("svarssidan", True, f"svarar på port {chosen.page_port}.")
    return point(
        "svarssidan",
        False,
        f"svarar inte på port {chosen.page_port}.",
        "Kör make start, eller python -m web bredvid arbetaren.",
    )


def prefect_health(chosen: Settings, now: datetime) -> list[HealthPoint]:
    """Of server, worker and schedule; of the last two that nothing is known, where the server is off."""
    with httpx.Client(
        base_url=chosen.prefect_api, timeout=PATIENCE, auth=chosen.prefect_login
    ) as client:
        try:
            workers = client.post(f"/work_pools/{POOL}/workers/filter", json={})
            deployment = client.get(f"/deployments/name/{CHECK}")
            return list(_answered(chosen, workers, deployment, now))
        except (httpx.HTTPError, ValueError):
            off = point(
                "prefect",
                False,
                f"svarar inte på {chosen.prefect_address}.",
                "Kör make start, eller starta servern och arbetaren.",
            )
            unknown = "går inte att säga: Prefect svarar inte."
            return [off, point("arbetaren", None, unknown), point("schemat", None, unknown)]


def _answered(
    chosen: Settings, workers: httpx.Response, deployment: httpx.Response, now: datetime
) -> Iterator[HealthPoint]:
    if workers.status_code == httpx.codes.UNAUTHORIZED:
        unknown = "går inte att säga: Prefect släpper inte in oss."
        yield point(
            "prefect",
            False,
            f"svarar på {chosen.prefect_address}, men godtar inte inloggningen.",
            "Sätt samma KOMMUNPLAN_UI_CREDENTIAL som servern startades med.",
        )
        yield point("arbetaren", None, unknown)
        yield point("schemat", None, unknown)
        return
    yield point("prefect", True, f"svarar på {chosen.prefect_address}.")
    yield _worker(workers.json() if workers.is_success else [])
    yield _schedule(deployment.json() if deployment.is_success else None)


def _worker(workers: list[dict[str, Any]]) -> HealthPoint:
    beats = [str(one["last_heartbeat_time"] or "") for one in workers if one["status"] == "ONLINE"]
    if beats:
        at = datetime.fromisoformat(max(beats)).astimezone(ZoneInfo(ZONE))
        return point("arbetaren", True, f"är igång; hördes av kl. {at:%H.%M.%S}.")
    return point(
        "arbetaren",
        False,
        "är inte igång: ingen kontroll och inget mejl går.",
        "Kör make start, eller python -m running.worker.",
    )


def _schedule(deployment: dict[str, Any] | None) -> HealthPoint:
    if deployment is None:
        return point(
            "schemat",
            False,
            f"{CHECK} finns inte i Prefect.",
            "Kör make start, eller prefect deploy --all.",
        )
    active = any(one["active"] for one in deployment["schedules"])
    if deployment["paused"] or not active:
        return point(
            "schemat",
            False,
            "den dagliga kontrollen är pausad i Prefect.",
            f"Öppna Deployments, {CHECK.partition('/')[2]}, i Prefect och slå på schemat.",
        )
    return point("schemat", True, "den dagliga kontrollen går av sig själv.")
