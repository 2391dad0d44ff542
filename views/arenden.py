"""Each ärende through its steps and bodies, with what came of it and when it is final: `kommunplan arende`.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated

from calendars.meeting_dates import dates_of
from models.errors import UnknownError
from models.plan import LinkPlan, YearPlan
from models.process import Arende, Definition, Step
from models.state import StepState, YearState
from views.decisions import AfterDecision, DecisionLine, after_decision
from views.figures import Figure, figures_of, missing_kinds
from views.labels import label
from views.shown import Shown, Slug, key


class LinkTurn(Shown):
    """A body that decides, and when."""

    body: Annotated[str, key("instans", "The body")]
    meeting: Annotated[
        date | None,
        key(
            "sammantrade",
            "The sammanträde at which it decided, or is planned to; null where none fits",
        ),
    ]
    decided: Annotated[bool, key("beslutat", "Whether the ärende is past it, in the present round")]


class DecisionOnVersion(DecisionLine):
    """A decision, with the version of the document that it was about."""

    version: Annotated[
        int | None,
        key(
            "version",
            "Of the document, when the body was done with it; null of a decision that was wrongly "
            "registered",
        ),
    ]


class ArendeStep(Shown):
    """A step that an ärende runs through."""

    id: Annotated[str, key("id", "The row in the governance model")]
    slug: Annotated[Slug, key("slug", "The step")]
    name: Annotated[str, key("titel", "Its title")]
    about: Annotated[int, key("galler_ar", "The year that it is about")]
    label: Annotated[str, key("visning", "Its state in words")]
    dormant: Annotated[bool, key("vilar", "Whether it is not to be done as things stand")]
    version: Annotated[int, key("version", "Of the document, as it is now")]
    links: Annotated[tuple[LinkTurn, ...], key("led", "The bodies that decide, in order")]
    decisions: Annotated[
        tuple[DecisionOnVersion, ...],
        key("beslut", "The decisions registered so far, as in `status`"),
    ]
    figures: Annotated[tuple[Figure, ...], key("resultat", "Its figures, as in `status`")]
    missing_figures: Annotated[
        tuple[str, ...], key("saknade_resultat", "The kinds of figures that are missing")
    ]


class Finality(Shown):
    """The latest days that the law allows after a decision."""

    step: Annotated[Slug, key("steg", "The step of the decision")]
    body: Annotated[str, key("instans", "The body that decided")]
    day: Annotated[date, key("datum", "Its day")]
    signed_at_once: Annotated[
        bool, key("omedelbart_justerad", "Whether the minutes were signed on that day")
    ]
    signed_by: Annotated[
        date,
        key(
            "justering",
            "The latest day for signing (KL 5:69); as it is noted, or the day itself with omedelbar "
            "justering",
        ),
    ]
    posted_by: Annotated[
        date,
        key(
            "anslag",
            "The latest day they may then be posted (KL 8:12), or when that is noted to be",
        ),
    ]
    appeal_ends: Annotated[
        date,
        key(
            "overklagas_till",
            "End of the appeal period (KL 13:5), if posted on that day; laga kraft after it, if nobody "
            "appeals",
        ),
    ]
    after: Annotated[
        AfterDecision,
        key("hande", "What is noted of it; `anslaget` is null where the days above are the latest"),
    ]


class ArendeLine(Shown):
    """An ärende through its steps."""

    slug: Annotated[Slug, key("slug", "The ärende")]
    name: Annotated[str, key("namn", "What it is about")]
    diarienummer: Annotated[
        str | None, key("diarienummer", "One through all its steps; null until it has one")
    ]
    steps: Annotated[
        tuple[ArendeStep, ...], key("steg", "The steps that it runs through, in order")
    ]
    finality: Annotated[
        Finality | None,
        key(
            "laga_kraft",
            "The latest days that the law allows after its last decision that can be appealed; null "
            "before that",
        ),
    ]


class ArendeList(Shown):
    """`arende --json`: the ärenden of a budget year in which some body decides, or the one asked for."""

    budget_year: Annotated[int, key("budgetar", "The budget year")]
    plan_name: Annotated[str, key("plan", "What the municipality calls it")]
    today: Annotated[date, key("dag", "Today")]
    arenden: Annotated[tuple[ArendeLine, ...], key("arenden", "The ärenden")]


def arende_list(
    state: YearState,
    plan: YearPlan,
    decisions: Mapping[str, Sequence[DecisionLine]],
    today: date,
    wanted: str | None = None,
) -> ArendeList:
    """The ärenden in which something is decided, or the one that is asked for, by its own name, its
    diarienummer or one of its steps. UnknownError where there is none of that name."""
    found = [_find(state, wanted)] if wanted else _with_a_body(state.definition)
    return ArendeList(
        budget_year=plan.budget_year,
        plan_name=state.definition.plan_of(plan.budget_year),
        today=today,
        arenden=tuple(_arende(state, one, plan, decisions, today) for one in found),
    )


def _with_a_body(definition: Definition) -> list[Arende]:
    return [one for one in _by_slug(definition).values() if definition.links_of(one)]


def _by_slug(definition: Definition) -> dict[str, Arende]:
    arenden = map(definition.arende_of, definition.steps)
    return {arende.slug: arende for arende in arenden}


def _find(state: YearState, wanted: str) -> Arende:
    definition = state.definition
    own = _by_slug(definition)
    if wanted.casefold() in own:
        return own[wanted.casefold()]
    for slug, number in state.numbers.items():
        if slug in own and number.casefold() == " ".join(wanted.split()).casefold():
            return own[slug]
    try:
        return definition.arende_of(definition.step(wanted))
    except UnknownError:
        known = [arende.slug for arende in _with_a_body(definition)]
        raise UnknownError("Ärendet eller steget", wanted, known) from None


def _arende(
    state: YearState,
    arende: Arende,
    plan: YearPlan,
    decisions: Mapping[str, Sequence[DecisionLine]],
    today: date,
) -> ArendeLine:
    known = state.definition.step_by_slug
    steps = [known[slug] for slug in arende.steps if slug in known]
    return ArendeLine(
        slug=arende.slug,
        name=arende.name,
        diarienummer=state.numbers.get(arende.slug) or None,
        steps=tuple(_step(state, one, plan, decisions.get(one.slug, ()), today) for one in steps),
        finality=_finality(state, steps, today),
    )


def _step(
    state: YearState, step: Step, plan: YearPlan, decisions: Sequence[DecisionLine], today: date
) -> ArendeStep:
    own, dates = state[step.slug], plan[step.slug]
    return ArendeStep(
        id=step.id,
        slug=step.slug,
        name=step.title,
        about=plan.budget_year + step.about,
        label=label(state, step, dates, today),
        dormant=dates.dormant,
        version=own.version,
        links=tuple(_turn(own, index, link) for index, link in enumerate(dates.links)),
        decisions=_on_versions(decisions),
        figures=figures_of(state, step),
        missing_figures=missing_kinds(state, step),
    )


def _turn(own: StepState, index: int, link: LinkPlan) -> LinkTurn:
    held = next((decision.on for decision in own.standing if decision.link == index), None)
    return LinkTurn(
        body=link.body, meeting=held or link.meeting, decided=held is not None or own.link > index
    )


def _on_versions(decisions: Sequence[DecisionLine]) -> tuple[DecisionOnVersion, ...]:
    """Each decision with the version that the document had when the body was done with it."""
    found, changed = [], 0
    for one in decisions:
        changed += one.corrected_by is None and one.outcome.row.changes
        version = max(one.round, 1) + changed if one.corrected_by is None else None
        found.append(DecisionOnVersion(**dict(one), version=version))
    return tuple(found)


def _finality(state: YearState, steps: Sequence[Step], today: date) -> Finality | None:
    """After the last decision that can be appealed; None before it."""
    for step in reversed(steps):
        last = [d for d in state[step.slug].standing if d.link == len(step.chain) - 1]
        if not (step.appealable and last):
            continue
        decided = last[-1]
        after = after_decision(state, decided, today)
        days = dates_of(
            state.definition,
            decided.body,
            decided.on,
            appealable=True,
            signed=after.signed,
            posted=after.posted,
        )
        if days.appeal_ends is None:  # of what cannot be appealed alone
            continue
        return Finality(
            step=step.slug,
            body=decided.body,
            day=decided.on,
            signed_at_once=decided.signed_at_once,
            signed_by=days.signed_by,
            posted_by=days.posted_by,
            appeal_ends=days.appeal_ends,
            after=after,
        )
    return None
