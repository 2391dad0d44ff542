"""Which flow a run of Prefect's is of: one of our own, found by where it stands, or none at all.

What the server says of a deployment is never imported, and never run: who may write in its API may ask for
our flows, and for nothing else on this machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.responses import DeploymentResponse
from prefect.flows import Flow

from calendars.definition import load_definition
from flows.forms.deployments import PULL_STEP, deployments
from models.errors import RefusedError
from tasks.settings import PROJECT, settings

OwnFlows = Mapping[str, Flow[..., Any]]
"""By entrypoint, as a deployment names it: `flows/drift.py:kontroll`."""
REGISTER = "Kör kommunplan start, som registrerar flödena på nytt."


def own_flows() -> OwnFlows:
    """All of the municipality's that this process serves."""
    return {one.entrypoint: one.flow for one in deployments(load_definition(settings().definition))}


def flow_of(
    flows: OwnFlows, run: FlowRun, deployment: DeploymentResponse | None, *, has_command: bool
) -> Flow[..., Any]:
    """The flow that the run is of; RefusedError where it is none of ours, or is to be run otherwise than
    ours are. `has_command` says that the run, its deployment or the work pool names a command."""
    if deployment is None:
        raise RefusedError(
            "Körs inte: körningen hör inte till något av kommunplans formulär. Starta den därifrån."
        )
    flow = flows.get(deployment.entrypoint or "")
    if flow is None:
        raise RefusedError(
            f"Körs inte: {deployment.entrypoint} är inget av kommunplans egna flöden, och arbetaren kör "
            f"bara dem. Hörde det till en tidigare definition: ta bort det i Prefect. {REGISTER}"
        )
    if has_command:
        raise RefusedError(
            "Körs inte: ett kommando är angivet (command), och arbetaren kör inga kommandon. Ta bort det "
            "ur jobbvariablerna i Prefect, och ur poolen."
        )
    if given := sorted({*deployment.job_variables, *(run.job_variables or {})}):
        raise RefusedError(
            f"Körs inte: jobbvariablerna {', '.join(given)} skulle ändra hur flödet körs. "
            "Töm dem i Prefect; inställningar hör hemma i .env."
        )
    if not _are_ours(deployment.pull_steps or []):
        raise RefusedError(
            "Körs inte: det som skulle göras före flödet (pull_steps) är något annat än att gå till "
            f"{PROJECT}. {REGISTER}"
        )
    return flow


def _are_ours(steps: list[dict[str, Any]]) -> bool:
    """Whether they do no more than to go to this folder, where the worker is already."""
    if len(steps) != 1 or set(steps[0]) != {PULL_STEP}:
        return not steps
    given = steps[0][PULL_STEP]
    return set(given) == {"directory"} and Path(str(given["directory"])).resolve() == (
        PROJECT.resolve()
    )
