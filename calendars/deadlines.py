"""The last day for the parts of a step, counted back from the meeting that they feed. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from calendars.basis import Basis
from calendars.bookings import Chain, Chains
from calendars.frames import Frame
from calendars.meeting_dates import dates_of
from calendars.work_time import work_after
from calendars.workdays import WORKDAYS
from models.plan import Latest, LimitPlan, LinkPlan
from models.process import Step
from models.state import StepState

SHORTEST_WORK = 4
"""Working days that a part gets where the papers of its meeting leave less time than it should have (our
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
    basis: Basis,
    step: Step,
    frame: Frame,
    begins: date,
    floor: date | None,
    before: LimitPlan | None,
) -> date:
    """The last day of a step that no meeting of its own gives one, by its window, or by how soon after it
    `begins` it is to be done, and by what it is to be done ahead of; no day before its `floor`, save for a
    negotiation."""
    day = max(WORKDAYS.back(frame.end), floor or date.min)
    if step.starts is not None and step.starts.within is not None:
        # at once: from the day it was opened, or is expected to be; what was made ready ahead, from then
        own = basis.own(step)
        began = own.opened_on if own is not None and own.opened_on else begins
        if step.starts.missing_by is not None:
            began = max(began, begins)
        day = WORKDAYS.add(began, step.starts.within)
    if before is not None:
        day = max(min(day, before.warn_on), floor or date.min)
    if step.kind == "mbl":
        # that the decision waits for something else today gives nobody longer time
        towards = negotiation_limits(basis, step, basis.booked.but_for_today)
        day = min([day, *(limit.warn_on for limit in (*frame.limits, *towards))])
    return day


@dataclass(frozen=True, slots=True)
class Due:
    """The last day for the parts, and the one that it should be by the meeting that they are for: manusstopp,
    None without a meeting. `ground` is the step that it requires and is decided last before that meeting, on
    the day `decided`; `told` is when the meeting came to another day."""

    day: date
    manuscripts: date | None = None
    ground: str = ""
    decided: date | None = None
    told: date | None = None


def due_on(
    basis: Basis, step: Step, links: Sequence[LinkPlan], floor: date | None, otherwise: date
) -> Due:
    """The last day for the parts. Ahead of a meeting: the first of its day counts that parts may be due on,
    which is manusstopp. Where the work begins too late for that, or what it requires is decided too late, or
    the day was changed too late: the next one, then the working day before. Never before the work began, or
    the day was told. Without a meeting: `otherwise`, which is not before a change that was told."""
    own = basis.own(step)
    began = _work_began(own, floor)
    chain = basis.booked.but_for_today[step.slug]
    place = _place_worked_towards(own, links, chain)
    if place is None:
        # that a day of its own has been held, on a day off too, is told on the next working day
        last = WORKDAYS.forward(otherwise) if step.kind == "mote" else otherwise
        return Due(_without_a_meeting(basis, began, _after_what_was_told(basis, step, own, last)))
    link, towards = links[place], chain[place]
    meeting = towards.missed or towards.day or link.meeting or otherwise
    ground, decided = _decided_before(basis, step, meeting)
    told = _told(basis, step, place, ground)
    rows = [row for row in basis.definition.days_before(link.body) if row.parts]
    days = [WORKDAYS.back(meeting - timedelta(days=row.days)) for row in rows]
    known = max(filter(None, (decided, told)), default=date.min)
    in_time = (
        day
        for first in _with_time(basis, step, own, began)
        for day in days
        if day >= first and day > known
    )
    begun = map(WORKDAYS.forward, filter(None, (began, told)))
    last = max([WORKDAYS.add(meeting, -1), *begun])
    return Due(next(in_time, last), days[0], ground, decided, told)


def _with_time(
    basis: Basis, step: Step, own: StepState | None, began: date | None
) -> Iterator[date]:
    """The first day that leaves the working days that there should be, and the one that leaves the fewest."""
    if began is None:
        yield date.min
        return
    definition = basis.definition
    count = definition.work_days(step)
    if own is not None and own.round > 1:
        count = min(count, definition.work_time.after_decision)
    yield work_after(definition.quiet, began, count)
    yield work_after(definition.quiet, began, min(count, SHORTEST_WORK))


def _told(basis: Basis, step: Step, place: int, ground: str) -> date | None:
    """When the meeting that the parts are for, or that of what they build on, last came to another day."""
    before = basis.chain(ground)[-1] if ground else None
    return basis.told(basis.chain(step.slug)[place], before)


def _decided_before(basis: Basis, step: Step, meeting: date) -> tuple[str, date | None]:
    """What the step hard-requires that is decided last, of what is decided before the meeting, and when."""
    chains = {slug: basis.booked.but_for_today[slug] for slug in step.hard}
    days = {slug: chain[-1].day for slug, chain in chains.items() if chain}
    before = {slug: day for slug, day in days.items() if day is not None and day < meeting}
    last = max(before, key=before.__getitem__, default="")
    return last, before.get(last)


def _work_began(own: StepState | None, floor: date | None) -> date | None:
    """When the work that the last day is for began, or can begin: that of a new round with the round,
    and of one that was taken over with the answer."""
    if own is None or own.round_began is None:
        return floor
    return own.round_began if own.round > 1 or own.taken_over else floor


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


def _without_a_meeting(basis: Basis, began: date | None, otherwise: date) -> date:
    if began is None or began <= WORKDAYS.back(otherwise):
        return WORKDAYS.back(otherwise)
    # a new round that no meeting waits for gets the time that the reminders need
    return WORKDAYS.add(began, max(basis.definition.ladder.before, default=SHORTEST_WORK))


def _after_what_was_told(basis: Basis, step: Step, own: StepState | None, otherwise: date) -> date:
    """The day, but not before its own meetings were lost, or those of others that the step must be done ahead
    of came to another day, while it was worked on."""
    ahead = (basis.chain(slug)[-1] for slug in _ahead_of(basis, step))
    told = basis.told(*basis.chain(step.slug), *ahead)
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
