"""The worker on a real Prefect server: whose flows it runs, what it does when they change, how runs end."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from calendars.definition import ORSA
from running.demo import demo_settings
from running.server import RunState
from tasks.settings import PROJECT
from tests.flows.conftest import Installation, until

pytestmark = pytest.mark.prefect
CHECK = "Daglig kontroll/kontroll"
CANCELLED = "Avbruten i Prefect. Årets sida visar om något ändå hann registreras."
OWN_STEPS = [{"prefect.deployments.steps.set_working_directory": {"directory": str(PROJECT)}}]


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Of Orsa, on a definition that the tests may change."""
    folder = tmp_path_factory.mktemp("worker")
    shutil.copytree(ORSA, folder / "orsa")
    chosen = demo_settings(folder / "var").model_copy(update={"definition": folder / "orsa"})
    one = Installation(chosen)
    one.start()
    yield one
    if one.process.poll() is None:
        assert one.stop() == 0


def log_of_worker(one: Installation) -> str:
    return (one.settings.data / "logg" / "arbetare.log").read_text()


def pid_of_worker(one: Installation) -> int:
    """The only one of the installation's processes that is named so."""
    for number in (one.settings.data / "logg" / "processer").read_text().split():
        if b"running.worker" in Path(f"/proc/{number}/cmdline").read_bytes():
            return int(number)
    raise AssertionError("no worker")


def is_told(one: Installation, run: str, said: str) -> bool:
    """Once the run's log has come, which is sent every other second: whether it says so, once."""
    found: list[str] = []

    def has_come() -> bool:
        lines = one.server._post("/logs/filter", {"logs": {"flow_run_id": {"any_": [run]}}})
        found[:] = [line["message"] for line in lines]
        return bool(found)

    until(has_come)
    return [said in message for message in found] == [True]


def test_what_is_submitted_takes_effect_at_once(started: Installation) -> None:
    """An idle machine does it in one second; where two cores are shared with other tests it may take ten."""
    began = time.monotonic()
    done = started.server.run_to_end(CHECK)
    assert done.is_completed, done.message
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("kind", ["entrypoint", "command", "pull steps", "the run's own variables"])
def test_who_has_the_servers_api_cannot_make_it_run_a_command(
    started: Installation, tmp_path: Path, kind: str
) -> None:
    mark = tmp_path / "gick"
    script = tmp_path / "annat.py"
    script.write_text(
        "from pathlib import Path\nfrom prefect import flow\n"
        f"Path({str(mark)!r}).write_text('läst')\n"
        f"@flow\ndef annat():\n    Path({str(mark)!r}).write_text('gick')\n"
    )
    command = f"touch {mark}"
    shell = {"prefect.deployments.steps.run_shell_script": {"script": command}}
    own = started.server._get(f"/deployments/name/{CHECK}")
    made = started.server._post(
        "/deployments/",
        {
            "name": f"annan {kind}",
            "flow_id": own["flow_id"],
            "work_pool_name": own["work_pool_name"],
            "entrypoint": f"{script}:annat" if kind == "entrypoint" else own["entrypoint"],
            "pull_steps": [*OWN_STEPS, shell] if kind == "pull steps" else OWN_STEPS,
            "job_variables": {"command": command} if kind == "command" else {},
        },
    )
    content: dict[str, Any] = {"state": {"type": "SCHEDULED"}}
    if kind == "the run's own variables":
        content["job_variables"] = {"command": command}
    run = started.server._post(f"/deployments/{made['id']}/create_flow_run", content)
    done = started.server.end_of(run["id"], kind)
    assert (done.kind, done.name) == ("FAILED", "Avvisat")
    assert done.message.startswith("Körs inte: ")
    assert not mark.exists()


def test_several_at_once_keep_their_own_names_and_logs(started: Installation) -> None:
    forms: dict[str, tuple[str, dict[str, Any]]] = {
        "budgetår": ("K01 Bokslut/bokslut", {"budgetar": 2031}),
        "läget": ("K02 Preliminär skatteprognos/skatteprognos", {"budgetar": 2028}),
        "nummer": ("T05 Uppdrag/uppdrag", {"rubrik": "x", "nummer": 1, "av": "Petra"}),
    }
    runs = {name: started.server.run(*form) for name, form in forms.items()}
    ended = {name: started.server.end_of(run, name) for name, run in runs.items()}
    assert "Budgetåret 2031 finns inte" in ended["budgetår"].message
    assert ended["läget"].name == "Planerat" or ended["läget"].is_completed
    assert "Töm rubrik" in ended["nummer"].message
    names = {name: started.server._get(f"/flow_runs/{run}")["name"] for name, run in runs.items()}
    assert names["budgetår"].startswith("Avvisat: K01 Bokslut")
    assert names["nummer"].startswith("Avvisat: T05 Uppdrag")
    assert is_told(started, runs["budgetår"], "2031 finns inte")
    assert is_told(started, runs["nummer"], "Töm rubrik")


# --- A definition that changes ---


def test_a_changed_definition_is_run_by_a_worker_that_has_read_it_and_a_broken_one_by_none(
    started: Installation,
) -> None:
    file = started.settings.definition / "definition.toml"
    sound, pid = file.read_text(), pid_of_worker(started)
    file.write_text(sound + "\n[[steg]]\n")
    refused = started.server.run_to_end(CHECK)
    assert (refused.kind, refused.name) == ("FAILED", "Avvisat")
    assert (
        "definition.toml har ändrats, och flödena går inte längre att läsa in." in refused.message
    )
    assert log_of_worker(started).count("starts anew") == 0

    file.write_text(sound + "\n# ändrad\n")
    for _ in range(2):
        done = started.server.run_to_end(CHECK)
        assert done.is_completed, done.message
        assert log_of_worker(started).count("definition.toml has changed: starts anew") == 1
    assert pid_of_worker(started) == pid, "who started it need not know"
    assert started.process.poll() is None


# --- How runs end ---


@contextmanager
def busy_database(one: Installation) -> Iterator[None]:
    """Whatever wants to write in it waits."""
    path = one.settings.database
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def running(one: Installation, deployment: str) -> str:
    """The id of a run that has begun, and waits."""
    run = one.server.run(deployment)
    until(lambda: one.server._get(f"/flow_runs/{run}")["state"]["type"] == "RUNNING")
    return run


def test_a_run_that_somebody_cancels_ends_and_leaves_the_others_alone(
    started: Installation,
) -> None:
    with busy_database(started):
        run = running(started, CHECK)
        cancelling = {"state": {"type": "CANCELLING"}}
        started.server._post(f"/flow_runs/{run}/set_state", cancelling)
        done = started.server.end_of(run, "kontroll", seconds=30)
    assert done == RunState("CANCELLED", "Cancelled", CANCELLED)
    assert started.server.run_to_end(CHECK).is_completed


def test_a_run_that_lasts_when_all_is_stopped_is_not_left_running(started: Installation) -> None:
    """Nor where the worker waits for it to start itself anew. Last: nothing runs after it."""
    file = started.settings.definition / "definition.toml"
    with busy_database(started):
        run = running(started, CHECK)
        file.write_text(file.read_text() + "\n# ändrad igen\n")
        started.server.run("Skicka mejl/skicka")
        until(lambda: log_of_worker(started).count("starts anew") == 2)
        started.process.send_signal(signal.SIGINT)
        until(lambda: state_in_file(started, run) != ("RUNNING", ""))
    assert started.process.wait(60) == 0
    # only now: Prefect's engine writes its own words first, and ours take their place
    assert state_in_file(started, run) == ("CRASHED", "Avbruten när arbetaren stängdes av.")


def state_in_file(one: Installation, run: str) -> tuple[str, str]:
    """Of a server that is being stopped, from its database."""
    path = one.settings.data / "prefect" / "prefect.db"
    query = (
        "SELECT s.type, s.message FROM flow_run r JOIN flow_run_state s ON s.id = r.state_id "
        "WHERE r.id = ?"
    )
    with closing(sqlite3.connect(path, timeout=30)) as database:
        [(kind, message)] = database.execute(query, [run]).fetchall()
    return str(kind), str(message or "")
