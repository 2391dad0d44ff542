"""One watch for each data folder: it holds a lock for as long as it lives, which others can see."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

from models.errors import KommunplanError
from tasks.settings import Settings

FILE = "vakten.lock"


class WatchedAlreadyError(KommunplanError):
    """Another watch looks after the data folder: two would both tell."""


@contextmanager
def watching(chosen: Settings) -> Iterator[None]:
    """Ends with this process, however it ends; WatchedAlreadyError where another has it."""
    try:
        with (chosen.data / FILE).open("w") as lock:
            if not _taken(lock):
                raise WatchedAlreadyError(
                    f"{chosen.data} vaktas redan. En vakt räcker; make start har sin egen."
                )
            yield
    except OSError as error:
        raise KommunplanError(
            f"{chosen.data} går inte att använda: {error.strerror}. Rätta KOMMUNPLAN_DATA."
        ) from None


def _taken(lock: IO[str]) -> bool:
    """Tried for half a second: whoever asks `is_watched` holds it for a moment."""
    for _ in range(10):
        with suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(0.05)
    return False


def is_watched(chosen: Settings) -> bool:
    try:
        with (chosen.data / FILE).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False
