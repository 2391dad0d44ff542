"""Who gets a mail: whoever holds the role today, everyone who does, and for a vacant role its owner."""

from __future__ import annotations

import email
import re
from pathlib import Path

import pytest

from calendars.definition import load_definition
from models.errors import DefinitionError
from tasks.context import Done
from tasks.people.change import list_staff
from tasks.reading import year_sheets
from tests.hands import left_alone, read_in
from tests.tasks.town import Staffed, Town, text

OWNER = ("processagare", "", "Petra Exempel", "petra@orsa.example", "2025-01-01")
EVA = ("ekonomichef", "", "Eva Exempel", "eva@orsa.example", "2025-01-01")
ERIK = ("ekonomichef", "", "Erik Exempel", "erik@orsa.example", "2027-02-15")


def told(town: Town, step: str, kind: str = "oppnat") -> list[str]:
    """Whom the notices went to, in order."""
    return [one.address for one in town.notices() if (one.step, one.kind) == (step, kind)]


def test_a_vacant_role_is_the_process_owners_and_the_mail_says_so(staffed: Staffed) -> None:
    staffed.staff(OWNER)
    staffed.on("2027-02-01").start_year(2028)
    [mail] = staffed.mails()
    assert mail.address == "petra@orsa.example"
    assert {one.role for one in staffed.notices() if one.step == "skatteprognos"} == {"ekonomichef"}
    assert "ekonomichef" in text(mail)
    assert "vakant" in text(mail) or "innehavare" in text(mail)
    assert "ekonomichef" in year_sheets(staffed.database, staffed.on("2027-02-01").today)[0].vacant


def test_each_vacant_unit_makes_a_mail_of_its_own(staffed: Staffed) -> None:
    staffed.staff(OWNER)
    staffed.on("2027-01-04").start_year(2028)
    assert told(staffed, "bokslut") == ["petra@orsa.example"] * 8
    assert len({one.role for one in staffed.notices()}) == 8


def test_with_nobody_at_all_the_address_of_the_settings_gets_it(staffed: Staffed) -> None:
    staffed.staff()
    staffed.on("2027-02-01").start_year(2028)
    assert set(told(staffed, "skatteprognos")) == {"processagare@kommun.example"}


def test_a_missing_holders_file_is_the_same_as_an_empty_one(staffed: Staffed) -> None:
    (staffed.settings.definition / "rollinnehavare.toml").unlink()
    staffed.on("2027-02-01").start_year(2028)
    assert set(told(staffed, "skatteprognos")) == {"processagare@kommun.example"}


def test_two_holders_of_one_role_both_get_it(staffed: Staffed) -> None:
    staffed.staff(
        OWNER, EVA, ("ekonomichef", "", "Edit Exempel", "edit@orsa.example", "2026-06-01")
    )
    staffed.on("2027-02-01").start_year(2028)
    assert told(staffed, "skatteprognos") == ["eva@orsa.example", "edit@orsa.example"]
    greetings = {mail.address: text(mail) for mail in staffed.mails()}
    assert "Hej Eva!" in greetings["eva@orsa.example"]
    assert "Hej Edit!" in greetings["edit@orsa.example"]


def test_a_role_listed_twice_with_one_address_gets_one_mail(staffed: Staffed) -> None:
    staffed.staff(OWNER, (*EVA, "2027-02-28"), (*EVA[:4], "2027-02-01"))
    staffed.on("2027-02-01").start_year(2028)
    assert told(staffed, "skatteprognos") == ["eva@orsa.example"]


def test_a_new_holder_gets_the_open_task_and_the_old_one_nothing_more(staffed: Staffed) -> None:
    staffed.staff(OWNER, (*EVA, "2027-02-14"), ERIK)
    staffed.on("2027-02-01").start_year(2028)
    staffed.on("2027-02-14").check()
    assert told(staffed, "skatteprognos") == ["eva@orsa.example"]
    staffed.on("2027-02-15").check()
    assert told(staffed, "skatteprognos") == ["eva@orsa.example", "erik@orsa.example"]
    staffed.on("2027-03-15").check()
    assert told(staffed, "skatteprognos", "paminnelse") == ["erik@orsa.example"]
    assert told(staffed, "skatteprognos") == ["eva@orsa.example", "erik@orsa.example"]


def test_a_holder_read_in_anew_gets_the_open_task_at_the_next_check(staffed: Staffed) -> None:
    staffed.staff(OWNER, EVA)
    staffed.on("2027-02-01").start_year(2028)
    staffed.staff(OWNER, (*ERIK[:4], "2025-01-01"))
    staffed.on("2027-03-01").check()
    assert told(staffed, "skatteprognos") == ["eva@orsa.example"], "the file has not been read in"
    assert "2 rollinnehavare" in staffed.on("2027-03-01").load().said[0]
    staffed.on("2027-03-01").check()
    assert told(staffed, "skatteprognos") == ["eva@orsa.example", "erik@orsa.example"]


@pytest.mark.parametrize(
    ("day", "address"),
    [
        ("2027-02-01", "petra@orsa.example"),
        ("2027-02-02", "eva@orsa.example"),
        ("2027-02-10", "eva@orsa.example"),
        ("2027-02-11", "petra@orsa.example"),
    ],
)
def test_both_days_of_a_holders_time_are_included(staffed: Staffed, day: str, address: str) -> None:
    staffed.staff(OWNER, (*EVA[:4], "2027-02-02", "2027-02-10"))
    staffed.on(day).start_year(2028)
    assert told(staffed, "skatteprognos") == [address]


def test_a_role_filled_again_gets_what_the_owner_had_in_the_meantime(staffed: Staffed) -> None:
    staffed.staff(OWNER, ERIK)
    staffed.on("2027-02-01").start_year(2028)
    staffed.on("2027-02-15").check()
    assert told(staffed, "skatteprognos") == ["petra@orsa.example", "erik@orsa.example"]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (("ekonomichef", "", "Eva", "eva@orsa.example\\nBcc: x@y.se", "2025-01-01"), "adress"),
        (("ekonomichef", "", "Eva\\r\\nBcc: x@y.se", "eva@orsa.example", "2025-01-01"), "namn"),
        (("ekonomichef", "", "Eva", "eva", "2025-01-01"), "adress"),
        (("ekonomichf", "", "Eva", "eva@orsa.example", "2025-01-01"), "okänd roll 'ekonomichf'"),
        (
            ("forvaltningschef", "mora", "Eva", "eva@orsa.example", "2025-01-01"),
            "okänd enhet 'mora'",
        ),
        (("ekonomichef", "", "Eva", "eva@orsa.example", "2025-01-02", "2025-01-01"), "före fran"),
    ],
)
def test_holders_that_cannot_be_are_refused_and_those_before_stay(
    staffed: Staffed, row: tuple[str, ...], fault: str
) -> None:
    staffed.staff(OWNER, EVA)
    staffed.on("2027-02-01").start_year(2028)
    before = staffed.tables()
    staffed.staff(OWNER, row)
    for action in (staffed.on("2027-02-02").load, staffed.on("2027-02-02").start_year):
        with pytest.raises(DefinitionError, match=rf"rollinnehavare\.toml: .*{fault}"):
            action()
    assert staffed.tables() == before


# --- Deputies ---

ANNA = ("kommunchef", "", "Anna Ek", "anna@orsa.example", "2025-01-01")
JULY = ("eva@orsa.example", "2027-02-08", "2027-02-19", "anna@orsa.example")


def test_a_deputy_gets_the_mails_during_the_absence_and_is_told_for_whom(staffed: Staffed) -> None:
    staffed.staff(OWNER, EVA, ANNA, absences=[JULY])
    staffed.on("2027-02-08").start_year(2028)
    assert told(staffed, "skatteprognos") == ["anna@orsa.example"]
    said = text(next(mail for mail in staffed.mails() if mail.address == "anna@orsa.example"))
    assert "Hej Anna!" in said
    assert "Du är ersättare för Eva Exempel (ekonomichef) till fredag 19 februari 2027." in said


@pytest.mark.parametrize(
    ("day", "address"),
    [
        ("2027-02-05", "eva@orsa.example"),
        ("2027-02-08", "anna@orsa.example"),
        ("2027-02-19", "anna@orsa.example"),
        ("2027-02-22", "eva@orsa.example"),
    ],
)
def test_both_days_of_an_absence_are_included(staffed: Staffed, day: str, address: str) -> None:
    staffed.staff(OWNER, EVA, ANNA, absences=[JULY])
    staffed.on(day).start_year(2028)
    assert told(staffed, "skatteprognos") == [address]


def test_a_deputy_who_is_away_too_has_a_deputy(staffed: Staffed) -> None:
    away = ("anna@orsa.example", "2027-02-08", "2027-02-12", "Siv Ö <siv@orsa.example>")
    staffed.staff(OWNER, EVA, ANNA, absences=[JULY, away])
    staffed.on("2027-02-08").start_year(2028)
    assert told(staffed, "skatteprognos") == ["siv@orsa.example"]


def test_the_process_owners_deputy_gets_what_a_vacant_role_leaves(staffed: Staffed) -> None:
    away = ("petra@orsa.example", "2027-02-01", "2027-02-12", "anna@orsa.example")
    staffed.staff(OWNER, ANNA, absences=[away])
    staffed.on("2027-02-01").start_year(2028)
    assert told(staffed, "skatteprognos") == ["anna@orsa.example"]


# --- Who gets the replies ---


def replies(town: Staffed) -> set[str]:
    """Reply-To of the newest day's mails, and what their text says."""
    mails = town.mails()
    newest = [mail for mail in mails if mail.queued_on == mails[-1].queued_on]
    headers = {str(email.message_from_bytes(mail.content)["Reply-To"]) for mail in newest}
    said = {
        found for mail in newest for found in re.findall(r"processägaren \(([^)]+)\)", text(mail))
    }
    assert said <= headers
    return headers


def test_replies_go_to_who_holds_the_process_owners_role_that_day(staffed: Staffed) -> None:
    new = ("processagare", "", "Per Ö", "per@orsa.example", "2027-03-01")
    staffed.staff((*OWNER, "2027-02-28"), new, EVA)
    staffed.on("2027-02-01").start_year(2028)
    assert replies(staffed) == {"petra@orsa.example"}
    staffed.on("2027-03-15").check()
    assert replies(staffed) == {"per@orsa.example"}


def test_replies_go_to_each_process_owner_and_to_the_deputy_of_who_is_away(
    staffed: Staffed,
) -> None:
    per = ("processagare", "", "Per Ö", "per@orsa.example", "2025-01-01")
    away = ("petra@orsa.example", "2027-02-01", "2027-02-12", "anna@orsa.example")
    staffed.staff(OWNER, per, EVA, ANNA, absences=[away])
    staffed.on("2027-02-01").start_year(2028)
    assert replies(staffed) == {"anna@orsa.example, per@orsa.example"}


def test_replies_go_to_the_address_of_the_settings_where_nobody_is_process_owner(
    staffed: Staffed,
) -> None:
    staffed.staff(EVA)
    staffed.on("2027-02-01").start_year(2028)
    assert replies(staffed) == {"processagare@kommun.example"}


def test_a_mail_about_the_calendar_alone_has_the_same_reply_address(staffed: Staffed) -> None:
    staffed.staff(OWNER, (*EVA, "2027-02-14"), ERIK)
    staffed.on("2027-02-01").start_year(2028)
    staffed.on("2027-02-15").check()
    assert "kalender" in {mail.kind for mail in staffed.mails()}
    assert replies(staffed) == {"petra@orsa.example"}


# --- A file that is read in ---

CSV = "roll;namn;adress;fran\nprocessagare;Per Ö;per@orsa.example;2025-01-01\n"


def addresses(town: Staffed) -> set[str]:
    return {row[4] for row in town.tables()["holder"]}


def vacant(done: Done) -> tuple[str, ...]:
    """The warnings that a role has nobody."""
    warned = [line.removeprefix("Varning: ") for line in done.said if line.startswith("Varning: ")]
    return tuple(warned)


def test_a_file_replaces_only_the_roles_that_stand_in_it(staffed: Staffed, tmp_path: Path) -> None:
    staffed.staff(OWNER, EVA, ANNA, absences=[JULY])
    staffed.on("2027-02-01").start_year(2028)
    (tmp_path / "chefer.csv").write_text(CSV)
    done = read_in(staffed.on("2027-02-02"), tmp_path / "chefer.csv")
    assert done.said[0].startswith(
        "1 rollinnehavare är inläst, och gäller i stället för de tidigare"
    )
    assert not any("frånvaro" in line for line in done.said)
    assert addresses(staffed) == {"per@orsa.example", "eva@orsa.example", "anna@orsa.example"}
    assert len(staffed.tables()["absence"]) == 1


def test_one_unit_of_a_role_is_replaced_on_its_own(staffed: Staffed, tmp_path: Path) -> None:
    roles = load_definition(staffed.settings.definition).roles
    role = next(role for role in roles if len(role.units) > 1)
    staffed.staff(
        OWNER,
        *((role.slug, unit, "Nu", f"{unit}@orsa.example", "2025-01-01") for unit in role.units),
    )
    staffed.on("2027-02-01").start_year(2028)
    (tmp_path / "ny.csv").write_text(
        f"roll;enhet;namn;adress;fran\n{role.slug};{role.units[0]};Ny;ny@orsa.example;2027-02-01\n"
    )
    read_in(staffed.on("2027-02-02"), tmp_path / "ny.csv")
    others = {f"{unit}@orsa.example" for unit in role.units[1:]}
    assert addresses(staffed) == {OWNER[3], "ny@orsa.example", *others}


def test_the_directory_then_has_its_say_in_the_other_roles_only(
    staffed: Staffed, tmp_path: Path
) -> None:
    staffed.staff(OWNER, EVA)
    staffed.on("2027-02-01").start_year(2028)
    (tmp_path / "chefer.csv").write_text(CSV)
    read_in(staffed.on("2027-02-02"), tmp_path / "chefer.csv")
    staffed.staff(OWNER, ERIK, ANNA)
    loaded = staffed.on("2027-02-02").load()
    assert left_alone(loaded) == (
        "rollinnehavare för processagare kommer ur en fil och gäller fortfarande.",
    )
    assert addresses(staffed) == {"per@orsa.example", ERIK[3], "anna@orsa.example"}


def test_a_file_that_comes_before_the_directory_has_been_read_replaces_its_own_roles_only(
    staffed: Staffed, tmp_path: Path
) -> None:
    staffed.staff(OWNER, EVA)
    (tmp_path / "chefer.csv").write_text(CSV)
    done = read_in(staffed.on("2027-02-01"), tmp_path / "chefer.csv")
    assert not any(line.startswith("ekonomichef") for line in vacant(done))
    assert addresses(staffed) == {"per@orsa.example", "eva@orsa.example"}
    staffed.on("2027-02-01").start_year(2028)
    assert addresses(staffed) == {"per@orsa.example", "eva@orsa.example"}


def test_a_role_that_comes_to_the_directory_is_taken_in_though_a_file_has_said_all_there_was(
    staffed: Staffed, tmp_path: Path
) -> None:
    staffed.staff(OWNER)
    staffed.on("2027-02-01").start_year(2028)
    (tmp_path / "chefer.csv").write_text(CSV)
    read_in(staffed.on("2027-02-02"), tmp_path / "chefer.csv")
    staffed.staff(OWNER, EVA)
    staffed.on("2027-02-02").load()
    assert addresses(staffed) == {"per@orsa.example", "eva@orsa.example"}


def test_after_a_file_that_replaced_all_another_file_does_not_bring_the_directory_back(
    staffed: Staffed, tmp_path: Path
) -> None:
    staffed.staff(OWNER, EVA)
    staffed.on("2027-02-01").start_year(2028)
    (tmp_path / "chefer.csv").write_text(CSV)
    for replaces_all in (True, False):
        read_in(staffed.on("2027-02-02"), tmp_path / "chefer.csv", replaces_all=replaces_all)
        staffed.on("2027-02-02").load()
        assert addresses(staffed) == {"per@orsa.example"}


def test_after_a_file_it_is_said_which_roles_have_nobody_today_or_on_a_last_day(
    staffed: Staffed, tmp_path: Path
) -> None:
    staffed.staff(OWNER, EVA)
    staffed.on("2027-02-01").start_year(2028)
    (tmp_path / "chefer.csv").write_text(
        CSV.replace("fran", "fran;till").replace("01-01", "01-01;")
        + "ekonomichef;Eva;eva@orsa.example;2025-01-01;2027-03-30\n"
    )
    nobody = vacant(read_in(staffed.on("2027-02-02"), tmp_path / "chefer.csv"))
    [said] = [line for line in nobody if line.startswith("ekonomichef ")]
    assert re.fullmatch(r"ekonomichef saknar innehavare \d+ sista dagar från 2027-03-31\.", said)
    assert any(line.startswith("kommunsekreterare saknar innehavare i dag") for line in nobody)
    assert not any(line.startswith("processägare") for line in nobody)


def test_a_file_that_replaces_all_is_left_alone_by_the_directory(
    staffed: Staffed, tmp_path: Path
) -> None:
    staffed.staff(OWNER, EVA, ANNA, absences=[JULY])
    staffed.on("2027-02-01").start_year(2028)
    (tmp_path / "chefer.csv").write_text(CSV)
    done = read_in(staffed.on("2027-02-02"), tmp_path / "chefer.csv", replaces_all=True)
    assert done.said[0].endswith("inläst, och gäller i stället för alla tidigare.")
    assert not any("frånvaro" in line for line in done.said)
    loaded = staffed.on("2027-02-02").load()
    assert left_alone(loaded) == ("rollinnehavarna kommer ur en fil och gäller fortfarande.",)
    assert [row[4] for row in staffed.tables()["holder"]] == ["per@orsa.example"]
    assert len(staffed.tables()["absence"]) == 1


def test_the_directorys_own_file_gives_it_its_say_again(staffed: Staffed, tmp_path: Path) -> None:
    staffed.staff(OWNER, EVA)
    staffed.on("2027-02-01").start_year(2028)
    (tmp_path / "chefer.csv").write_text(CSV)
    read_in(staffed.on("2027-02-02"), tmp_path / "chefer.csv")
    read_in(staffed.on("2027-02-02"), staffed.settings.definition / "rollinnehavare.toml")
    staffed.staff(OWNER, EVA, ANNA)
    loaded = staffed.on("2027-02-02").load()
    assert "och 3 rollinnehavare är" in loaded.said[0]
    assert left_alone(loaded) == ()
    assert len(staffed.tables()["holder"]) == 3


def test_a_file_with_a_fault_changes_nothing(staffed: Staffed, tmp_path: Path) -> None:
    staffed.staff(OWNER, EVA)
    staffed.on("2027-02-01").start_year(2028)
    before = staffed.tables()
    (tmp_path / "chefer.csv").write_text(CSV + "ekonomichef;Eva;eva;2027-01-01\n")
    with pytest.raises(DefinitionError, match=r"chefer\.csv: rad 3, kolumn 3, adress: 'eva'"):
        read_in(staffed.on("2027-02-02"), tmp_path / "chefer.csv")
    assert staffed.tables() == before


def test_the_list_says_who_is_there_who_is_away_and_which_deadlines_have_nobody(
    staffed: Staffed,
) -> None:
    staffed.staff(OWNER, (*EVA, "2027-03-30"), (*ERIK[:4], "2027-04-15"), ANNA, absences=[JULY])
    staffed.on("2027-02-01").start_year(2028)
    listed = list_staff(staffed.database, staffed.settings, staffed.on("2027-02-01").today)
    held = {one.title: one for one in listed.roles}
    assert [one.name for one in held["ekonomichef"].holders] == ["Eva Exempel"]
    assert [one.name for one in held["ekonomichef"].later] == ["Erik Exempel"]
    assert held["kommunsekreterare"].holders == ()
    assert [one.sentence for one in listed.absences] == [
        "Eva Exempel är borta 2027-02-08–2027-02-19; Anna Ek <anna@orsa.example> är ersättare."
    ]
    assert (
        "Kommunplan 2028, skatteprognos: ekonomichef har ingen innehavare 2027-03-31."
        in listed.gaps
    )
    days = {gap[-11:-1] for gap in listed.gaps if ": ekonomichef" in gap}
    assert min(days) == "2027-03-31"
    assert max(days) <= "2027-04-14"


def test_who_stands_in_for_the_owner_gets_what_is_vacant_as_that(staffed: Staffed) -> None:
    away = ("petra@orsa.example", "2027-02-01", "2027-03-31", "anna@orsa.example")
    own = ("kommunchef", "", "Anna Exempel", "anna@orsa.example", "2025-01-01")
    staffed.staff(OWNER, (*EVA, "2027-03-10"), own, absences=[away])
    staffed.on("2027-02-01").start_year(2028)
    for day in ("2027-03-01", "2027-03-11", "2027-03-15"):
        staffed.on(day).check()
    vacant_mails = [
        m
        for m in staffed.mails()
        if m.address == "anna@orsa.example" and "saknar innehavare: ekonomichef" in text(m)
    ]
    for mail in vacant_mails:
        said = text(mail)
        assert "till dig som ersättare för Petra Exempel (processägare)" in said
        assert "Petra Exempel (ekonomichef)" not in said
        assert "dig som processägare" not in said
    assert {"overlamning"} <= {mail.kind for mail in vacant_mails}
