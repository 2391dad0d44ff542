"""Logging in: what the server offers is told as it is, no secret goes in clear text, and XOAUTH2."""

from __future__ import annotations

import asyncio
import gc
import logging
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from notifications.failures import UnreachableError
from notifications.mailer import Mailer
from notifications.smtp import Server
from notifications.tokens import Tokens
from tests.notifications.conftest import Certificate, Serve
from tests.notifications.microsoft import SECRET, Exchange, TokenEndpoint, token_endpoint
from tests.notifications.servers import Inbox, Offering

SENDER = "kommunplan@orsa.example"
EVA = "eva.ekonomichef@orsa.example"


async def send(server: Server, *addresses: str) -> None:
    async with Mailer(server) as mailer:
        for address in addresses or (EVA,):
            await mailer.send(SENDER, address, b"Hej\r\n")


async def refused(server: Server) -> UnreachableError:
    with pytest.raises(UnreachableError) as raised:
        await send(server)
    return raised.value


# --- What the server offers ---


@pytest.mark.parametrize(
    ("offered", "said", "todo"),
    [
        ("XOAUTH2", "inloggning med XOAUTH2, men inte", "Logga in med XOAUTH2"),
        ("NTLM", "inloggning med NTLM, men inte", "relay"),
        ("NTLM GSSAPI XOAUTH2", "NTLM, GSSAPI och XOAUTH2", "Logga in med XOAUTH2"),
    ],
)
async def test_the_ways_to_log_in_that_the_server_has_are_told(
    offering: Offering, offered: str, said: str, todo: str
) -> None:
    offering.offers = [f"AUTH {offered}"]
    failure = await refused(
        Server("127.0.0.1", offering.port, "ingen", username="kommunplan", password="hemligt")
    )
    assert said in str(failure)
    assert todo in str(failure)
    assert "STARTTLS" not in str(failure)
    assert failure.to_mend
    assert not any(word.startswith(b"AUTH") for word in offering.heard)


@pytest.mark.parametrize("ways", ["PLAIN LOGIN", "CRAM-MD5"])
async def test_no_login_goes_in_clear_text_not_even_to_this_machine(
    offering: Offering, ways: str
) -> None:
    offering.offers = [f"AUTH {ways}"]
    failure = await refused(
        Server("127.0.0.1", offering.port, "ingen", username="kommunplan", password="hemligt")
    )
    assert "utan kryptering" in str(failure)
    assert not any(word.startswith(b"AUTH") for word in offering.heard)


@pytest.mark.parametrize("host", ["192.0.2.1", "smtp.orsa.example", "0.0.0.0", "::"])  # noqa: S104 - refused
async def test_no_mail_goes_in_clear_text_to_another_machine(host: str) -> None:
    failure = await refused(Server(host, 25, "ingen", timeout=0.2))
    assert "KOMMUNPLAN_SMTP_SECURITY" in str(failure)
    assert failure.to_mend


async def test_passwords_that_microsoft_365_has_turned_off_are_told_with_what_helps(
    serve: Serve, certificate: Certificate
) -> None:
    class Off(Inbox):
        async def auth_PLAIN(self, server: Any, args: list[str]) -> Any:  # noqa: N802 - aiosmtpd's name
            await server.push(
                "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled"
            )
            return AuthResult(success=False, handled=True)

    port = serve(Off(), tls_context=certificate.context, auth_exclude_mechanism=["LOGIN"])
    failure = await refused(
        Server(
            "127.0.0.1",
            port,
            "starttls",
            username="kommunplan",
            password="hemligt",
            ca_file=certificate.file,
        )
    )
    assert "5.7.139" in str(failure)
    assert "XOAUTH2" in str(failure)
    assert "Rätta användarnamn" not in str(failure)


# --- XOAUTH2 ---


@pytest.fixture
def exchange() -> Exchange:
    return Exchange()


@pytest.fixture
def endpoint(exchange: Exchange) -> Iterator[TokenEndpoint]:
    with token_endpoint(exchange) as running:
        yield running


@pytest.fixture
def server(
    serve: Serve, certificate: Certificate, exchange: Exchange, endpoint: TokenEndpoint
) -> Server:
    port = serve(
        exchange,
        tls_context=certificate.context,
        require_starttls=True,
        auth_required=True,
        auth_exclude_mechanism=["LOGIN", "PLAIN"],
    )
    return Server(
        "127.0.0.1",
        port,
        "starttls",
        username=SENDER,
        timeout=5,
        ca_file=certificate.file,
        tokens=Tokens(endpoint.url, "klient", SECRET, "https://outlook.office365.com/.default"),
    )


async def test_one_logs_in_with_a_token_got_by_client_credentials(
    server: Server, exchange: Exchange, endpoint: TokenEndpoint
) -> None:
    await send(server)
    assert [to for _, to, _ in exchange.mails] == [EVA]
    assert endpoint.asked == [
        {
            "grant_type": ["client_credentials"],
            "client_id": ["klient"],
            "client_secret": [SECRET],
            "scope": ["https://outlook.office365.com/.default"],
        }
    ]


async def test_a_token_is_kept_for_the_next_connection(
    server: Server, exchange: Exchange, endpoint: TokenEndpoint
) -> None:
    await send(server)
    await send(server)
    assert exchange.shown == ["token-1", "token-1"]
    assert len(endpoint.asked) == 1


async def test_a_connection_over_tls_that_is_closed_leaves_no_socket(
    server: Server, exchange: Exchange
) -> None:
    """TLS would wait for the server's farewell; a loop that ends before it leaves the socket to nobody."""
    await send(server)
    await asyncio.sleep(0)
    found = [one for one in gc.get_objects() if isinstance(one, socket.socket)]
    ours = [one for one in found if one.fileno() != -1 and _peer_of(one) == server.port]
    assert len(exchange.mails) == 1
    assert ours == []


def _peer_of(one: socket.socket) -> int | None:
    try:
        return int(one.getpeername()[1])
    except (OSError, IndexError, ValueError):
        return None


async def test_a_token_is_renewed_before_its_end(
    server: Server, exchange: Exchange, endpoint: TokenEndpoint
) -> None:
    endpoint.seconds = 0
    await send(server)
    endpoint.seconds = 3600
    await send(server)
    await send(server)
    assert exchange.shown == ["token-1", "token-2", "token-2"]


async def test_a_kept_token_that_is_taken_no_more_is_renewed_at_once(
    server: Server, exchange: Exchange
) -> None:
    await send(server)
    exchange.tokens.clear()
    await send(server)
    assert exchange.shown == ["token-1", "token-1", "token-2"]
    assert len(exchange.mails) == 2


async def test_a_token_that_may_not_send_says_what_is_lacking(
    server: Server, exchange: Exchange, endpoint: TokenEndpoint
) -> None:
    endpoint.answers = [(200, {"access_token": "nobodys", "expires_in": 3600})]
    failure = await refused(server)
    assert "535 5.7.3" in str(failure)
    assert "SMTP.SendAsApp" in str(failure)
    assert failure.to_mend
    await send(server)
    assert len(exchange.mails) == 1, "the token that was not taken was kept"


@pytest.mark.parametrize(
    ("answer", "said", "to_mend"),
    [
        (
            (401, {"error": "invalid_client", "error_description": "AADSTS7000222: expired"}),
            "AADSTS7000222.*har gått ut",
            True,
        ),
        ((400, {"error": "unauthorized_client"}), "400 unauthorized_client.*CLIENT_ID", True),
        ((503, {}), "svarade 503", False),
        ((429, {}), "svarade 429", False),
        ((200, {"nothing": 1}), "ger ingen token", True),
    ],
)
async def test_where_no_token_is_given_nobody_can_send_and_no_secret_is_told(
    server: Server,
    endpoint: TokenEndpoint,
    caplog: pytest.LogCaptureFixture,
    answer: tuple[int, dict[str, Any]],
    said: str,
    to_mend: bool,
) -> None:
    caplog.set_level(logging.DEBUG)
    endpoint.answers = [answer]
    with pytest.raises(UnreachableError, match=said) as raised:
        await send(server)
    assert raised.value.to_mend is to_mend
    await send(server)
    told = f"{raised.getrepr(style='long')} {caplog.text} {server!r} {server.tokens!r}"
    assert SECRET not in told
    assert "token-2" not in told


async def test_a_token_is_not_shown_in_clear_text(offering: Offering) -> None:
    offering.offers = ["AUTH XOAUTH2"]
    tokens = Tokens("http://127.0.0.1:9/token", "klient", SECRET, "allt")
    failure = await refused(
        Server("127.0.0.1", offering.port, "ingen", username=SENDER, tokens=tokens)
    )
    assert "utan kryptering" in str(failure)


async def test_what_xoauth2_still_lacks_is_named() -> None:
    tokens = Tokens("http://127.0.0.1:9/token", "", "", "allt")
    failure = await refused(Server("127.0.0.1", 25, "starttls", tokens=tokens))
    for name in ("KOMMUNPLAN_SMTP_USER", "KOMMUNPLAN_SMTP_CLIENT_ID", "_CLIENT_SECRET"):
        assert name in str(failure)


async def test_a_message_id_that_comes_again_has_been_sent_and_the_servers_own_is_told(
    server: Server, exchange: Exchange
) -> None:
    content = b"Message-ID: <abc@orsa.example>\r\n\r\nHej\r\n"
    async with Mailer(server) as mailer:
        assert await mailer.send(SENDER, EVA, content) == exchange.had["<abc@orsa.example>"]
        assert await mailer.send(SENDER, EVA, content) == ""
        await mailer.send(SENDER, EVA, b"Message-ID: <another@orsa.example>\r\n\r\nHej\r\n")
    assert len(exchange.mails) == 2
