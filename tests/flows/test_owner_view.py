"""What Prefect shows the process owner, on a real installation in the middle of October."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from bench.year import run_year
from docs.screenshots import FLAGS
from flows.forms.wording import in_forms
from running.demo import BUDGET_YEAR, demo_settings
from running.server import RunState
from tasks.database import open_database
from tasks.reading import year_sheets
from tasks.settings import PROJECT, environment_for_prefect
from tests.flows.conftest import Installation
from tests.flows.owner_form import OwnerForm
from tests.hands import Hands

pytestmark = pytest.mark.prefect
DAY = date(2027, 10, 12)
CHROMIUM = shutil.which("chromium")
CHECK = "Daglig kontroll/kontroll"


@pytest.fixture(scope="module")
def autumn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The year has been run on the engine until now, and nobody has proposed a tax rate. It was begun with
    a definition in which the internal control had another window."""
    chosen = demo_settings(tmp_path_factory.mktemp("autumn") / "var")
    database = open_database(chosen, create=True)
    run_year(database, chosen, BUDGET_YEAR, until=DAY, late=("skattesats-forslag",))
    database.engine.dispose()
    change(chosen.database, _with_older_definition)
    assert chosen.clock_file is not None
    chosen.clock_file.write_text(str(DAY))
    started = Installation(chosen)
    started.start()
    try:
        yield started
    finally:
        started.stop()


def change(path: Path, how: Callable[[sqlite3.Connection], object]) -> None:
    with closing(sqlite3.connect(path, timeout=60)) as connection, connection:
        how(connection)


def _with_older_definition(connection: sqlite3.Connection) -> None:
    [(text,)] = connection.execute("SELECT definition FROM cycle").fetchall()
    definition = json.loads(text)
    [step] = [one for one in definition["steg"] if one["slug"] == "internkontroll"]
    step["fonster"]["till"] = "november"
    connection.execute("UPDATE cycle SET definition = ?", [json.dumps(definition)])


@pytest.fixture(scope="module")
def page(autumn: Installation) -> Iterator[Page]:
    if CHROMIUM is None:
        pytest.skip("chromium saknas: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = browser.new_page(
            base_url=f"http://{autumn.settings.host}:{autumn.settings.port}", locale="sv-SE"
        )
        opened.set_default_timeout(60_000)
        yield opened
        browser.close()


def ask(on: Installation, path: str, content: dict[str, Any]) -> Any:
    return on.server._post(path, content)  # which asks again where SQLite is busy


def runs(on: Installation, *tags: str) -> list[dict[str, Any]]:
    chosen = {"flow_runs": {"tags": {"all_": list(tags)}}, "sort": "START_TIME_DESC"}
    return ask(on, "/flow_runs/filter", chosen)  # type: ignore[no-any-return]


def steps(on: Installation, *tags: str) -> list[str]:
    """The slugs of the steps that have a run with the tags."""
    return sorted(
        tag.removeprefix("steg:")
        for run in runs(on, *tags)
        for tag in run["tags"]
        if tag.startswith("steg:")
    )


def run(on: Installation, deployment: str, **form: Any) -> RunState:
    return on.server.run_to_end(deployment, form)


def versions(on: Installation, key: str) -> list[dict[str, Any]]:
    chosen = {"artifacts": {"key": {"any_": [key]}}, "sort": "CREATED_DESC"}
    return ask(on, "/artifacts/filter", chosen)  # type: ignore[no-any-return]


def test_exactly_one_run_of_each_step_holds_now_and_belongs_to_its_deployment(
    autumn: Installation,
) -> None:
    [sheet] = year_sheets(open_database(autumn.settings), DAY)
    assert steps(autumn, "nu", "2028") == sorted(line.slug for line in sheet.lines)
    for one in runs(autumn, "nu"):
        assert one["deployment_id"]
        assert one["parent_task_run_id"]
        late = one["state"]["name"].startswith(("Sent", "Lagrisk"))
        assert one["state"]["type"] == ("FAILED" if late else "COMPLETED")


def test_the_owner_filters_what_is_late_and_what_waits_for_a_body(autumn: Installation) -> None:
    assert steps(autumn, "sent") == ["skattesats-forslag"]
    assert steps(autumn, "väntar:KS") == ["delarsrapport"]
    assert steps(autumn, "väntar:KF") == []
    [late] = runs(autumn, "sent")
    assert late["state"]["name"] == "Sent: pågår"
    assert "ekonomichef" in late["state"]["message"]


def a_night_passes(on: Installation) -> None:
    """In Prefect's eyes: each run began 25 hours earlier."""
    columns = ("start_time", "expected_start_time", "end_time")
    earlier = ", ".join(f"{one} = datetime({one}, '-25 hours')" for one in columns)
    where = "WHERE state_type != 'SCHEDULED'"
    change(
        on.settings.data / "prefect" / "prefect.db",
        lambda connection: connection.execute(f"UPDATE flow_run SET {earlier} {where}"),  # noqa: S608
    )


def on_the_dashboard(on: Installation) -> dict[str, str]:
    """What the dashboard shows by itself: name and state of the runs of one day that have ended."""
    since = {"after_": (datetime.now(UTC) - timedelta(days=1)).isoformat()}
    found = ask(on, "/flow_runs/filter", {"flow_runs": {"expected_start_time": since}})
    ended = [one for one in found if one["state"]["type"] in ("COMPLETED", "FAILED")]
    return {one["name"]: one["state"]["name"] for one in ended}


NIGHTLY = {
    "Daglig kontroll 2027-10-12": "Inget nytt",
    "K10 Förslag till skattesats i KS (Kommunplan 2028)": "Sent: pågår",
    "U3 Delårsrapport 2027 (Kommunplan 2028)": "Väntar på KS",
    "X5 MBL-förhandling om budgeten (Kommunplan 2028)": "Pågår",  # its limit is near
}


def test_the_dashboard_shows_every_day_what_is_late_at_risk_or_before_a_body(
    autumn: Installation, page: Page
) -> None:
    """However long ago it became so. The runs that say it anew are at most one for each step."""
    for _ in range(2):
        a_night_passes(autumn)
        assert on_the_dashboard(autumn) == {}
        assert run(autumn, CHECK).name == "Inget nytt"
        assert on_the_dashboard(autumn) == NIGHTLY
        renewed = {one["id"] for one in runs(autumn, "förnyad")}
        assert len(renewed) == 3
        assert run(autumn, CHECK).name == "Inget nytt"
        assert {one["id"] for one in runs(autumn, "förnyad")} == renewed
    [earlier] = [one for one in runs(autumn, "steg:skattesats-forslag") if "nu" not in one["tags"]]
    assert earlier["state"]["name"] == "Tidigare: sent: pågår"
    page.goto("/dashboard")
    page.get_by_text("Past day").wait_for()
    page.get_by_role("link", name="K10 Förslag till skattesats i KS").first.wait_for()


KEYS = ("aret-2028", "att-gora-2028", "arshjulet-2028", "gantt-2028", "steg-bokslut-2028")


def test_a_check_with_nothing_new_leaves_the_pages_as_they_are_and_no_trace_of_earlier_ones(
    autumn: Installation,
) -> None:
    before = {key: len(versions(autumn, key)) for key in KEYS}
    assert all(before.values())
    assert run(autumn, CHECK).name == "Inget nytt"
    assert {key: len(versions(autumn, key)) for key in KEYS} == before
    found = ask(
        autumn,
        "/flow_runs/filter",
        {
            "flows": {"name": {"any_": ["Daglig kontroll"]}},
            "flow_runs": {"state": {"name": {"any_": ["Inget nytt"]}}},
        },
    )
    assert len(found) == 1


@pytest.fixture(scope="module")
def next_day(autumn: Installation) -> tuple[list[dict[str, Any]], RunState]:
    """The year's page before, and the check of the day after, when Prefect has lost a run."""
    before = versions(autumn, "aret-2028")
    [lost] = [one for one in runs(autumn, "nu") if "steg:bokslut" in one["tags"]]
    autumn.server._ask("DELETE", f"/flow_runs/{lost['id']}")
    autumn.clock_file.write_text("2027-10-13")
    return before, run(autumn, CHECK)


def test_another_day_brings_the_newest_version_up_to_date_where_it_stands(
    autumn: Installation, next_day: tuple[list[dict[str, Any]], RunState]
) -> None:
    before, _ = next_day
    after = versions(autumn, "aret-2028")
    assert [one["id"] for one in after] == [one["id"] for one in before]
    assert "onsdag 13 oktober 2027" in after[0]["data"]
    assert "tisdag 12 oktober 2027" in before[0]["data"]


def test_a_run_that_is_gone_is_made_up_for_by_the_next_check(
    autumn: Installation, next_day: tuple[list[dict[str, Any]], RunState]
) -> None:
    assert "1 steg med nytt läge" in next_day[1].message
    assert steps(autumn, "nu", "steg:bokslut") == ["bokslut"]


def told(on: Installation) -> dict[str, str]:
    """What the run that holds now says of each step."""
    return {
        tag.removeprefix("steg:"): one["state"]["message"]
        for one in runs(on, "nu", "2028")
        for tag in one["tags"]
        if tag.startswith("steg:")
    }


def true_on(on: Installation, day: date) -> dict[str, str]:
    [sheet] = year_sheets(open_database(on.settings), day)
    return {line.slug: in_forms(line.state_message) for line in sheet.lines}


@pytest.mark.usefixtures("next_day")
def test_a_part_that_changes_no_name_is_told_by_the_run_that_holds_and_by_the_pages(
    autumn: Installation,
) -> None:
    """Reported at the command line; it gives no mail, and the state is called what it was."""
    slug, day = "revisorernas-bedomning-delarsrapport", date(2027, 10, 13)
    [before] = runs(autumn, "nu", f"steg:{slug}")
    assert "ekonomichef; revisorernas ordförande" in before["state"]["message"]
    done = subprocess.run(
        [sys.executable, "-m", "cli", "klar", slug, "--roll", "ekonomichef", "--av", "Eva"],
        cwd=PROJECT,
        env=environment_for_prefect(autumn.settings),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert "Prefect visar det nya läget om en stund." in done.stdout
    last = time.monotonic() + 120
    while told(autumn) != true_on(autumn, day) and time.monotonic() < last:
        time.sleep(1)
    [after] = runs(autumn, "nu", f"steg:{slug}")
    assert after["state"]["message"] == "Saknas (senast 2027-11-19): revisorernas ordförande."
    assert [after[one] for one in ("id", "name", "state_name", "state_type", "tags")] == [
        before[one] for one in ("id", "name", "state_name", "state_type", "tags")
    ]
    assert told(autumn) == true_on(autumn, day)
    assert after["state"]["message"] in versions(autumn, f"steg-{slug}-2028")[0]["data"]
    [row] = [r for r in versions(autumn, "aret-2028")[0]["data"].splitlines() if "[→ T13b]" in r]
    assert "revisorernas" in row
    assert "ekonomichef" not in row


@pytest.mark.usefixtures("next_day")
def test_a_decision_from_the_form_leaves_what_it_waited_for_behind(
    autumn: Installation, page: Page
) -> None:
    """After it the report waits for the auditors, and no longer for KS."""
    before = len(versions(autumn, "steg-delarsrapport-2028"))
    form = OwnerForm(autumn, page, "beslut").open()
    form.fill(
        steg="delarsrapport",
        instans="KS",
        utfall="foreslar-nasta-instans",
        datum=date(2027, 10, 13),
        av="Petra",
    )
    refused = form.submit()
    assert refused.name == "Avvisat"
    assert "KS har inget sammanträde 2027-10-13. Närmast: 2027-09-13, 2027-10-18" in refused.message
    form = OwnerForm(autumn, page, "beslut").open()
    form.fill(
        steg="delarsrapport",
        instans="KS",
        utfall="foreslar-nasta-instans",
        datum=date(2027, 10, 13),
        av="Petra",
        utan_sammantrade=True,
        anteckning="Ordförandebeslut, anmäls den 18 oktober.",
    )
    done = form.submit()
    assert done.name == "Klart", done.message
    assert steps(autumn, "väntar:KS") == []
    newest, earlier = runs(autumn, "2028", "steg:delarsrapport")
    assert newest["state"]["name"] == "Väntar på T13b"
    assert earlier["state"]["name"] == "Tidigare: väntar på KS"
    assert "förnyad" not in earlier["tags"]  # those that said nothing new are gone
    assert not {"nu", "väntar:KS", "sent"} & set(earlier["tags"])
    assert len(versions(autumn, "steg-delarsrapport-2028")) == before + 1


@pytest.mark.usefixtures("next_day")
def test_a_year_started_by_mistake_is_refused_or_taken_back_by_the_form(
    autumn: Installation,
) -> None:
    start = "Starta budgetår/starta-ar"
    far = run(autumn, start, budgetar=2035)
    assert (far.name, "2028 pågår, och 2029 är nästa" in far.message) == ("Avvisat", True)
    database = open_database(autumn.settings)
    Hands(database, autumn.settings, date(2027, 10, 13)).start_year(2029)
    database.engine.dispose()
    undone = run(autumn, start, budgetar=2029, gor="ångra")
    assert undone.message.startswith("Kommunplan 2029 är borttaget"), undone.message
    assert runs(autumn, "nu", "2029") == []


def test_a_step_brought_up_to_date_from_its_own_form_is_the_run_that_holds(
    autumn: Installation,
) -> None:
    done = run(autumn, "K10 Förslag till skattesats i KS/skattesats-forslag")
    assert (done.kind, done.name) == ("FAILED", "Sent: pågår")  # red, and no error
    [newest] = runs(autumn, "nu", "steg:skattesats-forslag")
    assert newest["state"]["name"] == "Sent: pågår"
    assert "sent" in newest["tags"]


def test_a_meeting_is_previewed_and_then_moved(autumn: Installation, page: Page) -> None:
    days = {"fran": date(2027, 11, 29), "till": date(2027, 11, 24)}
    opened = OwnerForm(autumn, page, "flytta").open()
    tried = opened.fill(instans="KF", **days, av="Petra").submit()
    assert tried.name == "Förhandsvisning"
    assert tried.message.startswith("Ingenting är ändrat. Om KF 2027-11-29 → 2027-11-24: ")
    [preview] = versions(autumn, "forhandsvisning-flytta")
    assert "**Datum som flyttas**" in preview["data"]
    told_of = preview["data"].partition("**Mejl, ett till var och en**")[2].split()
    people = [word for word in told_of if "@" in word]
    assert people
    assert len(people) == len(set(people))
    before = versions(autumn, "aret-2028")
    again = OwnerForm(autumn, page, "flytta").open().fill(instans="KF", **days, av="Petra")
    moved = again.fill(gor="flytta", skal="Lokalen är upptagen").submit()
    assert "KF 2027-11-29 är flyttat till 2027-11-24." in moved.message
    assert told(autumn) == true_on(autumn, date(2027, 10, 13))  # no state has got another name
    assert len(versions(autumn, "aret-2028")) == len(before) + 1


def test_a_cancelled_meeting_is_previewed_and_stays(autumn: Installation, page: Page) -> None:
    opened = OwnerForm(autumn, page, "sammantrade").open()
    tried = opened.fill(
        gor="förhandsgranska inställt", instans="KF", dag=date(2027, 12, 20), av="Petra"
    ).submit()
    assert tried.name == "Förhandsvisning"
    assert tried.message.startswith("Ingenting är ändrat. Om KF 2027-12-20 ställs in: ")
    [preview] = versions(autumn, "forhandsvisning-sammantrade")
    assert preview["data"].startswith("# Om KF 2027-12-20 ställs in")
    again = OwnerForm(autumn, page, "sammantrade").open()
    same = again.fill(
        gor="förhandsgranska inställt", instans="KF", dag=date(2027, 12, 20), av="Petra"
    ).submit()
    assert same.message == tried.message, "it is still there"


FORMS = {
    "flytta": "Förhandsgranska ändrar ingenting.",
    "sammantrade": "Det nya hålls bara om det behövs.",
    "skjut-upp": "en arbetsdag efter den som gäller nu",
    "skicka-om": "Tomt betyder alla som väntas i steget",
    "skicka-misslyckade": "Vem som säger det",
    "aterkalla-lank": "Alla länkar som är sända till den här adressen",
    "byt-definition": "Förhandsgranska ändrar ingenting.",
}


@pytest.mark.parametrize(("name", "said"), FORMS.items())
def test_each_form_opens_with_its_help_in_swedish(
    autumn: Installation, page: Page, name: str, said: str
) -> None:
    page.goto(f"/deployments/deployment/{deployment_id(autumn, name)}/run")
    page.get_by_text(said).first.wait_for()
    assert page.get_by_role("button", name="Submit").is_visible()


def test_a_task_is_sent_again_by_the_form_in_the_browser(autumn: Installation, page: Page) -> None:
    """As the owner comes to it from the page of what is to be done: the step is filled in."""
    filled = "?parameters=%7B%22steg%22%3A%20%22skattesats-forslag%22%7D"
    state = OwnerForm(autumn, page, "skicka-om").open(filled).fill(av="Petra").submit()
    assert state.name == "Klart", state.message
    assert "1 mejl" in state.message


def test_a_part_is_reported_for_somebody_by_the_form_in_the_browser(
    autumn: Installation, page: Page
) -> None:
    form = OwnerForm(autumn, page, "klar").open()
    done = form.fill(steg="mbl-forhandling", roll="kommunchef", av="Petra").submit()
    assert done.name == "Klart", done.message
    [newest] = runs(autumn, "nu", "steg:mbl-forhandling")
    assert newest["state"]["name"] == "Klart"


@pytest.fixture(scope="module")
def rerun(autumn: Installation, page: Page) -> RunState:
    """A new round of a completed step, from its own form, and the check after it."""
    form = OwnerForm(autumn, page, "skatteprognos").open()
    done = form.fill(gor="nytt varv", skal="Ny prognos från SKR", av="Petra").submit()
    run(autumn, CHECK)
    return done


def test_a_step_is_run_again_by_its_form_in_the_browser_and_gets_one_run_of_it(
    autumn: Installation, rerun: RunState
) -> None:
    assert rerun.name == "Återöppnat", rerun.message
    newest, *earlier = runs(autumn, "steg:skatteprognos")
    assert newest["state"]["name"] == "Återöppnat"
    assert newest["name"] == "K02 Preliminär skatteprognos (Kommunplan 2028)"
    assert newest["parent_task_run_id"] is None, "the form's own run, and no other after it"
    assert [one["state"]["name"] for one in earlier] == ["Tidigare: klart"]


@pytest.mark.usefixtures("rerun")
def test_parts_are_postponed_by_the_form_in_the_browser(autumn: Installation, page: Page) -> None:
    form = OwnerForm(autumn, page, "skjut-upp").open()
    form.fill(steg="skatteprognos", till=date(2027, 10, 29), skal="SKR är sena", av="Petra")
    done = form.submit()
    assert done.name == "Klart", done.message
    assert "2027-10-29" in versions(autumn, "steg-skatteprognos-2028")[0]["data"]


def test_a_refusal_names_the_fields_of_the_form(autumn: Installation, page: Page) -> None:
    form = OwnerForm(autumn, page, "beslut").open()
    form.fill(steg="delarsrapport", instans="KF", utfall="bifall-med-andring", av="Petra")
    refused = form.submit()
    assert refused.name == "Avvisat"
    assert "--" not in refused.message
    assert "kommunplan " not in refused.message


def test_the_definition_is_previewed_and_then_changed_by_the_form_in_the_browser(
    autumn: Installation, page: Page
) -> None:
    tried = OwnerForm(autumn, page, "byt-definition").open().submit()
    assert tried.name == "Förhandsvisning", tried.message
    assert "nya datum" in tried.message
    form = OwnerForm(autumn, page, "byt-definition").open()
    done = form.fill(gor="byt", skal="Reglementet är ändrat", av="Petra").submit()
    assert done.name == "Klart", done.message
    [sheet] = year_sheets(open_database(autumn.settings), DAY)
    assert sheet["internkontroll"].window_end == date(2027, 12, 31)


def test_another_year_is_started_by_the_form_in_the_browser(
    autumn: Installation, page: Page
) -> None:
    done = OwnerForm(autumn, page, "starta-ar").open().fill(budgetar=2029).submit()
    assert done.name == "Klart", done.message
    assert steps(autumn, "nu", "2029", "steg:bokslut") == ["bokslut"]
    assert versions(autumn, "aret-2029")


def test_the_year_is_a_drawing_and_a_table_in_the_browser(autumn: Installation, page: Page) -> None:
    newest = versions(autumn, "arshjulet-2028")[0]
    page.goto(f"/artifacts/artifact/{newest['id']}")
    picture = page.locator("img[alt*='Årshjul för Kommunplan 2028']")
    picture.wait_for()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    table = versions(autumn, "aret-2028")[0]
    page.goto(f"/artifacts/artifact/{table['id']}")
    page.get_by_role("link", name="K10").wait_for()
    assert page.get_by_role("row").filter(has_text="Sent: pågår").count() == 1


def deployment_id(on: Installation, name: str) -> str:
    [found] = ask(on, "/deployments/filter", {"deployments": {"name": {"any_": [name]}}})
    return str(found["id"])
