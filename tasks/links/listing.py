"""The links as the process owner sees them: listed without what would open them, and revoked."""

from __future__ import annotations

from datetime import date

from sqlalchemy import update
from sqlmodel import col, select

from models.errors import RefusedError, UnknownError
from models.plan import mailbox
from models.process import Definition, TaskKey
from models.tables import AnswerLinkRow
from models.ways import either
from tasks import clock
from tasks.database import Database
from tasks.links.issue import task_of
from tasks.log import stored_state
from tasks.year import cycles
from views.links import OPEN, ListedLink


def list_links(database: Database, today: date) -> list[ListedLink]:
    """Every link of every year, oldest first."""
    with database.read() as session:
        years = {cycle.id: cycle.budget_year for cycle in cycles(session)}
        known = {cycle.id: stored_state(session, cycle).definition for cycle in cycles(session)}
        return [
            ListedLink(
                number=row.id or 0,
                budget_year=years[row.cycle_id],
                step=row.step,
                part=_part(known[row.cycle_id], task_of(row)),
                name=row.name,
                address=row.address,
                expires_on=row.expires_on,
                standing=_standing(row, today),
            )
            for row in session.exec(select(AnswerLinkRow).order_by(col(AnswerLinkRow.id)))
        ]


def revoke_link(database: Database, number: int, *, by: str) -> int:
    """Makes the link lead nowhere; how many were revoked: none where it was so already."""
    with database.write() as session:
        if session.get(AnswerLinkRow, number) is None:
            known = session.exec(select(AnswerLinkRow.id).order_by(col(AnswerLinkRow.id).desc()))
            newest = known.first()
            seen = either(", se kommunplan lankar", "")
            raise UnknownError("Länken", number, [f"1–{newest}{seen}"] if newest else [])
        done = session.scalars(
            update(AnswerLinkRow)
            .where(col(AnswerLinkRow.id) == number, col(AnswerLinkRow.revoked_at).is_(None))
            .values(revoked_at=clock.now(), revoked_by=by)
            .returning(col(AnswerLinkRow.id))
        )
        return len(done.all())


def revoke_links_of(database: Database, address: str, *, by: str) -> int:
    """Makes every link that was sent to the address lead nowhere; RefusedError where none ever was."""
    with database.write() as session:
        wanted = mailbox(address)
        rows = [
            row for row in session.exec(select(AnswerLinkRow)) if mailbox(row.address) == wanted
        ]
        if not rows:
            seen = either("Se kommunplan lankar --alla", "Kontrollera adressen")
            raise RefusedError(f"Inga länkar är sända till {address}. {seen}.")
        alive = [row for row in rows if row.revoked_at is None]
        for row in alive:
            row.revoked_at, row.revoked_by = clock.now(), by
        return len(alive)


def _part(definition: Definition, task: TaskKey) -> str:
    """As people say it; of a role that a new definition has done away with, its name in the old one."""
    try:
        return definition.title_of(task)
    except UnknownError:
        return str(task)


def _standing(row: AnswerLinkRow, today: date) -> str:
    if row.revoked_at is not None:
        return "återkallad"
    if row.used_at is not None:
        return f"använd: {row.used_for}"
    return OPEN if today <= row.expires_on else "utgången"
