"""Gemensam budget- och måluppföljning: the four steps of the governance model's second table, in its order.

Each is a flow of Prefect's, made from its step in the definition, as in `flows.kommunplansprocessen`.
The list is written by `make written`.
"""

from flows.steps.made import STEPS

uppfoljning_mars = STEPS.get("uppfoljning-mars")  # U1, mars
uppfoljning_april = STEPS.get("uppfoljning-april")  # U2, maj
delarsrapport = STEPS.get("delarsrapport")  # U3, september–november
arsredovisning = STEPS.get("arsredovisning")  # U4, mars–maj
