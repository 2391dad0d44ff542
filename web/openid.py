"""OpenID Connect, as its client: the code flow with PKCE against one issuer, whose word is checked in full.

Core 1.0, 3.1; RFC 7636 (PKCE); RFC 9207 (`iss` in the answer). Where anything differs from what it has to be,
nobody is let in, and an OpenIdError says so in Swedish; what the provider sent stands in none of them.
"""

from __future__ import annotations

import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from typing import Any
from urllib.parse import quote, urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tasks import clock
from tasks.people.identities import OwnAccount
from tasks.settings import CLIENT_LOGIN_ADDRESS, Settings

CALLBACK = "/logga-in/konto/svar"
ALGORITHMS = ("RS256", "PS256", "ES256")
"""None with a shared secret, and never `none`."""
LEEWAY = 60
"""Seconds that clocks may differ."""
TIMEOUT = 10.0
MAIL_INSTEAD = "Logga in med en länk till din e-post så länge."
_SECRET_HAS_EXPIRED = "AADSTS7000222"  # noqa: S105 - Entra's code for it
_SECRET_IS_WRONG = ("AADSTS7000215", "invalid_client")


class OpenIdError(Exception):
    """Somebody was not let in; a Swedish sentence for that person. `fault` is a word for the journal."""

    def __init__(self, fault: str, said: str) -> None:
        self.fault = fault
        super().__init__(said)


@dataclass(frozen=True, slots=True)
class OpenIdClient:
    """The client of the settings."""

    settings: Settings

    def sign_in_address(self, state: str, nonce: str, verifier: str) -> str:
        """Where the browser is sent to sign in. OpenIdError where the provider cannot be asked."""
        asked = {
            "response_type": "code",
            "client_id": self.settings.oidc_client_id,
            "redirect_uri": self._callback,
            "scope": "openid profile email",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
        }
        with _client() as client:
            address = _endpoint(self._metadata(client), "authorization_endpoint")
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    def account(self, answer: Mapping[str, str], nonce: str, verifier: str) -> OwnAccount:
        """Whose account it is, by the answer that the browser has come back with. OpenIdError for any other
        answer than a right one."""
        _refuse_error(answer)
        if answer.get("iss", self.settings.oidc_issuer) != self.settings.oidc_issuer:
            raise _lie("issuer")
        with _client() as client:
            metadata = self._metadata(client)
            token = self._token(client, metadata, answer.get("code", ""), verifier)
            keys = _json(_answer_of(client, "GET", _endpoint(metadata, "jwks_uri")))
        return self._checked(_claims(token, keys), nonce, clock.now())

    @property
    def _callback(self) -> str:
        return f"{self.settings.page_address}{CALLBACK}"

    def _metadata(self, client: httpx.Client) -> Mapping[str, Any]:
        """The issuer's own, and of nobody else."""
        issuer = self.settings.oidc_issuer
        address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        found = _json(_answer_of(client, "GET", address))
        if found.get("issuer") != issuer:
            raise _lie("metadata")
        return found

    def _token(
        self, client: httpx.Client, metadata: Mapping[str, Any], code: str, verifier: str
    ) -> str:
        """The ID token that the code is changed for."""
        own, secret = (
            self.settings.oidc_client_id,
            self.settings.oidc_client_secret.get_secret_value(),
        )
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._callback,
            "code_verifier": verifier,
            "client_id": own,
        }
        login: httpx.BasicAuth | None = None
        if "client_secret_post" in metadata.get("token_endpoint_auth_methods_supported", ()):
            form["client_secret"] = secret
        else:
            login = httpx.BasicAuth(quote(own, safe=""), quote(secret, safe=""))
        address = _endpoint(metadata, "token_endpoint")
        answer = _answer_of(client, "POST", address, data=form, auth=login)
        given = _json(answer)
        if not answer.is_success:
            raise _of_the_client(given)
        token = given.get("id_token")
        if not isinstance(token, str):
            raise _lie("no id token")
        return token

    def _checked(self, claims: Mapping[str, Any], nonce: str, now: datetime) -> OwnAccount:
        """Core 3.1.3.7: that the token is the issuer's, for us, of this sign-in, now."""
        own, tenant = self.settings.oidc_client_id, self.settings.oidc_own_tenant
        if claims.get("iss") != self.settings.oidc_issuer:
            raise _lie("iss")
        if not _is_for(claims, own):
            raise _lie("aud")
        if not compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise _lie("nonce")
        if tenant and str(claims.get("tid", "")).casefold() != tenant.casefold():
            raise OpenIdError("tid", "Kontot hör till en annan organisation än kommunen.")
        _refuse_time(claims, now.timestamp())
        subject = claims.get("oid") if tenant else claims.get("sub")
        if not isinstance(subject, str) or not subject:
            raise _lie("subject")
        return OwnAccount(self.settings.oidc_issuer, subject, _address(claims, bool(tenant)))


def challenge_of(verifier: str) -> str:
    """RFC 7636, 4.2."""
    return urlsafe_b64encode(sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode("ascii")


def new_verifier() -> str:
    """RFC 7636, 4.1: 43 characters and more."""
    return secrets.token_urlsafe(48)


def _client() -> httpx.Client:
    return httpx.Client(timeout=TIMEOUT, follow_redirects=False)


def _answer_of(
    client: httpx.Client,
    method: str,
    address: str,
    data: dict[str, str] | None = None,
    auth: httpx.BasicAuth | None = None,
) -> httpx.Response:
    try:
        answer = client.request(method, address, data=data, auth=auth)
    except (httpx.HTTPError, httpx.InvalidURL):
        raise OpenIdError("away", f"Kommunens inloggning svarar inte. {MAIL_INSTEAD}") from None
    if method == "GET" and not answer.is_success:
        raise OpenIdError("away", f"Kommunens inloggning svarar inte. {MAIL_INSTEAD}")
    return answer


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        raise _lie("no json") from None
    if not isinstance(found, dict):
        raise _lie("no object")
    return found


def _endpoint(metadata: Mapping[str, Any], name: str) -> str:
    """As safe as the issuer's own address has to be."""
    address = metadata.get(name)
    if (
        not isinstance(address, str)
        or not address
        or not re.fullmatch(CLIENT_LOGIN_ADDRESS, address)
    ):
        raise _lie(name)
    return address


def _claims(token: str, keys: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the token says, once its signature is known to be by one of the keys."""
    try:
        known = KeySet.import_key_set({"keys": list(keys["keys"])})
        return jwt.decode(token, known, algorithms=ALGORITHMS).claims
    except (JoseError, ValueError, TypeError, LookupError):
        raise _lie("signature") from None


def _is_for(claims: Mapping[str, Any], own: str) -> bool:
    """For us; and of several, made for us."""
    said = claims.get("aud")
    audience = [said] if isinstance(said, str) else said if isinstance(said, list) else []
    party = claims.get("azp")
    return own in audience and (party == own if party or len(audience) > 1 else True)


def _refuse_time(claims: Mapping[str, Any], now: float) -> None:
    expires, begins = _moment(claims, "exp"), _moment(claims, "nbf", 0)
    if expires <= now - LEEWAY or begins > now + LEEWAY:
        raise OpenIdError(
            "expired",
            "Inloggningen tog för lång tid, eller så går serverns klocka fel. Försök igen.",
        )


def _moment(claims: Mapping[str, Any], name: str, otherwise: float | None = None) -> float:
    found = claims.get(name, otherwise)
    if not isinstance(found, int | float) or isinstance(found, bool):
        raise _lie(name)
    return found


def _address(claims: Mapping[str, Any], is_entra: bool) -> str:
    """What proposes whose account it is. Of Entra's own directory what its administrators have set; of others
    only what they say that they have verified."""
    said = claims.get("email")
    if is_entra:
        said = said or claims.get("preferred_username")
    elif claims.get("email_verified") is not True:
        said = ""
    return said if isinstance(said, str) else ""


def _refuse_error(answer: Mapping[str, str]) -> None:
    """RFC 6749, 4.1.2.1."""
    match answer.get("error"):
        case None:
            return
        case "access_denied":
            raise OpenIdError("denied", f"Kommunens inloggning släppte inte in dig. {MAIL_INSTEAD}")
        case _:
            raise OpenIdError("error", f"Kommunens inloggning gick inte. {MAIL_INSTEAD}")


def _of_the_client(given: Mapping[str, Any]) -> OpenIdError:
    """That the provider does not take us for its client, or the code for its own."""
    said = f"{given.get('error', '')} {given.get('error_description', '')}"
    if _SECRET_HAS_EXPIRED in said:
        return OpenIdError(
            "secret expired",
            "Programmets hemlighet hos kommunens inloggning har gått ut (AADSTS7000222). Den som sköter "
            "servern gör en ny och sätter KOMMUNPLAN_OIDC_CLIENT_SECRET och "
            f"KOMMUNPLAN_OIDC_SECRET_EXPIRES. {MAIL_INSTEAD}",
        )
    if any(code in said for code in _SECRET_IS_WRONG):
        return OpenIdError(
            "secret wrong",
            "Kommunens inloggning känner inte igen programmet: klientens id eller hemlighet är fel. "
            f"{MAIL_INSTEAD}",
        )
    return OpenIdError("code", f"Inloggningen var redan använd eller för gammal. {MAIL_INSTEAD}")


def _lie(fault: str) -> OpenIdError:
    return OpenIdError(
        fault,
        "Svaret från kommunens inloggning gick inte att lita på, så du är inte inloggad. Försök igen; "
        "kommer det tillbaka, säg till den som sköter servern.",
    )
