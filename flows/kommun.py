"""The step flows of a municipality whose year is a definition and no Python.

One generic flow, named once for each step of the settings' definition. Each is an attribute of this
module under its step's slug, so that a deployment can name it: `flows/kommun.py:budget_kf`.
"""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.flows import Flow
from prefect.runtime import flow_run as _flow_run

from calendars.definition import load_definition
from flows.stage import BudgetYear, run_name
from flows.stage import stage as _stage
from models.process import Definition, Step
from tasks.settings import settings

_SLUGS: dict[str, str] = {}
"""The step's slug by the name of its flow: how the generic flow knows which step it runs for. What it
uses has names that no slug can have, since the flows take the slugs' names here."""


@flow(flow_run_name=run_name)
async def steg(budgetar: BudgetYear = None, kor_om_skal: str = "", av: str = "") -> State[Any]:
    """Ett steg i kommunens år.

    Args:
        budgetar: Budgetår. Tomt betyder det senast startade.
        kor_om_skal: Tomt uppdaterar bara läget och är alltid ofarligt. Med ett skäl börjar ett klart
            steg ett nytt varv; det som har beslutats står kvar i historiken.
        av: Vem som kör om; står i loggen.
    """
    return await _stage(_SLUGS[str(_flow_run.flow_name)], budgetar, kor_om_skal, av)


GENERIC: Flow[..., Any] = steg


def step_flow(slug: str, name: str, description: str = "") -> Flow[..., Any]:
    """The generic flow for one step, under a name of its own."""
    _SLUGS[name] = slug
    return GENERIC.with_options(name=name, description=description)


def flow_names(definition: Definition) -> dict[str, str]:
    """`K01 Bokslut` for each slug: numbers of one letter get the same width, so names sort as steps do."""
    letters = {step.slug: step.id.rstrip("0123456789") for step in definition.steps}
    width = {
        letter: max(len(step.id) for step in definition.steps if letters[step.slug] == letter)
        for letter in letters.values()
    }

    def name(step: Step) -> str:
        letter = letters[step.slug]
        number = step.id.removeprefix(letter)
        return f"{letter}{number.zfill(width[letter] - len(letter)) if number else ''} {step.title}"

    return {step.slug: name(step) for step in definition.steps}


def description_of(step: Step) -> str:
    """What the Prefect UI shows: window and bodies, then the definition's own words."""
    decided = f"Beslutas av {' → '.join(step.chain)}." if step.chain else "Inget beslut."
    return f"{step.title} ({step.window}). {decided}\n\n{step.description}"


def step_flows(definition: Definition) -> dict[str, Flow[..., Any]]:
    """A named flow for each step, by slug, in the definition's order."""
    names = flow_names(definition)
    return {
        step.slug: step_flow(step.slug, names[step.slug], description_of(step))
        for step in definition.steps
    }


FLOWS = step_flows(load_definition(settings().definition))
globals().update({slug.replace("-", "_"): found for slug, found in FLOWS.items()})
