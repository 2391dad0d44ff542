"""Every letter says what, by when, why you, what to do and how to report it."""

from __future__ import annotations

from typing import Any

import pytest

from calendars.schedule import plan_year
from models.events import AskedForTime, Decided, Disclaimed, Event, Outcome
from models.fold import apply, fold
from models.process import TaskKey
from models.state import not_started
from notifications.letters import Recipient, compose
from notifications.notices import Kind
from notifications.wording import enumerated, long_day, one_line
from tests.factories import (
    day,
    decided,
    make_definition,
    opened,
    orsa,
    orsa_meetings,
    overridden,
    reopened,
    reported,
)
from tests.notifications.letters import (
    EVA,
    PETRA,
    announced_letters,
    due_letters,
    make_notice,
    make_plan,
    whole,
)
from views.rehearsal import rehearse

EKONOMICHEF = TaskKey(role="ekonomichef")
KOMMUNCHEF = TaskKey(role="kommunchef")
OMSORG = TaskKey(role="verksamhetsomradeschef", unit="omsorg")
SEKRETERARE = TaskKey(role="kommunsekreterare")
UTSKOTTSSEKRETERARE = TaskKey(role="utskottssekreterare")
OWNER = TaskKey(role="processagare")


def arsredovisning_in_su(*then: Event) -> tuple[Event, ...]:
    return (
        opened("arsredovisning", "2027-03-01"),
        reported("arsredovisning", EKONOMICHEF, "2027-03-09"),
        *then,
    )


def arsredovisning_in_ks(*then: Event) -> tuple[Event, ...]:
    return arsredovisning_in_su(
        arsredovisning_decided(Outcome.FORESLAR, paragraph="SU § 9/2027"), *then
    )


def arsredovisning_decided(outcome: Outcome, **overrides: Any) -> Decided:
    return decided("arsredovisning", "SU", "2027-03-30", outcome=outcome, **overrides)


def skattesats_in_ks() -> tuple[Event, ...]:
    return (
        opened("skattesats-forslag", "2027-10-01"),
        reported("skattesats-forslag", EKONOMICHEF, "2027-10-04"),
    )


def test_a_new_task_says_by_when_why_and_how_to_report_it() -> None:
    (letter,) = due_letters(
        [opened("bokslut", "2027-01-04")], "2027-01-04", Kind.OPENED, "bokslut", OMSORG
    )
    assert letter.subject == "Senast ons 31 mars: Bokslut 2026, din del"
    assert letter.greeting == "Hej Eva!"
    assert ("Klart senast", "onsdag 31 mars 2027") in letter.facts
    assert "verksamhetsområdeschef, Omsorg" in letter.why
    assert "Det sänds när steget öppnas." in letter.why
    assert any(PETRA in item and "Svara på det här mejlet" in item for item in letter.todo)


def test_a_chef_answers_with_the_link_and_sees_no_command() -> None:
    state = fold(orsa(), [opened("bokslut", "2027-01-04")])
    plan, link = make_plan(state), "https://svar.orsa.example/svara/abc.def"
    chef = compose(make_notice(), state, plan, EVA, PETRA, link)
    assert chef.answer_url == link
    assert any("svara på mejlet" in item and PETRA in item for item in chef.todo)
    assert "kommunplan klar" not in whole(chef)
    for recipient in (Recipient("Petra Exempel", PETRA), Recipient("P", "p@x.se", "ekonomichef")):
        owner = compose(make_notice(), state, plan, recipient, PETRA, link)
        assert "`kommunplan klar bokslut --roll ekonomichef --budgetar 2028`" in whole(owner)


def test_a_question_about_time_tells_the_owner_who_until_when_why_and_what_it_misses() -> None:
    asked = AskedForTime(
        step="arsredovisning",
        on=day("2027-03-08"),
        by="Eva Exempel <eva@orsa.example>",
        round=1,
        task=EKONOMICHEF,
        until=day("2027-04-06"),
        reason="Revisionen dröjer",
    )
    began = opened("arsredovisning", "2027-03-01")
    (letter,) = announced_letters(
        [began, asked], Kind.MORE_TIME, OWNER, Recipient("Petra P", PETRA)
    )
    assert letter.subject == "Vill ha tid till tis 6 april: Årsredovisni… 2026, ekonomichef"
    assert ("Från", "Eva Exempel <eva@orsa.example>, ekonomichef") in letter.facts
    assert ("Önskad sista dag", "tisdag 6 april 2027") in letter.facts
    assert "”Revisionen dröjer”" in whole(letter)
    assert "efter sammanträdet i Strategiutskottet tisdag 30 mars 2027" in whole(letter)
    assert "`kommunplan flytta SU 2027-03-30 ÅÅÅÅ-MM-DD --prov`" in whole(letter)
    in_time = asked.model_copy(update={"until": day("2027-03-29")})
    (letter,) = announced_letters([began, in_time], Kind.MORE_TIME, OWNER)
    assert "kommunplan flytta" not in whole(letter)


def test_an_answer_that_the_task_is_not_mine_tells_the_owner_how_to_hand_it_over() -> None:
    said = Disclaimed(
        step="bokslut",
        on=day("2027-01-07"),
        by="Eva Exempel <eva@orsa.example>",
        round=1,
        task=OMSORG,
        reason="Jag slutade i december",
    )
    (letter,) = announced_letters([opened("bokslut", "2027-01-04"), said], Kind.NOT_MINE, OWNER)
    assert letter.subject == "Kan ha hamnat fel: Bokslut 2026, verksamhetsområdeschef, Omsorg"
    assert "som verksamhetsområdeschef, Omsorg i Bokslut 2026 (Kommunplan 2028)" in whole(letter)
    assert "”Jag slutade i december”" in whole(letter)
    assert "`kommunplan las-in`" in whole(letter)


def test_a_task_tells_which_meeting_it_feeds_and_which_limit_binds_it() -> None:
    (letter,) = due_letters(
        [opened("arsredovisning", "2027-03-01")], "2027-03-01", Kind.OPENED, "arsredovisning"
    )
    assert ("Går till", "Strategiutskottet, tisdag 30 mars 2027") in letter.facts
    assert ("Därefter", "Kommunstyrelsen, måndag 12 april 2027") in letter.facts
    assert any(
        label == "Lagfrist"
        and value.startswith("torsdag 15 april 2027")
        and "KL 11 kap. 20 §" in value
        for label, value in letter.facts
    )


def test_a_limit_that_the_law_moves_shows_both_days() -> None:
    # 15 April 2028 is the Saturday before Easter Sunday: the next working day is the Tuesday after
    definition = orsa()
    state = apply(not_started(definition), opened("arsredovisning", "2028-03-01"))
    plan = plan_year(definition, 2029, orsa_meetings(), state)
    letter = compose(make_notice(step="arsredovisning"), state, plan, EVA, PETRA)
    assert (
        "lördag 15 april 2028, flyttas enligt lag (1930:173) 2 § till tisdag 18 april 2028"
        in whole(letter)
    )


def test_a_day_names_its_date_and_who_to_invite() -> None:
    (letter,) = due_letters(
        [opened("bokslutsdag", "2027-03-01")], "2027-03-01", Kind.OPENED, "bokslutsdag"
    )
    assert ("Mötesdag", "torsdag 11 mars 2027") in letter.facts
    assert "Förbered torsdag 11 mars 2027, och bjud in politiker och ledningsgrupp." in letter.todo


def test_what_a_step_rests_on_and_is_not_done_is_mentioned() -> None:
    (letter,) = due_letters(
        [opened("bokslutsdag", "2027-03-01")], "2027-03-01", Kind.OPENED, "bokslutsdag"
    )
    assert "Bokslut 2026 och Preliminär skatteprognos, som ännu inte är i mål" in whole(letter)


def test_a_responsibility_that_we_assumed_is_called_an_assumption() -> None:
    (assumed,) = due_letters(
        [opened("arsredovisning", "2027-03-01")], "2027-03-01", Kind.OPENED, "arsredovisning"
    )
    assert "Fördelningen är ett antagande" in assumed.why
    (given,) = due_letters(
        [opened("skatteprognos", "2027-02-01")], "2027-02-01", Kind.OPENED, "skatteprognos"
    )
    assert "antagande" not in given.why


def test_a_bodys_turn_names_the_days_and_how_to_answer_without_a_command() -> None:
    due = (skattesats_in_ks(), "2027-10-05", Kind.OPENED, "skattesats-forslag", SEKRETERARE)
    (letter,) = due_letters(*due)
    assert letter.subject == "KS mån 18 okt: Förslag till skattesats i KS, för beslut"
    assert ("Sammanträde", "Kommunstyrelsen, måndag 18 oktober 2027") in letter.facts
    assert ("Registreras senast", "torsdag 21 oktober 2027") in letter.facts
    command = (
        "`kommunplan beslut skattesats-forslag KS UTFALL --datum 2027-10-18 "
        '--paragraf "KS § …/2027" --budgetar 2028`'
    )
    assert "kommunplan beslut" not in whole(letter)
    assert "Svara på det här mejlet med utfall (bifall, " in whole(letter)
    vacant = Recipient("Petra P", PETRA, vacant_role="kommunsekreterare")
    (to_owner,) = due_letters(*due, recipient=vacant)
    assert command in whole(to_owner)
    assert "eftersom du registrerar besluten i Kommunstyrelsen" in letter.why


def test_a_reminder_says_how_long_is_left() -> None:
    (letter,) = due_letters(
        [opened("bokslut", "2027-01-04")], "2027-03-18", Kind.REMINDER, "bokslut", OMSORG
    )
    assert letter.subject == "Senast ons 31 mars: Bokslut 2026, din del, påminnelse"
    assert "10 arbetsdagar före sista dagen" in letter.why


def test_a_late_part_is_asked_for_in_a_friendly_way() -> None:
    (letter,) = due_letters(
        [opened("bokslut", "2027-01-04")], "2027-04-01", Kind.OVERDUE, "bokslut", OMSORG
    )
    assert letter.subject == "Sent sedan ons 31 mars: Bokslut 2026, din del"
    assert "säg till om du behöver hjälp" in whole(letter)


def test_a_decision_that_nobody_has_registered_is_asked_for() -> None:
    (letter,) = due_letters(
        skattesats_in_ks(), "2027-10-25", Kind.OVERDUE, "skattesats-forslag", SEKRETERARE
    )
    assert letter.subject == "Beslut saknas sedan tor 21 okt: Förslag till skat…, KS"
    assert "Blev ärendet bordlagt, eller utgick det?" in whole(letter)


def test_an_escalation_names_who_is_missing_and_the_ways_out() -> None:
    events: list[Event] = [
        opened("bokslut", "2027-01-04"),
        *(
            reported("bokslut", key, "2027-03-01")
            for key in orsa().tasks_of(orsa().step("bokslut"))
            if key not in (OMSORG, KOMMUNCHEF)
        ),
    ]
    (letter,) = due_letters(events, "2027-04-07", Kind.ESCALATION, "bokslut", OWNER)
    assert letter.subject == "Saknas sedan ons 31 mars: Bokslut 2026, 2 delar"
    assert ("Delar som saknas", "verksamhetsområdeschef, Omsorg; kommunchef") in letter.facts
    assert '`kommunplan klar bokslut --alla --skal "…" --budgetar 2028`' in whole(letter)
    assert "`kommunplan klar bokslut --roll kommunchef --budgetar 2028`" in whole(letter)
    assert "Svara på det här mejlet" not in whole(letter), "the owner would answer herself"


def test_an_escalation_to_a_chef_asks_for_no_command() -> None:
    (letter,) = due_letters(
        [opened("bokslut", "2027-01-04")], "2027-04-05", Kind.ESCALATION, "bokslut", KOMMUNCHEF
    )
    said = whole(letter)
    assert letter.subject.endswith(", 7 delar")
    assert "eftersom du är chef för dem som saknas" in letter.why
    assert "Det sänds 3 arbetsdagar efter sista dagen, till den som är chef." in letter.why
    assert "Hör av dig till dem som saknas: verksamhetsområdeschef, Kommunledning;" in said
    assert "Svara på det här mejlet om det behövs mer tid" in said
    assert "--alla" not in said, "that is the process owner's to decide"


def test_an_escalation_of_a_decision_names_the_body_and_its_clerk() -> None:
    (letter,) = due_letters(skattesats_in_ks(), "2027-10-26", Kind.ESCALATION, "skattesats-forslag")
    assert letter.subject.startswith("Beslut saknas sedan tor 21 okt: ")
    assert ("Registrerar beslutet", "kommunsekreterare") in letter.facts
    assert "--alla" not in whole(letter), "a decision cannot be gone past"


def test_a_decision_says_the_outcome_and_where_the_case_goes() -> None:
    (letter,) = announced_letters(arsredovisning_in_ks(), Kind.DECISION, EKONOMICHEF)
    assert letter.subject == "SU tis 30 mars: Årsredovisning 2026, föreslår nästa instans besluta"
    assert ("Paragraf", "SU § 9/2027") in letter.facts
    assert (
        "Nu går ärendet vidare till Kommunstyrelsen, som sammanträder måndag 12 april 2027."
        in whole(letter)
    )
    assert "Du behöver inte rapportera något nu." in whole(letter)


def test_an_amended_decision_asks_for_the_change() -> None:
    events = arsredovisning_in_su(arsredovisning_decided(Outcome.ANDRING))
    (letter,) = announced_letters(events, Kind.DECISION, EKONOMICHEF)
    assert "för in ändringen i underlaget" in whole(letter)


def test_a_deferral_says_when_the_case_comes_up_again() -> None:
    events = arsredovisning_in_su(arsredovisning_decided(Outcome.BORDLAGGNING))
    (letter,) = announced_letters(events, Kind.DECISION, EKONOMICHEF)
    assert "Nästa tillfälle är sammanträdet tisdag 27 april 2027." in whole(letter)


def test_a_return_gives_the_reason_the_new_day_and_what_to_do() -> None:
    returned = decided(
        "arsredovisning",
        "KS",
        "2027-04-12",
        link=1,
        outcome=Outcome.ATERREMISS,
        reason="Måluppfyllelsen behöver förtydligas",
    )
    events = (
        opened("bokslut", "2027-01-04"),
        overridden("bokslut", "2027-03-01"),
        *arsredovisning_in_ks(),
        returned,
    )
    (letter,) = announced_letters(events, Kind.RETURNED, EKONOMICHEF)
    assert (
        letter.subject
        == "Återremiss, KS mån 12 april: Årsredovisni… 2026, nytt senast tis 20 april"
    )
    assert "”Måluppfyllelsen behöver förtydligas”" in whole(letter)
    assert any(item.startswith("Arbeta om din del utifrån skälet, senast") for item in letter.todo)
    assert "Därefter tas ärendet upp i Strategiutskottet tisdag 27 april 2027." in whole(letter)
    assert "(KL 11 kap. 20 §). Det planerade sammanträdet kommer efter den dagen." in whole(letter)
    (clerk,) = announced_letters(events, Kind.RETURNED, UTSKOTTSSEKRETERARE)
    assert "Planera in ärendet på nytt i Strategiutskottet till tisdag 27 april 2027." in whole(
        clerk
    )
    (owner,) = announced_letters(events, Kind.RETURNED, OWNER)
    assert "också mot lagfristen" in whole(owner)


def test_a_rejection_asks_for_a_new_proposal() -> None:
    events = arsredovisning_in_su(arsredovisning_decided(Outcome.AVSLAG, reason="Nej"))
    (letter,) = announced_letters(events, Kind.RETURNED, EKONOMICHEF)
    assert letter.subject == "Avslag, SU tis 30 mars: Årsredovisning 2026, nytt senast tis 6 april"
    assert "Ett nytt förslag behöver tas fram." in whole(letter)


def test_work_that_begins_again_says_why() -> None:
    events: list[Event] = [
        opened("skatteprognos", "2027-02-01"),
        reported("skatteprognos", EKONOMICHEF, "2027-02-10"),
        reopened("skatteprognos", "2027-02-20", reason="Nya siffror från SKR"),
    ]
    (letter,) = due_letters(events, "2027-02-22", Kind.OPENED, "skatteprognos")
    assert letter.subject.endswith(", varv 2")
    assert "Skälet är: ”Nya siffror från SKR”" in letter.paragraphs[0]


def test_completion_tells_each_what_builds_on_it() -> None:
    events: list[Event] = [opened("bokslut", "2027-01-04"), overridden("bokslut", "2027-04-01")]
    (letter,) = announced_letters(events, Kind.COMPLETED, KOMMUNCHEF)
    assert letter.subject == "Klart: Bokslut 2026"
    assert "Det gick vidare utan att alla delar hade kommit in." in whole(letter)
    assert "underlag till Bokslutsdag 2026, där du har en del" in whole(letter)
    (owner,) = announced_letters(events, Kind.COMPLETED, OWNER)
    assert "Nu kan arbetet bygga vidare i Bokslutsdag 2026 och Årsredovisning 2026." in whole(owner)


def test_a_vacant_role_is_named_and_the_owner_told_what_to_do() -> None:
    owner = Recipient("Petra Exempel", PETRA, vacant_role="ekonomichef")
    (letter,) = due_letters(
        [opened("skatteprognos", "2027-02-01")],
        "2027-02-01",
        Kind.OPENED,
        "skatteprognos",
        recipient=owner,
    )
    assert letter.subject.endswith(", vakant roll")
    assert letter.paragraphs[0].startswith("Rollen ekonomichef saknar innehavare.")
    assert "för in den nya innehavaren" in letter.paragraphs[0]
    assert "Din del" not in whole(letter)
    assert "Svara på det här mejlet" not in whole(letter)


def test_a_name_that_is_no_persons_is_not_greeted_by_half() -> None:
    for name in ("Processägaren", "Kommunens registrator", ""):
        (letter,) = due_letters(
            [opened("skatteprognos", "2027-02-01")],
            "2027-02-01",
            Kind.OPENED,
            "skatteprognos",
            recipient=Recipient(name, "a@orsa.example"),
        )
        assert letter.greeting == "Hej!"


def test_a_reason_cannot_make_a_paragraph_a_point_or_a_command_of_its_own() -> None:
    reason = "Nej\r\n\r\n- Betala `rm -rf`\x0b\udce5\u2028\n- Lagfrist: aldrig"
    events = arsredovisning_in_su(arsredovisning_decided(Outcome.AVSLAG, reason=reason))
    (letter,) = announced_letters(events, Kind.RETURNED, EKONOMICHEF)
    assert ("Skäl", "Nej - Betala 'rm -rf' - Lagfrist: aldrig") in letter.facts
    assert not any(item.startswith("Betala") for item in letter.todo)


def test_a_step_without_words_of_its_own_makes_a_letter_too() -> None:
    definition = make_definition()
    state = apply(not_started(definition), opened("underlag", "2027-01-04"))
    letter = compose(make_notice(step="underlag"), state, make_plan(state), EVA, PETRA)
    assert all(value for _, value in letter.facts)


def test_every_notice_of_a_whole_year_makes_a_letter() -> None:
    year = rehearse(orsa(), 2028, orsa_meetings())
    for _, notice in year.notices:
        for state in (year.state, not_started(year.state.definition)):
            for vacant in (None, "verksamhetsområdeschef, Stadsbyggnadskontoret"):
                letter = compose(
                    notice, state, year.plan, Recipient("Eva Ek", "e@x.se", vacant), PETRA
                )
                assert len(letter.when) <= 35
                assert len(letter.subject) <= 90
                assert letter.subject == one_line(letter.subject)
                assert all((letter.paragraphs, letter.facts, letter.todo, letter.why))
                assert all(label and value for label, value in letter.facts), letter.facts
                assert " ." not in whole(letter)
                assert "  " not in whole(letter)


def test_no_mail_of_a_whole_year_asks_a_chef_to_type_a_command() -> None:
    year = rehearse(orsa(), 2028, orsa_meetings())
    definition = year.state.definition
    link = "https://svar.orsa.example/svara/abc.def"
    asked = [
        notice
        for _, notice in year.notices
        if notice.to in definition.tasks_of(definition.step(notice.step)) and notice.body is None
    ]
    assert len(asked) > 30
    for notice in asked:
        letter = compose(notice, not_started(definition), year.plan, EVA, PETRA, link)
        assert "`" not in whole(letter)


def test_days_and_lists_read_as_swedish() -> None:
    assert long_day(day("2027-10-11")) == "måndag 11 oktober 2027"
    assert enumerated(["a"]) == "a"
    assert enumerated(["a", "b", "c"]) == "a, b och c"


def test_a_part_that_opens_after_its_last_day_says_that_it_is_urgent() -> None:
    notice = make_notice(due=day("2027-03-31"), rung=day("2027-05-03"))
    state = not_started(orsa())
    letter = compose(notice, state, make_plan(state), EVA, PETRA)
    assert letter.subject == "Brådskar sedan ons 31 mars: Bokslut 2026, din del"
    assert "brådskar" in " ".join(letter.paragraphs)
    assert any("så snart det går" in line for line in letter.todo)


def test_a_turn_whose_meeting_has_been_asks_for_the_decision_now() -> None:
    state = fold(orsa(), arsredovisning_in_su())
    notice = make_notice(
        step="arsredovisning",
        to=TaskKey(role="utskottssekreterare"),
        body="SU",
        due=day("2027-04-02"),
        rung=day("2027-05-03"),
        rule="sänds när SU står i tur",
    )
    letter = compose(notice, state, make_plan(state), EVA, PETRA)
    assert "som har varit" in " ".join(letter.paragraphs)
    assert any("Registrera då beslutet nu" in line for line in letter.todo)


@pytest.mark.parametrize(
    ("on", "asks"),
    [
        ("2027-10-07", "Kontrollera att ärendet finns på föredragningslistan"),
        ("2027-10-18", "Registrera beslutet när sammanträdet har hållits"),  # the papers have gone
        ("2027-10-21", "Har Kommunstyrelsen beslutat?"),  # it has met
    ],
)
def test_a_clerks_reminder_never_asks_for_what_has_been(on: str, asks: str) -> None:
    (letter,) = due_letters(
        skattesats_in_ks(), on, Kind.REMINDER, "skattesats-forslag", SEKRETERARE
    )
    assert asks in letter.todo[0]
    assert ("föredragningslistan" in whole(letter)) == (on == "2027-10-07")


def test_a_clerk_who_is_asked_before_the_parts_are_in_is_told_when_they_come() -> None:
    """KF's budget on 29 November starts it, and KS meets on 6 December: its papers go the same day."""
    (letter,) = due_letters(
        [opened("verksamhetsplaner", "2027-11-29")],
        "2027-11-29",
        Kind.OPENED,
        "verksamhetsplaner",
        SEKRETERARE,
    )
    said = whole(letter)
    assert "Kommunstyrelsen är näst i tur" in said
    assert "Delarna i underlaget ska vara klara fredag 3 december 2027." in said
    assert "Ta upp ärendet på föredragningslistan till måndag 6 december 2027." in said


def test_what_is_opened_to_be_made_ready_says_what_it_waits_for() -> None:
    slug = "skattesatsforslag-skatteverket"
    (letter,) = due_letters(
        [opened(slug, "2027-10-26")], "2027-10-26", Kind.OPENED, slug, EKONOMICHEF
    )
    said = whole(letter)
    assert letter.subject.startswith("Senast tis 2 nov: ")
    assert "inte väntas bli klart till den 31 oktober" in said
    assert "görs genast" not in said
