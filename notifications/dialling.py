"""A new connection to the mail server: greeted, secured and logged in, or told in a sentence why not.

Whatever is wrong here a person mends, or it passes, and then the same mail goes: it is never a mail's fault.
No password and no token leaves this machine, or this process, in clear text; no mail leaves this machine so.
"""

from __future__ import annotations

import ssl
from ipaddress import ip_address

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPHeloError,
    SMTPResponseException,
)

from notifications.failures import NoConnectionError, is_certificate, is_insecure, words_of
from notifications.smtp import KEPT, Server, hang_up
from notifications.tokens import Tokens

XOAUTH2 = "xoauth2"
_OFF = ("5.7.139", "5.7.30")
"""What Exchange Online calls it that a mailbox takes no passwords over SMTP."""


async def connect(server: Server) -> SMTP:
    """A client that has greeted the server and logged in; NoConnectionError says why there is none."""
    _refuse_settings(server)
    client = SMTP(
        hostname=server.host,
        port=server.port,
        timeout=server.timeout,
        use_tls=server.security == "tls",
        start_tls=False,
        tls_context=_context(server) if server.security != "ingen" else None,
    )
    try:
        await client.connect()
        await _greet(client)
        if server.security == "starttls":
            await _secure(client, server)
        if server.username or server.tokens:
            await _log_in(client, server)
    except (SMTPException, OSError) as error:
        hang_up(client)
        raise _no_connection(server, error) from error
    except BaseException:  # told already, or cancelled
        hang_up(client)
        raise
    return client


async def _greet(client: SMTP) -> None:
    try:
        await client.ehlo()
    except SMTPHeloError as error:
        if error.code not in (500, 501, 502, 504):
            raise
        await client.helo()  # a server of the old kind


async def _secure(client: SMTP, server: Server) -> None:
    if not client.supports_extension("starttls"):
        raise NoConnectionError(
            f"Mejlservern {server} erbjuder inte STARTTLS. Rätta KOMMUNPLAN_SMTP_SECURITY eller "
            f"porten. {KEPT}",
            to_mend=True,
        )
    await client.starttls()
    await _greet(client)


async def _log_in(client: SMTP, server: Server) -> None:
    offered = client.server_auth_methods
    known = [XOAUTH2] if server.tokens else list(client.AUTH_METHODS)
    if not set(known) & set(offered):
        raise _no_such_login(server, offered)
    if server.security == "ingen":
        raise NoConnectionError(
            f"Mejlservern {server} nås utan kryptering, och då skickas ingen inloggning. Sätt "
            "KOMMUNPLAN_SMTP_SECURITY till starttls eller tls, eller ta bort KOMMUNPLAN_SMTP_USER om "
            "servern inte "
            f"kräver inloggning. {KEPT}",
            to_mend=True,
        )
    if server.tokens:
        await _show_token(client, server.username or "", server.tokens)
    else:
        await client.login(server.username or "", server.password or "")


async def _show_token(client: SMTP, username: str, tokens: Tokens) -> None:
    """A kept token that is not taken any more is renewed once."""
    was_kept = tokens.is_kept
    try:
        await client.auth_xoauth2(username, await tokens.token())
    except SMTPAuthenticationError:
        tokens.forget()
        if not was_kept:
            raise
        await client.auth_xoauth2(username, await tokens.token())


def _no_such_login(server: Server, offered: list[str]) -> NoConnectionError:
    """What the server offers, and which setting goes with it."""
    ways = [way.upper() for way in dict.fromkeys(offered)]
    wanted = "XOAUTH2" if server.tokens else "lösenord (PLAIN, LOGIN eller CRAM-MD5)"
    if not ways:
        says = f"erbjuder inte inloggning{_yet(server)}"
    else:
        says = f"erbjuder inloggning med {_listed(ways)}, men inte med {wanted}"
    if server.tokens:
        todo = "Ta bort KOMMUNPLAN_SMTP_TOKEN_URL och logga in med lösenord, eller rätta värd och port."
    elif XOAUTH2 in offered:
        todo = (
            "Logga in med XOAUTH2: sätt KOMMUNPLAN_SMTP_TOKEN_URL (docs/server.md, Microsoft 365)."
        )
    elif ways:
        todo = (
            "Sådan inloggning kan inte kommunplan: be den som sköter servern tillåta lösenord, eller "
            "släppa fram "
            "den här datorn utan inloggning (relay), och ta då bort KOMMUNPLAN_SMTP_USER."
        )
    else:
        todo = "Rätta KOMMUNPLAN_SMTP_SECURITY eller porten, eller ta bort KOMMUNPLAN_SMTP_USER."
    return NoConnectionError(f"Mejlservern {server} {says}. {todo} {KEPT}", to_mend=True)


def _yet(server: Server) -> str:
    return " utan kryptering" if server.security == "ingen" else ""


def _listed(ways: list[str]) -> str:
    return " och ".join(filter(None, (", ".join(ways[:-1]), ways[-1])))


def _no_connection(server: Server, error: Exception) -> NoConnectionError:
    """The sentence for the one who looks after the settings: what is wrong, and what to mend. What the server
    says of itself for now, or that nobody answers, passes by itself."""
    where, words = f"Mejlservern {server}", words_of(error)
    code = error.code if isinstance(error, SMTPResponseException) else 0
    if is_certificate(error):
        said = f"{where} visade ett certifikat som inte godtas: {words}. Rätta det eller ca-filen."
    elif is_insecure(error):
        said = f"{where} kunde inte nås med säker förbindelse: {words}. Rätta inställningarna."
    elif isinstance(error, SMTPAuthenticationError):
        said = f"{where} godtog inte inloggningen: {words}. {_mend_login(server, words)}"
    else:
        said = f"{where} går inte att nå: {words}."
    if code >= 500 or is_insecure(error):
        return NoConnectionError(f"{said} {KEPT}", to_mend=True)
    return NoConnectionError(said)


def _mend_login(server: Server, words: str) -> str:
    if any(status in words for status in _OFF) and not server.tokens:
        return (
            "Microsoft 365 tar inte emot lösenord för den brevlådan (SMTP AUTH är avstängt): logga in "
            "med XOAUTH2, "
            "eller be IT slå på det eller ge en connector (docs/server.md, Microsoft 365)."
        )
    if server.tokens:
        return (
            f"Token gavs, men får inte skicka som {server.username}: ge klienten SMTP.SendAsApp och "
            "rätt till "
            "brevlådan, och se till att SMTP AUTH är på för den (docs/server.md, Microsoft 365)."
        )
    return "Rätta användarnamn och lösenord."


def _refuse_settings(server: Server) -> None:
    """What would be wrong whatever the server says."""
    if server.security == "ingen" and not _is_this_machine(server.host):
        raise NoConnectionError(
            f"Mejlservern {server} är en annan dator, och dit går inget mejl utan kryptering. Sätt "
            f"KOMMUNPLAN_SMTP_SECURITY till starttls eller tls. {KEPT}",
            to_mend=True,
        )
    if server.tokens and (missing := _missing(server, server.tokens)):
        raise NoConnectionError(
            f"För inloggning med XOAUTH2 (KOMMUNPLAN_SMTP_TOKEN_URL) saknas {_listed(missing)}. {KEPT}",
            to_mend=True,
        )


def _missing(server: Server, tokens: Tokens) -> list[str]:
    given = {
        "KOMMUNPLAN_SMTP_USER": server.username,
        "KOMMUNPLAN_SMTP_CLIENT_ID": tokens.client_id,
        "KOMMUNPLAN_SMTP_CLIENT_SECRET": tokens.client_secret,
    }
    return [name for name, value in given.items() if not value]


def _is_this_machine(host: str) -> bool:
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _context(server: Server) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=server.ca_file)
    except OSError as error:  # ssl.SSLError, for a file without a certificate, is one too
        raise NoConnectionError(
            f"Certifikatfilen {server.ca_file} går inte att använda: {words_of(error)}. "
            "Rätta KOMMUNPLAN_SMTP_CA_FILE.",
            to_mend=True,
        ) from error
