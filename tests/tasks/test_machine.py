"""A year in the hands of people who do anything in any order: what must hold whatever they do.

The actions go through the engine on a real database; each may be refused, and then nothing has changed.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from calendars.definition import ORSA
from calendars.workdays import WORKDAYS
from models.claims import claims
from models.errors import KommunplanError
from models.events import Decided, Effect, Event, Outcome
from models.fold import effective
from models.given import counts, step_figure
from models.givers import MUNICIPAL, kinds_of, units_of
from models.opening import open_step
from models.process import Step, TaskKey
from models.state import Status, YearState
from tasks.mail.sendings import tomorrow
from tests.examples import examples
from tests.hands import Hands, add_meeting, cancel_meeting, move_meeting
from tests.tasks.small_town import small_definition
from tests.tasks.town import Town
from views.rehearsal import usual_outcome

FIRST_DAY = date(2027, 2, 1)
LAST_MEETING = date(2027, 11, 29)
NUMBERS = st.integers(0, 60)
SELDOM = st.sampled_from([False, False, False, True])


class CrashError(Exception):
    """The machine dies in the middle of a transaction."""


def nth(some: list[Any], number: int) -> Any:
    return some[number % len(some)] if some else None


class AnyYear(RuleBasedStateMachine):
    """A year, begun on any day of the spring or summer."""

    database: Path
    definition: Path

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        folder = Path(self._folder.name)
        shutil.copy(self.database, folder)
        self.town = Town(folder, definition=self.definition)
        self.today = FIRST_DAY
        self.log: list[Event] = []
        self.state: YearState

    def teardown(self) -> None:
        self.town.close()
        self._folder.cleanup()

    @property
    def on(self) -> Hands:
        return self.town.on(self.today.isoformat())

    def attempt(self, action: Callable[[], object], *touches: str) -> None:
        """The action, or its refusal. `touches` are the steps whose decisions it may undo."""
        before, tables = self.state, self.town.tables()
        try:
            action()
        except KommunplanError:
            assert self.town.tables() == tables, "a refusal has changed something"
        self.look()
        for slug, own in before.steps.items():
            if slug not in touches:
                kept = self.state[slug].standing[: len(own.standing)]
                assert kept == own.standing, f"a decision in {slug} was undone by something else"

    def look(self) -> None:
        self.state = self.town.stored()
        log = self.town.log()
        assert log[: len(self.log)] == self.log, "an event is gone or changed"
        self.log = log

    @initialize(days=st.integers(0, 200))
    def begin(self, days: int) -> None:
        self.today = FIRST_DAY + timedelta(days=days)
        self.on.start_year(2028)
        self.look()

    @rule(days=st.integers(0, 45))
    def wait(self, days: int) -> None:
        self.today += timedelta(days=days)
        self.attempt(lambda: self.on.check())

    @rule(number=NUMBERS, count=st.integers(1, 5))
    def report(self, number: int, count: int) -> None:
        step = nth([s for s in self.state.definition.steps if self.state.missing(s)], number)
        if step is not None:
            for key in self.state.missing(step)[:count]:
                self.attempt(partial(self.on.report, step.slug, key.role, key.unit, by="x"))

    @rule(number=NUMBERS)
    def go_on_without(self, number: int) -> None:
        step = nth([s for s in self.state.definition.steps if self.state.missing(s)], number)
        if step is not None:
            self.attempt(lambda: self.on.override(step.slug, by="x", reason="det brådskar"))

    @rule(
        number=NUMBERS,
        outcome=st.sampled_from(Outcome),
        minority=SELDOM,
        silent=SELDOM,
        ago=st.sampled_from([0, 0, 0, 0, 1, 9]),
    )
    def decide(self, number: int, outcome: Outcome, minority: bool, silent: bool, ago: int) -> None:
        waiting = [s for s in self.state.definition.steps if self.state.awaited_body(s)]
        step = nth(waiting or list(self.state.definition.steps), number)
        body = self.state.awaited_body(step) or "KS"
        words = "" if silent else "prövas"
        on = self.meet(body, self.today - timedelta(days=ago))
        self.attempt(
            lambda: self.on.decide(
                step.slug,
                body,
                outcome,
                by="x",
                on=on,
                minority=minority,
                reason=words,
                changes=words,
            ),
            *(
                self.state.definition.arende_of(step).steps
                if outcome.effect is Effect.RETURN
                else ()
            ),
        )

    def meet(self, body: str, day: date) -> date:
        """The body meets that day, or the working day before, mostly an extra time."""
        day = WORKDAYS.back(day)
        self.attempt(lambda: add_meeting(self.on, body, day, by="x"))
        return day

    @rule(number=NUMBERS, day=st.integers(0, 20))
    def decide_when_nobody_meets(self, number: int, day: int) -> None:
        waiting = [s for s in self.state.definition.steps if self.state.awaited_body(s)]
        if step := nth(waiting, number):
            body, on = str(self.state.awaited_body(step)), self.today - timedelta(days=day)
            with self.on.trying(None) as year:
                met = any((m.body, m.day) == (body, on) for m in year.meetings)
                known = any(m.body == body and m.day.year == on.year for m in year.meetings)
            if known and not met:
                with pytest.raises(KommunplanError):
                    self.on.decide(step.slug, body, usual_outcome(step, body), by="x", on=on)
            self.look()

    @rule(number=NUMBERS, minority=SELDOM)
    def send_back(self, number: int, minority: bool) -> None:
        self.decide(number, Outcome.ATERREMISS, minority, silent=False, ago=0)

    @rule(numbers=st.lists(NUMBERS, min_size=3, max_size=10))
    def all_goes_well(self, numbers: list[int]) -> None:
        """So that the rest has something to be at odds with."""
        for number in numbers:
            self.report(number, 5)
            waiting = [s for s in self.state.definition.steps if self.state.awaited_body(s)]
            if step := nth(waiting, number):
                body = str(self.state.awaited_body(step))
                outcome = usual_outcome(step, body)
                on = self.meet(body, self.today)
                self.attempt(partial(self.on.decide, step.slug, body, outcome, by="x", on=on))

    @rule(number=NUMBERS, outcome=st.sampled_from(Outcome), withdraw=st.booleans())
    def correct(self, number: int, outcome: Outcome, withdraw: bool) -> None:
        decided = [(n, e) for n, e in enumerate(self.log, 1) if e.kind in ("beslut", "rattelse")]
        if found := nth(decided, number):
            step = self.state.definition.step(found[1].step)
            self.attempt(
                lambda: self.on.correct(
                    found[0],
                    by="x",
                    why="skrev fel",
                    outcome=outcome,
                    withdraw=withdraw,
                    reason="prövas",
                    changes="ramen höjs",
                ),
                *self.state.definition.arende_of(step).steps,
            )

    @rule(number=NUMBERS)
    def run_again(self, number: int) -> None:
        step = nth(self._completed(), number)
        if step is not None:
            token = str(len(self.log))
            self.attempt(
                lambda: self.on.rerun(step.slug, by="x", reason="ny siffra", token=token), step.slug
            )

    @rule(number=NUMBERS)
    def let_it_stand(self, number: int) -> None:
        marked = [s for s in self.state.definition.steps if self.state[s.slug].marks]
        step = nth(marked or self._completed(), number)
        if step is not None:
            self.attempt(lambda: self.on.uphold(step.slug, by="x"))

    @rule(number=NUMBERS)
    def leave_out(self, number: int) -> None:
        optional = [s for s in self.state.definition.steps if s.optional or s.occasion_of]
        step = nth(optional, number)
        if step is not None:
            self.attempt(lambda: self.on.set_aside(step.slug, by="x", reason="behövs inte"))

    @rule(number=NUMBERS, deficit=st.integers(-3000, 3000))
    def come_to_figures(self, number: int, deficit: int) -> None:
        step = nth([s for s in self.state.definition.steps if s.results], number)
        if step is None:
            return
        definition = self.state.definition
        task: TaskKey | None = nth([None, *definition.tasks_of(step)], number // 3)
        kinds = kinds_of(definition, step, task) if task else step.results
        units = units_of(definition, step, task) if task else ()
        unit = nth([*units] or [unit.slug for unit in definition.units], number)
        figures: dict[str, object] = {
            "skattesats": "22,31",
            "ramar": [{"ar": 2028, "tkr": 500_000 + deficit}],
            "bokslutsresultat": {"resultat": deficit, "balanskravsresultat": deficit},
            "prognos": [{"enhet": unit, "budget": 20_000, "prognos": 20_000 - deficit}],
            "maluppfyllelse": {"uppfyllda": abs(deficit) % 9},
        }
        self.attempt(
            lambda: self.on.record(
                step.slug,
                {k: figures[k] for k in kinds},
                by="x",
                role=task.role if task else None,
                unit=task.unit if task else None,
            )
        )

    @rule(number=NUMBERS, days=st.integers(-2, 90))
    def something_happens(self, number: int, days: int) -> None:
        occasion = nth(list(self.state.definition.occasions), number)
        if occasion is not None:
            units = occasion.starts.units if occasion.starts else ()
            self.attempt(
                lambda: self.on.raise_occasion(
                    occasion.slug,
                    "något nytt",
                    by="x",
                    token=str(number % 7),
                    unit=nth(list(units), number),
                    due=self.today + timedelta(days=days),
                )
            )

    @rule(number=NUMBERS, own=st.integers(1, 4))
    def number_it(self, number: int, own: int) -> None:
        step = nth([s for s in self.state.definition.steps if s.chain], number)
        self.attempt(lambda: self.on.number(step.slug, f"KS 2027/0000{own}", by="x"))

    @rule(number=NUMBERS, days=st.integers(-10, 30))
    def move_a_meeting(self, number: int, days: int) -> None:
        with self.on.trying(None) as year:
            ahead = [m for m in year.meetings if m.body and m.day >= self.today]
        if meeting := nth(ahead, number):
            to = meeting.day + timedelta(days=days)
            self.attempt(
                lambda: move_meeting(
                    self.on, str(meeting.body), meeting.day, to, by="x", reason="sjukdom"
                )
            )

    @rule(number=NUMBERS)
    def cancel_a_meeting(self, number: int) -> None:
        with self.on.trying(None) as year:
            ahead = [m for m in year.meetings if m.body and m.day >= self.today]
        if meeting := nth(ahead, number):
            self.attempt(
                lambda: cancel_meeting(
                    self.on, str(meeting.body), meeting.day, by="x", reason="snöstorm"
                )
            )

    @rule(number=NUMBERS)
    def crash(self, number: int) -> None:
        """Everything was done but the commit: nothing of it is there afterwards."""
        tables = self.town.tables()
        with pytest.raises(CrashError), self.on.year(None) as year:  # noqa: PT012
            for step in year.definition.steps:
                year.happens(open_step(year.state, step, year.plan[step.slug], date(2027, 12, 31)))
            year.advance()
            year.store()
            raise CrashError
        assert self.town.tables() == tables

    @precondition(lambda self: self.log)
    @rule()
    def check_twice(self) -> None:
        self.on.check()
        tables = self.town.tables()
        self.on.check()
        assert self.town.tables() == tables, "a second check has done something"
        self.look()

    def _completed(self) -> list[Step]:
        steps = self.state.definition.steps
        return [s for s in steps if self.state[s.slug].status is Status.COMPLETED]

    # --- what always holds ---

    @invariant()
    def what_the_database_keeps_unique_is_what_the_year_says(self) -> None:
        if self.log:
            assert sorted(self.town.claims()) == sorted(claims(self.state))

    @invariant()
    def the_events_are_numbered_from_one_without_a_gap(self) -> None:
        numbers = sorted(row[2] for row in self.town.tables()["event"]) if self.log else []
        assert numbers == list(range(1, len(self.log) + 1))

    @invariant()
    def a_steps_figures_follow_from_what_was_given(self) -> None:
        for own in self.state.steps.values() if self.log else ():
            kinds = {one.kind for one in own.given}
            assert own.results == {kind: step_figure(kind, own.given) for kind in kinds}
            for kind in set(MUNICIPAL) & kinds:
                assert [one.kind for one in own.given if counts(one, own.given)].count(kind) == 1

    @invariant()
    def no_step_is_completed_without_its_chain(self) -> None:
        for step in self._completed() if self.log else ():
            own = self.state[step.slug]
            if own.before_start or own.set_aside:
                continue
            bodies = [decision.body for decision in own.standing]
            settled = own.standing and own.standing[-1].outcome.settles
            whole = tuple(bodies) == step.chain
            early = bool(bodies) and settled and bodies[-1] in step.may_settle
            assert whole or (early and tuple(bodies) == step.chain[: len(bodies)]), step.slug
            assert all(d.outcome.effect is Effect.PASS for d in own.standing), step.slug
            parts = set(self.state.definition.tasks_of(step))
            first_link = min((d.link for d in own.standing if d.round == own.round), default=0)
            assert own.overridden or parts <= set(own.reported) or first_link > 0, step.slug

    @invariant()
    def every_open_step_has_somebody_who_knows_about_it(self) -> None:
        """Whoever is waited for has been told in this round: on an ordinary day at once, alone or
        collected; on a day off or a quiet one at once or by the check of the next ordinary day; a body's
        clerk whose turn is not near in the next morning's letter. (For who wants mail weekly it is the
        week's; nobody here does.)"""
        if not self.log:
            return
        waited, turns = set(), set()
        for step in self.state.definition.steps:
            own = self.state[step.slug]
            if not own.status.is_open:
                continue
            waits_for = list(self.state.missing(step))
            if body := self.state.awaited_body(step):
                waits_for = [self.state.definition.body(body).clerk]
                turns.add((step.slug, own.round, str(waits_for[0])))
            if not waits_for:  # held back: then what it waits for is not completed
                assert self.state.blocked_by(step), f"nobody is waited for in {step.slug}"
            waited |= {(step.slug, own.round, str(key)) for key in waits_for}
        unaware = waited - {(one.step, one.round, one.role) for one in self.town.notices()}
        may_wait = turns if self._ordinary(self.today) == self.today else unaware
        if unaware & may_wait:
            told_then = self._told_by_the_check_of(self._ordinary(self.today + timedelta(days=1)))
            unaware -= told_then & may_wait
        assert not unaware, f"on {self.today} these know nothing of it: {unaware}"

    def _ordinary(self, day: date) -> date:
        """The first day from this one on that is neither off nor quiet."""
        while (
            not WORKDAYS.is_workday(day)
            or self.state.definition.quiet.reason(day, WORKDAYS) is not None
        ):
            day += timedelta(days=1)
        return day

    def _told_by_the_check_of(self, day: date) -> set[tuple[str, int, str]]:
        with self.town.database.read() as session:
            mails = tomorrow(session, self.town.settings, day - timedelta(days=1))
        told = [item.notice for mail in mails for item in mail.items]
        return {(notice.step, notice.round, str(notice.to)) for notice in told}

    @invariant()
    def whoever_is_to_reconsider_knows_it(self) -> None:
        if not self.log:
            return
        asked = {(n.step, n.role) for n in self.town.notices() if n.kind == "omprovning"}
        for step in self.state.definition.steps:
            if self.state[step.slug].marks:
                assert self.state[step.slug].status is Status.COMPLETED
                for key in self.state.definition.tasks_of(step):
                    assert (step.slug, str(key)) in asked

    @invariant()
    def a_minority_forces_an_item_once(self) -> None:
        """KL 5 kap. 50 §"""
        forced: list[str] = []
        for event in effective(self.log):
            if isinstance(event, Decided) and event.minority:
                step = self.state.definition.step(event.step)
                assert self.state.definition.body(event.body).kind == "fullmaktige"
                forced.append(self.state.definition.arende_of(step).slug)
        assert len(forced) == len(set(forced))

    @invariant()
    def a_diarienummer_is_one_ärendes(self) -> None:
        if self.log:
            assert len(set(self.state.numbers.values())) == len(self.state.numbers)


class DecidedYear(AnyYear):
    """A year on 29 November, all but done: there is everything to send back, re-run and correct."""

    @initialize()
    def begin(self, days: int = 0) -> None:
        self.today = LAST_MEETING
        self.look()


def live_until_the_last_meeting(town: Town) -> None:
    """Every step done in its order, in one go, but for what KF decides in November."""
    on = town.on("2027-01-04")
    on.start_year(2028)
    on = town.on(LAST_MEETING.isoformat())
    on.check()
    for step in town.stored().definition.in_dependency_order:
        state = town.stored()
        for key in state.missing(state.definition.step(step.slug)):
            on.report(step.slug, key.role, key.unit, by="x")
        if step.slug in ("skattesats-kf", "kommunplan-kf"):
            continue
        for body in step.chain:
            if town.stored().awaited_body(step) == body:
                add_meeting(on, body, LAST_MEETING, by="x")
                on.decide(step.slug, body, usual_outcome(step, body), by="x", on=LAST_MEETING)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_definition(tmp_path_factory.mktemp("small"))


def decided_year(folder: Path, definition: Path) -> Path:
    town = Town(folder, definition=definition)
    live_until_the_last_meeting(town)
    town.close()
    return town.path


def run(machine: type[AnyYear], database: Path, definition: Path, count: int) -> None:
    machine.database, machine.definition = database, definition
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples(count),
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink takes minutes
        ),
    )


def test_whatever_people_do_the_year_holds_together(empty_database: Path, small: Path) -> None:
    run(AnyYear, empty_database, small, 4)


def test_and_so_does_the_whole_of_orsas(empty_database: Path) -> None:
    run(AnyYear, empty_database, ORSA, 1)


def test_whatever_is_done_to_a_decided_year_it_holds_together(tmp_path: Path, small: Path) -> None:
    run(DecidedYear, decided_year(tmp_path, small), small, 4)


def test_and_to_the_whole_of_orsas(tmp_path: Path) -> None:
    run(DecidedYear, decided_year(tmp_path, ORSA), ORSA, 1)
