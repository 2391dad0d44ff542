"""Every kind of mail that the engine writes, finished, to everybody it can go to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from models.mail_choices import Pace
from models.state import YearState
from notifications.alarm import Alarm, alarm_letter
from notifications.calendar_entry import Appointment
from notifications.calendar_file import CalendarFile, Revision, entry_files
from notifications.calendar_letter import CalendarChange, Reason, calendar_letter
from notifications.collected import Collected, collect
from notifications.items import Item, part_of
from notifications.letters import Letter, compose
from notifications.message import Finished
from notifications.moved import moved_letter
from notifications.notices import Kind, Notice
from notifications.recipients import Recipient
from notifications.rescheduled import values
from notifications.sorting import Envelope, Form
from tests.factories import day
from tests.notifications.letters import EVA, PETRA, make_message
from tests.notifications.test_every_letter import everything_told

LINK = "https://svar.orsa.example/kommunplan/svara/AbCdEfGhIjKlMnOpQrStUv.0123456789-_abcdefghi"
ASKING = (Kind.OPENED, Kind.REMINDER, Kind.OVERDUE, Kind.RETURNED, Kind.MOVED)
PEOPLE = {
    "innehavare": EVA,
    "ersättare": replace(EVA, deputy_for="Klas Exempel", until=day("2027-07-30")),
    "vakant": Recipient("Petra Exempel", PETRA, vacant_role="ekonomichef"),
}


@cache
def every_mail() -> dict[str, Finished]:
    """By what it is: the kind, the step, whether a body's turn or a part, and who reads it."""
    told, _ = everything_told()
    found: dict[str, Finished] = {}
    for notice, state, plan in told:
        about = (notice.kind, notice.step, notice.body, notice.round, notice.to.role)
        for who, recipient in PEOPLE.items():
            name = " ".join(map(str, (*about, who)))
            if name not in found:
                link = LINK if _is_answered(notice, state) and who != "vakant" else None
                letter = compose(notice, state, plan, recipient, PETRA, link)
                found[name] = make_message(letter, recipient=recipient)
    for form in (Form.COLLECTED, Form.HANDOVER):
        for who, recipient in PEOPLE.items():
            found[f"{form} {who}"] = make_message(collected(form, recipient))
    weekly = replace(EVA, pace=Pace.WEEKLY)
    found[f"{Form.COLLECTED} i veckan"] = make_message(collected(Form.COLLECTED, weekly))
    unexplained: dict[str, object] = {"why": None}
    for name, because in (("ändring", _because()), ("utan", unexplained)):
        letter, files = of_calendars(because)
        found[f"kalender {name}"] = make_message(letter, calendars=files)
    found["driftlarm processägare"] = make_message(
        alarm_letter(
            Alarm("kontrollen har inte gått", (("Senast", "söndag 14 mars 2027"),), ("Se efter.",))
        )
    )
    for who, recipient in PEOPLE.items():
        found[f"{Form.MOVED} flera {who}"] = make_message(moved(recipient))
    owner = replace(EVA, address="petra@lillby.example")
    found[f"{Form.MOVED} flera processägare"] = make_message(moved(owner, "processagare"))
    return found


def typical_mails() -> Iterator[tuple[str, Finished]]:
    """One or two of each kind to each sort of reader: for what takes long to look at."""
    seen: dict[tuple[str, str, bool], str] = {}
    for name in every_mail():
        kind, *rest = name.split()
        seen.setdefault((kind, rest[-1], "None" in rest), name)
    for name in seen.values():
        yield name, every_mail()[name]


def collected(form: Form, recipient: Recipient = EVA, count: int | None = None) -> Collected:
    """A mail with a section for each of that year's notices that can be collected, or so many of them."""
    told, _ = everything_told()
    had_by = ("Eva Ek",) if form is Form.HANDOVER else ()
    items = [
        Item(notice, recipient, state, plan, had_by)
        for notice, state, plan in told
        if notice.kind in (Kind.OPENED, Kind.REMINDER, Kind.OVERDUE, Kind.RECONSIDER)
        and (form is Form.COLLECTED or part_of(notice, state))
    ]
    items = [  # a part of an earlier year too, where one year has not enough
        replace(item, plan=replace(plan, budget_year=year))
        for year in (2028, 2027)
        for item in items
        for plan in (item.plan,)
    ]
    sections = Envelope("k", form, tuple(items)).sections[: count or 6]
    return collect(
        form,
        [
            (
                item,
                compose(
                    item.notice,
                    item.state,
                    item.plan,
                    recipient,
                    PETRA,
                    LINK if _is_answered(item.notice, item.state) else None,
                    within=True,
                ),
            )
            for item in sections
        ],
        PETRA,
        day("2027-10-01"),
    )


def moved(recipient: Recipient = EVA, role: str = "ekonomichef") -> Collected:
    """A mail about one change that gives other dates to several steps, in which the role has parts."""
    told, _ = everything_told()
    items: dict[tuple[int, str], Item] = {}
    for notice, state, plan in told:
        if notice.kind is Kind.MOVED and notice.to.role == role:
            item = Item(notice, recipient, state, plan)
            items.setdefault(item.about_step, item)
    envelope = Envelope("k", Form.MOVED, tuple(items.values()))
    why = envelope.items[0].notice.rescheduled
    assert why is not None
    sections = [
        (
            item,
            compose(
                item.notice,
                item.state,
                item.plan,
                recipient,
                PETRA,
                LINK if _is_answered(item.notice, item.state) else None,
                within=True,
            ),
        )
        for item in envelope.sections
    ]
    return moved_letter(why, sections, PETRA, day("2027-10-01"))


def of_calendars(because: dict[str, object]) -> tuple[Letter, list[CalendarFile]]:
    """The mail about two changes in a calendar, with its files."""
    says = Appointment(
        day("2027-04-19"), "KS: <b>Bokslut</b> 2026 · Kommunplan 2028", "KS", ("Kommunplan",)
    )
    at = datetime(2027, 3, 15, 8, tzinfo=UTC)
    moved = Revision("2028/bokslut/sammantrade/KS", says, 1, at)
    gone = Revision("2028/bokslut/sista-dag/ekonomichef", says, 2, at, cancelled=True)
    changes = [
        CalendarChange(Reason.MOVED, moved, day("2027-04-12")),
        CalendarChange(Reason.OFF, gone, day("2027-03-31")),
    ]
    files = entry_files([moved, gone], "kommunplan@orsa.example")
    return calendar_letter(changes, files, ["Kommunplan 2028"], EVA, because), files


def _because() -> dict[str, object]:
    told, _ = everything_told()
    notice, state, plan = next(one for one in told if one[0].rescheduled)
    assert notice.rescheduled is not None
    return values(notice.rescheduled, state.definition, plan.budget_year)


def _is_answered(notice: Notice, state: YearState) -> bool:
    asks = notice.kind in ASKING and (notice.kind is Kind.RETURNED or notice.body is None)
    return asks and notice.to in state.missing(state.definition.step(notice.step))
