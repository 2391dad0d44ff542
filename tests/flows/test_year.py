"""A whole year on a real Prefect server, through flows, deployments, a worker and a mail server."""

from __future__ import annotations

import email
import email.policy
import socket
from collections import Counter
from datetime import datetime
from email.message import EmailMessage
from typing import Any

import httpx
import pytest
from sqlmodel import select

from models.tables import EventRow, MailRow
from tasks.database import open_database
from tasks.overview import status
from tasks.year import find_cycle
from tests.factories import day, orsa
from tests.flows.conftest import Installation

pytestmark = pytest.mark.prefect


def runs(installation: Installation, **filters: Any) -> list[dict[str, Any]]:
    """Every flow run that matches, oldest first."""
    found: list[dict[str, Any]] = []
    while True:
        body = {"sort": "START_TIME_ASC", "limit": 200, "offset": len(found), **filters}
        page = httpx.post(
            f"{installation.server.api}/flow_runs/filter", json=body, timeout=30
        ).json()
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


def test_every_step_opened_in_its_window_and_was_completed(installation: Installation) -> None:
    [year] = status(open_database(installation.settings), day("2027-12-31"), 2028)
    assert [step["slug"] for step in year["steg"] if step["lage"] != "klart"] == []
    opened = {e.step: e.happened_on for e in events(installation) if e.kind == "oppnat"}
    for step in year["steg"]:
        assert day(step["fran"]) <= opened[step["slug"]] <= day(step["till"]), step["slug"]


def test_the_year_ended_with_kfs_decisions(installation: Installation) -> None:
    last = [(e.step, e.kind, e.happened_on) for e in events(installation)][-3:]
    assert last == [
        ("skattesats-kf", "beslut", day("2027-11-29")),
        ("delarsrapport", "beslut", day("2027-11-29")),
        ("kommunplan-kf", "beslut", day("2027-11-29")),
    ]


def test_the_step_that_was_sent_back_went_through_ks_twice(installation: Installation) -> None:
    [year] = status(open_database(installation.settings), day("2027-12-31"), 2028)
    [step] = [step for step in year["steg"] if step["slug"] == "kommunplan-ks"]
    assert [(d["datum"], d["utfall"], d["ersatt"]) for d in step["beslut"]] == [
        ("2027-10-18", "aterremiss", False),
        ("2027-11-15", "foreslar-nasta-instans", False),
    ]


def test_everyone_got_their_mails_and_nobody_one_twice(installation: Installation) -> None:
    with open_database(installation.settings).read() as session:
        queued = session.exec(select(MailRow)).all()
        assert {mail.status for mail in queued} == {"skickad"}
        stored = {mail.message_id for mail in queued}
    arrived = [message["Message-ID"] for message in mails(installation)]
    assert len(arrived) == len(set(arrived))
    assert set(arrived) == stored
    kinds = Counter(mail.kind for mail in queued)
    assert set(kinds) == {
        "oppnat", "paminnelse", "forsenat", "eskalering", "beslut", "klart", "aterremiss",
    }  # fmt: skip
    reached = {(mail.step, mail.role) for mail in queued if mail.kind == "oppnat"}
    for step in orsa().steps:
        for key in orsa().tasks_of(step):
            assert (step.slug, str(key)) in reached


def test_the_late_chef_was_reminded_and_the_owner_told(installation: Installation) -> None:
    with open_database(installation.settings).read() as session:
        late = session.exec(select(MailRow).where(MailRow.step == "skatteprognos")).all()
    sent = [(mail.kind, mail.role, mail.queued_on) for mail in late]
    assert ("forsenat", "ekonomichef", day("2027-04-01")) in sent
    assert ("eskalering", "processagare", day("2027-04-05")) in sent or (
        "eskalering", "processagare", day("2027-04-06"),
    ) in sent  # fmt: skip


def test_the_runs_tell_where_the_year_stood(installation: Installation) -> None:
    """Each step's own flow ran, under its Swedish name, with named states."""
    found = runs(installation)
    names: dict[str, list[str]] = {}
    for run in found:
        names.setdefault(run["name"], []).append(run["state"]["name"])
    for step in orsa().steps:
        number = f"{step.id[0]}{int(step.id[1:]):02}" if step.id[0] == "K" else step.id
        shown = names[f"{number} {step.title} 2028"]
        assert shown[0] == "Planerat"
        assert shown[-1] == "Klart"
        assert any(name.endswith(tuple(f"på {body}" for body in step.chain)) for name in shown) or (
            not step.chain
        ), (step.slug, shown)
    assert {run["state"]["type"] for run in found if run["state"]["type"] != "SCHEDULED"} == {
        "COMPLETED"
    }


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


def test_a_completed_step_is_rerun_from_its_form_with_a_reason(installation: Installation) -> None:
    done = installation.server.run_to_end(
        "K01 Bokslut/bokslut", {"budgetar": 2028, "kor_om_skal": "Fel siffra"}
    )
    assert done.name == "Sent: återöppnat" or done.name == "Återöppnat"
    assert "Saknas" in done.message
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
    ],
)
def test_what_cannot_be_done_is_a_failed_run_with_the_way_out(
    installation: Installation, deployment: str, parameters: dict[str, Any], expected: str
) -> None:
    before = len(events(installation))
    done = installation.server.run_to_end(deployment, parameters)
    assert (done.kind, done.name) == ("FAILED", "Avvisat")
    assert expected in done.message
    assert len(events(installation)) == before


def test_the_form_refuses_before_there_is_a_run(installation: Installation) -> None:
    """Steps, bodies and outcomes are dropdowns: anything else is refused by the server."""
    with pytest.raises(httpx.HTTPStatusError) as refused:
        installation.server.run(
            "Registrera beslut/beslut",
            {"steg": "julfest", "instans": "KS", "utfall": "bifall", "av": "Petra"},
        )
    assert refused.value.response.status_code in (409, 422)


def test_runs_that_a_killed_worker_left_are_ended(installation: Installation) -> None:
    # a worker that dies right after claiming a run leaves it pending: this one nobody will claim
    deployment = httpx.get(
        f"{installation.server.api}/deployments/name/Daglig kontroll/kontroll", timeout=30
    ).json()
    stuck = httpx.post(
        f"{installation.server.api}/deployments/{deployment['id']}/create_flow_run",
        json={"state": {"type": "PENDING"}}, timeout=30,
    ).json()  # fmt: skip
    assert installation.server.final_state(stuck["id"]) is None
    assert installation.server.crash_stale_runs() == 1
    state = installation.server.final_state(stuck["id"])
    assert state is not None
    assert state.kind == "CRASHED"


def test_a_check_after_days_with_the_server_off_makes_up_for_them_once(
    installation: Installation,
) -> None:
    """The reopened bokslut is waited for; ten days later one check says so, the next has nothing."""
    installation.clock_file.write_text("2027-12-20")
    first = installation.server.run_to_end("Daglig kontroll/kontroll")
    second = installation.server.run_to_end("Daglig kontroll/kontroll")
    assert first.name == "Klart"
    assert (second.name, second.message) == (
        "Inget nytt", "0 händelser, 0 mejl, 0 steg med nytt läge.",
    )  # fmt: skip


def test_ctrl_c_ends_everything_and_a_new_start_goes_on_where_it_was(
    installation: Installation,
) -> None:
    assert installation.stop() == 0
    assert "Allt är avslutat" in installation.output
    assert not installation.server.is_healthy()
    with pytest.raises(ConnectionRefusedError), socket.socket() as mail:
        mail.connect(("127.0.0.1", installation.settings.smtp_port))
    before = [event.key for event in events(installation)]
    installation.start()
    assert [event.key for event in events(installation)] == before
    assert installation.stop() == 0
