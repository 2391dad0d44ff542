"""When somebody did what a statute asks for, or is planned to, and what a last day makes of that. Pure.

The law asks when a thing was *first* done: a proposal that was drawn up in October was drawn up in time, also
where a minority has sent it back since and it is drawn up anew in December (KL 11 kap. 8 §, 5 kap. 50 §).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from calendars.law.case import Case, Found, at_risk, has_broken, in_words, not_tested, will_break
from calendars.workdays import WORKDAYS
from models.events import Effect
from models.plan import LinkPlan
from models.process import Step
from models.state import Status, StepState


@dataclass(frozen=True, slots=True)
class Deed:
    """What a body does in a step, or (without a body) those who have its parts."""

    step: Step
    body: str | None
    day: date | None
    """None where nothing is known of the day, or no meeting is planned for it."""
    happened: bool = False
    unknown: bool = False
    """Done before the year was started here: when is not known."""
    set_aside: bool = False
    register_by: date | None = None
    """Until when a decision of the planned day may be on its way here."""

    def by(self, last: date) -> bool:
        return self.day is not None and self.day <= last


class Timeliness(Enum):
    """What a last day makes of an act."""

    KEPT = auto()
    UNKNOWN = auto()
    LATE = auto()
    """Done after it."""
    PASSED = auto()
    """Not done, and the day has been."""
    UNREGISTERED = auto()
    """The body has met in time; what it decided is not registered, and need not be yet."""
    LEANS = auto()
    """Done, or planned, on the day to which lag (1930:173) 2 § moves a last day that is a day off."""
    PLANNED_LATE = auto()
    NO_MEETING = auto()
    """Nothing is planned, and the body does not meet in time."""
    NO_CALENDAR = auto()
    """The body's meetings are not known."""
    NOT_BOOKED = auto()
    """The body meets in time, but nothing lets it take up the item then."""
    SET_ASIDE = auto()


def body_acts(case: Case, step: Step, kind: str) -> Deed | None:
    """What bodies of the kind decide, or propose, in the step; None where its chain has none that do."""
    return acts_of(case, step, [body for body in step.deciding if case.kind(body) == kind])


def acts_of(case: Case, step: Step, bodies: Sequence[str]) -> Deed | None:
    """What these bodies do in the step; None where there are none."""
    if not bodies:
        return None
    own = case.own(step)
    found = _without_a_day(case, step, bodies[-1], own)
    if found is not None:
        return found
    done = [
        decision
        for decision in (own.decisions if own else ())
        if decision.outcome.effect is Effect.PASS and decision.body in bodies
    ]
    if done:
        first = min(done, key=lambda decision: decision.on)
        return Deed(step, first.body, first.on, happened=True)
    if own is not None and own.done_elsewhere:
        return Deed(step, bodies[-1], None, unknown=True)
    links = [link for link in case.plan[step.slug].links if link.body in bodies]
    return _planned(step, links)


def _planned(step: Step, links: Sequence[LinkPlan]) -> Deed:
    link = max(links, key=lambda one: one.meeting or date.min)
    return Deed(step, link.body, link.meeting, register_by=link.register_by)


def work_act(case: Case, step: Step) -> Deed:
    """What those who have the parts do; of a step that bodies decide, what is due for them."""
    own = case.own(step)
    found = _without_a_day(case, step, None, own)
    if found is not None:
        return found
    if own is not None and own.done_elsewhere and step.chain:
        return Deed(step, None, None, unknown=True)
    if own is not None and own.status is Status.COMPLETED and own.completed_on:
        reported = max(own.reported.values(), default=own.completed_on)
        return Deed(step, None, reported if step.chain else own.completed_on, happened=True)
    return Deed(step, None, case.plan[step.slug].due)


def _without_a_day(case: Case, step: Step, body: str | None, own: StepState | None) -> Deed | None:
    # taken as done before the start, and perhaps begun anew since: never opened here the first time
    anew = own is not None and own.begun_anew and own.opened_on is None
    if step.slug in case.exempt or anew or (own is not None and (own.before_start or own.asked_on)):
        return Deed(step, body, None, unknown=True)
    if own is not None and own.set_aside:
        return Deed(step, body, None, set_aside=True)
    return None


def first_of(acts: Iterable[Deed]) -> Deed | None:
    """The act that the law asks for: the first, done or planned; one without a day where none has one."""
    found = list(acts)
    dated = [act for act in found if act.day is not None]
    if dated:
        return min(dated, key=lambda act: act.day or date.max)
    unknown = [act for act in found if act.unknown]
    return next(iter(unknown or found), None)


def standing(case: Case, act: Deed, last: date, *, moves: bool = True) -> Timeliness:
    """What the last day makes of the act. `moves` where lag (1930:173) 2 § moves it from a day off."""
    if act.unknown or act.set_aside:
        return Timeliness.UNKNOWN if act.unknown else Timeliness.SET_ASIDE
    latest = WORKDAYS.forward(last) if moves else last
    if act.happened and act.day is not None:
        return _against(act.day, last, latest, Timeliness.LATE)
    if case.has_passed(latest):
        return (
            Timeliness.UNREGISTERED if _may_be_on_its_way(case, act, latest) else Timeliness.PASSED
        )
    if act.day is not None:
        return _against(act.day, last, latest, Timeliness.PLANNED_LATE)
    return _unplanned(case, act, latest)


def _against(day: date, last: date, latest: date, late: Timeliness) -> Timeliness:
    if day <= last:
        return Timeliness.KEPT
    return Timeliness.LEANS if day <= latest else late


def _may_be_on_its_way(case: Case, act: Deed, latest: date) -> bool:
    return (
        act.body is not None
        and act.by(latest)
        and act.register_by is not None
        and not case.has_passed(act.register_by)
    )


def _unplanned(case: Case, act: Deed, latest: date) -> Timeliness:
    held = [m.day for m in case.meetings if m.body == act.body]
    if not any(day.year == latest.year for day in held):
        return Timeliness.NO_CALENDAR
    first = max(case.today or date.min, *_earliest(case, act))
    in_time = any(first <= day <= latest for day in held)
    return Timeliness.NOT_BOOKED if in_time else Timeliness.NO_MEETING


def _earliest(case: Case, act: Deed) -> Iterator[date]:
    """What the body cannot take up the item before: the step's window, and what it rests on, as planned."""
    yield case.plan[act.step.slug].window_start
    chain = act.step.chain
    earlier = chain[: chain.index(act.body)] if act.body in chain else ()
    yield from (
        link.meeting
        for link in case.plan[act.step.slug].links
        if link.body in earlier and link.meeting
    )
    for slug in act.step.hard:
        yield from (link.meeting for link in case.plan[slug].links if link.meeting)


def held_to(case: Case, act: Deed, last: date, what: str, *, moves: bool = True) -> Found:
    """What is to be said of an act with a last day; `what` names the thing, as in *Årsredovisningen*."""
    stands = standing(case, act, last, moves=moves)
    if stands is not Timeliness.KEPT:
        yield from said_of(stands, act, last, what)


def said_of(stands: Timeliness, act: Deed, last: date, what: str) -> Found:
    """The same, once it is known where it stands."""
    who, limit = act.body or "de ansvariga", in_words(last)
    match stands:
        case Timeliness.LATE:
            yield has_broken(
                act.step,
                act.day,
                f"{what}: {who} blev klara {act.day}, efter sista dagen {limit}."
                if act.body is None
                else f"{what}: {who} beslutade {act.day}, efter sista dagen {limit}.",
            )
        case Timeliness.PASSED:
            lacks = f"inget beslut i {who} är registrerat" if act.body else "inget är rapporterat"
            yield has_broken(act.step, last, f"{what}: {lacks}, och sista dagen var {limit}.")
        case Timeliness.PLANNED_LATE:
            does = "tar ärendet" if act.body else "ska vara klara"
            yield will_break(
                act.step, act.day, f"{what}: {who} {does} {act.day}, efter sista dagen {limit}."
            )
        case Timeliness.NO_MEETING:
            yield will_break(
                act.step,
                last,
                f"{what}: {who} har inget sammanträde kvar till och med sista dagen {limit}. Kalla till "
                "ett extra sammanträde dessförinnan.",
            )
        case Timeliness.SET_ASIDE:
            yield will_break(act.step, last, f"{what}: steget utgår, men lagen kräver det.")
        case _:
            yield from _not_broken(stands, act, last, what)


def _not_broken(stands: Timeliness, act: Deed, last: date, what: str) -> Found:
    who, limit = act.body or "de ansvariga", in_words(last)
    match stands:
        case Timeliness.LEANS:
            yield at_risk(
                act.step,
                act.day,
                f"{what}: {act.day} är efter {limit}. Lita inte på att sista dagen flyttas från en ledig "
                f"dag till {WORKDAYS.forward(last)} (lag (1930:173) 2 §).",
            )
        case Timeliness.UNREGISTERED:
            yield at_risk(
                act.step,
                act.day,
                f"{what}: {who} sammanträdde {act.day}, men inget beslut är registrerat. Sista dagen var "
                f"{limit}.",
            )
        case Timeliness.NOT_BOOKED:
            yield at_risk(
                act.step,
                last,
                f"{what}: inget av sammanträdena i {who} till och med {limit} passar som steget är "
                "planerat.",
            )
        case Timeliness.NO_CALENDAR:
            yield not_tested(
                act.step,
                f"{what}: sammanträdena i {who} {last.year} är inte kända, så {limit} prövas inte.",
            )
        case Timeliness.UNKNOWN:
            yield not_tested(act.step, f"{what}: vad som gjordes före starten här är inte känt.")
