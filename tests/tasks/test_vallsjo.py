"""A small municipality's own definition through the engine: a day off, a body that discusses, and what only
comes after something else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from models.acts.years import StartYear
from models.events import Outcome
from models.state import Status
from tests.calendars.test_real_definitions import AFTER, VALLSJO, chosen
from tests.tasks.conftest import MakeTown
from tests.tasks.town import Town, text


@pytest.fixture
def town(make_town: MakeTown, tmp_path: Path) -> Town:
    folder = tmp_path / "vallsjo"
    folder.mkdir()
    discussed = VALLSJO.replace(
        'beslutskedja = ["KS", "KF"]', 'beslutskedja = ["KS", "KF"]\nutan_beslut = ["KS"]'
    )
    return make_town(definition=chosen(folder, discussed + AFTER).definition)


def test_the_start_remarks_on_the_days_off(town: Town) -> None:
    done = town.on("2027-03-01").do(StartYear(budget_year=2028))
    assert [str(note)[:46] for note in done.notes] == [
        "budgetdag 2027-05-08 är ingen arbetsdag (lörda",
        "KS 2027-10-16 är ingen arbetsdag (lördag). Sam",
    ]
    assert not town.on("2027-03-01").do(StartYear(budget_year=2028)).notes


def test_what_comes_after_the_budget_begins_when_it_is_decided_whatever_was_planned(
    town: Town,
) -> None:
    town.on("2027-10-01").start_year(2028)
    town.on("2027-10-04").report("budget", "ekonomichef", None, by="Eva")
    town.on("2027-10-05").check()
    asked = [mail for mail in town.mails() if mail.address == "sixten@vallsjo.example"]
    assert asked[-1].subject.startswith("KS lör 16 okt: ")
    assert asked[-1].subject.endswith(", för överläggning")
    assert "Kommunstyrelsen beslutar inget i ärendet." in text(asked[-1])
    town.on("2027-10-18").decide(
        "budget", "KS", Outcome.OVERLAGT, by="Sixten", on=date(2027, 10, 16)
    )
    assert town.stored()["fordelning"].status is Status.PLANNED
    town.on("2027-11-22").decide("budget", "KF", Outcome.BIFALL, by="Sixten")
    own = town.stored()["fordelning"]
    assert (own.status, own.opened_on) == (Status.IN_PROGRESS, date(2027, 11, 22))
    town.on("2027-11-23").check()
    told = {one.address for one in town.notices() if one.kind == "klart" and one.step == "budget"}
    assert told == {"eva@vallsjo.example", "sara@vallsjo.example", "facket@vallsjo.example"}
    town.on("2027-11-30").report("fordelning", "ekonomichef", None, by="Eva")
    assert town.stored()["anmalan"].opened_on == date(2027, 11, 30)
