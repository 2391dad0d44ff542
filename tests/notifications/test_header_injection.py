"""Nobody writes into a mail's headers: no name, title, reason or comment, whatever characters it holds."""

from __future__ import annotations

import email
import re
import unicodedata
from email.header import decode_header, make_header
from email.message import Message
from email.policy import SMTP, Policy, compat32
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from models.events import Event, Outcome, Reported
from models.process import Definition, TaskKey
from notifications.letters import Letter, Recipient
from notifications.message import Finished
from notifications.notices import Kind
from notifications.wording import one_line
from tests.factories import day, decided, make_definition, make_raw, opened, orsa, reported
from tests.notifications.letters import (
    EVA,
    PETRA,
    announced_letters,
    due_letters,
    make_letter,
    make_message,
    parsed,
    text_of,
)

EKONOMICHEF = TaskKey(role="ekonomichef")
HEADERS = [
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "Content-Language",
]
BREAKS = (
    "\r\n",
    "\n",
    "\r",
    "\n\r",
    "\v",
    "\f",
    "\x1c",
    "\x1d",
    "\x1e",
    "\x85",
    "\u2028",
    "\u2029",
)
CONTROLS = (
    "\x00",
    "\x07",
    "\x08",
    "\x1b[2J",
    "\x7f",
    "\x9b",
    "\u202e",
    "\u2066",
    "\ufeff",
    "\udce5",
)
WORDS = (
    "Bcc: alla@orsa.example",
    "Subject: x",
    "<x@orsa.example>",
    "=?utf-8?q?=0D=0ABcc:_x?=",
    '"',
    ",",
    "\\",
    "--kommunplan",
    ".",
    " ",
    "Åsa",
    "Content-Type: text/html",
    "=",
    ";",
    "(",
    "Eva" * 30,
)
EVIL = st.lists(
    st.sampled_from([*BREAKS, *CONTROLS, *WORDS]) | st.text(max_size=8), max_size=12
).map("".join)


def is_one_line(text: str) -> bool:
    """No control character, no separator of lines or paragraphs, in any of Unicode's guises."""
    return not {unicodedata.category(character) for character in text} & {"Cc", "Zl", "Zp", "Cs"}


def assert_nothing_was_added(message: Finished) -> None:
    """The headers are ours, each once, in both of Python's readings; every line ends with CRLF."""
    assert b"\n" not in message.content.replace(b"\r\n", b"")
    assert b"\r" not in message.content.replace(b"\r\n", b"")
    assert max(map(len, message.content.split(b"\r\n"))) <= 998
    head = message.content.partition(b"\r\n\r\n")[0].decode()
    # a line is broken only where a header is folded, with a space before what follows
    assert len(re.findall(r"(?m)^[A-Za-z-]+:", head)) == len(re.findall(r"\r\n(?! )", head)) + 1
    assert len(head.splitlines()) == len(head.split("\r\n"))
    assert is_one_line(head.replace("\r\n", ""))
    policies: tuple[Policy[Any], ...] = (SMTP, compat32)
    for policy in policies:
        read: Message[Any, Any] = email.message_from_bytes(message.content, policy=policy)
        names = read.keys()
        assert names[: len(HEADERS)] == HEADERS
        assert sorted(names[len(HEADERS) :]) == ["Content-Type", "MIME-Version"]
        assert read.get_content_type() == "multipart/alternative"
        assert read.defects == []
    assert is_one_line(message.subject)
    shown = email.message_from_bytes(message.content, policy=compat32)["Subject"]
    assert is_one_line(str(make_header(decode_header(shown.replace("\r\n", "")))))


@settings(max_examples=300, deadline=None)
@given(name=EVIL, subject=EVIL, reply_to=EVIL, sender=EVIL, text=EVIL)
def test_whatever_ends_up_in_a_message_adds_no_header_and_breaks_no_line(
    name: str, subject: str, reply_to: str, sender: str, text: str
) -> None:
    said = one_line(text)  # as every text of a letter is, by `compose`
    title = subject.encode(errors="replace").decode()
    letter = make_letter(
        subject=f"Kommunplan 2028: {title}",
        greeting=said,
        paragraphs=(said,),
        facts=((said, said),),
        todo=(said,),
        why=said,
    )
    message = make_message(
        letter,
        recipient=Recipient(name, EVA.address),
        sender=f"{sender.replace('<', '')} <kommunplan@orsa.example>",
        reply_to=f"{PETRA} {reply_to}",
    )
    assert_nothing_was_added(message)
    assert [a.addr_spec for a in parsed(message)["To"].addresses] == [EVA.address]


@settings(max_examples=60, deadline=None)
@given(reason=EVIL, paragraph=EVIL, by=EVIL)
def test_what_a_person_wrote_of_a_decision_stays_in_its_sentence(
    reason: str, paragraph: str, by: str
) -> None:
    events: list[Event] = [
        opened("skattesats-forslag", "2027-10-01"),
        reported("skattesats-forslag", EKONOMICHEF, "2027-10-04", comment=reason, by=by),
        decided(
            "skattesats-forslag",
            "KS",
            "2027-10-18",
            outcome=Outcome.ATERREMISS,
            reason=reason,
            paragraph=paragraph,
            by=by,
        ),
    ]
    letters: list[Letter] = announced_letters(events, Kind.RETURNED, EKONOMICHEF)
    assert letters
    for letter in letters:
        assert all(map(is_one_line, _texts(letter)))
        assert_nothing_was_added(make_message(letter))


def _texts(letter: Letter) -> list[str]:
    facts = [text for fact in letter.facts for text in fact]
    return [letter.subject, letter.greeting, *letter.paragraphs, *facts, *letter.todo, letter.why]


@settings(max_examples=60, deadline=None)
@given(title=EVIL.map(lambda text: f"Bokslut {text}"))
def test_a_title_that_the_definition_takes_is_one_line_in_the_mail(title: str) -> None:
    try:
        definition = _titled(title)
    except ValidationError:
        assert not is_one_line(title)
        return
    [letter, *_] = due_letters(
        [opened("bokslut", "2027-01-04")],
        "2027-01-04",
        Kind.OPENED,
        "bokslut",
        definition=definition,
    )
    assert_nothing_was_added(make_message(letter))


def _titled(title: str) -> Definition:
    raw = orsa().model_dump(by_alias=True)
    raw["steg"][0]["titel"] = title
    return Definition.model_validate(raw)


@pytest.mark.parametrize("line_break", BREAKS)
def test_a_name_with_a_line_break_is_refused_by_the_definition(line_break: str) -> None:
    for place in ("titel", "id"):
        raw = make_raw()
        raw["steg"][0][place] = f"Bokslut{line_break}Bcc: alla@orsa.example"
        with pytest.raises(ValidationError):
            Definition.model_validate(raw)
    assert make_definition()


@pytest.mark.parametrize("line_break", BREAKS)
def test_a_comment_with_a_line_break_is_one_line_in_the_log(line_break: str) -> None:
    said = f"Klart{line_break}Bcc: alla@orsa.example"
    fact = Reported(
        step="bokslut", on=day("2027-02-01"), round=1, task=EKONOMICHEF, by=said, comment=said
    )
    assert fact.by == fact.comment == "Klart Bcc: alla@orsa.example"


def test_a_line_that_is_only_a_dot_ends_no_mail() -> None:
    letter = make_letter(paragraphs=(".", "..", "\r\n.\r\nMAIL FROM:<x@orsa.example>"))
    message = make_message(letter)
    assert_nothing_was_added(message)
    assert "MAIL FROM:<x@orsa.example>" in text_of(message)
