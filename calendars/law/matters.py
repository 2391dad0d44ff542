"""What the steps of a year are in the law's sense: who draws up what, who decides it, what is told of it.

A step is found by what it decides, not by one label alone: a budget says the rate (KL 11 kap. 6 § första
stycket), whoever has no step of its own for that; the board that prepares a budget draws up the proposal;
a step of the same ärende that ends in fullmäktige decides what the label names. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from calendars.law.acts import Deed, body_acts
from calendars.law.case import Case
from models.process import Concern, Step

ELECTION = re.compile(
    r"\b(fyllnads|om|ny)?val (av|till)\b|\bavsägelse|\bfyllnadsval\b|\bextra val\b"
)
"""KL 5 kap. 29, 31 §§: val, avsägelse and extra val need no preparation."""
_NOTICE = re.compile(r"(?=.*skatteverket)(?=.*(skattesats|utdebitering|anmäl|underrätt))")
_CALLED: Mapping[Concern, re.Pattern[str]] = {
    "budget": re.compile(r"budget|kommunplan|resursplan|verksamhetsplan"),
    "skattesats": re.compile(r"skattesats|utdebitering"),
    "arsredovisning": re.compile(r"årsredovisning"),
    "ansvarsfrihet": re.compile(r"ansvarsfrihet"),
    "delarsrapport": re.compile(r"delår|tertial"),
}
ELECTION_YEAR = 4
"""Of a term, as `mandatar` counts."""
NO_PREPARATION = ("revisorsbudget", "revisionsberattelse", "ansvarsfrihet")


def are(case: Case, *concerns: Concern) -> list[Step]:
    """The steps that are one of these, also those that were done before the start; not those that rest."""
    return [
        step
        for step in case.definition.steps
        if set(step.concerns) & set(concerns) and not case.plan[step.slug].dormant
    ]


def ground(case: Case, step: Step) -> list[Step]:
    """The step with those that it hard-requires, among them the one before it in its ärende: what prepares
    it."""
    return [step, *map(case.definition.step, step.hard)]


def prepared(case: Case, step: Step, kind: str) -> list[Deed]:
    """What bodies of the kind do last before the step: in its ärende, or else in what it hard-requires."""
    for slugs in (_before_in_arende(case, step), step.hard):
        found = _acts(case, map(case.definition.step, slugs), kind)
        if found:
            return [max(found, key=lambda act: act.day or date.max)]
    return []


def _before_in_arende(case: Case, step: Step) -> tuple[str, ...]:
    way = case.definition.arende_of(step).steps
    return way[: way.index(step.slug)] if step.slug in way else ()


def deciding(case: Case, step: Step) -> Step:
    """The step in which fullmäktige decide what the step is about: itself, a later one of its ärende, or one
    that hard-requires it, is nothing else in the law's sense, and is called as it is."""
    way = case.definition.arende_of(step).steps
    later = way[way.index(step.slug) :] if step.slug in way else (step.slug,)
    near = [
        one.slug
        for one in case.definition.successors(step.slug)
        if step.slug in one.hard and _is_the_same(one, step)
    ]
    for slug in (*later, *near):
        found = case.definition.step(slug)
        if ends_in(case, found) == "fullmaktige":
            return found
    return step


def _is_the_same(one: Step, step: Step) -> bool:
    """Whether a step that is nothing else in the law's sense is an earlier part of this one."""
    return set(one.concerns) <= set(step.concerns) and _alike(one, step)


def _alike(one: Step, other: Step) -> bool:
    """Whether two titles share a word that says something."""
    words = [set(re.findall(r"\w{5,}", step.title.casefold())) for step in (one, other)]
    return bool(words[0] & words[1])


def goes_on(case: Case, step: Step) -> bool:
    """Whether a later step of its ärende takes it on to a board or to fullmäktige."""
    way = case.definition.arende_of(step).steps
    later = way[way.index(step.slug) + 1 :] if step.slug in way else ()
    return any(
        ends_in(case, case.definition.step(slug)) in ("styrelse", "fullmaktige") for slug in later
    )


def may_be(case: Case, concern: Concern) -> Step | None:
    """A step that fullmäktige decide, which says of itself nothing in the law's sense but is called so."""
    called = _CALLED[concern]
    return next(
        (
            step
            for step in case.definition.steps
            if not step.concerns
            and ends_in(case, step) == "fullmaktige"
            and called.search(step.title.casefold())
        ),
        None,
    )


def ends_in(case: Case, step: Step) -> str:
    """What the last body that decides in the step is; empty where nothing is decided."""
    return case.kind(step.deciding[-1]) if step.deciding else ""


def decided_by_fullmaktige(case: Case, *concerns: Concern) -> list[Deed]:
    """What fullmäktige do in the steps that are this."""
    steps = {one.slug: one for one in (deciding(case, step) for step in are(case, *concerns))}
    return _acts(case, steps.values(), "fullmaktige")


def drawn_up(case: Case, proposal: Concern, decided: Concern) -> list[Deed]:
    """What the board does with a proposal: in the steps that are it; where none is, in those that the
    decision rests on."""
    own = _acts(case, are(case, proposal), "styrelse")
    if own:
        return own
    steps = are(case, decided)
    own = _acts(case, steps, "styrelse")
    return own or [act for step in steps for act in prepared(case, step, "styrelse")]


def handed_over(case: Case, step: Step) -> list[Deed]:
    """What the board does with a report: in the step, or in one that it rests on."""
    own = _acts(case, [step], "styrelse")
    before = [one for one in map(case.definition.step, step.hard) if _is_the_same(one, step)]
    return [*own, *_acts(case, before, "styrelse")] or prepared(case, step, "styrelse")


def treated(case: Case, step: Step) -> list[Deed]:
    """What fullmäktige do with it: in the step, or in a later one of its ärende."""
    return _acts(case, [deciding(case, step)], "fullmaktige")


def budget_proposals(case: Case) -> list[Deed]:
    """KL 11:8: the board draws up the budget proposal."""
    return drawn_up(case, "budgetforslag", "budget")


def rates(case: Case) -> list[Deed]:
    """KL 11:6, 11:10–11: what fixes the rate; the budget does where nothing else is said to, or where the
    rate is one of its figures."""
    own = decided_by_fullmaktige(case, "skattesats") or _acts(
        case, (step for step in case.definition.steps if _says_the_rate(case, step)), "fullmaktige"
    )
    budgets = decided_by_fullmaktige(case, "budget")
    besides = (act for act in budgets if act not in own)
    return [*own, *(act for act in besides if not own or "skattesats" in act.step.results)]


def _says_the_rate(case: Case, step: Step) -> bool:
    """Whether it fixes the rate by its figures, though it says so by no label."""
    dormant = case.plan[step.slug].dormant
    return not step.concerns and "skattesats" in step.results and not dormant


def rate_proposals(case: Case) -> list[Deed]:
    """KL 11:8 andra stycket: what proposes the rate; the budget proposal where nothing else does."""
    if are(case, "skattesatsforslag", "skattesats"):
        return drawn_up(case, "skattesatsforslag", "skattesats")
    return budget_proposals(case)


def publications(case: Case, concern: Concern) -> list[Step]:
    """The steps that put it on the website: done when the meeting that decides it is announced."""
    about = {deciding(case, step).slug for step in are(case, concern)}
    return [
        step
        for step in case.definition.steps
        if step.before
        and step.before.day == "kungorelse"
        and step.before.step in about
        and not case.is_left_out(step)
    ]


def assessments(case: Case, step: Step) -> list[Step]:
    """The steps in which the auditors assess the report (KL 12 kap. 2 §)."""
    rests_on = (deciding(case, step).slug, step.slug)
    needed = {*step.hard, *deciding(case, step).hard}
    return [
        one
        for one in case.definition.steps
        if re.search(r"bedömning|granskning", one.title.casefold())
        and "revis" in one.title.casefold()
        and (one.slug in needed or (one.before is not None and one.before.step in rests_on))
    ]


def audit_reports(case: Case) -> list[Step]:
    """The steps in which the auditors hand in their revisionsberättelse (KL 12 kap. 12 §)."""
    return are(case, "revisionsberattelse") or _titled(case, "revisionsberättelse")


def explanations(case: Case) -> list[Step]:
    """The steps in which those responsible explain themselves (KL 5 kap. 32 §)."""
    return _titled(case, "förklaring")


def notices_of_the_rate(case: Case, *, proposed: bool) -> list[Step]:
    """The steps that tell Skatteverket the rate, or what is proposed where none is fixed in time; also of
    the latter while nothing has started it."""
    return [
        step
        for step in case.definition.steps
        if _NOTICE.search(f"{step.title} {step.slug}".casefold())
        and _is_of_a_proposal(step) is proposed
        and step.slug not in case.exempt
        and (proposed or not case.plan[step.slug].dormant)
    ]


def needs_no_preparation(step: Step) -> bool:
    """KL 5:29, 5:31, 5:32: val, avsägelse, the revisionsberättelse with the ansvarsfrihet; 5:30: in an
    election year a nämnd's term or size; and KL 11:8 första stycket: the auditors' budget is drawn up by the
    presidium."""
    named = set(step.concerns)
    return bool(
        (named and named <= set(NO_PREPARATION))
        or ELECTION.search(step.title.casefold())
        or "revisionsberättelse" in step.title.casefold()
        or (_is_of_an_election_year(step) and "mandattid" in step.title.casefold())
    )


def _is_of_an_election_year(step: Step) -> bool:
    return step.starts is not None and step.starts.term_year == ELECTION_YEAR


def is_a_committee_of_fullmaktige(case: Case, body: str) -> bool:
    """KL 5:26: a fullmäktigeberedning prepares as a nämnd does."""
    found = case.definition.body(body)
    return found.kind == "ovrig" and "beredning" in found.name.casefold()


def _is_of_a_proposal(step: Step) -> bool:
    missing = step.starts is not None and step.starts.missing_by is not None
    return missing or "förslag" in step.title.casefold()


def _titled(case: Case, word: str) -> list[Step]:
    return [
        step
        for step in case.definition.steps
        if word in step.title.casefold()
        and not step.concerns
        and not (step.before and step.before.day == "kungorelse")
        and not case.plan[step.slug].dormant
    ]


def _acts(case: Case, steps: Iterable[Step], kind: str) -> list[Deed]:
    return list(_each(case, {step.slug: step for step in steps}.values(), kind))


def _each(case: Case, steps: Iterable[Step], kind: str) -> Iterator[Deed]:
    for step in steps:
        act = body_acts(case, step, kind)
        if act is not None:
            yield act
