"""A mailbox of Microsoft 365, by XOAUTH2 and within its limits, on a server that does as it does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from notifications import throttle
from tasks import clock
from tasks.mail.queue import sent_lately
from tasks.mail.server import connections_to, mail_server
from tasks.settings import Settings
from tests.notifications.conftest import Certificate, Serve
from tests.notifications.microsoft import SECRET, Exchange, TokenEndpoint, token_endpoint
from tests.tasks.deliveries import let_time_pass, run, stand
from tests.tasks.town import Town


@pytest.fixture
def exchange() -> Exchange:
    return Exchange()


@pytest.fixture
def endpoint(exchange: Exchange) -> Iterator[TokenEndpoint]:
    with token_endpoint(exchange) as running:
        yield running


@pytest.fixture
def office(
    serve: Serve, certificate: Certificate, exchange: Exchange, endpoint: TokenEndpoint
) -> dict[str, Any]:
    """The settings of a delivery to it."""
    port = serve(
        exchange,
        tls_context=certificate.context,
        auth_required=True,
        auth_exclude_mechanism=["LOGIN", "PLAIN"],
    )
    return {
        "smtp_port": port,
        "smtp_security": "starttls",
        "smtp_ca_file": certificate.file,
        "smtp_user": "kommunplan@orsa.example",
        "smtp_token_url": endpoint.url,
        "smtp_client_id": "klient",
        "smtp_client_secret": SecretStr(SECRET),
        "smtp_connections": 4,
    }


def deliver(town: Town, office: dict[str, Any], **settings: object) -> Any:
    given = {**office, **settings}
    return run(town, given.pop("smtp_port"), **given)


def test_over_three_connections_by_one_token_with_the_servers_own_message_ids(
    year: Town, exchange: Exchange, endpoint: TokenEndpoint, office: dict[str, Any]
) -> None:
    year.backlog(24)
    exchange.replies = {"DATA": [0.05] * 12}
    assert deliver(year, office).sent == 24
    assert len(exchange.connections) <= 3
    assert len(endpoint.asked) == 1
    assert {mail.message_id: mail.sent_as for mail in year.mails()} == exchange.had


def test_what_it_has_had_already_is_sent(
    year: Town, exchange: Exchange, office: dict[str, Any]
) -> None:
    """The delivery died before it could mark them."""
    exchange.had = {mail.message_id: "<its@own>" for mail in year.mails()}
    done = deliver(year, office)
    assert (done.sent, done.failed, exchange.mails) == (8, 0, [])


def test_no_more_than_thirty_go_in_a_minute(
    year: Town, exchange: Exchange, office: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    year.backlog(70)
    monkeypatch.setattr(throttle, "MINUTE", 1.0)
    began = time.monotonic()
    assert deliver(year, office).sent == 70
    assert time.monotonic() - began >= 2, "the last ten came before the third minute"


def test_what_went_just_before_counts(year: Town) -> None:
    now = clock.now()
    at = (now - timedelta(seconds=20)).replace(tzinfo=None).isoformat(" ", "microseconds")
    year.change("UPDATE mail SET status = 'skickad', sent_at = ? WHERE id < 4", at)
    assert [round(age) for age in sent_lately(year.database, now, 60)] == [20] * 3
    assert sent_lately(year.database, now, 10) == []


def test_a_secret_that_has_run_out_is_nobodys_mail(
    year: Town, exchange: Exchange, endpoint: TokenEndpoint, office: dict[str, Any]
) -> None:
    said = {"error": "invalid_client", "error_description": "AADSTS7000222: The secret is expired."}
    endpoint.answers = [(401, said)]
    done = deliver(year, office, smtp_client_id="utgangen")
    assert (done.sent, done.deferred, done.failed, done.stopped) == (0, 8, 0, True)
    assert "har gått ut" in done.error
    assert SECRET not in "".join(mail.error for mail in year.mails())
    assert stand(year) == ["köad"] * 8
    let_time_pass(year)
    assert deliver(year, office, smtp_client_id="ny").sent == 8


@pytest.mark.parametrize(
    ("host", "token", "connections", "pace_of"),
    [
        ("smtp.office365.com", "", 3, 30),
        ("SMTP.Office365.com.", "", 3, 30),
        ("smtp-hve.office365.com", "https://x/token", 4, None),
        ("orsa-se.mail.protection.outlook.com", "", 4, None),
        ("relay.orsa.example", "", 4, None),
        ("relay.orsa.example", "https://x/token", 3, 30),
    ],
)
def test_whose_limits_hold_where(
    tmp_path: Path, host: str, token: str, connections: int, pace_of: int | None
) -> None:
    chosen = Settings(_env_file=None, data=tmp_path, smtp_host=host, smtp_token_url=token)
    assert (connections_to(chosen), mail_server(chosen).most_a_minute) == (connections, pace_of)
    few = chosen.model_copy(update={"smtp_connections": 1})
    assert connections_to(few) == 1
