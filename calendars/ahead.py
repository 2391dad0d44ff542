"""What is to be done ahead of each meeting of a body (`startas_av = { infor = "KF" }`): which occasions that
raises on a day, and when each is due. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from calendars.meeting_dates import dates_of
from models.events import Raised
from models.occasions import next_number
from models.plan import Meeting
from models.process import Definition, Step
from models.state import YearState


def ahead_of_meetings(
    state: YearState,
    budget_year: int,
    meetings: Iterable[Meeting],
    today: date,
    is_known: Callable[[str], bool],
) -> Iterator[Raised]:
    """One for each meeting of the year in which the budget is made, from its manusstopp to the day before it,
    but for those whose key is known. Of a meeting that is moved, the new day raises a new one."""
    coming = [one for one in meetings if one.day.year == budget_year - 1 and not one.if_needed]
    raised: Counter[str] = Counter()
    for occasion in state.definition.occasions:
        for meeting in coming:
            found = _raised(state.definition, occasion, meeting, today)
            if found is not None and not is_known(found.key):
                number = next_number(state, occasion) + raised[occasion.slug]
                raised[occasion.slug] += 1
                yield found.model_copy(update={"number": number})


def _raised(definition: Definition, occasion: Step, meeting: Meeting, today: date) -> Raised | None:
    """What the meeting raises as of today, not numbered yet; None where it is another body's, too early or
    too late."""
    body = occasion.starts.ahead_of if occasion.starts else None
    if body is None or meeting.body != body or today >= meeting.day:
        return None
    dates = dates_of(definition, body, meeting.day)
    if today < next(one.day for one in dates.before if one.slug == "manusstopp"):
        return None
    # KL 5 kap. 13 §: the notice of fullmäktige; of another body the papers
    due = dates.notice_by or dates.dispatch_by
    return Raised(
        step=occasion.slug,
        on=today,
        number=1,
        token=f"{body}/{meeting.day}",
        title=f"{occasion.title}: {body} {meeting.day}",
        due=max(today, due),
    )
