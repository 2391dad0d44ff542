"""What the auditors do, and what is done over it: KL 5:32, 12:2, 12:12–13."""

from __future__ import annotations

from datetime import date

from calendars.law.acts import Deed, first_of, work_act
from calendars.law.case import (
    Case,
    Found,
    Rule,
    at_risk,
    breaks,
    has_broken,
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
    treated,
)
from calendars.law.reports import demanded
from models.process import Step

ASSESSMENT_TIME = 14
"""Days between handing over and KF that the auditors need for their written assessment (practice)."""


def assessed_before_fullmaktige(case: Case) -> Found:
    """KL 12:2: the auditors' written assessment reaches fullmäktige before they treat the report."""
    for step in (*demanded(case), *are(case, "arsredovisning")):
        name = "Årsredovisningen" if "arsredovisning" in step.concerns else "Delårsrapporten"
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


def _time_to_assess(name: str, step: Step, over: date, kf: Deed) -> Found:
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


def _assessed(name: str, act: Deed, kf: Deed) -> Found:
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


def _before_discharge(case: Case, step: Step, discharge: Deed | None, what: str) -> Found:
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


RULES = (
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
