"""The calendar files by the RFCs' own rules, and what Outlook needs besides."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, date, datetime
from email.message import EmailMessage
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from notifications.calendar_entry import Appointment
from notifications.calendar_file import Revision, entry_files, feed_file, uid_of
from notifications.message import build
from tests.factories import day
from tests.notifications.letters import EVA, PETRA, make_letter
from tests.notifications.rfc5545 import check, read

NOW = datetime(2027, 1, 4, 5, 30, tzinfo=UTC)
SENDER = "kommunplan@orsa.example"


def make_revision(**overrides: Any) -> Revision:
    says = {
        "day": day("2027-10-18"),
        "summary": "KS: Kommunplan i KS · Kommunplan 2028",
        "description": "Kommunstyrelsen behandlar Kommunplan i KS.\nLagfrist, sista oktober; KL 11:8.",
        "categories": ("Kommunplan 2028", "Sammanträde"),
    }
    own = {"name": "2028/kommunplan-ks/sammantrade/KS", "sequence": 3, "changed_at": NOW}
    says |= {name: overrides.pop(name) for name in list(overrides) if name in says}
    return Revision(**{**own, "appointment": Appointment(**says), **overrides})  # type: ignore[arg-type]


def test_an_entry_is_a_whole_day_with_its_number_and_words() -> None:
    [file] = entry_files([make_revision()], SENDER)
    [found] = check(file.content)
    assert (found["DTSTART"], found["DTEND"]) == ("20271018", "20271019")
    assert found["SEQUENCE"] == "3"
    assert found["UID"] == uid_of("2028/kommunplan-ks/sammantrade/KS", SENDER)
    assert found["DTSTAMP"] == found["LAST-MODIFIED"] == "20270104T053000Z"
    assert found["DESCRIPTION"].splitlines()[1] == "Lagfrist, sista oktober; KL 11:8."
    parsed: Any = Calendar.from_ical(file.content).walk("VEVENT")[0]
    assert parsed["SUMMARY"] == found["SUMMARY"] == "KS: Kommunplan i KS · Kommunplan 2028"
    assert parsed["CATEGORIES"].cats == ["Kommunplan 2028", "Sammanträde"]
    assert "VALARM" not in file.content.decode()


def test_a_cancellation_says_so_in_the_object_and_in_its_event() -> None:
    published, cancelled = (
        entry_files([make_revision(cancelled=gone)], SENDER)[0] for gone in (False, True)
    )
    assert (published.method, cancelled.method) == ("PUBLISH", "CANCEL")
    assert published.name == "ks-kommunplan-i-ks.ics"
    assert cancelled.name == "ta-bort-ks-kommunplan-i-ks.ics"
    own, _ = read(cancelled.content)
    assert ("METHOD", {}, "CANCEL") in own
    assert check(cancelled.content)[0]["STATUS"] == "CANCELLED"


def test_each_entry_has_a_file_of_its_own_with_a_name_of_its_own() -> None:
    """Of several in one, Outlook reads the first only."""
    some = [make_revision(name=f"2028/a/{n}") for n in range(3)]
    files = entry_files(some, SENDER)
    assert [file.name for file in files] == [
        "ks-kommunplan-i-ks.ics",
        "ks-kommunplan-i-ks-2.ics",
        "ks-kommunplan-i-ks-3.ics",
    ]
    assert [len(check(file.content)) for file in files] == [1, 1, 1]


def test_a_long_name_is_cut_between_words() -> None:
    [file] = entry_files([make_revision(summary=f"{'ord ' * 30} · Kommunplan 2028")], SENDER)
    assert file.name == f"{'-'.join(['ord'] * 15)}.ics"


def test_a_feed_names_itself_says_how_often_to_ask_and_has_each_entry_once() -> None:
    some = [make_revision(name=f"2028/a/{n}", day=day(f"2027-10-{28 - n}")) for n in range(3)]
    content = feed_file([*some, make_revision(cancelled=True)], SENDER, "Kommunplan: ekonomichef")
    own, _ = read(content)
    assert ("X-WR-CALNAME", {}, "Kommunplan: ekonomichef") in own
    assert ("NAME", {}, "Kommunplan: ekonomichef") in own
    assert ("REFRESH-INTERVAL", {"VALUE": "DURATION"}, "PT6H") in own
    assert ("X-PUBLISHED-TTL", {}, "PT6H") in own
    assert [one["DTSTART"] for one in check(content)] == ["20271026", "20271027", "20271028"]
    assert content == feed_file(reversed(some), SENDER, "Kommunplan: ekonomichef")


def test_a_feed_with_nothing_in_it_is_still_a_calendar() -> None:
    content = feed_file([], SENDER, "Kommunplan: revisor")
    assert check(content) == []
    assert Calendar.from_ical(content)["X-WR-CALNAME"] == "Kommunplan: revisor"


@given(
    summary=st.text(min_size=1).map(lambda words: f"{words} · Kommunplan"),
    description=st.text(),
    number=st.integers(0, 10**6),
    when=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
)
def test_whatever_a_title_holds_the_file_is_well_formed(
    summary: str, description: str, number: int, when: date
) -> None:
    from notifications.wording import one_line

    words = "\n".join(map(one_line, description.splitlines()))
    revision = make_revision(
        summary=one_line(summary), description=words, sequence=number, day=when
    )
    for file in entry_files([revision], SENDER):
        [found] = check(file.content)
        assert found["SUMMARY"] == one_line(summary)
        assert found["DESCRIPTION"] == words
        assert file.name.isascii()
        assert Calendar.from_ical(file.content).walk("VEVENT")[0]["SUMMARY"] == one_line(summary)


def test_the_mail_carries_each_file_with_its_method_and_charset_and_is_the_same_again() -> None:
    files = entry_files([make_revision(), make_revision(cancelled=True)], SENDER)
    first, second = (
        build(
            make_letter(),
            key="k",
            thread="t",
            sender=SENDER,
            recipient=EVA,
            reply_to=PETRA,
            created=NOW,
            calendars=files,
        )
        for _ in range(2)
    )
    assert first == second, "the same mail again is the same bytes"
    message = email.message_from_bytes(
        first.content, _class=EmailMessage, policy=email.policy.default
    )
    attached = list(message.iter_attachments())
    assert [part.get_content_type() for part in attached] == ["text/calendar"] * 2
    assert [part.get_param("method") for part in attached] == ["PUBLISH", "CANCEL"]
    assert [part.get_content_charset() for part in attached] == ["utf-8"] * 2
    # as a mail program reads it: by the charset that the part declares
    assert "CATEGORIES:Kommunplan 2028,Sammanträde" in attached[0].get_content()
    assert [part.get_payload(decode=True) for part in attached] == [f.content for f in files]
