"""The dead man's switch, on a real database and a real mail server, with a clock that the test sets."""

from __future__ import annotations

import email
import email.policy
import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from notifications.alarm import Alarm
from notifications.wording import long_day
from running.watch import Watch
from tasks import clock
from tasks.clock import ZONE
from tasks.watch.alarms import FILE, Alarms, Told
from tasks.watch.lock import WatchedAlreadyError, is_watched, watching
from tests.notifications.conftest import Serve
from tests.notifications.servers import Inbox, Picky
from tests.tasks.conftest import MakeTown
from tests.tasks.conftest import closed_port as closed_port
from tests.tasks.conftest import empty_database as empty_database
from tests.tasks.conftest import january as january
from tests.tasks.conftest import make_town as make_town
from tests.tasks.conftest import serve as serve
from tests.tasks.conftest import year as year
from tests.tasks.town import Town


def age(town: Town, **ago: float) -> datetime:
    """The last check, as if it had been so long ago; when it was then."""
    at = datetime.now(UTC) - timedelta(**ago)
    town.change("UPDATE check_day SET ran_at = ?", at.strftime("%Y-%m-%d %H:%M:%S.%f"))
    return at


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def watched(make_town: MakeTown, january: Path, serve: Serve, inbox: Inbox) -> Town:
    """A year whose mail goes to the inbox, and whose check has run just now."""
    town = make_town(january, smtp_port=serve(inbox))
    town.on("2027-01-05").check()
    return town


class Clock:
    """The wall's, for the watch to look at."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now

    def goes(self, **on: float) -> None:
        self.now += timedelta(**on)


def watch(town: Town, wall: Callable[[], datetime]) -> Watch:
    return Watch(town.settings, wall)


def test_the_owner_is_told_once_a_day_until_a_check_runs(watched: Town, inbox: Inbox) -> None:
    wall = Clock()
    guard = watch(watched, wall)
    assert [guard.look(), len(inbox.mails)] == [False, 0]
    wall.goes(hours=27)
    assert [guard.look() for _ in range(5)] == [True, False, False, False, False]
    wall.goes(hours=23, minutes=59)
    assert not guard.look()
    wall.goes(minutes=2)
    assert guard.look()
    assert len(inbox.mails) == 2
    at = wall.now.strftime("%Y-%m-%d %H:%M:%S.%f")
    watched.change("UPDATE check_day SET ran_at = ?", at)  # a check has run
    wall.goes(hours=25)
    assert not guard.look()
    assert len(inbox.mails) == 2
    assert told(inbox) == ["petra.processagare@orsa.example"] * 2


def told(inbox: Inbox) -> list[str]:
    """The addresses that were told something, in order."""
    return [to for _, to, _ in inbox.mails]


def test_who_has_become_process_owner_is_told_and_who_was_is_not(
    watched: Town, inbox: Inbox
) -> None:
    """The address in the settings is the one that nobody remembers to change."""
    wall = Clock()
    yesterday = str((wall.now - timedelta(days=2)).date())
    watched.change("UPDATE holder SET last_day = ? WHERE role = 'processagare'", yesterday)
    for name in ("Per", "Ylva"):
        watched.change(
            "INSERT INTO holder (role, unit, name, address, first_day, example, pace, source)"
            " VALUES ('processagare', '', ?, ?, ?, 0, 'dagligen', 'fil')",
            name,
            f"{name.lower()}@orsa.example",
            yesterday,
        )
    wall.goes(hours=27)
    assert watch(watched, wall).look()
    assert sorted(told(inbox)) == ["per@orsa.example", "ylva@orsa.example"]


def test_where_nobody_is_process_owner_the_address_of_the_settings_is_told(
    watched: Town, inbox: Inbox
) -> None:
    watched.change("DELETE FROM holder WHERE role = 'processagare'")
    wall = Clock()
    wall.goes(hours=27)
    assert watch(watched, wall).look()
    assert told(inbox) == [watched.settings.process_owner]


def test_in_an_exercise_it_goes_to_its_address_and_says_to_whom_it_would(
    make_town: MakeTown, january: Path, serve: Serve, inbox: Inbox
) -> None:
    town = make_town(january, smtp_port=serve(inbox), mail_to="prov@orsa.example")
    alarms = Alarms(town.settings, Clock())
    assert alarms.tell(Alarm("Prov")) is Told.NOW
    [(_, to, content)] = inbox.mails
    assert ("prov@orsa.example",) == alarms.told_to == (to,)
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert str(mail["Subject"]).startswith("[PROV till petra.processagare@orsa.example] ")


def test_where_the_process_owners_mailbox_is_gone_the_address_of_the_settings_is_told(
    make_town: MakeTown, january: Path, serve: Serve
) -> None:
    picky = Picky(refused={"petra.processagare@orsa.example": "550 5.1.1 No such user"})
    town = make_town(january, smtp_port=serve(picky))
    town.on("2027-01-05").check()
    wall = Clock()
    wall.goes(hours=27)
    alarms = Alarms(town.settings, wall)
    assert alarms.tell(Alarm("Prov")) is Told.NOW
    assert [*alarms.told_to] == told(picky) == [town.settings.process_owner]


def test_a_watch_that_is_started_anew_does_not_tell_twice(watched: Town, inbox: Inbox) -> None:
    wall = Clock()
    wall.goes(hours=30)
    assert watch(watched, wall).look()
    assert not watch(watched, wall).look()
    wall.goes(hours=25)
    assert watch(watched, wall).look()
    assert len(inbox.mails) == 2


def test_the_mail_says_what_is_wrong_and_what_mends_it(watched: Town, inbox: Inbox) -> None:
    at = age(watched, hours=30)
    watch(watched, Clock()).look()
    [(_, _, content)] = inbox.mails
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert str(mail["Subject"]).startswith(
        "Driftlarm: Den dagliga kontrollen har inte gått klart sedan"
    )
    assert mail["Auto-Submitted"] == "auto-generated"
    plain, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    words = " ".join(str(plain.get_content()).split())
    day = long_day(at.astimezone(ZoneInfo(ZONE)).date())
    for expected in (day, "kommunplan halsa", "nästa kontroll gör allt"):
        assert expected in words
        assert expected in " ".join(re.sub("<[^>]*>", "", str(html.get_content())).split())


def test_it_goes_past_the_outbox_and_does_not_need_the_database(
    watched: Town, inbox: Inbox
) -> None:
    wall = Clock()
    guard = watch(watched, wall)
    watched.close()
    watched.path.write_bytes(b"inte en databas, " * 100)
    for suffix in ("-wal", "-shm"):
        watched.path.with_name(watched.path.name + suffix).unlink(missing_ok=True)
    assert not guard.look(), "it may be busy, or be brought up to date"
    wall.goes(minutes=11)
    assert guard.look()
    [(_, to, content)] = inbox.mails
    assert to == watched.settings.process_owner, "whose role it is cannot be read"
    assert b"databas" in content
    assert not guard.look()


def test_a_mail_server_that_is_away_is_asked_again_and_the_owner_then_told(
    watched: Town, inbox: Inbox, serve: Serve, closed_port: int
) -> None:
    wall = Clock()
    wall.goes(hours=27)
    away = watched.settings.model_copy(update={"smtp_port": closed_port})
    alarms = Alarms(away, wall)
    guard = Watch(away, wall)
    assert not guard.look()
    assert not (watched.settings.data / FILE).exists()
    wall.goes(minutes=5)
    assert not guard.look()
    assert watch(watched, wall).look()
    assert len(inbox.mails) == 1
    assert alarms.tell(Alarm("Prov")) is Told.LATELY


def test_where_nothing_can_be_written_it_still_tells_once(watched: Town, inbox: Inbox) -> None:
    (watched.settings.data / FILE).mkdir()  # stands in for a full disk
    wall = Clock()
    wall.goes(hours=27)
    guard = watch(watched, wall)
    assert [guard.look() for _ in range(3)] == [True, False, False]


def test_it_goes_on_looking_until_it_is_stopped(watched: Town, inbox: Inbox) -> None:
    stopped = threading.Event()
    thread = threading.Thread(target=watch(watched, clock.now).run, args=(stopped, 0.02))
    thread.start()
    age(watched, hours=27)
    try:
        for _ in range(500):
            if inbox.mails:
                break
            threading.Event().wait(0.02)
    finally:
        stopped.set()
        thread.join()
    assert len(inbox.mails) == 1


def test_one_watch_is_enough_and_others_see_it(year: Town) -> None:
    assert not is_watched(year.settings)
    with watching(year.settings):
        assert is_watched(year.settings)
        with pytest.raises(WatchedAlreadyError, match="vaktas redan"), watching(year.settings):
            pass
    assert not is_watched(year.settings)


def test_who_is_not_reached_is_told_to_the_owner_once_with_role_and_what_to_do(
    watched: Town, inbox: Inbox
) -> None:
    wall = Clock()
    guard = watch(watched, wall)
    lost = watched.mails()[0]
    error = "Mejlservern svarade 550 5.1.1 No such user. Finns inte: rätta adressen."
    watched.change(
        "UPDATE mail SET status = 'misslyckad', attempts = 1, error = ? WHERE id = ?",
        error,
        lost.id,
    )
    assert [guard.look() for _ in range(3)] == [True, False, False]
    assert not watch(watched, wall).look(), "a watch that is started anew told it again"
    [(_, to, content)] = inbox.mails
    assert to == "petra.processagare@orsa.example"
    mail = email.message_from_bytes(content, policy=email.policy.default)
    plain = mail.get_body(("plain",))
    assert plain is not None
    words = " ".join(str(plain.get_content()).split())
    for said in (lost.address, "550 5.1.1", "rätta adressen", "skicka-om --misslyckade"):
        assert said in words
    watched.change("UPDATE mail SET status = 'köad' WHERE id = ?", lost.id)
    assert not guard.look()
    watched.change("UPDATE mail SET status = 'misslyckad' WHERE id = ?", lost.id)
    assert guard.look(), "that it failed again was not told"
