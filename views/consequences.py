"""What would follow of what is tried, as lists with their titles, for runs and pages alike. Pure.

The law stands first where there is any; the mails last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from views.import_preview import ImportPreview
from views.meeting_preview import MeetingPreview, YearAfterMeeting
from views.previews import DefinitionPreview, MailToGo, MovedLine, RerunPreview, SupersededDecision


class Listed(NamedTuple):
    """Lines under a title; `plan` is the year that they are about, where there may be several."""

    title: str
    lines: Sequence[str]
    plan: str = ""


Names = Callable[[str], str]
"""What a step is called, of its slug."""


Previewed = RerunPreview | DefinitionPreview | MeetingPreview | ImportPreview


def consequences_of(told: Previewed, names: Names = str) -> list[Listed]:
    """The lists that have anything in them."""
    if isinstance(told, MeetingPreview):
        return [
            Listed(title, counted_lines(lines), year.plan_name)
            for year in told.years
            for title, lines in of_meeting(year, names).items()
            if lines
        ]
    lists = _of_one(told, names)
    return [Listed(_capital(title), counted_lines(v)) for title, v in lists.items() if v]


def _of_one(
    told: RerunPreview | DefinitionPreview | ImportPreview, names: Names
) -> Mapping[str, Sequence[str]]:
    match told:
        case RerunPreview():
            return of_rerun(told, names)
        case ImportPreview():
            return of_import(told, names)
        case _:
            return of_definition(told, names)


def of_rerun(told: RerunPreview, names: Names = str) -> Mapping[str, Sequence[str]]:
    """Of a step's new round."""
    return {
        "klara steg som omprövas": [*map(names, told.reconsidered)],
        "steg som bygger vidare på det": [*map(names, told.ahead)],
        "beslut som ersätts": [_decision(one) for one in told.superseded],
        "datum som flyttas": [_moved(one, names) for one in told.moved],
        "mejl": [_mail(one, names) for one in told.mails],
    }


def of_definition(told: DefinitionPreview, names: Names = str) -> Mapping[str, Sequence[str]]:
    """Of a changed definition."""
    return {
        "Tillkommer": told.added,
        "Tas som klara: deras fönster har passerat": told.taken_as_done,
        "Utgår": told.removed,
        "Byter namn": [f"{one.before} → {one.after}" for one in told.renamed],
        "Får andra delar eller instanser": told.changed,
        "Nya datum": [_moved(one, names) for one in told.moved],
        "Mejl": [_mail(one, names) for one in told.mails],
        "Oklart: pågår, och vad det blir måste sägas med karta": told.unclear,
    }


def of_import(told: ImportPreview, names: Names = str) -> Mapping[str, Sequence[str]]:
    """Of a file of meetings."""
    return {
        "Lagen": [one.sentence for one in told.law],
        "Vilar på det som tas bort eller blir vid behov: skäl krävs": told.resting,
        "Sammanträden": [body.sentence() for body in told.bodies],
        "Dagar": [line for body in told.bodies for line in body.lines()],
        "Datum som flyttas": told.follows,
        "Mejl": [_mail(one, names) for one in told.mails],
        "Att se på": told.notes,
    }


def of_meeting(year: YearAfterMeeting, names: Names = str) -> Mapping[str, Sequence[str]]:
    """Of a moved or cancelled meeting, in one year."""
    return {
        "Bryter då mot lagen": year.breaches,
        "Blir då en risk": year.risks,
        "För kort om tid": year.short,
        "Sammanträdet": [f"{one.what}: {one.before} → {one.after}" for one in year.papers],
        "Datum som flyttas": [_moved(one, names) for one in year.moved],
        "Upphör": [one.cited for one in year.mended],
        "Mejl, ett till var och en": year.told(names),
    }


def counted_lines(lines: Iterable[str]) -> list[str]:
    """Each once, `×3` after one that stands there three times."""
    return [line if count == 1 else f"{line} ×{count}" for line, count in Counter(lines).items()]


def _decision(one: SupersededDecision) -> str:
    return f"{one.paragraph or f'{one.body} {one.day}'}: {one.outcome.label}"


def _moved(one: MovedLine, names: Names) -> str:
    return f"{names(one.step)}, {one.what}: {one.before or 'inget'} → {one.after or 'inget'}"


def _mail(one: MailToGo, names: Names) -> str:
    return f"{one.name} om {names(one.step)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
