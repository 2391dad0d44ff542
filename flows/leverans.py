"""The flow that delivers the mails that wait."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Any

import httpx
from prefect import flow
from prefect.client.schemas.objects import State
from prefect.deployments.flow_runs import arun_deployment
from prefect.exceptions import ObjectNotFound

from flows.forms.fields import in_two
from flows.forms.wording import in_forms
from flows.prefect_tasks import completed, done, log, refused, task
from flows.steps.endings import refused_run, run_name
from flows.ui.current_runs import forget_empty
from models.counting import counted
from models.errors import KommunplanError
from tasks import clock
from tasks.database import DatabaseBusyError
from tasks.engine import engine
from tasks.mail.delivery import Delivery, deliver
from tasks.mail.queue import next_attempt_at

NOTHING_TO_SEND = "Inget att skicka"


@in_two
@flow(name="Skicka mejl", flow_run_name=run_name)
async def skicka() -> State[Any]:
    """Levererar det som väntar i utkorgen, äldst först. Ofarlig att upprepa.

    Kommer e-postservern inte att nås försöker den igen av sig själv, med allt längre mellanrum.
    """
    try:
        delivered: Delivery = await done(leverera)
    except KommunplanError as error:
        return await refused_run(error)
    await forget_empty(skicka.name, NOTHING_TO_SEND)
    return completed(None, _message(delivered), _name(delivered))


@task("Leverera")
async def leverera() -> State[Any]:
    """Delivers what may be tried now. Where the mail server is away each mail says when it is tried again,
    and a run is scheduled for the first of them."""
    try:
        on = await asyncio.to_thread(engine)
        delivered = await deliver(on.database, on.settings)
    except DatabaseBusyError:
        raise  # it is tried again
    except KommunplanError as error:
        log([f"Inget är skickat: {in_forms(error)}"], logging.WARNING)
        return refused(error)
    if delivered.next_attempt_at is not None:
        await _deliver_again(delivered.next_attempt_at)
    log([_message(delivered)], logging.WARNING if delivered.error else logging.INFO)
    return completed(delivered, _message(delivered), _name(delivered))


async def deliver_waiting() -> list[str]:
    """Delivers within this run, if a mail may be tried now; a sentence about what did not go."""
    try:
        waiting = await asyncio.to_thread(next_attempt_at, engine().database, now=clock.now())
        if waiting is None or waiting > clock.now():
            return []
        delivered: Delivery = await done(leverera)
    except (KommunplanError, httpx.HTTPError) as error:
        return [f"Obs: mejlen väntar ({error})."]
    return [f"Obs: {_message(delivered)}"] if delivered.deferred or delivered.failed else []


def _name(delivered: Delivery) -> str:
    if delivered.stopped:
        return "E-postservern tar inte emot något från oss"
    if delivered.deferred:
        return "Väntar på e-postservern"
    if delivered.failed:
        return "Några gick inte att skicka"
    return "Skickat" if delivered.sent else NOTHING_TO_SEND


def _message(delivered: Delivery) -> str:
    message = (
        f"{counted(delivered.sent, 'skickat', 'skickade')}, {delivered.deferred} försöks igen, "
        f"{delivered.failed} gick inte att skicka."
    )
    return f"{message} {delivered.error}".strip()


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
