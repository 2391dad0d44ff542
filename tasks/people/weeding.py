"""What the daily check takes away of sign-ins: what is over, and what nobody has confirmed."""

from __future__ import annotations

from sqlmodel import Session

from tasks import clock
from tasks.people.identities import forget_tries, forget_unconfirmed
from tasks.people.sessions import weed_visits
from tasks.people.sign_in import weed_links


def weed_sign_ins(session: Session) -> None:
    """Each when its time is over: sessions, links and letters, sign-ins that are away, pairs that wait."""
    now = clock.now()
    weed_links(session, now)
    weed_visits(session, now)
    forget_tries(session, now)
    forget_unconfirmed(session, now)
