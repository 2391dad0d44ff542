"""What a letter's templates may speak of: names, days and commands, but no wording.

Pure. The names of the values are those that the templates use.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from models.asked_figures import wanted_of_part, wanted_with_decision
from models.events import AskedForTime, Effect
from models.outcomes import Outcome
from models.plan import StepPlan, YearPlan
from models.process import Definition, Step, Strength
from models.results import NAMES
from models.state import Status, StepState, YearState, met_in_time, reconsider_from
from notifications import commands, history, rescheduled
from notifications.bodies_ahead import Turn, misses, sent_back_to, turns_ahead
from notifications.decided import decided_before
from notifications.naming import first_name, named, named_plan, titles
from notifications.notices import Kind, Notice
from notifications.recipients import Recipient, as_owner, reaches
from notifications.rescheduling import OWN_DAY, PARTS
from notifications.wording import enumerated

Values = dict[str, object]
ASKS_A_PART = (Kind.OPENED, Kind.REMINDER, Kind.OVERDUE, Kind.RETURNED, Kind.MOVED)


def situation(
    notice: Notice,
    state: YearState,
    plan: YearPlan,
    recipient: Recipient,
    reply_to: str,
    answer_url: str | None = None,
    today: date | None = None,
) -> Values:
    """Everything the templates ask for, by name; as seen today, or on the day the rule pointed at."""
    about = _About(notice, state, plan)
    return {
        **_reader(about, recipient, reply_to),
        "answer_url": answer_url,
        "part": _part(about, vacant=bool(recipient.vacant_role)),
        "told_on": max(notice.rung, today or notice.rung),
        **_step(about),
        **_parts(about),
        **_days(about),
        **_bodies(about),
        **_decision(about),
        **_correction(about),
        **_reconsideration(about),
        **_question(about),
        **_around(about),
        **_to_paste(about),
    }


@dataclass(frozen=True)
class _About:
    """A notice, and the step it is about as it stands."""

    notice: Notice
    state: YearState
    plan: YearPlan

    @property
    def definition(self) -> Definition:
        return self.state.definition

    @property
    def year(self) -> int:
        return self.plan.budget_year

    @cached_property
    def step(self) -> Step:
        return self.definition.step(self.notice.step)

    @property
    def own(self) -> StepState:
        return self.state[self.step.slug]

    @property
    def dates(self) -> StepPlan:
        return self.plan[self.step.slug]

    @cached_property
    def back(self) -> Step:
        return sent_back_to(self.notice, self.definition, self.step)

    @cached_property
    def turns(self) -> list[Turn]:
        return turns_ahead(self.notice, self.state, self.plan, self.step)

    @property
    def here(self) -> Turn | None:
        """The body whose turn the notice is about."""
        notice = self.notice
        return self.turns[0] if notice.body and not notice.decision and self.turns else None

    @property
    def has_part(self) -> bool:
        return self.notice.to in self.definition.tasks_of(self.step)

    @property
    def to_owner(self) -> bool:
        return self.notice.to.role == self.definition.municipality.owner


def _reader(about: _About, recipient: Recipient, reply_to: str) -> Values:
    definition, notice = about.definition, about.notice
    owner = definition.role(definition.municipality.owner).name
    return {
        "recipient": recipient,
        "first_name": first_name(recipient.name),
        "reply_to": reply_to,
        # a reply would go to the reader's own mailbox
        "reader_registers": bool(recipient.vacant_role)
        or about.to_owner
        or reaches(reply_to, recipient),
        "role": definition.title_of(notice.to),
        "by_address": notice.to.is_address,
        "to_owner": about.to_owner,
        "as_owner": as_owner(owner, recipient),
        "is_clerk": bool(about.turns and about.turns[0].clerk == notice.to),
    }


def _step(about: _About) -> Values:
    notice, state, step, own, year = about.notice, about.state, about.step, about.own, about.year
    return {
        "kind": notice.kind.value,
        "rule": notice.rule,
        "year": year,
        "plan": about.definition.plan_of(year),
        "title": step.title_for(year),
        "named_title": step.title_for(year),
        "named_plan": named_plan(about.definition, step, year),
        "own_part": _own_part(about),
        "named": named(about.definition, step, year),
        "step": step,
        "status": own,
        "is_done": own.status is Status.COMPLETED,
        "under_way": own.status.is_open,
        "again": notice.round > 1,
        "lap": (notice.wrong or notice.decision or notice).round,
        "reason": own.reason,
        "number": state.number_of(step),
        "start": history.start_of(state, step, year),
        "occasion": history.occasion(about.definition, step),
        "at_once": history.at_once(about.definition, step)
        and not history.is_expected(state, step, year),
        "changes": history.changes(state, step),
        # who is responsible, or decides, where the governance model does not say
        "assumption": step.assumption
        if step.assumption
        and (
            (about.has_part and step.assumption.responsible)
            or (about.here and step.assumption.chain)
        )
        else None,
    }


def _part(about: _About, *, vacant: bool) -> str:
    """What of the step is the reader's, in a subject; empty where it is all of it."""
    several = len(about.definition.tasks_of(about.step)) > 1
    return ("en del" if vacant else "din del") if several else ""


def _own_part(about: _About) -> str:
    """What the reader's part of the step is: of which unit, which figures and which documents."""
    definition, notice, step = about.definition, about.notice, about.step
    if not about.has_part or about.here or notice.kind not in ASKS_A_PART:
        return ""
    said = [f"enheten {definition.unit(notice.to.unit).name}"] if notice.to.unit else []
    if figures := [NAMES[kind] for kind in _wanted(about)]:
        said.append(f"siffror: {enumerated(figures)}")
    if step.documents:
        said.append(f"dokument: {enumerated(one.name for one in step.documents)}")
    whole = len(definition.tasks_of(step)) == 1
    alone = "hela steget" if whole else f"det som {definition.title_of(notice.to)} lämnar"
    return "; ".join(said) or alone


def _parts(about: _About) -> Values:
    definition, notice, state, step = about.definition, about.notice, about.state, about.step
    return {
        "has_part": about.has_part,
        "is_told": notice.to in definition.told_of(step),
        "takes_part": notice.to in definition.attending(step),
        "others_present": [
            *step.participants,
            *(definition.title_of(k) for k in definition.attending(step) if k != notice.to),
        ],
        "part_is_open": notice.to in state.missing(step),
        "parts_missing": bool(state.missing(step)),
        "parts": [definition.title_of(key) for key in definition.tasks_of(step)],
        "missing": [
            (definition.title_of(key), commands.report(step, key, about.year))
            for key in notice.missing
        ],
        "reminded_on": notice.reminded_on,
        "figures": history.figures_compared(state, step, about.year),
        "figures_wanted": [
            (NAMES[kind], commands.figures(kind, about.year)) for kind in _wanted(about)
        ],
    }


def _wanted(about: _About) -> tuple[str, ...]:
    """The kinds of figures that the reader is asked for: those of the body's decision, or of the own part."""
    if about.here:
        return wanted_with_decision(about.state, about.step)
    return wanted_of_part(about.state, about.step, about.notice.to) if about.has_part else ()


def _days(about: _About) -> Values:
    notice, dates, here = about.notice, about.dates, about.here
    why = notice.rescheduled
    moved = rescheduled.moved(notice, about.step, dates)
    part_due = dates.due if about.has_part else about.plan[about.back.slug].due
    return {
        "parts_due": dates.due,
        "due": _due(notice, part_due),
        "due_was": moved.get(PARTS) if not here else None,
        "due_moved": PARTS in moved,
        "meeting_day": dates.meeting_day,
        "as_of": about.step.as_of(dates.window_end),
        "meeting_day_was": moved.get(OWN_DAY),
        # the year was started, or the turn came, when the last day had already been
        "late_already": notice.kind is Kind.OPENED and notice.due < notice.rung,
        "held_already": bool(here and here.meeting and here.meeting < notice.rung),
        "by_itself": why is not None and why.put_off == about.step.slug,
        **(rescheduled.values(why, about.definition, about.year) if why else {}),
    }


def _bodies(about: _About) -> Values:
    definition, step, own, turns, here = (
        about.definition,
        about.step,
        about.own,
        about.turns,
        about.here,
    )
    outcomes = commands.outcomes(step, definition.body(here.body)) if here else []
    return {
        "here": here,
        "here_discusses": bool(here and here.body in step.discussing),
        "in_turn": bool(here and about.state.awaited_body(step) == here.body),
        "ahead": turns[1:] if here else turns,
        "limits": [
            (limit, not met_in_time(own, limit) and any(misses(turn, limit) for turn in turns))
            for limit in about.dates.limits
            if limit.body is None or limit.body in {turn.body for turn in turns if not turn.step}
        ],
        "has_last_word": definition.arende_of(step).steps[-1] == step.slug,
        "outcomes": outcomes,
        "outcome_labels": [Outcome(one).label for one in outcomes],
        "decided_before": decided_before(about.notice, about.state, step, about.year),
        "decided_by_council": any(
            definition.body(one.body).kind == "fullmaktige" for one in own.standing
        ),
    }


def _decision(about: _About) -> Values:
    definition, notice, step, own = about.definition, about.notice, about.step, about.own
    decision = notice.decision
    return {
        "decision": decision,
        "decided_by": definition.body(decision.body).name if decision else "",
        "said_besides": history.said_besides(decision),
        # by a body that may, so that those after it need not
        "settled_early": bool(decision and decision.body in step.may_settle)
        and own.status is Status.COMPLETED
        and len(own.standing) < len(step.chain),
        "returned": notice.kind is Kind.RETURNED,
        "back_elsewhere": about.back.slug != step.slug,
        "sent_back": history.sent_back(about.state, step),
        "deferred": bool(decision and decision.outcome.effect is Effect.DEFER),
    }


def _correction(about: _About) -> Values:
    wrong = about.notice.wrong
    return {
        "wrong": wrong,
        "wrong_by": about.definition.body(wrong.body).name if wrong else "",
        "correction_reason": about.notice.reason,
        "corrections": history.corrections(wrong, about.notice.decision),
    }


def _reconsideration(about: _About) -> Values:
    """Asked only once all that the step rests on is done anew; until then it is told that it will be."""
    notice, state, year = about.notice, about.state, about.year
    since = reconsider_from(state, about.step) if notice.kind is Kind.RECONSIDER else None
    return {
        "because": titles(about.definition, notice.because, year),
        "grounds": [history.ground(state, slug, year) for slug in notice.because],
        "asked": since is not None,
        "reminded": since is not None and notice.rung > since,
        "unanswered": since is not None and notice.rung > notice.due,
    }


def _question(about: _About) -> Values:
    question = about.notice.question
    asks = isinstance(question, AskedForTime)
    return {
        "question": question,
        "asks_for_time": asks,
        "asking_role": about.definition.title_of(question.task) if question else "",
        "missed": [
            turn
            for turn in about.turns[:1]
            if isinstance(question, AskedForTime)
            and turn.meeting
            and turn.meeting <= question.until
        ],
    }


def _around(about: _About) -> Values:
    """What the step rests on that is not completed, and what of the reader's rests on the step."""
    definition, state, plan, year = about.definition, about.state, about.plan, about.year
    pending = {
        strength: [
            need.step
            for need in about.step.requires
            if need.strength is strength and state[need.step].status is not Status.COMPLETED
        ]
        for strength in Strength
    }
    return {
        "soft": titles(definition, pending[Strength.SOFT], year),
        "hard": titles(definition, pending[Strength.HARD], year),
        "next_steps": [
            (later.title_for(year), plan[later.slug], state[later.slug].status.is_open)
            for later in definition.successors(about.step.slug)
            if _comes(later, state, plan)
            and (about.to_owner or about.notice.to in definition.tasks_of(later))
        ],
    }


def _to_paste(about: _About) -> Values:
    step, here, year = about.step, about.here, about.year
    return {
        "report_command": commands.report(step, about.notice.to, year),
        "decision_command": commands.decision(step, here, year) if here else "",
        "override_command": commands.override(step, year),
        "uphold_command": commands.uphold(step, year),
        "done_command": commands.already_done(step, year),
        "under_way_command": commands.under_way(step, year),
        "questions_command": commands.questions(year),
        "asked_on": about.state[step.slug].asked_on or about.notice.rung,
        "rerun_command": commands.rerun(step, year),
    }


def _due(notice: Notice, part_due: date) -> date | None:
    """The day by which somebody should act; None where the notice only tells what has happened."""
    if notice.kind in (Kind.RETURNED, Kind.MORE_TIME, Kind.NOT_MINE):
        return part_due
    told = (Kind.DECISION, Kind.COMPLETED, Kind.CORRECTED)
    return None if notice.kind in told else notice.due


def _comes(later: Step, state: YearState, plan: YearPlan) -> bool:
    """Whether a step is open or to be opened as things stand: not what only a failure would start."""
    own = state[later.slug]
    if own.status is Status.PLANNED:
        conditional = later.starts is not None and later.starts.missing_by is not None
        return not (plan[later.slug].dormant or conditional)
    return own.status is not Status.COMPLETED
