"""The letter about one change that gives several steps other dates.

Pure. The change stands once; then a line for each step, with its old day and its new; then, for what waits
for the reader, the letter that it would have been alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from models.plan import mailbox
from notifications import rescheduled
from notifications.asked_at_start import Section
from notifications.changed_dates import Rescheduling
from notifications.collected import (
    Collected,
    ForRole,
    owner_for,
    plans_of,
    roles_of,
    title_of,
    told_apart,
    years_of,
)
from notifications.items import Item
from notifications.notices import Kind
from notifications.wording import block, one_line, paragraphs

TEMPLATE = "nya-datum.j2"


def moved_letter(
    why: Rescheduling, sections: Sequence[Section], reply_to: str, today: date
) -> Collected:
    """The letter of today about the change; the sections are in the order in which they are to be read."""
    first, letter = sections[0]
    definition, year = first.state.definition, first.plan.budget_year
    asking = [(item, one) for item, one in sections if not item.only_tells]
    steps = {item.about_step for item, _ in sections}
    by_role, by_year = len(steps) < len(sections), len(years_of(sections)) > 1
    values: dict[str, object] = {
        **rescheduled.values(why, definition, year),
        "plan": plans_of(sections),
        "today": today,
        "headline": rescheduled.headline(why, definition, year),
        "count": len(steps),
        "asking": len({item.about_step for item, _ in asking}),
        "rule": why.rule,
        "linked": any(one.answer_url for _, one in asking),
        "reply_to": reply_to,
        **_to_mend([item for item, _ in sections]),
        **_reader(first, list(roles_of(sections)), reply_to),
    }
    return Collected(
        subject=one_line(block(TEMPLATE, "subject", values)),
        greeting=letter.greeting,
        paragraphs=paragraphs(block(TEMPLATE, "lead", values)),
        overview=tuple(_line(item, one.when, by_role, by_year) for item, one in sections),
        sections=tuple(
            (
                told_apart(one.subject, item, by_role, by_year),
                replace(one, about=told_apart(title_of(item), item, by_role, by_year)),
            )
            for item, one in asking
        ),
        why=one_line(block(TEMPLATE, "why", values)),
    )


def _to_mend(items: Sequence[Item]) -> dict[str, object]:
    """What the change leaves to the process owner, who alone mends the plan of meetings."""
    owner = items[0].state.definition.municipality.owner
    to_owner = any(item.notice.to.role == owner for item in items)
    return {
        "to_owner": to_owner,
        "dayless": to_owner and any(map(_loses_a_day, items)),
        "breaks": to_owner and any(map(_misses_a_limit, items)),
    }


def _loses_a_day(item: Item) -> bool:
    step = item.state.definition.step(item.notice.step)
    return rescheduled.loses_a_day(item.notice, step, item.plan[step.slug])


def _misses_a_limit(item: Item) -> bool:
    own, dates = item.state[item.notice.step], item.plan[item.notice.step]
    return item.notice.kind is Kind.MOVED and bool(rescheduled.missed(own, dates))


def _reader(first: Item, roles: Sequence[ForRole], reply_to: str) -> dict[str, object]:
    """What is said to the reader as who they are."""
    vacant = [role for role in roles if role.recipient.vacant_role]
    return {
        "vacant": [role.title for role in vacant],
        "deputies": [
            role.recipient for role in roles if role.recipient.deputy_for and role not in vacant
        ],
        "as_owner": owner_for(first, vacant),
        "roles": [role.title for role in roles],
        # a reply would go to the reader's own mailbox
        "reader_registers": first.recipient.mailbox == mailbox(reply_to)
        or len(vacant) == len(roles),
    }


def _line(item: Item, when: str, by_role: bool, by_year: bool) -> tuple[str, str]:
    """The step, and what is other than it was; of what the change has made a new task, that it is one."""
    step = item.state.definition.step(item.notice.step)
    title = told_apart(step.title_for(item.plan.budget_year), item, by_role, by_year)
    if item.notice.kind is Kind.MOVED:
        moved = rescheduled.from_to(item.notice, item.state, step, item.plan[step.slug])
        return title, one_line(moved)
    return title, when
