"""Pages as Prefect's artifacts: a new version only of what says something new."""

from __future__ import annotations

from collections.abc import Iterable

from prefect.client.orchestration import PrefectClient

from flows.ui.pages import Page
from flows.ui.prefect_api import ask, every, post

MEANING = "innehåll"
"""Under this name an artifact keeps its page's meaning."""


async def write(client: PrefectClient, pages: Iterable[Page], flow_run_id: str) -> int:
    """Makes a new version of each page that says something new; how many. One that says the same on
    another day is brought up to date where it stands, so that its versions tell what happened."""
    pages = list(pages)
    found = await every(
        client, "/artifacts/latest/filter", {"artifacts": {"key": {"any_": [p.key for p in pages]}}}
    )
    latest = {one["key"]: one for one in found}
    count = 0
    for page in pages:
        content = {
            "description": page.description,
            "data": page.text,
            "metadata_": {MEANING: page.meaning},
        }
        old = latest.get(page.key)
        if old is None or (old["metadata_"] or {}).get(MEANING) != page.meaning:
            made = {"key": page.key, "type": "markdown", "flow_run_id": flow_run_id, **content}
            await post(client, "/artifacts/", made)
            count += 1
        elif (old["description"], old["data"]) != (page.description, page.text):
            await ask(client, "PATCH", f"/artifacts/{old['latest_id']}", content)
    return count
