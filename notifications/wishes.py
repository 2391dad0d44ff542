"""How soon a person is told something, by what it is and what they have chosen: at once, in the next
morning's letter, in the week's, or not at all. Pure.

What asks somebody to act, what the law hurries and what was asked for is never left out.
"""

from __future__ import annotations

from datetime import date

from models.events import Effect
from models.mail_choices import Pace
from models.plan import WorkingDays
from models.state import YearState, reconsider_from
from notifications.items import Item
from notifications.notices import Kind, Notice
from notifications.rescheduled import missed
from notifications.urgency import is_for_the_morning, is_statutory, no_day_for_mail

OF_EVENTS = {
    Kind.DECISION,
    Kind.COMPLETED,
    Kind.CORRECTED,
    Kind.MOVED,
    Kind.MORE_TIME,
    Kind.NOT_MINE,
}
"""What follows from an event alone, and is made known once."""
_AT_ONCE = {
    Kind.ESCALATION,
    Kind.RETURNED,
    Kind.RECONSIDER,  # else somebody acts today on what is done anew
    Kind.CORRECTED,
    Kind.MOVED,
    Kind.MORE_TIME,
    Kind.NOT_MINE,
}
"""What goes at once to who has said nothing else of it."""


def is_of_event(item: Item) -> bool:
    """Whether it was made known by an event: what waits of that is kept, for no check asks for it again."""
    notice, state = item.notice, item.state
    step = state.definition.step(notice.step)
    if notice.kind is Kind.RETURNED:
        return notice.to not in state.definition.tasks_of(step)
    if notice.kind is Kind.RECONSIDER:
        return reconsider_from(state, step) is None
    return notice.kind in OF_EVENTS


def pace_of(item: Item, days: WorkingDays, today: date) -> Pace:
    """How soon its reader is told it."""
    if item.notice.on_request or _law_hurries(item, days, today):
        return Pace.AT_ONCE
    kind = item.notice.kind
    return item.recipient.pace_of(kind, unless_chosen=Pace.AT_ONCE if kind in _AT_ONCE else None)


def _law_hurries(item: Item, days: WorkingDays, today: date) -> bool:
    notice = item.notice
    told = notice.decision is not None and notice.decision.outcome.effect is Effect.PASS
    if notice.kind is Kind.COMPLETED or (notice.kind is Kind.DECISION and told):
        return False  # nothing is left to do about it
    return is_statutory(notice, item.state, item.plan, days, today)


def why_no_mail(item: Item, days: WorkingDays, today: date) -> str:
    """Why its reader gets no mail about it at all, as a clause; empty where one goes, now or later."""
    if not item.only_tells or item.had_by:
        return ""
    why = item.notice.rescheduled
    did_it = item.recipient.did(why.by if why else item.notice.by)
    if did_it and not (why and _breaks_the_law(item)):
        return "har själv gjort det"
    if pace_of(item, days, today) is Pace.NEVER:
        return f"vill inte ha mejl av slaget {item.notice.kind.value}"
    return ""


def _breaks_the_law(item: Item) -> bool:
    """Whether the new dates come after a statutory limit."""
    own, dates = item.state[item.notice.step], item.plan[item.notice.step]
    return bool(missed(own, dates))


def is_held(item: Item, days: WorkingDays, today: date) -> bool:
    """Whether it waits for the letter of a later morning, that of the next ordinary day: what an event made
    known, and the turn that it gave a body."""
    if item.had_by or pace_of(item, days, today) is Pace.AT_ONCE:
        return False
    if not is_of_event(item):
        return is_for_the_morning(item.notice, item.state, item.plan, days, today)
    came_today = item.came_on is None or item.came_on >= today
    return came_today or no_day_for_mail(item.state, days, today) is not None


def is_still_so(notice: Notice, now: YearState) -> bool:
    """Whether what waited is true of the year as it stands: no decision that has been struck out since, no
    step that has been begun anew."""
    own = now.steps.get(notice.step)
    if own is None:
        return False
    if notice.kind is Kind.COMPLETED:
        return own.completed_on is not None and own.round == notice.round
    return notice.kind is not Kind.DECISION or notice.decision in own.decisions
