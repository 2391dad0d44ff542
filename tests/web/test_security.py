"""What the page refuses, what it never tells, and what it sends with every answer."""

from __future__ import annotations

import logging
import socket
from pathlib import Path

import httpx
import pytest
from itsdangerous import Signer

from tasks.links.issue import signer
from tests.web.conftest import SECRET, MakeSite
from tests.web.site import EVA, Site, signature_in
from web.limits import RateLimit, client_key
from web.security import LARGEST_BODY


@pytest.fixture
def annual(site: Site) -> str:
    return site.link(step="arsredovisning", address=EVA)


def forged(site: Site, link: str) -> dict[str, str]:
    """Links that look right and were never made here."""
    nonce, _, signature = link.rpartition("/")[2].partition(".")
    other = Signer("någon annans hemlighet, lika lång som vår", salt="kommunplan/svar")
    return {
        "another signature": f"{nonce}.{'A' * len(signature)}",
        "another number": f"{nonce[::-1]}.{signature}",
        "another secret": other.sign(nonce).decode(),
        "another purpose": signer(site.town.settings, "formular").sign(nonce).decode(),
        "never made": signer(site.town.settings).sign("A" * 22).decode(),
        "no signature": nonce,
        "empty": ".",
        "not ascii": f"{nonce}.%C3%A5%FF",
        "long": "A" * 5000,
        "a path": "../../etc/passwd",
        "another case": f"{nonce}.{signature.swapcase()}",
    }


def test_a_forged_link_leads_nowhere_and_looks_like_any_other(site: Site, annual: str) -> None:
    before = site.town.tables()
    for what, token in forged(site, annual).items():
        page = site.client.get(f"/svara/{token}")
        assert page.status_code == 404, what
        sent = {"svar": "klart", "formular": "x"}
        posted = site.client.post(f"/svara/{token}", data=sent, headers=site.own_headers)
        assert posted.status_code in (404, 405), what
        assert "Eva" not in page.text + posted.text
        assert "redovisning" not in page.text + posted.text
    assert site.town.tables() == before


def test_a_revoked_and_an_expired_link_say_the_same_and_name_nobody(
    site: Site, annual: str
) -> None:
    signature = signature_in(site.open(annual))
    unknown = site.client.get("/svara/okand.lank")
    site.town.change("UPDATE answer_link SET revoked_at = '2027-03-01', revoked_by = 'Petra'")
    revoked = site.open(annual)
    site.town.change("UPDATE answer_link SET revoked_at = NULL, revoked_by = ''")
    site.town.change("UPDATE answer_link SET expires_on = '2027-02-28'")
    expired = site.open(annual)
    assert [page.status_code for page in (unknown, revoked, expired)] == [404, 410, 410]
    assert unknown.text == revoked.text == expired.text
    assert "Länken gäller inte" in unknown.text
    before = site.town.tables()
    sent = {"svar": "klart", "formular": signature}
    assert site.client.post(annual, data=sent, headers=site.own_headers).status_code == 410
    assert site.town.tables() == before


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://ond.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "https://ond.example", "sec-fetch-site": "same-origin"},
        {},
    ],
)
def test_a_form_that_another_site_sends_is_refused(
    site: Site, annual: str, headers: dict[str, str]
) -> None:
    sent = {"svar": "klart", "formular": signature_in(site.open(annual))}
    before = site.town.tables()
    assert site.client.post(annual, data=sent, headers=headers).status_code == 403
    assert site.town.tables() == before


def test_a_form_without_the_browsers_own_cookie_may_be_sent_again(site: Site, annual: str) -> None:
    """As when a browser was closed in between: what was written is kept."""
    page = site.open(annual)
    before = site.town.tables()
    with site.browser() as stranger:
        refused = site.post(stranger, page, "klart", kommentar="Allt är med")
        assert refused.status_code == 403
        assert "Tryck en gång till" in refused.text
        assert ">\nAllt är med</textarea>" in refused.text
        assert site.town.tables() == before
        assert site.post(stranger, refused, "klart", kommentar="Allt är med").status_code == 303
    assert [fact.comment for fact in site.facts("rapporterat")] == ["Allt är med"]


def test_a_forms_signature_is_for_one_link_only(site: Site, annual: str) -> None:
    other = site.link(step="skatteprognos", address=EVA)
    signature = signature_in(site.open(other))
    [cookie] = [c for c in site.client.cookies.jar if c.path == other]
    before = site.town.tables()
    refused = httpx.post(
        f"{site.local_address}{annual}",
        data={"svar": "klart", "formular": signature},
        headers={**site.own_headers, "cookie": f"{cookie.name}={cookie.value}"},
    )
    assert refused.status_code == 403
    assert site.town.tables() == before


def test_two_links_may_be_open_side_by_side(site: Site, annual: str) -> None:
    other = site.link(step="skatteprognos", address=EVA)
    first, second = site.open(annual), site.open(other)
    assert site.post(site.client, first, "klart").status_code == 303
    assert site.post(site.client, second, "klart").status_code == 303


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"svar=klart&kommentar=" + b"a" * LARGEST_BODY, "application/x-www-form-urlencoded", 413),
        (b'{"svar": "klart"}', "application/json", 415),
        (b"svar=klart", "text/plain", 415),
        (b"svar", "application/x-www-form-urlencoded", 400),
        (b"\xff\xfe", "application/x-www-form-urlencoded", 400),
        (b"svar=%ff", "application/x-www-form-urlencoded", 400),
        (b"&".join([b"a=b"] * 600), "application/x-www-form-urlencoded", 400),
        (b"", "application/x-www-form-urlencoded", 403),
    ],
)
def test_what_no_browser_sends_is_refused(
    site: Site, annual: str, content: bytes, kind: str, status: int
) -> None:
    before = site.town.tables()
    headers = {**site.own_headers, "content-type": kind}
    assert site.client.post(annual, content=content, headers=headers).status_code == status
    assert site.town.tables() == before


def test_a_body_that_does_not_say_how_long_it_is_is_measured_as_it_comes(
    site: Site, annual: str
) -> None:
    headers = {**site.own_headers, "content-type": "application/x-www-form-urlencoded"}
    pieces = (b"a" * 1024 for _ in range(64))
    assert site.client.post(annual, content=pieces, headers=headers).status_code == 413


def test_every_answer_has_the_headers_that_keep_it_safe(site: Site, annual: str) -> None:
    sent = {"svar": "mer-tid", "formular": signature_in(site.open(annual))}
    answers = [
        site.open(annual),
        site.client.get("/svara/okand"),
        site.client.get("/"),
        site.client.get("/halsa"),
        site.client.head(annual),
        site.client.put(annual),
        site.client.post(annual, data=sent, headers=site.own_headers),
        site.client.post(annual, data=sent),
        site.send(annual, "klart"),
    ]
    assert [a.status_code for a in answers] == [200, 404, 303, 200, 200, 405, 422, 403, 303]
    for answer in answers:
        headers = answer.headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "'unsafe" not in policy
        for directive in ("form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"):
            assert directive in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
        assert headers["x-robots-tag"].startswith("noindex")
        assert "camera=()" in headers["permissions-policy"]


def test_the_cookie_is_strict_and_for_the_one_link(make_site: MakeSite) -> None:
    plain = make_site()
    link = plain.link(step="arsredovisning", address=EVA)
    cookie = plain.open(link).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert f"Path={link}" in cookie
    assert "Secure" not in cookie
    public = make_site(page_url="https://svar.orsa.example/kommunplan/")
    cookie = public.open(link).headers["set-cookie"]
    assert "Secure" in cookie
    assert f"Path=/kommunplan{link}" in cookie


def test_behind_a_proxy_the_links_and_the_origin_are_the_public_ones(make_site: MakeSite) -> None:
    site = make_site(page_url="https://svar.orsa.example/kommunplan/")
    site.day = "2027-03-04"
    site.town.on("2027-03-04").check()
    mail = site.mails(address=EVA)[-1]
    assert b"https://svar.orsa.example/kommunplan/svara/" in mail.content.replace(b"=\r\n", b"")
    link = site.link(kind="paminnelse", step="arsredovisning").removeprefix("/kommunplan")
    page = site.open(link)
    cookie = page.headers["set-cookie"].partition(";")[0]
    sent = {"svar": "klart", "formular": signature_in(page)}
    done = httpx.post(
        f"{site.local_address}{link}",
        data=sent,
        headers={"origin": "https://svar.orsa.example", "cookie": cookie},
    )
    assert done.status_code == 303
    assert done.headers["location"] == link.rpartition("/")[2], "relative: the proxy has the rest"


def test_mails_have_no_link_where_their_readers_could_not_reach_the_page(
    make_site: MakeSite, tmp_path: Path
) -> None:
    site = make_site(smtp_catcher=False)
    site.day = "2027-03-04"
    site.town.on("2027-03-04").check()
    mail = site.mails(address=EVA)[-1]
    assert b"/svara/" not in mail.content.replace(b"=\r\n", b"")
    assert b"Svara p=C3=A5 det h=C3=A4r mejlet" in mail.content.replace(b"=\r\n", b"")


def test_who_opens_too_often_has_to_wait(site: Site, annual: str) -> None:
    """Thirty a minute for a link, and a hundred and twenty for an address."""
    assert [site.open(annual).status_code for _ in range(31)] == [200] * 30 + [429]
    assert site.open(annual).headers["retry-after"] == "2"
    sent = site.client.post(annual, data={"svar": "klart"}, headers=site.own_headers)
    assert sent.status_code == 429
    other = site.link(step="skatteprognos", address=EVA)
    assert site.open(other).status_code == 200, "another link is not shut by it"
    guesses = [site.client.get(f"/svara/gissning-{n}").status_code for n in range(90)]
    assert guesses == [404] * 86 + [429] * 4, "but one address cannot go on guessing"
    site.seconds = 60
    assert site.open(annual).status_code == 200


def test_the_limit_lets_so_many_through_and_fills_again() -> None:
    now = 0.0
    limit = RateLimit(tries=3, seconds=60, keys=2, clock=lambda: now)
    assert [limit.wait("a") for _ in range(4)] == [0, 0, 0, 20]
    assert limit.wait("b") == 0
    now = 19.0
    assert limit.wait("a") == 1
    now = 20.0
    assert limit.wait("a") == 0
    assert limit.wait("c") == 0
    assert len(limit) == 2, "memory is bounded: the one quiet longest is forgotten"


def test_one_subscriber_is_one_client() -> None:
    assert client_key("2001:db8:1:2::1") == client_key("2001:db8:1:2:ffff::9")
    assert client_key("2001:db8:1:3::1") != client_key("2001:db8:1:2::1")
    assert client_key("192.0.2.1") != client_key("192.0.2.2")
    assert client_key("") == ""


def test_the_link_stands_in_no_log_and_not_in_the_database(
    site: Site, annual: str, caplog: pytest.LogCaptureFixture
) -> None:
    token = annual.rpartition("/")[2]
    with caplog.at_level(logging.DEBUG):
        site.send(annual, "klart", kommentar="x")
        site.town.change("DROP TABLE answer_link")
        assert site.open(annual).status_code == 503
    ours = [r for r in caplog.records if not r.name.startswith(("httpx", "httpcore"))]
    assert token not in "\n".join(record.getMessage() for record in ours)
    rows = {name: rows for name, rows in site.town.tables().items() if name != "mail_content"}
    assert token.partition(".")[0] not in repr(rows), "only the mail itself has it"


def test_a_database_that_cannot_be_read_is_told_calmly(site: Site, annual: str) -> None:
    site.town.change("ALTER TABLE event RENAME TO elsewhere")
    page = site.open(annual)
    assert page.status_code == 503
    assert "Försök igen om en stund" in page.text
    assert "elsewhere" not in page.text


def test_a_fault_of_ours_tells_the_reader_nothing(site: Site, annual: str) -> None:
    site.town.change("UPDATE cycle SET definition = 'förstörd'")
    page = site.open(annual)
    assert page.status_code == 500
    assert "svara på mejlet i stället" in page.text
    assert "förstörd" not in page.text
    assert page.headers["cache-control"] == "no-store"


def test_it_says_that_it_is_alive(site: Site) -> None:
    answer = site.client.get("/halsa")
    assert (answer.status_code, answer.text) == (200, "ok")


def test_half_a_request_holds_up_nobody(site: Site, annual: str) -> None:
    with socket.create_connection(("127.0.0.1", site.town.settings.page_port)) as slow:
        slow.sendall(b"POST " + annual.encode() + b" HTTP/1.1\r\nHost: x\r\n")
        assert site.open(annual).status_code == 200


def test_a_link_signed_with_another_installations_secret_is_none_here(make_site: MakeSite) -> None:
    link = make_site().link(step="arsredovisning", address=EVA)
    elsewhere = make_site(secret=SECRET[::-1])
    assert elsewhere.open(link).status_code == 404
