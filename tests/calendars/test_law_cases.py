"""Cases as a kommunjurist would put them: a year that differs from Lagby's in one thing, what the law says
of it, and where it says so. Each is held to *every* breach that is found, so that none is false."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from calendars.law.case import Case, ExceptionDecided, Severity
from models.events import Decided, Event, Outcome
from models.plan import Meeting
from models.process import Definition
from tests.calendars.lagby import (
    BODIES,
    STEPS,
    as_it_should,
    before,
    broken,
    done,
    held,
    instead,
    lagby,
    months,
    planned,
    running,
    said,
    since,
    taken,
    without_step,
)
from tests.factories import (
    completed_before_start,
    day,
    decided,
    make_arende,
    make_body,
    make_decision,
    make_limit,
    make_meetings,
    make_need,
    make_step,
    make_unit,
    reopened,
)

HAS, WILL = True, False
"""A breach that has happened, and one that follows from what is planned."""


@dataclass(frozen=True)
class Invented:
    """A case: the year, the breaches that are right (and no other), and what else must be said, or not."""

    name: str
    source: str
    case: Callable[[], Case]
    breaches: frozenset[tuple[str, bool]] = frozenset()
    risks: frozenset[str] = frozenset()
    untested: frozenset[str] = frozenset()
    no_risks: frozenset[str] = field(default_factory=frozenset)


def breaks(*rules: str, happened: bool) -> frozenset[tuple[str, bool]]:
    return frozenset((rule, happened) for rule in rules)


def reasons(rule: str, body: str) -> tuple[ExceptionDecided, ...]:
    return (ExceptionDecided(rule, body, day("2027-10-25"), "Statens budget kom sent"),)


def late_autumn(ks: str, kf: str) -> tuple[Meeting, ...]:
    """Meetings whose autumn is one KS and one KF."""
    return held(KS=("2027-03-15", "2027-04-12", ks), KF=("2027-05-24", "2027-06-21", kf))


def returned() -> list[Event]:
    """KF sends the budget back on 29 November; KS takes it again on 6 December, KF on 20 December."""
    back = decided(
        "budget-kf",
        "KF",
        "2027-11-29",
        outcome=Outcome.ATERREMISS,
        reason="Räkna om",
        minority=True,
        back_step="budget-ks",
    )
    year = without_step(as_it_should(), "skv")
    return sorted([*without_budget(year), back], key=lambda one: one.on)


def without_budget(events: list[Event]) -> list[Event]:
    return [e for e in events if not (isinstance(e, Decided) and e.step == "budget-kf")]


def with_return() -> Case:
    definition = lagby(
        arende=[
            {
                "slug": "budget",
                "namn": "Budget",
                "steg": ["budget-ks", "budget-kf"],
                "kalla": "EXEMPEL",
            }
        ]
    )
    meetings = held(
        KS=("2027-03-15", "2027-04-12", "2027-10-18", "2027-12-06"),
        KF=("2027-05-24", "2027-06-21", "2027-11-29", "2027-12-20"),
    )
    return running("2027-12-01", returned(), definition, meetings)


def one_step_budget(**more: object) -> dict[str, dict[str, object]]:
    return {"budget-kf": {"beslutskedja": ["KS", "KF"], "kraver": None, **more}}


def rate_apart(**more: object) -> dict[str, object]:
    """A step of its own for the rate."""
    return make_decision(
        "skatt-kf", "KS", "KF", avser="skattesats", **{**months("november"), **more}
    )


def revised_in_election_year() -> Case:
    """KF adopts in June 2026, and the newly elected revise it in November."""
    june = {"budget-ks": months("maj"), "budget-kf": months("juni")}
    revised = make_decision("revidering", "KS", "KF", avser="budget", **months("november"))
    meetings = held(
        KS=("2026-03-16", "2026-04-13", "2026-05-18", "2026-10-19", "2026-11-09"),
        KF=("2026-05-25", "2026-06-22", "2026-11-30"),
    )
    return planned(lagby(change=june, more=[revised]), meetings, 2027)


CASES = (
    # --- KL 11 kap. 8 § ---
    Invented("a year as it should be breaks nothing and leaves nothing out", "–", planned),
    Invented("the same when it has been lived", "–", lambda: running("2028-01-31", as_it_should())),
    Invented(
        "KS draws up the proposal on Monday 25 October",
        "KL 11:8 1 st.",
        lambda: planned(meetings=late_autumn("2027-10-25", "2027-11-29")),
    ),
    Invented(
        "KS is planned for 8 November, and no reasons are registered",
        "KL 11:8 1 st.; 11:16 2 st. the delårsrapport with it",
        lambda: planned(meetings=late_autumn("2027-11-08", "2027-11-29")),
        breaks("KL-11-8", "KL-11-16", happened=WILL),
        frozenset({"SKV-3A"}),
    ),
    Invented(
        "31 October 2027 is a Sunday: KS on Monday 1 November leans on lag (1930:173)",
        "KL 11:8 1 st., lag (1930:173) 2 §",
        lambda: planned(meetings=late_autumn("2027-11-01", "2027-11-29")),
        risks=frozenset({"KL-11-8", "KL-11-16"}),
    ),
    Invented(
        "November, särskilda skäl found by KS, but no rate proposed in October",
        "KL 11:8 2 st.",
        lambda: planned(
            meetings=late_autumn("2027-11-08", "2027-11-29"), exceptions=reasons("KL-11-8", "KS")
        ),
        breaks("KL-11-8", "KL-11-16", happened=WILL),
    ),
    Invented(
        "November, särskilda skäl found by KS, and the rate proposed in October",
        "KL 11:8 2 st.",
        lambda: planned(
            lagby(
                more=[
                    make_decision("skatt-ks", "KS", avser="skattesatsforslag", **months("oktober"))
                ],
                change={"budget-ks": months("november"), "budget-webb": {"fore": None}},
            ),
            held(
                KS=("2027-03-15", "2027-04-12", "2027-10-18", "2027-11-08"),
                KF=("2027-05-24", "2027-06-21", "2027-11-29"),
            ),
            exceptions=reasons("KL-11-8", "KS"),
        ),
        risks=frozenset({"KL-11-8"}),
        untested=frozenset({"KL-8-14"}),
    ),
    Invented(
        "the särskilda skäl were found by KF, who do not draw it up",
        "KL 11:8 2 st.",
        lambda: planned(
            meetings=late_autumn("2027-11-08", "2027-11-29"), exceptions=reasons("KL-11-8", "KF")
        ),
        breaks("KL-11-8", "KL-11-16", happened=WILL),
    ),
    Invented(
        "KF's minority sends the budget back: the proposal was drawn up in time all the same",
        "KL 11:8 1 st., 5:50 1 st., 11:11 (case 13)",
        with_return,
        breaks("KL-11-10", "KL-11-11", happened=HAS),
    ),
    Invented(
        "the same with särskilda skäl found by KF: the rate still was to be fixed in November",
        "KL 11:11 1 st.",
        lambda: with_exceptions(with_return(), reasons("KL-11-11", "KF")),
        breaks("KL-11-11", happened=HAS),
        frozenset({"KL-11-10"}),
    ),
    Invented(
        "on 2 November nothing is proposed",
        "KL 11:8 1 st.",
        lambda: running(
            "2027-11-02",
            without_step(as_it_should(), "budget-ks", "budget-webb", "budget-kf", "skv"),
            meetings=held(
                KS=("2027-03-15", "2027-04-12", "2027-10-18", "2027-11-08"),
                KF=("2027-05-24", "2027-06-21", "2027-11-29"),
            ),
        ),
        breaks("KL-11-8", happened=HAS),
    ),
    Invented(
        "KS decided on 8 November: late, and it has happened",
        "KL 11:8 1 st.",
        lambda: running(
            "2027-11-10",
            instead(as_it_should(), "budget-ks", *taken("budget-ks", [("KS", "2027-11-08")])),
        ),
        breaks("KL-11-8", happened=HAS),
    ),
    Invented(
        "KS met on 18 October, and three working days later nothing is registered yet",
        "KL 11:8 1 st.: registering is ours, not the law's",
        lambda: running("2027-10-20", without_step(as_it_should(), "budget-ks")),
    ),
    Invented(
        "no step is the proposal, and no board prepares the budget",
        "KL 11:8 1 st., 5:26",
        lambda: planned(
            lagby(without=["budget-ks", "budget-webb"], change={"budget-kf": {"kraver": None}})
        ),
        breaks("KL-5-26", happened=WILL),
        untested=frozenset({"KL-11-8", "KL-8-14"}),
    ),
    Invented(
        "one step takes the budget through KS and KF: KS's turn in it is the proposal",
        "KL 11:8 1 st.",
        lambda: planned(
            lagby(
                without=["budget-ks", "budget-webb"],
                change={
                    "budget-kf": {
                        "beslutskedja": ["KS", "KF"],
                        "kraver": None,
                        **months("november"),
                    }
                },
            ),
            late_autumn("2027-11-08", "2027-11-29"),
        ),
        breaks("KL-11-8", "KL-11-16", happened=WILL),
        untested=frozenset({"KL-8-14"}),
    ),
    # --- KL 11 kap. 10–11 §§ ---
    Invented(
        "KF adopts on 30 November, the last day",
        "KL 11:10 1 st.",
        lambda: planned(meetings=late_autumn("2027-10-18", "2027-11-30")),
    ),
    Invented(
        "KF adopts on 6 December, and the budget holds the rate",
        "KL 11:10 1 st., 11:11 1 st., 11:6 1 st.",
        lambda: planned(meetings=late_autumn("2027-10-18", "2027-12-06")),
        breaks("KL-11-10", "KL-11-11", happened=WILL),
    ),
    Invented(
        "särskilda skäl give the budget December, and never the rate that it holds",
        "KL 11:11 1 st.",
        lambda: planned(
            meetings=late_autumn("2027-10-18", "2027-12-06"), exceptions=reasons("KL-11-11", "KF")
        ),
        breaks("KL-11-11", happened=WILL),
        frozenset({"KL-11-10"}),
    ),
    Invented(
        "the rate in November, the budget in December with another rate",
        "KL 11:11 2 st.",
        lambda: planned(
            lagby(
                change={"budget-kf": {**months("december"), "resultat": ["skattesats"]}},
                more=[rate_apart()],
            ),
            held(
                KS=("2027-03-15", "2027-04-12", "2027-10-18", "2027-11-08"),
                KF=("2027-05-24", "2027-06-21", "2027-11-29", "2027-12-13"),
            ),
            exceptions=reasons("KL-11-11", "KF"),
        ),
        risks=frozenset({"KL-11-10"}),
    ),
    Invented(
        "KF takes the budget in January",
        "KL 11:11 2 st.",
        lambda: planned(
            lagby(
                change={"budget-kf": {"fonster": {"fran": "januari", "till": "januari", "ar": 0}}}
            ),
            held(KF=("2027-05-24", "2027-06-21", "2027-11-29", "2028-01-10")),
            exceptions=reasons("KL-11-11", "KF"),
        ),
        breaks("KL-11-10", "KL-11-11", happened=WILL),
    ),
    Invented(
        "the last KF of the autumn is cancelled, and nothing comes instead",
        "KL 11:10 1 st., 11:16 1 st.",
        lambda: planned(meetings=held(KF=("2027-05-24", "2027-06-21"))),
        breaks("KL-11-10", "KL-11-11", happened=WILL),
    ),
    Invented(
        "no meetings of KF are known in that year: not tested, and not broken",
        "KL 11:10 1 st.",
        lambda: planned(meetings=held(KF=())),
        untested=frozenset({"KL-11-10", "KL-11-11", "KL-5-24"}),
    ),
    Invented(
        "no step is the budget",
        "KL 11:10 1 st., 5:1 1 st. 2",
        lambda: planned(
            lagby(without=["budget-kf", "budget-webb", "budget-ks", "skv", "skv-forslag"])
        ),
        breaks("KL-11-10", "KL-11-11", happened=WILL),
        untested=frozenset({"KL-11-8", "KL-11-10", "KL-11-11"}),
    ),
    Invented(
        "KS decides the budget",
        "KL 5:1 1 st. 2, 5:2",
        lambda: planned(
            lagby(
                without=["budget-webb", "skv", "skv-forslag"],
                change={"budget-kf": {"beslutskedja": ["KS"], **months("oktober")}},
            )
        ),
        breaks("KL-5-1", happened=WILL),
        untested=frozenset({"KL-11-10", "KL-11-11"}),
    ),
    Invented(
        "KS may settle the budget that goes on to KF",
        "KL 5:2",
        lambda: planned(
            lagby(
                change={
                    "budget-kf": {
                        "beslutskedja": ["KS", "KF"],
                        "kan_avgoras_av": ["KS"],
                        **months("oktober", "november"),
                    }
                }
            )
        ),
        breaks("KL-5-1", happened=WILL),
    ),
    Invented(
        "an utskott ends the budget proposal",
        "KL 6:38 1 st. 1–2, 6:41",
        lambda: planned(
            lagby(change={"budget-ks": {"beslutskedja": ["KS", "SU"]}}),
            (*held(), Meeting("SU", None, day("2027-10-25"))),
        ),
        breaks("KL-6-38", happened=WILL),
    ),
    Invented(
        "the rate is fixed on 29 November by a step of its own",
        "KL 11:11 1 st.",
        lambda: planned(lagby(more=[rate_apart(fonster={"fran": "oktober", "till": "november"})])),
    ),
    Invented(
        "the budget is adopted in November, the rate in December",
        "KL 11:6 1 st., 11:11 1 st.",
        lambda: planned(
            lagby(more=[rate_apart(**months("december"))]),
            held(
                KS=("2027-03-15", "2027-04-12", "2027-10-18", "2027-12-01"),
                KF=("2027-05-24", "2027-06-21", "2027-11-29", "2027-12-13"),
            ),
        ),
        breaks("KL-11-6", "KL-11-11", happened=WILL),
        frozenset({"SKV-3A"}),
    ),
    # --- election years ---
    Invented(
        "election year: KF adopts in June, and the newly elected revise in November",
        "KL 11:10 2 st., 5:9 1 st.",
        revised_in_election_year,
    ),
    Invented(
        "election year: the outgoing KF adopts on 12 October and nobody after it",
        "KL 11:10 2 st., 5:9 1 st.",
        lambda: planned(
            lagby(change={"budget-ks": months("september"), "budget-kf": months("oktober")}),
            held(
                KS=("2026-03-16", "2026-04-13", "2026-09-14", "2026-10-19"),
                KF=("2026-05-25", "2026-06-22", "2026-10-12", "2026-11-30"),
            ),
            2027,
        ),
        breaks("KL-11-10-VAL", happened=WILL),
    ),
    Invented(
        "election year: the newly elected meet on 15 October, their first day",
        "KL 5:9 1 st.",
        lambda: planned(
            lagby(change={"budget-ks": months("september"), "budget-kf": months("oktober")}),
            held(
                KS=("2026-03-16", "2026-04-13", "2026-09-14", "2026-10-19"),
                KF=("2026-05-25", "2026-06-22", "2026-10-15", "2026-11-30"),
            ),
            2027,
        ),
    ),
    # --- Skatteverket ---
    Invented(
        "the rate was not fixed in October, and the proposal is not reported on 8 November",
        "lag (1965:269) 3 a § 2 st.",
        lambda: running("2027-11-08", without_step(as_it_should(), "skv-forslag")),
        breaks("SKV-3A", happened=HAS),
    ),
    Invented(
        "on 1 November, the first working day, nothing is late yet",
        "lag (1965:269) 3 a § 2 st.",
        lambda: running("2027-11-01", without_step(as_it_should(), "skv-forslag")),
    ),
    Invented(
        "the fixed rate is not reported on 6 December",
        "lag (1965:269) 3 a § 1 st.",
        lambda: running("2027-12-06", without_step(as_it_should(), "skv")),
        breaks("SKV-3A", happened=HAS),
    ),
    Invented(
        "no step tells Skatteverket anything",
        "lag (1965:269) 3 a §",
        lambda: planned(lagby(without=["skv", "skv-forslag"])),
        untested=frozenset({"SKV-3A"}),
    ),
    # --- accounts ---
    Invented(
        "on 20 May the årsredovisning is still not with KF",
        "KL 11:20",
        lambda: running(
            "2027-05-20",
            without_step(
                as_it_should(),
                "arsredovisning",
                "arsredovisning-webb",
                "bedomning-ar",
                "ansvarsfrihet",
            ),
            meetings=held(KF=("2027-06-21", "2027-11-29")),
        ),
        breaks("KL-11-20", happened=HAS),
    ),
    Invented(
        "KS hands over the årsredovisning on 15 April, the last day",
        "KL 11:20",
        lambda: planned(
            lagby(change={"arsredovisning": months("april", "maj")}),
            held(KS=("2027-03-15", "2027-04-15", "2027-10-18")),
        ),
    ),
    Invented(
        "KS hands it over on 16 April",
        "KL 11:20",
        lambda: planned(
            lagby(change={"arsredovisning": months("april", "maj")}),
            held(KS=("2027-03-15", "2027-04-16", "2027-10-18")),
        ),
        breaks("KL-11-20", happened=WILL),
    ),
    Invented(
        "15 April 2028 is påskafton: 18 April is relied upon",
        "KL 11:20, lag (1930:173) 2 §, lag (1989:253)",
        lambda: planned(
            lagby(change={"arsredovisning": months("april", "maj")}),
            held(
                KS=("2028-03-20", "2028-04-18", "2028-10-16"),
                KF=("2028-05-22", "2028-06-19", "2028-11-27"),
            ),
            2029,
        ),
        risks=frozenset({"KL-11-20"}),
    ),
    Invented(
        "19 April 2028 is too late",
        "KL 11:20, lag (1930:173) 2 §",
        lambda: planned(
            lagby(change={"arsredovisning": months("april", "maj")}),
            held(
                KS=("2028-03-20", "2028-04-19", "2028-10-16"),
                KF=("2028-05-22", "2028-06-19", "2028-11-27"),
            ),
            2029,
        ),
        breaks("KL-11-20", happened=WILL),
    ),
    Invented(
        "ansvarsfriheten on 30 June",
        "KL 5:24 1 st.",
        lambda: planned(meetings=held(KF=("2027-05-24", "2027-06-30", "2027-11-29"))),
    ),
    Invented(
        "ansvarsfriheten in September",
        "KL 5:24 1 st.",
        lambda: planned(
            lagby(change={"ansvarsfrihet": months("september")}),
            held(KF=("2027-05-24", "2027-09-27", "2027-11-29")),
        ),
        breaks("KL-5-24", happened=WILL),
    ),
    Invented(
        "ansvarsfriheten before the årsredovisning is approved",
        "KL 11:21",
        lambda: planned(
            lagby(
                change={
                    "ansvarsfrihet": {"kraver": None, **months("maj")},
                    "arsredovisning": months("april", "juni"),
                    "revisionsberattelse": months("mars"),
                    "forklaringar": months("april"),
                }
            ),
            held(
                KS=("2027-03-15", "2027-04-12", "2027-10-18"),
                KF=("2027-05-03", "2027-06-21", "2027-11-29"),
            ),
        ),
        breaks("KL-5-24", happened=WILL),
    ),
    Invented(
        "no step is the ansvarsfrihet",
        "KL 5:24 1 st., 5:1 1 st. 7",
        lambda: planned(lagby(without=["ansvarsfrihet"])),
        breaks("KL-5-24-STEG", happened=WILL),
        untested=frozenset({"KL-5-24-STEG"}),
    ),
    Invented(
        "no step is the årsredovisning",
        "KL 11:20, 11:21",
        lambda: planned(
            lagby(
                without=["arsredovisning", "arsredovisning-webb", "bedomning-ar"],
                change={"ansvarsfrihet": {"kraver": None}},
            )
        ),
        breaks("KL-5-24", happened=WILL),
        untested=frozenset({"KL-11-20", "KL-5-24"}),
    ),
    Invented(
        "the ansvarsfrihet is decided without revisionsberättelse",
        "KL 12:12 1 st., 5:24 1 st., 8:16 a",
        lambda: running("2027-06-22", without_step(as_it_should(), "revisionsberattelse")),
        breaks("KL-12-12", happened=HAS),
    ),
    Invented(
        "the revisionsberättelse comes three days before KF",
        "KL 8:16 a",
        lambda: running(
            "2027-06-22",
            instead(
                as_it_should(), "revisionsberattelse", *done("revisionsberattelse", "2027-06-18")
            ),
        ),
        breaks("KL-8-16A", happened=HAS),
    ),
    Invented(
        "no step is the revisionsberättelse",
        "KL 12:12, 5:24, 8:16 a",
        lambda: planned(lagby(without=["revisionsberattelse"])),
        untested=frozenset({"KL-12-12", "KL-8-16A"}),
    ),
    Invented(
        "no step asks for förklaringar",
        "KL 5:32 1 st.",
        lambda: planned(lagby(without=["forklaringar"])),
        untested=frozenset({"KL-5-32"}),
    ),
    # --- delårsrapport ---
    Invented(
        "a second, voluntary delårsrapport as of April",
        "LKBR 13:1",
        lambda: planned(
            lagby(
                more=[
                    make_decision(
                        "april", "KS", avser="delarsrapport", periodslut="30 april", **months("maj")
                    )
                ]
            ),
            held(KS=("2027-03-15", "2027-04-12", "2027-05-31", "2027-10-18")),
        ),
    ),
    Invented(
        "only one as of April",
        "LKBR 13:1 second sentence",
        lambda: planned(
            lagby(
                change={
                    "delarsrapport": {"periodslut": "30 april", **months("maj", "juni")},
                    "bedomning-delar": months("maj", "juni"),
                }
            ),
            held(KS=("2027-03-15", "2027-04-12", "2027-05-31", "2027-10-18")),
        ),
        breaks("LKBR-13-1", happened=WILL),
    ),
    Invented(
        "no period is said",
        "LKBR 13:1, KL 11:16 2 st.",
        lambda: planned(lagby(change={"delarsrapport": {"periodslut": None}})),
        untested=frozenset({"LKBR-13-1", "KL-11-16"}),
    ),
    Invented(
        "30 June gives 30 August, not the 31st",
        "KL 11:16 2 st., lag (1930:173) 1 §",
        lambda: planned(
            lagby(
                change={"delarsrapport": {"periodslut": "30 juni", **months("augusti", "november")}}
            ),
            held(KS=("2027-03-15", "2027-04-12", "2027-08-31", "2027-10-18")),
        ),
        breaks("KL-11-16", happened=WILL),
    ),
    Invented(
        "the delårsrapport stays in KS",
        "KL 11:16 1 st.",
        lambda: planned(
            lagby(
                without=["bedomning-delar"],
                change={"delarsrapport": {"beslutskedja": ["KS"], **months("oktober")}},
            )
        ),
        breaks("KL-11-16-KF", happened=WILL),
    ),
    Invented(
        "KF treats the delårsrapport without the auditors' assessment",
        "KL 12:2",
        lambda: running("2027-11-30", without_step(as_it_should(), "bedomning-delar", "skv")),
        breaks("KL-12-2", happened=HAS),
    ),
    # --- before a meeting of fullmäktige ---
    Invented(
        "a KF that is moved inside the week",
        "KL 5:13 2 st., 5:15 1 st.",
        lambda: running(
            "2027-11-25",
            without_step(as_it_should(), "budget-kf", "skv"),
            meetings=since(held(), "KF", "2027-11-29", "2027-11-24"),
        ),
        breaks("KL-5-13", happened=WILL),
    ),
    Invented(
        "a KF that is added exactly a week before",
        "KL 5:13 2 st.",
        lambda: running(
            "2027-11-25",
            without_step(as_it_should(), "budget-kf", "skv"),
            meetings=since(held(), "KF", "2027-11-29", "2027-11-22"),
        ),
    ),
    Invented(
        "the budget proposal is not on the website when KF is announced",
        "KL 8:14",
        lambda: running("2027-11-24", without_step(as_it_should(), "budget-webb", "skv")),
        breaks("KL-8-14", happened=HAS),
    ),
    Invented(
        "the municipality announces KF fourteen days before, and KS meets nine days before",
        "KL 8:14, kungorelse = 14",
        lambda: planned(
            lagby(
                without=["budget-webb"],
                change={
                    "budget-ks": months("november"),
                    "delarsrapport": months("oktober", "november"),
                },
                bodies=[
                    make_body("KF", slag="fullmaktige", kungorelse=14)
                    if body["slug"] == "KF"
                    else body
                    for body in BODIES
                ],
            ),
            held(
                KS=("2027-03-15", "2027-04-12", "2027-10-18", "2027-11-19"),
                KF=("2027-05-24", "2027-06-21", "2027-11-29"),
            ),
        ),
        breaks("KL-11-8", "KL-8-14", happened=WILL),
        frozenset({"SKV-3A"}),
        frozenset({"KL-8-14"}),
    ),
    Invented(
        "an item is prepared by a fullmäktigeberedning alone",
        "KL 5:26, 5:27, 5:28 1 st.",
        lambda: planned(
            lagby(more=[make_decision("demokrati", "DB", "KF", **months("maj", "juni"))]),
            (*held(), Meeting("DB", None, day("2027-05-10"))),
        ),
        risks=frozenset({"KL-5-28"}),
    ),
    Invented(
        "an item is prepared by another nämnd alone",
        "KL 5:26, 5:28 1 st.",
        lambda: planned(
            lagby(more=[make_decision("skolplan", "BUN", "KF", **months("maj", "juni"))]),
            (*held(), Meeting("BUN", None, day("2027-05-10"))),
        ),
        risks=frozenset({"KL-5-28"}),
    ),
    Invented(
        "an item comes to KF unprepared",
        "KL 5:26",
        lambda: planned(lagby(more=[make_decision("vision", "KF", **months("juni"))])),
        breaks("KL-5-26", happened=WILL),
    ),
    Invented(
        "an utskott alone prepares it",
        "KL 5:26, 6:41",
        lambda: planned(
            lagby(more=[make_decision("vision", "SU", "KF", **months("maj", "juni"))]),
            (*held(), Meeting("SU", None, day("2027-05-10"))),
        ),
        breaks("KL-5-26", happened=WILL),
    ),
    Invented(
        "val need no preparation",
        "KL 5:29 1 st.",
        lambda: planned(
            lagby(
                more=[
                    make_decision("val", "KF", titel="Val av revisorer", **months("juni")),
                    make_decision("avsagelse", "KF", titel="Avsägelser", **months("juni")),
                ]
            )
        ),
    ),
    Invented(
        "KS on the same day as KF",
        "KL 5:26: before the item is decided",
        lambda: planned(
            lagby(more=[make_decision("vision", "KS", "KF", **months("juni"))]),
            held(KS=("2027-03-15", "2027-04-12", "2027-06-21", "2027-10-18")),
        ),
        no_risks=frozenset(),
    ),
    # --- duties ---
    Invented(
        "the presidium draws up the auditors' budget, and KF takes it in November",
        "KL 11:8 1 st. second sentence",
        lambda: planned(
            lagby(
                change={
                    "revisorsbudget": {
                        "slag": "beslut",
                        "beslutskedja": ["KFP", "KF"],
                        **months("oktober", "november"),
                    }
                }
            ),
            (*held(), Meeting("KFP", None, day("2027-10-11"))),
        ),
    ),
    Invented(
        "the presidium's proposal is not there on 3 November",
        "KL 11:8 1 st. second sentence",
        lambda: running("2027-11-03", without_step(as_it_should(), "revisorsbudget")),
        breaks("KL-11-8-REV", happened=HAS),
    ),
    Invented(
        "no step is about the companies",
        "KL 6:9, 10:2",
        lambda: planned(lagby(without=["bolag"])),
        untested=frozenset({"KL-6-9"}),
    ),
    Invented(
        "a company among the units that no step is about",
        "KL 6:9, 10:2 2 st.",
        lambda: planned(lagby(enhet=[make_unit("nodava", namn="Nodava AB")])),
        untested=frozenset({"KL-6-9"}),
    ),
    Invented(
        "a limit of the municipality's own definition passes",
        "the paragraph beside the limit",
        lambda: running(
            "2027-07-05",
            as_it_should(),
            lagby(
                more=[
                    make_step(
                        "rapport",
                        **months("maj"),
                        lagfrister=[
                            make_limit(
                                vad="Partistödet redovisas",
                                senast="30 juni",
                                instans=None,
                                lagrum="KL 4 kap. 31 §",
                            )
                        ],
                    )
                ]
            ),
        ),
        breaks("LAGFRIST", happened=HAS),
    ),
    Invented(
        "a step that was done before the start says nothing of its day",
        "KL 11:20",
        lambda: taken_over(),
        untested=frozenset({"KL-11-20", "KL-5-24"}),
    ),
    # --- what a step decides, whatever its label ---
    Invented(
        "KS and KF take the årsredovisning in steps of their own, and only KS's is called it",
        "KL 11:20, 11:21",
        lambda: planned(
            lagby(
                change={
                    "arsredovisning": {"beslutskedja": ["KS"], "titel": "Årsredovisning i KS"},
                    "ansvarsfrihet": {"kraver": [make_need("arsredovisning-kf")]},
                    "bedomning-ar": before("arsredovisning-kf", "utskick"),
                    "arsredovisning-webb": before("arsredovisning-kf", "kungorelse"),
                },
                more=[
                    make_decision(
                        "arsredovisning-kf",
                        "KF",
                        titel="Årsredovisning i KF",
                        kraver=[make_need("arsredovisning")],
                        **months("maj"),
                    )
                ],
            )
        ),
    ),
    Invented(
        "both KS's and KF's step are called the budget",
        "KL 11:8 1 st., 11:10 1 st.",
        lambda: planned(lagby(change={"budget-ks": {"avser": "budget"}})),
    ),
    Invented(
        "an utskott prepares the proposal in the same ärende as KS",
        "KL 6:41: an utskott may prepare",
        lambda: planned(
            lagby(
                more=[make_decision("budget-su", "SU", avser="budgetforslag", **months("oktober"))],
                change={"budget-ks": {"kraver": [make_need("budget-su")]}},
                arende=[make_arende("budget", "budget-su", "budget-ks", "budget-kf")],
            ),
            (*held(), Meeting("SU", None, day("2027-10-05"))),
        ),
    ),
    Invented(
        "a step of its own fixes the rate, says so by its figures, and comes in December",
        "KL 11:11 1 st.",
        lambda: planned(
            lagby(
                more=[
                    make_decision(
                        "skatt", "KS", "KF", resultat=["skattesats"], **months("december")
                    )
                ]
            ),
            held(
                KS=("2027-03-15", "2027-04-12", "2027-10-18", "2027-12-01"),
                KF=("2027-05-24", "2027-06-21", "2027-11-29", "2027-12-13"),
            ),
        ),
        breaks("KL-11-11", happened=WILL),
    ),
    Invented(
        "the budget says nothing of itself: it cannot be tested, and is not missing",
        "KL 11:10 1 st.",
        lambda: planned(
            lagby(
                without=["budget-webb", "skv", "skv-forslag"],
                change={"budget-kf": {"avser": None, "titel": "Budget i KF"}},
            )
        ),
        untested=frozenset({"KL-11-10", "KL-11-11"}),
    ),
    Invented(
        "KF adopts budget and rate on 25 October: no proposal is to be reported",
        "lag (1965:269) 3 a § 1 st.",
        lambda: planned(
            lagby(
                without=["skv-forslag"],
                change={
                    "budget-kf": months("oktober"),
                    "budget-ks": months("september", "oktober"),
                },
            ),
            held(
                KS=("2027-03-15", "2027-04-12", "2027-10-11"),
                KF=("2027-05-24", "2027-06-21", "2027-10-25", "2027-11-29"),
            ),
        ),
    ),
    Invented(
        "the proposal was put on the website four days after KF was announced",
        "KL 8:14",
        lambda: running(
            "2027-11-27",
            instead(
                without_step(as_it_should(), "skv"),
                "budget-webb",
                *done("budget-webb", "2027-11-26"),
            ),
        ),
        breaks("KL-8-14", happened=HAS),
    ),
    Invented(
        "KS prepares an item three days before KF: an urgent one",
        "KL 5:13 2 st., 5:14",
        lambda: planned(
            lagby(more=[make_decision("vision", "KS", "KF", **months("juni"))]),
            held(KS=("2027-03-15", "2027-04-12", "2027-06-18", "2027-10-18")),
        ),
        risks=frozenset({"KL-5-13"}),
    ),
    Invented(
        "KS is to propose the rate in October, and does in November: the budget proposal is in time",
        "KL 11:8 2 st. asks it only where the budget proposal is put off",
        lambda: planned(
            lagby(
                more=[
                    make_decision(
                        "skatt-ks",
                        "KS",
                        avser="skattesatsforslag",
                        lagfrister=[make_limit(vad="KS föreslår skattesatsen")],
                        **months("november"),
                    )
                ]
            ),
            held(KS=("2027-03-15", "2027-04-12", "2027-10-18", "2027-11-08")),
        ),
        risks=frozenset({"LAGFRIST", "SKV-3A"}),
    ),
    Invented(
        "the negotiation is not reported when KS meets",
        "MBL 11 §",
        lambda: running("2027-10-18", without_step(as_it_should(), "budget-ks"), negotiated()),
        risks=frozenset({"LAGFRIST"}),
    ),
    Invented(
        "KS decided without the negotiation",
        "MBL 11 §",
        lambda: running("2027-10-19", as_it_should(), negotiated()),
        breaks("LAGFRIST", happened=HAS),
    ),
    Invented(
        "KF is cancelled in the autumn of a running year",
        "KL 11:10 1 st., 11:11 1 st.",
        lambda: running(
            "2027-11-20",
            without_step(as_it_should(), "budget-kf", "skv"),
            meetings=held(KF=("2027-05-24", "2027-06-21")),
        ),
        breaks("KL-11-10", "KL-11-11", happened=WILL),
    ),
    Invented(
        "KS draws up the auditors' budget",
        "KL 11:8 1 st. second sentence",
        lambda: planned(
            lagby(
                change={
                    "revisorsbudget": {
                        "slag": "beslut",
                        "beslutskedja": ["KS", "KF"],
                        **months("oktober", "november"),
                    }
                }
            )
        ),
        risks=frozenset({"KL-11-8-REV"}),
    ),
    Invented(
        "KF, and not KS, decides on the company",
        "KL 6:9",
        lambda: planned(lagby(change={"bolag": {"beslutskedja": ["KF"], **months("maj")}})),
        breaks("KL-5-26", happened=WILL),
        frozenset({"KL-6-9"}),
    ),
    Invented(
        "30 November 2030 is a Saturday: KF on Monday 2 December leans on lag (1930:173)",
        "KL 11:10 1 st., lag (1930:173) 2 §",
        lambda: planned(
            lagby(change={"budget-kf": months("november", "december")}),
            held(
                KS=("2030-03-18", "2030-04-08", "2030-10-21"),
                KF=("2030-05-27", "2030-06-17", "2030-12-02"),
            ),
            2031,
        ),
        risks=frozenset({"KL-11-10", "KL-11-11"}),
    ),
    Invented(
        "no body is fullmäktige in the definition",
        "what KF decides cannot be tested",
        lambda: planned(
            lagby(
                bodies=[
                    {**body, "slag": "ovrig"} if body["slug"] == "KF" else body for body in BODIES
                ]
            )
        ),
        untested=frozenset({"KL-5-1", "KL-11-10", "KL-5-24-STEG"}),
    ),
    # --- boundary days ---
    Invented(
        "ansvarsfriheten on 1 July",
        "KL 5:24 1 st.",
        lambda: planned(
            lagby(change={"ansvarsfrihet": months("juni", "juli")}),
            held(KF=("2027-05-24", "2027-07-01", "2027-11-29")),
        ),
        breaks("KL-5-24", happened=WILL),
    ),
    Invented(
        "the proposal is put on the website on 22 November, a week before KF",
        "KL 8:14, 5:13 2 st.",
        lambda: running(
            "2027-11-24",
            instead(
                without_step(as_it_should(), "skv"),
                "budget-webb",
                *done("budget-webb", "2027-11-22"),
            ),
        ),
    ),
    Invented(
        "the proposal is put on the website on 23 November, six days before KF",
        "KL 8:14, 5:13 2 st.",
        lambda: running(
            "2027-11-24",
            instead(
                without_step(as_it_should(), "skv"),
                "budget-webb",
                *done("budget-webb", "2027-11-23"),
            ),
        ),
        breaks("KL-8-14", happened=HAS),
    ),
    Invented(
        "KF is added six days before it is held",
        "KL 5:13 2 st.",
        lambda: running(
            "2027-11-29",
            without_step(as_it_should(), "budget-kf", "skv"),
            meetings=since(held(), "KF", "2027-11-29", "2027-11-23"),
        ),
        breaks("KL-5-13", happened=HAS),
    ),
    Invented(
        "KF was entered here after it was held: when it was announced is not known",
        "KL 5:13 2 st.",
        lambda: running(
            "2027-12-03", as_it_should(), meetings=since(held(), "KF", "2027-11-29", "2027-12-02")
        ),
        untested=frozenset({"KL-5-13"}),
    ),
    Invented(
        "the proposal is reported to Skatteverket on 2 November, the second working day",
        "lag (1965:269) 3 a § 2 st.: genast",
        lambda: running(
            "2027-11-10", instead(as_it_should(), "skv-forslag", *done("skv-forslag", "2027-11-02"))
        ),
    ),
    Invented(
        "the proposal is reported to Skatteverket on 10 November",
        "lag (1965:269) 3 a § 2 st.: genast",
        lambda: running(
            "2027-11-10", instead(as_it_should(), "skv-forslag", *done("skv-forslag", "2027-11-10"))
        ),
        breaks("SKV-3A", happened=HAS),
    ),
    Invented(
        "the revisionsberättelse is handed in on the day of the ansvarsfrihet",
        "KL 12:12 1 st., 8:16 a",
        lambda: running(
            "2027-06-22",
            instead(
                as_it_should(), "revisionsberattelse", *done("revisionsberattelse", "2027-06-21")
            ),
        ),
        breaks("KL-8-16A", happened=HAS),
    ),
    Invented(
        "the auditors assess the delårsrapport on the day of KF",
        "KL 12:2",
        lambda: running(
            "2027-11-30",
            instead(
                without_step(as_it_should(), "skv"),
                "bedomning-delar",
                *done("bedomning-delar", "2027-11-29"),
            ),
        ),
    ),
    Invented(
        "a period that ends on 29 June is a day too short",
        "LKBR 13:1 second sentence",
        lambda: planned(
            lagby(change={"delarsrapport": {"periodslut": "29 juni", **late_period()}})
        ),
        breaks("LKBR-13-1", "KL-11-16", happened=WILL),
    ),
    Invented(
        "a started year in which nothing has been done on 10 January",
        "–",
        lambda: running("2027-01-10", []),
    ),
    Invented(
        "the budget is begun anew in January, after it was adopted in time",
        "KL 11:10 1 st. asks when it was fixed",
        lambda: running("2028-01-20", [*as_it_should(), reopened("budget-kf", "2028-01-10")]),
    ),
    Invented(
        "a cycle that ends with the accounts of its own budget year, in the spring of 2029",
        "KL 11:20, 5:24 1 st.: the year after the one that they are about",
        lambda: planned(accounts_of_the_budget_year(), (*held(), *spring_2029("2029-04-17"))),
        breaks("KL-11-20", happened=WILL),
    ),
    Invented(
        "the same, in time",
        "KL 11:20, 5:24 1 st.",
        lambda: planned(accounts_of_the_budget_year(), (*held(), *spring_2029("2029-04-09"))),
    ),
)


def accounts_of_the_budget_year() -> Definition:
    """Lagby with the spring of the accounts two years later."""
    spring = ("arsredovisning", "bedomning-ar", "arsredovisning-webb", "revisionsberattelse")
    changed: dict[str, dict[str, object]] = {}
    for slug in (*spring, "forklaringar", "ansvarsfrihet", "bolag"):
        changed[slug] = {"fonster": {**STEPS[slug]["fonster"], "ar": 1}}
    changed["arsredovisning"] |= {
        "fonster": {"fran": "april", "till": "maj", "ar": 1},
        "lagfrister": None,
    }
    return lagby(change=changed)


def spring_2029(ks: str) -> tuple[Meeting, ...]:
    return make_meetings(KS=["2029-03-19", ks], KF=["2029-05-28", "2029-06-18"])


def late_period() -> dict[str, object]:
    """A delårsrapport that is taken in the autumn, whatever its period."""
    return {"lagfrister": None}


def negotiated() -> Definition:
    """Lagby with a negotiation before KS's decision."""
    return lagby(
        more=[make_step("mbl", slag="mbl", **months("september", "oktober"))],
        change={"budget-ks": {"kraver": [make_need("mbl")]}},
    )


def with_exceptions(case: Case, exceptions: tuple[ExceptionDecided, ...]) -> Case:
    return replace(case, exceptions=exceptions)


def taken_over() -> Case:
    """The year was started here in September, with the spring taken as done."""
    spring = ["arsredovisning", "bedomning-ar", "arsredovisning-webb", "ansvarsfrihet", "bolag"]
    spring += ["revisionsberattelse", "forklaringar"]
    events: list[Event] = [completed_before_start(slug, "2027-09-01") for slug in spring]
    return running("2027-09-02", events)


@pytest.mark.parametrize("invented", CASES, ids=[case.name for case in CASES])
def test_a_kommunjurists_case(invented: Invented) -> None:
    case = invented.case()
    assert broken(case) == invented.breaches, invented.source
    risks = said(case, Severity.RISK) - {"PRAXIS-ROLLER", "PRAXIS-SAMMANTRADE", "LEDIG-DAG"}
    assert invented.risks <= risks, invented.source
    assert not invented.no_risks & risks
    untested = said(case, Severity.UNTESTED)
    assert invented.untested <= untested, invented.source
    if not invented.untested:
        assert untested == set()
