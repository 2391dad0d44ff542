"""One watch for each data folder: it holds a lock for as long as it lives, which others can see."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

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
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise WatchedAlreadyError(
                    f"{chosen.data} vaktas redan. En vakt räcker; make start har sin egen."
                ) from None
            yield
    except OSError as error:
        raise KommunplanError(
            f"{chosen.data} går inte att använda: {error.strerror}. Rätta KOMMUNPLAN_DATA."
        ) from None


def is_watched(chosen: Settings) -> bool:
    try:
        with (chosen.data / FILE).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False
