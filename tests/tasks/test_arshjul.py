"""KF:s årshjul and the governance model's own duties, played: what starts each, and what it holds up."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from calendars.schedule import plan_year
from models.acts.notes import Note
from models.errors import RefusedError
from models.events import Outcome
from models.plan import YearPlan
from models.state import Status
from tasks.reading import decisions_to_follow_up
from tasks.review import review_of
from tests.factories import day, orsa_meetings
from tests.hands import add_meeting, cancel_meeting, move_meeting
from tests.tasks.conftest import MakeTown
from tests.tasks.town import Town
from views.rehearsal import usual_outcome


def finish(town: Town, slug: str, on: str) -> None:
    """Every part of it, and every body, on the day."""
    step, engine = town.stored().definition.step(slug), town.on(on)
    engine.check()
    for key in town.stored().missing(step):
        engine.report(slug, key.role, key.unit, by="prov")
    for body in step.chain:
        add_meeting(engine, body, day(on), by="prov")
        engine.decide(slug, body, usual_outcome(step, body), by="prov", on=day(on))


@pytest.fixture
def spring(make_town: MakeTown) -> Town:
    town = make_town()
    town.on("2027-04-01").start_year(2028)
    return town


# --- KL 5:32, 9:35, 12:12: what the ansvarsfrihet rests on ---


def test_each_lekmannarevisor_and_the_auditors_have_a_part_in_the_revisionsberattelse(
    spring: Town,
) -> None:
    """KL 12:12 2 st: the granskningsrapport of each aktiebolag is attached."""
    spring.on("2027-04-01").check()
    step = spring.stored().definition.step("revisionsberattelse")
    assert [str(key) for key in spring.stored().missing(step)] == [
        "revisor",
        "lekmannarevisor:orsabostader",
        "lekmannarevisor:orsalokaler",
        "lekmannarevisor:orsa-vatten-och-avfall",
    ]


@pytest.mark.parametrize("slug", ["ansvarsfrihet", "ansvarsfrihet-miljonamnden"])
def test_kf_decides_no_ansvarsfrihet_before_the_forklaringar_are_in(
    spring: Town, slug: str
) -> None:
    for done in ("bokslut", "revisorernas-bedomning-arsredovisning"):
        finish(spring, done, "2027-04-20")
    finish(spring, "arsredovisning", "2027-05-24")
    finish(spring, "revisionsberattelse", "2027-05-31")
    assert spring.stored()["forklaringar"].opened_on == day("2027-05-31")
    on = spring.on("2027-06-21")
    on.report(slug, "kf-presidium", None, by="Folke")
    with pytest.raises(RefusedError, match="forklaringar"):
        on.decide(slug, "KF", Outcome.BEVILJAR, by="Kim", on=day("2027-06-21"))
    on.report("forklaringar", "kf-presidium", None, by="Folke", comment="Ingen anmärkning")
    on.decide(slug, "KF", Outcome.BEVILJAR, by="Kim", on=day("2027-06-21"))
    assert spring.stored()[slug].status is Status.COMPLETED


# --- KL 11:11 2 st: another rate with a budget in December ---


def budget_on(town: Town, on: str) -> None:
    for slug in ("skattesats-kf", "kommunplan-kf"):
        finish(town, slug, "2027-11-29" if slug == "skattesats-kf" else on)


DECEMBER = ("skattesats-december", "skattesats-december-skatteverket")


def states(town: Town, slugs: Iterable[str] = DECEMBER) -> list[Status]:
    return [town.stored()[slug].status for slug in slugs]


def planned(town: Town, on: str) -> YearPlan:
    state = town.stored()
    return plan_year(state.definition, 2028, orsa_meetings(), state, day(on))


def dormant(town: Town, on: str) -> list[bool]:
    plan = planned(town, on)
    return [plan[slug].dormant for slug in DECEMBER]


def test_a_budget_in_november_leaves_the_december_rate_at_rest(make_town: MakeTown) -> None:
    town = make_town()
    town.on("2027-11-08").start_year(2028)
    assert dormant(town, "2027-11-08") == [True, True]
    budget_on(town, "2027-11-29")
    town.on("2027-12-02").check()
    assert states(town) == [Status.PLANNED] * 2
    assert dormant(town, "2027-12-02") == [True, True]


def test_a_budget_in_december_opens_it_and_then_the_notice_to_skatteverket(
    make_town: MakeTown,
) -> None:
    town = make_town()
    town.on("2027-11-08").start_year(2028)
    finish(town, "skattesats-kf", "2027-11-29")
    town.on("2027-12-01").check()
    assert states(town) == [Status.IN_PROGRESS, Status.PLANNED]
    finish(town, "kommunplan-kf", "2027-12-20")
    finish(town, "skattesats-december", "2027-12-20")
    assert town.stored()[DECEMBER[1]].opened_on == day("2027-12-20")
    assert str(planned(town, "2027-12-20")[DECEMBER[1]].due) == "2027-12-21"


def test_the_same_rate_in_december_tells_skatteverket_nothing(make_town: MakeTown) -> None:
    town = make_town()
    town.on("2027-11-08").start_year(2028)
    finish(town, "skattesats-kf", "2027-11-29")
    town.on("2027-12-01").check()
    on = town.on("2027-12-20")
    on.set_aside(DECEMBER[0], by="Kim", reason="KF ändrar inte skattesatsen")
    on.check()
    assert states(town) == [Status.COMPLETED, Status.PLANNED]
    assert dormant(town, "2027-12-20")[1]


# --- KL 5:35: a motion within a year ---


def motion(town: Town) -> str:
    _, slug = town.on("2027-02-15").raise_occasion("motion", "Cykelväg", by="Kim", token="m")
    return slug


def of_motion(town: Town, on: str) -> list[tuple[str, bool]]:
    found = review_of(town.settings, 2028, day(on)).as_json()
    return [(one["datum"], one["har_hant"]) for one in found["brott"] if one["regel"] == "KL-5-35"]


@pytest.mark.parametrize(
    ("on", "breaks"), [("2028-02-15", []), ("2028-02-16", [("2028-02-15", True)])]
)
def test_a_motion_that_kf_has_not_heard_of_in_a_year_breaks_the_law(
    make_town: MakeTown, on: str, breaks: list[tuple[str, bool]]
) -> None:
    town = make_town()
    town.on("2027-02-15").start_year(2028)
    slug = motion(town)
    assert str(planned(town, "2027-02-15")[slug].window_end) == "2027-12-27"
    assert [one for one in of_motion(town, on) if one[1]] == breaks


def test_a_motion_that_was_put_off_was_told_to_kf_all_the_same(make_town: MakeTown) -> None:
    """KL 5:35 2 st: what has come out of the preparation is reported within the year."""
    town = make_town()
    town.on("2027-02-15").start_year(2028)
    slug = motion(town)
    on = town.on("2027-06-21")
    on.override(slug, by="Petra", reason="prov")
    on.decide(slug, "KS", Outcome.FORESLAR, by="Kim", on=day("2027-06-07"))
    on.decide(slug, "KF", Outcome.BORDLAGGNING, by="Kim", on=day("2027-06-21"))
    assert of_motion(town, "2028-06-01") == []


# --- KL 5:13–15: kungörelse and kallelse of each KF ---


@pytest.fixture
def called(make_town: MakeTown) -> Town:
    town = make_town()
    town.on("2027-11-01").start_year(2028)
    return town


def raised(town: Town) -> list[tuple[str, str, str]]:
    return [(one.slug, one.title, str(one.due)) for one in town.log() if one.kind == "anmalt"]


def fallen(town: Town) -> list[tuple[str, str, str]]:
    return [(one.step, one.by, one.reason) for one in town.log() if one.kind == "utgar"]


FIRST = ("kallelse-1", "Kungörelse och kallelse: KF 29 november 2027", "2027-11-22")
FELL = ("kallelse-1", "kontroll", f"{FIRST[1]}: sammanträdet hålls inte den dagen.")


def test_each_kf_raises_its_kungorelse_at_its_manusstopp_and_once(called: Town) -> None:
    assert raised(called) == []
    for on in ("2027-11-05", "2027-11-08", "2027-11-09"):
        called.on(on).check()
    assert raised(called) == [FIRST]
    called.on("2027-11-29").check()
    second = ("kallelse-2", "Kungörelse och kallelse: KF 20 december 2027", "2027-12-13")
    assert raised(called) == [FIRST, second]
    called.on("2027-12-21").check()
    assert raised(called) == [FIRST, second]
    assert fallen(called) == [], "what was not done for a KF that was held is still to be told"


def test_a_kf_that_is_cancelled_before_its_manusstopp_raises_none(called: Town) -> None:
    cancel_meeting(called.on("2027-11-02"), "KF", day("2027-12-20"), by="Kim", reason="prov")
    for on in ("2027-11-08", "2027-11-29"):
        called.on(on).check()
    assert [slug for slug, _, _ in raised(called)] == ["kallelse-1"]


def test_a_kf_that_is_moved_lets_its_kungorelse_fall_and_raises_that_of_its_new_day(
    called: Town,
) -> None:
    """And moved back again: no day of a KF is without one, and none is there twice."""
    called.on("2027-11-08").check()
    move_meeting(
        called.on("2027-11-10"), "KF", day("2027-11-29"), day("2027-11-30"), by="Kim", reason="prov"
    )
    called.on("2027-11-11").check()
    moved = ("kallelse-2", "Kungörelse och kallelse: KF 30 november 2027", "2027-11-23")
    assert raised(called) == [FIRST, moved]
    assert fallen(called) == [FELL]
    move_meeting(
        called.on("2027-11-12"), "KF", day("2027-11-30"), day("2027-11-29"), by="Kim", reason="prov"
    )
    for on in ("2027-11-13", "2027-11-15"):
        called.on(on).check()
    assert raised(called) == [FIRST, moved, ("kallelse-3", *FIRST[1:])]
    assert [step for step, _, _ in fallen(called)] == ["kallelse-1", "kallelse-2"]


def test_a_kf_that_comes_after_the_start_asks_nobody_whether_its_kungorelse_was_done(
    make_town: MakeTown,
) -> None:
    """It cannot have been done before somebody knew of the day."""
    town = make_town()
    town.on("2027-11-23").start_year(2028, asks=True)
    assert town.stored()["kallelse-1"].asked_on
    add_meeting(town.on("2027-11-24"), "KF", day("2027-12-06"), by="Kim")
    town.on("2027-11-25").check()
    own = town.stored()["kallelse-2"]
    assert (own.asked_on, own.status) == (None, Status.IN_PROGRESS)
    assert any(one.step == "kallelse-2" and one.kind == "oppnat" for one in town.notices())


def test_a_kungorelse_that_is_done_stands_when_its_kf_is_cancelled(called: Town) -> None:
    called.on("2027-11-08").check()
    called.on("2027-11-15").report("kallelse-1", "kommunsekreterare", None, by="Karin")
    cancel_meeting(called.on("2027-11-16"), "KF", day("2027-11-29"), by="Kim", reason="prov")
    called.on("2027-11-17").check()
    assert fallen(called) == []


def test_one_that_somebody_left_out_is_not_raised_again(called: Town) -> None:
    called.on("2027-11-08").check()
    called.on("2027-11-09").set_aside("kallelse-1", by="Kim", reason="gemensam kungörelse")
    for on in ("2027-11-10", "2027-11-12"):
        called.on(on).check()
    assert raised(called) == [FIRST]


# --- T17: what KF has decided, carried out or not ---


def test_every_decision_of_kf_is_in_one_list_carried_out_or_not(make_town: MakeTown) -> None:
    town = make_town()
    town.on("2027-11-08").start_year(2028)
    for slug in ("skattesats-kf", "kommunplan-kf"):
        finish(town, slug, "2027-11-29")
    on = town.on("2027-11-30")
    on.raise_occasion("uppdrag", "Utred badhuset", by="Kim", token="u", due=day("2028-03-01"))
    on.raise_occasion("uppdrag", "Ks eget", by="Kim", token="k", body="KS")
    done = Note.model_validate(
        {
            "what": "genomfort",
            "body": "KF",
            "on": day("2027-11-30"),
            "step": "skattesats-kf",
            "by": "Eva",
        }
    )
    on.do(done)
    listed = decisions_to_follow_up(town.database, day("2027-12-01"), 2027)
    assert [
        (one.kind, str(one.day), one.title, str(one.carried_out)) for one in listed.decisions
    ] == [
        ("beslut", "2027-11-29", "Kommunplan i KF", "None"),
        ("beslut", "2027-11-29", "Skattesats i KF", "2027-11-30"),
        ("uppdrag", "2027-11-30", "Utred badhuset", "None"),
    ]
    assert listed.left == 2
    assert decisions_to_follow_up(town.database, day("2028-02-01"), 2028).decisions == ()


def test_a_decision_is_not_carried_out_before_it_is_made(make_town: MakeTown) -> None:
    town = make_town()
    town.on("2027-11-08").start_year(2028)
    finish(town, "skattesats-kf", "2027-11-29")
    on = town.on("2027-12-01")
    early = {"what": "genomfort", "body": "KF", "meeting": day("2027-11-29"), "by": "Eva"}
    with pytest.raises(RefusedError, match="Vilket beslut gäller det"):
        on.do(Note.model_validate({**early, "on": day("2027-11-30")}))
    with pytest.raises(RefusedError, match="före sammanträdet 2027-11-29"):
        on.do(Note.model_validate({**early, "on": day("2027-11-28"), "step": "skattesats-kf"}))


# --- A bolag as a nämnd ---


def test_a_deficit_of_a_bolag_goes_to_ks(make_town: MakeTown) -> None:
    town = make_town()
    town.on("2027-10-01").start_year(2028)
    rows = [{"enhet": "orsalokaler", "budget": 20_000, "prognos": 20_100}]
    town.on("2027-10-04").record("delarsrapport", {"prognos": rows}, by="Eva")
    step = town.stored().definition.step("underskott-bolag-1")
    assert (step.parts, step.chain) == (("bolags-vd:orsalokaler",), ("KS",))
