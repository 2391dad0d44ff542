"""What the marks beside the days mean: our own key, or the one that the file brings. Pure.

`*` is "vid behov" and `**` "en annan veckodag än den vanliga", unless a footnote says otherwise. Where the
file explains one of its marks, it is the file's key that counts, and each mark in it must be explained.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from calendars.meeting_plans.wording import Standing, standing_in
from calendars.tables.cells import Row, filled
from calendars.workdays import WEEKDAYS

MARK = r"\*+|[¹²³⁰⁴-⁹]+|[†‡#¤°^§]+"
"""What may stand after a day as a mark; `1)` and `a)` too, where the file explains them."""
_NUMBERED = r"\d{1,2}\)|[a-zåäö]\)"
_BEGINS = re.compile(rf"(?:{MARK}|{_NUMBERED})(?:\)|\s|$|[=:-]|[^\W\d])", re.IGNORECASE)
_LONGEST = 500
"""Characters of a text in which marks are explained."""
_LETTERS = re.compile(
    r"(?<![^\s(,;])\(?(?P<mark>[a-zåäö]{1,2})\)?\s*=\s*(?P<meaning>[^=]*?)(?=[,;]?\s*\(?[a-zåäö]{1,2}\)?\s*=|$)",
    re.IGNORECASE,
)
"""`x = inställt`: a mark that is a letter or two needs the sign, since it may be a word."""
_EXPLAINED = re.compile(
    rf"(?<![^\s(,;.])(?P<mark>{MARK}|{_NUMBERED})\)?\s*(?:(?:[=:-]|är|betyder|avser|innebär|hålls)\s*)*"
    rf"(?P<meaning>[^*†‡#¤¹²³⁴-⁹]*?[^\W\d_][^*†‡#¤¹²³⁴-⁹]*)",
    re.IGNORECASE,
)
_BY_NAME = re.compile(
    r"\b(?:(?:en|två|tre)\s+)?(?:asterisk(?:er)?|stjärn(?:a|or|an|orna)|stjärnmärk\w*)",
    re.IGNORECASE,
)
_OTHER_WEEKDAY = re.compile(
    r"annan\s+(?:vecko)?dag|avvikande\s+(?:vecko)?dag|\b(?:" + "|".join(WEEKDAYS) + r")\w*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Mark:
    """What one mark says of the day it stands beside; `words` are the file's own, where they are not ours."""

    if_needed: bool = False
    other_weekday: bool = False
    words: str = ""


_OURS = {
    "*": Mark(if_needed=True),
    "**": Mark(other_weekday=True),
    "***": Mark(if_needed=True, other_weekday=True),
}


@dataclass(frozen=True, eq=False, slots=True)
class Legend:
    """The file's own key, by mark; empty where it has none."""

    explained: Mapping[str, str] = field(default_factory=dict)

    def of(self, mark: str) -> Mark:
        """What the mark says; ValueError with a clause where nobody knows."""
        if mark in self.explained:
            return _meant(self.explained[mark])
        if self._is_own:
            known = ", ".join(self.explained)
            raise ValueError(
                f"har märket {mark}, som inte förklaras, fast filen förklarar {known}. "
                f"Skriv under tabellen vad {mark} betyder, eller ta bort det"
            )
        if mark in _OURS:
            return _OURS[mark]
        if mark.strip("*") == "":
            raise ValueError(
                "har fler stjärnor än tre. Skriv * för vid behov, ** för annan veckodag"
            )
        raise ValueError(
            f"har märket {mark}, som inte förklaras. Skriv under tabellen vad det betyder, eller ta bort det"
        )

    def words(self, note: str) -> str:
        """A note, or what the file says that it stands for: of `22 (x)` where `x = inställt`."""
        return self.explained.get(note.strip(" ()").casefold(), note)

    def remarks(self) -> Iterator[str]:
        """A sentence for each of our marks that the file explains in another way."""
        for mark, words in self.explained.items():
            if mark in _OURS and not _is_ours(mark, words):
                yield f"{mark} betyder enligt filen {words!r}, och lästes så."

    @property
    def _is_own(self) -> bool:
        signs = [(mark, words) for mark, words in self.explained.items() if not mark.isalpha()]
        return any(not (mark in _OURS and _is_ours(mark, words)) for mark, words in signs)


def legend_in(texts: Iterable[str]) -> Legend:
    """The explanations in the texts around a table: `* Årsredovisning`, `** = tisdag`, `a) inställt`."""
    found: dict[str, str] = {}
    for text in (one[:_LONGEST] for one in texts):
        for match in _EXPLAINED.finditer(_BY_NAME.sub(_stars, text)):
            meaning = match["meaning"].strip(" .,;:()=-|")
            if meaning:
                found.setdefault(match["mark"], meaning)
        for match in _LETTERS.finditer(text):
            found.setdefault(match["mark"].casefold(), match["meaning"].strip(" .,;"))
    return Legend(found)


def _stars(match: re.Match[str]) -> str:
    word = match[0].casefold()
    return "***" if word.startswith("tre") else "**" if word.startswith("två") else "*"


def _meant(words: str) -> Mark:
    return Mark(
        if_needed=standing_in(words) is Standing.IF_NEEDED,
        other_weekday=_OTHER_WEEKDAY.search(words) is not None,
        words=words,
    )


def _is_ours(mark: str, words: str) -> bool:
    meant, ours = _meant(words), _OURS[mark]
    return (meant.if_needed, meant.other_weekday) == (ours.if_needed, ours.other_weekday) and (
        standing_in(words) in (Standing.HELD, Standing.IF_NEEDED)
    )


def is_explanation(row: Row) -> bool:
    """Whether a row begins with a mark, as a footnote does."""
    cells = filled(row)
    return bool(cells) and begins_with_mark(cells[0].text)


def begins_with_mark(text: str) -> bool:
    start = text[:_LONGEST]
    return _BEGINS.match(start) is not None or _LETTERS.match(start) is not None
