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
from tests.hands import Hands, move_meeting
from tests.tasks.town import Town, own_definition, text
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
    assert any("inget förslag är planerat" in one.sentence for one in done.law)
    again = on.do(decided(on, Outcome.ATERREMISS, reason="Räkna om"))
    assert again.law is None


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


# --- Särskilda skäl in the mails ---

REASONS = FindReasons(
    step="kommunplan-kf",
    rule_name="KL-11-11",
    body="KF",
    on=day("2027-09-27"),
    reason="Statens budget kom sent",
    by="Eva",
)
MOVED = "KF 29 november → 6 december 2027; KF sammanträder efter lagfristen tisdag 30 november 2027"
BUDGET = f"Kommunplan i KF: klart senast 8 november → 15 november 2027; {MOVED}"
RATE = f"Skattesats i KF: klart senast 8 november → 15 november 2027; {MOVED}"
FOUND = "KF fann särskilda skäl måndag 27 september 2027: senast fredag 31 december 2027"


def mailed_when_kf_moves(town: Town, to: str) -> str:
    """What the mails say that tell of KF's last day moved into December."""
    known = len(town.mails())
    on = town.on("2027-10-04")
    move_meeting(on, "KF", day("2027-11-29"), day(to), by="Eva", reason="Lokalen")
    return "\n".join(text(mail) for mail in town.mails()[known:])


@pytest.fixture
def autumn(tmp_path: Path) -> Town:
    """Orsa's own definition in a folder, on 4 October 2027."""
    town = Town(tmp_path, definition=own_definition(tmp_path))
    town.on("2027-10-01").start_year(2028)
    town.on("2027-10-04").check()
    return town


def test_without_reasons_a_mail_says_that_the_budget_is_too_late(autumn: Town) -> None:
    said = mailed_when_kf_moves(autumn, "2027-12-06")
    assert BUDGET in said
    assert RATE in said
    assert "särskilda skäl" not in said


def test_the_mails_know_the_reasons_that_are_noted(autumn: Town) -> None:
    autumn.on("2027-10-04").do(REASONS)
    said = mailed_when_kf_moves(autumn, "2027-12-06")
    assert BUDGET not in said
    assert RATE in said  # it waits for no reasons: KL 11 kap. 11 § first paragraph


def test_the_mails_know_the_reasons_of_the_file(autumn: Town) -> None:
    (autumn.settings.definition / "undantag.toml").write_text(
        '[[undantag]]\nregel = "KL-11-11"\nbudgetar = 2028\nbeslutat_av = "KF"\n'
        'datum = 2027-09-27\nskal = "Statens budget kom sent"\n',
        encoding="utf-8",
    )
    said = mailed_when_kf_moves(autumn, "2027-12-06")
    assert (BUDGET in said, RATE in said) == (False, True)


def test_a_mail_about_the_step_says_until_when_it_may_wait(autumn: Town) -> None:
    autumn.on("2027-10-04").do(REASONS)
    mailed_when_kf_moves(autumn, "2027-12-06")
    on = autumn.on("2027-11-02")
    on.check()
    assert FOUND in "\n".join(text(mail) for mail in autumn.mails())


def test_a_moved_meeting_says_at_once_which_law_it_breaks(autumn: Town) -> None:
    on = autumn.on("2027-10-04")
    done = move_meeting(on, "KF", day("2027-11-29"), day("2027-12-06"), by="Eva", reason="Lokalen")
    assert done.law is not None
    broken = {one.rule for one in done.law if one.news is LawNews.BROKEN}
    assert {"KL-11-10", "KL-11-11"} <= broken
