"""A process keeps the years that it has read: never another's, and never as they were."""

from __future__ import annotations

import shutil

from models.fold import fold
from models.state import Status
from tests.hands import Hands
from tests.tasks.town import Town


def report(on: Hands, role: str = "ekonomichef") -> None:
    on.report("bokslut", role, None, by="Eva")


def test_what_another_process_has_added_is_read(year: Town) -> None:
    known = year.stored()
    other = Town(year.settings.data)
    report(other.on("2027-01-04"))
    other.close()
    assert known["bokslut"].reported == {}
    assert [key.role for key in year.stored()["bokslut"].reported] == ["ekonomichef"]


def test_another_database_in_its_place_is_read_as_it_is(year: Town) -> None:
    year.close()
    kept = shutil.copy(year.path, year.path.with_suffix(".copy"))
    report(year.on("2027-01-04"))
    assert len(year.stored()["bokslut"].reported) == 1
    year.close()
    shutil.copy(kept, year.path)
    assert year.stored()["bokslut"].reported == {}
    report(year.on("2027-01-04"), "kommunchef")
    assert [key.role for key in year.stored()["bokslut"].reported] == ["kommunchef"]


def test_what_is_kept_is_what_the_whole_log_folds_to(year: Town) -> None:
    on = year.on("2027-01-04")
    report(on)
    year.stored()
    on.override("bokslut", by="Petra", reason="resten kommer")
    kept = year.stored()
    assert kept["bokslut"].status is Status.COMPLETED
    assert kept == fold(kept.definition, year.log())
