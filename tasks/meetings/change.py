"""One change of the meetings in its transaction: what must hold for it, and what the years make of it.

What has been decided keeps its day, and no day that has been is changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from itertools import groupby

from sqlmodel import Session, col, func, select

from calendars.definition import load_definition
from calendars.meeting_plans.names import Names
from calendars.workdays import WEEKDAYS, held_on_a_day_off
from models.errors import RefusedError
from models.plan import Meeting, StepPlan
from models.tables import NoticeRow
from models.text import Text, ask, give
from notifications.changed_dates import Rescheduling
from notifications.rescheduling import MEETINGS, MovedDate, moved_notices
from tasks.context import Context, Done, notes_of
from tasks.follow_up import bring_up_to_date
from tasks.log import cycles
from tasks.meetings.listing import resting
from tasks.meetings.store import Key, MeetingStore, Source, last_change
from tasks.year import Advance, FoldedYear, OpenYear
from views.event_words import author
from views.law_changes import LawChange, law_changes, law_of
from views.previews import MailToGo


class ChangingMeetings:
    """One change of the meetings in its transaction, with the running years as they were before. It is over
    where it only tells of a meeting that has been held."""

    def __init__(self, session: Session, on: Context, source: Source, by: str) -> None:
        self.names = Names(load_definition(on.settings.definition))
        self.store = MeetingStore(session, on.today, source, by)
        years = [OpenYear(session, cycle, on.settings, on.today) for cycle in cycles(session)]
        self.before = [year.as_it_stands() for year in years]
        self._law = [law_of(year.law) for year in years]
        self.today, self.by, self._session, self._on = on.today, by, session, on
        self.said: list[str] = []
        self.follows: list[str] = []
        self.law: list[LawChange] = []
        self.notes: list[str | Text] = []
        self.years: list[Advance] = []
        self.is_over = False
        self.mails: list[MailToGo] = []
        """What would be told, and to whom: of a trial."""

    @property
    def done(self) -> Done:
        """What was done, what the running years make of it, and what is worth a second look. Nothing is
        said where it was so already."""
        notes = (*map(Text.of, self.notes), *notes_of(self.years))
        return Done(
            tuple(self.years),
            tuple(self.said),
            tuple(self.follows),
            notes,
            law=tuple(self.law) if self.said else None,
        )

    def key(self, name: str, day: date) -> Key:
        if not 2000 <= day.year <= 2100:
            raise RefusedError(f"{day} går inte; ange en dag mellan åren 2000 och 2100.")
        return Key.of(Meeting(*self.names.get(name), day))

    def meeting(self, key: Key, if_needed: bool) -> Meeting:
        return Meeting(*self.names.get(key.name), key.day, if_needed=if_needed)

    def check_changeable(self, key: Key, verb: str, reason: str) -> None:
        """It is there, it is ahead, and there is a reason where a running year rests on it."""
        if key not in self.store.rows:
            days = [other.day for other in self.store.rows if other[:2] == key[:2]]
            near = sorted(sorted(days, key=lambda day: abs(day - key.day))[:3])
            known = f"Närmast: {', '.join(map(str, near))}." if near else "Det finns inga alls."
            raise RefusedError(f"{key.name} har inget sammanträde {key.day}. {known}")
        self.check_ahead(key)
        steps = self.resting_on(key)
        if steps and not reason.strip():
            raise RefusedError(
                f"På {key} vilar {', '.join(steps)}. Det krävs ett skäl för att {verb} det. Ange det ",
                give("reason"),
                ".",
            )

    def resting_on(self, key: Key) -> list[str]:
        """What of the running years rests on the meeting, and is not done."""
        return [
            f"{slug} ({year.plan.budget_year})"
            for year in self.before
            for on, slug, done in resting(year.plan, year.state)
            if on == key and not done
        ]

    def check_ahead(self, key: Key) -> None:
        if self.is_past(key):
            raise RefusedError(f"{key} ", has_been(key, self.today))

    def check_new(self, key: Key, *, held: bool = False) -> None:
        """A day to come (or one that has been, if it was `held`), and not taken; a day off is noted, and
        another weekday than the usual."""
        self.is_over = held and self.is_past(key)
        if not held:
            self.check_ahead(key)
        if key in self.store.rows:
            raise RefusedError(f"{key.name} sammanträder redan {key.day}. Välj en annan dag.")
        remark = None if self.is_over else held_on_a_day_off(key.name, key.day)
        if remark is not None:
            self.notes.append(remark)
            return
        days = Counter(
            other.day.weekday()
            for other in self.store.rows
            if other[:2] == key[:2] and other.day.year == key.day.year
        )
        for weekday, count in days.most_common(1):
            if count * 2 > days.total() and weekday != key.day.weekday():
                self.notes.append(
                    f"{key.day} är en {WEEKDAYS[key.day.weekday()]}; "
                    f"{key.name} sammanträder annars på {WEEKDAYS[weekday]}ar."
                )

    def is_past(self, key: Key) -> bool:
        """Before today; or today, where the body has decided already."""
        return key.day < self.today or any(
            (decision.body, decision.on) == (key.name, key.day)
            for year in self.before
            for step in year.state.steps.values()
            for decision in step.decisions
        )

    def follow(self, years: Sequence[OpenYear]) -> None:
        """What the change does to the running years, which are brought up to date: one mail to each
        person, whatever it moves in however many of them."""
        for after, before, law in zip(years, self.before, self._law, strict=True):
            moved = after.moved(before.plan, last_change(self._session))
            self.follows += _differences(before, after, moved)
            self.law += law_changes(law, law_of(after.law))
            if not self.is_over:  # a day that has been is no new date for anybody
                why = self._why(before.plan.steps)
                after.tell(moved_notices(after.state, after.plan, self.today, why))
        bring_up_to_date(self._session, self._on.settings, self.today, years)

    def _why(self, was: Mapping[str, StepPlan]) -> Rescheduling:
        reasons = dict.fromkeys(one.reason for one in self.store.changes if one.reason)
        return Rescheduling(
            token=f"sammantraden/{last_change(self._session)}",
            rule=MEETINGS,
            by=author(self.by),
            reason="; ".join(reasons),
            was=was,
            meetings=tuple(self.store.changes),
        )


class _OnlyTriedError(Exception):
    """Ends a trial's transaction, so that nothing of it stays."""


@contextmanager
def changing(
    on: Context, source: Source, by: str, *, tries: bool = False
) -> Iterator[ChangingMeetings]:
    """All that is done inside happens, and the running years follow, or nothing does. Where it only `tries`
    nothing does, and what would follow is told."""
    years: list[OpenYear] = []
    with suppress(_OnlyTriedError), on.database.write() as session:
        change = ChangingMeetings(session, on, source, by)
        yield change
        if change.said:
            session.flush()
            last = session.exec(select(func.max(NoticeRow.id))).one() or 0
            years = [OpenYear(session, cycle, on.settings, on.today) for cycle in cycles(session)]
            change.follow(years)
            if tries:
                session.flush()
                change.mails = _mails_after(session, last)
        if tries:
            raise _OnlyTriedError
    if years and not tries:
        on.write_letters(*years)
        change.years += [year.done for year in years]


def _mails_after(session: Session, last: int) -> list[MailToGo]:
    """What is noted to be told after the notice with that number."""
    rows = session.exec(
        select(NoticeRow).where(col(NoticeRow.id) > last).order_by(col(NoticeRow.id))
    )
    return [
        MailToGo(name=row.name, address=row.address, step=row.step, kind=row.kind, rule=row.rule)
        for row in rows
    ]


def _differences(before: FoldedYear, after: OpenYear, moved: Iterable[MovedDate]) -> Iterator[str]:
    """The dates of one budget year that are others than before, a sentence a step."""
    plan = after.definition.plan_of(after.budget_year)
    for slug, dates in groupby(moved, key=lambda date: date.step):
        words = "; ".join(str(date) for date in dates)
        yield f"{plan}, {slug}: {words}."
    for gap in after.plan.gaps:
        if gap not in before.plan.gaps:
            yield f"{plan}, {gap}"


def has_been(key: Key, today: date) -> Text:
    """Why a day is not changed any more, and what to do instead."""
    if key.kind == "instans":
        what, register = "beslutades", ask("beslut", body=key.name, on=key.day)
    else:
        what, register = "blev klart", ask("klar", step=key.name)
    return Text.of(
        f"har redan varit (i dag är {today}) och kan inte ändras. Vad som {what} registreras med ",
        register,
        ".",
    )
