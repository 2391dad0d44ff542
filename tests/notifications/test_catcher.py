"""The local catcher keeps every mail as a file that can be looked at, and nothing else."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from models.errors import KommunplanError
from notifications.catcher import Catcher
from notifications.failures import TemporaryFailureError
from notifications.mailer import Mailer
from notifications.smtp import Server
from tests.notifications.letters import EVA, make_letter, make_message


@contextmanager
def catching(folder: Path) -> Iterator[Server]:
    catcher = Catcher(folder)
    catcher.start()
    try:
        yield Server("127.0.0.1", catcher.port, "ingen")
    finally:
        catcher.stop()


async def send(server: Server, subject: str, address: str = EVA.address) -> bytes:
    content = make_message(make_letter(subject=subject)).content
    async with Mailer(server) as mailer:
        await mailer.send("kommunplan@orsa.example", address, content)
    return content


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_a_mail_is_kept_whole_under_a_name_that_says_what_it_is(tmp_path: Path) -> None:
    with catching(tmp_path / "mejl") as server:
        content = await send(
            server, "Kommunplan 2028 · Årsredovisning: ny uppgift, klar senast 2027-03-09"
        )
    (file,) = (tmp_path / "mejl").iterdir()
    assert file.name == (
        "0001_eva.ekonomichef@orsa.example_"
        "Kommunplan-2028-Arsredovisning-ny-uppgift-klar-senast-2027-03-09.eml"
    )
    assert file.read_bytes() == content


async def test_numbers_go_on_after_a_restart(tmp_path: Path) -> None:
    for subject in ("Ett", "Två"):
        with catching(tmp_path) as server:
            await send(server, subject)
    assert [name[:4] for name in names(tmp_path)] == ["0001", "0002"]


async def test_no_name_leads_out_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "mejl"
    with catching(folder) as server:
        await send(server, "../../etc/passwd\x00 ~ $(rm)" + "x" * 300, "../.dolt@orsa.example")
        await send(server, "")
    first, second = names(folder)
    assert first.startswith("0001_dolt@orsa.example_etc-passwd-rm-xxx")
    assert second == "0002_eva.ekonomichef@orsa.example.eml"
    assert all(name.isascii() and len(name) < 160 for name in (first, second))
    assert names(tmp_path) == ["mejl"]


async def test_a_folder_that_is_gone_is_a_temporary_failure(tmp_path: Path) -> None:
    folder = tmp_path / "mejl"
    with catching(folder) as server:
        folder.rmdir()
        with pytest.raises(TemporaryFailureError, match="451"):
            await send(server, "Ett")


def test_a_taken_port_is_named_with_the_way_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(KommunplanError, match=f"127.0.0.1:{port}.*KOMMUNPLAN_SMTP_PORT"):
            Catcher(tmp_path, port=port).start()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "fil").write_text("")
    with pytest.raises(KommunplanError, match="kan inte skriva i"):
        Catcher(tmp_path / "fil" / "mejl").start()


def test_the_port_is_free_again_after_stop(tmp_path: Path) -> None:
    catcher = Catcher(tmp_path)
    catcher.start()
    port = catcher.port
    assert port != 0
    catcher.stop()
    catcher.stop()
    again = Catcher(tmp_path, port=port)
    again.start()
    assert again.port == port
    again.stop()
