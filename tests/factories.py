"""A small municipality, its meetings and its events, each with overrides.

Lillby has four steps: `underlag` (work by two chefer and the ekonomichef), `budgetdag` (a day),
`forslag` (KS) and `budget` (KS, then KF). Orsa's own definition is read from its files.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from calendars.definition import ORSA, load_definition, load_meetings, parse_definition
from calendars.next_year.propose import propose
from models.events import (
    CompletedBeforeStart,
    Decided,
    Event,
    Noted,
    Opened,
    Outcome,
    Overridden,
    ReasonsFound,
    Reopened,
    Reported,
)
from models.fold import fold
from models.occurrences import Occurrence
from models.plan import Meeting
from models.process import Definition, TaskKey
from models.state import YearState

EKONOMICHEF = TaskKey(role="ekonomichef")
NORR = TaskKey(role="chef", unit="norr")
SODER = TaskKey(role="chef", unit="soder")


def make_body(slug: str, **overrides: Any) -> dict[str, Any]:
    return {
        "slug": slug,
        "namn": f"Instans {slug}",
        "sekreterare": "sekreterare",
        "kalla": "EXEMPEL",
        **overrides,
    }


def make_role(slug: str, **overrides: Any) -> dict[str, Any]:
    return {"slug": slug, "namn": slug, "kalla": "EXEMPEL", **overrides}


def make_unit(slug: str, **overrides: Any) -> dict[str, Any]:
    return {"slug": slug, "namn": slug.capitalize(), "kalla": "EXEMPEL", **overrides}


def make_step(slug: str, **overrides: Any) -> dict[str, Any]:
    """A step as TOML has it: work by the ekonomichef in March, unless told otherwise."""
    return {
        "id": slug,
        "slug": slug,
        "process": "kommunplan",
        "slag": "arbete",
        "titel": slug,
        "beskrivning": "",
        "fonster": {"fran": "mars", "till": "mars"},
        "styrmodell": {"nar": "Mars"},
        "ansvariga": ["ekonomichef"],
        **overrides,
    }


def make_need(step: str, **overrides: Any) -> dict[str, Any]:
    return {"steg": step, "slag": "hard", "kalla": "EXEMPEL", **overrides}


def make_limit(**overrides: Any) -> dict[str, Any]:
    return {
        "vad": "KS lägger förslaget",
        "senast": "31 oktober",
        "instans": "KS",
        "lagrum": "KL 11 kap. 8 §",
        **overrides,
    }


def make_decision(slug: str, *chain: str, **overrides: Any) -> dict[str, Any]:
    """A step that bodies decide: prepared by the ekonomichef in October, unless told otherwise."""
    window = {"fran": "oktober", "till": "november"}
    return make_step(
        slug, slag="beslut", beslutskedja=list(chain), **{"fonster": window, **overrides}
    )


def make_arende(slug: str, *steps: str, **overrides: Any) -> dict[str, Any]:
    return {
        "slug": slug,
        "namn": slug.capitalize(),
        "steg": list(steps),
        "kalla": "EXEMPEL",
        **overrides,
    }


def make_occasion(slug: str, **overrides: Any) -> dict[str, Any]:
    return make_step(slug, **{"fonster": {"fran": "januari", "till": "december"}, **overrides})


def make_raw(**overrides: Any) -> dict[str, Any]:
    """Lillby as TOML has it."""
    return {
        "kommun": {"slug": "lillby", "namn": "Lillby kommun", "processagare": "processagare"},
        "instans": [make_body("KS", ledtid=7), make_body("KF", utskick=10, ledtid=14)],
        "enhet": [make_unit("norr"), make_unit("soder")],
        "roll": [
            make_role("processagare"),
            make_role("ekonomichef"),
            make_role("sekreterare"),
            make_role("chef", enheter=["norr", "soder"]),
        ],
        "steg": [
            make_step(
                "underlag",
                fonster={"fran": "januari", "till": "mars"},
                ansvariga=["chef", "ekonomichef"],
            ),
            make_step(
                "budgetdag",
                slag="mote",
                fonster={"fran": "april", "till": "april"},
                kraver=[make_need("underlag", slag="mjuk")],
            ),
            make_step(
                "forslag",
                slag="beslut",
                fonster={"fran": "oktober", "till": "oktober"},
                beslutskedja=["KS"],
                kraver=[make_need("underlag")],
                lagfrister=[make_limit()],
            ),
            make_step(
                "budget",
                slag="beslut",
                fonster={"fran": "oktober", "till": "november"},
                beslutskedja=["KS", "KF"],
                kraver=[make_need("forslag")],
            ),
        ],
        **overrides,
    }


def make_definition(**overrides: Any) -> Definition:
    return parse_definition(make_raw(**overrides), "definition.toml")


@cache
def storby() -> Definition:
    """One ärende through three bodies (`plan-su`, `plan-ks`, `plan-kf`), and another, `skatt`, beside it."""
    return make_definition(
        instans=[
            make_body("SU", slag="utskott"),
            make_body("KS", slag="styrelse", ledtid=7),
            make_body("KF", slag="fullmaktige", utskick=10, ledtid=14),
        ],
        steg=[
            make_decision("plan-su", "SU"),
            make_decision("plan-ks", "KS", kraver=[make_need("plan-su")]),
            make_decision("plan-kf", "KF", kraver=[make_need("plan-ks")]),
            make_decision("skatt", "KS", "KF", resultat=["skattesats"]),
        ],
        arende=[make_arende("plan", "plan-su", "plan-ks", "plan-kf")],
    )


@cache
def orsa() -> Definition:
    return load_definition(ORSA)


@cache
def orsa_meetings() -> tuple[Meeting, ...]:
    return load_meetings(ORSA, orsa())


MUNICIPALITIES = (ORSA, ORSA.parent / "exempel-norrfors", ORSA.parent / "exempel-skogsmark")
COMING_YEARS = range(2027, 2035)


@cache
def municipality(directory: Path) -> tuple[Definition, tuple[Meeting, ...]]:
    """One that comes with us; of the coming years that it has no meetings of, as `nasta-ar` proposes them."""
    definition = load_definition(directory)
    meetings = load_meetings(directory, definition)
    for year in COMING_YEARS:
        if all(meeting.day.year != year for meeting in meetings):
            meetings = tuple(propose(definition, meetings, year).with_others(meetings))
    return definition, meetings


def make_meetings(**days: Iterable[str]) -> tuple[Meeting, ...]:
    """`make_meetings(KS=["2027-10-18"])`: the bodies' sammanträden."""
    return tuple(
        Meeting(body, None, date.fromisoformat(day)) for body, some in days.items() for day in some
    )


def day(text: str) -> date:
    return date.fromisoformat(text)


def completed_before_start(step: str, on: str) -> CompletedBeforeStart:
    return CompletedBeforeStart(step=step, on=day(on))


def opened(step: str, on: str) -> Opened:
    return Opened(step=step, on=day(on))


def reported(step: str, task: TaskKey, on: str, **overrides: Any) -> Reported:
    fields: dict[str, Any] = {"round": 1, "task": task, **overrides}
    return Reported(step=step, on=day(on), **fields)


def overridden(step: str, on: str, **overrides: Any) -> Overridden:
    fields: dict[str, Any] = {"round": 1, "reason": "vi hinner inte vänta", **overrides}
    return Overridden(step=step, on=day(on), **fields)


def decided(step: str, body: str, on: str, **overrides: Any) -> Decided:
    fields: dict[str, Any] = {"round": 1, "link": 0, "outcome": Outcome.BIFALL, **overrides}
    return Decided(step=step, body=body, on=day(on), **fields)


def noted(what: str, body: str, meeting: str, on: str, step: str = "", **overrides: Any) -> Noted:
    """What really happened to a sammanträde, or to what was decided in the step alone."""
    said = {"what": Occurrence(what), "body": body, "meeting": day(meeting), "by": "test"}
    return Noted(step=step, on=day(on), **{**said, **overrides})


def found_reasons(rule: str, body: str, on: str, step: str, **overrides: Any) -> ReasonsFound:
    said = {"rule": rule, "body": body, "reason": "Statens budget kom sent", "by": "test"}
    return ReasonsFound(step=step, on=day(on), **{**said, **overrides})


def reopened(step: str, on: str, **overrides: Any) -> Reopened:
    fields: dict[str, Any] = {"round": 2, "reason": "nya siffror", "token": "t", **overrides}
    return Reopened(step=step, on=day(on), **fields)


def make_year(*events: Event, definition: Definition | None = None) -> YearState:
    return fold(definition or make_definition(), events)
