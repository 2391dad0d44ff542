"""Every mail can be read by everybody: contrast, structure, and the same words as text and as HTML."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from notifications.message import Finished
from notifications.notices import Kind
from notifications.sorting import Form
from tests.notifications.every_mail import LINK, collected, every_mail
from tests.notifications.inked import Inked, Words, luminance
from tests.notifications.letters import html_of, make_message, text_of

GMAILS_CLIP = 102 * 1024
"""Bytes of HTML; what is beyond is hidden behind a link."""
ALLOWED = {
    "html",
    "head",
    "meta",
    "title",
    "body",
    "div",
    "h1",
    "h2",
    "h3",
    "p",
    "ul",
    "li",
    "dl",
    "dt",
    "dd",
    "a",
    "b",
    "span",
    "code",
}


OTHERS = {"kalender": 2, "driftlarm": 1}
"""What is no notice of the year's, and how many there are of it."""


@pytest.fixture(scope="module", params=[*Kind, Form.COLLECTED, Form.HANDOVER, *OTHERS])
def mails(request: pytest.FixtureRequest) -> dict[str, Finished]:
    found = {name: mail for name, mail in every_mail().items() if name.split()[0] == request.param}
    assert len(found) >= OTHERS.get(request.param, 3)
    return found


def test_every_text_stands_out_from_what_it_stands_on(mails: dict[str, Finished]) -> None:
    for name, mail in mails.items():
        for words in Inked(html_of(mail)).words:
            assert words.contrast >= words.contrast_needed, (name, words)


def test_contrast_is_reckoned_as_wcag_does() -> None:
    grey = Inked('<p style="color:#777777;">grå</p>').words[0]
    assert round(grey.contrast, 2) == 4.48
    assert grey.contrast < grey.contrast_needed
    assert luminance("#ffffff") == pytest.approx(1)
    assert Words("", grey.style._replace(size=24.0)).contrast_needed == 3.0


def test_the_structure_can_be_heard_and_nothing_is_fetched(mails: dict[str, Finished]) -> None:
    for name, mail in mails.items():
        html = html_of(mail)
        page = Inked(html)
        tags = [tag for tag, _ in page.elements]
        assert set(tags) <= ALLOWED, name
        assert html.lstrip().startswith("<!DOCTYPE html>")
        assert ("html", {"lang": "sv"}) in page.elements
        assert ("meta", {"charset": "utf-8"}) in page.elements
        assert page.titles == [mail.subject]
        viewport = next(given for tag, given in page.elements if given.get("name") == "viewport")
        assert viewport["content"] == "width=device-width, initial-scale=1"
        headings = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
        assert headings[0] == 1
        assert headings.count(1) == 1
        assert all(later <= earlier + 1 for earlier, later in pairwise(headings))
        assert not re.search(r"(?i)url\(|@import|src=|srcset|<link|\son\w+=", html), name


def test_a_link_says_where_it_goes_and_two_places_are_told_apart(
    mails: dict[str, Finished],
) -> None:
    for name, mail in mails.items():
        links = Inked(html_of(mail)).links
        for href, text in links:
            assert re.match(r"https://", href), name
            assert text == href or text.startswith("Svara"), (name, text)
        if len(links) > 1:
            assert len({text for _, text in links}) == len(links), (name, links)


def test_text_and_html_say_the_same_in_the_same_order(mails: dict[str, Finished]) -> None:
    for name, mail in mails.items():
        assert Inked(html_of(mail)).said.split() == said_in(text_of(mail)), name


def said_in(text: str) -> list[str]:
    """The words, without the lines and dashes that stand for what HTML has elements for."""
    lines = [line for line in text.splitlines() if not re.fullmatch(r"-{5,}|={5,}", line)]
    return " ".join(re.sub(r"^- ", "", line) for line in lines).split()


def test_the_link_of_each_task_stands_in_the_text_too(mails: dict[str, Finished]) -> None:
    for name, mail in mails.items():
        html, text = html_of(mail), text_of(mail)
        assert html.count(f'href="{LINK}"') == text.count(LINK), name


@pytest.mark.parametrize("form", [Form.COLLECTED, Form.HANDOVER])
def test_forty_tasks_are_not_cut_off_in_a_mail_program(form: Form) -> None:
    letter = collected(form, count=40)
    assert len(letter.sections) == 40
    assert len(html_of(make_message(letter)).encode()) < GMAILS_CLIP
