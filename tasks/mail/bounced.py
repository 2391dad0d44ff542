"""A mail that comes back is kept as it is, and where it is a bounce of one of ours, that one has failed.

The same again changes nothing. What fails so is shown, told to the owner and sent anew as what a server
refused at once, and its reminders are laid aside until somebody has sent it again or the address is another.
"""

from __future__ import annotations

import mailbox

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from models.tables import MailRow
from notifications.bounces import Bounce, bounce_in
from tasks.chain import bind_undone
from tasks.database import Database
from tasks.settings import Settings
from tasks.watch.journal import journal_after

FOLDER = "inkommet"
"""A Maildir of the data folder."""
TODO = "Rätta adressen bland rollinnehavarna. Skicka sedan på nytt: kommunplan skicka-om --misslyckade."


def take_in(database: Database, chosen: Settings, content: bytes) -> bool:
    """Whether it was a bounce of a mail of ours that stood as sent. It is kept in any case."""
    bounce = bounce_in(content)
    is_ours = bounce is not None and _mark(database, bounce)
    kept = mailbox.Maildir(chosen.data / FOLDER)
    try:
        kept.add(content)
    finally:
        kept.close()
    return is_ours


def _mark(database: Database, bounce: Bounce) -> bool:
    with database.write() as session:
        mail = _returned(session, bounce)
        if mail is None or mail.status != "skickad":
            return False
        mail.status, mail.sent_at = "misslyckad", None
        mail.bounced = True
        mail.error = f"Mejlet kom tillbaka: {bounce.why}. {TODO}"
        session.add(mail)
        bind_undone(session, "sent", [mail.id])
        journal_after(session, "mail.bounced", level="error", mail=mail.id)
        return True


def _returned(session: Session, bounce: Bounce) -> MailRow | None:
    known: list[ColumnElement[bool]] = [
        col(MailRow.message_id).in_(bounce.message_ids),
        col(MailRow.sent_as).in_([one for one in bounce.message_ids if one]),
    ]
    if bounce.envelope_id.isalnum():
        known.append(col(MailRow.message_id).startswith(f"<{bounce.envelope_id}@"))
    return session.exec(select(MailRow).where(or_(*known)).order_by(col(MailRow.id))).first()
