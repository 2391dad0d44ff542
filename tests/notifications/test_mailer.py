"""Connections that are kept and shared: never more than allowed, never one too many asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from notifications.failures import UnreachableError
from notifications.mailer import Mailer
from notifications.smtp import Server
from tests.notifications.conftest import Serve
from tests.notifications.servers import HANG_UP, Door, HastyServer, Inbox, NarrowController

SENDER = "kommunplan@orsa.example"
EVERYBODY = [f"{number}@orsa.example" for number in range(40)]


def make_server(port: int, timeout: float = 5) -> Server:
    return Server("127.0.0.1", port, "ingen", timeout=timeout)


async def send_to(mailer: Mailer, *addresses: str) -> list[BaseException | str]:
    """All at once; what became of each: empty where it went."""
    return await asyncio.gather(
        *(mailer.send(SENDER, address, b"Hej\r\n") for address in addresses), return_exceptions=True
    )


def recipients(inbox: Inbox) -> list[str]:
    return [to for _, to, _ in inbox.mails]


async def test_mails_at_once_share_as_many_connections_as_are_allowed(serve: Serve) -> None:
    inbox = Inbox({"DATA": [0.02] * 40})
    async with Mailer(make_server(serve(inbox)), 3) as mailer:
        assert await send_to(mailer, *EVERYBODY) == [""] * 40
    assert sorted(recipients(inbox)) == sorted(EVERYBODY)
    assert len(inbox.connections) == 3


async def test_mails_one_after_the_other_need_one(serve: Serve) -> None:
    inbox = Inbox()
    async with Mailer(make_server(serve(inbox)), 3) as mailer:
        for address in EVERYBODY:
            await mailer.send(SENDER, address, b"Hej\r\n")
    assert recipients(inbox) == EVERYBODY
    assert len(inbox.connections) == 1


async def test_what_one_connection_meets_is_not_felt_on_the_others(serve: Serve) -> None:
    inbox = Inbox({"RCPT": [None, "550 5.1.1 Nobody", "450 4.2.0 Later", HANG_UP]})
    async with Mailer(make_server(serve(inbox)), 4) as mailer:
        done = await send_to(mailer, *EVERYBODY)
    # whom the server hung up on before any content is asked anew
    assert sum(one != "" for one in done) <= 3
    assert sorted(recipients(inbox)) == sorted(
        address for address, one in zip(EVERYBODY, done, strict=True) if one == ""
    )


async def test_a_server_that_is_away_is_asked_once_however_many_wait() -> None:
    asked = 0

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    async with server, Mailer(make_server(server.sockets[0].getsockname()[1]), 4) as mailer:
        done = await send_to(mailer, *EVERYBODY[:4])
        assert all(isinstance(one, UnreachableError) for one in done)
        assert asked == 1
        await send_to(mailer, EVERYBODY[0])
        assert asked == 2, "an old answer was taken for a new one"


@pytest.fixture
def narrow() -> Iterator[tuple[int, Inbox, Door]]:
    """A server that takes two connections at once."""
    inbox, door = Inbox({"DATA": [0.02] * 40}), Door(2)
    controller = NarrowController(inbox, door)
    controller.start()
    yield int(controller.port), inbox, door
    controller.stop()


async def test_a_server_that_takes_fewer_connections_gets_every_mail_over_those(
    narrow: tuple[int, Inbox, Door],
) -> None:
    port, inbox, door = narrow
    async with Mailer(make_server(port), 5) as mailer:
        assert await send_to(mailer, *EVERYBODY) == [""] * 40
    assert sorted(recipients(inbox)) == sorted(EVERYBODY)
    assert len(inbox.connections) == 2
    assert door.turned_away == 1, "a place that the server does not give was asked for again"


async def test_every_connection_is_closed_at_the_end(narrow: tuple[int, Inbox, Door]) -> None:
    port, _, door = narrow
    async with Mailer(make_server(port), 2) as mailer:
        await send_to(mailer, *EVERYBODY[:10])
        assert door.inside == 2
    async with Mailer(make_server(port), 2) as again:  # there is room for it
        assert await send_to(again, *EVERYBODY[:10]) == [""] * 10
    assert door.turned_away == 0


async def test_a_place_is_given_back_also_by_who_is_broken_off(serve: Serve) -> None:
    inbox = Inbox({"RCPT": [60.0]})
    async with Mailer(make_server(serve(inbox), timeout=60)) as mailer:
        stuck = asyncio.create_task(mailer.send(SENDER, EVERYBODY[0], b"1\r\n"))
        assert await asyncio.to_thread(inbox.waits.wait, 30)
        waiting = asyncio.create_task(mailer.send(SENDER, EVERYBODY[1], b"2\r\n"))
        await asyncio.sleep(0)
        stuck.cancel()
        await waiting
    assert recipients(inbox) == [EVERYBODY[1]]


async def test_a_server_that_hangs_up_on_content_gets_each_mail_once(
    hasty_server: HastyServer,
) -> None:
    async with Mailer(make_server(hasty_server.port), 1) as mailer:
        done = await send_to(mailer, *EVERYBODY[:3])
    assert all("okänt om det togs emot" in str(one) for one in done)
    assert hasty_server.connections == 3
