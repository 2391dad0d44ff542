"""Takes README's pictures from a real installation: `python -m docs.screenshots`.

The year stands in the middle of October, where the newest runs show most: steps that are completed,
late, waiting for a body, and to come. In Prefect one of the list of runs, one of the year's own page; of our
own pages the owner's day, and a sammanträde.
"""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench.year import run_year
from cli.console import Console
from running.demo import BUDGET_YEAR, demo_settings
from running.start import Machine
from tasks.database import open_database
from tasks.people.sign_in import command_link
from tasks.settings import Settings

DAY = date(BUDGET_YEAR - 1, 10, 12)
LATE = ("skattesats-forslag",)
PICTURE = Path(__file__).parent / "ui.png"
YEAR = Path(__file__).parent / "ui-year.png"
TODAY = Path(__file__).parent / "page-today.png"
MEETING = Path(__file__).parent / "page-meeting.png"
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        chosen = demo_settings(Path(folder))
        run_year(open_database(chosen, create=True), chosen, BUDGET_YEAR, until=DAY, late=LATE)
        Path(str(chosen.clock_file)).write_text(str(DAY))
        with Machine(chosen, Console()) as machine:
            machine.start()
            machine.begin_year()
            take_pictures(chosen)


def take_pictures(chosen: Settings) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1200, "height": 9000}, locale="sv-SE")
        page.goto(f"http://{chosen.host}:{chosen.port}/runs?tag=nu")
        first = page.get_by_role(
            "link", name=f"U3 Delårsrapport {BUDGET_YEAR - 1} (Kommunplan {BUDGET_YEAR})"
        )
        first.wait_for()
        page.wait_for_timeout(2000)  # the page moves while it loads
        box = first.bounding_box()
        if box is None:
            raise SystemExit("The list of runs is not on the page.")
        # eight runs, the last of them late
        page.screenshot(
            path=PICTURE, clip={"x": 256, "y": box["y"] - 25, "width": 944, "height": 872}
        )
        page.goto(f"http://{chosen.host}:{chosen.port}/artifacts/key/aret-{BUDGET_YEAR}")
        page.locator("a[href*='/artifacts/artifact/']").first.click()
        page.get_by_role("heading", name="Nu och framåt").wait_for()
        page.wait_for_timeout(2000)
        page.screenshot(path=YEAR, clip={"x": 256, "y": 0, "width": 944, "height": 900})
        _take_own_pages(browser, chosen)
        browser.close()


def _take_own_pages(browser: Browser, chosen: Settings) -> None:
    """As the process owner sees them."""
    page = browser.new_page(viewport={"width": 944, "height": 900}, locale="sv-SE")
    page.goto(command_link(open_database(chosen), chosen, DAY).url)
    page.get_by_role("button", name="Logga in").click()
    page.get_by_role("heading", name="I dag").wait_for()
    page.screenshot(path=TODAY)
    page.goto(f"{chosen.page_address}/sammantrade/KS/{BUDGET_YEAR - 1}-10-18")
    page.get_by_role("heading", name="Kommunstyrelsen").wait_for()
    page.screenshot(path=MEETING)


if __name__ == "__main__":
    main()
