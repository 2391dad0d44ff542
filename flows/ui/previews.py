"""What would follow, in words: the message of a run, and a page to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flows.ui.pages import plain
from models.errors import RefusedError
from views.meeting_preview import MeetingPreview
from views.previews import DefinitionPreview, MailToGo, MovedLine, RerunPreview, SupersededDecision


@dataclass(frozen=True, slots=True)
class Preview:
    """The run's message, the page's text, and the name of the run where it has another than usual."""

    message: str
    text: str
    run_name: str = ""


def new_round(told: RerunPreview) -> Preview:
    """Of a step's new round: how many of each, and which."""
    said = "; ".join(
        f"{title} {len(lines)}" + (f" ({', '.join(_counted(lines))})" if lines else "")
        for title, lines in _lists(told)
    )
    parts = [
        f"# Nytt varv av {plain(told.title)} ({plain(told.plan_name)})\n\n"
        "En förhandsvisning: ingenting är ändrat."
    ]
    for title, lines in _lists(told):
        listed = "\n".join(f"- {line}" for line in _counted(lines)) or "Inga."
        parts.append(f"## {title.capitalize()}: {len(lines)}\n\n{listed}")
    return Preview(
        f"Ingenting är ändrat. Ett nytt varv av {told.title} skulle ge: {said}.",
        "\n\n".join(parts) + "\n",
        f"Förhandsvisning: nytt varv av {told.title} ({told.plan_name})",
    )


def _lists(told: RerunPreview) -> list[tuple[str, Sequence[str]]]:
    return [
        ("klara steg som omprövas", told.reconsidered),
        ("steg som bygger vidare på det", told.ahead),
        ("beslut som ersätts", [_decision(one) for one in told.superseded]),
        ("datum som flyttas", [_moved(one) for one in told.moved]),
        ("mejl", [_mail(one) for one in told.mails]),
    ]


def _decision(one: SupersededDecision) -> str:
    return f"{one.paragraph or f'{one.body} {one.day}'}: {one.outcome.label}"


def _moved(one: MovedLine) -> str:
    return f"{one.step}, {one.what}: {one.before or 'inget'} → {one.after or 'inget'}"


def _mail(one: MailToGo) -> str:
    return f"{one.name} om {one.step}"


def _counted(lines: Iterable[str]) -> list[str]:
    return [line if count == 1 else f"{line} ×{count}" for line, count in Counter(lines).items()]


NOTHING = "Ingenting är ändrat."


def move(told: MeetingPreview) -> Preview:
    """Of a moved or cancelled meeting."""
    day = f"{told.body} {told.day}"
    what = f"{day} → {told.to}" if told.to else f"{day} ställs in"
    broken = sum(len(year.breaches) for year in told.years)
    moved = sum(len(year.moved) for year in told.years)
    law = f"bryter mot lagen i {broken} fall" if broken else "bryter inte mot lagen"
    parts = [f"# Om {what}", f"En förhandsvisning. {NOTHING}"]
    for year in told.years:
        parts.append(f"## {plain(year.plan_name)}")
        parts += _listings(
            {
                "Sammanträdet": [f"{one.what}: {one.before} → {one.after}" for one in year.papers],
                "Datum som flyttas": [_moved(one) for one in year.moved],
                "Bryter då mot lagen": year.breaches,
                "Blir då en risk": year.risks,
                "Upphör": [one.cited for one in year.mended],
                "Mejl, ett till var och en": year.told_to,
            }
        )
    return Preview(
        f"{NOTHING} Om {what}: {moved} datum flyttas, och det {law}.", "\n\n".join(parts)
    )


def definition(told: DefinitionPreview) -> Preview:
    """Of a changed definition."""
    lists: dict[str, Sequence[str]] = {
        "Tillkommer": told.added,
        "Tas som klara: deras fönster har passerat": told.taken_as_done,
        "Utgår": told.removed,
        "Byter namn": [f"{one.before} → {one.after}" for one in told.renamed],
        "Får andra delar eller instanser": told.changed,
        "Nya datum": [_moved(one) for one in told.moved],
        "Mejl": [_mail(one) for one in told.mails],
        "Oklart: pågår, och vad det blir måste sägas med karta": told.unclear,
    }
    counts = ", ".join(
        f"{title.partition(':')[0].lower()} {len(v)}" for title, v in lists.items() if v
    )
    head = [f"# {plain(told.plan_name)}: ny definition", f"En förhandsvisning. {NOTHING}"]
    text = "\n\n".join([*head, *_listings(lists)])
    return Preview(
        f"{NOTHING} Det skulle ge: {counts or 'inga andra steg och inga andra datum'}.", text
    )


def pair(text: str) -> tuple[str, str]:
    """`gammalt=nytt` of the form; RefusedError for anything else."""
    old, is_pair, new = (part.strip() for part in text.partition("="))
    if not (old and is_pair):
        raise RefusedError(
            f"{text} går inte att läsa. Skriv gammalt=nytt, eller gammalt= om steget avslutas."
        )
    return old, new


def _listings(lists: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Each list that has anything in it, under its title."""
    for title, lines in lists.items():
        if lines:
            yield "\n".join([f"**{title}**\n", *(f"- {plain(line)}" for line in _counted(lines))])
