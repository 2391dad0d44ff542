"""Towns for the tests of the engine, and mail servers for those of its delivery."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.notifications.conftest import serve as serve
from tests.tasks.town import Town

MakeTown = Callable[..., Town]


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the migrations make; copied, because they take a tenth of a second."""
    town = Town(tmp_path_factory.mktemp("empty"))
    town.close()
    return town.path


@pytest.fixture
def make_town(tmp_path: Path, empty_database: Path) -> Iterator[MakeTown]:
    """Makes a town in the test's folder, of the settings that are given, its database a copy of
    `like` or empty; closed after the test."""
    made: list[Town] = []

    def make(like: Path = empty_database, **overrides: Any) -> Town:
        folder = overrides.get("data", tmp_path)
        folder.mkdir(exist_ok=True)
        shutil.copy(like, folder)
        made.append(Town(folder, **overrides))
        return made[-1]

    yield make
    for town in made:
        town.close()


@pytest.fixture
def town(make_town: MakeTown) -> Town:
    return make_town()
