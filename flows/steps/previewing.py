"""What a form would do, shown before it is done: the run's message, and a page of its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from flows.forms.wording import in_forms
from flows.prefect_tasks import completed, done, log, refused, task
from flows.steps.endings import refused_run, rename
from flows.ui.artifacts import write
from flows.ui.pages import Page
from flows.ui.prefect_api import own_client
from flows.ui.previews import Preview
from models.errors import KommunplanError
from tasks.database import DatabaseBusyError
from tasks.engine import Engine, engine

Look = Callable[[Engine], Preview]


async def preview(form: str, look: Look, name: str = "") -> State[Any]:
    """Of the form of this name. Nothing is changed by it. `name` is what the run is to be called if refused,
    where nothing has named it."""
    try:
        found: Preview = await done(forhandsgranska, form, look)
    except KommunplanError as error:
        return await refused_run(error, name)
    if found.run_name:
        await rename(found.run_name)
    return completed(None, found.message, "Förhandsvisning")


@task("Förhandsgranska")
async def forhandsgranska(form: str, look: Look) -> State[Any]:
    """Tries what is asked for and leaves it undone; what would follow is a page."""
    try:
        found = await asyncio.to_thread(lambda: look(engine()))
    except DatabaseBusyError:
        raise  # it is tried again
    except KommunplanError as error:
        log([f"Avvisat: {in_forms(error)}"], logging.WARNING)
        return refused(error)
    page = Page(f"forhandsvisning-{form}", found.text, found.message, str(flow_run.id))
    await write(own_client(), [page], str(flow_run.id))
    log([found.message, f"Hela förhandsvisningen är sidan {page.key}."])
    return completed(found)
