"""An OpenID provider that does as it is told: right in each part, or lying in one."""

from __future__ import annotations

import secrets
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from web.openid import challenge_of

CLIENT, SECRET = "kommunplan-prov", "en hemlighet + tecken: å%"
KEY = RSAKey.generate_key(2048, {"kid": "ett"})
OTHER = RSAKey.generate_key(2048, {"kid": "ett"})


@dataclass
class Lies:
    """What it says otherwise than it should. A claim that is None is left out."""

    claims: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, str] = field(default_factory=dict)
    """Besides the code, or in its place, when the browser comes back."""
    token: tuple[int, object] | None = None
    """The answer for the code, whatever it is."""
    signed: str = "RS256"
    """`annan`: by another key of the same name; `HS256`: by what everybody knows; `none`."""


class LyingProvider:
    """On a port of its own, until it is closed. `asked` are the forms that the code was changed for."""

    def __init__(self) -> None:
        self.lies = Lies()
        self.asked: list[dict[str, str]] = []
        self.logins: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.bind(("127.0.0.1", 0))
        self.issuer = f"http://127.0.0.1:{listener.getsockname()[1]}"
        app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._metadata),
                Route("/nycklar", self._keys),
                Route("/in", self._authorize),
                Route("/token", self._token, methods=["POST"]),
            ]
        )
        self._server = uvicorn.Server(
            uvicorn.Config(app, log_level="warning", access_log=False, log_config=None)
        )
        self._thread = threading.Thread(target=self._server.run, args=([listener],))
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)

    @property
    def settings(self) -> dict[str, Any]:
        """What names it to the page."""
        return {"oidc_issuer": self.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()

    async def _metadata(self, request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/in",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/nycklar",
                **self.lies.metadata,
            }
        )

    async def _keys(self, request: Request) -> Response:
        return JSONResponse({"keys": [KEY.as_dict(private=False)]})

    async def _authorize(self, request: Request) -> Response:
        """Everybody is let in at once."""
        asked = dict(request.query_params)
        code = secrets.token_hex(8)
        self._codes[code] = asked
        answer = {"code": code, "state": asked["state"], **self.lies.answer}
        back = f"{asked['redirect_uri']}?{urlencode(answer)}"
        return Response(status_code=302, headers={"Location": back})

    async def _token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        self.asked.append(form)
        self.logins.append(request.headers.get("authorization", ""))
        if self.lies.token is not None:
            status, content = self.lies.token
            return JSONResponse(content, status)
        asked = self._codes.pop(form["code"], None)
        is_right = (
            asked is not None
            and asked["code_challenge_method"] == "S256"
            and asked["code_challenge"] == challenge_of(form["code_verifier"])
            and asked["redirect_uri"] == form["redirect_uri"]
        )
        if asked is None or not is_right:
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse({"token_type": "Bearer", "id_token": self._id_token(asked["nonce"])})

    def _id_token(self, nonce: str) -> str:
        now = int(time.time())
        right = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "eva-1",
            "nonce": nonce,
            "iat": now,
            "exp": now + 300,
            "email": "eva.ekonomichef@orsa.example",
            "email_verified": True,
            **self.lies.claims,
        }
        claims = {name: value for name, value in right.items() if value is not None}
        match self.lies.signed:
            case "none":
                head, body, _ = jwt.encode({"alg": "RS256"}, claims, KEY).split(".")
                del head
                return f"eyJhbGciOiJub25lIn0.{body}."
            case "HS256":
                public = OctKey.import_key(KEY.as_pem(private=False))
                return jwt.encode({"alg": "HS256", "kid": "ett"}, claims, public)
            case "annan":
                return jwt.encode({"alg": "RS256", "kid": "ett"}, claims, OTHER)
        return jwt.encode({"alg": self.lies.signed, "kid": "ett"}, claims, KEY)
