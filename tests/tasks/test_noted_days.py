"""What is registered says at once what it means for the law; what really happened is in the year's log."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.acts.decisions import Decide
from models.acts.notes import FindReasons, Note
from models.minutes import Minutes
from models.outcomes import Outcome
from tasks.advance_words import events_in_words
from tasks.history import step_history
from tests.factories import day
from tests.hands import Hands
from tests.tasks.town import Town
from views.law_changes import LawNews


@pytest.fixture
def october(tmp_path: Path) -> Town:
    """The tax rate is before KS, in the year that was begun for it."""
    town = Town(tmp_path)
    town.on("2027-10-01").start_year(2028)
    on = town.on("2027-10-18")
    on.check()
    on.report("skattesats-forslag", "ekonomichef", None, by="Eva", results={"skattesats": "22,32"})
    return town


def decided(on: Hands, outcome: Outcome = Outcome.FORESLAR, **given: str) -> Decide:
    return Decide(
        step="skattesats-forslag",
        body="KS",
        outcome=outcome,
        on=day("2027-10-18"),
        by="Kim",
        minutes=Minutes(**given),
    )


def note(what: str, on: str, **given: object) -> Note:
    return Note.model_validate({"what": what, "body": "KS", "on": day(on), "by": "Eva", **given})


def test_a_return_says_what_it_puts_at_risk(october: Town) -> None:
    on = october.on("2027-10-18")
    done = on.do(decided(on, Outcome.ATERREMISS, reason="Räkna om"))
    assert done.law
    assert LawNews.AT_RISK in {one.news for one in done.law}
    assert done.follows == tuple(one.sentence for one in done.law)
    assert any("inget förslag är planerat" in one for one in done.follows)
    again = on.do(decided(on, Outcome.ATERREMISS, reason="Räkna om"))
    assert (again.law, again.follows) == (None, ())


def test_a_decision_in_time_says_that_nothing_came_of_it(october: Town) -> None:
    on = october.on("2027-10-18")
    done = on.do(decided(on))
    assert done.law is not None
    assert not [one for one in done.law if one.news in (LawNews.BROKEN, LawNews.AT_RISK)]


def test_a_late_posting_is_told_at_once_and_ceases_when_it_is_put_right(october: Town) -> None:
    october.on("2027-10-18").do(decided(october.on("2027-10-18")))
    on = october.on("2027-11-10")
    on.do(note("justerat", "2027-10-25"))
    done = on.do(note("anslaget", "2027-10-28"))
    assert done.law is not None
    assert [(one.news, one.rule) for one in done.law] == [(LawNews.BROKEN, "KL-8-12")]
    assert done.said[0] == "KS 2027-10-18: justeringen anslogs 2027-10-28."
    put_right = on.do(note("anslaget", "2027-10-27", reason="Fel dag"))
    assert put_right.law is not None
    assert [(one.news, one.rule) for one in put_right.law] == [(LawNews.KEPT, "KL-8-12")]


def test_the_history_of_the_step_tells_what_happened_to_its_sammantrade(october: Town) -> None:
    on = october.on("2027-10-18")
    on.do(decided(on))
    on = october.on("2027-11-10")
    done = on.do(note("justerat", "2027-10-25", note="av ordföranden"))
    first, *_ = events_in_words(on.database, done.year)
    assert first == "KS 2027-10-18: protokollet justerades 2027-10-25 (Eva). av ordföranden"
    on.do(note("justerat", "2027-10-26", reason="Fel dag"))
    story = step_history(on.database, on.today, "skattesats-forslag")
    told = [(line.what, line.said) for line in story.lines if line.kind == "anteckning"]
    assert told == [
        ("KS 2027-10-18: protokollet justerades 2027-10-25", "av ordföranden"),
        ("KS 2027-10-18: protokollet justerades 2027-10-26, rättat", "Fel dag"),
    ]


def test_reasons_are_in_the_log_with_who_found_them(october: Town) -> None:
    on = october.on("2027-10-18")
    act = FindReasons(
        step="kommunplan-kf",
        rule_name="KL-11-11",
        body="KF",
        on=day("2027-09-27"),
        reason="Statens budget kom sent",
        by="Eva",
    )
    done = on.do(act)
    [line] = events_in_words(on.database, done.year)
    assert "KF fann särskilda skäl 2027-09-27 (KL 11 kap. 11 §): budgeten till december" in line
    assert line.endswith("(Eva). Statens budget kom sent")
