"""Signing in, in Debian's chromium: without JavaScript, and held against axe-core's rules."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import MakeSite
from tests.web.signing_in import OWNER, SignInSite, made
from tests.web.site import EVA
from tests.web.test_browser import CHROMIUM, WIDTHS, Visit, keeps_its_rules
from tests.web.test_browser import chromium as chromium
from tests.web.test_browser import visit as visit

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="chromium saknas: apt-get install chromium"
)


@pytest.fixture
def site(make_site: MakeSite) -> SignInSite:
    return made(
        make_site,
        # never asked: the pages alone are looked at
        oidc_issuer="https://inloggning.orsa.example",
        oidc_client_id="kommunplan",
        oidc_client_secret="en hemlighet",
    )


def test_a_chef_signs_in_by_mail_and_comes_to_where_she_was_going(
    site: SignInSite, visit: Visit
) -> None:
    page = visit("/jag")
    expect(page).to_have_url(f"{site.address}/logga-in?till=%2Fjag")
    page.get_by_label("Din e-postadress i arbetet").fill(EVA)
    page.get_by_role("button", name="Skicka länken").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Titta i din inkorg")
    site.wait_until_told(1)
    page.goto(site.newest_link())
    page.get_by_role("button", name="Logga in").click()
    expect(page).to_have_url(f"{site.address}/jag")
    expect(page.get_by_text("Eva Exempel (inloggad: länk till adressen)")).to_be_visible()
    page.go_back()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Länken gäller inte")


def shown(site: SignInSite, visit: Visit) -> Iterator[tuple[str, Page]]:
    """Every face of it, with scripts on: the pages have none, but axe is one."""
    page = visit("/logga-in", script=True)
    yield "sign in", page
    page.get_by_label("Din e-postadress i arbetet").fill("eva")
    page.get_by_role("button", name="Skicka länken").click()
    yield "no address", page
    for why in ("skickat", "tid", "roll", "ut"):
        yield why, visit(f"/logga-in?varfor={why}", script=True)
    link = site.mailed(EVA)
    yield "the link", visit(link, script=True)
    yield "no such link", visit(f"{link}x", script=True)
    site.town.change(
        "INSERT INTO identity (issuer, subject, address, seen_at, confirmed_by, confirmed_at) VALUES"
        " ('x', 'o-1', 'eva@orsa.example', '2027-03-01 10:00:00', '', NULL),"
        " ('x', 'o-2', 'klas@orsa.example', '2027-03-01 10:00:00', 'Petra', '2027-03-01 11:00:00')"
    )
    page = visit(site.mailed(OWNER), script=True)
    page.get_by_role("button", name="Logga in").click()
    page.goto("/inloggningar")
    expect(page.get_by_role("button")).to_have_count(2)
    yield "accounts", page
    yield "not ours", visit("/logga-in/konto/svar?state=x", script=True)


def test_every_face_of_it_keeps_axes_rules_and_bears_larger_text(
    site: SignInSite, visit: Visit
) -> None:
    seen = []
    for face, page in shown(site, visit):
        seen.append(face)
        assert page.locator("html").get_attribute("lang") == "sv"
        assert page.locator("h1").count() == 1, face
        for width in WIDTHS:
            keeps_its_rules(page, face, width)
    assert len(seen) == 10
