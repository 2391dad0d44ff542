"""A real installation that others could reach: what it asks for, whom it answers, who watches it."""

from __future__ import annotations

import email
import email.policy
import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright
from prometheus_client.parser import text_string_to_metric_families
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tasks.settings import PROJECT, Settings, environment_for_prefect
from tasks.watch.alarms import FILE
from tests.flows import spy
from tests.flows.conftest import CREDENTIAL, Installation, until
from tests.running.test_request_filter import EVERYWHERE

pytestmark = pytest.mark.prefect

CHROMIUM = "/usr/bin/chromium"
BROWSERS_OWN = {
    "accounts.google.com",
    "update.googleapis.com",
    "content-autofill.googleapis.com",
    "clients2.google.com",
    "redirector.gvt1.com",
}
PAGES = (
    "dashboard",
    "runs",
    "flows",
    "deployments",
    "work-pools",
    "work-pools/create",
    "blocks",
    "blocks/catalog",
    "variables",
    "artifacts",
    "automations",
    "automations/create",
    "events",
    "concurrency-limits",
    "settings",
)
TABS = 5
"""So many are loaded at once: each is waited for until it has asked for nothing more for half a second."""


@pytest.fixture(scope="module")
def reachable(installation: Installation) -> Installation:
    """A year has been run on it; every Python of it was spied upon."""
    return installation


def command(installation: Installation, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli", *words],
        cwd=PROJECT,
        env=environment_for_prefect(installation.settings),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def own_address() -> str:
    """The machine's address on its network, where it has one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


# --- Who is answered ---


@pytest.mark.parametrize(
    ("login", "status"),
    [
        (None, 401),
        (("petra", "fel-men-lika-langt"), 401),
        (("", ""), 401),
        (tuple(CREDENTIAL.split(":")), 200),
    ],
)
@pytest.mark.parametrize("path", ["flow_runs/filter", "deployments/filter", "logs/filter"])
def test_the_api_answers_those_who_have_the_credential(
    reachable: Installation, path: str, login: Any, status: int
) -> None:
    for host in ("127.0.0.1", own_address()):
        api = f"http://{host}:{reachable.settings.port}/api/{path}"
        assert httpx.post(api, json={}, auth=login, timeout=30).status_code == status


def test_its_sockets_ask_for_the_credential_too(reachable: Installation) -> None:
    address = f"{reachable.settings.prefect_api.replace('http', 'ws')}/events/out"

    def said(token: str) -> Any:
        with connect(address, subprotocols=[Subprotocol("prefect")]) as events:
            events.send(json.dumps({"type": "auth", "token": token}))
            return json.loads(events.recv())

    assert said(CREDENTIAL) == {"type": "auth_success"}
    with pytest.raises(ConnectionClosed):
        said("petra:fel-men-lika-langt")


def test_the_command_line_and_the_worker_have_it(reachable: Installation) -> None:
    assert "Prefect frågar efter:" in reachable.output
    check = reachable.server.run_to_end("Daglig kontroll/kontroll")
    assert check.is_completed, check.message
    reachable.clock_file.write_text("2028-03-20")
    ran = command(reachable, "kontroll")
    assert ran.returncode == 0, ran.stderr
    assert "Prefect visar det nya läget om en stund" in ran.stdout


# --- What is asked for ---


def name_in(said: bytes) -> str:
    """The host that a request, or the beginning of a TLS connection, is for (RFC 6066, server_name)."""
    if found := re.search(rb"Host: ([^:\r]+)", said):
        return found[1].decode()
    for found in re.finditer(rb"(?=\x00\x00(..)(..)\x00(..))", said, re.DOTALL):
        extension, listed, length = (int.from_bytes(part) for part in found.groups())
        if extension == listed + 2 == length + 5:
            name = said[found.start() + 9 : found.start() + 9 + length]
            return name.decode("ascii", "replace")
    return repr(said)


class Trap:
    """Where the browser comes whenever it asks for a name that is not this machine's, and whom it asks for:
    the name stands in a request, and in the beginning of a TLS connection."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._note, daemon=True).start()

    def _note(self) -> None:
        while True:
            try:
                call, _ = self._listener.accept()
            except OSError:
                return
            with call:
                call.settimeout(5)
                try:
                    said = call.recv(4096)
                except OSError:
                    said = b""
            if said:
                self.names.add(name_in(said))

    @property
    def caught(self) -> set[str]:
        """What was asked for but by the browser for itself, which it does with an empty page too."""
        return {name for name in self.names if name not in BROWSERS_OWN}

    def close(self) -> None:
        self._listener.close()


@pytest.fixture(scope="module")
def trap() -> Iterator[Trap]:
    with closing(Trap()) as made:
        yield made


@pytest.fixture(scope="module")
def browser(trap: Trap) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-sync",
                "--disable-background-networking",
                "--disable-component-update",
                f"--host-resolver-rules=MAP * 127.0.0.1:{trap.port}, EXCLUDE 127.0.0.1",
            ],
        )


def visit(page: Page, address: str) -> None:
    """The page, with all that it fetches; where the UI asks for the credential it is given."""
    page.goto(address)
    settle(page)


def settle(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    field = page.locator("input").first
    for _ in range(300):  # a page that knows the credential by now leaves the login by itself
        if "/login" not in page.url or field.is_visible():
            break
        page.wait_for_timeout(100)
    if "/login" in page.url:
        field.fill(CREDENTIAL)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda now: "/login" not in now)
        page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("ui", ["", "/v2"], ids=["the UI", "the newer UI"])
def test_every_page_asks_for_the_credential_and_nothing_from_outside(
    reachable: Installation, browser: Browser, trap: Trap, ui: str
) -> None:
    base = reachable.settings.prefect_address
    window = browser.new_context()
    outside: list[Request] = []
    home = (f"{base}/", "data:", "blob:", f"{base.replace('http', 'ws')}/")
    window.on("request", lambda one: None if one.url.startswith(home) else outside.append(one))
    sockets: list[str] = []
    window.on("page", lambda tab: tab.on("websocket", lambda one: sockets.append(one.url)))

    page = window.new_page()
    page.goto(f"{base}{ui}/dashboard")
    page.wait_for_url(re.compile("/login"))
    visit(page, f"{base}{ui}/dashboard")
    for names in (PAGES[at : at + TABS] for at in range(0, len(PAGES), TABS)):
        tabs = {name: window.new_page() for name in names}
        for name, tab in tabs.items():
            tab.goto(f"{base}{ui}/{name}", wait_until="commit")
        for name, tab in tabs.items():
            settle(tab)
            assert f"{ui}/{name}" in tab.url
            tab.close()
    form = deployment(reachable, "Rapportera klart/klar")
    visit(page, f"{base}{ui}/deployments/deployment/{form['id']}/run")
    page.get_by_text("Steg", exact=False).first.wait_for()
    visit(page, f"{base}{ui}/deployments/deployment/{form['id']}")
    run = reachable.server.run("Daglig kontroll/kontroll")
    visit(page, f"{base}{ui}/runs/flow-run/{run}")

    page.wait_for_timeout(500)
    assert trap.caught == set()
    assert {one.failure for one in outside} <= {"csp"}, [one.url for one in outside]
    assert all(address.startswith(home) for address in sockets)
    window.close()


def test_the_browser_would_have_been_caught(browser: Browser, trap: Trap) -> None:
    page = browser.new_page()
    with pytest.raises(Exception, match="ERR_"):
        page.goto("http://kommunen.example/")
    assert trap.caught == {"kommunen.example"}


def test_no_process_of_it_asks_for_another_machine(reachable: Installation, spied: Path) -> None:
    # what the server would fetch from outside for the page that makes a work pool
    api = f"{reachable.settings.prefect_api}/collections/views/aggregate-worker-metadata"
    assert httpx.get(api, auth=reachable.settings.prefect_login, timeout=30).status_code == 200
    seen = spy.asked(spied)
    assert "socket.connect 127.0.0.1" in seen, "the spy sees"
    here = {"127.0.0.1", "localhost", "::1", "local", EVERYWHERE, "None", socket.gethostname()}
    assert {line.split()[1] for line in seen} <= here


def test_telemetry_is_off_whatever_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PREFECT_SERVER_ANALYTICS_ENABLED", "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS"):
        monkeypatch.setenv(name, "true")
    for name in ("DO_NOT_TRACK", "CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PREFECT_SERVER_API_AUTH_STRING", "någon:annans")
    asks = (
        "from prefect.settings import get_current_settings\n"
        "from prefect.analytics import is_telemetry_enabled\n"
        "on = get_current_settings()\n"
        "print(on.server.analytics_enabled, on.telemetry.enable_resource_metrics,\n"
        "      on.server.ui.show_promotional_content, is_telemetry_enabled(),\n"
        "      on.server.api.auth_string, on.server.api.cors_allowed_origins)"
    )
    chosen = Settings(_env_file=None, data=tmp_path)
    told = subprocess.run(
        [sys.executable, "-c", asks],
        env=environment_for_prefect(chosen),
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == ["False"] * 4 + ["None", "http://127.0.0.1:4200"]


# --- Who watches ---


def deployment(installation: Installation, name: str) -> Any:
    return installation.server._get(f"/deployments/name/{name}")


def alarms(installation: Installation) -> list[str]:
    found = []
    for path in sorted((installation.settings.data / "post").glob("*.eml")):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if str(mail["Subject"]).startswith("Driftlarm"):
            assert mail["To"] in {
                installation.settings.process_owner,
                "petra.processagare@orsa.example",
            }
            found.append(str(mail["Subject"]))
    return found


def test_all_is_well_and_said_to_be(reachable: Installation) -> None:
    ran = command(reachable, "halsa")
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout
    assert "Allt är bra." in ran.stdout
    said = json.loads(command(reachable, "halsa", "--json").stdout)
    assert said["mar_bra"] is True
    assert {point["namn"]: point["bra"] for point in said["punkter"]} == dict.fromkeys(
        (
            "databasen",
            "kontrollen",
            "utkorgen",
            "loggen",
            "disken",
            "vakten",
            "svarssidan",
            "prefect",
            "arbetaren",
            "schemat",
        ),
        True,
    )
    assert said["kontrollen"]["i_dag"] is True


def test_its_measures_are_read_by_prometheus_and_by_nobody_else(reachable: Installation) -> None:
    port = reachable.settings.metrics_port
    text = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=30).text
    values = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert values["kommunplan_database_usable",] == 1
    assert values["kommunplan_check_late",] == 0
    assert 0 <= values["kommunplan_check_age_seconds",] < 3600
    states = {key[2][1]: value for key, value in values.items() if key[0] == "kommunplan_steps"}
    assert states["klart"] >= 50
    assert sum(states.values()) == 55 + 4 + 8, (
        "with three deviations of the forecast, an uppdrag, and each KF's kungörelse"
    )
    assert "@" not in text
    if (elsewhere := own_address()) != "127.0.0.1":
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"http://{elsewhere}:{port}/metrics", timeout=30)


def test_the_owner_is_told_once_a_day_while_no_check_runs_and_no_more_when_one_does(
    reachable: Installation,
) -> None:
    """The schedule is paused, and time passes: the last check, and then the last alarm, are set back."""
    server, database = reachable.server, reachable.settings.database
    paused = deployment(reachable, "Daglig kontroll/kontroll")["id"]
    server._post(f"/deployments/{paused}/pause_deployment", {})
    assert alarms(reachable) == []

    before = datetime.now(UTC) - timedelta(hours=27)
    change(database, "UPDATE check_day SET ran_at = ?", before.strftime("%Y-%m-%d %H:%M:%S.%f"))
    until(lambda: len(alarms(reachable)) == 1)
    [subject] = alarms(reachable)
    assert "Den dagliga kontrollen har inte gått klart sedan" in subject
    ran = command(reachable, "halsa", "--mejla")
    assert ran.returncode == 1
    assert "har inte gått i dag" in ran.stdout
    assert "den dagliga kontrollen är pausad i Prefect" in " ".join(ran.stdout.split())
    assert "det senaste dygnet har redan ett gått" in ran.stdout
    assert len(alarms(reachable)) == 1

    (reachable.settings.data / FILE).write_text(before.isoformat())
    restarted = json.loads(journal(reachable)[-1])  # the watch itself still remembers
    assert restarted["event"] == "alarm.told"
    assert command(reachable, "halsa", "--mejla").returncode == 1
    assert len(alarms(reachable)) == 2

    server._post(f"/deployments/{paused}/resume_deployment", {})
    assert server.run_to_end("Daglig kontroll/kontroll").is_completed
    (reachable.settings.data / FILE).unlink()
    assert command(reachable, "halsa", "--mejla").returncode == 0
    assert len(alarms(reachable)) == 2


def test_the_journal_of_all_its_processes_is_json_and_holds_no_person_and_no_secret(
    reachable: Installation,
) -> None:
    lines = [json.loads(line) for line in journal(reachable)]
    events = {line["event"] for line in lines}
    assert {"check", "step", "mail.sent", "watch.began", "alarm.told"} <= events
    assert all({"at", "level", "event"} <= set(line) for line in lines)
    text = "\n".join(journal(reachable))
    for secret in ("@", "http", "svara", CREDENTIAL.partition(":")[2]):
        assert secret not in text


def change(database: Path, sql: str, *values: object) -> None:
    import sqlite3

    with closing(sqlite3.connect(database, timeout=30)) as connection, connection:
        connection.execute(sql, values)


def journal(installation: Installation) -> list[str]:
    return (installation.settings.data / "logg" / "journal.jsonl").read_text().splitlines()
