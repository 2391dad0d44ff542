"""The year on one sheet: what each step looks like on a day, and what to do about it."""

from __future__ import annotations

from datetime import date

from bench.year import run_year
from models.ways import Reader, worded
from models.year_sheet import Tone, YearSheet
from tasks.views.overview import status
from tasks.views.year_sheet import year_sheets
from tests.tasks.town import Town


def sheet(town: Town, day: str, **run: object) -> YearSheet:
    run_year(town.database, town.settings, 2028, until=date.fromisoformat(day), **run)  # type: ignore[arg-type]
    return year_sheets(town.database, date.fromisoformat(day), 2028)[0]


def test_what_is_late_says_what_to_do(town: Town) -> None:
    year = sheet(town, "2027-04-20", late=["planeringsforutsattningar"])
    late = year["planeringsforutsattningar"]
    assert (late.tone, late.label) == (Tone.LATE, "Sent: pågår")
    assert {reader: worded(late.advice, reader) for reader in Reader} == {
        Reader.COMMAND_LINE: "Ring ekonomichef. Registrera delen (kommunplan klar "
        "planeringsforutsattningar), eller gå vidare utan den (kommunplan klar "
        "planeringsforutsattningar --alla).",
        Reader.FORMS: "Ring ekonomichef. Registrera delen (klar), eller gå vidare utan den (ga-vidare).",
        Reader.ANYBODY: "Ring ekonomichef. Registrera delen, eller gå vidare utan den.",
    }
    assert late in year.care


def test_the_sheet_and_status_agree_on_every_step(town: Town) -> None:
    year = sheet(town, "2027-10-12", late=["verksamhetsmal"])
    [told] = status(town.database, date(2027, 10, 12), 2028)
    assert [line.slug for line in year.lines] == [step["slug"] for step in told["steg"]]
    for line, step in zip(year.lines, told["steg"], strict=True):
        assert line.label == step["visning"]
        assert line.sentence == step["forklaring"]
        assert line.late == step["sent"]
        assert line.risk == step["lagrisk"]
        assert (line.tone is Tone.DORMANT) == step["vilar"]
        if not step["vilar"]:
            assert (line.deadline and line.deadline.isoformat()) == step["deadline"]
            assert line.days_left == step["arbetsdagar_kvar"]


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
    assert {line.slug: line.due for line in after.lines} == {
        line.slug: line.due for line in before.lines
    }


def test_the_last_day_for_the_parts_stays_when_the_bodies_have_decided(town: Town) -> None:
    before = sheet(town, "2027-03-01")["uppfoljning-mars"]
    after = sheet(town, "2027-04-20")["uppfoljning-mars"]
    assert after.completed_on == date(2027, 3, 15)
    assert (before.due, after.due) == (date(2027, 3, 1), date(2027, 3, 1))
