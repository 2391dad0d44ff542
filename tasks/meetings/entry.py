"""What can be done to the meetings: one function, one transaction, harmless to repeat.

Every change is logged, and the running years follow it at once: their dates, what is open, the mails.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from calendars.definition import load_definition
from calendars.meeting_plans.files import MeetingFile, read_meeting_file
from models.acts.meetings import AddMeeting, CancelMeeting, ImportMeetings, MeetingAct, MoveMeeting
from models.errors import DefinitionError, RefusedError
from models.plan import Meeting
from models.tables import MeetingRow
from models.text import Text, ask, give, mention
from tasks.context import Context, Done
from tasks.meetings.change import ChangingMeetings, changing, has_been
from tasks.meetings.store import Key, Source
from views.import_preview import BodyInFile, ImportPreview


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
    """Adds and alters the meetings of the file; where it is whole it replaces those of exactly the bodies and
    the years that it holds. DefinitionError with every fault, also for each day that has been and that it
    would change; RefusedError where a running year rests on what goes, and no reason is given."""
    file = _file(on, act)
    with changing(on, _source(act), act.by) as change:
        found = _carry_out(change, act, file)
        if not act.reason.strip():
            _refuse_without_reason(found.resting)
    return change.done


def try_import(on: Context, act: ImportMeetings) -> ImportPreview:
    """What reading the file in would do; nothing is done."""
    file = _file(on, act)
    with changing(on, _source(act), act.by, tries=True) as change:
        found = _carry_out(change, act, file)
    return ImportPreview(
        file=act.file.name,
        bodies=found.bodies,
        resting=found.resting,
        follows=tuple(change.follows),
        law=tuple(change.law),
        mails=tuple(change.mails),
        notes=tuple(map(str, change.notes)),
    )


def _file(on: Context, act: ImportMeetings) -> MeetingFile:
    definition = load_definition(on.settings.definition)
    return read_meeting_file(act.file, definition, act.year, passes_over=act.passes_over)


def _source(act: ImportMeetings) -> Source:
    """A file that is whole speaks for its bodies' year; else each of its days is one by itself."""
    return "fil" if act.whole else "hand"


class _Imported(NamedTuple):
    bodies: tuple[BodyInFile, ...]
    resting: tuple[str, ...]


class _Compared(NamedTuple):
    """What a file has beside what stands of its bodies and years."""

    wanted: Mapping[Key, Meeting]
    known: Mapping[Key, MeetingRow]

    @property
    def new(self) -> list[Key]:
        return [key for key in self.wanted if key not in self.known]

    @property
    def missing(self) -> list[Key]:
        return [key for key in self.known if key not in self.wanted]

    @property
    def in_both(self) -> list[Key]:
        return sorted(self.wanted.keys() & self.known.keys())

    @property
    def less_firm(self) -> list[Key]:
        """Those that become only if needed."""
        return [
            key
            for key in self.in_both
            if self.wanted[key].if_needed and not self.known[key].if_needed
        ]


def _carry_out(change: ChangingMeetings, act: ImportMeetings, file: MeetingFile) -> _Imported:
    wanted = {Key.of(meeting): meeting for meeting in file.meetings}
    compared = _Compared(wanted, _known(change, wanted))
    old, kept = (compared.missing, []) if act.whole else ([], compared.missing)
    _refuse_past(change, act, compared.known, wanted, [*old, *compared.new])
    resting = _resting(change, [*old, *compared.less_firm])
    altered = _store(change, act, compared, old)
    bodies = tuple(
        _of_body(whose, wanted, compared.new, altered, old, kept) for whose in _whose(wanted)
    )
    change.said += [body.sentence() for body in bodies]
    change.notes += [*file.notes, *_told_kept(bodies)]
    return _Imported(bodies, resting)


def _resting(change: ChangingMeetings, keys: Iterable[Key]) -> tuple[str, ...]:
    """What of the running years rests on each, where something does."""
    found = {key: change.resting_on(key) for key in sorted(keys)}
    return tuple(f"{key}: {', '.join(steps)}" for key, steps in found.items() if steps)


def _store(
    change: ChangingMeetings, act: ImportMeetings, compared: _Compared, old: Iterable[Key]
) -> list[Key]:
    """Makes it so; the meetings whose kind changed."""
    reason = "; ".join(filter(None, (f"inläst ur {act.file.name}", act.reason.strip())))
    for key in old:
        change.store.remove(key, "borttaget", reason)
    altered = [
        key
        for key in compared.in_both
        if _says_more(act, compared.known[key], compared.wanted[key])
        and change.store.alter(key, compared.wanted[key], reason)
    ]
    for key in compared.new:
        change.store.add(compared.wanted[key], reason)
    return altered


def _says_more(act: ImportMeetings, row: MeetingRow, meeting: Meeting) -> bool:
    """Whether the file says more of a day than is known. One that is whole makes all of them its own."""
    return act.whole or (row.if_needed, row.example) != (meeting.if_needed, meeting.example)


Whose = tuple[str, str, int]
"""The kind and the name of who meets, and the year."""


def _whose(wanted: Iterable[Key]) -> list[Whose]:
    return sorted({(key.kind, key.name, key.day.year) for key in wanted})


def _of_body(
    whose: Whose,
    wanted: Iterable[Key],
    new: Iterable[Key],
    altered: Iterable[Key],
    old: Iterable[Key],
    kept: Iterable[Key],
) -> BodyInFile:
    def own(keys: Iterable[Key]) -> tuple[date, ...]:
        return tuple(sorted(k.day for k in keys if (k.kind, k.name, k.day.year) == whose))

    return BodyInFile(
        body=whose[1],
        year=whose[2],
        count=len(own(wanted)),
        added=own(new),
        altered=own(altered),
        removed=own(old),
        kept=own(kept),
    )


def _told_kept(bodies: Iterable[BodyInFile]) -> Iterator[Text]:
    """The days that the file does not name, and that it does not take away."""
    for body in bodies:
        if body.kept:
            days = ", ".join(map(str, body.kept))
            yield Text.of(
                f"{body.body} {body.year}: {days} står inte i filen och ligger kvar. "
                "Är filen hela årets plan, ange ",
                mention("whole"),
                ".",
            )


def _refuse_without_reason(resting: Sequence[str]) -> None:
    if resting:
        raise RefusedError(
            f"Pågående år vilar på det som tas bort eller blir vid behov: {'; '.join(resting)}. "
            "Det krävs ett skäl. Ange det ",
            give("reason"),
            ".",
        )


def _known(change: ChangingMeetings, wanted: Iterable[Key]) -> dict[Key, MeetingRow]:
    """What stands of the bodies and the years that the file holds."""
    whose = set(_whose(wanted))
    rows = change.store.rows.items()
    return {key: row for key, row in rows if (key.kind, key.name, key.day.year) in whose}


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


def _past_fault(key: Key, is_new: bool, today: date) -> Text:
    if is_new:
        return Text.of(f"{key} är nytt men ", has_been(key, today), " Ta bort dagen ur filen.")
    return Text.of(f"{key} saknas i filen, men ", has_been(key, today), " Lägg till dagen i filen.")
