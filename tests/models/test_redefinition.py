"""A running year that goes over to a changed definition: what is told, what is refused, what is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from models.acts.years import ChangeDefinition
from models.errors import RefusedError, UnknownError
from models.events import EVENT, Event, Outcome, Raised, Redefined
from models.fold import fold
from models.process import Definition, TaskKey
from models.redefinition import Changes, changes, definition_after, redefine
from models.state import Status, YearState
from tests.factories import (
    EKONOMICHEF,
    NORR,
    SODER,
    completed_before_start,
    day,
    decided,
    make_arende,
    make_body,
    make_decision,
    make_definition,
    make_need,
    make_occasion,
    make_raw,
    make_role,
    make_step,
    opened,
    reopened,
    reported,
)
from tests.worded import at_the_terminal

RAW = make_raw()["steg"]
BEFORE = make_definition(tillfalle=[make_occasion("uppdrag")])
PAST: list[Event] = [
    completed_before_start("underlag", "2027-09-01"),
    opened("forslag", "2027-10-01"),
    reported("forslag", EKONOMICHEF, "2027-10-04"),
    decided("forslag", "KS", "2027-10-18", outcome=Outcome.FORESLAR, paragraph="KS § 74/2027"),
    opened("budget", "2027-10-01"),
    reported("budget", EKONOMICHEF, "2027-10-11"),
    decided("budget", "KS", "2027-10-18", outcome=Outcome.FORESLAR),
]
"""underlag and forslag are done, budget waits for KF, budgetdag was never opened."""
RAISED = Raised(
    step="uppdrag",
    on=day("2027-10-20"),
    number=1,
    token="t",
    title="Badhuset",
    responsible=("chef:norr",),
    chain=("KF",),
)


def year(*events: Event) -> YearState:
    return fold(BEFORE, [*PAST, *events])


def made_of(*steps: dict[str, Any], **overrides: Any) -> Definition:
    return make_definition(
        steg=list(steps), **{"tillfalle": [make_occasion("uppdrag")], **overrides}
    )


def changed(slug: str, **fields: Any) -> list[dict[str, Any]]:
    """Lillby's steps with one of them changed."""
    return [{**step, **fields} if step["slug"] == slug else step for step in RAW]


def go_over(
    state: YearState, new: Definition, reason: str = "ny nämnd", before: int = 0, **mapping: Any
) -> Redefined:
    with at_the_terminal(ChangeDefinition):
        return redefine(
            state,
            new,
            mapping,
            today=day("2027-11-02"),
            by="petra",
            reason=reason,
            given_before=before,
        )


def told(act: Callable[[], object]) -> str:
    with pytest.raises(RefusedError) as refusal:
        act()
    return str(refusal.value)


# --- What is told ---


def test_the_same_definition_changes_nothing() -> None:
    assert changes(year(), BEFORE, {}) == Changes((), (), (), (), ())


def test_what_is_added_is_told() -> None:
    new = made_of(*RAW, make_step("dialog"))
    assert changes(year(), new, {}) == Changes(("dialog",), (), (), (), ())


def test_what_is_gone_is_told_and_is_unclear_only_where_it_is_under_way() -> None:
    assert changes(year(), made_of(*RAW[:1], *RAW[2:]), {}) == Changes(
        (), ("budgetdag",), (), (), ()
    )
    gone = changes(year(), made_of(*RAW[:3]), {})
    assert (gone.removed, gone.unclear) == (("budget",), ("budget",))


def test_what_is_gone_is_clear_when_it_is_said_to_end_or_to_become_another() -> None:
    new = made_of(*RAW[:3], make_decision("kommunbudget", "KS", "KF"))
    ends = changes(year(), new, {"budget": ""})
    assert (ends.added, ends.removed, ends.unclear) == (("kommunbudget",), ("budget",), ())
    becomes = changes(year(), new, {"budget": "kommunbudget"})
    assert becomes == Changes((), (), (("budget", "kommunbudget"),), (), ())


def test_other_parts_or_other_bodies_are_a_change_and_unclear_where_it_is_under_way() -> None:
    for slug, fields, unclear in (
        ("budget", {"beslutskedja": ["KF"]}, ("budget",)),
        ("budget", {"ansvariga": ["ekonomichef", "chef"]}, ("budget",)),
        ("forslag", {"beslutskedja": ["KS", "KF"]}, ()),  # it is completed, and stays so
        ("budgetdag", {"ansvariga": ["chef"]}, ()),  # it has not been begun
    ):
        found = changes(year(), made_of(*changed(slug, **fields)), {})
        assert found == Changes((), (), (), (slug,), unclear), fields
        assert changes(year(), made_of(*changed(slug, **fields)), {slug: slug}).unclear == ()


def test_another_unit_of_a_role_is_a_change_of_its_parts() -> None:
    roles = [*make_raw()["roll"][:3], make_role("chef", enheter=["norr"])]
    found = changes(year(), made_of(*RAW, roll=roles), {})
    assert found.changed == ("underlag",)


@pytest.mark.parametrize(
    "fields",
    [
        {"titel": "Kommunbudget"},
        {"fonster": {"fran": "november", "till": "december"}},
        {"kraver": []},
        {"resultat": ["ramar"]},
    ],
)
def test_other_words_days_or_requirements_are_no_change_of_the_work(fields: dict[str, Any]) -> None:
    found = changes(year(), made_of(*changed("budget", **fields)), {})
    assert (found.changed, found.unclear) == ((), ())


def test_what_has_been_raised_is_neither_removed_nor_unclear() -> None:
    raised = Raised(step="uppdrag", on=day("2027-10-20"), number=1, token="t", title="Badhuset")
    found = changes(year(raised), BEFORE, {})
    assert found == Changes((), (), (), (), ())


# --- What is refused ---


def test_it_is_refused_until_it_is_clear_what_becomes_of_what_is_under_way() -> None:
    new = made_of(*RAW[:3])
    assert told(lambda: go_over(year(), new)) == (
        "Steg som pågår ändras, eller steg med historik försvinner: budget. Säg vad vart och ett blir: "
        "--karta budget=NYTT, med samma namn om det går vidare "
        "som det är, eller inget efter = om det avslutas."
    )
    assert go_over(year(), new, budget="")


def test_it_is_refused_without_a_reason() -> None:
    assert told(lambda: go_over(year(), made_of(*RAW, make_step("dialog")), reason=" ")) == (
        "Det krävs ett skäl för att byta definition. Ange det med --skal."
    )


def test_another_municipalitys_definition_is_refused() -> None:
    other = made_of(
        *RAW, kommun={"slug": "storby", "namn": "Storby", "processagare": "processagare"}
    )
    assert told(lambda: go_over(year(), other)) == (
        "Definitionen gäller Storby, men året är Lillby kommun:s."
    )


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        (
            {"budget": "tidplan"},
            "--karta budget=tidplan: den nya definitionen har inget steg 'tidplan'.",
        ),
        (
            {"budget": "forslag"},
            "--karta budget=forslag: forslag har redan en egen historik i året. "
            "Ge steget ett nytt namn i definitionen.",
        ),
        (
            {"budget": "dialog", "budgetdag": "dialog"},
            "--karta: två steg kan inte bli dialog. Välj ett.",
        ),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(mapping: Any, message: str) -> None:
    new = made_of(*RAW, make_step("dialog"))
    assert told(lambda: go_over(year(), new, **mapping)) == message


def test_a_mapping_of_what_is_not_there_is_refused_with_what_is() -> None:
    with pytest.raises(UnknownError, match="Steget 'tidplan' finns inte"):
        go_over(year(), made_of(*RAW), tidplan="")


def test_what_has_been_raised_needs_its_role_its_unit_and_its_bodies_still() -> None:
    only_soder = [*make_raw()["roll"][:3], make_role("chef", enheter=["soder"])]
    assert told(lambda: go_over(year(RAISED), made_of(*RAW, roll=only_soder))) == (
        "uppdrag-1 (uppdrag: Badhuset) behöver chef:norr, som den nya definitionen saknar. "
        "Låt det finnas kvar i definitionen."
    )
    without_kf = made_of(*RAW[:3], make_decision("budget", "KS"), instans=[make_body("KS")])
    assert told(lambda: go_over(year(RAISED), without_kf, budget="budget")) == (
        "uppdrag-1 (uppdrag: Badhuset) behöver KF, som den nya definitionen saknar. "
        "Låt det finnas kvar i definitionen."
    )


def test_no_new_step_is_called_as_what_has_been_raised() -> None:
    new = made_of(*RAW, make_step("uppdrag-1"), tillfalle=[])
    assert told(lambda: go_over(year(RAISED), new)) == (
        "uppdrag-1 är redan ett anmält tillfälle i året. Ge steget ett annat namn."
    )


# --- What is kept ---


def test_what_is_added_is_planned_and_what_ends_is_gone() -> None:
    new = made_of(*RAW[:3], make_step("dialog"))
    state = year(go_over(year(), new, budget=""))
    assert state["dialog"].status is Status.PLANNED
    assert "budget" not in state.steps
    assert state.definition == new


def test_completed_history_is_kept_whatever_the_new_one_asks_for() -> None:
    new = made_of(*changed("forslag", beslutskedja=["KS", "KF"], ansvariga=["chef"]))
    before, after = year(), year(go_over(year(), new))
    for slug in ("underlag", "forslag"):
        assert after[slug].status is Status.COMPLETED
        assert after[slug].completed_on == before[slug].completed_on
        assert after[slug].decisions == before[slug].decisions
        assert after[slug].standing == before[slug].standing
    # what is done anew in it is done as the new one says
    again = year(go_over(year(), new), reopened("forslag", "2027-11-03"))
    assert again.missing(new.step("forslag")) == (NORR, SODER)


def test_a_running_step_that_is_renamed_keeps_its_parts_and_its_decisions() -> None:
    new = made_of(
        *RAW[:3], make_decision("kommunbudget", "KS", "KF", kraver=[make_need("forslag")])
    )
    before, state = year(), year(go_over(year(), new, budget="kommunbudget"))
    own = state["kommunbudget"]
    assert own.reported == {EKONOMICHEF: date(2027, 10, 11)}
    # the same decisions, under the step's new name
    assert [(d.step, d.body, d.on) for d in own.decisions] == [
        ("kommunbudget", d.body, d.on) for d in before["budget"].decisions
    ]
    assert (own.opened_on, own.round, own.link) == (date(2027, 10, 1), 1, 1)
    assert state.awaited_body(new.step("kommunbudget")) == "KF"
    assert "budget" not in state.steps


def test_a_renamed_step_goes_on_to_its_end() -> None:
    new = made_of(*RAW[:3], make_decision("kommunbudget", "KS", "KF"))
    state = year(
        go_over(year(), new, budget="kommunbudget"),
        decided("kommunbudget", "KF", "2027-11-29", link=1),
    )
    assert state["kommunbudget"].status is Status.COMPLETED


def test_a_new_part_is_missing_and_one_that_nobody_has_any_more_is_forgotten() -> None:
    more = made_of(*changed("budget", ansvariga=["ekonomichef", "chef"]))
    state = year(go_over(year(), more, budget="budget"))
    assert state.missing(more.step("budget")) == (NORR, SODER)
    assert state["budget"].status is Status.IN_PROGRESS
    other = made_of(*changed("budget", ansvariga=["sekreterare"]))
    state = year(go_over(year(), other, budget="budget"))
    assert state["budget"].reported == {}
    assert state.missing(other.step("budget")) == (TaskKey(role="sekreterare"),)


@pytest.mark.parametrize(
    ("chain", "link", "awaited"),
    [
        (["KS", "SU", "KF"], 1, "SU"),  # what KS decided stands
        (["SU", "KS", "KF"], 0, "SU"),  # SU comes first now, so KS decides anew
        (["KF"], 0, "KF"),
    ],
)
def test_the_decisions_stand_as_far_as_the_new_chain_has_the_same_bodies(
    chain: list[str], link: int, awaited: str
) -> None:
    bodies = [*make_raw()["instans"], make_body("SU")]
    new = made_of(*changed("budget", beslutskedja=chain), instans=bodies)
    state = year(go_over(year(), new, budget="budget"))
    assert state["budget"].link == link
    assert state.awaited_body(new.step("budget")) == awaited
    assert len(state["budget"].decisions) == 1


def test_a_chain_that_ends_where_the_decisions_have_come_completes_the_step() -> None:
    new = made_of(*changed("budget", beslutskedja=["KS"]))
    state = year(go_over(year(), new, budget="budget"))
    assert state["budget"].status is Status.COMPLETED
    assert state["budget"].completed_on == date(2027, 11, 2)


def test_what_has_been_raised_goes_along() -> None:
    raised = Raised(step="uppdrag", on=day("2027-10-20"), number=1, token="t", title="Badhuset")
    new = made_of(*RAW, make_step("dialog"), tillfalle=[])
    state = year(raised, go_over(year(raised), new))
    assert state["uppdrag-1"].status is Status.IN_PROGRESS
    step = state.definition.step("uppdrag-1")
    assert step.title.endswith("Badhuset")
    assert step.occasion_of == "uppdrag"


def test_the_arendens_numbers_go_along() -> None:
    numbered = decided(
        "budget",
        "KF",
        "2027-11-01",
        link=1,
        outcome=Outcome.BORDLAGGNING,
        diarienummer="KS 2027/00123",
    )
    new = made_of(*RAW, make_step("dialog"))
    state = year(numbered, go_over(year(numbered), new))
    assert state.number_of(new.step("budget")) == "KS 2027/00123"


def test_a_second_change_follows_the_first() -> None:
    first = made_of(*RAW, make_step("dialog"))
    second = made_of(*RAW, make_step("dialog"), make_step("remiss"))
    events: list[Event] = [go_over(year(), first)]
    events.append(go_over(year(*events), second, before=1))
    assert len({event.key for event in events}) == 2
    assert definition_after(BEFORE, events) == second
    assert year(*events).definition == second


def test_the_event_carries_the_whole_definition_and_is_read_back() -> None:
    new = made_of(*RAW, arende=[make_arende("plan", "forslag", "budget")])
    event = go_over(year(), new)
    again = EVENT.validate_json(event.model_dump_json())
    assert again == event
    assert year(again).definition.arende_of(new.step("budget")).slug == "plan"
