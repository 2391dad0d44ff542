"""Who may reach the Prefect server: nobody but this machine, or those who have the credential."""

from __future__ import annotations

import ipaddress
import socket

from models.errors import KommunplanError
from tasks.settings import Settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class ExposedError(KommunplanError):
    """The Prefect server would be open to others than this machine, without a credential."""


def refuse_exposed(chosen: Settings) -> None:
    """ExposedError where others than this machine would reach the server and no credential is set."""
    if chosen.prefect_login is None and not is_own_machine(chosen.host):
        raise ExposedError(
            f"KOMMUNPLAN_HOST={chosen.host!r}: Prefect skulle nås från andra datorer utan inloggning. "
            "Sätt KOMMUNPLAN_UI_CREDENTIAL=namn:lösenord (minst 16 tecken i lösenordet), eller ta bort "
            "KOMMUNPLAN_HOST så att bara den här datorn når Prefect."
        )


def is_own_machine(host: str) -> bool:
    """Whether a server that binds to this is reached from this machine only. A name is what it stands
    for here, all of it; one that stands for nothing is not believed, nor is the empty one: everything."""
    try:
        found = socket.getaddrinfo(
            host or None, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except (OSError, UnicodeError):
        return False
    return all(is_loopback(str(sockaddr[0])) for *_, sockaddr in found)


def is_loopback(address: str) -> bool:
    """Of an address in digits; one of IPv4 that is written as IPv6 is the one it stands for."""
    try:
        found: Address = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return bool((mapped or found).is_loopback)
