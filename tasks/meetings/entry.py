"""What can be done to the meetings: one function, one transaction, harmless to repeat.

Every change is logged, and the running years follow it at once: their dates, what is open, the mails.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path

from calendars.definition import load_definition
from calendars.meeting_plans.files import read_meeting_file
from models.errors import DefinitionError, RefusedError
from models.ways import command
from tasks.actions import Engine
from tasks.meetings.change import Changed, changing, has_been
from tasks.meetings.store import Key


def move_meeting(
    on: Engine, name: str, day: date, to: date, *, by: str, reason: str = ""
) -> Changed:
    """The meeting is held on another day. A reason is needed where a running year rests on it."""
    with changing(on, "hand", by) as change:
        key, target = change.key(name, day), change.key(name, to)
        last = change.store.gone().get(key)
        if day == to or (
            last and last.day_after == to and {key, target} & set(change.store.rows) == {target}
        ):
            return change.changed  # moved already
        change.check_changeable(key, "flytta", reason)
        change.check_new(target)
        change.store.move(key, to, reason.strip())
        change.changed.done.append(f"{key} är flyttat till {to}.")
    return change.changed


def add_meeting(
    on: Engine, name: str, day: date, *, by: str, if_needed: bool = False, reason: str = ""
) -> Changed:
    """A further meeting: one to come, or one that was held without standing in the plan. One that was only
    to be held if needed becomes an ordinary one."""
    with changing(on, "hand", by) as change:
        key = change.key(name, day)
        meeting = change.meeting(key, if_needed)
        known = change.store.rows.get(key)
        if known is None:
            change.check_new(key, held=not if_needed)
            change.store.add(meeting, reason.strip())
            change.changed.done.append(f"{key} är tillagt{' (vid behov)' if if_needed else ''}.")
        elif known.if_needed and not if_needed:
            change.check_ahead(key)
            change.store.alter(key, meeting, reason.strip())
            change.changed.done.append(f"{key} hålls; det är inte längre bara vid behov.")
        elif if_needed and not known.if_needed:
            raise RefusedError(
                f"{key} är redan ett ordinarie sammanträde. Ska det inte hållas: "
                + command(
                    f"sammantraden stall-in {name} {day} --skal …", "välj ställ in i fältet gor."
                )
            )
    return change.changed


def cancel_meeting(on: Engine, name: str, day: date, *, by: str, reason: str = "") -> Changed:
    """The meeting is not held. A reason is needed where a running year rests on it."""
    with changing(on, "hand", by) as change:
        key = change.key(name, day)
        last = change.store.gone().get(key)
        if key not in change.store.rows and last and last.change == "inställt":
            return change.changed
        change.check_changeable(key, "ställa in", reason)
        change.store.remove(key, "inställt", reason.strip())
        change.changed.done.append(f"{key} är inställt.")
    return change.changed


def import_meetings(
    on: Engine, path: Path, *, by: str, year: int | None = None, add: bool = False
) -> Changed:
    """Replaces the meetings of exactly the bodies and the year that the file holds; with `add`, only
    adds. DefinitionError with every fault, also for each day that has been and that it would change."""
    definition = load_definition(on.settings.definition)
    file = read_meeting_file(path, definition, year)
    reason = f"inläst ur {path.name}"
    wanted = {Key.of(meeting): meeting for meeting in file.meetings}
    with changing(on, "hand" if add else "fil", by) as change:
        known = {
            key: row
            for key, row in change.store.rows.items()
            if key.day.year == file.year and any(key[:2] == one[:2] for one in wanted)
        }
        held = {key[:2] for key, row in known.items() if not row.example}
        old = [] if add else [key for key in known if key not in wanted]
        new = [key for key in wanted if key not in known]
        # a calendar of invented days, or none, may get its real past; a real one keeps what it has
        fixed = [key for key in (*old, *new) if key[:2] in held and change.is_past(key)]
        if fixed:
            raise DefinitionError(
                [
                    f"{path.name}: {_past_fault(key, key in wanted, on.today)}"
                    for key in sorted(fixed)
                ]
            )
        for key in old:
            change.store.remove(key, "borttaget", reason)
        # where a file only adds, it may make a meeting an ordinary one and leaves the others alone
        altered = [
            key
            for key in wanted.keys() & known.keys()
            if (not add or (known[key].if_needed and not wanted[key].if_needed))
            and change.store.alter(key, wanted[key], reason)
        ]
        for key in new:
            change.store.add(wanted[key], reason)
        changes = {"nya": new, "ändrade": altered, "borttagna": old}
        change.changed.done += _counted(file.year, wanted, changes)
        change.changed.notes += file.notes
    return change.changed


def _counted(
    year: int, wanted: Iterable[Key], changes: Mapping[str, Sequence[Key]]
) -> Iterator[str]:
    """`KS 2027: 9 (2 nya, 1 borttagna).` for each body of the file."""
    for whose, keys in groupby(sorted(wanted), lambda key: key[:2]):
        counts = [
            f"{count} {word}"
            for word, changed in changes.items()
            if (count := sum(key[:2] == whose for key in changed))
        ]
        yield f"{whose[1]} {year}: {len(list(keys))} ({', '.join(counts) or 'som förut'})."


def _past_fault(key: Key, is_new: bool, today: date) -> str:
    if is_new:
        return f"{key} är nytt men {has_been(key, today)} Ta bort dagen ur filen."
    return f"{key} saknas i filen, men {has_been(key, today)} Lägg till dagen i filen."
