"""The review of a year against the statutes as it is shown: `kommunplan granska`. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from calendars.law.case import Case, Finding, Severity, Verdict
from calendars.law.review import PRACTICE, Judged, in_order_of_days, judge
from views.shown import Shown, Slug, key


class FindingLine(Shown):
    """What a rule of law or of good practice says of the year."""

    rule: Annotated[str, key("regel", "The rule, such as `KL-11-10`; [law.md](law.md) lists all")]
    citation: Annotated[
        str,
        key(
            "lagrum",
            "Its citation, such as `KL 11 kap. 10–11 §§`; `praxis` where no statute says it",
        ),
    ]
    step: Annotated[Slug | None, key("steg", "The step; null where it is about the year")]
    day: Annotated[date | None, key("datum", "The day it is about")]
    text: Annotated[str, key("text", "A Swedish sentence or two")]
    happened: Annotated[
        bool,
        key(
            "har_hant",
            "Of a breach: whether it has happened; false where it follows from what is planned, and of "
            "all else",
        ),
    ]

    @property
    def cited(self) -> str:
        """The sentence, with its citation after it."""
        return f"{self.text} ({self.citation})"


class RuleLine(Shown):
    """A rule of law, and what it says of the year."""

    rule: Annotated[str, key("regel", "The rule")]
    citation: Annotated[str, key("lagrum", "Its citation")]
    verdict: Annotated[
        Verdict,
        key(
            "utfall",
            "`hålls`, `har brutits` (it has happened), `kommer att brytas` (as planned) or `ej prövad` "
            "(it, or "
            "a part of it; `ej_provat` says why)",
        ),
    ]


class ReviewedYear(Shown):
    """`granska --json`: the year tested against the statutes."""

    budget_year: Annotated[int, key("budgetar", "The budget year")]
    municipality: Annotated[str, key("kommun", "The municipality's name")]
    breaches: Annotated[
        tuple[FindingLine, ...], key("brott", "What breaks a statute, in the order of the days")
    ]
    risks: Annotated[
        tuple[FindingLine, ...],
        key(
            "risker",
            "What is at risk: an exception that is relied on, a limit on a day off, somebody who is "
            "missing",
        ),
    ]
    practice: Annotated[tuple[FindingLine, ...], key("praxis", "What is good to know")]
    plan_name: Annotated[str, key("plan", "What the municipality calls it: `Kommunplan 2028`")]
    untested: Annotated[
        tuple[FindingLine, ...],
        key(
            "ej_provat",
            "What could not be tested, and why: a step that is missing, a day not known",
        ),
    ]
    rules: Annotated[
        tuple[RuleLine, ...], key("regler", "Every rule of law with its verdict; none of practice")
    ]

    @property
    def is_clear(self) -> bool:
        """Whether everything was tested, and nothing breaks a statute."""
        return not self.breaches and not self.untested


def reviewed_year(case: Case) -> ReviewedYear:
    """What the statutes make of the year."""
    judged = judge(case)
    found = in_order_of_days(judged)
    return ReviewedYear(
        budget_year=case.plan.budget_year,
        municipality=case.definition.municipality.name,
        breaches=_lines(found, Severity.BREACH),
        risks=_lines(found, Severity.RISK),
        practice=_lines(found, Severity.PRACTICE),
        plan_name=case.definition.plan_of(case.plan.budget_year),
        untested=_lines(found, Severity.UNTESTED),
        rules=tuple(_rule_line(one) for one in judged if one.rule.citation != PRACTICE),
    )


def _lines(found: Sequence[Finding], severity: Severity) -> tuple[FindingLine, ...]:
    return tuple(finding_line(one) for one in found if one.severity is severity)


def finding_line(finding: Finding) -> FindingLine:
    """A finding as it is shown."""
    return FindingLine(
        rule=finding.rule,
        citation=finding.citation,
        step=finding.step,
        day=finding.day,
        text=finding.text,
        happened=finding.happened,
    )


def _rule_line(judged: Judged) -> RuleLine:
    return RuleLine(rule=judged.rule.slug, citation=judged.rule.citation, verdict=judged.verdict)
