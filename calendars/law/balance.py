"""A negative balanskravsresultat, and an item that a minority has forced back: KL 5:50, 11:12–13.

Asked of what has happened, so of a year that has been started; of a planned one there is nothing to find.
"""

from __future__ import annotations

from calendars.law.case import Case, Found, Rule, at_risk, worth_knowing
from models.process import Step
from models.results import amounts


def deficit_has_a_plan(case: Case) -> Found:
    """KL 11:12–13: a deficit is settled within the three following years, by a plan that fullmäktige
    adopt; the decision is made at the latest in the third year's budget."""
    deficit = _deficit(case)
    if deficit is None or case.state is None:
        return
    found, amount = deficit
    year = case.plan.budget_year + found.about
    settled_by = f"regleras senast i budgeten för {year + 3}"
    plans = [
        s for s in case.definition.steps if s.starts and s.starts.amount == "balanskravsresultat"
    ]
    if not plans:
        yield at_risk(
            found,
            None,
            f"Balanskravsresultatet för {year} är {amount} tkr, men inget steg gäller åtgärdsplanen, som "
            f"fullmäktige ska anta. Underskottet ska {settled_by}.",
        )
    for step in plans:
        own, day = case.state[step.slug], case.day_of(step, "fullmaktige")
        if own.set_aside:
            yield at_risk(
                step,
                own.completed_on,
                f"Underskottet för {year} regleras inte ({own.reason}). Det kräver att fullmäktige har "
                "funnit synnerliga skäl (KL 11 kap. 13 §).",
            )
        elif day is None:
            yield at_risk(
                step,
                None,
                f"Balanskravsresultatet för {year} är {amount} tkr, men inget sammanträde i fullmäktige är "
                f"planerat för åtgärdsplanen. Underskottet ska {settled_by}.",
            )
        else:
            yield worth_knowing(
                step,
                day,
                f"Balanskravsresultatet för {year} är {amount} tkr: fullmäktige antar en åtgärdsplan "
                f"{day}, och underskottet {settled_by}.",
            )


def minority_has_had_its_turn(case: Case) -> Found:
    """KL 5:50: a third of those present force bordläggning or återremiss once; then it takes a majority."""
    if case.state is None:
        return
    for step in case.definition.steps:
        for decision in case.state[step.slug].decisions:
            if decision.minority:
                name = case.definition.arende_of(step).name
                yield worth_knowing(
                    step,
                    decision.on,
                    f"{name}: {decision.outcome.label} i {decision.body} {decision.on} på begäran av en "
                    "minoritet. Nästa gång krävs majoritet.",
                )


def _deficit(case: Case) -> tuple[Step, int] | None:
    """The step that says what the balanskravsresultat was last, and the amount, where it is negative."""
    if case.state is None:
        return None
    told = [
        (step, amount)
        for step in case.definition.steps
        for kind, value in case.state[step.slug].results.items()
        for _, name, amount, _ in amounts(kind, value)
        if name == "balanskravsresultat"
    ]
    return told[-1] if told and told[-1][1] < 0 else None


RULES = (
    Rule(
        "KL-11-12",
        "KL 11 kap. 12–13 §§",
        "Ett negativt balanskravsresultat regleras inom tre år, enligt en åtgärdsplan som fullmäktige antar.",
        deficit_has_a_plan,
    ),
    Rule(
        "KL-5-50",
        "KL 5 kap. 50 §",
        "En minoritet i fullmäktige kan bordlägga eller återremittera ett ärende en gång.",
        minority_has_had_its_turn,
    ),
)
