"""Reads a definition directory: the process and its meetings; `calendars.holders` its role holders.

A definition is validated whole, and every fault is told at once: file, step or entry, field, the
value, and what is allowed. Reads files; knows no database and no clock.

    orsa/definition.toml          the process
    orsa/sammantraden-2027.toml   the meetings of one calendar year
    orsa/rollinnehavare.toml      who holds which role, from when
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field

from calendars.faults import unknown, validated
from calendars.soundness import faults_of
from calendars.tables.toml import read_toml
from calendars.templates import expand
from models.errors import DefinitionError
from models.plan import Meeting
from models.process import Definition, Entry

Model = TypeVar("Model", bound=BaseModel)

ORSA = Path(__file__).parent / "orsa"
DEFINITION_FILE = "definition.toml"
HOLDERS_FILE = "rollinnehavare.toml"
Day = Annotated[date, Field(strict=True)]  # TOML has dates of its own; 20270412 is a number


def load_definition(directory: Path) -> Definition:
    """The process of the directory, sound in every reference, as far as the municipality uses it (`anvands`);
    DefinitionError with every fault."""
    return load_whole_definition(directory).of_what_is_used()


def load_whole_definition(directory: Path) -> Definition:
    """As `load_definition`, with the steps and occasions that are not used: what one can choose among."""
    path = directory / DEFINITION_FILE
    return parse_definition(read_toml(path), path.name)


def parse_definition(raw: Mapping[str, Any], file: str) -> Definition:
    """As `load_definition`, from what TOML or a stored cycle's JSON holds."""
    expansion = expand(raw)
    try:
        definition = validated(Definition, expansion.raw)
        faults = tuple(faults_of(definition))
    except DefinitionError as error:
        faults = error.faults
    if faults := expansion.faults or expansion.in_file(faults):
        raise DefinitionError([f"{file}: {fault}" for fault in faults])
    return definition


def load_meetings(directory: Path, definition: Definition) -> tuple[Meeting, ...]:
    """Every meeting of every year that the directory has, in date order."""
    meetings: list[Meeting] = []
    faults: list[str] = []
    years: dict[int, str] = {}
    for path in sorted(directory.glob("sammantraden-*.toml")):
        try:
            file = read_meetings_toml(path)
        except DefinitionError as error:
            faults += error.faults
            continue
        if file.year in years:
            faults.append(
                f"{path.name}: ar: {file.year} finns redan i {years[file.year]}. "
                "Ett års sammanträden står i en fil."
            )
        years.setdefault(file.year, path.name)
        found = list(_meetings_in(file))
        faults += [
            f"{path.name}: {fault}" for fault in _meeting_faults(found, file.year, definition)
        ]
        meetings += found
    if faults:
        raise DefinitionError(faults)
    return tuple(sorted(meetings, key=lambda meeting: meeting.day))


def _meetings_in(file: MeetingsFile) -> Iterator[Meeting]:
    for if_needed, bodies in ((False, file.meetings), (True, file.if_needed)):
        for body, days in bodies.items():
            for day in days:
                yield Meeting(body, None, day, file.example, if_needed)
    for step, day in file.informal.items():
        yield Meeting(None, step, day, file.example)


def read_meetings_toml(path: Path) -> MeetingsFile:
    """One file with a year's meetings; what is wrong with its fields is told, its days not looked at."""
    return validated_in(MeetingsFile, read_toml(path), path.name)


class MeetingsFile(Entry):
    """`sammantraden-2027.toml`. `other_weekday` marks days that stand in the tables above it."""

    example: bool = Field(False, alias="exempel")
    year: int = Field(alias="ar", ge=2000, le=2100)
    meetings: dict[str, tuple[Day, ...]] = Field({}, alias="sammantraden")
    if_needed: dict[str, tuple[Day, ...]] = Field({}, alias="vid_behov")
    other_weekday: dict[str, tuple[Day, ...]] = Field({}, alias="annan_veckodag")
    informal: dict[str, Day] = Field({}, alias="moten")


def validated_in(model: type[Model], raw: Mapping[str, Any], file: str) -> Model:
    """The model that a file's content makes; DefinitionError with every fault, each naming the file."""
    try:
        return validated(model, raw)
    except DefinitionError as error:
        raise DefinitionError([f"{file}: {fault}" for fault in error.faults]) from None


def _meeting_faults(
    meetings: Sequence[Meeting], year: int, definition: Definition
) -> Iterator[str]:
    bodies = {body.slug for body in definition.bodies}
    days = {step.slug for step in definition.steps if step.kind == "mote"}
    named = dict.fromkeys(filter(None, (meeting.body for meeting in meetings)))
    steps = dict.fromkeys(filter(None, (meeting.step for meeting in meetings)))
    yield from unknown("sammantraden", named, bodies, "okänd instans")
    yield from unknown("moten", steps, days, "okänd mötesdag")
    for meeting in meetings:
        yield from _day_faults(meeting, year)
    yield from _doubles(meetings)


def _doubles(meetings: Sequence[Meeting]) -> Iterator[str]:
    for (name, day), count in Counter((m.body or m.step, m.day) for m in meetings).items():
        if count > 1:
            yield f"{name} {day}: finns {count} gånger. Ta bort dubbletten."


def _day_faults(meeting: Meeting, year: int) -> Iterator[str]:
    name, day = meeting.body or meeting.step, meeting.day
    if day.year != year:
        yield f"{name} {day}: ligger inte i {year}, som filen gäller. Rätta år eller dag."
