"""Small pieces of Swedish for the templates: days, lists, one line.

Pure. Whatever a template prints passes through `one_line`, so no name, title or reason can break
out of its line, neither into a mail header nor into the next paragraph of a letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from jinja2 import Environment, PackageLoader, StrictUndefined

from models.points import MONTHS

SHORT = 5
"""Letters of a month that is written out in a subject too."""
_FIGURES = re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b")
WEEKDAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
# controls, line and paragraph separators, and the marks that turn the direction of text; but not the
# space within a number, which holds its thousands together
_BREAKS = re.compile(
    r"(?:(?!(?<=[0-9])\u00a0(?=[0-9]))[\s\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069])+"
)


def one_line(text: str) -> str:
    """The text with every run of white space and control characters as one space, fit for UTF-8."""
    if text.isprintable() and "  " not in text:  # as nearly all of it: nothing below finds anything
        return text.strip()
    return _BREAKS.sub(" ", text.encode("utf-8", "replace").decode()).strip()


def long_day(day: date) -> str:
    """`måndag 11 oktober 2027`."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def short_day(day: date) -> str:
    """`11 oktober`."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def brief_day(day: date) -> str:
    """`mån 11 okt`, as a subject has room for."""
    month = MONTHS[day.month - 1]
    return f"{WEEKDAYS[day.weekday()][:3]} {day.day} {month if len(month) <= SHORT else month[:3]}"


def in_prose(text: str) -> str:
    """The text with each day in figures as people write it, where a program has made it."""
    return _FIGURES.sub(lambda found: long_day(date.fromisoformat(found[0])), text)


def enumerated(words: Iterable[str]) -> str:
    """`a`, `a och b`, `a, b och c`."""
    *first, last = words
    return f"{', '.join(first)} och {last}" if first else last


def _printed(value: object) -> str:
    """What `{{ value }}` becomes. None is a template that forgot to ask whether there is a value."""
    if value is None:
        raise TypeError("a template prints a value that is not there")
    # a backtick marks a command in our templates, so nobody else's may stand
    return one_line(str(value)).replace("`", "'")


# Letters are plain text; `notifications.message` escapes them when they become HTML.
LETTERS = Environment(
    loader=PackageLoader("notifications"),
    undefined=StrictUndefined,
    finalize=_printed,
    trim_blocks=True,
    lstrip_blocks=True,
    autoescape=False,  # noqa: S701 - see above
)
LETTERS.filters.update(dag=long_day, kort=brief_day, prosa=in_prose, och=enumerated)


def block(template: str, name: str, values: dict[str, object]) -> str:
    """One block of a letter template, rendered."""
    found = LETTERS.get_template(template)
    return "".join(found.blocks[name](found.new_context(values))).strip()


def paragraphs(text: str) -> tuple[str, ...]:
    """What blank lines part, each on one line."""
    return tuple(one_line(part) for part in re.split(r"\n\s*\n", text) if part.strip())


def items(text: str) -> tuple[str, ...]:
    """What begins with a dash at the start of a line, each on one line."""
    return tuple(one_line(part) for part in re.split(r"(?m)^- ", text) if part.strip())
