"""Duties that a year has besides its budget and reports, and whether any step takes care of them.

KL 5:35, 6:9 with 10:2, 11:8, 11:9.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from calendars.law.acts import Deed, acts_of, body_acts, first_of, held_to, work_act
from calendars.law.case import Case, Found, Rule, at_risk, in_words, not_tested
from calendars.law.matters import are, budget_proposals, ends_in
from models.process import Step, Unit

COMPANY = re.compile(r"\bAB\b|aktiebolag", re.IGNORECASE)


def auditors_budget(case: Case) -> Found:
    """KL 11:8 1 st.: the presidium of fullmäktige draws up the auditors' budget by the end of October too."""
    last, steps = date(case.year, 10, 31), are(case, "revisorsbudget")
    if not steps:
        yield not_tested(
            None,
            "Budgeten för revisorernas verksamhet prövas inte: inget steg gäller den. Fullmäktiges "
            "presidium ska "
            f"upprätta förslaget senast {in_words(last)}.",
        )
        return
    act = first_of(_drawn_up(case, step) for step in steps)
    if act is not None:
        yield from held_to(case, act, last, "Presidiets förslag till budget för revisorerna")
    if act is not None and act.body is not None and case.kind(act.body) in ("styrelse", "utskott"):
        yield at_risk(
            act.step,
            act.day,
            f"Förslaget till budget för revisorerna upprättas av {act.body}; det är fullmäktiges presidium "
            "som ska göra det.",
        )


def _drawn_up(case: Case, step: Step) -> Deed:
    """Before fullmäktige take it: by the first body, or by those who have its parts."""
    before = step.chain[:-1] if ends_in(case, step) == "fullmaktige" else step.chain
    return acts_of(case, step, before[:1]) or work_act(case, step)


def company_decisions(case: Case) -> Found:
    """KL 6:9: the board decides every year, for each aktiebolag that is wholly or partly owned (10:2),
    whether last year's activity kept to its purpose and to what a municipality may do."""
    steps = are(case, "bolagsbeslut")
    if not steps:
        yield not_tested(
            None,
            "Styrelsens årliga beslut om varje hel- och delägt aktiebolag prövas inte: inget steg gäller "
            "dem.",
        )
        return
    for unit in _companies_without(case, steps):
        yield not_tested(
            None,
            f"{unit.name}: inget steg gäller styrelsens årliga beslut. Det krävs om bolaget är hel- eller "
            "delägt.",
        )
    for step in steps:
        if step.chain and not any(case.kind(body) == "styrelse" for body in step.chain):
            yield at_risk(step, None, f"{step.title}: det är styrelsen som ska besluta varje år.")
            continue
        last = date(case.plan[step.slug].window_end.year, 12, 31)
        for said in held_to(
            case, acts_of(case, step, step.chain[:1]) or work_act(case, step), last, step.title
        ):
            # that the decision is yearly is the law's; that the year ends with December our reading
            yield at_risk(step, said.day, said.text) if said.severity == "brott" else said


def _companies_without(case: Case, steps: list[Step]) -> Iterator[Unit]:
    """The companies among the units that no step is about, by slug or name."""
    said = [f"{step.slug} {step.title}".casefold() for step in steps]
    for unit in case.definition.units:
        if COMPANY.search(unit.name) and not any(
            unit.slug in one or unit.name.casefold() in one for one in said
        ):
            yield unit


def boards_proposals_in_time(case: Case) -> Found:
    """KL 11:9: the board says when the others hand in their budget proposals; after that comes its own."""
    act = first_of(budget_proposals(case))
    if act is None or act.day is None or act.happened:
        return
    for earlier in _below(case, act.step):
        days = [link.meeting for link in case.plan[earlier.slug].links if link.meeting]
        if days and max(days) > act.day and earlier.slug not in case.exempt:
            yield at_risk(
                earlier,
                max(days),
                f"{earlier.title} beslutas {max(days)}, efter styrelsens budgetförslag {act.day} som "
                "bygger på "
                "det.",
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


def motions_within_a_year(case: Case) -> Found:
    """KL 5:35: a motion or medborgarförslag is decided within a year from when it was raised, if possible;
    else what has come out of the preparation is reported to fullmäktige within that year. So they take it up
    in either case. The day on which it was entered is taken to be the one on which it was raised."""
    for step in are(case, "motion"):
        own = case.own(step)
        heard = [one for one in (own.decisions if own else ()) if _of_fullmaktige(case, one.body)]
        act = body_acts(case, step, "fullmaktige")
        if heard:
            first = min(heard, key=lambda one: one.on)
            act = Deed(step, first.body, first.on, happened=True)
        if act is None:
            yield not_tested(
                step, f"{step.title}: inget fullmäktige avgör den, så året prövas inte."
            )
        elif not act.set_aside:
            last = a_year_after(case.plan[step.slug].window_start)
            yield from held_to(case, act, last, f"{step.title}, avgjord eller anmäld inom ett år")


def _of_fullmaktige(case: Case, body: str) -> bool:
    return case.kind(body) == "fullmaktige"


def a_year_after(day: date) -> date:
    """The same day of the next year, or the month's last (lag (1930:173) 1 §)."""
    return day.replace(year=day.year + 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


RULES = (
    Rule(
        "KL-11-8-REV",
        "KL 11 kap. 8 § första stycket",
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
        "KL-6-9",
        "KL 6 kap. 9 §, 10 kap. 2 §",
        "Styrelsen beslutar årligen om varje hel- och delägt aktiebolag.",
        company_decisions,
    ),
    Rule(
        "KL-5-35",
        "KL 5 kap. 35 §",
        "En motion eller ett medborgarförslag avgörs av fullmäktige, eller anmäls dit, inom ett år.",
        motions_within_a_year,
    ),
)
