"""The flows of the municipality that this process serves: one for each step and occasion of its definition.

Each is an attribute of this module under its slug, so that a deployment can name it:
`flows/kommun.py:budget_kf`. What else is here has names that no slug can have.
"""

from typing import Any

from prefect.flows import Flow

from flows.steps.made import OCCASIONS, STEPS


def __getattr__(name: str) -> Flow[..., Any]:
    slug = name.replace("_", "-")
    for flows in (STEPS, OCCASIONS):
        if slug in flows:
            return flows[slug]
    raise AttributeError(name)
