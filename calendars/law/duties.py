"""Duties that a year has besides its budget and reports, and whether any step takes care of them.

KL 5:24, 6:9, 11:8, 11:9.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from calendars.law.case import Case, Rule, Severity, in_words
from models.process import Concern, Step

Found = Iterator[tuple[Severity, Step | None, date | None, str]]


def auditors_budget(case: Case) -> Found:
    """KL 11:8: the presidium of fullmäktige proposes the auditors' budget by the end of October."""
    last = date(case.year, 10, 31)
    if not _is_somewhere(case, "revisorsbudget"):
        yield (
            Severity.PRACTICE,
            None,
            last,
            "Inget steg gäller budgeten för revisorernas verksamhet; fullmäktiges presidium ska upprätta "
            f"förslaget senast {in_words(last)}.",
        )
    for step in case.concerning("revisorsbudget"):
        planned = case.plan[step.slug]
        day = max((link.meeting for link in planned.links if link.meeting), default=planned.due)
        if day > last:
            yield (
                Severity.BREACH,
                step,
                day,
                f"Budgeten för revisorernas verksamhet upprättas {day}, efter oktober månads utgång.",
            )


def discharge_is_decided(case: Case) -> Found:
    """KL 5:24: fullmäktige decide on ansvarsfrihet every year, before the end of June."""
    if not _is_somewhere(case, "ansvarsfrihet"):
        last = date(case.year, 6, 30)
        yield (
            Severity.PRACTICE,
            None,
            last,
            "Inget steg gäller ansvarsfriheten; fullmäktige ska besluta om den efter årsredovisningen, "
            f"senast {in_words(last)}.",
        )


def company_decisions(case: Case) -> Found:
    """KL 6:9: the board decides every year, for each wholly owned company, whether it kept its purpose."""
    if not _is_somewhere(case, "bolagsbeslut"):
        yield (
            Severity.PRACTICE,
            None,
            None,
            "Inget steg gäller styrelsens årliga beslut om de helägda bolagen.",
        )


def boards_proposals_in_time(case: Case) -> Found:
    """KL 11:9: the board says when the others hand in their budget proposals; after that comes its own."""
    for step in case.concerning("budgetforslag"):
        day = case.day_of(step, "styrelse")
        for earlier in _below(case, step):
            days = [link.meeting for link in case.plan[earlier.slug].links if link.meeting]
            if day is not None and days and max(days) > day and earlier.slug not in case.exempt:
                yield (
                    Severity.RISK,
                    earlier,
                    max(days),
                    f"{earlier.title} beslutas {max(days)}, efter styrelsens budgetförslag {day} som "
                    "bygger på det.",
                )


def _below(case: Case, step: Step) -> list[Step]:
    """The steps that it hard-requires, near and far."""
    found: dict[str, Step] = {}
    left = list(step.hard)
    while left:
        slug = left.pop()
        if slug not in found:
            found[slug] = case.definition.step(slug)
            left += found[slug].hard
    return list(found.values())


def _is_somewhere(case: Case, concern: Concern) -> bool:
    return any(step.concerns == concern for step in case.definition.steps)


RULES = (
    Rule(
        "KL-11-8-REV",
        "KL 11 kap. 8 §",
        "Presidiets förslag till budget för revisorerna upprättas före oktober månads utgång.",
        auditors_budget,
    ),
    Rule(
        "KL-11-9",
        "KL 11 kap. 9 §",
        "Nämndernas förslag lämnas när styrelsen bestämt, före styrelsens eget.",
        boards_proposals_in_time,
    ),
    Rule(
        "KL-5-24-STEG", "KL 5 kap. 24 §", "Ansvarsfriheten har ett eget steg.", discharge_is_decided
    ),
    Rule(
        "KL-6-9",
        "KL 6 kap. 9 §",
        "Styrelsen beslutar årligen om varje helägt bolag.",
        company_decisions,
    ),
)
