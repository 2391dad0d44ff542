"""The queue of mails: oldest first, to one at a time, and of stale reminders only the newest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from notifications.notices import Kind
from tasks.mail.queue import (
    _CLAIM,
    CLAIM,
    Answer,
    Claimed,
    Fate,
    Waiting,
    make_due,
    next_attempt_at,
    put_off,
    turn,
    waiting,
)
from tests.tasks.town import Town

NOW = datetime(2027, 4, 5, 6, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def queue(year: Town) -> Town:
    """Mails 1 to 6, all alike but for their addresses and due since an hour."""
    year.backlog(6)
    year.change("UPDATE mail SET next_attempt_at = '2027-04-05 05:30:00.000000'")
    return year


def claim(town: Town, wanted: int = 10, at: datetime = NOW) -> list[Claimed]:
    return turn(town.database, [], wanted, at)


def numbers(mails: list[Claimed]) -> list[int]:
    return [mail.id for mail in mails]


def answer(town: Town, mail: Claimed, fate: Fate, **told: object) -> None:
    fields = {"at": NOW, "error": "450 Later", "next_attempt_at": NOW + HOUR, **told}
    turn(town.database, [Answer(mail, fate, **fields)], 0, NOW)  # type: ignore[arg-type]


def state(town: Town, number: int) -> tuple[str, int, bool]:
    mail = town.mails()[number - 1]
    return mail.status, mail.attempts, mail.claimed_until is not None


def test_the_oldest_are_claimed_as_many_as_are_asked_for_and_only_once(queue: Town) -> None:
    assert numbers(claim(queue, 2)) == [1, 2]
    assert numbers(claim(queue, 3)) == [3, 4, 5]
    assert numbers(claim(queue)) == [6]
    assert claim(queue) == []


def test_a_claimed_mail_comes_with_its_bytes(queue: Town) -> None:
    [mail] = claim(queue, 1)
    stored = queue.mails()[0]
    assert (mail.address, mail.content) == (stored.address, stored.content)
    assert mail.until == NOW + CLAIM == stored.claimed_until


def test_a_claim_runs_out(queue: Town) -> None:
    claim(queue)
    assert claim(queue, at=NOW + CLAIM - timedelta(seconds=1)) == []
    assert numbers(claim(queue, at=NOW + CLAIM)) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("fate", "left"),
    [
        (Fate.SENT, ("skickad", 1, False)),
        (Fate.FAILED, ("misslyckad", 1, False)),
        (Fate.DEFERRED, ("köad", 1, False)),
        (Fate.UNTRIED, ("köad", 0, False)),
        (Fate.UNKNOWN, ("köad", 0, True)),
    ],
)
def test_each_fate_leaves_the_mail_so(queue: Town, fate: Fate, left: tuple[str, int, bool]) -> None:
    [mail] = claim(queue, 1)
    answer(queue, mail, fate)
    assert state(queue, 1) == left


def test_who_lost_the_claim_can_only_say_that_the_mail_was_accepted(queue: Town) -> None:
    slow = claim(queue, 3)
    quick = claim(queue, 3, at=NOW + CLAIM)
    assert numbers(slow) == numbers(quick)
    for mail, fate in zip(slow, (Fate.DEFERRED, Fate.FAILED, Fate.SENT), strict=True):
        answer(queue, mail, fate)
    assert [state(queue, number) for number in (1, 2, 3)] == [
        ("köad", 0, True),
        ("köad", 0, True),
        ("skickad", 1, False),
    ]


def test_the_next_attempt_is_the_first_that_may_be_made(queue: Town) -> None:
    assert next_attempt_at(queue.database) == NOW - HOUR
    claim(queue)
    assert next_attempt_at(queue.database) == NOW + CLAIM
    queue.change("UPDATE mail SET status = 'misslyckad'")
    assert next_attempt_at(queue.database) is None


def test_what_waits_can_be_put_off_and_made_due_but_not_what_somebody_has(queue: Town) -> None:
    claim(queue, 2)
    assert put_off(queue.database, NOW + HOUR, "servern är borta", NOW) == 4
    assert claim(queue) == []
    assert [mail.error for mail in queue.mails()] == ["", "", *["servern är borta"] * 4]
    make_due(queue.database, NOW)
    assert numbers(claim(queue)) == [3, 4, 5, 6]


# --- Stale reminders ---


def make_ladder(town: Town, *kinds: Kind) -> None:
    """Mails of these kinds, oldest first, to one person about one part of one step; the rest is sent."""
    town.change("UPDATE mail SET status = 'skickad', sent_at = '2027-01-04 07:00:00.000000'")
    for number, kind in enumerate(kinds, 1):
        town.change("UPDATE mail SET status = 'köad', sent_at = NULL WHERE id = ?", number)
        town.change(
            "UPDATE notice SET kind = ?, address = 'eva@orsa.example' WHERE mail_id = ?",
            kind.value,
            number,
        )


def tell_too(town: Town, number: int, kind: Kind, step: str) -> None:
    """The mail tells one thing more."""
    town.change(
        "INSERT INTO notice (mail_id, cycle_id, key, kind, step, round, role, body, name, address,"
        " rule, because, mail_key, day, after_event, content, attempts, error)"
        " SELECT mail_id, cycle_id, key || '/' || ?, ?, ?, round, role, body, name, address, rule, because,"
        " mail_key, day, after_event, content, attempts, error FROM notice WHERE mail_id = ? LIMIT 1",
        f"{kind}{step}",
        kind.value,
        step,
        number,
    )


def states(town: Town, count: int) -> list[str]:
    return [mail.status for mail in town.mails()[:count]]


@pytest.mark.parametrize(
    ("kinds", "sent"),
    [
        ((Kind.REMINDER, Kind.REMINDER), [2]),
        ((Kind.REMINDER, Kind.OVERDUE, Kind.OVERDUE), [3]),
        ((Kind.ESCALATION, Kind.ESCALATION), [2]),
        ((Kind.REMINDER, Kind.ESCALATION), [1, 2]),
        ((Kind.OVERDUE, Kind.ESCALATION, Kind.OVERDUE), [2, 3]),
        ((Kind.RECONSIDER, Kind.RECONSIDER), [2]),
        ((Kind.OPENED, Kind.REMINDER), [1, 2]),
        ((Kind.OPENED, Kind.OPENED), [1, 2]),
        (
            (Kind.DECISION, Kind.DECISION, Kind.COMPLETED, Kind.RETURNED, Kind.MOVED),
            [1, 2, 3, 4, 5],
        ),
    ],
)
def test_of_a_ladder_only_the_newest_is_sent(
    queue: Town, kinds: tuple[Kind, ...], sent: list[int]
) -> None:
    make_ladder(queue, *kinds)
    assert numbers(claim(queue)) == sent
    wanted = ["köad" if number in sent else "ersatt" for number in range(1, len(kinds) + 1)]
    assert states(queue, len(kinds)) == wanted


def test_a_collected_mail_is_stale_when_all_that_it_tells_is_told_anew(queue: Town) -> None:
    make_ladder(queue, *[Kind.REMINDER] * 3)
    tell_too(queue, 1, Kind.REMINDER, "annat")
    tell_too(queue, 2, Kind.OVERDUE, "annat")
    queue.change("UPDATE mail SET kind = 'uppgifter', step = '', role = '' WHERE id < 3")
    assert numbers(claim(queue)) == [2, 3]
    assert states(queue, 3) == ["ersatt", "köad", "köad"]


def test_a_collected_mail_that_also_tells_something_new_is_sent(queue: Town) -> None:
    make_ladder(queue, Kind.REMINDER, Kind.OVERDUE)
    tell_too(queue, 1, Kind.OPENED, "annat")
    assert numbers(claim(queue)) == [1, 2]


def test_a_handover_is_sent_whatever_comes_after_it(queue: Town) -> None:
    make_ladder(queue, Kind.REMINDER, Kind.OVERDUE)
    queue.change("UPDATE mail SET kind = 'overlamning' WHERE id = 1")
    assert numbers(claim(queue)) == [1, 2]


def test_stale_reminders_do_not_take_the_places_of_others(queue: Town) -> None:
    make_ladder(queue, *[Kind.OVERDUE] * 6)
    assert numbers(claim(queue, 2)) == [6]
    assert states(queue, 6) == [*["ersatt"] * 5, "köad"]


@pytest.mark.parametrize(
    ("column", "value"),
    [("step", "annat"), ("role", "annan"), ("body", "KF"), ("address", "annan@orsa.example")],
)
def test_what_is_about_something_else_or_to_somebody_else_is_sent_too(
    queue: Town, column: str, value: str
) -> None:
    make_ladder(queue, Kind.REMINDER, Kind.REMINDER)
    queue.change(f"UPDATE notice SET {column} = ? WHERE mail_id = 2", value)  # noqa: S608 - our own names
    assert numbers(claim(queue)) == [1, 2]


def test_a_reminder_of_another_year_is_sent_too(queue: Town) -> None:
    make_ladder(queue, Kind.REMINDER, Kind.REMINDER)
    queue.change(
        "INSERT INTO cycle (budget_year, definition, started_on, started_at)"
        " SELECT 2029, definition, started_on, started_at FROM cycle"
    )
    queue.change("UPDATE notice SET cycle_id = 2 WHERE mail_id = 2")
    assert numbers(claim(queue)) == [1, 2]


def test_a_reminder_that_was_put_off_does_not_come_after_the_newer_one(queue: Town) -> None:
    make_ladder(queue, Kind.REMINDER, Kind.OVERDUE)
    queue.change("UPDATE mail SET next_attempt_at = '2027-04-06 00:00:00.000000' WHERE id = 1")
    [newer] = claim(queue)
    answer(queue, newer, Fate.SENT)
    assert claim(queue, at=NOW + 24 * HOUR) == []
    assert states(queue, 2) == ["ersatt", "skickad"]


def test_a_newer_one_that_was_refused_for_good_makes_nothing_stale(queue: Town) -> None:
    make_ladder(queue, Kind.REMINDER, Kind.OVERDUE)
    queue.change("UPDATE mail SET status = 'misslyckad' WHERE id = 2")
    assert numbers(claim(queue)) == [1]


def test_one_that_is_being_sent_is_not_made_stale_under_way(queue: Town) -> None:
    make_ladder(queue, Kind.REMINDER)
    [under_way] = claim(queue)
    make_ladder(queue, Kind.REMINDER, Kind.OVERDUE)
    queue.change("UPDATE mail SET claimed_until = ? WHERE id = 1", "2027-04-05 06:45:00.000000")
    assert numbers(claim(queue)) == [2]
    answer(queue, under_way, Fate.SENT)
    assert states(queue, 2) == ["skickad", "köad"]


# --- An exercise, in which every mail goes to one address ---


def test_in_an_exercise_only_its_own_mails_are_claimed_and_the_others_wait(queue: Town) -> None:
    queue.change("UPDATE mail SET address = 'prov@orsa.example', key = 'prov/' || key WHERE id = 4")
    prov = "prov@orsa.example"
    assert waiting(queue.database, NOW, prov) == Waiting(free=1, to_others=5)
    assert numbers(turn(queue.database, [], 10, NOW, prov)) == [4]
    assert turn(queue.database, [], 10, NOW, prov) == []
    assert next_attempt_at(queue.database, prov) == NOW + CLAIM
    assert waiting(queue.database, NOW, prov) == Waiting(0, 1, NOW + CLAIM, 5)
    assert put_off(queue.database, NOW + HOUR, "servern är borta", NOW, prov) == 0
    assert {mail.error for mail in queue.mails()} == {""}


def test_what_an_exercise_has_left_is_not_sent_when_it_is_over(queue: Town) -> None:
    queue.change("UPDATE mail SET address = 'prov@orsa.example', key = 'prov/' || key WHERE id < 3")
    assert numbers(claim(queue)) == [3, 4, 5, 6]
    assert states(queue, 3) == ["ersatt", "ersatt", "köad"]


def test_an_exercise_does_not_make_a_reminder_stale(queue: Town) -> None:
    make_ladder(queue, Kind.REMINDER, Kind.OVERDUE)
    queue.change("UPDATE mail SET key = 'prov/' || key WHERE id = 2")
    queue.change("UPDATE notice SET key = 'prov/' || key WHERE mail_id = 2")
    assert numbers(claim(queue)) == [1]
    assert states(queue, 2) == ["köad", "ersatt"]


def test_a_claim_looks_an_older_mail_up_by_its_mailbox_however_many_wait(queue: Town) -> None:
    """Else each mail of a long queue would look through all that stand before it."""
    with queue.database.read() as session:
        values = {"now": "2027-01-04", "until": "", "wanted": 1, "only": None, "ours": "[]"}
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {_CLAIM}", values)
        steps = [row.detail for row in plan]
    [older] = [step for step in steps if "older" in step]
    assert older == "SEARCH older USING INDEX ix_mail_mailbox (address=? AND rowid<?)"
    assert not [step for step in steps if step.startswith("SCAN mail")]
