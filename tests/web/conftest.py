"""Sites for the tests of the answer page."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.tasks.conftest import MakeTown
from tests.tasks.conftest import empty_database as empty_database
from tests.tasks.conftest import make_town as make_town
from tests.tasks.town import Town
from tests.web.site import Site

MakeSite = Callable[..., Site]
SECRET = "en hemlighet som är lång nog för ett prov"  # noqa: S105 - invented


@pytest.fixture(scope="session")
def march(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    """1 March 2027, as it is stored: bokslut, skatteprognos, årsredovisning and bokslutsdag are open."""
    town = Town(tmp_path_factory.mktemp("march"), secret=SECRET)
    town.on("2027-03-01").start_year(2028)
    town.close()
    return town.path


@pytest.fixture
def make_site(make_town: MakeTown, march: Path, tmp_path: Path) -> Iterator[MakeSite]:
    """Makes a site of the settings that are given; closed after the test."""
    made: list[Site] = []

    def make(kind: type[Site] = Site, **settings: object) -> Site:
        # asyncio turns Nagle's delay off only where the protocol is named
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.bind(("127.0.0.1", 0))
        chosen = {
            "clock_file": tmp_path / "today",
            "page_port": listener.getsockname()[1],
            "secret": SECRET,
            **settings,
        }
        # another definition has other holders: its mails are made anew
        town = make_town(**chosen) if "definition" in settings else make_town(march, **chosen)
        if "definition" in settings:
            town.on("2027-03-01").start_year(2028)
        made.append(kind(town, "2027-03-01", listener))
        return made[-1]

    yield make
    for site in made:
        site.close()


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    return make_site()
