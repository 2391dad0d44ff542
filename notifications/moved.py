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
from notifications.changed_dates import Rescheduling
from notifications.collected import Collected, Section, roles_of, told_apart
from notifications.naming import short_title
from notifications.notices import Kind
from notifications.recipients import as_owner
from notifications.sorting import Item
from notifications.wording import block, enumerated, one_line, paragraphs

TEMPLATE = "nya-datum.j2"


def moved_letter(
    why: Rescheduling, sections: Sequence[Section], reply_to: str, today: date
) -> Collected:
    """The letter of today about the change; the sections are in the order in which they are to be read."""
    first, letter = sections[0]
    definition, year = first.state.definition, first.plan.budget_year
    asking = [(item, one) for item, one in sections if not item.only_tells]
    roles = list(roles_of(sections))
    years = sorted({item.plan.budget_year for item, _ in sections})
    by_year = len(years) > 1
    by_role = len({(item.about_step) for item, _ in sections}) < len(sections)
    vacant = [role for role in roles if role.recipient.vacant_role]
    to_owner = any(item.notice.to.role == definition.municipality.owner for item, _ in sections)
    owner = definition.role(definition.municipality.owner).name
    values: dict[str, object] = {
        **rescheduled.values(why, definition, year),
        "plan": f"{definition.municipality.plan_name} {enumerated(map(str, years))}",
        "today": today,
        "headline": rescheduled.headline(why, definition, year),
        "count": len({item.about_step for item, _ in sections}),
        # the process owner alone mends the plan of meetings
        "dayless": to_owner
        and any(
            rescheduled.loses_a_day(
                item.notice,
                item.state.definition.step(item.notice.step),
                item.plan[item.notice.step],
            )
            for item, _ in sections
        ),
        "breaks": to_owner
        and any(
            rescheduled.missed(item.plan[item.notice.step])
            for item, _ in sections
            if item.notice.kind is Kind.MOVED
        ),
        "asking": len({item.about_step for item, _ in asking}),
        "to_owner": to_owner,
        "vacant": [role.title for role in vacant],
        "deputies": [
            role.recipient
            for role in roles
            if role.recipient.deputy_for and not role.recipient.vacant_role
        ],
        "as_owner": next((as_owner(owner, role.recipient) for role in vacant), ""),
        "roles": [role.title for role in roles],
        "rule": why.rule,
        "linked": any(one.answer_url for _, one in asking),
        "reply_to": reply_to,
        # a reply would go to the reader's own mailbox
        "reader_registers": first.recipient.mailbox == mailbox(reply_to)
        or len(vacant) == len(roles),
    }
    return Collected(
        subject=one_line(block(TEMPLATE, "subject", values)),
        greeting=letter.greeting,
        paragraphs=paragraphs(block(TEMPLATE, "lead", values)),
        overview=tuple(_line(item, one.subject, by_role, by_year) for item, one in sections),
        sections=tuple(
            (
                told_apart(one.subject.partition(" · ")[2], item, by_role, by_year),
                replace(one, about=told_apart(_title(item), item, by_role, by_year)),
            )
            for item, one in asking
        ),
        why=one_line(block(TEMPLATE, "why", values)),
    )


def _line(item: Item, subject: str, by_role: bool, by_year: bool) -> tuple[str, str]:
    """The step, and what is other than it was; of what the change has made a new task, that it is one."""
    step = item.state.definition.step(item.notice.step)
    title = told_apart(step.title_for(item.plan.budget_year), item, by_role, by_year)
    if item.notice.kind is Kind.MOVED:
        moved = rescheduled.from_to(item.notice, item.state, step, item.plan[step.slug])
        return title, one_line(moved)
    return title, subject.rpartition(": ")[2]


def _title(item: Item) -> str:
    return short_title(item.state.definition.step(item.notice.step), item.plan.budget_year)
