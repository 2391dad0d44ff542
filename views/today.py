"""I dag: what waits for the process owner, why, since when and what helps; the parts of one person. Pure.

All of it follows from the years as they stand: nothing is kept, so nothing can be forgotten or stand there
when it is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from models.events import AskedForTime, Disclaimed, Postponed
from models.process import TaskKey
from models.text import ActPointer, Aside, Cases, Text, ask
from views.event_words import author
from views.labels import as_sentence
from views.seen import SeenYear
from views.sheet import LinkLine, StepLine, Tone


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """One thing that waits: what it is, why, since when, and the acts that help."""

    what: str
    why: tuple[Text, ...] = ()
    since: date | None = None
    budget_year: int | None = None
    step: str = ""
    meeting: tuple[str, date] | None = None
    """The body and the day of the sammanträde that it is about."""
    helps: tuple[ActPointer, ...] = ()


@dataclass(frozen=True, slots=True)
class WaitingGroup:
    """What waits for the same reason. What nobody can do anything about is `over`."""

    slug: str
    title: str
    lines: tuple[WaitingLine, ...]
    helps: tuple[ActPointer, ...] = ()
    """What helps all of it at once."""
    over: bool = False


def owner_groups(years: Sequence[SeenYear]) -> tuple[WaitingGroup, ...]:
    """What waits for the process owner, the gravest first; groups in which nothing waits are left out."""
    groups = (
        WaitingGroup("lagen", "Bryter mot lagen, eller riskerar att göra det", _each(years, _law)),
        WaitingGroup("sent", "Sent", _each(years, _late)),
        WaitingGroup("beslut", "Beslut att registrera", _each(years, _decisions)),
        WaitingGroup(
            "mer-tid", "Frågor om mer tid, och uppgifter som hamnat fel", _each(years, _asked)
        ),
        WaitingGroup(
            "redan-gjort", "Redan gjort?", _each(years, _taken_over), (ask("redan-gjort-las-in"),)
        ),
        WaitingGroup("omprovas", "Står det fast?", _each(years, _reconsidered)),
        WaitingGroup(
            "roller",
            "Roller utan innehavare",
            tuple(_vacant(years)),
            (ask("rollinnehavare-byt"), ask("rollinnehavare-las-in")),
        ),
        WaitingGroup(
            "mejl",
            "Mejl som inte kom fram",
            _each(years, _failed),
            helps=(ask("skicka-misslyckade"),),
        ),
        WaitingGroup("brott", "Bröt mot lagen, och är avslutat", _each(years, _broken), over=True),
    )
    return tuple(group for group in groups if group.lines)


def acts_in(text: Text) -> tuple[ActPointer, ...]:
    """Every act that the text points at, in order, each once."""
    found: list[ActPointer] = []
    for part in text.parts:
        match part:
            case ActPointer() as act:
                found.append(act)
            case Aside(ActPointer() as act):
                found.append(act)
            case Cases(cases):
                found += [then for _, then in cases if isinstance(then, ActPointer)]
    return tuple(dict.fromkeys(found))


def helps_of(line: StepLine) -> tuple[ActPointer, ...]:
    """The acts that the step's advice points at, each with the meeting that it is about."""
    turn = next((one for one in line.links if one.awaited), None)
    return tuple(_aimed(one, turn) for one in acts_in(line.advice))


def _aimed(pointer: ActPointer, turn: LinkLine | None) -> ActPointer:
    if turn is None or turn.meeting is None or (pointer.given and pointer.act != "beslut"):
        return pointer
    match pointer.act:
        case "flytta":
            return ask("flytta", body=turn.body, day=turn.meeting)
        case "sammantraden-lagg-till":
            return ask("sammantraden-lagg-till", body=turn.body)
        case "beslut":
            return replace(pointer, given=(*pointer.given, ("on", str(turn.meeting))))
    return pointer


def _each(
    years: Sequence[SeenYear], of: Callable[[SeenYear], Iterator[WaitingLine]]
) -> tuple[WaitingLine, ...]:
    return tuple(line for year in years for line in of(year))


def _law(year: SeenYear) -> Iterator[WaitingLine]:
    """The steps that break a statute or are near it, and are not over; then what is about the year."""
    for line in year.sheet.care:
        if line.tone is Tone.RISK:
            yield _waiting(year, line, Text.of(line.risk or ""), since=line.limit_day)
    for breach in year.sheet.breaches:
        if breach.step is None and not breach.happened:
            yield WaitingLine(
                breach.citation, (Text.of(breach.text),), breach.day, year.budget_year
            )


def _broken(year: SeenYear) -> Iterator[WaitingLine]:
    """What has broken a statute and cannot be undone."""
    for breach in year.sheet.breaches:
        line = next((one for one in year.sheet.lines if one.slug == breach.step), None)
        if (line is None and breach.happened) or (line and line.tone is not Tone.RISK):
            what = f"{line.id} {line.title}" if line else breach.citation
            why = (Text.of(breach.cited),)
            yield WaitingLine(what, why, breach.day, year.budget_year, line.slug if line else "")


def _late(year: SeenYear) -> Iterator[WaitingLine]:
    for line in year.sheet.care:
        if line.tone is Tone.LATE and _to_register(year, line) is None:
            why = Text.of(f"{as_sentence(line.label)} ", line.sentence)
            yield _waiting(year, line, why, since=line.deadline)


def _decisions(year: SeenYear) -> Iterator[WaitingLine]:
    """What a body has met about, and nobody has said what came of it."""
    for line in year.sheet.lines:
        link = _to_register(year, line)
        if link is None or link.meeting is None or line.tone is Tone.RISK:
            continue
        why = f"{link.body_name} sammanträdde. Registrera beslutet senast {link.register_by}."
        yield WaitingLine(
            f"{line.id} {line.title} i {link.body}",
            (Text.of(why),),
            link.meeting,
            year.budget_year,
            line.slug,
            (link.body, link.meeting),
            (ask("beslut", step=line.slug, body=link.body, on=link.meeting),),
        )


def _to_register(year: SeenYear, line: StepLine) -> LinkLine | None:
    """The turn that a meeting which has been held was about."""
    today = year.sheet.today
    return next((o for o in line.links if o.awaited and o.meeting and o.meeting <= today), None)


def _asked(year: SeenYear) -> Iterator[WaitingLine]:
    """The newest that each part has asked for or said, while it is missing and has no answer."""
    newest: dict[tuple[str, TaskKey], AskedForTime | Disclaimed] = {}
    for event in year.log:
        if isinstance(event, AskedForTime | Disclaimed):
            newest[event.step, event.task] = event
        elif isinstance(event, Postponed):
            newest = {k: one for k, one in newest.items() if not _is_answered(one, event)}
    for event in newest.values():
        step = year.definition.step_by_slug.get(event.step)
        if step is None or event.round != year.state[step.slug].round:
            continue
        if event.task in year.state.missing(step):
            yield from _question(year, year.sheet[step.slug], event)


def _is_answered(one: AskedForTime | Disclaimed, event: Postponed) -> bool:
    """Whether the owner has answered by putting the step's parts off, as far as it could be."""
    return isinstance(one, AskedForTime) and one.step == event.step


def _question(
    year: SeenYear, line: StepLine, event: AskedForTime | Disclaimed
) -> Iterator[WaitingLine]:
    whose = year.definition.title_of(event.task)
    said = f"{author(event.by)}: ”{event.reason}”"
    helps: tuple[ActPointer, ...]
    if isinstance(event, Disclaimed):
        why = Text.of(f"{whose} säger att uppgiften inte är deras. {said}")
        helps = (
            ask("skicka-om", step=line.slug, role=event.task.role, unit=event.task.unit or ""),
            ask("ga-vidare", step=line.slug),
        )
    elif event.until <= line.due:
        return
    else:
        why = Text.of(f"{whose} ber om tid till {event.until}, i stället för {line.due}. {said}")
        helps = (ask("skjut-upp", step=line.slug, until=event.until),)
    yield _waiting(year, line, why, since=event.on, helps=helps)


def _taken_over(year: SeenYear) -> Iterator[WaitingLine]:
    for line in year.sheet.lines:
        if line.tone is Tone.ASKED:
            own = year.state[line.slug]
            helps = tuple(
                ask("redan-gjort", step=line.slug, standing=value) for value in ("klart", "pagar")
            )
            yield _waiting(year, line, line.sentence, since=own.asked_on, helps=helps)


def _reconsidered(year: SeenYear) -> Iterator[WaitingLine]:
    for line in year.sheet.care:
        if line.tone is Tone.RECONSIDERED:
            marks = year.state[line.slug].marks
            why = Text.of(f"{as_sentence(line.label)} ", line.sentence)
            yield _waiting(year, line, why, since=min(mark.on for mark in marks))


def _vacant(years: Sequence[SeenYear]) -> Iterator[WaitingLine]:
    """Each role once, in whichever years it is wanted."""
    roles = dict.fromkeys(role for year in years for role in year.sheet.vacant)
    for role in roles:
        yield WaitingLine(role, (Text.of("Mejlen till rollen går till processägaren."),))


def _failed(year: SeenYear) -> Iterator[WaitingLine]:
    for mail in year.sheet.failed_mails:
        why = Text.of(f"Till {mail.address}. {mail.error}")
        yield WaitingLine(mail.subject, (why,), budget_year=year.budget_year)


def _waiting(
    year: SeenYear,
    line: StepLine,
    why: Text,
    *,
    since: date | None = None,
    helps: tuple[ActPointer, ...] | None = None,
) -> WaitingLine:
    """Of a step; what helps is what its advice points at, where nothing else is said."""
    said = (why, line.advice) if helps is None and line.advice else (why,)
    return WaitingLine(
        f"{line.id} {line.title}",
        said,
        since,
        year.budget_year,
        line.slug,
        helps=helps_of(line) if helps is None else helps,
    )


@dataclass(frozen=True, slots=True)
class OwnTask:
    """A part of somebody's: in which step, until when, and whether it is in."""

    line: StepLine
    budget_year: int
    plan_name: str
    key: TaskKey
    title: str
    reported_on: date | None
    is_open: bool
    """Whether it is waited for now."""


def own_tasks(years: Sequence[SeenYear], keys: frozenset[TaskKey]) -> tuple[OwnTask, ...]:
    """The parts of these roles in all years in progress, by their last day; what rests is left out."""
    found = [
        task
        for year in years
        if not year.sheet.is_done
        for line in year.sheet.shown
        for task in _tasks_in(year, line, keys)
    ]
    return tuple(sorted(found, key=lambda one: (one.line.due, one.line.id)))


def _tasks_in(year: SeenYear, line: StepLine, keys: frozenset[TaskKey]) -> Iterator[OwnTask]:
    own, missing = year.state[line.slug], year.state.missing(line.step)
    for key in year.definition.tasks_of(line.step):
        if key in keys:
            title = year.definition.title_of(key)
            yield OwnTask(
                line,
                year.budget_year,
                year.sheet.plan_name,
                key,
                title,
                own.reported.get(key) or own.completed_on,
                key in missing,
            )
