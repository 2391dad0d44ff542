"""Who reaches the Prefect server: nobody from outside unasked, and no other web site through the browser."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from models.errors import SettingsError
from running.exposure import ExposedError, is_own_machine, refuse_exposed
from running.request_filter import DESCRIPTIONS, Patience, RequestFilter
from tasks.settings import PROJECT, Settings, settings

EVERYWHERE = "0.0.0.0"  # noqa: S104 - what is to be refused
LOGIN = ("petra", "aldrig-gissat-2027")
CREDENTIAL = ":".join(LOGIN)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.53", "127.1", "localhost", "::1", "::ffff:127.0.0.1"]
)
def test_this_machine_alone_needs_no_credential(host: str) -> None:
    assert is_own_machine(host)
    refuse_exposed(Settings(_env_file=None, host=host))


@pytest.mark.parametrize(
    "host",
    [
        EVERYWHERE,
        "0",
        "::",
        "::ffff:0.0.0.0",
        "::ffff:10.0.0.7",
        "10.0.0.7",
        "192.0.2.1",
        "fe80::1",
        "2001:db8::1",
        "*",
        "finns-inte.invalid",
        "localhost.invalid",
        " 127.0.0.1 x",
    ],
)
def test_anything_else_is_refused_without_a_credential(host: str) -> None:
    with pytest.raises(ExposedError) as refused:
        refuse_exposed(Settings(_env_file=None, host=host))
    assert f"KOMMUNPLAN_HOST={host!r}" in str(refused.value)
    assert "KOMMUNPLAN_UI_CREDENTIAL=namn:lösenord" in str(refused.value)
    refuse_exposed(Settings(_env_file=None, host=host, ui_credential=SecretStr(CREDENTIAL)))


def test_a_name_of_this_machine_is_what_it_stands_for() -> None:
    name = socket.gethostname()
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(name, None)}
    except OSError:
        pytest.skip("this machine's name stands for nothing here")
    assert is_own_machine(name) == all(str(one).startswith("127.") or one == "::1" for one in found)


@pytest.mark.parametrize(
    "weak",
    [
        "petra",
        ":aldrig-gissat-2027",
        "petra:kort",
        "petra:femton-tecken1x",
        "petra:lång-nog-men-åäö-7",
        "petra:med mellanslag i 2027",
    ],
)
def test_a_credential_that_can_be_guessed_or_not_be_used_is_refused_and_never_shown(
    weak: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOMMUNPLAN_UI_CREDENTIAL", weak)
    settings.cache_clear()
    with pytest.raises(
        SettingsError, match=r"KOMMUNPLAN_UI_CREDENTIAL=\(visas inte\): ska vara"
    ) as refused:
        settings()
    settings.cache_clear()
    assert weak not in str(refused.value)
    assert "minst 16 tecken" in str(refused.value)


@pytest.mark.parametrize("program", [("cli", "start"), ("running.prefect_server",)])
def test_nothing_is_started_where_it_would_be_open_to_others(
    program: tuple[str, ...], tmp_path: Path
) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(PROJECT),
        "KOMMUNPLAN_HOST": EVERYWHERE,
        "KOMMUNPLAN_DATA": str(tmp_path / "var"),
        "KOMMUNPLAN_UI_CREDENTIAL": "",
    }
    ran = subprocess.run(
        [sys.executable, "-m", *program],
        env=environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 2
    assert "KOMMUNPLAN_HOST='0.0.0.0': Prefect skulle nås från andra datorer" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not (tmp_path / "var").exists()


async def answer(request: Request) -> PlainTextResponse:
    return PlainTextResponse("svar")


async def listen(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text("svar")
    await websocket.close()


class Site:
    """The filter on a real server, as `python -m running.prefect_server` puts it before Prefect."""

    def __init__(self, login: tuple[str, str] | None = None) -> None:
        described = [Route(path, answer) for path in DESCRIPTIONS]
        app = Starlette(
            routes=[
                Route("/", answer, methods=["GET", "POST"]),
                WebSocketRoute("/ut", listen),
                *described,
            ]
        )
        listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{listener.getsockname()[1]}"
        self._server = uvicorn.Server(
            uvicorn.Config(
                RequestFilter(app, "127.0.0.1", login), log_level="warning", ws="websockets-sansio"
            )
        )
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listener]})
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive()
            time.sleep(0.01)

    def ask(self, method: str = "GET", **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.request(method, f"http://{self.address}/", headers=named)

    def read(self, path: str, login: tuple[str, str] | None = None) -> httpx.Response:
        return httpx.get(f"http://{self.address}{path}", auth=login)

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()


@pytest.fixture(scope="module")
def open_site() -> Iterator[Site]:
    """Nobody is asked for a credential."""
    site = Site()
    yield site
    site.close()


@pytest.fixture(scope="module")
def locked_site() -> Iterator[Site]:
    site = Site(LOGIN)
    yield site
    site.close()


OTHERS = {
    "another site": {"sec_fetch_site": "cross-site", "origin": "http://annan.example"},
    "another port of this machine": {"sec_fetch_site": "same-site"},
    "a browser that says only where from": {"origin": "http://annan.example"},
    "a page without an origin": {"origin": "null"},
    "an image on another site": {"sec_fetch_site": "cross-site", "sec_fetch_mode": "no-cors"},
}


@pytest.mark.parametrize("headers", OTHERS.values(), ids=OTHERS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_another_web_site_asks_for_is_not_answered(
    open_site: Site, locked_site: Site, method: str, headers: dict[str, str]
) -> None:
    for site in (open_site, locked_site):
        answered = site.ask(method, **headers)
        assert answered.status_code == 403
        assert "annan webbplats" in answered.text


def test_a_link_in_a_mail_opens_the_page_but_a_form_on_another_site_sends_nothing(
    open_site: Site,
) -> None:
    followed = {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"}
    assert open_site.ask("GET", **followed).text == "svar"
    assert open_site.ask("POST", **followed).status_code == 403


def test_programs_and_its_own_pages_are_answered_with_a_policy_that_keeps_them_at_home(
    open_site: Site,
) -> None:
    own = f"http://{open_site.address}"
    for headers in (
        {},
        {"sec_fetch_site": "same-origin", "origin": own},
        {"sec_fetch_site": "none"},
        {"origin": own},
    ):
        answered = open_site.ask("POST", **headers)
        assert (answered.status_code, answered.text) == (200, "svar"), headers
        policy = answered.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "//" not in policy, "no host but its own is named"


@pytest.mark.parametrize("name", ["annan.example:4200", "10.0.0.7:4200", "127.0.0.1.annan.example"])
def test_a_name_that_was_made_to_point_here_is_not_answered_while_nobody_is_asked_for_a_credential(
    open_site: Site, locked_site: Site, name: str
) -> None:
    refused = open_site.ask(host=name)
    assert refused.status_code == 403
    assert "KOMMUNPLAN_UI_CREDENTIAL" in refused.text
    assert locked_site.ask(host=name).status_code == 200


@pytest.mark.parametrize("path", DESCRIPTIONS)
def test_the_description_of_the_api_is_for_those_who_have_the_credential_where_there_is_one(
    open_site: Site, locked_site: Site, path: str
) -> None:
    assert open_site.read(path).text == "svar"
    for login in (None, ("petra", "fel-losenord-2027"), ("", "")):
        refused = locked_site.read(path, login)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Basic")
        assert "content-security-policy" in refused.headers
    assert locked_site.read(path, LOGIN).text == "svar"


@pytest.mark.parametrize("name", ["localhost:4200", "[::1]:4200", "127.0.0.1:4200"])
def test_this_machines_own_names_are_answered(open_site: Site, name: str) -> None:
    assert open_site.ask(host=name).status_code == 200


def test_a_socket_is_refused_to_another_web_site_before_anything_is_said(open_site: Site) -> None:
    with connect(f"ws://{open_site.address}/ut") as own:
        assert own.recv() == "svar"
    with pytest.raises(InvalidStatus) as refused:
        connect(f"ws://{open_site.address}/ut", origin=Origin("http://annan.example"))
    assert refused.value.response.status_code == 403


def test_who_meets_a_busy_prefect_is_told_to_ask_again_at_once_and_then_later_and_later() -> None:
    patience = Patience()
    waits = [patience.seconds("/api/flow_runs/", now=float(second)) for second in range(4)]
    assert waits == [0.1, 0.2, 0.4, 0.8]
    assert patience.seconds("/api/logs/", now=4) == 0.1  # another
    assert max(patience.seconds("/api/flow_runs/", now=5) for _ in range(9)) == 8
    patience.forget("/api/flow_runs/")
    assert patience.seconds("/api/flow_runs/", now=6) == 0.1
    assert patience.seconds("/api/flow_runs/", now=60) == 0.1  # long ago


async def test_a_busy_prefect_is_answered_with_when_to_ask_again() -> None:
    async def busy(request: Request) -> PlainTextResponse:
        return PlainTextResponse("Service Unavailable", 503)

    app = RequestFilter(Starlette(routes=[Route("/api/flow_runs/", busy)]), "127.0.0.1")
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:4200") as client:
        answers = [await client.get("/api/flow_runs/") for _ in range(2)]
    assert [answer.headers["Retry-After"] for answer in answers] == ["0.1", "0.2"]
