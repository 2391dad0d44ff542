"""An .ics calendar: an event for each sammanträde, the body in its SUMMARY, CATEGORIES or LOCATION.

Pure. Days are Stockholm's. Of several revisions of one event the last counts (RFC 5545 3.8.7.4). What is
cancelled, and what is about a meeting, is passed over and told; an event that recurs is refused, since it
says no more than a rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component, Event

from calendars.meeting_plans.entries import Reading, WrittenMeeting
from calendars.meeting_plans.legend import MARK, legend_in
from calendars.meeting_plans.names import Title
from calendars.meeting_plans.one_day import WrittenDay
from calendars.meeting_plans.wording import Said, Standing, said_in, said_in_prose, standing_in
from calendars.meeting_plans.written_days import LONGEST, in_a_row
from calendars.tables.limits import DEPTH, EVENT_LINES, EVENTS, check_text, too_much
from models.errors import DefinitionError

STOCKHOLM = ZoneInfo("Europe/Stockholm")
_ANSWERS = {"REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH"}
_NIGHT = 6
"""The hour before which a meeting that went on past midnight is of the day when it began."""
_MARKS = re.compile(rf"(?:{MARK})(?!\w)")


def is_calendar(content: bytes) -> bool:
    return content.lstrip(b"\xef\xbb\xbf \r\n\t")[:15].upper() == b"BEGIN:VCALENDAR"


def unfolded(content: bytes) -> bytes:
    """The lines as they were before they were folded, which may be in the middle of a letter."""
    return re.sub(rb"\r?\n[ \t]", b"", content)


def read_events(text: str, name: str, into: Reading) -> None:
    """Every event of the calendar, into the reading; DefinitionError where it is no calendar."""
    calendars = _calendars(text, name)
    into.legend = legend_in(
        _text(calendar, field) for calendar in calendars for field in ("X-WR-CALDESC",)
    )
    into.notes += into.legend.remarks()
    events = [
        _Revision(number, event, _method(calendar))
        for number, (calendar, event) in enumerate(
            ((c, e) for c in calendars for e in c.walk("VEVENT")), 1
        )
    ]
    for calendar in calendars:
        _check_calendar(calendar, name, into)
    for revision in _newest(events, into):
        _read_event(revision, into)


class _Revision(NamedTuple):
    """One VEVENT as it stands, with what its calendar is sent for."""

    number: int
    event: Component
    method: str

    @property
    def where(self) -> str:
        return f"händelse {self.number}"

    @property
    def age(self) -> tuple[int, datetime]:
        """By which the newest of several is told: SEQUENCE, then when it was changed."""
        number = re.match(r"\d{1,9}", _text(self.event, "SEQUENCE"))
        changed = _moment(self.event, "LAST-MODIFIED") or _moment(self.event, "DTSTAMP")
        return int(number[0]) if number else 0, changed or datetime.min.replace(tzinfo=UTC)


def _calendars(text: str, name: str) -> Sequence[Component]:
    check_text(text, name, EVENT_LINES)
    if len(re.findall(r"(?im)^BEGIN:VEVENT\s*$", text)) > EVENTS:
        raise too_much(name, "har fler än", EVENTS, "händelser")
    depth = 0
    for match in re.finditer(r"(?im)^(BEGIN|END):", text):
        depth += 1 if match[1].upper() == "BEGIN" else -1
        if depth > DEPTH:
            raise too_much(name, "är kapslad djupare än", DEPTH, "nivåer")
    try:
        calendars: Sequence[Component] = Calendar.from_ical(text, multiple=True)
        count = sum(len(calendar.walk("VEVENT")) for calendar in calendars)
    except Exception:  # the parser raises whatever a broken line provokes
        calendars, count = [], 0
    # an event that does not end is dropped by the parser, and with it what comes after
    if not calendars or count != len(re.findall(r"(?im)^BEGIN:VEVENT\s*$", text)):
        raise DefinitionError(
            [f"{name}: går inte att läsa som .ics, eller är avhuggen. Exportera kalendern på nytt."]
        )
    return calendars


def _check_calendar(calendar: Component, name: str, into: Reading) -> None:
    """That it is no answer to an invitation, and no plan that is only preliminary."""
    if _method(calendar) in _ANSWERS:
        into.fault("METHOD", "filen är ett svar på en inbjudan. Exportera kalendern i stället")
    title = _text(calendar, "X-WR-CALNAME")
    if standing_in(title) is Standing.PRELIMINARY:
        into.fault(
            "X-WR-CALNAME", f"{title!r} säger att kalendern är preliminär. Läs in den beslutade"
        )
    others = {one.name for one in calendar.walk() if one.name in ("VTODO", "VJOURNAL")}
    if others:
        into.notes.append(f"{name}: uppgifter och anteckningar i kalendern lästes inte.")


def _newest(events: Iterable[_Revision], into: Reading) -> Iterator[_Revision]:
    """Of the revisions of one event the last, in the order of the file; the others are told."""
    found: dict[object, list[_Revision]] = {}
    for one in events:
        uid = _text(one.event, "UID")
        found.setdefault(
            (uid, _text(one.event, "RECURRENCE-ID")) if uid else one.number, []
        ).append(one)
    for revisions in found.values():
        newest = max(revisions, key=lambda one: (one.age, one.number))
        for older in revisions:
            if older is newest or _is_same(older, newest):
                continue
            if older.age == newest.age:
                into.fault(
                    older.where,
                    f"har samma UID som {newest.where}, en annan dag och inget som säger vilken som gäller. "
                    "Ta bort den som inte gäller",
                )
            else:
                into.note(
                    older.where,
                    f"{_text(older.event, 'SUMMARY')!r} {_day(older.event) or ''} ersätts av {newest.where}.",
                )
        yield newest


def _is_same(one: _Revision, other: _Revision) -> bool:
    return (_day(one.event), _text(one.event, "SUMMARY"), one.age) == (
        _day(other.event),
        _text(other.event, "SUMMARY"),
        other.age,
    )


def _read_event(revision: _Revision, into: Reading) -> None:
    event, where = revision.event, revision.where
    summary, day = _text(event, "SUMMARY"), _day(event)
    said = [*_said(revision)]
    if any(one.standing is Standing.CANCELLED for one in said):
        into.note(where, f"{summary!r} {day or ''} är inställd och togs inte med.")
        return
    title = _title(revision, into)
    if title is None or title.gathering is None:
        return
    try:
        written = _days(event, summary, day, into)
    except ValueError as error:
        into.fault(where, f"{summary!r} {error}")
        return
    for one in written:
        entry = WrittenMeeting(where, summary, title.gathering, one)
        into.take(entry, Said(title.standing, summary), *said)


def _days(event: Component, summary: str, day: date | None, into: Reading) -> list[WrittenDay]:
    """The days of the meeting, one or some in a row; ValueError with a clause where they are not plain."""
    if "RRULE" in event or "RDATE" in event:
        raise ValueError("återkommer. Skriv en händelse för varje sammanträde")
    if day is None:
        start = event.get("DTSTART")
        if isinstance(start, list):
            raise ValueError("har flera DTSTART. Skriv en händelse för varje sammanträde")
        what = "saknar DTSTART" if start is None else f"har en DTSTART som inte är en dag: {start}"
        raise ValueError(f"{what}. Ange dagen")
    length = _length(event, day)
    if length > LONGEST:
        raise ValueError(
            f"varar i {length} dagar. Skriv en händelse för varje dag som det sammanträds"
        )
    return in_a_row(_written(summary, day, into), length)


def _title(revision: _Revision, into: Reading) -> Title | None:
    """Whose it is: by the first field that names somebody. The rest of the title counts whichever it was."""
    event = revision.event
    summary, place = _text(event, "SUMMARY"), _text(event, "LOCATION")
    own = into.names.read(_MARKS.sub(" ", summary), [place])
    if (
        own.gathering is None
        and own.standing in (Standing.HELD, Standing.IF_NEEDED)
        and not own.unread
    ):
        for texts in (_categories(event), [place]):
            found = {known for text in texts if (known := into.names.read(text).gathering)}
            if len(found) == 1:
                return Title(found.pop(), own.standing)
    return into.whose(revision.where, _MARKS.sub(" ", summary).strip(), [place])


def _said(revision: _Revision) -> Iterator[Said]:
    """What the event says of itself outside its title."""
    event = revision.event
    status = _text(event, "STATUS").upper()
    if status == "CANCELLED" or revision.method == "CANCEL":
        yield Said(Standing.CANCELLED)
    if status == "TENTATIVE":
        yield Said(Standing.PRELIMINARY)
    for field in ("DESCRIPTION", "COMMENT", "LOCATION"):
        said = said_in_prose(_text(event, field))
        if said.standing is not Standing.ABOUT:  # `Justering: Eva Ek` is no title
            yield said
    yield from map(said_in, _categories(event))


def _written(summary: str, day: date, into: Reading) -> WrittenDay:
    marks = [into.legend.of(match[0]) for match in _MARKS.finditer(summary)]
    return WrittenDay(
        day,
        if_needed=any(mark.if_needed for mark in marks),
        other_weekday=any(mark.other_weekday for mark in marks),
        beside=tuple(mark.words for mark in marks if mark.words),
    )


def _length(event: Component, day: date) -> int:
    """How many days it lasts; one that goes on past midnight is of the day when it began."""
    start, end = _value(event, "DTSTART"), _value(event, "DTEND")
    if end is None and isinstance(duration := _value(event, "DURATION"), timedelta):
        end = start + duration
    if not isinstance(end, date):
        return 1
    if isinstance(end, datetime):
        last = _local(end) - timedelta(hours=_NIGHT)
        return max((last.date() - day).days + 1, 1)
    return max((end - day).days, 1)  # the end of whole days is the day after the last


def _day(event: Component) -> date | None:
    start = _value(event, "DTSTART")
    try:
        return _local(start).date() if isinstance(start, datetime) else start
    except (ValueError, OverflowError):
        return None


def _local(moment: datetime) -> datetime:
    return moment.astimezone(STOCKHOLM).replace(tzinfo=None) if moment.tzinfo else moment


def _moment(event: Component, name: str) -> datetime | None:
    found = _value(event, name)
    if not isinstance(found, datetime):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _value(event: Component, name: str) -> Any:
    """A day, a moment or a duration; None where it cannot be read."""
    try:
        found = getattr(event.get(name), "dt", None)
        # a value that icalendar could not read is kept until it is asked for
        return found if isinstance(found, date | timedelta) else None
    except (ValueError, OverflowError):
        return None


def _categories(event: Component) -> list[str]:
    return list(map(str, event.categories)) if isinstance(event, Event) else []


def _method(calendar: Component) -> str:
    return _text(calendar, "METHOD").upper()


def _text(component: Component, name: str) -> str:
    found = component.get(name, "")
    texts = found if isinstance(found, list) else [found]
    return " ".join(" ".join(map(str, texts)).split())
