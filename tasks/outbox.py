"""The outbox: a notice becomes one finished mail for each holder of the role it is for.

Called inside the transaction that stores the events. The unique key, not a look beforehand, is what
makes a second copy impossible; the keys already there are read only so as not to write letters twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy.dialects.sqlite import insert
from sqlmodel import Session, col, select

from models.notices import Notice
from models.plan import RoleHolder, YearPlan
from models.process import TaskKey
from models.state import YearState
from models.tables import CycleRow, MailRow
from notifications.calendar_entry import calendar_entry
from notifications.letters import Recipient, compose
from notifications.message import build
from tasks import clock
from tasks.settings import Settings


class Outbox:
    """The mails of one year in one transaction."""

    def __init__(
        self,
        session: Session,
        cycle: CycleRow,
        chosen: Settings,
        holders: Sequence[RoleHolder],
        today: date,
    ) -> None:
        self._session, self._cycle, self._chosen, self._today = session, cycle, chosen, today
        self._holders = holders
        known = session.exec(select(MailRow.key).where(MailRow.cycle_id == cycle.id))
        self._keys = set(known)
        self._new: list[int | None] = []

    def put(self, notice: Notice, state: YearState, plan: YearPlan) -> None:
        """Queues the notice for everyone who holds the role today and has not been sent it."""
        for recipient in self._recipients(state, notice.to):
            key = f"{self._cycle.budget_year}/{notice.key}/{recipient.address}"
            if key not in self._keys:
                self._keys.add(key)
                self._queue(key, notice, recipient, state, plan)

    def _queue(
        self, key: str, notice: Notice, recipient: Recipient, state: YearState, plan: YearPlan
    ) -> None:
        reply_to = self._chosen.process_owner
        now = clock.now()
        step = state.definition.step(notice.step)
        mail = build(
            compose(notice, state, plan, recipient, reply_to),
            key=key,
            thread=f"{self._cycle.budget_year}/{state.definition.arende_of(step).slug}",
            sender=self._chosen.sender, recipient=recipient, reply_to=reply_to, created=now,
            calendar=calendar_entry(
                notice, state, plan, domain=self._chosen.sender.rpartition("@")[2], created=now
            ),
        )  # fmt: skip
        row = MailRow(
            cycle_id=self._cycle.id or 0, key=key, message_id=mail.message_id, step=notice.step,
            kind=notice.kind.value, role=str(notice.to), rule=notice.rule, name=recipient.name,
            address=recipient.address, subject=mail.subject, content=mail.content,
            queued_on=self._today, queued_at=now, next_attempt_at=now,
        )  # fmt: skip
        values = row.model_dump(exclude={"id"})
        added = self._session.scalars(
            insert(MailRow).values(values).on_conflict_do_nothing().returning(col(MailRow.id))
        )
        self._new += added.all()

    @property
    def added(self) -> int:
        return len(self._new)

    def queued(self) -> Sequence[MailRow]:
        """The mails that this transaction has put here, in order."""
        found = self._session.exec(
            select(MailRow).where(col(MailRow.id).in_(self._new)).order_by(col(MailRow.id))
        )
        return found.all()

    def _recipients(self, state: YearState, to: TaskKey) -> Iterator[Recipient]:
        """The role's holders today; with none, the process owner, who is told that the role is vacant."""
        if found := self._holding(to):
            yield from (Recipient(holder.name, holder.address) for holder in found)
            return
        owner = TaskKey(role=state.definition.municipality.owner)
        vacant = state.definition.title_of(to)
        owners = [] if to == owner else self._holding(owner)
        for holder in owners:
            yield Recipient(holder.name, holder.address, vacant_role=vacant)
        if not owners:
            yield Recipient("Processägaren", self._chosen.process_owner, vacant_role=vacant)

    def _holding(self, to: TaskKey) -> list[RoleHolder]:
        return [
            holder
            for holder in self._holders
            if (holder.role, holder.unit) == (to.role, to.unit) and holder.holds_on(self._today)
        ]
