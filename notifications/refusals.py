"""Whose fault a server's lasting refusal is: ours, or the recipient's. Pure.

Read from the SMTP code, from the enhanced status code (RFC 3463, RFC 5248 and Microsoft's own numbers), from
the command that was answered, and from which address the server names. What remains open, `witnesses` says:
the answer is ours if so many people's mails have met with it and nobody's has been taken since.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Literal

Command = Literal["MAIL", "RCPT", "DATA"]

LOGIN_NEEDED = range(530, 539)
"""530, 534, 535 and 538 (RFC 4954), and what servers make up beside them."""
_STATUS = re.compile(r"^\s*(5\.[0-9]{1,3}\.[0-9]{1,3})\b", re.MULTILINE)
_OF_US = re.compile(
    r"5\.1\.[78]|5\.2\.252"  # the sender's address; SendAsDenied
    r"|5\.7\.(3|8|9|11|27|30|5[0-9]|6[0-9]|139|5[0-9]{2}|7[0-9]{2})"
)
"""Status codes that are about who sends: login, rights, connector, tenant, the address that we call from."""
_OF_THE_RECIPIENT = re.compile(r"5\.7\.(2|13|17|18|12[0-9]|13[0-8]|193)")
"""Microsoft's and RFC 7293's for a list, room or mailbox that takes mail from some people only."""
_SENDER = re.compile(
    r"send ?as ?denied|(permissions?|allowed|permitted|authori[sz]ed) to send as", re.I
)
_MAILBOX = re.compile(r"STOREDRV\.(Submission|ClientSubmit)|SubmissionQuota", re.I)
"""Exchange could not hand in the mail from the sender's own mailbox."""
_RELAY = re.compile(r"\brelay", re.I)
_DUPLICATE = re.compile(r"duplicate ?(delivery|message)", re.I)
_SIZES = re.compile(r"5\.(3\.4|2\.3|6\.7)")
_NOT_OF_SENDER = re.compile(r"5\.(3\.4|2\.3|6\.7|1\.[1-6])")
"""About the mail itself or who it is for, also where MAIL is what is answered."""


class Ours(Enum):
    """What of us a server refuses, and what mends it."""

    LOGIN = (
        "Rätta användarnamn och lösenord (KOMMUNPLAN_SMTP_USER, KOMMUNPLAN_SMTP_PASSWORD), eller välj "
        "ett annat "
        "sätt (docs/server.md, Riktig e-post)."
    )
    NO_PASSWORDS = (
        "Microsoft 365 tar inte emot lösenord för den brevlådan (SMTP AUTH är avstängt): logga in med "
        "XOAUTH2, "
        "eller be IT slå på det eller ge en connector (docs/server.md, Microsoft 365)."
    )
    SENDER = (
        "Den godtar inte avsändaren: rätta KOMMUNPLAN_SENDER, eller be den som sköter servern ge "
        "inloggningen "
        "rätt att skicka som den adressen."
    )
    RELAY = (
        "Den skickar inte vidare åt oss: logga in, eller be den som sköter servern släppa fram den "
        "här datorn "
        "(relay, connector)."
    )
    MAILBOX = (
        "Avsändarens egen brevlåda är full eller har nått sin gräns: töm den (Skickat), eller vänta tills "
        "gränsen släpper."
    )
    POLICY = (
        "Den tar inte emot något från oss: be den som sköter servern släppa fram avsändaren och den "
        "här datorn."
    )


@dataclass(frozen=True, slots=True)
class Refusal:
    """A lasting refusal (5xx): the code and the words of the server, what it answered, and whose mail it
    was."""

    code: int
    words: str
    command: Command
    sender: str
    address: str

    @property
    def status(self) -> str:
        """The enhanced status code, such as `5.7.1`; empty where the server gives none."""
        found = _STATUS.search(self.words)
        return found[1] if found else ""

    @property
    def answer(self) -> tuple[int, str]:
        """What makes it the same answer as another, whoever it was for."""
        return self.code, self.status

    @property
    def means_accepted(self) -> bool:
        """Whether it says that the server has this very mail already, as Exchange does of a Message-ID that
        comes again: `5.2.0 … MapiExceptionDuplicateDelivery`."""
        return self.command == "DATA" and bool(_DUPLICATE.search(self.words))

    @property
    def ours(self) -> Ours | None:
        """What of us it refuses, where that is certain from this answer alone."""
        if _OF_THE_RECIPIENT.fullmatch(self.status):
            return None
        if self.status in ("5.7.139", "5.7.30"):
            return Ours.NO_PASSWORDS
        if self.code in LOGIN_NEEDED or re.fullmatch(r"5\.7\.(3|8|9|11|57)", self.status):
            return Ours.LOGIN
        if _MAILBOX.search(self.words) and not _SENDER.search(self.words):
            return Ours.MAILBOX
        if self._is_of_sender():
            return Ours.SENDER
        return self.cause if _OF_US.fullmatch(self.status) else None

    @property
    def cause(self) -> Ours:
        """What it is about, if it turns out to be ours."""
        if _RELAY.search(self.words) or self.status in ("5.7.54", "5.7.64", "5.7.68"):
            return Ours.RELAY
        return Ours.POLICY

    @property
    def witnesses(self) -> int:
        """How many people's mails have to meet with it, and none be taken, for it to be ours. One where it is
        most likely ours; three where it sounds like something of one person's."""
        if _OF_THE_RECIPIENT.fullmatch(self.status):
            return 3
        if self.status.startswith("5.7.") or _RELAY.search(self.words):
            return 1
        return 3 if re.match(r"5\.[126]\.", self.status) else 2

    @property
    def advice(self) -> str:
        """What the process owner can do about one person's mail that was refused for good."""
        if self.status.startswith("5.2.2"):
            todo = "Brevlådan är full: be den som har den att tömma den"
        elif _SIZES.fullmatch(self.status):
            todo = "Brevlådan tar inte emot ett så stort mejl, eller dess tecken: säg det som står i det"
        elif self.status.startswith("5.7.") or _RELAY.search(self.words):
            todo = "Just den adressen tar inte emot mejl från oss: be den som sköter den släppa fram oss"
        else:
            todo = f"Finns inte {self.address}: rätta adressen bland rollinnehavarna"
        return f"{todo}. Skicka sedan på nytt: kommunplan skicka-om --misslyckade."

    def _is_of_sender(self) -> bool:
        """What answers the sender's address, before any recipient is named, or names that one alone."""
        if self.command == "MAIL":
            return not _NOT_OF_SENDER.fullmatch(self.status)
        if _SENDER.search(self.words) or re.fullmatch(
            r"5\.1\.[78]|5\.2\.252|5\.7\.60", self.status
        ):
            return True
        said = self.words.casefold()
        return self.sender.casefold() in said and self.address.casefold() not in said
