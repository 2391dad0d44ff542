"""Shows in Prefect's UI what the engine knows: a run of each step that changed, and the year's pages.

Level-triggered, as the check is: Prefect is asked what it shows, and what is not so is mended.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prefect.runtime import flow_run

from flows.forms.wording import in_forms
from flows.steps.endings import NOTHING_NEW, shows_its_step, step_run_name
from flows.steps.registry import shown_by
from flows.steps.step_run import Standing, run_step
from flows.ui.artifacts import write
from flows.ui.current_runs import Place, current_tags, forget_empty, hold, unseen
from flows.ui.pages import Deployment, Page, Places, step_page, year_pages
from flows.ui.prefect_api import ask, every, own_client
from tasks.engine import Engine, engine
from tasks.history import step_histories
from tasks.year import Advance
from views.sheet import YearSheet


@dataclass(frozen=True, slots=True)
class Scene:
    """What is to be shown, and where."""

    engine: Engine
    sheets: Sequence[YearSheet]
    deployments: Mapping[str, Deployment]

    def sheet(self, budget_year: int) -> YearSheet:
        return next(sheet for sheet in self.sheets if sheet.budget_year == budget_year)

    def run_name(self, flow_name: str, place: Place) -> str:
        """The name of a run of the step, as `step_run_name` has it."""
        sheet = self.sheet(place[0])
        return step_run_name(flow_name, sheet[place[1]], sheet.plan_name)


@dataclass(frozen=True, slots=True)
class Stale:
    """The steps that Prefect is to get a run of: those whose state it does not show, and those that it
    shows by a run which only has to be made anew, so that the dashboard has it today too."""

    changed: Sequence[Place]
    faded: Collection[Place] = ()


async def scene(sheets: Sequence[YearSheet]) -> Scene:
    """These years, on the server that runs us."""
    found = await every(own_client(), "/deployments/filter", {"sort": "NAME_ASC"})
    deployments = {one["name"]: _deployment(one) for one in found}
    return Scene(engine(), sheets, deployments)


def _deployment(found: Mapping[str, Any]) -> Deployment:
    schema = found["parameter_openapi_schema"] or {}
    return Deployment(found["id"], frozenset(schema.get("properties", {})))


async def stale_steps(scene: Scene, advances: Iterable[Advance], *, whole: bool) -> Stale:
    """The steps whose state Prefect does not show. As a whole: also those that it has been told of, and
    yet shows none of, as on a server that is new to the years; and those that ask something of somebody
    and are on the dashboard no more."""
    told = dict.fromkeys((one.budget_year, slug) for one in advances for slug in one.stale)
    if not whole:
        return Stale([*told])
    seen = await unseen(own_client(), scene.sheets)
    lines = [(sheet.budget_year, line.slug) for sheet in scene.sheets for line in sheet.lines]
    return Stale(
        [*told, *(place for place in lines if place in seen.lost - told.keys())],
        [place for place in lines if place in seen.faded - told.keys()],
    )


async def show_steps(scene: Scene, places: Iterable[Place]) -> tuple[dict[Place, str], list[str]]:
    """A run for each of the steps: their ids, and the steps whose run did not end well. Only when a run
    has ended is its state noted as shown: one that died is made up for by the next check."""
    made: dict[Place, str] = {}
    unseen: list[str] = []
    for budget_year, slug in places:
        shown = shown_by(slug)
        page = scene.deployments.get(shown.deployment)
        line = scene.sheet(budget_year)[slug]
        state = await run_step(
            shown.flow,
            {"budgetar": budget_year, **shown.parameters},
            Standing(line.state_name, in_forms(line.state_message)),
            name=scene.run_name(shown.flow.name, (budget_year, slug)),
            # from the first, so that a run whose check dies is found by the next
            tags=current_tags(budget_year, line),
            deployment=page.id if page else None,
        )
        if shows_its_step(state):
            await asyncio.to_thread(scene.engine.mark_shown, slug, str(state.name), budget_year)
            made[budget_year, slug] = str(state.state_details.flow_run_id)
        else:
            unseen.append(slug)
    return made, unseen


async def show_own(scene: Scene, place: Place, state: str) -> None:
    """Of the run of a step that has been started by hand: it gets the name that the step's other runs have,
    and is noted to show the state. To be called last: what is left of the run is to end."""
    name = scene.run_name(str(flow_run.flow_name), place)
    await ask(own_client(), "PATCH", f"/flow_runs/{flow_run.id}", {"name": name})
    await asyncio.to_thread(scene.engine.mark_shown, place[1], state, place[0])


async def show_years(
    scene: Scene, made: Mapping[Place, str], renewed: Collection[Place] = (), *, whole: bool = False
) -> int:
    """Which runs hold now, and the pages of every year; how many say something new. As a whole: also the
    earlier runs of this flow that found nothing to do are forgotten."""
    client = own_client()
    await hold(client, scene.sheets, made, renewed)
    pages = await asyncio.to_thread(pages_of, scene)
    if whole:
        await forget_empty(str(flow_run.flow_name), NOTHING_NEW)
    return await write(client, pages, str(flow_run.id))


def pages_of(scene: Scene) -> list[Page]:
    """Of every year, and of each of its steps: also of one that is only planned, to which the year's
    pages lead."""
    places = Places(scene.deployments)
    pages: list[Page] = []
    on = scene.engine
    for sheet in scene.sheets:
        histories = step_histories(on.database, on.today, sheet.budget_year)
        pages += [step_page(sheet, one, places) for one in histories]
        pages += year_pages(sheet, places)
    return pages
