"""The tables of the present are the fold of the log, whatever people do in whatever order."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from calendars.workdays import WORKDAYS
from models.errors import KommunplanError
from models.events import Outcome
from models.process import Step
from models.state import Status, YearState
from tasks.meetings.entry import add_meeting
from tasks.postponement import postpone
from tests.tasks.town import Town

FIRST_DAY = date(2027, 2, 1)
ACTIONS = st.tuples(
    st.sampled_from(
        [
            "wait",
            "report",
            "report",
            "decide",
            "decide",
            "question",
            "postpone",
            "override",
            "rerun",
            "again",
        ]
    ),
    st.integers(0, 40),
    st.sampled_from(
        [Outcome.BIFALL, Outcome.FORESLAR, Outcome.ATERREMISS, Outcome.AVSLAG, Outcome.BORDLAGGNING]
    ),
)


def nth(steps: list[Step], number: int) -> Step | None:
    return steps[number % len(steps)] if steps else None


def meet(on: Hands, state: YearState, number: int) -> None:
    """The body that `act` lets decide meets today, on a working day."""
    if step := nth([step for step in state.definition.steps if state.awaited_body(step)], number):
        with suppress(KommunplanError):
            add_meeting(on, state.awaited_body(step) or "", on.today, by="prov")


def act(on: Hands, state: YearState, what: str, number: int, outcome: Outcome) -> None:
    """Something that the state allows, mostly: the number chooses where."""
    steps = state.definition.steps
    match what:
        case "report":
            if step := nth([step for step in steps if state.missing(step)], number):
                for key in state.missing(step)[: 1 + number % 4]:
                    on.report(step.slug, key.role, key.unit, by="prov", comment="å ä ö")
        case "decide":
            if step := nth([step for step in steps if state.awaited_body(step)], number):
                body = state.awaited_body(step) or ""
                on.decide(
                    step.slug,
                    body,
                    outcome,
                    by="prov",
                    on=on.today,
                    reason="prövas",
                    paragraph="§ 1",
                )
        case "postpone":
            if step := nth([step for step in steps if state.missing(step)], number):
                until = WORKDAYS.add(on.today, number)
                postpone(on, step.slug, until, by="prov", reason="prövas")
        case "question":
            if step := nth([step for step in steps if state.missing(step)], number):
                key = state.missing(step)[0]
                on.ask_for_time(
                    step.slug,
                    key.role,
                    key.unit,
                    until=on.today + timedelta(days=number),
                    by="prov",
                    reason="å ä ö",
                    knowingly=True,
                )
                on.disclaim(step.slug, key.role, key.unit, by=f"prov {number}", reason="fel person")
        case "override":
            if step := nth([step for step in steps if state.missing(step)], number):
                on.override(step.slug, by="prov", reason="det brådskar")
        case "rerun":
            done = [step for step in steps if state[step.slug].status is Status.COMPLETED]
            if step := nth(done, number):
                on.rerun(step.slug, by="prov", reason="nya siffror", token=str(number))
        case "again":
            on.start_year(2028)


@given(actions=st.lists(ACTIONS, min_size=6, max_size=18))
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink a fault takes minutes
)
def test_refolding_the_log_gives_the_stored_rows_after_every_action(
    empty_database: Path, actions: list[tuple[str, int, Outcome]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(empty_database, folder)
        town = Town(Path(folder))
        today = FIRST_DAY
        town.on(today.isoformat()).start_year(2028)
        for what, number, outcome in actions:
            on = town.on(today.isoformat())
            if what == "wait":
                today += timedelta(days=number)
                town.on(today.isoformat()).check()
            else:
                if what == "decide":
                    meet(on, town.stored(), number)
                before = town.tables()
                try:
                    act(on, town.stored(), what, number, outcome)
                except KommunplanError:
                    assert town.tables() == before, "a refusal has changed something"
            assert town.stored() == town.refolded()
            assert [int(row[2]) for row in sorted(town.tables()["event"])] == list(
                range(1, len(town.log()) + 1)
            )
        town.close()


def test_every_corner_of_a_year_is_the_same_stored_and_refolded(town: Town) -> None:
    """Parts of a second round, history and standing decisions, an override, a re-run, a step before start."""

    def same() -> None:
        assert town.stored() == town.refolded()

    town.on("2027-04-01").start_year(2028)
    same()
    on = town.on("2027-05-03")
    on.report("arsredovisning", "ekonomichef", None, by="Eva")
    add_meeting(on, "KS", date(2027, 5, 3), by="Kim")
    on.decide("arsredovisning", "SU", Outcome.FORESLAR, by="Kim", on=date(2027, 4, 27))
    on.decide("arsredovisning", "KS", Outcome.BORDLAGGNING, by="Kim", on=date(2027, 5, 3))
    same()
    on = town.on("2027-05-11")
    on.decide(
        "arsredovisning",
        "KS",
        Outcome.ATERREMISS,
        by="Kim",
        on=date(2027, 5, 10),
        reason="bilaga 2",
    )
    same()
    own = town.stored()["arsredovisning"]
    assert (own.status, own.round, own.link) == (Status.IN_PROGRESS, 2, 0)
    assert (own.reported, own.standing, len(own.decisions)) == ({}, (), 3)
    assert own.reason == "bilaga 2"
    on.override("arsredovisning", by="Petra", reason="bilagan är rättad")
    add_meeting(on, "SU", date(2027, 5, 11), by="Kim")
    on.decide("arsredovisning", "SU", Outcome.FORESLAR, by="Kim", on=date(2027, 5, 11))
    same()
    assert [d.round for d in town.stored()["arsredovisning"].standing] == [2]
    assert town.stored()["arsredovisning"].overridden
    town.on("2027-05-12").rerun("bokslut", by="Petra", reason="fel siffror", token="a")
    same()
    assert town.stored()["bokslut"].status is Status.REOPENED
    assert not town.stored()["bokslut"].before_start
    town.on("2027-05-12").report("bokslut", "kommunchef", None, by="Klas", comment="rättat")
    same()
    assert [str(key) for key in town.stored()["bokslut"].reported] == ["kommunchef"]
