"""A finished message: the same words twice, bytes that repeat, and headers nobody can write into."""

from __future__ import annotations

import email
import re
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.policy import compat32
from email.utils import parseaddr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.events import Event, Outcome
from models.process import TaskKey
from notifications.letters import Recipient
from notifications.notices import Kind
from notifications.wording import one_line
from tests.factories import decided, opened, reported
from tests.notifications.letters import (
    EVA,
    PETRA,
    Page,
    announced_letters,
    due_letters,
    html_of,
    make_letter,
    make_message,
    parsed,
    text_of,
)

EKONOMICHEF = TaskKey(role="ekonomichef")


def words(text: str) -> list[str]:
    return re.findall(r"[\w§…\"'.@-]*\w[\w§…\"'.@-]*", text)


def unfolded(header: str) -> str:
    return re.sub(r"\r?\n", "", header)


def test_text_and_html_hold_the_same_words() -> None:
    events: list[Event] = [
        opened("skattesats-forslag", "2027-10-01"),
        reported("skattesats-forslag", EKONOMICHEF, "2027-10-04"),
    ]
    rejected = decided(
        "skattesats-forslag",
        "KS",
        "2027-10-18",
        outcome=Outcome.AVSLAG,
        reason='<b>1 < 2 & "3"</b>',
    )
    for letter in (
        *due_letters(events, "2027-10-05", Kind.OPENED, "skattesats-forslag"),
        *due_letters(events, "2027-10-26", Kind.ESCALATION, "skattesats-forslag"),
        *announced_letters([*events, rejected], Kind.RETURNED, EKONOMICHEF),
    ):
        message = make_message(letter)
        assert words(Page(html_of(message)).text) == words(text_of(message))


def test_the_link_to_answer_with_stands_first_of_what_to_do_and_whole_on_its_own_line() -> None:
    link = "https://svar.orsa.example/kommunplan/svara/AbCdEfGhIjKlMnOpQrStUv.0123456789-_abcdefghi"
    message = make_message(make_letter(answer_url=link))
    text = text_of(message)
    assert link in [line.strip() for line in text.splitlines()]
    assert text.index("Att göra") < text.index(link) < text.index("Registrera:")
    page = Page(html_of(message))
    assert [attributes["href"] for name, attributes in page.elements if name == "a"] == [link]
    assert page.text.index("Svara: klart") < page.text.index("Registrera:")
    assert words(page.text) == words(text)


def test_html_can_be_read_by_everyone_and_asks_nobody() -> None:
    html = html_of(make_message())
    page = Page(html)
    names = [name for name, _ in page.elements]
    assert ("html", {"lang": "sv"}) in page.elements
    assert names.count("h1") == 1
    assert names.count("h2") == 3
    assert not {"img", "script", "link", "style", "a", "iframe", "form"} & set(names)
    assert not re.search(r"https?:|url\(|@import|src=|href=", html)


def test_what_people_wrote_is_escaped() -> None:
    letter = make_letter(
        paragraphs=("<script>alert(1)</script>", "`<img src=x>`"),
        greeting="Hej <b>Eva</b>!",
        facts=(("Skäl", "</td><a href='x'>"),),
        subject="Kommunplan 2028 · </title><h1>",
    )
    names = [name for name, _ in Page(html_of(make_message(letter))).elements]
    assert not {"script", "img", "a", "b"} & set(names)
    assert names.count("h1") == 1


def test_a_command_stands_whole_on_its_own_line() -> None:
    command = "kommunplan klar bokslut --roll forvaltningschef --enhet stadsbyggnadskontoret --budgetar 2028"
    letter = make_letter(todo=(f"Registrera det själv: `{command}`",))
    assert command in [line.strip() for line in text_of(make_message(letter)).splitlines()]


def test_headers_are_those_of_a_mail_that_a_machine_wrote() -> None:
    headers = parsed(make_message())
    assert headers["From"] == "Kommunplan <kommunplan@orsa.example>"
    assert headers["To"] == "Eva Exempel <eva.ekonomichef@orsa.example>"
    assert headers["Reply-To"] == PETRA
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["X-Auto-Response-Suppress"] == "All"
    assert headers["Content-Language"] == "sv"
    assert headers["Date"] == "Mon, 04 Jan 2027 07:00:00 +0000"
    assert headers["References"] == headers["In-Reply-To"]
    assert headers.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in headers.iter_parts()] == ["text/plain", "text/html"]


def test_the_same_mail_has_the_same_bytes_and_a_later_one_only_another_date() -> None:
    first, again = make_message(), make_message()
    assert first == again
    later = make_message(created=datetime(2027, 1, 5, 7, 0, tzinfo=UTC))
    changed = [
        pair
        for pair in zip(first.content.splitlines(), later.content.splitlines(), strict=True)
        if pair[0] != pair[1]
    ]
    assert [old.split(b":")[0] for old, _ in changed] == [b"Date"]


def test_each_key_has_its_message_id_and_a_thread_is_shared() -> None:
    one, other = parsed(make_message(key="a")), parsed(make_message(key="b"))
    assert one["Message-ID"] != other["Message-ID"]
    assert one["References"] == other["References"]
    assert re.fullmatch(r"<[0-9a-f]{40}@orsa\.example>", one["Message-ID"])
    assert parsed(make_message(key="a", thread="x"))["References"] != one["References"]


def test_bytes_are_ready_for_smtp() -> None:
    content = make_message(make_letter(why="åäö " * 400)).content
    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 998


def test_a_line_break_in_a_name_or_subject_makes_no_header() -> None:
    evil = "Eva\r\nBcc: alla@orsa.example\r\n\r\nHej\u2028\x00\x85"
    message = make_message(
        make_letter(subject=f"Kommunplan 2028 · {evil}"),
        recipient=Recipient(evil, EVA.address),
        reply_to=f"{PETRA}\r\nBcc: x@orsa.example",
        sender="Kommun\nplan <kommunplan@orsa.example>",
    )
    headers = parsed(message)
    assert headers["Bcc"] is None
    assert "\n" not in message.subject
    assert headers["Subject"] == "Kommunplan 2028 · Eva Bcc: alla@orsa.example Hej"
    assert headers["To"].addresses[0].addr_spec == EVA.address


def test_an_address_with_swedish_letters_is_kept_as_it_is() -> None:
    message = make_message(recipient=Recipient("Åsa Öberg", "åsa@orsa.example"))
    assert "åsa@orsa.example".encode() in message.content


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        make_message(created=datetime(2027, 1, 4, 7, 0))


@settings(max_examples=150, deadline=None)
@given(
    name=st.text(max_size=60),
    subject=st.text(st.characters(codec="utf-8"), max_size=160),
    surrogate=st.sampled_from(["", "\udce5"]),
)
def test_whatever_is_written_comes_out_as_one_line(name: str, subject: str, surrogate: str) -> None:
    message = make_message(
        make_letter(subject=f"K {subject}"), recipient=Recipient(name + surrogate, EVA.address)
    )
    # Python 3.11's newer parser reads a space into a long display name that has none (the bytes are
    # right), so the older one reads here
    headers = email.message_from_bytes(message.content, policy=compat32)
    shown, address = parseaddr(unfolded(headers["To"]))
    assert str(make_header(decode_header(shown))) == one_line(name + surrogate)
    assert address == EVA.address
    assert str(make_header(decode_header(unfolded(headers["Subject"])))) == one_line(f"K {subject}")
    assert len(headers.keys()) == len(set(headers.keys())) == 13
