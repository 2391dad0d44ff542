"""The mail server of the settings, with the limits that Microsoft 365 is known to keep for one mailbox.

For mail that a mailbox hands in (client submission): three connections at once (432 4.3.2) and 30 mails a
minute: https://learn.microsoft.com/exchange/troubleshoot/send-emails/smtp-submission-improvements
"""

from __future__ import annotations

from functools import cache

from notifications.smtp import Server
from notifications.tokens import Tokens
from tasks.settings import Settings

SUBMISSION = frozenset({"smtp.office365.com", "smtp-mail.outlook.com", "outlook.office365.com"})
"""Where a mailbox of Microsoft 365 hands in its mail."""
HIGH_VOLUME = "smtp-hve.office365.com"
"""High Volume Email, which has other limits."""
MOST_CONNECTIONS = 3
MOST_A_MINUTE = 30


def mail_server(chosen: Settings) -> Server:
    return Server(
        host=chosen.smtp_host,
        port=chosen.smtp_port,
        security=chosen.smtp_security,
        username=chosen.smtp_user or None,
        password=chosen.smtp_password.get_secret_value() or None,
        timeout=chosen.smtp_timeout,
        ca_file=chosen.smtp_ca_file,
        tokens=_tokens(chosen),
        most_a_minute=MOST_A_MINUTE if _is_mailbox_of_365(chosen) else None,
    )


def connections_to(chosen: Settings) -> int:
    """How many at once: what is set, but no more than the server takes."""
    most = MOST_CONNECTIONS if _is_mailbox_of_365(chosen) else chosen.smtp_connections
    return min(chosen.smtp_connections, most)


def _is_mailbox_of_365(chosen: Settings) -> bool:
    host = chosen.smtp_host.rstrip(".").lower()
    return host in SUBMISSION or (bool(chosen.smtp_token_url) and host != HIGH_VOLUME)


def _tokens(chosen: Settings) -> Tokens | None:
    if not chosen.smtp_token_url:
        return None
    return _kept(
        chosen.smtp_token_url,
        chosen.smtp_client_id,
        chosen.smtp_client_secret.get_secret_value(),
        chosen.smtp_token_scope,
        chosen.smtp_timeout,
    )


@cache
def _kept(url: str, client: str, secret: str, scope: str, timeout: float) -> Tokens:
    """The same for as long as the process lives, so that a token serves several deliveries."""
    return Tokens(url, client, secret, scope, timeout)
