"""The letter that tells one person one thing: what, by when, why you, what to do and how to report.

Pure: no database, no clock. The wording stands in `templates/`, one file for each kind of notice and
`common.j2` for what they share; `notifications.situation` gathers what the templates may say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.plan import YearPlan
from models.state import YearState
from notifications.naming import subject_title
from notifications.notices import Notice
from notifications.recipients import Recipient
from notifications.situation import situation
from notifications.wording import block, items, one_line, paragraphs

__all__ = ["Letter", "Recipient", "compose"]


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says, all in Swedish, each text on one line. What stands between `backticks` is a
    command, shown as such; `facts` are a label and its value. `answer_url` is the reader's own link
    to the page where the task can be answered."""

    subject: str
    greeting: str
    paragraphs: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    todo: tuple[str, ...]
    why: str
    answer_url: str | None = None
    calendar: tuple[str, ...] = ()
    """What the calendar files that go with it do, a line for each."""
    when: str = ""
    """How the subject begins: what is asked or told, and by when."""
    what: str = ""
    """How it ends: of which step."""
    about: str = ""
    """Which of several tasks the link is for, in a letter that holds them."""


def compose(
    notice: Notice,
    state: YearState,
    plan: YearPlan,
    recipient: Recipient,
    reply_to: str,
    answer_url: str | None = None,
    *,
    within: bool = False,
    today: date | None = None,
) -> Letter:
    """The letter about the notice, as state and plan stand after what it tells of; `within` another
    letter, which says itself why the reader answers for the role. `today` is when it is written, where that
    is later than the day the rule pointed at."""
    values = situation(notice, state, plan, recipient, reply_to, answer_url, today)
    values["within"] = within
    own = f"{notice.kind.value}.j2"
    when, of = map(str.strip, (*one_line(block(own, "headline", values)).split("|"), "")[:2])
    title = subject_title(state.definition.step(notice.step), plan.budget_year, when)
    aside = block("common.j2", "aside", values)
    what = one_line(f"{title}{', ' if of else ''}{of}{aside}")
    return Letter(
        subject=f"{when} {what}" if when.endswith("?") else f"{when}: {what}",
        when=when,
        what=what,
        greeting=one_line(block("common.j2", "greeting", values)),
        paragraphs=(
            *paragraphs(block("common.j2", "vacancy", values)),
            *paragraphs(block(own, "lead", values)),
        ),
        facts=tuple(map(_fact, items(block("common.j2", "facts", values)))),
        todo=items(block(own, "todo", values)),
        why=one_line(block("common.j2", "why", values)),
        answer_url=answer_url,
    )


def _fact(line: str) -> tuple[str, str]:
    label, _, value = line.partition(": ")
    return label, value
