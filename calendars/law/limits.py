"""The statutory limits that the definition itself gives a step (`lagfrister`, `fore`), and days off.

What `status` says of a limit and what `granska` says of it come from the same function here. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from calendars.law.acts import Deed, Timeliness, acts_of, standing, work_act
from calendars.law.case import (
    Case,
    Found,
    Judgement,
    Rule,
    at_risk,
    has_broken,
    in_words,
    not_tested,
    will_break,
)
from calendars.law.matters import publications
from calendars.law.reports import two_months_after
from calendars.workdays import WORKDAYS
from models.plan import LimitPlan
from models.process import Concern, Step
from models.state import Status

_RULED: Mapping[tuple[Concern, str], tuple[int, int]] = {
    ("budgetforslag", "styrelse"): (10, 31),
    ("budget", "styrelse"): (10, 31),
    ("budget", "fullmaktige"): (11, 30),
    ("skattesats", "fullmaktige"): (11, 30),
    ("arsredovisning", "styrelse"): (4, 15),
    ("arsredovisning", "fullmaktige"): (6, 30),
    ("ansvarsfrihet", "fullmaktige"): (6, 30),
    ("revisorsbudget", ""): (10, 31),
}
"""The last days that a rule of its own asks about, by what the step is and who decides."""

_BROKEN = (Timeliness.LATE, Timeliness.PASSED, Timeliness.PLANNED_LATE, Timeliness.NO_MEETING)


def limits_are_kept(case: Case) -> Found:
    """Each limit of the definition that no rule of its own asks about."""
    for step in case.definition.steps:
        if case.is_left_out(step):
            continue
        for limit in case.plan[step.slug].limits:
            said = None if _is_ruled(case, step, limit) else said_of_limit(case, step, limit)
            if said is not None:
                yield said


def said_of_limit(case: Case, step: Step, limit: LimitPlan) -> Judgement | None:
    """What is to be said of a limit of the step; None where it is kept, as it stands or as it is planned."""
    act = act_of(case, step, limit)
    stands = standing(case, act, limit.statute_day, moves=not _is_counted_back(step, limit))
    if step.kind == "mbl" and stands in (Timeliness.PASSED, Timeliness.LATE):
        return _negotiated(case, step, act, limit)
    if _is_only_a_risk(step, act) and stands in _BROKEN:
        return at_risk(step, act.day or limit.statute_day, _said(stands, act, limit))
    match stands:
        case Timeliness.LATE:
            return has_broken(step, act.day, _said(stands, act, limit))
        case Timeliness.PASSED:
            return has_broken(step, limit.last_day, _said(stands, act, limit))
        case Timeliness.PLANNED_LATE | Timeliness.NO_MEETING:
            return will_break(step, act.day or limit.last_day, _said(stands, act, limit))
        case Timeliness.LEANS | Timeliness.UNREGISTERED | Timeliness.NOT_BOOKED:
            return at_risk(step, act.day or limit.last_day, _said(stands, act, limit))
        case Timeliness.NO_CALENDAR:
            return not_tested(step, _said(stands, act, limit))
    return None


def _is_only_a_risk(step: Step, act: Deed) -> bool:
    """An optional step need not be done; and that the board proposes the rate in October the law asks only
    where the budget proposal is put off (KL 11:8 2 st.), which a rule of its own tells."""
    return (step.optional and not act.happened) or step.concerns == ("skattesatsforslag",)


def _said(stands: Timeliness, act: Deed, limit: LimitPlan) -> str:
    law = f"{limit.what} ({limit.citation})."
    who = act.body or "de ansvariga"
    match stands:
        case Timeliness.LATE:
            return f"{who} blev klara {act.day}, efter lagfristen {limit.last_day}: {law}"
        case Timeliness.PASSED:
            return f"Lagfristen {limit.last_day} har passerat: {law}"
        case Timeliness.PLANNED_LATE:
            does = "sammanträder" if act.body else "ska vara klara"
            return f"{who} {does} {act.day}, efter lagfristen {limit.last_day}: {law}"
        case Timeliness.NO_MEETING:
            return f"{who} har inget sammanträde kvar till lagfristen {limit.last_day}: {law}"
        case Timeliness.UNREGISTERED:
            return f"{who} sammanträdde {act.day}, men inget beslut är registrerat: {law}"
        case Timeliness.LEANS:
            return f"{act.day} är efter {in_words(limit.statute_day)}; lita inte på att dagen flyttas: {law}"
        case Timeliness.NO_CALENDAR:
            return f"Sammanträdena i {who} {limit.last_day.year} är inte kända: {law}"
    return f"Inget sammanträde i {who} passar till lagfristen {limit.last_day}: {law}"


def _negotiated(case: Case, step: Step, act: Deed, limit: LimitPlan) -> Judgement | None:
    """MBL 11 §: the employer negotiates before it decides. Broken once it has decided without, or before."""
    decided = [
        decision.on
        for later in case.definition.successors(step.slug)
        if step.slug in later.hard and (own := case.own(later)) is not None
        for decision in own.standing
        if decision.outcome.decides and not decision.outcome.row.rejects
    ]
    if any(act.day is None or not act.happened or act.day > day for day in decided):
        return has_broken(step, limit.last_day, _said(Timeliness.PASSED, act, limit))
    if act.happened:
        return None
    return at_risk(step, limit.last_day, _said(Timeliness.PASSED, act, limit))


def act_of(case: Case, step: Step, limit: LimitPlan) -> Deed:
    """What the limit is about: what a body of the step decides, or its parts."""
    found = acts_of(case, step, [limit.body] if limit.body in step.chain and limit.body else [])
    if found is not None and not found.happened and _settled_without(case, step):
        return work_act(case, step)
    return found or work_act(case, step)


def _settled_without(case: Case, step: Step) -> bool:
    """Whether it was completed before it came to the body, as where one before it could settle it."""
    own = case.own(step)
    return own is not None and own.status is Status.COMPLETED


def _is_counted_back(step: Step, limit: LimitPlan) -> bool:
    """Whether the law counts it back from another's meeting: lag (1930:173) moves no such day forward."""
    return limit.body is None and (step.before is not None or step.kind == "mbl")


def _is_ruled(case: Case, step: Step, limit: LimitPlan) -> bool:
    """Whether a rule of its own asks about the limit."""
    if step in (*publications(case, "budget"), *publications(case, "arsredovisning")):
        return True
    kind = case.kind(limit.body) if limit.body else ""
    ended = step.as_of(case.plan[step.slug].window_end)
    if "delarsrapport" in step.concerns and kind == "styrelse" and ended:
        return limit.statute_day == two_months_after(ended)
    day = (limit.statute_day.month, limit.statute_day.day)
    return any(_RULED.get((concern, kind)) == day for concern in step.concerns)


def limit_on_a_day_off(case: Case) -> Found:
    """A limit on a day off, where what is planned comes near it: work towards the working day before,
    whatever the law would allow. What is done, or planned before that, is not troubled by it."""
    for step in case.definition.steps:
        if case.is_left_out(step):
            continue
        for limit in _open_on_a_day_off(case, step):
            moved = (
                f" (lagen flyttar den till {limit.last_day})"
                if limit.last_day != limit.statute_day
                else ""
            )
            yield at_risk(
                step,
                limit.statute_day,
                f"{limit.what} ({limit.citation}): sista dagen är {in_words(limit.statute_day)}{moved}. "
                f"Räkna med {limit.warn_on}.",
            )


def _open_on_a_day_off(case: Case, step: Step) -> Iterator[LimitPlan]:
    for limit in case.plan[step.slug].limits:
        act = act_of(case, step, limit)
        is_open = not (act.happened or act.unknown or act.set_aside or act.by(limit.warn_on))
        if (
            is_open
            and not WORKDAYS.is_workday(limit.statute_day)
            and not case.has_passed(limit.last_day)
        ):
            yield limit


RULES = (
    Rule(
        "LAGFRIST",
        "lagrummet vid fristen",
        "Varje lagfrist som definitionen ger ett steg hålls.",
        limits_are_kept,
    ),
    Rule(
        "LEDIG-DAG",
        "lag (1930:173) 2 §",
        "En lagfrist på en ledig dag, som det planerade kommer nära: räkna med arbetsdagen före.",
        limit_on_a_day_off,
    ),
)
