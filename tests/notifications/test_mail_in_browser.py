"""Mails as a telephone shows them, in Debian's chromium: images blocked, scripts off, axe-core's rules."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.notifications.every_mail import typical_mails
from tests.notifications.letters import html_of

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-background-networking", "--blink-settings=imagesEnabled=false"]
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    "resultTypes": ["violations"],  # of what passes the names are enough: a third of the time
}
# a mail program has a main landmark of its own round the mail
RULES_OF_A_PAGE = {"rules": {"landmark-one-main": {"enabled": False}, "region": {"enabled": False}}}
PHONES = (320, 375)
DESKTOP = 1280
MEASURE = """() => ({
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    cut: [...document.querySelectorAll('body *')]
        .filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth).map(e => e.outerHTML),
    small: [...document.querySelectorAll('body *')]
        .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
        .filter(e => parseFloat(getComputedStyle(e).fontSize) < 14).map(e => e.outerHTML),
    links: [...document.querySelectorAll('a')].map(e => ({
        text: e.textContent, height: e.getBoundingClientRect().height,
        width: e.getBoundingClientRect().width,
        button: getComputedStyle(e).backgroundColor !== 'rgba(0, 0, 0, 0)'})),
})"""

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="chromium saknas: apt-get install chromium"
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Ended with these tests: while it lives a loop runs in this process, and asynchronous tests cannot."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def asked() -> Iterator[list[str]]:
    """Everything that a mail asked the net for: nothing."""
    found: list[str] = []
    yield found
    assert found == []


def opened(chromium: Browser, asked: list[str], width: int, *, script: bool = False) -> Page:
    window = chromium.new_context(
        java_script_enabled=script, locale="sv-SE", viewport={"width": width, "height": 800}
    )
    page = window.new_page()
    page.on("request", lambda request: asked.append(request.url))
    return page


@pytest.mark.parametrize("width", [*PHONES, DESKTOP // 2])
def test_nothing_is_cut_off_too_small_to_read_or_too_small_to_touch(
    chromium: Browser, asked: list[str], width: int
) -> None:
    """A desktop's width at 200 % is half of it."""
    page = opened(chromium, asked, width)
    buttons = 0
    for name, mail in typical_mails():
        page.set_content(html_of(mail))
        found = page.evaluate(MEASURE)
        assert found["wide"] <= 0, name
        assert found["cut"] == [], name
        assert found["small"] == [], name
        for link in found["links"]:
            assert link["height"] >= (44 if link["button"] else 24), (name, link)
            assert link["width"] >= 24
        buttons += sum(link["button"] for link in found["links"])
    assert buttons > 20
    page.context.close()


@pytest.mark.parametrize(("width", "beside"), [(320, False), (375, False), (800, True)])
def test_a_label_stands_above_its_value_or_beside_it_in_every_row_alike(
    chromium: Browser, asked: list[str], width: int, beside: bool
) -> None:
    page = opened(chromium, asked, width)
    for name, mail in typical_mails():
        page.set_content(html_of(mail))
        rows = page.evaluate(
            """() => [...document.querySelectorAll('dl > div')].map(row => {
                const [dt, dd] = [...row.children].map(e => e.getBoundingClientRect());
                return dd.top < dt.bottom - 1; })"""
        )
        assert set(rows) <= {beside}, name
    page.context.close()


def test_a_day_is_not_parted_from_its_month(chromium: Browser, asked: list[str]) -> None:
    page = opened(chromium, asked, 375)
    page.set_content(html_of(dict(typical_mails())["uppgifter innehavare"]))
    assert "nowrap" in str(page.locator("h1 span").get_attribute("style"))
    assert page.inner_text("h1 span") == "ons 31 mars"
    page.context.close()


def test_twice_the_text_needs_no_scrolling_sideways(chromium: Browser, asked: list[str]) -> None:
    """As where a telephone has its largest letters: WCAG 1.4.4."""
    page = opened(chromium, asked, 375)
    for name, mail in typical_mails():
        page.set_content(html_of(mail))
        page.evaluate(
            """() => { const sized = [...document.querySelectorAll('body, body *')]
                .map(e => [e, parseFloat(getComputedStyle(e).fontSize)]);
                for (const [e, size] of sized) e.style.fontSize = size * 2 + 'px'; }"""
        )
        assert page.evaluate(MEASURE)["wide"] <= 0, name
    page.context.close()


def test_every_mail_keeps_axes_rules(chromium: Browser, asked: list[str]) -> None:
    page = opened(chromium, asked, 375, script=True)  # the mail has none, but axe is one
    for name, mail in typical_mails():
        page.set_content(html_of(mail))
        found = Axe().run(page, options=RULES | RULES_OF_A_PAGE)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
        assert len(found.response["passes"]) > 10, f"{name}: axe has looked at little"
    page.context.close()
