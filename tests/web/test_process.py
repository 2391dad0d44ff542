"""The page as `kommunplan start` runs it: a process of its own, on this machine only."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tasks.settings import PROJECT, Settings, environment_for_prefect
from tests.tasks.conftest import MakeTown
from tests.web.site import EVA, links_in, signature_in


@contextmanager
def running(chosen: Settings, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        page = subprocess.Popen(
            [sys.executable, "-m", "web"],
            cwd=PROJECT,
            env=environment_for_prefect(chosen),
            stdout=output,
            stderr=output,
        )
    try:
        yield page
    finally:
        page.kill()
        page.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listening_on(port: int) -> set[str]:
    """The addresses on which something listens on the port, as the kernel writes them."""
    lines = [
        line.split()
        for file in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in Path(file).read_text().splitlines()[1:]
    ]
    local = [one[1].split(":") for one in lines if one[3] == "0A"]  # LISTEN
    return {address for address, number in local if int(number, 16) == port}


def test_it_answers_on_this_machine_only_logs_no_link_and_ends_when_asked(
    make_town: MakeTown, tmp_path: Path
) -> None:
    clock_file, log = tmp_path / "today", tmp_path / "page.log"
    clock_file.write_text("2027-03-01")
    # no Prefect answers there: what was said has to be stored all the same
    town = make_town(clock_file=clock_file, page_port=free_port(), port=free_port())
    town.on("2027-03-01").start_year(2028)
    [mail] = [mail for mail in town.mails() if mail.address == EVA]
    link = links_in(mail)[0]
    address = town.settings.page_address
    with running(town.settings, log) as page, httpx.Client() as browser:
        last = time.monotonic() + 60
        while True:
            assert page.poll() is None, log.read_text()
            assert time.monotonic() < last, log.read_text()
            try:
                assert browser.get(f"{address}/halsa").text == "ok"
                break
            except httpx.ConnectError:
                time.sleep(0.1)
        shown = browser.get(link)
        sent = {"svar": "klart", "formular": signature_in(shown)}
        done = browser.post(link, data=sent, headers={"origin": address}, follow_redirects=True)
        assert "Tack, din del är registrerad som klar" in done.text
        assert "server" not in done.headers
        assert listening_on(town.settings.page_port) == {"0100007F"}, "127.0.0.1"
        assert [event.kind for event in town.log()][-1] == "rapporterat"
        assert log.read_text() == "", "neither a link nor anything else"
        town.change("UPDATE cycle SET definition = 'trasig'")
        assert browser.get(link).status_code == 500
        page.send_signal(signal.SIGTERM)
        page.wait(30)
    assert "JSONDecodeError" in log.read_text(), "whoever is to mend it is told"
    assert link.rpartition("/")[2].partition(".")[0] not in log.read_text()


def test_without_a_database_it_says_what_to_do(tmp_path: Path) -> None:
    log = tmp_path / "page.log"
    with running(Settings(_env_file=None, data=tmp_path / "tom"), log) as page:
        assert page.wait(60) == 2
    assert "Kör make start" in log.read_text()
    assert "Traceback" not in log.read_text()
