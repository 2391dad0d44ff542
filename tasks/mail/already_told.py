"""What has been told whom: the notices of the mails in the outbox.

Asked for what is at hand only; nothing here reads more of what was ever told.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, func, not_, true
from sqlmodel import Session, col, select

from models.tables import MailRow, NoticeRow
from notifications.items import Part
from notifications.notices import Kind, Notice

EXERCISE = "prov/"
"""How the keys begin of what only an exercise has told (KOMMUNPLAN_MAIL_TO): when it is over, nobody has been
told that."""
AT_A_TIME = 500
"""Keys in one query; SQLite has a limit."""
_ASKED = (Kind.OPENED, Kind.REMINDER, Kind.OVERDUE, Kind.MOVED, Kind.RETURNED)


def known_keys(session: Session, keys: Sequence[str], *, exercise: bool = False) -> set[str]:
    """Those of the keys whose notices have been told; in an exercise, also by an exercise."""
    if exercise:
        tried = known_keys(session, [EXERCISE + key for key in keys])
        return known_keys(session, keys) | {key.removeprefix(EXERCISE) for key in tried}
    found: set[str] = set()
    for first in range(0, len(keys), AT_A_TIME):
        some = keys[first : first + AT_A_TIME]
        found.update(session.exec(select(NoticeRow.key).where(col(NoticeRow.key).in_(some))))
    return found


def handed_over_by(
    session: Session,
    cycle_id: int,
    part: Part,
    mailboxes: Collection[str],
    *,
    exercise: bool = False,
) -> tuple[str, ...]:
    """Who was told of the part, first to last, where none of them answers for it any more."""
    kinds = (Kind.RECONSIDER, Kind.ALREADY_DONE) if part.stands else _ASKED
    about = (
        NoticeRow.cycle_id == cycle_id,
        NoticeRow.step == part.step,
        NoticeRow.round == part.round,
        NoticeRow.role == part.role,
        NoticeRow.body == part.body,
        col(NoticeRow.kind).in_([kind.value for kind in kinds]),
        _told(exercise),
    )
    told = session.exec(select(NoticeRow.address).where(*about).distinct())
    if any(address in mailboxes for address in told):
        return ()
    names = (
        select(NoticeRow.name)
        .where(*about)
        .group_by(col(NoticeRow.name))
        .order_by(func.min(NoticeRow.id))
    )
    return tuple(session.exec(names))


def reminded_on(
    session: Session, cycle_id: int, notice: Notice, *, exercise: bool = False
) -> date | None:
    """The day of the last reminder of this round, where each of those who are missing was sent one; in an
    exercise, also by an exercise."""
    sent = session.exec(
        select(NoticeRow.role, func.max(MailRow.queued_on))
        .join(MailRow, col(MailRow.id) == col(NoticeRow.mail_id))
        .where(
            NoticeRow.cycle_id == cycle_id,
            NoticeRow.step == notice.step,
            NoticeRow.round == notice.round,
            NoticeRow.body == (notice.body or ""),
            col(NoticeRow.kind).in_([Kind.REMINDER.value, Kind.OVERDUE.value]),
            col(NoticeRow.role).in_([str(key) for key in notice.missing]),
            MailRow.status == "skickad",
            _told(exercise),
        )
        .group_by(col(NoticeRow.role))
    ).all()
    days = [day for _, day in sent]
    return max(days) if days and len(days) == len(set(notice.missing)) else None


def _told(exercise: bool) -> ColumnElement[bool]:
    """What counts as told: only an exercise hears of what an exercise told."""
    return true() if exercise else not_(col(NoticeRow.key).startswith(EXERCISE))
