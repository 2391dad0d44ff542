"""Signing in with an account of the municipality's own: a provider that is right, and one that lies."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import pytest

from tasks.people.identities import confirm_identity, list_identities, remove_identity
from tests.web.conftest import MakeSite
from tests.web.lying_provider import CLIENT, SECRET, Lies, LyingProvider
from tests.web.signing_in import OWNER, SignInSite, made
from tests.web.site import EVA
from tests.web.test_process import free_port

OUTSIDE = httpx.Client(trust_env=False)
"""What goes to a provider; once made, for that takes longer than to ask."""
TENANT = "0b1c2d3e-0000-4000-8000-0123456789ab"


@pytest.fixture
def provider() -> Iterator[LyingProvider]:
    made = LyingProvider()
    yield made
    made.close()


@pytest.fixture
def site(make_site: MakeSite, provider: LyingProvider) -> SignInSite:
    return made(make_site, **provider.settings)


def away(site: SignInSite, browser: httpx.Client, till: str = "/jag") -> str:
    """Where the browser comes back to, once it has been at the provider."""
    gone = browser.get("/logga-in/konto", params={"till": till})
    assert gone.status_code == 303, gone.text
    back = OUTSIDE.get(gone.headers["location"]).headers["location"]
    assert back.startswith(f"{site.address}/logga-in/konto/svar?")
    return str(back.removeprefix(site.address))


def come_in(site: SignInSite, browser: httpx.Client | None = None) -> httpx.Response:
    browser = browser or site.client
    return browser.get(away(site, browser))


def confirmed(site: SignInSite, address: str = EVA) -> None:
    """The account has been here, and somebody has confirmed whose it is."""
    assert come_in(site, site.browser()).status_code == 403
    [one] = list_identities(site.town.database)
    confirm_identity(site.town.database, one.number, address, "petra")


def is_in(site: SignInSite, browser: httpx.Client | None = None) -> bool:
    return (browser or site.client).get("/jag").status_code == 200


# --- Right in each part ---


def test_an_account_lets_nobody_in_until_it_has_been_confirmed_once(site: SignInSite) -> None:
    page = come_in(site)
    assert page.status_code == 403
    assert "Någon behöver godkänna ditt konto" in page.text
    assert f"Kontot säger att du är {EVA}." in page.text
    assert "processägaren (Petra Exempel)" in page.text
    assert not is_in(site)
    [one] = list_identities(site.town.database)
    assert (one.address, one.subject, one.confirmed_by) == (EVA, "eva-1", None)
    said = confirm_identity(site.town.database, one.number, "Eva.Ekonomichef@orsa.example", "petra")
    assert said == f"Inloggning 1 är {EVA} och godkänd av petra."
    assert come_in(site).headers["location"] == "/jag"
    assert site.client.get("/jag").text == "Eva Exempel (inloggad: kommunens inloggning)"
    assert len(list_identities(site.town.database)) == 1


def test_what_is_asked_has_pkce_state_nonce_and_no_secret(
    site: SignInSite, provider: LyingProvider
) -> None:
    confirmed(site)
    gone = site.client.get("/logga-in/konto")
    asked = {
        name: value for name, [value] in parse_qs(urlsplit(gone.headers["location"]).query).items()
    }
    assert asked["redirect_uri"] == f"{site.address}/logga-in/konto/svar"
    assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
    assert (asked["code_challenge_method"], asked["scope"]) == ("S256", "openid profile email")
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    assert min(map(len, (asked["state"], asked["nonce"], asked["code_challenge"]))) >= 43
    assert SECRET not in gone.headers["location"]
    [form], [login] = provider.asked, provider.logins
    assert "client_secret" not in form
    basic = b64encode(f"{quote(CLIENT, safe='')}:{quote(SECRET, safe='')}".encode()).decode()
    assert login == f"Basic {basic}"
    assert gone.headers["set-cookie"].endswith(
        "HttpOnly; Max-Age=600; Path=/logga-in/konto; SameSite=lax"
    )


def test_where_the_provider_takes_it_the_secret_goes_in_the_form(
    site: SignInSite, provider: LyingProvider
) -> None:
    provider.lies.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    come_in(site)
    assert provider.asked[0]["client_secret"] == SECRET
    assert provider.logins == [""]


def test_a_person_is_known_by_the_subject_whatever_address_the_account_says(
    site: SignInSite, provider: LyingProvider
) -> None:
    confirmed(site)
    provider.lies.claims = {"email": "petra.processagare@orsa.example"}
    come_in(site)
    assert site.client.get("/jag").text.startswith("Eva Exempel")
    provider.lies.claims = {"sub": "någon annan"}
    other = site.browser()
    assert come_in(site, other).status_code == 403
    assert not is_in(site, other)


def test_an_account_that_says_another_address_by_now_is_not_confirmed_as_the_first(
    site: SignInSite, provider: LyingProvider
) -> None:
    from models.errors import RefusedError

    come_in(site)
    provider.lies.claims = {"email": "petra.processagare@orsa.example"}
    come_in(site)
    with pytest.raises(RefusedError, match="Inloggning 1 säger nu petra"):
        confirm_identity(site.town.database, 1, EVA, "petra")
    with pytest.raises(RefusedError, match="Inloggning 7 finns inte"):
        confirm_identity(site.town.database, 7, EVA, "petra")
    come_in(site)
    assert not is_in(site)


def test_who_holds_nothing_any_more_is_not_let_in(site: SignInSite) -> None:
    confirmed(site)
    site.town.change("DELETE FROM holder WHERE address = ?", EVA)
    page = come_in(site)
    assert page.status_code == 403
    assert "inte hör till någon som har en roll i planeringen i dag" in page.text


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "ingen@orsa.example"},
        {"email": None},
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"email": ["eva.ekonomichef@orsa.example"]},
    ],
    ids=str,
)
def test_an_address_that_nobody_vouches_for_or_that_is_nobodys_proposes_nobody(
    site: SignInSite, provider: LyingProvider, claims: dict[str, Any]
) -> None:
    provider.lies.claims = claims
    page = come_in(site)
    assert page.status_code == 403
    assert "inte hör till någon" in page.text
    assert list_identities(site.town.database) == ()


def test_a_removed_account_and_its_sessions_are_out(site: SignInSite) -> None:
    confirmed(site)
    come_in(site)
    by_mail = site.sign_in(EVA)
    assert is_in(site)
    remove_identity(site.town.database, 1)
    assert not is_in(site)
    assert is_in(site, by_mail)
    assert come_in(site).status_code == 403


def test_what_nobody_confirms_is_forgotten_after_a_month(site: SignInSite) -> None:
    come_in(site)
    site.town.on("2027-03-01").check()
    assert len(list_identities(site.town.database)) == 1
    site.town.change("UPDATE identity SET seen_at = datetime(seen_at, '-30 days')")
    site.town.on("2027-03-01").check()
    assert list_identities(site.town.database) == ()


# --- Confirmed on the page ---

CONFIRM = {"nummer": "1", "adress": EVA, "gor": "godkann"}


def test_the_owner_confirms_and_shuts_out_on_a_page(site: SignInSite) -> None:
    come_in(site)
    owner = site.sign_in(OWNER)
    page = owner.get("/inloggningar")
    assert f"Godkänn att kontot är {EVA}" in page.text
    done = owner.post("/inloggningar", data=CONFIRM, headers=site.own_headers)
    assert (done.status_code, done.headers["location"]) == (303, "/inloggningar")
    [one] = list_identities(site.town.database)
    assert one.confirmed_by == "Petra Exempel (inloggad: länk till adressen)"
    assert f"Stäng ute kontot för {EVA}" in owner.get("/inloggningar").text
    assert come_in(site).headers["location"] == "/jag"
    owner.post("/inloggningar", data={**CONFIRM, "gor": "ta-bort"}, headers=site.own_headers)
    assert not is_in(site)
    assert "Ingen har loggat in med ett konto än." in owner.get("/inloggningar").text


def test_nobody_else_confirms_an_account_not_even_their_own(site: SignInSite) -> None:
    come_in(site)
    for browser in (site.sign_in(EVA), site.browser()):
        page = browser.get("/inloggningar")
        done = browser.post("/inloggningar", data=CONFIRM, headers=site.own_headers)
        assert {page.status_code, done.status_code} <= {403, 303}
        assert EVA not in page.text + done.text
    assert (
        "Vems ett konto är godkänner processägaren." in site.sign_in(EVA).get("/inloggningar").text
    )
    owner = site.sign_in(OWNER)
    assert owner.post("/inloggningar", data=CONFIRM).status_code == 403
    assert [one.confirmed_by for one in list_identities(site.town.database)] == [None]


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"adress": "petra.processagare@orsa.example"}, 409, f"Inloggning 1 säger nu {EVA}"),
        ({"nummer": "7"}, 409, "Inloggning 7 finns inte. Välj bland: 1."),
        ({"nummer": "9" * 40}, 409, "Inloggning 999999999 finns inte."),
        ({"nummer": "x"}, 400, "Det gick inte att läsa"),
        ({"gor": "annat"}, 400, "Det gick inte att läsa"),
    ],
)
def test_what_cannot_be_confirmed_is_told_on_the_page(
    site: SignInSite, change: dict[str, str], status: int, said: str
) -> None:
    come_in(site)
    owner = site.sign_in(OWNER)
    page = owner.post("/inloggningar", data={**CONFIRM, **change}, headers=site.own_headers)
    assert (page.status_code, said in page.text) == (status, True)
    assert [one.confirmed_by for one in list_identities(site.town.database)] == [None]


# --- One tenant ---


def entra(make_site: MakeSite, provider: LyingProvider, **claims: Any) -> SignInSite:
    right = {"tid": TENANT, "oid": "o-1", "sub": "olika för varje klient", "email_verified": None}
    provider.lies.claims = {**right, **claims}
    return made(make_site, **provider.settings, oidc_tenant=TENANT)


def test_of_entra_a_person_is_the_oid_of_the_own_tenant(
    make_site: MakeSite, provider: LyingProvider
) -> None:
    site = entra(make_site, provider)
    confirmed(site)
    assert come_in(site).headers["location"] == "/jag"
    [one] = list_identities(site.town.database)
    assert one.subject == "o-1"


@pytest.mark.parametrize(
    "tid", ["9188040d-6c67-4c5b-b112-36a304b66dad", None, "", [TENANT]], ids=str
)
def test_an_account_of_another_tenant_is_refused(
    make_site: MakeSite, provider: LyingProvider, tid: Any
) -> None:
    site = entra(make_site, provider, tid=tid)
    page = come_in(site)
    assert page.status_code == 403
    assert "Kontot hör till en annan organisation än kommunen." in page.text


def test_of_entra_no_oid_is_nobody(make_site: MakeSite, provider: LyingProvider) -> None:
    page = come_in(entra(make_site, provider, oid=None))
    assert "gick inte att lita på" in page.text


# --- A lie in one part ---

NOW = int(time.time())
LIES: dict[str, Lies] = {
    "another issuer": Lies({"iss": "https://evil.example"}),
    "the issuer with a slash": Lies({"iss": "http://127.0.0.1/"}),
    "no issuer": Lies({"iss": None}),
    "another client": Lies({"aud": "någon-annan"}),
    "no client": Lies({"aud": None}),
    "no client at all": Lies({"aud": []}),
    "several clients, for another": Lies({"aud": [CLIENT, "x"], "azp": "x"}),
    "several clients, for nobody": Lies({"aud": [CLIENT, "x"]}),
    "made for another": Lies({"azp": "x"}),
    "a part of our name": Lies({"aud": CLIENT[:-1]}),
    "another nonce": Lies({"nonce": "0" * 48}),
    "no nonce": Lies({"nonce": None}),
    "a nonce that is no text": Lies({"nonce": ["x"]}),
    "no end": Lies({"exp": None}),
    "an end that is no number": Lies({"exp": "4102444800"}),
    "an end that is true": Lies({"exp": True}),
    "no subject": Lies({"sub": None}),
    "an empty subject": Lies({"sub": ""}),
    "a subject that is no text": Lies({"sub": 1}),
    "another key": Lies(signed="annan"),
    "no signature": Lies(signed="none"),
    "the public key as a secret": Lies(signed="HS256"),
    "an algorithm we do not take": Lies(signed="RS512"),
    "another issuer in the answer": Lies(answer={"iss": "https://evil.example"}),
    "metadata of another": Lies(metadata={"issuer": "https://evil.example"}),
    "keys in clear text": Lies(metadata={"jwks_uri": "http://evil.example/keys"}),
    "a token endpoint in clear text": Lies(
        metadata={"token_endpoint": "http://evil.example/token"}
    ),
    "no token endpoint": Lies(metadata={"token_endpoint": None}),
    "no token": Lies(token=(200, {"token_type": "Bearer"})),
    "a token that is none": Lies(token=(200, {"id_token": "a.b.c"})),
    "a token that is no text": Lies(token=(200, {"id_token": 1})),
    "a list": Lies(token=(200, ["x"])),
}


@pytest.mark.parametrize("lie", LIES)
def test_whoever_lies_is_not_believed(site: SignInSite, provider: LyingProvider, lie: str) -> None:
    confirmed(site)
    back = away(site, site.client)
    provider.lies = LIES[lie]
    # as the browser would bring it, with what is added to the answer
    page = site.client.get(back, params={**dict(httpx.URL(back).params), **provider.lies.answer})
    assert page.status_code == 403
    assert "gick inte att lita på, så du är inte inloggad" in page.text
    assert "evil" not in page.text
    provider.lies = Lies()
    assert not is_in(site)
    assert come_in(site).headers["location"] == "/jag"


@pytest.mark.parametrize(
    "claims",
    [{"exp": NOW - 61}, {"exp": 0}, {"nbf": NOW + 3600}],
    ids=[
        "over",
        "long over",
        "not yet",
    ],  # none with the clock in it: every worker collects the same
)
def test_a_token_of_another_time_is_refused(
    site: SignInSite, provider: LyingProvider, claims: dict[str, Any]
) -> None:
    confirmed(site)
    provider.lies.claims = claims
    page = come_in(site)
    assert page.status_code == 403
    assert "tog för lång tid, eller så går serverns klocka fel" in page.text
    assert not is_in(site)


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [
        (
            401,
            {
                "error": "invalid_client",
                "error_description": "AADSTS7000222: The provided keys are expired.",
            },
            "hemlighet hos kommunens inloggning har gått ut (AADSTS7000222)",
        ),
        (
            401,
            {"error": "invalid_client", "error_description": "AADSTS7000215"},
            "känner inte igen programmet",
        ),
        (401, {"error": "invalid_client"}, "känner inte igen programmet"),
        (
            400,
            {"error": "invalid_grant", "error_description": "<b>evil</b>"},
            "redan använd eller för gammal",
        ),
    ],
)
def test_what_the_provider_says_of_us_is_told_in_swedish(
    site: SignInSite, provider: LyingProvider, status: int, answer: dict[str, str], said: str
) -> None:
    provider.lies.token = (status, answer)
    page = come_in(site)
    assert page.status_code == 403
    assert said in page.text
    assert "Logga in med en länk till din e-post" in page.text
    assert "evil" not in page.text


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"error": "access_denied"}, "släppte inte in dig"),
        (
            {"error": "<script>", "error_description": "<b>evil</b>"},
            "Kommunens inloggning gick inte.",
        ),
    ],
)
def test_a_refusal_of_the_provider_is_told_in_swedish(
    site: SignInSite, answer: dict[str, str], said: str
) -> None:
    back = httpx.URL(away(site, site.client))
    page = site.client.get(back.path, params={"state": back.params["state"], **answer})
    assert page.status_code == 403
    assert said in page.text
    assert "evil" not in page.text


def test_a_provider_that_is_away_leaves_the_link_by_mail(
    site: SignInSite, provider: LyingProvider
) -> None:
    provider.close()
    page = site.client.get("/logga-in/konto")
    assert page.status_code == 502
    assert "Kommunens inloggning svarar inte. Logga in med en länk till din e-post" in page.text
    assert is_in(site, site.sign_in(EVA))


# --- Once, soon, in the same browser ---


def test_an_answer_counts_once(site: SignInSite) -> None:
    confirmed(site)
    back = away(site, site.client)
    kept = dict(site.client.cookies)
    assert site.client.get(back).status_code == 303
    again = site.browser()
    again.cookies.update({"kommunplan-bort": kept["kommunplan-bort"]})
    page = again.get(back)
    assert page.status_code == 403
    assert "redan använd eller äldre än tio minuter" in page.text
    assert not is_in(site, again)


def test_an_answer_counts_in_the_browser_that_asked_alone(
    site: SignInSite, provider: LyingProvider
) -> None:
    """Else somebody could sign a stranger in as themselves, and read what is then written."""
    confirmed(site)
    back, other = away(site, site.client), site.browser()
    before = len(provider.asked)
    for one in (other.get(back), other.get(back, headers={"cookie": "kommunplan-bort=x"})):
        assert one.status_code == 403
        assert "började inte i den här webbläsaren" in one.text
    assert len(provider.asked) == before
    assert site.client.get(back).status_code == 303


def test_an_answer_counts_for_ten_minutes(site: SignInSite) -> None:
    confirmed(site)
    early, late = away(site, site.client), site.browser()
    site.age(minutes=9.9)
    assert site.client.get(early).status_code == 303
    back = away(site, late)
    site.age(minutes=10)
    assert late.get(back).status_code == 403
    assert not is_in(site, late)


@pytest.mark.parametrize(
    "change", [{"state": "0" * 48}, {"state": ""}, {"code": "x"}, {"code": ""}]
)
def test_an_answer_to_something_else_is_refused(site: SignInSite, change: dict[str, str]) -> None:
    confirmed(site)
    back = httpx.URL(away(site, site.client))
    page = site.client.get(back.path, params={**dict(back.params), **change})
    assert page.status_code == 403
    assert not is_in(site)


def test_one_is_sent_nowhere_but_to_a_page_of_ours(site: SignInSite) -> None:
    confirmed(site)
    for till in ("//evil.example", "/\\evil.example", "https://evil.example", "/jag\r\nA: b"):
        assert site.client.get(away(site, site.client, till)).headers["location"] == "/"


def test_thirty_sign_ins_begin_in_ten_minutes_at_most(site: SignInSite) -> None:
    answers = [site.client.get("/logga-in/konto").status_code for _ in range(31)]
    assert answers == [303] * 30 + [429]
    site.age(minutes=10)
    site.seconds += 20
    assert site.client.get("/logga-in/konto").status_code == 303
    assert len(site.town.tables()["sign_in_try"]) == 1


# --- Where none is named ---


def test_without_a_provider_there_is_nothing_of_it(make_site: MakeSite) -> None:
    site = made(make_site)
    assert "konto" not in site.client.get("/logga-in").text
    assert site.client.get("/logga-in/konto").status_code == 404
    assert site.sign_in(OWNER).get("/inloggningar").status_code == 404
    assert site.client.get("/logga-in/konto/svar?state=a&code=b").status_code == 404


def test_with_one_the_page_offers_both_ways(site: SignInSite) -> None:
    page = site.client.get("/logga-in?till=/jag?a=b").text
    assert 'href="/logga-in/konto?till=/jag%3Fa%3Db"' in page
    assert 'name="adress"' in page


# --- Somebody else's provider ---


@pytest.fixture
def mock() -> Iterator[str]:
    """oidc-provider-mock, in a process of its own: its address."""
    port = free_port()
    words = ["-m", "oidc_provider_mock", "-p", str(port)]
    words += ["--user-claims", f'{{"sub": "eva-2", "email": "{EVA}", "email_verified": true}}']
    running = subprocess.Popen(
        [sys.executable, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address, until = f"http://127.0.0.1:{port}", time.monotonic() + 60
    while time.monotonic() < until:
        try:
            httpx.get(f"{address}/.well-known/openid-configuration")
            break
        except httpx.TransportError:
            time.sleep(0.1)
    yield address
    running.kill()
    running.wait()


def test_a_provider_of_somebody_elses_lets_its_people_in_and_the_others_not(
    make_site: MakeSite, mock: str
) -> None:
    site = made(
        make_site, oidc_issuer=mock, oidc_client_id="kommunplan", oidc_client_secret="en hemlighet"
    )

    def through(browser: httpx.Client, **form: str) -> httpx.Response:
        asked = browser.get("/logga-in/konto?till=/jag").headers["location"]
        assert "Authorize" in httpx.get(asked).text
        back = httpx.post(asked, data=form).headers["location"]
        return browser.get(back.removeprefix(site.address))

    assert "Någon behöver godkänna ditt konto" in through(site.client, sub="eva-2").text
    [one] = list_identities(site.town.database)
    confirm_identity(site.town.database, one.number, EVA, "petra")
    assert through(site.client, sub="eva-2").headers["location"] == "/jag"
    assert site.client.get("/jag").text.startswith("Eva Exempel (inloggad: kommunens inloggning)")
    stranger = site.browser()
    assert "inte hör till någon" in through(stranger, sub="främling").text
    assert through(stranger, action="deny").status_code == 403
    assert not is_in(site, stranger)
    assert re.fullmatch("[0-9a-f]{48}", site.client.cookies["kommunplan"])
