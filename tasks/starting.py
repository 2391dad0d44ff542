"""A budget year begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlmodel import select

from calendars.definition import load_definition
from models.acts.years import StartYear
from models.errors import RefusedError
from models.process import Definition
from models.tables import CycleRow
from models.text import tick
from notifications.wording import enumerated
from tasks import clock
from tasks.chain import bind_rows
from tasks.context import Context, Done, notes_of
from tasks.directory import store_directory
from tasks.follow_up import bring_up_to_date
from tasks.log import chosen_year
from tasks.year import OpenYear


def start_year(on: Context, act: StartYear) -> Done:
    """Begins the cycle of a budget year, or the one that is in progress today; again changes nothing.
    Another year than that and the next is refused, unless it is knowingly.

    Steps whose window has passed are registered as completed before start, without mail.
    """
    definition = load_definition(on.settings.definition)
    year = chosen_year(definition, act.budget_year, on.today)
    with on.database.write() as session:
        known = session.exec(select(CycleRow).where(CycleRow.budget_year == year)).first()
        is_new = known is None
        if is_new and not act.knowingly:
            _refuse_far_year(definition, year, on.today)
        stored = store_directory(on, session, definition, year)
        if known is None:
            known = CycleRow(
                budget_year=year,
                definition=definition.model_dump_json(by_alias=True),
                started_on=on.today,
                started_at=clock.now(),
            )
            session.add(known)
            session.flush()
            bind_rows(session, "cycle", [known.id])
        opened = OpenYear(session, known, on.settings, on.today)
        if is_new:
            opened.take_over()
        bring_up_to_date(session, on.settings, on.today, [opened])
    on.write_letters(opened)
    done = (replace(opened.done, is_new=is_new),)
    return Done(done, notes=(*(stored.remarks if is_new else ()), *notes_of(done)))


def _refuse_far_year(definition: Definition, year: int, today: date) -> None:
    """RefusedError for another budget year than those under way and the next."""
    newest = definition.year_in_progress(today)
    under_way = [one for one in range(newest - 5, newest) if today <= _last_day(definition, one)]
    under_way.append(newest)
    if year in (*under_way, newest + 1):
        return
    known = f"{enumerated(map(str, under_way))} pågår, och {newest + 1} är nästa"
    raise RefusedError(
        f"Budgetåret {year} startas inte i dag ({today}): {known}. Välj bland dem. ",
        tick("knowingly"),
        f" om det ändå ska vara {year}, till en övning eller för historiken.",
    )


def _last_day(definition: Definition, budget_year: int) -> date:
    return max(step.window.days(budget_year)[1] for step in definition.steps)
