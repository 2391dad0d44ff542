"""What docs/json.md says, from the models that the `--json` formats are printed from.

`make written` writes the file, and a test holds it so. What a key is called and means stands with its
field; what is said here is what a format as a whole is. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from views.arenden import ArendeList
from views.assignments import AssignmentList
from views.carried_out import DecisionsOfTheYear
from views.done import CommandDone, Delivered
from views.feeds import Feed, NewFeed
from views.figures import Figure, StepFigures
from views.health import HealthReport
from views.history import StepHistory
from views.import_preview import ImportPreview
from views.links import LinkList
from views.meeting_list import MeetingList
from views.meeting_preview import MeetingPreview
from views.next_year import NextYear
from views.previews import DefinitionPreview, RerunPreview
from views.proof import Proof
from views.rehearsed_year import MeetingDays, RehearsedYear
from views.reviewed_year import ReviewedYear
from views.sendings import Sendings
from views.sheet import YearSheet
from views.shown import Shown, Word
from views.sign_in import IdentityList, NewSignInLink
from views.staff import StaffList
from views.timetable import Timetable

PREFACE = """\
# The JSON formats

Every `kommunplan` command prints, with `--json`, one JSON document on stdout, in UTF-8; but for `start`,
which runs until it is stopped, and `schema`, `prefect-yaml`, `ics` and `komplettera`, which print a file.
What shows something has a format of its own; what does something tells it in [one that they
share](#what-a-command-did). What goes wrong is said in Swedish on stderr, as without `--json`: stdout is
then empty, and the exit code 2. All are promises: from one version to the next a key keeps its name, its
type and its meaning. New keys may come, and new values where a list below says "such as"; so read the
keys that you know and let the others be. A change that breaks this is a new major version and stands in
the changelog.

Days are ISO dates (`2027-10-18`) in Swedish time. A key is always there; what is not known or does not
apply is `null` or an empty list. Slugs, roles and bodies are those of the definition. What stands in several
formats is explained where it comes first.

This page is written from the models that are printed, by `make written`; `tests/test_readme.py` and
`tests/cli/test_json.py` hold it against them and against what the commands print.
"""


@dataclass(frozen=True, slots=True)
class Format:
    """A `--json` format: `root` is what its places are named from, with `[]` of a list."""

    title: str
    root: str
    model: type[Shown]
    text: str


FORMATS = (
    Format(
        "What a command did",
        "gjort",
        CommandDone,
        "One object: of `starta-ar`, `las-in`, `klar`, `beslut`, `ratta`, `diariefor`, `oppna`, `utga`, "
        "`star-fast`, `kor-om`,\n`byt-definition`, `anmal`, `uppdrag nytt`, `resultat` with values, "
        "`flytta`, `sammantraden` with `las-in`, `flytta`,\n`lagg-till` and `stall-in`, `rollinnehavare "
        "las-in`, `lankar aterkalla`, `inloggningar` with `godkann` and `ta-bort`, and `kontroll`.\n`kor-om` "
        "and `byt-definition` need `--ja` too: with `--json` nobody is asked.",
    ),
    Format(
        "`skicka --json`", "skicka", Delivered, "One object: what one delivery of the outbox did."
    ),
    Format(
        "`status --json`",
        "status[]",
        YearSheet,
        "A list with an object for each started budget year, oldest first; with `--budgetar`, of that year "
        "only.",
    ),
    Format(
        "`gantt --json`",
        "gantt",
        Timetable,
        "The days of every step, in the order of the year; `arshjul --json` prints the same. With `--svg` "
        "or `--png` the\ncommand writes files, and tells it as [what a command did](#what-a-command-did).",
    ),
    Format(
        "`bevisa --json`",
        "bevisa",
        Proof,
        "One object: whether what is stored is what was registered.",
    ),
    Format(
        "`arende --json`",
        "arende",
        ArendeList,
        "One object: the ärenden of a budget year (`--budgetar`; without it, the one in progress) in which "
        "some body\ndecides, or the one that is asked for.",
    ),
    Format(
        "`resultat --json`",
        "resultat",
        StepFigures,
        "One object: the figures of one step. With values, they are registered, and it is "
        "[what was done](#what-a-command-did).",
    ),
    Format(
        "`historik STEG --json`",
        "historik",
        StepHistory,
        "Everything that has happened in a step, in the order in which it was written down.",
    ),
    Format(
        "`uppdrag lista --json`",
        "uppdrag",
        AssignmentList,
        "One object: the assignments that are open, in every started year; with `--alla` the completed "
        "ones too.",
    ),
    Format(
        "`uppdrag beslut --json`",
        "uppdrag-beslut",
        DecisionsOfTheYear,
        "One object: what fullmäktige have decided in a calendar year (`--ar`; without it, this year's), in "
        "every\nstarted year, with whether it is carried out.",
    ),
    Format(
        "`provkor --json`",
        "provkor",
        RehearsedYear,
        "One object: the year simulated from the definition directory, with everybody on time. "
        "`--budgetar` picks\nthe year; without it, the one in progress today. It reads no database.",
    ),
    Format(
        "`granska --json`",
        "granska",
        ReviewedYear,
        "One object: the year tested against the statutes, as it runs when it has been started, else as it "
        "is planned.\nThe exit code is 1 when `brott` has anything in it, else 0.",
    ),
    Format(
        "`flytta --prov --json`, `sammantraden stall-in --prov --json`",
        "flytta",
        MeetingPreview,
        "One object: what would follow if a meeting moved, or was cancelled; nothing is changed. The exit "
        "code is 1 when\nthat would break a statute, else 0. Without `--prov` it is done, and the JSON "
        "is\n[what was done](#what-a-command-did).",
    ),
    Format(
        "`sammantraden las-in --prov --json`",
        "sammantraden las-in",
        ImportPreview,
        "One object: what would follow if the file were read in; nothing is changed. The exit code is 1 "
        "when\nthat would break a statute, else 0.",
    ),
    Format(
        "`kor-om --prov --json`",
        "kor-om",
        RerunPreview,
        "One object: what a new round of a completed step would touch; nothing is changed.",
    ),
    Format(
        "`byt-definition --prov --json`",
        "byt-definition",
        DefinitionPreview,
        "One object: what a changed definition would do to a running year; nothing is changed.",
    ),
    Format(
        "`sammantraden lista --json`",
        "lista",
        MeetingList,
        "One object: the meetings from this calendar year on; with `--ar` of that year, with `--instans` "
        "of one body.",
    ),
    Format(
        "`nasta-ar --json`",
        "nasta-ar",
        NextYear,
        "One object: the meetings proposed for a calendar year. They are written to the file as without "
        "`--json`; with\n`--till -` to none.",
    ),
    Format(
        "`rollinnehavare lista --json`",
        "rollinnehavare",
        StaffList,
        "One object: who holds which role today.",
    ),
    Format(
        "`utskick --json`",
        "utskick",
        Sendings,
        "One object: the mails that went, those that wait, and those that tomorrow's check makes if "
        "nothing happens\nbefore it. `--dag` picks the day of the mails that went; without it, the last "
        "seven days.",
    ),
    Format(
        "`lankar --json`",
        "lankar",
        LinkList,
        "One object: the links of the mails that can be used; with `--alla` the others too. Never the "
        "address itself.",
    ),
    Format(
        "`logga-in --json`",
        "logga-in",
        NewSignInLink,
        "One object: a link that signs in as one person, once.",
    ),
    Format(
        "`inloggningar --json`",
        "inloggningar",
        IdentityList,
        "One object: the accounts that have signed in, and whose they are.",
    ),
    Format(
        "`kalender lista --json`",
        "kalender[]",
        Feed,
        "A list with an object for each calendar address that was ever made, oldest first.",
    ),
    Format(
        "`kalender skapa --json`",
        "ny-kalender",
        NewFeed,
        "The new calendar, as in the list, and its address.",
    ),
    Format(
        "`halsa --json`",
        "halsa",
        HealthReport,
        "One object: how the installation is. The command ends with 0 when `mar_bra` is true and with 1 "
        "when it is not.",
    ),
)

NOTES: dict[type[Shown], str] = {
    MeetingDays: (
        "Last, the municipality's own days before a meeting: for each `[[dag]]` of its definition a day or "
        "null, under its slug."
    ),
    Figure: (
        '`varde` of `skattesats` is a text with two decimals, `"22.31"`; of `ramar` a list of `ar` and '
        "`tkr`; of\n`bokslutsresultat` an object with `resultat` and `balanskravsresultat`; of `prognos` a "
        "list of `enhet`,\n`budget` and `prognos`; of `maluppfyllelse` an object with `uppfyllda`, "
        "`delvis`, `ej` and `ej_matbara`."
    ),
}
"""What a table has no room for, after it."""

WORDS: dict[object, tuple[str, str]] = {
    str: ("text", "text"),
    int: ("number", "numbers"),
    bool: ("true/false", "true/false"),
    date: ("day", "days"),
    Any: ("any", "any"),
}
"""What a type is called, and a list of it."""


def json_docs() -> str:
    """The whole page."""
    places: dict[type[Shown], list[str]] = {}
    for one in FORMATS:
        for model, place in _places(one.model, one.root):
            places.setdefault(model, []).append(place)
    parts = [PREFACE]
    for one in FORMATS:
        parts.append(f"## {one.title}\n\n{one.text}\n")
        for model, _ in _places(one.model, one.root):
            if found := places.pop(model, None):  # else explained above
                parts.append(_table(model, found))
    return "\n".join(parts)


def _places(model: type[Shown], place: str) -> Iterator[tuple[type[Shown], str]]:
    """The model, and those that its keys hold, each with where it stands in the document."""
    yield model, place
    for key in model.printed_keys():
        inner, is_list = _without_null(key.type)[0], False
        if get_origin(inner) is tuple:
            inner, is_list = get_args(inner)[0], True
        if isinstance(inner, type) and issubclass(inner, Shown):
            yield from _places(inner, f"{place}.{key.name}{'[]' if is_list else ''}")


def _table(model: type[Shown], places: list[str]) -> str:
    rows = [f"| `{key.name}` | {_word(key.type)} | {key.meaning} |" for key in model.printed_keys()]
    heading = ", ".join(f"`{place}`" for place in dict.fromkeys(places))
    table = "\n".join(["| key | type | meaning |", "|---|---|---|", *rows])
    note = f"\n{NOTES[model]}\n" if model in NOTES else ""
    return f"### {heading}\n\n{table}\n{note}"


def _word(hint: Any) -> str:
    """`list of slugs`, `day or null`"""
    inner, may_be_null = _without_null(hint)
    if get_origin(inner) is tuple:
        of = _names(get_args(inner)[0])[1]
        return f"list of {of}" if of else "list"
    word = _names(inner)[0]
    if not may_be_null:
        return word
    return f"{word}/null" if inner is bool else f"{word} or null"


def _names(hint: Any) -> tuple[str, str]:
    """What a type is called, alone and of a list; a list of objects is a list."""
    for part in get_args(hint) if get_origin(hint) is Annotated else ():
        if isinstance(part, Word):
            return part.one, part.many
    if isinstance(hint, type) and issubclass(hint, Shown):
        return "object", ""
    return WORDS.get(hint, WORDS[str])  # an enumeration's values are texts


def _without_null(hint: Any) -> tuple[Any, bool]:
    """The type inside `key(…)`, without null, and whether it may be null."""
    if get_origin(hint) is Annotated and not any(isinstance(m, Word) for m in hint.__metadata__):
        hint = get_args(hint)[0]
    if get_origin(hint) not in (Union, UnionType):
        return hint, False
    [inner] = [one for one in get_args(hint) if one is not NoneType]
    return inner, True
