"""What something that was done meant for the law: the breaches and risks that came with it, and those that it
did away with. Every face tells it from here. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, NamedTuple

from calendars.law.case import Finding, Severity
from views.reviewed_year import FindingLine, finding_line
from views.shown import Shown, Slug, key

NOTHING_NEW = "Lagen: inget nytt brott och ingen ny risk."


class LawNews(StrEnum):
    """What has become of something that the law says."""

    BROKEN = "nytt brott"
    AT_RISK = "ny risk"
    KEPT = "inte längre brott"
    SAFE = "inte längre risk"


class LawChange(Shown):
    """A breach or a risk that came or ceased by what was done."""

    news: Annotated[
        LawNews,
        key(
            "nytt",
            "`nytt brott`, `ny risk`, `inte längre brott` (it may still be a risk) or the like",
        ),
    ]
    rule: Annotated[str, key("regel", "The rule, as in `granska`")]
    citation: Annotated[str, key("lagrum", "Its citation")]
    step: Annotated[Slug | None, key("steg", "The step; null where it is about the year")]
    day: Annotated[date | None, key("datum", "The day it is about")]
    text: Annotated[str, key("text", "What the rule says, or said: a Swedish sentence or two")]

    @property
    def sentence(self) -> str:
        """`Lagen, nytt brott: Fullmäktige … (KL 5 kap. 13 §)`"""
        return f"Lagen, {self.news}: {self.text} ({self.citation})"


class Law(NamedTuple):
    """What the statutes say of a year as it stands."""

    breaches: Sequence[FindingLine]
    risks: Sequence[FindingLine]


def law_of(found: Sequence[Finding]) -> Law:
    """Of what the rules find."""
    return Law(*([finding_line(one) for one in found if one.severity is kind] for kind in _KINDS))


_KINDS = (Severity.BREACH, Severity.RISK)


def law_changes(before: Law, after: Law) -> Iterator[LawChange]:
    """The breaches and risks that were not said of the same step by the same rule before, or otherwise; then
    those of which the rule says nothing of the kind any more."""
    for new, ceased, was, now in (
        (LawNews.BROKEN, LawNews.KEPT, before.breaches, after.breaches),
        (LawNews.AT_RISK, LawNews.SAFE, before.risks, after.risks),
    ):
        known, still = set(was), {(one.rule, one.step) for one in now}
        yield from (_change(new, one) for one in now if one not in known)
        yield from (_change(ceased, one) for one in was if (one.rule, one.step) not in still)


def _change(news: LawNews, one: FindingLine) -> LawChange:
    return LawChange(
        news=news, rule=one.rule, citation=one.citation, step=one.step, day=one.day, text=one.text
    )
