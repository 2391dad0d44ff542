"""The last day for the parts of a step, counted back from the meeting that they feed. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from calendars.basis import Basis
from calendars.bookings import Chain, Chains
from calendars.frames import Frame
from calendars.meeting_dates import dates_of
from calendars.workdays import WORKDAYS
from models.plan import Latest, LimitPlan, LinkPlan
from models.process import Step
from models.state import StepState

SHORTEST_WORK = 4
"""Working days that a part gets at least, where its deadline is counted from a meeting (our
default): the reminder three days before it then comes after the opening."""
PRACTICE = "praxis"
_BEFORE = {
    "kungorelse": "Klart när sammanträdet kungörs:",
    "utskick": "Klart till utskicket inför",
    "dagen-fore": "Klart dagen före",
}


def limit_before(basis: Basis, step: Step) -> LimitPlan | None:
    """The last day of a step that is to be done ahead of another's last meeting; None without one."""
    meeting = basis.last_word(step.before.step) if step.before else None
    if step.before is None or meeting is None:
        return None
    body = basis.definition.step(step.before.step).chain[-1]
    dates = dates_of(basis.definition, body, meeting)
    day = {
        "kungorelse": dates.notice_by or dates.dispatch_by,
        "utskick": dates.dispatch_by,
        "dagen-fore": meeting - timedelta(days=1),
    }[step.before.day]
    return LimitPlan(
        what=f"{_BEFORE[step.before.day]} {body} {meeting}",
        citation=step.before.citation or PRACTICE,
        body=None,
        statute_day=day,
        last_day=day,
        warn_on=WORKDAYS.back(day),
    )


def negotiation_limits(basis: Basis, step: Step, chains: Chains) -> Iterator[LimitPlan]:
    """The employer negotiates before it decides (MBL 11 §): the day before at the latest."""
    if step.kind != "mbl":
        return
    for later in basis.definition.successors(step.slug):
        chain = chains[later.slug] if step.slug in later.hard else ()
        day = chain[-1].day if chain else None
        if day is not None:
            before = day - timedelta(days=1)
            yield LimitPlan(
                what=f"Förhandlingen är klar före beslutet i {later.chain[-1]} {day}",
                citation="MBL 11 §",
                body=None,
                statute_day=before,
                last_day=before,
                warn_on=WORKDAYS.back(before),
            )


def last_working_day(
    basis: Basis, step: Step, frame: Frame, opens: date, before: LimitPlan | None
) -> date:
    """The last day of a step that no meeting of its own gives one, by its window, or by how soon it is to be
    done, and by what it is to be done ahead of; no day before it opens, save for a negotiation."""
    day = max(WORKDAYS.back(frame.end), opens)
    if step.starts is not None and step.starts.within is not None:
        # at once: from the day it was opened, or is expected to be
        own = basis.own(step)
        began = own.opened_on if own is not None and own.opened_on else opens
        day = WORKDAYS.add(began, step.starts.within)
    if before is not None:
        day = max(min(day, before.warn_on), opens)
    if step.kind == "mbl":
        # that the decision waits for something else today gives nobody longer time
        towards = negotiation_limits(basis, step, basis.booked.but_for_today)
        day = min([day, *(limit.warn_on for limit in (*frame.limits, *towards))])
    return day


def due_on(
    basis: Basis, step: Step, links: Sequence[LinkPlan], opens: date, otherwise: date
) -> date:
    """The last day for the parts. Ahead of a meeting: the first of its day counts that parts may be due on,
    which is manusstopp. Where the window opens too late for that, or the body before in the ärende meets too
    late, or the day was changed too late: the next one, then the working day before. Never before the work
    began, or the day was told. Without a meeting: `otherwise`, which is not before a change that was told."""
    own = basis.own(step)
    began = _work_began(own, opens)
    chain = basis.booked.but_for_today[step.slug]
    place = _place_worked_towards(own, links, chain)
    if place is None:
        if step.kind == "mote":  # that a day off has been held is told on the next working day
            otherwise = WORKDAYS.forward(otherwise)
        return _without_a_meeting(basis, began, _after_what_was_told(basis, step, own, otherwise))
    link, towards = links[place], chain[place]
    meeting = towards.missed or towards.day or link.meeting or otherwise
    told = _told(basis, step, place) or began
    earliest = max(
        WORKDAYS.add(began, SHORTEST_WORK),
        WORKDAYS.add(told, 1),
        _after_the_body_before(basis, step, meeting),
    )
    for row in basis.definition.days_before(link.body):
        day = WORKDAYS.back(meeting - timedelta(days=row.days))
        if row.parts and day >= earliest:
            return day
    return max(WORKDAYS.add(meeting, -1), WORKDAYS.forward(max(began, told)))


def _told(basis: Basis, step: Step, place: int) -> date | None:
    """When the meeting that the parts are for, or that of the body before, last came to another day."""
    earlier = basis.before_in_arende(step)
    before = basis.chain(earlier)[-1] if earlier else None
    return basis.told(basis.chain(step.slug)[place], before)


def _after_the_body_before(basis: Basis, step: Step, meeting: date) -> date:
    """The first working day after the body before in the ärende has met, where that is before the meeting."""
    earlier = basis.before_in_arende(step)
    prepared = basis.booked.but_for_today[earlier][-1].day if earlier else None
    if prepared is None or prepared >= meeting:
        return date.min
    return WORKDAYS.add(prepared, 1)


def _work_began(own: StepState | None, opens: date) -> date:
    again = own is not None and own.round > 1
    return own.round_began if again and own and own.round_began else opens


def _place_worked_towards(
    own: StepState | None, links: Sequence[LinkPlan], chain: Chain
) -> int | None:
    """The link that the parts are for; None where none from the one in turn has a meeting."""
    # by what the round began with: that some of the bodies have decided since moves no day of the parts
    in_round = [one.link for one in own.decisions if one.round == own.round] if own else []
    turn = min([*in_round, own.link]) if own else 0
    # also of a meeting that they were to be done for, and came in after
    places = range(turn, len(links))
    return next(
        (at for at in places if links[at].missed or links[at].meeting or chain[at].day), None
    )


def _without_a_meeting(basis: Basis, began: date, otherwise: date) -> date:
    if began <= WORKDAYS.back(otherwise):
        return WORKDAYS.back(otherwise)
    # a new round that no meeting waits for gets the time that the reminders need
    return WORKDAYS.add(began, max(basis.definition.ladder.before, default=SHORTEST_WORK))


def _after_what_was_told(basis: Basis, step: Step, own: StepState | None, otherwise: date) -> date:
    """The day, but not before the meetings of others that the step must be done ahead of came to another day
    while it was worked on."""
    told = basis.told(*(basis.chain(slug)[-1] for slug in _ahead_of(basis, step)))
    if told is None or own is None or own.round_began is None or own.round_began > told:
        return otherwise
    return max(otherwise, WORKDAYS.forward(told))


def _ahead_of(basis: Basis, step: Step) -> Iterator[str]:
    """The steps with a decision that this one must be done before."""
    if step.before and basis.chain(step.before.step):
        yield step.before.step
    for later in basis.definition.successors(step.slug) if step.kind == "mbl" else ():
        if step.slug in later.hard and later.chain:
            yield later.slug


def latest_for(
    basis: Basis, step: Step, links: Sequence[LinkPlan], limits: Sequence[LimitPlan]
) -> Latest | None:
    """What the parts must come before: the papers of the meeting that they feed, and a statutory limit."""
    own = basis.own(step)
    found = [
        Latest(limit.warn_on, f"{limit.what} ({limit.citation})")
        for limit in limits
        if limit.body is None
    ]
    turn = own.link if own else 0
    for link, towards in zip(
        links[turn:], basis.booked.but_for_today[step.slug][turn:], strict=True
    ):
        # what it waits for today may be done in time after all
        meeting = link.meeting if link.missed else towards.day
        if meeting is not None:
            papers = dates_of(basis.definition, link.body, meeting).dispatch_by
            found.append(Latest(papers, f"handlingarna till {link.body} {meeting} går ut {papers}"))
        break
    return min(found, key=lambda one: one.day, default=None)


def put_off(due: date, own: StepState | None, latest: Latest | None) -> date:
    """The last day for the parts as the process owner has put it off; never past what stands in the
    way, which may have come nearer since."""
    if own is None or own.postponed_to is None:
        return due
    return max(due, min(own.postponed_to, latest.day) if latest else own.postponed_to)
