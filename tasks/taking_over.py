"""A year that is taken over in the middle: what was already done, from a file, and what is asked."""

from __future__ import annotations

from calendars.already_done import read_answers, sheet_to_fill_in
from models.acts.takeover import AlreadyDone, AlreadyDoneOfFile, ReadAlreadyDone, StandingAtStart
from tasks.context import Context
from tasks.log import find_cycle, stored_state


def answers_of(act: ReadAlreadyDone) -> AlreadyDoneOfFile:
    """What the file answers, as one act. DefinitionError with every fault of the file."""
    answers = tuple(
        (
            one.where,
            AlreadyDone(
                step=one.step,
                standing=StandingAtStart(one.standing),
                on=one.on,
                decisions=one.decisions,
                by=act.by,
            ),
        )
        for one in read_answers(act.file)
    )
    return AlreadyDoneOfFile(answers=answers, by=act.by, budget_year=act.budget_year)


def sheet_of_questions(on: Context, budget_year: int | None) -> str:
    """A sheet with the steps that are asked about, to be filled in and read."""
    with on.database.read() as session:
        cycle = find_cycle(session, budget_year, on.today)
        state = stored_state(session, cycle)
        return sheet_to_fill_in(
            (step.slug, step.title_for(cycle.budget_year))
            for step in state.definition.steps
            if state[step.slug].asked_on is not None
        )
