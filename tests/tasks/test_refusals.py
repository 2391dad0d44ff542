"""What cannot be done is refused in Swedish, with the way out, and no row of any table is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest

from flows.forms.wording import in_forms
from models.errors import KommunplanError, RefusedError, UnknownError
from models.events import Outcome
from tests.hands import Hands, add_meeting
from tests.tasks.town import Town

AWAITING_SU, IN_PROGRESS, PLANNED, DONE = (
    "uppfoljning-mars",
    "arsredovisning",
    "kommunplan-kf",
    "skatteprognos",
)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """10 March 2027, as the names above say. One for all tests: nothing may change in it."""
    town = Town(tmp_path_factory.mktemp("year"))
    town.on("2027-01-04").start_year(2028)
    on = town.on("2027-03-10")
    on.check()
    on.report(AWAITING_SU, "ekonomichef", None, by="Eva")
    on.report(DONE, "ekonomichef", None, by="Eva")
    yield town
    town.close()


def decide(
    slug: str, body: str, outcome: Outcome = Outcome.BIFALL, on: str | None = None, reason: str = ""
) -> Callable[[Hands], object]:
    day = date.fromisoformat(on) if on else None
    return lambda engine: engine.decide(slug, body, outcome, by="Kim", on=day, reason=reason)


def report(slug: str, role: str, unit: str | None = None) -> Callable[[Hands], object]:
    return lambda engine: engine.report(slug, role, unit, by="Eva")


def rerun(slug: str, reason: str = "ny prognos") -> Callable[[Hands], object]:
    return lambda engine: engine.rerun(slug, by="Petra", reason=reason, token="t")


def override(slug: str, reason: str = "hinner inte") -> Callable[[Hands], object]:
    return lambda engine: engine.override(slug, by="Petra", reason=reason)


REFUSED: dict[str, tuple[Callable[[Hands], object], type[KommunplanError], str]] = {
    "unknown step, report": (
        report("bokslutt", "ekonomichef"),
        UnknownError,
        "Steget 'bokslutt' finns inte. Välj bland: bokslut,",
    ),
    "unknown step, decide": (decide("bokslutt", "KS"), UnknownError, "Steget 'bokslutt'"),
    "unknown step, rerun": (rerun("bokslutt"), UnknownError, "Steget 'bokslutt'"),
    "unknown step, override": (override("bokslutt"), UnknownError, "Steget 'bokslutt'"),
    "unknown step, show": (lambda on: on.show("bokslutt"), UnknownError, "Steget 'bokslutt'"),
    "unknown step, look": (lambda on: on.look("bokslutt"), UnknownError, "Steget 'bokslutt'"),
    "empty step": (report("", "ekonomichef"), UnknownError, "Steget ''"),
    "unknown role": (
        report("bokslut", "ekonomichf"),
        UnknownError,
        "'ekonomichf' finns inte. Välj bland: .*ekonomichef",
    ),
    "role without a part in it": (
        report("bokslutsdag", "ekonomichef"),
        UnknownError,
        "bokslutsdag.*Välj bland: kommunchef",
    ),
    "unknown unit": (
        report("bokslut", "forvaltningschef", "mora"),
        UnknownError,
        "'forvaltningschef:mora'",
    ),
    "unit left out": (
        report("bokslut", "forvaltningschef"),
        UnknownError,
        "forvaltningschef:miljoforvaltningen",
    ),
    "unit of a role without": (
        report("bokslut", "ekonomichef", "omsorg"),
        UnknownError,
        "'ekonomichef:omsorg'",
    ),
    "report on a planned step": (
        report(PLANNED, "ekonomichef"),
        RefusedError,
        "kommunplan-kf är planerat.*Vänta",
    ),
    "unknown body": (
        decide(AWAITING_SU, "XX"),
        UnknownError,
        "Instansen 'XX' finns inte. Välj bland: SU, KS, KF",
    ),
    "body whose turn it is not": (
        decide(AWAITING_SU, "KS", on="2027-03-10"),
        RefusedError,
        "väntar på SU; KS står inte i tur",
    ),
    "body outside the chain": (
        decide(AWAITING_SU, "KF"),
        RefusedError,
        "KF beslutar inte i uppfoljning-mars; där beslutar SU → KS",
    ),
    "decision where none is made": (
        decide("bokslut", "KS"),
        RefusedError,
        "där beslutar ingen instans",
    ),
    "decision on a planned step": (
        decide(PLANNED, "KF"),
        RefusedError,
        "kommunplan-kf är planerat; KF kan inte besluta än",
    ),
    "decision before the parts are in": (
        decide(IN_PROGRESS, "SU"),
        RefusedError,
        "arsredovisning pågår; SU kan inte besluta än.*ekonomichef",
    ),
    "decision tomorrow": (
        decide(AWAITING_SU, "SU", on="2027-03-11"),
        RefusedError,
        r"2027-03-11 ligger i framtiden \(i dag är 2027-03-10\)",
    ),
    "decision next century": (
        decide(AWAITING_SU, "SU", on="2127-03-02"),
        RefusedError,
        "framtiden",
    ),
    "decision before the window": (
        decide(AWAITING_SU, "SU", on="2027-02-28"),
        RefusedError,
        r"2027-02-28 ligger före .*\(2027-03-01\)",
    ),
    "återremiss without reason": (
        decide(AWAITING_SU, "SU", Outcome.ATERREMISS, "2027-03-02"),
        RefusedError,
        "krävs ett skäl.*återremiss.*--skal",
    ),
    "avslag with a blank reason": (
        decide(AWAITING_SU, "SU", Outcome.AVSLAG, "2027-03-02", " \n"),
        RefusedError,
        "krävs ett skäl",
    ),
    "rerun of what never ran": (rerun(PLANNED), RefusedError, "har aldrig körts"),
    "rerun of what is going on": (
        rerun(IN_PROGRESS),
        RefusedError,
        "arsredovisning pågår och behöver inte köras om",
    ),
    "rerun of what is awaited": (
        rerun(AWAITING_SU),
        RefusedError,
        "väntar på SU och behöver inte köras om",
    ),
    "rerun without reason": (rerun(DONE, ""), RefusedError, "krävs ett skäl"),
    "rerun with a blank reason": (rerun(DONE, "   "), RefusedError, "krävs ett skäl"),
    "override without reason": (override("bokslut", ""), RefusedError, "krävs ett skäl"),
    "override of a planned step": (
        override(PLANNED),
        RefusedError,
        "är planerat; inga delar saknas",
    ),
    "override where all is in": (
        override(AWAITING_SU),
        RefusedError,
        "väntar på SU; inga delar saknas.*SU",
    ),
    "override of what is done": (override(DONE), RefusedError, "skatteprognos är klart.*kor-om"),
    "unknown year": (
        lambda on: on.decide(AWAITING_SU, "SU", Outcome.BIFALL, by="Kim", budget_year=2031),
        UnknownError,
        "Budgetåret 2031 finns inte. Välj bland: 2028",
    ),
    "unknown year, look": (
        lambda on: on.look("bokslut", budget_year=2031),
        UnknownError,
        "Budgetåret 2031",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused_and_nothing_changes(year: Town, case: str) -> None:
    action, error, message = REFUSED[case]
    before = year.tables()
    with pytest.raises(error, match=message) as refused:
        action(year.on("2027-03-10"))
    assert year.tables() == before
    in_a_form = in_forms(refused.value)
    assert "--" not in in_a_form, "whoever fills in a form never sees the command line"
    assert "kommunplan " not in in_a_form


def test_a_decision_before_the_one_that_it_rests_on_is_refused(town: Town) -> None:
    town.on("2027-03-01").start_year(2028)
    on = town.on("2027-03-20")
    add_meeting(on, "SU", date(2027, 3, 16), by="Sixten")
    on.report(AWAITING_SU, "ekonomichef", None, by="Eva")
    on.decide(AWAITING_SU, "SU", Outcome.FORESLAR, by="Sixten", on=date(2027, 3, 16))
    before = town.tables()
    with pytest.raises(RefusedError, match=r"2027-03-15 ligger före beslutet i SU \(2027-03-16\)"):
        on.decide(AWAITING_SU, "KS", Outcome.BIFALL, by="Kim", on=date(2027, 3, 15))
    assert town.tables() == before


def test_without_a_date_it_is_the_planned_meeting_and_never_one_to_come(town: Town) -> None:
    town.on("2027-03-01").start_year(2028)
    town.on("2027-03-01").report(AWAITING_SU, "ekonomichef", None, by="Eva")
    before = town.tables()
    with pytest.raises(RefusedError, match="2027-03-02 ligger i framtiden"):
        decide(AWAITING_SU, "SU")(town.on("2027-03-01"))
    assert town.tables() == before
    decide(AWAITING_SU, "SU")(town.on("2027-03-05"))
    assert [str(d.on) for d in town.stored()[AWAITING_SU].standing] == ["2027-03-02"]


@pytest.mark.parametrize(
    "action",
    [
        report("bokslut", "kommunchef"),
        decide(AWAITING_SU, "SU", Outcome.FORESLAR, "2027-03-02"),
        decide(AWAITING_SU, "SU", Outcome.ATERREMISS, "2027-03-02", "fel"),
        rerun(DONE),
    ],
    ids=["report", "decide", "återremiss", "rerun"],
)
def test_the_same_thing_said_twice_is_harmless(
    town: Town, action: Callable[[Hands], object]
) -> None:
    town.on("2027-03-01").start_year(2028)
    on = town.on("2027-03-10")
    on.report(AWAITING_SU, "ekonomichef", None, by="Eva")
    on.report(DONE, "ekonomichef", None, by="Eva")
    action(on)
    before = town.tables()
    action(on)
    assert town.tables() == before


def test_a_rerun_marks_what_rests_on_the_step_and_leaves_it_completed(town: Town) -> None:
    town.on("2027-11-02").start_year(2028)
    before = town.stored()
    _, resting = town.on("2027-11-02").rerun(
        "budgetberedning", by="Petra", reason="nya siffror", token="t"
    )
    assert resting == (
        "ekonomiska-ramar",
        "verksamhetsplan-forslag",
        "skattesats-forslag",
        "kommunplan-su",
        "kommunplan-ks",
    )
    after = town.stored()
    assert {slug for slug in after.steps if after[slug] != before[slug]} == {
        "budgetberedning",
        *resting,
    }
    for slug in resting:
        assert [str(mark) for mark in after[slug].marks] == ["budgetberedning/2"]
        assert replace(after[slug], marks=()) == before[slug]
