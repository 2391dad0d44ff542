"""Bounces as servers send them, and what looks like one and is none."""

from __future__ import annotations

import pytest

from notifications.bounces import Bounce, bounce_in

OURS = "<4f1d2c@orsa.example>"


def report(action: str = "failed", fields: str = "", returned: str = "text/rfc822-headers") -> str:
    return f"""From: MAILER-DAEMON@mx.example
To: kommunplan@orsa.example
Message-ID: <bounce@mx.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain; charset=utf-8

Det gick inte. Message-ID: är inte här.

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
{fields}
Final-Recipient: rfc822; eva@orsa.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <eva@orsa.example>: Recipient address
 rejected: User unknown

--x
Content-Type: {returned}

From: kommunplan@orsa.example
Message-ID: {OURS}
Subject: Bokslut

--x--
"""


def read(text: str) -> Bounce | None:
    return bounce_in(text.replace("\n", "\r\n").encode())


@pytest.mark.parametrize("returned", ["text/rfc822-headers", "message/rfc822"])
def test_a_report_tells_which_mail_and_why(returned: str) -> None:
    bounce = read(report(fields="Original-Envelope-Id: 4f1d2c\n", returned=returned))
    assert bounce is not None
    assert (bounce.envelope_id, set(bounce.message_ids)) == ("4f1d2c", {OURS})
    assert bounce.why.startswith("550 5.1.1 <eva@orsa.example>: Recipient address rejected")


def test_without_an_envelope_id_the_message_id_tells() -> None:
    bounce = read(report())
    assert bounce is not None
    assert (bounce.envelope_id, set(bounce.message_ids)) == ("", {OURS})


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_only_what_has_failed_counts(action: str) -> None:
    assert read(report(action)) is None


EXIM = f"""From: Mail Delivery System <Mailer-Daemon@mx.example>
Message-Id: <E1bounce@mx.example>
X-Failed-Recipients: eva@orsa.example
Auto-Submitted: auto-replied
Content-Type: text/plain

  eva@orsa.example
    host mail.orsa.example [192.0.2.1]
    550 5.1.1 No such user here

------ This is a copy of the message, including all the headers. ------

Message-ID: {OURS}
"""
QMAIL = f"""From: MAILER-DAEMON@mx.example
Message-ID: <qmail@mx.example>

Hi. This is the qmail-send program at mx.example.
<eva@orsa.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Message-ID: {OURS}
"""


@pytest.mark.parametrize(("text", "why"), [(QMAIL, "5.1.1"), (EXIM, "550 5.1.1 No such user here")])
def test_the_old_kinds_without_a_report_too(text: str, why: str) -> None:
    bounce = read(text)
    assert bounce is not None
    assert OURS in bounce.message_ids
    assert why in bounce.why


NO_BOUNCES = {
    "out of office": f"""From: eva@orsa.example
Auto-Submitted: auto-replied
In-Reply-To: {OURS}

Jag är på semester. Message-ID: {OURS}
""",
    "an answer": f"From: eva@orsa.example\nIn-Reply-To: {OURS}\n\nTack! 550 kronor blev det.\n",
    "nothing": "",
    "a report without recipients": "Content-Type: multipart/report; boundary=x\n\n--x\n"
    "Content-Type: message/delivery-status\n\n--x--\n",
    "a type that is none": "Content-Type: ;;;\n\n\x00\xff",
}


@pytest.mark.parametrize("text", NO_BOUNCES.values(), ids=NO_BOUNCES)
def test_what_is_no_bounce(text: str) -> None:
    assert read(text) is None
