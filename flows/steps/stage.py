"""What the flows of steps and occasions have in common: bring one up to date, and show its state.

A run is short, ends in seconds and may be repeated at will. The state that it returns carries the
step's own name, so that the runs of the UI tell where the year stands.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State, StateType
from prefect.context import FlowRunContext
from prefect.runtime import flow_run

from flows.forms.fields import FORHANDSGRANSKA, NYTT_VARV, UPPDATERA, Gor
from flows.forms.wording import in_forms
from flows.steps.driving import follow_up
from flows.steps.endings import refused, type_of
from models.acts.figures import Record
from models.acts.occasions import Raise
from models.acts.rounds import Rerun
from models.errors import KommunplanError, RefusedError
from models.text import Text
from tasks.engine import Engine, engine
from tasks.year import Advance


@dataclass(frozen=True, slots=True)
class Acted:
    """What a run has done before it shows a step: which one, the mails that were made, and what else to
    say."""

    slug: str
    mails: int = 0
    note: str = ""


async def stage(
    slug: str,
    budgetar: int | None = None,
    gor: Gor = UPPDATERA,
    skal: str = "",
    av: str = "",
    *,
    nummer: int | None = None,
    **results: object,
) -> State[Any]:
    """Brings the step up to date and shows it: first in a new round, or with figures, if that is asked
    for. Of a preview: only what a new round would touch. With a number: that occasion."""
    given = {kind: value for kind, value in results.items() if value is not None}
    slug = f"{slug}-{nummer}" if nummer else slug

    def work(on: Engine) -> Acted:
        done, note = None, ""
        if gor == NYTT_VARV:
            act = Rerun(
                step=slug,
                by=av,
                reason=skal,
                token=str(flow_run.id),
                results=given,
                budget_year=budgetar,
            )
            done = on.do(act)
            if done.resting:
                names = ", ".join(done.resting)
                note = f"Klara steg som bygger på det, pröva om de står fast: {names}."
        elif given:
            done = on.do(Record(step=slug, results=given, by=av, reason=skal, budget_year=budgetar))
        return Acted(slug, done.year.mails if done else 0, note)

    try:
        _refuse_unclear(gor, skal, av, given)
        if gor == FORHANDSGRANSKA:
            return await _preview(slug, budgetar)
        return await _show(work, budgetar)
    except KommunplanError as error:
        return refused(error)


async def occasion(
    slug: str,
    rubrik: str,
    av: str,
    nummer: int | None,
    gor: Gor,
    skal: str,
    budgetar: int | None,
    **told: Any,
) -> State[Any]:
    """Raises a new one under its heading, or does with the one that has the number what `stage` does."""

    def act(on: Engine) -> Acted:
        done = on.do(
            Raise(
                occasion=slug,
                heading=rubrik,
                by=av,
                token=str(flow_run.id),
                budget_year=budgetar,
                **told,
            )
        )
        return Acted(done.step, done.year.mails)

    if nummer is not None and not rubrik.strip():
        return await stage(slug, budgetar, gor, skal, av, nummer=nummer)
    try:
        if nummer is not None or gor != UPPDATERA:
            raise RefusedError(
                "Med rubrik anmäls något nytt; med nummer visas eller körs ett om som finns. "
                "Töm rubrik, eller töm nummer och välj uppdatera i gor."
            )
        if not (rubrik.strip() and av.strip()):
            raise RefusedError(
                "Fyll i rubrik och av för att anmäla något nytt, eller nummer för att visa ett som finns."
            )
        return await _show(act, budgetar)
    except KommunplanError as error:
        return refused(error)


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


async def _show(act: Callable[[Engine], Acted], budgetar: int | None) -> State[Any]:
    """Acts, and shows the step. A run of its own, from the form, also does what a drive flow does
    afterwards: it shows the other steps that changed and delivers the mails."""
    acted, done, name, message = await asyncio.to_thread(_work, act, budgetar)
    mails = acted.mails + done.mails
    if _is_by_hand():  # a driving flow names its runs, notes them and follows up itself
        await follow_up(done, acted.slug, name, run_id=str(flow_run.id), mails=mails)
    return State(type=type_of(name), name=name, message=f"{in_forms(message)} {acted.note}".strip())


def _work(act: Callable[[Engine], Acted], budgetar: int | None) -> tuple[Acted, Advance, str, Text]:
    on = engine()
    acted = act(on)
    return acted, *on.show(acted.slug, budget_year=budgetar)


async def _preview(slug: str, budgetar: int | None) -> State[Any]:
    """What a new round would touch, as the run's message and as a page of its own."""
    from prefect.artifacts import acreate_markdown_artifact  # here: no other run needs them

    from flows.ui import previews

    act = Rerun(step=slug, by="", budget_year=budgetar)
    told = await asyncio.to_thread(lambda: engine().try_(act))
    await acreate_markdown_artifact(previews.page(told), key=f"forhandsvisning-{slug}")
    await _rename(f"Förhandsvisning: nytt varv av {told.title} ({told.plan_name})")
    return State(type=StateType.COMPLETED, name="Förhandsvisning", message=previews.message(told))


async def _rename(name: str) -> None:
    async with get_client() as client:
        await client.set_flow_run_name(UUID(str(flow_run.id)), name)


def _is_by_hand() -> bool:
    context = FlowRunContext.get()
    return (
        context is not None
        and context.flow_run is not None
        and (context.flow_run.parent_task_run_id is None)
    )
