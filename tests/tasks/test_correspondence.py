"""A person's mails of a whole year, as they lie in a mailbox: threaded, answered, sent again."""

from __future__ import annotations

import email
import email.policy
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest

from models.process import Definition
from models.tables import MailRow
from notifications.naming import short_title
from tests.factories import orsa
from tests.tasks.conftest import MakeTown
from tests.tasks.played import play
from tests.tasks.town import Town

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
