"""Delårsrapport, årsredovisning and ansvarsfrihet: KL 5:24, 11:16, 11:20–21; LKBR 13:1."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import pendulum

from calendars.law.acts import Deed, Timeliness, first_of, held_to, standing
from calendars.law.case import Case, Found, Rule, at_risk, breaks, in_words, not_tested, will_break
from calendars.law.matters import are, decided_by_fullmaktige, handed_over, may_be, treated
from models.process import Concern, Step


def annual_report_by_15_april(case: Case) -> Found:
    """KL 11:20: as soon as possible, and by 15 April of the year after the one that it is about: of the year
    in which the step has its window, since a cycle may hold the accounts of another year than the usual."""
    acts = [act for step in are(case, "arsredovisning") for act in _firsts(case, step)]
    if not acts:
        yield not_tested(
            None,
            "Årsredovisningen prövas inte: inget steg är den (avser = arsredovisning) med styrelsen i sin "
            "beslutskedja.",
        )
    for act in acts:
        last = date(year_of(case, act.step), 4, 15)
        yield from held_to(case, act, last, "Årsredovisningen till fullmäktige och revisorerna")


def _firsts(case: Case, step: Step) -> Iterator[Deed]:
    first = first_of(handed_over(case, step))
    if first is not None:
        yield first


def approved_before_discharge(case: Case) -> Found:
    """KL 5:24 1 st.: discharge before the end of June; 11:21: the report approved before that."""
    approvals = _by_year(case, decided_by_fullmaktige(case, "arsredovisning"))
    if not approvals:
        last = date(case.year, 6, 30)
        yield from _left_out(case, "Årsredovisningen", "arsredovisning", "godkännas", last)
    for year, act in approvals.items():
        what = "Årsredovisningen, som godkänns före ansvarsfriheten"
        yield from held_to(case, act, date(year, 6, 30), what)
    # one for each step: KL 9:35 has one for a gemensam nämnd besides
    for act in decided_by_fullmaktige(case, "ansvarsfrihet"):
        year = year_of(case, act.step)
        yield from held_to(case, act, date(year, 6, 30), "Ansvarsfriheten")
        yield from _after_the_report(act, approvals.get(year))


def _by_year(case: Case, acts: Iterable[Deed]) -> dict[int, Deed]:
    """The first act of each calendar year that the steps lie in."""
    found: dict[int, list[Deed]] = {}
    for act in acts:
        found.setdefault(year_of(case, act.step), []).append(act)
    return {year: first for year, some in found.items() if (first := first_of(some)) is not None}


def _after_the_report(discharge: Deed, approved: Deed | None) -> Found:
    if approved is None or approved.unknown or discharge.day is None:
        return
    if approved.day is None or discharge.day < approved.day:
        yield breaks(
            discharge.step,
            discharge.day,
            f"Ansvarsfriheten prövas {discharge.day}, innan årsredovisningen är godkänd "
            f"({approved.day or 'ingen dag är planerad'}).",
            happened=discharge.happened,
        )


def discharge_is_decided(case: Case) -> Found:
    """KL 5:24 1 st.: fullmäktige decide on ansvarsfrihet every year."""
    if not decided_by_fullmaktige(case, "ansvarsfrihet"):
        last = date(case.year, 6, 30)
        yield from _left_out(case, "Ansvarsfriheten", "ansvarsfrihet", "beslutas", last)


def _left_out(case: Case, what: str, concern: Concern, verb: str, last: date) -> Found:
    maybe = may_be(case, concern)
    hint = f" {maybe.title} kan vara den." if maybe else ""
    yield not_tested(
        maybe, f"{what} prövas inte: inget steg i fullmäktige är den (avser = {concern}).{hint}"
    )
    if case.bodies("fullmaktige") and not maybe and not are(case, concern):
        yield will_break(
            None,
            last,
            f"{what} ska {verb} av fullmäktige före juni månads utgång; inget steg gäller den.",
        )


def interim_report_in_two_months(case: Case) -> Found:
    """KL 11:16 2 st.: to fullmäktige and the auditors within two months of the period's end. Of a further
    report, for another period than LKBR 13:1 asks for, the paragraph can be read either way: a risk."""
    asked_for = demanded(case)
    for step in are(case, "delarsrapport"):
        act = first_of(handed_over(case, step))
        if step.period_end is None or act is None:
            yield not_tested(
                step,
                f"{step.title}: tiden efter periodens slut prövas inte; "
                f"{'periodslut är inte angivet' if step.period_end is None else 'ingen styrelse tar den'}.",
            )
            continue
        ended = _ended(case, step)
        last = two_months_after(ended)
        what = f"Delårsrapporten, två månader efter {ended}"
        if step in asked_for:
            yield from held_to(case, act, last, what)
        elif standing(case, act, last) in (
            Timeliness.LATE,
            Timeliness.PASSED,
            Timeliness.PLANNED_LATE,
        ):
            yield at_risk(step, last, f"{what}: den är frivillig, men blir sen ({in_words(last)}).")


def interim_report_in_fullmaktige(case: Case) -> Found:
    """KL 11:16 1 st.: fullmäktige treat at least one delårsrapport."""
    steps = are(case, "delarsrapport")
    maybe = None if steps else may_be(case, "delarsrapport")
    if not steps:
        hint = f" {maybe.title} kan vara den." if maybe else ""
        yield not_tested(
            maybe, f"Delårsrapporten prövas inte: inget steg är den (avser = delarsrapport).{hint}"
        )
    if maybe or not case.bodies("fullmaktige"):
        return
    if not any(treated(case, step) for step in steps):
        yield will_break(
            steps[0] if steps else None,
            None,
            "Fullmäktige ska behandla minst en delårsrapport; inget steg där de gör det är planerat.",
        )


def interim_period(case: Case) -> Found:
    """LKBR 13:1: at least one report covers at least half and at most two thirds of the year; others are
    free."""
    steps = are(case, "delarsrapport")
    given = [step for step in steps if step.period_end is not None]
    if len(given) < len(steps) and not any(_covers_enough(case, step) for step in given):
        yield not_tested(
            next(step for step in steps if step.period_end is None),
            "Delårsrapportens period är inte angiven (periodslut), så den prövas inte.",
        )
    elif given and not any(_covers_enough(case, step) for step in given):
        ended = max(_ended(case, step) for step in given)
        yield will_break(
            given[-1],
            ended,
            f"Delårsrapportens period slutar {ended}; minst en ska omfatta minst hälften och högst två "
            "tredjedelar av året, alltså sluta mellan 30 juni och 31 augusti.",
        )


def two_months_after(ended: date) -> date:
    """31 August → 31 October, 30 June → 30 August, 31 July → 30 September (lag (1930:173) 1 §)."""
    moved = pendulum.date(ended.year, ended.month, ended.day).add(months=2)
    return date(moved.year, moved.month, moved.day)


def year_of(case: Case, step: Step) -> int:
    """The calendar year in which the step is to be done."""
    return case.plan[step.slug].window_end.year


def _ended(case: Case, step: Step) -> date:
    ended = step.as_of(case.plan[step.slug].window_end)
    if ended is None:
        raise ValueError(f"{step.slug} has no period")
    return ended


def _covers_enough(case: Case, step: Step) -> bool:
    ended = _ended(case, step)
    return date(ended.year, 6, 30) <= ended <= date(ended.year, 8, 31)


def demanded(case: Case) -> list[Step]:
    """The reports that the law asks for: those of a period that it asks for, or all where none is."""
    steps = are(case, "delarsrapport")
    enough = [step for step in steps if step.period_end and _covers_enough(case, step)]
    return enough or steps


RULES = (
    Rule(
        "KL-11-20",
        "KL 11 kap. 20 §",
        "Årsredovisningen lämnas till fullmäktige och revisorerna senast den 15 april.",
        annual_report_by_15_april,
    ),
    Rule(
        "KL-5-24",
        "KL 5 kap. 24 § första stycket, 11 kap. 21 §",
        "Årsredovisningen godkänns före ansvarsfriheten, som beslutas före juni månads utgång.",
        approved_before_discharge,
    ),
    Rule(
        "KL-5-24-STEG",
        "KL 5 kap. 24 § första stycket",
        "Fullmäktige beslutar varje år om ansvarsfrihet: året har ett steg för det.",
        discharge_is_decided,
    ),
    Rule(
        "KL-11-16",
        "KL 11 kap. 16 § andra stycket",
        "Delårsrapporten lämnas inom två månader från periodens slut. En frivillig, för en annan period, "
        "prövas som en risk.",
        interim_report_in_two_months,
    ),
    Rule(
        "KL-11-16-KF",
        "KL 11 kap. 16 § första stycket",
        "Fullmäktige behandlar minst en delårsrapport.",
        interim_report_in_fullmaktige,
    ),
    Rule(
        "LKBR-13-1",
        "lag (2018:597) 13 kap. 1 §",
        "Minst en delårsrapport omfattar minst hälften och högst två tredjedelar av året.",
        interim_period,
    ),
)
