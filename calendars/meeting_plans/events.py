"""An .ics calendar: an event for each sammanträde, the body in its SUMMARY, CATEGORIES or LOCATION.

Pure. Days are Stockholm's. Cancelled events are passed over and told; an event that recurs is refused,
since it says no more than a rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component, Event

from calendars.meeting_plans.entries import Reading, WrittenMeeting
from calendars.meeting_plans.names import Gathering, Names
from calendars.meeting_plans.written_days import IF_NEEDED, WrittenDay
from models.errors import DefinitionError

STOCKHOLM = ZoneInfo("Europe/Stockholm")
_FILLER = re.compile(
    rf"\b(?:ordinarie|extra|sammanträde[rt]?|möte[rt]?|{IF_NEEDED})\b|[*]|\(\s*\)", re.IGNORECASE
)


def read_events(text: str, name: str, names: Names, into: Reading) -> None:
    """Every event of the calendar, into the reading; DefinitionError where it is no calendar."""
    try:
        calendars = Calendar.from_ical(text, multiple=True)
    except ValueError:
        calendars = []
    events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    # an event that does not end is dropped by the parser, and with it what comes after
    if not calendars or len(events) != len(re.findall(r"(?im)^BEGIN:VEVENT\s*$", text)):
        raise DefinitionError(
            [f"{name}: går inte att läsa som .ics, eller är avhuggen. Exportera kalendern på nytt."]
        )
    for number, event in enumerate(events, 1):
        summary = _text(event, "SUMMARY")
        where = f"händelse {number}"
        day = _day(event)
        if _text(event, "STATUS").upper() == "CANCELLED":
            into.notes.append(
                f"{name}: {where}: {summary!r} {day or ''} är inställd och togs inte med."
            )
            continue
        _read_event(event, where, summary, day, names, into)


def _read_event(
    event: Component, where: str, summary: str, day: date | None, names: Names, into: Reading
) -> None:
    gathering = _gathering(event, names)
    if gathering is None:
        into.fault(where, names.unknown(summary))
    if "RRULE" in event or "RDATE" in event:
        into.fault(where, f"{summary!r} återkommer. Skriv en händelse för varje sammanträde")
    elif day is None:
        start = event.get("DTSTART")
        what = "saknar DTSTART" if start is None else f"har en DTSTART som inte är en dag: {start}"
        into.fault(where, f"{summary!r} {what}. Ange dagen")
    elif gathering is not None:
        into.entries.append(WrittenMeeting(where, summary, gathering, _written(summary, day)))


def _gathering(event: Component, names: Names) -> Gathering | None:
    """Of the first field that names somebody; None where it names two."""
    for texts in ([_text(event, "SUMMARY")], _categories(event), [_text(event, "LOCATION")]):
        found = {known for text in texts for part in _parts(text) if (known := names.find(part))}
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _parts(text: str) -> Iterator[str]:
    """`KS`, `Sammanträde: KS`, `Kommunstyrelsen - Kommunhuset`; never a word out of a longer name."""
    yield text
    for part in re.split(r"\s[-–]\s|[:,;/\n]", text):
        yield _FILLER.sub(" ", part)


def _written(summary: str, day: date) -> WrittenDay:
    marks = {match[0] for match in re.finditer(r"\*+", summary)}
    return WrittenDay(
        day,
        if_needed=bool(marks & {"*", "***"}) or IF_NEEDED in summary.casefold(),
        other_weekday=bool(marks & {"**", "***"}),
    )


def _day(event: Component) -> date | None:
    try:
        start = getattr(event.get("DTSTART"), "dt", None)
    except ValueError:  # what icalendar makes of a value that it cannot read
        return None
    if isinstance(start, datetime):
        return (start.astimezone(STOCKHOLM) if start.tzinfo else start).date()
    return start if isinstance(start, date) else None


def _categories(event: Component) -> list[str]:
    return list(event.categories) if isinstance(event, Event) else []


def _text(event: Component, name: str) -> str:
    return " ".join(str(event.get(name, "")).split())
