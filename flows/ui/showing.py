"""Shows in Prefect's UI what the engine knows: a run of each step that changed, and the year's pages.

Level-triggered, as the check is: Prefect is asked what it shows, and what is not so is mended.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prefect.flows import Flow
from prefect.runtime import flow_run

from flows.stage import shows_its_step, step_run_name
from flows.step_run import run_step
from flows.ui.artifacts import write
from flows.ui.current_runs import Place, hold, standing_tags, unclaimed
from flows.ui.pages import Deployment, Page, Places, step_page, year_pages
from flows.ui.prefect_api import every, own_client
from models.year_sheet import YearSheet
from tasks.actions import Engine
from tasks.views.step_history import step_histories
from tasks.views.year_sheet import year_sheets
from tasks.year import Advance

FlowOf = Callable[[str], tuple[str, int | None, Flow[..., Any]]]
"""A step's deployment, its number if it is an occasion, and its flow, by its slug."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What is to be shown, and where."""

    engine: Engine
    sheets: Sequence[YearSheet]
    deployments: Mapping[str, Deployment]

    def sheet(self, budget_year: int) -> YearSheet:
        return next(sheet for sheet in self.sheets if sheet.budget_year == budget_year)


async def scene(on: Engine) -> Scene:
    sheets = await asyncio.to_thread(year_sheets, on.database, on.today)
    found = await every(own_client(), "/deployments/filter", {"sort": "NAME_ASC"})
    deployments = {one["name"]: _deployment(one) for one in found}
    return Scene(on, sheets, deployments)


def _deployment(found: Mapping[str, Any]) -> Deployment:
    schema = found["parameter_openapi_schema"] or {}
    return Deployment(found["id"], frozenset(schema.get("properties", {})))


async def stale_steps(scene: Scene, advances: Iterable[Advance], *, whole: bool) -> list[Place]:
    """The steps whose state Prefect does not show. As a whole: also those that it has been told of, and
    yet shows none of, as on a server that is new to the years."""
    stale = dict.fromkeys((one.budget_year, slug) for one in advances for slug in one.stale)
    lost = await unclaimed(own_client(), scene.sheets) if whole else set()
    lines = [(sheet.budget_year, line.slug) for sheet in scene.sheets for line in sheet.lines]
    return [*stale, *(place for place in lines if place in lost - stale.keys())]


async def show_steps(
    scene: Scene, places: Iterable[Place], flow_of: FlowOf
) -> tuple[dict[Place, str], list[str]]:
    """A run for each of the steps: their ids, and the steps whose run did not end well. Only when a run
    has ended is its state noted as shown: one that died is made up for by the next check."""
    made: dict[Place, str] = {}
    unseen: list[str] = []
    for budget_year, slug in places:
        name, number, flow = flow_of(slug)
        which = {} if number is None else {"nummer": number}
        state = await run_step(
            flow, {"budgetar": budget_year, **which},
            name=step_run_name(flow.name, number, budget_year),
            tags=standing_tags(budget_year, scene.sheet(budget_year)[slug]),
            deployment=scene.deployments[name].id if name in scene.deployments else None,
        )  # fmt: skip
        if shows_its_step(state):
            await asyncio.to_thread(scene.engine.mark_shown, slug, str(state.name), budget_year)
            made[budget_year, slug] = str(state.state_details.flow_run_id)
        else:
            unseen.append(slug)
    return made, unseen


async def show_years(scene: Scene, made: Mapping[Place, str]) -> int:
    """Which runs hold now, and the pages of every year; how many say something new."""
    client = own_client()
    await hold(client, scene.sheets, made)
    pages = await asyncio.to_thread(_pages, scene)
    return await write(client, pages, str(flow_run.id))


def _pages(scene: Scene) -> list[Page]:
    """Of every year that is not over, and of each of its steps in which something has happened."""
    places = Places(scene.deployments)
    pages: list[Page] = []
    on = scene.engine
    for sheet in scene.sheets:
        histories = step_histories(on.database, on.today, sheet.budget_year)
        pages += [step_page(sheet[one.slug], one, places) for one in histories if one.lines]
        pages += year_pages(sheet, places)
    return pages
