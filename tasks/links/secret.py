"""The secret that signs the links to the answer page: from the settings, or a file in the data folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from tempfile import NamedTemporaryFile

from models.errors import SettingsError
from tasks.settings import Settings

FILE = "svarslankar.nyckel"
SHORTEST = 32
"""Characters; fewer could be guessed."""


def link_secret(chosen: Settings) -> str:
    """The secret; the file is made at the first need, readable by its owner only. SettingsError for one
    that is too short or cannot be read."""
    if given := chosen.secret.get_secret_value():
        return _long_enough(given, "KOMMUNPLAN_SECRET")
    file = chosen.data / FILE
    try:
        if not file.exists():
            _make(file)
        return _long_enough(file.read_text("ascii").strip(), str(file))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "den är inte text"
        raise SettingsError(
            f"Nyckeln {file} går inte att använda: {reason}. Rätta rättigheterna, eller ta bort filen, "
            "så görs en ny; länkarna i de mejl som redan är skickade slutar då att gälla."
        ) from None


def _make(file: Path) -> None:
    """Whole or not at all, and by one only: two processes may need it at once."""
    with NamedTemporaryFile("w", dir=file.parent, prefix=f".{FILE}-") as written:  # mode 0600
        written.write(secrets.token_urlsafe(48))
        written.flush()
        os.fsync(written.fileno())
        try:
            os.link(written.name, file)
        except FileExistsError:
            return


def _long_enough(secret: str, where: str) -> str:
    if len(secret) < SHORTEST:
        raise SettingsError(f"{where}: nyckeln är kortare än {SHORTEST} tecken. Välj en längre.")
    return secret
