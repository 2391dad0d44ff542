"""Whatever happens to a year, in any order: each number is one content's, each calendar comes to hold what
the plan says, and a feed never says otherwise than the mails."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calendars.definition import ORSA
from calendars.workdays import WORKDAYS
from models.errors import KommunplanError
from models.events import Outcome
from models.state import Status
from notifications.calendar_entry import Standing, entries
from notifications.calendar_file import uid_of
from notifications.notices import Kind
from notifications.recipients import recipients
from notifications.wording import long_day
from tasks.history import step_histories
from tasks.people.store import stored_staff
from tests.examples import examples
from tests.hands import Hands, add_meeting, cancel_meeting, move_meeting
from tests.tasks.calendars import Came, calendars, came, feed
from tests.tasks.small_town import small_definition
from tests.tasks.town import Town, text

OUTCOMES = (Outcome.FORESLAR, Outcome.BIFALL, Outcome.ATERREMISS, Outcome.BORDLAGGNING)
ROLES = ("ekonomichef", "kommunchef", "utskottssekreterare", "kommunsekreterare")
SU_AND_KS_AND_KF = ("SU", "KS", "KF")
ACTS = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 30), st.just(0)),
    st.tuples(st.just("report"), st.integers(0, 40), st.integers(1, 6)),
    st.tuples(st.just("decide"), st.integers(0, 9), st.integers(0, 3)),
    st.tuples(st.just("move"), st.integers(0, 5), st.integers(-7, 21)),
    st.tuples(st.just("cancel"), st.integers(0, 5), st.just(0)),
    st.tuples(st.just("add"), st.integers(0, 2), st.integers(0, 60)),
    st.tuples(st.just("hand over"), st.integers(0, 3), st.integers(0, 2)),
    st.tuples(st.just("rerun"), st.integers(0, 9), st.just(0)),
    st.tuples(st.just("leave out"), st.integers(0, 9), st.just(0)),
    st.tuples(st.just("go on without"), st.integers(0, 9), st.just(0)),
    st.tuples(st.just("lose"), st.just(0), st.just(0)),
)


class Life:
    """A year, 2028 from 1 March 2027, with what each feed and mail has said so far."""

    def __init__(self, town: Town) -> None:
        self.town, self.today = town, date(2027, 3, 1)
        self.on.start_year(2028)
        self.by_feed: dict[str, dict[str, str]] = {}
        self.said: dict[tuple[str, int], tuple[str, str, str]] = {}
        self.followed: list[str] = []
        """What each change of the meetings was said to move."""

    @property
    def on(self) -> Hands:
        return self.town.on(self.today.isoformat())

    def do(self, act: str, first: int, second: int) -> None:
        with suppress(KommunplanError):  # refused, and nothing has changed
            self._do(act, first, second)
        self.look()

    def _do(self, act: str, first: int, second: int) -> None:
        state, on = self.town.stored(), self.on
        steps = state.definition.steps
        if act == "wait":
            self.today += timedelta(days=first)
            self.on.check()
        elif act == "report":
            parts = [(step.slug, key) for step in steps for key in state.missing(step)]
            for slug, key in parts[first : first + second]:
                on.report(slug, key.role, key.unit, by="x")
        elif act == "decide" and (waiting := [s for s in steps if state.awaited_body(s)]):
            step = waiting[first % len(waiting)]
            body = str(state.awaited_body(step))
            on.decide(step.slug, body, OUTCOMES[second], by="x", on=self.today, reason="prövas")
        elif act in ("move", "cancel"):
            with on.trying(None) as year:
                ahead = [m for m in year.meetings if m.body and m.day >= self.today]
            meeting = ahead[first]
            if act == "cancel":
                changed = cancel_meeting(on, str(meeting.body), meeting.day, by="x", reason="snö")
            else:
                to = meeting.day + timedelta(days=second)
                changed = move_meeting(on, str(meeting.body), meeting.day, to, by="x", reason="snö")
            self.followed += changed.follows
        elif act == "add":
            day = self.today + timedelta(days=second)
            changed = add_meeting(on, SU_AND_KS_AND_KF[first], day, by="x", reason="extra")
            self.followed += changed.follows
        elif act == "hand over":
            self.town.change(
                "UPDATE holder SET name = ?, address = ? WHERE role = ?",
                f"Person {second}",
                f"person{second}@orsa.example",
                ROLES[first],
            )
            on.check()
        elif act == "rerun" and (done := [s for s in steps if self._is_done(s.slug)]):
            step = done[first % len(done)]
            on.rerun(step.slug, by="x", reason="nytt", token=str(len(self.town.log())))
        elif act == "leave out":
            optional = [s for s in steps if s.optional]
            on.set_aside(optional[first % len(optional)].slug, by="x", reason="nej")
        elif act == "go on without" and (lacking := [s for s in steps if state.missing(s)]):
            on.override(lacking[first % len(lacking)].slug, by="x", reason="brådskar")
        elif act == "lose":
            self.town.change(
                "UPDATE mail SET status = 'misslyckad', error = '550' "
                "WHERE id = (SELECT max(id) FROM mail WHERE status = 'köad')"
            )

    def _is_done(self, slug: str) -> bool:
        return self.town.stored()[slug].status is Status.COMPLETED

    def look(self) -> None:
        """What the feed says now, against what it said, and against the mails."""
        now = feed(self.town, "processagare", str(self.today))
        for uid, event in now.items():
            number = int(event["SEQUENCE"])
            if known := self.by_feed.get(uid):
                before = int(known["SEQUENCE"])
                same = {**known, "SEQUENCE": "", "DTSTAMP": "", "LAST-MODIFIED": ""} == {
                    **event,
                    "SEQUENCE": "",
                    "DTSTAMP": "",
                    "LAST-MODIFIED": "",
                }
                assert number >= before
                assert same or number > before, f"{event} after {known}"
            self._one_content(uid, number, ("PUBLISH", event["DTSTART"], event["SUMMARY"]))
        self.by_feed |= now
        for one in came(self.town.mails(), also_lost=True):
            self._one_content(one.uid, one.sequence, (one.method, one.day, one.summary))

    def _one_content(self, uid: str, number: int, says: tuple[str, str, str]) -> None:
        assert self.said.setdefault((uid, number), says) == says

    def settle_down(self) -> None:
        """The next ordinary day, when all that had to wait is told."""
        self.today = WORKDAYS.add(self.today, 1)
        quiet = self.town.stored().definition.quiet
        while quiet.reason(self.today, WORKDAYS) is not None:
            self.today = WORKDAYS.add(self.today, 1)
        self.on.check()
        self.look()

    def compare(self) -> None:
        """Each calendar against the plan: nothing that is not so, and nothing missing that was told."""
        held = calendars(came(self.town.mails()))
        with self.on.trying(None) as year:
            state, plan = year.state, year.plan
        with self.town.database.read() as session:
            staff = stored_staff(session)
        sender, owner = self.town.settings.sender, self.town.settings.process_owner
        by_uid = {uid_of(one.name, sender): one for one in entries(state, plan)}
        mails = self.town.mails()
        # whose mailbox has refused a mail that brought it is not told again
        failed = [mail for mail in mails if mail.status == "misslyckad"]
        refused = {(one.address, one.uid) for one in came(failed, also_lost=True)}
        for address, own in held.items():
            for uid, file in own.items():
                if (address, uid) not in refused and file.day >= f"{self.today:%Y%m%d}":
                    self._is_so(address, file, by_uid[uid].standing)
                    theirs = {
                        one.address
                        for key in by_uid[uid].concerns
                        for one in recipients(staff, state.definition, key, self.today, owner)
                    }
                    done = by_uid[uid].standing is Standing.DONE
                    assert done or address in theirs, f"{file} is not theirs"
        told = {(n.step, n.round, n.role, n.address) for n in self.town.notices() if not n.body}
        lost = {m.address for m in mails if m.status == "misslyckad"}
        for step in state.definition.steps:
            for key in state.missing(step):
                due = plan[step.slug].due
                for one in recipients(staff, state.definition, key, self.today, owner):
                    knows = (step.slug, state[step.slug].round, str(key), one.address) in told
                    if knows and one.address not in lost and due >= self.today:
                        name = f"2028/{step.slug}/sista-dag/{key}"
                        assert held[one.address][uid_of(name, sender)].day == f"{due:%Y%m%d}"

    def _is_so(self, address: str, file: Came, standing: Standing) -> None:
        if standing in (Standing.DONE, Standing.HELD):
            return  # leaves with the next mail, or stays where it was held
        assert standing is Standing.AHEAD, f"{address} still has {file}"
        event = self.by_feed[file.uid]
        assert (file.day, file.summary) == (event["DTSTART"], event["SUMMARY"])
        assert file.sequence <= int(event["SEQUENCE"])


@contextmanager
def a_life(database: Path, definition: Path) -> Iterator[Life]:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(database, folder)
        town = Town(Path(folder), definition=definition)
        yield Life(town)
        town.close()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_definition(tmp_path_factory.mktemp("small"))


LIVES = st.lists(ACTS, min_size=4, max_size=14)
FEW = settings(max_examples=examples(8), deadline=None, suppress_health_check=list(HealthCheck))
ONE = settings(FEW, max_examples=examples(1))


@FEW
@given(acts=LIVES)
def test_any_run_of_moves_returns_and_handovers_ends_with_calendars_that_are_right(
    empty_database: Path, small: Path, acts: list[tuple[str, int, int]]
) -> None:
    ends_with_right_calendars(empty_database, small, acts)


@ONE
@given(acts=LIVES)
def test_and_so_does_one_of_the_whole_of_orsas_year(
    empty_database: Path, acts: list[tuple[str, int, int]]
) -> None:
    ends_with_right_calendars(empty_database, ORSA, acts)


def ends_with_right_calendars(
    database: Path, definition: Path, acts: list[tuple[str, int, int]]
) -> None:
    with a_life(database, definition) as life:
        for act in acts:
            life.do(*act)
        life.settle_down()
        life.compare()


@FEW
@given(acts=LIVES)
def test_the_history_of_any_run_says_of_each_meeting_what_was_said_when_it_was_changed(
    empty_database: Path, small: Path, acts: list[tuple[str, int, int]]
) -> None:
    """To who changed it, and of the bodies' days in the mails about it."""
    with a_life(empty_database, small) as life:
        for act in acts:
            life.do(*act)
        steps = step_histories(life.town.database, life.today, 2028)
        told = [
            (line.day, f"Kommunplan 2028, {step.slug}: {dates.replace(', ', '; ')}.")
            for step in steps
            for line in step.lines
            if line.source == "möte"
            for dates in (line.what.removeprefix("Nya datum: "),)
        ]
        followed = [one for one in life.followed if "→" in one]
        assert sorted(one for _, one in told) == sorted(followed)
        mails = {mail.id: text(mail) for mail in life.town.mails()}
        for notice in life.town.notices():
            if notice.kind == Kind.MOVED:
                moves = [
                    re.findall("[A-Z]+ [^;]+ → ([0-9-]+)", dates)
                    for day, dates in told
                    if day == notice.queued_on and f", {notice.step}:" in dates
                ]
                said = mails[notice.mail_id]
                assert any(all(_written(day) in said for day in days) for days in moves)


def _written(day: str) -> str:
    """`7 juni 2027`, as it stands in every mail with its weekday or without."""
    return long_day(date.fromisoformat(day)).partition(" ")[2]
