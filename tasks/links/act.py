"""What a person does with a link: each act is the engine's own, done once, in one transaction with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from models.answers import why_closed
from models.errors import RefusedError
from models.plan import mailbox
from models.tables import AnswerLinkRow
from notifications.recipients import recipients
from tasks.actions import Engine
from tasks.links.issue import Use, task_of, use
from tasks.people.store import stored_staff
from tasks.year import Advance, OpenYear


@dataclass(frozen=True, slots=True)
class Answerer:
    """A person with a link in hand, on a day. RefusedError, and nothing done, where the part waits for
    no answer from this person; LinkUsedError where the link has been used."""

    engine: Engine
    link: AnswerLinkRow
    budget_year: int

    def report(self, *, comment: str, results: Mapping[str, object]) -> Advance:
        """The part is done, with the figures that the step came to."""
        task = task_of(self.link)
        return self._by("klart").report(
            self.link.step,
            task.role,
            task.unit,
            by=signature(self.link),
            comment=comment,
            results=results,
            budget_year=self.budget_year,
        )

    def ask_for_time(self, *, until: date, reason: str, knowingly: bool) -> Advance:
        task = task_of(self.link)
        return self._by("mer-tid").ask_for_time(
            self.link.step,
            task.role,
            task.unit,
            until=until,
            by=signature(self.link),
            reason=reason,
            knowingly=knowingly,
            budget_year=self.budget_year,
        )

    def disclaim(self, *, reason: str) -> Advance:
        task = task_of(self.link)
        return self._by("inte-min").disclaim(
            self.link.step,
            task.role,
            task.unit,
            by=signature(self.link),
            reason=reason,
            budget_year=self.budget_year,
        )

    def _by(self, use_for: Use) -> Engine:
        return replace(self.engine, guard=self._guard(use_for))

    def _guard(self, use_for: Use) -> Callable[[Session, OpenYear], None]:
        def claim(session: Session, year: OpenYear) -> None:
            use(session, self.link.id or 0, use_for, self.engine.today)
            if reason := closed(session, year, self.link, self.engine):
                raise RefusedError(reason)

        return claim


def signature(link: AnswerLinkRow) -> str:
    """The person as the log names them: two may have the same name."""
    return f"{link.name} <{link.address}>"


def closed(session: Session, year: OpenYear, link: AnswerLinkRow, on: Engine) -> str | None:
    """Why the link's part waits for no answer from this person; None when it does."""
    if is_taken_over(session, year, link, on):
        return "Uppgiften har gått över till någon annan. Du behöver inte göra något."
    return why_closed(year.state, year.definition.step(link.step), task_of(link), link.round)


def is_taken_over(session: Session, year: OpenYear, link: AnswerLinkRow, on: Engine) -> bool:
    """Whether a mail about the part would no longer go to this person today."""
    today = recipients(
        stored_staff(session), year.definition, task_of(link), on.today, on.settings.process_owner
    )
    return mailbox(link.address) not in {person.mailbox for person in today}
