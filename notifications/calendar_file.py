"""Calendar entries as iCalendar (RFC 5545, RFC 5546): one in a file for a mail, all in one for a feed.

Pure, and the same bytes for the same entries: the stamps are those of the change, not of the writing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vCalAddress, vDuration

from notifications.calendar_entry import Appointment

REFRESH = timedelta(hours=6)
"""How often a subscriber should ask: a meeting is moved days ahead, not minutes."""
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Revision:
    """An entry as it stands after its latest change. For one name each sequence is used for one content
    only, and a later change always has a higher one."""

    name: str
    appointment: Appointment
    sequence: int
    changed_at: datetime
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A file as it goes with a mail. `method` stands in its Content-Type too (RFC 6047, 2.4)."""

    name: str
    method: str
    content: bytes


def entry_files(revisions: Iterable[Revision], organizer: str) -> list[CalendarFile]:
    """A file for each entry, published or cancelled. Never several in one: of those in a mail Outlook reads
    the first only ([MS-STANOICAL] 2.2.175), and a file of several it opens as a calendar of its own beside
    the reader's, where nothing corrects it later; and no object may cancel two (RFC 5546, 3.2.5)."""
    files: dict[str, CalendarFile] = {}
    for revision in revisions:
        method = "CANCEL" if revision.cancelled else "PUBLISH"
        calendar = _calendar(method)
        calendar.add_component(_event(revision, organizer))
        stem, number = _stem(revision), 2
        name = f"{stem}.ics"
        while name in files:
            name, number = f"{stem}-{number}.ics", number + 1
        files[name] = CalendarFile(name, method, bytes(calendar.to_ical()))
    return list(files.values())


def feed_file(revisions: Iterable[Revision], organizer: str, title: str) -> bytes:
    """What a subscriber gets. An entry that is cancelled is not in it, and so leaves the subscriber's."""
    calendar = _calendar("PUBLISH")
    calendar.add("name", title)  # RFC 7986; the next is what Outlook reads
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    shown = [one for one in revisions if not one.cancelled]
    if not shown:
        calendar.add_component(_stockholm())
    for revision in sorted(shown, key=lambda one: (one.appointment.day, one.name)):
        calendar.add_component(_event(revision, organizer))
    return bytes(calendar.to_ical())


def uid_of(name: str, organizer: str) -> str:
    """Says nothing about what it stands for, and is the same in every mail, feed and export."""
    return f"{sha256(name.encode()).hexdigest()[:32]}@{organizer.rpartition('@')[2]}"


def _stem(revision: Revision) -> str:
    """`sista-dag-bokslut-2026-ekonomichef`: what a person sees among the mail's attachments."""
    what = revision.appointment.summary.rpartition(" · ")[0].casefold()
    plain = unicodedata.normalize("NFKD", what).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "kommunplan"
    if len(stem) > LONGEST_NAME:
        stem = stem[:LONGEST_NAME].rpartition("-")[0] or stem[:LONGEST_NAME]
    return f"ta-bort-{stem}" if revision.cancelled else stem


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//kommunplan//SV")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _event(revision: Revision, organizer: str) -> Event:
    # No alarm: the mails remind, by a ladder that knows holidays and whether the part is done.
    what, event = revision.appointment, Event()
    sender = vCalAddress(f"mailto:{organizer}")
    # not the process owner: Outlook throws away a mail with an entry that its reader has organized
    sender.params["CN"] = "Kommunplan"
    event.add("uid", uid_of(revision.name, organizer))
    event.add("sequence", revision.sequence)
    event.add("dtstamp", revision.changed_at)
    event.add("last-modified", revision.changed_at)
    event.add("organizer", sender)
    event.add("dtstart", what.day)
    event.add("dtend", what.day + timedelta(days=1))
    event.add("summary", what.summary)
    event.add("description", what.description)
    event.add("categories", list(what.categories))
    event.add("status", "CANCELLED" if revision.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # no hour of the day is taken
    return event


def _stockholm() -> Timezone:
    """A calendar must hold something (RFC 5545, 3.6), also where nothing is ahead."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", "Europe/Stockholm")
    standard.add("dtstart", datetime(1996, 10, 27, 3))
    standard.add("tzoffsetfrom", timedelta(hours=2))
    standard.add("tzoffsetto", timedelta(hours=1))
    zone.add_component(standard)
    return zone
