"""The process owner gives more time: the parts' last day moves, the meeting stands."""

from __future__ import annotations

from datetime import date

import pytest

from models.errors import RefusedError
from tasks.reading import year_sheets
from tests.hands import move_meeting, postpone
from tests.tasks.town import Town, text


@pytest.fixture
def spring(town: Town) -> Town:
    """Bokslut waits for its parts, until the last working day of its window."""
    town.on("2027-01-04").start_year(2028)
    town.on("2027-03-01").check()
    return town


def due(town: Town, slug: str, day: str) -> str:
    [year] = year_sheets(town.database, date.fromisoformat(day), 2028)
    return str(year[slug].deadline)


def give(town: Town, slug: str, day: str, until: str, reason: str = "Revisionen dröjer") -> int:
    done = postpone(
        town.on(day), slug, date.fromisoformat(until), by="Petra", reason=reason, budget_year=2028
    )
    return done.mails


def test_the_last_day_moves_and_those_who_are_waited_for_are_told(spring: Town) -> None:
    assert due(spring, "bokslut", "2027-03-01") == "2027-03-31"
    assert give(spring, "bokslut", "2027-03-02", "2027-04-09") > 0
    assert due(spring, "bokslut", "2027-03-02") == "2027-04-09"
    told = [n for n in spring.notices() if n.kind == "flyttat" and n.step == "bokslut"]
    assert {n.rule for n in told} == {"sänds när sista dagen har skjutits upp"}
    assert len({n.role for n in told}) == 9  # eight parts, and the process owner
    letter = text(next(m for m in spring.mails() if m.kind == "flyttat"))
    assert "har skjutits upp. Ändringen gjordes av Petra. Skälet är: ”Revisionen dröjer”" in letter
    assert "fredag 9 april 2027" in letter


def test_nobody_is_late_or_reminded_before_the_new_day(spring: Town) -> None:
    give(spring, "bokslut", "2027-03-02", "2027-04-09")
    spring.on("2027-04-05").check()
    [year] = year_sheets(spring.database, date(2027, 4, 5), 2028)
    bokslut = year["bokslut"]
    assert (bokslut.label, bokslut.late) == ("Pågår", False)
    assert not spring.notice_count(kind="forsenat", step="bokslut")
    spring.on("2027-04-12").check()
    assert spring.notice_count(kind="forsenat", step="bokslut")


def test_the_same_day_again_changes_nothing(spring: Town) -> None:
    give(spring, "bokslut", "2027-03-02", "2027-04-09")
    before = len(spring.log())
    assert give(spring, "bokslut", "2027-03-02", "2027-04-09") == 0
    assert len(spring.log()) == before


def test_a_second_postponement_is_told_anew_and_a_new_round_starts_from_its_own_day(
    spring: Town,
) -> None:
    give(spring, "bokslut", "2027-03-02", "2027-04-09")
    assert give(spring, "bokslut", "2027-03-03", "2027-04-16") > 0
    on = spring.on("2027-04-12")
    on.override("bokslut", by="Petra", reason="Räcker")
    on.rerun("bokslut", by="Petra", reason="Fel siffra", token="1")
    assert spring.stored()["bokslut"].postponed_to is None


@pytest.fixture
def autumn(spring: Town) -> Town:
    """KF takes up the kommunplan on 29 November, and its papers go out ten days before."""
    spring.on("2027-11-01").check()
    assert due(spring, "kommunplan-kf", "2027-11-01") == "2027-11-08"
    return spring


def test_it_is_not_put_off_past_the_papers_of_the_meeting(autumn: Town) -> None:
    with pytest.raises(RefusedError) as refused:
        give(autumn, "kommunplan-kf", "2027-11-01", "2027-11-23")
    assert str(refused.value) == (
        "kommunplan-kf kan skjutas upp högst till 2027-11-19: handlingarna till KF 2027-11-29 går ut "
        "2027-11-19. Flytta i stället sammanträdet (flytta)."
    )
    assert give(autumn, "kommunplan-kf", "2027-11-01", "2027-11-19") > 0


def test_a_step_that_has_its_time_until_the_meeting_already_gets_no_more(spring: Town) -> None:
    spring.on("2027-05-17").check()
    with pytest.raises(RefusedError, match="kan inte skjutas upp längre: handlingarna till KS"):
        give(spring, "ekonomiska-ramar", "2027-05-17", "2027-06-04")


@pytest.mark.parametrize(
    ("slug", "until", "reason", "said"),
    [
        ("bokslut", "2027-03-30", "x", "ska vara klara först 2027-03-31. Välj en senare dag."),
        ("bokslut", "2027-04-10", "x", "2027-04-10 är ingen arbetsdag. Närmast: 2027-04-09"),
        ("bokslut", "2027-02-26", "x", "2027-02-26 har redan varit"),
        ("bokslut", "2027-04-09", " ", "Det krävs ett skäl för att skjuta upp bokslut"),
        ("kommunplan-kf", "2027-11-12", "x", "kommunplan-kf är planerat; inga delar saknas"),
    ],
)
def test_what_cannot_be_is_refused_with_the_way_out(
    spring: Town, slug: str, until: str, reason: str, said: str
) -> None:
    before = spring.tables()
    with pytest.raises(RefusedError) as refused:
        give(spring, slug, "2027-03-02", until, reason)
    assert said in str(refused.value)
    assert spring.tables() == before


def test_a_meeting_that_comes_nearer_takes_back_what_was_given(autumn: Town) -> None:
    """The papers must go out: who was given until the 19th has until the new day for them."""
    give(autumn, "kommunplan-kf", "2027-11-01", "2027-11-19")
    move_meeting(
        autumn.on("2027-11-01"),
        "KF",
        date(2027, 11, 29),
        date(2027, 11, 24),
        by="Siv",
        reason="Val",
    )
    assert due(autumn, "kommunplan-kf", "2027-11-01") == "2027-11-12"
