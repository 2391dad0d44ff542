"""What a run's log tells the owner: what was registered, what follows from it, the mails and the law. Pure.

What follows is what differs between the years' sheets before and after: whatever was done is told alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from models.counting import counted
from views.labels import as_sentence
from views.law_changes import NOTHING_NEW, law_changes
from views.sheet import StepLine, YearSheet

MOST = 25
"""Lines of a kind, at most: a log is read by a person."""
NAMED = 6
"""Persons named, at most, of those who are mailed."""


def account(
    happened: Sequence[str],
    before: Sequence[YearSheet],
    after: Sequence[YearSheet],
    *,
    mails: int,
    mailed: Sequence[str],
) -> Iterator[str]:
    """The lines, in order. `mailed` are the names of those whom the mails are for."""
    registered = [f"Registrerat: {one}" for one in happened]
    yield from _some(registered or ["Inget nytt är registrerat."], "händelser")
    known = {sheet.budget_year: sheet for sheet in before}
    changes: list[str] = []
    law: list[str] = []
    for sheet in after:
        if (old := known.get(sheet.budget_year)) is None:
            changes.append(f"{sheet.plan_name}: {sheet.headline}.")
            continue
        changes += _changes(old, sheet)
        law += _law(old, sheet)
    yield from _some(changes, "ändringar")
    yield _mails(mails, mailed)
    yield from _some(law or [NOTHING_NEW], "om lagen")


def _changes(old: YearSheet, new: YearSheet) -> Iterator[str]:
    earlier = {line.slug: line for line in old.lines}
    for line in new.lines:
        before = earlier.get(line.slug)
        if before is None or (before.label, before.round) != (line.label, line.round):
            yield f"{_name(line)}: {as_sentence(line.label)} {line.sentence}".strip()
        if before is not None:
            moved = [
                f"{what} {_day(was)} → {_day(now)}"
                for what, was, now in _days(before, line)
                if was != now
            ]
            if moved:
                yield f"{_name(line)}, nya datum: {', '.join(moved)}"


def _days(before: StepLine, now: StepLine) -> Iterator[tuple[str, object, object]]:
    """What has a day in the plan of a step that is not over, as it was and as it is."""
    if now.opened_on is None:
        yield "öppnas", before.opens, now.opens
    if now.completed_on is None:
        yield "delarna senast", before.due, now.due
        yield "mötesdagen", before.meeting_day, now.meeting_day
    earlier = {link.body: link for link in before.links}
    for link in now.links:
        if link.decided_on is None and link.body in earlier:
            yield link.body, earlier[link.body].meeting, link.meeting


def _law(old: YearSheet, new: YearSheet) -> Iterator[str]:
    """What is against the law or near it in the steps that have changed, what came or ceased besides, and
    what lacks a meeting."""
    earlier: Mapping[str, StepLine] = {line.slug: line for line in old.lines}
    told: set[str | None] = set()
    for line in new.lines:
        before = earlier.get(line.slug)
        if line.risk:
            told.add(line.slug)
            if before is None or (before.label, before.risk) != (line.label, line.risk):
                yield f"Lagen: {_name(line)}: {line.risk}"
        elif before is not None and before.risk and not line.against_law:
            told.add(line.slug)
            yield f"Lagen: {_name(line)} är inte längre i strid med lagen eller i riskzonen."
    yield from (one.sentence for one in law_changes(old.law, new.law) if one.step not in told)
    known = set(old.gaps)
    yield from (f"Planen: {gap}" for gap in new.gaps if gap not in known)


def _mails(count: int, names: Sequence[str]) -> str:
    if not count:
        return "Inga mejl nu."
    to = ", ".join(islice(names, NAMED))
    more = f" och {len(names) - NAMED} till" if len(names) > NAMED else ""
    return f"{counted(count, 'mejl', 'mejl')}, till {to}{more}." if to else f"{count} mejl."


def _some(lines: Sequence[str], what: str) -> Iterator[str]:
    yield from islice(lines, MOST)
    if len(lines) > MOST:
        yield f"… och {len(lines) - MOST} {what} till; se årets sida."


def _name(line: StepLine) -> str:
    return f"{line.id} {line.title}"


def _day(day: object) -> str:
    return str(day) if day else "inget"
