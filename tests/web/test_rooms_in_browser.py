"""The signed-in pages in Debian's chromium: a clerk's decision by its count of interactions, and axe-core."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from models.visitor import Visitor
from tests.tasks.conftest import MakeTown
from tests.web.house import CHEF, CLERK, OWNER, House
from tests.web.spring import KS, STEP, spring_town
from tests.web.test_browser import CHROMIUM, FLAGS, RULES
from web.app import make_app

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="chromium saknas: apt-get install chromium"
)
Open = Callable[..., Page]
NARROW, MIDDLE, WIDE = 320, 768, 1280


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def spring(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return spring_town(tmp_path_factory.mktemp("spring"))


@pytest.fixture
def house(make_town: MakeTown, spring: Path, tmp_path: Path) -> Iterator[House]:
    """The pages on a real server."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    clock = tmp_path / "today"
    clock.write_text("2027-03-16")
    town = make_town(spring, clock_file=clock, page_port=listener.getsockname()[1])
    house = House(town)
    app = make_app(town.settings, town.database, house.note_told, visits=house.visits)
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="warning", access_log=False, log_config=None)
    )
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield house
    server.should_exit = True
    thread.join()


@pytest.fixture
def browse(chromium: Browser, house: House) -> Iterator[Open]:
    """A page in a new window, as whoever is said; nothing may be asked of anybody else, or complained of."""
    windows, asked, said = [], [], []

    def open_window(
        path: str, who: Visitor, *, width: int = WIDE, dark: bool = False, script: bool = False
    ) -> Page:
        house.sign_in(who)
        window = chromium.new_context(
            base_url=house.town.settings.page_address,
            java_script_enabled=script,
            locale="sv-SE",
            color_scheme="dark" if dark else "light",
            viewport={"width": width, "height": 900},
        )
        windows.append(window)
        page = window.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto(path)
        return page

    yield open_window
    for window in windows:
        window.close()
    assert [url for url in asked if not url.startswith(house.town.settings.page_address)] == []
    assert [text for text in said if "Failed to load resource" not in text] == []


def test_a_clerk_registers_a_decision_with_a_change_in_five_interactions(
    house: House, browse: Open
) -> None:
    page = browse("/", CLERK)
    page.get_by_role("link", name="KS måndag 15 mars").first.click()  # 1
    page.get_by_label("Utfall").select_option(label="bifall med ändring")  # 2
    page.get_by_label("Paragraf").fill("31")  # 3
    page.get_by_label("Ändring").fill("Ett mål till")  # 4
    page.get_by_role("button", name="Registrera beslutet").click()  # 5
    expect(page.get_by_role("heading", name="Registrera beslut: klart")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Registrera beslut: klart")).to_be_visible()
    page.go_back()
    [fact] = [one for one in house.facts("beslut") if one.body == "KS"]
    assert (fact.changes, fact.paragraph) == ("Ett mål till", "KS § 31/2027")


def test_what_waits_for_ks_is_one_click_away(browse: Open) -> None:
    page = browse("/ar/2028", OWNER)
    page.get_by_role("link", name="Väntar på KS").click()
    expect(page.get_by_role("row")).to_have_count(2)  # with the heads
    assert page.url.endswith("?instans=KS")


def test_an_outcome_asks_for_what_it_demands_and_nothing_else(browse: Open) -> None:
    page = browse(f"/sammantrade/KS/{KS}", CLERK)
    expect(page.get_by_label("Skäl")).not_to_be_visible()
    page.get_by_label("Utfall").select_option(label="återremiss")
    expect(page.get_by_label("Skäl")).to_be_visible()
    expect(page.get_by_label("Ändring")).not_to_be_visible()


def test_a_meeting_is_moved_with_its_preview_in_four_interactions(
    house: House, browse: Open
) -> None:
    page = browse("/sammantrade/KF/2027-11-29", OWNER)
    page.get_by_role("link", name="Flytta ett sammanträde").click()  # 1
    page.get_by_label("Till", exact=True).fill("2027-12-06")  # 2
    page.get_by_label("Skäl").fill("Lokalen")  # 3
    page.get_by_role("button", name="Fortsätt till kontroll").click()  # 4
    expect(page.get_by_role("heading", name="Bryter då mot lagen")).to_be_visible()
    page.get_by_role("button", name="Flytta ett sammanträde").click()  # 5
    expect(page.get_by_role("heading", name="Flytta ett sammanträde: klart")).to_be_visible()


def test_it_can_be_done_with_the_keyboard_alone(house: House, browse: Open) -> None:
    page = browse(f"/gor/diariefor?steg={STEP}", CLERK)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Till innehållet")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(3):
        page.keyboard.press("Tab")
        if page.get_by_label("Diarienummer").evaluate("e => e === document.activeElement"):
            break
    page.keyboard.type("KS 2027/00123")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Diarieför ett ärende: klart")).to_be_visible()


def test_a_fault_takes_the_focus_and_leads_to_its_field(browse: Open) -> None:
    page = browse(f"/sammantrade/KS/{KS}", CLERK)
    page.get_by_role("button", name="Registrera beslutet").click()
    assert page.title().startswith("Fel: ")
    page.get_by_role("alert").get_by_role("link", name="Välj utfall.").click()
    assert page.url.endswith("#utfall")
    expect(page.get_by_label("Utfall")).to_be_visible()


LOOKED_AT = (
    ("/", OWNER),
    ("/", CLERK),
    ("/", CHEF),
    ("/ar/2028", OWNER),
    ("/ar/2028/arshjul", OWNER),
    ("/ar/2028/gantt", OWNER),
    (f"/ar/2028/steg/{STEP}", OWNER),
    ("/ar/2028/steg/arsredovisning", OWNER),
    ("/sammantraden", OWNER),
    (f"/sammantrade/KS/{KS}", CLERK),
    ("/sammantrade/KF/2027-11-29", OWNER),
    ("/gor/beslut", OWNER),
    (f"/gor/beslut?steg={STEP}", CLERK),
    ("/gor/flytta", OWNER),
    ("/gor/resultat?steg=bokslut", OWNER),
    ("/gor/redan-gjort?steg=bokslut", OWNER),
    ("/gor/ratta", OWNER),
    ("/finns-inte", OWNER),
)


@pytest.mark.parametrize(
    ("dark", "width"), [(False, NARROW), (True, WIDE)], ids=["light and narrow", "dark and wide"]
)
def test_every_page_keeps_to_the_rules_of_axe_and_to_its_width(
    browse: Open, dark: bool, width: int
) -> None:
    wrong = []
    for path, who in LOOKED_AT:
        page = browse(path, who, width=width, dark=dark, script=True)
        found = Axe().run(page, options=RULES)
        wrong += [
            (path, one["id"], one["nodes"][0]["html"][:200]) for one in found.response["violations"]
        ]
        for one in (NARROW, MIDDLE, WIDE):
            page.set_viewport_size({"width": one, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth") > one:
                wrong.append((path, f"wider than {one}", ""))
        page.context.close()
    assert wrong == []


def test_the_pages_after_a_form_keep_to_the_rules_too(browse: Open) -> None:
    for dark in (False, True):
        page = browse(f"/gor/diariefor?steg={STEP}", CLERK, dark=dark, script=True)
        page.get_by_role("button", name="Diarieför ett ärende").click()
        assert Axe().run(page, options=RULES).response["violations"] == []
        page.get_by_label("Diarienummer").fill("KS 2027/00123")
        page.get_by_role("button", name="Diarieför ett ärende").click()
        expect(page.get_by_role("status")).to_be_visible()
        assert Axe().run(page, options=RULES).response["violations"] == []
