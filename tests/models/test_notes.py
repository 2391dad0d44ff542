"""What really happened, noted: which sammanträde is meant, what is refused, and what stays in the log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from calendars.workdays import WORKDAYS
from models.act import Happening, Now, YearAct
from models.acts.notes import FindReasons, Note
from models.errors import RefusedError
from models.events import Corrected, Decided, Event, Noted, ReasonsFound
from models.fold import fold
from models.occurrences import Occurrence, appeal_ends
from models.redefinition import redefine
from tests.calendars.lagby import as_it_should, held, lagby
from tests.factories import day, found_reasons, noted

LAGBY = lagby(change={"budget-kf": {"overklagas": True}})
LIVED = as_it_should(LAGBY)
"""KF decides on the budget on 29 November, KS on its proposal on 18 October."""


def did(act: YearAct, log: Sequence[Event] = LIVED, today: str = "2028-02-01") -> Happening:
    state = fold(LAGBY, log)
    return act.rule(
        Now(2028, LAGBY, state, lambda: pytest.fail("no plan"), log, held, WORKDAYS, day(today))
    )


def note(what: str, on: str | None, body: str = "KF", **given: Any) -> Note:
    return Note(
        what=Occurrence(what),
        body=body,
        on=day(on) if on else None,
        **{"by": "Eva", "meeting": day("2027-11-29"), **given},
    )


def refusal(act: YearAct, log: Sequence[Event] = LIVED, today: str = "2028-02-01") -> str:
    with pytest.raises(RefusedError) as error:
        did(act, log, today)
    return str(error.value)


def only(happening: Happening) -> Noted:
    [event] = happening.events
    assert isinstance(event, Noted)
    return event


POSTED = noted("anslaget", "KF", "2027-11-29", "2027-12-10")


def test_what_happened_is_noted_once() -> None:
    first = only(did(note("anslaget", "2027-12-10")))
    assert (first.on, first.number) == (date(2027, 12, 10), 1)
    assert did(note("anslaget", "2027-12-10"), [*LIVED, first]).events == ()


def test_the_answer_says_until_when_it_can_be_appealed() -> None:
    assert did(note("anslaget", "2027-12-10")).said == (
        "KF 2027-11-29: justeringen anslogs 2027-12-10.",
        "Överklagandetiden går ut 2028-01-03, tre veckor från anslaget (KL 13 kap. 5 §).",
    )


@pytest.mark.parametrize(
    ("posted", "last"),
    [
        (
            "2027-12-03",
            "2027-12-27",
        ),  # the 24th and the two days after are days off, the 27th is none
        ("2027-12-06", "2027-12-27"),
        ("2027-12-10", "2028-01-03"),  # nyårsafton, nyårsdagen and a Sunday
        ("2027-11-29", "2027-12-20"),
        ("2027-11-27", "2027-12-20"),  # a Saturday: the next vardag
    ],
)
def test_three_weeks_end_on_the_same_weekday_or_the_next_vardag(posted: str, last: str) -> None:
    assert appeal_ends(day(posted), WORKDAYS) == day(last)


def test_without_a_day_the_latest_sammantrade_with_a_decision_is_meant() -> None:
    found = only(did(note("justerat", "2027-12-01", meeting=None)))
    assert found.meeting == date(2027, 11, 29)
    found = only(did(note("justerat", "2027-11-28", meeting=None)))
    assert found.meeting == date(2027, 6, 21)


def test_a_kungorelse_is_of_the_next_sammantrade() -> None:
    found = only(did(note("kungjort", "2027-11-20", meeting=None)))
    assert found.meeting == date(2027, 11, 29)


def test_another_day_needs_a_reason_and_both_stay_in_the_log() -> None:
    assert "krävs ett skäl" in refusal(note("anslaget", "2027-12-11"), [*LIVED, POSTED])
    second = only(did(note("anslaget", "2027-12-11", reason="fel dag"), [*LIVED, POSTED]))
    assert second.number == 2
    state = fold(LAGBY, [*LIVED, POSTED, second])
    assert state.day_of(Occurrence.POSTED, "KF", date(2027, 11, 29)) == date(2027, 12, 11)


def test_what_never_happened_is_struck_out() -> None:
    gone = only(did(note("anslaget", None, withdraw=True, reason="fel möte"), [*LIVED, POSTED]))
    assert fold(LAGBY, [*LIVED, POSTED, gone]).noted == {}
    assert "inget att stryka" in refusal(note("anslaget", None, withdraw=True, reason="x"))
    assert "hände aldrig" in refusal(note("anslaget", "2027-12-10", withdraw=True, reason="x"))


def test_a_steps_own_day_goes_before_that_of_the_sammantrade() -> None:
    own = noted("anslaget", "KF", "2027-11-29", "2027-11-30", "budget-kf")
    state = fold(LAGBY, [*LIVED, POSTED, own])
    meeting = date(2027, 11, 29)
    assert state.day_of(Occurrence.POSTED, "KF", meeting, "budget-kf") == date(2027, 11, 30)
    assert state.day_of(Occurrence.POSTED, "KF", meeting, "delarsrapport") == date(2027, 12, 10)


def test_a_step_with_a_new_name_keeps_what_is_noted_of_it() -> None:
    own = noted("anslaget", "KF", "2027-11-29", "2027-11-30", "budget-kf")
    state = fold(LAGBY, [*LIVED, own])
    event = redefine(
        state,
        LAGBY,
        {},
        today=date(2028, 2, 1),
        by="Eva",
        reason="ny",
        given_before=0,
        used=frozenset(),
    )
    after = fold(LAGBY, [*LIVED, own, event])
    assert after.day_of(Occurrence.POSTED, "KF", date(2027, 11, 29), "budget-kf") == own.on


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (note("anslaget", "2028-02-02"), "2028-02-02 ligger i framtiden (i dag är 2028-02-01)"),
        (note("justerat", "2027-11-28"), "Protokollet justerades 2027-11-28, före sammanträdet"),
        (note("kungjort", "2027-11-29"), "2027-11-29 kommer inte före sammanträdet 2027-11-29"),
        (note("kungjort", "2027-10-01", "KS"), "Bara fullmäktiges sammanträden kungörs"),
        (
            note("justerat", "2027-12-01", meeting=day("2027-11-30")),
            "Inget beslut i KF 2027-11-30 är registrerat",
        ),
        (note("nedtaget", "2028-01-10"), "Anteckna först anslaget"),
        (note("laga-kraft", "2028-01-10"), "Vilket beslut gäller det?"),
        (note("laga-kraft", "2028-01-10", step="budget-kf"), "Anteckna först anslaget"),
        (note("justerat", "2027-12-01", step="budget-ks"), "KF beslutar inte i budget-ks"),
        (note("overklagat", "2027-12-20", step="delarsrapport"), "kan inte överklagas"),
    ],
)
def test_what_cannot_have_happened_is_refused(act: Note, said: str) -> None:
    assert said in refusal(act)


def test_what_follows_on_something_does_not_come_before_it() -> None:
    signed = noted("justerat", "KF", "2027-11-29", "2027-12-08")
    assert "före 2027-12-08 då protokollet" in refusal(
        note("anslaget", "2027-12-07"), [*LIVED, signed]
    )
    assert did(note("anslaget", "2027-12-08"), [*LIVED, signed]).events
    log = [*LIVED, POSTED]
    assert "före 2027-12-10 då justeringen" in refusal(note("nedtaget", "2027-12-09"), log)
    late = note("justerat", "2027-12-11")
    assert "Justeringen anslogs 2027-12-10, före 2027-12-11" in refusal(late, log)
    down = noted("nedtaget", "KF", "2027-11-29", "2028-01-05")
    gone = note("anslaget", None, withdraw=True, reason="x")
    assert "stryk nedtaget först" in refusal(gone, [*log, down])


def test_laga_kraft_comes_after_the_time_to_appeal() -> None:
    log = [*LIVED, POSTED]
    on_last = note("laga-kraft", "2028-01-03", step="budget-kf")
    assert "inom överklagandetiden, som går ut 2028-01-03" in refusal(on_last, log)
    assert did(note("laga-kraft", "2028-01-04", step="budget-kf"), log).events
    down = noted("nedtaget", "KF", "2027-11-29", "2028-01-03")
    after = note("laga-kraft", "2028-01-04", step="budget-kf")
    assert "togs ned 2028-01-03" in refusal(after, [*log, down])
    appealed = noted("overklagat", "KF", "2027-11-29", "2027-12-20", "budget-kf")
    assert did(on_last, [*log, appealed]).events  # a court may have been quick


def test_what_is_noted_of_a_decision_alone_goes_with_it_to_its_right_day() -> None:
    [wrong] = [one for one in LIVED if isinstance(one, Decided) and one.step == "budget-kf"]
    own = noted("anslaget", "KF", "2027-11-29", "2027-12-10", "budget-kf")
    right = wrong.model_copy(update={"on": day("2027-11-30")})
    corrected = Corrected(
        step="budget-kf", on=day("2027-12-20"), corrects=wrong.key, decision=right, reason="fel dag"
    )
    state = fold(LAGBY, [*LIVED, own, POSTED, corrected])
    assert state.day_of(Occurrence.POSTED, "KF", right.on, "budget-kf") == own.on
    assert state.day_of(Occurrence.POSTED, "KF", right.on) is None
    assert state.day_of(Occurrence.POSTED, "KF", wrong.on) == own.on  # the sammanträde's stays


# --- Särskilda skäl ---


def reasons(**given: Any) -> FindReasons:
    said = {
        "step": "budget-kf",
        "rule_name": "KL-11-11",
        "body": "KF",
        "on": day("2027-11-22"),
        "reason": "Statens budget kom sent",
        "by": "Eva",
    }
    return FindReasons(**{**said, **given})


FOUND = found_reasons("KL-11-11", "KF", "2027-11-22", "budget-kf")


def test_reasons_are_noted_once_and_others_take_their_place() -> None:
    [first] = did(reasons()).events
    assert isinstance(first, ReasonsFound)
    assert did(reasons(), [*LIVED, first]).events == ()
    [second] = did(reasons(reason="Regeringsskifte"), [*LIVED, first]).events
    state = fold(LAGBY, [*LIVED, first, second])
    assert [one.reason for one in state.reasons.values()] == ["Regeringsskifte"]


def test_reasons_that_were_never_found_are_struck_out() -> None:
    assert "inget att stryka" in refusal(reasons(withdraw=True))
    [gone] = did(reasons(withdraw=True, reason="aldrig"), [*LIVED, FOUND]).events
    assert fold(LAGBY, [*LIVED, FOUND, gone]).reasons == {}


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (reasons(reason=" "), "krävs ett skäl för särskilda skäl i budget-kf"),
        (reasons(step="bolag", body="KS"), "gäller budgeten till december, inte bolag"),
        (reasons(rule_name="KL-11-8", step="budget-ks"), "KF kan inte finna skälen"),
        (reasons(body="KS"), "prövar KF om budgeten kan vänta"),
        (reasons(on=day("2028-02-02")), "ligger i framtiden"),
        (reasons(on=day("2026-11-22")), "beslutas 2027, men dagen är 2026-11-22"),
    ],
)
def test_reasons_that_cannot_be_are_refused(act: FindReasons, said: str) -> None:
    assert said in refusal(act)
