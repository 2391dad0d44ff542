"""What a letter's templates may speak of: names, days and commands, but no wording.

Pure. The names of the values are those that the templates use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from models.events import DISCHARGE, AskedForTime, Effect, Outcome
from models.notices import Kind, Notice
from models.plan import LimitPlan, LinkPlan, YearPlan
from models.process import Body, Definition, Step, Strength, TaskKey
from models.recipients import Recipient, as_owner, reaches
from models.rescheduling import OWN_DAY, PARTS
from models.results import NAMES, WRITTEN
from models.state import Status, YearState, reconsider_from
from notifications import history, rescheduled
from notifications.decided import decided_before

EXAMPLE_YEAR = 2028
"""The first year in `models.results.WRITTEN`."""
TITLE = 35
"""So long may a step's title be in a subject, its year included."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A link of the chain by the body's name, with the day it is planned for."""

    body: str
    name: str
    clerk: str
    meeting: date | None
    register_by: date
    step: str
    """The title of the step, where it is another of the same ärende than the letter is about."""
    was: date | None = None
    """The day that it was planned for, where the letter tells that it is another now."""
    missed: date | None = None
    """The meeting that it was planned for, where that had been before the parts came in."""
    manuscripts_by: date | None = None
    dispatch_by: date | None = None


def situation(
    notice: Notice,
    state: YearState,
    plan: YearPlan,
    recipient: Recipient,
    reply_to: str,
    answer_url: str | None = None,
    today: date | None = None,
) -> dict[str, object]:
    """Everything the templates ask for, by name; as seen today, or on the day the rule pointed at."""
    definition, year = state.definition, plan.budget_year
    step = definition.step(notice.step)
    own, dates = state[step.slug], plan[step.slug]
    decision, owner = notice.decision, definition.municipality.owner
    told_on = max(notice.rung, today or notice.rung)
    turns = _seen(_turns(notice, state, plan, step))
    here = turns[0] if notice.body and not decision and turns else None
    pending = [need for need in step.requires if state[need.step].status is not Status.COMPLETED]
    has_part = notice.to in definition.tasks_of(step)
    back = _back(notice, definition, step)
    moved = rescheduled.moved(notice, step, dates)
    asked_since = reconsider_from(state, step) if notice.kind is Kind.RECONSIDER else None
    return {
        "kind": notice.kind.value,
        "year": year,
        "plan": definition.plan_of(year),
        "title": step.title_for(year),
        "short_title": short_title(step, year),
        "named": _named(definition, step, year),
        "recipient": recipient,
        "first_name": first_name(recipient.name),
        "reply_to": reply_to,
        "answer_url": answer_url,
        # a reply would go to the reader's own mailbox
        "reader_registers": bool(recipient.vacant_role)
        or notice.to.role == owner
        or reaches(reply_to, recipient),
        "role": definition.title_of(notice.to),
        "to_owner": notice.to.role == owner,
        "as_owner": as_owner(definition.role(owner).name, recipient),
        "has_part": has_part,
        "part_is_open": notice.to in state.missing(step),
        "rule": notice.rule,
        "told_on": told_on,
        "reminded_on": notice.reminded_on,
        "step": step,
        "status": own,
        "is_done": own.status is Status.COMPLETED,
        "again": notice.round > 1,
        "lap": (notice.wrong or decision or notice).round,
        "reason": own.reason,
        "number": state.number_of(step),
        "meeting_day": dates.meeting_day,
        "meeting_day_was": moved.get(OWN_DAY),
        "due_was": moved.get(PARTS) if not here else None,
        "due_moved": PARTS in moved,
        **(rescheduled.values(notice.rescheduled, definition, year) if notice.rescheduled else {}),
        "parts_due": dates.due,
        "due": _due(notice, dates.due if has_part else plan[back.slug].due),
        # the year was started, or the turn came, when the last day had already been
        "late_already": notice.kind is Kind.OPENED and notice.due < notice.rung,
        "held_already": bool(here and here.meeting and here.meeting < notice.rung),
        "here": here,
        "ahead": turns[1:] if here else turns,
        "limits": [
            (limit, any(_misses(turn, limit) for turn in turns))
            for limit in dates.limits
            if limit.body is None or limit.body in {turn.body for turn in turns if not turn.step}
        ],
        "soft": _titles(definition, [n.step for n in pending if n.strength is Strength.SOFT], year),
        "hard": _titles(definition, [n.step for n in pending if n.strength is Strength.HARD], year),
        "missing": [(definition.title_of(k), _report(step, k, year)) for k in notice.missing],
        "override_command": f'kommunplan klar {step.slug} --alla --skal "…" --budgetar {year}',
        "report_command": _report(step, notice.to, year),
        "decision_command": _decision(step, here, year) if here else "",
        "uphold_command": f"kommunplan star-fast {step.slug} --budgetar {year}",
        "rerun_command": f'kommunplan kor-om {step.slug} --skal "…" --budgetar {year}',
        "outcomes": _outcomes(step, definition.body(here.body)) if here else [],
        "decision": decision,
        "decided_by": definition.body(decision.body).name if decision else "",
        # by a body that may, so that those after it need not
        "has_last_word": definition.arende_of(step).steps[-1] == step.slug,
        "settled_early": bool(decision and decision.body in step.may_settle)
        and own.status is Status.COMPLETED
        and len(own.standing) < len(step.chain),
        "wrong": notice.wrong,
        "wrong_by": definition.body(notice.wrong.body).name if notice.wrong else "",
        "correction_reason": notice.reason,
        "by_itself": notice.rescheduled is not None and notice.rescheduled.put_off == step.slug,
        "corrections": history.corrections(notice.wrong, decision),
        "because": _titles(definition, list(notice.because), year),
        "grounds": [history.ground(state, slug, year) for slug in notice.because],
        # asked only once all that it rests on is done anew; until then it is told that it will be
        "under_way": own.status.is_open,
        "asked": asked_since is not None,
        "reminded": asked_since is not None and notice.rung > asked_since,
        "unanswered": asked_since is not None and notice.rung > notice.due,
        "decided_by_council": any(
            definition.body(one.body).kind == "fullmaktige" for one in own.standing
        ),
        "question": notice.question,
        "asks_for_time": isinstance(notice.question, AskedForTime),
        "asking_role": definition.title_of(notice.question.task) if notice.question else "",
        "missed": [
            turn
            for turn in turns[:1]
            if isinstance(notice.question, AskedForTime)
            and turn.meeting
            and turn.meeting <= notice.question.until
        ],
        "returned": notice.kind is Kind.RETURNED,
        "back_elsewhere": back.slug != step.slug,
        "sent_back": history.sent_back(state, step),
        "deferred": bool(decision and decision.outcome.effect is Effect.DEFER),
        "parts": [definition.title_of(key) for key in definition.tasks_of(step)],
        "is_clerk": bool(turns and turns[0].clerk == notice.to.role),
        "changes": history.changes(state, step),
        "decided_before": decided_before(notice, state, step, year),
        "figures": history.figures_compared(state, step, year),
        "figures_wanted": [
            (NAMES[kind], _form(kind, year)) for kind in step.results if kind not in own.results
        ],
        "start": history.start_of(state, step, year),
        "occasion": history.occasion(definition, step),
        "at_once": history.at_once(definition, step),
        "next_steps": [
            (later.title_for(year), plan[later.slug], state[later.slug].status.is_open)
            for later in definition.successors(step.slug)
            if _comes(later, state, plan)
            and (notice.to.role == owner or notice.to in definition.tasks_of(later))
        ],
        # who is responsible, or decides, where the governance model does not say
        "assumption": step.assumption
        if step.assumption
        and ((has_part and step.assumption.responsible) or (here and step.assumption.chain))
        else None,
    }


def short_title(step: Step, budget_year: int) -> str:
    """The title as a subject has room for it: what is cut is never the year that the step is about."""
    whole = step.title_for(budget_year)
    if len(whole) <= TITLE:
        return whole
    year = whole.removeprefix(step.title)
    return step.title[: TITLE - 1 - len(year)].rstrip(" :,–-") + "…" + year


def _named(definition: Definition, step: Step, budget_year: int) -> str:
    """`Bokslut 2026 (Kommunplan 2028)`; `Kommunplan i KS (budgetåret 2028)`, where the word is there."""
    title = step.title_for(budget_year)
    if definition.municipality.plan_name.casefold() in title.casefold():
        return f"{title} (budgetåret {budget_year})"
    return f"{title} ({definition.plan_of(budget_year)})"


def _comes(later: Step, state: YearState, plan: YearPlan) -> bool:
    """Whether a step is open or to be opened as things stand: not what only a failure would start."""
    own = state[later.slug]
    if own.status is Status.PLANNED:
        conditional = later.starts is not None and later.starts.missing_by is not None
        return not (plan[later.slug].dormant or conditional)
    return own.status is not Status.COMPLETED


def _seen(turns: Iterable[Turn]) -> list[Turn]:
    """No body after one whose meeting was missed meets before that has had its say."""
    found = list(turns)
    if not found or found[0].missed is None:
        return found
    earliest = found[0].meeting or date.max
    return found[:1] + [
        replace(turn, meeting=None) if turn.meeting and turn.meeting < earliest else turn
        for turn in found[1:]
    ]


def _turns(notice: Notice, state: YearState, plan: YearPlan, step: Step) -> Iterator[Turn]:
    """Every link of the ärende that is ahead: from where the notice leaves it, through the step, and on
    through the ärende's later steps, as far as these are not completed."""
    definition = state.definition
    back = _back(notice, definition, step)
    at = _position(notice, state, step)
    if notice.decision and back.slug != step.slug:
        at = notice.decision.back_link
    way = [slug for slug in definition.arende_of(step).steps if slug in state.steps]
    for slug in way[way.index(back.slug) :]:
        on = definition.step(slug)
        is_later = way.index(slug) > way.index(step.slug)
        if is_later and state[slug].status is Status.COMPLETED:
            return
        title = "" if slug == step.slug else on.title_for(plan.budget_year)
        links = plan[slug].links
        for link in links[state[slug].link if is_later else at if slug == back.slug else 0 :]:
            turn = _turn(definition, link, title)
            yield replace(turn, was=rescheduled.was(notice, slug, link))


def _back(notice: Notice, definition: Definition, step: Step) -> Step:
    """The step that the notice sends the item back to; the notice's own otherwise."""
    decision = notice.decision
    if decision is None or decision.outcome.effect is not Effect.RETURN or not decision.back_step:
        return step
    return definition.step_by_slug.get(decision.back_step, step)


def _position(notice: Notice, state: YearState, step: Step) -> int:
    """The link that the notice leaves as the next to act."""
    own, decision = state[step.slug], notice.decision
    if notice.kind is Kind.COMPLETED:
        return len(step.chain)
    if notice.kind is Kind.CORRECTED:
        return own.link
    if notice.kind is Kind.DECISION and own.status is Status.COMPLETED:
        return len(step.chain)
    if decision is not None:
        effect = decision.outcome.effect
        if effect is Effect.RETURN and decision.back_step == step.slug:
            return decision.back_link
        return max(decision.link + {Effect.PASS: 1, Effect.DEFER: 0, Effect.RETURN: -1}[effect], 0)
    if notice.body and step.chain[own.link : own.link + 1] != (notice.body,):
        return step.chain.index(notice.body)
    return own.link


def _due(notice: Notice, part_due: date) -> date | None:
    """The day by which somebody should act; None where the notice only tells what has happened."""
    if notice.kind in (Kind.RETURNED, Kind.MORE_TIME, Kind.NOT_MINE):
        return part_due
    told = (Kind.DECISION, Kind.COMPLETED, Kind.CORRECTED)
    return None if notice.kind in told else notice.due


def _turn(definition: Definition, link: LinkPlan, step: str) -> Turn:
    body = definition.body(link.body)
    return Turn(
        body.slug, body.name, body.clerk, link.meeting, link.register_by, step,
        missed=link.missed, manuscripts_by=link.manuscripts_by, dispatch_by=link.dispatch_by,
    )  # fmt: skip


def _misses(turn: Turn, limit: LimitPlan) -> bool:
    return (
        turn.body == limit.body
        and not turn.step
        and turn.meeting is not None
        and turn.meeting > limit.last_day
    )


def _titles(definition: Definition, slugs: list[str], budget_year: int) -> list[str]:
    return [definition.step(slug).title_for(budget_year) for slug in slugs]


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


def _form(kind: str, budget_year: int) -> str:
    """How the figures are written on the command line, with gaps: pasted as it stands it is refused."""

    def gap(found: re.Match[str]) -> str:
        offset = int(found[0]) - EXAMPLE_YEAR
        return str(budget_year + offset) if found[0] == found["year"] else "…"

    written = re.sub(r"(?P<year>20[0-9]{2}(?=:))|[0-9]+", gap, WRITTEN[kind])
    return f'--resultat "{written}"'


def _outcomes(step: Step, body: Body) -> list[str]:
    """What the body can make of the item: of the ansvarsfrihet only fullmäktige, in its own step."""
    discharges = step.concerns == "ansvarsfrihet" and body.kind == "fullmaktige"
    return [one.value for one in Outcome if discharges or one not in DISCHARGE]


def first_name(name: str) -> str:
    """`Eva` for `Eva Exempel`; nothing for a name that is not plainly a person's: `Processägaren`."""
    words = name.split()
    return words[0] if len(words) > 1 and all(word[0].isupper() for word in words) else ""
