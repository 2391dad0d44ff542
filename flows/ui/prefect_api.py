"""Prefect's API as the flows ask it, for what its client has no methods for."""

from __future__ import annotations

from typing import Any

from prefect.client.orchestration import PrefectClient
from prefect.context import FlowRunContext

PAGE_SIZE = 200
"""What the API gives at a time, at most."""


def own_client() -> PrefectClient:
    """The client of the flow run that asks."""
    context = FlowRunContext.get()
    if context is None or not isinstance(context.client, PrefectClient):
        raise RuntimeError("only a flow run has a client")
    return context.client


async def post(client: PrefectClient, path: str, content: dict[str, Any]) -> Any:
    return await ask(client, "POST", path, content)


async def ask(
    client: PrefectClient, method: Any, path: Any, content: dict[str, Any] | None = None
) -> Any:
    """What the server answers; httpx.HTTPError where it refuses or is away."""
    answer = await client.request(method, path, json=content)
    answer.raise_for_status()
    return answer.json() if answer.content else None


async def every(client: PrefectClient, path: str, chosen: dict[str, Any]) -> list[dict[str, Any]]:
    """All that a filter finds, page by page."""
    found: list[dict[str, Any]] = []
    while True:
        page = {"limit": PAGE_SIZE, "offset": len(found)}
        some = await post(client, path, {**chosen, **page})
        found += some
        if len(some) < PAGE_SIZE:
            return found
