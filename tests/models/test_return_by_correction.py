"""A decision that was registered as passed on, and was a return: the item goes back where a return goes."""

from __future__ import annotations

from models.events import Outcome
from models.fold import after, fold
from models.state import Status
from tests.factories import day, orsa
from tests.notifications.letters import kommunplan_in_ks, ks_decided
from tests.rules import correct


def test_it_goes_to_the_link_before_in_the_arende() -> None:
    wrong = ks_decided()
    log = kommunplan_in_ks(wrong)
    state = fold(orsa(), log)
    event = correct(
        state,
        log,
        wrong.key,
        today=day("2027-10-19"),
        by="Kim",
        why="Fel rad i formuläret",
        outcome=Outcome.ATERREMISS,
        reason="Räkna om",
    )
    assert event.decision is not None
    assert (event.decision.back_step, event.decision.back_link) == ("kommunplan-su", 0)
    put_right = after(orsa(), state, log, event)
    assert put_right["kommunplan-su"].status is Status.REOPENED
    assert put_right["kommunplan-ks"].round == 2
