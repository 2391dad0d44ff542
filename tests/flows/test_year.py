"""A whole year on a real Prefect server, through flows, deployments, a worker and a mail server."""

from __future__ import annotations

import email
import email.policy
import re
import subprocess
import sys
from datetime import datetime
from email.message import EmailMessage
from typing import Any

import httpx
import pytest
from sqlmodel import col, select

from flows.steps.made import STEPS
from flows.ui.current_runs import EARLIER
from models.tables import EventRow, MailRow, NoticeRow
from tasks.database import open_database
from tasks.log import find_cycle
from tasks.reading import year_sheets
from tasks.settings import PROJECT, environment_for_prefect
from tests.factories import day, orsa
from tests.flows.conftest import Installation, until
from tests.flows.test_agreement import deployments

pytestmark = pytest.mark.prefect


def runs(installation: Installation, **filters: Any) -> list[dict[str, Any]]:
    """Every flow run that matches, oldest first."""
    found: list[dict[str, Any]] = []
    while True:
        body = {"sort": "START_TIME_ASC", "limit": 200, "offset": len(found), **filters}
        page = installation.server._post("/flow_runs/filter", body)
        found += page
        if len(page) < 200:
            return found


def mails(installation: Installation) -> list[EmailMessage]:
    paths = sorted((installation.settings.data / "post").glob("*.eml"))
    parsed = [email.message_from_bytes(p.read_bytes(), policy=email.policy.default) for p in paths]
    return [message for message in parsed if isinstance(message, EmailMessage)]


def events(installation: Installation) -> list[EventRow]:
    with open_database(installation.settings).read() as session:
        cycle = find_cycle(session, 2028)
        return list(session.exec(select(EventRow).where(EventRow.cycle_id == cycle.id)).all())


LAST_DAY = day("2028-01-31")
NOT_NEEDED = {
    "atgardsplan-balanskrav",
    "skattesats-december",
    "skattesats-december-skatteverket",
    "styrmodell-oversyn",
    "val-av-revisorer",
}
"""What would start it did not happen: no balanskravsresultat was negative, KF took the budget in November,
and 2027 is neither the second year of the term nor an election year."""
RAISED = {"storre-avvikelse-1", "underskott-namnd-1", "underskott-ks-1"}


def test_every_step_opened_when_its_work_does_and_was_completed(installation: Installation) -> None:
    [year] = year_sheets(open_database(installation.settings), LAST_DAY, 2028)
    assert {line.slug for line in year.lines if line.status != "klart"} == NOT_NEEDED
    opened = {e.step: e.happened_on for e in events(installation) if e.kind == "oppnat"}
    assert set(opened) == {step.slug for step in orsa().steps} - NOT_NEEDED
    for line in year.lines:
        if line.slug in opened:
            assert line.opens <= opened[line.slug] <= line.window_end, line.slug


def test_the_plan_ended_with_kfs_decisions_and_the_year_with_what_follows_them(
    installation: Installation,
) -> None:
    log = events(installation)
    decided = [(e.step, e.happened_on) for e in log if e.kind == "beslut" and "/KF/" in e.key]
    assert decided[-3:] == [
        ("skattesats-kf", day("2027-11-29")),
        ("delarsrapport", day("2027-11-29")),
        ("kommunplan-kf", day("2027-11-29")),
    ]
    assert (log[-1].step, log[-1].happened_on) == ("intern-fordelning", LAST_DAY)


def test_the_step_that_was_sent_back_went_through_su_and_ks_twice(
    installation: Installation,
) -> None:
    [year] = year_sheets(open_database(installation.settings), LAST_DAY, 2028)
    decisions = {
        slug: [(str(d.day), d.outcome.value, d.superseded) for d in year[slug].decisions]
        for slug in ("kommunplan-su", "kommunplan-ks")
    }
    assert decisions["kommunplan-su"] == [
        ("2027-10-05", "foreslar-nasta-instans", True),
        ("2027-11-02", "foreslar-nasta-instans", False),
    ]
    assert decisions["kommunplan-ks"] == [
        ("2027-10-18", "aterremiss", False),
        ("2027-11-15", "foreslar-nasta-instans", False),
    ]


def test_the_ansvarsfrihet_was_granted_once_the_arsredovisning_was_approved(
    installation: Installation,
) -> None:
    log = [e for e in events(installation) if e.kind == "beslut" and "/KF/" in e.key]
    [granted] = [e for e in log if e.step == "ansvarsfrihet"]
    assert granted.key.endswith("/beviljar-ansvarsfrihet")
    assert "arsredovisning" in [e.step for e in log[: log.index(granted)]]


def test_the_deficits_of_a_forecast_were_raised_and_handled(installation: Installation) -> None:
    log = events(installation)
    [forecast] = [e for e in log if e.kind == "resultat" and e.step == "uppfoljning-april"]
    raised = [e for e in log if e.kind == "anmalt" and e.step != "kallelse"]
    assert {(e.step, e.happened_on) for e in raised} == {
        (slug.removesuffix("-1"), forecast.happened_on) for slug in RAISED
    }
    names = {run["name"]: run["state"]["name"] for run in runs(installation)}
    assert names["T10.1 Större avvikelse 2027: Omsorg (Kommunplan 2028)"] == "Klart"
    assert names["T07a.1 Underskott i nämnd 2027: Miljönämnden (Kommunplan 2028)"] == "Klart"
    assert names["T07b.1 Underskott i KS verksamheter 2027: Omsorg (Kommunplan 2028)"] == "Klart"
    notices = [n for n, _ in told(installation) if n.step == "storre-avvikelse-1"]
    assert {"ks-presidium", "ekonomichef"} <= {n.role for n in notices if n.kind == "oppnat"}


def test_a_figure_is_shown_with_the_state_of_its_step(installation: Installation) -> None:
    shown = [
        run for run in runs(installation) if run["name"] == "K13 Skattesats i KF (Kommunplan 2028)"
    ]
    assert shown[-1]["state"]["message"].endswith(
        "Skattesats: 22,31 (skattesats-forslag 22,31: ingen skillnad)."
    )


def queued(installation: Installation) -> list[MailRow]:
    with open_database(installation.settings).read() as session:
        return list(session.exec(select(MailRow)).all())


def told(installation: Installation) -> list[tuple[NoticeRow, MailRow]]:
    query = select(NoticeRow, MailRow).join(MailRow, col(MailRow.id) == col(NoticeRow.mail_id))
    with open_database(installation.settings).read() as session:
        return list(session.exec(query).all())


def test_everyone_got_their_mails_and_nobody_one_twice(installation: Installation) -> None:
    put = queued(installation)
    # of what is decided on one evening a newer mail may say it all, and take the place of one that waits
    assert {mail.status for mail in put} <= {"skickad", "ersatt"}
    stored = {mail.message_id for mail in put if mail.status == "skickad"}
    arrived = [message["Message-ID"] for message in mails(installation)]
    assert len(arrived) == len(set(arrived))
    assert set(arrived) == stored
    notices = [notice for notice, _ in told(installation)]
    assert {notice.kind for notice in notices} == {
        "oppnat",
        "paminnelse",
        "forsenat",
        "eskalering",
        "beslut",
        "klart",
        "aterremiss",
        "inbjudan",
        "kalender",
    }
    reached = {(notice.step, notice.role) for notice in notices if notice.kind == "oppnat"}
    for step in orsa().steps:
        for key in orsa().tasks_of(step):
            assert ((step.slug, str(key)) in reached) is (step.slug not in NOT_NEEDED)


def test_the_late_chef_was_reminded_then_the_chefs_chef_and_the_owner_told(
    installation: Installation,
) -> None:
    sent = {
        (notice.kind, notice.role, mail.queued_on)
        for notice, mail in told(installation)
        if notice.step == "skatteprognos"
    }
    assert ("forsenat", "ekonomichef", day("2027-04-01")) in sent
    assert ("eskalering", "kommunchef", day("2027-04-05")) in sent
    assert ("eskalering", "processagare", day("2027-04-07")) in sent


def test_the_runs_tell_where_the_year_stood(installation: Installation) -> None:
    """Each step's own flow ran, under its Swedish name, with named states."""
    found = runs(installation)
    names: dict[str, list[str]] = {}
    for run in found:
        name = run["state"]["name"].removeprefix(EARLIER)
        names.setdefault(run["name"], []).append(name[0].upper() + name[1:])
    for step in orsa().steps:
        number = STEPS[step.slug].name.split()[0]
        shown = names[f"{number} {step.title_for(2028)} (Kommunplan 2028)"]
        if step.slug in NOT_NEEDED:
            assert shown in (["Planerat"], ["Vilar"])
            continue
        assert shown[0] == "Planerat"
        assert shown[-1] == "Klart"
        assert any(name.endswith(tuple(f"på {body}" for body in step.chain)) for name in shown) or (
            not step.chain
        ), (step.slug, shown)
    # where a busy SQLite drops an answer, Prefect's client asks again and leaves a run that never begins
    assert {run["state"]["type"] for run in found if run["start_time"]} == {"COMPLETED"}


def all_of(installation: Installation, what: str) -> list[dict[str, Any]]:
    """Every one of these (`task_runs`, `logs`) that the server has."""
    found: list[dict[str, Any]] = []
    while True:
        page = installation.server._post(f"/{what}/filter", {"limit": 200, "offset": len(found)})
        found += page
        if len(page) < 200:
            return found


def test_every_run_did_its_work_in_tasks_and_told_of_it_in_its_log(
    installation: Installation,
) -> None:
    tasks: dict[str, set[str]] = {}
    for one in all_of(installation, "task_runs"):
        tasks.setdefault(one["flow_run_id"], set()).add(one["name"])
    told: dict[str, list[str]] = {}
    for line in all_of(installation, "logs"):
        told.setdefault(line["flow_run_id"], []).append(line["message"])
    for run in runs(installation):
        if not run["start_time"] or run["state"]["type"] in ("PENDING", "RUNNING"):
            continue
        own = tasks[run["id"]] & {"Registrera", "Leverera", "Uppdatera", "Visa", "Förhandsgranska"}
        assert own, run["name"]
        assert told[run["id"]], run["name"]
        if run["parent_task_run_id"]:
            assert own == {"Uppdatera"}
    lines = [line for log in told.values() for line in log]
    assert any(
        line.startswith("Registrerat: K12 Kommunplan i KS: Kommunstyrelsen: återremiss")
        for line in lines
    )
    assert not any("Finished in state" in line for line in lines)


def test_completing_a_step_moved_its_successor_at_once(installation: Installation) -> None:
    """U2 holds K7 back; SU takes both on 25 May, and K7 is SU's turn the moment U2 is decided."""
    log = [(e.step, e.kind) for e in events(installation)]
    assert log.index(("uppfoljning-april", "beslut")) < log.index(("budgetberedning", "beslut"))
    decided = [
        e for e in events(installation) if e.step == "budgetberedning" and e.kind == "beslut"
    ]
    assert [e.happened_on for e in decided] == [day("2027-05-25")]


def test_the_daily_check_is_scheduled_at_half_past_six_in_stockholm(
    installation: Installation,
) -> None:
    """Also proves that the server's scheduler works with the locked versions of its libraries."""
    scheduled = runs(installation, flow_runs={"state": {"type": {"any_": ["SCHEDULED"]}}})
    checks = [run for run in scheduled if run["name"] and "auto-scheduled" in run["tags"]]
    assert checks, "nothing is scheduled"
    for run in checks:
        start = datetime.fromisoformat(run["expected_start_time"])
        assert (start.hour, start.minute) in {(4, 30), (5, 30), (5, 0)}


def test_a_preview_from_the_form_tells_what_a_new_round_touches_and_changes_nothing(
    installation: Installation,
) -> None:
    log, before = len(events(installation)), len(queued(installation))
    done = installation.server.run_to_end(
        f"{SU}/kommunplan-su", {"budgetar": 2028, "gor": "förhandsgranska nytt varv"}
    )
    assert (done.kind, done.name) == ("COMPLETED", "Förhandsvisning")
    assert done.message.startswith(
        "Ingenting är ändrat. Ett nytt varv av Kommunplan i strategiutskottet skulle ge: "
    )
    assert "kommunplan-ks, kommunplan-kf" in done.message
    assert "SU 2027-11-02: föreslår nästa instans besluta" in done.message
    page = installation.server._get("/artifacts/forhandsvisning-kommunplan-su/latest")
    assert page["type"] == "markdown"
    assert "## Klara steg som omprövas" in page["data"]
    assert (len(events(installation)), len(queued(installation))) == (log, before)


SU = "K11 Kommunplan i strategiutskottet"


def test_a_decision_is_corrected_from_the_form(installation: Installation) -> None:
    [wrong] = [e for e in events(installation) if e.kind == "beslut" and e.step == "skattesats-kf"]
    done = installation.server.run_to_end(
        "Rätta ett beslut/ratta",
        {
            "handelse": wrong.number,
            "varfor": "Paragrafen saknades",
            "av": "Petra",
            "paragraf": "112",
        },
    )
    assert (done.kind, done.name) == ("COMPLETED", "Klart"), done.message
    log = events(installation)
    assert log[-1].kind == "rattelse"
    assert '"paragraph":"KF § 112/2027"' in log[-1].content
    assert wrong.content in {event.content for event in log}


def test_an_uppdrag_is_raised_from_its_form_and_done_by_its_number(
    installation: Installation,
) -> None:
    form = {
        "rubrik": "Utred badhuset",
        "ansvarig": "verksamhetsomradeschef:samhalle",
        "av": "Petra",
        "senast": "2028-05-31",
        "budgetar": 2028,
    }
    raised = installation.server.run_to_end("T05 Uppdrag/uppdrag", form)
    assert (raised.kind, raised.name) == ("COMPLETED", "Pågår"), raised.message
    assert "verksamhetsområdeschef, Samhälle" in raised.message
    assert "T05.1 Uppdrag: Utred badhuset (Kommunplan 2028)" in {
        run["name"] for run in runs(installation)
    }
    part = {
        "steg": "uppdrag",
        "nummer": 1,
        "roll": "verksamhetsomradeschef",
        "enhet": "samhalle",
        "av": "Petra",
        "budgetar": 2028,
    }
    done = installation.server.run_to_end("Rapportera klart/klar", part)
    assert (done.kind, done.name) == ("COMPLETED", "Klart"), done.message
    shown = [
        run
        for run in runs(installation)
        if run["name"] == "T05.1 Uppdrag: Utred badhuset (Kommunplan 2028)"
    ]
    assert shown[-1]["state"]["name"] == "Väntar på KS"


def test_a_completed_step_is_rerun_from_its_form_with_a_reason(installation: Installation) -> None:
    form = {"budgetar": 2028, "gor": "nytt varv", "skal": "Fel siffra", "av": "Petra"}
    done = installation.server.run_to_end("K01 Bokslut/bokslut", form)
    assert done.name == "Sent: återöppnat" or done.name == "Återöppnat"
    assert "Saknas" in done.message
    assert "pröva om de står fast: bokslutsdag" in done.message
    [reopened] = [e for e in events(installation) if e.kind == "ateroppnat"]
    assert '"reason":"Fel siffra"' in reopened.content
    # the same run retried reopens once: the event bears the run's id
    run_id = reopened.key.rpartition("/")[2]
    assert installation.server.final_state(run_id) == done


@pytest.mark.parametrize(
    ("deployment", "parameters", "expected"),
    [
        ("K01 Bokslut/bokslut", {"budgetar": 2031}, "Budgetåret 2031 finns inte"),
        (
            "Registrera beslut/beslut",
            {"steg": "kommunplan-ks", "instans": "KF", "utfall": "bifall", "av": "Petra"},
            "KF beslutar inte i kommunplan-ks",
        ),
        (
            "K10 Förslag till skattesats i KS/skattesats-forslag",
            {"skattesats": 22.312, "av": "Petra"},
            "skattesatsen anges med högst två decimaler",
        ),
        (
            "K02 Preliminär skatteprognos/skatteprognos",
            {"gor": "nytt varv", "skal": "Ny prognos"},
            "Ett nytt varv kräver ett skäl och vem du är",
        ),
    ],
)
def test_what_cannot_be_done_is_a_refused_run_with_the_way_out(
    installation: Installation, deployment: str, parameters: dict[str, Any], expected: str
) -> None:
    """Its name says so wherever runs are listed, its message and its log say why."""
    before, server = len(events(installation)), installation.server
    run_id = server.run(deployment, parameters)
    done = server.end_of(run_id, deployment)
    assert (done.kind, done.name) == ("CANCELLED", "Avvisat")
    assert expected in done.message
    assert len(events(installation)) == before
    assert server._get(f"/flow_runs/{run_id}")["name"].startswith("Avvisat: ")
    # the log goes in a thread of its own, and may come after the state
    told = {"logs": {"flow_run_id": {"any_": [run_id]}}}
    until(lambda: any(expected in line["message"] for line in server._post("/logs/filter", told)))


@pytest.mark.parametrize(
    ("deployment", "parameters"),
    [
        (
            "Registrera beslut/beslut",
            {"steg": "julfest", "instans": "KS", "utfall": "bifall", "av": "Petra"},
        ),
        (
            "Registrera beslut/beslut",
            {
                "steg": "bokslut",
                "instans": "KS",
                "utfall": "bifall",
                "av": "Petra",
                "protokoll": "i pärmen",
            },
        ),
        (
            "K10 Förslag till skattesats i KS/skattesats-forslag",
            {"skattesats": 50.0, "av": "Petra"},
        ),
        (
            "U2 Uppföljning till och med april/uppfoljning-april",
            {"prognos": [{"enhet": "omsorg", "budget": "mycket", "prognos": 1}], "av": "Petra"},
        ),
        ("K01 Bokslut/bokslut", {"gor": "kör om"}),
        ("T07a Underskott i nämnd/underskott-namnd", {"rubrik": "x", "enhet": "omsorg"}),
    ],
    ids=["step", "link", "bounds", "number", "what to do", "unit"],
)
def test_the_form_refuses_before_there_is_a_run(
    installation: Installation, deployment: str, parameters: dict[str, Any]
) -> None:
    """What is not in a dropdown, out of bounds or of the wrong type is refused by the server."""
    before = len(runs(installation))
    with pytest.raises(httpx.HTTPStatusError) as refused:
        installation.server.run(deployment, parameters)
    assert refused.value.response.status_code in (409, 422)
    assert len(runs(installation)) == before


def test_runs_that_a_killed_worker_left_are_ended(installation: Installation) -> None:
    installation.server.crash_stale_runs()  # what a busy machine has left
    # a worker that dies right after claiming a run leaves it pending: this one nobody will claim
    deployment = installation.server._get("/deployments/name/Daglig kontroll/kontroll")
    stuck = installation.server._post(
        f"/deployments/{deployment['id']}/create_flow_run", {"state": {"type": "PENDING"}}
    )
    assert installation.server.final_state(stuck["id"]) is None
    assert installation.server.crash_stale_runs() == 1
    state = installation.server.final_state(stuck["id"])
    assert state is not None
    assert state.kind == "CRASHED"


def test_a_check_after_days_with_the_server_off_makes_up_for_them_once(
    installation: Installation,
) -> None:
    """The reopened bokslut is waited for; ten days later one check says so, the next has nothing."""
    installation.clock_file.write_text("2028-02-14")
    first = installation.server.run_to_end("Daglig kontroll/kontroll")
    second = installation.server.run_to_end("Daglig kontroll/kontroll")
    assert first.name == "Klart"
    assert second.name == "Inget nytt"
    assert second.message.startswith("0 händelser, 0 mejl, 0 steg med nytt läge. Kommunplan 2028: ")


def test_the_link_in_the_newest_mail_opens_its_task_on_the_page(installation: Installation) -> None:
    """The reopened bokslut still waits for its parts; an earlier link is to a part that is done."""
    about = [
        m for m in mails(installation) if "Bokslut:" in m["Subject"] or "Bokslut " in m["Subject"]
    ]
    letters = [body.get_content() for m in about if (body := m.get_body(("plain",)))]
    links = [re.search(r"http://\S+/svara/\S+", str(text)) for text in letters]
    *earlier, newest = [link[0] for link in links if link]
    page = httpx.get(newest, timeout=30)
    assert page.status_code == 200
    assert "<h1>Bokslut 2026</h1>" in page.text
    assert "Rapportera att min del är klar" in page.text
    assert "Rapportera" not in httpx.get(earlier[0], timeout=30).text


def registered(installation: Installation) -> dict[str, dict[str, Any]]:
    """What the server has of each deployment, but for when each was told of it and the schedules' ids."""
    found = installation.server._post("/deployments/filter", {"limit": 200})
    for one in found:
        del one["updated"], one["status"], one["last_polled"]
        one["schedules"] = [
            {"schedule": s["schedule"], "on": s["active"]} for s in one["schedules"]
        ]
    return {one["name"]: one for one in found}


def test_who_deploys_by_hand_from_prefect_yaml_gets_what_start_has_registered(
    installation: Installation,
) -> None:
    """One of each kind: a step, an occasion, what has a schedule, what several may run at once. That the
    file has the same of all of them is held in `test_agreement.py`."""
    before = registered(installation)
    assert set(before) == set(deployments())
    kinds = ("bokslut", "uppdrag", "kontroll", "klar")
    names = [word for name in kinds for word in ("-n", name)]
    deployed = subprocess.run(
        [sys.executable, "-m", "prefect", "deploy", "--no-prompt", *names],
        cwd=PROJECT,
        env=environment_for_prefect(installation.settings),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    for name in kinds:
        assert f"/{name}' successfully created" in " ".join(deployed.stdout.split())
    assert registered(installation) == before
