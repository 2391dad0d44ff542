"""What a letter's templates may speak of: names, days and commands, but no wording.

Pure. The names of the values are those that the templates use.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.events import Effect, Outcome
from models.notices import Kind, Notice
from models.plan import LimitPlan, LinkPlan, YearPlan
from models.process import Definition, Step, Strength, TaskKey
from models.state import Status, YearState


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who the mail goes to. `vacant_role` is the title of the role that it was meant for, where nobody
    holds that role and the process owner gets the mail instead."""

    name: str
    address: str
    vacant_role: str | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A link of the chain by the body's name, with the day it is planned for."""

    body: str
    name: str
    clerk: str
    meeting: date | None


def situation(
    notice: Notice, state: YearState, plan: YearPlan, recipient: Recipient, reply_to: str
) -> dict[str, object]:
    """Everything the templates ask for, by name."""
    definition, year = state.definition, plan.budget_year
    step = definition.step(notice.step)
    own, dates = state[step.slug], plan[step.slug]
    at = _position(notice, state, step)
    turns = [_turn(definition, link) for link in dates.links[at:]]
    here = turns[0] if notice.body and not notice.decision and turns else None
    owner = definition.municipality.owner
    pending = [need for need in step.requires if state[need.step].status is not Status.COMPLETED]
    has_part = notice.to in definition.tasks_of(step)
    return {
        "kind": notice.kind.value,
        "year": year,
        "recipient": recipient,
        "first_name": _first_name(recipient.name),
        "reply_to": reply_to,
        # a reply would go to the reader's own mailbox
        "reader_registers": bool(recipient.vacant_role)
        or notice.to.role == owner
        or recipient.address == reply_to,
        "role": definition.title_of(notice.to),
        "to_owner": notice.to.role == owner,
        "owner": definition.role(owner).name,
        "has_part": has_part,
        "rule": notice.rule,
        "step": step,
        "status": own,
        "again": notice.round > 1,
        "reason": own.reason,
        "meeting_day": dates.meeting_day,
        "due": _due(notice, dates.due),
        # the year was started, or the turn came, when the last day had already been
        "late_already": notice.kind is Kind.OPENED and notice.due < notice.rung,
        "held_already": bool(here and here.meeting and here.meeting < notice.rung),
        "here": here,
        "ahead": turns[1:] if here else turns,
        "limits": [
            (limit, any(_misses(turn, limit) for turn in turns))
            for limit in dates.limits
            if limit.body is None or limit.body in {turn.body for turn in turns}
        ],
        "soft": _titles(definition, [n.step for n in pending if n.strength is Strength.SOFT]),
        "hard": _titles(definition, [n.step for n in pending if n.strength is Strength.HARD]),
        "missing": [(definition.title_of(k), _report(step, k, year)) for k in notice.missing],
        "override_command": f'kommunplan klar {step.slug} --alla --skal "…" --budgetar {year}',
        "report_command": _report(step, notice.to, year),
        "decision_command": _decision(step, here, year) if here else "",
        "outcomes": [outcome.value for outcome in Outcome],
        "decision": notice.decision,
        "decided_by": definition.body(notice.decision.body).name if notice.decision else "",
        "returned": notice.kind is Kind.RETURNED,
        "deferred": bool(notice.decision and notice.decision.outcome.effect is Effect.DEFER),
        "parts": [definition.title_of(key) for key in definition.tasks_of(step)],
        "is_clerk": bool(turns and turns[0].clerk == notice.to.role),
        "next_steps": [
            (later, plan[later.slug], state[later.slug].status is not Status.PLANNED)
            for later in definition.successors(step.slug)
            if state[later.slug].status is not Status.COMPLETED
            and (notice.to.role == owner or notice.to in definition.tasks_of(later))
        ],
        # who is responsible, or decides, where the governance model does not say
        "assumption": step.assumption
        if step.assumption
        and ((has_part and step.assumption.responsible) or (here and step.assumption.chain))
        else None,
    }


def _position(notice: Notice, state: YearState, step: Step) -> int:
    """The link that the notice leaves as the next to act."""
    link, decision = state[step.slug].link, notice.decision
    if notice.kind is Kind.COMPLETED:
        return len(step.chain)
    if decision is not None:
        effect = decision.outcome.effect
        return max(decision.link + {Effect.PASS: 1, Effect.DEFER: 0, Effect.RETURN: -1}[effect], 0)
    if notice.body and step.chain[link : link + 1] != (notice.body,):
        return step.chain.index(notice.body)
    return link


def _due(notice: Notice, part_due: date) -> date | None:
    """The day by which somebody should act; None where the notice only tells what has happened."""
    if notice.kind is Kind.RETURNED:
        return part_due
    return None if notice.kind in (Kind.DECISION, Kind.COMPLETED) else notice.due


def _turn(definition: Definition, link: LinkPlan) -> Turn:
    body = definition.body(link.body)
    return Turn(body.slug, body.name, body.clerk, link.meeting)


def _misses(turn: Turn, limit: LimitPlan) -> bool:
    return turn.body == limit.body and turn.meeting is not None and turn.meeting > limit.last_day


def _titles(definition: Definition, slugs: list[str]) -> list[str]:
    return [definition.step(slug).title for slug in slugs]


def _report(step: Step, key: TaskKey, year: int) -> str:
    unit = f" --enhet {key.unit}" if key.unit else ""
    return f"kommunplan klar {step.slug} --roll {key.role}{unit} --budgetar {year}"


def _decision(step: Step, turn: Turn, year: int) -> str:
    """The command with its gaps in capitals: pasted as it stands it is refused, never registered."""
    day = str(turn.meeting or "ÅÅÅÅ-MM-DD")
    paragraph = f"{turn.body} § …/{turn.meeting.year if turn.meeting else 'ÅÅÅÅ'}"
    return (
        f"kommunplan beslut {step.slug} {turn.body} UTFALL --datum {day} "
        f'--paragraf "{paragraph}" --budgetar {year}'
    )


def _first_name(name: str) -> str:
    """`Eva` for `Eva Exempel`; nothing for a name that is not plainly a person's: `Processägaren`."""
    words = name.split()
    return words[0] if len(words) > 1 and all(word[0].isupper() for word in words) else ""
