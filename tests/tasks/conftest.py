"""Towns for the tests of the engine, and mail servers for those of its delivery."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hands import Hands
from tests.notifications.conftest import certificate as certificate
from tests.notifications.conftest import hasty_server as hasty_server
from tests.notifications.conftest import serve as serve
from tests.tasks.started import QuickEngine
from tests.tasks.town import Staffed, Town, own_definition

MakeTown = Callable[..., Town]


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the migrations make; copied, because they take a tenth of a second."""
    town = Town(tmp_path_factory.mktemp("empty"))
    town.close()
    return town.path


@pytest.fixture
def make_town(
    request: pytest.FixtureRequest, tmp_path: Path, empty_database: Path
) -> Iterator[MakeTown]:
    """Makes a town in the test's folder, of the settings that are given, its database a copy of
    `like` or empty; closed after the test. Its years are started as tests.tasks.started says."""
    engine = Hands if "monkeypatch" in request.fixturenames else QuickEngine
    made: list[Town] = []

    def make(like: Path = empty_database, **overrides: Any) -> Town:
        folder = overrides.get("data", tmp_path)
        folder.mkdir(exist_ok=True)
        shutil.copy(like, folder)
        made.append(Town(folder, **overrides))
        made[-1].engine = engine
        return made[-1]

    yield make
    for town in made:
        town.close()


@pytest.fixture
def town(make_town: MakeTown) -> Town:
    return make_town()


@pytest.fixture
def staffed(make_town: MakeTown, tmp_path: Path) -> Staffed:
    """A town with a definition directory of its own, for the test to name the holders in."""
    town = make_town(definition=own_definition(tmp_path))
    town.__class__ = Staffed
    assert isinstance(town, Staffed)
    return town


@pytest.fixture(scope="session")
def january(tmp_path_factory: pytest.TempPathFactory) -> Path:
    town = Town(tmp_path_factory.mktemp("january"))
    town.on("2027-01-04").start_year(2028)
    town.close()
    return town.path


@pytest.fixture
def year(make_town: MakeTown, january: Path) -> Town:
    """Eight mails wait: bokslut's parts."""
    return make_town(like=january)


@pytest.fixture
def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
