"""The deadline in the calendar: one entry that follows when the dates move."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from typing import Any

from icalendar import Calendar

from models.notices import Kind
from models.process import TaskKey
from models.state import not_started
from notifications.calendar_entry import calendar_entry
from notifications.letters import compose
from notifications.message import build
from tests.factories import day, orsa
from tests.notifications.letters import EVA, PETRA, make_notice, make_plan

NOW = datetime(2027, 1, 4, 5, 30, tzinfo=UTC)


def entry(**overrides: Any) -> Any:
    state = not_started(orsa())
    found = calendar_entry(
        make_notice(**overrides), state, make_plan(state), domain="orsa.example", created=NOW
    )
    return None if found is None else Calendar.from_ical(found).walk("VEVENT")[0]


def test_a_new_task_has_its_last_day_as_an_entry_of_a_whole_day() -> None:
    found = entry()
    assert (found["DTSTART"].dt, found["DTEND"].dt) == (day("2027-03-31"), day("2027-04-01"))
    assert found["SUMMARY"] == "Kommunplan 2028 · Bokslut 2026: din del klar"
    assert found["UID"].endswith("@orsa.example")


def test_a_moved_deadline_is_the_same_entry_with_a_higher_sequence() -> None:
    first, moved = entry(), entry(kind=Kind.MOVED, due=day("2027-04-07"), token="12")
    assert moved["UID"] == first["UID"]
    assert moved["SEQUENCE"] > first["SEQUENCE"]
    assert moved["DTSTART"].dt == day("2027-04-07")
    assert entry(round=2)["SEQUENCE"] > moved["SEQUENCE"]


def test_a_reminder_brings_no_entry_and_neither_does_news_to_the_owner() -> None:
    assert entry(kind=Kind.REMINDER) is None
    assert entry(kind=Kind.MOVED, to=TaskKey(role="processagare")) is None


def test_the_mail_carries_the_entry_beside_text_and_html() -> None:
    state = not_started(orsa())
    plan, notice = make_plan(state), make_notice()
    calendar = calendar_entry(notice, state, plan, domain="orsa.example", created=NOW)
    letter = compose(notice, state, plan, EVA, PETRA)
    finished = [
        build(letter, key="k", thread="t", sender="k@orsa.example", recipient=EVA,
              reply_to=PETRA, created=NOW, calendars=[calendar] if calendar else [])
        for _ in range(2)
    ]  # fmt: skip
    assert finished[0] == finished[1], "the same mail again is the same bytes"
    message: Any = email.message_from_bytes(finished[0].content, policy=email.policy.default)
    [attached] = message.iter_attachments()
    assert attached.get_content_type() == "text/calendar"
    assert attached.get_param("method") == "PUBLISH"
    # as a mail program reads it: by the charset that the part declares
    assert "SUMMARY:Kommunplan 2028 · Bokslut 2026: din del klar" in attached.get_content()
    assert message.get_body(("plain",)).get_content().strip()
    assert message.get_body(("html",)).get_content().strip()
