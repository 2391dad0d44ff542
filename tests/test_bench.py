"""The benchmarks run, in small: what they measure is for a quiet machine, but they are to be there then."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from bench import delivery, schedule
from bench.trace import traced_decision


def test_the_benchmark_of_the_plan_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(schedule, "MUNICIPALITIES", 3)
    monkeypatch.setattr(schedule, "ROUNDS", 1)
    schedule.main()
    said = capsys.readouterr().out
    assert "The schedule of 3 municipalities for one year" in said
    assert len(re.findall(r"ratio +[0-9.]+", said)) == 2


def test_the_benchmark_of_delivery_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(delivery, "UNTIL", date(delivery.BUDGET_YEAR - 1, 3, 15))
    monkeypatch.setattr(delivery, "MAILS", 20)
    monkeypatch.setattr(delivery, "ROUNDS", 1)
    monkeypatch.setattr(delivery, "QUEUES", (10,))
    delivery.main()
    said = capsys.readouterr().out
    assert re.search(r"ratio, median of the turns +[0-9.]+", said)
    assert re.search(r"10 mails +[0-9.]+ MB", said)


def test_a_decision_enters_few_files_before_it_is_stored(tmp_path: Path) -> None:
    """Nothing is planned, nobody looked up and no letter sorted or worded before."""
    entered = traced_decision(tmp_path).calls.keys()
    assert len(entered) <= 25, sorted(entered)
    assert {file for file in entered if file.startswith(("notifications/", "tasks/mail/"))} == {
        "notifications/announcements.py",
        "notifications/notices.py",
    }
    later = (
        "calendars/",
        "tasks/calendars/",
        "tasks/links/",
        "tasks/meetings/day_history",
        "tasks/people/",
    )
    assert [file for file in entered if file.startswith(later)] == []
