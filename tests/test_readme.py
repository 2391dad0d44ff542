"""README and docs say what the program does: every table, command, target, link and key in them."""

from __future__ import annotations

import re
import shlex
import shutil
import socket
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from calendars.definition import ORSA, load_definition, load_meetings, load_whole_definition
from calendars.law.exceptions import FILE, load_exceptions
from calendars.meeting_plans.files import read_meeting_file
from cli.main import app
from docs.written import FILES
from models.acts.meetings import MoveMeeting
from models.errors import DefinitionError
from models.events import Outcome
from models.process import USUAL_DAYS
from models.tables import MailRow, NoticeRow
from tasks import clock
from tasks.calendars.feed import list_feeds
from tasks.database import open_database
from tasks.history import step_history
from tasks.mail.sendings import sendings
from tasks.meetings.listing import list_meetings
from tasks.reading import (
    arenden,
    assignments,
    decisions_to_follow_up,
    figures_of_step,
    rehearsal,
    to_do,
    year_sheets,
)
from tasks.review import review_of
from tasks.settings import PROJECT, Settings, environment_for_prefect
from tasks.watch.health import health
from tests.cli import forks
from tests.hands import Hands, make_feed, move_meeting, try_definition, try_rerun
from tests.tasks.town import own_definition, replaced
from views.shown import Shown

DOCUMENTS = (
    "README.md",
    "docs/README.md",
    "docs/anvanda.md",
    "docs/law.md",
    "docs/server.md",
    "docs/watching.md",
    "docs/reference.md",
    "docs/how-it-is-built.md",
)
README = "\n".join((PROJECT / name).read_text(encoding="utf-8") for name in DOCUMENTS)
PAPERS = {
    file.relative_to(PROJECT).as_posix(): file.read_text(encoding="utf-8")
    for file in (*sorted(PROJECT.glob("*.md")), *sorted(PROJECT.glob("docs/*.md")))
}
"""Every document there is, by its path."""
ROOMS = [path.name for path in PROJECT.iterdir() if (path / "__init__.py").exists()] + ["docs"]
DUTIES = (PROJECT / "docs" / "duties.md").read_text(encoding="utf-8")
JSON = (PROJECT / "docs" / "json.md").read_text(encoding="utf-8")
BUDGET_YEAR = 2028


def between(marker: str, text: str = README) -> list[str]:
    """The lines between `<!-- marker -->` and `<!-- /marker -->`, but for the empty ones."""
    found = re.search(rf"<!-- {marker} -->\n(.*?)<!-- /{marker} -->", text, re.DOTALL)
    assert found, f"there is no <!-- {marker} -->"
    return [line for line in found[1].splitlines() if line]


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def commands() -> list[list[str]]:
    """Every `kommunplan …` that README shows, as words, from blocks and from running text."""
    shown = [line for block in blocks("console") for line in block.splitlines()]
    spans = re.findall(r"`(kommunplan [^`]+)`", README)
    found = [line.removeprefix("$ ") for line in (*shown, *spans)]
    words = [
        shlex.split(re.split(r" && | > ", line)[0])[1:]
        for line in found
        if line.startswith("kommunplan ")
    ]
    # the meta app takes the directory away before the command is looked for
    return [line[2:] if line[0] == "--definition" else line for line in words]


# --- What the program writes ---


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_what_the_program_writes_is_written(file: Path) -> None:
    """Write it anew with: make written"""
    assert file.read_text(encoding="utf-8") == FILES[file]()


def test_the_definition_error_is_what_its_edit_gives(tmp_path: Path) -> None:
    directory = tmp_path / "orsa"
    shutil.copytree(ORSA, directory)
    file = directory / "definition.toml"
    text = file.read_text(encoding="utf-8")
    paper = PAPERS["docs/definition.md"]
    before, after = re.findall(r'`([^`]*"ko\w+"[^`]*)`', paper)[:2]
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_definition(directory)
    assert str(caught.value) in paper


def test_the_meetings_and_holders_that_it_shows_can_be_read(tmp_path: Path) -> None:
    definition = load_definition(ORSA)
    directory = tmp_path / "orsa"
    shutil.copytree(ORSA, directory)
    [meetings] = [block for block in blocks("toml") if "[sammantraden]" in block]
    (directory / "sammantraden-2029.toml").write_text(meetings, encoding="utf-8")
    assert any(meeting.day.year == 2029 for meeting in load_meetings(directory, definition))


def test_the_meeting_table_that_it_shows_can_be_read(tmp_path: Path) -> None:
    [table] = blocks("csv")
    file = tmp_path / "tabell-2027.csv"
    file.write_text(table, encoding="utf-8")
    found = read_meeting_file(file, load_definition(ORSA))
    assert found.year == 2027
    assert [str(m.day) for m in found.meetings if m.if_needed] == ["2027-10-25"]


# --- The process ---


def ids(*tables: Sequence[str]) -> list[str]:
    """The rows of the process that the tables have, each once: `T13a` and `X8.2` are parts of theirs."""
    rows = (line.split("|")[1].strip() for table in tables for line in table[2:])
    return list(dict.fromkeys(re.sub(r"(?<=\d)([a-z]|\.\d+)$", "", row) for row in rows))


def test_every_row_of_the_process_stands_in_the_definition_and_in_the_papers() -> None:
    """K and U are the governance model's two tables, T its text (T19 is no row), X and A the law."""
    assert ids(between("year")) == [
        *(f"K{number}" for number in range(1, 15)),
        *(f"U{number}" for number in range(1, 5)),
    ]
    duties = ids(*(between(table, DUTIES) for table in ("duties", "occasions", "arshjul")))
    assert {row for row in duties if row[0] != "A"} == {
        *(f"T{number}" for number in range(1, 21) if number != 19),
        *(f"X{number}" for number in range(1, 10)),
    }
    assert {row for row in duties if row[0] == "A"} == {f"A{number}" for number in range(1, 22)}
    whole = load_whole_definition(ORSA)
    known = [one.id for one in (*whole.steps, *whole.occasions)]
    assert sorted(ids(between("year")) + duties) == sorted(
        ids([*"--", *(f"|{one}" for one in known)])
    )


# --- The law ---


def test_the_exception_that_it_shows_can_be_read(tmp_path: Path) -> None:
    definition = (PROJECT / "docs" / "definition.md").read_text(encoding="utf-8")
    [block] = re.findall(r"```text\n(\[\[undantag\]\].*?)```", definition, re.DOTALL)
    (tmp_path / FILE).write_text(block, encoding="utf-8")
    [found] = load_exceptions(tmp_path, load_definition(ORSA), BUDGET_YEAR)
    assert (found.rule, found.body, found.day) == ("KL-11-11", "KF", date(2027, 11, 29))


# --- Settings ---


def test_every_variable_that_it_names_is_a_setting() -> None:
    known = {f"KOMMUNPLAN_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"KOMMUNPLAN_[A-Z_]+", README)) <= known


# --- Commands, targets, deployments, links ---


def test_it_shows_commands_at_all() -> None:
    assert {words[0] for words in commands()} >= {"status", "klar", "beslut", "kor-om", "las-in"}


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_that_it_shows_is_understood(words: list[str]) -> None:
    assert words[0] in app.resolved_commands()
    if len(words) > 1:
        app.parse_args(words, exit_on_error=False, print_error=False)


@pytest.mark.parametrize("session", [b for b in blocks("console") if b.startswith("$ ")])
def test_the_session_that_it_shows_goes_so(session: str, tmp_path: Path) -> None:
    clock = tmp_path / "today"
    clock.write_text("2027-02-01")
    chosen = Settings(_env_file=None, data=tmp_path, clock_file=clock, port=_nobody_listens_here())
    database = open_database(chosen, create=True)
    Hands(database, chosen, date(2027, 2, 1)).start_year(BUDGET_YEAR)
    database.engine.dispose()
    command, _, answer = session.partition("\n")
    done = forks.run(shlex.split(command)[2:], environment_for_prefect(chosen))
    assert done.stdout + done.stderr == answer
    assert done.returncode == (2 if done.stderr else 0)


def _nobody_listens_here() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_every_command_there_is_has_its_row() -> None:
    named = {words[0] for words in commands()}
    assert named == {name for name in app.resolved_commands() if not name.startswith("-")}


def test_every_make_target_that_it_names_exists() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    code = re.findall(r"`[^`\n]+`", README) + blocks("sh") + blocks("console")
    named = set(re.findall(r"\bmake ([a-z]+)", "\n".join(code)))
    assert named
    assert named <= targets


def test_every_deployment_of_its_forms_exists() -> None:
    content = yaml.safe_load((PROJECT / "prefect.yaml").read_text(encoding="utf-8"))
    deployments = {deployment["name"] for deployment in content["deployments"]}
    forms = re.findall(r"^\| `([a-z-]+)` \|", "\n".join(between("forms")), re.MULTILINE)
    assert forms
    assert set(forms) <= deployments


@pytest.mark.parametrize("document", PAPERS)
def test_every_link_and_picture_is_there(document: str) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", PAPERS[document]):
        if not target.startswith("http"):
            assert ((PROJECT / document).parent / target).exists(), target


@pytest.mark.parametrize("document", [one for one in PAPERS if one != "CHANGELOG.md"])
def test_every_file_and_module_that_it_names_is_there(document: str) -> None:
    text = PAPERS[document]
    named = re.findall(rf"`((?:{'|'.join(ROOMS)})/[\w./-]*)`", text)
    named += re.findall(r"`((?!definition)[\w-]+\.(?:yaml|md))`", text)
    for file in named:
        assert (PROJECT / file).exists() or (PROJECT / "docs" / file).exists(), file
    for module in re.findall(r"python -m ([\w.]+)", text):
        path = PROJECT / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), module


def test_the_page_of_how_it_is_built_names_files_at_all() -> None:
    text = PAPERS["docs/how-it-is-built.md"]
    assert len(set(re.findall(r"`[a-z]+/[\w./-]+\.py`", text))) > 40


def test_every_room_is_in_its_table_and_no_other() -> None:
    named = re.findall(r"^\| `([^`]+)/` \|", "\n".join(between("house")), re.MULTILINE)
    assert sorted(named) == sorted(ROOMS)


def test_the_index_names_every_document() -> None:
    named = re.findall(r"\]\(([^)]+)\)", PAPERS["docs/README.md"])
    assert {(Path("docs") / one).as_posix().replace("docs/../", "") for one in named} >= set(
        PAPERS
    ) - {"docs/README.md"}


def test_it_stays_readable_and_says_first_where_the_swedish_begins() -> None:
    lines = PAPERS["README.md"].splitlines()
    assert len(lines) - len(between("year", PAPERS["README.md"])) <= 120
    assert "docs/README.md" in "".join(lines[:5])


# --- The JSON formats ---

ONLY_COMMANDS = {
    "bevisa",
    "gjort",
    "skicka",
    "rollinnehavare",
    "lankar",
    "logga-in",
    "inloggningar",
    "nasta-ar",
    "gantt",
    "ny-kalender",
} | {"sammantraden las-in"}
"""Formats that no function gives as they are: `tests/cli/test_json.py` runs the commands."""


OWN_DAYS = {row.slug for row in load_definition(ORSA).days} - {row.slug for row in USUAL_DAYS}
"""The municipality's own days before a meeting: keys by their slugs, which the document speaks of as one."""


def documented() -> dict[str, list[str]]:
    """The keys of each object, in order, under the heading that says where it stands."""
    objects: dict[str, list[str]] = {}
    for section in re.split(r"^### ", JSON, flags=re.MULTILINE)[1:]:
        heading, _, table = section.partition("\n")
        places = re.findall(r"`([^`]+)`", heading)
        assert places
        keys = re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)
        objects |= dict.fromkeys(places, keys)
    return objects


def printed(value: Any, place: str) -> Iterator[tuple[str, list[str]]]:
    """The same, of a real output."""
    if isinstance(value, list):
        for item in value:
            yield from printed(item, f"{place}[]")
    elif isinstance(value, dict):
        yield place, [key for key in value if key not in OWN_DAYS]
        for key, inner in value.items():
            if key != "varde":  # whose form is that of its kind
                yield from printed(inner, f"{place}.{key}")


def plain(shown: Shown | Sequence[Shown]) -> Any:
    """As `--json` prints it."""
    return shown.as_json() if isinstance(shown, Shown) else [one.as_json() for one in shown]


@pytest.fixture
def outputs(tmp_path: Path) -> Iterator[list[tuple[str, list[str]]]]:
    """Every format, from a year with a decision, a refused mail, and KF moved into December and so
    against the law: no list is empty."""
    chosen = Settings(_env_file=None, data=tmp_path)
    database = open_database(chosen, create=True)
    Hands(database, chosen, date(2027, 4, 1)).start_year(BUDGET_YEAR)
    on = Hands(database, chosen, date(2027, 4, 12))
    for task in to_do(database, BUDGET_YEAR):
        if task.slug == "planeringsforutsattningar":
            on.report(task.slug, task.role, task.unit, by="Eva")
    on.decide("planeringsforutsattningar", "KS", Outcome.BIFALL, by="Kim")
    with database.write() as session:
        mail = session.get_one(MailRow, 1)
        mail.status, mail.error = "misslyckad", "550 5.1.1 no such user"
        mail = session.get_one(MailRow, 2)
        mail.status, mail.sent_at = "skickad", datetime(2027, 4, 12, 8, tzinfo=UTC)
    november, december = date(2027, 11, 29), date(2027, 12, 6)
    there = on.try_(MoveMeeting(body="KF", day=november, to=december, by="Kim"))
    move_meeting(on, "KF", november, december, by="Kim", reason="Lokalen är upptagen")
    on.raise_occasion(
        "uppdrag", "Utred badhuset", by="Kim", token="1", due=date(2028, 3, 1), body="KF"
    )
    make_feed(on, "ekonomichef", by="Kim")
    with database.write() as session:
        told = session.get_one(NoticeRow, 3)
        told.mail_id, told.error, told.failed_at = None, "UndefinedError", clock.now()
    autumn = decided_autumn(tmp_path / "hösten")
    shown: list[tuple[Shown | Sequence[Shown], str]] = [
        (year_sheets(database, on.today), "status"),
        (year_sheets(autumn.database, autumn.today), "status"),
        (arenden(autumn.database, autumn.today, "skattesats"), "arende"),
        (figures_of_step(autumn.database, autumn.today, "skattesats-kf"), "resultat"),
        (assignments(database, on.today), "uppdrag"),
        (decisions_to_follow_up(database, on.today, 2027), "uppdrag-beslut"),
        (try_rerun(on, "planeringsforutsattningar"), "kor-om"),
        (try_definition(on, changed_definition(tmp_path), RENAMED), "byt-definition"),
        (rehearsal(chosen, BUDGET_YEAR, on.today), "provkor"),
        (review_of(chosen, BUDGET_YEAR, on.today), "granska"),
        (review_of(autumn.settings, BUDGET_YEAR, autumn.today), "granska"),
        (there, "flytta"),
        (on.try_(MoveMeeting(body="KF", day=december, to=november, by="Kim")), "flytta"),
        (list_meetings(database, chosen, on.today), "lista"),
        (sendings(database, chosen, date(2027, 4, 18)), "utskick"),
        (list_feeds(database), "kalender"),
        (step_history(database, on.today, "planeringsforutsattningar"), "historik"),
        (health(chosen, clock.now()), "halsa"),
    ]
    yield [place for value, root in shown for place in printed(plain(value), root)]
    database.engine.dispose()
    autumn.database.engine.dispose()


def decided_autumn(folder: Path) -> Hands:
    """KF has decided the skattesats that KS proposed, and another one."""
    chosen = Settings(_env_file=None, data=folder)
    database = open_database(chosen, create=True)
    Hands(database, chosen, date(2027, 11, 1)).start_year(BUDGET_YEAR)
    on = Hands(database, chosen, date(2027, 11, 29))
    on.record("skattesats-forslag", {"skattesats": "22,32"}, by="Eva")
    on.report("skattesats-kf", "ekonomichef", None, by="Eva")
    on.decide("skattesats-kf", "KF", Outcome.BIFALL, by="Kim", results={"skattesats": "22,31"})
    return on


RENAMED = {"internkontroll": "intern-kontroll"}


def changed_definition(folder: Path) -> Path:
    """A step under another name, one that ends on another day, and a new one that begins at once."""
    directory = own_definition(folder)
    file = directory / "definition.toml"
    replaced(file, 'slug = "internkontroll"', 'slug = "intern-kontroll"')
    replaced(file, 'till = "januari", till_ar = 0', 'till = "februari", till_ar = 0')
    with file.open("a", encoding="utf-8") as text:
        text.write(
            '\n[[steg]]\nid = "Y1"\nslug = "medborgardialog"\nprocess = "skyldighet"\n'
            'slag = "arbete"\ntitel = "Medborgardialog"\nbeskrivning = "Medborgarna tillfrågas."\n'
            'fonster = { fran = "april", till = "maj" }\nansvariga = ["kommunchef"]\n'
        )
    return directory


def test_the_json_formats_have_the_documented_keys_and_no_others(
    outputs: list[tuple[str, list[str]]],
) -> None:
    known = documented()
    held_elsewhere = {place for place in known if re.split(r"[.\[]", place)[0] in ONLY_COMMANDS}
    assert {place for place, _ in outputs} == set(known) - held_elsewhere
    for place, keys in outputs:
        assert keys == known[place], place
