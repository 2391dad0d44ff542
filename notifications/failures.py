"""Why a mail was not accepted, in words for the person who looks after the mail."""

from __future__ import annotations

import socket
import ssl

from aiosmtplib import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from notifications.wording import one_line


class TemporaryFailureError(Exception):
    """The mail was not accepted now. It can be tried again, by and by."""


class UnreachableError(TemporaryFailureError):
    """No mail can be delivered now: the server is away, or the settings do not let us in."""


class NoConnectionError(UnreachableError):
    """No connection could be made; the server has seen nothing of the mail."""


class PermanentFailureError(Exception):
    """The mail will never be accepted as it stands."""


def words_of(error: BaseException) -> str:
    """The server's code and words, or what went wrong on the way there."""
    if isinstance(error, SMTPResponseException):
        # the server's words may be in any encoding
        said = error.message.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        return one_line(f"{error.code} {said}")
    for link in _chain(error):
        if (words := _of_connection(link)) is not None:
            return words
    if isinstance(error, OSError) and error.strerror:
        return one_line(error.strerror)
    return one_line(str(error)) or type(error).__name__


def _of_connection(error: BaseException) -> str | None:
    """What went wrong with the connection; None for anything else."""
    match error:
        case ssl.SSLCertVerificationError():
            return error.verify_message
        case ssl.SSLError():
            return one_line(error.reason or str(error))
        case ConnectionRefusedError():
            return "anslutningen nekades"
        case socket.gaierror():
            return "servernamnet finns inte"
        case TimeoutError():
            return "inget svar i tid"
        case SMTPServerDisconnected() | ConnectionResetError() | BrokenPipeError():
            return "förbindelsen bröts"
    return None


def no_connection(server: object, error: Exception) -> str:
    """The sentence for the one who looks after the settings: what is wrong, and what to mend."""
    where, words = f"Mejlservern {server}", words_of(error)
    cause = next((link for link in _chain(error) if isinstance(link, ssl.SSLError)), None)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"{where} visade ett certifikat som inte godtas: {words}. Rätta det eller ca-filen."
    if cause is not None:
        return f"{where} kunde inte nås med säker förbindelse: {words}. Rätta inställningarna."
    if isinstance(error, SMTPAuthenticationError):
        return f"{where} godtog inte inloggningen: {words}. Rätta användarnamn och lösenord."
    if type(error) is SMTPException:  # how the client says that the server lacks an ability
        missing = "inloggning" if "AUTH" in error.message else "STARTTLS"
        return (
            f"{where} erbjuder inte {missing}. Rätta KOMMUNPLAN_SMTP_SECURITY eller inloggningen."
        )
    return f"{where} går inte att nå: {words}."


def _chain(error: BaseException) -> list[BaseException]:
    """The error and what caused it, the innermost first."""
    chain = [error]
    while (cause := chain[-1].__cause__) is not None:
        chain.append(cause)
    return chain[::-1]
