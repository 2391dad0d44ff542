"""What would follow, in words: the message of a run, and a page to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flows.ui.pages import plain
from models.errors import RefusedError
from views.consequences import counted_lines, of_definition, of_meeting, of_rerun
from views.meeting_preview import MeetingPreview
from views.previews import DefinitionPreview, RerunPreview


@dataclass(frozen=True, slots=True)
class Preview:
    """The run's message, the page's text, and the name of the run where it has another than usual."""

    message: str
    text: str
    run_name: str = ""


def new_round(told: RerunPreview) -> Preview:
    """Of a step's new round: how many of each, and which."""
    said = "; ".join(
        f"{title} {len(lines)}" + (f" ({', '.join(counted_lines(lines))})" if lines else "")
        for title, lines in of_rerun(told).items()
    )
    parts = [
        f"# Nytt varv av {plain(told.title)} ({plain(told.plan_name)})\n\n"
        "En förhandsvisning: ingenting är ändrat."
    ]
    for title, lines in of_rerun(told).items():
        listed = "\n".join(f"- {line}" for line in counted_lines(lines)) or "Inga."
        parts.append(f"## {title.capitalize()}: {len(lines)}\n\n{listed}")
    return Preview(
        f"Ingenting är ändrat. Ett nytt varv av {told.title} skulle ge: {said}.",
        "\n\n".join(parts) + "\n",
        f"Förhandsvisning: nytt varv av {told.title} ({told.plan_name})",
    )


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
        parts += _listings(of_meeting(year))
    return Preview(
        f"{NOTHING} Om {what}: {moved} datum flyttas, och det {law}.", "\n\n".join(parts)
    )


def definition(told: DefinitionPreview) -> Preview:
    """Of a changed definition."""
    lists = of_definition(told)
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
            yield "\n".join(
                [f"**{title}**\n", *(f"- {plain(line)}" for line in counted_lines(lines))]
            )
