"""A person's mails of a whole year, as they lie in a mailbox: sorted, threaded, answered, sent again."""

from __future__ import annotations

import email
import email.policy
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from email.message import EmailMessage
from itertools import groupby
from pathlib import Path

import pytest

from models.process import Definition
from models.tables import MailRow
from notifications.naming import short_title
from tests.factories import orsa
from tests.tasks.conftest import MakeTown
from tests.tasks.played import play
from tests.tasks.town import Town

SWEDISH = str.maketrans("åäö", "{|}")  # after z, in that order
LATE = "uppfoljning-mars"


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[MailRow]]:
    """Orsa's 2027, in which one step is never reported."""
    town = Town(tmp_path_factory.mktemp("year"))
    play(town, until=date(2027, 12, 17), late=[LATE])
    yield town.mails()
    town.close()


def message_of(mail: MailRow) -> EmailMessage:
    return email.message_from_bytes(mail.content, _class=EmailMessage, policy=email.policy.default)


def sorted_by_subject(mails: list[MailRow]) -> Iterator[list[MailRow]]:
    """Each person's mails as a Swedish mail program sorts them; those alike in the order they came."""
    people: dict[str, list[MailRow]] = defaultdict(list)
    for mail in mails:
        people[mail.address].append(mail)
    for theirs in people.values():
        yield sorted(theirs, key=lambda mail: mail.subject.casefold().translate(SWEDISH))


def test_sorted_by_subject_the_mails_of_a_step_lie_together(year: list[MailRow]) -> None:
    for mails in sorted_by_subject(year):
        steps = [step for step, _ in groupby(mail.step for mail in mails)]
        assert len(steps) == len(set(steps)), mails[0].address


def test_and_within_a_step_in_the_order_they_came(year: list[MailRow]) -> None:
    """But for an escalation to somebody who has a part too: it goes between their own reminders."""
    own = [mail for mail in year if mail.kind not in ("eskalering", "kalender")]
    kinds = set()
    for mails in sorted_by_subject(own):
        for _, of_step in groupby(mails, lambda mail: mail.step):
            told = list(of_step)
            kinds |= {mail.kind for mail in told if len(told) > 1}
            days = [mail.queued_on for mail in told]
            assert days == sorted(days), [mail.subject for mail in told]
    assert kinds == {"oppnat", "paminnelse", "forsenat", "beslut", "klart", "uppgifter"}


def test_no_two_steps_are_cut_to_the_same_title() -> None:
    definition: Definition = orsa()
    titles = [short_title(step, 2028) for step in definition.steps]
    assert len(set(titles)) == len(titles)


def test_every_mail_says_that_a_machine_wrote_it_and_who_takes_the_answers(
    year: list[MailRow],
) -> None:
    ids = set()
    for mail in year:
        message = message_of(mail)
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["Reply-To"] == "petra.processagare@orsa.example"
        assert message["Message-ID"] == mail.message_id
        ids.add(mail.message_id)
    assert len(ids) == len(year)


def test_what_is_about_one_thing_has_its_arendes_thread_and_what_collects_several_has_none(
    year: list[MailRow],
) -> None:
    definition = orsa()
    threads: dict[str, set[str]] = defaultdict(set)
    for mail in year:
        message = message_of(mail)
        assert message["In-Reply-To"] == message["References"]
        if mail.step:
            step = definition.step_by_slug.get(mail.step)  # none of what a meeting has raised
            arende = definition.arende_of(step).slug if step else mail.step
            threads[arende].add(message["References"])
        else:
            assert message["References"] is None, mail.subject
    assert all(len(found) == 1 for found in threads.values())
    assert len(set.union(*threads.values())) == len(threads)
    assert {mail.kind for mail in year if not mail.step} == {"uppgifter"}


def test_a_check_that_was_lost_and_is_run_again_makes_the_same_mails(
    make_town: MakeTown, tmp_path: Path
) -> None:
    """As when the machine dies before the transaction is kept, and the first has perhaps gone out."""
    before = make_town()
    before.on("2027-03-01").start_year(2028)
    before.close()
    made = []
    for folder in (tmp_path / "lost", tmp_path / "again"):
        town = make_town(like=before.path, data=folder)
        known = {mail.key for mail in town.mails()}
        town.on("2027-03-15").check()
        made.append({m.key: (m.message_id, m.subject) for m in town.mails() if m.key not in known})
    assert made[0] == made[1]
    assert len({kind.split("/")[0] for kind in made[0]}) > 1, "single and collected ones"
