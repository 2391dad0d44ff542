"""What really happened in Orsa, 2020 to 2023, lived through by the engine.

The days in `KNOWN` are the municipality's own; the other meetings are invented to fill the years.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from calendars.law.case import Severity
from calendars.law.review import review
from calendars.workdays import WORKDAYS
from models.events import Decided, Outcome
from models.state import Status
from tasks.reading import to_do
from tasks.review import review_case
from tests.factories import day
from tests.hands import Hands, move_meeting
from tests.tasks.conftest import MakeTown
from tests.tasks.town import Town, own_definition
from views.rehearsal import usual_outcome

KNOWN = {
    2020: {"KF": ["2020-11-30"]},
    2022: {"SU": ["2022-10-11"], "KF": ["2022-04-04", "2022-10-24", "2022-11-28", "2022-12-12"]},
    2023: {"KS": ["2023-09-18"], "KF": ["2023-11-27"]},
}
INVENTED = {
    2020: {
        "SU": "01-21 03-03 03-31 04-28 05-26 08-25 10-06 11-03",
        "KS": "02-03 03-16 04-06 05-11 06-08 09-14 10-19 11-09 11-23 12-07",
        "KF": "02-24 04-27 05-25 06-22 09-28 10-26 12-14",
    },
    2022: {
        "SU": "01-18 03-08 03-29 04-26 05-24 08-30 11-08",
        "KS": "02-07 03-21 04-11 05-09 06-07 09-12 10-31 11-07 12-05",
        "KF": "02-28 06-20 09-26",
    },
    2023: {
        "SU": "01-17 02-28 03-21 04-25 05-23 08-29 09-12 10-03 10-24",
        "KS": "02-06 03-13 04-03 05-08 06-12 10-16 10-30 12-04",
        "KF": "02-27 04-24 05-22 06-19 09-25 10-23 12-11",
    },
}
Script = Mapping[str, Callable[[Hands], object]]


def orsa_in(year: int, folder: Path) -> Path:
    """Orsa's definition with the meetings of one calendar year."""
    directory = own_definition(folder)
    for path in directory.glob("sammantraden-*.toml"):
        path.unlink()
    bodies = {
        body: sorted({*KNOWN[year].get(body, []), *(f"{year}-{d}" for d in days.split())})
        for body, days in INVENTED[year].items()
    }
    lines = "\n".join(f"{body} = [{', '.join(days)}]" for body, days in bodies.items())
    (directory / f"sammantraden-{year}.toml").write_text(
        f"ar = {year}\n[sammantraden]\n{lines}\n[moten]\n"
        f"bokslutsdag = {year}-03-17\nmal-och-budgetdag = {year}-05-12\n"
    )
    return directory


def live(town: Town, year: int, script: Script) -> None:
    """A whole year: everybody does their part on its last day, every body decides when it meets, and
    what the script says happens on its days."""
    today, last = date(year, 1, 2), date(year + 1, 2, 28)
    town.on(str(today)).start_year(year + 1)
    while today <= last:
        on = town.on(str(today))
        on.check()
        if str(today) in script:
            script[str(today)](on)
        while due := [task for task in to_do(town.database, year + 1) if task.day <= today]:
            for task in due:
                act(on, town, task.slug, task.role, task.unit, task.body)
        ahead = [task.day for task in to_do(town.database, year + 1, also_planned=True)]
        ahead += [date.fromisoformat(text) for text in script]
        today = min((one for one in ahead if one > today), default=date.max)
        today = WORKDAYS.forward(today) if today < date.max else today


def act(on: Hands, town: Town, slug: str, role: str, unit: str | None, body: str | None) -> None:
    state = town.stored()
    step = state.definition.step(slug)
    if body is None:
        if any((key.role, key.unit) == (role, unit) for key in state.missing(step)):
            on.report(slug, role, unit, by="prov")
    elif state.awaited_body(step) == body:
        on.decide(slug, body, usual_outcome(step, body), by="prov", on=on.today)


def decisions(town: Town, slug: str) -> list[tuple[str, str, str]]:
    return [(d.body, str(d.on), d.outcome.value) for d in town.stored()[slug].decisions]


def findings(town: Town, year: int, severity: Severity) -> dict[str, str]:
    case = review_case(town.settings, year + 1, date(year + 1, 2, 28))
    return {found.rule: found.text for found in review(case) if found.severity is severity}


def assert_the_year_ended(town: Town) -> None:
    state = town.stored()
    left = [slug for slug, own in state.steps.items() if own.status.is_open]
    assert left == []
    assert state["kommunplan-kf"].status is Status.COMPLETED


@pytest.fixture
def history(make_town: MakeTown, tmp_path: Path) -> Callable[[int], Town]:
    return lambda year: make_town(definition=orsa_in(year, tmp_path))


def test_2020_ks_took_the_budget_in_late_november_and_kf_on_the_30th(
    history: Callable[[int], Town],
) -> None:
    town = history(2020)
    late = "Statens budget är osäker efter våren; vi väntar på nya skatteunderlag."
    script: Script = {
        "2020-10-19": lambda on: on.decide(
            "kommunplan-ks", "KS", Outcome.UTGAR, by="Kim", on=on.today, reason=late
        ),
        "2020-11-09": lambda on: on.decide(
            "kommunplan-ks", "KS", Outcome.BORDLAGGNING, by="Kim", on=on.today
        ),
    }
    live(town, 2020, script)
    assert decisions(town, "kommunplan-ks") == [
        ("KS", "2020-10-19", "utgar"),
        ("KS", "2020-11-09", "bordlaggning"),
        ("KS", "2020-11-23", "bifall"),
    ]
    assert decisions(town, "skattesats-forslag") == [("KS", "2020-10-19", "bifall")]
    assert decisions(town, "kommunplan-kf") == [("KF", "2020-11-30", "bifall")]
    assert decisions(town, "skattesats-kf") == [("KF", "2020-11-30", "bifall")]
    # KL 11 kap. 8 §: November only for särskilda skäl, with the tax proposed in October
    assert "KL-11-8" in findings(town, 2020, Severity.BREACH)
    (town.settings.definition / "undantag.toml").write_text(
        f'[[undantag]]\nregel = "KL-11-8"\nbudgetar = 2021\nbeslutat_av = "KS"\n'
        f'datum = 2020-10-19\nskal = "{late}"\n'
    )
    assert "KL-11-8" not in findings(town, 2020, Severity.BREACH)
    assert "2020-11-23" in findings(town, 2020, Severity.RISK)["KL-11-8"]
    # Lag (1965:269) 3 a §: not adopted by the end of October, so the proposal is reported at once, and
    # was made ready in the last days of October
    opened = {event.step: event.on for event in town.log() if event.kind == "oppnat"}
    assert opened["skattesatsforslag-skatteverket"] == day("2020-10-27")
    assert opened["skattesats-skatteverket"] == day("2020-11-30")
    assert_the_year_ended(town)


def test_2022_a_moved_meeting_and_an_election(history: Callable[[int], Town]) -> None:
    town = history(2022)

    def tax(on: Hands) -> None:
        on.record("skattesats-forslag", {"skattesats": "22,32"}, by="Eva")

    def adopt(on: Hands) -> None:
        on.record("skattesats-kf", {"skattesats": "22,32"}, by="Eva")

    moved: list[str] = []

    def move(on: Hands) -> None:
        changed = move_meeting(
            on, "KF", day("2022-04-04"), day("2022-05-02"), by="Kim", reason="flyttat"
        )
        moved.extend(changed.follows)

    live(town, 2022, {"2022-03-01": move, "2022-10-20": tax, "2022-11-28": adopt})
    assert any("arsredovisning" in line and "2022-05-02" in line for line in moved)
    assert decisions(town, "arsredovisning")[-1] == ("KF", "2022-05-02", "bifall")
    assert decisions(town, "ansvarsfrihet") == [("KF", "2022-06-20", "beviljar-ansvarsfrihet")]
    assert decisions(town, "kommunplan-su") == [("SU", "2022-10-11", "bifall")]
    assert decisions(town, "kommunplan-ks") == [("KS", "2022-10-31", "bifall")]
    on_28_november = ("kommunplan-kf", "skattesats-kf", "delarsrapport")
    assert {decisions(town, slug)[-1][:2] for slug in on_28_november} == {("KF", "2022-11-28")}
    assert town.stored()["skattesats-kf"].results == {"skattesats": "22.32"}
    # KL 11 kap. 10 § 2 st., 5 kap. 9 §: the newly elected adopt, the outgoing KS has proposed (6 kap. 18 §)
    assert "KL-11-10-VAL" not in findings(town, 2022, Severity.BREACH)
    assert "avgående styrelsen" in findings(town, 2022, Severity.PRACTICE)["KL-6-18"]
    # the fourth year of the term: no new övergripande mål
    assert town.stored()["overgripande-mal"].status is Status.PLANNED
    assert_the_year_ended(town)


def test_2023_ks_sent_the_plan_back_in_september_and_kf_took_it_on_27_november(
    history: Callable[[int], Town],
) -> None:
    town = history(2023)

    def begin_early(on: Hands) -> None:
        for slug in ("kommunplan-su", "kommunplan-ks"):
            on.open_early(slug, by="Petra", reason="KS vill ta planen i september")
            on.report(slug, "ekonomichef", None, by="Eva")
        on.report("mbl-forhandling", "kommunchef", None, by="Klas", comment="ingen förändring")

    def committee(on: Hands) -> None:
        on.decide("verksamhetsplan-forslag", "SU", Outcome.BIFALL, by="Kim", on=on.today)
        on.decide("kommunplan-su", "SU", Outcome.FORESLAR, by="Kim", on=on.today)

    def send_back(on: Hands) -> None:
        on.decide(
            "kommunplan-ks",
            "KS",
            Outcome.ATERREMISS,
            by="Kim",
            on=on.today,
            reason="Ramarna för omsorgen behöver räknas om",
            diarienummer="KS 2023/00345",
        )

    def adopt(on: Hands) -> None:
        on.record("skattesats-kf", {"skattesats": "22,31"}, by="Eva")

    live(
        town,
        2023,
        {
            "2023-09-04": begin_early,
            "2023-09-12": committee,
            "2023-09-18": send_back,
            "2023-11-27": adopt,
        },
    )
    assert decisions(town, "kommunplan-su") == [
        ("SU", "2023-09-12", "foreslar-nasta-instans"),
        ("SU", "2023-10-03", "bifall"),
    ]
    assert decisions(town, "kommunplan-ks") == [
        ("KS", "2023-09-18", "aterremiss"),
        ("KS", "2023-10-16", "bifall"),
    ]
    assert decisions(town, "kommunplan-kf") == [("KF", "2023-11-27", "bifall")]
    assert town.stored()["kommunplan-su"].version == 2
    # one diarienummer through all its bodies, given once
    numbers = {
        event.diarienummer
        for event in town.log()
        if isinstance(event, Decided)
        and event.step.startswith("kommunplan-")
        and event.on >= day("2023-09-18")
    }
    assert numbers == {"KS 2023/00345"}
    # the lead times that were seen: 14 to 35 days from KS to KF
    ks, kf = day("2023-10-16"), day("2023-11-27")
    assert (kf - ks).days >= 14
    assert "KL-11-8" not in findings(town, 2023, Severity.BREACH)
    # the first year of the term: KF decides the övergripande mål
    assert town.stored()["overgripande-mal"].status is Status.COMPLETED
    assert_the_year_ended(town)
