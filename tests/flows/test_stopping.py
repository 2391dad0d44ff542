"""How an installation ends: by Ctrl-C, and when a part of it dies. The last tests of the shared one."""

from __future__ import annotations

import socket
import subprocess

import pytest

from tasks.watch.alarms import FILE
from tests.flows.conftest import Installation
from tests.flows.test_nothing_leaves import alarms
from tests.flows.test_year import events

pytestmark = pytest.mark.prefect


def test_ctrl_c_ends_everything_and_a_new_start_goes_on_where_it_was(
    installation: Installation,
) -> None:
    assert installation.stop() == 0
    assert "Allt är avslutat" in installation.output
    assert not installation.server.is_healthy()
    for port in (installation.settings.smtp_port, installation.settings.page_port):
        with pytest.raises(ConnectionRefusedError), socket.socket() as probe:
            probe.connect(("127.0.0.1", port))
    before = [event.key for event in events(installation)]
    installation.start()
    assert [event.key for event in events(installation)] == before


def test_the_owner_is_told_when_a_part_of_it_dies(installation: Installation) -> None:
    (installation.settings.data / FILE).unlink(missing_ok=True)
    before = len(alarms(installation))
    numbers = (installation.settings.data / "logg" / "processer").read_text().split()
    subprocess.run(["kill", "-KILL", numbers[-1]], check=True)  # noqa: S607 - the watch
    assert installation.process.wait(120) == 2
    assert "vakten avslutades av sig själv" in installation.output
    assert alarms(installation)[before:] == ["Driftlarm: Kommunplan har stannat"]
