"""Everything that has happened in a step, in order: what was done and decided, which sammanträden moved
its dates, and which mails went to whom by which rule.

Pure. `kommunplan historik` and Prefect's artifact show the same lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from models.errors import UnknownError
from models.events import Corrected, Decided, Effect, Event, Noted, Numbered, Raised, Redefined
from models.fold import effective
from models.given import replaced_by
from models.plan import YearPlan
from models.process import Definition, Step
from models.redefinition import renamed
from models.state import YearState
from views.event_words import author, decision, happened
from views.labels import label, sentence
from views.shown import Sentence, Shown, Slug, key


class HistoryLine(Shown):
    """One thing that happened. `said` is the comment or the reason; `who` said it, or for a mail got it."""

    day: Annotated[
        date, key("dag", "When it happened or was decided; of a mail, when it was queued")
    ]
    source: Annotated[
        Literal["händelse", "möte", "mejl"],
        key(
            "kalla",
            "`händelse` (the event log), `möte` (a changed meeting that moved the step's dates) or `mejl`",
        ),
    ]
    kind: Annotated[
        str,
        key(
            "slag",
            "The kind: of an event such as `oppnat`, `rapporterat`, `beslut`, `rattelse`, `aterkom`; of a "
            "change such as `flyttat`; of a mail as in `provkor`",
        ),
    ]
    what: Annotated[str, key("vad", "What happened, in Swedish")]
    who: Annotated[str, key("vem", "Who said so; of a mail, the roles that it went to")] = ""
    said: Annotated[str, key("sagt", "The comment or the reason; empty where there is none")] = ""
    number: Annotated[
        int | None,
        key("nummer", "The event's number in the year's log, by which `ratta` knows a decision"),
    ] = None
    corrected_by: Annotated[
        int | None,
        key(
            "rattat_av",
            "Of a decision that was registered wrongly: the number of what put it right",
        ),
    ] = None


class StepHistory(Shown):
    """`historik --json`: where a step stands, and what has happened in it."""

    budget_year: Annotated[int, key("budgetar", "The budget year")]
    plan_name: Annotated[str, key("plan", "What the municipality calls it: `Kommunplan 2028`")]
    today: Annotated[date, key("dag", "Today")]
    slug: Annotated[Slug, key("steg", "The step")]
    id: Annotated[str, key("id", "Its row in the governance model")]
    title: Annotated[
        str, key("titel", "Its title, with the year that it is about where that is another")
    ]
    label: Annotated[str, key("visning", "Where it stands, as in `status`")]
    sentence: Annotated[
        Sentence, key("forklaring", "Who is waited for and until when, as in `status`")
    ]
    lines: Annotated[tuple[HistoryLine, ...], key("historik", "What has happened")]
    """In the order in which it was written down, the oldest first."""

    @property
    def without_mails(self) -> StepHistory:
        """The same but for the mails that went."""
        lines = tuple(line for line in self.lines if line.source != "mejl")
        return self.model_copy(update={"lines": lines})


def step_history(
    state: YearState, plan: YearPlan, step: Step, today: date, lines: Sequence[HistoryLine]
) -> StepHistory:
    """The history of a step of the year, from its lines in order."""
    return StepHistory(
        budget_year=plan.budget_year,
        plan_name=state.definition.plan_of(plan.budget_year),
        today=today,
        slug=step.slug,
        id=step.id,
        title=step.title_for(plan.budget_year),
        label=label(state, step, plan[step.slug], today),
        sentence=sentence(state, step, plan[step.slug]),
        lines=tuple(lines),
    )


def lines_of_log(
    definition: Definition, log: Sequence[Event]
) -> Iterator[tuple[str, int, HistoryLine]]:
    """The lines of the log, each with the step that it is about, by the name that it has now, and the
    number of its event."""
    corrected = {e.corrects: number for number, e in enumerate(log, 1) if isinstance(e, Corrected)}
    ahead = [(number, e.mapping) for number, e in enumerate(log, 1) if isinstance(e, Redefined)]
    replaced = replaced_by(log)
    for number, event in enumerate(log, 1):
        names = [mapping for given, mapping in ahead if given > number]
        line = _line(definition, event, number, corrected.get(event.key), replaced)
        for slug in _steps_of(definition, event, log):
            yield _name_now(slug, names), number, line
        for slug, back in _returns(definition, event, names, line):
            yield slug, number, back


def _line(
    definition: Definition,
    event: Event,
    number: int,
    corrected_by: int | None,
    replaced: Mapping[str, Mapping[str, Any]],
) -> HistoryLine:
    what, said = happened(definition, event, replaced)
    return HistoryLine(
        day=event.on,
        source="händelse",
        kind=event.kind,
        what=what,
        who=author(event.by),
        said=said,
        number=number,
        corrected_by=corrected_by,
    )


def _name_now(slug: str, names: Iterable[Mapping[str, str]]) -> str:
    for mapping in names:
        slug = mapping.get(slug) or slug
    return slug


def _returns(
    definition: Definition, event: Event, names: Iterable[dict[str, str]], line: HistoryLine
) -> Iterator[tuple[str, HistoryLine]]:
    """Of a return: a line in each of the earlier steps that it goes back through."""
    decided = event.decision if isinstance(event, Corrected) else event
    if not isinstance(decided, Decided):
        return
    for mapping in names:
        decided = renamed(decided, mapping)
    told = decision(definition, decided)
    for slug in _sent_back(definition, decided):
        what = f"Ärendet kom tillbaka från {_title(definition, decided.step)}. {told}"
        returned = {"kind": "aterkom", "what": what, "said": decided.reason}
        yield slug, line.model_copy(update=returned)


def _steps_of(definition: Definition, event: Event, log: Sequence[Event]) -> tuple[str, ...]:
    """The steps that the event is about: of what was raised, the one that it became; of a
    diarienummer, all of its ärende; of a new definition, all there are; of a whole sammanträde, those that
    were decided there."""
    match event:
        case Noted() if not event.step:
            return _decided_at(log, event.body, event.meeting)
        case Raised():
            return (event.slug,)
        case Numbered():
            steps = definition.step_by_slug
            return tuple(
                slug for slug in steps if definition.arende_of(steps[slug]).slug == event.arende
            )
        case Redefined():
            return tuple(definition.step_by_slug)
    return (event.step,)


def _decided_at(log: Sequence[Event], body: str, meeting: date) -> tuple[str, ...]:
    """The steps in which the body decided on the day, as it stands after every correction."""
    decided = [one for one in effective(log) if isinstance(one, Decided)]
    return tuple(
        dict.fromkeys(one.step for one in decided if (one.body, one.on) == (body, meeting))
    )


def _sent_back(definition: Definition, event: Decided) -> tuple[str, ...]:
    """The earlier steps of the ärende that a return goes back through."""
    if event.outcome.effect is not Effect.RETURN or event.back_step in ("", event.step):
        return ()
    if event.step not in definition.step_by_slug:
        return ()
    way = definition.arende_of(definition.step(event.step)).steps
    if event.back_step not in way:
        return ()
    return way[way.index(event.back_step) : way.index(event.step)]


def _title(definition: Definition, slug: str) -> str:
    try:
        return definition.step(slug).title
    except UnknownError:  # a step that a new definition has done away with
        return slug
