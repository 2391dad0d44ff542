"""The mail with the link that signs its reader in: short, for it is read once and within minutes. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from notifications.naming import first_name
from notifications.wording import one_line

SUBJECT = "Logga in i kommunplan"


@dataclass(frozen=True, slots=True)
class SignInLetter:
    """What it says, each text on one line; `sign_in_url` is what signs its reader in."""

    subject: str
    greeting: str
    asked: str
    sign_in_url: str
    until: str
    why: str


def sign_in_letter(
    name: str, url: str, *, asked_at: str, asked_from: str, until: str
) -> SignInLetter:
    """The letter; the moments are those of the clock on the wall, as `kl. 10.41`."""
    friend = first_name(one_line(name))
    whence = f", från {one_line(asked_from)}" if asked_from else ""
    return SignInLetter(
        subject=SUBJECT,
        greeting=f"Hej {friend}!" if friend else "Hej!",
        asked=f"Någon bad {asked_at}{whence}, om att få logga in i kommunplan med din adress.",
        sign_in_url=url,
        until=f"Länken gäller till {until}, en gång, och loggar in just dig: skicka den inte vidare.",
        why="Var det inte du: gör ingenting. Utan länken kommer ingen in.",
    )
