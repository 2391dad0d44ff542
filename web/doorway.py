"""Where the pages lie, below whatever path a proxy has put before them, their cookies and forms."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from web.forms import SentForm, read_form
from web.limits import client_key
from web.security import BodyTooLargeError, read_body


@dataclass(frozen=True, slots=True)
class Doorway:
    """Of the pages' public address; what a request says of where it was sent counts for nothing."""

    address: str

    @property
    def base(self) -> str:
        """The path before every one of ours; empty where there is none."""
        return urlsplit(self.address).path

    @property
    def cookie(self) -> str:
        """What the browser keeps the session in. `__Host-` is for a whole host; below a path of it that the
        pages share with others, `__Secure-`."""
        if not self._is_https:
            return "kommunplan"
        return "__Secure-kommunplan" if self.base else "__Host-kommunplan"

    def session_of(self, request: Request) -> str:
        """What the browser holds of its session; empty for nothing."""
        return request.cookies.get(self.cookie, "")

    def see_other(self, path: str) -> Response:
        """To a page of ours."""
        return Response(status_code=303, headers={"Location": f"{self.base}{path}"})

    def admitted(self, token: str, goes_to: str) -> Response:
        """To where one was going, with the session in hand."""
        response = self.see_other(goes_to)
        self.give(response, self.cookie, token, self.base or "/")
        return response

    def give(
        self, response: Response, name: str, value: str, path: str, seconds: int | None = None
    ) -> None:
        response.set_cookie(
            name,
            value,
            max_age=seconds,
            path=path,
            httponly=True,
            secure=self._is_https,
            samesite="lax",
        )

    def take(self, response: Response, name: str, path: str) -> None:
        """The browser is to forget it."""
        response.delete_cookie(
            name, path=path, httponly=True, secure=self._is_https, samesite="lax"
        )

    @property
    def _is_https(self) -> bool:
        return self.address.startswith("https://")


async def sent_form(request: Request) -> SentForm:
    """What a form of ours has sent; ValueError for anything else."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind != "application/x-www-form-urlencoded":
        raise ValueError(f"not a form: {kind!r}")
    try:
        return read_form(await read_body(request))
    except (ClientDisconnect, BodyTooLargeError, TimeoutError) as error:
        raise ValueError("not a whole form") from error


def client_of(request: Request) -> str:
    """Who asks, as the rate limits count."""
    return client_key(request.client.host if request.client else "")
