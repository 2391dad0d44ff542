"""The stored meetings, and the log of what became of each; inside somebody else's transaction.

The definition directory, a file that was read in and a person may each add meetings. What one of them
has said is not taken back by another unasked: reading the directory anew changes only its own.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import date
from typing import Literal, NamedTuple

from sqlmodel import Session, col, func, select

from models.plan import Meeting
from models.tables import MeetingChangeRow, MeetingRow
from notifications.changed_dates import MeetingChange
from tasks import clock
from tasks.chain import bind_rows

Source = Literal["katalog", "fil", "hand"]
Change = Literal["tillagt", "flyttat", "inställt", "borttaget", "ändrat"]


class Key(NamedTuple):
    """What makes a meeting one and the same."""

    kind: str
    name: str
    day: date

    def __str__(self) -> str:
        return f"{self.name} {self.day}"

    @classmethod
    def of(cls, meeting: Meeting) -> Key:
        kind = "instans" if meeting.body else "steg"
        return cls(kind, meeting.body or str(meeting.step), meeting.day)


class MeetingStore:
    """Adds, moves and takes away in the name of one source and one person; each change is logged."""

    def __init__(self, session: Session, today: date, source: Source, by: str) -> None:
        self._session, self._today, self.source, self._by = session, today, source, by
        rows = session.exec(select(MeetingRow).order_by(col(MeetingRow.day)))
        self.rows = {Key(row.kind, row.name, row.day): row for row in rows}
        self.changes: list[MeetingChange] = []
        """What it has logged, in order."""

    def add(self, meeting: Meeting, reason: str = "") -> None:
        key = Key.of(meeting)
        row = MeetingRow(
            kind=key.kind,
            name=key.name,
            day=key.day,
            example=meeting.example,
            if_needed=meeting.if_needed,
            source=self.source,
        )
        self._session.add(row)
        self.rows[key] = row
        self._log("tillagt", row, after=key.day, reason=reason)

    def alter(self, key: Key, meeting: Meeting, reason: str = "") -> bool:
        """Makes the stored meeting this source's, and like the given one; whether its kind changed."""
        row = self.rows[key]
        changed = row.if_needed != meeting.if_needed
        row.if_needed, row.example, row.source = meeting.if_needed, meeting.example, self.source
        if changed:
            self._log("ändrat", row, after=key.day, reason=reason)
        return changed

    def move(self, key: Key, to: date, reason: str) -> None:
        row = self.rows.pop(key)
        original = row.moved_from or row.day
        row.moved_from = None if to == original else original
        row.day, row.source = to, self.source
        self.rows[Key(key.kind, key.name, to)] = row
        self._log("flyttat", row, before=key.day, after=to, reason=reason)
        self._session.flush()  # before another comes to the day that this one has left

    def remove(self, key: Key, change: Change, reason: str) -> None:
        row = self.rows.pop(key)
        self._session.delete(row)
        self._session.flush()  # before a meeting on the same day can come in its place
        self._log(change, row, before=key.day, reason=reason)

    def gone(self) -> Mapping[Key, MeetingChangeRow]:
        """The days that a meeting was moved or taken away from, with the last change that did it."""
        found: dict[Key, MeetingChangeRow] = {}
        for row in self._session.exec(select(MeetingChangeRow).order_by(col(MeetingChangeRow.id))):
            if row.day_before is not None:
                found[Key(row.kind, row.name, row.day_before)] = row
            if row.day_after is not None:
                found.pop(Key(row.kind, row.name, row.day_after), None)
        return found

    def _log(
        self,
        change: Change,
        row: MeetingRow,
        *,
        reason: str,
        before: date | None = None,
        after: date | None = None,
    ) -> None:
        logged = MeetingChangeRow(
            kind=row.kind,
            name=row.name,
            change=change,
            day_before=before,
            day_after=after,
            if_needed=row.if_needed,
            source=self.source,
            reason=reason,
            by=self._by,
            happened_on=self._today,
            recorded_at=clock.now(),
        )
        self._session.add(logged)
        self._session.flush()
        bind_rows(self._session, "meeting_change", [logged.id])
        self.changes.append(
            MeetingChange(
                row.name, row.kind == "instans", change, before, after, row.if_needed, reason
            )
        )


def last_change(session: Session) -> int:
    """The number of the newest change in the log; 0 where there is none."""
    return session.exec(select(func.max(MeetingChangeRow.id))).one() or 0


def load_directory(
    session: Session, meetings: Iterable[Meeting], today: date
) -> tuple[int, tuple[str, ...]]:
    """Makes the directory's own meetings those that it holds now: how many they are, and a Swedish
    sentence for each thing that a file or a person has said otherwise, and that was left alone."""
    store = MeetingStore(session, today, "katalog", "las-in")
    wanted = {Key.of(meeting): meeting for meeting in meetings}
    of_files = {
        (key.kind, key.name, key.day.year) for key, row in store.rows.items() if row.source == "fil"
    }
    left = [
        *(
            f"{name} {year}: sammanträdena kommer ur en fil och gäller fortfarande."
            for _, name, year in sorted(of_files)
        ),
        *_without_those_that_are_gone(store, wanted),
        *_with_those_that_are_wanted(store, wanted, of_files),
    ]
    return sum(row.source == "katalog" for row in store.rows.values()), tuple(left)


def _without_those_that_are_gone(store: MeetingStore, wanted: Container[Key]) -> Iterator[str]:
    """Takes away what the directory held before; a sentence for each that a person has put there."""
    for key, row in list(store.rows.items()):
        if row.source == "katalog" and key not in wanted:
            store.remove(key, "borttaget", "står inte längre i definitionskatalogen")
        elif row.source == "hand":
            yield f"{key}: är tillagt eller flyttat för hand och ligger kvar."


def _with_those_that_are_wanted(
    store: MeetingStore, wanted: Mapping[Key, Meeting], of_files: Container[tuple[str, str, int]]
) -> Iterator[str]:
    """Adds or alters what the directory holds now; a sentence for each that a person has taken away."""
    gone = {key: row for key, row in store.gone().items() if row.source != "katalog"}
    for key, meeting in wanted.items():
        if known := store.rows.get(key):
            if known.source == "katalog":
                store.alter(key, meeting)
        elif (key.kind, key.name, key.day.year) in of_files:
            continue
        elif key in gone:
            yield f"{key}: {_what_became(gone[key])} och läggs inte tillbaka."
        else:
            store.add(meeting)


def _what_became(row: MeetingChangeRow) -> str:
    done = {"flyttat": "flyttades", "inställt": "ställdes in"}.get(row.change, "togs bort")
    to = f" till {row.day_after}" if row.day_after else ""
    why = f" ({row.reason})" if row.reason else ""
    return f"{done} {row.happened_on}{to}{why}"
