"""How many examples a property on a whole year is tried with: few each time, many where there is time.

`EXAMPLES=10 make test` tries ten times as many.
"""

from __future__ import annotations

import os


def examples(few: int) -> int:
    return few * int(os.environ.get("EXAMPLES", "1"))
