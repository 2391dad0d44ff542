"""A letter that holds several: the day's or the week's tasks, or the handover of a role.

Pure. Each section is the letter that its notice would have been alone, so nothing is left out; the
words around them stand in `templates/`, one file for each form.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from models.mail_choices import Pace
from models.state import Status
from notifications.asked_at_start import Section, with_questions_together
from notifications.items import Item
from notifications.letters import Letter
from notifications.naming import short_title
from notifications.recipients import Recipient, as_owner, reaches
from notifications.sorting import Form
from notifications.wording import block, enumerated, long_day, one_line, paragraphs


@dataclass(frozen=True, slots=True)
class Collected:
    """`overview` says by when and what, a line for each section; a section stands under its heading."""

    subject: str
    greeting: str
    paragraphs: tuple[str, ...]
    overview: tuple[tuple[str, str], ...]
    sections: tuple[tuple[str, Letter], ...]
    why: str
    calendar: tuple[str, ...] = ()
    """As in a letter; of the whole mail."""


@dataclass(frozen=True, slots=True)
class ForRole:
    """A role that some of the sections are for, why the reader has it, and who had it before."""

    title: str
    recipient: Recipient
    had_by: tuple[str, ...]


def collect(form: Form, sections: Sequence[Section], reply_to: str, today: date) -> Collected:
    """The letter of today that holds the sections, which are in the order in which they are to be read."""
    if form is Form.HANDOVER:
        sections = [(item, _with_history(item, letter)) for item, letter in sections]
    asked = [item for item, _ in sections]
    sections = with_questions_together(sections)
    first, letter = sections[0]
    template = f"{form}.j2"
    roles = list(roles_of(sections))
    values: dict[str, object] = {
        "plan": plans_of(sections),
        "today": today,
        "rule": first.rule,
        "reply_to": reply_to,
        "linked": any(one.answer_url for _, one in sections),
        "first": letter.subject,
        "others": len(sections) - 1,
        **_counts(asked),
        **_reader(first, roles, reply_to),
    }
    by_role, by_year = len(roles) > 1, len(years_of(sections)) > 1
    headed = [
        (
            told_apart(one.subject, item, by_role, by_year),
            replace(one, about=told_apart(title_of(item), item, by_role, by_year)),
        )
        for item, one in sections
    ]
    return Collected(
        subject=one_line(block(template, "subject", values)),
        greeting=letter.greeting,
        paragraphs=paragraphs(block(template, "lead", values)),
        overview=tuple(
            (one.when, told_apart(one.what, item, by_role, by_year)) for item, one in sections
        ),
        sections=tuple(headed),
        why=one_line(block(template, "why", values)),
    )


def _counts(items: Sequence[Item]) -> dict[str, object]:
    """How many things are asked and how many only told, and by when."""
    asking = [item for item in items if not item.only_tells]
    return {
        "count": len(asking),
        "told": len(items) - len(asking),
        "first_due": min((item.due for item in asking), default=None),
        "late": sum(item.is_late for item in asking),
    }


def _reader(first: Item, roles: Sequence[ForRole], reply_to: str) -> dict[str, object]:
    """What is said to the reader as who they are."""
    vacant = [role for role in roles if role.recipient.vacant_role]
    return {
        "roles": roles,
        "vacant": [role.title for role in vacant],
        "vacated_by": list(dict.fromkeys(name for role in vacant for name in role.had_by)),
        "as_owner": owner_for(first, vacant),
        "weekly": first.recipient.pace is Pace.WEEKLY,
        # a reply would go to the reader's own mailbox
        "reader_registers": reaches(reply_to, first.recipient) or len(vacant) == len(roles),
    }


def owner_for(first: Item, vacant: Sequence[ForRole]) -> str:
    """As what the reader gets what is for vacant roles; nothing where there are none."""
    definition = first.state.definition
    owner = definition.role(definition.municipality.owner).name
    return as_owner(owner, vacant[0].recipient) if vacant else ""


def years_of(sections: Sequence[Section]) -> list[int]:
    """The budget years that a letter is about."""
    return sorted({item.plan.budget_year for item, _ in sections})


def plans_of(sections: Sequence[Section]) -> str:
    """What their plans are called: `Kommunplan 2028 och 2029`."""
    municipality = sections[0][0].state.definition.municipality
    return f"{municipality.plan_name} {enumerated(map(str, years_of(sections)))}"


def title_of(item: Item) -> str:
    """The short title of the step that it is about."""
    return short_title(item.state.definition.step(item.notice.step), item.plan.budget_year)


def told_apart(what: str, item: Item, by_role: bool, by_year: bool) -> str:
    """`Senast ons 31 mars: Bokslut 2026`, with the role and the year where the mail is
    about more than one."""
    definition = item.state.definition
    role = f" – {definition.title_of(item.notice.to)}" if by_role else ""
    year = f" ({definition.plan_of(item.plan.budget_year)})" if by_year else ""
    return f"{what}{role}{year}"


def roles_of(sections: Sequence[Section]) -> Iterator[ForRole]:
    found: dict[str, ForRole] = {}
    for item, _ in sections:
        title = item.state.definition.title_of(item.notice.to)
        before = found[title].had_by if title in found else ()
        had_by = tuple(dict.fromkeys((*before, *item.had_by)))
        found[title] = ForRole(title, item.recipient, had_by)
    yield from found.values()


def _with_history(item: Item, letter: Letter) -> Letter:
    """The letter with what had been done before the part changed hands."""
    definition = item.state.definition
    own = item.state[item.notice.step]
    facts = [("Hade uppgiften", ", ".join(item.had_by))]
    if own.reported and own.status is not Status.COMPLETED:
        reported = "; ".join(
            f"{definition.title_of(key)}, {long_day(day)}" for key, day in own.reported.items()
        )
        facts.append(("Lämnat hittills", reported))
    if undone := [one for one in own.decisions if one not in own.standing]:
        decided = "; ".join(
            f"{one.body}, {long_day(one.on)}: {one.outcome.label}"
            f"{f' ({one.reason})' if one.reason else ''}"
            for one in undone
        )
        facts.append(("Beslutat hittills", decided))
    return replace(letter, facts=(*letter.facts, *((what, _plain(how)) for what, how in facts)))


def _plain(text: str) -> str:
    """One line; a backtick marks a command in our letters, so nobody else's may stand."""
    return one_line(text).replace("`", "'")
