"""Checks an exported log without kommunplan: `python3 verify_chain.py FILE [NUMBER HEAD]...`

FILE is what `kommunplan bevisa --export FILE` writes. Only Python's standard library is used, and nothing
is changed. Each NUMBER and HEAD is a seal: the chain's head after so many links, as it was written down.
"""

from __future__ import annotations

import json
import sys
from hashlib import sha256


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def check(lines: list[str], seals: dict[int, str]) -> list[str]:
    """What does not hold, as sentences."""
    faults = []
    head = "0" * 64
    for place, line in enumerate(lines, 1):
        link = json.loads(line)
        content = link["innehall"]
        if content is not None:
            written = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
            if digest(written) != link["digest"]:
                faults.append(f"länk {place}: {link['slag']} {link['rad']} är inte det som bands")
        head = digest("\n".join((head, link["slag"], link["rad"], link["digest"])))
        if head != link["huvud"] or link["nummer"] != place:
            faults.append(f"länk {place}: kedjan är bruten")
            break
        if seals.pop(place, head) != head:
            faults.append(f"länk {place}: kedjan är en annan än när sigillet skrevs")
    faults += [f"sigillet efter länk {number}: de länkarna saknas" for number in sorted(seals)]
    return faults


def main() -> int:
    path, *given = sys.argv[1:]
    seals = {int(number): head for number, head in zip(given[::2], given[1::2], strict=True)}
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    faults = check(lines, seals)
    sys.stdout.write(("\n".join(faults) or f"Allt håller: {len(lines)} länkar.") + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
