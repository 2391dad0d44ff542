"""Whether what is stored is what was registered: every row held against the chain, and the chain against the
seals. Changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from models.chain import FIRST_HEAD, Link, Seal, heads, written
from models.claims import claims
from models.errors import KommunplanError
from models.tables import ClaimRow
from tasks.chain import ROWS, TABLES, UNDONE, last_seal, row_link, table_link
from tasks.database import Database
from tasks.log import cycles, stored_state
from views.proof import Proof, ProofFault

NAMES = {
    "event": "Händelse",
    "meeting_change": "Sammanträdesändring",
    "cycle": "Budgetår",
    "mail": "Mejl",
    "letter": "Brevet i mejl",
    "sent": "Att mejl är skickat, nummer",
    "holder": "Rollinnehavarna",
    "absence": "Frånvaron",
}
DETAILS = {
    "event": "SELECT kind || ', ' || step || ', ' || happened_on FROM event WHERE id = ?",
    "meeting_change": "SELECT name || ' ' || coalesce(day_before, day_after) FROM meeting_change "
    "WHERE id = ?",
    "cycle": "SELECT budget_year FROM cycle WHERE id = ?",
    "mail": "SELECT address || ', ' || subject FROM mail WHERE id = ?",
    "letter": "SELECT address || ', ' || subject FROM mail WHERE id = ?",
    "sent": "SELECT address || ', ' || subject FROM mail WHERE id = ?",
}
"""By what people know a row."""
_CHANGED = "har ändrats i databasen utan att det registrerades"
_UNREGISTERED = "står i databasen utan att ha registrerats"
_UNBOUND = {
    what: f"SELECT id FROM ({read}) AS bound WHERE NOT EXISTS "  # noqa: S608 - our own
    "(SELECT 1 FROM chain WHERE what = ? AND row = CAST(bound.id AS TEXT)) LIMIT 1"
    for what, read in ROWS.items()
}
_MEETINGS = "SELECT kind, name, day FROM meeting"
_CHANGES = "SELECT kind, name, day_before, day_after, change FROM meeting_change ORDER BY id"


@dataclass
class Chain:
    """The links as they are stored, and where what each binds stands last."""

    links: Sequence[tuple[int, Link, str]]
    last: dict[tuple[str, str], Link] = field(default_factory=dict)
    """The newest link of each row that is to be there."""

    @property
    def is_whole(self) -> bool:
        """Whether it is all there is, from the first link."""
        return not self.links or self.links[0][0] == 1

    def __post_init__(self) -> None:
        for _, link, _ in self.links:
            if link.what == UNDONE:
                what, _, row = link.row.partition("/")
                self.last.pop((what, row), None)
            else:
                self.last[link.what, link.row] = link


def prove(database: Database, seals: Iterable[Seal]) -> Proof:
    """Everything. A Swedish sentence for each thing that differs."""
    with database.read() as session:
        chain = _chain(session)
        last = last_seal(session)
        rows = 0
        faults = [*_broken(chain), *_unsealed(chain, seals := tuple(seals))]
        for what in ROWS:
            found = _links_of(what, _rows(session, what))
            rows += len(found)
            faults += _differing(session, chain, what, found)
        faults += _differing_tables(session, chain)
        faults += _differing_meetings(session)
        faults += _differing_claims(session)
    return Proof(
        is_proven=not faults,
        links=last.number,
        head=last.head,
        rows=rows,
        seals=len(seals),
        faults=tuple(faults),
    )


def export(database: Database, path: Path) -> int:
    """Writes the chain with what each link binds, as JSON, a line for each: for who checks it without this
    program. The content of letters stands as its digest. How many links; KommunplanError where the file
    cannot be written."""
    with database.read() as session:
        chain = _chain(session)
        content = {
            (what, str(row[0])): list(row[1:]) for what in ROWS for row in _rows(session, what)
        } | {(what, ""): list(map(list, _run(session, read))) for what, read in TABLES.items()}
    newest = {id(link) for link in chain.last.values()}
    try:
        with path.open("x", encoding="utf-8") as file:
            for number, link, head in chain.links:
                line = {
                    "nummer": number,
                    "slag": link.what,
                    "rad": link.row,
                    "digest": link.digest,
                    "huvud": head,
                    "innehall": content.get((link.what, link.row)) if id(link) in newest else None,
                }
                file.write(json.dumps(line, ensure_ascii=False, default=written) + "\n")
    except FileExistsError:
        raise KommunplanError(f"{path} finns redan. Välj ett annat namn.") from None
    except OSError as error:
        raise KommunplanError(f"{path} går inte att skriva: {error.strerror}.") from None
    return len(chain.links)


def newest_fault(session: Session, newest: int, seals: Sequence[Seal]) -> ProofFault | None:
    """The first fault among the newest links and what they bind, and of the newest seal: what can be asked
    often."""
    last = last_seal(session)
    chain = _chain(session, after=max(last.number - newest, 0))
    head_before = FIRST_HEAD
    if chain.links and chain.links[0][0] > 1:
        head_before = str(
            _run(
                session, "SELECT head FROM chain WHERE number = ?", (chain.links[0][0] - 1,)
            ).scalar()
        )
    faults = [*_broken(chain, head_before), *_unsealed_newest(session, seals)]
    for what in ROWS:
        known = [row for kind, row in chain.last if kind == what]
        sql = f"SELECT * FROM ({ROWS[what]}) WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608 - our own
        found = _links_of(what, _run(session, sql, (json.dumps(list(map(int, known))),)))
        faults += _differing(session, chain, what, found)
        for (row,) in _run(session, _UNBOUND[what], (what,)):
            faults.append(_row_fault(session, what, str(row), _UNREGISTERED))
    return faults[0] if faults else None


def _chain(session: Session, after: int = 0) -> Chain:
    rows = _run(
        session,
        "SELECT number, what, row, digest, head FROM chain WHERE number > ? ORDER BY number",
        (after,),
    )
    return Chain(
        [(number, Link(what, row, digest), head) for number, what, row, digest, head in rows]
    )


def _broken(chain: Chain, head: str = FIRST_HEAD) -> Iterator[ProofFault]:
    """Where the chain itself is not whole: the first place; what comes after is bound to it."""
    first = chain.links[0][0] if chain.links else 1
    expected = heads(head, [link for _, link, _ in chain.links])
    for place, ((number, _, stored), right) in enumerate(
        zip(chain.links, expected, strict=True), first
    ):
        if number != place or stored != right:
            yield _fault(
                "kedjan",
                str(place),
                f"Kedjan är bruten vid länk {place}: den eller en före den {_CHANGED}.",
            )
            return


def _unsealed(chain: Chain, seals: Iterable[Seal]) -> Iterator[ProofFault]:
    by_number = {number: head for number, _, head in chain.links}
    for seal in seals:
        yield from _seal_fault(seal, by_number.get(seal.number), len(chain.links))


def _unsealed_newest(session: Session, seals: Sequence[Seal]) -> Iterator[ProofFault]:
    if seals:
        seal = seals[-1]
        head = _run(session, "SELECT head FROM chain WHERE number = ?", (seal.number,)).scalar()
        yield from _seal_fault(seal, head, last_seal(session).number)


def _seal_fault(seal: Seal, head: str | None, length: int) -> Iterator[ProofFault]:
    if head is None:
        said = f"Kedjan har {length} länkar, men sigillet skrevs efter {seal.number}: de sista är borttagna."
        yield _fault("sigillet", str(seal.number), said)
    elif head != seal.head:
        said = f"Kedjan var en annan när sigillet efter länk {seal.number} skrevs: den är gjord på nytt."
        yield _fault("sigillet", str(seal.number), said)


def _differing(
    session: Session, chain: Chain, what: str, found: Mapping[str, Link]
) -> Iterator[ProofFault]:
    for (kind, row), link in chain.last.items():
        if kind != what:
            continue
        if row not in found:
            yield _row_fault(session, what, row, "saknas i databasen")
        elif found[row] != link:
            yield _row_fault(session, what, row, _CHANGED)
    if chain.is_whole:
        for row in found:
            if (what, row) not in chain.last:
                yield _row_fault(session, what, row, _UNREGISTERED)


def _row_fault(session: Session, what: str, row: str, said: str) -> ProofFault:
    known = _run(session, DETAILS[what], (int(row),)).scalar()
    detail = f" ({known})" if known else ""
    return _fault(NAMES[what], row, f"{NAMES[what]} {row}{detail} {said}.")


def _differing_tables(session: Session, chain: Chain) -> Iterator[ProofFault]:
    for what, read in TABLES.items():
        link = chain.last.get((what, ""))
        if link is None:
            if _run(session, read).first() is not None:
                yield _fault(NAMES[what], "", f"{NAMES[what]} {_CHANGED}.")
        elif link != table_link(session, what):
            yield _fault(NAMES[what], "", f"{NAMES[what]} {_CHANGED}.")


def _differing_meetings(session: Session) -> Iterator[ProofFault]:
    """The meetings follow from what became of each: so a day that was moved by hand is seen."""
    held: set[tuple[str, str, str]] = set()
    for kind, name, before, after, change in _run(session, _CHANGES):
        if before is not None and change != "ändrat":
            held.discard((kind, name, before))
        if after is not None:
            held.add((kind, name, after))
    stored = {tuple(row) for row in _run(session, _MEETINGS)}
    for _, name, day in sorted(held - stored):
        yield _fault(
            "Sammanträde", "", f"{name} {day} är borttaget ur databasen utan att det registrerades."
        )
    for _, name, day in sorted(stored - held):
        yield _fault(
            "Sammanträde", "", f"{name} {day} står i databasen utan att det registrerades."
        )


def _differing_claims(session: Session) -> Iterator[ProofFault]:
    """What the database keeps unique follows from the log."""
    for cycle in cycles(session):
        stored = session.exec(select(ClaimRow.name).where(col(ClaimRow.cycle_id) == cycle.id)).all()
        try:
            right = set(claims(stored_state(session, cycle)))
        except (KommunplanError, ValueError):
            yield _fault(
                "Budgetår",
                str(cycle.budget_year),
                f"Loggen för {cycle.budget_year} går inte att läsa.",
            )
            continue
        for name in sorted(right ^ set(stored)):
            yield _fault("Anspråk", name, f"{name} ({cycle.budget_year}) {_CHANGED}.")


def _links_of(what: str, rows: Iterable[Sequence[Any]]) -> dict[str, Link]:
    """What the rows would be bound by as they are now, by their numbers."""
    return {link.row: link for link in (row_link(what, row) for row in rows)}


def _rows(session: Session, what: str) -> Any:
    return _run(session, f"SELECT * FROM ({ROWS[what]})")  # noqa: S608 - our own


def _fault(what: str, row: str, said: str) -> ProofFault:
    return ProofFault(what=what.lower(), row=row, said=said)


def _run(session: Session, sql: str, given: tuple[object, ...] = ()) -> Any:
    return session.connection().exec_driver_sql(sql, given)
