"""Kommunplansprocessen: the fourteen steps of the governance model's first table, in its order.

Each is a flow of Prefect's, made from its step in the definition (`calendars/orsa/definition.toml`): name,
form and description, window, bodies, roles and law are read there. What a run does stands in `flows.steps`.
The list is written by `make written`.
"""

from flows.steps.made import STEPS

bokslut = STEPS.get("bokslut")  # K1, januari–mars
skatteprognos = STEPS.get("skatteprognos")  # K2, februari–mars
bokslutsdag = STEPS.get("bokslutsdag")  # K3, mars
planeringsforutsattningar = STEPS.get("planeringsforutsattningar")  # K4, april
mal_och_budgetdiskussioner = STEPS.get("mal-och-budgetdiskussioner")  # K5, april–maj
mal_och_budgetdag = STEPS.get("mal-och-budgetdag")  # K6, maj
budgetberedning = STEPS.get("budgetberedning")  # K7, maj
ekonomiska_ramar = STEPS.get("ekonomiska-ramar")  # K8, juni
verksamhetsplan_forslag = STEPS.get("verksamhetsplan-forslag")  # K9, augusti–september
skattesats_forslag = STEPS.get("skattesats-forslag")  # K10, oktober
kommunplan_su = STEPS.get("kommunplan-su")  # K11, oktober
kommunplan_ks = STEPS.get("kommunplan-ks")  # K12, oktober
skattesats_kf = STEPS.get("skattesats-kf")  # K13, november
kommunplan_kf = STEPS.get("kommunplan-kf")  # K14, november
