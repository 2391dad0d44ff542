"""What is to happen to the minutes: signed, posted, left posted while a decision can be appealed.

KL 5:69, 6:35, 8:12, 13:5, 13:14. Only what is noted is counted from: nobody is taken to have done it. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from calendars.law.case import (
    Case,
    Found,
    Judgement,
    Rule,
    at_risk,
    has_broken,
    in_words,
    not_tested,
    worth_knowing,
)
from calendars.meeting_dates import POSTED_WITHIN, SIGNED_WITHIN
from calendars.workdays import WORKDAYS
from models.events import Decided
from models.occurrences import Occurrence, appeal_ends
from models.process import Step
from models.state import YearState

WITH_MINUTES = ("fullmaktige", "styrelse", "namnd")
"""The bodies of whose minutes the law says this (KL 5 kap. 69 §, 6 kap. 35 §)."""
_NAMED = 6
"""Sammanträden that are named, at most."""


@dataclass(frozen=True, slots=True)
class MinutesNoted:
    """A decision, and what is noted of the minutes of it."""

    decided: Decided
    signed: date | None
    posted: date | None
    taken_down: date | None
    appealed: date | None
    in_force: date | None

    @property
    def sitting(self) -> str:
        return f"{self.decided.body} {self.decided.on}"

    @property
    def sign_by(self) -> date:
        """KL 5 kap. 69 §"""
        return self.decided.on + SIGNED_WITHIN

    @property
    def appeal_ends(self) -> date | None:
        """The last day to appeal, counted from the posting that is noted; None where none is."""
        return appeal_ends(self.posted, WORKDAYS) if self.posted else None

    @property
    def appealed_in_time(self) -> bool:
        last = self.appeal_ends
        return self.appealed is not None and (last is None or self.appealed <= last)

    @property
    def is_down_early(self) -> bool:
        """Whether it was taken down before the time to appeal was out: the time then never runs out (KL 13
        kap. 5 § andra stycket). It is out when its last day is."""
        last = self.appeal_ends
        return last is not None and self.taken_down is not None and self.taken_down <= last

    def gained_force(self, today: date) -> tuple[date, bool] | None:
        """When the decision gained laga kraft, and whether that is counted rather than noted: the day after
        the time to appeal, where nobody has appealed in it and it was posted throughout."""
        if self.in_force is not None:
            return self.in_force, False
        last = self.appeal_ends
        if last is None or today <= last or self.appealed_in_time or self.is_down_early:
            return None
        return date.fromordinal(last.toordinal() + 1), True


def minutes_of(state: YearState, decided: Decided) -> MinutesNoted:
    """What is noted of the minutes of a decision; signed on the day itself with omedelbar justering."""

    def noted(what: Occurrence) -> date | None:
        return state.day_of(what, decided.body, decided.on, decided.step)

    signed = noted(Occurrence.SIGNED) or (decided.on if decided.signed_at_once else None)
    return MinutesNoted(
        decided,
        signed,
        noted(Occurrence.POSTED),
        noted(Occurrence.TAKEN_DOWN),
        noted(Occurrence.APPEALED),
        noted(Occurrence.IN_FORCE),
    )


def _all(case: Case) -> Iterator[tuple[Step, MinutesNoted]]:
    """The minutes of every decision that has been registered, by a body of whose minutes the law says it,
    with its step."""
    for step in case.definition.steps:
        own = case.own(step)
        for decided in own.decisions if own and case.state else ():
            if case.state and case.kind(decided.body) in WITH_MINUTES:
                yield step, minutes_of(case.state, decided)


def signed_in_fourteen_days(case: Case) -> Found:
    """KL 5:69, 6:35 2 st.: signed within fourteen days of the sammanträde."""
    unknown: list[MinutesNoted] = []
    for step, one in _all(case):
        latest = WORKDAYS.forward(one.sign_by)
        if one.signed is None:
            unknown += [one] if case.has_passed(latest) else []
            continue
        said = f"Protokollet från {one.sitting} justerades {one.signed}"
        yield from _after(step, one.signed, one.sign_by, latest, said)
    yield from _unknown(unknown, "När protokollet justerades", "justerat")


def posted_in_two_days(case: Case) -> Found:
    """KL 8:12: that they are signed is posted by the second day after, and stays until the time to appeal is
    out."""
    unknown: list[MinutesNoted] = []
    for step, one in _all(case):
        yield from _left_posted(step, one)
        signed = one.signed or one.sign_by
        last = signed + POSTED_WITHIN
        latest = WORKDAYS.forward(last if one.signed else WORKDAYS.forward(signed) + POSTED_WITHIN)
        if one.posted is None or (one.signed is None and one.posted <= latest):
            # when they were signed, nobody has said: they may have been so long before
            unknown += [one] if one.posted or case.has_passed(latest) else []
            continue
        said = f"Justeringen av {one.sitting} anslogs {one.posted}"
        yield from _after(step, one.posted, last, latest, said)
    yield from _unknown(unknown, "När justeringen anslogs, efter vilken justering,", "anslaget")


def _left_posted(step: Step, one: MinutesNoted) -> Found:
    if one.is_down_early and one.taken_down:
        last = one.appeal_ends or one.taken_down
        yield has_broken(
            step,
            one.taken_down,
            f"Anslaget om {one.sitting} togs ned {one.taken_down}, men ska sitta kvar till och med {last}. "
            "Överklagandetiden har då inte löpt ut (13 kap. 5 § andra stycket): anslå på nytt.",
        )


def _after(step: Step, day: date, last: date, latest: date, said: str) -> Found:
    if day > latest:
        yield has_broken(step, day, f"{said}, efter sista dagen {in_words(last)}.")
    elif day > last:
        yield at_risk(
            step,
            day,
            f"{said}, efter {in_words(last)}. Lita inte på att sista dagen flyttas från en ledig dag till "
            f"{latest} (lag (1930:173) 2 §).",
        )


def appealed_within_three_weeks(case: Case) -> Found:
    """KL 13:5: three weeks from the posting, for what can be appealed; 13:14: what is appealed may be carried
    out before it gains laga kraft."""
    unknown: list[MinutesNoted] = []
    for step, one in _all(case):
        if not (step.appealable and is_last_word(step, one.decided)):
            continue
        if one.posted is None:
            latest = WORKDAYS.forward(WORKDAYS.forward(one.sign_by) + POSTED_WITHIN)
            unknown += [one] if case.has_passed(latest) else []
        if one.appealed_in_time and one.in_force is None:
            yield worth_knowing(
                step,
                one.appealed,
                f"{step.title}: beslutet i {one.sitting} överklagades {one.appealed} och har inte fått "
                "laga kraft. Det får verkställas ändå, om inte särskilda skäl talar mot det (13 kap. 14 §).",
            )
    yield from _unknown(unknown, "Från vilken dag överklagandetiden räknas", "anslaget")


def is_last_word(step: Step, decided: Decided) -> bool:
    """Whether the step was decided by it: what only prepares cannot be appealed (KL 13 kap. 2 §)."""
    return decided.outcome.settles and decided.link == len(step.chain) - 1


def _unknown(found: Iterable[MinutesNoted], what: str, noted: str) -> Iterator[Judgement]:
    """One line of all the sammanträden of which it is not noted."""
    sittings = list(dict.fromkeys(one.sitting for one in found))
    if sittings:
        more = f" och {len(sittings) - _NAMED} till" if len(sittings) > _NAMED else ""
        yield not_tested(
            None,
            f"{what} är inte antecknat: {', '.join(sittings[:_NAMED])}{more}. Anteckna det ({noted}).",
        )


RULES = (
    Rule(
        "KL-5-69",
        "KL 5 kap. 69 §, 6 kap. 35 § andra stycket",
        "Protokollet justeras senast fjorton dagar efter sammanträdet.",
        signed_in_fourteen_days,
    ),
    Rule(
        "KL-8-12",
        "KL 8 kap. 12 §",
        "Justeringen anslås senast andra dagen efter den, och sitter kvar till överklagandetidens utgång.",
        posted_in_two_days,
    ),
    Rule(
        "KL-13-5",
        "KL 13 kap. 5 §",
        "Överklagandetiden är tre veckor från anslaget, och räknas aldrig utan det.",
        appealed_within_three_weeks,
    ),
)
