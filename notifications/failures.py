"""Why a mail was not accepted, in words for the person who looks after the mail."""

from __future__ import annotations

import socket
import ssl

from aiosmtplib import SMTPResponseException, SMTPServerDisconnected

from notifications.refusals import Refusal
from notifications.wording import one_line


class TemporaryFailureError(Exception):
    """The mail was not accepted now. It can be tried again, by and by."""


class UnknownFateError(TemporaryFailureError):
    """The server was given the whole mail and did not answer: it may have taken it."""


class UnreachableError(TemporaryFailureError):
    """No mail can be delivered now. `to_mend` is whether that does not pass by itself: the server takes
    none of ours, or the settings do not let us in, until a person mends it. Else the server is away."""

    def __init__(self, said: str, *, to_mend: bool = False) -> None:
        super().__init__(said)
        self.to_mend = to_mend


class NoConnectionError(UnreachableError):
    """No connection could be made; the server has seen nothing of the mail."""


class PermanentFailureError(Exception):
    """The mail will never be accepted as it stands. `said` is why, and `refusal` the server's answer, if it
    has seen the mail."""

    def __init__(self, said: str, refusal: Refusal | None = None) -> None:
        super().__init__(f"{said}. {refusal.advice}" if refusal else said)
        self.said, self.refusal = said, refusal


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


def is_certificate(error: BaseException) -> bool:
    """Whether the server showed a certificate that is not accepted."""
    return any(isinstance(link, ssl.SSLCertVerificationError) for link in _chain(error))


def is_insecure(error: BaseException) -> bool:
    """Whether no secure connection came about, with a certificate or without."""
    return any(isinstance(link, ssl.SSLError) for link in _chain(error))


def _chain(error: BaseException) -> list[BaseException]:
    """The error and what caused it, the innermost first."""
    chain = [error]
    while (cause := chain[-1].__cause__) is not None:
        chain.append(cause)
    return chain[::-1]
