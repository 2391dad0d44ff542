"""The collected letter and the handover: everything its letters say, in order, in text and in HTML."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from calendars.workdays import WORKDAYS
from models.events import Event, Outcome
from models.fold import fold
from models.mail_choices import Pace
from models.process import TaskKey
from notifications.collected import Collected, collect
from notifications.items import Item
from notifications.letters import compose
from notifications.notices import Kind
from notifications.obligations import obligations
from notifications.recipients import Recipient
from notifications.sorting import Envelope, Form
from tests.factories import day, decided, opened, orsa, reported
from tests.notifications.letters import EVA, PETRA, Page, html_of, make_message, make_plan, text_of
from tests.notifications.test_message import words

EKONOMICHEF = TaskKey(role="ekonomichef")
KOMMUNCHEF = TaskKey(role="kommunchef")
APRIL: list[Event] = [
    opened("bokslut", "2027-01-04"),
    reported("bokslut", KOMMUNCHEF, "2027-03-10"),
    opened("mal-och-budgetdiskussioner", "2027-04-01"),
    opened("uppfoljning-mars", "2027-03-01"),
    reported("uppfoljning-mars", EKONOMICHEF, "2027-03-08"),
    decided(
        "uppfoljning-mars",
        "SU",
        "2027-03-09",
        outcome=Outcome.ATERREMISS,
        reason="<b>Prognosen</b> är `gammal`",
    ),
    opened("arsredovisning", "2027-03-01"),
]


def collected(
    form: Form = Form.COLLECTED,
    recipient: Recipient = EVA,
    on: str = "2027-04-01",
    to: tuple[TaskKey, ...] = (EKONOMICHEF,),
    **overrides: Any,
) -> Collected:
    """All that is due for the roles on the day, by deadline."""
    state = fold(orsa(), APRIL)
    plan = make_plan(state)
    items = [
        Item(notice, recipient, state, plan, **overrides)
        for notice in obligations(state, plan, WORKDAYS, day(on))
        if notice.to in to and notice.kind is not Kind.ESCALATION
    ]
    envelope = Envelope("k", form, tuple(sorted(items, key=lambda item: item.due)))
    sections = [
        (item, compose(item.notice, state, plan, recipient, PETRA, within=True))
        for item in envelope.sections
    ]
    return collect(form, sections, PETRA, day(on))


def test_the_days_tasks_come_by_deadline_with_an_overview() -> None:
    letter = collected()
    assert letter.subject == "Sent sedan tis 9 mars: Årsredovisning 2026 + 2 till"
    said = [f"{when}: {what}" for when, what in letter.overview]
    assert said == [heading for heading, _ in letter.sections]
    assert letter.sections[2][0] == "Sent sedan ons 31 mars: Bokslut 2026, din del"


def test_each_section_is_the_whole_letter_and_says_which_task_an_answer_is_for() -> None:
    _, section = collected().sections[0]
    facts = dict(section.facts)
    # the one that it was planned for, on 30 March, has been without it
    assert facts["Går till"] == "Strategiutskottet, tisdag 30 mars 2027"
    assert "KL 11 kap." in facts["Lagfrist"]
    assert any("skriv att det gäller Årsredovisning" in item for item in section.todo)
    assert "Det " in section.why


def test_the_subject_says_which_day_comes_first_where_nothing_is_late() -> None:
    letter = collected(on="2027-03-01")
    assert letter.subject == "Senast tis 9 mars: Årsredovisning 2026, din uppgift + 2 till"


def test_a_weekly_mail_says_that_it_is_the_weeks() -> None:
    letter = collected(recipient=replace(EVA, pace=Pace.WEEKLY))
    assert letter.paragraphs[0].startswith("Här är veckans mejl")
    assert "samlas i ett mejl i veckan" in letter.why


def test_several_roles_are_told_apart_and_the_vacant_ones_named_once() -> None:
    owner = Recipient("Petra Exempel", PETRA, vacant_role="x")
    letter = collected(recipient=owner, to=orsa().tasks_of(orsa().step("bokslut")))
    about = [paragraph for paragraph in letter.paragraphs if "saknar innehavare" in paragraph]
    assert len(about) == 1
    assert "verksamhetsområdeschef, Omsorg; " in about[0]
    assert len({heading for heading, _ in letter.sections}) == len(letter.sections)
    assert "När du svarar" not in " ".join(letter.paragraphs), "the owner would answer herself"


def test_a_handover_says_who_had_it_and_what_was_done() -> None:
    letter = collected(Form.HANDOVER, had_by=("Eva Ek", "Anna Ö"))
    assert letter.paragraphs[0] == (
        "Du är nu ekonomichef och tar över det som är öppet efter Eva Ek och Anna Ö."
    )
    facts = {dict(section.facts)["Steg"]: dict(section.facts) for _, section in letter.sections}
    assert facts["Bokslut 2026"]["Hade uppgiften"] == "Eva Ek, Anna Ö"
    assert facts["Bokslut 2026"]["Lämnat hittills"] == "kommunchef, onsdag 10 mars 2027"
    assert facts["Uppföljning i mars 2027"]["Beslutat hittills"] == (
        "SU, tisdag 9 mars 2027: återremiss (<b>Prognosen</b> är 'gammal')"
    )
    assert "sänds när någon får en roll som har öppna uppgifter" in letter.why


def test_a_deputy_is_told_for_whom_and_until_when() -> None:
    anna = Recipient(
        "Anna Ek", "anna@orsa.example", deputy_for="Eva Exempel", until=day("2027-04-09")
    )
    for form in (Form.HANDOVER, Form.COLLECTED):
        letter = collected(form, recipient=anna, had_by=("Eva Exempel",))
        said = " ".join(letter.paragraphs)
        assert "Du är ersättare för Eva Exempel (ekonomichef) till fredag 9 april 2027" in said


@pytest.mark.parametrize("form", [Form.HANDOVER, Form.COLLECTED])
def test_text_and_html_hold_the_same_words_and_nothing_of_peoples_own_is_html(form: Form) -> None:
    message = make_message(collected(form, had_by=("Eva <i>Ek</i>",)))
    page = Page(html_of(message))
    assert words(page.text) == words(text_of(message))
    names = [name for name, _ in page.elements]
    assert names.count("h1") == 1
    assert names.count("h2") == 2 + 3
    assert names.count("h3") == 3
    assert not {"img", "script", "link", "style", "a", "i", "iframe", "form"} & set(names)
