"""The SMTP client against a real server: what is temporary, what is permanent, and never twice."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any

import pytest

from notifications.failures import PermanentFailureError, TemporaryFailureError, UnreachableError
from notifications.mailer import Mailer
from notifications.smtp import Server
from tests.notifications.conftest import Certificate, Serve, make_certificate
from tests.notifications.letters import make_message
from tests.notifications.servers import HANG_UP, HastyServer, Inbox, authenticator

SENDER = "kommunplan@orsa.example"
EVA = "eva.ekonomichef@orsa.example"


def make_server(port: int, **overrides: Any) -> Server:
    fields: dict[str, Any] = {"security": "ingen", "timeout": 5, **overrides}
    return Server("127.0.0.1", port, **fields)


async def send(server: Server, *addresses: str, content: bytes | None = None) -> None:
    async with Mailer(server) as mailer:
        for address in addresses or (EVA,):
            await mailer.send(SENDER, address, content or make_message().content)


async def test_a_mail_arrives_byte_for_byte(serve: Serve) -> None:
    inbox = Inbox()
    content = make_message().content
    await send(make_server(serve(inbox)), content=content)
    assert inbox.mails == [(SENDER, EVA, content)]


async def test_many_mails_share_one_connection(serve: Serve) -> None:
    inbox = Inbox()
    addresses = [f"chef{number}@orsa.example" for number in range(50)]
    await send(make_server(serve(inbox)), *addresses)
    assert [to for _, to, _ in inbox.mails] == addresses
    assert len(inbox.connections) == 1


async def test_mails_sent_at_once_are_not_mixed_up(serve: Serve) -> None:
    inbox = Inbox()
    async with Mailer(make_server(serve(inbox))) as mailer:
        await asyncio.gather(
            *(mailer.send(SENDER, f"{n}@orsa.example", f"{n}\r\n".encode()) for n in range(10))
        )
    assert all(to == f"{content.decode().strip()}@orsa.example" for _, to, content in inbox.mails)


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("reply", ["450 4.2.0 Greylisted, come back", "421 4.3.2 Too busy"])
async def test_a_4xx_is_temporary_and_quotes_the_server(
    serve: Serve, command: str, reply: str
) -> None:
    port = serve(Inbox({command: [reply]}))
    with pytest.raises(TemporaryFailureError, match=f"svarade {reply}") as raised:
        await send(make_server(port))
    assert not isinstance(raised.value, UnreachableError)


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
async def test_a_5xx_is_permanent_and_quotes_the_server(serve: Serve, command: str) -> None:
    port = serve(Inbox({command: ["550 5.1.1 No such user"]}))
    with pytest.raises(PermanentFailureError, match=r"svarade 550 5\.1\.1 No such user"):
        await send(make_server(port))


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("reply", ["450 Later", "550 Never", "421 Closing", HANG_UP])
async def test_the_mail_after_a_refused_one_goes(serve: Serve, command: str, reply: str) -> None:
    inbox = Inbox({command: [reply]})
    async with Mailer(make_server(serve(inbox))) as mailer:
        with pytest.raises((TemporaryFailureError, PermanentFailureError)):
            await mailer.send(SENDER, "forst@orsa.example", b"1\r\n")
        await mailer.send(SENDER, EVA, b"2\r\n")
    assert inbox.mails == [(SENDER, EVA, b"2\r\n")]


async def test_a_server_that_hung_up_between_mails_is_called_again(serve: Serve) -> None:
    inbox = Inbox()
    port = serve(inbox, timeout=0.1)
    async with Mailer(make_server(port)) as mailer:
        await mailer.send(SENDER, EVA, b"1\r\n")
        await asyncio.sleep(0.3)
        await mailer.send(SENDER, EVA, b"2\r\n")
    assert [content for *_, content in inbox.mails] == [b"1\r\n", b"2\r\n"]
    assert len(inbox.connections) == 2


@pytest.mark.parametrize("reply", ["421 4.4.2 Idle too long", HANG_UP])
async def test_a_kept_connection_that_ends_at_the_next_mail_is_made_anew(
    serve: Serve, reply: str
) -> None:
    inbox = Inbox({"MAIL": [None, reply]})
    await send(make_server(serve(inbox)), "forst@orsa.example", EVA)
    assert [to for _, to, _ in inbox.mails] == ["forst@orsa.example", EVA]


async def test_a_connection_lost_in_the_middle_of_a_mail_is_not_tried_again(serve: Serve) -> None:
    inbox = Inbox({"DATA": [None, HANG_UP]})
    async with Mailer(make_server(serve(inbox))) as mailer:
        await mailer.send(SENDER, "forst@orsa.example", b"1\r\n")
        with pytest.raises(TemporaryFailureError, match="okänt om det togs emot"):
            await mailer.send(SENDER, EVA, b"2\r\n")
    assert len(inbox.mails) == 1
    assert len(inbox.connections) == 1


async def test_a_server_that_hangs_up_in_the_midst_of_the_content_leaves_it_unknown(
    hasty_server: HastyServer,
) -> None:
    with pytest.raises(TemporaryFailureError, match=r"förbindelsen bröts.*okänt om det togs emot"):
        await send(make_server(hasty_server.port), content=b"x" * 70 + b"\r\n" * 100_000)
    assert hasty_server.connections == 1


@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        ("452 4.2.2 Mailbox full", TemporaryFailureError),
        ("552 5.2.2 Mailbox full", PermanentFailureError),
    ],
)
@pytest.mark.parametrize("command", ["RCPT", "DATA"])
async def test_a_full_mailbox_is_what_the_server_says_that_it_is(
    serve: Serve, command: str, reply: str, failure: type[Exception]
) -> None:
    with pytest.raises(failure, match=f"svarade {reply}"):
        await send(make_server(serve(Inbox({command: [reply]}))))


async def test_a_slow_server_is_a_temporary_failure(serve: Serve) -> None:
    inbox = Inbox({"RCPT": [2.0], "DATA": [2.0]})
    server = make_server(serve(inbox), timeout=0.2)
    with pytest.raises(TemporaryFailureError, match="inget svar i tid"):
        await send(server)
    with pytest.raises(TemporaryFailureError, match=r"inget svar i tid.*okänt om det togs emot"):
        await send(server)


async def test_a_mail_that_was_broken_off_does_not_spoil_the_next(serve: Serve) -> None:
    inbox = Inbox({"RCPT": [0.5]})
    async with Mailer(make_server(serve(inbox))) as mailer:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await mailer.send(SENDER, "forst@orsa.example", b"1\r\n")
        await mailer.send(SENDER, EVA, b"2\r\n")
    assert inbox.mails == [(SENDER, EVA, b"2\r\n")]


async def test_nobody_at_the_port_is_a_temporary_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(
        UnreachableError, match=f"127.0.0.1:{port} går inte att nå: anslutningen nekades"
    ):
        await send(make_server(port))


async def test_a_server_that_is_silent_is_a_temporary_failure() -> None:
    silent = socket.create_server(("127.0.0.1", 0))
    with silent, pytest.raises(UnreachableError, match="inget svar i tid"):
        await send(make_server(silent.getsockname()[1], timeout=0.2))


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_secured_connection_with_login_delivers(
    serve: Serve, certificate: Certificate, security: str
) -> None:
    inbox = Inbox()
    # aiosmtpd knows a connection as secure only after STARTTLS
    secured: dict[str, Any] = (
        {"ssl_context": certificate.context, "auth_require_tls": False}
        if security == "tls"
        else {"tls_context": certificate.context, "require_starttls": True, "auth_required": True}
    )
    port = serve(inbox, authenticator=authenticator, **secured)
    login = {"security": security, "ca_file": certificate.file, "username": "kommunplan"}
    await send(make_server(port, password="hemligt", **login), EVA, "lars@orsa.example")
    assert len(inbox.mails) == 2
    assert len(inbox.connections) == 1


async def test_a_wrong_password_is_for_a_person_to_mend(
    serve: Serve, certificate: Certificate
) -> None:
    tls = certificate.context
    port = serve(Inbox(), auth_required=True, authenticator=authenticator, tls_context=tls)
    secured: dict[str, Any] = {"security": "starttls", "ca_file": certificate.file}
    with pytest.raises(
        UnreachableError, match=r"inloggningen: 535 .*Rätta användarnamn och lösenord"
    ):
        await send(make_server(port, username="kommunplan", password="fel", **secured))
    with pytest.raises(UnreachableError, match=r"svarade 530 .*Rätta användarnamn och lösenord"):
        await send(make_server(port, **secured))
    with pytest.raises(UnreachableError, match="erbjuder inte inloggning"):
        await send(make_server(serve(Inbox()), username="kommunplan", password="hemligt"))


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_certificate_that_nobody_vouches_for_is_for_a_person_to_mend(
    serve: Serve, certificate: Certificate, security: str
) -> None:
    context = {"tls": "ssl_context", "starttls": "tls_context"}[security]
    inbox = Inbox()
    port = serve(inbox, **{context: certificate.context})
    with pytest.raises(
        UnreachableError, match="certifikat som inte godtas: self-signed certificate"
    ):
        await send(make_server(port, security=security))
    assert inbox.mails == []


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        ({"address": "127.0.0.2"}, "IP address mismatch, certificate is not valid for '127.0.0.1'"),
        ({"days": -1}, "certificate has expired"),
    ],
)
async def test_a_certificate_for_somebody_else_or_of_yesterday_is_for_a_person_to_mend(
    serve: Serve, tmp_path: Path, made: dict[str, Any], fault: str
) -> None:
    wrong = make_certificate(tmp_path, **made)
    inbox = Inbox()
    server = make_server(
        serve(inbox, tls_context=wrong.context), security="starttls", ca_file=wrong.file
    )
    with pytest.raises(UnreachableError, match=f"certifikat som inte godtas: .*{fault}"):
        await send(server)
    assert inbox.mails == []


async def test_a_server_without_starttls_gets_no_mail_in_the_clear(serve: Serve) -> None:
    inbox = Inbox()
    with pytest.raises(UnreachableError, match="erbjuder inte STARTTLS"):
        await send(make_server(serve(inbox), security="starttls"))
    assert inbox.mails == []


async def test_a_ca_file_that_is_not_there_is_for_a_person_to_mend(
    serve: Serve, certificate: Certificate
) -> None:
    for file in (certificate.file.with_name("saknas.pem"), certificate.key):
        with pytest.raises(UnreachableError, match="KOMMUNPLAN_SMTP_CA_FILE"):
            await send(make_server(serve(Inbox()), security="tls", ca_file=file))


async def test_an_address_with_swedish_letters_needs_a_server_that_takes_it(serve: Serve) -> None:
    old, new = Inbox(), Inbox()
    with pytest.raises(
        PermanentFailureError, match=r"åsa@orsa\.example kan inte användas.*å, ä och ö"
    ):
        await send(make_server(serve(old, enable_SMTPUTF8=False)), "åsa@orsa.example")
    await send(make_server(serve(new, enable_SMTPUTF8=True)), "åsa@orsa.example")
    assert old.mails == []
    assert [to for _, to, _ in new.mails] == ["åsa@orsa.example"]


async def test_an_address_with_a_line_break_gives_no_command_of_its_own(serve: Serve) -> None:
    inbox = Inbox()
    async with Mailer(make_server(serve(inbox))) as mailer:
        with pytest.raises(PermanentFailureError, match="går inte att använda"):
            await mailer.send(SENDER, "eva@orsa.example>\r\nRCPT TO:<x@orsa.example", b"1\r\n")
        await mailer.send(SENDER, EVA, b"2\r\n")
    assert inbox.mails == [(SENDER, EVA, b"2\r\n")]


def test_a_password_is_not_shown() -> None:
    assert "hemligt" not in repr(make_server(25, username="kommunplan", password="hemligt"))
