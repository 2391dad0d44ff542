"""What a person does with a link: each act is the engine's own, done once, in one transaction with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from models.act import StepAct
from models.acts.figures import Record
from models.acts.parts import AskForTime, Disclaim, ReportPart
from models.answers import why_closed
from models.errors import RefusedError
from models.givers import kinds_of
from models.plan import mailbox
from models.tables import AnswerLinkRow
from notifications.recipients import recipients
from tasks.context import Done
from tasks.engine import Engine
from tasks.links.issue import Use, is_open, task_of, use
from tasks.people.store import stored_staff
from tasks.year import OpenYear

TAKEN_OVER = "Uppgiften har gått över till någon annan. Du behöver inte göra något."


@dataclass(frozen=True, slots=True)
class Answerer:
    """A person with a link in hand, on a day. RefusedError, and nothing done, where the part waits for
    no answer from this person; LinkUsedError where the link has been used."""

    engine: Engine
    link: AnswerLinkRow
    budget_year: int

    def report(self, *, comment: str, results: Mapping[str, object]) -> Done:
        """The part is done, with the figures that the step came to."""
        return self._do("klart", ReportPart(**self._own, comment=comment, results=results))

    def correct(self, *, results: Mapping[str, object], reason: str) -> Done:
        """The part's figures are others than those that were given; as often as need be while the link is
        valid."""

        def still_may(session: Session, year: OpenYear) -> None:
            link = session.get_one(AnswerLinkRow, self.link.id)
            if not is_open(link, self.engine.today):
                raise RefusedError("Länken gäller inte längre. Inget är ändrat.")
            if is_taken_over(session, year, link, self.engine):
                raise RefusedError(TAKEN_OVER)
            if not may_correct(year, link):
                raise RefusedError(
                    "Siffrorna kan inte rättas här just nu. Ladda sidan på nytt; den visar var steget står."
                )

        return self.engine.do(Record(**self._own, results=results, reason=reason), guard=still_may)

    def ask_for_time(self, *, until: date, reason: str, knowingly: bool) -> Done:
        act = AskForTime(**self._own, until=until, reason=reason, knowingly=knowingly)
        return self._do("mer-tid", act)

    def disclaim(self, *, reason: str) -> Done:
        return self._do("inte-min", Disclaim(**self._own, reason=reason))

    @property
    def _own(self) -> dict[str, Any]:
        """The link's part, and whose word it is."""
        task = task_of(self.link)
        return {
            "step": self.link.step,
            "role": task.role,
            "unit": task.unit,
            "by": signature(self.link),
            "budget_year": self.budget_year,
        }

    def _do(self, use_for: Use, act: StepAct) -> Done:
        """Uses the link and does the act, or neither."""

        def claim(session: Session, year: OpenYear) -> None:
            use(session, self.link.id or 0, use_for, self.engine.today)
            if reason := closed(session, year, self.link, self.engine):
                raise RefusedError(reason)

        return self.engine.do(act, guard=claim)


def signature(link: AnswerLinkRow) -> str:
    """The person as the log names them: two may have the same name."""
    return f"{link.name} <{link.address}>"


def closed(session: Session, year: OpenYear, link: AnswerLinkRow, on: Engine) -> str | None:
    """Why the link's part waits for no answer from this person; None when it does."""
    if is_taken_over(session, year, link, on):
        return TAKEN_OVER
    return why_closed(year.state, year.definition.step(link.step), task_of(link), link.round)


def may_correct(year: OpenYear, link: AnswerLinkRow) -> bool:
    """Whether the link's part is done in the round that the link is of, and gives figures."""
    step, task = year.definition.step(link.step), task_of(link)
    own = year.state[step.slug]
    is_done = task in own.reported and own.round == link.round and not own.set_aside
    return is_done and bool(kinds_of(year.definition, step, task))


def is_taken_over(session: Session, year: OpenYear, link: AnswerLinkRow, on: Engine) -> bool:
    """Whether a mail about the part would no longer go to this person today."""
    today = recipients(
        stored_staff(session), year.definition, task_of(link), on.today, on.settings.process_owner
    )
    return mailbox(link.address) not in {person.mailbox for person in today}
