"""The flow that delivers the mails that wait."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State, StateType
from prefect.deployments.flow_runs import arun_deployment
from prefect.exceptions import ObjectNotFound

from flows.forms.fields import in_two
from flows.steps.endings import refused, run_name, subflow
from flows.ui.current_runs import forget_empty
from models.counting import counted
from models.errors import KommunplanError
from tasks import clock
from tasks.engine import Engine, engine
from tasks.mail.delivery import deliver
from tasks.mail.queue import next_attempt_at

NOTHING_TO_SEND = "Inget att skicka"


@in_two
@flow(name="Skicka mejl", flow_run_name=run_name)
async def skicka() -> State[Any]:
    """Levererar det som väntar i utkorgen, äldst först. Ofarlig att upprepa.

    Kommer e-postservern inte att nås försöker den igen av sig själv, med allt längre mellanrum.
    """
    try:
        on = engine()
        done = await deliver(on.database, on.settings)
    except KommunplanError as error:
        return refused(error)
    if done.next_attempt_at is not None:
        await _deliver_again(done.next_attempt_at)
    await forget_empty(skicka.name, NOTHING_TO_SEND)
    name = "Skickat" if done.sent else NOTHING_TO_SEND
    if done.deferred:
        name = "Väntar på e-postservern"
    elif done.failed:
        name = "Några gick inte att skicka"
    message = (
        f"{counted(done.sent, 'skickat', 'skickade')}, {done.deferred} försöks igen, "
        f"{done.failed} gick inte att skicka."
    )
    return State(type=StateType.COMPLETED, name=name, message=f"{message} {done.error}".strip())


async def deliver_waiting(on: Engine) -> None:
    """Delivers within this run, if a mail may be tried now."""
    waiting = await asyncio.to_thread(next_attempt_at, on.database)
    if waiting is not None and waiting <= clock.now():
        await subflow(skicka)


async def _deliver_again(at: datetime) -> None:
    """A run of the delivery for when the first deferred mail may be tried; one for each minute."""
    minute = at.replace(second=0, microsecond=0) + timedelta(minutes=1)
    try:
        await arun_deployment(
            "Skicka mejl/skicka",
            scheduled_time=minute,
            timeout=0,
            as_subflow=False,
            idempotency_key=f"skicka-{minute.isoformat()}",
        )
    except ObjectNotFound:
        return  # no deployment of it on this server: the next check delivers
