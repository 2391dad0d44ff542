"""The terminal that the commands write on."""

from __future__ import annotations

import rich.console


class Console(rich.console.Console):
    """Rich's, but that a reader who has gone away (`kommunplan status | head -1`) is told to `main`, which
    ends as other tools do."""

    def on_broken_pipe(self) -> None:
        self.quiet = True
        raise BrokenPipeError
