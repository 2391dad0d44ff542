"""`kommunplan utskick`: tomorrow as it then becomes, what waits and why, what went and to whom."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from cli.utskick import why_waiting
from models.errors import RefusedError
from tasks.mail.delivery import deliver
from tasks.mail.sendings import sendings
from tests.notifications.conftest import Serve
from tests.notifications.servers import Inbox
from tests.tasks.town import Staffed, Town
from views.sendings import Sendings


def shown(town: Town, today: str, day: str | None = None) -> dict[str, Any]:
    return look(town, today, day).as_json()


def look(town: Town, today: str, day: str | None = None) -> Sendings:
    on = town.on(today)
    return sendings(on.database, on.settings, on.today, date.fromisoformat(day) if day else None)


def told(mails: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    return [
        (
            mail["till"],
            mail["slag"],
            one["steg"],
            one["slag"],
            one["roll"],
            one["regel"],
            one["darfor"],
        )
        for mail in mails
        for one in mail["uppgifter"]
    ]


def test_what_goes_tomorrow_is_what_tomorrows_check_then_queues(town: Town) -> None:
    town.on("2027-01-04").start_year(2028)
    day = date(2027, 1, 4)
    foretold = 0
    while day < date(2027, 4, 16):
        before = town.tables()
        promised = told(shown(town, str(day))["imorgon"]["mejl"])
        assert town.tables() == before, "looking changes nothing"
        known = {notice.id for notice in town.notices()}
        day += timedelta(days=1)
        town.on(str(day)).check()
        kinds = {mail.id: mail.kind for mail in town.mails()}
        queued = [
            (one.address, kinds[one.mail_id], one.step, one.kind, one.role, one.rule, one.because)
            for one in town.notices()
            if one.id not in known
        ]
        assert promised == queued, day
        foretold += len(promised)
    assert foretold > 50


def test_tomorrow_knows_who_has_the_role_then(staffed: Staffed) -> None:
    staffed.staff(
        ("ekonomichef", "", "Eva Exempel", "eva@orsa.example", "2025-01-01", "2027-03-14"),
        ("ekonomichef", "", "Erik Ö", "erik@orsa.example", "2027-03-15"),
    )
    staffed.on("2027-02-01").start_year(2028)
    [mail] = [
        mail
        for mail in shown(staffed, "2027-03-14")["imorgon"]["mejl"]
        if mail["slag"] == "overlamning"
    ]
    assert mail["till"] == "erik@orsa.example"
    assert {one["darfor"] for one in mail["uppgifter"]} == {
        "innehavare av ekonomichef sedan 2027-03-15"
    }


def test_what_went_and_what_waits_with_why(town: Town, serve: Serve) -> None:
    town.on("2027-01-04").start_year(2028)
    inbox = Inbox({"RCPT": ["550 5.1.1 No such user", "450 4.2.1 Mailbox busy"]})
    chosen = town.settings.model_copy(update={"smtp_port": serve(inbox), "smtp_connections": 1})
    asyncio.run(deliver(town.database, chosen))
    on = town.on("2027-01-04")
    exercise = on.settings.model_copy(update={"clock_file": on.settings.data / "dag"})
    found = sendings(on.database, exercise, on.today).as_json()
    assert len(found["gick"]) == 6
    assert {mail["dag"] for mail in found["gick"]} == {"2027-01-04"}
    refused, busy = found["vantar"]
    assert (refused["lage"], refused["forsok"], refused["nasta_forsok"]) == ("misslyckad", 1, None)
    assert "550 5.1.1 No such user" in refused["fel"]
    assert (busy["lage"], busy["forsok"]) == ("köad", 1)
    assert busy["nasta_forsok"]
    assert busy["uppgifter"] == [
        {
            "budgetar": 2028,
            "steg": "bokslut",
            "slag": "oppnat",
            "roll": "verksamhetsomradeschef:larande",
            "instans": None,
            "regel": "sänds när steget öppnas",
            "darfor": "innehavare av verksamhetsområdeschef, Lärande sedan 2025-01-01",
        }
    ]
    assert sendings(on.database, exercise, date(2027, 1, 11)).went == ()
    assert len(sendings(on.database, exercise, date(2027, 2, 1), on.today).went) == 6


def test_a_day_to_come_is_refused_with_the_way_out(town: Town) -> None:
    with pytest.raises(RefusedError, match=r"2027-01-05 ligger i framtiden.*provkor"):
        shown(town, "2027-01-04", "2027-01-05")


def test_what_a_delivery_holds_and_what_waits_for_an_exercise_is_said(town: Town) -> None:
    town.on("2027-01-04").start_year(2028)
    town.change("UPDATE mail SET claimed_until = '2099-01-04 13:30:00.000000' WHERE id < 3")
    waiting = look(town, "2027-01-04").waiting
    assert [mail.as_json()["halls_till"] for mail in waiting[:3]] == [
        "2099-01-04T14:30+01:00",
        "2099-01-04T14:30+01:00",
        None,
    ]
    assert list(why_waiting(waiting, None)) == [
        "2 mejl hålls av en avbruten (eller pågående) leverans till 14.30."
    ]
    assert list(why_waiting(waiting, "prov@orsa.example")) == [
        "8 mejl till andra väntar medan KOMMUNPLAN_MAIL_TO är satt."
    ]
