"""Where the pages lie, below whatever path a proxy has put before them, and the cookies that belong there."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from web.limits import client_key


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


def client_of(request: Request) -> str:
    """Who asks, as the rate limits count."""
    return client_key(request.client.host if request.client else "")
