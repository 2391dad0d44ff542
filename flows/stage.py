"""What the flows of steps and occasions have in common: bring one up to date, and show its state.

A run is short, ends in seconds and may be repeated at will. The state that it returns carries the
step's own name, so that the runs of the UI tell where the year stands.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Unpack
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State, StateType
from prefect.context import FlowRunContext
from prefect.runtime import flow_run

from flows.forms import FORHANDSGRANSKA, NYTT_VARV, UPPDATERA, Gor
from models.errors import KommunplanError, RefusedError
from models.occasions import Particulars
from models.ways import Reader
from models.year_sheet import StepLine
from tasks.actions import Engine
from tasks.clock import today
from tasks.engine import engine
from tasks.settings import settings
from tasks.views.labels import LEFT_OUT, is_alarming, is_state_of_step
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

    def act(on: Engine) -> Acted:
        done, note = None, ""
        if gor == NYTT_VARV:
            done, resting = on.rerun(
                slug, by=av, reason=skal, token=str(flow_run.id), results=given,
                budget_year=budgetar,
            )  # fmt: skip
            if resting:
                names = ", ".join(resting)
                note = f"Klara steg som bygger på det, pröva om de står fast: {names}."
        elif given:
            done = on.record(slug, given, by=av, reason=skal, budget_year=budgetar)
        return Acted(slug, done.mails if done else 0, note)

    try:
        _refuse_unclear(gor, skal, av, given)
        if gor == FORHANDSGRANSKA:
            return await _preview(slug, budgetar)
        return await _show(act, budgetar)
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
    **told: Unpack[Particulars],
) -> State[Any]:
    """Raises a new one under its heading, or does with the one that has the number what `stage` does."""

    def act(on: Engine) -> Acted:
        done, raised = on.raise_occasion(
            slug, rubrik, by=av, token=str(flow_run.id), budget_year=budgetar, **told
        )
        return Acted(raised, done.mails)

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
        from flows.drift import follow_up  # which imports the step flows, and they this module

        await follow_up(done, acted.slug, name, run_id=str(flow_run.id), mails=mails)
    return State(type=type_of(name), name=name, message=f"{message} {acted.note}".strip())


def type_of(name: str) -> StateType:
    """The colour of a step's state. Red is what somebody should have done by now, grey what is left out
    this year; all else is green: no state that ends a run says `waits`."""
    if is_alarming(name):
        return StateType.FAILED
    return StateType.CANCELLED if name == LEFT_OUT else StateType.COMPLETED


def shows_its_step(state: State[Any]) -> bool:
    """Whether a step's run has done what it is for, whatever it then shows: not refused, not broken."""
    return is_state_of_step(state.type.value, str(state.name))


def _work(act: Callable[[Engine], Acted], budgetar: int | None) -> tuple[Acted, Advance, str, str]:
    on = engine()
    acted = act(on)
    return acted, *on.show(acted.slug, budget_year=budgetar)


async def _preview(slug: str, budgetar: int | None) -> State[Any]:
    """What a new round would touch, as the run's message and as a page of its own."""
    from prefect.artifacts import acreate_markdown_artifact  # here: no other run needs them

    from flows.ui import previews
    from tasks.attempts import try_rerun

    told = await asyncio.to_thread(lambda: try_rerun(engine(), slug, budget_year=budgetar))
    await acreate_markdown_artifact(previews.page(told), key=f"forhandsvisning-{slug}")
    await _rename(f"Förhandsvisning: nytt varv av {told['titel']} ({told['plan']})")
    return State(type=StateType.COMPLETED, name="Förhandsvisning", message=previews.message(told))


def step_run_name(flow_name: str, line: StepLine, plan_name: str) -> str:
    """`K01 Bokslut 2026 (Kommunplan 2028)`: the number by which the flows sort, and the step as every view
    names it. Of an occasion `T10.2 Större avvikelse: Omsorg (Kommunplan 2028)`."""
    dot, number = line.id.rpartition(".")[1:] if line.step.occasion_of else ("", "")
    return f"{flow_name.split()[0]}{dot}{number} {line.title} ({plan_name})"


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


async def subflow(flow: Any, **parameters: Any) -> State[Any]:
    """The final state of a run within this run, failed or not."""
    state: State[Any] = await flow(**parameters, return_state=True)
    return state


def run_name() -> str:
    """`Starta budgetår 2028` where the year was given, else `Daglig kontroll 2027-03-01`."""
    return f"{flow_run.flow_name} {flow_run.parameters.get('budgetar') or today(settings())}"


def refused(error: KommunplanError) -> State[Any]:
    """What a person can mend: a state that says the way out, and no traceback."""
    # not red, as what is late in the year: nothing has happened
    return State(type=StateType.CANCELLED, name="Avvisat", message=error.worded_for(Reader.FORMS))
