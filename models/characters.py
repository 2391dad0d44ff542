"""Text as it looks: what cannot be seen is nothing, and what looks the same is the same.

Pure. A file comes from macOS, a PDF, a web page or a word processor, and brings decomposed letters, soft
hyphens, marks that turn the direction of writing, and five kinds of dash. Nobody can mend what he cannot
see, so it is taken away where text is read, and two names are compared by how they look.
"""

from __future__ import annotations

import re
import unicodedata

_DASHES = "\N{MINUS SIGN}\N{HYPHEN BULLET}\N{SMALL HYPHEN-MINUS}\N{FULLWIDTH HYPHEN-MINUS}"
_LINE_ENDS = "\x0b\x0c\x85\u2028\u2029"
# letters that are drawn with the Latin ones: Cyrillic, then Greek
_DRAWN_ALIKE = str.maketrans(
    "АВЕЅКМНОРСТХУІЈаеоѕрсухіјΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABESKMHOPCTXYIJaeospcyxijABEZHIKMNOPTYXo"
)
_UNSEEN_LETTERS = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
"""Unicode calls them letters or marks, but nothing is drawn."""
_LINES = "\u0335-\u0338"
"""A line drawn through the letter before."""


def seen(text: str) -> str:
    """The text as it is seen: composed, with plain spaces and dashes, and nothing that is not drawn."""
    return unicodedata.normalize("NFC", _PERHAPS_ODD.sub(_drawn, text))


def visible(text: str) -> str:
    """The text composed and without what cannot be seen; its spaces and dashes, and the ends of its lines,
    as they are: somebody has set them."""
    if text.isascii():
        return text
    kept = (one for one in text if not _is_unseen(one) or unicodedata.category(one) == "Cc")
    return unicodedata.normalize("NFC", "".join(kept))


def look(text: str) -> str:
    """What two texts that look the same have in common, whatever their case."""
    plain = unicodedata.normalize("NFKC", seen(text)).translate(_DRAWN_ALIKE)
    # once more: the small letter of an odd one may be drawn as a Latin one
    return " ".join(plain.split()).casefold().translate(_DRAWN_ALIKE)


def struck_marked(text: str) -> str:
    """`2̶2̶` as `~~22~~`: a line through letters, which some programs write with Unicode."""
    return re.sub(rf"(?:[^{_LINES}][{_LINES}])+", _unstruck, text)


def _unstruck(match: re.Match[str]) -> str:
    return f"~~{re.sub(f'[{_LINES}]', '', match[0])}~~"


_PERHAPS_ODD = re.compile(r"[^\x20-\x7e\t\n\råäöÅÄÖéÉ]")


def _drawn(match: re.Match[str]) -> str:
    one = match[0]
    if one in _LINE_ENDS:
        return "\n"
    kind = unicodedata.category(one)
    if kind == "Zs":
        return " "
    if kind == "Pd" or one in _DASHES:
        return "-"
    return "" if _is_unseen(one) else one


def _is_unseen(one: str) -> bool:
    kind = unicodedata.category(one)
    return (
        kind in ("Cf", "Cc", "Co", "Cn", "Cs")
        or "\ufe00" <= one <= "\ufe0f"
        or one in _UNSEEN_LETTERS
    )
