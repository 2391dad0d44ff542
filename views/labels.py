"""The state of a step in words, as Prefect's states, the status table and the log show it. Pure."""

from __future__ import annotations

from datetime import date

from models.answers import next_link
from models.comparisons import compared
from models.plan import StepPlan
from models.process import Step
from models.results import NAMES, in_words
from models.state import Status, YearState, is_late, reconsider_from
from models.text import Cases, Text, ask

LATE = "Sent: "
LEGAL_RISK = "Lagrisk: "
LEFT_OUT = "Utgår i år"
ALREADY_DONE = "Redan gjort?"


def label(state: YearState, step: Step, plan: StepPlan, today: date) -> str:
    """`Väntar på KS`, and `Sent: väntar på KS` once somebody should have acted."""
    words = _words(state, step, plan)
    late = is_late(state, step, plan, today)
    return f"{LATE}{words[0].lower()}{words[1:]}" if late else words


def as_sentence(label: str) -> str:
    """The label with its full stop, or as the question that it is."""
    return label if label.endswith("?") else f"{label}."


def name_of_state(label: str, *, misses_limit: bool) -> str:
    """What the UI shows: the label, and `Lagrisk: …` where a statutory limit is missed besides."""
    if not misses_limit:
        return label
    if label.startswith(LATE):
        return f"Sent, lagrisk: {label.removeprefix(LATE)}"
    return f"{LEGAL_RISK}{label[0].lower()}{label[1:]}"


def is_alarming(name: str) -> bool:
    """Whether a state's name says that somebody should have acted, or that a limit is missed."""
    return name.startswith((LATE, "Sent, ", LEGAL_RISK))


def is_state_of_step(kind: str, name: str) -> bool:
    """Whether a run's final state in Prefect, of this type and name, tells where its step stands: it was
    not refused, and did not break."""
    return kind == "COMPLETED" or is_alarming(name) or name == LEFT_OUT


def status_word(state: YearState, step: Step) -> str:
    """The step's state as JSON has it: `väntar`, or `utgår` of one that is set aside."""
    own = state[step.slug]
    return "utgår" if own.set_aside else own.status.value


def _words(state: YearState, step: Step, plan: StepPlan) -> str:
    own = state[step.slug]
    if body := state.waits_for(step):
        return f"Väntar på {body}"
    if own.status is Status.COMPLETED:
        return _completed(state, step)
    blocking = state.blocked_by(step)
    if own.status.is_open and blocking and not state.missing(step):
        return "Väntar på " + ", ".join(state.definition.step(slug).id for slug in blocking)
    if own.asked_on is not None:
        return ALREADY_DONE
    return {
        Status.PLANNED: "Vilar" if plan.dormant else "Planerat",
        Status.IN_PROGRESS: "Pågår",
        Status.REOPENED: "Återöppnat",
    }[own.status]


def _completed(state: YearState, step: Step) -> str:
    own = state[step.slug]
    if own.marks:
        done = "Utgår" if own.set_aside else "Klart"
        waits = reconsider_from(state, step) is None
        return f"{done}, omprövas" if waits else f"{done}: står det fast?"
    if own.before_start:
        return "Klart före start"
    return LEFT_OUT if own.set_aside else "Klart"


def sentence(state: YearState, step: Step, plan: StepPlan) -> Text:
    """What the state means for somebody who reads it in a list: who is waited for, and until when."""
    own = state[step.slug]
    if own.status is Status.COMPLETED:
        again = _reconsidered(state, step)
        done = _done(state, step)
        return Text.of(f"{done.rstrip('.')}. ", again) if again else Text.of(done)
    return Text.of(_sentence(state, step, plan) + _held_up(state, step, plan))


def _held_up(state: YearState, step: Step, plan: StepPlan) -> str:
    """That its last body takes it up later than planned, since what it requires is not done."""
    link = plan.links[-1] if plan.links else None
    if link is None or not link.waits_for:
        return ""
    required = state.definition.step(link.waits_for)
    if link.meeting is None:
        return f" {link.body} har inget sammanträde efter {required.id} ({required.title})."
    return f" {link.body} först {link.meeting}, efter {required.id} ({required.title})."


def _sentence(state: YearState, step: Step, plan: StepPlan) -> str:
    own = state[step.slug]
    if own.asked_on is not None:
        return f"Skulle ha börjat före {own.asked_on}."
    if own.status is Status.PLANNED:
        return _ahead(state, step, plan)
    blocking = [state.definition.step(slug).title for slug in state.blocked_by(step)]
    if body := state.waits_for(step):
        link = plan.links[own.link]
        when = (
            f"sammanträder {link.meeting}" if link.meeting else "har inget sammanträde som passar"
        )
        name = state.definition.body(body).name
        late = f" Underlaget kom in efter {body} {link.missed}." if link.missed else ""
        held_back = own.status is not Status.AWAITING
        first = (
            f" Kan beslutas först när {' och '.join(blocking)} är beslutat." if held_back else ""
        )
        return f"{name} {when}. Registrera beslutet senast {link.register_by}.{first}{late}"
    if missing := state.missing(step):
        names = "; ".join(map(state.definition.title_of, missing))
        return f"Saknas (senast {plan.due}): {names}.{_missed(state, step, plan)}"
    return f"Alla delar är inne. Först måste bli klart: {', '.join(blocking)}."


def _missed(state: YearState, step: Step, plan: StepPlan) -> str:
    """That a meeting has been without the parts, and which comes next."""
    link = next_link(state, step, plan)
    if link is None or link.missed is None:
        return ""
    then = f"Nästa: {link.meeting}." if link.meeting else "Inget senare är inplanerat."
    return f" {link.body} {link.missed} har varit utan dem. {then}"


def _ahead(state: YearState, step: Step, plan: StepPlan) -> str:
    """Of a step that has not been opened: when it will be, or what it waits for."""
    starts = step.starts
    if starts is None:
        return f"Öppnas {plan.opens}."
    if starts.term_year is not None:
        only = f"Görs bara år {starts.term_year} i mandatperioden."
        return only if plan.dormant else f"Öppnas {plan.opens}."
    if starts.amount is not None:
        under = f"{starts.below or 0:,} tkr".replace(",", "\u00a0").replace("-", "−")
        return f"Görs bara om {starts.amount} ligger under {under}."
    if not starts.step:
        return f"Öppnas {plan.opens}."
    before = state.definition.step(starts.step)
    if not starts.missing_by:
        return f"Öppnas när {before.id} är klart, tidigast {plan.opens}."
    if plan.dormant:
        return f"Behövs inte: {before.title} var klart {starts.missing_by}."
    return f"Öppnas {plan.opens}, om {before.id} inte blir klart till {starts.missing_by}."


def _done(state: YearState, step: Step) -> str:
    own = state[step.slug]
    if own.set_aside:
        return f"Utgår i år sedan {own.completed_on}: {own.reason}"
    if own.before_start:
        return f"Klart före starten här: {own.completed_on}."
    decision = own.standing[-1] if own.standing else None
    decided = f" {decision.body} {decision.on}: {decision.outcome.label}." if decision else ""
    return f"Klart {own.completed_on}.{decided}"


def _reconsidered(state: YearState, step: Step) -> Text:
    """Of a completed step that rests on something begun anew: what, and what is to be said when."""
    marks = state[step.slug].marks
    if not marks:
        return Text()
    names = ", ".join(state.definition.step(mark.step).title for mark in marks)
    if reconsider_from(state, step) is None:
        return Text.of(f"Bygger på {names}, som görs om; pröva sedan om det står fast.")
    stands = Cases(
        (
            ("Står det fast:", ask("star-fast", step=step.slug)),
            ("annars", ask("kor-om", step=step.slug)),
        ),
        plainly="Säg om det står fast, eller kör om det",
    )
    return Text.of(f"Bygger på {names}, som har gjorts om. ", stands, ".")


def figures(state: YearState, step: Step) -> str:
    """What the step has come to, beside what it follows from: `Skattesats: 22,31 (skattesats-forslag
    22,32: −0,01).`; empty where nothing is registered."""
    told = []
    for kind, kept in state[step.slug].results.items():
        earlier = compared(state, step, kind)
        beside = ""
        if earlier is not None:
            beside = f" ({earlier.step} {earlier.text}: {earlier.difference or 'ingen skillnad'})"
        told.append(f"{NAMES[kind]}: {in_words(kind, kept)}{beside}.")
    return " ".join(told)
