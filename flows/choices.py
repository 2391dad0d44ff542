"""The dropdowns of the forms in the Prefect UI, written out so that they show. A test holds them
against Orsa's definition.
"""

from __future__ import annotations

from typing import Literal

Steg = Literal[
    "bokslut",
    "skatteprognos",
    "bokslutsdag",
    "planeringsforutsattningar",
    "mal-och-budgetdiskussioner",
    "mal-och-budgetdag",
    "budgetberedning",
    "ekonomiska-ramar",
    "verksamhetsplan-forslag",
    "skattesats-forslag",
    "kommunplan-su",
    "kommunplan-ks",
    "skattesats-kf",
    "kommunplan-kf",
    "uppfoljning-mars",
    "uppfoljning-april",
    "delarsrapport",
    "arsredovisning",
]
Instans = Literal["SU", "KS", "KF"]
Roll = Literal[
    "kommunchef",
    "ekonomichef",
    "verksamhetsomradeschef",
    "forvaltningschef",
    "utskottsordforande",
    "namndordforande",
    "su-ordforande",
]
Enhet = Literal[
    "kommunledning",
    "larande",
    "omsorg",
    "samhalle",
    "miljoforvaltningen",
    "stadsbyggnadskontoret",
    "larandeutskottet",
    "omsorgsutskottet",
    "samhallsutskottet",
    "miljonamnden",
]
