"""The links as the process owner sees them: listed without what would open them, and revoked."""

from __future__ import annotations

from datetime import date

from sqlalchemy import update
from sqlmodel import Session, col, select

from models.acts.links import RevokeLinks
from models.errors import RefusedError, UnknownError
from models.plan import mailbox
from models.process import Definition, TaskKey
from models.tables import AnswerLinkRow
from models.text import Aside, Cases, ViewPointer, mention
from tasks import clock
from tasks.context import Context, Done
from tasks.database import Database
from tasks.links.issue import task_of
from tasks.log import cycles, stored_state
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


def revoke_links(on: Context, act: RevokeLinks) -> Done:
    """Makes a link, or every link that was sent to an address, lead nowhere; nothing is said where it was so
    already. RefusedError where no link was ever sent there."""
    if (act.number is None) == (not act.address.strip()):
        raise RefusedError(
            "Ange antingen länkens nummer eller ", mention("address"), ". Inget är ändrat."
        )
    with on.database.write() as session:
        if act.number is None:
            count = _revoke_sent_to(session, act.address, act.by)
        else:
            count = _revoke(session, act.number, act.by)
    if not count:
        return Done()
    said = "länk är återkallad" if count == 1 else "länkar är återkallade"
    return Done(said=(f"{count} {said}.",))


def _revoke(session: Session, number: int, by: str) -> int:
    if session.get(AnswerLinkRow, number) is None:
        known = session.exec(select(AnswerLinkRow.id).order_by(col(AnswerLinkRow.id).desc()))
        newest = known.first()
        seen = Aside(ViewPointer("lankar"))
        raise UnknownError("Länken", number, [f"1–{newest}"] if newest else [], seen)
    done = session.scalars(
        update(AnswerLinkRow)
        .where(col(AnswerLinkRow.id) == number, col(AnswerLinkRow.revoked_at).is_(None))
        .values(revoked_at=clock.now(), revoked_by=by)
        .returning(col(AnswerLinkRow.id))
    )
    return len(done.all())


def _revoke_sent_to(session: Session, address: str, by: str) -> int:
    wanted = mailbox(address)
    rows = [row for row in session.exec(select(AnswerLinkRow)) if mailbox(row.address) == wanted]
    if not rows:
        seen = (("se", ViewPointer("lankar", everything=True)),)
        raise RefusedError(
            f"Inga länkar är sända till {address}. ", Cases(seen, "kontrollera adressen"), "."
        )
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
