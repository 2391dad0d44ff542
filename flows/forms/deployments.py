"""Every deployment of a municipality, made from its definition.

`running.registering` tells a Prefect server of them. `kommunplan prefect-yaml` writes them for who does that
by hand; Orsa's stand in the project's own `prefect.yaml`. Tests hold that both ways come to the same.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from types import ModuleType
from typing import Any, NamedTuple

import yaml
from prefect.flows import Flow

from flows import atgarder, drift, kommun, kommunplansprocessen, leverans, uppfoljning
from flows.steps import made
from models.process import Definition, Step
from models.results import TYPES
from tasks.orchestration import POOL

HEAD = """\
# {name}: every deployment, written by `kommunplan prefect-yaml`. `make start` registers them; on a server of
# your own, from the project's folder (of another municipality than Orsa with KOMMUNPLAN_DEFINITION set):
#   prefect work-pool create {pool} --type process
#   prefect deploy --all --no-prompt --prefect-file prefect.yaml
#   python -m running.worker
name: {slug}
prefect-version: ">=3.9.1"

definitions:
  one: &one
    work_pool: {{name: {pool}}}
    concurrency_limit: {{limit: {one}, collision_strategy: ENQUEUE}}
  several: &several
    work_pool: {{name: {pool}}}
    concurrency_limit: {{limit: {several}, collision_strategy: ENQUEUE}}

deployments:
"""
LIMITS = {"one": 1, "several": 4}
"""How many runs of a deployment there may be at once; more of them wait."""
LISTS: Sequence[ModuleType] = tuple(
    module for module in (kommunplansprocessen, uppfoljning) if None not in vars(module).values()
)
"""The modules that list the steps of a governance model's table by name, where this municipality has them
all; every other step is in `kommun`."""
STOCKHOLM = "Europe/Stockholm"
PULL_STEP = "prefect.deployments.steps.set_working_directory"
"""What is done before a run in a process of its own; without it Prefect copies the whole folder for each."""
EVERY_MORNING = "0 6 * * *"


class Deployment(NamedTuple):
    """A flow as it is found, listed and run: `entrypoint` is where it stands, `parameters` what the form
    holds before anybody fills it in, `cron` when it runs by itself."""

    name: str
    flow: Flow[..., Any]
    entrypoint: str
    tags: Sequence[str]
    parameters: Mapping[str, Any]
    cron: str | None = None
    common: str = "one"

    @property
    def schedules(self) -> list[dict[str, str]]:
        return [{"cron": self.cron, "timezone": STOCKHOLM}] if self.cron else []

    @property
    def limit(self) -> int:
        return LIMITS[self.common]


class Driving(NamedTuple):
    """A flow that belongs to no step: the module and the name, when it runs by itself, and whether several
    may run at once."""

    module: ModuleType
    name: str
    cron: str | None = None
    several: bool = False


def prefect_yaml(definition: Definition) -> str:
    """The content of the file that `prefect deploy --all` reads."""
    municipality = definition.municipality
    head = HEAD.format(name=municipality.name, slug=municipality.slug, pool=POOL, **LIMITS)
    return head + "".join("".join(_written(one)) for one in deployments(definition))


def deployments(definition: Definition) -> Iterator[Deployment]:
    """One for each step and occasion, in the definition's order, and for what drives the year."""
    own = definition.municipality.slug
    for kind, steps, flows in (
        ("steg", definition.steps, made.STEPS),
        ("tillfalle", definition.occasions, made.OCCASIONS),
    ):
        for step in steps:
            flow = flows[step.slug]
            tags = [own, kind, step.process, step.id, *step.chain]
            yield Deployment(step.slug, flow, _entrypoint(step), tags, _given(flow))
    for one in _driving(definition):
        attribute = one.name.replace("-", "_")
        flow = getattr(one.module, attribute)
        yield Deployment(
            one.name,
            flow,
            f"{_file(one.module)}:{attribute}",
            [own, "drift"],
            _given(flow),
            one.cron,
            "several" if one.several else "one",
        )


def _driving(definition: Definition) -> Iterator[Driving]:
    yield Driving(drift, "kontroll", "30 6 * * *")
    yield Driving(drift, "starta-ar", start_of_the_year(definition))
    yield Driving(drift, "klar", several=True)
    for name in (
        *("ga-vidare", "oppna", "utga", "star-fast", "beslut", "ratta", "diariefor"),
        *("anteckna", "sarskilda-skal", "redan-gjort"),
    ):
        yield Driving(drift, name)
    for name in (
        *("flytta", "sammantrade", "skjut-upp", "skicka-om", "skicka-misslyckade", "las-in"),
        *("aterkalla-lank", "byt-definition"),
    ):
        yield Driving(atgarder, name)
    yield Driving(leverans, "skicka")


def start_of_the_year(definition: Definition) -> str:
    """When a year is started by itself, as cron has it: the day after the first window begins, where that
    is the same day each year, else every morning (a year that is started already is left alone)."""
    years = range(2024, 2040)  # enough for every weekday, leap day and week 53
    firsts = {
        (first.month, first.day) for first in (_first_day(definition, year) for year in years)
    }
    if len(firsts) > 1:
        return EVERY_MORNING
    [(month, day)] = firsts
    after = date(2027, month, day) + timedelta(days=1)
    return f"0 6 {after.day} {after.month} *"


def _first_day(definition: Definition, budget_year: int) -> date:
    return min(step.window.days(budget_year)[0] for step in definition.steps)


def _entrypoint(step: Step) -> str:
    attribute = step.slug.replace("-", "_")
    module = next((one for one in LISTS if getattr(one, attribute, None)), kommun)
    return f"{_file(module)}:{attribute}"


def _file(module: ModuleType) -> str:
    return f"{module.__name__.replace('.', '/')}.py"


def _given(flow: Flow[..., Any]) -> dict[str, Any]:
    """What the form holds before anybody fills it in, but for the figures."""
    return {
        name: field.default
        for name, field in inspect.signature(flow.fn).parameters.items()
        if field.default is not inspect.Parameter.empty and name not in TYPES
    }


def _written(one: Deployment) -> Iterator[str]:
    """`- name: …` and the other fields, a line each."""
    fields = {
        "name": one.name,
        "entrypoint": one.entrypoint,
        "tags": one.tags,
        "parameters": one.parameters,
        "schedules": one.schedules or None,
    }
    begin = "  - "
    for name, value in fields.items():
        if value is not None:
            yield f"{begin}{name}: {_on_a_line(value)}\n"
            begin = "    "
    yield f"{begin}<<: *{one.common}\n"


def _on_a_line(value: Mapping[str, Any] | Sequence[Any] | str) -> str:
    """As YAML has it."""
    text = yaml.safe_dump(
        value, default_flow_style=True, allow_unicode=True, width=10_000, sort_keys=False
    )
    return text.removesuffix("...\n").strip()
