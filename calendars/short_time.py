"""What to say of a step that cannot have the working days, or the manusstopp, that it should. Pure."""

from __future__ import annotations

from datetime import date

from calendars.basis import Basis
from calendars.deadlines import Due
from calendars.work_time import days_of_work
from models.counting import counted
from models.process import Step
from models.state import Status


def short_of_time(basis: Basis, step: Step, opens: date, floor: date | None, due: Due) -> str:
    """Which of the two a step lacks, and why; empty where it has both, of what is completed, and of a new
    round, whose time is counted from what sent it back."""
    definition, own = basis.definition, basis.own(step)
    if not definition.tasks_of(step) or (own and _is_past(own.status, own.round)):
        return ""
    count, least = (days_of_work(definition.quiet, opens, due.day), definition.work_days(step))
    lacks = []
    if count < least:
        days = counted(count, "arbetsdag", "arbetsdagar")
        lacks.append(f"den som har en del får {days} och inte {least}")
    if due.manuscripts is not None and due.day > due.manuscripts:
        lacks.append(f"sista dagen är {due.day}, efter manusstopp {due.manuscripts}")
    if not lacks:
        return ""
    return f"{step.slug}: {', och '.join(lacks)}. {_why(basis, step, floor, due)}"


def _is_past(status: Status, round_: int) -> bool:
    return status is Status.COMPLETED or round_ > 1


def _is_done(basis: Basis, slug: str) -> str:
    own = basis.own(basis.definition.step(slug))
    return "är klart" if own and own.status is Status.COMPLETED else "planeras bli klart"


def _why(basis: Basis, step: Step, floor: date | None, due: Due) -> str:
    """The sentence that says what leaves it no more time."""
    starts = step.starts
    if step.occasion_of:
        return f"Det anmäldes {floor}."
    if starts and starts.step and floor:
        done = f"{_is_done(basis, starts.step)} {floor}"
        if starts.within is not None:
            within = counted(starts.within, "arbetsdag", "arbetsdagar")
            return f"Det ska vara klart {within} efter {starts.step}, som {done}."
        return f"{starts.step} {done}."
    if due.told is not None:
        return f"Sammanträdets dag blev känd {due.told}."
    if due.decided is not None:
        body = basis.definition.step(due.ground).chain[-1]
        return f"{due.ground}, som det bygger på, beslutas i {body} {due.decided}."
    return "Sammanträdet kommer för nära."
