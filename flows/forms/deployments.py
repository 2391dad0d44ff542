"""Every deployment of a municipality, as prefect.yaml has them: made from its definition.

`kommunplan prefect-yaml` writes them; Orsa's stand in the project's own `prefect.yaml`, held by a test.
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

HEAD = """\
# {name}: every deployment, written by `kommunplan prefect-yaml`. `make start` registers them; on a server of
# your own, from the project's folder (of another municipality than Orsa with KOMMUNPLAN_DEFINITION set):
#   prefect work-pool create kommunplan --type process
#   prefect deploy --all --no-prompt --prefect-file prefect.yaml
#   prefect worker start --pool kommunplan
name: {slug}
prefect-version: ">=3.9.1"

definitions:
  one: &one
    work_pool: {{name: kommunplan}}
    concurrency_limit: {{limit: 1, collision_strategy: ENQUEUE}}
  several: &several
    work_pool: {{name: kommunplan}}
    concurrency_limit: {{limit: 4, collision_strategy: ENQUEUE}}

deployments:
"""
LISTS: Sequence[ModuleType] = tuple(
    module for module in (kommunplansprocessen, uppfoljning) if None not in vars(module).values()
)
"""The modules that list the steps of a governance model's table by name, where this municipality has them
all; every other step is in `kommun`."""
STOCKHOLM = "Europe/Stockholm"
EVERY_MORNING = "0 6 * * *"


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
    return HEAD.format(name=municipality.name, slug=municipality.slug) + "".join(
        "".join(_deployment(**one)) for one in _deployments(definition)
    )


def _driving(definition: Definition) -> Iterator[Driving]:
    yield Driving(drift, "kontroll", "30 6 * * *")
    yield Driving(drift, "starta-ar", start_of_the_year(definition))
    yield Driving(drift, "klar", several=True)
    for name in ("ga-vidare", "oppna", "utga", "star-fast", "beslut", "ratta", "diariefor"):
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


def _deployments(definition: Definition) -> Iterator[dict[str, Any]]:
    own = definition.municipality.slug
    for kind, steps, flows in (
        ("steg", definition.steps, made.STEPS),
        ("tillfalle", definition.occasions, made.OCCASIONS),
    ):
        for step in steps:
            yield {
                "name": step.slug,
                "entrypoint": _entrypoint(step),
                "tags": [own, kind, step.process, step.id, *step.chain],
                "parameters": _given(flows[step.slug]),
                "common": "one",
            }
    for one in _driving(definition):
        attribute = one.name.replace("-", "_")
        yield {
            "name": one.name,
            "entrypoint": f"{_file(one.module)}:{attribute}",
            "tags": [own, "drift"],
            "parameters": _given(getattr(one.module, attribute)),
            "schedules": [{"cron": one.cron, "timezone": STOCKHOLM}] if one.cron else None,
            "common": "several" if one.several else "one",
        }


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


def _deployment(common: str, **fields: Any) -> Iterator[str]:
    """`- name: …` and the other fields, a line each."""
    begin = "  - "
    for name, value in fields.items():
        if value is not None:
            yield f"{begin}{name}: {_written(value)}\n"
            begin = "    "
    yield f"{begin}<<: *{common}\n"


def _written(value: Mapping[str, Any] | Sequence[Any] | str) -> str:
    """On one line, as YAML has it."""
    text = yaml.safe_dump(
        value, default_flow_style=True, allow_unicode=True, width=10_000, sort_keys=False
    )
    return text.removesuffix("...\n").strip()
