"""The flows of the municipality that this process serves, made from its definition, entered in the register.

Made here once: Prefect executes the module that a deployment names anew for each deployment and each run.
"""

from __future__ import annotations

from calendars.definition import load_definition
from flows.steps.generic import occasion_flows, step_flow, step_flows
from flows.steps.registry import enter
from tasks.settings import settings

_DEFINITION = load_definition(settings().definition)
STEPS = step_flows(_DEFINITION)
OCCASIONS = occasion_flows(_DEFINITION)
enter(STEPS, OCCASIONS, step_flow)
