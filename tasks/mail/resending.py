"""Mails sent once more because somebody asks for it: a task to whoever has it today, and what failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlmodel import Session, col, select

from calendars.workdays import WORKDAYS
from models.acts.mails import Resend, ResendFailed
from models.errors import RefusedError
from models.process import TaskKey
from models.step_words import task_key
from models.tables import MailRow, NoticeRow
from notifications.notices import Kind, Notice
from notifications.obligations import obligations
from notifications.recipients import recipients
from tasks import clock
from tasks.context import Context, Done, notes_of
from tasks.follow_up import announce_later
from tasks.log import cycles
from tasks.mail.notices import Notices
from tasks.people.store import stored_staff
from tasks.year import OpenYear

ASKS = (Kind.OPENED, Kind.RETURNED)
"""Which of what is told to somebody who is waited for says all of it."""


def send_again(on: Context, act: Resend | ResendFailed) -> Done:
    """Tells a task once more, or tries again what failed."""
    return _resend(on, act) if isinstance(act, Resend) else _resend_failed(on, act)


def _resend(on: Context, act: Resend) -> Done:
    """Tells those who are waited for in the step, or one role, their task anew: as it is today, to who has
    it today. The same token again sends nothing. RefusedError where nobody is waited for."""
    with on.year(act.budget_year) as year:
        year.open_due()
        step = year.definition.step(act.step)
        asked = list(_asked(year, step.slug))
        if act.role:
            bodies = {notice.to for notice in asked if notice.body}
            wanted = TaskKey(role=act.role, unit=act.unit)
            if wanted not in bodies:
                wanted = task_key(year.definition, step, act.role, act.unit)
            asked = [notice for notice in asked if notice.to == wanted]
        if not asked:
            who = f"{act.role} väntas inte" if act.role else "Ingen väntas"
            raise RefusedError(
                f"{who} i {step.slug} just nu: {year.label(step.slug)}. Inget är sänt."
            )
        year.tell(_anew(notice, act.by, act.token) for notice in asked)
    said = f"{year.done.plan}, {step.slug}: {year.done.mails} mejl på nytt."
    return Done((year.done,), said=(said,), notes=notes_of((year.done,)), step=step.slug)


def _resend_failed(on: Context, act: ResendFailed) -> Done:
    """Tries again what could not be sent. A task that somebody else has now, or under another address, is
    told to them instead, and what was written before is laid aside."""
    with on.database.write() as session:
        years = {
            cycle.id or 0: OpenYear(session, cycle, on.settings, on.today)
            for cycle in cycles(session)
        }
        failed = session.exec(select(MailRow).where(col(MailRow.status) == "misslyckad")).all()
        for mail in failed:
            told = session.exec(select(NoticeRow).where(NoticeRow.mail_id == mail.id)).all()
            notices = [] if _still_theirs(session, on, years, told) else _open(years, told)
            for cycle_id, notice in notices:
                years[cycle_id].tell([_anew(notice, act.by, act.token)])
            # one that is empty held a link that can be used no more
            _try_again(mail, laid_aside=bool(notices) or not mail.content)
            session.add(mail)
        aside = sum(mail.status == "ersatt" for mail in failed)
        shared = Notices(session, on.settings, on.today)
        for year in years.values():
            shared.gather(year, year.take_announced())
        announce_later(session, shared.held(), exercise=on.settings.mail_to is not None)
        shared.store()
        for year in years.values():
            year.store()
            year.conclude()
    on.write_letters(*years.values())
    said = f"{len(failed) - aside} mejl försöks igen, {aside} ersätts av nya till dem som har uppgiften nu."
    if not failed:
        said = "Inga mejl har misslyckats."
    done = tuple(year.done for year in years.values())
    return Done(done, said=(said,), notes=notes_of(done))


def _try_again(mail: MailRow, *, laid_aside: bool) -> None:
    """As if it had never been tried, unless others come in its place."""
    mail.bounced = False
    if laid_aside:
        mail.status = "ersatt"
    else:
        mail.status, mail.attempts, mail.error = "köad", 0, ""
        mail.next_attempt_at = clock.now()


def _asked(year: OpenYear, slug: str) -> Iterator[Notice]:
    for notice in obligations(year.state, year.plan, WORKDAYS, year.today):
        if notice.step == slug and notice.kind in ASKS:
            yield notice


def _anew(notice: Notice, by: str, token: str) -> Notice:
    return replace(
        notice, token=f"/{token}", rule=f"sänds på nytt på begäran av {by}", on_request=True
    )


def _still_theirs(
    session: Session, on: Context, years: dict[int, OpenYear], told: Sequence[NoticeRow]
) -> bool:
    """Whether all that the mail tells is for who would get it today, in the same mailbox. What it tells of a
    calendar is for the person whose calendar it stands in, whatever role that was for."""
    staff = stored_staff(session)
    owner = on.settings.process_owner
    return all(
        row.address
        in {
            one.mailbox
            for one in recipients(staff, years[row.cycle_id].definition, _key(row), on.today, owner)
        }
        for row in told
        if row.role
    )


def _open(years: dict[int, OpenYear], told: Sequence[NoticeRow]) -> list[tuple[int, Notice]]:
    """What the mail told and is still asked for."""
    return [
        (row.cycle_id, notice)
        for row in told
        for notice in _asked(years[row.cycle_id], row.step)
        if notice.to == _key(row)
    ]


def _key(row: NoticeRow) -> TaskKey:
    role, _, unit = row.role.partition(":")
    return TaskKey(role=role, unit=unit or None)
