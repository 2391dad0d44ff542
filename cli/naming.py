"""Which command does which act, and what its options are called where that is not the field's own name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

from models.act import Act
from models.acts.all import ACTS


@dataclass(frozen=True, slots=True)
class Command:
    """A command and the act that it does: its words, the fields that are given in order without an option,
    and `names` where the command line calls a field something else than the forms and the JSON do."""

    act: type[Act]
    words: tuple[str, ...]
    positional: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    always: tuple[str, ...] = ()
    """Options by which the command does this act rather than another."""

    def name_of(self, attribute: str) -> str:
        """As the command line calls the field: `till`, `utan_sammantrade`."""
        return self.names.get(attribute) or self.act.field(attribute).name


def _commands() -> dict[str, Command]:
    known = {
        "klar": ("klar", ("step",), {}),
        "beslut": ("beslut", ("step", "body", "outcome"), {"back_to": "till"}),
        "ratta": ("ratta", ("event_number",), {"event_number": "nummer", "reason": "beslutsskal"}),
        "diariefor": ("diariefor", ("step", "diarienummer"), {"diarienummer": "nummer"}),
        "anteckna": ("anteckna", ("what", "body", "on"), {}),
        "sarskilda-skal": ("sarskilda-skal", ("step", "rule_name", "body", "on"), {}),
        "resultat": ("resultat", ("step", "results"), {"results": "varden"}),
        "oppna": ("oppna", ("step",), {}),
        "utga": ("utga", ("step",), {}),
        "kor-om": ("kor-om", ("step",), {}),
        "star-fast": ("star-fast", ("step",), {}),
        "anmal": ("anmal", ("occasion", "heading"), {"part": "roll", "amount": "tkr"}),
        "flytta": ("flytta", ("body", "day", "to"), {}),
        "sammantraden-lagg-till": ("sammantraden lagg-till", ("body", "day"), {}),
        "sammantraden-stall-in": ("sammantraden stall-in", ("body", "day"), {}),
        "sammantraden-las-in": ("sammantraden las-in", ("file",), {}),
        "rollinnehavare-las-in": ("rollinnehavare las-in", ("file",), {}),
        "rollinnehavare-byt": ("rollinnehavare byt", ("role", "holder", "address"), {}),
        "skjut-upp": ("skjut-upp", ("step", "until"), {}),
        "skicka-om": ("skicka-om", ("step",), {}),
        "las-in": ("las-in", (), {}),
        "byt-definition": ("byt-definition", ("directory",), {}),
        "redan-gjort": ("redan-gjort", ("step", "standing"), {}),
        "starta-ar": ("starta-ar", ("budget_year",), {}),
        "aterkalla-lank": ("lankar aterkalla", ("number",), {}),
        "kalender-skapa": ("kalender skapa", ("whose",), {}),
        "kalender-aterkalla": ("kalender aterkalla", ("number",), {}),
    }
    return {
        name: Command(ACTS[name], tuple(words.split()), positional, names)
        for name, (words, positional, names) in known.items()
    } | {
        "ga-vidare": Command(ACTS["ga-vidare"], ("klar",), ("step",), always=("--alla",)),
        "skicka-misslyckade": Command(
            ACTS["skicka-misslyckade"], ("skicka-om",), always=("--misslyckade",)
        ),
        "redan-gjort-las-in": Command(ACTS["redan-gjort-las-in"], ("redan-gjort",)),
        "angra-start": Command(ACTS["angra-start"], ("starta-ar",), names={"budget_year": "angra"}),
    }


COMMANDS: Mapping[str, Command] = MappingProxyType(_commands())
"""By the act's name."""


@cache
def option_of(attribute: str, act: type[Act] | None) -> str:
    """`--utan-sammantrade`: the option of the act's field, or of the first act that has such a field."""
    for known in (act, *(command.act for command in COMMANDS.values())):
        if known is not None and any(one.attribute == attribute for one in known.fields()):
            named = COMMANDS.get(known.name)
            name = named.name_of(attribute) if named else known.field(attribute).name
            return f"--{name.replace('_', '-')}"
    return f"--{attribute}"
