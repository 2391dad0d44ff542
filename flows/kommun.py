"""The flows of the municipality that this process serves: one for each step and occasion of its definition.

Each is an attribute of this module under its slug, so that a deployment can name it:
`flows/kommun.py:budget_kf`. What else is here has names that no slug can have.
"""

from flows.steps.made import OCCASIONS, STEPS

globals().update({slug.replace("-", "_"): found for slug, found in {**STEPS, **OCCASIONS}.items()})
