"""What has been before a letter: what started a step, what sent it back, what was changed and decided,
and the figures it came to, as values for the templates.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from models.comparisons import compared
from models.events import Decided, Effect, Outcome
from models.minutes import told
from models.points import days_of
from models.process import Definition, Step
from models.results import NAMES, amounts, in_tkr, in_words
from models.state import Status, YearState
from notifications.wording import long_day

SOON = 5
"""Working days: what is to be done within so many is to be done at once."""


@dataclass(frozen=True, slots=True)
class BodyChange:
    """A bifall med ändring that stands: what a body changed in the item."""

    body: str
    on: date
    text: str


@dataclass(frozen=True, slots=True)
class Return:
    """What sent an item back, and began the round that a step is in."""

    body: str
    on: date
    outcome: Outcome
    step: str
    """The title of the step in which it was decided."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A step that another one rests on and that was begun anew."""

    title: str
    began: date | None
    reason: str
    sent_back: Return | None
    done: date | None
    figures: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Start:
    """What started a step besides the calendar."""

    title: str
    """The step that was completed, or whose figure it is."""
    body: str = ""
    """The body that had the last word there, where one had."""
    on: date | None = None
    outcome: Outcome | None = None
    figures: tuple[tuple[str, str], ...] = ()
    missing_by: str = ""
    """Instead: the day by which the step was to be completed and was not."""
    expected: bool = False
    """Whether that day was still to come: it is as planned that it will not be."""
    amount: tuple[str, str] | None = None
    """Instead: the name and the sum of the figure that crossed its threshold."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What was told of something that no calendar starts."""

    unit: str
    amount: str
    told_by: str


@dataclass(frozen=True, slots=True)
class Correction:
    """What was registered of a decision, and what is right; empty where nothing is said."""

    label: str
    was: str
    is_: str


def changes(state: YearState, step: Step) -> tuple[BodyChange, ...]:
    """What the bodies have changed in the step's ärende, from its beginning through this step."""
    definition = state.definition
    way = definition.arende_of(step).steps
    return tuple(
        BodyChange(definition.body(decision.body).name, decision.on, decision.changes)
        for slug in way[: way.index(step.slug) + 1]
        if slug in state.steps
        for decision in state[slug].standing
        if decision.outcome.row.changes and decision.changes
    )


def sent_back(state: YearState, step: Step) -> Return | None:
    """The return that began the step's present round; None in the first, and where it was run anew."""
    own, definition = state[step.slug], state.definition
    way = definition.arende_of(step).steps
    for slug in way[way.index(step.slug) :]:
        if slug not in state.steps:
            continue
        for decision in reversed(state[slug].decisions):
            if decision.outcome.effect is not Effect.RETURN:
                continue
            earlier = way[: way.index(step.slug) + 1]
            if (
                (decision.back_step or slug) in earlier
                and (decision.on, decision.reason) == (own.round_began, own.reason)
                and (slug != step.slug or decision.round == own.round - 1)
            ):
                body = definition.body(decision.body).name
                return Return(body, decision.on, decision.outcome, definition.step(slug).title)
    return None


def figures(state: YearState, step: Step) -> tuple[tuple[str, str], ...]:
    """Name and value of each kind of figures that the step has come to."""
    found = state[step.slug].results
    return tuple(
        (NAMES[kind], _worded(state, kind, found[kind])) for kind in step.results if kind in found
    )


def figures_compared(state: YearState, step: Step, budget_year: int) -> tuple[tuple[str, str], ...]:
    """The same, each beside those that they follow from: what KF decided beside what KS proposed."""
    found = state[step.slug].results
    return tuple(
        (NAMES[kind], _worded(state, kind, found[kind]) + _beside(state, step, kind, budget_year))
        for kind in step.results
        if kind in found
    )


def _worded(state: YearState, kind: str, kept: object) -> str:
    """The figures in words, with the units by their names."""
    return in_words(kind, kept, state.definition.unit_names)


def _beside(state: YearState, step: Step, kind: str, budget_year: int) -> str:
    """What the figures are against the nearest earlier ones of the same kind."""
    earlier = compared(state, step, kind)
    if earlier is None:
        return ""
    same = state[step.slug].results[kind] == state[earlier.step].results[kind]
    changed = earlier.difference or ("ingen skillnad" if same else "")
    there = f" ({earlier.text})" if kind == "skattesats" else ""
    title = state.definition.step(earlier.step).title_for(budget_year)
    return f". Jämfört med {title}{there}: {changed}" if changed else ""


def ground(state: YearState, slug: str, budget_year: int) -> Ground:
    step, own = state.definition.step(slug), state[slug]
    return Ground(
        title=step.title_for(budget_year),
        began=own.round_began,
        reason=own.reason,
        sent_back=sent_back(state, step),
        done=own.completed_on,
        figures=figures(state, step),
    )


def start_of(state: YearState, step: Step, budget_year: int) -> Start | None:
    """What started the step; None where the calendar alone did, or what did cannot be seen any more."""
    starts = step.starts
    if starts is None:
        return None
    if starts.amount is not None:
        return next(_under(state, step, budget_year), None)
    if starts.step is None:
        return None
    before = state.definition.step(starts.step)
    own, title = state[before.slug], before.title_for(budget_year)
    if starts.missing_by is not None:
        expected = is_expected(state, step, budget_year)
        return Start(title, missing_by=starts.missing_by, expected=expected)
    if own.status is not Status.COMPLETED:
        return None
    last = own.standing[-1] if own.standing else None
    return Start(
        title,
        body=state.definition.body(last.body).name if last else "",
        on=last.on if last else own.completed_on,
        outcome=last.outcome if last else None,
        figures=figures(state, before),
    )


def _under(state: YearState, step: Step, budget_year: int) -> Iterator[Start]:
    """The figures that lie under what starts the step."""
    starts = step.starts
    if starts is None or starts.below is None:
        return
    for other in state.definition.steps:
        if starts.step not in (None, other.slug):
            continue
        for kind, kept in state[other.slug].results.items():
            for _, name, amount, _ in amounts(kind, kept):
                if name == starts.amount and amount < starts.below:
                    yield Start(other.title_for(budget_year), amount=(name, in_tkr(amount)))


def occasion(definition: Definition, step: Step) -> Occasion | None:
    """What was told of the occasion that the step is; None for a step of the calendar."""
    if step.occasion_of is None:
        return None
    return Occasion(
        unit=definition.unit(step.unit).name if step.unit else "",
        amount=in_tkr(step.amount) if step.amount is not None else "",
        # what an earlier year left behind nobody has told
        told_by="" if step.told_by == "kontroll" else step.told_by,
    )


def is_expected(state: YearState, step: Step, budget_year: int) -> bool:
    """Whether a step was opened ahead of the day on which something was to be missing, to be made ready."""
    starts, opened_on = step.starts, state[step.slug].opened_on
    if starts is None or starts.step is None or starts.missing_by is None or opened_on is None:
        return False
    year = state.definition.step(starts.step).window.days(budget_year)[1].year
    return opened_on <= days_of(starts.missing_by, year)[1]


def at_once(definition: Definition, step: Step) -> bool:
    """Whether the step is to be done as soon as it has begun, rather than in a window."""
    named = {one.slug: one for one in definition.occasions}
    starts = named.get(step.occasion_of or "", step).starts
    return starts is not None and starts.within is not None and starts.within <= SOON


def corrections(wrong: Decided | None, right: Decided | None) -> tuple[Correction, ...]:
    """What was registered otherwise than it is; nothing where the decision was never made."""
    if wrong is None or right is None:
        return ()
    pairs = (
        ("utfall", wrong.outcome.label, right.outcome.label),
        ("sammanträdesdag", long_day(wrong.on), long_day(right.on)),
        ("paragraf", wrong.paragraph, right.paragraph),
        ("skäl", wrong.reason, right.reason),
        ("ändring", wrong.changes, right.changes),
        ("diarienummer", wrong.diarienummer, right.diarienummer),
        ("anteckning", wrong.note, right.note),
        ("protokoll", wrong.minutes, right.minutes),
        ("begärt av en minoritet", _yes(wrong.minority), _yes(right.minority)),
        ("omedelbart justerat", _yes(wrong.signed_at_once), _yes(right.signed_at_once)),
        *(
            (field.words.label.lower(), _in_words(was), _in_words(is_))
            for (field, was), (_, is_) in zip(told(wrong), told(right), strict=True)
            if field.attribute not in WORDED
        ),
    )
    return tuple(Correction(label, was, is_) for label, was, is_ in pairs if was != is_)


WORDED = frozenset(
    [
        "paragraph",
        "reason",
        "changes",
        "diarienummer",
        "note",
        "minutes",
        "minority",
        "signed_at_once",
    ]
)
"""What the letters have words of their own for; of another field of the minutes they say its label."""


def said_besides(decision: Decided | None) -> tuple[tuple[str, str], ...]:
    """Label and value of what the minutes say of a decision, where no template words it."""
    if decision is None:
        return ()
    return tuple(
        (field.words.label, _in_words(value))
        for field, value in told(decision)
        if value and field.attribute not in WORDED
    )


def _in_words(value: str | bool) -> str:
    return _yes(value) if isinstance(value, bool) else value


def _yes(flag: bool) -> str:
    return "ja" if flag else "nej"
