"""The program `kommunplan`."""

from __future__ import annotations

import gc


def main() -> None:
    """Runs the command line."""
    # what a command imports lives as long as it: looking for garbage there is a tenth of its time
    gc.disable()
    from cli.main import main as run

    run()


if __name__ == "__main__":
    main()
