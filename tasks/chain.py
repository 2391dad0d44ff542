"""What is stored, bound into the chain in the transaction that stores it.

Of the log, of the changes of the meetings and of the mails each row has a link; of the role holders and the
absences, which are replaced, each state that they have had. `tasks.proof` holds the rows against the chain.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session

from models.chain import FIRST_HEAD, Link, Seal, digest_of, heads
from models.tables import ChainRow

ROWS: Mapping[str, str] = {
    "event": "SELECT * FROM event",
    "meeting_change": "SELECT * FROM meeting_change",
    "cycle": "SELECT * FROM cycle",
    "mail": "SELECT id, key, name, address, subject, message_id, queued_on FROM mail",
    "letter": "SELECT mail_id AS id, content FROM mail_content",
    "sent": "SELECT id, sent_at, sent_as FROM mail WHERE status = 'skickad'",
}
"""What is bound row by row: the row's number first, then what is bound of it."""
TABLES: Mapping[str, str] = {
    "holder": "SELECT * FROM holder ORDER BY id",
    "absence": "SELECT * FROM absence ORDER BY id",
}
"""What is bound as a whole."""
_CHOSEN = {
    what: f"SELECT * FROM ({read}) WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"  # noqa: S608
    for what, read in ROWS.items()
}
_NEWEST = "SELECT digest FROM chain WHERE what = ? AND row = '' ORDER BY number DESC LIMIT 1"
UNDONE = "undone"
"""The link of a row that is gone by right: with the start of its year, or by its time."""


def bind_rows(session: Session, what: str, ids: Collection[int | None]) -> None:
    """To be called in the transaction that has written the rows."""
    if not ids:
        return
    session.flush()
    found = _run(session, _CHOSEN[what], (json.dumps(list(ids)),))
    _append(session, [row_link(what, row) for row in found])


def bind_table(session: Session, what: str) -> None:
    """To be called in the transaction that has changed it; one that is as it was needs no new link."""
    session.flush()
    link = table_link(session, what)
    if link.digest != _run(session, _NEWEST, (what,)).scalar():
        _append(session, [link])


def bind_undone(session: Session, what: str, ids: Iterable[int | None]) -> None:
    """That the rows are taken away, or are what they were called no more, and by right."""
    _append(session, [Link(UNDONE, f"{what}/{one}", digest_of(())) for one in ids])


def row_link(what: str, row: Sequence[Any]) -> Link:
    """Of a row as `ROWS` reads it."""
    number, *values = row
    return Link(what, str(number), digest_of(values))


def table_link(session: Session, what: str) -> Link:
    """Of a table as it is now."""
    return Link(what, "", digest_of([list(row) for row in _run(session, TABLES[what])]))


def last_seal(session: Session) -> Seal:
    """The newest head; of an empty chain that which its first link is to be bound to."""
    found = _run(session, "SELECT number, head FROM chain ORDER BY number DESC LIMIT 1").first()
    return Seal(*found) if found else Seal(0, FIRST_HEAD)


def _append(session: Session, links: Sequence[Link]) -> None:
    if not links:
        return
    last = last_seal(session)
    rows = [
        {"number": n, "what": link.what, "row": link.row, "digest": link.digest, "head": head}
        for n, (link, head) in enumerate(
            zip(links, heads(last.head, links), strict=True), last.number + 1
        )
    ]
    session.connection().execute(insert(ChainRow), rows)


def _run(session: Session, sql: str, given: tuple[object, ...] = ()) -> Any:
    # plain rows as the database has them: the same when they are bound and when they are held against it
    return session.connection().exec_driver_sql(sql, given)
