"""Whose fault a refusal is: answers as servers really give them."""

from __future__ import annotations

from typing import Any

import pytest

from notifications.refusals import Ours, Refusal


def make_refusal(answer: str, **overrides: Any) -> Refusal:
    code, _, words = answer.partition(" ")
    fields: dict[str, Any] = {
        "command": "RCPT",
        "sender": "kommunplan@orsa.example",
        "address": "eva@orsa.example",
        **overrides,
    }
    return Refusal(int(code), words, **fields)


@pytest.mark.parametrize(
    ("answer", "command", "cause"),
    [
        ("530 5.7.57 Client not authenticated to send mail", "MAIL", Ours.LOGIN),
        ("530 Authentication required", "RCPT", Ours.LOGIN),
        ("535 5.7.139 Authentication unsuccessful", "MAIL", Ours.NO_PASSWORDS),
        ("538 5.7.11 Encryption required", "MAIL", Ours.LOGIN),
        (
            "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
            "DATA",
            Ours.SENDER,
        ),
        ("554 5.2.252 SendAsDenied; kommunplan@orsa.example not allowed", "DATA", Ours.SENDER),
        (
            "554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied",
            "DATA",
            Ours.SENDER,
        ),
        (
            "553 5.7.1 <kommunplan@orsa.example>: Sender address rejected: not owned",
            "RCPT",
            Ours.SENDER,
        ),
        ("550 5.1.8 Access denied, bad outbound sender", "DATA", Ours.SENDER),
        ("550 sender not allowed", "MAIL", Ours.SENDER),
        (
            "554 5.2.2 mailbox full; STOREDRV.Submission.Exception:QuotaExceededException",
            "DATA",
            Ours.MAILBOX,
        ),
        (
            "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException",
            "DATA",
            Ours.MAILBOX,
        ),
        (
            "550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP",
            "DATA",
            Ours.POLICY,
        ),
        ("550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain", "RCPT", Ours.RELAY),
        ("550 5.7.68 TenantInboundAttribution; Direct Send not allowed", "RCPT", Ours.RELAY),
    ],
)
def test_what_is_certainly_about_us(answer: str, command: str, cause: Ours) -> None:
    assert make_refusal(answer, command=command).ours is cause


@pytest.mark.parametrize(
    ("answer", "witnesses", "cause"),
    [
        ("554 5.7.1 Relay access denied", 1, Ours.RELAY),
        ("554 5.7.1 <eva@orsa.example>: Relay access denied", 1, Ours.RELAY),
        ("550 Relaying denied", 1, Ours.RELAY),
        ("550 5.7.1 Message rejected by policy", 1, Ours.POLICY),
        ("550 Rejected", 2, Ours.POLICY),
        ("554 5.3.2 System not accepting network messages", 2, Ours.POLICY),
        ("550 5.1.1 No such user", 3, Ours.POLICY),
        ("552 5.2.2 Mailbox full", 3, Ours.POLICY),
        ("550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup", 3, Ours.POLICY),
        ("550 5.7.129 kommunplan@orsa.example is not among who may send here", 3, Ours.POLICY),
    ],
)
def test_what_others_have_to_meet_with_too(answer: str, witnesses: int, cause: Ours) -> None:
    refusal = make_refusal(answer)
    assert (refusal.ours, refusal.witnesses, refusal.cause) == (None, witnesses, cause)


@pytest.mark.parametrize(
    ("answer", "todo"),
    [
        ("550 5.1.1 No such user", "rätta adressen"),
        ("552 5.2.2 Mailbox full", "tömma"),
        ("550 5.7.1 Not to this list", "släppa fram oss"),
        ("552 5.3.4 Too big", "så stort"),
    ],
)
def test_of_one_persons_it_is_said_what_to_do(answer: str, todo: str) -> None:
    advice = make_refusal(answer).advice
    assert todo in advice
    assert "kommunplan skicka-om --misslyckade" in advice


def test_a_duplicate_means_that_it_has_been_sent() -> None:
    answer = "554 5.2.0 STOREDRV.Deliver.Exception:MapiExceptionDuplicateDelivery; Failed"
    assert make_refusal(answer, command="DATA").means_accepted
    assert not make_refusal(answer, command="RCPT").means_accepted
    assert not make_refusal("554 5.2.0 STOREDRV.Deliver", command="DATA").means_accepted
