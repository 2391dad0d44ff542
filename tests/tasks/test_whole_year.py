"""A whole year through the real engine, against what the rehearsal said it would be."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from models.events import Outcome
from models.state import Status
from tests.factories import orsa, orsa_meetings
from tests.tasks.town import Town, own_definition, replaced
from views.rehearsal import Rehearsal, rehearse, usual_outcome


@pytest.fixture(scope="module")
def rehearsed() -> Rehearsal:
    return rehearse(orsa(), 2028, orsa_meetings())


def live(town: Town, plan: Rehearsal) -> None:
    """Every day a check; each part is reported on its last day, each body decides when it meets."""
    day = min(step.window_start for step in plan.plan.steps.values())
    town.on(day.isoformat()).start_year(2028)
    state = town.stored(2028)
    awake = [step.slug for step in orsa().steps if not plan.plan[step.slug].dormant]
    while any(state[slug].status is not Status.COMPLETED for slug in awake):
        assert day.year < 2029, "the year does not end"
        on = town.on(day.isoformat())
        on.check()
        state = town.stored()
        for step in state.definition.in_dependency_order:
            dates = plan.plan[step.slug]
            for key in state.missing(step):
                if day >= dates.due:
                    on.report(step.slug, key.role, key.unit, by=str(key))
                    state = town.stored()
            while body := state.awaited_body(step):
                link = dates.links[state[step.slug].link]
                if day < (link.meeting or link.register_by):
                    break
                on.decide(step.slug, body, usual_outcome(step, body), by=body, on=day)
                state = town.stored()
        day += timedelta(days=1)
    for _ in range(14):  # what was decided last is told by the letter of the next ordinary morning
        town.on(day.isoformat()).check()
        day += timedelta(days=1)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory, rehearsed: Rehearsal) -> Iterator[Town]:
    town = Town(tmp_path_factory.mktemp("year"))
    live(town, rehearsed)
    yield town
    town.close()


def test_every_step_is_completed(lived: Town) -> None:
    """But for those that nothing started: the balanskravsresultat was not negative, KF took the budget in
    November, and 2027 is neither the second year of the term nor an election year."""
    steps = dict(lived.stored().steps)
    for slug in (
        *("atgardsplan-balanskrav", "styrmodell-oversyn", "val-av-revisorer"),
        *("skattesats-december", "skattesats-december-skatteverket"),
    ):
        assert steps.pop(slug).status is Status.PLANNED
    assert len(steps) == 50 + 8  # the kungörelse of each KF
    assert {(s.status, s.before_start) for s in steps.values()} == {(Status.COMPLETED, False)}


def test_the_year_ends_with_the_decisions_of_kf(lived: Town) -> None:
    standing = lived.stored()["kommunplan-kf"].standing
    assert [(d.body, str(d.on)) for d in standing] == [("KF", "2027-11-29")]
    assert [d.body for d in lived.stored()["delarsrapport"].standing] == ["SU", "KS", "KF"]


def test_the_mails_are_those_of_the_rehearsal(lived: Town, rehearsed: Rehearsal) -> None:
    queued = Counter(
        (mail.kind, mail.step, mail.role, str(mail.queued_on)) for mail in lived.notices()
    )
    expected = Counter(
        (notice.kind.value, notice.step, str(notice.to), str(day))
        for day, notice in rehearsed.notices
    )
    assert queued - expected == Counter(), "queued, but not rehearsed"
    assert expected - queued == Counter(), "rehearsed, but not queued"


def test_the_mails_name_the_rules_of_the_rehearsal(lived: Town, rehearsed: Rehearsal) -> None:
    queued = sorted((m.step, m.kind, m.role, str(m.queued_on), m.rule) for m in lived.notices())
    assert queued == sorted(
        (n.step, n.kind.value, str(n.to), str(day), n.rule) for day, n in rehearsed.notices
    )


def test_the_plan_did_not_move_while_everybody_kept_to_it(
    lived: Town, rehearsed: Rehearsal
) -> None:
    meetings = {
        slug: [link.meeting for link in dates.links if not dates.dormant]
        for slug, dates in rehearsed.plan.steps.items()
    }
    held = {slug: [d.on for d in step.standing] for slug, step in lived.stored().steps.items()}
    assert held == meetings


def test_nobody_is_ever_late_when_everybody_keeps_to_the_plan(lived: Town) -> None:
    assert set(lived.kinds()) <= {"oppnat", "paminnelse", "beslut", "klart", "inbjudan"}


def test_nobody_gets_more_than_one_collected_mail_a_day(lived: Town) -> None:
    collected = [mail for mail in lived.mails() if mail.key.startswith("uppgifter/")]
    assert len({(mail.address, mail.queued_on) for mail in collected}) == len(collected)
    assert len(lived.notices()) > len(lived.mails())


def test_every_mail_is_ready_to_send_and_unique(lived: Town) -> None:
    mails = lived.mails()
    assert len({mail.key for mail in mails}) == len({m.message_id for m in mails}) == len(mails)
    assert {mail.status for mail in mails} <= {"köad", "ersatt"}
    assert all(mail.message_id.encode() in mail.content for mail in mails)


def test_of_what_was_never_delivered_only_reminders_of_what_came_are_laid_aside(
    lived: Town,
) -> None:
    """No mail left during the year, and every part came: there is nothing left to remind of."""
    told: dict[int, set[str]] = defaultdict(set)
    for one in lived.notices():
        told[one.mail_id].add(one.kind)
    laid_aside = {mail.id for mail in lived.mails() if mail.status == "ersatt"}
    assert laid_aside == {number for number, kinds in told.items() if kinds == {"paminnelse"}}
    assert laid_aside


def test_a_check_after_the_year_adds_nothing(lived: Town) -> None:
    before = lived.tables()
    lived.on("2028-03-01").check()
    assert lived.tables() == before


def test_a_year_without_planned_meetings_can_be_rehearsed_and_decided(tmp_path: Path) -> None:
    own = own_definition(tmp_path)
    # of meetings that are no examples nothing is guessed for later years
    replaced(own / "sammantraden-2028.toml", "exempel = true\n", "")
    town = Town(tmp_path, definition=own)
    plan = rehearse(orsa(), 2035, orsa_meetings())
    for slug, dates in plan.plan.steps.items():
        assert dates.dormant == (plan.state[slug].status is not Status.COMPLETED), slug
    town.on("2034-01-02").start_year(2035)
    town.on("2034-03-01").report("uppfoljning-mars", "ekonomichef", None, by="Eva")
    town.on("2034-03-01").decide("uppfoljning-mars", "SU", Outcome.FORESLAR, by="Eva")
    assert town.stored()["uppfoljning-mars"].link == 1
    town.close()
