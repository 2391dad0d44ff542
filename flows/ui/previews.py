"""What would follow, in words: the message of a run, and a page to read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from flows.ui.pages import plain
from models.errors import RefusedError
from models.events import Outcome
from tasks.meetings.what_if import told_to

Told = dict[str, Any]
"""What `tasks.attempts` and `tasks.meetings.what_if` tell."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The run's message, the page's text, and the name of the run where it has another than usual."""

    message: str
    text: str
    run_name: str = ""


def new_round(told: Told) -> Preview:
    """Of a step's new round: how many of each, and which."""
    said = "; ".join(
        f"{title} {len(lines)}" + (f" ({', '.join(_counted(lines))})" if lines else "")
        for title, lines in _lists(told)
    )
    parts = [
        f"# Nytt varv av {plain(told['titel'])} ({plain(told['plan'])})\n\n"
        "En förhandsvisning: ingenting är ändrat."
    ]
    for title, lines in _lists(told):
        listed = "\n".join(f"- {line}" for line in _counted(lines)) or "Inga."
        parts.append(f"## {title.capitalize()}: {len(lines)}\n\n{listed}")
    return Preview(
        f"Ingenting är ändrat. Ett nytt varv av {told['titel']} skulle ge: {said}.",
        "\n\n".join(parts) + "\n",
        f"Förhandsvisning: nytt varv av {told['titel']} ({told['plan']})",
    )


def _lists(told: Told) -> list[tuple[str, list[str]]]:
    return [
        ("klara steg som omprövas", told["omprovas"]),
        ("steg som bygger vidare på det", told["bygger_vidare"]),
        ("beslut som ersätts", [_decision(one) for one in told["ersatts"]]),
        ("datum som flyttas", [_moved(one) for one in told["flyttas"]]),
        ("mejl", [f"{one['till']} om {one['steg']}" for one in told["mejl"]]),
    ]


def _decision(one: dict[str, Any]) -> str:
    where = one["paragraf"] or f"{one['instans']} {one['datum']}"
    return f"{where}: {Outcome(one['utfall']).label}"


def _moved(one: dict[str, Any]) -> str:
    return f"{one['steg']}, {one['vad']}: {one['fore'] or 'inget'} → {one['efter'] or 'inget'}"


def _counted(lines: list[str]) -> list[str]:
    return [line if count == 1 else f"{line} ×{count}" for line, count in Counter(lines).items()]


NOTHING = "Ingenting är ändrat."


def move(told: Told) -> Preview:
    """Of a moved or cancelled meeting."""
    day = f"{told['instans']} {told['fran']}"
    what = f"{day} → {told['till']}" if told["till"] else f"{day} ställs in"
    broken = sum(len(_found(year, "brott")) for year in told["ar"])
    moved = sum(len(year["flyttas"]) for year in told["ar"])
    law = f"bryter mot lagen i {broken} fall" if broken else "bryter inte mot lagen"
    parts = [f"# Om {what}", f"En förhandsvisning. {NOTHING}"]
    for year in told["ar"]:
        parts.append(f"## {plain(year['plan'])}")
        lists = {
            "Sammanträdet": [_change(one) for one in year["sammantradet"]],
            "Datum som flyttas": [_moved(one) for one in year["flyttas"]],
            "Bryter då mot lagen": _found(year, "brott"),
            "Blir då en risk": _found(year, "risk"),
            "Upphör": [f"{f['text']} ({f['lagrum']})" for f in year["lagas"]],
            "Mejl, ett till var och en": told_to(year["mejl"]),
        }
        parts += [_listed(title, lines) for title, lines in lists.items() if lines]
    return Preview(
        f"{NOTHING} Om {what}: {moved} datum flyttas, och det {law}.", "\n\n".join(parts)
    )


def definition(told: Told) -> Preview:
    """Of a changed definition."""
    lists = {
        "Tillkommer": told["tillkommer"],
        "Tas som klara: deras fönster har passerat": told["tas_som_klara"],
        "Utgår": told["utgar"],
        "Byter namn": [f"{one['fran']} → {one['till']}" for one in told["byter_namn"]],
        "Får andra delar eller instanser": told["andras"],
        "Nya datum": [_moved(one) for one in told["flyttas"]],
        "Mejl": [f"{one['till']} om {one['steg']}" for one in told["mejl"]],
        "Oklart: pågår, och vad det blir måste sägas med karta": told["oklara"],
    }
    counts = ", ".join(
        f"{title.partition(':')[0].lower()} {len(v)}" for title, v in lists.items() if v
    )
    head = [f"# {plain(told['plan'])}: ny definition", f"En förhandsvisning. {NOTHING}"]
    text = "\n\n".join([*head, *(_listed(title, lines) for title, lines in lists.items() if lines)])
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


def _listed(title: str, lines: list[str]) -> str:
    return "\n".join([f"**{title}**\n", *(f"- {plain(line)}" for line in _counted(lines))])


def _found(year: Told, kind: str) -> list[str]:
    """What is broken, or else at risk."""
    return [
        f"{one['text']} ({one['lagrum']})"
        for one in year["bryts"]
        if (one["slag"] == "brott") == (kind == "brott")
    ]


def _change(one: dict[str, Any]) -> str:
    return f"{one['vad']}: {one['fore'] or 'inget'} → {one['efter'] or 'inget'}"
