"""What a run's log tells the owner, from a real year; without Prefect."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.outcomes import Outcome
from tasks import clock
from tasks.advance_words import events_in_words, mailed_since
from tasks.reading import year_sheets
from tasks.year import Advance
from tests.hands import Hands
from tests.tasks.town import Town
from views.account import account
from views.sheet import YearSheet


@pytest.fixture
def october(tmp_path: Path) -> Town:
    """The tax rate is before KS, in the year that was begun for it."""
    town = Town(tmp_path)
    town.on("2027-10-01").start_year(2028)
    on = town.on("2027-10-18")
    on.check()
    on.report("skattesats-forslag", "ekonomichef", None, by="Eva", results={"skattesats": "22,32"})
    return town


def sheets(on: Hands) -> list[YearSheet]:
    return year_sheets(on.database, on.today)


def told(on: Hands, before: list[YearSheet], done: Advance) -> list[str]:
    events = events_in_words(on.database, done)
    return [*account(events, before, sheets(on), mails=done.mails, mailed=("Eva", "Kim"))]


def test_a_return_is_told_with_what_follows_and_what_the_law_says(october: Town) -> None:
    on = october.on("2027-10-18")
    before, began = sheets(on), clock.now()
    done = on.decide(
        "skattesats-forslag",
        "KS",
        Outcome.ATERREMISS,
        by="Kim <kim@orsa.example>",
        reason="Räkna om",
    )
    lines = told(on, before, done)
    name = "K10 Förslag till skattesats i KS"
    assert lines[0] == f"Registrerat: {name}: Kommunstyrelsen: återremiss (Kim). Räkna om"
    assert f"{name}: Pågår. Saknas (senast 2027-10-25): ekonomichef." in lines
    assert (
        f"{name}, nya datum: delarna senast 2027-09-27 → 2027-10-25, KS 2027-10-18 → 2027-11-15"
    ) in lines
    assert f"{done.mails} mejl, till Eva, Kim." in lines
    assert lines[-2].startswith(f"Lagen: {name}: KS sammanträder 2027-11-15, efter lagfristen")
    # the rate rests on it, and no proposal can be told to Skatteverket after October
    assert lines[-1].startswith("Lagen, ny risk: Skattesatsen fastställs först 2027-11-29")
    assert mailed_since(on.database, began)
    assert mailed_since(on.database, clock.now()) == []


def test_what_changed_nothing_says_so(october: Town) -> None:
    on = october.on("2027-10-18")
    on.check()
    [done] = on.check()
    assert told(on, sheets(on), done) == [
        "Inget nytt är registrerat.",
        "Inga mejl nu.",
        "Lagen: inget nytt brott och ingen ny risk.",
    ]


def test_a_year_that_has_just_begun_is_told_in_a_line(tmp_path: Path) -> None:
    town = Town(tmp_path)
    on = town.on("2027-01-04")
    done = on.start_year(2028)
    lines = told(on, [], done)
    assert len([line for line in lines if line.startswith("Kommunplan 2028: ")]) == 1
    assert len(lines) < 60
