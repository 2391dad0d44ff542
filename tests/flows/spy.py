"""What a process and those that it starts ask the network for, however shortly: Python tells as it does so.

`watch(folder)` gives the environment that makes every Python begin so; `asked(folder)` what they asked.
"""

from __future__ import annotations

import os
from pathlib import Path

PROGRAM = """
import os, sys

def note(event, arguments):
    if event in ("socket.connect", "socket.sendto"):
        where = arguments[1][0] if isinstance(arguments[1], tuple) else "local"
    elif event == "socket.getaddrinfo":
        where = arguments[0]
    else:
        return
    with open(os.environ["SPY"], "a") as log:
        log.write(f"{event} {where}\\n")

sys.addaudithook(note)
"""


def watch(folder: Path) -> dict[str, str]:
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(PROGRAM)  # imported by every Python as it starts
    paths = [str(folder), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {"PYTHONPATH": os.pathsep.join(paths), "SPY": str(folder / "asked")}


def asked(folder: Path) -> set[str]:
    return set((folder / "asked").read_text().splitlines())
