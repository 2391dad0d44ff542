"""What waits for whom on a day, from the year alone."""

from __future__ import annotations

from models.events import AskedAtStart, AskedForTime, Disclaimed, Event, Postponed
from models.process import TaskKey
from models.text import ask
from tests.factories import day, opened, reported
from tests.views.seen_years import seen
from views.seen import SeenYear
from views.sheet import FailedMail
from views.today import WaitingGroup, WaitingLine, own_tasks, owner_groups

CHEF = TaskKey(role="ekonomichef")
STEP = "arsredovisning"


def groups(*years: SeenYear) -> dict[str, WaitingGroup]:
    return {group.slug: group for group in owner_groups(years)}


def lines(year: SeenYear, group: str) -> tuple[WaitingLine, ...]:
    found = groups(year).get(group)
    return found.lines if found else ()


def asks_for_time(until: str, on: str = "2027-03-10") -> AskedForTime:
    return AskedForTime(
        step=STEP, on=day(on), by="Eva <e@o.se>", round=1, task=CHEF, until=day(until), reason="R"
    )


def test_a_quiet_day_has_no_group_at_all() -> None:
    assert owner_groups([seen(today="2027-01-04")]) == ()
    assert owner_groups([]) == ()


def test_what_is_late_says_since_when_and_what_helps() -> None:
    year = seen(opened("mal-och-budgetdiskussioner", "2027-04-01"), today="2027-06-15")
    found = {line.step: line for line in lines(year, "sent")}
    late = found["mal-och-budgetdiskussioner"]
    assert late.since == year.sheet["mal-och-budgetdiskussioner"].deadline
    assert ask("klar", step="mal-och-budgetdiskussioner") in late.helps


def test_a_decision_waits_to_be_registered_once_the_body_has_met() -> None:
    events: list[Event] = [opened("planeringsforutsattningar", "2027-03-15")]
    parts = seen(*events, today="2027-03-16")
    for key in parts.state.missing(parts.definition.step("planeringsforutsattningar")):
        events.append(reported("planeringsforutsattningar", key, "2027-03-17"))
    [link] = seen(*events, today="2027-03-18").sheet["planeringsforutsattningar"].links
    assert link.meeting is not None
    before, after = (seen(*events, today=on) for on in ("2027-04-09", str(link.meeting)))
    assert not [one for one in lines(before, "beslut") if one.step == "planeringsforutsattningar"]
    [line] = [one for one in lines(after, "beslut") if one.step == "planeringsforutsattningar"]
    assert line.meeting == (link.body, link.meeting)
    assert line.helps == (
        ask("beslut", step="planeringsforutsattningar", body=link.body, on=link.meeting),
    )


def test_a_question_for_time_stands_until_the_day_is_given() -> None:
    asked = seen(opened(STEP, "2027-03-01"), asks_for_time("2027-03-30"), today="2027-03-11")
    [line] = lines(asked, "mer-tid")
    assert line.since == day("2027-03-10")
    assert line.helps == (ask("skjut-upp", step=STEP, until="2027-03-30"),)
    assert "Eva: ”R”" in str(line.why[0])
    given = Postponed(
        step=STEP,
        on=day("2027-03-12"),
        by="P",
        round=1,
        until=day("2027-03-30"),
        reason="J",
        number=1,
    )
    answered = seen(
        opened(STEP, "2027-03-01"), asks_for_time("2027-03-30"), given, today="2027-03-12"
    )
    assert lines(answered, "mer-tid") == ()


def test_the_newest_question_alone_stands() -> None:
    year = seen(
        opened(STEP, "2027-03-01"),
        asks_for_time("2027-03-30"),
        asks_for_time("2027-04-02", on="2027-03-12"),
        today="2027-03-12",
    )
    [line] = lines(year, "mer-tid")
    assert line.helps[0].value("until") == "2027-04-02"


def test_a_question_is_gone_when_the_part_is_in() -> None:
    year = seen(
        opened(STEP, "2027-03-01"),
        asks_for_time("2027-03-30"),
        reported(STEP, CHEF, "2027-03-12"),
        today="2027-03-12",
    )
    assert lines(year, "mer-tid") == ()


def test_a_task_that_is_said_to_be_another_s_waits_too() -> None:
    said = Disclaimed(step=STEP, on=day("2027-03-10"), by="Eva", round=1, task=CHEF, reason="Nej")
    [line] = lines(seen(opened(STEP, "2027-03-01"), said, today="2027-03-11"), "mer-tid")
    assert "inte är deras" in str(line.why[0])


def test_what_may_be_done_already_is_asked_with_both_answers() -> None:
    asked = AskedAtStart(step="bokslut", on=day("2027-03-01"))
    [line] = lines(seen(asked, today="2027-03-02"), "redan-gjort")
    assert [one.value("standing") for one in line.helps] == ["klart", "pagar"]


def test_a_vacant_role_stands_once_for_all_years() -> None:
    year = seen(today="2027-01-04", vacant=("ekonomichef",))
    assert [one.what for one in groups(year, year)["roller"].lines] == ["ekonomichef"]


def test_a_mail_that_did_not_arrive_says_why_and_can_be_sent_again() -> None:
    failed = FailedMail(address="eva@o.se", subject="Ny uppgift", error="550 okänd")
    group = groups(seen(today="2027-01-04", failed_mails=(failed,)))["mejl"]
    assert group.helps == (ask("skicka-misslyckade"),)
    assert "550 okänd" in str(group.lines[0].why[0])


def test_what_nears_its_statutory_day_stands_under_the_law_and_nowhere_else() -> None:
    year = seen(opened(STEP, "2027-03-01"), today="2027-04-14")
    assert STEP in [one.step for one in lines(year, "lagen")]
    assert STEP not in [one.step for one in lines(year, "sent")]


def test_own_tasks_are_those_of_the_roles_by_their_last_day() -> None:
    year = seen(opened(STEP, "2027-03-01"), today="2027-03-10")
    found = own_tasks([year], frozenset({CHEF}))
    assert {one.key for one in found} == {CHEF}
    assert [one.line.due for one in found] == sorted(one.line.due for one in found)
    assert [one.line.slug for one in found if one.is_open] == [STEP]
