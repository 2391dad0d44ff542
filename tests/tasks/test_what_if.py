"""What `--prov` says of a changed meeting is what then happens."""

from __future__ import annotations

import pytest

from calendars.schedule import plan_year
from models.acts.meetings import CancelMeeting, MoveMeeting
from models.errors import RefusedError
from models.plan import YearPlan
from notifications.rescheduling import moved_dates
from tasks.started_year import started_year
from tests.factories import day
from tests.hands import cancel_meeting, move_meeting
from tests.tasks.town import Town

TODAY = "2027-03-10"
CHANGES = [
    ("SU", "2027-03-30", None),
    ("KS", "2027-04-12", None),
    ("KF", "2027-06-21", None),
    ("KS", "2027-11-15", None),
    ("KF", "2027-11-29", None),
    ("KS", "2027-04-12", "2027-04-19"),
    ("KF", "2027-11-29", "2027-12-06"),
]


def planned(town: Town) -> YearPlan:
    found = started_year(town.path, 2028)
    assert found is not None
    return plan_year(found.definition, 2028, found.meetings, found.state, day(TODAY))


@pytest.mark.parametrize(("body", "at", "to"), CHANGES, ids=lambda v: v or "cancelled")
def test_the_dates_and_the_mails_are_those_that_follow(
    town: Town, body: str, at: str, to: str | None
) -> None:
    town.on("2027-01-04").start_year(2028)
    on = town.on(TODAY)
    on.check()
    old, told = planned(town), {mail.id for mail in town.mails()}
    rows = town.tables()
    foretold = on.try_(
        CancelMeeting(body=body, day=day(at), by="Petra")
        if to is None
        else MoveMeeting(body=body, day=day(at), to=day(to), by="Petra")
    )
    assert town.tables() == rows, "it is only told"
    if to is None:
        cancel_meeting(on, body, day(at), by="Petra", reason="Lokalen är upptagen")
    else:
        move_meeting(on, body, day(at), day(to), by="Petra", reason="Lokalen är upptagen")
    found = started_year(town.path, 2028)
    assert found is not None
    [year] = foretold.years
    happened = moved_dates(found.definition, old, planned(town))
    assert happened, "else the test says nothing"
    assert [f"{one.step}: {one.said()}" for one in year.moved] == [
        f"{m.step}: {m}" for m in happened
    ]
    addresses = {who.rpartition("<")[2].rstrip(">") for one in year.mails for who in one.to}
    assert addresses == {m.address for m in town.mails() if m.id not in told}


def test_what_is_not_there_or_has_been_cannot_be_tried(town: Town) -> None:
    town.on("2027-01-04").start_year(2028)
    on = town.on(TODAY)
    with pytest.raises(RefusedError, match=r"KF har inget sammanträde 2027-11-28.*2027-11-29"):
        on.try_(CancelMeeting(body="KF", day=day("2027-11-28"), by="Petra"))
    with pytest.raises(RefusedError, match=r"har redan varit .* och kan inte ställas in"):
        on.try_(CancelMeeting(body="SU", day=day("2027-03-02"), by="Petra"))
