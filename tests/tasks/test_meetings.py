"""The care of the meetings: what each change does, what it leaves alone, and that nothing is lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from sqlmodel import col, select

from calendars.definition import ORSA
from cli.wording import at_terminal
from models.acts.meetings import ImportMeetings
from models.errors import DefinitionError, RefusedError, UnknownError
from models.events import Outcome
from models.plan import YearPlan
from models.tables import MeetingChangeRow, MeetingRow
from tasks.database import open_database
from tasks.log import find_cycle
from tasks.meetings.listing import list_meetings
from tasks.settings import Settings
from tasks.year import OpenYear
from tests.hands import (
    Hands,
    add_meeting,
    cancel_meeting,
    import_meetings,
    left_alone,
    move_meeting,
)
from views.meeting_list import RestingStep

KS_18, KS_25, KF_29 = date(2027, 10, 18), date(2027, 10, 25), date(2027, 11, 29)


class Town:
    """Orsa's definition in a folder that a test may edit, and a real SQLite file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.definition = copytree(ORSA, folder / "orsa")
        self.settings = Settings(_env_file=None, data=folder, definition=self.definition)
        self.database = open_database(self.settings, create=True)

    def on(self, day: str) -> Hands:
        return Hands(self.database, self.settings, date.fromisoformat(day))

    def rows(self, name: str, year: int = 2027) -> list[str]:
        """`2027-10-18 katalog`, `2027-10-25* hand`"""
        with self.database.read() as session:
            rows = session.exec(
                select(MeetingRow).where(MeetingRow.name == name).order_by(col(MeetingRow.day))
            ).all()
        return [
            f"{row.day}{'*' if row.if_needed else ''} {row.source}"
            for row in rows
            if row.day.year == year
        ]

    def log(self) -> list[MeetingChangeRow]:
        """What was done by others than the definition directory."""
        with self.database.read() as session:
            return list(
                session.exec(
                    select(MeetingChangeRow)
                    .where(MeetingChangeRow.source != "katalog")
                    .order_by(col(MeetingChangeRow.id))
                )
            )

    def plan(self) -> YearPlan:
        with self.database.read() as session:
            cycle = find_cycle(session, 2028)
            return OpenYear(session, cycle, self.settings, date(2027, 3, 10)).plan

    def meeting_of(self, slug: str) -> date | None:
        return self.plan()[slug].links[-1].meeting

    def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        with closing(sqlite3.connect(self.settings.database)) as connection:
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            return {
                name: connection.execute(f'SELECT * FROM "{name}"').fetchall()  # noqa: S608
                for (name,) in names.fetchall()
            }

    def write(self, text: str, name: str = "plan.csv") -> Path:
        path = self.folder / name
        path.write_text(text)
        return path

    def edit_directory(self, old: str, new: str) -> None:
        file = self.definition / "sammantraden-2027.toml"
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new, 1))


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """On 10 March 2027, with budget year 2028 running."""
    town = Town(tmp_path)
    town.on("2027-03-10").start_year(2028)
    yield town
    town.database.engine.dispose()


@pytest.fixture
def engine(town: Town) -> Hands:
    return town.on("2027-03-10")


# --- Moving ---


def test_what_rests_on_a_meeting_follows_it(town: Town, engine: Hands) -> None:
    changed = move_meeting(
        engine, "kommunfullmäktige", KF_29, date(2027, 11, 24), by="Petra", reason="lucia"
    )
    assert town.meeting_of("kommunplan-kf") == date(2027, 11, 24)
    assert changed.said == ("KF 2027-11-29 är flyttat till 2027-11-24.",)
    assert [*changed.follows[-8:]] == [
        "Kommunplan 2028, skattesats-kf: delar senast 2027-11-08 → 2027-11-03; "
        "KF 2027-11-29 → 2027-11-24.",
        "Kommunplan 2028, kommunplan-kf: delar senast 2027-11-08 → 2027-11-03; "
        "KF 2027-11-29 → 2027-11-24.",
        "Kommunplan 2028, delarsrapport: KF 2027-11-29 → 2027-11-24.",
        "Kommunplan 2028, styrmodell-oversyn: KF 2027-11-29 → 2027-11-24.",
        "Kommunplan 2028, atgardsplan-balanskrav: KF 2027-11-29 → 2027-11-24.",
        # to be done by the dispatch, by the notice, and within a working day of the decision
        "Kommunplan 2028, revisorernas-bedomning-delarsrapport: delar senast 2027-11-19 → 2027-11-12.",
        "Kommunplan 2028, budgetforslag-webbplats: delar senast 2027-11-22 → 2027-11-17.",
        "Kommunplan 2028, skattesats-skatteverket: delar senast 2027-11-30 → 2027-11-25.",
    ]
    assert [year.budget_year for year in changed.years] == [2028]


def test_a_move_is_in_the_log_with_who_when_and_why(town: Town, engine: Hands) -> None:
    move_meeting(engine, "KS", KS_18, KS_25, by="Petra", reason=" höstlov ")
    (row,) = town.log()
    assert (row.name, row.change, row.day_before, row.day_after) == ("KS", "flyttat", KS_18, KS_25)
    assert (row.by, row.reason, row.happened_on) == ("Petra", "höstlov", date(2027, 3, 10))


def test_moving_there_and_back_restores_every_date(town: Town, engine: Hands) -> None:
    before = town.plan()
    move_meeting(engine, "KS", KS_18, KS_25, by="Petra", reason="höstlov")
    assert town.plan() != before
    move_meeting(engine, "KS", KS_25, KS_18, by="Petra", reason="ändå inte")
    assert town.plan() == before


def test_moving_again_to_the_same_day_changes_nothing(town: Town, engine: Hands) -> None:
    move_meeting(engine, "KS", KS_18, KS_25, by="Petra", reason="höstlov")
    before = town.tables()
    assert move_meeting(engine, "KS", KS_18, KS_25, by="Petra", reason="höstlov").said == ()
    assert move_meeting(engine, "KS", KS_25, KS_25, by="Petra").said == ()
    assert town.tables() == before


def test_a_nearer_meeting_sends_its_reminders_at_once(town: Town) -> None:
    town.on("2027-05-03").check()
    on = town.on("2027-05-04")
    on.check()
    changed = move_meeting(on, "SU", date(2027, 5, 25), date(2027, 5, 11), by="P", reason="kurs")
    assert sum(year.mails for year in changed.years) > 0  # three working days before the 10th
    assert on.check()[0].mails == 0


def test_a_move_far_away_carries_the_item_and_pushes_what_rests_on_it(
    town: Town, engine: Hands
) -> None:
    changed = move_meeting(
        engine, "SU", date(2027, 10, 5), date(2027, 11, 3), by="Petra", reason="nej"
    )
    assert town.meeting_of("kommunplan-su") == date(2027, 11, 3)
    assert town.meeting_of("kommunplan-ks") == date(2027, 11, 15)
    assert any("kommunplan-ks" in line for line in changed.follows)


def test_the_day_of_a_step_moves_like_a_bodys(town: Town, engine: Hands) -> None:
    move_meeting(
        engine, "bokslutsdag", date(2027, 3, 11), date(2027, 3, 18), by="Petra", reason="sjuk"
    )
    assert town.plan()["bokslutsdag"].meeting_day == date(2027, 3, 18)


def test_another_weekday_is_noted(engine: Hands) -> None:
    changed = move_meeting(engine, "KS", KS_18, date(2027, 10, 19), by="Petra", reason="höstlov")
    [note] = map(str, changed.notes)
    assert note == "2027-10-19 är en tisdag; KS sammanträder annars på måndagar."


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2027-10-23", "lördag"),
        ("2027-10-24", "söndag"),
        ("2027-12-24", "julafton, fredag"),
        ("2027-12-25", "juldagen, lördag"),
    ],
)
def test_a_day_off_is_taken_with_a_remark(town: Town, engine: Hands, day: str, why: str) -> None:
    changed = add_meeting(engine, "KS", date.fromisoformat(day), by="Petra", reason="extra")
    [note] = map(str, changed.notes)
    assert note.startswith(f"KS {day} är ingen arbetsdag ({why}). Sammanträdet står som det är;")
    assert f"{day} hand" in town.rows("KS")


def test_a_step_is_planned_to_a_saturday_and_its_days_are_working_days(
    town: Town, engine: Hands
) -> None:
    move_meeting(engine, "KS", KS_18, date(2027, 10, 16), by="Petra", reason="lördagsmöte")
    planned = town.plan()["kommunplan-ks"]
    [link] = [link for link in planned.links if link.body == "KS"]
    assert link.meeting == date(2027, 10, 16)
    assert link.register_by == date(2027, 10, 20)
    assert all(one.day.weekday() < 5 for one in link.days)
    assert planned.due.weekday() < 5


def test_a_day_of_a_step_on_a_saturday_is_told_of_on_the_monday(town: Town, engine: Hands) -> None:
    move_meeting(
        engine, "bokslutsdag", date(2027, 3, 11), date(2027, 3, 13), by="Petra", reason="lördag"
    )
    planned = town.plan()["bokslutsdag"]
    assert (planned.meeting_day, planned.due) == (date(2027, 3, 13), date(2027, 3, 15))


# --- Refusals ---


@pytest.mark.parametrize(
    ("name", "day", "to", "message"),
    [
        (
            "KS",
            "2027-10-18",
            "2027-10-25",
            r"På KS 2027-10-18 vilar .*kommunplan-ks \(2028\).*--skal",
        ),
        (
            "KS",
            "2027-10-19",
            "2027-10-25",
            "inget sammanträde 2027-10-19. Närmast: 2027-09-13, 2027-10",
        ),
        ("KS", "2027-02-01", "2027-10-25", "har redan varit .*kommunplan beslut STEG KS"),
        ("KF", "2027-12-20", "2027-03-09", "2027-03-09 har redan varit"),
        ("KF", "2027-12-20", "2027-11-29", "KF sammanträder redan 2027-11-29"),
        ("KF", "2027-12-20", "2127-11-15", "mellan åren 2000 och 2100"),
    ],
)
def test_a_move_that_cannot_be_says_the_way_out_and_changes_nothing(
    town: Town, engine: Hands, name: str, day: str, to: str, message: str
) -> None:
    before = town.tables()
    with pytest.raises(RefusedError, match=message):
        move_meeting(engine, name, date.fromisoformat(day), date.fromisoformat(to), by="Petra")
    assert town.tables() == before


def test_an_unknown_body_is_told_the_known_ones(engine: Hands) -> None:
    with pytest.raises(UnknownError, match=r"'XX'.*SU, KS, KF, bokslutsdag"):
        cancel_meeting(engine, "XX", KS_18, by="Petra")


def test_a_meeting_that_no_year_rests_on_needs_no_reason(town: Town, engine: Hands) -> None:
    cancel_meeting(engine, "KF", date(2027, 12, 20), by="Petra")
    assert "2027-12-20 katalog" not in town.rows("KF")


def test_todays_meeting_may_change_until_it_has_decided(town: Town) -> None:
    on = town.on("2027-03-02")  # SU meets
    on.check()
    on.report("uppfoljning-mars", "ekonomichef", None, by="Eva")
    on.decide("uppfoljning-mars", "SU", Outcome.FORESLAR, by="Sara")
    with pytest.raises(RefusedError, match="SU 2027-03-02 har redan varit"):
        cancel_meeting(on, "SU", date(2027, 3, 2), by="Petra", reason="sjuk")


def test_what_is_decided_keeps_its_day(town: Town) -> None:
    on = town.on("2027-03-10")
    on.report("uppfoljning-mars", "ekonomichef", None, by="Eva")
    on.decide("uppfoljning-mars", "SU", Outcome.FORESLAR, by="Sara", on=date(2027, 3, 2))
    move_meeting(on, "KS", date(2027, 3, 15), date(2027, 3, 22), by="Petra", reason="snö")
    first, second = town.plan()["uppfoljning-mars"].links
    assert (first.meeting, second.meeting) == (date(2027, 3, 2), date(2027, 3, 22))


# --- Adding and cancelling ---


def test_a_cancelled_meeting_gives_way_to_the_next_that_fits(town: Town, engine: Hands) -> None:
    cancel_meeting(engine, "KF", KF_29, by="Petra", reason="för få")
    assert town.meeting_of("kommunplan-kf") != KF_29
    before = town.tables()
    assert cancel_meeting(engine, "KF", KF_29, by="Petra", reason="för få").said == ()
    assert town.tables() == before
    add_meeting(engine, "KF", KF_29, by="Petra")
    assert town.meeting_of("kommunplan-kf") == KF_29


def test_one_held_if_needed_is_not_planned_for_until_it_is_an_ordinary_one(
    town: Town, engine: Hands
) -> None:
    add_meeting(engine, "KS", KS_25, by="Petra", if_needed=True)
    assert town.meeting_of("kommunplan-ks") == KS_18
    assert "2027-10-25* hand" in town.rows("KS")
    before = town.tables()
    assert add_meeting(engine, "KS", KS_25, by="Petra", if_needed=True).said == ()
    assert town.tables() == before
    changed = add_meeting(engine, "KS", KS_25, by="Petra")
    assert changed.said == ("KS 2027-10-25 hålls; det är inte längre bara vid behov.",)
    assert town.meeting_of("kommunplan-ks") == KS_25
    with pytest.raises(RefusedError, match="stall-in KS 2027-10-25 --skal"):
        add_meeting(engine, "KS", KS_25, by="Petra", if_needed=True)


# --- Files ---

WHOLE = {"by": "Petra", "whole": True, "reason": "ny plan"}


def test_a_file_replaces_just_its_bodies_and_its_year(town: Town, engine: Hands) -> None:
    su, kf, next_year = town.rows("SU"), town.rows("KF"), town.rows("KS", 2028)
    changed = import_meetings(engine, town.write("2027;mars;okt;nov\nKS;15;18, 25*;15\n"), **WHOLE)
    assert town.rows("KS") == [
        "2027-03-15 fil",
        "2027-10-18 fil",
        "2027-10-25* fil",
        "2027-11-15 fil",
    ]
    assert (town.rows("SU"), town.rows("KF"), town.rows("KS", 2028)) == (su, kf, next_year)
    assert changed.said == ("KS 2027: 4 (1 nya, 6 borttagna).",)
    assert {(row.change, row.reason) for row in town.log()} == {
        ("tillagt", "inläst ur plan.csv; ny plan"),
        ("borttaget", "inläst ur plan.csv; ny plan"),
    }


def test_a_file_that_is_not_said_to_be_whole_takes_nothing_away(town: Town, engine: Hands) -> None:
    before = town.rows("KS")
    done = import_meetings(engine, town.write("2027;okt\nKS;18, 25\n"), by="Petra")
    changed = [row for row in before if not row.startswith("2027-10-18")]
    assert town.rows("KS") == sorted([*changed, "2027-10-18 hand", "2027-10-25 hand"])
    [told] = map(at_terminal, done.notes)
    assert told.startswith("KS 2027: 2027-02-01, 2027-03-15, ")
    assert told.endswith("ligger kvar. Är filen hela årets plan, ange --hel.")


def test_what_a_running_year_rests_on_goes_only_with_a_reason(town: Town, engine: Hands) -> None:
    before = town.tables()
    for text, more in (("KS;15;25", {"whole": True}), ("KS;;18*", {})):
        path = town.write(f"2027;mars;okt\n{text}\n")
        with pytest.raises(RefusedError, match=r"KS 2027-10-18: .*kommunplan-ks \(2028\).*--skal"):
            import_meetings(engine, path, by="Petra", **more)
    assert town.tables() == before


def test_a_trial_tells_all_that_would_follow_and_changes_nothing(town: Town, engine: Hands) -> None:
    before = town.tables()
    path = town.write("2027;mars;okt\nKS;15;25\n")
    act = ImportMeetings(file=path, whole=True, by="Petra")
    found = engine.try_(act)
    assert town.tables() == before
    [ks] = found.bodies
    assert (ks.added, ks.count) == ((KS_25,), 2)
    assert KS_18 in ks.removed
    [resting] = [line for line in found.resting if line.startswith("KS 2027-10-18: ")]
    assert "kommunplan-ks (2028)" in resting
    assert any("kommunplan-ks" in line for line in found.follows)
    assert found.law
    done = import_meetings(engine, path, **WHOLE)
    assert done.said == tuple(body.sentence() for body in found.bodies)
    assert done.follows == found.follows
    with closing(sqlite3.connect(town.database.path)) as file:
        told = set(file.execute("SELECT address, step, kind FROM notice"))
    assert {(mail.address, mail.step, mail.kind) for mail in found.mails} <= told
    assert found.mails


def test_one_invitation_leaves_the_other_meetings_alone(town: Town, engine: Hands) -> None:
    before = town.rows("KS")
    path = town.write("instans;datum\nKS;2027-03-15\n")
    import_meetings(engine, path, by="Petra")
    days = [row.split()[0] for row in town.rows("KS")]
    assert days == [row.split()[0] for row in before]


def test_the_same_file_again_changes_nothing(town: Town, engine: Hands) -> None:
    path = town.write("2027;mars;okt;nov\nKS;15;18;15\n")
    import_meetings(engine, path, **WHOLE)
    before = town.tables()
    assert import_meetings(engine, path, **WHOLE).said == ("KS 2027: 3 (som förut).",)
    assert town.tables() == before


def test_a_file_with_a_fault_changes_nothing(town: Town, engine: Hands) -> None:
    before = town.tables()
    with pytest.raises(DefinitionError) as caught:
        import_meetings(engine, town.write("2027;mars;okt\nKS;15;32\nKG;1;1\n"), by="Petra")
    assert len(caught.value.faults) == 3
    assert town.tables() == before


def test_a_file_cannot_change_days_that_have_been(town: Town) -> None:
    import_meetings(
        town.on("2027-03-10"), town.write("2027;mars;okt\nKS;15;18\n"), **WHOLE
    )  # invented days give way, past ones too
    with pytest.raises(DefinitionError) as caught:
        import_meetings(town.on("2027-04-01"), town.write("2027;mars;okt\nKS;22;18, 25\n"), **WHOLE)
    missing, new = caught.value.faults
    assert "plan.csv: KS 2027-03-15 saknas i filen, men har redan varit" in missing
    assert missing.endswith("Lägg till dagen i filen.")
    assert "plan.csv: KS 2027-03-22 är nytt men har redan varit" in new
    assert town.rows("KS") == ["2027-03-15 fil", "2027-10-18 fil"]


# --- The definition directory read anew ---


def test_reading_the_directory_anew_leaves_alone_what_people_changed(
    town: Town, engine: Hands
) -> None:
    import_meetings(engine, town.write("2027;mars;okt\nSU;2;5\n"), **WHOLE)
    move_meeting(engine, "KS", KS_18, KS_25, by="Petra", reason="höstlov")
    cancel_meeting(engine, "KF", KF_29, by="Petra", reason="för få")
    before = {name: town.rows(name) for name in ("SU", "KS", "KF")}
    loaded = engine.load()
    assert {name: town.rows(name) for name in ("SU", "KS", "KF")} == before
    assert left_alone(loaded) == (
        "SU 2027: sammanträdena kommer ur en fil och gäller fortfarande.",
        "KS 2027-10-25: är tillagt eller flyttat för hand och ligger kvar.",
        "KS 2027-10-18: flyttades 2027-03-10 till 2027-10-25 (höstlov) och läggs inte tillbaka.",
        "KF 2027-11-29: ställdes in 2027-03-10 (för få) och läggs inte tillbaka.",
    )
    town.on("2027-03-11").start_year(2028)  # reads it too
    assert {name: town.rows(name) for name in ("SU", "KS", "KF")} == before


def test_the_directorys_own_meetings_follow_it(town: Town, engine: Hands) -> None:
    town.edit_directory("2027-10-18", "2027-10-25")
    town.edit_directory("2027-12-06,", "")
    loaded = engine.load()
    assert town.rows("KS")[-2:] == ["2027-10-25 katalog", "2027-11-15 katalog"]
    assert (left_alone(loaded), town.log()) == ((), [])
    town.edit_directory("2027-10-25", "2027-10-18")
    engine.load()
    assert "2027-10-18 katalog" in town.rows("KS")


def test_reading_an_unchanged_directory_changes_no_row(town: Town, engine: Hands) -> None:
    before = town.tables()
    engine.load()
    assert town.tables() == before


# --- The log ---


@pytest.mark.parametrize(
    "sql", ["UPDATE meeting_change SET by = 'x'", "DELETE FROM meeting_change"]
)
def test_the_log_of_meetings_can_neither_be_changed_nor_shortened(
    town: Town, engine: Hands, sql: str
) -> None:
    move_meeting(engine, "KS", KS_18, KS_25, by="Petra", reason="höstlov")
    before = town.tables()
    with (
        closing(sqlite3.connect(town.settings.database)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        connection.execute(sql)
    assert town.tables() == before


# --- The list ---


def test_the_list_tells_weekday_week_and_what_rests_on_each(town: Town, engine: Hands) -> None:
    move_meeting(engine, "KS", KS_18, KS_25, by="Petra", reason="höstlov")
    listed = list_meetings(
        town.database, town.settings, engine.today, name="Kommunstyrelsen", year=2027
    )
    row = next(row for row in listed.meetings if str(row.day) == "2027-10-25")
    assert (row.body, row.weekday, row.week) == ("KS", "måndag", 43)
    assert [step.slug for step in row.steps] == [
        "skattesats-forslag",
        "kommunplan-ks",
        "delarsrapport",
    ]
    assert row.steps[0] == RestingStep(
        budget_year=2028, slug="skattesats-forslag", is_started=True, is_done=False
    )
    assert {row.body for row in listed.meetings} == {"KS"}
    assert [change.reason for change in listed.changes] == ["höstlov"]


def test_the_list_knows_the_years_that_have_not_begun(town: Town, engine: Hands) -> None:
    listed = list_meetings(town.database, town.settings, engine.today, year=2028)
    row = next(row for row in listed.meetings if str(row.day) == "2028-10-16")
    assert {(step.budget_year, step.is_started) for step in row.steps} == {(2029, False)}


def test_without_a_year_the_list_begins_with_this_one(town: Town, engine: Hands) -> None:
    listed = list_meetings(town.database, town.settings, engine.today)
    years = {row.day.year for row in listed.meetings}
    assert years == {2027, 2028}
    later = list_meetings(town.database, town.settings, engine.today + timedelta(days=3650))
    assert later.meetings == ()
