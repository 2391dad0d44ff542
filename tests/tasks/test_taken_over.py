"""A year that is taken over in the middle: what should have begun is asked about, and nothing is late, mailed
or judged before the answer."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from models.acts.takeover import AlreadyDone, ReadAlreadyDone, StandingAtStart
from models.errors import KommunplanError, RefusedError
from models.events import Opened
from models.state import Status, is_late
from tasks.engine import Engine
from tasks.log import find_cycle
from tasks.reading import year_sheets
from tasks.taking_over import sheet_of_questions
from tasks.year import OpenYear
from tests.tasks.conftest import MakeTown
from tests.tasks.town import Town, text

NOVEMBER = "2026-11-23"
ASKED = {
    "skattesats-kf",
    "kommunplan-kf",
    "delarsrapport",
    "revisorernas-bedomning-delarsrapport",
    "budgetforslag-webbplats",
    "internkontroll",
    "bolagens-redovisning",
    "beslutsuppfoljning",
    "kvalitetsarbete",
    "dagar-for-namnderna",
    "val-av-revisorer",
    "kallelse-1",
}


@pytest.fixture
def november(town: Town) -> Town:
    town.on(NOVEMBER).start_year(2027, asks=True)
    return town


def answer(
    town: Town, step: str, standing: StandingAtStart, day: str = NOVEMBER, **more: object
) -> None:
    act = {"step": step, "standing": standing, "by": "Petra", **more}
    town.on(day).do(AlreadyDone.model_validate(act))


def opened(town: Town, today: str) -> OpenYear:
    with town.database.read() as session:
        year = OpenYear(
            session, find_cycle(session, 2027), town.settings, date.fromisoformat(today)
        )
        _ = year.plan
        return year


def test_what_should_have_begun_is_asked_about_and_nothing_else_is_done(november: Town) -> None:
    state = november.stored(2027)
    assert {slug for slug, own in state.steps.items() if own.asked_on} == ASKED
    assert {state[slug].status for slug in ASKED} == {Status.PLANNED}
    assert {one.role for one in november.notices()} == {"processagare"}


@pytest.mark.parametrize("later", [NOVEMBER, "2026-12-04", "2026-12-30"])
def test_nothing_is_late_or_mailed_to_others_while_it_is_asked(november: Town, later: str) -> None:
    november.on(later).check()
    year = opened(november, later)
    for slug in ASKED:
        assert year.label(slug) == "Redan gjort?"
    assert {one.role for one in november.notices() if one.step in ASKED} == {"processagare"}


def test_the_owner_is_reminded_each_week_in_one_letter(november: Town) -> None:
    for day in ("2026-11-24", "2026-11-30", "2026-12-01", "2026-12-07"):
        november.on(day).check()
    asking = {one.mail_id for one in november.notices() if one.kind == "redan-gjort"}
    told = [str(mail.queued_on) for mail in november.mails() if mail.id in asking]
    assert told == [NOVEMBER, "2026-11-30", "2026-12-07"]
    assert "redan-gjort --mall" in text(november.mails()[0])


def test_what_was_done_with_its_decision_is_judged_by_the_law(november: Town) -> None:
    answer(
        november,
        "skattesats-kf",
        StandingAtStart.DONE,
        "2026-12-01",
        decisions="KF 2026-11-30 § 101",
    )
    own = november.stored(2027)["skattesats-kf"]
    assert (own.status, str(own.completed_on)) == (Status.COMPLETED, "2026-11-30")
    assert [(d.body, str(d.on), d.paragraph) for d in own.standing] == [
        ("KF", "2026-11-30", "KF § 101/2026")
    ]
    # what it starts opens by itself the day after, or is asked about
    assert {one.kind for one in november.notices() if one.step == "skattesats-kf"} == {
        "redan-gjort"
    }
    november.on("2026-12-02").check()
    assert november.stored(2027)["skattesats-skatteverket"].status is not Status.COMPLETED


def test_what_was_done_on_an_unknown_day_is_not_judged(november: Town) -> None:
    answer(november, "delarsrapport", StandingAtStart.DONE)
    own = november.stored(2027)["delarsrapport"]
    assert (own.status, own.before_start) == (Status.COMPLETED, True)
    answer(november, "delarsrapport", StandingAtStart.DONE, decisions="KF 2026-11-02 § 88")
    own = november.stored(2027)["delarsrapport"]
    assert (str(own.completed_on), own.before_start) == ("2026-11-02", False)


def test_of_what_was_done_only_what_is_known_is_judged(november: Town) -> None:
    """KF took the delårsrapport up on 2 November; when KS handed it over nobody said (KL 11 kap. 16 §)."""
    answer(november, "delarsrapport", StandingAtStart.DONE, decisions="KF 2026-11-02 § 88")
    year = opened(november, NOVEMBER)
    untried = [one for one in year.law if one.step == "delarsrapport" and "16 §" in one.citation]
    assert {one.severity.name for one in untried} == {"UNTESTED"}
    answer(november, "revisorernas-budget", StandingAtStart.DONE, on="2026-11-06")
    judged = [one for one in opened(november, NOVEMBER).law if one.step == "revisorernas-budget"]
    assert {one.severity.name for one in judged} == {"BREACH"}


def test_what_is_under_way_opens_and_has_its_time_from_the_answer(november: Town) -> None:
    answer(november, "internkontroll", StandingAtStart.UNDER_WAY, "2026-12-01")
    year = opened(november, "2026-12-01")
    plan = year.plan["internkontroll"]
    assert year.state["internkontroll"].status is Status.IN_PROGRESS
    assert plan.due >= date(2026, 12, 1)
    step = year.definition.step("internkontroll")
    assert not is_late(year.state, step, plan, date(2026, 12, 1))
    assert "oppnat" in {one.kind for one in november.notices() if one.step == "internkontroll"}


def test_a_body_that_had_its_say_is_not_asked_again(november: Town) -> None:
    answer(
        november,
        "delarsrapport",
        StandingAtStart.UNDER_WAY,
        decisions="SU 2026-10-12; KS 2026-10-19",
    )
    year = opened(november, NOVEMBER)
    step = year.definition.step("delarsrapport")
    assert (year.state[step.slug].link, year.state.missing(step)) == (2, ())
    assert "beslut" not in november.kinds()


def test_what_it_starts_is_asked_about_too(town: Town) -> None:
    """KS proposed the budget in October; it lies on the web from the notice of KF."""
    town.on("2026-10-20").start_year(2027, asks=True)
    assert town.stored(2027)["budgetforslag-webbplats"].asked_on is None
    answer(
        town, "kommunplan-ks", StandingAtStart.DONE, "2026-11-20", decisions="KS 2026-10-19 § 90"
    )
    assert town.stored(2027)["budgetforslag-webbplats"].asked_on is not None


def test_what_is_left_out_is_not_asked_about_any_more(town: Town) -> None:
    """Privata utförare may be left out (valfri)."""
    town.on("2026-05-04").start_year(2027, asks=True)
    assert town.stored(2027)["privata-utforare"].asked_on is not None
    town.on("2026-05-04").set_aside("privata-utforare", by="Petra", reason="inga i år")
    assert town.stored(2027)["privata-utforare"].asked_on is None
    town.on("2026-05-18").check()
    asked = [n for n in town.notices() if n.step == "privata-utforare" and n.kind == "redan-gjort"]
    assert len(asked) == 1


def test_what_rests_on_it_is_asked_about_when_it_is_run_anew(town: Town) -> None:
    """That a step was taken over does not hide that it is done anew."""
    town.on("2027-03-01").start_year(2028, asks=True)
    on = town.on("2027-03-01")
    for step in ("skatteprognos", "bokslut", "bokslutsdag"):
        on.do(AlreadyDone(step=step, standing=StandingAtStart.UNDER_WAY, by="Petra"))
    on.report("skatteprognos", "ekonomichef", None, by="Eva")
    on.override("bokslut", by="Petra", reason="resten kommer")
    town.on("2027-03-11").report("bokslutsdag", "kommunchef", None, by="Klas")
    town.on("2027-03-12").rerun("skatteprognos", by="Petra", reason="nya siffror")
    assert [str(mark) for mark in town.stored(2028)["bokslutsdag"].marks] == ["skatteprognos/2"]


def test_what_was_taken_as_done_may_be_under_way_after_all(november: Town) -> None:
    assert november.stored(2027)["kommunplan-ks"].before_start
    answer(november, "kommunplan-ks", StandingAtStart.UNDER_WAY)
    own = november.stored(2027)["kommunplan-ks"]
    assert own.status is Status.IN_PROGRESS
    assert not [slug for slug, one in november.stored(2027).steps.items() if one.marks]


def test_the_same_answer_again_changes_nothing(november: Town) -> None:
    for standing, more in (
        (StandingAtStart.DONE, {"decisions": "KF 2026-11-02 § 88"}),
        (StandingAtStart.DONE, {}),
    ):
        answer(november, "delarsrapport", standing, **more)
        before = november.tables()
        answer(november, "delarsrapport", standing, **more)
        assert november.tables() == before
    answer(november, "internkontroll", StandingAtStart.UNDER_WAY)
    before = november.tables()
    answer(november, "internkontroll", StandingAtStart.UNDER_WAY)
    assert november.tables() == before


@pytest.mark.parametrize(
    ("step", "standing", "more", "said"),
    [
        ("bokslut", "klart", {"on": "2026-12-24"}, "har inte varit än"),
        ("delarsrapport", "klart", {"on": "2016-11-02"}, "mer än ett år före"),
        ("delarsrapport", "klart", {"decisions": "KS 2026-10-19"}, "KF beslutar sist"),
        ("delarsrapport", "klart", {"decisions": "KF i november"}, "går inte att läsa"),
        ("delarsrapport", "klart", {"decisions": "KF 2026-11-02 § x"}, "går inte att läsa"),
        (
            "delarsrapport",
            "klart",
            {"decisions": "KF 2026-11-02; SU 2026-10-12"},
            "i den ordningen",
        ),
        ("delarsrapport", "klart", {"decisions": "SU 2026-10-12; KF 2026-10-01"}, "i ordning"),
        ("delarsrapport", "klart", {"decisions": "KF 2026-11-02 aterremiss"}, "inte klart där"),
        ("delarsrapport", "pagar", {"decisions": "KF 2026-11-02"}, "beslutar sist"),
        ("delarsrapport", "pagar", {"on": "2026-11-02"}, "ingen dag"),
        ("intern-fordelning", "pagar", {}, "ingen frågar"),
        ("mal-och-budgetdag", "klart", {"decisions": "KS 2026-05-04"}, "beslutar ingen instans"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(
    november: Town, step: str, standing: str, more: dict[str, str], said: str
) -> None:
    before = november.tables()
    with pytest.raises(RefusedError, match=said):
        answer(november, step, StandingAtStart(standing), **more)
    assert november.tables() == before


def test_to_do_anything_with_it_is_refused_with_the_question(november: Town) -> None:
    with pytest.raises(KommunplanError, match="redan-gjort internkontroll"):
        november.on(NOVEMBER).report("internkontroll", "kommunchef", None, by="Klas")


def test_the_sheet_is_filled_in_and_read(november: Town, tmp_path: Path) -> None:
    engine = Engine(november.database, november.settings, date.fromisoformat(NOVEMBER))
    sheet = sheet_of_questions(engine, 2027)
    assert sheet.splitlines()[0] == "steg;svar;datum;beslut;titel"
    assert {line.split(";")[0] for line in sheet.splitlines()[1:]} == ASKED
    filled = sheet.replace("delarsrapport;;;", "delarsrapport;klart;;KF 2026-11-02 § 88", 1)
    filled = filled.replace("internkontroll;;", "internkontroll;pågår;", 1)
    file = tmp_path / "svar.csv"
    file.write_text(filled, encoding="utf-8")
    engine.do(ReadAlreadyDone(file=file, by="Petra", budget_year=2027))
    state = november.stored(2027)
    assert str(state["delarsrapport"].completed_on) == "2026-11-02"
    assert state["internkontroll"].status is Status.IN_PROGRESS
    assert state["kommunplan-kf"].asked_on is not None


def test_a_sheet_with_a_fault_is_refused_whole_with_every_fault(
    november: Town, tmp_path: Path
) -> None:
    file = tmp_path / "svar.csv"
    file.write_text(
        "steg;svar;datum;beslut\ninternkontroll;pågår;;\ndelarsrapport;klart;;KF igår\nbokslt;klart;;\n",
        encoding="utf-8",
    )
    engine = Engine(november.database, november.settings, date.fromisoformat(NOVEMBER))
    before = november.tables()
    with pytest.raises(RefusedError, match=r"KF igår[\s\S]*bokslt"):
        engine.do(ReadAlreadyDone(file=file, by="Petra", budget_year=2027))
    assert november.tables() == before
    file.write_text(
        "steg;svar;datum\ninternkontroll;kanske;\ndelarsrapport;klart;igår\n", encoding="utf-8"
    )
    with pytest.raises(KommunplanError, match=r"kanske[\s\S]*igår"):
        engine.do(ReadAlreadyDone(file=file, by="Petra", budget_year=2027))


FIRST = date(2026, 1, 1)


@pytest.mark.parametrize("week", range(0, 56, 3))
def test_on_whatever_day_it_is_started_nobody_is_late_with_what_they_were_not_asked(
    make_town: MakeTown, tmp_path: Path, week: int
) -> None:
    """Every third week of the year: one letter, to the owner; nothing late; no law broken by what nobody was
    asked about; and the same two weeks later, without an answer."""
    today = FIRST + timedelta(weeks=week)
    town = make_town(data=tmp_path)
    town.on(str(today)).start_year(2027, knowingly=True, asks=True)
    for day in (today, today + timedelta(days=14)):
        if day != today:
            town.on(str(day)).check()
        [sheet] = year_sheets(town.database, day)
        asked = {slug for slug, own in town.stored(2027).steps.items() if own.asked_on}
        for line in sheet.lines:
            assert not (line.slug in asked and (line.late or line.against_law)), line
            assert day > today or not line.late, line
        assert {one.role for one in town.notices() if one.step in asked} <= {"processagare"}
    opened_then = {e.step for e in town.log(2027) if isinstance(e, Opened)}
    assert not opened_then & asked
