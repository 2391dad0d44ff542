"""What docs/watching.md says of a copy: taken while the program runs, put back over what was destroyed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tasks import clock
from tasks.database import DatabaseUnusableError
from tasks.watch.health import health
from tests.tasks.conftest import MakeTown
from tests.tasks.town import Town


def backup(town: Town, copy: Path) -> None:
    """`sqlite3 var/kommunplan.db ".backup copy.db"`"""
    with closing(sqlite3.connect(town.path)) as ours, closing(sqlite3.connect(copy)) as there:
        ours.backup(there)


def test_after_a_restore_the_next_check_makes_up_for_what_the_copy_lacks(
    make_town: MakeTown, tmp_path: Path
) -> None:
    """And what is mailed again has the Message-ID that it had, so that a reader has it once."""
    town = make_town()
    town.on("2027-01-04").start_year(2028)
    copy = tmp_path / "copy.db"
    backup(town, copy)
    town.on("2027-02-01").check()
    lost = {mail.message_id: mail.subject for mail in town.mails()}
    state = town.stored()
    town.close()
    for beside in ("-wal", "-shm"):
        town.path.with_name(town.path.name + beside).unlink(missing_ok=True)
    town.path.write_bytes(b"\x00destroyed" * 1000)
    with pytest.raises(DatabaseUnusableError, match=r"återställ en kopia, se docs/watching\.md"):
        town.on("2027-02-01").check()
    town.close()

    town.path.write_bytes(copy.read_bytes())
    restored = Town(tmp_path)
    [first] = [
        one for one in health(restored.settings, clock.now()).points if one.name == "databasen"
    ]
    assert first.is_well
    restored.on("2027-02-01").check()
    assert {mail.message_id: mail.subject for mail in restored.mails()} == lost
    assert restored.stored() == state
    restored.close()
