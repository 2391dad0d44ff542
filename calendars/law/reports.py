"""Delårsrapport, årsredovisning, revision and ansvarsfrihet: KL 5:24, 5:32, 11:16, 11:20–21, 12:2, 12:12–13;
LKBR 13:1."""

from __future__ import annotations

from datetime import date

import pendulum

from calendars.frames import last_day
from calendars.law.acts import Act, Standing, first_of, held_to, standing, work_act
from calendars.law.case import (
    Case,
    Found,
    Rule,
    at_risk,
    breaks,
    has_broken,
    in_words,
    not_tested,
    will_break,
)
from calendars.law.matters import (
    are,
    assessments,
    audit_reports,
    decided_by_fullmaktige,
    explanations,
    handed_over,
    may_be,
    treated,
)
from models.process import Concern, Step

ASSESSMENT_TIME = 14
"""Days between handing over and KF that the auditors need for their written assessment (practice)."""


def annual_report_by_15_april(case: Case) -> Found:
    """KL 11:20: as soon as possible, and by 15 April of the year after."""
    act = first_of(act for step in are(case, "arsredovisning") for act in handed_over(case, step))
    if act is None:
        yield not_tested(
            None,
            "Årsredovisningen prövas inte: inget steg är den (avser = arsredovisning) med styrelsen i sin "
            "beslutskedja.",
        )
        return
    yield from held_to(
        case, act, date(case.year, 4, 15), "Årsredovisningen till fullmäktige och revisorerna"
    )


def approved_before_discharge(case: Case) -> Found:
    """KL 5:24 1 st.: discharge before the end of June; 11:21: the report approved before that."""
    last = date(case.year, 6, 30)
    approved = first_of(decided_by_fullmaktige(case, "arsredovisning"))
    discharge = first_of(decided_by_fullmaktige(case, "ansvarsfrihet"))
    if approved is None:
        yield from _left_out(case, "Årsredovisningen", "arsredovisning", "godkännas", last)
    else:
        yield from held_to(
            case, approved, last, "Årsredovisningen, som godkänns före ansvarsfriheten"
        )
    if discharge is None:
        return  # KL-5-24-STEG says so
    yield from held_to(case, discharge, last, "Ansvarsfriheten")
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
    demanded = _demanded(case)
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
        if step in demanded:
            yield from held_to(case, act, last, what)
        elif standing(case, act, last) in (Standing.LATE, Standing.PASSED, Standing.PLANNED_LATE):
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


def assessed_before_fullmaktige(case: Case) -> Found:
    """KL 12:2: the auditors' written assessment reaches fullmäktige before they treat the report."""
    for step in (*_demanded(case), *are(case, "arsredovisning")):
        name = "Årsredovisningen" if step.concerns == "arsredovisning" else "Delårsrapporten"
        over, kf = first_of(handed_over(case, step)), first_of(treated(case, step))
        if kf is None or kf.unknown:
            continue
        steps = assessments(case, step)
        if not steps:
            yield not_tested(
                step,
                f"{name}: revisorernas skriftliga bedömning prövas inte, eftersom inget steg gäller den.",
            )
        for one in steps:
            yield from _assessed(name, work_act(case, one), kf)
        if over is not None and over.day and kf.day:
            yield from _time_to_assess(name, step, over.day, kf)


def _time_to_assess(name: str, step: Step, over: date, kf: Act) -> Found:
    if kf.day is None:
        return
    if kf.day <= over:
        yield breaks(
            step,
            kf.day,
            f"{name} behandlas i fullmäktige {kf.day} utan att revisorerna hinner bedöma den (styrelsen tar "
            f"den {over}).",
            happened=kf.happened,
        )
    elif (kf.day - over).days < ASSESSMENT_TIME and not kf.happened:
        yield at_risk(
            step,
            kf.day,
            f"{name}: {(kf.day - over).days} dagar mellan styrelsen {over} och fullmäktige {kf.day}; "
            "revisorernas skriftliga bedömning ska hinna lämnas.",
        )


def _assessed(name: str, act: Act, kf: Act) -> Found:
    if act.unknown or act.day is None or kf.day is None:
        return
    if act.happened and act.day > kf.day and kf.happened:
        yield has_broken(
            act.step,
            act.day,
            f"{name} behandlades {kf.day}, före revisorernas bedömning {act.day}.",
        )
    elif not act.happened and kf.happened:
        yield has_broken(
            act.step,
            kf.day,
            f"{name} behandlades {kf.day} utan att revisorernas bedömning var lämnad.",
        )
    elif not act.happened and act.day > kf.day:
        yield will_break(
            act.step,
            act.day,
            f"{name}: revisorernas bedömning ska vara klar {act.day}, efter fullmäktige {kf.day}.",
        )


def auditors_report(case: Case) -> Found:
    """KL 12:12 1 st.: the auditors hand in a revisionsberättelse every year; 5:24, 5:32: fullmäktige treat it
    with the ansvarsfrihet, which it recommends or not (12:13 3 st.)."""
    discharge = first_of(decided_by_fullmaktige(case, "ansvarsfrihet"))
    steps = audit_reports(case)
    if not steps:
        yield not_tested(
            discharge.step if discharge else None,
            "Revisionsberättelsen prövas inte: inget steg är den (avser = revisionsberattelse). "
            "Ansvarsfriheten vilar på den.",
        )
    for step in steps:
        yield from _before_discharge(case, step, discharge, "revisionsberättelsen")


def explanations_are_asked_for(case: Case) -> Found:
    """KL 5:32 1 st.: over an anmärkning, and where ansvarsfrihet is not tillstyrkt, those responsible explain
    themselves before fullmäktige decide."""
    discharge = first_of(decided_by_fullmaktige(case, "ansvarsfrihet"))
    steps = explanations(case)
    if not steps:
        yield not_tested(
            discharge.step if discharge else None,
            "Om förklaringar har hämtats in över en anmärkning prövas inte: inget steg gäller dem.",
        )
    for step in steps:
        yield from _before_discharge(case, step, discharge, "förklaringarna")


def _before_discharge(case: Case, step: Step, discharge: Act | None, what: str) -> Found:
    own, act = case.own(step), work_act(case, step)
    if (
        discharge is None
        or discharge.day is None
        or act.unknown
        or act.set_aside
        or step == discharge.step
    ):
        return
    late = act.day is not None and act.day > discharge.day
    missing = discharge.happened and not act.happened
    if late or missing:
        is_optional = step.optional and (own is None or not act.happened)
        text = (
            f"Ansvarsfriheten beslutas {discharge.day}, men {what} "
            f"{'är inte lämnad' if missing else f'lämnas {act.day}'}."
        )
        yield (
            at_risk(step, discharge.day, text)
            if is_optional
            else breaks(step, discharge.day, text, happened=discharge.happened)
        )


def two_months_after(ended: date) -> date:
    """31 August → 31 October, 30 June → 30 August, 31 July → 30 September (lag (1930:173) 1 §)."""
    moved = pendulum.date(ended.year, ended.month, ended.day).add(months=2)
    return date(moved.year, moved.month, moved.day)


def _ended(case: Case, step: Step) -> date:
    if step.period_end is None:
        raise ValueError(f"{step.slug} has no period")
    return last_day(step.period_end, case.year)


def _covers_enough(case: Case, step: Step) -> bool:
    return date(case.year, 6, 30) <= _ended(case, step) <= date(case.year, 8, 31)


def _demanded(case: Case) -> list[Step]:
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
    Rule(
        "KL-12-2",
        "KL 12 kap. 2 §",
        "Revisorernas skriftliga bedömning lämnas inför fullmäktiges behandling.",
        assessed_before_fullmaktige,
    ),
    Rule(
        "KL-12-12",
        "KL 12 kap. 12 § första stycket, 5 kap. 24 §",
        "Revisionsberättelsen lämnas före beslutet om ansvarsfrihet.",
        auditors_report,
    ),
    Rule(
        "KL-5-32",
        "KL 5 kap. 32 § första stycket",
        "Förklaringar hämtas in före beslutet om ansvarsfrihet, där det krävs.",
        explanations_are_asked_for,
    ),
)
