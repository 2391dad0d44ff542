"""The question whether steps were done before the year was started here: one section for all of them, with
how to answer said once. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from notifications import commands
from notifications.items import Item
from notifications.letters import Letter
from notifications.notices import Kind
from notifications.wording import block, items, long_day, paragraphs

Section = tuple[Item, Letter]
TEMPLATE = "redan-gjort.j2"


def with_questions_together(sections: Sequence[Section]) -> list[Section]:
    """The sections, with those that ask whether something is done as one for each year, where the first
    stood; a single one as it is."""
    found: list[Section] = []
    for item, letter in sections:
        asked = [one for one in sections if _is_question(one[0], item.plan.budget_year)]
        if not _is_question(item, item.plan.budget_year) or len(asked) == 1:
            found.append((item, letter))
        elif (item, letter) == asked[0]:
            found.append((item, _together(asked)))
    return found


def _is_question(item: Item, year: int) -> bool:
    return item.notice.kind is Kind.ALREADY_DONE and item.plan.budget_year == year


def _together(asked: Sequence[Section]) -> Letter:
    first, letter = asked[0]
    definition, year = first.state.definition, first.plan.budget_year
    values: dict[str, object] = {
        "count": len(asked),
        "plan": definition.plan_of(year),
        "due": min(item.due for item, _ in asked),
        "questions_command": commands.questions(year),
        "done_command": commands.ANY_DONE.format(year=year),
        "under_way_command": commands.ANY_UNDER_WAY.format(year=year),
    }
    what = f"{len(asked)} steg i {definition.plan_of(year)}"
    return replace(
        letter,
        subject=f"{letter.when} {what}",
        what=what,
        paragraphs=paragraphs(block(TEMPLATE, "several_lead", values)),
        facts=tuple(map(_row, (item for item, _ in asked))),
        todo=items(block(TEMPLATE, "several_todo", values)),
    )


def _row(item: Item) -> tuple[str, str]:
    """The step by its title, and by the name that a command knows it by, with its last day."""
    step = item.state.definition.step(item.notice.step)
    due = long_day(item.plan[step.slug].due)
    return step.title_for(item.plan.budget_year), f"{step.slug}, enligt planen klart {due}"
