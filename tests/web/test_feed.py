"""The calendar feed over HTTP: what a subscriber gets, and what nobody else does."""

from __future__ import annotations

import logging
from datetime import date
from urllib.parse import urlsplit

import httpx
import pytest
from icalendar import Calendar
from itsdangerous import Signer

from tasks.calendars.feed import calendar_of
from tasks.links.issue import signer
from tests.hands import make_feed, move_meeting, revoke_feed
from tests.notifications.rfc5545 import check
from tests.tasks.calendars import calendars, came
from tests.web.conftest import SECRET, MakeSite
from tests.web.site import EVA, Site

TODAY = date(2027, 3, 1)


@pytest.fixture
def address(site: Site) -> str:
    return new_feed(site, "ekonomichef")


def new_feed(site: Site, whose: str) -> str:
    """The path of a new feed's address."""
    town = site.town
    made = make_feed(town.on(TODAY.isoformat()), whose, by="Petra")
    assert made.address.startswith(f"{town.settings.page_address}/kalender/")
    return urlsplit(made.address).path


def test_a_subscriber_gets_the_roles_calendar(site: Site, address: str) -> None:
    answer = site.client.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["content-disposition"] == 'inline; filename="kommunplan.ics"'
    found = {event["SUMMARY"]: event["DTSTART"] for event in check(answer.content)}
    assert found["SU: Årsredovisning 2026 · Kommunplan 2028"] == "20270330"
    assert Calendar.from_ical(answer.content)["X-WR-CALNAME"] == "Kommunplan: ekonomichef"
    town = site.town
    assert answer.content == calendar_of(town.database, town.settings, "ekonomichef", TODAY)


def test_it_is_sent_again_only_when_it_has_changed(site: Site, address: str) -> None:
    first = site.client.get(address)
    tag = first.headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        same = site.client.get(address, headers={"if-none-match": known})
        assert (same.status_code, same.content) == (304, b"")
        assert same.headers["etag"] == tag
        assert same.headers["cache-control"] == "private, no-cache"
    assert site.client.get(address, headers={"if-none-match": '"other"'}).status_code == 200
    on = site.town.on("2027-03-02")
    move_meeting(on, "SU", date(2027, 3, 30), date(2027, 4, 6), by="Petra", reason="x")
    changed = site.client.get(address, headers={"if-none-match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


def test_a_moved_meeting_is_the_same_in_the_feed_and_in_the_mail(site: Site, address: str) -> None:
    on = site.town.on("2027-03-02")
    move_meeting(on, "SU", date(2027, 3, 30), date(2027, 4, 6), by="Petra", reason="x")
    subscribed = {event["UID"]: event for event in check(site.client.get(address).content)}
    by_mail = calendars(came(site.town.mails()))[EVA]
    both = subscribed.keys() & by_mail.keys()
    assert len(both) > 3
    for uid in both:
        file, event = by_mail[uid], subscribed[uid]
        assert (file.sequence, file.day, file.summary) == (
            int(event["SEQUENCE"]),
            event["DTSTART"],
            event["SUMMARY"],
        )
    moved = [e for e in subscribed.values() if e["SUMMARY"].startswith("SU: Årsredovisning")]
    assert [(e["DTSTART"], e["SEQUENCE"]) for e in moved] == [("20270406", "1")]


def test_head_says_the_same_without_the_calendar(site: Site, address: str) -> None:
    whole, head = site.client.get(address), site.client.head(address)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == whole.headers["etag"]
    assert head.headers["content-length"] == str(len(whole.content))


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PROPFIND", "REPORT"])
def test_nothing_can_be_written_to_it(site: Site, address: str, method: str) -> None:
    before = site.town.tables()
    answer = site.client.request(method, address, content=b"BEGIN:VCALENDAR")
    assert answer.status_code == 405
    assert site.town.tables() == before


def test_to_read_it_changes_nothing(site: Site, address: str) -> None:
    before = site.town.tables()
    site.client.get(address)
    site.client.head(address)
    assert site.town.tables() == before


def test_a_revoked_address_leads_nowhere_at_once_and_says_nothing(site: Site, address: str) -> None:
    tag = site.client.get(address).headers["etag"]
    other = new_feed(site, "ekonomichef")
    assert revoke_feed(site.town.on(TODAY.isoformat()), 1, by="Petra")
    for headers in ({}, {"if-none-match": tag}, {"if-none-match": "*"}):
        answer = site.client.get(address, headers=headers)
        assert answer.status_code == 410
        assert answer.text == "Kalenderadressen gäller inte. Be processägaren om en ny."
        assert "etag" not in answer.headers
    assert site.client.head(address).status_code == 410
    assert site.client.get(other).status_code == 200, "another address to it still leads there"


def test_an_address_that_was_never_given_leads_nowhere(site: Site, address: str) -> None:
    token = address.rpartition("/")[2].removesuffix(".ics")
    nonce, _, signature = token.partition(".")
    settings = site.town.settings
    before = site.town.tables()
    answer_link = site.link(step="arsredovisning", address=EVA).rpartition("/")[2]
    for what, guess in {
        "another signature": f"{nonce}.{'A' * len(signature)}",
        "another number": f"{nonce[::-1]}.{signature}",
        "another secret": Signer("någon annans hemlighet", salt="kommunplan/kalender")
        .sign(nonce)
        .decode(),
        "another purpose": signer(settings).sign(nonce).decode(),
        "an answer link": answer_link,
        "never made": signer(settings, "kalender").sign("A" * 32).decode(),
        "no signature": nonce,
        "cut": token[:-1],
        "another case": token.swapcase(),
        "a role": "ekonomichef",
        "a path": "../../etc/passwd",
        "not ascii": "%C3%A5%FF",
        "long": "A" * 5000,
        "empty": "",
    }.items():
        answer = site.client.get(f"/kalender/{guess}.ics")
        assert answer.status_code == 404, what
        assert "BEGIN" not in answer.text
        assert "konomi" not in answer.text
    assert site.client.get(f"/kalender/{token}").status_code == 404
    assert site.client.get(f"/svara/{token}").status_code == 404, "and it answers no task"
    assert site.town.tables() == before


def test_an_address_of_another_installation_is_none_here(make_site: MakeSite) -> None:
    address = new_feed(make_site(), "KS")
    assert make_site(secret=SECRET[::-1]).client.get(address).status_code == 404


def test_who_asks_too_often_has_to_wait(site: Site, address: str) -> None:
    """Thirty a minute for an address, a hundred and twenty for one who guesses."""
    assert [site.client.get(address).status_code for _ in range(31)] == [200] * 30 + [429]
    assert int(site.client.get(address).headers["retry-after"]) >= 1
    guesses = [site.client.get(f"/kalender/gissning-{n}.ics").status_code for n in range(100)]
    assert set(guesses[:80]) == {404}
    assert guesses[-1] == 429
    site.seconds = 60
    assert site.client.get(address).status_code == 200


def test_every_answer_keeps_the_pages_headers(site: Site, address: str) -> None:
    for answer in (site.client.get(address), site.client.get("/kalender/x.ics")):
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-robots-tag"].startswith("noindex")
        assert "set-cookie" not in answer.headers
    assert site.client.get("/kalender/x.ics").headers["cache-control"] == "no-store"


def test_the_address_stands_in_no_log_and_not_in_the_database(
    site: Site, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    token = address.rpartition("/")[2].removesuffix(".ics")
    with caplog.at_level(logging.DEBUG):
        site.client.get(address)
        site.town.change("ALTER TABLE calendar_feed RENAME TO elsewhere")
        assert site.client.get(address).status_code == 503
        site.town.change("ALTER TABLE elsewhere RENAME TO calendar_feed")
    ours = [r for r in caplog.records if not r.name.startswith(("httpx", "httpcore"))]
    assert token not in "\n".join(record.getMessage() for record in ours)
    assert token.partition(".")[0] not in repr(site.town.tables())


def test_behind_a_proxy_the_address_is_the_public_one(make_site: MakeSite) -> None:
    site = make_site(page_url="https://svar.orsa.example/kommunplan/")
    path = new_feed(site, "KF")
    assert path.startswith("/kommunplan/kalender/")
    answer = httpx.get(f"{site.local_address}{path.removeprefix('/kommunplan')}")
    assert answer.status_code == 200
    assert all("KF" in event["SUMMARY"] for event in check(answer.content))
