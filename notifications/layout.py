"""A letter as plain text and as HTML, with the same words in both.

Pure. The HTML is escaped, has its styles on the elements and asks nobody outside for anything.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from models.points import MONTHS

if TYPE_CHECKING:
    from notifications.collected import Collected
    from notifications.letters import Letter
    from notifications.sign_in import SignInLetter

WIDTH = 72
MANY_FILES = 4
"""From so many calendar files on, a mail says how to be spared them."""
_DAY = re.compile(rf"((?:\b[a-zåäö]{{3}} )?\b[0-9]{{1,2}} (?:{'|'.join(MONTHS)})\b)")
_CODE = (
    "display:block;margin-top:4px;padding:8px 10px;background:#eef1f4;overflow-wrap:anywhere;"
    "font-family:Consolas,Menlo,monospace;font-size:14px;"
)


def as_text(letter: Letter | Collected | SignInLetter) -> str:
    return _LAYOUTS.get_template(f"{_layout(letter)}.txt.j2").render(letter=letter)


def as_html(letter: Letter | Collected | SignInLetter) -> str:
    return _LAYOUTS.get_template(f"{_layout(letter)}.html.j2").render(letter=letter)


def _layout(letter: Letter | Collected | SignInLetter) -> str:
    if hasattr(letter, "sign_in_url"):
        return "inloggning"
    return "samlat" if hasattr(letter, "sections") else "layout"


def _calendar_help(lines: Sequence[str]) -> str:
    """What to do with the files. One by one they end up in the reader's own calendar, where a later file
    corrects them; all in one, Outlook would open beside it as a calendar that nothing corrects."""
    said = "Öppna en bifogad fil, så läggs det in i kalendern, rättas eller tas bort."
    if len(lines) < MANY_FILES:
        return said
    return (
        f"{said} Vill du slippa öppna {len(lines)} filer: be processägaren om en kalender att prenumerera "
        "på. Den har alla dagar, och rättar sig själv."
    )


def _wrapped(text: str, bullet: str = "") -> str:
    """Prose in short lines; a command on a line of its own, whole, so that it can be copied."""
    margin = " " * len(bullet)
    lines: list[str] = []
    for number, part in enumerate(re.split("`([^`]*)`", text)):
        if number % 2:
            lines.append(f"{margin}  {part}")
        else:
            lines += textwrap.wrap(
                part,
                WIDTH,
                initial_indent=margin if lines else bullet,
                subsequent_indent=margin,
                break_long_words=False,
                break_on_hyphens=False,
            )
    return "\n".join(lines)


def _kept(text: str) -> Markup:
    """The text escaped, with no line break between a number and what it counts: `6 st`, `20 §`."""
    return escape(re.sub(r"(?<=[0-9]) (?=st\b|§)", "\u00a0", text))


def _coded(text: str) -> Markup:
    """The text escaped, with what stands between backticks as code."""
    return Markup("").join(
        _code(part) if number % 2 else _kept(part)
        for number, part in enumerate(re.split("`([^`]*)`", text))
    )


def _dated(text: str) -> Markup:
    """The text escaped, with no line break inside a date."""
    day = Markup('<span style="white-space:nowrap;">{}</span>')
    return Markup("").join(
        day.format(part) if number % 2 else _kept(part)
        for number, part in enumerate(_DAY.split(text))
    )


def _code(command: str) -> Markup:
    """The command as a block that breaks between words, where they fit: a browser breaks at hyphens too."""
    whole = Markup('<span style="display:inline-block;">{}</span>')
    words = Markup(" ").join(
        whole.format(word) if "-" in word else escape(word) for word in command.split(" ")
    )
    return Markup('<code style="{}">{}</code>').format(_CODE, words)


_LAYOUTS = Environment(
    loader=PackageLoader("notifications"),
    undefined=StrictUndefined,
    autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
    trim_blocks=True,
    lstrip_blocks=True,
)
_LAYOUTS.filters.update(wrapped=_wrapped, coded=_coded, dated=_dated)
_LAYOUTS.globals.update(calendar_help=_calendar_help)
