"""`kommunplan skjut-upp` and `skicka-om` as a person runs them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shell import Shell, unfolded


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Any]]]:
    folder: Path = tmp_path_factory.mktemp("kommun")
    shell = Shell(folder, "2027-03-10")
    shell.data.mkdir()
    cases = {
        "start": ["starta-ar", "2028"],
        "later": ["skjut-upp", "bokslut", "2027-04-09", "--skal", "Revisionen dröjer"],
        "same": ["skjut-upp", "bokslut", "2027-04-09", "--skal", "Revisionen dröjer"],
        "no reason": ["skjut-upp", "bokslut", "2027-04-12"],
        "not a day": ["skjut-upp", "bokslut", "snart", "--skal", "x"],
        "again": ["skicka-om", "bokslut", "--roll", "verksamhetsomradeschef:omsorg"],
        "all": ["skicka-om", "skatteprognos"],
        "nobody": ["skicka-om", "kommunplan-kf"],
        "which": ["skicka-om"],
        "both": ["skicka-om", "bokslut", "--misslyckade"],
        "failed": ["skicka-om", "--misslyckade"],
    }
    yield shell.drive(cases, {name: {"COLUMNS": "200"} for name in cases})
    shell.close()


def test_the_parts_get_longer_time_and_the_mails_are_on_their_way(answers: Any) -> None:
    said = answers["later"]
    assert said["code"] == 0, said
    assert "Kommunplan 2028, bokslut: Pågår. Saknas (senast 2027-04-09)" in unfolded(said["out"])
    assert "mejl väntar i utkorgen" in said["out"]
    assert not answers["same"]["changed"]


def test_a_task_is_mailed_again(answers: Any) -> None:
    assert unfolded(answers["again"]["out"]).startswith("Kommunplan 2028, bokslut: 1 mejl på nytt.")
    assert "skatteprognos: 1 mejl på nytt." in answers["all"]["out"]


def test_without_failed_mails_it_says_so(answers: Any) -> None:
    assert answers["failed"]["out"] == "Inga mejl har misslyckats.\n"
    assert not answers["failed"]["changed"]


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("no reason", "Det krävs ett skäl för att skjuta upp bokslut."),
        ("not a day", "Skriv ett datum som 2027-10-18."),
        ("nobody", "Ingen väntas i kommunplan-kf just nu: Planerat. Inget är sänt."),
        ("which", "Ange antingen ett steg eller --misslyckade. Inget är sänt."),
        ("both", "Ange antingen ett steg eller --misslyckade. Inget är sänt."),
    ],
)
def test_what_cannot_be_says_why_and_changes_nothing(answers: Any, case: str, said: str) -> None:
    assert (answers[case]["code"], answers[case]["changed"]) == (2, False)
    assert said in unfolded(answers[case]["err"])
