"""The public page and the report in Debian's chromium: read by everybody, at every width, from one file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.views.sheets import DEFINITIONS, planned, with_every_tone
from tests.web.test_browser import CHROMIUM, FLAGS, RULES
from views.html import public_html, report_html
from views.report import report_of

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="chromium saknas: apt-get install chromium"
)
PAGES = ("sida", "rapport")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for these tests, ended with them."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("sidor")
    (made / "sida.html").write_text(public_html(planned()), encoding="utf-8")
    (made / "rapport.html").write_text(report_html(report_of(with_every_tone())), encoding="utf-8")
    for name in DEFINITIONS:
        (made / f"{name}.html").write_text(public_html(planned(name)), encoding="utf-8")
    return made


@pytest.fixture
def page(chromium: Browser, folder: Path) -> Iterator[Page]:
    """A page that may ask for nothing but its own file, and complain of nothing."""
    asked: list[str] = []
    said: list[str] = []
    # the page allows no script: for axe, which is one, that is put aside
    window = chromium.new_context(locale="sv-SE", bypass_csp=True)
    opened = window.new_page()
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: said.append(message.text))
    yield opened
    window.close()
    assert {url.rpartition("/")[0] for url in asked} == {folder.as_uri()}
    assert said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_the_page_keeps_axes_rules_and_fits_the_smallest_telephone(
    page: Page, folder: Path, name: str, scheme: str
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto((folder / f"{name}.html").as_uri())
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, f"{width}: {found.generate_report()}"
        assert len(found.response["passes"]) > 20
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("document.documentElement.style.fontSize = '200%'")  # WCAG 1.4.4
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("name", DEFINITIONS)
def test_the_drawing_is_named_and_the_table_beside_it_has_the_same_steps(
    page: Page, folder: Path, name: str
) -> None:
    page.goto((folder / f"{name}.html").as_uri())
    assert page.get_by_role("img", name="Årshjul för").count() == 1
    drawn = page.locator("svg .steg").evaluate_all("all => all.map(one => one.dataset.steg)")
    rows = page.locator("tr[data-steg]").evaluate_all("all => all.map(one => one.dataset.steg)")
    assert sorted(drawn) == sorted(rows)


@pytest.mark.parametrize("name", DEFINITIONS)
def test_no_words_of_the_drawings_lie_outside_them(chromium: Browser, name: str) -> None:
    """Measured by the browser, with the fonts of this machine."""
    page = chromium.new_page(viewport={"width": 900, "height": 600})
    page.set_content(report_html(report_of(planned(name))))
    outside = page.evaluate(
        """() => [...document.querySelectorAll('.bild svg')].flatMap(svg => {
            const frame = svg.getBoundingClientRect();
            return [...svg.querySelectorAll('text')].filter(text => {
                const box = text.getBoundingClientRect();
                return box.left < frame.left - 1 || box.right > frame.right + 1
                    || box.bottom > frame.bottom + 1;
            }).map(text => text.textContent);
        })"""
    )
    page.close()
    assert outside == []


@pytest.mark.parametrize("name", PAGES)
def test_on_paper_it_is_white_and_loses_nothing(page: Page, folder: Path, name: str) -> None:
    page.goto((folder / f"{name}.html").as_uri())
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 690, "height": 1000})  # A4 within its margins
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("document.documentElement.scrollWidth") <= 690
    made = page.pdf(prefer_css_page_size=True, tagged=True)
    assert made.startswith(b"%PDF")


def test_axe_is_awake(page: Page, folder: Path) -> None:
    page.goto((folder / "sida.html").as_uri())
    page.evaluate("document.querySelector('html').removeAttribute('lang')")
    assert Axe().run(page, options=RULES).violations_count == 1
