"""The year on one sheet: what each step looks like on a day, and what to do about it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from cli.wording import at_terminal
from flows.forms.wording import in_forms
from tasks.reading import year_sheets
from tests.hands import cancel_meeting, move_meeting
from tests.tasks.played import play
from tests.tasks.town import Town
from views.sheet import Tone, YearSheet


def sheet(town: Town, day: str, late: Collection[str] = ()) -> YearSheet:
    play(town, until=date.fromisoformat(day), late=late)
    return year_sheets(town.database, date.fromisoformat(day), 2028)[0]


def test_what_is_late_says_what_to_do(town: Town) -> None:
    year = sheet(town, "2027-04-20", late=["planeringsforutsattningar"])
    late = year["planeringsforutsattningar"]
    assert (late.tone, late.label) == (Tone.LATE, "Sent: pågår")
    assert (at_terminal(late.advice), in_forms(late.advice), str(late.advice)) == (
        "Ring ekonomichef. Registrera delen (kommunplan klar "
        "planeringsforutsattningar), eller gå vidare utan den (kommunplan klar "
        "planeringsforutsattningar --alla).",
        "Ring ekonomichef. Registrera delen (klar), eller gå vidare utan den (ga-vidare).",
        "Ring ekonomichef. Registrera delen, eller gå vidare utan den.",
    )
    assert late in year.care


def test_a_body_that_meets_after_its_limit_is_to_be_called_in_time(town: Town) -> None:
    """That is what helps, also where the step is not opened yet: no check would mend it."""
    town.on("2027-10-01").start_year(2028)
    on = town.on("2027-10-04")
    move_meeting(on, "KF", date(2027, 11, 29), date(2027, 12, 13), by="Petra", reason="Lokalen")
    [year] = year_sheets(town.database, on.today)
    for slug in ("skattesats-kf", "kommunplan-kf"):
        assert in_forms(year[slug].advice) == (
            "Kalla KF till ett extra sammanträde senast 2027-11-30 (sammantrade), "
            "eller flytta KF 2027-12-13 dit (flytta)."
        )


def test_the_bodies_before_it_are_called_too_and_by_a_working_day(town: Town) -> None:
    """The limit, 31 October 2027, is a Sunday."""
    town.on("2027-09-01").start_year(2028)
    on = town.on("2027-09-06")
    cancel_meeting(on, "SU", date(2027, 10, 5), by="Petra", reason="Sjukdom")
    [year] = year_sheets(town.database, on.today)
    assert str(year["delarsrapport"].advice) == (
        "Kalla SU och KS till extra sammanträden senast 2027-10-29, "
        "eller flytta SU 2027-11-02 och KS 2027-11-15 dit."
    )
    assert [gap.partition(":")[0] for gap in year.gaps] == [
        "K11 Kommunplan i strategiutskottet",
        "K12 Kommunplan i KS",
    ]


def test_what_json_says_of_a_step_is_what_the_pages_say(town: Town) -> None:
    year = sheet(town, "2027-10-12", late=["verksamhetsmal"])
    told = year.as_json()
    assert [line.slug for line in year.lines] == [step["slug"] for step in told["steg"]]
    for line, step in zip(year.lines, told["steg"], strict=True):
        assert str(line.sentence) == step["forklaring"]
        assert (line.tone is Tone.DORMANT) == step["vilar"]
        if not step["vilar"]:
            assert (line.deadline and line.deadline.isoformat()) == step["deadline"]
            assert line.days_left == step["arbetsdagar_kvar"]
        else:
            assert (line.deadline, line.days_left) == (None, None)


def test_the_gravest_comes_first_in_what_needs_care(town: Town) -> None:
    year = sheet(town, "2027-12-03", late=["skattesats-kf", "internkontroll"])
    tones = [line.tone for line in year.care]
    assert year.care[0].slug == "skattesats-kf"
    assert tones == sorted(tones, key=list(Tone).index)
    assert set(tones) == {Tone.RISK, Tone.LATE}


def test_each_planned_meeting_is_a_tick_with_its_steps(town: Town) -> None:
    year = sheet(town, "2027-01-15")
    [tick] = [t for t in year.meetings if (t.body, t.day) == ("KF", date(2027, 11, 29))]
    assert set(tick.steps) >= {"skattesats-kf", "kommunplan-kf", "delarsrapport"}
    assert all(
        any((t.body, t.day) == (link.body, link.day) for t in year.meetings)
        for line in year.shown
        for link in line.links
        if link.day
    )


def test_the_counts_are_those_of_the_lines(town: Town) -> None:
    year = sheet(town, "2027-06-15")
    counts = dict(year.counts())
    assert sum(counts.values()) == len(year.lines)
    assert year.headline.startswith(
        ", ".join(f"{n} {tone.value}" for tone, n in counts.items())[:5]
    )
    assert (year.first_month, year.last_month) == (date(2027, 1, 1), date(2028, 1, 1))


def test_the_day_for_the_parts_is_what_the_mails_said_also_afterwards(town: Town) -> None:
    before = sheet(town, "2027-04-02")
    after = sheet(town, "2027-06-14")
    assert after["planeringsforutsattningar"].tone is Tone.DONE
    dues = {line.slug: line.due for line in after.lines}
    for line in before.lines:
        assert dues[line.slug] == line.due


def test_the_last_day_for_the_parts_stays_when_the_bodies_have_decided(town: Town) -> None:
    before = sheet(town, "2027-03-01")["uppfoljning-mars"]
    after = sheet(town, "2027-04-20")["uppfoljning-mars"]
    assert after.completed_on == date(2027, 3, 15)
    assert (before.due, after.due) == (date(2027, 2, 9), date(2027, 2, 9))
