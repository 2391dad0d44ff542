"""What a body did with an item: told with its effects and where it goes next, and put right if wrong."""

from __future__ import annotations

from typing import Any

import pytest

from models.events import Corrected, Decided, Event, Outcome
from models.process import TaskKey
from notifications.letters import Letter
from notifications.notices import Kind
from tests.factories import (
    EKONOMICHEF,
    completed_before_start,
    day,
    decided,
    make_body,
    make_definition,
    make_role,
    make_step,
    opened,
    reopened,
    reported,
)
from tests.notifications.letters import (
    announced_letters,
    html_of,
    kommunplan_in_ks,
    ks_decided,
    ks_returned,
    make_message,
    told,
    whole,
)

OWNER = TaskKey(role="processagare")
SEKRETERARE = TaskKey(role="kommunsekreterare")
UTSKOTTSSEKRETERARE = TaskKey(role="utskottssekreterare")
PRESIDIUM = TaskKey(role="kf-presidium")


def told_of(kind: Kind, to: TaskKey, *events: Event) -> Letter:
    (letter,) = announced_letters(events, kind, to)
    return letter


def ansvarsfrihet_in_kf(outcome: Outcome, **minutes: Any) -> tuple[Event, ...]:
    return (
        completed_before_start("arsredovisning", "2027-05-24"),
        opened("ansvarsfrihet", "2027-05-25"),
        reported("ansvarsfrihet", PRESIDIUM, "2027-05-26"),
        decided("ansvarsfrihet", "KF", "2027-06-21", outcome=outcome, **minutes),
    )


# --- Decisions ---


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome.BIFALL, "och biföll förslaget."),
        (Outcome.FORESLAR, "och föreslår nästa instans att besluta."),
        (Outcome.GODKANNER, "och gav sitt godkännande."),
        (Outcome.TILL_HANDLINGARNA, "och lade ärendet till handlingarna."),
        (Outcome.BORDLAGGNING, "och bordlade ärendet."),
        (Outcome.UTGAR, "utgick vid sammanträdet i Kommunstyrelsen måndag 18 oktober 2027"),
    ],
)
def test_each_outcome_is_said_in_words(outcome: Outcome, said: str) -> None:
    letter = told_of(Kind.DECISION, EKONOMICHEF, *kommunplan_in_ks(ks_decided(outcome)))
    assert said in whole(letter)
    assert letter.subject == f"KS mån 18 okt: Kommunplan i KS, {outcome.label}"


def test_the_last_body_of_a_step_is_not_the_last_of_the_arende() -> None:
    letter = told_of(Kind.DECISION, EKONOMICHEF, *kommunplan_in_ks(ks_decided()))
    assert (
        "Steget är därmed klart, och ärendet går vidare till Kommunfullmäktige i steget Kommunplan i "
        "KF, som sammanträder måndag 29 november 2027."
    ) in whole(letter)
    assert (
        "Går till",
        "Kommunfullmäktige, måndag 29 november 2027 (Kommunplan i KF)",
    ) in letter.facts
    assert "alla instanser" not in whole(letter)


def test_the_minutes_are_cited_with_number_paragraph_and_link() -> None:
    letter = told_of(
        Kind.DECISION,
        EKONOMICHEF,
        *kommunplan_in_ks(
            ks_decided(
                paragraph="KS § 77/2027",
                note="Reservation från (X)",
                signed_at_once=True,
                minutes="https://www.orsa.example/protokoll?a=1&b=2",
            )
        ),
    )
    for fact in (
        ("Diarienummer", "KS 2027/00123"),
        ("Paragraf", "KS § 77/2027"),
        ("Anteckning", "Reservation från (X)"),
        ("Justering", "paragrafen är omedelbart justerad"),
        ("Protokoll", "https://www.orsa.example/protokoll?a=1&b=2"),
    ):
        assert fact in letter.facts
    assert '<a href="https://www.orsa.example/protokoll?a=1&amp;b=2"' in html_of(
        make_message(letter)
    )


def test_a_change_is_told_with_the_version_that_holds() -> None:
    letter = told_of(Kind.DECISION, EKONOMICHEF, *kommunplan_in_ks())
    assert "Ändringen är: ”Ramen för omsorg höjs med 2 mkr”." in whole(letter)
    assert "Från och med nu är det version 2 som gäller." in whole(letter)


def test_who_builds_on_a_step_is_told_every_change_of_the_arende() -> None:
    more = ks_decided(Outcome.ANDRING, changes="Uppdraget om badhuset stryks")
    letter = told_of(Kind.COMPLETED, EKONOMICHEF, *kommunplan_in_ks(more))
    assert (
        "Förslaget har ändrats på vägen: Strategiutskottet tisdag 5 oktober 2027, ”Ramen för omsorg "
        "höjs med 2 mkr”; Kommunstyrelsen måndag 18 oktober 2027, ”Uppdraget om badhuset stryks”."
    ) in whole(letter)
    assert ("Gällande version", "2") in letter.facts
    assert any("med ändringarna" in item for item in letter.todo)


def test_a_proposal_is_not_said_to_have_settled_the_arende() -> None:
    proposed = told_of(Kind.COMPLETED, OWNER, *kommunplan_in_ks(ks_decided()))
    assert "Kommunstyrelsen behandlade det" in whole(proposed)
    settled = told_of(Kind.COMPLETED, OWNER, *ansvarsfrihet_in_kf(Outcome.BEVILJAR))
    assert "Kommunfullmäktige avgjorde det" in whole(settled)


def test_a_refused_ansvarsfrihet_says_why() -> None:
    letter = told_of(
        Kind.DECISION,
        PRESIDIUM,
        *ansvarsfrihet_in_kf(Outcome.VAGRAR, reason="Revisorerna avstyrkte"),
    )
    assert "och vägrade ansvarsfrihet. Skälet är: ”Revisorerna avstyrkte”" in whole(letter)
    granted = told_of(Kind.DECISION, PRESIDIUM, *ansvarsfrihet_in_kf(Outcome.BEVILJAR))
    assert "och beviljade ansvarsfrihet." in whole(granted)


def test_only_fullmaktige_is_offered_to_decide_the_ansvarsfrihet() -> None:
    *before, _ = ansvarsfrihet_in_kf(Outcome.BEVILJAR)
    kf = told_of(Kind.OPENED, SEKRETERARE, *before)
    assert "vägrar ansvarsfrihet" in whole(kf)
    assert "Blev det avslag, återremiss eller vägrad ansvarsfrihet? Skriv också skälet." in whole(
        kf
    )
    ks = told_of(Kind.OPENED, SEKRETERARE, *kommunplan_in_ks())
    assert "ansvarsfrihet" not in whole(ks)


def test_a_deferral_that_a_minority_forced_says_that_it_can_only_once() -> None:
    *before, _ = ansvarsfrihet_in_kf(Outcome.BEVILJAR)
    forced = decided(
        "ansvarsfrihet", "KF", "2027-06-21", outcome=Outcome.BORDLAGGNING, minority=True
    )
    letter = told_of(Kind.DECISION, PRESIDIUM, *before, forced)
    assert "minst en tredjedel av de närvarande ledamöterna (KL 5 kap. 50 §)" in whole(letter)
    assert "en gång till krävs majoritet" in whole(letter)


def test_a_body_that_may_settle_an_item_leaves_nothing_for_the_next() -> None:
    definition = make_definition(
        instans=[make_body("KS"), make_body("KF")],
        roll=[make_role("processagare"), make_role("ekonomichef"), make_role("sekreterare")],
        steg=[
            make_step("satsning", slag="beslut", beslutskedja=["KS", "KF"], kan_avgoras_av=["KS"])
        ],
        enhet=[],
    )
    events = (
        opened("satsning", "2027-03-01"),
        reported("satsning", EKONOMICHEF, "2027-03-02"),
        decided("satsning", "KS", "2027-03-15"),
    )
    (letter,) = announced_letters(events, Kind.DECISION, EKONOMICHEF, definition=definition)
    assert "ärendet avgjort och behöver inte tas vidare" in whole(letter)
    assert not [label for label, _ in letter.facts if label == "Går till"]


def test_a_rejected_proposal_that_nobody_had_to_make_is_left_out() -> None:
    definition = make_definition(
        steg=[make_step("satsning", slag="beslut", beslutskedja=["KS"], valfri=True)]
    )
    events = (
        opened("satsning", "2027-03-01"),
        reported("satsning", EKONOMICHEF, "2027-03-02"),
        decided("satsning", "KS", "2027-03-15", outcome=Outcome.AVSLAG, reason="Inget utrymme"),
    )
    (letter,) = announced_letters(events, Kind.DECISION, EKONOMICHEF, definition=definition)
    assert "och avslog förslaget. Skälet är: ”Inget utrymme”" in whole(letter)
    assert "så det utgår i år" in whole(letter)
    assert announced_letters(events, Kind.RETURNED, EKONOMICHEF, definition=definition) == []


def test_what_only_a_failure_would_start_is_not_said_to_build_on_it() -> None:
    events = (
        opened("skattesats-forslag", "2027-10-01"),
        reported("skattesats-forslag", EKONOMICHEF, "2027-10-04"),
        decided("skattesats-forslag", "KS", "2027-10-18"),
    )
    letter = told_of(Kind.COMPLETED, OWNER, *events)
    assert "Nu kan arbetet bygga vidare i Skattesats i KF." in whole(letter)


# --- Returns ---


def test_a_return_to_another_step_says_who_prepares_it_where_and_when() -> None:
    events = kommunplan_in_ks(ks_returned())
    letter = told_of(Kind.RETURNED, EKONOMICHEF, *events)
    assert (
        "Ärendet går tillbaka till Strategiutskottet, som bereder det på nytt i steget Kommunplan i "
        "strategiutskottet och sammanträder tisdag 2 november 2027."
    ) in whole(letter)
    assert "Kommunstyrelsen tar upp det igen måndag 15 november 2027." in whole(letter)
    assert "”Räkna om ramen för lärande”" in whole(letter)
    assert [value for label, value in letter.facts if label in ("Går till", "Därefter")] == [
        "Strategiutskottet, tisdag 2 november 2027 (Kommunplan i strategiutskottet)",
        "Kommunstyrelsen, måndag 15 november 2027",
        "Kommunfullmäktige, måndag 29 november 2027 (Kommunplan i KF)",
    ]
    clerk = told_of(Kind.RETURNED, UTSKOTTSSEKRETERARE, *events)
    assert any(
        item.startswith("Planera in ärendet på nytt i Strategiutskottet till tisdag 2 november")
        for item in clerk.todo
    )


def test_those_of_the_earlier_step_are_told_who_sent_it_back_and_why() -> None:
    letter = told_of(Kind.OPENED, EKONOMICHEF, *kommunplan_in_ks(ks_returned()))
    assert letter.subject == "Senast tis 26 okt: Kommunplan i strategiutsk…, din uppgift, varv 2"
    assert (
        "Kommunstyrelsen har återremitterat ärendet (Kommunplan i KS, måndag 18 oktober 2027)."
        in whole(letter)
    )
    assert "Skälet är: ”Räkna om ramen för lärande”" in whole(letter)


def test_a_step_that_is_run_anew_was_sent_back_by_nobody() -> None:
    events = (
        *kommunplan_in_ks(ks_decided()),
        reopened("kommunplan-su", "2027-10-20", reason="Nya siffror"),
    )
    letter = told_of(Kind.OPENED, EKONOMICHEF, *events)
    assert "behöver göras om. Skälet är: ”Nya siffror”" in whole(letter)
    assert "återremitterat" not in whole(letter)


def test_the_body_that_gets_it_back_is_told_where_it_comes_from() -> None:
    events = (
        *kommunplan_in_ks(ks_returned()),
        reported("kommunplan-su", EKONOMICHEF, "2027-10-25", round=2),
    )
    letter = told_of(Kind.OPENED, UTSKOTTSSEKRETERARE, *events)
    assert "igen. Ärendet kommer tillbaka efter återremiss i Kommunstyrelsen" in whole(letter)


# --- Corrections ---


def corrected(wrong: Decided, right: Decided | None, **overrides: Any) -> Corrected:
    fields: dict[str, Any] = {
        "step": wrong.step,
        "on": day("2027-10-19"),
        "corrects": wrong.key,
        "decision": right,
        "reason": "Fel rad i formuläret",
    }
    return Corrected(**{**fields, **overrides})


def test_a_correction_tells_both_what_was_registered_and_what_is_right() -> None:
    wrong = ks_returned(paragraph="KS § 75/2027")
    right = ks_decided(paragraph="KS § 76/2027")
    events = kommunplan_in_ks(wrong, corrected(wrong, right))
    letter = told_of(Kind.CORRECTED, EKONOMICHEF, *events)
    assert letter.subject == "Beslutet rättat, KS mån 18 okt: Kommunplan i KS"
    assert "Skälet är: ”Fel rad i formuläret”" in whole(letter)
    assert (
        "Det var registrerat som: Kommunstyrelsen måndag 18 oktober 2027, återremiss (KS § 75/2027). "
        "Rätt är: Kommunstyrelsen måndag 18 oktober 2027, föreslår nästa instans besluta (KS § 76/2027)."
    ) in whole(letter)
    assert ("Rättat, paragraf", "KS § 76/2027 (var registrerat som KS § 75/2027)") in letter.facts
    assert "Steget är klart sedan måndag 18 oktober 2027, och ärendet går vidare till" in whole(
        letter
    )


def test_the_clerk_who_was_asked_to_take_it_up_anew_is_told_of_the_correction() -> None:
    wrong = ks_returned()
    events = kommunplan_in_ks(wrong, corrected(wrong, ks_decided()))
    for to in (UTSKOTTSSEKRETERARE, SEKRETERARE, OWNER):
        assert told_of(Kind.CORRECTED, to, *events)


def test_a_correction_of_the_paragraph_alone_says_that_the_outcome_stands() -> None:
    wrong, right = ks_decided(paragraph="KS § 7/2027"), ks_decided(paragraph="KS § 77/2027")
    letter = told_of(Kind.CORRECTED, EKONOMICHEF, *kommunplan_in_ks(wrong, corrected(wrong, right)))
    assert "Utfallet är alltså detsamma; vad som är rättat står nedan." in whole(letter)
    assert [label for label, _ in letter.facts if label.startswith("Rättat")] == [
        "Rättat, paragraf"
    ]


def test_a_decision_that_was_never_made_leaves_the_body_in_turn() -> None:
    wrong = ks_decided(paragraph="KS § 77/2027")
    events = kommunplan_in_ks(wrong, corrected(wrong, None, on=day("2027-10-18")))
    letter = told_of(Kind.CORRECTED, SEKRETERARE, *events)
    assert letter.subject == "Beslutet struket, KS mån 18 okt: Kommunplan i KS"
    assert "Något sådant beslut har inte fattats." in whole(letter)
    assert (
        "Nu väntar steget på beslut i Kommunstyrelsen, som sammanträder måndag 18 oktober 2027."
        in whole(letter)
    )
    assert any("registrera beslutet senast torsdag 21 oktober 2027" in item for item in letter.todo)


def test_a_meeting_that_has_been_is_not_called_the_next_one() -> None:
    wrong = ks_decided()
    events = kommunplan_in_ks(wrong, corrected(wrong, None))
    letter = told_of(Kind.CORRECTED, SEKRETERARE, *events)
    assert "måndag 18 oktober 2027, har varit." in whole(letter)
    assert any(item.startswith("Boka in ärendet") for item in letter.todo)
    assert ("Går till", "Kommunstyrelsen, dagen är inte bestämd") in letter.facts


def test_a_correction_to_a_return_says_what_is_to_be_done_anew() -> None:
    wrong = ks_decided()
    right = ks_returned()
    letter = told_of(Kind.CORRECTED, EKONOMICHEF, *kommunplan_in_ks(wrong, corrected(wrong, right)))
    assert "Ärendet går alltså tillbaka till Strategiutskottet" in whole(letter)
    assert "Delarna i Kommunplan i KS ska lämnas på nytt senast" in whole(letter)
    assert any(item.startswith("Svara på det här mejlet när det är gjort") for item in letter.todo)


def test_who_builds_on_what_was_not_decided_is_told_too() -> None:
    wrong = ks_decided()
    later = (opened("kommunplan-kf", "2027-10-18"),)
    events = (*kommunplan_in_ks(wrong), *later, corrected(wrong, None))
    assert told_of(Kind.CORRECTED, EKONOMICHEF, *events)


def test_a_decision_registered_again_after_it_was_struck_out_is_told_again() -> None:
    wrong = ks_decided()
    struck = kommunplan_in_ks(wrong, corrected(wrong, None))
    again = ks_decided(attempt=1)
    first = {n.key for n in told(kommunplan_in_ks(wrong))[1] if n.kind is Kind.DECISION}
    second = {n.key for n in told((*struck, again))[1] if n.kind is Kind.DECISION}
    assert first
    assert not first & second
