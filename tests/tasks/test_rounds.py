"""A step through its rounds in the database: what holds in each, and what is history."""

from __future__ import annotations

from datetime import date

from models.events import Outcome
from models.state import Status
from tests.hands import add_meeting
from tests.tasks.town import Town


def test_a_step_goes_through_its_rounds(town: Town) -> None:
    """Parts of a second round, history and standing decisions, an override, a re-run, a step before start."""
    town.on("2027-04-01").start_year(2028)
    on = town.on("2027-05-03")
    on.report("arsredovisning", "ekonomichef", None, by="Eva")
    add_meeting(on, "KS", date(2027, 5, 3), by="Kim")
    on.decide("arsredovisning", "SU", Outcome.FORESLAR, by="Kim", on=date(2027, 4, 27))
    on.decide("arsredovisning", "KS", Outcome.BORDLAGGNING, by="Kim", on=date(2027, 5, 3))
    on = town.on("2027-05-11")
    on.decide(
        "arsredovisning",
        "KS",
        Outcome.ATERREMISS,
        by="Kim",
        on=date(2027, 5, 10),
        reason="bilaga 2",
    )
    own = town.stored()["arsredovisning"]
    assert (own.status, own.round, own.link) == (Status.IN_PROGRESS, 2, 0)
    assert (own.reported, own.standing, len(own.decisions)) == ({}, (), 3)
    assert own.reason == "bilaga 2"
    on.override("arsredovisning", by="Petra", reason="bilagan är rättad")
    add_meeting(on, "SU", date(2027, 5, 11), by="Kim")
    on.decide("arsredovisning", "SU", Outcome.FORESLAR, by="Kim", on=date(2027, 5, 11))
    assert [d.round for d in town.stored()["arsredovisning"].standing] == [2]
    assert town.stored()["arsredovisning"].overridden
    town.on("2027-05-12").rerun("bokslut", by="Petra", reason="fel siffror", token="a")
    assert town.stored()["bokslut"].status is Status.REOPENED
    assert not town.stored()["bokslut"].before_start
    town.on("2027-05-12").report("bokslut", "kommunchef", None, by="Klas", comment="rättat")
    assert [str(key) for key in town.stored()["bokslut"].reported] == ["kommunchef"]
