"""Lagby: a small municipality whose year has every step that the law asks about, to try the rules on.

As planned in 2027 it breaks nothing and leaves nothing untested; a case changes one thing. Fifteen steps and
no database: a whole year of it is planned and judged on every day in seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from calendars.definition import parse_definition
from calendars.law.case import Case, ExceptionDecided, Finding, Severity, running_case
from calendars.law.review import review
from calendars.schedule import plan_year
from models.events import Decided, Event, Outcome
from models.fold import fold
from models.plan import Meeting
from models.process import Definition
from tests.factories import (
    EKONOMICHEF,
    day,
    decided,
    make_body,
    make_decision,
    make_limit,
    make_meetings,
    make_need,
    make_raw,
    make_role,
    make_step,
    noted,
    opened,
    reported,
)

BODIES = (
    make_body("KS", slag="styrelse"),
    make_body("KF", slag="fullmaktige"),
    make_body("SU", slag="utskott"),
    make_body("BUN", slag="namnd"),
    make_body("DB", namn="Demokratiberedningen"),
    make_body("KFP", namn="Fullmäktiges presidium"),
)


def months(first: str, last: str | None = None) -> dict[str, Any]:
    return {"fonster": {"fran": first, "till": last or first}}


def before(step: str, on: str, **more: Any) -> dict[str, Any]:
    return {"fore": {"steg": step, "dag": on, **more}}


STEPS: Mapping[str, dict[str, Any]] = {
    "arsredovisning": make_decision(
        "arsredovisning",
        "KS",
        "KF",
        avser="arsredovisning",
        lagfrister=[make_limit(senast="15 april", lagrum="KL 11 kap. 20 §", flyttas_framat=True)],
        **months("mars", "maj"),
    ),
    "bedomning-ar": make_step(
        "bedomning-ar",
        titel="Revisorernas bedömning av årsredovisningen",
        **months("april", "maj"),
        **before("arsredovisning", "utskick"),
    ),
    "arsredovisning-webb": make_step(
        "arsredovisning-webb",
        titel="Årsredovisningen på webbplatsen",
        **months("april", "maj"),
        **before("arsredovisning", "kungorelse", lagrum="KL 8 kap. 15 §"),
    ),
    "revisionsberattelse": make_step(
        "revisionsberattelse", avser="revisionsberattelse", **months("april", "april")
    ),
    "forklaringar": make_step(
        "forklaringar", titel="Förklaringar över en anmärkning", **months("maj", "maj")
    ),
    "ansvarsfrihet": make_decision(
        "ansvarsfrihet",
        "KF",
        avser="ansvarsfrihet",
        kraver=[make_need("arsredovisning")],
        **months("maj", "juni"),
    ),
    "bolag": make_decision("bolag", "KS", avser="bolagsbeslut", **months("mars", "april")),
    "delarsrapport": make_decision(
        "delarsrapport",
        "KS",
        "KF",
        avser="delarsrapport",
        periodslut="31 augusti",
        lagfrister=[make_limit(lagrum="KL 11 kap. 16 §")],
        **months("oktober", "november"),
    ),
    "bedomning-delar": make_step(
        "bedomning-delar",
        titel="Revisorernas bedömning av delårsrapporten",
        **months("oktober", "november"),
        **before("delarsrapport", "utskick"),
    ),
    "revisorsbudget": make_step("revisorsbudget", avser="revisorsbudget", **months("september")),
    "budget-ks": make_decision("budget-ks", "KS", avser="budgetforslag", **months("oktober")),
    "budget-webb": make_step(
        "budget-webb",
        titel="Budgetförslaget på webbplatsen",
        **months("oktober", "november"),
        **before("budget-kf", "kungorelse", lagrum="KL 8 kap. 14 §"),
    ),
    "budget-kf": make_decision(
        "budget-kf", "KF", avser="budget", kraver=[make_need("budget-ks")], **months("november")
    ),
    "skv-forslag": make_step(
        "skv-forslag",
        titel="Förslaget till skattesats till Skatteverket",
        fonster={"fran": "1 november", "till": "5 november"},
        startas_av={"steg": "budget-kf", "saknas": "31 oktober", "inom": 1},
    ),
    "skv": make_step(
        "skv",
        titel="Skattesatsen till Skatteverket",
        startas_av={"steg": "budget-kf", "inom": 1},
        **months("november", "december"),
    ),
}

MEETINGS: Mapping[str, Sequence[str]] = {
    "KS": ("2027-03-15", "2027-04-12", "2027-10-18"),
    "KF": ("2027-05-24", "2027-06-21", "2027-11-29"),
}
IN_TIME = {
    "bolag": [("KS", "2027-03-15")],
    "arsredovisning": [("KS", "2027-04-12"), ("KF", "2027-05-24")],
    "ansvarsfrihet": [("KF", "2027-06-21")],
    "budget-ks": [("KS", "2027-10-18")],
    "delarsrapport": [("KS", "2027-10-18"), ("KF", "2027-11-29")],
    "budget-kf": [("KF", "2027-11-29")],
}
"""What each body decides in a year in which everything goes as it should."""
WORK = {
    "revisionsberattelse": "2027-04-20",
    "bedomning-ar": "2027-05-03",
    "arsredovisning-webb": "2027-05-12",
    "forklaringar": "2027-05-12",
    "revisorsbudget": "2027-09-20",
    "skv-forslag": "2027-11-01",
    "bedomning-delar": "2027-11-10",
    "budget-webb": "2027-11-18",
    "skv": "2027-11-30",
}


def lagby(
    *,
    without: Sequence[str] = (),
    change: Mapping[str, dict[str, Any]] | None = None,
    more: Iterable[dict[str, Any]] = (),
    bodies: Iterable[dict[str, Any]] = BODIES,
    **overrides: Any,
) -> Definition:
    """Lagby without some steps, with others changed (a value of None takes a key away), or with more."""
    steps = []
    for slug, step in STEPS.items():
        if slug not in without:
            raw = {**step, **(change or {}).get(slug, {})}
            steps.append({key: value for key, value in raw.items() if value is not None})
    raw = make_raw(
        instans=list(bodies),
        roll=[make_role("processagare"), make_role("ekonomichef"), make_role("sekreterare")],
        steg=[*steps, *more],
        **overrides,
    )
    if not overrides.get("enhet"):
        raw["enhet"] = []
    return parse_definition(raw, "lagby.toml")


def held(**changed: Sequence[str]) -> tuple[Meeting, ...]:
    """Lagby's meetings, those of the given bodies replaced."""
    return make_meetings(**{**MEETINGS, **changed})


def planned(
    definition: Definition | None = None,
    meetings: Sequence[Meeting] | None = None,
    year: int = 2028,
    exceptions: Sequence[ExceptionDecided] = (),
) -> Case:
    """A year that nobody has started."""
    chosen, known = definition or lagby(), held() if meetings is None else meetings
    return Case(chosen, plan_year(chosen, year, known), known, exceptions=exceptions)


def running(
    today: str,
    events: Sequence[Event],
    definition: Definition | None = None,
    meetings: Sequence[Meeting] | None = None,
    exceptions: Sequence[ExceptionDecided] = (),
) -> Case:
    """The year 2028 as it stands on a day, with what has happened until then; all that is decided is signed
    and posted in time, and announced so where the meeting was known that early."""
    chosen, known = definition or lagby(), held() if meetings is None else meetings
    happened = [*events, *as_the_law_has_it(events, known)]
    state = fold(chosen, [event for event in happened if event.on <= day(today)])
    plan = plan_year(chosen, 2028, known, state, day(today))
    return running_case(state, plan, known, day(today), exceptions=exceptions)


def as_it_should(definition: Definition | None = None, *, until: str = "2028-12-31") -> list[Event]:
    """Every event of a year in which everybody is in time."""
    chosen = definition or lagby()
    steps = [*IN_TIME, *WORK]
    events: list[Event] = []
    for slug in steps:
        if slug in chosen.step_by_slug:
            days = [on for _, on in IN_TIME.get(slug, [])] or [WORK[slug]]
            events += [opened(slug, f"{days[0][:8]}01")]
            events += done(slug, WORK[slug]) if slug in WORK else taken(slug, IN_TIME[slug])
    return sorted((one for one in events if one.on <= day(until)), key=lambda one: one.on)


def as_the_law_has_it(events: Iterable[Event], meetings: Iterable[Meeting] = ()) -> list[Event]:
    """What happens to each sammanträde at which something is decided, and to its minutes: announced a week
    before, unless it came to its day later; signed on the day, posted on the next."""
    late = {(one.body, one.day) for one in meetings if one.since is not None}
    sittings = {(one.body, one.on) for one in events if isinstance(one, Decided)}
    return [
        noted(what, body, str(meeting), str(meeting + timedelta(days=after)))
        for body, meeting in sorted(sittings)
        for what, after in (("kungjort", -7), ("justerat", 0), ("anslaget", 1))
        if what != "kungjort" or (body == "KF" and (body, meeting) not in late)
    ]


def done(slug: str, on: str) -> list[Event]:
    """The part of a step of work."""
    return [reported(slug, EKONOMICHEF, on)]


def taken(slug: str, by: Sequence[tuple[str, str]]) -> list[Event]:
    """The part of a step, then what each body of its chain decides, in order."""
    parts: list[Event] = [reported(slug, EKONOMICHEF, by[0][1])]
    return [*parts, *(_decided(slug, body, on, link) for link, (body, on) in enumerate(by))]


def _decided(slug: str, body: str, on: str, link: int) -> Decided:
    return decided(slug, body, on, link=link, outcome=Outcome.BIFALL)


def without_step(events: Sequence[Event], *slugs: str) -> list[Event]:
    """The events but for those of some steps."""
    return [event for event in events if event.step not in slugs]


def instead(events: Sequence[Event], slug: str, *others: Event) -> list[Event]:
    """The events with others of a step, which is opened as before."""
    kept = [e for e in events if e.step != slug or e.kind == "oppnat"]
    return sorted([*kept, *others], key=lambda one: one.on)


def since(meetings: Sequence[Meeting], body: str, on: str, told: str) -> tuple[Meeting, ...]:
    """The meetings, one of which was made known on a day."""
    return tuple(
        replace(m, since=day(told)) if (m.body, m.day) == (body, day(on)) else m for m in meetings
    )


def of(case: Case, rule: str) -> list[Finding]:
    return [one for one in review(case) if one.rule == rule]


def broken(case: Case) -> set[tuple[str, bool]]:
    """The rules that are broken, and whether that has happened."""
    return {(f.rule, f.happened) for f in review(case) if f.severity is Severity.BREACH}


def said(case: Case, severity: Severity) -> set[str]:
    """The rules that say something of the severity."""
    return {f.rule for f in review(case) if f.severity is severity}


def on_every_day(first: date, last: date) -> Iterable[date]:
    return (date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1))
