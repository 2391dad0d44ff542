"""`kommunplan komplettera`: the script by which a shell completes commands, options and names."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

from cyclopts import App, Parameter

from cli.terminal import HELP


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
        """Skriver skriptet som låter skalet fylla i med tabb: kommandon, flaggor, steg, roller, enheter,
        instanser och budgetår."""
        script = app.generate_completion(prog_name="kommunplan", shell=skal.value)
        # zsh finds a function in a file of its name, and by custom that is _ and the command's
        script = script.replace("_cyclopts_kommunplan", "_kommunplan")
        sys.stdout.write(script.replace("Display this message and exit.", HELP))

    app.command(komplettera)
