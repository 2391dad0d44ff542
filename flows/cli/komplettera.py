"""`kommunplan komplettera`: the script by which a shell completes commands, options and steps."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

from cyclopts import App, Parameter


class Shell(StrEnum):
    """The shells that can."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"
    POWERSHELL = "powershell"


def add_completion(app: App) -> None:
    """The command that prints the app's own script."""

    def komplettera(
        skal: Annotated[Shell, Parameter(help="bash, zsh, fish eller powershell")], /
    ) -> None:
        """Skriver skriptet som låter skalet fylla i kommandon, flaggor och stegens namn med tabb."""
        sys.stdout.write(app.generate_completion(prog_name="kommunplan", shell=skal.value))

    app.command(komplettera)
