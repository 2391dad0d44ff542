"""`kommunplan rollinnehavare` and `kommunplan utskick` as a person runs them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shell import Shell, unfolded

CSV = """\
roll;enhet;namn;adress;fran;till
processagare;;Petra Ek;petra@orsa.example;2025-01-01;
kommunchef;;Klas Ö;klas@orsa.example;2025-01-01;2027-04-30
"""


WIDTHS = (60, 80, 100)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Any]]]:
    folder: Path = tmp_path_factory.mktemp("kommun")
    shell = Shell(folder, "2027-03-10")
    shell.data.mkdir()
    (folder / "chefer.csv").write_text(CSV, encoding="utf-8")
    (folder / "ny.csv").write_text(
        "roll;namn;adress;fran\nkommunchef;Nils Ny;nils@orsa.example;2027-01-01\n", encoding="utf-8"
    )
    (folder / "fel.csv").write_text(CSV + "kommunchf;;Nils;nils;2027-01-01;\n", encoding="utf-8")
    wide = {"COLUMNS": "140"}
    cases = {
        "start": ["starta-ar", "2028"],
        "list": ["rollinnehavare", "lista"],
        "wrong": ["rollinnehavare", "las-in", str(folder / "fel.csv")],
        "none": ["rollinnehavare", "las-in", str(folder / "finns-inte.csv")],
        "one": ["rollinnehavare", "las-in", str(folder / "ny.csv")],
        "list with one": ["rollinnehavare", "lista"],
        "read": ["rollinnehavare", "las-in", str(folder / "chefer.csv"), "--ersatt-alla"],
        "list again": ["rollinnehavare", "lista"],
        "load": ["las-in"],
        "tomorrow": ["utskick", "--imorgon"],
        "all": ["utskick"],
        "status": ["status"],
        "exercise": ["status"],
        "exercise mails": ["utskick", "--imorgon"],
        **{f"all at {width}": ["utskick"] for width in WIDTHS},
    }
    exercise = {**wide, "KOMMUNPLAN_MAIL_TO": "prov@orsa.example"}
    environments = {**dict.fromkeys(cases, wide), "exercise": exercise, "exercise mails": exercise}
    environments |= {f"all at {width}": {"COLUMNS": str(width)} for width in WIDTHS}
    yield shell.drive(cases, environments)
    shell.close()


def test_the_list_names_every_role_and_says_that_they_are_examples(answers: Any) -> None:
    said = answers["list"]
    assert (said["code"], said["changed"]) == (0, False)
    assert "Eva Exempel <eva.ekonomichef@orsa.example>" in said["out"]
    assert "EXEMPEL" in said["out"]
    assert "Sista dagar utan innehavare" not in said["out"]


def test_a_file_with_faults_is_refused_whole(answers: Any) -> None:
    said = answers["wrong"]
    assert (said["code"], said["changed"]) == (2, False)
    assert "fel.csv: rad 4, kolumn 4, adress: 'nils' går inte" in unfolded(said["err"])
    assert answers["none"]["code"] == 2
    assert "filen finns inte" in unfolded(answers["none"]["err"])


def test_a_file_with_one_new_chef_leaves_the_others_alone(answers: Any) -> None:
    said = unfolded(answers["one"]["out"])
    assert said.startswith(
        "1 rollinnehavare är inläst, och gäller i stället för de tidigare i samma"
    )
    assert "Varning" not in said
    listed = answers["list with one"]["out"]
    assert "Nils Ny <nils@orsa.example>" in listed
    assert "Eva Exempel <eva.ekonomichef@orsa.example>" in listed
    assert "ingen: mejlen går till processägaren" not in listed


def test_a_file_that_is_read_in_is_what_the_list_then_shows(answers: Any) -> None:
    assert unfolded(answers["read"]["out"]).startswith(
        "2 rollinnehavare är inlästa, och gäller i stället för alla tidigare."
    )
    assert "Varning: ekonomichef saknar innehavare i dag" in unfolded(answers["read"]["out"])
    said = answers["list again"]["out"]
    assert "Klas Ö <klas@orsa.example> till 2027-04-30" in said
    assert "ingen: mejlen går till processägaren" in said
    assert "Sista dagar utan innehavare" in said
    assert "Eva Exempel" not in said


def test_reading_the_directory_anew_says_what_it_left_alone(answers: Any) -> None:
    assert "Lämnat orört: rollinnehavarna kommer ur en fil" in unfolded(answers["load"]["out"])


def test_utskick_says_who_gets_what_tomorrow_and_by_which_rule(answers: Any) -> None:
    said = answers["tomorrow"]
    assert (said["code"], said["changed"]) == (0, False)
    assert "Går i morgon, 2027-03-11:" in said["out"]
    assert "Väntar" not in said["out"]
    assert "innehavare av kommunchef sedan 2025-01-01" in unfolded(said["out"])
    assert "Väntar: " in answers["all"]["out"]
    assert "sänds när steget öppnas" in unfolded(answers["all"]["out"])


@pytest.mark.parametrize("width", WIDTHS)
def test_utskick_cuts_no_word_however_narrow_the_terminal(answers: Any, width: int) -> None:
    narrow = answers[f"all at {width}"]["out"]
    assert narrow.split() == answers["all"]["out"].split()
    assert max(map(len, narrow.splitlines())) <= width


def test_an_exercise_with_one_address_is_said(answers: Any) -> None:
    warning = "PROV: alla mejl går till prov@orsa.example (KOMMUNPLAN_MAIL_TO)."
    assert warning in answers["exercise"]["out"]
    assert warning in answers["exercise mails"]["out"]
    assert "PROV" not in answers["status"]["out"]
