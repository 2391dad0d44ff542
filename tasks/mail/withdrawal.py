# ruff: noqa: S608 - statements of our own constants alone
"""Queued reminders that need not be sent: newer ones say it, or nobody waits for that person any more.

Whole statements in SQL, so that a long queue costs no memory. They are laid aside before the newer ones are
written, which then bring what the older would have brought into a calendar. Which is newer is told by the
notices: a letter that could not be written at first may be the younger mail.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from sqlmodel import Session

from calendars.workdays import WORKDAYS
from models.plan import Staff
from notifications.notices import Kind
from notifications.obligations import obligations
from notifications.recipients import recipients
from notifications.sorting import Form
from tasks.mail.already_told import EXERCISE
from tasks.year import FoldedYear

LADDERS = (
    (Kind.REMINDER, Kind.OVERDUE),
    (Kind.ESCALATION,),
    (Kind.RECONSIDER,),
    (Kind.ALREADY_DONE,),
)
"""The kinds of which only the newest is worth telling; an opening, a decision or a return always is. A
mail is stale when all that it tells has been told anew by newer ones; a handover, which says who had the
parts, never is."""
LADDER_OF = {kind: ladder[0].value for ladder in LADDERS for kind in ladder}
"""What the ladder is called of which each is a rung, when it is compared with newer ones."""
REMINDING = {
    Kind.REMINDER: "del",
    Kind.OVERDUE: "del",
    Kind.ESCALATION: "eskalering",
    Kind.ALREADY_DONE: "redan-gjort",
}
"""The kinds that say that something has not come, and what the ladder is called that each is a rung of."""


class Coming(NamedTuple):
    """Something that a mail about to be written tells, to whom."""

    cycle_id: int
    kind: Kind
    step: str
    role: str
    body: str
    mailbox: str


class Withdrawal:
    """What is laid aside of the mails that wait: those that tell nothing but what the newer ones, written or
    `coming`, tell anew, or what these people are not waited for with any more in these years. The same again
    lays aside nothing more.

    Also one that a delivery has claimed: it may have died. If it lives and the server accepts the mail, the
    mail is marked as sent after all.
    """

    def __init__(
        self,
        session: Session,
        years: Mapping[int, FoldedYear],
        coming: Iterable[Coming],
        staff: Staff,
        fallback: str,
        today: date,
        *,
        exercise: bool,
    ) -> None:
        self._run = session.connection().exec_driver_sql
        self._any = bool(years) and bool(self._run(_ANY).scalar())
        if not self._any:
            return
        wanted = [
            "/".join((str(cycle_id), *one))
            for cycle_id, year in years.items()
            for one in _wanted(year, staff, fallback, today)
        ]
        anew = [
            "/".join(
                (str(one.cycle_id), LADDER_OF[one.kind], one.step, one.role, one.body, one.mailbox)
            )
            for one in coming
            if one.kind in LADDER_OF
        ]
        self._values = {
            "years": json.dumps(list(years)),
            "wanted": json.dumps(wanted),
            "coming": json.dumps(anew),
            "exercise": int(exercise),
        }

    def mails(self) -> frozenset[int]:
        """The numbers of those that would be laid aside."""
        if not self._any:
            return frozenset()
        found = self._run(f"SELECT id FROM mail WHERE {_IS_WITHDRAWN}", self._values)
        return frozenset(found.scalars())

    def make(self) -> None:
        """Lays them aside."""
        if self._any:
            self._run(
                f"UPDATE mail SET status = 'ersatt', claimed_until = NULL WHERE {_IS_WITHDRAWN}",
                self._values,
            )


def _wanted(
    year: FoldedYear, staff: Staff, fallback: str, today: date
) -> Iterator[tuple[str, ...]]:
    """What is asked after today, and whom."""
    for one in obligations(year.state, year.plan, WORKDAYS, today):
        if ladder := REMINDING.get(one.kind):
            for person in recipients(staff, year.state.definition, one.to, today, fallback):
                yield (
                    ladder,
                    one.step,
                    str(one.round),
                    str(one.to),
                    one.body or "",
                    person.mailbox,
                )


def _kinds(kinds: Iterable[Kind]) -> str:
    return ", ".join(f"'{kind.value}'" for kind in kinds)


_TOLD_ANEW = " OR ".join(
    f"""
    told.kind IN ({_kinds(ladder)}) AND EXISTS (
        SELECT 1 FROM notice AS newer JOIN mail AS its ON its.id = newer.mail_id
        WHERE newer.cycle_id = told.cycle_id AND newer.step = told.step
        AND newer.address = told.address AND newer.role = told.role AND newer.body = told.body
        AND (newer.key GLOB '{EXERCISE}*') = (told.key GLOB '{EXERCISE}*')
        AND newer.kind IN ({_kinds(ladder)})
        AND newer.id > told.id AND newer.mail_id <> told.mail_id
        AND its.status IN ('köad', 'skickad')
    )
    """
    for ladder in LADDERS
)


def _all_it_tells(is_stale: str) -> str:
    """Whether a `mail` is one that may be laid aside, and all that it has `told` is stale."""
    return f"""
    mail.kind <> '{Form.HANDOVER.value}'
    AND EXISTS (SELECT 1 FROM notice AS told WHERE told.mail_id = mail.id)
    AND NOT EXISTS (
        SELECT 1 FROM notice AS told WHERE told.mail_id = mail.id AND NOT ({is_stale})
    )
    """


IS_STALE = _all_it_tells(_TOLD_ANEW)
"""Whether newer mails tell anew all that a `mail` tells: a condition in SQL."""
_LADDER = " ".join(f"WHEN '{kind.value}' THEN '{ladder}'" for kind, ladder in REMINDING.items())
_IS_OVER = f"""
    told.kind IN ({_kinds(REMINDING)})
    AND told.cycle_id IN (SELECT value FROM json_each(:years))
    AND told.cycle_id || '/' || CASE told.kind {_LADDER} END || '/' || told.step || '/'
        || told.round || '/' || told.role || '/' || told.body || '/' || told.address
        NOT IN (SELECT value FROM json_each(:wanted))
    """
_ANEW = " ".join(f"WHEN '{kind.value}' THEN '{ladder}'" for kind, ladder in LADDER_OF.items())
_IS_COMING = f"""
    told.kind IN ({_kinds(LADDER_OF)}) AND (told.key GLOB '{EXERCISE}*') = :exercise
    AND told.cycle_id || '/' || CASE told.kind {_ANEW} END || '/' || told.step || '/' || told.role
        || '/' || told.body || '/' || told.address
        IN (SELECT value FROM json_each(:coming))
    """
_IS_WITHDRAWN = f"""
    status = 'köad' AND {_all_it_tells(f"({_IS_OVER}) OR ({_IS_COMING}) OR {_TOLD_ANEW}")}
    """
_ANY = f"""
    SELECT EXISTS (
        SELECT 1 FROM mail JOIN notice AS told ON told.mail_id = mail.id
        WHERE mail.status = 'köad' AND told.kind IN ({_kinds(REMINDING)})
    )
    """
