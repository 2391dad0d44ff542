"""What can be done to the meetings: one function, one transaction, harmless to repeat.

Every change is logged, and the running years follow it at once: their dates, what is open, the mails.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby

from calendars.definition import load_definition
from calendars.meeting_plans.files import read_meeting_file
from models.acts.meetings import AddMeeting, CancelMeeting, ImportMeetings, MeetingAct, MoveMeeting
from models.errors import DefinitionError, RefusedError
from models.plan import Meeting
from models.tables import MeetingRow
from models.text import Text, ask
from tasks.context import Context, Done
from tasks.meetings.change import ChangingMeetings, changing, has_been
from tasks.meetings.store import Key


def change_meetings(on: Context, act: MeetingAct) -> Done:
    """Does the act, and what the running years make of it; nothing where it was so already."""
    match act:
        case MoveMeeting():
            return _move(on, act)
        case AddMeeting():
            return _add(on, act)
        case CancelMeeting():
            return _cancel(on, act)
        case ImportMeetings():
            return _import(on, act)
    raise TypeError(f"nothing does {type(act).__name__}")


def _move(on: Context, act: MoveMeeting) -> Done:
    """The meeting is held on another day. A reason is needed where a running year rests on it."""
    with changing(on, "hand", act.by) as change:
        key, target = change.key(act.body, act.day), change.key(act.body, act.to)
        last = change.store.gone().get(key)
        if act.day == act.to or (
            last and last.day_after == act.to and {key, target} & set(change.store.rows) == {target}
        ):
            return change.done  # moved already
        change.check_changeable(key, "flytta", act.reason)
        change.check_new(target)
        change.store.move(key, act.to, act.reason.strip())
        change.said.append(f"{key} är flyttat till {act.to}.")
    return change.done


def _add(on: Context, act: AddMeeting) -> Done:
    """A further meeting: one to come, or one that was held without standing in the plan. One that was only
    to be held if needed becomes an ordinary one."""
    with changing(on, "hand", act.by) as change:
        key = change.key(act.body, act.day)
        meeting = change.meeting(key, act.if_needed)
        known = change.store.rows.get(key)
        if known is None:
            change.check_new(key, held=not act.if_needed)
            change.store.add(meeting, act.reason.strip())
            change.said.append(f"{key} är tillagt{' (vid behov)' if act.if_needed else ''}.")
        elif known.if_needed and not act.if_needed:
            change.check_ahead(key)
            change.store.alter(key, meeting, act.reason.strip())
            change.said.append(f"{key} hålls; det är inte längre bara vid behov.")
        elif act.if_needed and not known.if_needed:
            raise RefusedError(
                f"{key} är redan ett ordinarie sammanträde. Ska det inte hållas: ",
                ask("sammantraden-stall-in", body=act.body, day=act.day, reason="…"),
                ".",
            )
    return change.done


def _cancel(on: Context, act: CancelMeeting) -> Done:
    """The meeting is not held. A reason is needed where a running year rests on it."""
    with changing(on, "hand", act.by) as change:
        key = change.key(act.body, act.day)
        last = change.store.gone().get(key)
        if key not in change.store.rows and last and last.change == "inställt":
            return change.done
        change.check_changeable(key, "ställa in", act.reason)
        change.store.remove(key, "inställt", act.reason.strip())
        change.said.append(f"{key} är inställt.")
    return change.done


def _import(on: Context, act: ImportMeetings) -> Done:
    """Replaces the meetings of exactly the bodies and the year that the file holds; where it adds, only
    adds. DefinitionError with every fault, also for each day that has been and that it would change."""
    definition = load_definition(on.settings.definition)
    file = read_meeting_file(act.file, definition, act.year, passes_over=act.passes_over)
    reason = f"inläst ur {act.file.name}"
    wanted = {Key.of(meeting): meeting for meeting in file.meetings}
    with changing(on, "hand" if act.add else "fil", act.by) as change:
        known = _known(change, file.year, wanted)
        old = [] if act.add else [key for key in known if key not in wanted]
        new = [key for key in wanted if key not in known]
        _refuse_past(change, act, known, wanted, [*old, *new])
        for key in old:
            change.store.remove(key, "borttaget", reason)
        altered = [
            key
            for key in wanted.keys() & known.keys()
            if _may_alter(act, known[key], wanted[key])
            and change.store.alter(key, wanted[key], reason)
        ]
        for key in new:
            change.store.add(wanted[key], reason)
        changes = {"nya": new, "ändrade": altered, "borttagna": old}
        change.said += _counted(file.year, wanted, changes)
        change.notes += file.notes
    return change.done


def _known(change: ChangingMeetings, year: int, wanted: Iterable[Key]) -> dict[Key, MeetingRow]:
    """What stands of the bodies and the year that the file holds."""
    whose = {key[:2] for key in wanted}
    rows = change.store.rows.items()
    return {key: row for key, row in rows if key.day.year == year and key[:2] in whose}


def _may_alter(act: ImportMeetings, row: MeetingRow, meeting: Meeting) -> bool:
    """Where a file only adds, it may make a meeting an ordinary one and leaves the others alone."""
    return not act.add or (row.if_needed and not meeting.if_needed)


def _refuse_past(
    change: ChangingMeetings,
    act: ImportMeetings,
    known: Mapping[Key, MeetingRow],
    wanted: Mapping[Key, Meeting],
    changed: Iterable[Key],
) -> None:
    """DefinitionError with each day that has been and would change: a calendar of invented days, or none,
    may get its real past; a real one keeps what it has."""
    held = {key[:2] for key, row in known.items() if not row.example}
    fixed = [key for key in changed if key[:2] in held and change.is_past(key)]
    if fixed:
        raise DefinitionError(
            [
                Text.of(f"{act.file.name}: ", _past_fault(key, key in wanted, change.today))
                for key in sorted(fixed)
            ]
        )


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


def _past_fault(key: Key, is_new: bool, today: date) -> Text:
    if is_new:
        return Text.of(f"{key} är nytt men ", has_been(key, today), " Ta bort dagen ur filen.")
    return Text.of(f"{key} saknas i filen, men ", has_been(key, today), " Lägg till dagen i filen.")
