"""What the flows of steps and occasions have in common: bring one up to date, and show its state.

A run is short, ends in seconds and may be repeated at will. The state that it returns carries the
step's own name, so that the runs of the UI tell where the year stands.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from prefect.client.schemas.objects import State
from prefect.context import FlowRunContext
from prefect.runtime import flow_run

from flows.forms.fields import FORHANDSGRANSKA, NYTT_VARV, UPPDATERA, Gor
from flows.forms.wording import in_forms
from flows.prefect_tasks import completed, done, log, refused, task
from flows.steps.driving import ActDone, Work, follow_up, not_shown, registrera
from flows.steps.endings import refused_run, type_of
from flows.steps.previewing import preview
from flows.steps.step_run import Standing, known_standing
from flows.ui import previews
from models.acts.figures import Record
from models.acts.occasions import Raise
from models.acts.rounds import Rerun
from models.errors import KommunplanError, RefusedError
from tasks.context import Done
from tasks.database import DatabaseBusyError
from tasks.engine import Engine, engine
from tasks.year import Advance


async def stage(
    slug: str,
    budgetar: int | None = None,
    gor: Gor = UPPDATERA,
    skal: str = "",
    av: str = "",
    *,
    nummer: int | None = None,
    siffror_fran: str | None = None,
    **results: object,
) -> State[Any]:
    """Brings the step up to date and shows it: first in a new round, or with figures, if that is asked
    for, of a part (`role:unit`) or of the whole step. Of a preview: only what a new round would touch. With
    a number: that occasion."""
    given = {kind: value for kind, value in results.items() if value is not None}
    slug = f"{slug}-{nummer}" if nummer else slug

    def look(on: Engine) -> previews.Preview:
        _refuse_unclear(gor, skal, av, given)
        return previews.new_round(on.try_(Rerun(step=slug, by="", budget_year=budgetar)))

    def work(on: Engine) -> Done:
        token = str(flow_run.id)
        return on.do(
            act_of(
                slug, budgetar, gor, skal, av, siffror_fran=siffror_fran, given=given, token=token
            )
        )

    if gor == FORHANDSGRANSKA:
        return await preview(slug, look, _own_name())
    asks = gor == NYTT_VARV or given or skal.strip() or siffror_fran
    return await _run(slug, budgetar, work if asks else None)


def act_of(
    slug: str,
    budgetar: int | None,
    gor: Gor,
    skal: str,
    av: str,
    *,
    siffror_fran: str | None,
    given: Mapping[str, object],
    token: str,
) -> Rerun | Record:
    """What a step's form asks for: a new round, or figures. RefusedError where it is unclear."""
    _refuse_unclear(gor, skal, av, given)
    told = {"step": slug, "by": av, "reason": skal, "budget_year": budgetar, "results": given}
    if siffror_fran and gor == NYTT_VARV:
        raise RefusedError(
            "Siffror till ett nytt varv är hela stegets. Töm siffror_fran, eller välj uppdatera i gor."
        )
    if siffror_fran and not given:
        raise RefusedError(
            f"Vilka siffror har {siffror_fran} lämnat? Fyll i dem, eller töm siffror_fran."
        )
    if gor == NYTT_VARV:
        return Rerun(**told, token=token)
    role, _, unit = (siffror_fran or "").partition(":")
    return Record(**told, role=role or None, unit=unit or None)


async def occasion(
    slug: str,
    *,
    av: str,
    nummer: int | None,
    gor: Gor,
    skal: str,
    budgetar: int | None,
    **told: Any,
) -> State[Any]:
    """Raises a new one under its heading, or does with the one that has the number what `stage` does. `told`
    is what `Raise` asks for, by the public names."""
    heading = told["rubrik"].strip()

    def work(on: Engine) -> Done:
        if nummer is not None or gor != UPPDATERA:
            raise RefusedError(
                "Med rubrik anmäls något nytt; med nummer visas eller körs ett om som finns. "
                "Töm rubrik, eller töm nummer och välj uppdatera i gor."
            )
        if not (heading and av.strip()):
            raise RefusedError(
                "Fyll i rubrik och av för att anmäla något nytt, eller nummer för att visa ett som finns."
            )
        said = {name: value for name, value in told.items() if value is not None}
        act = Raise.of({**said, "tillfalle": slug, "av": av, "budgetar": budgetar})
        return on.do(act.model_copy(update={"token": str(flow_run.id)}))

    if nummer is not None and not heading:
        return await stage(slug, budgetar, gor, skal, av, nummer=nummer)
    return await _run(slug, budgetar, work)


def _refuse_unclear(gor: Gor, skal: str, av: str, given: Mapping[str, object]) -> None:
    if gor == NYTT_VARV and not (skal.strip() and av.strip()):
        raise RefusedError("Ett nytt varv kräver ett skäl och vem du är. Fyll i skal och av.")
    if gor == UPPDATERA and skal.strip() and not given:
        raise RefusedError(
            "Ett skäl gäller ett nytt varv, eller ändrade uppgifter i ett klart steg. Välj nytt varv i gor "
            "om steget ska köras om; töm annars skal."
        )
    if given and gor == FORHANDSGRANSKA:
        raise RefusedError(
            f"En förhandsgranskning registrerar ingenting. Töm {', '.join(given)}, eller välj uppdatera i "
            "gor."
        )
    if given and not av.strip():
        raise RefusedError(f"Vem registrerar {', '.join(given)}? Fyll i av.")


async def _run(slug: str, budgetar: int | None, work: Work | None) -> State[Any]:
    """Does what is asked for, if anything is, and shows the step. A run of its own, from the form, also does
    what a driving flow does afterwards: it delivers the mails and shows the other steps that changed."""
    note, mails = "", 0
    try:
        if work is not None:
            registered: ActDone = await done(registrera, work)
            slug, mails = registered.done.step or slug, registered.mails
            if resting := ", ".join(registered.done.resting):
                note = f"Klara steg som bygger på det, pröva om de står fast: {resting}."
        shown, advance = await done(uppdatera, slug, budgetar)
    except KommunplanError as error:
        return await refused_run(error, _own_name())
    if advance and _is_by_hand():  # a driving flow names its runs, notes them and follows up itself
        failed = await follow_up(
            advance, slug, shown.state, run_id=str(flow_run.id), mails=mails + advance.mails
        )
        if failed:
            return not_shown(failed)
    message = f"{shown.message} {note}".strip()
    return State(type=type_of(shown.state), name=shown.state, message=message)


@task("Uppdatera")
async def uppdatera(slug: str, budgetar: int | None) -> State[Any]:
    """Says where the step stands, and brings the year up to date first, unless the driving run has: what
    that did comes with it."""
    try:
        shown, advance = await asyncio.to_thread(_brought_up_to_date, slug, budgetar)
    except DatabaseBusyError:
        raise  # it is tried again
    except KommunplanError as error:
        log([f"Avvisat: {in_forms(error)}"], logging.WARNING)
        return refused(error)
    log([f"{shown.state}. {shown.message}".strip()])
    return completed((shown, advance))


def _brought_up_to_date(slug: str, budgetar: int | None) -> tuple[Standing, Advance | None]:
    if known := known_standing():
        return known, None
    advance, state, message = engine().show(slug, budget_year=budgetar)
    return Standing(state, in_forms(message)), advance


def _own_name() -> str:
    """What a run from the form is called before the step is known to have a state; empty for one of a driving
    run, which has been named."""
    return str(flow_run.flow_name) if _is_by_hand() else ""


def _is_by_hand() -> bool:
    context = FlowRunContext.get()
    return (
        context is not None
        and context.flow_run is not None
        and (context.flow_run.parent_task_run_id is None)
    )
