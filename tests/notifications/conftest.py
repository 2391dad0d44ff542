"""Real SMTP servers in this process, and a certificate for 127.0.0.1 that is made for the test."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from notifications.catcher import BoundController
from tests.notifications.servers import HastyServer, Inbox, Offering

Serve = Callable[..., int]


@dataclass(frozen=True)
class Certificate:
    """A certificate that vouches for itself, and the server's side of it."""

    file: Path
    key: Path

    @property
    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file, self.key)
        return context


def make_certificate(folder: Path, address: str = "127.0.0.1", days: int = 1) -> Certificate:
    """One for that address, which has `days` left, or ran out so many days ago."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    made = Certificate(folder / f"{address}.pem", folder / f"{address}.key")
    made.file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return made


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def hasty_server() -> Iterator[HastyServer]:
    server = HastyServer()
    yield server
    server.stop()


@pytest.fixture
def offering() -> Iterator[Offering]:
    server = Offering()
    yield server
    server.stop()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a server for an inbox and answers with its port; all are stopped after the test."""
    running: list[BoundController] = []

    def start(inbox: Inbox, **options: Any) -> int:
        controller = BoundController(inbox, socket.create_server(("127.0.0.1", 0)), **options)
        running.append(controller)
        controller.start()
        return int(controller.port)

    yield start
    for controller in running:
        controller.stop()
