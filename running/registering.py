"""`python -m running.registering`: tells the Prefect server of the environment which deployments there are.

What comes of it is what `prefect deploy --all` makes of the municipality's prefect.yaml, field by field, from
one process and over one connection. A deployment that is there keeps its id and its runs, and goes on if it
was paused; one that the definition has no more is left as it is.
"""

from __future__ import annotations

import asyncio
from typing import Any

from prefect._internal.versioning import get_inferred_version_info
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import (
    DeploymentScheduleCreate,
    DeploymentScheduleUpdate,
    DeploymentUpdate,
)
from prefect.client.schemas.objects import ConcurrencyLimitStrategy, ConcurrencyOptions, VersionInfo
from prefect.client.schemas.schedules import CronSchedule

from calendars.definition import load_definition
from flows.forms.deployments import PULL_STEP, Deployment, deployments
from flows.ui.prefect_api import every
from models.process import Definition
from tasks.orchestration import POOL
from tasks.settings import PROJECT, settings


def main() -> None:
    asyncio.run(_register_own())


async def _register_own() -> None:
    async with get_client() as client:
        await register(client, load_definition(settings().definition))


async def register(client: PrefectClient, definition: Definition) -> None:
    """All of the definition's deployments. The client itself asks a busy server again."""
    by_name = {"sort": "NAME_ASC"}
    flows = {one["id"]: one["name"] for one in await every(client, "/flows/filter", by_name)}
    known = {
        (flows.get(one["flow_id"]), one["name"]): one["id"]
        for one in await every(client, "/deployments/filter", by_name)
    }
    inferred = await get_inferred_version_info()
    for one in deployments(definition):
        version = inferred or VersionInfo(type="prefect:simple", version=one.flow.version or "")
        content = _content(one, version)
        crons = [CronSchedule(**schedule) for schedule in one.schedules]
        if found := known.get((one.flow.name, one.name)):
            if crons:  # else those that somebody has added in Prefect stay
                content["schedules"] = [DeploymentScheduleUpdate(schedule=cron) for cron in crons]
            await client.update_deployment(found, DeploymentUpdate(**content))
        else:
            flow_id = await client.create_flow_from_name(one.flow.name)
            schedules = [DeploymentScheduleCreate(schedule=cron) for cron in crons]
            await client.create_deployment(flow_id, one.name, schedules=schedules, **content)


def _content(one: Deployment, version: VersionInfo) -> dict[str, Any]:
    """What Prefect knows of a deployment but for its names and schedules."""
    return {
        "version": version.version,
        "version_info": version,
        "description": one.flow.description,
        "tags": list(one.tags),
        "parameters": dict(one.parameters),
        "parameter_openapi_schema": one.flow.parameters.model_dump(exclude_unset=True),
        "enforce_parameter_schema": True,
        "paused": False,
        "entrypoint": one.entrypoint,
        "pull_steps": [{PULL_STEP: {"directory": str(PROJECT)}}],
        "work_pool_name": POOL,
        "concurrency_limit": one.limit,
        "concurrency_options": ConcurrencyOptions(
            collision_strategy=ConcurrencyLimitStrategy.ENQUEUE
        ),
    }


if __name__ == "__main__":
    main()
