"""A body decides on a day when it meets; any other day is a slip of the pen, or is said knowingly."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cli.wording import at_terminal
from models.errors import RefusedError
from models.events import Outcome
from tests.hands import Hands, add_meeting, cancel_meeting, decision, move_meeting
from tests.tasks.conftest import MakeTown
from tests.tasks.town import Town, own_definition

STEP = "skattesats-forslag"
TUESDAY = date(2027, 10, 19)


@pytest.fixture
def waiting(town: Town) -> Hands:
    """KS meets on 18 October, and on 13 September and 15 November; today is the 20th."""
    town.on("2027-10-01").start_year(2028)
    on = town.on("2027-10-20")
    on.report(STEP, "ekonomichef", None, by="Eva")
    return on


def decide(on: Hands, day: date, **said: object) -> tuple[str, ...]:
    act = decision(STEP, "KS", Outcome.FORESLAR, by="Kim", on=day, **said)
    return tuple(map(at_terminal, on.do(act).notes))


def test_a_day_without_a_meeting_is_refused_with_the_nearest_and_the_ways_out(
    town: Town, waiting: Hands
) -> None:
    before = town.tables()
    with pytest.raises(RefusedError) as refused:
        decide(waiting, TUESDAY)
    assert str(refused.value).startswith(
        "KS har inget sammanträde 2027-10-19. Närmast: 2027-09-13, 2027-10-18, 2027-11-15. "
    )
    assert "kommunplan sammantraden lagg-till KS 2027-10-19" in str(refused.value)
    assert "--utan-sammantrade" in str(refused.value)
    assert town.tables() == before


def test_the_meeting_day_itself_is_accepted_without_a_word(waiting: Hands) -> None:
    assert decide(waiting, date(2027, 10, 18)) == ()


def test_an_extra_meeting_that_has_been_held_is_added_and_then_decided_at(
    town: Town, waiting: Hands
) -> None:
    """It is no new date for anybody: nobody is told of one."""
    mails = len(town.mails())
    added = add_meeting(waiting, "KS", TUESDAY, by="Kim")
    assert added.said == ("KS 2027-10-19 är tillagt.",)
    assert "flyttat" not in {n.kind for n in town.notices() if n.mail_id > mails}
    assert decide(waiting, TUESDAY) == ()
    assert town.stored()[STEP].standing[-1].on == TUESDAY


def test_an_extra_meeting_may_have_been_on_a_saturday(town: Town, waiting: Hands) -> None:
    add_meeting(waiting, "KS", date(2027, 10, 16), by="Kim")
    assert decide(waiting, date(2027, 10, 16)) == ()


def test_a_meeting_that_was_only_to_be_held_if_needed_was_held(town: Town) -> None:
    town.on("2027-10-01").start_year(2028)
    add_meeting(town.on("2027-10-01"), "KS", TUESDAY, by="Kim", if_needed=True)
    on = town.on("2027-10-20")
    on.report(STEP, "ekonomichef", None, by="Eva")
    assert decide(on, TUESDAY) == ()


@pytest.mark.parametrize("change", ["moved", "cancelled"])
def test_the_day_that_a_meeting_had_before_is_no_meeting_day(town: Town, change: str) -> None:
    town.on("2027-10-01").start_year(2028)
    on, monday = town.on("2027-10-11"), date(2027, 10, 18)
    if change == "moved":
        move_meeting(on, "KS", monday, date(2027, 10, 25), by="Kim", reason="sjukdom")
    else:
        cancel_meeting(on, "KS", monday, by="Kim", reason="snöstorm")
    on = town.on("2027-10-26")
    on.report(STEP, "ekonomichef", None, by="Eva")
    with pytest.raises(RefusedError, match=r"KS har inget sammanträde 2027-10-18"):
        decide(on, monday)


def test_between_the_meetings_it_is_said_knowingly_and_how(town: Town, waiting: Hands) -> None:
    """KL 6 kap. 39 §: the chair may decide what cannot wait."""
    before = town.tables()
    with pytest.raises(RefusedError, match=r"utan sammanträde.*--anteckning"):
        decide(waiting, TUESDAY, outside_meeting=True)
    assert town.tables() == before
    said = "Ordförandebeslut enligt delegationsordningen, anmäls den 15 november."
    assert decide(waiting, TUESDAY, outside_meeting=True, note=said) == ()
    assert town.stored()[STEP].standing[-1].note == said


def test_fullmaktige_decides_at_meetings_only(town: Town) -> None:
    town.on("2027-10-01").start_year(2028)
    on = town.on("2027-11-30")
    on.override(STEP, by="Petra", reason="underlaget fanns")
    on.decide(STEP, "KS", Outcome.FORESLAR, by="Kim", on=date(2027, 10, 18))
    on.report("skattesats-kf", "ekonomichef", None, by="Eva")
    with pytest.raises(RefusedError, match=r"KF har inget sammanträde 2027-11-30") as refused:
        on.decide("skattesats-kf", "KF", Outcome.BIFALL, by="Kim", on=on.today)
    assert "--utan-sammantrade" not in str(refused.value)
    with pytest.raises(RefusedError, match=r"KF beslutar bara på sammanträden.*lagg-till KF"):
        on.decide(
            "skattesats-kf",
            "KF",
            Outcome.BIFALL,
            by="Kim",
            on=on.today,
            outside_meeting=True,
            note="per capsulam",
        )


def test_where_the_meetings_of_the_year_are_not_known_it_is_accepted_with_a_warning(
    make_town: MakeTown, tmp_path: Path
) -> None:
    directory = own_definition(tmp_path)
    (directory / "sammantraden-2027.toml").unlink()
    town = make_town(definition=directory)
    town.on("2027-10-01").start_year(2028)
    on = town.on("2027-10-20")
    on.report(STEP, "ekonomichef", None, by="Eva")
    [warning] = decide(on, TUESDAY)
    assert warning.startswith("KS har inga sammanträden inlästa för 2027")


def test_a_correction_is_held_to_the_same(town: Town, waiting: Hands) -> None:
    done = waiting.decide(STEP, "KS", Outcome.FORESLAR, by="Kim", on=date(2027, 10, 18))
    number = next(n for n, key in zip(done.numbers, done.events, strict=True) if "/beslut/" in key)
    before = town.tables()
    with pytest.raises(RefusedError, match=r"KS har inget sammanträde 2027-10-19"):
        waiting.correct(number, by="Kim", why="fel dag", on=TUESDAY)
    assert town.tables() == before
    waiting.correct(
        number,
        by="Kim",
        why="ordförandebeslut",
        on=TUESDAY,
        outside_meeting=True,
        note="Ordförandebeslut, anmäls den 15 november.",
    )
    assert town.stored()[STEP].standing[-1].on == TUESDAY


def test_another_word_of_a_decision_is_put_right_though_its_meeting_is_not_in_the_plan(
    town: Town, waiting: Hands
) -> None:
    """The day is not what is corrected."""
    done = waiting.decide(
        STEP, "KS", Outcome.FORESLAR, by="Kim", on=TUESDAY, outside_meeting=True, note="ordförande"
    )
    number = next(n for n, key in zip(done.numbers, done.events, strict=True) if "/beslut/" in key)
    waiting.correct(number, by="Kim", why="paragraf saknas", paragraph="75")
    assert town.stored()[STEP].standing[-1].paragraph == "KS § 75/2027"
