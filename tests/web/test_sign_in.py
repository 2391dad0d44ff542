"""Signing in by a link to the address that the holders' list knows, and out again."""

from __future__ import annotations

import threading

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tasks.people.sign_in import HOME, our_path
from tests.web.conftest import MakeSite
from tests.web.signing_in import OWNER, SignInSite, made
from tests.web.site import EVA, links_in
from web.limits import RateLimit

STRANGER = "ingen@orsa.example"


@pytest.fixture
def site(make_site: MakeSite) -> SignInSite:
    return made(make_site)


def away(site: SignInSite, address: str, first: str, last: str, deputy: str) -> None:
    site.town.change(
        "INSERT INTO absence (address, first_day, last_day, deputy_name, deputy_address, example, source)"
        " VALUES (?, ?, ?, ?, ?, 1, 'katalog')",
        *(address, first, last, deputy.split("@")[0].title(), deputy),
    )


def comparable(page: httpx.Response) -> dict[str, object]:
    """All that a stranger can see of an answer."""
    headers = {k: v for k, v in page.headers.items() if k != "date"}
    return {"status": page.status_code, "headers": headers, "body": page.text}


# --- The link ---


def test_a_link_to_a_holder_signs_in_as_that_person(site: SignInSite) -> None:
    link = site.mailed("  Eva.Ekonomichef@Orsa.example ")
    opened = site.client.get(link)
    assert opened.status_code == 200
    assert "Eva Exempel" in opened.text
    assert ">Logga in</button>" in opened.text
    assert site.press(link).status_code == 303
    assert site.client.get("/jag").text == "Eva Exempel (inloggad: länk till adressen)"
    assert site.seen is not None
    assert {str(key) for key in site.seen.keys} == {"ekonomichef"}
    assert not site.seen.is_owner


def test_to_open_the_link_does_nothing_however_often_a_scanner_does_it(site: SignInSite) -> None:
    link = site.mailed(EVA)
    before = site.town.tables()
    scanner = site.browser()
    for _ in range(3):
        assert "set-cookie" not in scanner.get(link).headers
        assert scanner.head(link).status_code == 200
    assert site.town.tables() == before
    assert scanner.get("/jag").status_code == 303
    assert site.press(link).status_code == 303


def test_the_mail_is_short_swedish_and_says_who_asked_when(site: SignInSite) -> None:
    site.mailed(EVA)
    [letter] = site.letters()
    assert (letter.subject, letter.address, letter.status, letter.cycle_id) == (
        *("Logga in i kommunplan", EVA, "köad"),
        None,
    )
    text = letter.content.decode()
    assert "Hej Eva!" in text
    assert "127.0.0.1, om att f=C3=A5 logga in" in text.replace("=\r\n", "")
    assert len(text) < 4500


def test_a_stranger_gets_the_same_answer_and_no_mail(site: SignInSite) -> None:
    known = site.ask(EVA)
    for address in (STRANGER, f"{EVA}.evil.example", "x@y"):
        unknown = site.ask(address)
        site.settle()
        assert comparable(known) == comparable(unknown), address
        after = [site.client.get(page.headers["location"]) for page in (known, unknown)]
        assert comparable(after[0]) == comparable(after[1])
        assert "Om adressen finns hos oss har ett mejl gått" in after[0].text
    assert [one.address for one in site.letters()] == [EVA]


NO_ADDRESSES = (
    "",
    "eva",
    "eva@",
    "@orsa",
    "a b@orsa.se",
    "a@b\nBcc: c@d",
    "a@b,c@d",
    "<a@b>",
    "a@" + "b" * 300,
)


def test_what_is_no_address_is_said_beside_the_field_and_kept(site: SignInSite) -> None:
    for typed in NO_ADDRESSES:
        page = site.ask(typed, till="/arende?steg=bokslut")
        assert page.status_code == 422, typed
        assert page.text.count("Skriv en e-postadress, som namn@kommun.se.") == 2
        assert 'value="/arende?steg=bokslut"' in page.text
        assert "<title>Fel:" in page.text


def test_a_used_link_signs_nobody_in(site: SignInSite) -> None:
    link = site.mailed(EVA)
    assert site.press(link).status_code == 303
    other = site.browser()
    for page in (other.get(link), site.press(link, other)):
        assert page.status_code == 410
        assert "Länken gäller inte" in page.text
        assert "Eva" not in page.text
    assert other.get("/jag").status_code == 303


def test_a_link_signs_nobody_in_after_fifteen_minutes(site: SignInSite) -> None:
    link = site.mailed(EVA)
    site.age(minutes=14.9)
    assert site.client.get(link).status_code == 200
    site.age(minutes=0.1)
    assert site.client.get(link).status_code == 410
    assert site.press(link).status_code == 410


def test_a_newer_link_takes_the_place_of_an_older_and_of_its_letter(site: SignInSite) -> None:
    older, newer = site.mailed(EVA), site.mailed(EVA)
    assert site.press(older).status_code == 410
    assert len(site.letters()) == 1
    assert site.press(newer).status_code == 303


def test_a_guessed_link_signs_nobody_in(site: SignInSite) -> None:
    site.mailed(EVA)
    for token in ("", ".", "A" * 5000, "%C3%A5%FF", "..%2f..%2fetc", "0" * 48):
        for page in (site.client.get(f"/in/{token}"), site.press(f"/in/{token}")):
            assert page.status_code in (404, 410), token
    assert site.client.get("/jag").status_code == 303


def test_two_who_press_the_same_link_at_once_are_not_both_let_in(site: SignInSite) -> None:
    from concurrent.futures import ThreadPoolExecutor

    link = site.mailed(EVA)
    browsers = [site.browser() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda one: site.press(link, one).status_code, browsers))
    assert sorted(done) == [303, 410, 410, 410]


def test_the_page_itself_has_it_with_its_safe_headers(make_site: MakeSite) -> None:
    site = make_site()
    page = site.client.get("/logga-in")
    assert page.status_code == 200
    assert "form-action 'self'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"
    site.client.post("/logga-in", data={"adress": EVA}, headers=site.own_headers)
    site.wait_until_told(1)
    assert len(site.mails(kind="inloggning")) == 1


# --- Who ---


def test_an_address_that_held_a_role_yesterday_gets_no_link(site: SignInSite) -> None:
    site.town.change("UPDATE holder SET last_day = '2027-02-28' WHERE address = ?", EVA)
    site.ask(EVA)
    site.settle()
    assert site.letters() == []
    site.day = "2027-02-28"
    site.mailed(EVA)


def test_a_deputy_of_somebody_who_is_away_signs_in_as_deputy(site: SignInSite) -> None:
    away(site, EVA, "2027-03-01", "2027-03-05", "vera.vikarie@orsa.example")
    browser = site.sign_in("vera.vikarie@orsa.example")
    assert "ersättare för Eva Exempel (inloggad" in browser.get("/jag").text
    assert site.seen is not None
    assert {str(key) for key in site.seen.keys} == {"ekonomichef"}
    site.day = "2027-03-06"
    assert browser.get("/jag").headers["location"] == "/logga-in?till=%2Fjag&varfor=roll"


def test_who_is_away_may_look_and_answers_for_nothing(site: SignInSite) -> None:
    away(site, EVA, "2027-03-01", "2027-03-05", "vera.vikarie@orsa.example")
    site.sign_in(EVA).get("/jag")
    assert site.seen is not None
    assert (site.seen.name, site.seen.keys) == ("Eva Exempel", frozenset())


def test_the_address_of_the_settings_is_the_owner_only_while_nobody_is(make_site: MakeSite) -> None:
    site = made(make_site, process_owner="it@orsa.example")
    site.ask("it@orsa.example")
    site.settle()
    assert site.letters() == []
    site.town.change("DELETE FROM holder WHERE role = 'processagare'")
    site.sign_in("it@orsa.example").get("/jag")
    assert site.seen is not None
    assert site.seen.is_owner


def test_the_owner_and_a_clerk_are_known_as_such(site: SignInSite) -> None:
    site.sign_in(OWNER).get("/jag")
    assert site.seen is not None
    assert site.seen.is_owner
    assert site.seen.clerk_of == frozenset()
    site.town.change("UPDATE holder SET address = ? WHERE role = 'kommunsekreterare'", EVA)
    site.sign_in(EVA).get("/jag")
    assert site.seen is not None
    assert site.seen.clerk_of == {"KS", "KF"}
    assert not site.seen.is_owner


def test_in_an_exercise_no_link_is_mailed_to_who_reads_for_all(make_site: MakeSite) -> None:
    site = made(make_site, mail_to="prov@orsa.example")
    page = site.ask(EVA)
    site.settle()
    assert site.letters() == []
    assert "Det här är en övning" in site.client.get(page.headers["location"]).text


# --- The session ---


def test_a_session_ends_after_two_hours_without_use(site: SignInSite) -> None:
    browser = site.sign_in(EVA)
    for _ in range(3):
        site.age(hours=1.9)
        assert browser.get("/jag").status_code == 200
    site.age(hours=2)
    page = browser.get("/jag")
    assert page.headers["location"] == "/logga-in?till=%2Fjag&varfor=tid"
    assert "det har gått två timmar" in browser.get(page.headers["location"]).text
    assert site.town.tables()["visit"] == []


def test_a_session_ends_after_twelve_hours_however_it_is_used(site: SignInSite) -> None:
    browser = site.sign_in(EVA)
    for _ in range(7):
        site.age(hours=1.7)
        assert browser.get("/jag").status_code == 200
    site.age(hours=0.2)
    assert browser.get("/jag").status_code == 303


def test_a_page_that_is_shown_soon_after_another_writes_nothing(site: SignInSite) -> None:
    browser = site.sign_in(EVA)
    before = site.town.tables()
    browser.get("/jag")
    assert site.town.tables() == before
    site.age(minutes=6)
    aged = site.town.tables()
    browser.get("/jag")
    assert site.town.tables() != aged


def test_who_holds_nothing_any_more_is_out_the_day_after_with_words(site: SignInSite) -> None:
    browser = site.sign_in(EVA)
    site.town.change("UPDATE holder SET last_day = '2027-03-01' WHERE address = ?", EVA)
    assert browser.get("/jag").status_code == 200
    site.day = "2027-03-02"
    page = browser.get("/jag")
    assert page.headers["location"] == "/logga-in?till=%2Fjag&varfor=roll"
    assert "du har ingen roll i planeringen längre" in browser.get(page.headers["location"]).text
    site.day = "2027-03-01"
    assert browser.get("/jag").status_code == 303


def test_rights_are_those_of_the_day_and_not_of_the_sign_in(site: SignInSite) -> None:
    browser = site.sign_in(EVA)
    site.town.change("UPDATE holder SET address = ? WHERE role = 'processagare'", EVA)
    browser.get("/jag")
    assert site.seen is not None
    assert site.seen.is_owner


def test_sign_out_ends_the_session_on_the_server(site: SignInSite) -> None:
    browser = site.sign_in(EVA)
    kept = dict(browser.cookies)
    page = browser.post("/logga-ut", headers=site.own_headers)
    assert page.headers["location"] == "/logga-in?varfor=ut"
    assert dict(browser.cookies) == {}
    assert (
        site.browser()
        .get("/jag", headers={"cookie": f"kommunplan={kept['kommunplan']}"})
        .status_code
        == 303
    )
    assert site.town.tables()["visit"] == []


def test_to_sign_in_anew_ends_the_session_that_the_browser_had(site: SignInSite) -> None:
    browser = site.sign_in(EVA)
    before = browser.cookies["kommunplan"]
    site.press(site.mailed(OWNER), browser)
    assert browser.get("/jag").text.startswith("Petra")
    assert site.browser().get("/jag", headers={"cookie": f"kommunplan={before}"}).status_code == 303


def test_who_is_signed_in_goes_past_the_form(site: SignInSite) -> None:
    browser = site.sign_in(EVA)
    assert browser.get("/logga-in?till=/jag").headers["location"] == "/jag"
    assert browser.get("/logga-in?till=//evil.example").headers["location"] == "/"


@pytest.mark.parametrize(
    ("address", "cookie"),
    [
        ("", "kommunplan={}; HttpOnly; Path=/; SameSite=lax"),
        ("https://plan.orsa.se", "__Host-kommunplan={}; HttpOnly; Path=/; SameSite=lax; Secure"),
        (
            "https://orsa.se/plan/",
            "__Secure-kommunplan={}; HttpOnly; Path=/plan; SameSite=lax; Secure",
        ),
    ],
)
def test_the_cookie_is_as_narrow_as_the_address_allows(
    make_site: MakeSite, address: str, cookie: str
) -> None:
    site = made(make_site, page_url=address)
    page = site.press(site.mailed(EVA, till="/jag?x=1"))
    token = page.headers["set-cookie"].partition("=")[2].partition(";")[0]
    assert len(token) == 48
    assert page.headers["set-cookie"] == cookie.format(token)
    base = "/plan" if "plan/" in address else ""
    assert page.headers["location"] == f"{base}/jag?x=1"


# --- What is kept, and what is told ---


def test_nothing_that_lets_somebody_in_stands_in_the_database(site: SignInSite) -> None:
    link = site.mailed(EVA)
    token = link.rpartition("/")[2]
    site.press(link)
    held = site.client.cookies["kommunplan"]
    stored = repr(site.town.tables())
    assert token not in stored
    assert held not in stored
    assert site.letters() == []


def test_the_check_takes_away_the_letters_links_and_sessions_that_are_over(
    site: SignInSite,
) -> None:
    site.sign_in(OWNER)
    site.mailed(EVA)
    site.age(minutes=15)
    site.town.on("2027-03-01").check()
    assert site.letters() == []
    assert len(site.town.tables()["visit"]) == 1
    site.age(hours=24)
    site.town.on("2027-03-01").check()
    assert site.town.tables()["sign_in_link"] == []
    assert site.town.tables()["visit"] == []


def test_a_letter_that_may_still_be_used_is_left_by_the_check(site: SignInSite) -> None:
    link = site.mailed(EVA)
    site.town.on("2027-03-01").check()
    assert len(site.letters()) == 1
    assert site.press(link).status_code == 303


def test_a_link_of_before_the_role_was_lost_signs_nobody_in(site: SignInSite) -> None:
    link = site.mailed(EVA)
    site.town.change("DELETE FROM holder WHERE address = ?", EVA)
    assert site.client.get(link).status_code == 410
    assert site.press(link).status_code == 410


def test_the_host_that_a_request_names_is_not_believed(site: SignInSite) -> None:
    evil = {"host": "evil.example", "x-forwarded-host": "evil.example"}
    page = site.client.post("/logga-in", data={"adress": EVA}, headers={**site.own_headers, **evil})
    site.wait_until_told(1)
    assert page.headers["location"] == "/logga-in?varfor=skickat"
    assert b"evil" not in site.letters()[0].content
    assert site.client.get("/jag", headers=evil).headers["location"] == "/logga-in?till=%2Fjag"


# --- What is refused ---

FOREIGN = [
    {},
    {"origin": "https://evil.example"},
    {"origin": "null", "sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "none"},
    {"origin": "https://evil.example", "sec-fetch-site": "same-origin"},
]


def test_what_no_page_of_ours_sent_is_refused(site: SignInSite) -> None:
    link, browser = site.mailed(EVA), site.sign_in(OWNER)
    paths = {"/logga-in": {"adress": EVA}, link: {}, "/logga-ut": {}, "/jag": {}}
    for headers in FOREIGN:
        for path, sent in paths.items():
            page = browser.post(path, data=sent, headers=headers)
            assert page.status_code == 403, (path, headers)
            assert "Det kom från en annan sida" in page.text
    site.settle()
    assert len(site.letters()) == 1
    assert browser.get("/jag").status_code == 200
    assert site.press(link).status_code == 303


def test_what_is_no_form_is_refused(site: SignInSite) -> None:
    for content, kind in (
        (b'{"adress": "a@b"}', "application/json"),
        (b"\xff=", "application/x-www-form-urlencoded"),
    ):
        page = site.client.post(
            "/logga-in", content=content, headers={**site.own_headers, "content-type": kind}
        )
        assert page.status_code == 400
        assert "Det gick inte att läsa" in page.text


def test_five_mails_an_hour_go_to_one_address(site: SignInSite) -> None:
    for _ in range(5):
        link = site.mailed(EVA)
    assert site.ask(EVA).headers["location"] == "/logga-in?varfor=skickat"
    site.settle()
    assert site.press(link).status_code == 303  # the fifth: no sixth took its place
    site.mailed(OWNER)
    site.age(hours=1)
    site.mailed(EVA)


def test_one_client_asks_thirty_times_in_ten_minutes_at_most(site: SignInSite) -> None:
    answers = []
    for number in range(31):
        answers.append(site.ask(f"{number}@orsa.example"))
        site.settle()  # else a loaded machine has too many under way
    assert [one.status_code for one in answers] == [303] * 30 + [429]
    assert int(answers[-1].headers["retry-after"]) == 20
    site.seconds += 20
    assert site.ask(STRANGER).status_code == 303


def test_who_has_asked_is_waited_for_by_nobody_while_the_delivery_is_asked_for(
    make_site: MakeSite,
) -> None:
    """However slow that is: else it would show that somebody is known."""
    asked, go_on = threading.Event(), threading.Event()

    class Slow(SignInSite):
        def _told(self) -> None:
            asked.set()
            go_on.wait(30)

    site = make_site(Slow)
    assert isinstance(site, Slow)
    site.ask(EVA)
    assert asked.wait(30)
    try:
        site.settle()
    finally:
        go_on.set()


def test_one_client_opens_three_hundred_pages_a_minute_at_most(site: SignInSite) -> None:
    limit: RateLimit = site.visits._by_client
    for _ in range(limit.tries):
        limit.wait("127.0.0.1")
    assert site.client.get("/logga-in").status_code == 429
    site.seconds += 60
    assert site.client.get("/logga-in").status_code == 200


# --- Where one was going ---

ELSEWHERE = [
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "/\n/evil.example",
    "/ /evil.example",
    "evil.example",
    "",
    "/jag\r\nSet-Cookie: a=b",
    "/%0d%0aSet-Cookie:a=b/../..",
    "/../../annat",
    "/a/%2e%2e/../b",
    "/jag/..",
    "/..%2fandra",
    "/logga-ut",
    "/logga-in?till=/",
    "/in/" + "0" * 48,
    "/å",
    "/" + "a" * 600,
]


def test_one_is_sent_nowhere_but_to_a_page_of_ours(site: SignInSite) -> None:
    for till in ("//evil.example", "/\\evil.example", "https://evil.example", "/jag\r\nA: b"):
        link = site.mailed(EVA, till=till)
        assert site.press(link).headers["location"] == "/"
    stranger = site.browser()
    for till in ELSEWHERE:
        page = stranger.get("/logga-in", params={"till": till})
        assert 'name="till" value="/"' in page.text, till


@pytest.mark.parametrize("till", ELSEWHERE)
def test_what_could_be_read_as_another_place_is_no_path_of_ours(till: str) -> None:
    assert our_path(till) == HOME


def test_one_comes_back_to_where_one_was_going(site: SignInSite) -> None:
    for path in ("/", "/jag", "/arende/bokslut?instans=KS&del=ramar", "/a?b=%C3%A5"):
        assert site.press(site.mailed(EVA, till=path)).headers["location"] == path


def test_a_form_that_met_an_ended_session_leads_back_to_its_page(site: SignInSite) -> None:
    page = site.client.post("/jag?x=1", data={"a": "b"}, headers=site.own_headers)
    assert page.headers["location"] == "/logga-in?till=%2Fjag"
    page = site.client.get("/jag?x=1&y=%C3%A5")
    assert page.headers["location"] == "/logga-in?till=%2Fjag%3Fx%3D1%26y%3D%25C3%25A5"


@given(st.text(st.characters(max_codepoint=0x2FF), max_size=40).map(lambda text: f"/{text}"))
@example("//evil.example")
@example("/./\\evil.example")
def test_no_text_at_all_leads_to_another_host(text: str) -> None:
    found = httpx.URL("https://plan.orsa.se/").join(our_path(text))
    assert (found.scheme, found.host) == ("https", "plan.orsa.se")
    assert "\\" not in our_path(text)


def test_a_path_is_kept_as_it_is() -> None:
    assert our_path("/a/b?c=d&e=%20") == "/a/b?c=d&e=%20"
    assert our_path("/in/x") == HOME


@pytest.fixture
def pages(site: SignInSite) -> list[str]:
    link = site.mailed(EVA)
    return [
        site.client.get(path).text
        for path in ("/logga-in", "/logga-in?varfor=skickat", "/logga-in?varfor=<b>", link, "/in/x")
    ]


def test_the_pages_ask_nobody_outside_for_anything(pages: list[str]) -> None:
    for text in pages:
        assert "<b>" not in text
        assert "http://" not in text.replace("http://127.0.0.1", "")
        assert "https://" not in text
        assert "<script" not in text


def test_the_letter_says_the_same_in_text_and_html(site: SignInSite) -> None:
    site.mailed(EVA)
    assert len(links_in(site.letters()[0])) == 1
