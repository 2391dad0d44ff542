"""Notices of Orsa's year as they come about, and the letters and messages made of them."""

from __future__ import annotations

import email
from collections.abc import Iterable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from html.parser import HTMLParser
from typing import Any

from calendars.schedule import plan_year
from calendars.workdays import WORKDAYS
from models.events import Decided, Event, Outcome
from models.fold import after, fold
from models.plan import YearPlan
from models.process import Definition, TaskKey
from models.state import YearState
from notifications.announcements import announcements
from notifications.collected import Collected
from notifications.letters import Letter, Recipient, compose
from notifications.message import Finished, build
from notifications.notices import Kind, Notice
from notifications.obligations import obligations
from tests.factories import (
    EKONOMICHEF,
    completed_before_start,
    day,
    decided,
    opened,
    orsa,
    orsa_meetings,
    reported,
)

EVA = Recipient("Eva Exempel", "eva.ekonomichef@orsa.example")
PETRA = "petra.processagare@orsa.example"


def make_plan(state: YearState) -> YearPlan:
    return plan_year(state.definition, 2028, orsa_meetings(), state)


def due_letters(
    events: Iterable[Event],
    on: str,
    kind: Kind,
    step: str,
    to: TaskKey | None = None,
    recipient: Recipient = EVA,
    definition: Definition | None = None,
) -> list[Letter]:
    """The letters of the kind that are due on the day after these events."""
    state = fold(definition or orsa(), events)
    plan = make_plan(state)
    return [
        compose(notice, state, plan, recipient, PETRA)
        for notice in obligations(state, plan, WORKDAYS, day(on))
        if notice.kind is kind and notice.step == step and to in (None, notice.to)
    ]


def announced_letters(
    events: Iterable[Event],
    kind: Kind,
    to: TaskKey,
    recipient: Recipient = EVA,
    definition: Definition | None = None,
) -> list[Letter]:
    """The letters of the kind that the role gets on the day of the last of the events."""
    state, notices = told(events, definition)
    plan = make_plan(state)
    return [
        compose(notice, state, plan, recipient, PETRA)
        for notice in notices
        if notice.kind is kind and notice.to == to
    ]


def told(
    events: Iterable[Event], definition: Definition | None = None
) -> tuple[YearState, list[Notice]]:
    """Everything that the last of the events makes known on its day, and the state after it."""
    *earlier, last = events
    before = fold(definition or orsa(), earlier)
    state = after(definition or orsa(), before, earlier, last)
    return state, [
        *announcements(before, state, last, last.on),
        *obligations(state, make_plan(state), WORKDAYS, last.on),
    ]


def whole(letter: Letter) -> str:
    """Everything that the letter says."""
    facts = [f"{label}: {value}" for label, value in letter.facts]
    return "\n".join(
        (letter.subject, letter.greeting, *letter.paragraphs, *facts, *letter.todo, letter.why)
    )


def make_notice(**overrides: Any) -> Notice:
    fields: dict[str, Any] = {
        "kind": Kind.OPENED,
        "step": "bokslut",
        "round": 1,
        "to": TaskKey(role="ekonomichef"),
        "due": day("2027-03-31"),
        "rule": "sänds när steget öppnas",
        "rung": day("2027-01-04"),
    }
    return Notice(**{**fields, **overrides})


def make_letter(**overrides: Any) -> Letter:
    fields: dict[str, Any] = {
        "subject": "Kommunplan 2028 · Bokslut 2026: ny uppgift, klar senast 2027-03-31",
        "greeting": "Hej Eva!",
        "paragraphs": ("Nu är det dags för Bokslut 2026 (Kommunplan 2028).",),
        "facts": (("Steg", "Bokslut 2026"), ("Klart senast", "onsdag 31 mars 2027")),
        "todo": ("Registrera: `kommunplan klar bokslut --roll ekonomichef --budgetar 2028`",),
        "why": "Du får mejlet som ekonomichef.",
    }
    return Letter(**{**fields, **overrides})


def make_message(letter: Letter | Collected | None = None, **overrides: Any) -> Finished:
    fields: dict[str, Any] = {
        "key": "2028/bokslut/1/oppnat/ekonomichef/-/eva",
        "thread": "2028/bokslut",
        "sender": "kommunplan@orsa.example",
        "recipient": EVA,
        "reply_to": PETRA,
        "created": datetime(2027, 1, 4, 7, 0, tzinfo=UTC),
    }
    return build(letter or make_letter(), **{**fields, **overrides})


def parsed(message: Finished) -> EmailMessage:
    return email.message_from_bytes(message.content, _class=EmailMessage, policy=SMTP)


def text_of(message: Finished) -> str:
    return _part(message, "plain")


def html_of(message: Finished) -> str:
    return _part(message, "html")


def _part(message: Finished, subtype: str) -> str:
    body = parsed(message).get_body((subtype,))
    assert isinstance(body, EmailMessage)
    return str(body.get_content())


class Page(HTMLParser):
    """The words and elements of an HTML page; a title is not shown, so its words are left out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag != "meta":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        if "title" not in self._open:
            self.shown.append(data)

    @property
    def text(self) -> str:
        return "".join(self.shown)


def kommunplan_in_ks(*then: Event) -> tuple[Event, ...]:
    """The ärende of the kommunplan: the strategiutskott has changed it, and it is before KS."""
    done = ("ekonomiska-ramar", "verksamhetsplan-forslag", "mbl-forhandling")
    return (
        *(completed_before_start(step, "2027-09-30") for step in done),
        opened("kommunplan-su", "2027-10-01"),
        reported("kommunplan-su", EKONOMICHEF, "2027-10-04"),
        opened("kommunplan-ks", "2027-10-01"),
        reported("kommunplan-ks", EKONOMICHEF, "2027-10-04"),
        decided(
            "kommunplan-su",
            "SU",
            "2027-10-05",
            outcome=Outcome.ANDRING,
            changes="Ramen för omsorg höjs med 2 mkr",
            paragraph="SU § 41/2027",
            diarienummer="KS 2027/00123",
        ),
        *then,
    )


def ks_decided(outcome: Outcome = Outcome.FORESLAR, **overrides: Any) -> Decided:
    """What KS does with the kommunplan on 18 October 2027; a return goes to the strategiutskott."""
    return decided("kommunplan-ks", "KS", "2027-10-18", outcome=outcome, **overrides)


def ks_returned(**overrides: Any) -> Decided:
    fields: dict[str, Any] = {"reason": "Räkna om ramen för lärande", "back_step": "kommunplan-su"}
    return ks_decided(Outcome.ATERREMISS, **{**fields, **overrides})
