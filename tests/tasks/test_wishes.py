"""What a person has chosen of each kind of mail, and what nobody needs to be told: through the engine."""

from __future__ import annotations

from datetime import date

import pytest

from models.events import Outcome
from tasks.history import step_history
from tests.tasks.town import Staffed

PETRA = ("processagare", "", "Petra Exempel", "petra@orsa.example", "2025-01-01")
STEP = "uppfoljning-mars"


def eva(pace: str) -> str:
    return (
        "roll;namn;adress;fran;utskick\n"
        "processagare;Petra Exempel;petra@orsa.example;2025-01-01;\n"
        f"ekonomichef;Eva Exempel;eva@orsa.example;2025-01-01;{pace}\n"
    )


@pytest.fixture
def town(staffed: Staffed) -> Staffed:
    return staffed


def decided(town: Staffed, pace: str, by: str = "Siv") -> list[tuple[str, str, str]]:
    """What Eva is told of the decision of SU on 9 March, and when: kinds and keys."""
    path = town.settings.definition / "innehavare.csv"
    path.write_text(eva(f'"{pace}"'), encoding="utf-8")
    town.read_in("innehavare.csv", "2027-03-01")
    town.on("2027-03-01").start_year(2028)
    town.on("2027-03-08").report(STEP, "ekonomichef", None, by="Eva Exempel")
    town.on("2027-03-09").decide(STEP, "SU", Outcome.BIFALL, by=by)
    return told(town)


def told(town: Staffed, address: str = "eva@orsa.example") -> list[tuple[str, str, str]]:
    return [
        (str(one.queued_on), one.kind, one.address.partition("@")[0])
        for one in town.notices()
        if one.address == address and one.step == STEP and one.kind in ("beslut", "klart")
    ]


def lines(town: Staffed) -> list[str]:
    found = step_history(town.database, date(2027, 3, 10), STEP, 2028)
    return [line.what for line in found.lines if line.what.startswith("Inget mejl")]


def test_news_go_with_the_next_mornings_letter_and_as_one(town: Staffed) -> None:
    assert decided(town, "dagligen") == []
    town.on("2027-03-10").check()
    days = {day for day, _, _ in told(town)}
    assert days == {"2027-03-10"}
    mails = {one.mail_id for one in town.notices() if one.kind in ("beslut", "klart")}
    own = [mail for mail in town.mails() if mail.id in mails and mail.address == "eva@orsa.example"]
    assert len(own) == 1
    before = town.tables()
    town.on("2027-03-10").check()
    assert town.tables() == before, "nothing is told twice"


def test_who_wants_news_at_once_gets_what_one_event_makes_known_as_one_mail(town: Staffed) -> None:
    found = decided(town, "dagligen, nyheter genast")
    assert {day for day, _, _ in found} == {"2027-03-09"}
    mails = {
        one.mail_id
        for one in town.notices()
        if one.address == "eva@orsa.example" and one.kind in ("beslut", "klart")
    }
    assert len(mails) == 1
    town.on("2027-03-10").check()
    assert told(town) == found


def test_weekly_news_wait_for_the_week_that_comes(town: Staffed) -> None:
    decided(town, "dagligen, nyheter veckovis")
    for day in ("10", "11", "12", "13", "14"):
        town.on(f"2027-03-{day}").check()
    assert told(town) == []
    town.on("2027-03-15").check()
    assert {day for day, _, _ in told(town)} == {"2027-03-15"}


def test_what_is_chosen_away_is_never_mailed_and_the_history_says_why(town: Staffed) -> None:
    decided(town, "dagligen, nyheter aldrig")
    town.on("2027-03-10").check()
    assert told(town) == []
    assert any(
        line.endswith("Eva Exempel vill inte ha mejl av slaget beslut") for line in lines(town)
    )
    others = told(town, "petra@orsa.example")
    assert others, "the choice is one person's"


def test_nobody_is_told_what_they_did_themselves(town: Staffed) -> None:
    decided(town, "dagligen", by="Eva Exempel <eva@orsa.example>")
    town.on("2027-03-10").check()
    assert told(town) == []
    assert any("Eva Exempel har själv gjort det" in line for line in lines(town))


def test_a_decision_that_was_struck_out_before_the_morning_is_not_told(town: Staffed) -> None:
    decided(town, "dagligen")
    on = town.on("2027-03-09")
    [number] = [
        number
        for number, event in enumerate(town.log(), 1)
        if event.kind == "beslut" and event.step == STEP
    ]
    on.correct(number, by="Siv", withdraw=True, why="fel möte")
    town.on("2027-03-10").check()
    assert told(town) == []
