"""The letter that holds a link to sign in by: delivered as any other, and emptied when the link is over."""

from __future__ import annotations

from datetime import date

import pytest

from models.acts.mails import ResendFailed
from models.tables import MailRow
from tasks import clock
from tasks.mail.bounced import take_in
from tasks.mail.queue import Answer, Claimed, Fate, turn
from tasks.people.sign_in import MOST_MAILS, command_link, mail_link
from tests.notifications.conftest import Serve
from tests.notifications.servers import Inbox
from tests.notifications.test_bounces import OURS, report
from tests.tasks.conftest import MakeTown
from tests.tasks.deliveries import run
from tests.tasks.town import Town

EVA, OWNER = "eva.ekonomichef@orsa.example", "petra.processagare@orsa.example"
DAY = date(2027, 1, 4)


def ask(town: Town, address: str = EVA) -> bool:
    return mail_link(town.database, town.settings, DAY, address, asked_from="10.1.2.3", goes_to="/")


def letters(town: Town) -> list[MailRow]:
    return [mail for mail in town.mails() if mail.kind == "inloggning"]


@pytest.fixture
def quiet(year: Town, serve: Serve) -> Town:
    """Nothing else waits."""
    run(year, serve(Inbox()))
    return year


def claim(town: Town, *answers: Answer) -> list[Claimed]:
    return turn(town.database, answers, 9, clock.now())


def test_it_goes_with_the_next_delivery_and_names_who_asked(quiet: Town, serve: Serve) -> None:
    inbox = Inbox()
    assert ask(quiet)
    assert run(quiet, serve(inbox)).sent == 1
    [(_, to, content)] = inbox.mails
    assert to == EVA
    text = content.decode().replace("=\r\n", "")
    assert "10.1.2.3" in text
    assert f"{quiet.settings.page_address}/in/" in text
    assert "Subject: Logga in i kommunplan" in text


def test_it_is_of_no_year_and_is_counted_in_none(quiet: Town) -> None:
    from tasks.reading import current_sheet

    before = current_sheet(quiet.database, quiet.settings, DAY)
    ask(quiet)
    assert letters(quiet)[0].cycle_id is None
    assert current_sheet(quiet.database, quiet.settings, DAY) == before


def test_before_any_year_is_started_the_owner_of_the_settings_gets_it(make_town: MakeTown) -> None:
    town = make_town()
    assert not ask(town)
    assert ask(town, town.settings.process_owner)
    assert [mail.name for mail in letters(town)] == ["Processägaren"]


def test_one_that_has_not_gone_when_its_link_is_over_does_not_go(quiet: Town, serve: Serve) -> None:
    ask(quiet)
    quiet.change("UPDATE sign_in_link SET expires_at = datetime(expires_at, '-15 minutes')")
    quiet.on("2027-01-04").check()
    inbox = Inbox()
    run(quiet, serve(inbox))
    assert [to for _, to, _ in inbox.mails if to == EVA] == []
    [letter] = letters(quiet)
    assert (letter.status, letter.content) == ("ersatt", b"")


def test_one_that_a_delivery_has_in_hand_is_not_taken_for_a_newer_one(quiet: Town) -> None:
    """The newer one goes, whatever becomes of the older."""
    ask(quiet)
    [older] = claim(quiet)
    ask(quiet)
    assert claim(quiet, Answer(older, Fate.SENT, clock.now())) != []
    first, second = letters(quiet)
    assert (first.status, first.content) == ("skickad", b"")
    assert second.status == "köad"
    assert second.content


@pytest.mark.parametrize("fate", [Fate.DEFERRED, Fate.FAILED, Fate.UNTRIED, Fate.KEPT_BACK])
def test_one_that_was_in_hand_and_did_not_go_is_not_tried_again(quiet: Town, fate: Fate) -> None:
    ask(quiet)
    [older] = claim(quiet)
    ask(quiet)
    [newer] = claim(quiet, Answer(older, fate, clock.now(), "nej", clock.now()))
    assert newer.id != older.id
    assert letters(quiet)[0].status == "ersatt"


def test_one_that_came_back_is_not_sent_again_empty(quiet: Town, serve: Serve) -> None:
    ask(quiet)
    run(quiet, serve(Inbox()))
    ask(quiet, OWNER)  # which empties nothing of Eva's
    assert letters(quiet)[0].content
    ask(quiet)
    take_in(
        quiet.database,
        quiet.settings,
        report().replace(OURS, letters(quiet)[0].message_id).encode(),
    )
    assert letters(quiet)[0].status == "misslyckad"
    quiet.on("2027-01-04").do(ResendFailed(by="Petra"))
    assert letters(quiet)[0].status == "ersatt"


def test_no_more_than_five_an_hour_are_written_to_one_address(quiet: Town) -> None:
    assert [ask(quiet) for _ in range(MOST_MAILS + 1)] == [True] * 5 + [False]
    assert ask(quiet, OWNER)
    assert len([letter for letter in letters(quiet) if letter.content]) == 2


def test_links_of_the_servers_own_command_line_count_for_no_mail(quiet: Town) -> None:
    for _ in range(MOST_MAILS):
        command_link(quiet.database, quiet.settings, DAY, EVA)
    assert ask(quiet)
    [held] = [row for row in quiet.tables()["sign_in_link"] if "länk till adressen" in row]
    assert None in held  # it has not ended: the two ways take no link from each other


def test_a_clock_that_was_wrong_gives_no_link_a_longer_life(quiet: Town) -> None:
    ask(quiet)
    quiet.change(
        "UPDATE sign_in_link SET made_at = datetime(made_at, '+1 day'),"
        " expires_at = datetime(expires_at, '+1 day')"
    )
    ask(quiet, OWNER)
    assert [letter.address for letter in letters(quiet) if letter.content] == [OWNER]
    assert len(quiet.tables()["sign_in_link"]) == 1
