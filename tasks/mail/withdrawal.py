"""Queued mails that ask after what is no longer missing: laid aside before they are sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from sqlmodel import Session, col, select, update

from calendars.workdays import WORKDAYS
from models.notices import Kind, obligations
from models.plan import YearPlan
from models.sorting import Form
from models.state import YearState
from models.tables import MailNoticeRow, MailRow
from tasks.mail.told import AT_A_TIME, EXERCISE

LADDER_OF = {Kind.REMINDER: "del", Kind.OVERDUE: "del", Kind.ESCALATION: "eskalering"}
"""The kinds that say that something has not come."""


_LADDERS = {kind.value: ladder for kind, ladder in LADDER_OF.items()}


class Standing(NamedTuple):
    """A year as it stands at the end of a transaction."""

    state: YearState
    plan: YearPlan


def withdraw(session: Session, years: Mapping[int, Standing], today: date) -> None:
    """Of the mails that wait, those all of whose contents remind of something that nobody is waited for with
    any more in these years are `ersatt`. What is told anew by a newer mail that waits does not keep an older
    one; a handover, which says who had the parts, is always sent.

    Also one that a delivery has claimed: it may have died. If it lives and the server accepts the mail, the
    mail is marked as sent after all.
    """
    if not years:
        return
    reminding = (
        select(MailNoticeRow.mail_id)
        .join(MailRow, col(MailRow.id) == col(MailNoticeRow.mail_id))
        .where(
            MailRow.status == "köad",
            MailRow.kind != Form.HANDOVER.value,
            col(MailNoticeRow.kind).in_([kind.value for kind in LADDER_OF]),
        )
    )
    rows = session.exec(
        select(MailNoticeRow)
        .where(col(MailNoticeRow.mail_id).in_(reminding))
        .order_by(col(MailNoticeRow.mail_id).desc())
    ).all()
    if not rows:
        return
    wanted = {
        (cycle_id, LADDER_OF[one.kind], one.step, one.round, str(one.to), one.body or "")
        for cycle_id, year in years.items()
        for one in obligations(year.state, year.plan, WORKDAYS, today)
        if one.kind in LADDER_OF
    }
    newer: set[tuple[object, ...]] = set()
    is_needed: defaultdict[int, bool] = defaultdict(bool)
    for row in rows:
        ladder = _LADDERS.get(row.kind)
        about = (row.cycle_id, ladder, row.step, row.round, row.role, row.body)
        is_exercise = row.key.startswith(EXERCISE)
        told = (*about, row.address, is_exercise)
        needed = ladder is None or row.cycle_id not in years or about in wanted
        is_needed[row.mail_id] |= needed and told not in newer
        if ladder is not None:
            newer.add(told)
    unneeded = [mail_id for mail_id, needed in is_needed.items() if not needed]
    for first in range(0, len(unneeded), AT_A_TIME):
        some = col(MailRow.id).in_(unneeded[first : first + AT_A_TIME])
        session.exec(update(MailRow).where(some).values(status="ersatt", claimed_until=None))
