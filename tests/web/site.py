"""A town whose mails have been sent, the page on a real server, and the links as the mails have them."""

from __future__ import annotations

import email
import email.policy
import re
import socket
import threading
import time
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import uvicorn
from starlette.types import ASGIApp

from models.tables import MailRow
from tasks.links.issue import find_link, signer
from tests.tasks.town import Town
from web.app import make_app

EVA = "eva.ekonomichef@orsa.example"


class Site:
    """A town's started year 2028 as it stands on a day, and a browser without a window. `told` counts how
    often the page has said that something was answered."""

    def __init__(self, town: Town, day: str, listener: socket.socket) -> None:
        self.town, self.told = town, 0
        self.day = day
        self.seconds = 0.0  # stands still but for the test that moves it
        app = self._app()
        self._server = uvicorn.Server(
            uvicorn.Config(app, log_level="warning", access_log=False, log_config=None)
        )
        self._thread = threading.Thread(target=self._server.run, args=([listener],))
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        self.client = self.browser()

    def _app(self) -> ASGIApp:
        town = self.town
        return make_app(town.settings, town.database, self._told, lambda: self.seconds)

    @property
    def address(self) -> str:
        return self.town.settings.page_address

    @property
    def local_address(self) -> str:
        """Where the page listens, whatever its public address."""
        return f"http://127.0.0.1:{self.town.settings.page_port}"

    @property
    def own_headers(self) -> dict[str, str]:
        """What a browser sends with the page's own forms."""
        return {"origin": self.address, "sec-fetch-site": "same-origin"}

    def browser(self) -> httpx.Client:
        """Another browser: one with cookies of its own."""
        return httpx.Client(base_url=self.local_address, timeout=30, verify=False)  # noqa: S501

    def _told(self) -> None:
        self.told += 1

    def wait_until_told(self, times: int) -> None:
        """Waits for what comes after the answer has gone to the browser."""
        until = time.monotonic() + 10
        while self.told < times and time.monotonic() < until:
            time.sleep(0.01)
        assert self.told == times

    def close(self) -> None:
        self.client.close()
        self._server.should_exit = True
        self._thread.join()

    @property
    def day(self) -> str:
        return self._clock.read_text()

    @day.setter
    def day(self, day: str) -> None:
        self._clock.write_text(day)

    @property
    def _clock(self) -> Path:
        assert self.town.settings.clock_file is not None
        return self.town.settings.clock_file

    def mails(self, **wanted: str) -> list[MailRow]:
        return [
            mail
            for mail in self.town.mails()
            if all(getattr(mail, name) == value for name, value in wanted.items())
        ]

    def link(self, step: str, *, address: str = "", kind: str = "") -> str:
        """The path of the newest link to the step, in a mail of its own or in a collected one."""
        told = [
            one.mail_id
            for one in self.town.notices()
            if one.step == step and address in one.address and kind in one.kind
        ]
        known = signer(self.town.settings)
        found = []
        with self.town.database.read() as session:
            for mail in self.town.mails():
                for link in links_in(mail) if mail.id in told else ():
                    path = urlsplit(link).path
                    row = find_link(session, known, path.rpartition("/")[2])
                    if row is not None and row.step == step:
                        found.append(path)
        return found[-1]

    def open(self, link: str) -> httpx.Response:
        return self.client.get(link)

    def send(self, link: str, answer: str, /, **fields: str) -> httpx.Response:
        """Opens the link and sends one of its forms, as a browser does."""
        return self.post(self.client, self.client.get(link), answer, **fields)

    def post(
        self, browser: httpx.Client, page: httpx.Response, answer: str, /, **fields: str
    ) -> httpx.Response:
        """Sends one of the forms of a page that a browser has open."""
        sent = {"svar": answer, "formular": signature_in(page), **fields}
        return browser.post(page.url, data=sent, headers=self.own_headers)

    def facts(self, kind: str) -> list[Any]:
        return [event for event in self.town.log() if event.kind == kind]


def links_in(mail: MailRow) -> list[str]:
    """The links of the text part and of the HTML part; they have to be the same."""
    message = email.message_from_bytes(mail.content, _class=EmailMessage, policy=email.policy.SMTP)
    found = []
    for subtype in ("plain", "html"):
        body = message.get_body((subtype,))
        assert isinstance(body, EmailMessage)
        found.append(
            list(dict.fromkeys(re.findall(r"https?://[^\s\"<]+", str(body.get_content()))))
        )
    assert found[0] == found[1]
    return found[0]


def signature_in(page: httpx.Response) -> str:
    found = re.search(r'name="formular" value="([^"]+)"', page.text)
    return found.group(1) if found else ""
