"""`python -m running.bounce < mejlet`: takes in one mail that has come to the sender's address.

For a mail server's alias, or for what fetches a mailbox. Exit code 0 once it is kept, 75 (EX_TEMPFAIL of
sysexits.h) for the server to come again with it.
"""

from __future__ import annotations

import sys

from models.errors import KommunplanError
from tasks.database import open_database
from tasks.mail.bounced import take_in
from tasks.settings import settings
from tasks.watch.journal import keep_journal

COME_AGAIN = 75


def main() -> None:
    try:
        chosen = settings()
        keep_journal(chosen)
        database = open_database(chosen)
        try:
            take_in(database, chosen, sys.stdin.buffer.read())
        finally:
            database.engine.dispose()
    except (KommunplanError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(COME_AGAIN) from None


if __name__ == "__main__":
    main()
