"""Whether what is stored is what was registered: `kommunplan bevisa`. Pure values."""

from __future__ import annotations

from typing import Annotated

from views.shown import Shown, key


class ProofFault(Shown):
    """Something that is not as it was bound into the chain."""

    what: Annotated[
        str,
        key(
            "slag",
            "`kedjan`, `sigillet`, or what was changed: such as `händelse`, `mejl`, `rollinnehavarna`",
        ),
    ]
    row: Annotated[str, key("rad", "Its number in the database; empty of what is one whole")]
    said: Annotated[str, key("laget", "A Swedish sentence")]


class Proof(Shown):
    """`bevisa --json`: what was held against the chain, and what differs."""

    is_proven: Annotated[bool, key("haller", "Whether nothing differs")]
    links: Annotated[int, key("lankar", "How many links the chain has")]
    head: Annotated[str, key("huvud", "The newest head: write it down elsewhere, and it is a seal")]
    rows: Annotated[int, key("rader", "The rows that were held against it")]
    seals: Annotated[int, key("sigill", "The seals that were held against it")]
    faults: Annotated[tuple[ProofFault, ...], key("fel", "What differs, oldest link first")]
