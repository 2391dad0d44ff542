"""What people say beside a meeting: that it is cancelled, moved, not decided yet, or something else than a
meeting. Pure.

A title, a status column, a comment, a note in a cell and a table's own legend all say it in the same words.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

IF_NEEDED = "vid behov"


class Standing(Enum):
    """How a meeting stands by what is said of it."""

    HELD = "hålls"
    IF_NEEDED = "hålls vid behov"
    CANCELLED = "är inställt"
    MOVED_AWAY = "är flyttat till en annan dag"
    MOVED_HERE = "är flyttat hit från en annan dag"
    PRELIMINARY = "är preliminärt"
    ABOUT = "är något annat än ett sammanträde"
    UNCLEAR = "är oklart"


_MONTHS = r"jan|feb|mars?|apr|maj|jun|jul|aug|sep|okt|nov|dec"
A_DAY = re.compile(
    rf"\d{{4}}-\d\d?-\d\d?|\d\d?\s*/\s*\d\d?|\d\d?(?::e)?\s+(?:{_MONTHS})", re.IGNORECASE
)
_ANOTHER_DAY = re.compile(
    r"\b(?:mån|tis|ons|tors|fre|lör|sön)[a-zåäö]*\s+(?:den\s+)?\d", re.IGNORECASE
)
_CANCELLED = (
    r"inst(?:äll\w*|\b)|ställ\w*\s+in\b|avlys\w*|avbok\w*|utgå(?:r|tt|ngen)\b|utgick|inhiber\w*|"
    r"struk\w*|stryk(?:s|as|es|er)\b|can(?:cel\w*|cl?d)\b|annull\w*|borttag\w*|upphäv\w*|avblås\w*|"
    r"(?:hålls|blir)\s+(?:ej|inte|icke)(?:\s+av)?|"
    r"(?:inget|ej|inte|icke)\s+(?:sammanträde|möte|av)\b"
)
_MOVED = r"(?:fram|upp|om|in|ut)?flytt\w*|ombok\w*|omplac\w*"
_WORDS: tuple[tuple[Standing, str], ...] = (
    (
        Standing.MOVED_AWAY,
        rf"\b(?:{_MOVED})\b[^.;]{{0,20}}\btill\b|\b(?:nytt|ny)\s+(?:datum|dag|tid)\b|\bersätts\s+(?:av|med)\b|"
        r"\b(?:ändra\w*|bytt?|senarelagt?|tidigarelagt?)\b[^.;]{0,20}\btill\b|\buppskjut\w*|→|->",
    ),
    (Standing.MOVED_HERE, rf"\b(?:{_MOVED}|ändra\w*)\b[^.;]{{0,20}}\bfrån\b|\bersätter\b"),
    (Standing.CANCELLED, rf"\b(?:{_CANCELLED})|~~|❌|🚫"),
    (Standing.UNCLEAR, rf"\b(?:{_MOVED})\b|\b(?:senare|tidigare)lag\w*"),
    (Standing.UNCLEAR, r"\b(?:två|tre|2|3)[ -]?dag\w*|\bforts\w*\.?\s+\d|\bdag\s*1\s*-\s*[23]\b"),
    (
        Standing.PRELIMINARY,
        r"\bprel(?:iminär\w*|\b)|\btentativ\w*|\butkast\b|"
        r"\b(?:ej|inte|icke|ännu\s+ej|ännu\s+inte)\s+(?:\w+\s+)?(?:fast\w*|beslut\w*|bekräft\w*|bestäm\w*|klar\w*)|"
        r"\bobekräft\w*|\bplaneringsdatum\b|\bförslag\s+(?:på|till)\s+(?:dag|datum|sammanträd\w*)|^\W*\?|\?\W*$",
    ),
    (
        Standing.IF_NEEDED,
        rf"\b{IF_NEEDED}\b|\bv\.?\s?b\b|\bev(?:entuell\w*|\b)|\breserv\w*|\bom\s+behov\b",
    ),
)
_STANDINGS = tuple((standing, re.compile(words, re.IGNORECASE)) for standing, words in _WORDS)
_IS_CANCELLED = re.compile(rf"\b(?:{_CANCELLED})", re.IGNORECASE)
_DENIED = re.compile(r"\b(?:ej|inte|icke|om|kan|risk)\b[^.;]*$", re.IGNORECASE)
_NEAR = 40
"""Characters before a word in which another may turn its meaning."""
_ABOUT = re.compile(
    r"\b(?:manus\w*|\w*stopp\w*|utskick\w*|utsänd\w*|skick\w*|kallels\w*|\w*juster\w*|protokoll\w*|anslag\w*|anslås|"
    r"sista(?=\s+(?:dag|datum|tid|inlämn))|senast\w*|deadline\w*|in?lämn\w*|lämn\w*|inkom\w*|bered\w*|ärendeberedning\w*|\w*handling(?:ar)?(?:na)?|"
    r"föredrag\w*|förslag\w*|remiss\w*|inför|påminn\w*|publicer\w*|kungör\w*|tillkännag\w*|anmäl\w*|frågor|"
    r"\w*genomgång\w*|dragning\w*|dagordning\w*|\w*list(?:a|an|or)|faktagransk\w*|underlag\w*|tjänsteskriv\w*|"
    r"yttrand\w*|upprop\w*|expedier\w*|utdrag\w*|besked\w*|bokning\w*|anmälan|frist\w*|start\s+för|stänger|öppnar)",
    re.IGNORECASE,
)
_OTHER_BODY = re.compile(
    r"\b(?:\w*utskott\w*|\w*nämnd\w*|\w*råd(?:et)?|presidi\w*|\w*kommitt\w*|delegation\w*|au|\w*grupp\w*|\w*förmöte\w*|"
    r"\w*förening\w*|\w*bolag\w*|\w*styrelse\w*|\w*förbund\w*|ordförande\w*|revisor\w*)\b",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"(?:(?:budget|boksluts?|års)?sammanträde(?:t|n|s?dag(?:ar)?|sdatum|stid(?:er)?)?|"
    r"(?:budget|boksluts?|års)?möte(?:t|n|sdag|sdatum|stid)?|budgetdebatt|"
    r"ordinarie|extra|extrainsatt|insatt|öppet|offentligt|slutet|digitalt?|distans|fysiskt|heldag|halvdag|"
    r"i|på|för|av|med|den|det|och|samt|vid|hos|kl|klockan|dag|dagen|nr|nummer|vecka|v|e|a|s|obs|ca|från|till|"
    r"budget(?:en)?|bokslut(?:et)?|årsredovisning(?:en)?|delår|delårsrapport(?:en)?|delårsbokslut|tertial|"
    r"kommunplan(?:en)?|år|års|start|tid|plats|lokal|"
    r"teams|zoom|webb\w*|\w+(?:huset|hus|salen|sal|rummet|rum|gården|skolan|skola|aulan|aula|lokalen|parken|park)|"
    r"konferensrum\w*|\w*hotell\w*|biblioteket|folkets|plan|våning\w*|"
    r"jan(?:uari)?|febr?(?:uari)?|mars?|apr(?:il)?|maj|juni?|juli?|aug(?:usti)?|sept?(?:ember)?|okt(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?|(?:mån|tis|ons|tors|fre|lör|sön)(?:dag(?:en)?)?|\d+|[ivx]+|[*]+)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*|\*+")


def standing_in(text: str) -> Standing:
    """What a note, a status or a comment says; HELD where it says nothing of it."""
    if (match := _IS_CANCELLED.search(text)) and _DENIED.search(text[: match.start()][-_NEAR:]):
        return Standing.UNCLEAR
    for standing, words in _STANDINGS:
        if words.search(text):
            # a reserve day, or a decision that was preliminary, of another day than this one
            of_another = standing in (Standing.IF_NEEDED, Standing.PRELIMINARY)
            if of_another and A_DAY.search(text):
                return Standing.UNCLEAR
            return standing
    words_of = _WORD.findall(text)
    is_about_all = words_of and _ABOUT.search(text) and not A_DAY.search(text)
    if is_about_all and all(map(_says_little, words_of)):
        return Standing.ABOUT
    return Standing.HELD


_LONG = 8
"""Words; a longer sentence says more than one thing."""
_PROSE = 4_000
"""Characters at the beginning and at the end of a text; between them is the agenda."""
_SHORT = 3
"""Words; a sentence as short, in a long text, is about the meeting itself."""
_DECISIVE = (Standing.CANCELLED, Standing.MOVED_AWAY, Standing.MOVED_HERE, Standing.UNCLEAR)


def standing_in_prose(text: str) -> Standing:
    """As `standing_in`, of a text that may be long: an agenda, an invitation. A long sentence that speaks of
    the meeting and of something cancelled is unclear; what it says else is no matter of ours."""
    shown = text if len(text) <= 2 * _PROSE else f"{text[:_PROSE]}\n{text[-_PROSE:]}"
    plain = re.sub(r"https?://\S+", " ", shown)
    if len(_WORD.findall(plain)) <= _LONG:
        return standing_in(plain)
    for sentence in re.split(r"[.!;\n]+", plain):
        standing = standing_in(sentence)
        if standing not in _DECISIVE:
            continue
        words, of_it = (
            len(_WORD.findall(sentence)),
            re.search(r"möte|sammanträde", sentence, re.IGNORECASE),
        )
        if words <= _SHORT or (of_it and words <= _LONG):
            return standing
        if of_it:
            return Standing.UNCLEAR
    return Standing.HELD


def _says_little(word: str) -> bool:
    return bool(_ABOUT.fullmatch(word) or is_filler(word))


def names_another_day(note: str) -> bool:
    """Whether a note beside a day names one more, without saying what it is for."""
    is_plain = standing_in(note) in (Standing.HELD, Standing.IF_NEEDED) and not is_about(note)
    return is_plain and bool(_ANOTHER_DAY.search(note) or A_DAY.search(note))


def is_about(text: str) -> bool:
    """Whether a title is of something that is done about a meeting: a manusstopp, an utskick."""
    return _ABOUT.search(text) is not None


def is_filler(word: str) -> bool:
    """Whether a word of a title says nothing else than that there is a meeting, when and where."""
    return _FILLER.fullmatch(word) is not None


def names_a_body(text: str) -> bool:
    """Whether the words are such as bodies and groups have for names: utskott, nämnd, presidium."""
    return _OTHER_BODY.search(text) is not None


def words_in(text: str) -> list[str]:
    """The words of a title, and its marks."""
    return _WORD.findall(text)


class Said(NamedTuple):
    """What is said of a meeting, and the words."""

    standing: Standing
    text: str = ""


def said_in(text: str) -> Said:
    """Of a note, a status, a category."""
    return Said(standing_in(text), text)


def said_in_prose(text: str) -> Said:
    """Of a text that may be long."""
    return Said(standing_in_prose(text), text)
