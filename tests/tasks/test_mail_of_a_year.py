"""A whole year's mail in each municipality: nobody is told the same twice in a day, and each mail is for who
reads it."""

from __future__ import annotations

import email
import email.policy
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from email.message import EmailMessage

import pytest

from bench.year import run_year
from calendars.definition import ORSA, load_definition
from models.tables import MailRow
from tests.tasks.town import Town

MUNICIPALITIES = ("orsa", "exempel-norrfors", "exempel-skogsmark")
ALONE_AT_MOST = 60
ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
COMMAND = re.compile(r"(?m)^ +kommunplan [^\n]*$|<code.*?</code>", re.DOTALL)


@pytest.fixture(scope="module", params=MUNICIPALITIES)
def year(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    town = Town(tmp_path_factory.mktemp("year"), definition=ORSA.parent / request.param)
    day = run_year(town.database, town.settings, 2028)
    for _ in range(14):  # what was decided last is told by the letter of the next ordinary morning
        day += timedelta(days=1)
        town.on(str(day)).check()
    yield town
    town.close()


def owners(town: Town) -> set[str]:
    """The addresses at which the process owner's mail is read."""
    owner = load_definition(town.settings.definition).municipality.owner
    return {one.address for one in town.notices() if one.role == owner}


def to_owner(town: Town) -> list[MailRow]:
    return [mail for mail in town.mails() if mail.address.casefold() in owners(town)]


def bodies(mail: MailRow) -> Iterator[str]:
    message = email.message_from_bytes(mail.content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    for part in message.walk():
        if part.get_content_type() in ("text/plain", "text/html"):
            yield str(part.get_content())


def test_no_two_mails_to_one_address_within_a_day_say_the_same(year: Town) -> None:
    mails: dict[tuple[object, ...], set[int]] = defaultdict(set)
    for one in year.notices():
        fact = "utfall" if one.kind in ("beslut", "klart") else one.kind
        about = (one.address, one.queued_on, one.cycle_id, one.step, one.round, one.body, fact)
        mails[about].add(one.mail_id)
    assert {about: ids for about, ids in mails.items() if len(ids) > 1} == {}


def test_the_owner_gets_one_collected_letter_a_day_and_few_that_stand_alone(year: Town) -> None:
    owned = to_owner(year)
    assert owned
    collected = [mail for mail in owned if mail.key.startswith("uppgifter/")]
    assert max(Counter(mail.queued_on for mail in collected).values()) == 1
    assert len(owned) - len(collected) <= ALONE_AT_MOST


def test_a_decision_and_what_it_completed_are_one_letter(year: Town) -> None:
    told: dict[tuple[str, str, date], set[int]] = defaultdict(set)
    for one in year.notices():
        if one.kind in ("beslut", "klart"):
            told[one.address, one.step, one.queued_on].add(one.mail_id)
    assert {len(ids) for ids in told.values()} == {1}


def test_days_are_prose_and_command_lines_the_owners_alone(year: Town) -> None:
    owned = {mail.id for mail in to_owner(year)}
    for mail in year.mails():
        assert not ISO.search(mail.subject)
        for said in bodies(mail):
            assert not ISO.search(COMMAND.sub("", said)), mail.subject
            if mail.id not in owned:
                assert "<code" not in said, mail.subject
