"""Access tokens for XOAUTH2, by client credentials (RFC 6749, 4.4): the program itself logs in, nobody's
password.

One form POST to the token endpoint; Microsoft's is
https://login.microsoftonline.com/<tenant>/oauth2/v2.0/token with the scope https://outlook.office365.com/.default.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from notifications.failures import NoConnectionError

if TYPE_CHECKING:
    import httpx

MARGIN = 300.0
"""Seconds before its end that a token is renewed; half its life, where that is less."""
_CODE = re.compile(r"AADSTS[0-9]+")
_MENDS = {
    "AADSTS7000222": "Klientens hemlighet har gått ut: gör en ny i Entra och sätt "
    "KOMMUNPLAN_SMTP_CLIENT_SECRET.",
    "AADSTS7000215": "Klientens hemlighet är fel: sätt KOMMUNPLAN_SMTP_CLIENT_SECRET till dess värde, "
    "inte dess id.",
    "AADSTS700016": "Klienten finns inte i den katalogen: rätta KOMMUNPLAN_SMTP_CLIENT_ID eller "
    "tokenadressen.",
    "AADSTS90002": "Katalogen finns inte: rätta KOMMUNPLAN_SMTP_TOKEN_URL.",
}
"""What Entra's own error numbers mean for who sets this up."""


@dataclass(slots=True)
class Tokens:
    """The tokens of one client. A token is kept until shortly before its end."""

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str
    timeout: float = 30
    _token: str = field(default="", repr=False, init=False, compare=False)
    _until: float = field(default=0, repr=False, init=False, compare=False)

    @property
    def is_kept(self) -> bool:
        """Whether the next token is one that has been got before."""
        return bool(self._token) and time.monotonic() < self._until

    def forget(self) -> None:
        """The server does not take the token: the next is got anew."""
        self._token = ""

    async def token(self) -> str:
        """NoConnectionError where none is given: then nobody can log in, and no mail is at fault."""
        if not self.is_kept:
            self._token, seconds = await self._fetch()
            self._until = time.monotonic() + seconds - min(MARGIN, seconds / 2)
        return self._token

    async def _fetch(self) -> tuple[str, float]:
        import httpx  # a third of a second, and only where one logs in so

        form = {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "scope": self.scope,
        }
        try:
            async with httpx.AsyncClient(timeout=self.timeout) as client:
                answer = await client.post(self.url, data=form)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # without the cause, which holds the request, and so the secret
            raise NoConnectionError(
                f"Tokenservern {self._host} går inte att nå ({type(error).__name__})."
            ) from None
        said = _json(answer)
        token, seconds = said.get("access_token"), said.get("expires_in", 3600)
        if answer.is_success and isinstance(token, str) and token:
            return token, float(str(seconds)) if str(seconds).isdecimal() else 3600.0
        raise self._refused(answer.status_code, said)

    def _refused(self, code: int, said: dict[str, object]) -> NoConnectionError:
        number = _CODE.search(str(said.get("error_description", "")))
        kind = re.sub(r"[^a-z_]", "", str(said.get("error", ""))[:60])
        words = " ".join(filter(None, (str(code), kind, number[0] if number else "")))
        if code == 429 or code >= 500:
            return NoConnectionError(f"Tokenservern {self._host} svarade {words}.")
        mend = _MENDS.get(
            number[0] if number else "",
            "Rätta KOMMUNPLAN_SMTP_TOKEN_URL, KOMMUNPLAN_SMTP_CLIENT_ID och KOMMUNPLAN_SMTP_CLIENT_SECRET.",
        )
        return NoConnectionError(
            f"Tokenservern {self._host} ger ingen token: {words}. {mend}", to_mend=True
        )

    @property
    def _host(self) -> str:
        return self.url.split("/")[2] if self.url.count("/") > 1 else self.url


def _json(answer: httpx.Response) -> dict[str, object]:
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
