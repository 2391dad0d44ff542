"""The flows of the municipality that this process serves: one for each step and occasion of its definition.

Each is an attribute of this module under its slug, so that a deployment can name it:
`flows/kommun.py:budget_kf`. What else is here has names that no slug can have.
"""

from calendars.definition import load_definition as _load_definition
from flows.steps.generic import occasion_flows as _occasion_flows
from flows.steps.generic import step_flow as _step_flow
from flows.steps.generic import step_flows as _step_flows
from flows.steps.registry import enter as _enter
from tasks.settings import settings as _settings

_DEFINITION = _load_definition(_settings().definition)
STEPS = _step_flows(_DEFINITION)
OCCASIONS = _occasion_flows(_DEFINITION)
_enter(STEPS, OCCASIONS, _step_flow)
globals().update({slug.replace("-", "_"): found for slug, found in {**STEPS, **OCCASIONS}.items()})
