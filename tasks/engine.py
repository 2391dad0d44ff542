"""The engine: what a person asks for is done in one transaction, or not at all; what follows from it comes
right after.

The flows, the command line, the pages and the tests all come this way; none of it knows Prefect. Whatever
is done may be repeated: what was done already is not done again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, overload

from models.act import Act, Happening, StepAct, YearAct
from models.acts.links import MakeFeed, RevokeFeed, RevokeLinks
from models.acts.mails import Resend, ResendFailed
from models.acts.meetings import CancelMeeting, ImportMeetings, MeetingAct, MoveMeeting
from models.acts.people import ImportHolders, ReplaceHolder
from models.acts.rounds import Rerun
from models.acts.takeover import ReadAlreadyDone
from models.acts.years import ChangeDefinition, ReadDirectory, StartYear, UndoStart
from models.chain import Seal
from models.errors import KommunplanError
from models.state import YearState
from models.tables import ShownRow
from models.text import Text, ViewPointer
from tasks import clock
from tasks.chain import last_seal
from tasks.context import Context, Done, Guard, notes_of, now_of
from tasks.database import Database, open_database
from tasks.follow_up import bring_up_to_date
from tasks.log import cycles, find_cycle
from tasks.mail.writing import write_letters
from tasks.meetings.stored import meetings
from tasks.people.weeding import weed_sign_ins
from tasks.planned import law_findings
from tasks.seals import SealFileError, write_seal
from tasks.settings import Settings, settings
from tasks.watch.check_log import failures_noted, note_ran
from tasks.watch.journal import journal, keep_journal
from tasks.year import Advance, OpenYear
from views.labels import sentence
from views.law_changes import LawChange, law_changes, law_of

if TYPE_CHECKING:
    from views.import_preview import ImportPreview
    from views.meeting_preview import MeetingPreview
    from views.previews import DefinitionPreview, RerunPreview

    Preview = RerunPreview | DefinitionPreview | MeetingPreview | ImportPreview

Tried = Rerun | ChangeDefinition | MoveMeeting | CancelMeeting | ImportMeetings
"""What can be tried before it is done."""


@dataclass(frozen=True, slots=True)
class Engine(Context):
    """The engine on one database, on one day."""

    def do(self, act: Act, *, guard: Guard | None = None) -> Done:
        """Does what is asked for. KommunplanError, with nothing done, where it cannot be; it points at the
        act's fields. `guard` is asked first, in the same transaction, of an act on one year."""
        try:
            return self._do(act, guard)
        except KommunplanError as error:
            error.act = error.act or type(act)
            raise

    @overload
    def try_(self, act: Rerun) -> RerunPreview: ...
    @overload
    def try_(self, act: ChangeDefinition) -> DefinitionPreview: ...
    @overload
    def try_(self, act: MoveMeeting | CancelMeeting) -> MeetingPreview: ...
    @overload
    def try_(self, act: ImportMeetings) -> ImportPreview: ...
    def try_(self, act: Tried) -> Preview:
        """What the act would do; nothing is done. Of a new round, of another definition, of a meeting that
        is moved or cancelled, and of a file of meetings."""
        try:
            return self._try(act)
        except KommunplanError as error:
            error.act = error.act or type(act)
            raise

    def check(self) -> tuple[Advance, ...]:
        """The deadline check: brings every year up to date, whatever was missed and however often."""
        with failures_noted(self.database, self.today):
            with self.database.write() as session:
                years = [
                    OpenYear(session, cycle, self.settings, self.today) for cycle in cycles(session)
                ]
                bring_up_to_date(session, self.settings, self.today, years)
            write_letters(self.database, self.settings, self.today, years)
            done = tuple(year.done for year in years)
            with self.database.write() as session:
                weed_sign_ins(session)
                note_ran(
                    session,
                    self.today,
                    sum(len(one.events) for one in done),
                    sum(one.mails for one in done),
                )
                seal = last_seal(session)
            self._keep_seal(seal)
            return done

    def _keep_seal(self, seal: Seal) -> None:
        """What the check has done is done, whether its seal can be written or not; `halsa` tells of that."""
        try:
            write_seal(self.settings, seal, clock.now())
        except SealFileError as error:
            journal("seal.failed", level="error", error=str(error))

    def show(self, slug: str, *, budget_year: int | None = None) -> tuple[Advance, str, Text]:
        """Brings the year up to date; what that did, and the step's state as Prefect should show it."""
        with self.database.write() as session:
            cycle = find_cycle(session, budget_year, self.today)
            year = OpenYear(session, cycle, self.settings, self.today)
            bring_up_to_date(session, self.settings, self.today, [year])
            step = year.definition.step(slug)
        self.write_letters(year)
        return year.done, *year.state_in_prefect(step.slug)

    def mark_shown(self, slug: str, name: str, budget_year: int) -> None:
        """Notes what Prefect shows for a step. To be called when its run has ended, not before: a run
        that dies on the way leaves the step to be shown by the next check."""
        with self.database.write() as session:
            cycle = find_cycle(session, budget_year)
            session.merge(ShownRow(cycle_id=cycle.id or 0, step=slug, name=name))

    def look(self, slug: str, *, budget_year: int | None = None) -> tuple[str, Text]:
        """The step's state and what it means, as it stands; changes nothing."""
        with self.database.read() as session:
            year = OpenYear(
                session, find_cycle(session, budget_year, self.today), self.settings, self.today
            )
            step = year.definition.step(slug)
            return year.label(step.slug), sentence(year.state, step, year.plan[step.slug])

    def _do(self, act: Act, guard: Guard | None) -> Done:
        # what only some acts need is imported when they are done
        match act:
            case MeetingAct():
                from tasks.meetings.entry import change_meetings

                return change_meetings(self, act)
            case StartYear() | UndoStart() | ChangeDefinition() | ReadDirectory():
                return self._do_to_whole_years(act)
            case ImportHolders() | ReplaceHolder():
                from tasks.people.change import change_holders

                return change_holders(self, act)
            case Resend() | ResendFailed():
                from tasks.mail.resending import send_again

                return send_again(self, act)
            case RevokeLinks():
                from tasks.links.listing import revoke_links

                return revoke_links(self, act)
            case MakeFeed() | RevokeFeed():
                from tasks.calendars.feed import change_feeds

                return change_feeds(self, act)
            case ReadAlreadyDone():
                from tasks.taking_over import answers_of

                return self._in_year(answers_of(act), guard)
            case YearAct():
                return self._in_year(act, guard)
        raise TypeError(f"nothing does {type(act).__name__}")

    def _do_to_whole_years(
        self, act: StartYear | UndoStart | ChangeDefinition | ReadDirectory
    ) -> Done:
        match act:
            case StartYear():
                from tasks.starting import start_year

                return start_year(self, act)
            case UndoStart():
                from tasks.undone_start import undo_start

                return undo_start(self, act)
            case ChangeDefinition():
                from tasks.definitions import change_definition

                return change_definition(self, act)
            case ReadDirectory():
                from tasks.directory import read_directory

                return read_directory(self)

    def _in_year(self, act: YearAct, guard: Guard | None) -> Done:

        def does(year: OpenYear) -> bool:
            return bool(_happening(year, act).events)

        with self.year(act.budget_year, guard, does) as year:
            happening = _happening(year, act)
            before = year.state
            for event in happening.events:
                year.happens(event)
            after = year.state
            step = happening.step
            if not step and isinstance(act, StepAct):
                step = year.definition.step(act.step).slug
            elif not step and happening.events:
                step = happening.events[-1].step
        law, untried = (
            self._law(year.budget_year, before, after) if happening.events else (None, ())
        )
        notes = (*happening.notes, *notes_of((year.done,)), *untried)
        return Done(
            (year.done,),
            said=happening.said,
            notes=notes,
            step=step,
            resting=happening.resting,
            law=law,
        )

    def _law(
        self, budget_year: int, before: YearState, after: YearState
    ) -> tuple[tuple[LawChange, ...] | None, tuple[Text, ...]]:
        """What something that is stored meant for the law; None, and a note, where that cannot be said: it
        stands all the same."""
        try:
            with self.database.read() as session:
                known = meetings(session)
            was, now = (
                law_findings(budget_year, known, state, self.today, self.settings.definition)
                for state in (before, after)
            )
        except Exception as error:
            journal("law.failed", level="error", error=type(error).__name__)
            said = f"Vad det betyder för lagen gick inte att pröva ({type(error).__name__}). Se "
            return None, (Text.of(said, ViewPointer("granska"), "."),)
        return tuple(law_changes(law_of(was), law_of(now))), ()

    def _try(self, act: Tried) -> Preview:
        match act:
            case Rerun():
                from tasks.attempts import try_rerun

                return try_rerun(self, act)
            case ChangeDefinition():
                from tasks.definitions import try_definition

                return try_definition(self, act)
            case MoveMeeting() | CancelMeeting():
                from tasks.meetings.what_if import try_meeting

                return try_meeting(self.settings, self.today, act)
            case ImportMeetings():
                from tasks.meetings.entry import try_import

                return try_import(self, act)


def _happening(year: OpenYear, act: YearAct) -> Happening:
    """What the act makes happen. What is due opens first where the act may need it: nobody is refused
    because no check has run yet today."""
    if isinstance(act, StepAct) and year.is_planned(act.step):
        year.open_due()
    try:
        return act.rule(now_of(year))
    except KommunplanError:
        if not year.open_due():
            raise
    return act.rule(now_of(year))


def engine(*, create: bool = False) -> Engine:
    """The engine on the settings' database for today; with `create`, the database is made if needed."""
    chosen = settings()
    if create:
        open_database(chosen, create=True)
    database = _database(chosen)
    keep_journal(chosen)
    return Engine(database, chosen, clock.today(chosen))


@cache
def _opened(path: str) -> Database:
    return open_database(settings())


def _database(chosen: Settings) -> Database:
    return _opened(str(chosen.database))
