"""That what is changed beside the program is seen: each kind of tampering by hand, and none by right."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.acts.years import UndoStart
from models.chain import Seal
from models.errors import KommunplanError
from notifications.bounces import Bounce
from tasks.chain import last_seal
from tasks.mail import bounced
from tasks.proof import export, prove
from tasks.seals import SealFileError, read_seals, seal_file, write_seal
from tasks.settings import PROJECT
from tasks.watch.health import health
from tests.factories import day
from tests.hands import cancel_meeting, move_meeting
from tests.tasks.conftest import MakeTown
from tests.tasks.town import Town
from views.rehearsal import usual_outcome

NOW = datetime(2027, 11, 30, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year with a decision, a moved meeting and a mail that has gone: sealed, as a check does."""
    town = Town(
        tmp_path_factory.mktemp("bevis"), secret="en hemlighet som är lång nog för ett prov"
    )
    town.on("2027-11-08").start_year(2028)
    on = town.on("2027-11-09")
    move_meeting(on, "KF", day("2027-12-20"), day("2027-12-21"), by="Petra", reason="krock")
    on.check()
    with town.database.write() as session:
        rows = session.connection().exec_driver_sql("SELECT id FROM mail ORDER BY id LIMIT 3")
        ids = [row[0] for row in rows]
        sent = "UPDATE mail SET status = 'skickad', sent_at = queued_at WHERE id = ?"
        for one in ids:
            session.connection().exec_driver_sql(sent, (one,))
        from tasks.chain import bind_rows

        bind_rows(session, "sent", ids)
    on = town.on("2027-11-29")
    on.check()
    step = town.stored().definition.step("skattesats-kf")
    for key in town.stored().missing(step):
        on.report(step.slug, key.role, key.unit, by="Nils")
    on.decide(step.slug, "KF", usual_outcome(step, "KF"), by="Sara", on=day("2027-11-29"))
    town.on("2027-11-30").check()
    town.close()
    return town.path


@pytest.fixture
def own(make_town: MakeTown, played: Path) -> Town:
    town = make_town(played)
    shutil.copy(played.parent / "sigill.txt", town.path.parent)
    return town


def tamper(town: Town, *statements: str) -> None:
    """As somebody does who has the file, and knows of the triggers."""
    with closing(sqlite3.connect(town.path)) as database, database:
        triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        known = triggers.fetchall()
        for name, _ in known:
            database.execute(f"DROP TRIGGER {name}")
        for one in statements:
            database.execute(one)
        for _, written in known:
            database.execute(written)


def faults(town: Town) -> list[str]:
    return [one.said for one in prove(town.database, seals(town)).faults]


def seals(town: Town) -> Sequence[Seal]:
    return read_seals(town.settings)


def test_what_nobody_has_touched_is_proven(own: Town) -> None:
    found = prove(own.database, seals(own))
    assert found.faults == ()
    assert found.is_proven
    assert found.links > found.rows > 50
    assert found.seals >= 2


CUT = "DELETE FROM event WHERE id = (SELECT max(id) FROM event)"
AVSLAG = "UPDATE event SET content = replace(content, 'bifall', 'avslag') WHERE kind = 'beslut'"
TAMPERING = [
    pytest.param([CUT], "Händelse", id="the last is cut off"),
    pytest.param(
        [CUT, "DELETE FROM chain WHERE number > (SELECT max(number) - 5 FROM chain)"],
        "de sista är borttagna",
        id="cut off with its links",
    ),
    pytest.param(
        [
            "DELETE FROM event WHERE number = 5",
            "UPDATE event SET number = number - 1 WHERE number > 5",
        ],
        "Händelse 5",
        id="one removed and the rest renumbered",
    ),
    pytest.param([AVSLAG], "(beslut, ", id="bifall made avslag"),
    pytest.param(
        ["UPDATE event SET happened_on = '2027-11-01' WHERE kind = 'beslut'"],
        "(beslut, ",
        id="a day moved",
    ),
    pytest.param(
        ["UPDATE event SET by = 'Annan' WHERE kind = 'beslut'"],
        "(beslut, ",
        id="somebody else's name",
    ),
    pytest.param(
        ["UPDATE meeting SET day = '2027-11-30' WHERE name = 'KF' AND day = '2027-11-29'"],
        "KF 2027-11-30 står i databasen utan att det registrerades.",
        id="a meeting moved",
    ),
    pytest.param(
        ["UPDATE meeting_change SET reason = 'annat' WHERE change = 'flyttat'"],
        "Sammanträdesändring",
        id="the reason of a move",
    ),
    pytest.param(["DELETE FROM mail WHERE id = 4"], "Mejl 4 ", id="a mail deleted"),
    pytest.param(
        ["UPDATE mail SET status = 'skickad', sent_at = queued_at WHERE id = 5"],
        "står i databasen utan att ha registrerats",
        id="a mail marked as sent",
    ),
    pytest.param(
        ["UPDATE mail SET sent_at = '2027-01-01 00:00:00.000000' WHERE id = 1"],
        "Att mejl är skickat, nummer 1 ",
        id="sent at another time",
    ),
    pytest.param(
        ["UPDATE mail SET status = 'köad', sent_at = NULL WHERE id = 1"],
        "Att mejl är skickat, nummer 1 ",
        id="a sent mail queued again",
    ),
    pytest.param(
        ["UPDATE mail_content SET content = x'00' WHERE mail_id = 2"],
        "Brevet i mejl 2 ",
        id="a letter",
    ),
    pytest.param(
        ["UPDATE holder SET address = 'x@y.example' WHERE role = 'ekonomichef'"],
        "Rollinnehavarna har ändrats",
        id="another's address",
    ),
    pytest.param(["DELETE FROM holder"], "Rollinnehavarna har ändrats", id="no holders"),
    pytest.param(
        ["UPDATE cycle SET definition = replace(definition, 'KF', 'KX')"],
        "Budgetår 1 ",
        id="the definition",
    ),
    pytest.param(
        ["INSERT INTO claim VALUES (1, 'minoritet/kommunplan', 1)"],
        "minoritet/kommunplan",
        id="a claim",
    ),
    pytest.param(
        ["UPDATE chain SET digest = 'x' WHERE number = 7"], "bruten vid länk 7", id="a link"
    ),
    pytest.param(["DELETE FROM chain WHERE number = 7"], "bruten vid länk 7", id="a link removed"),
]


@pytest.mark.parametrize(("statements", "said"), TAMPERING)
def test_what_is_changed_by_hand_is_told(own: Town, statements: list[str], said: str) -> None:
    tamper(own, *statements)
    found = faults(own)
    assert any(said in one for one in found), found


def test_a_chain_that_is_made_anew_is_told_by_the_seal_that_was_written_before(own: Town) -> None:
    """Who knows the program binds everything again: what has been written down elsewhere tells it."""
    tamper(own, AVSLAG, "DELETE FROM chain")
    from tasks.chain import ROWS, TABLES, bind_rows, bind_table

    with own.database.write() as session:
        for what in ROWS:
            sql = f"SELECT id FROM ({ROWS[what]})"  # noqa: S608 - our own
            bind_rows(session, what, [row[0] for row in session.connection().exec_driver_sql(sql)])
        for what in TABLES:
            bind_table(session, what)
    assert prove(own.database, ()).is_proven
    assert any("gjord på nytt" in one or "borttagna" in one for one in faults(own))


RIGHTS: list[Callable[[Town], object]] = [
    lambda town: town.on("2027-12-01").check(),
    lambda town: cancel_meeting(
        town.on("2027-12-01"), "KF", day("2027-12-21"), by="Petra", reason="inga ärenden"
    ),
    lambda town: town.on("2027-12-01").start_year(2029, knowingly=True),
]


@pytest.mark.parametrize("act", RIGHTS)
def test_what_is_done_by_right_is_proven(own: Town, act: Callable[[Town], object]) -> None:
    act(own)
    assert faults(own) == []


def test_a_start_that_is_undone_is_proven_and_the_year_that_is_started_after_it(town: Town) -> None:
    town.on("2027-09-20").start_year(2028, asks=True)
    town.on("2027-09-20").do(UndoStart(budget_year=2028))
    assert faults(town) == []
    town.on("2027-09-20").start_year(2028, asks=True)
    assert faults(town) == []


def test_a_mail_that_comes_back_is_proven(own: Town) -> None:
    message_id = own.mails()[0].message_id
    assert bounced._mark(own.database, Bounce("", (message_id,), "finns inte"))
    assert faults(own) == []


# --- The seals ---


def test_a_check_seals_what_is_new_and_nothing_twice(own: Town) -> None:
    before = read_seals(own.settings)
    own.on("2027-11-30").check()
    assert read_seals(own.settings) == before
    own.on("2027-12-06").check()
    after = read_seals(own.settings)
    assert len(after) == len(before) + 1
    with own.database.read() as session:
        assert after[-1] == last_seal(session)
    assert stat.S_IMODE(os.stat(seal_file(own.settings)).st_mode) == 0o600


def test_a_seal_that_cannot_be_written_hinders_no_check(
    make_town: MakeTown, tmp_path: Path
) -> None:
    (tmp_path / "fil").write_text("")
    town = make_town(seal_file=tmp_path / "fil" / "sigill.txt")
    town.on("2027-09-20").start_year(2028)
    town.on("2027-09-21").check()
    with pytest.raises(SealFileError, match=r"KOMMUNPLAN_SEAL_FILE|går inte att läsa"):
        write_seal(town.settings, Seal(1, "a" * 64), NOW)


@pytest.mark.parametrize(
    "line", ["", "x", "12", "12 kort", f"-1 {'a' * 64}", f"² {'a' * 64}", f"12 {'a' * 65}"]
)
def test_what_is_no_seal_is_told_with_its_place(own: Town, line: str) -> None:
    path = seal_file(own.settings)
    path.write_text(f"{path.read_text()}2027-10-08T06:30:00+00:00 {line}\n", encoding="utf-8")
    with pytest.raises(SealFileError, match="sigill"):
        read_seals(own.settings)


# --- The health ---


@pytest.mark.parametrize(("statements", "said"), TAMPERING)
def test_the_health_tells_of_what_is_new_and_never_fails(
    own: Town, statements: list[str], said: str
) -> None:
    assert of_log(own) is True
    tamper(own, *statements)
    assert of_log(own) is False or said.startswith(("Rollinne", "minoritet", "KF 2027", "Budgetår"))


def of_log(town: Town) -> bool | None:
    return next(one.is_well for one in health(town.settings, NOW).points if one.name == "loggen")


# --- The export, and who checks it without this program ---


def verified(path: Path, *given: str) -> subprocess.CompletedProcess[str]:
    script = PROJECT / "docs" / "verify_chain.py"
    return subprocess.run(
        [sys.executable, "-I", str(script), str(path), *given],
        capture_output=True,
        text=True,
        check=False,
    )


def test_who_has_the_export_can_check_it_with_the_standard_library_alone(
    own: Town, tmp_path: Path
) -> None:
    path = tmp_path / "logg.jsonl"
    links = export(own.database, path)
    [*_, newest] = seals(own)
    done = verified(path, *str(newest).split())
    assert (done.returncode, done.stdout) == (0, f"Allt håller: {links} länkar.\n")
    lines = path.read_text().splitlines()
    [place] = [
        n for n, line in enumerate(lines) if json.loads(line)["innehall"] and '"beslut"' in line
    ][:1]
    path.write_text(
        "\n".join([*lines[:place], lines[place].replace("bifall", "avslag"), *lines[place + 1 :]])
    )
    done = verified(path)
    assert done.returncode == 1
    assert f"länk {place + 1}: event" in done.stdout
    path.write_text("\n".join(lines[:-3]))
    assert verified(path).returncode == 0, "whole as far as it goes"
    assert "saknas" in verified(path, *str(newest).split()).stdout


def test_an_export_overwrites_nothing(own: Town, tmp_path: Path) -> None:
    path = tmp_path / "logg.jsonl"
    path.write_text("annat")
    with pytest.raises(KommunplanError, match="finns redan"):
        export(own.database, path)
    assert path.read_text() == "annat"
