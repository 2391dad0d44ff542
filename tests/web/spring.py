"""16 March 2027: KS met yesterday about the follow-up, and nobody has said what came of it."""

from __future__ import annotations

from pathlib import Path

from models.outcomes import Outcome
from tests.tasks.town import Town

KS = "2027-03-15"
STEP = "uppfoljning-mars"


def spring_town(folder: Path) -> Path:
    """The database as it is stored then."""
    town = Town(folder)
    town.on("2027-02-20").start_year(2028)
    on = town.on("2027-03-08")
    on.check()
    step = town.stored().definition.step(STEP)
    for key in town.stored().missing(step):
        on.report(STEP, key.role, key.unit, by="Eva")
    on.decide(STEP, "SU", Outcome.FORESLAR, by="Petra", paragraph="12")
    town.on("2027-03-16").check()
    town.close()
    return town.path
