"""What holds for all tests: whose settings and which folder they have, and the order in which they run.

No test may hang on the developer's own settings: neither the environment's nor those of `.env`.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tasks.settings import Settings

MEMORY = Path("/dev/shm")  # noqa: S108 - where Linux keeps files in memory
ENOUGH = 4 * 2**30
"""Bytes: the files of a failed run are kept."""
SLOW = {
    # browsers, mail servers and processes
    "web/test_browser.py",
    "web/test_rooms_in_browser.py",
    "notifications/test_mail_in_browser.py",
    "flows/test_pages_in_browser.py",
    "notifications/test_every_mail.py",
    "tasks/test_postfix.py",
    "web/test_process.py",
    "web/test_accounts.py",
    "web/test_sign_in_browser.py",
    "flows/test_kommun.py",
    "running/test_request_filter.py",
    "tasks/test_delivery.py",
    "tasks/test_misbehaving_servers.py",
    "tasks/test_refused_us.py",
    "tasks/test_kept_answers.py",
    "tasks/test_microsoft.py",
    "tests/test_bench.py",
    # whole years through the engine
    "tests/test_one_truth.py",
    "tasks/test_whole_year.py",
    "tasks/test_mail_of_a_year.py",
    "tasks/test_year_sheet.py",
    "tasks/test_orsa_history.py",
    "tasks/test_correspondence.py",
    "tasks/test_step_history.py",
    "notifications/test_threads.py",
    "views/test_rehearsal.py",
    "calendars/test_every_year.py",
    "notifications/test_every_letter.py",
    # properties on the engine, and days that pass one by one
    "tasks/test_machine.py",
    "tasks/test_any_calendar.py",
    "tasks/test_changed_meetings.py",
    "notifications/test_header_injection.py",
    "tasks/test_check.py",
    "tasks/test_collected.py",
    "tasks/test_duties.py",
    "tasks/test_attacks.py",
    "tasks/test_handover.py",
    "tasks/test_calendars.py",
    "tasks/test_meeting_days.py",
    "tasks/test_missed_meeting.py",
    "tasks/test_moved_dates.py",
    "tasks/test_meetings.py",
    "tasks/test_sendings.py",
    "tasks/test_withdrawal.py",
    "tasks/test_postponement.py",
    "tasks/test_occasions.py",
    "tasks/test_start_mistakes.py",
    "tasks/test_transaction.py",
    "tasks/test_recipients.py",
    "tasks/test_unwritten_letters.py",
    "tasks/test_what_if.py",
    "tasks/test_claims.py",
    "tasks/test_which_year.py",
    "tasks/test_optional_step.py",
    "tasks/test_rounds.py",
    "tasks/test_one_person.py",
    "calendars/test_late_work.py",
    "views/test_status_and_granska.py",
    "notifications/test_subjects.py",
    "running/test_watch.py",
    "flows/test_pages.py",
    "flows/test_previews.py",
    # many commands
    "cli/test_views.py",
    "cli/test_rerun.py",
    "cli/test_at_terminal.py",
    "cli/test_commands.py",
    "cli/test_json.py",
    "cli/test_bad_input.py",
    "cli/test_decisions.py",
    "cli/test_duties.py",
    "tasks/test_start_year.py",
    "tasks/test_refusals.py",
    "flows/test_agreement.py",
    "notifications/test_notices.py",
}
"""The files whose tests `make check` leaves out: most take 3 to 37 s of CPU, where the others take one."""
ONE_INSTALLATION = ("test_year.py", "test_nothing_leaves.py", "test_stopping.py")
"""The files whose tests share the installation of tests/flows/conftest.py, in the order that it can bear."""

PLAYED = (
    "test_year_sheet.py",
    "test_correspondence.py",
    "test_step_history.py",
    "test_one_truth.py",
    "test_pages.py",
)
"""The files whose tests go on from a year that tests/tasks/played.py has played once."""


def pytest_configure() -> None:
    for name in [name for name in os.environ if name.startswith("KOMMUNPLAN_")]:
        del os.environ[name]
    Settings.model_config["env_file"] = None
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, so that no worker is left alone with them: real servers, then what is slow."""
    for item in items:
        if f"{item.path.parent.name}/{item.path.name}" in SLOW and not item.get_closest_marker(
            "prefect"
        ):
            item.add_marker("slow")
    items.sort(key=_place)


def _place(item: pytest.Item) -> tuple[bool, bool, int]:
    shared = item.path.name in ONE_INSTALLATION
    return (
        item.get_closest_marker("prefect") is None,
        item.get_closest_marker("slow") is None,
        ONE_INSTALLATION.index(item.path.name) if shared else len(ONE_INSTALLATION),
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With `--dist loadfile`: a file's tests on one worker, and those of files that share something too."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    def group(nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        name = file.rpartition("/")[2]
        return "installation" if name in ONE_INSTALLATION else "year" if name in PLAYED else file

    scheduler = LoadFileScheduling(config, log)
    scheduler._split_scope = group
    return scheduler
