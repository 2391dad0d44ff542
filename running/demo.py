"""`make demo`: a whole year, fast-forwarded, on a real Prefect server and a real mail server.

Day by day the clock file is set, the check runs, people report and bodies decide. Of what comes together on a
day the last is a flow run, of one process for them all; KF's decision of the kommunplan goes through its
deployment and the worker, as from the form in the UI. Three things go wrong on purpose: one chef is late, a
forecast shows deficits, and KS sends the kommunplan back.
"""

from __future__ import annotations

import email
import email.policy
import shutil
import socket
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import IO, Any

from rich.box import SIMPLE
from rich.table import Table

from cli.console import Console
from models.errors import KommunplanError
from running.start import Machine
from tasks.settings import PROJECT, Settings, environment_for_prefect, settings

BUDGET_YEAR = 2028


def main() -> None:
    console = Console()
    chosen = demo_settings(settings().data / "demo")
    try:
        with Machine(chosen, console) as machine:
            machine.start()
            console.print("Året går, en dag i taget …")
            run_year(chosen)
            print_year(console, chosen)
    except KommunplanError as error:
        console.print(str(error), style="red", markup=False, highlight=False)
        raise SystemExit(2) from None


def demo_settings(folder: Path) -> Settings:
    """An installation of its own in the folder, emptied first, on free ports and an exercise clock."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    clock_file = folder / "dagens-datum"
    clock_file.write_text(str(date(BUDGET_YEAR - 1, 1, 1)))
    return settings().model_copy(
        update={
            "data": folder,
            "clock_file": clock_file,
            "port": _free_port(),
            "page_port": _free_port(),
            "page_url": "",
            "host": "127.0.0.1",
            "smtp_host": "127.0.0.1",
            "smtp_port": _free_port(),
            "smtp_security": "ingen",
            "smtp_user": "",
            "smtp_token_url": "",
            "smtp_catcher": True,
        }
    )


def run_year(chosen: Settings, output: IO[str] | None = None) -> None:
    """The whole year on the running installation, in a process of its own that knows its server."""
    done = subprocess.run(
        [sys.executable, "-m", "running.demo_year"],
        env=environment_for_prefect(chosen),
        check=False,
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
    )
    if done.returncode != 0:
        raise KommunplanError("Demonstrationsåret blev inte klart; felet står ovanför.")


def print_year(console: Console, chosen: Settings) -> None:
    """The year as it went, and the mails as text files to read."""
    from calendars.definition import load_definition
    from tasks.database import open_database
    from tasks.reading import story

    plan = load_definition(chosen.definition).plan_of(BUDGET_YEAR)
    table = Table(title=f"{plan}: {BUDGET_YEAR - 1} som det gick", title_justify="left", box=SIMPLE)
    for heading in ("", "Steg", "Öppnat", "Klart", "Mejl", "Vad som hände"):
        table.add_column(heading, overflow="fold")
    for row in story(open_database(chosen), BUDGET_YEAR):
        happened = "\n".join(row.happened)
        table.add_row(row.id, row.title, row.opened, row.completed, str(row.mails), happened)
    console.print(table)
    folder, count = write_letters(chosen.data)
    console.print(f"{count} mejl, att läsa i {folder}", soft_wrap=True)


def write_letters(data: Path) -> tuple[Path, int]:
    """Each caught mail's text beside it as a .txt file; the folder, and how many they are."""
    folder = data / "post"
    paths = sorted(folder.glob("*.eml"))
    for path in paths:
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        body = message.get_body(("plain",))
        heads = "\n".join(f"{name}: {message[name]}" for name in ("From", "To", "Date", "Subject"))
        text = body.get_content() if body else ""
        path.with_suffix(".txt").write_text(f"{heads}\n\n{text}", encoding="utf-8")
    return folder, len(paths)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: Any = probe.getsockname()[1]
        return int(port)


if __name__ == "__main__":
    main()
