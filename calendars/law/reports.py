"""Delårsrapport, årsredovisning and ansvarsfrihet: KL 5:24, 8:15–16 a, 11:16, 11:20–21, 12:2; LKBR 13:1."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pendulum

from calendars.frames import last_day
from calendars.law.case import Case, Rule, Severity, in_words
from calendars.workdays import WORKDAYS
from models.process import Step

Found = Iterator[tuple[Severity, Step | None, date | None, str]]

ASSESSMENT_TIME = 14
"""Days between handing over and KF that the auditors need for their written assessment (practice)."""


def annual_report_by_15_april(case: Case) -> Found:
    """KL 11:20; a last day for an act, so it moves to the next working day (lag (1930:173) 2 §)."""
    for step in case.concerning("arsredovisning"):
        last = WORKDAYS.forward(date(case.year, 4, 15))
        day = case.day_of(step, "styrelse")
        if day is not None and day > last:
            yield (
                Severity.BREACH,
                step,
                day,
                f"Styrelsen tar årsredovisningen {day}; den ska vara lämnad till fullmäktige och "
                f"revisorerna senast {in_words(last)}.",
            )


def approved_before_discharge(case: Case) -> Found:
    """KL 5:24 and 11:21: discharge before the end of June, the report approved before that."""
    last = date(case.year, 6, 30)
    approved = date.min
    for step in case.concerning("arsredovisning"):
        day = case.day_of(step, "fullmaktige") or date.min
        approved = max(approved, day)
        if day > last:
            yield (
                Severity.BREACH,
                step,
                day,
                f"Fullmäktige godkänner årsredovisningen {day}; ansvarsfriheten, som prövas därefter, "
                f"ska vara beslutad före juni månads utgång.",
            )
    for step in case.concerning("ansvarsfrihet"):
        discharge = case.day_of(step, "fullmaktige")
        if discharge is None:
            continue
        if discharge > last:
            yield (
                Severity.BREACH,
                step,
                discharge,
                f"Fullmäktige beslutar om ansvarsfrihet {discharge}, efter juni månads utgång.",
            )
        if discharge < approved:
            yield (
                Severity.BREACH,
                step,
                discharge,
                f"Ansvarsfriheten prövas {discharge}, innan årsredovisningen är godkänd ({approved}).",
            )


def interim_report_in_two_months(case: Case) -> Found:
    """KL 11:16: to fullmäktige and the auditors within two months of the period's end."""
    for step in case.concerning("delarsrapport"):
        if step.period_end is None:
            continue
        ended = last_day(step.period_end, case.year)
        statute = two_months_after(ended)
        last = WORKDAYS.forward(statute)
        day = case.day_of(step, "styrelse")
        if day is not None and day > last:
            yield (
                Severity.BREACH,
                step,
                day,
                f"Styrelsen tar delårsrapporten {day}; den ska lämnas till fullmäktige och revisorerna "
                f"inom två månader från {ended}, alltså senast {in_words(last)}.",
            )
        elif day is not None and day > statute:
            yield (
                Severity.RISK,
                step,
                day,
                f"Styrelsen tar delårsrapporten {day}, efter {in_words(statute)}; lita inte på att "
                f"sista dagen flyttas till {last}.",
            )


def interim_period(case: Case) -> Found:
    """LKBR 13:1: at least half, at most two thirds of the year."""
    for step in case.concerning("delarsrapport"):
        if step.period_end is None:
            yield (
                Severity.RISK,
                step,
                None,
                "Delårsrapportens period är inte angiven (periodslut), så tidsfristen kan inte prövas.",
            )
            continue
        ended = last_day(step.period_end, case.year)
        if not date(case.year, 6, 30) <= ended <= date(case.year, 8, 31):
            yield (
                Severity.BREACH,
                step,
                ended,
                f"Delårsrapportens period slutar {ended}; den ska omfatta minst hälften och högst två "
                "tredjedelar av året, alltså sluta mellan 30 juni och 31 augusti.",
            )


def assessed_before_fullmaktige(case: Case) -> Found:
    """KL 12:2: the auditors' written assessment reaches fullmäktige before they treat the report."""
    for concern, name in (
        ("delarsrapport", "Delårsrapporten"),
        ("arsredovisning", "Årsredovisningen"),
    ):
        for step in case.definition.steps:
            if step.concerns != concern or step.slug in case.exempt:
                continue
            handed_over = case.day_of(step, "styrelse")
            treated = case.day_of(step, "fullmaktige")
            if handed_over is None or treated is None:
                continue
            if treated <= handed_over:
                yield (
                    Severity.BREACH,
                    step,
                    treated,
                    f"{name} behandlas i fullmäktige {treated} utan att revisorerna hinner bedöma den "
                    f"(styrelsen tar den {handed_over}).",
                )
            elif (treated - handed_over).days < ASSESSMENT_TIME:
                yield (
                    Severity.RISK,
                    step,
                    treated,
                    f"{name}: {(treated - handed_over).days} dagar mellan styrelsen {handed_over} och "
                    f"fullmäktige {treated}; revisorernas skriftliga bedömning ska hinna lämnas.",
                )


def two_months_after(ended: date) -> date:
    """31 August → 31 October, 30 June → 30 August, 31 July → 30 September."""
    moved = pendulum.date(ended.year, ended.month, ended.day).add(months=2)
    return date(moved.year, moved.month, moved.day)


RULES = (
    Rule(
        "KL-11-20",
        "KL 11 kap. 20 §",
        "Årsredovisningen lämnas till fullmäktige och revisorerna senast den 15 april.",
        annual_report_by_15_april,
    ),
    Rule(
        "KL-5-24",
        "KL 5 kap. 24 §, 11 kap. 21 §",
        "Årsredovisningen godkänns före ansvarsfriheten, som beslutas före juni månads utgång.",
        approved_before_discharge,
    ),
    Rule(
        "KL-11-16",
        "KL 11 kap. 16 §",
        "Delårsrapporten lämnas inom två månader från periodens slut.",
        interim_report_in_two_months,
    ),
    Rule(
        "LKBR-13-1",
        "lag (2018:597) 13 kap. 1 §",
        "Delårsrapporten omfattar minst hälften och högst två tredjedelar av året.",
        interim_period,
    ),
    Rule(
        "KL-12-2",
        "KL 12 kap. 2 §",
        "Revisorernas skriftliga bedömning lämnas inför fullmäktiges behandling.",
        assessed_before_fullmaktige,
    ),
)
